//! Pages of the web edition, as they were published, mirrored or saved again, and fragments of them.
//!
//! No tree is built: the pages escape nothing, so that a parser of HTML would damage their texts. Five marks are looked
//! for, and everything between them is taken as it is.

mod block;
mod page;
mod row;

pub(super) use page::repeats_hour;

use std::ops::Range;
use std::sync::Arc;

use super::{Confidence, Dialect, Extent, Form, Head, NotACable, Position, Recognized, kinds};

/// The dialect.
#[derive(Debug)]
pub struct Html;

impl Dialect for Html {
    fn name(&self) -> &'static str {
        "html"
    }

    fn recognizes(&self, head: &Head<'_>) -> Confidence {
        if page::is_fragment(head.bytes) {
            return Confidence::Certain;
        }
        match kinds::begins_markup(&head.beginning()) {
            false => Confidence::No,
            true if page::is_cable(head.bytes) => Confidence::Certain,
            // The navigation of a page may be longer than what is seen of it.
            true if head.extent == Extent::Beginning => Confidence::Maybe,
            true => Confidence::No,
        }
    }

    fn form(&self, _: &Head<'_>) -> Arc<dyn Form> {
        Arc::new(Page)
    }

    fn records_read_alike(&self) -> bool {
        true
    }
}

/// One page, which is one record.
#[derive(Debug)]
struct Page;

impl Form for Page {
    fn dialect(&self) -> &'static str {
        Html.name()
    }

    fn stretch(&self, bytes: &[u8]) -> Range<usize> {
        page::stretch(bytes).unwrap_or(0..bytes.len())
    }

    fn transcribe(&self, bytes: Vec<u8>, _: Position, file_name: &str) -> Recognized {
        match page::is_fragment(&bytes) || page::is_cable(&bytes) {
            true => Recognized::of(page::transcribe(bytes, file_name)),
            false => Recognized::Ignored(NotACable::HtmlPage),
        }
    }
}
