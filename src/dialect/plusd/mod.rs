//! Pages of the Public Library of US Diplomacy, alone or merged into one file by a crawl: pairs of labels and values, and
//! the text of a telegram.
//!
//! Which element holds the text is not relied on. The key block at the front of a page and its navigation are in no column
//! but the source text.

mod page;

use std::sync::Arc;

use memchr::memmem;

use super::split::{ByLine, Starts};
use super::{Confidence, Dialect, Form, Head, NotACable, Position, Recognized, Splitter, kinds};

/// The dialect.
#[derive(Debug)]
pub struct Plusd;

/// What the records of a merged crawl begin with.
const DOCUMENT: &[u8] = b"<document_content";

impl Dialect for Plusd {
    fn name(&self) -> &'static str {
        "plusd"
    }

    fn recognizes(&self, head: &Head<'_>) -> Confidence {
        let beginning = head.beginning();
        let is_merged = ["<nb_documents>", "<document_id ", "<document_content "]
            .iter()
            .any(|tag| beginning.trim_start().starts_with(tag));
        if is_merged || kinds::begins_markup(&beginning) && is_page(head.bytes) {
            Confidence::Certain
        } else {
            Confidence::No
        }
    }

    fn form(&self, _: &Head<'_>) -> Arc<dyn Form> {
        Arc::new(LibraryPages)
    }

    fn records_read_alike(&self) -> bool {
        true
    }
}

/// Whether a page is of the library, by its table of labels or by its own address.
fn is_page(bytes: &[u8]) -> bool {
    let holds = |text: &str| memmem::find(bytes, text.as_bytes()).is_some();
    holds("synopsis") && holds("s_key") || holds("/plusd/cables/") && holds("<link")
}

/// A page, or several in one file.
#[derive(Debug)]
struct LibraryPages;

impl Form for LibraryPages {
    fn dialect(&self) -> &'static str {
        Plusd.name()
    }

    fn splitter(&self, limit: usize) -> Box<dyn Splitter> {
        Box::new(ByLine::new(PageStarts, limit))
    }

    fn transcribe(&self, bytes: Vec<u8>, _: Position, file_name: &str) -> Recognized {
        match page::transcribe(bytes, file_name) {
            Some(transcript) => Recognized::of(transcript),
            None => Recognized::Ignored(NotACable::HtmlPage),
        }
    }
}

/// A page of a merged crawl begins with its element, once there was one.
struct PageStarts;

impl Starts for PageStarts {
    const AHEAD: usize = 32;

    fn may_start(&self, line: &[u8]) -> bool {
        line.first() == Some(&b'<')
    }

    fn starts(&mut self, before: Option<&[u8]>, rest: &[u8]) -> bool {
        rest.starts_with(DOCUMENT) && before.is_none_or(|record| memmem::find(record, DOCUMENT).is_some())
    }
}
