//! When the cable was filed and sent, from the best of its clocks; and whether the header agrees with the text.
//!
//! Precision falls from the date-time group over the DE line to dateline and record time. The envelope gives a
//! calendar date only: its hour and offset mean nothing.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::date_time_group::{Instant, Surroundings};
use super::routing::security_level;
use super::{HeaderPlaces, HeaderReader};
use crate::cable::{Cable, Clock};
use crate::diagnostic::Code;
use crate::lex::Piece;
use crate::parse::reading::{CableName, Findings, Sent};

/// Works out time of file and instant of sending once all lines of the header are read; `date` is that of the envelope
/// or record.
pub(super) fn read(reader: &mut HeaderReader<'_>, own: &CableName, date: Option<Date>, findings: &mut Findings) {
    if let Some((piece, station)) = &reader.station {
        reader.routing.filed_at = near(reader, own, date).and_then(|near| station.filed_at(near));
        if reader.routing.filed_at.is_none() {
            findings.report(Code::FiledAtUnreadable, piece, station.filed.as_str());
        }
    }
    let filed_at = reader.routing.filed_at;
    let beside = Surroundings { envelope: date, filed_at };
    reader.header.sent_at = match &reader.date_time_group {
        Some((piece, line)) => match line.group.instant(beside) {
            Instant::Written(at) => Some(at),
            unsure => report(unsure, piece, line.group.text, findings),
        }
        .map(Sent::by(Clock::DateTimeGroup)),
        None => filed_at.map(Sent::by(Clock::TimeOfFile)),
    };
}

/// The day near which the cable was filed, so that the day of the year finds its year.
fn near(reader: &HeaderReader<'_>, own: &CableName, date: Option<Date>) -> Option<Date> {
    let group = reader.date_time_group.as_ref().map(|(_, line)| line.group);
    let surroundings = Surroundings { envelope: date, filed_at: None };
    if let Some(Instant::Written(at) | Instant::Converted(at) | Instant::Rebuilt(at)) =
        group.map(|group| group.instant(surroundings))
    {
        return Some(date_of(at));
    }
    let year = group.and_then(|group| group.year()).or(own.year.and_then(|year| year.try_into().ok()));
    date.or_else(|| Date::new(year?, 7, 1).ok())
}

#[cold]
fn report(instant: Instant, piece: &Piece<'_>, text: &str, findings: &mut Findings) -> Option<Timestamp> {
    let (code, at) = match instant {
        Instant::Written(at) => return Some(at),
        Instant::Converted(at) => (Code::DateTimeGroupZone, Some(at)),
        Instant::Rebuilt(at) => (Code::DateTimeGroupRebuilt, Some(at)),
        Instant::Unreadable => (Code::DateTimeGroupUnreadable, None),
    };
    let result = at.map_or(String::new(), |at| format!(" read as {at}"));
    findings.report(code, piece, format!("{text}{result}"));
    at
}

fn date_of(at: Timestamp) -> Date {
    TimeZone::UTC.to_datetime(at).date()
}

/// Compares the header with the rest of the cable, once all of it is read.
pub fn compare(places: HeaderPlaces<'_>, cable: &Cable, findings: &mut Findings) {
    let routing = cable.routing.as_ref();
    if let (Some(serial), Some(station)) = (cable.serial, routing.and_then(|routing| routing.station_serial))
        && let Some(line) = places.station
        && serial % 10_000 != station
    {
        findings.report(Code::StationSerialDiffers, &line, format!("{station} and {serial}"));
    }
    let warning = routing.and_then(|routing| routing.security_warning.as_deref());
    if let (Some(level), Some(text)) = (warning.and_then(security_level), cable.text_classification.as_deref())
        && let Some(line) = places.security
        && level != text
        && text != "LIMITED OFFICIAL USE"
    {
        findings.report(Code::SecurityDiffers, &line, format!("{level} and {text}"));
    }
}
