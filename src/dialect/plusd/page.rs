//! A page to its fields and its text.

use std::ops::Range;

use super::Plusd;
use crate::dialect::builder::{TranscriptBuilder, transcribe as build};
use crate::dialect::cleaning::Leftovers;
use crate::dialect::fields::{DateForm, FieldKey};
use crate::dialect::markup::{self, MarkupRun, MarkupTag, MarkupToken, tokens};
use crate::dialect::{Dialect, Transcript, aad, lost};
use crate::lex::range_of;

/// Transcribes a page; `None` where it shows no telegram, as a list of them does not.
pub fn transcribe(bytes: Vec<u8>, file_name: &str) -> Option<Transcript> {
    let source = String::from_utf8_lossy(&bytes);
    let page = LibraryPage::of(&source);
    if page.value_of(IDENTIFIER).is_none() && page.text_with_pages(&source).is_none() {
        return None;
    }
    Some(build(Plusd.name(), bytes, file_name, Leftovers::None, read))
}

/// The label of the identifier.
const IDENTIFIER: &str = "Canonical ID";

fn read(builder: &mut TranscriptBuilder<'_>) {
    let source = builder.source();
    let page = LibraryPage::of(source);
    put_identifier(page.value_of(IDENTIFIER), builder);
    put(FieldKey::Title, &page.title, builder);
    for (label, value) in &page.pairs {
        let text = spaced(source, value);
        if let Some(key) = key(label, &text) {
            match key {
                FieldKey::Tags => builder.field(key, |builder| put_tags(value, builder)),
                key => put(key, value, builder),
            }
        }
    }
    let text = page.text(source).unwrap_or_default();
    let shown = spaced(source, text);
    if shown.is_empty() || lost::is_lost(&shown) {
        return lost::put(&shown, builder);
    }
    builder.whole(|builder| put_lines(text, builder));
}

/// What a label is for; `None` where the value says nothing.
fn key(label: &str, value: &str) -> Option<FieldKey> {
    match label {
        IDENTIFIER => None,
        _ if value.is_empty() || value == "-- N/A or Blank --" => None,
        "Date" => Some(FieldKey::Date(DateForm::YearFirst)),
        // The modern name of the post, with that of its country.
        "From" => Some(FieldKey::Origin),
        "Office Action" | "Office Origin" => aad::field("Office", value, label),
        _ => aad::field(label, value, label),
    }
}

/// Puts the identifier. The pages of the years after 1979 go by the reference number, all others by that of the document.
fn put_identifier(value: Option<&[MarkupRun]>, builder: &mut TranscriptBuilder<'_>) {
    let Some(value) = value else { return };
    let is_number = spaced(builder.source(), value).starts_with("19");
    put(if is_number { FieldKey::DocumentNumber } else { FieldKey::Identifier }, value, builder);
}

/// Puts the texts of a value, as a field.
fn put(key: FieldKey, value: &[MarkupRun], builder: &mut TranscriptBuilder<'_>) {
    if spaced(builder.source(), value).is_empty() {
        return;
    }
    builder.field(key, |builder| {
        let source = builder.source();
        builder.join(texts(source, value).map(|text| range_of(source, text)), " ", markup::put);
    });
}

/// Puts `BG - Bangladesh | PFOR - Political Affairs` as `BG, PFOR`.
fn put_tags(value: &[MarkupRun], builder: &mut TranscriptBuilder<'_>) {
    let source = builder.source();
    let tags = texts(source, value).flat_map(|text| text.split('|')).map(str::trim).filter(|tag| !tag.is_empty());
    let code = |tag: &str| range_of(source, tag.split_once(" - ").map_or(tag, |(code, _)| code));
    builder.join(tags.map(code), ", ", markup::put);
}

/// The texts of runs, without the space around them.
fn texts<'r>(source: &'r str, runs: &'r [MarkupRun]) -> impl Iterator<Item = &'r str> {
    let texts = runs.iter().filter_map(move |run| match run {
        MarkupRun::Text(range) => Some(source[range.clone()].trim()),
        MarkupRun::Break(_) => None,
    });
    texts.filter(|text| !text.is_empty())
}

/// The words of runs on one line, character references decoded.
fn spaced(source: &str, runs: &[MarkupRun]) -> String {
    let texts: Vec<&str> = texts(source, runs).collect();
    markup::decoded(&texts.join(" "))
}

/// Puts runs line by line. A line end of the page directly after a break is no other one.
fn put_lines(runs: &[MarkupRun], builder: &mut TranscriptBuilder<'_>) {
    let source = builder.source();
    let mut is_broken = false;
    for run in runs {
        match run {
            MarkupRun::Break(range) => {
                if !is_broken {
                    builder.replace(range.clone(), "\n");
                }
                is_broken = true;
            }
            MarkupRun::Text(range) => {
                let text = &source[range.clone()];
                let end = match is_broken {
                    true if text.starts_with("\r\n") => 2,
                    true if text.starts_with('\n') => 1,
                    _ => 0,
                };
                let rest = range.start + end..range.end;
                is_broken = (is_broken && source[rest.clone()].trim().is_empty()) || text.ends_with('\n');
                markup::put(rest, builder);
            }
        }
    }
}

/// An element that holds text of its own.
struct PageBlock {
    /// The block that it is in.
    parent: Option<usize>,
    /// Its runs, those of the blocks within it among them.
    runs: Range<usize>,
    /// Bytes of text that are in no block within it.
    own: usize,
}

/// The elements of a page that are looked for.
#[derive(Default)]
struct LibraryPage {
    title: Vec<MarkupRun>,
    /// Labels without their colon, and values.
    pairs: Vec<(String, Vec<MarkupRun>)>,
    runs: Vec<MarkupRun>,
    blocks: Vec<PageBlock>,
    /// Runs that are no text of the telegram: the table of labels and the key block.
    others: Vec<Range<usize>>,
    /// How many of them are before each run, and before the end.
    others_before: Vec<usize>,
    /// Whether the table of labels has come.
    has_synopsis: bool,
    /// The runs in which page lines of first pages are.
    page_lines: Vec<usize>,
}

/// Elements that hold lines of a text or others of these.
const BLOCKS: [&str; 17] = [
    "html", "body", "main", "section", "article", "header", "footer", "nav", "div", "pre", "table", "tbody", "tr",
    "td", "th", "ul", "li",
];
/// Elements within more of them are taken for their text.
const DEEPEST: usize = 64;
/// So many page lines are looked at for the block that holds them.
const TRIED: usize = 16;
/// Elements that begin and end a line.
const LINES: [&str; 3] = ["p", "br", "hr"];

impl LibraryPage {
    fn of(source: &str) -> LibraryPage {
        let mut page = LibraryPage::default();
        let mut open: Vec<PageElement<'_>> = Vec::new();
        let mut labels = Vec::new();
        for token in tokens(source, 0..source.len()) {
            match token {
                MarkupToken::Text(range) => page.text_run(source, range, &open),
                MarkupToken::Open(tag) | MarkupToken::Close(tag) if LINES.iter().any(|name| tag.is(name)) => {
                    page.runs.push(MarkupRun::Break(tag.range));
                }
                MarkupToken::Open(tag) => {
                    let role = page.role(&tag, open.len());
                    if let Some(role) = role {
                        page.runs.push(MarkupRun::Break(tag.range.clone()));
                        page.open(tag.name, role, &mut open);
                    }
                }
                MarkupToken::Close(tag) => {
                    if let Some(at) = open.iter().rposition(|element| tag.is(element.name)) {
                        open.drain(at..).rev().for_each(|element| page.close(source, &element, &mut labels));
                        page.runs.push(MarkupRun::Break(tag.range));
                    }
                }
            }
        }
        open.drain(..).rev().for_each(|element| page.close(source, &element, &mut labels));
        page.count_others();
        page
    }

    fn text_run(&mut self, source: &str, range: Range<usize>, open: &[PageElement<'_>]) {
        let text = &source[range.clone()];
        if let Some(element) = open.last() {
            self.blocks[element.block].own += text.trim().len();
        }
        if text.lines().any(|line| line.trim_start().starts_with("PAGE 01")) {
            self.page_lines.push(self.runs.len());
        }
        self.runs.push(MarkupRun::Text(range));
    }

    fn open<'t>(&mut self, name: &'t str, role: PageRole, open: &mut Vec<PageElement<'t>>) {
        let parent = open.last().map(|element| element.block);
        let runs = self.runs.len()..self.runs.len();
        open.push(PageElement { name, role, block: self.blocks.len() });
        self.blocks.push(PageBlock { parent, runs, own: 0 });
    }

    fn close(&mut self, source: &str, element: &PageElement<'_>, labels: &mut Vec<String>) {
        self.blocks[element.block].runs.end = self.runs.len();
        let runs = self.blocks[element.block].runs.clone();
        let inside = &self.runs[runs.clone()];
        match element.role {
            PageRole::Label => {
                let label = spaced(source, inside);
                labels.push(label.trim_end_matches(':').trim_end().to_owned());
                self.others.push(runs);
            }
            PageRole::Value => {
                if let Some(label) = labels.pop() {
                    self.pairs.push((label, inside.to_vec()));
                }
                self.others.push(runs);
            }
            PageRole::Synopsis => {
                self.has_synopsis = true;
                // Its first cell is the title, unless that is a label.
                let first = inside
                    .iter()
                    .position(|run| matches!(run, MarkupRun::Text(range) if !source[range.clone()].trim().is_empty()));
                let is_other = |at: usize| self.others.iter().any(|other| other.contains(&(runs.start + at)));
                self.title.extend(first.filter(|&at| !is_other(at)).map(|at| inside[at].clone()));
                self.others.push(runs);
            }
            PageRole::Other if is_key(source, inside) => self.others.push(runs),
            PageRole::Other => {}
        }
    }

    /// What an element is for, within so many others. There is one table of labels.
    fn role(&self, tag: &MarkupTag<'_>, depth: usize) -> Option<PageRole> {
        let role = PageRole::of(tag);
        let is_looked_for = role != PageRole::Other || BLOCKS.iter().any(|name| tag.is(name));
        let is_second = role == PageRole::Synopsis && self.has_synopsis;
        (is_looked_for && !tag.is_empty() && depth < DEEPEST).then_some(if is_second { PageRole::Other } else { role })
    }

    /// The value of a label.
    fn value_of(&self, label: &str) -> Option<&[MarkupRun]> {
        self.pairs.iter().find(|(known, _)| known == label).map(|(_, value)| value.as_slice())
    }

    /// The text of the telegram: the block with its page lines, else the one with the most text of its own.
    fn text(&self, source: &str) -> Option<&[MarkupRun]> {
        let free = || self.blocks.iter().filter(|block| self.is_free(block) && block.own > 0);
        let largest = || free().max_by_key(|block| block.own).map(|block| &self.runs[block.runs.clone()]);
        self.text_with_pages(source).or_else(largest)
    }

    /// The innermost block that holds the first page line and more lines.
    fn text_with_pages(&self, source: &str) -> Option<&[MarkupRun]> {
        let around = |run: &usize| {
            let around = self.blocks.iter().filter(|block| block.runs.contains(run) && self.is_free(block));
            around.min_by_key(|block| block.runs.len())
        };
        let mut block = self.page_lines.iter().take(TRIED).find_map(around)?;
        // A line may be in an element of its own; what is around it holds all of them.
        while is_line(source, &self.runs[block.runs.clone()])
            && let Some(parent) = block.parent.map(|parent| &self.blocks[parent]).filter(|parent| self.is_free(parent))
        {
            block = parent;
        }
        Some(&self.runs[block.runs.clone()])
    }

    /// Whether a block holds nothing of the table of labels and of the key.
    fn is_free(&self, block: &PageBlock) -> bool {
        self.others_before[block.runs.start] == self.others_before[block.runs.end]
    }

    /// Counts the runs that are no text, so that a block is looked up in no more than two places.
    fn count_others(&mut self) {
        let mut is_other = vec![false; self.runs.len()];
        self.others.iter().for_each(|other| is_other[other.clone()].fill(true));
        self.others_before = Vec::with_capacity(is_other.len() + 1);
        self.others_before.push(0);
        let mut count = 0;
        self.others_before.extend(is_other.into_iter().map(|is_other| {
            count += usize::from(is_other);
            count
        }));
    }
}

/// Whether runs are on one line.
fn is_line(source: &str, runs: &[MarkupRun]) -> bool {
    texts(source, runs).count() == 1 && texts(source, runs).all(|text| !text.contains('\n'))
}

/// Whether a text is the key that signs the pages, and nothing else.
fn is_key(source: &str, runs: &[MarkupRun]) -> bool {
    let first = texts(source, runs).next().is_some_and(|text| text.starts_with("-----BEGIN PGP"));
    let ends = |text: &str| text.ends_with("-----END PGP PUBLIC KEY BLOCK-----");
    first && texts(source, runs).last().is_some_and(ends)
}

struct PageElement<'t> {
    name: &'t str,
    role: PageRole,
    block: usize,
}

/// What an element is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PageRole {
    Synopsis,
    Label,
    Value,
    Other,
}

impl PageRole {
    fn of(tag: &MarkupTag<'_>) -> PageRole {
        if tag.has_class("s_key") {
            PageRole::Label
        } else if tag.has_class("s_val") {
            PageRole::Value
        } else if tag.attribute("id") == Some("synopsis") {
            PageRole::Synopsis
        } else {
            PageRole::Other
        }
    }
}
