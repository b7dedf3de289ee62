//! The name of the cable: from its envelope, repaired where it is misspelled, else from what the text calls itself.
//!
//! A sound identifier is never changed: a text that names another cable is reported, not followed.

use jiff::civil::Date;
use jiff::tz::Offset;

use super::fields::{FrontFields, IdentifierForm};
use super::opening::Stated;
use crate::cable::{Clock, Mrn};
use crate::diagnostic::Code;
use crate::lex::classification_line::digits_could_be;
use crate::lex::fuzzy::edits;
use crate::lex::identifier::{self, Identifier};
use crate::parse::reading::{CableName, Findings, Sent};
use crate::tables::posts::{self, Post};

/// What the identifier alone says, so that the seam can be recognized by it.
#[derive(Debug)]
pub struct Begun {
    /// The name as far as it is known.
    pub name: CableName,
    as_found: String,
    identifier: Identifier,
}

/// Reads the identifier of the envelope or the file.
pub fn begin(fields: &FrontFields<'_>) -> Begun {
    let identifier = read(fields, None, None);
    let name = match &identifier {
        Identifier::Sound(mrn) | Identifier::Repaired(mrn) | Identifier::PostUnknown(mrn) => {
            CableName::of(mrn, fields.date)
        }
        Identifier::PostUnclear { year, serial } => {
            CableName { year: Some(*year), serial: Some(*serial), ..CableName::default() }
        }
        Identifier::Unreadable { year } => CableName { year: *year, ..CableName::default() },
    };
    Begun { name, as_found: fields.mrn_as_found.clone(), identifier }
}

/// What the cable is called and when it was sent.
#[derive(Debug)]
pub struct Identity {
    /// The name, and the day of sending.
    pub name: CableName,
    /// Canonical message reference number, or the identifier as found where it cannot be repaired.
    pub mrn: String,
    /// Best instant known.
    pub sent_at: Option<Sent>,
    /// Calendar date.
    pub date: Option<Date>,
}

/// Settles name and date once header and classification line have been read; `begun` is what the identifier alone
/// said, `sent_at` the time of the header or the dateline, `originator` the sender by the header, `stated` what the
/// classification line calls the cable.
pub fn settle(
    begun: Begun,
    fields: &FrontFields<'_>,
    sent_at: Option<Sent>,
    originator: Option<&str>,
    stated: Option<&Stated>,
    findings: &mut Findings,
) -> Identity {
    let sent_at = sent_at.or(fields.record.recorded_at.map(Sent::by(Clock::Record)));
    let sent_on = sent_at.map(|sent| Offset::UTC.to_datetime(sent.at).date());
    let date = fields.date.or(sent_on);
    let identifier = match begun.identifier {
        // No text says more of it.
        Identifier::Sound(mrn) if mrn.is_written(&fields.mrn_as_found) => Identifier::Sound(mrn),
        _ => read(fields, originator, stated),
    };
    let (name, unsure) = match identifier {
        Identifier::Sound(mrn) => (CableName::of(&mrn, date), None),
        Identifier::Repaired(mrn) => (CableName::of(&mrn, date), Some(Code::MrnRepaired)),
        Identifier::PostUnclear { year, serial } => {
            match stated.and_then(|stated| stated.post.filter(|_| stated.serial() == Some(serial))) {
                Some(post) => {
                    (CableName::of(&Mrn { year, post: post.mrn.to_owned(), serial }, date), Some(Code::MrnFromText))
                }
                None => (begun.name, Some(Code::MrnUnreadable)),
            }
        }
        Identifier::PostUnknown(mrn) => {
            let is_confirmed = stated.is_some_and(|stated| stated.name == mrn.post);
            (CableName::of(&mrn, date), if is_confirmed { None } else { Some(Code::MrnUnreadable) })
        }
        Identifier::Unreadable { .. } => {
            let (name, code) = name_from_text(stated, date, begun.name);
            (name, Some(code))
        }
    };
    let mrn = name.mrn.clone().unwrap_or(begun.as_found);
    let identity =
        Identity { name: CableName { sent_on: sent_on.or(date), clock_date: sent_on, ..name }, mrn, sent_at, date };
    let line = fields.places.id.map(|id| id.line);
    if let Some(code) = unsure {
        findings.report_at(code, line, format!("{} read as {}", fields.mrn_as_found, identity.mrn));
    }
    identity.compare_years(line, findings);
    if let Some(stated) = stated {
        identity.compare_with_text(stated, findings);
    }
    identity
}

/// Reads the identifier. The name of a file without envelope is one only if it is sound, and nothing is repaired of a
/// document number.
fn read(fields: &FrontFields<'_>, originator: Option<&str>, stated: Option<&Stated>) -> Identifier {
    let as_found = &fields.mrn_as_found;
    let origin = fields.origin.as_deref().unwrap_or_default();
    let sender = || posts::find(origin).or_else(|| post_at_end(originator?));
    if fields.places.id.is_none() {
        return match identifier::read(as_found, "") {
            Identifier::Sound(mrn) => Identifier::Sound(mrn),
            _ => match identifier::read_document_number(as_found, sender()) {
                Identifier::PostUnclear { .. } => Identifier::Unreadable { year: None },
                read => read,
            },
        };
    }
    let is_number = fields.identifier_form == IdentifierForm::DocumentNumber;
    match identifier::read_document_number(as_found, sender()) {
        Identifier::Unreadable { .. } if !is_number => {}
        read => return read,
    }
    let as_found = without_mark(as_found);
    match stated.and_then(|stated| Some((stated.post?, stated.serial()?))) {
        Some((post, serial)) => identifier::read_with_text(as_found, origin, post, serial),
        None => identifier::read(as_found, origin),
    }
}

/// An identifier without the mark of a collection after it: `10CAIRO328_a`.
fn without_mark(as_found: &str) -> &str {
    let marked = as_found.rsplit_once('_').filter(|(_, mark)| mark.len() == 1);
    marked.map_or(as_found, |(identifier, _)| identifier)
}

/// The post that a sender such as `AMEMBASSY PORT OF SPAIN` ends in.
fn post_at_end(sender: &str) -> Option<&'static Post> {
    let starts = std::iter::once(0).chain(sender.match_indices(' ').map(|(at, _)| at + 1));
    starts.into_iter().find_map(|at| posts::find(&sender[at..]))
}

/// Makes a name of the classification line and the year the cable was sent; `begun` is what is known without them.
#[cold]
fn name_from_text(stated: Option<&Stated>, date: Option<Date>, begun: CableName) -> (CableName, Code) {
    let Some((post, serial)) = stated.and_then(|stated| Some((stated.post?.mrn.to_owned(), stated.serial()?))) else {
        // Without a post there is no name, but what else the line says holds.
        let serial = stated.and_then(Stated::serial).filter(|_| begun.year.is_none());
        let year = date.filter(|_| serial.is_some()).map(|date| i32::from(date.year()));
        return (CableName { year: year.or(begun.year), serial: year.and(serial), ..begun }, Code::MrnUnreadable);
    };
    match date {
        Some(date) => {
            let mrn = Mrn { year: i32::from(date.year()), post, serial };
            (CableName::of(&mrn, Some(date)), Code::MrnFromText)
        }
        None => (CableName { post: Some(post), serial: Some(serial), ..begun }, Code::MrnUnreadable),
    }
}

impl Identity {
    /// Year of the message reference number, where it is one or lacks nothing but the post.
    pub fn year(&self) -> Option<i32> {
        self.name.year.filter(|_| self.name.mrn.is_some() || self.name.serial.is_some())
    }

    fn compare_years(&self, line: Option<u32>, findings: &mut Findings) {
        let sent_in = self.name.sent_on.map(|date| i32::from(date.year()));
        if let (Some(year), Some(sent_in)) = (self.year(), sent_in)
            && year != sent_in
        {
            findings.report_at(Code::YearDiffers, line, format!("{year}, but sent in {sent_in}"));
        }
    }

    /// Reports a classification line that names another cable, or is damaged where it names this one.
    fn compare_with_text(&self, stated: &Stated, findings: &mut Findings) {
        let (Some(post), Some(serial)) = (self.name.post.as_deref(), self.name.serial) else { return };
        let same_post = stated.post.is_some_and(|stated| stated.mrn == post) || stated.name == post;
        // Missions share the name of their city: AITTAIPEI and TAIPEI, USEUBRUSSELS and BRUSSELS.
        let same_city = post.ends_with(&stated.name) || stated.name.ends_with(post);
        let misspelt = stated.post.is_none() && edits(&stated.name, post, 2).is_some();
        let code = match digits_could_be(&stated.digits, serial) {
            true if (same_post || same_city) && stated.serial().is_some() => return,
            true if same_post || same_city || misspelt => Code::ClassificationRepaired,
            _ => Code::MrnDiffers,
        };
        let detail = format!("{} {} for {}", stated.name, stated.digits, self.mrn);
        findings.report_at(code, Some(stated.line), detail);
    }
}
