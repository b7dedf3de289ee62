//! A row to its fields and its text.

use super::HistoryLab;
use super::member::ArchiveMember;
use crate::dialect::builder::{TranscriptBuilder, transcribe as build};
use crate::dialect::cleaning::Leftovers;
use crate::dialect::fields::{Content, DateForm, FieldKey};
use crate::dialect::json::is_archive_row;
use crate::dialect::{Dialect, NotACable, Recognized, Transcript, aad, lost};

/// Names of members that are attributes of the National Archives under other names.
const ATTRIBUTES: [(&str, &str); 25] = [
    ("channel", "Channel Indicators"),
    ("concepts", "Concepts"),
    ("copy", "Copy"),
    ("disp_authority", "Disposition Authority"),
    ("disp_case", "Disposition Case Number"),
    ("drafter", "Drafter"),
    ("enclosure", "Enclosure"),
    ("eo", "Executive Order"),
    ("errors", "Errors"),
    ("film", "Film Number"),
    ("from_field", "From"),
    ("handling", "Handling Restrictions"),
    ("line_count", "Line Count"),
    ("locator", "Locator"),
    ("markings", "Markings"),
    ("nara_markings", "Markings"),
    ("office", "Office"),
    ("origclass", "Original Classification"),
    ("orighand", "Original Handling Restrictions"),
    ("page_count", "Page Count"),
    ("reference", "Reference"),
    ("review_exemptions", "Review Exemptions"),
    ("tags", "TAGS"),
    ("to_field", "To"),
    ("type", "Type"),
];
/// Members that name the document, the best first.
const NUMBERS: [&str; 3] = ["doc_nbr", "doc_id", "id"];
/// Members that date it.
const DATES: [&str; 2] = ["date", "authored"];
/// Members that give it a title.
const TITLES: [&str; 2] = ["subject", "title"];
/// Members that hold its text, the fullest first.
const TEXTS: [&str; 4] = ["raw_body", "full_text", "body", "body_markup"];
/// What the archive writes for a title where there is none.
const NO_TITLE: &str = "No Title - Document Id:";
/// The collection whose documents are telegrams.
const COLLECTION: &str = "cfpf";

/// Transcribes a record in which these members were seen; `members` are those of the record in the making.
pub fn transcribe(
    bytes: Vec<u8>,
    found: Vec<ArchiveMember>,
    file_name: &str,
    members: impl FnOnce(&mut TranscriptBuilder<'_>) -> Vec<ArchiveMember>,
) -> Recognized {
    if !is_archive_row(found.iter().map(|member| member.name.as_str())) {
        return Recognized::Ignored(NotACable::OtherText);
    }
    let value = |name: &str| found.iter().find(|member| member.name == name).map(|member| member.shown(&bytes));
    if value("corpus").is_some_and(|corpus| corpus != COLLECTION) {
        return Recognized::Ignored(NotACable::OtherCollection);
    }
    // Cards of withdrawn documents and lines of the index to microfilms; numbers of airgrams hold a hyphen.
    let is_other = value("type").is_some_and(|kind| kind != "TE" && !kind.is_empty());
    let is_airgram = NUMBERS.iter().find_map(|name| value(name)).is_some_and(|number| number.contains('-'));
    if is_other || is_airgram {
        return Recognized::Ignored(NotACable::NoTelegram);
    }
    let read = |builder: &mut TranscriptBuilder<'_>| read(members(builder), builder);
    let transcript = build(HistoryLab.name(), bytes, file_name, Leftovers::None, read);
    // What the archive calls raw kept its lines.
    let joins_lines = matches!(transcript.content, Content::TextAlone(_));
    Recognized::of(Transcript { joins_lines, ..transcript })
}

fn read(members: Vec<ArchiveMember>, builder: &mut TranscriptBuilder<'_>) {
    let bytes = builder.source().as_bytes();
    // A part of a name can be another name; a part of a text is text.
    let is_part = |member: &ArchiveMember| member.is_part() && !TEXTS.contains(&member.name.as_str());
    let is_said = |member: &ArchiveMember| !member.shown(bytes).trim().is_empty() && !is_part(member);
    let members: Vec<ArchiveMember> = members.into_iter().filter(is_said).collect();
    let first = |names: &[&str]| names.iter().find_map(|name| members.iter().position(|member| member.name == *name));
    let (number, date, title) = (first(&NUMBERS), first(&DATES), first(&TITLES));
    let level = first(&["origclass", "classification"]);
    for (at, member) in members.iter().enumerate() {
        let (at, shown) = (Some(at), member.shown(bytes));
        let key = match member.name.as_str() {
            _ if at == number => Some(FieldKey::DocumentNumber),
            _ if at == date => Some(FieldKey::Date(DateForm::IsoDay)),
            _ if at == title => (!shown.starts_with(NO_TITLE)).then_some(FieldKey::Title),
            _ if at == level => aad::field("Original Classification", &shown.to_ascii_uppercase(), &member.name),
            name if TEXTS.contains(&name) => None,
            name => {
                let attribute = ATTRIBUTES.iter().find(|(known, _)| *known == name).map_or(name, |(_, key)| key);
                aad::field(attribute, &shown, name)
            }
        };
        if let Some(key) = key {
            builder.field(key, |builder| member.clone().put_list(builder));
        }
    }
    match first(&TEXTS).map(|at| &members[at]).filter(|text| !lost::is_lost(&text.shown(bytes))) {
        // A header comes only with what is called raw.
        Some(text) if text.name == TEXTS[0] => builder.whole(|builder| text.clone().put(builder)),
        Some(text) => builder.text_alone(|builder| text.clone().put(builder)),
        None => {
            let found = first(&TEXTS).map(|at| members[at].shown(bytes));
            lost::put(&found.unwrap_or_default(), builder);
        }
    }
}
