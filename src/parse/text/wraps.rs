//! The lines of a block as text: wraps joined, lists and tables kept.
//!
//! Joins only where a typist or a relay wrapped a line; where a break was meant it stays. Redactions become
//! one token on the way.

use super::lines::{Gap, TextLine};
use crate::lex::shape::{self, ItemLabel};
use crate::lex::{LineRule, redaction};

/// Lines shorter than this were broken on purpose, if the next one is short as well.
pub const SHORT: usize = 45;

/// Lines at least this long were filled, and ended by a wrap.
const NARROW: usize = 60;

/// How two lines are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Joint {
    /// One space.
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

/// Writes lines as the text of a paragraph: blocks separated by one blank line.
pub fn text_of(lines: &[TextLine<'_>]) -> String {
    let (start, end) =
        (lines.first().map_or(0, |line| line.piece.start), lines.last().map_or(0, |line| line.piece.end()));
    let mut text = String::with_capacity(end.saturating_sub(start));
    let mut item = None;
    let mut row_above = false;
    for (index, line) in lines.iter().enumerate() {
        let above = index.checked_sub(1).map(|above| &lines[above]);
        if let Some(above) = above.filter(|above| !row_above && flows_on(above, line)) {
            push_joint(wrap(above.text(), line.text()), &mut text);
            push_redacted(line, line.text(), &mut text);
            continue;
        }
        let is_row = is_table_row(lines, index);
        let label = line.label();
        if let Some(above) = above {
            let opens_item = label.is_some_and(|label| opens_item(above, label, item));
            let joint = joint(above, line, row_above || is_row || opens_item);
            push_joint(joint, &mut text);
            if joint == Joint::Block {
                item = None;
            }
        }
        item = label.filter(|label| label.follows(item)).or(item);
        row_above = is_row;
        push_redacted(line, if is_row { line.piece.text } else { line.text() }, &mut text);
    }
    text
}

/// Whether a line of prose directly under one that is not short continues its sentence, as nearly every line does.
fn flows_on(above: &TextLine<'_>, line: &TextLine<'_>) -> bool {
    line.is_prose()
        && line.gap == Gap::None
        && above.text().len() >= SHORT
        && !above.piece.is_joined()
        && above.piece.line != line.piece.line
}

fn push_joint(joint: Joint, text: &mut String) {
    match joint {
        Joint::Blank => text.push(' '),
        Joint::Nothing => {}
        Joint::Hyphen => drop(text.pop()),
        Joint::Line => text.push('\n'),
        Joint::Block => text.push_str("\n\n"),
    }
}

/// Appends what is kept of a line.
fn push_redacted(line: &TextLine<'_>, kept: &str, text: &mut String) {
    if line.piece.is_candidate(LineRule::Redaction) {
        redaction::write(kept, text);
    } else {
        text.push_str(kept);
    }
}

/// Whether two lines of unnumbered text belong to one paragraph.
pub fn is_one_block(above: &TextLine<'_>, line: &TextLine<'_>) -> bool {
    match line.gap {
        Gap::Blank => continues(above, line),
        Gap::Removed => true,
        Gap::None => !above.piece.is_joined() || starts_lowercase(line.text()) || above.piece.line == line.piece.line,
    }
}

/// How `line` is put after the line above; an entry of a table or a list is separated from it.
fn joint(above: &TextLine<'_>, line: &TextLine<'_>, is_entry: bool) -> Joint {
    match line.gap {
        Gap::Blank if !continues(above, line) => return Joint::Block,
        Gap::Blank | Gap::Removed => return wrap(above.text(), line.text()),
        Gap::None => {}
    }
    if above.piece.line == line.piece.line {
        return Joint::Blank;
    }
    if is_entry || is_broken_on_purpose(above, line) {
        return Joint::Line;
    }
    if above.piece.is_joined() && !starts_lowercase(line.text()) {
        return Joint::Block;
    }
    wrap(above.text(), line.text())
}

/// Whether a sentence runs over a blank line that damage put there.
fn continues(above: &TextLine<'_>, line: &TextLine<'_>) -> bool {
    let text = above.text();
    // `see para` and its number.
    if line.numbered().is_some_and(|numbered| numbered.marking.is_none()) && shape::ends_in_citation(text) {
        return true;
    }
    let unfinished = !shape::ends_sentence(text) && !text.ends_with([';', '-', '*']);
    unfinished
        && text.len() >= SHORT
        && starts_lowercase(line.text())
        && line.label().is_none()
        && above.column_gaps() == 0
}

fn starts_lowercase(text: &str) -> bool {
    text.starts_with(|first: char| first.is_lowercase())
}

/// Whether the label of a line opens an item of a list.
fn opens_item(above: &TextLine<'_>, label: ItemLabel, item: Option<ItemLabel>) -> bool {
    if !label.follows(item) {
        return false;
    }
    let sentence = shape::ends_sentence(above.text()) || above.text().ends_with([';', ',']);
    match label {
        // A dash at the start of a wrapped line can belong to the prose.
        ItemLabel::Bullet(_) => sentence || matches!(item, Some(ItemLabel::Bullet(_))) || above.text().len() < SHORT,
        ItemLabel::Small(_) | ItemLabel::Capital(_) | ItemLabel::Number(_) => {
            sentence || item.is_some() && above.text().len() < SHORT
        }
    }
}

/// Whether the line above was ended on purpose: labels and values, agendas, short lines in sequence.
fn is_broken_on_purpose(above: &TextLine<'_>, line: &TextLine<'_>) -> bool {
    if above.is_tail() {
        return false;
    }
    if !line.begins_with_word() && (begin_alike(above.text(), line.text()) || is_next_in_agenda(above, line)) {
        return true;
    }
    above.text().len() < NARROW
        && (line.piece.is_candidate(LineRule::LabeledValue) && is_next_value(above.text(), line.text())
            || is_set_in(above, line) && above.label().is_none()
            || is_short_pair(above.text(), line.text()))
}

/// Whether the line is an entry of an agenda, under another or under a sentence.
fn is_next_in_agenda(above: &TextLine<'_>, line: &TextLine<'_>) -> bool {
    shape::is_agenda_entry(line.text()) && (shape::is_agenda_entry(above.text()) || shape::ends_sentence(above.text()))
}

/// Whether the line is a label and its value, under another, a title or a short line.
fn is_next_value(above: &str, line: &str) -> bool {
    shape::is_labelled(line) && (above.len() < SHORT || above.ends_with(':') || shape::is_labelled(above))
}

/// Whether the line is indented, and not much further than the line above.
fn is_set_in(above: &TextLine<'_>, line: &TextLine<'_>) -> bool {
    line.indentation() >= 4 && above.indentation() + 4 > line.indentation()
}

/// Whether both lines begin with the same sign or number, as the items of a list do.
fn begin_alike(above: &str, line: &str) -> bool {
    let first = line.split(' ').next().unwrap_or_default();
    let sign = first.len() <= 3 && !first.is_empty() && !first.bytes().any(|byte| byte.is_ascii_alphabetic());
    sign && above.split(' ').next() == Some(first)
}

/// A short line that leads over to the next, or two short ones; the second does not continue a sentence.
fn is_short_pair(above: &str, line: &str) -> bool {
    if above.len() >= SHORT {
        return false;
    }
    if above.ends_with(':') && line.starts_with(char::is_uppercase) {
        return true;
    }
    let open = above.ends_with(['-', '('])
        || begins_in_parentheses(line) && !shape::ends_sentence(above)
        || above.ends_with(',') && line.len() >= SHORT
        || above.rsplit(' ').next().is_some_and(|word| word.len() < 4 && starts_lowercase(word));
    line.len() < NARROW && !starts_lowercase(line) && !open && shape::numbered(line).is_none()
}

/// Whether a line begins with a word in parentheses, which the words above need: `(LGP) source`.
fn begins_in_parentheses(line: &str) -> bool {
    let Some((word, _)) = line.strip_prefix('(').and_then(|rest| rest.split_once(')')) else { return false };
    word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_alphabetic() || b" -&".contains(&byte))
}

/// Whether the line is a row of a table: columns, beside another row or with gaps at two places.
fn is_table_row(lines: &[TextLine<'_>], index: usize) -> bool {
    let line = &lines[index];
    let is_beside_row = || {
        index > 0 && line.gap == Gap::None && lines[index - 1].column_gaps() > 0
            || lines.get(index + 1).is_some_and(|next| next.gap == Gap::None && next.column_gaps() > 0)
    };
    line.column_gaps() > 1
        || line.column_gaps() == 1 && is_beside_row()
        || line.is_rule()
        || !line.begins_with_word() && shape::is_column_rule(line.text())
}

/// Puts a wrapped line after the one above it.
#[inline]
fn wrap(above: &str, line: &str) -> Joint {
    if above.as_bytes().last() == Some(&b'-') { wrap_hyphen(above, line) } else { Joint::Blank }
}

/// Puts a wrapped line after one that ends with a hyphen.
#[cold]
fn wrap_hyphen(above: &str, line: &str) -> Joint {
    let stem = &above[..above.len() - 1];
    if !stem.ends_with(|last: char| last.is_alphanumeric()) || !line.starts_with(|first: char| first.is_alphanumeric())
    {
        return Joint::Blank;
    }
    let left: Vec<char> = stem.chars().rev().take_while(|letter| letter.is_alphabetic()).collect();
    let right = line.split(|letter: char| !letter.is_alphabetic()).next().unwrap_or_default();
    let capital = shape::is_capital(above) && shape::is_capital(line);
    // `US-` and `LATIN` keep their hyphen: only what cannot be alone was divided.
    if capital && left.len() > 2 && right.len() > 2 { Joint::Hyphen } else { Joint::Nothing }
}
