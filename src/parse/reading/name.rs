//! What the cable is called and when it was sent.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::cable::Clock;
use crate::lex::mrn::Mrn;

/// What the cable is called and when it was sent, as far as is known: rules compare with it what they find.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CableName {
    /// Canonical message reference number, where year, post and serial are all known for certain.
    pub mrn: Option<String>,
    /// Canonical post.
    pub post: Option<String>,
    /// Year, four digits; perhaps all that is known.
    pub year: Option<i32>,
    /// Serial number.
    pub serial: Option<i32>,
    /// Day on which the cable was sent.
    pub sent_on: Option<Date>,
    /// That day, where the header or a dateline gives it and not the envelope alone.
    pub clock_date: Option<Date>,
}

impl CableName {
    /// The name `mrn`, of a cable dated `date`: two digits of a year do not give the century, the date does.
    pub fn of(mrn: &Mrn, date: Option<Date>) -> CableName {
        let dated = date.map(|date| i32::from(date.year()));
        let year = dated.filter(|dated| dated.rem_euclid(100) == mrn.year.rem_euclid(100)).unwrap_or(mrn.year);
        CableName {
            mrn: Some(mrn.to_string()),
            post: Some(mrn.post.clone()),
            year: Some(year),
            serial: Some(mrn.serial),
            sent_on: None,
            clock_date: None,
        }
    }

    /// Whether the cable goes by this name.
    pub fn is(&self, mrn: &str) -> bool {
        self.mrn.as_deref() == Some(mrn)
    }
}

/// An instant of sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The instant.
    pub at: Timestamp,
    /// The clock that tells it.
    pub clock: Clock,
}

impl Sent {
    /// Makes instants of that clock.
    pub fn by(clock: Clock) -> impl Fn(Timestamp) -> Sent {
        move |at| Sent { at, clock }
    }
}
