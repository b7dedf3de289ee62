//! A row of a database in the place of a page's text: some pages have the fields and the header once more before it.

use std::ops::Range;

use super::block;
use crate::dialect::columns::RecordColumns;

/// The row of the cable that its page shows.
pub struct PageRow {
    /// Number of the record.
    pub number: Option<Range<usize>>,
    /// Cables that a machine found to be referred to.
    pub references: Option<Range<usize>>,
    /// The text, and what comes after the row.
    pub text: Range<usize>,
}

impl PageRow {
    /// The row that `body` begins with, if it is of the cable `id`. A header in it that is that of the page, `header`, is
    /// left out.
    pub fn of(source: &str, body: Range<usize>, id: &str, header: &str) -> Option<PageRow> {
        let tabs = source[body.clone()].match_indices('\t').map(|(at, _)| body.start + at);
        let mut start = body.start;
        let mut fields: Vec<Range<usize>> =
            tabs.take(FIELDS).map(|tab| std::mem::replace(&mut start, tab + 1)..tab).collect();
        let is_number = |field: &Range<usize>| source[field.clone()].bytes().all(|byte| byte.is_ascii_digit());
        if !fields.first().is_some_and(is_number) {
            // People copied it without its number: the last of these is none of the fields.
            fields.truncate(FIELDS - 1);
            fields.insert(0, body.start..body.start);
        }
        let values: Vec<&str> = fields.iter().map(|field| &source[field.clone()]).collect();
        let is_own = values.len() == FIELDS && RecordColumns::of_dump().fit(&values) && values[2].trim() == id;
        let text = fields.last().filter(|_| is_own)?.end + 1;
        let passed = after_header(header, &source[text..body.end]).unwrap_or(0);
        let filled = |field: &Range<usize>| Some(field.clone()).filter(|field| !field.is_empty());
        Some(PageRow { number: filled(&fields[0]), references: filled(&fields[5]), text: text + passed..body.end })
    }
}

/// Number, date, name, origin, level and references.
const FIELDS: usize = 6;

/// How much of a row its header takes, if it is that of the page; a line end in a row has a backslash before it.
fn after_header(header: &str, row: &str) -> Option<usize> {
    let mut rest = row;
    for (number, line) in block::lines(header).enumerate() {
        if number > 0 {
            rest = after_line_end(rest)?;
        }
        rest = rest.strip_prefix(line.trim_end())?;
    }
    while let Some(next) = rest.strip_prefix('\t').or_else(|| after_line_end(rest)) {
        rest = next;
    }
    Some(row.len() - rest.len())
}

fn after_line_end(text: &str) -> Option<&str> {
    let text = text.trim_start_matches(' ');
    let text = text.strip_prefix('\\').unwrap_or(text);
    block::line_end(text).map(|length| &text[length..])
}
