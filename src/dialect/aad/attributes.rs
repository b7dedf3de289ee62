//! The attributes of a record: `Key: value`, where a value may be wrapped, broken by a stamp, and hold colons.

use std::ops::Range;

use super::lines::{AadLine, AadLineKind, stamp_date};
use crate::diagnostic::Code;
use crate::dialect::builder::TranscriptBuilder;
use crate::dialect::fields::{DateForm, FieldKey, RecordKey};
use crate::lex::envelope::is_classification;
use crate::lex::range_of;

/// Every key that the archive writes. A line that begins with anything else continues a value.
const KEYS: [&str; 79] = [
    "Automatic Decaptioning",
    "Capture Date",
    "Channel Indicators",
    "Concepts",
    "Control Number",
    "Copy",
    "Current Classification",
    "Decaption Date",
    "Decaption Note",
    "Disposition Action",
    "Disposition Approved on Date",
    "Disposition Authority",
    "Disposition Case Number",
    "Disposition Comment",
    "Disposition Date",
    "Disposition Event",
    "Disposition History",
    "Disposition Reason",
    "Disposition Remarks",
    "Document Number",
    "Document Source",
    "Document Unique ID",
    "Draft Date",
    "Drafter",
    "Enclosure",
    "Errors",
    "Executive Order",
    "Expiration",
    "Film Number",
    "Format",
    "From",
    "Handling Restrictions",
    "ISecure",
    "Image Path",
    "Legacy Key",
    "Line Count",
    "Litigation History",
    "Locator",
    "Markings",
    "Message ID",
    "Office",
    "Original Classification",
    "Original Handling Restrictions",
    "Original Previous Classification",
    "Original Previous Handling Restrictions",
    "Page Count",
    "Previous Channel Indicators",
    "Previous Classification",
    "Previous Handling Restrictions",
    "Reference",
    "Retention",
    "Review Action",
    "Review Authority",
    "Review Comment",
    "Review Content Flags",
    "Review Date",
    "Review Event",
    "Review Exemptions",
    "Review History",
    "Review Markings",
    "Review Media Identifier",
    "Review Referrals",
    "Review Release Date",
    "Review Release Event",
    "Review Transfer Date",
    "Review Withdrawn Fields",
    "SAS ID",
    "Secure",
    "Sent Date",
    "Status",
    "Subject",
    "TAGS",
    "To",
    "Type",
    "vdkvgwkey",
    "Disposition Comments",
    "Review Comments",
    "Original Channel Indicators",
    "Review Remarks",
];

/// The attribute that every record has.
pub const NUMBER: &str = "Document Number";

/// The key that a line begins with.
pub fn key_of(line: &str) -> Option<&'static str> {
    let (key, _) = unindented(line).split_once(':')?;
    KEYS.into_iter().find(|known| *known == key).or_else(|| rewritten_key(key))
}

/// The key whose spaces a program wrote as no-break spaces, or all of it in lower case. Values in upper case may begin with
/// the words of a key.
fn rewritten_key(key: &str) -> Option<&'static str> {
    let is_lower = !key.contains(|c: char| c.is_ascii_uppercase());
    if key.is_ascii() && !is_lower {
        return None;
    }
    let key = key.replace('\u{A0}', " ");
    KEYS.into_iter().find(|known| *known == key || is_lower && known.eq_ignore_ascii_case(&key))
}

/// A line without what is before its first word, such as the end of a page.
fn unindented(line: &str) -> &str {
    line.trim_start_matches(['\u{C}', ' ', '\t', '\u{A0}'])
}

/// An attribute: its key, and the stretches of its value.
struct Attribute<'t> {
    key: &'t str,
    value: Vec<Range<usize>>,
}

impl Attribute<'_> {
    /// The value on one line.
    fn text(&self, source: &str) -> String {
        let words: Vec<&str> = self.value.iter().map(|range| &source[range.clone()]).collect();
        words.join(" ")
    }

    /// Whether its value is a stamp, perhaps one that is not complete yet.
    fn is_stamp(&self) -> bool {
        self.key == STAMP
    }

    /// Whether the value is a complete stamp. It is on a few lines at most.
    fn is_complete_stamp(&self, source: &str) -> bool {
        const MOST_LINES: usize = 5;
        self.is_stamp() && self.value.len() <= MOST_LINES && stamp_date(&self.text(source)).is_some()
    }
}

/// The attribute whose value is a stamp.
const STAMP: &str = "Markings";

/// No record has more attributes.
const MOST: usize = 200;

/// A key that nobody has seen: words that begin with an upper-case letter, before a colon. Values are in upper case, and
/// may hold one.
fn unknown_key(line: &str) -> Option<&str> {
    const LONGEST: usize = 40;
    let (key, _) = unindented(line).split_once(':').filter(|(key, _)| key.len() <= LONGEST)?;
    let is_word = |word: &str| {
        word.starts_with(|first: char| first.is_ascii_uppercase())
            && word.bytes().all(|byte| byte.is_ascii_alphabetic())
            || word == "on"
            || word == "of"
    };
    (key.split(' ').all(is_word) && key.contains(|c: char| c.is_ascii_lowercase())).then_some(key)
}

/// Puts the attributes that say something, in their order.
pub fn put(block: &[AadLine<'_>], builder: &mut TranscriptBuilder<'_>) {
    let source = builder.source();
    for attribute in attributes(block, source) {
        let text = attribute.text(source);
        let Attribute { key, value } = attribute;
        let Some(field) = field(key, &text, key) else { continue };
        if key == "Original Classification" && field != FieldKey::Classification {
            builder.report(Code::ClassificationUnreadable, text.clone());
        }
        if !KEYS.contains(&key) {
            builder.report(Code::AttributeUnknown, key);
        }
        builder.field(field, |builder| builder.join(value, " ", |range, builder| builder.keep(range)));
    }
}

/// The attributes of a block. A key seen before is a continuation, and so is a line that begins with none. A key that is
/// none of the known ones is between two of them. What comes after a complete stamp, or after the last value and a blank
/// line, is of no attribute: the number of a page, the name of the next file.
fn attributes<'t>(block: &[AadLine<'t>], source: &str) -> Vec<Attribute<'t>> {
    let mut attributes: Vec<Attribute<'t>> = Vec::new();
    let last = block.iter().rposition(|line| key_of(line.text).is_some()).unwrap_or(0);
    let mut is_over = false;
    for (at, line) in block.iter().enumerate() {
        let is_value = |attribute: &Attribute<'_>| attribute.is_stamp() && attribute.value.is_empty();
        let unknown = || unknown_key(line.text).filter(|_| at < last && (1..MOST).contains(&attributes.len()));
        match (line.kind, key_of(line.text).or_else(unknown)) {
            (AadLineKind::Blank, _) => is_over |= at > last && attributes.last().is_some_and(|open| !open.is_stamp()),
            // The value of `Markings` is the stamp itself; any other is the head or the foot of a page.
            (AadLineKind::Stamp, _) => {
                if let Some(markings) = attributes.last_mut().filter(|last| is_value(last)) {
                    markings.value.extend(trimmed(line, 0));
                }
            }
            (_, Some(key)) if attributes.iter().all(|known| known.key != key) => {
                let value = trimmed(line, line.text.find(':').map_or(0, |colon| colon + 1)).into_iter().collect();
                attributes.push(Attribute { key, value });
            }
            _ => {
                if let Some(open) = attributes.last_mut().filter(|open| !is_over && !open.is_complete_stamp(source)) {
                    open.value.extend(trimmed(line, 0));
                }
            }
        }
    }
    attributes
}

/// What is on a line after so many bytes, without the end of a file of DOS.
fn trimmed(line: &AadLine<'_>, from: usize) -> Option<Range<usize>> {
    let is_outside = |c: char| c.is_whitespace() || c == '\u{1A}';
    let Range { start, end } = range_of(line.text, line.text[from..].trim_matches(is_outside));
    (start < end).then(|| line.start + start..line.start + end)
}

/// What an attribute is for, whose name in the document is `name`; `None` where it says nothing.
pub fn field(key: &str, value: &str, name: &str) -> Option<FieldKey> {
    if is_null(value) {
        return None;
    }
    Some(match key {
        NUMBER => FieldKey::DocumentNumber,
        "Draft Date" => FieldKey::Drafted(DateForm::NamedMonth),
        "Sent Date" => FieldKey::Date(DateForm::NamedMonth),
        "Subject" => FieldKey::Title,
        "From" => FieldKey::Origin,
        "Original Classification" if is_classification(value) => FieldKey::Classification,
        "Original Handling Restrictions" => FieldKey::Handling,
        "TAGS" => FieldKey::Tags,
        STAMP if stamp_date(value).is_some() => FieldKey::Markings,
        _ => match record_key(key) {
            Some(record) => FieldKey::Record(record, name.into()),
            None => FieldKey::Other(name.into()),
        },
    })
}

/// The column of `record` that an attribute fills.
fn record_key(key: &str) -> Option<RecordKey> {
    Some(match key {
        "Channel Indicators" => RecordKey::Channels,
        "Concepts" => RecordKey::Concepts,
        "Disposition Authority" => RecordKey::ReleaseAuthority,
        "Disposition Case Number" => RecordKey::CaseNumber,
        "Disposition Date" => RecordKey::ReleasedOn(DateForm::NamedMonth),
        "Film Number" => RecordKey::FilmNumber,
        "Handling Restrictions" => RecordKey::Restrictions,
        "Locator" => RecordKey::TextState,
        "Office" => RecordKey::Office,
        "Reference" => RecordKey::CitedCables,
        "Review Exemptions" => RecordKey::ReleaseExemptions,
        "To" => RecordKey::Recipients,
        "Type" => RecordKey::Kind,
        _ => return None,
    })
}

/// Whether a value means none: the archive's empty date is the first of January 1960.
fn is_null(value: &str) -> bool {
    let value = value.trim().to_ascii_uppercase();
    value.is_empty() || value == "N/A" || value.starts_with("01 JAN 1960") || value.starts_with("01-JAN-1960")
}
