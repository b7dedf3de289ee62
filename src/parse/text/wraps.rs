//! The lines of a block as text: wraps joined, lists and tables kept.
//!
//! Joins only where a typist or a relay wrapped a line; where a break was meant it stays. Redactions become
//! one token on the way.

use super::lines::{Gap, Line};
use super::redaction;
use super::shape::{self, Label};

/// Lines shorter than this were broken on purpose, if the next one is short as well.
const SHORT: usize = 45;

/// Lines longer than this were joined by an editor: each is a block of its own.
const JOINED: usize = 100;

/// How two lines are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Joint {
    /// One blank.
    Blank,
    /// Nothing: a hyphen at the wrap stays.
    Nothing,
    /// Nothing, and the teletype's hyphen goes.
    Hyphen,
    /// A line feed.
    Line,
    /// A blank line.
    Block,
}

/// Writes lines as the text of a paragraph: blocks parted by one blank line.
pub fn text_of(lines: &[Line<'_>]) -> String {
    let mut text = String::with_capacity(lines.iter().map(|line| line.piece.text.len() + 1).sum());
    let mut item = None;
    let is_row: Vec<bool> = (0..lines.len()).map(|index| is_table_row(lines, index)).collect();
    for (index, line) in lines.iter().enumerate() {
        if index > 0 {
            let tabular = is_row[index - 1] || is_row[index];
            let joint = joint(lines, index, item, tabular);
            if joint == Joint::Hyphen {
                text.pop();
            }
            text.push_str(match joint {
                Joint::Blank => " ",
                Joint::Nothing | Joint::Hyphen => "",
                Joint::Line => "\n",
                Joint::Block => "\n\n",
            });
            if joint == Joint::Block {
                item = None;
            }
        }
        item = next_item(line, item);
        redaction::write(if is_row[index] { line.piece.text } else { line.text() }, &mut text);
    }
    text
}

/// Whether two lines of unnumbered text belong to one paragraph.
pub fn is_one_block(above: &Line<'_>, line: &Line<'_>) -> bool {
    match line.gap {
        Gap::Blank => continues(above, line),
        Gap::Removed => true,
        Gap::None => {
            above.piece.text.len() <= JOINED || starts_small(line.text()) || above.piece.line == line.piece.line
        }
    }
}

/// The label of the list item that the line opens or continues.
fn next_item(line: &Line<'_>, item: Option<Label>) -> Option<Label> {
    Label::leading(line.text()).filter(|label| label.follows(item)).or(item)
}

fn joint(lines: &[Line<'_>], index: usize, item: Option<Label>, tabular: bool) -> Joint {
    let (above, line) = (&lines[index - 1], &lines[index]);
    match line.gap {
        Gap::Blank if !continues(above, line) => return Joint::Block,
        Gap::Blank | Gap::Removed => return wrap(above.text(), line.text()),
        Gap::None => {}
    }
    if above.piece.line == line.piece.line {
        return Joint::Blank;
    }
    if tabular || opens_item(above, line, item) || is_broken_on_purpose(lines, index) {
        return Joint::Line;
    }
    if above.piece.text.len() > JOINED && !starts_small(line.text()) {
        return Joint::Block;
    }
    wrap(above.text(), line.text())
}

/// Whether a sentence runs over a blank line that damage put there.
fn continues(above: &Line<'_>, line: &Line<'_>) -> bool {
    let text = above.text();
    let unfinished = !shape::ends_sentence(text) && !text.ends_with([';', '-', '*']);
    unfinished
        && text.len() >= SHORT
        && starts_small(line.text())
        && Label::leading(line.text()).is_none()
        && shape::column_gaps(text) == 0
}

fn starts_small(text: &str) -> bool {
    text.starts_with(|first: char| first.is_lowercase())
}

/// Whether the line opens an item of a list.
fn opens_item(above: &Line<'_>, line: &Line<'_>, item: Option<Label>) -> bool {
    let Some(label) = Label::leading(line.text()).filter(|label| label.follows(item)) else { return false };
    let sentence = shape::ends_sentence(above.text()) || above.text().ends_with([';', ',']);
    match label {
        // A dash at the start of a wrapped line can belong to the prose.
        Label::Bullet(_) => sentence || matches!(item, Some(Label::Bullet(_))) || above.text().len() < SHORT,
        Label::Small(_) | Label::Capital(_) | Label::Number(_) => {
            sentence || item.is_some() && above.text().len() < SHORT
        }
    }
}

/// Whether the line above was ended on purpose: labels and values, agendas, short lines in sequence.
fn is_broken_on_purpose(lines: &[Line<'_>], index: usize) -> bool {
    let (above, line) = (lines[index - 1].text(), lines[index].text());
    if begin_alike(above, line) {
        return true;
    }
    if shape::is_agenda_entry(line) && (shape::is_agenda_entry(above) || shape::ends_sentence(above)) {
        return true;
    }
    let labelled =
        shape::is_labelled(line) && (shape::is_labelled(above) || above.ends_with(':') || above.len() < SHORT);
    let indented = lines[index].indentation() >= 4 && lines[index - 1].indentation() + 4 > lines[index].indentation();
    labelled && above.len() < 60
        || indented && Label::leading(above).is_none() && above.len() < 60
        || is_short_pair(above, line)
}

/// Whether both lines begin with the same sign or number, as the items of a list do.
fn begin_alike(above: &str, line: &str) -> bool {
    let first = line.split(' ').next().unwrap_or_default();
    let sign = first.len() <= 3 && !first.is_empty() && !first.bytes().any(|byte| byte.is_ascii_alphabetic());
    sign && above.split(' ').next() == Some(first)
}

/// A short line that leads over to the next, or two short ones; the second does not go on with a sentence.
fn is_short_pair(above: &str, line: &str) -> bool {
    if above.ends_with(':') && above.len() < SHORT && line.starts_with(char::is_uppercase) {
        return true;
    }
    let open = above.ends_with(['-', '('])
        || above.ends_with(',') && line.len() >= SHORT
        || above.rsplit(' ').next().is_some_and(|word| word.len() < 4 && starts_small(word));
    above.len() < SHORT && line.len() < 60 && !starts_small(line) && !open && shape::numbered(line).is_none()
}

/// Whether the line is a row of a table: columns, beside another row or with gaps at two places.
fn is_table_row(lines: &[Line<'_>], index: usize) -> bool {
    let gaps = |index: usize| lines.get(index).map_or(0, |line| shape::column_gaps(line.piece.text));
    let text = lines[index].piece.text;
    if shape::is_column_rule(text) || shape::is_rule(text) {
        return true;
    }
    let own = gaps(index);
    let beside = || {
        index > 0 && lines[index].gap == Gap::None && gaps(index - 1) > 0
            || lines.get(index + 1).is_some_and(|next| next.gap == Gap::None) && gaps(index + 1) > 0
    };
    own > 1 || own == 1 && beside()
}

/// Puts a wrapped line behind the one above it.
fn wrap(above: &str, line: &str) -> Joint {
    let Some(stem) = above.strip_suffix('-') else { return Joint::Blank };
    if !stem.ends_with(|last: char| last.is_alphanumeric()) || !line.starts_with(|first: char| first.is_alphanumeric())
    {
        return Joint::Blank;
    }
    let left: Vec<char> = stem.chars().rev().take_while(|letter| letter.is_alphabetic()).collect();
    let right = line.split(|letter: char| !letter.is_alphabetic()).next().unwrap_or_default();
    let capital = shape::is_capital(above) && shape::is_capital(line);
    // `US-` and `LATIN` keep their hyphen: only what cannot stand alone was divided.
    if capital && left.len() > 2 && right.len() > 2 { Joint::Hyphen } else { Joint::Nothing }
}
