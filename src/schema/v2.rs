//! The columns of schema version 2: those of version 1, and what 1 lacks for the records of a keeper and for research.
//!
//! Released with its files under `schemas/v2`, and never to be changed.

use super::Row;
use super::column::{Column, day, group, groups_where, instant, ints, long, text, texts};
use crate::cable::{Clock, KeeperRecord, RecordKind, TextState};

/// The columns in order; those of version 1 are the same objects.
#[rustfmt::skip] // One line a column reads as a table.
pub fn columns(v1: &[Column<Row>]) -> Vec<Column<Row>> {
    let mut columns = v1.to_vec();
    let mut after = |name: &str, column| {
        let place = place(&columns, name) + 1;
        columns.insert(place, column);
    };
    after("text_classification", text("highest_classification", "Highest level among envelope, classification line, subject, headings and paragraphs, in words.", |r: &Row| r.cable.highest_classification()).attribute());
    after("date_time_group", text("relay_counter", "Number that the relay gave the message, from the dashed line of the office-distribution form.", |r: &Row| r.cable.relay_counter.as_deref()).attribute());
    after("sent_at", text("sent_at_basis", "Clock that sent_at is of: date-time-group, time-of-file, dateline, record.", |r: &Row| r.cable.sent_at_basis.map(Clock::name)).attribute());
    after("downgrade_on", day("review_on", "Date on which the classification is to be reviewed (RDS of E.O. 12065): not a date of declassification.", |r: &Row| r.cable.review_on).attribute());
    after("action_paragraphs", ints("protect_paragraphs", "Paragraphs that ask to protect a source.", |r: &Row| &r.cable.protect_paragraphs));
    after("trailer", group("record", "What the keeper's record says, such as that of an archive; never the cable's own word.", |r: &Row| Some(&r.cable.record), record()).required());
    let record_fields = place(&columns, "record_fields");
    columns[record_fields] = groups_where("record_fields", "Fields of the envelope or record that no other column holds whole, as found.", |r: &Row| &r.cable.record_fields, |field| !field.is_held, super::v1::record_field());
    for (name, doc) in BETTER {
        let place = place(&columns, name.split('.').next().unwrap_or(name));
        columns[place].describe(name, doc);
    }
    columns
}

fn place(columns: &[Column<Row>], name: &str) -> usize {
    let found = columns.iter().position(|column| column.description().name == name);
    found.expect("version 1 has the column")
}

/// Descriptions that say more, or say it better, than those of version 1.
#[rustfmt::skip]
const BETTER: [(&str, &str); 13] = [
    ("mrn_as_found", "Identifier as found: first line of the envelope, column of the row, document number of the record; else the name of the file."),
    ("title", "Title of the envelope or record, verbatim."),
    ("date", "Calendar date of the envelope or record, else of sent_at (UTC)."),
    ("classification", "Level when sent, in words: of the envelope or record, else of the text; never a level that a keeper gave later."),
    ("controls", "Controls after the level of the envelope, or restrictions of the record when sent, as written there."),
    ("origin", "Origin as the envelope or record names it."),
    ("partial", "Whether the document has the partial-extract notice."),
    ("addressees.precedence", "Precedence after the name; null where unwritten."),
    ("refs.note", "Note after the item, such as NOTAL."),
    ("action_paragraphs", "Paragraphs that hold the action request or that it names."),
    ("paragraphs.text", "Text without number and marking; wraps joined, tables kept, blocks separated by one blank line."),
    ("source.member", "Name within a container."),
    ("source.encoding", "How the bytes became text: utf-8, windows-1252, utf-16le or utf-16be."),
];

#[rustfmt::skip]
fn record() -> Vec<Column<KeeperRecord>> {
    vec![
        text("kind", "Kind of document: telegram, airgram, index-entry, notice.", |r: &KeeperRecord| r.kind.map(RecordKind::name)).attribute(),
        text("number", "Number of the document or the record, as found: 1975LIMA09123 of the National Archives, the number of a row.", |r: &KeeperRecord| r.number.as_deref()).attribute(),
        text("text_state", "How much of the text there is: complete, part, lost, microfilm, withheld, none.", |r: &KeeperRecord| r.text_state.map(TextState::name)).attribute(),
        instant("recorded_at", "When the record says that the cable was sent.", |r: &KeeperRecord| r.recorded_at).attribute(),
        day("drafted_on", "Day on which the cable was drafted.", |r: &KeeperRecord| r.drafted_on).attribute(),
        day("released_on", "Day on which the record was released.", |r: &KeeperRecord| r.released_on).attribute(),
        text("film_number", "Number of the microfilm and its frame, such as D750242-0001.", |r: &KeeperRecord| r.film_number.as_deref()).attribute(),
        text("office", "Office that had action or wrote the cable, as found: ACTION EUR.", |r: &KeeperRecord| r.office.as_deref()).attribute(),
        text("case_number", "Number of the case in which the record was released.", |r: &KeeperRecord| r.case_number.as_deref()).attribute(),
        text("release_document", "Number of the document in that case.", |r: &KeeperRecord| r.release_document.as_deref()).attribute(),
        text("page_sha256", "SHA-256 of the whole page of which the row keeps a stretch, lower-case hexadecimal.", |r: &KeeperRecord| r.page_sha256.as_deref()).attribute(),
        long("page_size", "Bytes of that page.", |r: &KeeperRecord| r.page_size.map(|size| size as i64)).attribute(),
        text("release_authority", "Who released the record.", |r: &KeeperRecord| r.release_authority.as_deref()).attribute(),
        texts("release_exemptions", "Reasons for which something was not released, such as B1.", |r: &KeeperRecord| &r.release_exemptions),
        texts("recipients", "Addressees as the keeper's index has them.", |r: &KeeperRecord| &r.recipients),
        texts("restrictions", "Handling restrictions of the record as it is kept now; those when sent are in controls.", |r: &KeeperRecord| &r.restrictions),
        texts("channels", "Channels, such as ROG.", |r: &KeeperRecord| &r.channels),
        texts("concepts", "Subjects from the keeper's controlled vocabulary.", |r: &KeeperRecord| &r.concepts),
        texts("tags", "TAGS as the keeper lists them, canonical.", |r: &KeeperRecord| &r.tags),
        texts("cited_mrns", "Canonical message reference numbers that the record lists as cited.", |r: &KeeperRecord| &r.cited_mrns),
        texts("articles", "Addresses of articles that used the cable.", |r: &KeeperRecord| &r.articles),
    ]
}
