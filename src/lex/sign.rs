//! What kinds of characters a line holds, found in one pass over its bytes.
//!
//! Almost every line of a cable is plain prose, and almost every rule needs a character that prose lacks: two digits
//! side by side, a colon, a gap. The table of [`sieve`](super::sieve) says which rule needs what; only it looks at signs.

/// A kind of character, or of two that are side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub enum Sign {
    /// A digit.
    Digit = 1,
    /// Two digits side by side.
    Number = 1 << 1,
    /// Two spaces side by side.
    Gap = 1 << 2,
    /// Two of the strokes that rules are drawn with side by side: `- = * _ ~`.
    Strokes = 1 << 3,
    /// Two upper-case letters of ASCII side by side.
    Capitals = 1 << 4,
    /// A lower-case letter of ASCII.
    Small = 1 << 5,
    /// A colon.
    Colon = 1 << 6,
    /// A slash.
    Slash = 1 << 7,
    /// A bracket that opens: `[`.
    Bracket = 1 << 8,
    /// Two letters X side by side, of either case.
    Crosses = 1 << 9,
    /// A character beyond ASCII.
    Wide = 1 << 10,
    /// What the loss of an apostrophe, a quote, an umlaut or a plus sign leaves: `,s`, `Qt`, `&o`, `|n`, `P5`.
    Loss = 1 << 11,
    /// The `OF` or the `GE` of a page line, `002 OF 005` or `PAGE 02`.
    Page = 1 << 12,
    /// What damage of the file can begin with: a control, `""`, `&a`, `<b`, `\`, some characters beyond ASCII.
    Damage = 1 << 13,
    /// Two periods side by side, as in an ellipsis.
    Dots = 1 << 14,
}

/// The signs of one line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signs(u16);

/// Is set with the signs of a pair that begins with a line end.
const LINE_END: u16 = 1 << 15;

/// The signs of each two bytes: those of the first, and of both side by side. Looking up pairs takes as long as looking
/// up bytes, and says more; in prose the same few pairs recur.
static PAIRS: [u16; 1 << 16] = {
    let mut pairs = [0; 1 << 16];
    let mut pair = 0;
    while pair < 1 << 16 {
        let [first, second] = (pair as u16).to_le_bytes();
        pairs[pair] = of_byte(first) | of_pair(first, second);
        pair += 1;
    }
    pairs
};

const fn of_byte(byte: u8) -> u16 {
    match byte {
        b'0'..=b'9' => Sign::Digit as u16,
        b'a'..=b'z' => Sign::Small as u16,
        b':' => Sign::Colon as u16,
        b'/' => Sign::Slash as u16,
        b'[' => Sign::Bracket as u16,
        b'\n' | b'\r' => LINE_END,
        ..b' ' | b'\\' | 0x7F => Sign::Damage as u16,
        0xC3 | 0xE2 | 0xEF => Sign::Wide as u16 | Sign::Damage as u16,
        0x80.. => Sign::Wide as u16,
        _ => 0,
    }
}

const fn of_pair(first: u8, second: u8) -> u16 {
    let mut signs = 0;
    if first.is_ascii_digit() && second.is_ascii_digit() {
        signs |= Sign::Number as u16;
    }
    if first == b' ' && second == b' ' {
        signs |= Sign::Gap as u16;
    }
    if is_stroke(first) && is_stroke(second) {
        signs |= Sign::Strokes as u16;
    }
    if first == b'.' && second == b'.' {
        signs |= Sign::Dots as u16;
    }
    if first.is_ascii_uppercase() && second.is_ascii_uppercase() {
        signs |= Sign::Capitals as u16;
    }
    if matches!((first, second), (b'X' | b'x', b'X' | b'x')) {
        signs |= Sign::Crosses as u16;
    }
    if matches!((first, second), (b'O', b'F') | (b'o', b'f') | (b'G', b'E')) {
        signs |= Sign::Page as u16;
    }
    if is_loss(first, second) {
        signs |= Sign::Loss as u16;
    }
    if is_damage(first, second) {
        signs |= Sign::Damage as u16;
    }
    signs
}

const fn is_stroke(byte: u8) -> bool {
    matches!(byte, b'-' | b'=' | b'*' | b'_' | b'~')
}

const fn is_loss(first: u8, second: u8) -> bool {
    match first {
        b',' | b'Q' => matches!(second, b's' | b't' | b'S' | b'T'),
        b'&' => second.is_ascii_alphabetic(),
        b'|' => second.is_ascii_lowercase(),
        b'P' => second == b'5',
        _ => false,
    }
}

/// A doubled quote, the beginning of an entity or of a tag, a control of two bytes, or a pilcrow within its line.
const fn is_damage(first: u8, second: u8) -> bool {
    match first {
        _ if second == PILCROW[0] => true,
        b'"' => second == b'"',
        b'&' => second == b'#' || second.is_ascii_alphabetic(),
        b'<' => second == b'/' || second.is_ascii_alphabetic(),
        0xC2 => second != PILCROW[1],
        _ => false,
    }
}

/// The bytes of a pilcrow; at the beginning of a line, where the web edition puts it, it is no damage.
const PILCROW: [u8; 2] = [0xC2, 0xB6];

/// Bytes that are looked at in one go.
const BLOCK: usize = 8;

impl Signs {
    /// The signs of `text`.
    pub fn of(text: &str) -> Signs {
        Signs(of_bytes(text.as_bytes()))
    }

    /// The length of the line that `text` begins with, up to its line end, and the signs of it.
    pub fn of_line(text: &[u8]) -> (usize, Signs) {
        let (start, signs) = blocks_before_line_end(text);
        let rest = &text[start..];
        let ahead = match rest.first_chunk() {
            Some(&block) => line_end_in(block),
            None => rest.iter().position(is_line_end).unwrap_or(rest.len()),
        };
        let line = &text[..start + ahead];
        // The last block may overlap those before it: its length is known, and the same signs are found again.
        let end = line.last_chunk::<{ BLOCK + 1 }>().map_or_else(|| of_bytes(line), |end| of_bytes(end));
        (line.len(), Signs(signs | end))
    }

    /// Whether all of these bits are among them.
    #[inline(always)]
    pub(super) fn hold_all(self, signs: u16) -> bool {
        self.0 & signs == signs
    }

    /// Whether one of these bits is among them.
    #[inline(always)]
    pub(super) fn hold_any(self, signs: u16) -> bool {
        self.0 & signs != 0
    }
}

/// Where the first line end is in a block, or else its length; without a branch for each byte.
fn line_end_in(block: [u8; BLOCK]) -> usize {
    let block = u64::from_le_bytes(block);
    let ends = places_of(b'\n', block) | places_of(b'\r', block);
    ends.trailing_zeros() as usize / 8
}

/// The places of `byte` in a block, each by the highest bit of its place; only the first of them is certain.
fn places_of(byte: u8, block: u64) -> u64 {
    const LOWEST: u64 = u64::from_le_bytes([1; BLOCK]);
    let others = block ^ (LOWEST * u64::from(byte));
    // One taken from a zero sets its highest bit; from another byte only where that was set, or a zero below borrowed.
    others.wrapping_sub(LOWEST) & !others & (LOWEST << 7)
}

fn is_line_end(byte: &u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

#[inline]
fn of_bytes(bytes: &[u8]) -> u16 {
    of_pairs(bytes) | bytes.last().map_or(0, |&last| look_up([last, 0]))
}

/// The length and the signs of the blocks that `bytes` begin with, before one that holds a line end.
#[inline]
fn blocks_before_line_end(bytes: &[u8]) -> (usize, u16) {
    let (mut length, mut signs) = (0, 0);
    while let Some(block) = bytes[length..].first_chunk::<{ BLOCK + 1 }>() {
        let found = of_pairs(block);
        if found & LINE_END != 0 {
            break;
        }
        signs |= found;
        length += BLOCK;
    }
    (length, signs)
}

/// The signs of each byte and its neighbor; those of the last byte alone are left to the next pair.
#[inline]
fn of_pairs(bytes: &[u8]) -> u16 {
    bytes.array_windows().fold(0, |found, pair| found | look_up(*pair))
}

#[inline]
fn look_up(pair: [u8; 2]) -> u16 {
    PAIRS[usize::from(u16::from_le_bytes(pair))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_are_found_wherever_they_stand() {
        for (text, sign) in [
            ("a 1", Sign::Digit),
            ("by 2009", Sign::Number),
            ("a  b", Sign::Gap),
            ("--", Sign::Strokes),
            ("the UN", Sign::Capitals),
            ("Ab", Sign::Small),
            ("Note:", Sign::Colon),
            ("minister,s", Sign::Loss),
            ("donQt", Sign::Loss),
            ("HQS", Sign::Loss),
            ("&open", Sign::Loss),
            ("M|nchen", Sign::Loss),
            ("P5 1", Sign::Loss),
            ("1 OF 2", Sign::Page),
            ("PAGE 2", Sign::Page),
            ("R&D", Sign::Damage),
            ("<br>", Sign::Damage),
            ("\"\"open", Sign::Damage),
            ("a\u{a0}b", Sign::Damage),
            ("&¶", Sign::Damage),
            ("cut ...", Sign::Dots),
            ("A/S", Sign::Slash),
            ("[U", Sign::Bracket),
            ("Xx", Sign::Crosses),
            ("é", Sign::Wide),
        ] {
            assert!(Signs::of(text).hold_all(sign as u16), "{text}");
            let line = format!("a long line of small words, and then {text}");
            assert_eq!(Signs::of_line(format!("{line}\nbelow").as_bytes()), (line.len(), Signs::of(&line)));
            assert!(!Signs::of(". ; '").hold_all(sign as u16), "{sign:?}");
        }
        assert!(!Signs::of("¶1. \"x < y & z\"").hold_all(Sign::Damage as u16));
        assert!(!Signs::of("A1 B2 - = a").hold_all(Sign::Number as u16));
        assert!(!Signs::of("A b C d").hold_all(Sign::Capitals as u16));
    }
}
