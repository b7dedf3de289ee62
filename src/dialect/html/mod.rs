//! Pages of the web edition, as they were published, mirrored or saved again, and fragments of them.
//!
//! No tree is built: the pages escape nothing, so that a parser of HTML would damage their texts. Five marks are looked
//! for, and everything between them is taken as it is.

mod block;
mod page;
mod row;
mod tags;

pub(super) use page::repeats_hour;

use std::ops::Range;
use std::sync::Arc;

use super::split::{ByPage, PageSigns, begins_tag, begins_web_page};
use super::{Confidence, Dialect, Extent, Form, Head, NotACable, Position, Recognized, Splitter, kinds};

/// The dialect.
#[derive(Debug)]
pub struct Html;

impl Dialect for Html {
    fn name(&self) -> &'static str {
        "html"
    }

    fn recognizes(&self, head: &Head<'_>) -> Confidence {
        if page::is_fragment(head.bytes) || page::is_stretch(head.bytes) {
            return Confidence::Certain;
        }
        let beginning = head.beginning();
        match kinds::begins_markup(&beginning) {
            false => Confidence::No,
            true if page::is_cable(head.bytes) => Confidence::Certain,
            true if kinds::is_other_xml(&beginning) => Confidence::No,
            // The navigation of a page may be longer than what is seen of it.
            true if head.extent == Extent::Beginning => Confidence::Maybe,
            true => Confidence::No,
        }
    }

    fn form(&self, _: &Head<'_>) -> Arc<dyn Form> {
        Arc::new(Page)
    }

    fn records_read_alike(&self, _: &Head<'_>) -> bool {
        true
    }
}

/// A page, or several in one file.
#[derive(Debug)]
struct Page;

impl Form for Page {
    fn dialect(&self) -> &'static str {
        Html.name()
    }

    fn splitter(&self, limit: usize) -> Box<dyn Splitter> {
        Box::new(ByPage::<CableSigns>::new(limit))
    }

    fn stretch(&self, bytes: &[u8], position: Position) -> Range<usize> {
        // What is between the cables of several pages is kept with them, so that their file can be restored.
        let stretch = (position == Position::Only).then(|| page::stretch(bytes)).flatten();
        stretch.unwrap_or(0..bytes.len())
    }

    fn transcribe(&self, bytes: Vec<u8>, _: Position, file_name: &str) -> Recognized {
        match page::is_fragment(&bytes) || page::is_cable(&bytes) {
            true => Recognized::of(page::transcribe(bytes, file_name)),
            false => Recognized::Ignored(NotACable::HtmlPage),
        }
    }
}

/// What a page has shown of a cable.
#[derive(Clone, Copy, Default)]
enum CableSigns {
    /// Nothing: there may be a list of cables before the first.
    #[default]
    Nothing,
    /// The heading.
    Heading,
    /// A text below it.
    Text,
}

impl PageSigns for CableSigns {
    fn begins(&self, tag: &[u8]) -> bool {
        match self {
            CableSigns::Nothing => false,
            CableSigns::Heading => begins_web_page(tag),
            CableSigns::Text => begins_web_page(tag) || page::begins_heading(tag),
        }
    }

    fn pass(&mut self, tag: &[u8]) {
        match self {
            CableSigns::Nothing if page::begins_heading(tag) => *self = CableSigns::Heading,
            CableSigns::Heading if begins_tag(tag, b"<pre") => *self = CableSigns::Text,
            _ => {}
        }
    }
}
