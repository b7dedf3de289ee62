//! The records of dumps that are rows, compared with what the output lists of the dumps: together they are to be the dump,
//! each byte once.
//!
//! Rows that follow one another are kept as one stretch: a dump whose rows are in order takes a few bytes, whatever its size.

use std::collections::HashMap;
use std::iter;
use std::ops::Range;

use super::Ids;
use crate::count::count;
use crate::documents::{LeftOut, ListedDocument, OutputLists};
use crate::source::DocumentId;

/// Documents that are told one by one.
const TOLD: usize = 20;

/// The rows of an output that are no whole documents, and what it lists.
#[derive(Debug, Default)]
pub struct Tiling {
    /// Stretches of each document that are rows.
    rows: HashMap<DocumentId, Vec<Range<u64>>>,
    lists: OutputLists,
    /// Whether there are rows that do not say which records they are.
    has_nameless: bool,
    /// Whether the output has a place for such a list.
    has_list: bool,
}

/// What the rows and the list do not have in common.
#[derive(Debug, Default)]
pub struct TilingFindings {
    /// Documents that the rows do not make.
    pub wrong: Vec<String>,
    /// What is to be said of documents that are not listed.
    pub unlisted: Option<String>,
}

impl Tiling {
    /// Takes the rows of a batch.
    pub fn rows(&mut self, ids: &Ids<'_>, count: usize) {
        for row in (0..count).filter(|row| !ids.is_whole(*row)) {
            let extent = ids.extent(row);
            let stretches = self.rows.entry(ids.get(row).document).or_default();
            match stretches.last_mut() {
                Some(last) if last.end == extent.start => last.end = extent.end,
                _ => stretches.push(extent),
            }
        }
    }

    /// Takes rows that do not say which records they are.
    pub fn nameless_rows(&mut self) {
        self.has_nameless = true;
    }

    /// Takes what a file or a folder lists.
    pub fn lists(&mut self, lists: OutputLists) {
        self.lists.add(lists);
        self.has_list = true;
    }

    /// Compares both, once everything was taken.
    pub fn finish(mut self) -> TilingFindings {
        let mut found = TilingFindings::default();
        if !self.has_list || self.has_nameless {
            return found;
        }
        for listed in self.lists.documents.iter().filter(|listed| listed.records.is_some()) {
            let stretches = self.rows.remove(&listed.id()).unwrap_or_default();
            found.wrong.extend(fault(listed, stretches));
        }
        let more = found.wrong.len().saturating_sub(TOLD);
        if more > 0 {
            found.wrong.truncate(TOLD);
            found.wrong.push(format!("{more} more of the kind"));
        }
        // A document that was not read to its end is in no list.
        if let LeftOut { limited: false, unreadable: 0, .. } = self.lists.left_out {
            found.unlisted = self.rows.keys().min().map(|first| unlisted(first, self.rows.len() as u64 - 1));
        }
        found
    }
}

fn unlisted(first: &DocumentId, more: u64) -> String {
    let others =
        if more == 0 { String::new() } else { format!(" and {}", count(more, "other document", "other documents")) };
    format!(
        "records of {first}{others} are rows, but nothing here says what the whole is: only single records come back"
    )
}

/// Why the stretches that are rows, and the records that are listed as no rows, are not the document.
fn fault(listed: &ListedDocument, mut stretches: Vec<Range<u64>>) -> Option<String> {
    if listed.is_page() {
        return None;
    }
    stretches.sort_unstable_by_key(|stretch| (stretch.start, stretch.end));
    let (id, mut at) = (listed.id(), 0);
    let mut not_rows = listed.not_rows.iter().map(|record| record.start).peekable();
    for Range { start, end } in stretches.into_iter().chain(iter::once(listed.size..listed.size)) {
        let is_listed = not_rows.peek() == Some(&at);
        while not_rows.next_if(|record| *record < start).is_some() {}
        if start > at && !is_listed {
            return Some(format!("{id}: the bytes from {at} to {start} are in no row, and the list says of none why"));
        }
        if start < at {
            return Some(format!("{id}: two records overlap at byte {start}"));
        }
        at = end;
    }
    None
}
