//! The date of an envelope or a record, by the form that it is written in, to its day and its time.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::Offset;

use crate::dialect::DateForm;
use crate::lex::date::{
    day_and_time, day_first_date, envelope_date, named_month_date, record_date, since_1970, year_first_date,
};

/// The day, and the time where one is written; `None` where the form does not tell the day.
pub fn read(form: DateForm, text: &str) -> Option<(Date, Option<Timestamp>)> {
    let day = |date: Date| (date, None);
    match form {
        DateForm::Envelope => envelope_date(text).map(|found| day(found.date)),
        DateForm::NamedMonth => named_month_date(text).map(day),
        DateForm::YearFirst => year_first_date(text).map(day),
        DateForm::DayFirst => day_first_date(text),
        DateForm::DayOrMonthFirst => None,
        DateForm::Since1970 => since_1970(text).map(day_and_instant),
        DateForm::MonthFirst | DateForm::Iso | DateForm::IsoDay | DateForm::IsoHour => record_date(text),
    }
}

/// The day of an instant, and the instant where it is not the beginning of the day: a database that keeps days alone gives
/// them so.
fn day_and_instant(instant: Timestamp) -> (Date, Option<Timestamp>) {
    let at = Offset::UTC.to_datetime(instant);
    (at.date(), (at.time() != Time::midnight()).then_some(instant))
}

/// Whether a time is written whose instant is not known: its zone has a name, or it is no time of a day.
pub fn has_unread_time(form: DateForm, text: &str) -> bool {
    let has_clock = matches!(form, DateForm::DayFirst | DateForm::MonthFirst | DateForm::Iso);
    has_clock && !day_and_time(text).1.is_empty() && read(form, text).is_some_and(|(_, instant)| instant.is_none())
}
