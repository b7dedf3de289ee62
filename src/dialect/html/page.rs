//! A page to its fields and its blocks of text.

use std::ops::Range;

use memchr::memmem;

use super::row::PageRow;
use super::tags::{self, TextTags};
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
const HEADING: &[u8] = b"Viewing cable ";
/// What it is in.
const HEADING_TAG: &[u8] = b"<h3";
/// This tag is no longer with its attributes.
const LONGEST_TAG: usize = 256;
/// No name is longer.
const LONGEST_NAME: usize = 64;

/// Whether a document is nothing but the texts of a page.
pub fn is_fragment(bytes: &[u8]) -> bool {
    let text = without_mark(bytes).trim_ascii_start();
    let text = &text[..text.len().min(2 * LONGEST_TAG)];
    TextTags::CodePre.opens(text).next().is_some_and(|open| open.start == 0)
}

/// Whether a document is the stretch of a page that a cable is in, without the page around it.
pub fn is_stretch(bytes: &[u8]) -> bool {
    let text = without_mark(bytes).trim_ascii_start();
    let is_tag = text.first() == Some(&b'<') && text.get(1).is_some_and(u8::is_ascii_alphabetic);
    is_tag && heading(&text[..text.len().min(BEGINNING)]).is_some() && is_cable(text)
}

/// Whether a page shows a cable: its heading, and a text.
pub fn is_cable(bytes: &[u8]) -> bool {
    heading(bytes).is_some_and(|heading| TextTags::Pre.opens(&bytes[heading.end..]).next().is_some())
}

/// The stretch of a page that the cable is in, from its heading to the end of its last text, or to that of the page where
/// this text was cut.
pub fn stretch(bytes: &[u8]) -> Option<Range<usize>> {
    let heading = heading(bytes)?;
    let start = memchr::memrchr(b'<', &bytes[..heading.start])?;
    let end = heading.end + TextTags::CodePre.closes(&bytes[heading.end..]).last()?.end;
    let is_cut = TextTags::Pre.opens(&bytes[end..]).next().is_some();
    Some(start..if is_cut { bytes.len() } else { end })
}

/// The name and the title in the heading; `None` where the page has no heading of a cable.
fn heading(bytes: &[u8]) -> Option<Range<usize>> {
    let start = memmem::find_iter(bytes, HEADING).find_map(|at| {
        let near = &bytes[at.saturating_sub(LONGEST_TAG)..at];
        let tag = at - near.len() + memchr::memrchr(b'<', near)?;
        Some(tag + heading_name(&bytes[tag..])?).filter(|&name| name == at + HEADING.len())
    })?;
    let end = tags::tags(&bytes[start..], b"</h3").next()?.start;
    Some(start..start + end)
}

/// Whether the heading of a cable begins with a tag.
pub fn begins_heading(tag: &[u8]) -> bool {
    heading_name(tag).is_some()
}

/// Where the name of a cable begins in the heading that begins with a tag.
fn heading_name(heading: &[u8]) -> Option<usize> {
    let text = heading[tags::tag_end(heading, HEADING_TAG)?..].trim_ascii_start();
    let name = text.strip_prefix(HEADING)?;
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
    let PageBlocks { blocks, first, tags } = PageBlocks::of(source, table_start);
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
    if let Some(repaired) = tags.repaired() {
        builder.report(Code::HtmlRepaired, repaired);
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
        builder.report(Code::RecordUnclosed, format!("no </pre></code> after byte {}", cut.range.start));
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
    block::lines(text).map(str::trim)
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
    tags: TextTags,
}

struct Block {
    /// Where its markup begins.
    start: usize,
    range: Range<usize>,
    end: BlockEnd,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum BlockEnd {
    Sound,
    Missing,
}

impl PageBlocks {
    fn of(source: &str, from: usize) -> PageBlocks {
        let between = |tags| (tags, PageBlocks::between(source, from, tags));
        let (tags, blocks) = match between(TextTags::CodePre) {
            (_, published) if published.is_empty() => {
                let (all, inner) = (between(TextTags::Pre), between(TextTags::PreCode));
                if inner.1.len() == all.1.len() { inner } else { all }
            }
            published => published,
        };
        PageBlocks { first: blocks.first().map_or(source.len(), |block| block.start), blocks, tags }
    }

    fn between(source: &str, from: usize, tags: TextTags) -> Vec<Block> {
        let bytes = source.as_bytes();
        let open = |from: usize| {
            let open = tags.opens(&bytes[from..]).next();
            open.map(|open| from + open.start..from + open.end)
        };
        let mut blocks = Vec::new();
        let mut next = open(from);
        while let Some(opened) = next {
            let start = opened.end;
            next = open(start);
            let limit = next.as_ref().map_or(source.len(), |next| next.start);
            // A text may hold any other tag, even that of the table, but never the two that end it.
            let border = tags::tags(&bytes[start..limit], b"</div").next().map_or(limit, |border| start + border.start);
            let last = tags.closes(&bytes[start..border]).last();
            let (range, end) = match last.or_else(|| tags.closes(&bytes[start..limit]).next()) {
                Some(close) => (start..start + close.start, BlockEnd::Sound),
                None => (start..limit, BlockEnd::Missing),
            };
            blocks.push(Block { start: opened.start, range, end });
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

/// The tags that end a cell. Programs leave out its own end where another of them follows.
const CELL_ENDS: [&[u8]; 9] = [b"</th", b"</td", b"<th", b"<td", b"</tr", b"<tr", b"</thead", b"</tbody", b"</table"];

/// The texts of the cells that begin with a tag, without the tags within them.
fn cells(source: &str, within: Range<usize>, tag: &str) -> Vec<Range<usize>> {
    let bytes = source.as_bytes();
    let mut cells = Vec::new();
    let mut at = within.start;
    while let Some(open) = tags::tags(&bytes[at..within.end], tag.as_bytes()).next() {
        let start = at + open.end;
        let ends_cell =
            |end: &usize| CELL_ENDS.iter().any(|tag| tags::tag_end(&bytes[*end..within.end], tag).is_some());
        let end = memchr::memchr_iter(b'<', &bytes[start..within.end]).map(|at| start + at).find(ends_cell);
        let end = end.unwrap_or(within.end);
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
        let rest = &source[start..within.end];
        let quote = rest.chars().next().filter(|quote| matches!(quote, '\'' | '"'));
        // Programs leave out the quotes of an address that holds no space.
        let (opening, length) = match quote {
            Some(quote) => (1, rest[1..].find(quote)),
            None => (0, rest.find(|c: char| c.is_whitespace() || c == '>')),
        };
        let Some(length) = length else { break };
        addresses.push(start + opening..start + opening + length);
        at = start + opening + length;
    }
    addresses
}
