//! What kinds of characters a line holds, found in one pass over its bytes.
//!
//! Almost every line of a cable is plain prose, and almost every rule needs a character that prose lacks: two digits
//! side by side, a colon, a gap. A rule asks for its sign first and passes by a line that lacks it.

/// A kind of character, or of two that stand side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// A digit.
    Digit,
    /// Two digits side by side.
    Number,
    /// Two blanks side by side.
    Gap,
    /// One of the strokes that rules are drawn with: `- = * _ ~`.
    Stroke,
    /// Two strokes side by side.
    Strokes,
    /// A capital of ASCII.
    Capital,
    /// Two capitals of ASCII side by side.
    Capitals,
    /// A small letter of ASCII.
    Small,
    /// A colon.
    Colon,
    /// A comma.
    Comma,
    /// One of the characters that a relay put in the place of others: `& | Q`.
    Relic,
    /// A slash.
    Slash,
    /// A bracket that opens: `[`.
    Bracket,
    /// Two letters X side by side, of either case.
    Crosses,
    /// A character beyond ASCII.
    Wide,
}

/// The signs of one line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signs {
    single: u16,
    double: u16,
}

const DIGIT: u16 = 1;
const BLANK: u16 = 1 << 1;
const STROKE: u16 = 1 << 2;
const CAPITAL: u16 = 1 << 3;
const SMALL: u16 = 1 << 4;
const COLON: u16 = 1 << 5;
const SLASH: u16 = 1 << 6;
const BRACKET: u16 = 1 << 7;
const WIDE: u16 = 1 << 8;
const CROSS: u16 = 1 << 9;
const COMMA: u16 = 1 << 10;
const RELIC: u16 = 1 << 11;

/// The kind of each byte.
const KINDS: [u16; 256] = {
    let mut kinds = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        kinds[byte] = kind(byte as u8);
        byte += 1;
    }
    kinds
};

const fn kind(byte: u8) -> u16 {
    match byte {
        b'0'..=b'9' => DIGIT,
        b' ' => BLANK,
        b'-' | b'=' | b'*' | b'_' | b'~' => STROKE,
        b'X' => CAPITAL | CROSS,
        b'x' => SMALL | CROSS,
        b'Q' => CAPITAL | RELIC,
        b'A'..=b'Z' => CAPITAL,
        b'a'..=b'z' => SMALL,
        b':' => COLON,
        b',' => COMMA,
        b'&' | b'|' => RELIC,
        b'/' => SLASH,
        b'[' => BRACKET,
        0x80.. => WIDE,
        _ => 0,
    }
}

impl Signs {
    /// The signs of `text`.
    pub fn of(text: &str) -> Signs {
        let (mut single, mut double, mut last) = (0, 0, 0);
        for &byte in text.as_bytes() {
            let kind = KINDS[usize::from(byte)];
            single |= kind;
            double |= kind & last;
            last = kind;
        }
        Signs { single, double }
    }

    /// Whether `sign` is among them.
    pub fn hold(self, sign: Sign) -> bool {
        let (kinds, kind) = match sign {
            Sign::Digit => (self.single, DIGIT),
            Sign::Number => (self.double, DIGIT),
            Sign::Gap => (self.double, BLANK),
            Sign::Stroke => (self.single, STROKE),
            Sign::Strokes => (self.double, STROKE),
            Sign::Capital => (self.single, CAPITAL),
            Sign::Capitals => (self.double, CAPITAL),
            Sign::Small => (self.single, SMALL),
            Sign::Colon => (self.single, COLON),
            Sign::Comma => (self.single, COMMA),
            Sign::Relic => (self.single, RELIC),
            Sign::Slash => (self.single, SLASH),
            Sign::Bracket => (self.single, BRACKET),
            Sign::Crosses => (self.double, CROSS),
            Sign::Wide => (self.single, WIDE),
        };
        kinds & kind != 0
    }
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
            ("well-known", Sign::Stroke),
            ("--", Sign::Strokes),
            ("a B", Sign::Capital),
            ("the UN", Sign::Capitals),
            ("Ab", Sign::Small),
            ("Note:", Sign::Colon),
            ("a, b", Sign::Comma),
            ("donQt", Sign::Relic),
            ("A/S", Sign::Slash),
            ("[U", Sign::Bracket),
            ("Xx", Sign::Crosses),
            ("é", Sign::Wide),
        ] {
            assert!(Signs::of(text).hold(sign), "{text}");
            assert!(!Signs::of(". ; '").hold(sign), "{sign:?}");
        }
        assert!(!Signs::of("A1 B2 - = a").hold(Sign::Number));
        assert!(!Signs::of("A b C d").hold(Sign::Capitals));
    }
}
