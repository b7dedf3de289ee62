//! The lines of a file of the archive: which are the archive's own.

use std::borrow::Cow;

use crate::dialect::lost;

/// A line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AadLine<'t> {
    /// Where it begins.
    pub start: usize,
    /// Where it ends, its line end included.
    pub end: usize,
    /// The line without its end.
    pub text: &'t str,
    /// What it is.
    pub kind: AadLineKind,
}

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AadLineKind {
    /// Nothing, or the end of a page or of a file.
    Blank,
    /// The stamp of the review that released the record.
    Stamp,
    /// Nothing but characters that the archive could not show.
    Unreadable,
    /// The mark at the end of a telegram that the archive's system made.
    End,
    /// Anything else.
    Text,
}

/// The words of a stamp, which follow the name of who signed it.
const STAMP: &str = "Declassified/Released US Department of State EO Systematic Review";
/// Who signed.
const NAMES: [&str; 2] = ["Margaret P. Grafeld", "Sheryl P. Walter"];

impl AadLine<'_> {
    /// Whether it is that heading of the archive.
    pub fn is_heading(&self, heading: &str) -> bool {
        is_heading(self.text, heading)
    }
}

/// Whether a line is that heading of the archive, however it is indented and spaced.
pub fn is_heading(line: &str, heading: &str) -> bool {
    let is_between = |c: char| c.is_whitespace() || matches!(c, MARK | '\0');
    let mut words = line.split(is_between).filter(|word| !word.is_empty());
    heading.split(' ').all(|word| words.next().is_some_and(|found| found.eq_ignore_ascii_case(word)))
        && words.next().is_none()
}

/// The byte order mark, which a line at the beginning of a file may have.
const MARK: char = '\u{FEFF}';

/// The first line that is not blank and not a stamp.
pub fn first_filled(bytes: &[u8]) -> Cow<'_, str> {
    let lines = bytes.split(|&byte| byte == b'\n').map(|line| String::from_utf8_lossy(line.trim_ascii()));
    let mut filled = lines.filter(|line| !matches!(kind(line), AadLineKind::Blank | AadLineKind::Stamp));
    filled.next().unwrap_or_default()
}

/// The lines of a text. Where there is no LF, they end with CR.
pub fn lines(text: &str) -> impl Iterator<Item = AadLine<'_>> {
    let mut start = 0;
    let line_end = if text.contains('\n') { '\n' } else { '\r' };
    text.split_inclusive(line_end).map(move |line| {
        let end = start + line.len();
        let text = line.trim_end_matches(['\n', '\r', '\0']);
        let line = AadLine { start, end, text, kind: kind(text) };
        start = end;
        line
    })
}

fn kind(text: &str) -> AadLineKind {
    let text = text.trim_matches([' ', '\t', '\u{C}', '\u{A0}', '\u{1A}', '\0', MARK]);
    if text.is_empty() {
        AadLineKind::Blank
    } else if begins_stamp(text) && stamp_date(text).is_some_and(|date| text.ends_with(date)) {
        AadLineKind::Stamp
    } else if lost::is_unreadable(text) {
        AadLineKind::Unreadable
    } else if text == "<< END OF DOCUMENT >>" {
        AadLineKind::End
    } else {
        AadLineKind::Text
    }
}

fn begins_stamp(text: &str) -> bool {
    let after_name = NAMES.iter().find_map(|name| after_words(text, name));
    after_name.unwrap_or(text).trim_start().starts_with("Declassified/Released")
}

/// What comes after some words at the beginning of a text, however they are spaced.
fn after_words<'t>(text: &'t str, words: &str) -> Option<&'t str> {
    words.split(' ').try_fold(text, |rest, word| rest.trim_start().strip_prefix(word))
}

/// The date of a stamp, `30 JUN 2005`, in a text that holds one, however it is spaced.
pub fn stamp_date(text: &str) -> Option<&str> {
    let mut rest = text;
    for word in STAMP.split(' ') {
        let at = rest.find(word)?;
        rest = &rest[at + word.len()..];
    }
    let date = rest.trim();
    let mut parts = date.split_whitespace();
    let shape = [parts.next()?.len(), parts.next()?.len(), parts.next()?.len()];
    (shape == [2, 3, 4] && parts.next().is_none()).then_some(date)
}
