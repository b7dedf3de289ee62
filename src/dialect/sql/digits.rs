//! Texts that a dump writes as the digits of their bytes.

use std::ops::Range;

use base64::Engine;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use memchr::memmem;

use super::words::{call_before, word_before};
use crate::lex::begins_in_any_case;

/// How bytes are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteDigits {
    /// Two hexadecimal digits each.
    Hexadecimal,
    /// Base64.
    Base64,
}

/// Functions that make bytes of digits.
const CALLS: [(&[u8], ByteDigits); 3] =
    [(b"unhex", ByteDigits::Hexadecimal), (b"hextoraw", ByteDigits::Hexadecimal), (b"from_base64", ByteDigits::Base64)];

/// How `decode('…', 'hex')` of PostgreSQL names them.
const NAMES: [(&[u8], ByteDigits); 2] = [(b"'hex'", ByteDigits::Hexadecimal), (b"'base64'", ByteDigits::Base64)];

/// The digits in the string between these quotes, if it is one of bytes: `X'4142'`, `'\x4142'`, `UNHEX('4142')`.
pub fn encoding(bytes: &[u8], open: usize, close: usize) -> Option<(Range<usize>, ByteDigits)> {
    let text = open + 1..close;
    let prefix = &bytes[open - word_before(bytes, open)..open];
    if prefix.eq_ignore_ascii_case(b"x") {
        return Some((text, ByteDigits::Hexadecimal));
    }
    let marks = bytes[text.clone()].iter().take_while(|&&byte| byte == b'\\').count();
    let digits = text.start + marks + 1..close;
    if (1..=2).contains(&marks)
        && bytes[text.start + marks..close].starts_with(b"x")
        && are_digits(&bytes[digits.clone()])
    {
        return Some((digits, ByteDigits::Hexadecimal));
    }
    let call = call_before(bytes, open);
    let found = match call.eq_ignore_ascii_case(b"decode") {
        true => {
            let rest = bytes.get(close + 1..)?.trim_ascii_start().strip_prefix(b",")?.trim_ascii_start();
            NAMES.iter().find(|(name, _)| begins_in_any_case(rest, name))
        }
        false => CALLS.iter().find(|(name, _)| call.eq_ignore_ascii_case(name)),
    };
    found.map(|&(_, encoding)| (text, encoding))
}

/// The digits after `0x` in a value without quotes, perhaps after the name of a character set or within a call.
pub fn hexadecimal_in(value: &[u8]) -> Option<Range<usize>> {
    let start = memmem::find(value, b"0x").or_else(|| memmem::find(value, b"0X"))? + 2;
    let length = value[start..].iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    let is_alone = word_before(value, start - 2) == 0
        && value.get(start + length).is_none_or(|byte| !byte.is_ascii_alphanumeric());
    is_alone.then_some(start..start + length)
}

fn are_digits(digits: &[u8]) -> bool {
    !digits.is_empty() && digits.len().is_multiple_of(2) && digits.iter().all(u8::is_ascii_hexdigit)
}

impl ByteDigits {
    /// The bytes whose digits these are, with or without white space between them; `None` if one is damaged.
    pub fn bytes(self, digits: &str) -> Option<Vec<u8>> {
        let digits: Vec<u8> = digits.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
        match self {
            ByteDigits::Hexadecimal => digits.chunks(2).map(of_hexadecimal).collect(),
            ByteDigits::Base64 => [STANDARD, URL_SAFE].iter().find_map(|letters| {
                let letters = GeneralPurpose::new(letters, WITH_OR_WITHOUT_PADDING);
                letters.decode(&digits).ok()
            }),
        }
    }
}

const WITH_OR_WITHOUT_PADDING: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);

/// The byte of two hexadecimal digits.
fn of_hexadecimal(digits: &[u8]) -> Option<u8> {
    let [high, low] = digits else { return None };
    let value = |digit: &u8| char::from(*digit).to_digit(16);
    u8::try_from(value(high)? << 4 | value(low)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_written_in_digits() {
        let bytes = |kind: ByteDigits, digits| kind.bytes(digits);
        let text = |text: &str| Some(text.as_bytes().to_vec());
        assert_eq!(bytes(ByteDigits::Hexadecimal, "4c494D41"), text("LIMA"));
        assert_eq!(bytes(ByteDigits::Base64, "TElNQSA1"), text("LIMA 5"));
        assert_eq!(bytes(ByteDigits::Base64, "TElN\nQQ=="), text("LIMA"));
        assert_eq!(bytes(ByteDigits::Base64, "TElNQQ"), text("LIMA"));
        assert_eq!(bytes(ByteDigits::Base64, "Pz8_"), text("???"));
        assert_eq!((bytes(ByteDigits::Base64, "TE*N"), bytes(ByteDigits::Hexadecimal, "4c4")), (None, None));
    }

    #[test]
    fn digits_are_found_in_words() {
        assert_eq!(hexadecimal_in(b"_binary 0x4142"), Some(10..14));
        assert_eq!(hexadecimal_in(b"CAST(0x4142 AS CHAR)"), Some(7..11));
        assert_eq!((hexadecimal_in(b"10x41"), hexadecimal_in(b"0x41g")), (None, None));
    }
}
