//! The name of the cable: from its envelope, repaired where it is misspelt, else from what the text calls itself.
//!
//! A sound identifier is never changed: a text that names another cable is reported, not followed.

use jiff::Timestamp;
use jiff::tz::Offset;

use crate::cable::Mrn;
use crate::diagnostic::{Code, Diagnostic};
use crate::dialect::Transcript;
use crate::lex::classification_line::digits_could_be;
use crate::lex::fuzzy::edits;
use crate::lex::identifier::{self, Identifier};
use crate::parse::reading::{Draft, Stated};

/// Takes what the identifier alone says, so that the seam can be recognized by it.
pub fn begin(transcript: &Transcript, draft: &mut Draft<'_>) -> Identifier {
    if draft.cable.mrn_as_found.is_empty() {
        draft.cable.mrn_as_found = transcript.file_name().to_owned();
    }
    draft.cable.mrn = draft.cable.mrn_as_found.clone();
    let identifier = read(transcript, draft, None);
    match &identifier {
        Identifier::Sound(mrn) | Identifier::Repaired(mrn) | Identifier::PostUnknown(mrn) => adopt(mrn, draft),
        Identifier::Unreadable { year } => draft.context.year = *year,
    }
    identifier
}

/// Settles name and date once header and classification line have been read; `begun` is what the identifier alone
/// said, `recorded_at` the time of a record.
pub fn settle(transcript: &Transcript, begun: Identifier, recorded_at: Option<Timestamp>, draft: &mut Draft<'_>) {
    draft.cable.sent_at = draft.cable.sent_at.or(recorded_at);
    let sent_on = draft.cable.sent_at.map(|sent_at| Offset::UTC.to_datetime(sent_at).date());
    draft.cable.date = draft.cable.date.or(sent_on);
    draft.context.date = sent_on.or(draft.cable.date);
    let stated = draft.context.stated.take();
    let identifier = match begun {
        // No text tells more of it.
        Identifier::Sound(mrn) if mrn.is_written(&draft.cable.mrn_as_found) => Identifier::Sound(mrn),
        _ => read(transcript, draft, stated.as_ref()),
    };
    let unsure = match identifier {
        Identifier::Sound(mrn) => {
            adopt(&mrn, draft);
            None
        }
        Identifier::Repaired(mrn) => {
            adopt(&mrn, draft);
            Some(Code::MrnRepaired)
        }
        Identifier::PostUnknown(mrn) => {
            let confirmed = stated.as_ref().is_some_and(|stated| stated.name == mrn.post);
            adopt(&mrn, draft);
            if confirmed { None } else { Some(Code::MrnUnreadable) }
        }
        Identifier::Unreadable { .. } => Some(name_from_text(stated.as_ref(), draft)),
    };
    if let Some(code) = unsure {
        let detail = format!("{} read as {}", draft.cable.mrn_as_found, draft.cable.mrn);
        report(code, transcript.envelope().map(|envelope| envelope.id.line), detail, draft);
    }
    compare_years(transcript, draft);
    if let Some(stated) = &stated {
        compare_with_text(stated, draft);
    }
    draft.context.stated = stated;
}

/// Reads the identifier. The name of a file without envelope is one only if it is sound.
fn read(transcript: &Transcript, draft: &Draft<'_>, stated: Option<&Stated>) -> Identifier {
    let as_found = &draft.cable.mrn_as_found;
    if transcript.envelope().is_none() {
        return match identifier::read(as_found, "") {
            Identifier::Sound(mrn) => Identifier::Sound(mrn),
            _ => Identifier::Unreadable { year: None },
        };
    }
    let origin = draft.cable.origin.as_deref().unwrap_or_default();
    match stated.and_then(|stated| Some((stated.post?, stated.serial()?))) {
        Some((post, serial)) => identifier::read_with_text(as_found, origin, post, serial),
        None => identifier::read(as_found, origin),
    }
}

/// Makes a name of the classification line and the year the cable was sent.
#[cold]
fn name_from_text(stated: Option<&Stated>, draft: &mut Draft<'_>) -> Code {
    let Some((post, serial)) = stated.and_then(|stated| Some((stated.post?.mrn.to_owned(), stated.serial()?))) else {
        return Code::MrnUnreadable;
    };
    match draft.cable.date {
        Some(date) => {
            adopt(&Mrn { year: i32::from(date.year()), post, serial }, draft);
            Code::MrnFromText
        }
        None => {
            draft.cable.post = Some(post.clone());
            draft.cable.serial = Some(serial);
            draft.context.post = Some(post);
            draft.context.serial = Some(serial);
            Code::MrnUnreadable
        }
    }
}

fn adopt(mrn: &Mrn, draft: &mut Draft<'_>) {
    let dated = draft.cable.date.map(|date| i32::from(date.year()));
    // Two digits do not tell the century; the envelope does.
    let year = dated.filter(|dated| dated.rem_euclid(100) == mrn.year.rem_euclid(100)).unwrap_or(mrn.year);
    if draft.context.is_named(year, &mrn.post, mrn.serial) {
        return;
    }
    // Most identifiers are the name as they stand.
    if !mrn.is_written(&draft.cable.mrn) {
        draft.cable.mrn = mrn.to_string();
    }
    draft.cable.year = Some(year);
    draft.cable.post = Some(mrn.post.clone());
    draft.cable.serial = Some(mrn.serial);
    draft.context.mrn = draft.cable.mrn.clone();
    draft.context.year = Some(year);
    draft.context.post = Some(mrn.post.clone());
    draft.context.serial = Some(mrn.serial);
}

fn compare_years(transcript: &Transcript, draft: &mut Draft<'_>) {
    let sent_on = draft.cable.sent_at.map(|sent_at| Offset::UTC.to_datetime(sent_at).date()).or(draft.cable.date);
    let sent_in = sent_on.map(|date| i32::from(date.year()));
    if let (Some(year), Some(sent_in)) = (draft.cable.year, sent_in)
        && year != sent_in
    {
        let line = transcript.envelope().map(|envelope| envelope.id.line);
        report(Code::YearDiffers, line, format!("{year}, but sent in {sent_in}"), draft);
    }
}

/// Reports a classification line that names another cable, or is damaged where it names this one.
fn compare_with_text(stated: &Stated, draft: &mut Draft<'_>) {
    let (Some(post), Some(serial)) = (draft.cable.post.as_deref(), draft.cable.serial) else { return };
    let same_post = stated.post.is_some_and(|stated| stated.mrn == post) || stated.name == post;
    // Missions share the name of their city: AITTAIPEI and TAIPEI, USEUBRUSSELS and BRUSSELS.
    let same_city = post.ends_with(&stated.name) || stated.name.ends_with(post);
    let misspelt = stated.post.is_none() && edits(&stated.name, post, 2).is_some();
    let code = match digits_could_be(&stated.digits, serial) {
        true if (same_post || same_city) && stated.serial().is_some() => return,
        true if same_post || same_city || misspelt => Code::ClassificationRepaired,
        _ => Code::MrnDiffers,
    };
    let detail = format!("{} {} for {}", stated.name, stated.digits, draft.cable.mrn);
    report(code, Some(stated.line), detail, draft);
}

#[cold]
fn report(code: Code, line: Option<u32>, detail: String, draft: &mut Draft<'_>) {
    draft.findings.diagnostics.push(Diagnostic { code, line, detail });
}
