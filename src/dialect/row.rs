//! The values of a row, whatever wrote it, to a transcript: fields first, then header and body.

use super::builder::TranscriptBuilder;
use super::columns::{ColumnMeaning, RecordColumns, date_form, is_in_either_order};
use super::fields::{DateForm, FieldKey};
use crate::diagnostic::Code;

/// What a dialect says of a value of its rows.
pub trait RowValue {
    /// The value as it is written, to look at its shape. Values of fields are short and hold no escapes there.
    fn shape<'s>(&self, source: &'s str) -> &'s str;

    /// How its date is written, where what is beside it says so.
    fn date_form(&self, _source: &str) -> Option<DateForm> {
        None
    }

    /// Keeps the value without its escapes.
    fn put(self, builder: &mut TranscriptBuilder<'_>);
}

/// Where the values of a row end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowEnd {
    /// Where the row does.
    Whole,
    /// With the document, after the last value that there is.
    AfterValue,
    /// With the document, within the last value.
    WithinValue,
}

/// Puts the values of one row; `None` where a column holds nothing.
pub fn put<V: RowValue>(
    builder: &mut TranscriptBuilder<'_>,
    columns: &RecordColumns,
    slashes: DateForm,
    values: Vec<Option<V>>,
    end: RowEnd,
) {
    let is_text = |column: &ColumnMeaning| !matches!(column, ColumnMeaning::Field(_));
    let ends_in_text = values.len().checked_sub(1).and_then(|last| columns.0.get(last)).is_some_and(is_text);
    let (cut_value, count) = (end == RowEnd::WithinValue, values.len());
    if end != RowEnd::Whole {
        let within = if cut_value && ends_in_text { "text" } else { "row" };
        builder.report(Code::RecordUnclosed, format!("the document ends within the {within}"));
    } else if count < columns.0.len() {
        builder.report(Code::RecordColumns, format!("{count} of {} columns", columns.0.len()));
    } else if count > columns.0.len() {
        builder.report(Code::RecordColumns, format!("{count} values in {} columns", columns.0.len()));
    }
    let (mut header, mut body) = (None, None);
    for (at, (column, value)) in columns.0.iter().zip(values).enumerate() {
        // A part of a name can be another name; a part of a text is text.
        let is_part = cut_value && at + 1 == count && !is_text(column);
        let Some(value) = value.filter(|_| !is_part) else { continue };
        let shape = value.shape(builder.source()).trim();
        match column {
            ColumnMeaning::Header => header = Some(value),
            ColumnMeaning::Body => body = Some(value),
            ColumnMeaning::Field(_) if shape.is_empty() => {}
            ColumnMeaning::Field(FieldKey::Date(_)) => {
                let said = is_in_either_order(shape).then(|| value.date_form(builder.source())).flatten();
                let form = said.unwrap_or_else(|| date_form(shape, slashes));
                builder.field(FieldKey::Date(form), |builder| value.put(builder));
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
