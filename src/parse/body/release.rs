//! What stamps on a cable say of its release.

use jiff::civil::Date;

use crate::cable::RecordField;
use crate::lex::stamp::Stamp;

/// What the stamps of those who released a cable say; the first of a kind counts.
#[derive(Debug, Default)]
pub struct Release {
    /// The day of the release.
    pub date: Option<Date>,
    /// Numbers that no column takes.
    pub fields: Vec<RecordField>,
}

impl Release {
    /// Adds what a stamp says.
    pub fn note(&mut self, stamp: &Stamp<'_>) {
        self.add(
            stamp.date,
            stamp.request.iter().flat_map(|request| {
                [("Case No.", request.case), ("Doc No.", request.document)]
                    .map(|(name, value)| RecordField::new(name, value))
            }),
        );
    }

    /// This release, and what another one says beside it.
    pub fn and(mut self, other: Release) -> Release {
        self.add(other.date, other.fields);
        self
    }

    fn add(&mut self, date: Option<Date>, fields: impl IntoIterator<Item = RecordField>) {
        self.date = self.date.or(date);
        for field in fields {
            if !self.fields.iter().any(|known| known.name == field.name) {
                self.fields.push(field);
            }
        }
    }
}
