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

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use memchr::memmem;

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

    fn form(&self, head: &Head<'_>) -> Arc<dyn Form> {
        Arc::new(Page { declared: declared_encoding(head.bytes) })
    }

    fn records_read_alike(&self, _: &Head<'_>) -> bool {
        true
    }
}

/// A page, or several in one file.
#[derive(Debug)]
struct Page {
    /// The encoding that it says it is in, where that is none of those that are read.
    declared: Option<&'static Encoding>,
}

impl Page {
    /// Whether the text is another one in the encoding that the page says it is in.
    fn is_in_other_encoding(&self, bytes: &[u8]) -> bool {
        self.declared.is_some_and(|declared| {
            std::str::from_utf8(bytes).is_err()
                && declared.decode_without_bom_handling(bytes).0 != WINDOWS_1252.decode_without_bom_handling(bytes).0
        })
    }
}

/// The encoding that the head of a page names: not UTF-8, nor windows-1252, which ASCII and ISO 8859-1 are read as.
fn declared_encoding(bytes: &[u8]) -> Option<&'static Encoding> {
    /// Browsers look so far.
    const HEAD_OF_PAGE: usize = 1024;
    let beginning = &bytes[..bytes.len().min(HEAD_OF_PAGE)];
    let labels = memmem::find_iter(beginning, "charset=").map(|at| at + "charset=".len());
    let labels = labels.chain(memmem::find_iter(beginning, "encoding=").map(|at| at + "encoding=".len()));
    let label = |at: usize| {
        let rest = beginning[at..].trim_ascii_start();
        let rest = rest.strip_prefix(b"\"").or(rest.strip_prefix(b"'")).unwrap_or(rest);
        rest.split(|byte| matches!(byte, b'"' | b'\'' | b'>' | b';' | b' ' | b'/' | b'?')).next()
    };
    let declared = labels.filter_map(label).find_map(Encoding::for_label)?;
    Some(declared).filter(|declared| ![UTF_8, WINDOWS_1252, UTF_16LE, UTF_16BE].contains(declared))
}

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
        if self.is_in_other_encoding(&bytes) {
            return Recognized::Ignored(NotACable::EncodedPage);
        }
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
