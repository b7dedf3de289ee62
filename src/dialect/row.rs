//! The values of a row, whatever wrote it, to a transcript: fields first, then header and body.

use super::builder::TranscriptBuilder;
use super::columns::{ColumnMeaning, RecordColumns, date_form};
use super::fields::{DateForm, FieldKey};
use crate::diagnostic::Code;

/// What a dialect says of a value of its rows.
pub trait RowValue {
    /// The value as it is written, to look at its shape. Values of fields are short and hold no escapes there.
    fn shape<'s>(&self, source: &'s str) -> &'s str;

    /// Keeps the value without its escapes.
    fn put(self, builder: &mut TranscriptBuilder<'_>);
}

/// Puts the values of one row; `None` where a column holds nothing.
pub fn put<V: RowValue>(
    builder: &mut TranscriptBuilder<'_>,
    columns: &RecordColumns,
    slashes: DateForm,
    values: impl ExactSizeIterator<Item = Option<V>>,
) {
    if values.len() < columns.0.len() {
        builder.report(Code::RecordColumns, format!("{} of {} columns", values.len(), columns.0.len()));
    }
    let (mut header, mut body) = (None, None);
    for (column, value) in columns.0.iter().zip(values) {
        let Some(value) = value else { continue };
        let shape = value.shape(builder.source()).trim();
        match column {
            ColumnMeaning::Header => header = Some(value),
            ColumnMeaning::Body => body = Some(value),
            ColumnMeaning::Field(_) if shape.is_empty() => {}
            ColumnMeaning::Field(FieldKey::Date(_)) => {
                builder.field(FieldKey::Date(date_form(shape, slashes)), |builder| value.put(builder));
            }
            ColumnMeaning::Field(key) => builder.field(key.clone(), |builder| value.put(builder)),
        }
    }
    let put = |value: Option<V>| {
        move |builder: &mut TranscriptBuilder<'_>| {
            if let Some(value) = value {
                value.put(builder);
            }
        }
    };
    match columns.position(&ColumnMeaning::Header).is_some() && columns.position(&ColumnMeaning::Body).is_some() {
        true => builder.halves(put(header), put(body)),
        // Who leaves out a column has most often joined the two.
        false => builder.whole(put(body.or(header))),
    }
}
