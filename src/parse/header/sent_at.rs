//! When the cable was filed and sent, from the best of its clocks; and whether the header agrees with the text.
//!
//! Precision falls from the date-time group over the DE line to dateline and record time. The envelope gives a
//! calendar date only: its hour and offset mean nothing.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::HeaderReader;
use super::date_time_group::{Instant, Surroundings};
use super::routing::security_level;
use crate::diagnostic::Code;
use crate::lex::Piece;
use crate::parse::reading::{Draft, Zone};

/// Works out time of file and instant of sending once all lines of the header are read.
pub(super) fn read<'t>(reader: &mut HeaderReader<'t>, draft: &mut Draft<'t>) {
    if let Some((piece, station)) = &reader.station {
        reader.routing.filed_at = near(reader, draft).and_then(|near| station.filed_at(near));
        if reader.routing.filed_at.is_none() {
            draft.findings.report(Code::FiledAtUnreadable, piece, station.filed.as_str());
        }
    }
    let filed_at = reader.routing.filed_at;
    let beside = Surroundings { envelope: draft.cable.date, filed_at };
    draft.cable.sent_at = match &reader.date_time_group {
        Some((piece, line)) => match line.group.instant(beside) {
            Instant::Written(at) => Some(at),
            unsure => report(unsure, piece, line.group.text, draft),
        },
        None => filed_at,
    };
}

/// The day near which the cable was filed, so that the day of the year finds its year.
fn near(reader: &HeaderReader<'_>, draft: &Draft<'_>) -> Option<Date> {
    let group = reader.date_time_group.as_ref().map(|(_, line)| line.group);
    let surroundings = Surroundings { envelope: draft.cable.date, filed_at: None };
    if let Some(Instant::Written(at) | Instant::Converted(at) | Instant::Rebuilt(at)) =
        group.map(|group| group.instant(surroundings))
    {
        return Some(date_of(at));
    }
    let year = group.and_then(|group| group.year()).or(draft.context.year.and_then(|year| year.try_into().ok()));
    draft.cable.date.or_else(|| Date::new(year?, 7, 1).ok())
}

#[cold]
fn report(instant: Instant, piece: &Piece<'_>, text: &str, draft: &mut Draft<'_>) -> Option<Timestamp> {
    let (code, at) = match instant {
        Instant::Written(at) => return Some(at),
        Instant::Converted(at) => (Code::DateTimeGroupZone, Some(at)),
        Instant::Rebuilt(at) => (Code::DateTimeGroupRebuilt, Some(at)),
        Instant::Unreadable => (Code::DateTimeGroupUnreadable, None),
    };
    let result = at.map_or(String::new(), |at| format!(" read as {at}"));
    draft.findings.report(code, piece, format!("{text}{result}"));
    at
}

fn date_of(at: Timestamp) -> Date {
    TimeZone::UTC.to_datetime(at).date()
}

/// Compares the header with the rest of the cable, once all of it is read.
pub fn confirm(draft: &mut Draft<'_>) {
    confirm_serial(draft);
    confirm_security(draft);
}

fn confirm_serial(draft: &mut Draft<'_>) {
    let station = draft.cable.routing.as_ref().and_then(|routing| routing.station_serial);
    let (Some(serial), Some(station)) = (draft.cable.serial, station) else { return };
    if serial % 10_000 != station {
        report_at(Zone::OriginatingStation, Code::StationSerialDiffers, format!("{station} and {serial}"), draft);
    }
}

fn confirm_security(draft: &mut Draft<'_>) {
    let warning = draft.cable.routing.as_ref().and_then(|routing| routing.security_warning.as_deref());
    let level = warning.and_then(security_level);
    let (Some(level), Some(text)) = (level, draft.cable.text_classification.as_deref()) else { return };
    if level != text && text != "LIMITED OFFICIAL USE" {
        let detail = format!("{level} and {text}");
        report_at(Zone::Security, Code::SecurityDiffers, detail, draft);
    }
}

/// Reports at the first line of a zone, or for the whole document where no line was read so.
fn report_at(zone: Zone, code: Code, detail: String, draft: &mut Draft<'_>) {
    let piece = draft.claims.iter().find(|claim| claim.zone == zone).map(|claim| claim.piece);
    match piece {
        Some(piece) => draft.findings.report(code, &piece, detail),
        None => draft.findings.report_document(code, detail),
    }
}
