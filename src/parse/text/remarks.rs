//! Comments: sections under a heading, paragraphs with an opener, and remarks in parentheses.
//!
//! A comment ends with its closer, else with its section, paragraph or parenthesis. Notes are no comments.

use crate::cable::Paragraph;

use super::capitals::Capitals;
use super::span::{TextPlace, text_between};
use crate::lex::openers::{self, OpenerKind};
use crate::lex::shape;

/// Reads the comments in the order of the text.
pub fn comments(paragraphs: &[Paragraph], capitals: &Capitals) -> Vec<String> {
    let mut comments = Vec::new();
    let mut at = TextPlace { paragraph: 0, byte: 0 };
    let mut closers = ClosersWithin::default();
    while let Some((start, end)) = next(paragraphs, capitals, at, &mut closers) {
        let text = text_between(paragraphs, start, end);
        if !text.is_empty() {
            comments.push(text);
        }
        at = behind(paragraphs, at, end);
    }
    comments
}

/// Where the search continues once a comment from `at` has ended: always further, even if the comment is empty because
/// its closer is the first thing in it.
fn behind(paragraphs: &[Paragraph], at: TextPlace, end: TextPlace) -> TextPlace {
    let text = &paragraphs[at.paragraph].text;
    let next = text.get(at.byte..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
    let TextPlace { paragraph, byte } = end.max(TextPlace { paragraph: at.paragraph, byte: at.byte + next });
    if byte < paragraphs[paragraph].text.len() {
        TextPlace { paragraph, byte }
    } else {
        TextPlace { paragraph: paragraph + 1, byte: 0 }
    }
}

/// The next comment at or after `at`.
fn next(
    paragraphs: &[Paragraph],
    capitals: &Capitals,
    at: TextPlace,
    closers: &mut ClosersWithin,
) -> Option<(TextPlace, TextPlace)> {
    for index in at.paragraph..paragraphs.len() {
        let from = if index == at.paragraph { at.byte } else { 0 };
        let found = if from == 0 { opened(paragraphs, capitals, index) } else { None };
        if let Some(found) = found
            .or_else(|| capitals.mention_comment(index).then(|| inline(paragraphs, capitals, index, from, closers))?)
        {
            return Some(found);
        }
    }
    None
}

/// A comment that a heading or the start of a paragraph opens.
fn opened(paragraphs: &[Paragraph], capitals: &Capitals, index: usize) -> Option<(TextPlace, TextPlace)> {
    let paragraph = &paragraphs[index];
    let opener = openers::leading(&paragraph.text, OpenerKind::Comment);
    let headed = paragraph.heading.as_deref().is_some_and(|heading| heading.split('\n').any(is_comment_heading));
    if opener.is_none() && !headed {
        return None;
    }
    let start = TextPlace { paragraph: index, byte: opener.unwrap_or(0) };
    if !headed && let Some(found) = below(paragraphs, capitals, start) {
        return Some(found);
    }
    let end = closer(paragraphs, capitals, start)
        .unwrap_or_else(|| TextPlace::end_of(paragraphs, if headed { section_end(paragraphs, index) } else { index }));
    Some((start, end))
}

/// The comment in the next paragraph, where the one that opens it ends with the opener or its title: `Comment: The Many
/// Sides of the Pier`.
fn below(paragraphs: &[Paragraph], capitals: &Capitals, start: TextPlace) -> Option<(TextPlace, TextPlace)> {
    let rest = paragraphs[start.paragraph].text[start.byte..].trim();
    let is_title = || {
        let words = rest.split_whitespace();
        let raised = words.clone().filter(|word| word.starts_with(char::is_uppercase)).count();
        rest.len() <= LONGEST_TITLE
            && !shape::ends_sentence(rest)
            && shape::is_title_case(rest)
            && raised * 2 > words.count()
    };
    let next = start.paragraph + 1;
    let is_below = paragraphs.get(next).is_some_and(|below| below.heading.is_none() && below.number.is_some());
    if !is_below || !(rest.is_empty() || is_title()) {
        return None;
    }
    let start = TextPlace { paragraph: next, byte: 0 };
    let end = closer_in(capitals.paragraph(next)).unwrap_or(paragraphs[next].text.len());
    Some((start, TextPlace { paragraph: next, byte: end }))
}

/// The letters of the title of a comment.
const LONGEST_TITLE: usize = 100;

/// `COMMENT`, `EMBASSY COMMENT: ...`, `ANALYSIS AND COMMENT`
fn is_comment_heading(heading: &str) -> bool {
    openers::leading(heading, OpenerKind::Comment).is_some()
}

/// The last paragraph before the next heading.
fn section_end(paragraphs: &[Paragraph], index: usize) -> usize {
    let next = paragraphs.iter().skip(index + 1).position(|paragraph| paragraph.heading.is_some());
    next.map_or(paragraphs.len() - 1, |next| index + next)
}

/// Where the closer is, before the next heading and before another comment opens.
fn closer(paragraphs: &[Paragraph], capitals: &Capitals, start: TextPlace) -> Option<TextPlace> {
    let below = |paragraph: &Paragraph| {
        paragraph.heading.is_none() && openers::leading(&paragraph.text, OpenerKind::Comment).is_none()
    };
    let below = (start.paragraph + 1..).zip(&paragraphs[start.paragraph + 1..]).take_while(|(_, next)| below(next));
    let places = below.map(|(paragraph, _)| TextPlace { paragraph, byte: 0 });
    std::iter::once(start).chain(places).find_map(|TextPlace { paragraph, byte }| {
        let end = closer_in(&capitals.paragraph(paragraph)[byte..])?;
        Some(TextPlace { paragraph, byte: byte + end })
    })
}

/// Where the closer of a comment is, or of the summary that the comment is part of.
fn closer_in(capitals: &str) -> Option<usize> {
    openers::closer(capitals, &[OpenerKind::Comment, OpenerKind::Summary]).map(|found| found.start)
}

/// The closer that was found last within a paragraph: many comments may be before it.
#[derive(Debug, Default)]
struct ClosersWithin {
    last: Option<(usize, Option<usize>)>,
}

impl ClosersWithin {
    /// The first closer of the paragraph at `index`, after its first `from` bytes, which are no fewer than in the call
    /// before.
    fn next(&mut self, capitals: &Capitals, index: usize, from: usize) -> Option<usize> {
        match self.last {
            Some((paragraph, found)) if paragraph == index && found.is_none_or(|found| found >= from) => found,
            _ => {
                let found = closer_in(&capitals.paragraph(index)[from..]).map(|at| from + at);
                self.last = Some((index, found));
                found
            }
        }
    }
}

/// A comment within a paragraph.
fn inline(
    paragraphs: &[Paragraph],
    capitals: &Capitals,
    index: usize,
    from: usize,
    closers: &mut ClosersWithin,
) -> Option<(TextPlace, TextPlace)> {
    let text = &paragraphs[index].text;
    let opener = openers::inline_comment(text, capitals.paragraph(index), from)?;
    let start = TextPlace { paragraph: index, byte: opener.end };
    if let Some(found) = below(paragraphs, capitals, start) {
        return Some(found);
    }
    let rest = &text[opener.end..];
    let in_parentheses = text[..opener.start].trim_end().ends_with(['(', '[']);
    let end = match closers.next(capitals, index, opener.end) {
        Some(closer) => closer,
        None if in_parentheses => opener.end + closing_parenthesis(rest),
        None => text.len(),
    };
    Some((start, TextPlace { paragraph: index, byte: end }))
}

/// Where the parenthesis closes that was open before `text`.
fn closing_parenthesis(text: &str) -> usize {
    let mut depth = 1;
    for (at, letter) in text.char_indices() {
        match letter {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    text.len()
}
