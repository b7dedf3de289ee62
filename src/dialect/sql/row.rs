//! One row of a dump to a transcript.

use std::ops::Range;

use super::rows::CableRow;
use super::tuple::{Tuple, TupleEnd, TupleFront};
use super::values::{SqlValue, shapes, values};
use super::{Copy, Sql, SqlRows};
use crate::diagnostic::Code;
use crate::dialect::builder::{TranscriptBuilder, transcribe as build};
use crate::dialect::cleaning::Leftovers;
use crate::dialect::columns::{ColumnMeaning, RecordColumns};
use crate::dialect::decode::decoded_place;
use crate::dialect::row::{self, RowEnd};
use crate::dialect::{Dialect, NotACable, Position, Recognized, table};

/// Transcribes one row.
pub fn transcribe(rows: &SqlRows, bytes: Vec<u8>, position: Position, file_name: &str) -> Recognized {
    let front = position.front(rows.front, &bytes);
    let mut cables = rows.cables(&bytes, front, position);
    let Some(row) = cables.next_row() else { return Recognized::Ignored(NotACable::OtherText) };
    let (dialect, columns) = match &row {
        CableRow::Line(line) => {
            let own = cables.command().map(|command| rows.block_of(command, &bytes[line.clone()]));
            (Copy.name(), own.or_else(|| rows.block.clone()).unwrap_or_default().columns)
        }
        CableRow::Tuple(tuple) => {
            let shapes = || shapes(&bytes, tuple, rows.strings);
            let own = cables.insert().map(|insert| rows.columns_in(insert, &shapes()));
            (Sql.name(), own.unwrap_or_else(|| rows.columns.clone()))
        }
    };
    let is_utf8 = std::str::from_utf8(&bytes).is_ok();
    let before = if is_utf8 { Vec::new() } else { bytes[..front].to_vec() };
    let read = |builder: &mut TranscriptBuilder<'_>| {
        // Where the bytes are no UTF-8, their places in the decoded text are others.
        let decoded = || {
            let text = builder.source();
            rows.cables(text.as_bytes(), decoded_place(before.len(), &before, text), position).next_row()
        };
        match if is_utf8 { Some(row.clone()) } else { decoded() } {
            Some(CableRow::Line(line)) => put_line(builder, line, &columns),
            Some(CableRow::Tuple(tuple)) => read(rows, &columns, &tuple, position, builder),
            None => {}
        }
    };
    Recognized::of_row(build(dialect, bytes, file_name, Leftovers::None, read))
}

fn read(
    rows: &SqlRows,
    columns: &RecordColumns,
    tuple: &Tuple,
    position: Position,
    builder: &mut TranscriptBuilder<'_>,
) {
    let source = builder.source();
    // A row that has no end in the middle of a document was found to end where the next one begins.
    let is_before_next = tuple.end == TupleEnd::Open && !position.ends();
    let is_query = !source[tuple.range.clone()].starts_with('(');
    let tuple = match is_before_next {
        true if is_query => &Tuple { end: TupleEnd::Query, ..tuple.clone() },
        true => &Tuple { end: TupleEnd::Next, damage: tuple.damage.or(Some(tuple.range.end)), ..tuple.clone() },
        false => tuple,
    };
    let mut values = values(source.as_bytes(), tuple, rows.strings);
    if tuple.front == TupleFront::Damaged {
        builder.report(Code::RecordBoundary, "what comes before the record is no whole one");
    }
    if tuple.end == TupleEnd::Next {
        builder.report(Code::RecordBoundary, "the record ends where the next one begins");
    }
    if let Some(damage) = tuple.damage {
        builder.report(Code::RecordQuote, "a quote that is not escaped");
        if tuple.end != TupleEnd::Open {
            realign(&mut values, damage, columns);
        }
    }
    if tuple.end == TupleEnd::Next {
        // A row that is cut has no more columns.
        values.resize(columns.0.len(), SqlValue::empty());
    }
    let is_null = |value: &SqlValue| value.is_word(source, &["null", "default"]);
    let is_last_whole = values.last().is_some_and(|last| last.range().end < tuple.range.end);
    let values: Vec<_> = values.into_iter().map(|value| (!is_null(&value)).then_some(value)).collect();
    let end = match tuple.end {
        TupleEnd::Closed | TupleEnd::Query | TupleEnd::Next => RowEnd::Whole,
        TupleEnd::Open if is_last_whole => RowEnd::AfterValue,
        TupleEnd::Open => RowEnd::WithinValue,
    };
    row::put(builder, columns, rows.slashes, values, end);
}

/// Puts the values of a row in its columns whose quotes are damaged at a place: the columns before it are right from the
/// front, those after it from the end. What is between is known only where it is text.
fn realign(values: &mut Vec<SqlValue>, damage: usize, columns: &RecordColumns) {
    let count = columns.0.len();
    if values.len() == count {
        return;
    }
    let damaged = values.iter().position(|value| value.range().end >= damage).unwrap_or(values.len());
    let before = damaged.min(count);
    let after = values.len().saturating_sub(damaged + 1).min(count.saturating_sub(before + 1));
    let kept = values.split_off(values.len() - after);
    let text = values.get(before).cloned();
    values.truncate(before);
    values.resize(count - after, SqlValue::empty());
    if let Some(last) = values.get_mut(before..).and_then(<[SqlValue]>::last_mut)
        && !matches!(columns.0[count - after - 1], ColumnMeaning::Field(_))
    {
        *last = text.unwrap_or_else(SqlValue::empty);
    }
    values.extend(kept);
}

/// Puts a row that is on this line of the source. The document ends within one that has no line end.
fn put_line(builder: &mut TranscriptBuilder<'_>, line: Range<usize>, columns: &RecordColumns) {
    let source = builder.source();
    let is_cut = line.end == source.len();
    if source[line.clone()].contains('\n') {
        builder.report(Code::RecordBoundary, "a line end that is not escaped");
    }
    let row = line.start..line.start + source[line].trim_end_matches('\r').len();
    match is_cut {
        true => table::put_cut(builder, row, b'\t', columns),
        false => table::put(builder, row, b'\t', columns),
    }
}
