//! References: what a cable cites in its REF lines.

named! {
    /// What kind of thing is cited.
    pub enum ReferenceKind {
        /// A cable with a message reference number.
        Cable = "cable",
        /// An e-mail.
        Email = "email",
        /// A telephone conversation.
        Telephone = "telephone",
        /// An intelligence report.
        Report = "report",
        /// A message named by its date-time group.
        Message = "message",
        /// A handbook or manual.
        Manual = "manual",
        /// A resolution.
        Resolution = "resolution",
        /// A telegram in the series of a travelling delegation (SECTO, TOSEC, PARTO).
        Party = "party",
        /// Anything else.
        Other = "other",
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
