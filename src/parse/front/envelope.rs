//! What is said around a cable, held against what the cable says.
//!
//! Both are kept where they disagree, and the difference is reported. The title is a check on the subject and never fills
//! it.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::fields::Places;
use crate::cable::Cable;
use crate::diagnostic::Code;
use crate::lex::Piece;
use crate::lex::class_word::Level;
use crate::lex::marking::FoundMarking;
use crate::parse::reading::Findings;
use crate::tables::posts;

/// Reports what envelope and text disagree in, once the cable is read.
pub fn compare(places: &Places<'_>, cable: &Cable, findings: &mut Findings) {
    if let Some(title) = &places.title {
        compare_title(title, cable, findings);
    }
    if let (Some(minute), None) = (&places.unsure_minute, cable.sent_at) {
        findings.report(Code::MinuteUnknown, minute, minute.text.trim());
    }
    let sent_on = cable.sent_at.map(|sent_at| jiff::tz::Offset::UTC.to_datetime(sent_at).date());
    if let (Some(date), Some(sent_on), Some(group)) = (cable.date, sent_on, &cable.date_time_group)
        && let Some(place) = &places.date
        && date != sent_on
    {
        findings.report(Code::DateDiffers, place, format!("{date}, but {group}"));
    }
}

fn compare_title(title: &Piece<'_>, cable: &Cable, findings: &mut Findings) {
    let Some(subject) = &cable.subject else { return };
    if !begins(subject, own_title(title.text)) {
        findings.report(Code::TitleDiffers, title, title.text.trim());
    }
}

/// Labels of fields that a flattened subject line dragged into the title.
static TAILS: LazyLock<[Finder<'_>; 7]> = LazyLock::new(|| {
    ["Classified By", "CLASSIFIED BY", "Derived From", " REF:", "REF: ", "REFS:", "SENSITIVE BUT UNCLASSIFIED"]
        .map(Finder::new)
});

/// The title without ellipsis, backslash, the fields and page lines glued to it and a marking at its end
/// (case `envelope-title-marked`).
fn own_title(title: &str) -> &str {
    let label = TAILS.iter().filter_map(|label| label.find(title.as_bytes())).min().unwrap_or(title.len());
    let end = label.min(page_line(title).unwrap_or(title.len()));
    let title = title[..end].trim_end_matches(['.', '…', '\\', ' ']);
    let marking = FoundMarking::trailing(title).map_or(0, |found| found.length);
    &title[..title.len() - marking]
}

/// Where a page line (`BRASILIA 00001667 001.2 OF 003`) is in a title: its post is the words before eight digits.
fn page_line(title: &str) -> Option<usize> {
    let serial = title
        .as_bytes()
        .windows(9)
        .position(|window| window[0] == b' ' && window[1..].iter().all(u8::is_ascii_digit))?;
    let post = (1..=3).filter_map(|words| title[..serial].rmatch_indices(' ').nth(words - 1).map(|(at, _)| at));
    post.filter(|&at| posts::find_cut(title[at..serial].trim()).is_some()).min().or(Some(serial))
}

/// Whether a subject begins with a title: letters and digits alone count, portion markings and labels do not, and a
/// redaction in either ends the comparison.
fn begins(subject: &str, title: &str) -> bool {
    let (title, subject) = (unlabelled(title), unlabelled(subject));
    if subject.starts_with(title) {
        return true;
    }
    let mut left = letters(title).peekable();
    let mut right = letters(subject);
    while let Some(letter) = left.next() {
        match right.next() {
            Some(other) if other == letter => {}
            Some('[') => return true,
            _ if letter == 'X' && left.peek() == Some(&'X') => return true,
            _ => return false,
        }
    }
    true
}

fn letters(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|&c| c.is_alphanumeric() || c == '[').flat_map(char::to_uppercase)
}

/// The text after portion markings and a label at its front.
fn unlabelled(text: &str) -> &str {
    let text = text.trim_start();
    let marking = text.strip_prefix('(').and_then(|inside| inside.split_once(')'));
    match marking {
        Some((marking, rest)) if is_marking(marking) => unlabelled(rest),
        _ => text.strip_prefix("SUBJECT:").map_or(text, unlabelled),
    }
}

fn is_marking(inside: &str) -> bool {
    let level = inside.split(['/', '-', ' ', ',']).find(|part| !part.is_empty()).unwrap_or_default();
    Level::of_mark(level).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_may_be_a_damaged_beginning_of_the_subject() {
        for (subject, title) in [
            ("GRAIN TALKS AND OUTLOOK", "GRAIN TALKS \\"),
            ("GRAIN TALKS AND OUTLOOK", "(C/NF) GRAIN TALKS A..."),
            ("GRAIN TALKS", "GRAIN TALKS Classified By: DCM Oriel Vexley"),
            ("GRAIN TALKS WITH [redacted]", "GRAIN TALKS WITH XXXXXXXXXXXX"),
            ("GRAIN TALKS", ""),
        ] {
            assert!(begins(subject, own_title(title)), "{title}");
        }
        assert!(!begins("GRAIN TALKS", own_title("COTTON TALKS")));
        assert!(!begins("GRAIN", own_title("GRAIN TALKS")));
    }
}
