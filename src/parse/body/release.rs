//! What stamps on a cable say of its release.

use jiff::civil::Date;

use crate::dialect::RecordKey;
use crate::lex::stamp::Stamp;

/// What the stamps of those who released a cable say; the first of a kind counts.
#[derive(Debug, Default)]
pub struct Release {
    /// The day of the release.
    pub date: Option<Date>,
    /// Numbers of the request, each with what it is and how stamps call it.
    pub numbers: Vec<(RecordKey, &'static str, String)>,
}

impl Release {
    /// Adds what a stamp says.
    pub fn note(&mut self, stamp: &Stamp<'_>) {
        let numbers = stamp.request.iter().flat_map(|request| {
            let case = (RecordKey::CaseNumber, "Case No.", request.case.to_owned());
            [case, (RecordKey::ReleaseDocument, "Doc No.", request.document.to_owned())]
        });
        self.add(stamp.date, numbers);
    }

    /// This release, and what another one says beside it.
    pub fn and(mut self, other: Release) -> Release {
        self.add(other.date, other.numbers);
        self
    }

    fn add(&mut self, date: Option<Date>, numbers: impl IntoIterator<Item = (RecordKey, &'static str, String)>) {
        self.date = self.date.or(date);
        for number in numbers {
            if !self.numbers.iter().any(|known| known.0 == number.0) {
                self.numbers.push(number);
            }
        }
    }
}
