//! References: what a cable cites in its REF lines.

/// What kind of thing is cited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReferenceKind {
    /// A cable with a message reference number.
    Cable,
    /// An e-mail.
    Email,
    /// A telephone conversation.
    Telephone,
    /// An intelligence report.
    Report,
    /// A message named by its date-time group.
    Message,
    /// A handbook or manual.
    Manual,
    /// A resolution.
    Resolution,
    /// A telegram in the series of a travelling delegation (SECTO, TOSEC, PARTO).
    Party,
    /// Anything else.
    Other,
}

impl ReferenceKind {
    /// The name as outputs write it.
    pub fn name(self) -> &'static str {
        match self {
            ReferenceKind::Cable => "cable",
            ReferenceKind::Email => "email",
            ReferenceKind::Telephone => "telephone",
            ReferenceKind::Report => "report",
            ReferenceKind::Message => "message",
            ReferenceKind::Manual => "manual",
            ReferenceKind::Resolution => "resolution",
            ReferenceKind::Party => "party",
            ReferenceKind::Other => "other",
        }
    }
}

/// One item of the reference lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The author's enumerator, such as `A`.
    pub label: Option<String>,
    /// What kind of thing is cited.
    pub kind: ReferenceKind,
    /// Canonical message reference number of a cited cable.
    pub cited_mrn: Option<String>,
    /// Note after the item, such as `NOTAL`.
    pub note: Option<String>,
    /// The item as found, enumerators stripped, wraps joined.
    pub text: String,
}
