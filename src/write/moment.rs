//! Dates and instants as text formats write them: `2009-06-12` and `2009-06-12T07:29:00Z`.

use jiff::civil::{Date, date};
use jiff::{Span, Timestamp};

use crate::error::{Error, Result};

/// The date `days` after 1970-01-01.
pub fn day(days: i32) -> Result<Date> {
    const EPOCH: Date = date(1970, 1, 1);
    let span = Span::new().try_days(days).map_err(out_of_range)?;
    EPOCH.checked_add(span).map_err(out_of_range)
}

/// The instant `microseconds` after 1970-01-01T00:00:00Z.
pub fn instant(microseconds: i64) -> Result<Timestamp> {
    Timestamp::from_microsecond(microseconds).map_err(out_of_range)
}

fn out_of_range(error: jiff::Error) -> Error {
    Error::format(format!("a date lies outside the years that text formats can write: {error}"))
}
