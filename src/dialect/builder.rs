//! The working text in the making: what is kept of a record, what is read in place of its escapes, and which stretch of
//! it is which field. What is neither kept nor replaced is left out.

use std::ops::Range;

use super::cleaning::{self, Leftovers};
use super::decode::decode;
use super::fields::{Content, Field, FieldKey};
use super::transcript::{FieldsAre, LineNumbers, Transcript, WorkingText};
use crate::diagnostic::{Code, Diagnostic};
use crate::lex::LineSpan;
use crate::lex::lines::{MOST_LINES, cut};

/// What the lines of diagnostics count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Numbering {
    /// Physical lines of the source: line ends of the text are line ends of the record.
    Source,
    /// Lines of the text that is read: the record writes line ends in another way, such as `\n`.
    Text,
    /// Physical lines of the source, though each may hold many lines of the text, or none.
    Markup,
}

/// Where something was odd.
#[derive(Clone, Copy, Debug)]
enum Spot {
    /// At this offset in the working text.
    Working(usize),
    /// At this offset in the source.
    Source(usize),
}

/// Makes the working text of one record; every character of it points back to its bytes.
///
/// Fields come first, each on a line of its own, then the content.
pub struct TranscriptBuilder<'s> {
    source: &'s str,
    working: WorkingText,
    fields: Vec<Field>,
    content: Content,
    numbering: Numbering,
    /// Whether lines of the text are known to be lost.
    lacks_lines: bool,
    /// What was odd, and where.
    findings: Vec<(Code, Spot, String)>,
}

impl<'s> TranscriptBuilder<'s> {
    fn new(source: &'s str) -> TranscriptBuilder<'s> {
        let working = WorkingText { text: String::with_capacity(source.len()), offsets: Vec::new() };
        let (numbering, content) = (Numbering::Source, Content::Whole(0..0));
        let (fields, findings) = (Vec::new(), Vec::new());
        TranscriptBuilder { source, working, fields, content, numbering, lacks_lines: false, findings }
    }

    /// The record, decoded.
    pub fn source(&self) -> &'s str {
        self.source
    }

    /// Keeps a stretch of the source as it is.
    pub fn keep(&mut self, range: Range<usize>) {
        self.working.point_to(range.start);
        self.working.text.push_str(&self.source[range]);
    }

    /// Has `by` read in place of a stretch of the source.
    pub fn replace(&mut self, range: Range<usize>, by: &str) {
        if self.numbering == Numbering::Source && by.contains('\n') {
            self.numbering = Numbering::Text;
        }
        self.working.point_to(range.start);
        self.working.text.push_str(by);
        self.working.point_to(range.end);
    }

    /// Puts stretches of the source with `between` in place of what is between them.
    pub fn join(
        &mut self,
        ranges: impl IntoIterator<Item = Range<usize>>,
        between: &str,
        put: impl Fn(Range<usize>, &mut Self),
    ) {
        let mut before: Option<usize> = None;
        for range in ranges {
            if let Some(end) = before {
                self.replace(end..range.start, between);
            }
            before = Some(range.end);
            put(range, self);
        }
    }

    /// Makes a field of what `value` keeps and replaces.
    pub fn field(&mut self, key: FieldKey, value: impl FnOnce(&mut Self)) {
        let range = self.stretch(value);
        self.fields.push(Field { key, range });
    }

    /// Makes the content of what `header` and `body` keep and replace.
    pub fn halves(&mut self, header: impl FnOnce(&mut Self), body: impl FnOnce(&mut Self)) {
        let header = self.stretch(header);
        let body = self.stretch(body);
        self.content = Content::Halves { header, body };
    }

    /// Makes the content of what `text` keeps and replaces: a text whose header and classification line were left out.
    pub fn text_alone(&mut self, text: impl FnOnce(&mut Self)) {
        self.content = Content::TextAlone(self.stretch(text));
    }

    /// Makes the content of what `content` keeps and replaces; header and body are not known.
    pub fn whole(&mut self, content: impl FnOnce(&mut Self)) {
        self.content = Content::Whole(self.stretch(content));
    }

    /// Reports an oddity of what comes next.
    pub fn report(&mut self, code: Code, detail: impl Into<String>) {
        self.findings.push((code, Spot::Working(self.working.text.len()), detail.into()));
    }

    /// Reports an oddity of a byte of the source, which need not be kept.
    pub fn report_at(&mut self, source: usize, code: Code, detail: impl Into<String>) {
        self.findings.push((code, Spot::Source(source), detail.into()));
    }

    /// Has reports name physical lines of the source, whose line ends are none of the text.
    pub fn number_as_markup(&mut self) {
        self.numbering = Numbering::Markup;
    }

    /// Says that lines of the text are lost.
    pub fn lacks_lines(&mut self) {
        self.lacks_lines = true;
    }

    /// One stretch, which begins a line and ends one.
    fn stretch(&mut self, make: impl FnOnce(&mut Self)) -> Range<usize> {
        let start = self.working.text.len();
        make(self);
        let end = self.working.text.len();
        self.working.text.push('\n');
        start..end
    }

    /// Cleans the text of damage and cuts its lines.
    fn finish(self, leftovers: Leftovers) -> Built {
        let TranscriptBuilder { source, mut working, mut fields, mut content, numbering, lacks_lines, findings } = self;
        let mut lines = cut(&working.text);
        // Those of markup are lines of the text until all is read.
        let number = |working: &WorkingText, lines: &[LineSpan], offset: usize| match numbering {
            Numbering::Text | Numbering::Markup => {
                lines.partition_point(|line| line.range.start <= offset).max(1) as u32
            }
            Numbering::Source => line_of(source, working.source_offset(offset)),
        };
        let diagnostic = |(code, spot, detail): (Code, Spot, String)| {
            let line = match spot {
                Spot::Source(offset) if numbering == Numbering::Source => line_of(source, offset),
                Spot::Source(offset) => number(&working, &lines, working.offset_of(offset)),
                Spot::Working(offset) => number(&working, &lines, offset),
            };
            Diagnostic { code, line: Some(line), detail }
        };
        let mut diagnostics: Vec<Diagnostic> = findings.into_iter().map(diagnostic).collect();
        let mut damage = Vec::new();
        // A title stays as it is, as that of an envelope does.
        let titles = fields.iter().filter(|field| field.key == FieldKey::Title);
        let titles: Vec<Range<usize>> = titles.map(|title| title.range.clone()).collect();
        let is_title = |line: &&LineSpan| {
            let next = titles.partition_point(|title| title.end <= line.range.start);
            titles.get(next).is_some_and(|title| title.start <= line.range.start)
        };
        let cleaned =
            cleaning::clean(&working.text, lines.iter().filter(|line| !is_title(line)), leftovers, &mut damage);
        if let Some(cleaned) = cleaned {
            for found in &mut damage {
                let line = found.line.and_then(|line| lines.get(line as usize - 1));
                found.line = line.map(|line| number(&working, &lines, line.range.start));
            }
            let moved = |range: &Range<usize>| cleaned.offset_of(range.start)..cleaned.offset_of(range.end);
            fields.iter_mut().for_each(|field| field.range = moved(&field.range));
            content = match content {
                Content::Whole(range) => Content::Whole(moved(&range)),
                Content::TextAlone(range) => Content::TextAlone(moved(&range)),
                Content::Halves { header, body } => Content::Halves { header: moved(&header), body: moved(&body) },
            };
            working = cleaned.after(&working);
            lines = cut(&working.text);
        }
        diagnostics.append(&mut damage);
        let of_source = || lines_of(source, lines.iter().map(|line| working.source_offset(line.range.start)));
        let numbers = match numbering {
            Numbering::Text => LineNumbers::Successive,
            Numbering::Source => LineNumbers::Source(of_source()),
            Numbering::Markup => LineNumbers::Markup(of_source()),
        };
        Built { working, lines, numbers, fields, content, lacks_lines, diagnostics }
    }
}

struct Built {
    working: WorkingText,
    lines: Vec<LineSpan>,
    numbers: LineNumbers,
    fields: Vec<Field>,
    content: Content,
    lacks_lines: bool,
    diagnostics: Vec<Diagnostic>,
}

/// What ends the lines of a source: CR where it has no LF.
fn line_end(source: &str) -> u8 {
    if memchr::memchr(b'\n', source.as_bytes()).is_some() { b'\n' } else { b'\r' }
}

/// The physical line of the source, from 1, that a byte is on.
fn line_of(source: &str, offset: usize) -> u32 {
    1 + memchr::memchr_iter(line_end(source), &source.as_bytes()[..offset.min(source.len())]).count() as u32
}

/// The physical lines of the source that bytes are on; counts on from one to the next where they ascend.
fn lines_of(source: &str, offsets: impl Iterator<Item = usize>) -> Vec<u32> {
    let line_end = line_end(source);
    let ends = || memchr::memchr_iter(line_end, source.as_bytes()).peekable();
    let (mut ahead, mut line, mut last) = (ends(), 1, 0);
    let number = |offset: usize| {
        if offset < last {
            (ahead, line) = (ends(), 1);
        }
        last = offset;
        while ahead.next_if(|&end| end < offset).is_some() {
            line += 1;
        }
        line
    };
    offsets.map(number).collect()
}

/// Whether a record is no telegram for the number of its lines: then nothing else of it is worth a look.
fn has_too_many_lines(source: &str) -> bool {
    source.len() > MOST_LINES && memchr::memchr_iter(b'\n', source.as_bytes()).count() > MOST_LINES
}

/// Decodes a record and transcribes it as `read` says.
pub fn transcribe(
    dialect: &'static str,
    bytes: Vec<u8>,
    file_name: &str,
    leftovers: Leftovers,
    read: impl FnOnce(&mut TranscriptBuilder<'_>),
) -> Transcript {
    let (source_text, encoding) = decode(bytes);
    let mut builder = TranscriptBuilder::new(&source_text);
    match has_too_many_lines(&source_text) {
        true => builder.whole(|builder| builder.keep(0..source_text.len())),
        false => read(&mut builder),
    }
    let Built { working, lines, numbers, fields, content, lacks_lines, diagnostics } = builder.finish(leftovers);
    Transcript {
        dialect,
        source_text,
        working: Some(working),
        lines,
        numbers,
        encoding,
        fields,
        fields_are: FieldsAre::Values,
        content,
        file_name: file_name.to_owned(),
        lacks_lines,
        joins_lines: false,
        diagnostics,
    }
}
