//! What kinds of characters a line holds, found in one pass over its bytes.
//!
//! Almost every line of a cable is plain prose, and almost every rule needs a character that prose lacks: two digits
//! side by side, a colon, a gap. The table of [`sieve`](super::sieve) says which rule needs what; only it looks at signs.

use memchr::memchr2;

/// A kind of character, or of two that are side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// A digit.
    Digit,
    /// Two digits side by side.
    Number,
    /// Two spaces side by side.
    Gap,
    /// Two of the strokes that rules are drawn with side by side.
    Strokes,
    /// Two upper-case letters of ASCII side by side.
    Capitals,
    /// A lower-case letter of ASCII.
    Small,
    /// A colon.
    Colon,
    /// A slash.
    Slash,
    /// A bracket that opens: `[`.
    Bracket,
    /// Two letters X side by side, of either case.
    Crosses,
    /// A character beyond ASCII.
    Wide,
    /// Two periods side by side, as in an ellipsis.
    Dots,
    /// The `OF` or the `GE` of a page line, `002 OF 005` or `PAGE 02`.
    Page,
    /// What the loss of an apostrophe or a quote leaves: `,s`, `Qt`.
    LostQuote,
    /// What the loss of an umlaut leaves: `&o`, `|n`.
    LostUmlaut,
    /// What the loss of a plus sign leaves: `P5`.
    LostPlus,
    /// A control, a backslash, or the first byte of a character that damage leaves.
    Control,
    /// `""`
    DoubledQuote,
    /// The beginning of an entity or of a tag: `&a`, `<b`.
    Markup,
    /// A control of two bytes, the first of which is C2. A pilcrow, C2 B6, is none where the web edition puts it, at the
    /// beginning of a line.
    ControlC2,
    /// A C2 within its line.
    InnerC2,
}

/// Each sign, the bytes that begin it and those that follow them: the one place that says what a sign is.
const TABLE: [(Sign, Bytes, Bytes); 21] = {
    let digit = Bytes::range(b'0', b'9');
    let (upper, lower) = (Bytes::range(b'A', b'Z'), Bytes::range(b'a', b'z'));
    let letter = upper.or(lower);
    let (stroke, cross) = (Bytes::of(b"-=*_~"), Bytes::of(b"Xx"));
    let any = Bytes::range(0, 0xFF);
    let c2 = Bytes::of(&[0xC2]);
    [
        (Sign::Digit, digit, any),
        (Sign::Number, digit, digit),
        (Sign::Gap, Bytes::of(b" "), Bytes::of(b" ")),
        (Sign::Strokes, stroke, stroke),
        (Sign::Capitals, upper, upper),
        (Sign::Small, lower, any),
        (Sign::Colon, Bytes::of(b":"), any),
        (Sign::Slash, Bytes::of(b"/"), any),
        (Sign::Bracket, Bytes::of(b"["), any),
        (Sign::Crosses, cross, cross),
        (Sign::Wide, Bytes::range(0x80, 0xFF), any),
        (Sign::Dots, Bytes::of(b"."), Bytes::of(b".")),
        (Sign::Page, Bytes::of(b"OoG"), Bytes::of(b"FfE")),
        (Sign::LostQuote, Bytes::of(b",Q"), Bytes::of(b"stST")),
        (Sign::LostUmlaut, Bytes::of(b"&|"), letter),
        (Sign::LostPlus, Bytes::of(b"P"), Bytes::of(b"5")),
        (Sign::Control, Bytes::range(0, 0x1F).or(Bytes::of(&[b'\\', 0x7F, 0xC3, 0xE2, 0xEF])), any),
        (Sign::DoubledQuote, Bytes::of(b"\""), Bytes::of(b"\"")),
        (Sign::Markup, Bytes::of(b"&<"), letter.or(Bytes::of(b"#/"))),
        (Sign::ControlC2, c2, Bytes::of(&[0xB6]).others()),
        (Sign::InnerC2, any, c2),
    ]
};

/// A set of bytes.
#[derive(Clone, Copy)]
struct Bytes([bool; 256]);

impl Bytes {
    const fn of(bytes: &[u8]) -> Bytes {
        let mut set = [false; 256];
        let mut at = 0;
        while at < bytes.len() {
            set[bytes[at] as usize] = true;
            at += 1;
        }
        Bytes(set)
    }

    const fn range(first: u8, last: u8) -> Bytes {
        let mut set = [false; 256];
        let mut byte = first as usize;
        while byte <= last as usize {
            set[byte] = true;
            byte += 1;
        }
        Bytes(set)
    }

    const fn or(mut self, other: Bytes) -> Bytes {
        let mut byte = 0;
        while byte < 256 {
            self.0[byte] |= other.0[byte];
            byte += 1;
        }
        self
    }

    const fn others(mut self) -> Bytes {
        let mut byte = 0;
        while byte < 256 {
            self.0[byte] = !self.0[byte];
            byte += 1;
        }
        self
    }
}

/// For each byte the signs that it may begin, and those that it may follow the first byte of.
static BEGUN: [u32; 256] = columns().0;
static FOLLOWED: [u32; 256] = columns().1;

const fn columns() -> ([u32; 256], [u32; 256]) {
    let (mut begun, mut followed) = ([0; 256], [0; 256]);
    let mut row = 0;
    while row < TABLE.len() {
        let (sign, first, second) = TABLE[row];
        let mut byte = 0;
        while byte < 256 {
            begun[byte] |= if first.0[byte] { sign.bit() } else { 0 };
            followed[byte] |= if second.0[byte] { sign.bit() } else { 0 };
            byte += 1;
        }
        row += 1;
    }
    (begun, followed)
}

impl Sign {
    pub(super) const fn bit(self) -> u32 {
        1 << self as u32
    }
}

/// The signs of one line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signs(u32);

impl Signs {
    /// The signs of `text`.
    pub fn of(text: &str) -> Signs {
        Signs::of_bytes(text.as_bytes())
    }

    /// The length of the line that `text` begins with, up to its line end, and the signs of it.
    pub fn of_line(text: &[u8]) -> (usize, Signs) {
        let length = memchr2(b'\n', b'\r', text).unwrap_or(text.len());
        (length, Signs::of_bytes(&text[..length]))
    }

    fn of_bytes(line: &[u8]) -> Signs {
        let (mut signs, mut rest) = (0, line);
        // Blocks of a fixed length are read without a branch for each byte; the last byte of one begins the next.
        while let Some(block) = rest.first_chunk::<9>() {
            signs |= of_pairs(block);
            rest = &rest[8..];
        }
        // The last block may overlap the one before: the same signs are found again.
        signs |= line.last_chunk::<9>().map_or_else(|| of_pairs(line), |last| of_pairs(last));
        // What follows the last byte is in no set but that of any byte.
        Signs(line.last().map_or(signs, |&last| signs | signs_of([last, b'\n'])))
    }

    /// Whether all of these bits are among them.
    #[inline(always)]
    pub(super) fn hold_all(self, signs: u32) -> bool {
        self.0 & signs == signs
    }

    /// Whether one of these bits is among them.
    #[inline(always)]
    pub(super) fn hold_any(self, signs: u32) -> bool {
        self.0 & signs != 0
    }
}

/// The signs of each two bytes side by side.
#[inline(always)]
fn of_pairs(bytes: &[u8]) -> u32 {
    bytes.array_windows().fold(0, |signs, &pair| signs | signs_of(pair))
}

/// The signs that the first byte makes before the second.
#[inline(always)]
fn signs_of([first, second]: [u8; 2]) -> u32 {
    BEGUN[usize::from(first)] & FOLLOWED[usize::from(second)]
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
            ("minister,s", Sign::LostQuote),
            ("donQt", Sign::LostQuote),
            ("HQS", Sign::LostQuote),
            ("&open", Sign::LostUmlaut),
            ("M|nchen", Sign::LostUmlaut),
            ("P5 1", Sign::LostPlus),
            ("1 OF 2", Sign::Page),
            ("PAGE 2", Sign::Page),
            ("R&D", Sign::Markup),
            ("<br>", Sign::Markup),
            ("\"\"open", Sign::DoubledQuote),
            ("a\u{a0}b", Sign::ControlC2),
            ("&¶", Sign::InnerC2),
            ("cut ...", Sign::Dots),
            ("A/S", Sign::Slash),
            ("[U", Sign::Bracket),
            ("Xx", Sign::Crosses),
            ("é", Sign::Wide),
        ] {
            assert!(Signs::of(text).hold_all(sign.bit()), "{text}");
            let line = format!("a long line of small words, and then {text}");
            assert_eq!(Signs::of_line(format!("{line}\nbelow").as_bytes()), (line.len(), Signs::of(&line)));
            assert!(!Signs::of(". ; '").hold_all(sign.bit()), "{sign:?}");
        }
        for damage in [Sign::Control, Sign::DoubledQuote, Sign::Markup, Sign::ControlC2, Sign::InnerC2] {
            assert!(!Signs::of("¶1. \"x < y & z\"").hold_all(damage.bit()), "{damage:?}");
        }
        assert!(!Signs::of("A1 B2 - = a").hold_all(Sign::Number.bit()));
        assert!(!Signs::of("A b C d").hold_all(Sign::Capitals.bit()));
    }
}
