//! Texts whose lines were laid out in a way that nobody reads: they are named, so that somebody can lay them out again.

use memchr::{memchr, memchr_iter, memmem};

use super::{Head, NotACable};

/// A text has a line end within so many bytes.
const LONGEST_LINE: usize = 4096;

/// What a document is that has no line ends where a text has some: records of a mainframe, or lines that end otherwise.
pub fn without_line_ends(head: &Head<'_>) -> Option<NotACable> {
    let beginning = &head.bytes[..head.bytes.len().min(LONGEST_LINE)];
    if is_ebcdic(beginning) {
        return Some(NotACable::Ebcdic);
    }
    let has_ends = memchr(b'\n', beginning).is_some() || memchr(b'\r', beginning).is_some();
    // Values of JSON and of pages hold any character, and may be as long.
    let is_marked_up = matches!(beginning.trim_ascii_start().first(), None | Some(b'{' | b'[' | b'<' | b'"'));
    if has_ends || is_marked_up {
        None
    } else if are_fixed_records(beginning) {
        Some(NotACable::FixedRecords)
    } else {
        has_other_line_ends(beginning).then_some(NotACable::OtherLineEnds)
    }
}

/// Whether a text is in records of one length, each filled with spaces.
fn are_fixed_records(bytes: &[u8]) -> bool {
    /// Cards, lines of terminals and of printers.
    const LENGTHS: [usize; 4] = [72, 80, 132, 133];
    const FEWEST: usize = 5;
    LENGTHS.iter().any(|&length| {
        let records = bytes.len() / length;
        let filled = bytes.chunks_exact(length).filter(|record| record.ends_with(b"  ")).count();
        records >= FEWEST && filled * 4 >= records * 3
    })
}

/// Whether lines end with NEL, in Unicode or in the encodings of Windows and ISO, or with the separator of Unicode.
fn has_other_line_ends(bytes: &[u8]) -> bool {
    const FEWEST: usize = 5;
    let is_often = |mark: &str| memmem::find_iter(bytes, mark).nth(FEWEST - 1).is_some();
    // In the encoding of Windows the byte is an ellipsis, and two of them are never together as the ends of lines are.
    let is_bare = || memchr_iter(0x85, bytes).count() >= FEWEST && memmem::find(bytes, &[0x85, 0x85]).is_some();
    is_often("\u{2028}") || is_often("\u{85}") || is_bare()
}

/// Whether a text is in EBCDIC: its spaces, letters and digits are bytes that in ASCII are others or none.
fn is_ebcdic(bytes: &[u8]) -> bool {
    const SPACE: u8 = 0x40;
    // The cheap look: any other text has a space soon.
    if memchr(b' ', &bytes[..bytes.len().min(512)]).is_some() || bytes.len() < 64 {
        return false;
    }
    let is_letter = |byte: &&u8| matches!(byte, 0x81..=0x89 | 0x91..=0x99 | 0xA2..=0xA9 | 0xC1..=0xC9 | 0xD1..=0xD9 | 0xE2..=0xE9 | 0xF0..=0xF9);
    let letters = bytes.iter().filter(is_letter).count();
    let spaces = memchr_iter(SPACE, bytes).count();
    letters * 2 > bytes.len() && (letters + spaces) * 10 > bytes.len() * 8 && spaces * 20 > bytes.len()
}

/// Whether each line of a text begins with the mark of a quotation, or with its number.
pub fn is_marked(text: &str) -> bool {
    const FIRST: usize = 40;
    const FEWEST: usize = 8;
    let lines = || text.lines().take(FIRST);
    let number = |line: &str| {
        let line = line.trim_start();
        let digits = line.bytes().take_while(u8::is_ascii_digit).count();
        let is_apart = line[digits..].chars().next().is_none_or(|next| matches!(next, ' ' | '\t' | ':' | '|'));
        line[..digits].parse::<u32>().ok().filter(|_| is_apart)
    };
    let is_quoted = || lines().all(|line| line.starts_with('>'));
    let is_numbered = || lines().zip(1..).all(|(line, expected)| number(line) == Some(expected));
    lines().count() >= FEWEST && (is_quoted() || is_numbered())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "VZCZCXYZ0016\nOO RUEHC\nDE RUEHPE #1234 1630729\nZNR UUUUU ZZH\nO 120729Z JUN 09\nFM AMEMBASSY LIMA\n\n\
                        TO RUEHC/SECSTATE WASHDC\nBT\nUNCLAS LIMA 001234\n\n1. (U) The guild met the owners.\n";

    fn found(bytes: &[u8]) -> Option<NotACable> {
        without_line_ends(&Head::of(bytes, ""))
    }

    #[test]
    fn texts_without_line_ends_are_named() {
        let fixed: String = TEXT.lines().map(|line| format!("{line:80}")).collect();
        assert_eq!(found(fixed.as_bytes()), Some(NotACable::FixedRecords));
        assert_eq!(found(TEXT.replace('\n', "\u{2028}").as_bytes()), Some(NotACable::OtherLineEnds));
        let next_line: Vec<u8> = TEXT.bytes().map(|byte| if byte == b'\n' { 0x85 } else { byte }).collect();
        assert_eq!(found(&next_line), Some(NotACable::OtherLineEnds));
        let ebcdic: Vec<u8> = TEXT.bytes().map(in_ebcdic).collect();
        assert_eq!(found(&ebcdic), Some(NotACable::Ebcdic));
        let prose = "The guild met the owners, and they spoke of dues. ".repeat(100);
        assert_eq!((found(TEXT.as_bytes()), found(prose.as_bytes()), found(b"")), (None, None, None));
    }

    /// Letters, digits and spaces of EBCDIC; a stroke for all others.
    fn in_ebcdic(byte: u8) -> u8 {
        match byte {
            b' ' => 0x40,
            b'\n' => 0x25,
            b'0'..=b'9' => 0xF0 + (byte - b'0'),
            b'A'..=b'I' => 0xC1 + (byte - b'A'),
            b'J'..=b'R' => 0xD1 + (byte - b'J'),
            b'S'..=b'Z' => 0xE2 + (byte - b'S'),
            b'a'..=b'i' => 0x81 + (byte - b'a'),
            b'j'..=b'r' => 0x91 + (byte - b'j'),
            b's'..=b'z' => 0xA2 + (byte - b's'),
            _ => 0x61,
        }
    }

    #[test]
    fn marked_lines_are_told_from_paragraphs() {
        let quoted: String = TEXT.lines().map(|line| format!("> {line}\n")).collect();
        let numbered: String = TEXT.lines().zip(1..).map(|(line, number)| format!("{number:4}  {line}\n")).collect();
        assert!(is_marked(&quoted) && is_marked(&numbered));
        assert!(!is_marked(TEXT) && !is_marked("1. One.\n2. Two.\n") && !is_marked(""));
    }
}
