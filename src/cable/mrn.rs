//! Message reference numbers: year, originating post and serial, the name of a cable.

use std::fmt;

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

impl fmt::Display for Mrn {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let year = self.year.rem_euclid(100);
        write!(out, "{}{}{}{}", year / 10, year % 10, self.post, self.serial)
    }
}
