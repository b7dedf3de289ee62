//! Message reference numbers: year, originating post and serial, the name of a cable.

use std::fmt::{self, Write};

/// A canonical message reference number such as `09ASTANA1005`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Mrn {
    /// Year, four digits.
    pub year: i32,
    /// Canonical name of the originating post.
    pub post: String,
    /// Serial number of the post in that year.
    pub serial: i32,
}

impl Mrn {
    /// Whether `text` is this name as it is written.
    pub fn is_written(&self, text: &str) -> bool {
        let Some((year, rest)) = text.split_at_checked(2) else { return false };
        let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let serial = rest.strip_prefix(self.post.as_str()).filter(|serial| *serial == "0" || !serial.starts_with('0'));
        are_digits(year)
            && year.parse() == Ok(self.year.rem_euclid(100))
            && serial.is_some_and(|serial| are_digits(serial) && serial.parse() == Ok(self.serial))
    }
}

impl fmt::Display for Mrn {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let year = self.year.rem_euclid(100);
        for digit in [year / 10, year % 10] {
            out.write_char(char::from(b'0' + digit as u8))?;
        }
        out.write_str(&self.post)?;
        write!(out, "{}", self.serial)
    }
}
