//! A page to its fields and its blocks of text.

use std::ops::Range;

use memchr::memmem;

use super::row::PageRow;
use super::{Html, block};
use crate::diagnostic::Code;
use crate::dialect::builder::{TranscriptBuilder, transcribe as build};
use crate::dialect::cleaning::Leftovers;
use crate::dialect::columns::date_form;
use crate::dialect::decode::without_mark;
use crate::dialect::fields::{DateForm, FieldKey};
use crate::dialect::{BEGINNING, Dialect, Transcript, plain};
use crate::lex::envelope::is_identifier;
use crate::lex::range_of;

/// What the heading of a cable's page says before its name.
const HEADING: &str = "Viewing cable ";
/// What it is in.
const HEADING_TAG: &str = "<h3";
/// This tag is no longer with its attributes.
const LONGEST_TAG: usize = 256;
/// No name is longer.
const LONGEST_NAME: usize = 64;
/// What is around a text.
const OPEN: &str = "<code><pre>";
const CLOSE: &str = "</pre></code>";

/// Whether a document is nothing but the texts of a page.
pub fn is_fragment(bytes: &[u8]) -> bool {
    without_mark(bytes).trim_ascii_start().starts_with(OPEN.as_bytes())
}

/// Whether a document is the stretch of a page that a cable is in, without the page around it.
pub fn is_stretch(bytes: &[u8]) -> bool {
    let text = without_mark(bytes).trim_ascii_start();
    let is_tag = text.first() == Some(&b'<') && text.get(1).is_some_and(u8::is_ascii_alphabetic);
    is_tag && heading(&text[..text.len().min(BEGINNING)]).is_some() && is_cable(text)
}

/// Whether a page shows a cable: its heading, and a text.
pub fn is_cable(bytes: &[u8]) -> bool {
    heading(bytes).is_some_and(|heading| memmem::find(&bytes[heading.end..], b"<pre>").is_some())
}

/// The stretch of a page that the cable is in, from its heading to the end of its last text, or to that of the page where
/// this text was cut.
pub fn stretch(bytes: &[u8]) -> Option<Range<usize>> {
    let heading = heading(bytes)?;
    let start = memchr::memrchr(b'<', &bytes[..heading.start])?;
    let end = heading.end + memmem::rfind(&bytes[heading.end..], CLOSE.as_bytes())? + CLOSE.len();
    let is_cut = memmem::find(&bytes[end..], b"<pre>").is_some();
    Some(start..if is_cut { bytes.len() } else { end })
}

/// The name and the title in the heading; `None` where the page has no heading of a cable.
fn heading(bytes: &[u8]) -> Option<Range<usize>> {
    let start = memmem::find_iter(bytes, HEADING_TAG).find_map(|tag| Some(tag + heading_name(&bytes[tag..])?))?;
    let end = start + memmem::find(&bytes[start..], b"</h3>")?;
    Some(start..end)
}

/// Whether the heading of a cable begins with a tag.
pub fn begins_heading(tag: &[u8]) -> bool {
    tag.starts_with(HEADING_TAG.as_bytes()) && heading_name(tag).is_some()
}

/// Where the name of a cable begins in the heading that begins with a tag.
fn heading_name(heading: &[u8]) -> Option<usize> {
    let tag_end = memchr::memchr(b'>', &heading[..heading.len().min(LONGEST_TAG)])?;
    let text = &heading[tag_end + 1..];
    let name = text.strip_prefix(HEADING.as_bytes())?;
    let comma = memchr::memchr(b',', &name[..name.len().min(LONGEST_NAME)])?;
    let is_named = std::str::from_utf8(&name[..comma]).is_ok_and(is_identifier);
    is_named.then_some(heading.len() - name.len())
}

/// Transcribes a page, a stretch of one, or a fragment.
pub fn transcribe(bytes: Vec<u8>, file_name: &str) -> Transcript {
    // Copies get names such as `06LIMA9971 (1)`.
    let name = file_name.split([' ', '(']).next().filter(|name| is_identifier(name)).unwrap_or(file_name);
    build(Html.name(), bytes, name, Leftovers::All, |builder| read(name, builder))
}

fn read(file_name: &str, builder: &mut TranscriptBuilder<'_>) {
    let source = builder.source();
    let heading = heading(source.as_bytes());
    let table_start = heading.as_ref().map_or(0, |heading| heading.end);
    let PageBlocks { blocks, first, form } = PageBlocks::of(source, table_start);
    let table = PageTable::of(source, table_start..first);
    let id = put_names(heading, &table, file_name, builder);
    put_dates(&table, builder);
    for (key, value) in [(FieldKey::Classification, table.classification), (FieldKey::Origin, table.origin)] {
        if let Some(value) = value {
            builder.field(key, |builder| builder.keep(value));
        }
    }
    for article in table.articles {
        builder.field(FieldKey::Article, |builder| builder.keep(article));
    }
    if form == BlockForm::Repaired {
        builder.report(Code::HtmlRepaired, "texts without <code>");
    }
    put_blocks(&blocks, id.unwrap_or_default(), builder);
}

/// Puts the name of the cable, by the row of the table, else by the heading, and its title. Gives the name.
fn put_names<'s>(
    heading: Option<Range<usize>>,
    table: &PageTable,
    file_name: &str,
    builder: &mut TranscriptBuilder<'s>,
) -> Option<&'s str> {
    let source = builder.source();
    let parts = heading.map(|heading| {
        let comma = source[heading.clone()].find(',').map_or(heading.end, |comma| heading.start + comma);
        let title = (comma + 1).min(heading.end);
        let blank = usize::from(source[title..heading.end].starts_with(' '));
        (heading.start..comma, title + blank..heading.end)
    });
    let (name, title) = parts.unzip();
    let id = table.id.clone().or(name.clone());
    if let Some(id) = &id {
        let id = source[id.clone()].trim();
        let heading_name = name.map(|name| &source[name]);
        let others = [heading_name, Some(file_name).filter(|name| is_identifier(name))];
        for other in others.into_iter().flatten().filter(|other| *other != id) {
            builder.report(Code::MrnDiffers, format!("{other} for {id}"));
        }
    }
    if let Some(id) = id.clone() {
        builder.field(FieldKey::Identifier, |builder| builder.keep(id));
    }
    if let Some(title) = title.filter(|title| !source[title.clone()].trim().is_empty()) {
        builder.field(FieldKey::Title, |builder| block::put(title, block::Written::Heading, builder));
    }
    id.map(|id| source[id].trim())
}

fn put_dates(table: &PageTable, builder: &mut TranscriptBuilder<'_>) {
    let source = builder.source();
    let times = [&table.created, &table.released].into_iter().flatten();
    // A whole edition was made with the hour for the minute: both times of a page show it.
    let repeats = times.clone().count() > 0 && times.clone().all(|time| repeats_hour(&source[time.clone()]));
    if let Some(created) = table.created.clone() {
        let form = if repeats { DateForm::IsoHour } else { date_form(&source[created.clone()], DateForm::MonthFirst) };
        builder.field(FieldKey::Date(form), |builder| builder.keep(created));
    }
    if let Some(released) = table.released.clone() {
        builder.field(FieldKey::Released, |builder| builder.keep(released));
    }
}

/// Whether the minute of `2006-05-04 21:09` is its hour on a clock of twelve.
pub fn repeats_hour(time: &str) -> bool {
    let parts = time.trim().split_once(' ').and_then(|(_, time)| time.split_once(':'));
    let Some((Ok(hour), Ok(minute))) = parts.map(|(hour, minute)| (hour.parse::<u8>(), minute.parse::<u8>())) else {
        return false;
    };
    hour < 24 && minute == (hour + 11) % 12 + 1
}

/// Puts header and body. Where there are more texts, nothing tells which of them belong together.
fn put_blocks(blocks: &[Block], id: &str, builder: &mut TranscriptBuilder<'_>) {
    let source = builder.source();
    if let Some(cut) = blocks.iter().find(|block| block.end == BlockEnd::Missing) {
        builder.report(Code::RecordUnclosed, format!("no {CLOSE} after byte {}", cut.range.start));
    }
    let ranges: Vec<Range<usize>> = blocks.iter().map(|block| block.range.clone()).collect();
    let (header, texts) = ranges.split_at(usize::from(begins_with_header(source, &ranges)));
    let mut texts = texts.to_vec();
    if texts.len() > 1 {
        builder.report(Code::SeveralCables, format!("{} texts", ranges.len()));
    }
    if let ([header], [body, ..]) = (header, &mut texts[..])
        && let Some(row) = PageRow::of(source, body.clone(), id, &source[header.clone()])
    {
        *body = row.text;
        for (key, value) in [(FieldKey::Number, row.number), (FieldKey::References, row.references)] {
            if let Some(value) = value {
                builder.field(key, |builder| builder.keep(value));
            }
        }
    }
    let put = |range: Range<usize>, builder: &mut TranscriptBuilder<'_>| {
        block::put(range.clone(), block::written(&source[range]), builder);
    };
    builder.halves(
        |builder| builder.join(header.iter().cloned(), "\n\n", put),
        |builder| builder.join(texts, "\n\n", put),
    );
}

/// Whether the first text of a page is a header. Of two it is one, unless both begin as bodies do.
fn begins_with_header(source: &str, texts: &[Range<usize>]) -> bool {
    let is_body = |text: &Range<usize>| {
        lines(&source[text.clone()]).find(|line| !line.is_empty()).is_some_and(plain::is_classification_line)
    };
    match texts {
        [] => false,
        [only] => is_header(&source[only.clone()]),
        [first, second, ..] => !(is_body(first) && is_body(second)),
    }
}

/// The lines of a text, however it is written.
fn lines(text: &str) -> impl Iterator<Item = &str> + Clone {
    text.split(block::LINE_END).flat_map(str::lines).map(str::trim)
}

/// Whether the only text of a page is a header: it begins as one does, and no line of it is the first of a text.
fn is_header(text: &str) -> bool {
    let mut lines = lines(text);
    let begins = lines.clone().find(|line| !line.is_empty()).is_some_and(|line| {
        line.starts_with("VZCZC") || line.starts_with("This record is a partial") || plain::is_date_time_group(line)
    });
    begins && !lines.any(plain::is_classification_line)
}

/// The texts of a page.
struct PageBlocks {
    blocks: Vec<Block>,
    /// Where the first begins, its markup included.
    first: usize,
    form: BlockForm,
}

struct Block {
    range: Range<usize>,
    end: BlockEnd,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum BlockEnd {
    Sound,
    Missing,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum BlockForm {
    /// `<code><pre>`.
    Original,
    /// `<pre>`, which somebody's program left.
    Repaired,
}

impl PageBlocks {
    fn of(source: &str, from: usize) -> PageBlocks {
        let original = PageBlocks::between(source, from, OPEN, CLOSE);
        match original.is_empty() {
            false => {
                PageBlocks { first: original[0].range.start - OPEN.len(), blocks: original, form: BlockForm::Original }
            }
            true => {
                let blocks = PageBlocks::between(source, from, "<pre>", "</pre>");
                let first = blocks.first().map_or(source.len(), |block| block.range.start);
                PageBlocks { first, blocks, form: BlockForm::Repaired }
            }
        }
    }

    fn between(source: &str, from: usize, open: &str, close: &str) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut at = from;
        while let Some(start) = source[at..].find(open).map(|ahead| at + ahead + open.len()) {
            let next = source[start..].find(open).map_or(source.len(), |ahead| start + ahead);
            // A text may hold any other tag, even that of the table, but never the two that end it.
            let border = source[start..next].find("</div>").map_or(next, |ahead| start + ahead);
            let end = source[start..border].rfind(close).or_else(|| source[start..next].find(close));
            let (range, end) = match end {
                Some(length) => (start..start + length, BlockEnd::Sound),
                None => (start..next, BlockEnd::Missing),
            };
            at = range.end;
            blocks.push(Block { range, end });
        }
        blocks
    }
}

/// The values of the table, where they are in the page.
#[derive(Default)]
struct PageTable {
    id: Option<Range<usize>>,
    created: Option<Range<usize>>,
    released: Option<Range<usize>>,
    classification: Option<Range<usize>>,
    origin: Option<Range<usize>>,
    articles: Vec<Range<usize>>,
}

impl PageTable {
    fn of(source: &str, within: Range<usize>) -> PageTable {
        let mut table = PageTable::default();
        let names = cells(source, within.clone(), "<th");
        let values = cells(source, within.clone(), "<td");
        for (name, value) in names.iter().zip(&values) {
            let value = Some(value.clone()).filter(|value| !value.is_empty());
            match source[name.clone()].trim() {
                "Reference ID" => table.id = value,
                "Created" | "Date" => table.created = value,
                "Released" => table.released = value,
                "Classification" => table.classification = value,
                "Origin" => table.origin = value,
                _ => {}
            }
        }
        if let Some(start) = source[within.clone()].find("Appears in these articles") {
            table.articles = addresses(source, within.start + start..within.end);
        }
        table
    }
}

/// The texts of the cells that begin with a tag, without the tags within them.
fn cells(source: &str, within: Range<usize>, tag: &str) -> Vec<Range<usize>> {
    let closing = format!("</{}", &tag[1..]);
    let mut cells = Vec::new();
    let mut at = within.start;
    while let Some(open) = source[at..within.end].find(tag).map(|ahead| at + ahead) {
        let Some(start) = source[open..within.end].find('>').map(|ahead| open + ahead + 1) else { break };
        let end = source[start..within.end].find(&closing).map_or(within.end, |ahead| start + ahead);
        cells.push(bare(source, start..end));
        at = end;
    }
    cells
}

/// What is within the tags around a text.
fn bare(source: &str, cell: Range<usize>) -> Range<usize> {
    let mut text = source[cell.clone()].trim();
    while let Some((_, rest)) = text.strip_prefix('<').and_then(|text| text.split_once('>')) {
        text = rest.trim_start();
    }
    let text = text.split('<').next().unwrap_or_default().trim_end();
    range_of(source, text)
}

/// The addresses that links lead to.
fn addresses(source: &str, within: Range<usize>) -> Vec<Range<usize>> {
    let mut addresses = Vec::new();
    let mut at = within.start;
    while let Some(start) = source[at..within.end].find("href=").map(|ahead| at + ahead + 5) {
        let quote = source[start..within.end].chars().next().filter(|quote| matches!(quote, '\'' | '"'));
        let Some(quote) = quote else { break };
        let Some(length) = source[start + 1..within.end].find(quote) else { break };
        addresses.push(start + 1..start + 1 + length);
        at = start + 1 + length;
    }
    addresses
}
