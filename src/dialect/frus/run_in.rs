//! The preamble of a printed telegram: its number and its fields, set as the sentences of the first paragraph.
//!
//! `150591. Subj: Ferries. Ref: Lima 9123.`

use std::ops::Range;

use super::text::EditedText;
use crate::lex::{begins_in_any_case, range_of};

/// What is in such a paragraph.
#[derive(Default)]
pub struct RunInPreamble {
    /// The number of the telegram before the first field.
    pub number: Option<Range<usize>>,
    /// What is between two fields, before the first and after the last: the number, periods and spaces.
    pub borders: Vec<Range<usize>>,
}

/// What a field begins with.
const LABELS: [&str; 8] = ["subj:", "subject:", "ref:", "refs:", "reference:", "references:", "tags:", "e.o. "];

impl RunInPreamble {
    /// The preamble that a text begins with; nothing where it begins otherwise.
    pub fn of(text: &EditedText, source: &str) -> RunInPreamble {
        let paragraph = text.first_paragraph(source);
        let Some(first) = paragraph.first() else { return RunInPreamble::default() };
        let beginning = source[first.clone()].trim_start();
        let number = leading_number(beginning);
        let labelled = number.map_or(beginning, |number| beginning[number.len() + ".".len()..].trim_start());
        if !is_labelled(labelled) {
            return RunInPreamble::default();
        }
        let number = number.map(|number| range_of(source, number));
        let start = range_of(source, labelled).start;
        let lead = number.as_ref().map(|number| number.start..start);
        let periods = paragraph.iter().flat_map(|range| {
            let text = &source[range.clone()];
            text.match_indices('.').map(move |(at, _)| (range.start + at, &text[at + ".".len()..]))
        });
        let before_labels = periods.filter(|(at, _)| *at >= start).filter_map(|(at, rest)| {
            let label = rest.trim_start();
            let is_border = label.len() < rest.len() && is_labelled(label);
            is_border.then(|| at..range_of(source, label).start)
        });
        let borders = lead.into_iter().chain(before_labels).chain(last_period(&paragraph, source)).collect();
        RunInPreamble { number, borders }
    }
}

fn is_labelled(text: &str) -> bool {
    LABELS.iter().any(|label| begins_in_any_case(text, label))
}

/// The number that a text begins with, before a period.
fn leading_number(text: &str) -> Option<&str> {
    let (number, _) = text.split_once('.')?;
    let is_number = (2..=6).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then_some(number)
}

/// The period at the end of a paragraph, unless it may be that of an abbreviation.
fn last_period(paragraph: &[Range<usize>], source: &str) -> Option<Range<usize>> {
    let text = source[paragraph.last()?.clone()].trim_end();
    let sentence = text.strip_suffix('.')?;
    let word = sentence.rsplit(|c: char| c.is_whitespace()).next().unwrap_or_default();
    let end = range_of(source, text).end;
    (word.chars().count() > 2 && !word.contains('.')).then(|| end - 1..end)
}
