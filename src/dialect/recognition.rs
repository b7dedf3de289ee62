//! What kind of document some bytes are: a cable, or one of the kinds that are named and left alone.
//!
//! Format reference 2.2. Looks at signs on the outside; whether a recognized cable can be read is for `parse` to say.

use super::plain::transcribe;
use super::{NotACable, Piece, Recognized, Transcript};
use crate::lex::lines::lines;
use crate::lex::row;

/// Recognizes a document by its bytes and transcribes it if it is a cable.
pub fn recognize(bytes: Vec<u8>, file_name: &str) -> Recognized {
    if let Some(kind) = by_bytes(&bytes) {
        return Recognized::Ignored(kind);
    }
    let transcript = transcribe(bytes, file_name);
    match by_text(&transcript) {
        Some(kind) => Recognized::Ignored(kind),
        None => Recognized::Cable(transcript),
    }
}

/// First bytes of archives: zip, gzip, bzip2, xz, Zstandard, 7-Zip, RAR.
const ARCHIVES: [&[u8]; 7] =
    [b"PK\x03\x04", b"\x1F\x8B", b"BZh", b"\xFD7zXZ\0", b"\x28\xB5\x2F\xFD", b"7z\xBC\xAF\x27\x1C", b"Rar!\x1A\x07"];
/// First bytes of other files that hold few control characters at first: PDF, Parquet, Arrow, PNG, JPEG, GIF, ELF.
const BINARIES: [&[u8]; 7] = [b"%PDF-", b"PAR1", b"ARROW1\0", b"\x89PNG", b"\xFF\xD8\xFF", b"GIF8", b"\x7FELF"];
/// A tar archive says so behind its first header's names and numbers.
const TAR: (usize, &[u8]) = (257, b"ustar");

fn by_bytes(bytes: &[u8]) -> Option<NotACable> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Some(NotACable::EmptyFile);
    }
    let is_tar = bytes.get(TAR.0..).is_some_and(|rest| rest.starts_with(TAR.1));
    if is_tar || ARCHIVES.iter().any(|magic| bytes.starts_with(magic)) {
        return Some(NotACable::Archive);
    }
    let is_binary = mostly_controls(bytes) || BINARIES.iter().any(|magic| bytes.starts_with(magic));
    is_binary.then_some(NotACable::Binary)
}

/// A damaged cable may hold some control characters; no text holds one in eight bytes of its beginning.
fn mostly_controls(bytes: &[u8]) -> bool {
    let beginning = &bytes[..bytes.len().min(8192)];
    // The cheaper look counts line ends as well: nearly every text holds too few even of these.
    are_many(beginning, |byte| byte < b' ') && are_many(beginning, is_control)
}

/// Whether more than one byte in eight is such a one.
fn are_many(bytes: &[u8], is_such: impl Fn(u8) -> bool) -> bool {
    // Counted by the hundred, in single bytes, so that the processor compares many bytes side by side.
    let count = |bytes: &[u8]| bytes.iter().fold(0_u8, |count, &byte| count + u8::from(is_such(byte)));
    let found: usize = bytes.chunks(128).map(|bytes| usize::from(count(bytes))).sum();
    found * 8 > bytes.len()
}

fn is_control(byte: u8) -> bool {
    (byte < b' ') & !byte.is_ascii_whitespace()
}

fn by_text(transcript: &Transcript) -> Option<NotACable> {
    let text = transcript.text();
    if transcript.envelope_at.is_some() {
        return None;
    }
    let first = lines(text).find(|line| !line.is_blank())?.text.trim();
    if is_markup(first) {
        return Some(NotACable::HtmlPage);
    }
    if row::is_dump(text) {
        return Some(NotACable::CsvDump);
    }
    if is_cable(text) {
        return None;
    }
    Some(if is_stub(first) { NotACable::ArticleStub } else { NotACable::OtherText })
}

fn is_markup(first: &str) -> bool {
    ["<!doctype html", "<html", "<head", "<body"].iter().any(|tag| starts_with_word(first, tag))
}

fn is_stub(first: &str) -> bool {
    starts_with_word(first, "appears in these articles")
}

fn starts_with_word(text: &str, lower_case: &str) -> bool {
    text.get(..lower_case.len()).is_some_and(|start| start.eq_ignore_ascii_case(lower_case))
}

/// The lines in which the signs of a cable are looked for.
const LINES: usize = 100;

/// Whether a text without envelope bears the signs of a cable.
fn is_cable(text: &str) -> bool {
    let first: Vec<Piece<'_>> = lines(text).take(LINES).collect();
    let labels = [is_executive_order, is_tags, is_subject];
    let labelled = labels.iter().filter(|is_label| first.iter().any(|line| is_label(bare(line)))).count();
    labelled >= 2
        || first.iter().any(|line| is_transmission_id(bare(line)) || is_classification_line(bare(line)))
        || first.windows(2).any(|pair| is_date_time_group(bare(&pair[0])) && bare(&pair[1]).starts_with("FM "))
        || first.first().is_some_and(|line| row::Row::read(bare(line)).is_some())
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
    starts_with_word(line, "tags") && !line[4..].starts_with(|c: char| c.is_alphanumeric())
}

fn is_subject(line: &str) -> bool {
    starts_with_word(line, "subject:") || starts_with_word(line, "subj:")
}

fn is_transmission_id(line: &str) -> bool {
    let line = line.strip_prefix("Cable Text:").unwrap_or(line).trim_start();
    line.strip_prefix("VZCZC").is_some_and(|rest| {
        let rest = rest.as_bytes();
        rest.len() >= 6 && rest[..3].iter().all(u8::is_ascii_uppercase) && rest[3..6].iter().all(u8::is_ascii_digit)
    })
}

/// `O 120729Z JUN 09`, with one or two precedences or none.
fn is_date_time_group(line: &str) -> bool {
    line.split(' ').take(4).any(|word| {
        let word = word.as_bytes();
        word.len() == 7 && word[..6].iter().all(u8::is_ascii_digit) && word[6] == b'Z'
    })
}

/// A class word, spaced out or not, at the beginning and a serial number at the end.
fn is_classification_line(line: &str) -> bool {
    let word: String = line.chars().take(48).filter(|&c| c != ' ').map(|c| c.to_ascii_uppercase()).collect();
    let serial = line.rsplit(' ').next().unwrap_or_default();
    line.len() <= 160
        && ["UNCLAS", "CONFIDENTIAL", "SECRET", "TOPSECRET", "LIMITEDOFFICIALUSE"]
            .iter()
            .any(|level| word.starts_with(level))
        && (3..=8).contains(&serial.len())
        && serial.bytes().all(|byte| byte.is_ascii_digit())
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
