//! The partial-extract notice before a text.

use crate::lex::{Piece, begins_in_any_case};
use crate::parse::reading::{Notes, Zone};

/// The words of the notice; a retyped one may break its line between any two.
const NOTICE: &str =
    "This record is a partial extract of the original cable. The full text of the original cable is not available.";

/// Claims the notice; returns the lines without it, and whether it was there. What is glued to it stays on its line.
pub fn take<'t>(lines: Vec<Piece<'t>>, notes: &mut Notes<'t>) -> (Vec<Piece<'t>>, bool) {
    let Some((last, length)) = end_of_notice(&lines) else { return (lines, false) };
    let mut rest = lines;
    for (index, line) in rest.iter_mut().enumerate().take(last + 1) {
        let (notice, behind) = line.split_at(if index == last { length } else { line.text.len() });
        notes.claim(notice, Zone::PartialNotice);
        *line = behind;
    }
    rest.drain(..last);
    (rest, true)
}

/// The line in which the notice ends and how many bytes of it belong to it; `None` if the lines do not begin with it.
fn end_of_notice(lines: &[Piece<'_>]) -> Option<(usize, usize)> {
    let first = lines.iter().position(|line| !line.is_blank())?;
    let text = lines[first].text.trim_start();
    if text.starts_with(NOTICE) {
        return Some((first, lines[first].text.len() - text.len() + NOTICE.len()));
    }
    if text.starts_with(['T', 't']) { end_of_broken_notice(lines) } else { None }
}

/// Where the notice ends that is read word by word, as its lines may be broken.
fn end_of_broken_notice(lines: &[Piece<'_>]) -> Option<(usize, usize)> {
    let mut words = NOTICE.split(' ').peekable();
    for (index, line) in lines.iter().enumerate() {
        let mut at = 0;
        while let Some(&word) = words.peek() {
            at = line.text.len() - line.text[at..].trim_start().len();
            let rest = &line.text[at..];
            if rest.is_empty() {
                break;
            }
            if !begins_in_any_case(rest, word) {
                return None;
            }
            at += word.len();
            words.next();
        }
        if words.peek().is_none() {
            return Some((index, at));
        }
    }
    None
}
