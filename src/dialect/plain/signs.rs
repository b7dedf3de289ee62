//! The signs of a cable that has no envelope.
//!
//! Format reference 2.2. Looks at signs on the outside; whether a recognized cable can be read is for `parse` to say.

use crate::lex::Piece;
use crate::lex::begins_in_any_case;
use crate::lex::date::is_time_word;
use crate::lex::lines::lines;
use crate::lex::row;
use crate::lex::shape;
use crate::tables::levels;

/// The lines in which the signs of a cable are looked for.
const LINES: usize = 100;

/// Whether a text without envelope has the signs of a cable.
pub fn is_cable(text: &str) -> bool {
    let first = lines(text).next();
    begins_text(text) || begins_header(text) || first.is_some_and(|line| row::DumpRow::read(bare(&line)).is_some())
}

/// Whether the first lines are of the text of a cable: its classification, or its labels.
pub fn begins_text(text: &str) -> bool {
    let first: Vec<Piece<'_>> = lines(text).take(LINES).collect();
    let labels = [is_executive_order, is_tags, is_subject];
    let labelled = labels.iter().filter(|is_label| first.iter().any(|line| is_label(bare(line)))).count();
    labelled >= 2 || first.iter().any(|line| is_classification_line(bare(line)))
}

/// Whether they are of a transmission header.
pub fn begins_header(text: &str) -> bool {
    let first: Vec<Piece<'_>> = lines(text).take(LINES).collect();
    first.iter().any(|line| is_transmission_id(bare(line)))
        || first.windows(2).any(|pair| is_date_time_group(bare(&pair[0])) && bare(&pair[1]).starts_with("FM "))
}

fn bare<'t>(line: &Piece<'t>) -> &'t str {
    line.text.trim_start_matches(['¶', ' ']).trim_end()
}

fn is_executive_order(line: &str) -> bool {
    let mut letters = line.chars().filter(|&c| c != '.' && c != ' ');
    letters.next().is_some_and(|c| c.eq_ignore_ascii_case(&'e'))
        && letters.next().is_some_and(|c| c.eq_ignore_ascii_case(&'o'))
        && letters.find(|&c| c != ':').is_some_and(|c| c == '1')
}

fn is_tags(line: &str) -> bool {
    begins_in_any_case(line, "tags") && !line[4..].starts_with(|c: char| c.is_alphanumeric())
}

fn is_subject(line: &str) -> bool {
    begins_in_any_case(line, "subject:") || begins_in_any_case(line, "subj:")
}

fn is_transmission_id(line: &str) -> bool {
    let line = line.strip_prefix("Cable Text:").unwrap_or(line).trim_start();
    line.strip_prefix("VZCZC").is_some_and(|rest| {
        let rest = rest.as_bytes();
        rest.len() >= 6 && rest[..3].iter().all(u8::is_ascii_uppercase) && rest[3..6].iter().all(u8::is_ascii_digit)
    })
}

/// `O 120729Z JUN 09`, with one or two precedences or none.
pub fn is_date_time_group(line: &str) -> bool {
    line.split(' ').take(4).any(is_time_word)
}

/// The date-time group of the first header that differs from the one before it in group and sender. The sections of a
/// long telegram repeat both.
pub fn second_header<'t>(lines: impl Iterator<Item = Piece<'t>>) -> Option<Piece<'t>> {
    let mut first = None;
    let mut before: Option<Piece<'t>> = None;
    for line in lines.filter(|line| !line.is_blank()) {
        if let Some(group) = before
            && line.text.starts_with("FM ")
            && is_date_time_group(bare(&group))
        {
            let (known_group, known_sender) = *first.get_or_insert((bare(&group), bare(&line)));
            if known_group != bare(&group) && known_sender != bare(&line) {
                return Some(group);
            }
        }
        before = Some(line);
    }
    None
}

/// A class word, spaced out or not, at the beginning and a serial number at the end.
pub fn is_classification_line(line: &str) -> bool {
    let word: String = line.chars().take(48).filter(|&c| c != ' ').map(|c| c.to_ascii_uppercase()).collect();
    let serial = line.rsplit(' ').next().unwrap_or_default();
    line.len() <= 160
        && levels::class_words().iter().any(|level| word.starts_with(&level.letters))
        && shape::are_digits(serial, 3..=8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_sign_of_a_cable_is_enough() {
        for sign in [
            "VZCZCXRO7354",
            "\nR 121200Z JUN 09\nFM AMEMBASSY OSLO",
            "S E C R E T OSLO 001234",
            "E.O. 12958: N/A\nTAGS: PREL",
            "Tags PREL\nSubject: Ferries",
        ] {
            assert!(is_cable(sign), "{sign}");
        }
        for other in ["TAGS: PREL", "Secretary of State", "SECRET GARDEN", "R 121200Z JUN 09", "subjects and tags"] {
            assert!(!is_cable(other), "{other}");
        }
    }
}
