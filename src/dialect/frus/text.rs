//! The texts of a document, and the gaps that its tags leave between them.

use std::ops::Range;

use crate::dialect::builder::TranscriptBuilder;
use crate::dialect::fields::FieldKey;
use crate::dialect::markup::{self, MarkupTag};
use crate::lex::spaces;

/// Texts of a document, and the gaps that the tags between them leave.
#[derive(Default)]
pub struct EditedText(Vec<EditedRun>);

/// What a text is made of.
#[derive(Clone)]
pub enum EditedRun {
    /// What is between two tags.
    Text(Range<usize>),
    /// A tag that separates what is before it from what is after it.
    Gap(EditedGap, Range<usize>),
}

impl EditedRun {
    /// Where its text is.
    fn text(&self) -> Option<Range<usize>> {
        match self {
            EditedRun::Text(range) => Some(range.clone()),
            EditedRun::Gap(..) => None,
        }
    }
}

/// How far two texts are apart. Where several tags are between them, the widest counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EditedGap {
    /// A label and its item.
    Word,
    /// Two cells of a row.
    Cell,
    /// Two rows of a table.
    Row,
    /// Two paragraphs, items or lines.
    Paragraph,
}

impl EditedText {
    /// Whether nothing is in it, not even a tag.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a text or a gap.
    pub fn push(&mut self, run: EditedRun) {
        self.0.push(run);
    }

    /// The texts that are not blank.
    pub fn texts(&self, source: &str) -> impl Iterator<Item = Range<usize>> {
        self.0.iter().filter_map(EditedRun::text).filter(|range| !source[range.clone()].trim().is_empty())
    }

    /// The texts of the first paragraph that has any.
    pub fn first_paragraph(&self, source: &str) -> Vec<Range<usize>> {
        let is_blank = |run: &EditedRun| match run {
            EditedRun::Text(range) => source[range.clone()].trim().is_empty(),
            EditedRun::Gap(..) => true,
        };
        let filled = self.0.iter().skip_while(|run| is_blank(run));
        let paragraph = filled.take_while(|run| !matches!(run, EditedRun::Gap(EditedGap::Paragraph, _)));
        paragraph.filter_map(EditedRun::text).collect()
    }

    /// The same with the border of two rows in place of stretches of its texts, which are in their order.
    pub fn with_rows(&self, borders: &[Range<usize>]) -> EditedText {
        let mut borders = borders.iter().cloned().peekable();
        let mut runs = Vec::new();
        for run in &self.0 {
            let Some(mut text) = run.text() else {
                runs.push(run.clone());
                continue;
            };
            while let Some(border) = borders.next_if(|border| text.start <= border.start && border.end <= text.end) {
                runs.push(EditedRun::Text(text.start..border.start));
                text.start = border.end;
                runs.push(EditedRun::Gap(EditedGap::Row, border));
            }
            runs.push(EditedRun::Text(text));
        }
        EditedText(runs)
    }

    /// All of it as one line of words.
    pub fn words(&self, source: &str) -> String {
        let text = self.0.iter().map(|run| match run {
            EditedRun::Text(range) => markup::decoded(&source[range.clone()]),
            EditedRun::Gap(..) => " ".to_owned(),
        });
        spaces::collapsed(&text.collect::<String>())
    }

    /// Puts the texts, and between them what `between` gives for a gap.
    pub fn put(&self, between: impl Fn(EditedGap) -> &'static str, builder: &mut TranscriptBuilder<'_>) {
        let source = builder.source();
        let mut begins = true;
        let mut gap: Option<(EditedGap, Range<usize>)> = None;
        for run in &self.0 {
            let is_apart = begins || gap.is_some();
            match run {
                EditedRun::Gap(found, range) => match &mut gap {
                    Some((widest, _)) => *widest = (*widest).max(*found),
                    None => gap = Some((*found, range.clone())),
                },
                EditedRun::Text(range) if is_apart && source[range.clone()].trim().is_empty() => {}
                EditedRun::Text(range) => {
                    if let Some((gap, tag)) = gap.take().filter(|_| !begins) {
                        builder.replace(tag, between(gap));
                    }
                    put_spaced(range.clone(), is_apart, builder);
                    begins = false;
                }
            }
        }
    }

    /// Puts it as a field on one line.
    pub fn put_field(&self, key: FieldKey, builder: &mut TranscriptBuilder<'_>) {
        if self.texts(builder.source()).next().is_some() {
            builder.field(key, |builder| self.put(|_| " ", builder));
        }
    }
}

impl EditedGap {
    /// The gap that a tag leaves.
    pub fn of(tag: &MarkupTag<'_>) -> Option<EditedGap> {
        match tag.name {
            "cell" => Some(EditedGap::Cell),
            "row" => Some(EditedGap::Row),
            name if PARAGRAPHS.contains(&name) => Some(EditedGap::Paragraph),
            _ => None,
        }
    }

    /// What is put for it, where `paragraph` is between two paragraphs.
    pub fn text(self, paragraph: &'static str) -> &'static str {
        match self {
            EditedGap::Word => " ",
            EditedGap::Cell => "  ",
            EditedGap::Row => "\n",
            EditedGap::Paragraph => paragraph,
        }
    }
}

/// Elements that begin a paragraph and end one. Those that are lines are such, too: a line end alone is one of the file.
const PARAGRAPHS: [&str; 23] = [
    "ab",
    "addrLine",
    "address",
    "closer",
    "div",
    "figure",
    "floatingText",
    "head",
    "item",
    "l",
    "label",
    "lb",
    "lg",
    "list",
    "opener",
    "p",
    "postscript",
    "salute",
    "signed",
    "sp",
    "speaker",
    "table",
    "trailer",
];

/// Puts a text whose line ends are those of the file, and not of the telegram; long dashes of a ruler as hyphens.
fn put_spaced(range: Range<usize>, begins_line: bool, builder: &mut TranscriptBuilder<'_>) {
    let source = builder.source();
    let text = &source[range.clone()];
    let is_ruler = text.trim_start().starts_with("\u{2014}\u{2014}\u{2014}\u{2014}");
    let mut start = range.start + if begins_line { text.len() - text.trim_start().len() } else { 0 };
    while start < range.end {
        let rest = &source[start..range.end];
        let space = rest.len() - rest.trim_start().len();
        let length = match space {
            0 if is_ruler && rest.starts_with('\u{2014}') => {
                let length = rest.chars().next().map_or(1, char::len_utf8);
                builder.replace(start..start + length, "-");
                length
            }
            0 => {
                let ends = |c: char| c.is_whitespace() || is_ruler && c == '\u{2014}';
                let length = rest.find(ends).unwrap_or(rest.len());
                markup::put(start..start + length, builder);
                length
            }
            space if rest[..space].contains('\n') => {
                builder.replace(start..start + space, " ");
                space
            }
            space => {
                builder.keep(start..start + space);
                space
            }
        };
        start += length;
    }
}
