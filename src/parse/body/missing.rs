//! Notices of sections that were never received: `*** Missing Section 002 ***`.
//!
//! Somebody who printed the cable put them in the place of the section; they are not part of its text.

use crate::diagnostic::Code;
use crate::lex::{LineRule, Piece, begins_in_any_case, shape};
use crate::parse::reading::{Notes, Zone};

/// Reads a notice of a section that was never received, with the asterisks around it; returns how many lines it is,
/// and the number of the section. What is before it on its line is kept.
pub fn take<'t>(lines: &[Piece<'t>], kept: &mut Vec<Piece<'t>>, notes: &mut Notes<'t>) -> Option<(usize, i32)> {
    let (at, notice) = find_notice(lines)?;
    let length = at + 1 + usize::from(lines.get(at + 1).is_some_and(|line| shape::is_rule(line.text)));
    notes.report(Code::SectionMissing, &lines[at], notice.number.to_string());
    let (before, rest) = lines[0].split_at(if at == 0 { notice.start } else { 0 });
    if !before.is_blank() {
        kept.push(before);
    }
    for line in [rest].into_iter().chain(lines[1..length].iter().copied()) {
        notes.claim(line, Zone::MissingSection);
    }
    Some((length, notice.number))
}

/// The notice of a missing section, and where its asterisks begin in its line.
struct Notice {
    start: usize,
    number: i32,
}

/// Whether a notice is in the first line, or in the second under a rule.
pub fn begins(lines: &[Piece<'_>]) -> bool {
    find_notice(lines).is_some()
}

/// Whether a notice is in the line.
pub fn is_in(line: &Piece<'_>) -> bool {
    notice_in(line).is_some()
}

/// The index of the line that holds the notice, the first or the one below a rule.
fn find_notice(lines: &[Piece<'_>]) -> Option<(usize, Notice)> {
    if let Some(notice) = notice_in(&lines[0]) {
        return Some((0, notice));
    }
    let below = lines.get(1).filter(|_| may_begin_notice(&lines[0]))?;
    let notice = notice_in(below).filter(|notice| below.text[..notice.start].trim().is_empty())?;
    shape::is_rule(lines[0].text).then_some((1, notice))
}

/// Whether a line begins as the rule above a notice does, or as the notice itself.
fn may_begin_notice(line: &Piece<'_>) -> bool {
    line.text.bytes().next().is_some_and(|first| INITIALS[usize::from(first)])
}

/// The bytes that a notice or the rule above it begins with: no other letter, and no digit.
pub const INITIALS: [bool; 256] = {
    let mut initials = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        let first = byte as u8;
        initials[byte] = matches!(first, b'M' | b'm') || !first.is_ascii_alphanumeric();
        byte += 1;
    }
    initials
};

/// The notice that ends a line: `*** Missing Section 002 ***`, perhaps after text; without asterisks only if it is the
/// whole line.
fn notice_in(line: &Piece<'_>) -> Option<Notice> {
    if !line.is_candidate(LineRule::MissingNotice) {
        return None;
    }
    let text = line.text;
    let row = if line.is_candidate(LineRule::StarredNotice) { memchr::memchr(b'*', text.as_bytes()) } else { None };
    let bare = may_begin_notice(line).then(|| text.len() - text.trim_start().len());
    row.into_iter().chain(bare).find_map(|start| Some(Notice { start, number: missing_number(&text[start..])? }))
}

/// The number in `*** Missing Section 002 ***`.
fn missing_number(text: &str) -> Option<i32> {
    const WORDS: &str = "missing section";
    let inner = text.trim_matches(['*', ' ']);
    if begins_in_any_case(inner, WORDS) { inner[WORDS.len()..].trim().parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lex::tests::assert_candidates;

    #[test]
    fn a_line_with_a_notice_is_a_candidate() {
        assert_candidates(LineRule::MissingNotice, |line| missing_number(line).is_some());
        let is_starred = |line: &str| line.find('*').is_some_and(|start| missing_number(&line[start..]).is_some());
        assert_candidates(LineRule::StarredNotice, is_starred);
    }
}
