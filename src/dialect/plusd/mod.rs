//! Pages of the Public Library of US Diplomacy, alone or merged into one file by a crawl: pairs of labels and values, and
//! the text of a telegram.
//!
//! Which element holds the text is not relied on. The key block at the front of a page and its navigation are in no column
//! but the source text.

mod page;

use std::sync::Arc;

use memchr::memmem;

use super::split::{ByPage, PageSigns, begins_tag, begins_web_page};
use super::{Confidence, Dialect, Form, Head, NotACable, Position, Recognized, Splitter, kinds};

/// The dialect.
#[derive(Debug)]
pub struct Plusd;

/// The element that the records of a merged crawl begin with.
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

    fn records_read_alike(&self, _: &Head<'_>) -> bool {
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
        Box::new(ByPage::<LibrarySigns>::new(limit))
    }

    fn transcribe(&self, bytes: Vec<u8>, _: Position, file_name: &str) -> Recognized {
        match page::transcribe(bytes, file_name) {
            Some(transcript) => Recognized::of(transcript),
            None => Recognized::Ignored(NotACable::HtmlPage),
        }
    }
}

/// What a record has shown so far.
#[derive(Clone, Copy, Default)]
enum LibrarySigns {
    /// Nothing: it may be what comes before the first page.
    #[default]
    Nothing,
    /// The element of a merged crawl, with a page in it.
    Document,
    /// The table of labels of a page.
    Page,
}

impl PageSigns for LibrarySigns {
    fn begins(&self, tag: &[u8]) -> bool {
        match self {
            LibrarySigns::Nothing => false,
            LibrarySigns::Document => begins_tag(tag, DOCUMENT),
            LibrarySigns::Page => begins_tag(tag, DOCUMENT) || begins_web_page(tag),
        }
    }

    fn pass(&mut self, tag: &[u8]) {
        let holds = |mark: &str| {
            let end = memchr::memchr(b'>', tag).unwrap_or(tag.len());
            memmem::find(&tag[..end], mark.as_bytes()).is_some()
        };
        match self {
            LibrarySigns::Nothing if begins_tag(tag, DOCUMENT) => *self = LibrarySigns::Document,
            LibrarySigns::Nothing if holds("s_key") || holds("synopsis") => *self = LibrarySigns::Page,
            _ => {}
        }
    }
}
