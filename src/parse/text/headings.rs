//! Headings and rules: which lines are over paragraphs.
//!
//! A heading is above a rule, between two rules, or, without rules, by itself before a numbered paragraph.
//! A rule with gaps underlines columns and makes no heading.

use super::lines::{Gap, TextLine};
use crate::lex::marking::FoundMarking;
use crate::lex::openers::{self, OpenerKind};
use crate::lex::{begins_in_any_case, shape, wire};
use crate::tables::{captions, endings};

/// The letters that the lines of one heading may have together.
const LONGEST: usize = 120;

/// The letters that a heading without a rule may have on a line.
const LONGEST_UNRULED: usize = 110;

/// What a line is before numbers are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineRole {
    /// Text of a paragraph.
    Text,
    /// Rule.
    Rule,
    /// Line of a heading.
    Heading,
    /// Heading that has the number of its paragraph.
    NumberedHeading,
}

impl LineRole {
    /// Whether it is a rule or a heading, and so separates the text above it from that below.
    pub fn is_border(self) -> bool {
        matches!(self, LineRole::Rule | LineRole::Heading)
    }
}

/// Finds rules and the headings above or between them.
pub fn ruled(lines: &[TextLine<'_>]) -> Vec<LineRole> {
    let mut roles = vec![LineRole::Text; lines.len()];
    let mut rules = Vec::new();
    for (index, _) in lines.iter().enumerate().filter(|(_, line)| line.is_rule()) {
        roles[index] = rule_role(lines, index);
        rules.push(index);
    }
    for index in rules {
        if index > 0 && roles[index] == LineRole::Rule && roles[index - 1] == LineRole::Text {
            mark_above(lines, &mut roles, index);
        }
    }
    roles
}

/// What the rule at `index` is: some underline the columns of a table.
fn rule_role(lines: &[TextLine<'_>], index: usize) -> LineRole {
    let in_table = |other: Option<&TextLine<'_>>| other.is_some_and(|line| line.column_gaps() > 0);
    let above = index.checked_sub(1).map(|above| &lines[above]);
    if above.is_some_and(|above| shape::underlines_columns(lines[index].text(), above.text())) {
        return LineRole::Text;
    }
    let below = lines.get(index + 1).filter(|line| line.gap == Gap::None);
    if in_table(above) && in_table(below) { LineRole::Text } else { LineRole::Rule }
}

/// Marks the heading that ends directly above the rule at `rule`.
fn mark_above(lines: &[TextLine<'_>], roles: &mut [LineRole], rule: usize) {
    let last = rule - 1;
    let between_rules = last > 0 && roles[last - 1] == LineRole::Rule;
    let alone = lines[last].gap == Gap::Blank && lines[rule].gap == Gap::None;
    let fits = can_be_heading(lines[last].text()) || alone && ends_in_abbreviation(lines[last].text());
    if lines[rule].gap == Gap::Blank && !between_rules || !fits {
        return;
    }
    let opens = roles.get(rule + 2) == Some(&LineRole::Rule) && lines[rule + 1].gap == Gap::None;
    if opens && lines[last].gap == Gap::None && last > 0 && roles[last - 1] == LineRole::Text {
        return;
    }
    let first = first_above(lines, roles, rule);
    if text_directly_above(lines, roles, first).is_some_and(|above| ends_paragraph(above, &lines[last])) {
        return;
    }
    if let Some(numbered) = lines[last].numbered() {
        if lines[last].piece.text.len() - numbered.length <= 60 && lines[rule].gap != Gap::Blank {
            roles[last] = LineRole::NumberedHeading;
            return;
        }
        if numbered.marking.is_some() || numbered.number > 9 || lines[last].gap == Gap::Blank {
            return;
        }
    }
    roles[first..=last].fill(LineRole::Heading);
}

/// The first of the lines of the heading that ends directly above the rule at `rule`.
fn first_above(lines: &[TextLine<'_>], roles: &[LineRole], rule: usize) -> usize {
    let last = rule - 1;
    let enclosed =
        enclosing_rule(lines, roles, rule).map(|above| above + 1).or_else(|| short_block(lines, roles, last));
    let mut length = lines[last].text().len();
    let capital = shape::is_capital(lines[last].text());
    let mut first = last;
    for index in (last.saturating_sub(2)..last).rev() {
        let joined = lines[index + 1].gap == Gap::None && roles[index] == LineRole::Text;
        length += lines[index].text().len();
        let fits = enclosed.is_some_and(|start| start <= index) || continues_below(lines[index].text(), capital);
        if !joined || length > LONGEST || !fits {
            break;
        }
        first = index;
    }
    first
}

/// The first of the two or three lines by themselves that end at `last`, if they can be one sentence of a heading.
fn short_block(lines: &[TextLine<'_>], roles: &[LineRole], last: usize) -> Option<usize> {
    let start = (last.saturating_sub(2)..last).rev().find(|&index| lines[index].gap == Gap::Blank)?;
    let block = &lines[start..=last];
    let is_whole = block[1..].iter().all(|line| line.gap == Gap::None)
        && roles[start..=last].iter().all(|role| *role == LineRole::Text);
    let length: usize = block.iter().map(|line| line.text().len()).sum();
    let capital = shape::is_capital(lines[last].text());
    let is_part = |line: &TextLine<'_>| {
        let text = line.text();
        let is_ended = text.ends_with(['.', '?', '!', ':', ';', '"', ')']);
        let fits = can_be_heading(text.trim_end_matches(','));
        shape::is_capital(text) == capital && !is_ended && fits && line.numbered().is_none()
    };
    let fits = is_whole && length <= LONGEST && block[..block.len() - 1].iter().all(is_part);
    (fits && lines[start].text().starts_with(char::is_uppercase)).then_some(start)
}

/// The line of text that is above the line at `index` without a blank line between them.
fn text_directly_above<'l, 't>(
    lines: &'l [TextLine<'t>],
    roles: &[LineRole],
    index: usize,
) -> Option<&'l TextLine<'t>> {
    let above = index.checked_sub(1).filter(|&above| roles[above] == LineRole::Text)?;
    (lines[index].gap != Gap::Blank).then_some(&lines[above])
}

/// Whether a line over a rule is the last one of the paragraph whose text is directly above it: it continues a sentence,
/// or is the source of a report.
fn ends_paragraph(above: &TextLine<'_>, line: &TextLine<'_>) -> bool {
    let numbered = line.numbered();
    if numbered.as_ref().is_some_and(|numbered| numbered.marking.is_some()) {
        return false;
    }
    let text = numbered.as_ref().map_or(line.text(), |numbered| &line.piece.text[numbered.length..]);
    let in_capitals = shape::is_capital(above.text());
    let is_opener = || openers::length(text).is_some();
    let is_sentence = || numbered.is_none() && in_capitals && text.ends_with('.') && !is_opener();
    // Upper case under lower case sets a heading apart, though the period above is lost.
    let is_apart = || is_opener() || shape::is_capital(text) && !in_capitals;
    let is_wrapped = || is_open(above.text()) || above.text().len() >= FILLED && !is_apart();
    text.starts_with(char::is_lowercase) || is_sentence() || is_source(text) || !can_be_last(above) && is_wrapped()
}

/// Whether a paragraph, or an item of a list, can end with this line.
fn can_be_last(line: &TextLine<'_>) -> bool {
    let text = line.text();
    shape::ends_sentence(text)
        || shape::ends_with_redaction(text)
        || holds_closer(text)
        || is_field(text)
        || line.column_gaps() > 0
}

/// Whether a line needs another word after it.
fn is_open(text: &str) -> bool {
    let last = text.rsplit(' ').next().unwrap_or_default();
    let needs_other = |word: &str| word == "END" || endings::is_open_word(word);
    text.ends_with([',', '-', ';', '/', '(', '&']) || needs_other(&last.to_ascii_uppercase())
}

/// Lines at least this long were filled, and ended by a wrap.
const FILLED: usize = 45;

/// The rule above the two or three lines without gaps that end in the rule at `rule`, unless it underlines a heading
/// of its own.
fn enclosing_rule(lines: &[TextLine<'_>], roles: &[LineRole], rule: usize) -> Option<usize> {
    let above = (rule.saturating_sub(4)..rule - 1).rev().find(|&index| roles[index] == LineRole::Rule)?;
    let joined = lines[above + 1..=rule].iter().all(|line| line.gap == Gap::None);
    let numbered = lines[above + 1..rule].iter().any(|line| line.numbered().is_some());
    let underlines = above > 0 && roles[above - 1] == LineRole::Heading && lines[above].gap == Gap::None;
    (joined && !numbered && !underlines).then_some(above)
}

/// Whether a line can be part of a heading that continues in the line under it.
fn continues_below(text: &str, capital_below: bool) -> bool {
    let ends = text.ends_with(['.', '?', '!', ':', ';', '"', ')']);
    let alike = shape::is_capital(text) == capital_below;
    alike
        && !ends
        && can_be_heading(text.trim_end_matches(','))
        && (capital_below || shape::is_title_case(text))
        && shape::numbered(text).is_none()
}

/// The text of a heading without spaces around it and without the strokes that frame it.
fn title(text: &str) -> &str {
    shape::unframed(text).unwrap_or_else(|| text.trim())
}

/// Whether the line may be a heading at all, by itself.
fn can_be_heading(text: &str) -> bool {
    let text = title(text);
    let is_word = |word: &str| word.chars().any(char::is_alphabetic) && !shape::ends_with_redaction(word);
    let is_redacted = || shape::ends_with_redaction(text) && !text.split_whitespace().any(is_word);
    let letters = text.chars().any(char::is_alphabetic) && !is_redacted();
    let unquoted = text.trim_end_matches(['"', ')', '\u{201d}']);
    let full_stop = unquoted.ends_with('.') && !shape::ends_in_dots(unquoted) && !shape::is_capital(text);
    let ends_prose = text.ends_with([';', ',']) || full_stop;
    letters
        && text.len() <= LONGEST
        && !ends_prose
        && !is_closer(text)
        && !ends_with_closer(text)
        && shape::column_gaps(text) == 0
        && !is_item(text)
}

/// `Relations with the U.S.`: the period ends no sentence, so the line can be a heading.
fn ends_in_abbreviation(text: &str) -> bool {
    let last = text.rsplit(' ').next().unwrap_or_default();
    let abbreviated = last.matches('.').count() > 1 && last.chars().all(|sign| sign == '.' || sign.is_alphabetic());
    abbreviated && can_be_heading(text.trim_end_matches('.'))
}

fn is_item(text: &str) -> bool {
    matches!(shape::ItemLabel::leading(text), Some(shape::ItemLabel::Bullet(_)))
}

/// Whether a letter with a marking of its own begins the line, or a question after a letter: an item of a list.
fn is_lettered_item(text: &str) -> bool {
    let behind = || text.trim_start().split_once(' ').map_or("", |(_, rest)| rest.trim_start());
    let is_lettered =
        matches!(shape::ItemLabel::leading(text), Some(shape::ItemLabel::Capital(_) | shape::ItemLabel::Small(_)));
    is_lettered && (text.ends_with('?') || FoundMarking::leading(behind()).is_some())
}

/// `END SUMMARY` and its like.
fn is_closer(text: &str) -> bool {
    let text = text.trim_start_matches(['(', '[']);
    begins_in_any_case(text, "end ") && text.split(' ').count() <= 6 && !is_end_title(text)
}

/// Whether the line holds the end of a summary or a comment, or ends with that of a note: `... in May.  END SUMMARY`
fn ends_with_closer(text: &str) -> bool {
    let upper = text.to_ascii_uppercase();
    let words = || upper.split([' ', '(', '[']).rev().filter(|word| !word.is_empty());
    let ends_note = || {
        let last = words().next().map(|word| word.trim_end_matches(['.', ')', ']']));
        matches!(last, Some("NOTE" | "TEXT")) && words().skip(1).take(3).any(|word| word == "END")
    };
    openers::closer(&upper, &[OpenerKind::Summary, OpenerKind::Comment]).is_some() || ends_note()
}

/// `END OF REPORT` can be a heading, `END OF SUMMARY` closes one.
fn is_end_title(text: &str) -> bool {
    let upper = text.to_ascii_uppercase();
    upper.starts_with("END OF ") && !["SUMMARY", "COMMENT", "NOTE", "TEXT"].iter().any(|word| upper.contains(word))
        || ["END USE", "END-USE", "END OF THE", "END GAME"].iter().any(|start| upper.starts_with(start))
}

/// What is under a block that may be a heading.
#[derive(Clone, Copy, PartialEq, Eq)]
enum BelowHeading {
    /// The start of a numbered paragraph.
    Start,
    /// Another heading.
    Heading,
    /// Text that has no number.
    Text,
}

/// Adds the headings without rules: short lines by themselves, before a numbered paragraph.
pub fn unruled(lines: &[TextLine<'_>], is_start: &[bool], roles: &mut [LineRole]) {
    let is_opening = openings(is_start, roles);
    let mut end = lines.len();
    while let Some(opening) = is_opening[..end].iter().rposition(|is_opening| *is_opening) {
        end = opening + 1;
        let mut below = BelowHeading::Heading;
        while end > 0 && below != BelowHeading::Text {
            end -= 1;
            below = match roles[end] {
                _ if is_start[end] => BelowHeading::Start,
                LineRole::Rule => below,
                LineRole::Heading | LineRole::NumberedHeading => BelowHeading::Heading,
                LineRole::Text => mark_unruled(lines, is_start, roles, end, below),
            };
        }
    }
}

/// Which lines start a numbered paragraph or are headings: a heading is only above such a line.
fn openings(is_start: &[bool], roles: &[LineRole]) -> Vec<bool> {
    let is_opening = |(role, is_start): (&LineRole, &bool)| {
        *is_start || matches!(role, LineRole::Heading | LineRole::NumberedHeading)
    };
    roles.iter().zip(is_start).map(is_opening).collect()
}

/// Marks the block that ends at `end`, if it is a heading; returns what is under the line above.
fn mark_unruled(
    lines: &[TextLine<'_>],
    is_start: &[bool],
    roles: &mut [LineRole],
    end: usize,
    below: BelowHeading,
) -> BelowHeading {
    let first = match block_start(lines, is_start, roles, end) {
        Some(start) if is_unruled(&lines[start..=end], text_above(lines, roles, start), below) => start,
        None if below == BelowHeading::Start && is_glued_below(lines, end) => end,
        _ => return BelowHeading::Text,
    };
    roles[first..=end].fill(LineRole::Heading);
    BelowHeading::Heading
}

/// First line of the block that ends at `end`, if the block is short and holds only text.
fn block_start(lines: &[TextLine<'_>], is_start: &[bool], roles: &[LineRole], end: usize) -> Option<usize> {
    for start in (end.saturating_sub(2)..=end).rev() {
        if is_start[start] || roles[start] != LineRole::Text {
            return None;
        }
        if lines[start].gap == Gap::Blank || start > 0 && roles[start - 1] == LineRole::Rule {
            return Some(start);
        }
    }
    None
}

/// The lines of text directly above a block, two at most.
fn text_above<'l, 't>(lines: &'l [TextLine<'t>], roles: &[LineRole], start: usize) -> &'l [TextLine<'t>] {
    let count = roles[..start].iter().rev().take(2).take_while(|role| **role == LineRole::Text).count();
    &lines[start - count..start]
}

/// Whether the last line of a block is a heading that lost the blank line above it.
fn is_glued_below(lines: &[TextLine<'_>], end: usize) -> bool {
    let Some(above) = end.checked_sub(1).map(|above| lines[above].text()) else { return false };
    let prose = above.bytes().any(|byte| byte.is_ascii_lowercase()) && ends_prose(above);
    let text = lines[end].text();
    let is_label = || shape::is_labelled(text) && !shape::is_capital(text);
    let is_dated = || text.contains(", ") && text.ends_with(|last: char| last.is_ascii_digit());
    if is_label() || is_dated() {
        return false;
    }
    let is_title = text.len() <= 60 && shape::is_title_case(text) && !text.ends_with(['"', ')']);
    prose && is_unruled(&lines[end..=end], &[], if is_title { BelowHeading::Start } else { BelowHeading::Heading })
}

/// Whether a block by itself is a heading: upper case, title case, or a phrase under a whole sentence.
fn is_unruled(block: &[TextLine<'_>], above: &[TextLine<'_>], below: BelowHeading) -> bool {
    let leads_on = |line: &TextLine<'_>| fits_unruled(line.text().trim_end_matches([';', ',']));
    let (last, wrapped) = match block.split_last() {
        Some((last, wrapped)) if fits_unruled(last.text()) && wrapped.iter().all(leads_on) => (last, wrapped),
        _ => return false,
    };
    let all = |is: fn(&str) -> bool| block.iter().all(|line| is(title(line.text())));
    let listed = || above.len() == 2 && above.iter().all(|line| is_entry(line.text()));
    let under_wrap = || above.last().is_some_and(|above| is_wrapped_capital(above.text()));
    let is_long = |least: usize| wrapped.iter().all(|line| line.text().len() >= least || is_open_clause(line.text()));
    let capital = || all(shape::is_capital) && !under_wrap() && is_long(30);
    let titled = || wrapped.len() < 2 && is_long(45) && all(shape::is_title_case);
    let under_sentence = || above.last().is_some_and(|above| ends_prose(above.text()));
    let spoken = || wrapped.is_empty() && under_sentence() && is_phrase(last.text());
    (capital() || below == BelowHeading::Start && (titled() || spoken())) && !listed()
}

/// Whether the line can be one of a heading without a rule.
fn fits_unruled(text: &str) -> bool {
    let text = title(text);
    let abbreviated = ends_in_abbreviation(text);
    let full_stop = text.ends_with('.') && !shape::ends_in_dots(text) && !abbreviated;
    (can_be_heading(text) || abbreviated)
        && text.len() <= LONGEST_UNRULED
        && !full_stop
        && !is_field(text)
        && !is_source(text)
        && !is_signal(text)
        && !is_lettered_item(text)
}

/// Whether a line of a few words ends in a semicolon or a comma, so that the one under it belongs to it.
fn is_open_clause(text: &str) -> bool {
    text.ends_with([';', ',']) && text.split_whitespace().count() > 2
}

/// Whether the line is one of a text in upper case that continues in the next.
fn is_wrapped_capital(text: &str) -> bool {
    shape::is_capital(text) && text.len() >= 45 && !ends_prose(text) && !holds_closer(text)
}

/// Whether the line looks like an entry of a list: short, without an end, and no row of a table.
fn is_entry(text: &str) -> bool {
    text.len() < 45 && !ends_prose(text) && !holds_closer(text) && shape::column_gaps(text) == 0
}

/// Whether a closer without a period ends the line: `END SUMMARY`.
fn holds_closer(text: &str) -> bool {
    let upper = text.to_ascii_uppercase();
    upper.starts_with("END ") || upper.contains(" END ")
}

/// Whether a paragraph can end with this line, so that a phrase by itself under it is not part of it.
fn ends_prose(text: &str) -> bool {
    text.len() < 100 && text.ends_with(['.', '?', '!', '"', ')']) || text.len() >= 100 && shape::ends_sentence(text)
}

/// A heading in lower case: a few words without an end.
fn is_phrase(text: &str) -> bool {
    let words = text.split_whitespace().count();
    let begins = begins_in_any_case(text, "begin ");
    let ends = text.ends_with(|last: char| last.is_alphanumeric() || last == '?');
    text.len() <= 60 && words <= 9 && text.starts_with(char::is_uppercase) && ends && !begins && !text.contains("@")
}

/// A label with a value after it: `POC: J. Quade`.
fn is_field(text: &str) -> bool {
    if text.contains("://") || text.contains("HTTP") {
        return true;
    }
    text.trim_end().split_once(": ").is_some_and(|(label, value)| {
        let numbered = value.contains(['(', '/']) || value.bytes().any(|byte| byte.is_ascii_digit());
        let words = value.split_whitespace().filter(|word| word.bytes().all(|byte| byte.is_ascii_alphabetic())).count();
        label.len() < 20 && (value.contains('@') || numbered && words < 3)
    })
}

/// The source of a report: all of the line is in brackets, or after the word for it: `[AFP, 2/24/2009]`, `Source: AFP`
fn is_source(text: &str) -> bool {
    const LABELS: [&str; 4] = ["SOURCE:", "SOURCES:", "CREDIT:", "VIA:"];
    is_bracketed(text) && openers::length(text).is_none()
        || LABELS.iter().any(|label| begins_in_any_case(text, label) && text.len() > label.len())
}

/// Whether the bracket that opens the line is closed at its end, and not before.
fn is_bracketed(text: &str) -> bool {
    let mut depth = 0;
    let closes = text.char_indices().find(|(_, sign)| {
        depth += i32::from(matches!(sign, '(' | '[')) - i32::from(matches!(sign, ')' | ']'));
        depth == 0
    });
    closes.is_some_and(|(at, _)| at > 0 && at + 1 == text.len())
}

/// Captions and prosigns that are alone.
fn is_signal(text: &str) -> bool {
    matches!(text, "TEXT" | "UNQUOTE" | "MINIMIZE CONSIDERED")
        || wire::is_border(text)
        || captions::known_in(captions::CaptionPlace::NoHeading).contains(&text)
}
