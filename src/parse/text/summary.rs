//! The summary: from its opener to its closer, over as many paragraphs as it takes.
//!
//! Without a closer it is the section under its heading, or the one paragraph; without an opener it begins
//! with the first paragraph. Line breaks stay between paragraphs only.

use crate::cable::Paragraph;

use super::capitals::Capitals;
use super::span::{TextPlace, text_between};
use crate::lex::openers::{self, OpenerKind};
use crate::lex::{begins_in_any_case, shape};

/// A closer without an opener is looked for in this many paragraphs.
const FAR: usize = 10;

/// Reads the summary.
pub fn read(paragraphs: &[Paragraph], capitals: &Capitals) -> Option<String> {
    let text = match opener(paragraphs).or_else(|| opener_within(paragraphs, capitals)) {
        Some((start, open_end)) => {
            text_between(paragraphs, start, closer(capitals, start, paragraphs.len()).unwrap_or(open_end))
        }
        None => {
            let start = TextPlace { paragraph: 0, byte: 0 };
            text_between(paragraphs, start, closer(capitals, start, FAR.min(paragraphs.len()))?)
        }
    };
    (!text.is_empty()).then_some(text)
}

/// Where a summary begins, and where it ends if nothing closes it.
type OpenedText = (TextPlace, TextPlace);

/// The first opener; an introduction counts only where nothing else does.
fn opener(paragraphs: &[Paragraph]) -> Option<OpenedText> {
    const INTRODUCTION: &str = "INTRODUCTION";
    let is_summary = |text: &str| !begins_in_any_case(text.trim_start(), INTRODUCTION);
    let found = |paragraph: &Paragraph, index: usize| {
        let opens = |line: &str| openers::leading(line, OpenerKind::Summary).is_some() && is_summary(line);
        if paragraph.heading.as_deref().is_some_and(|heading| heading.split('\n').any(opens)) {
            return Some(below_heading(paragraphs, index));
        }
        let byte = openers::leading(&paragraph.text, OpenerKind::Summary).filter(|_| is_summary(&paragraph.text))?;
        Some(within(paragraphs, TextPlace { paragraph: index, byte }))
    };
    paragraphs
        .iter()
        .enumerate()
        .find_map(|(index, paragraph)| found(paragraph, index))
        .or_else(|| introduction(paragraphs))
}

/// An opener after the first sentences of a paragraph at the top, with its closer: `This is an action request.
/// Summary: ...`
fn opener_within(paragraphs: &[Paragraph], capitals: &Capitals) -> Option<OpenedText> {
    let found = |(index, paragraph): (usize, &Paragraph)| {
        let places = capitals.paragraph(index).match_indices("SUMMARY").map(|(at, _)| at);
        let start = places.filter(|&at| shape::ends_sentence(&paragraph.text[..at])).find_map(|at| {
            let opener = openers::leading(&paragraph.text[at..], OpenerKind::Summary)?;
            let is_led_over = paragraph.text[at..at + opener].contains(':');
            is_led_over.then_some(TextPlace { paragraph: index, byte: at + opener })
        })?;
        closer(capitals, start, paragraphs.len()).map(|_| within(paragraphs, start))
    };
    paragraphs.iter().enumerate().take(3).find_map(found)
}

/// The section under the heading over a paragraph.
fn below_heading(paragraphs: &[Paragraph], first: usize) -> OpenedText {
    let byte = openers::leading(&paragraphs[first].text, OpenerKind::Summary).unwrap_or(0);
    (TextPlace { paragraph: first, byte }, section_end(paragraphs, first))
}

/// The paragraph in which the summary begins.
fn within(paragraphs: &[Paragraph], start: TextPlace) -> OpenedText {
    (start, TextPlace::end_of(paragraphs, start.paragraph))
}

/// An introduction at the top.
fn introduction(paragraphs: &[Paragraph]) -> Option<OpenedText> {
    let first = paragraphs.first()?;
    if first.heading.as_deref().is_some_and(|heading| openers::leading(heading, OpenerKind::Summary).is_some()) {
        return Some(below_heading(paragraphs, 0));
    }
    openers::leading(&first.text, OpenerKind::Summary).map(|byte| within(paragraphs, TextPlace { paragraph: 0, byte }))
}

/// Where the closer is, in the paragraphs before `limit`.
fn closer(capitals: &Capitals, start: TextPlace, limit: usize) -> Option<TextPlace> {
    for index in start.paragraph..limit {
        let from = if index == start.paragraph { start.byte } else { 0 };
        if let Some(found) = openers::closer(&capitals.paragraph(index)[from..], &[OpenerKind::Summary]) {
            return Some(TextPlace { paragraph: index, byte: from + found.start });
        }
    }
    None
}

/// The end of the section that begins at `first`; of the one paragraph, where no heading follows.
fn section_end(paragraphs: &[Paragraph], first: usize) -> TextPlace {
    let next = paragraphs.iter().skip(first + 1).position(|paragraph| paragraph.heading.is_some());
    TextPlace::end_of(paragraphs, next.map_or(first, |next| first + next))
}
