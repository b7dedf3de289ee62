//! Rows as a file has them to rows with nothing under a null: zero, no bytes, no items.
//!
//! What is under a null means nothing, and yet files of Arrow hold it. So the same rows give the same bytes, whatever
//! file they were read from.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, MutableArrayData, RecordBatch, StructArray, make_array};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Field};
use arrow::error::ArrowError;

use super::damaged;
use crate::error::Result;

/// The same rows with nothing under a null.
pub fn blank(rows: RecordBatch) -> Result<RecordBatch> {
    let schema = rows.schema();
    let columns = schema.fields().iter().zip(rows.columns());
    let columns = columns.map(|(field, column)| blanked(field, column, None)).collect::<Result<_>>()?;
    RecordBatch::try_new(schema, columns).map_err(damaged)
}

/// The values of a field of rows, of which those in `absent` are in no struct.
fn blanked(field: &Field, array: &ArrayRef, absent: Option<&NullBuffer>) -> Result<ArrayRef> {
    let nulls = NullBuffer::union(array.nulls(), absent).filter(|nulls| nulls.null_count() > 0);
    if let DataType::Struct(fields) = array.data_type() {
        let values = array.as_struct();
        let columns = fields.iter().zip(values.columns());
        let columns = columns.map(|(field, column)| blanked(field, column, nulls.as_ref())).collect::<Result<_>>()?;
        let kept = nulls.filter(|_| field.is_nullable());
        return Ok(Arc::new(StructArray::try_new(fields.clone(), columns, kept).map_err(damaged)?));
    }
    let array = match nulls {
        Some(nulls) => emptied(field, array, &nulls).map_err(damaged)?,
        None => array.clone(),
    };
    let DataType::List(item) = array.data_type() else { return Ok(array) };
    let (item, list) = (item.clone(), array.as_list::<i32>());
    let values = blanked(&item, list.values(), None)?;
    let list = arrow::array::ListArray::try_new(item, list.offsets().clone(), values, list.nulls().cloned());
    Ok(Arc::new(list.map_err(damaged)?))
}

/// The values with an empty one for each null; where none may be null, only that.
fn emptied(field: &Field, array: &ArrayRef, nulls: &NullBuffer) -> std::result::Result<ArrayRef, ArrowError> {
    let data = array.to_data();
    let mut values = MutableArrayData::new(vec![&data], true, array.len());
    let mut end = 0;
    for (start, stop) in nulls.valid_slices() {
        values.try_extend_nulls(start - end)?;
        values.try_extend(0, start, stop)?;
        end = stop;
    }
    values.try_extend_nulls(array.len() - end)?;
    let emptied = values.freeze();
    if field.is_nullable() {
        return Ok(make_array(emptied));
    }
    emptied.into_builder().nulls(None).build().map(make_array)
}

#[cfg(test)]
mod tests {
    use arrow::array::{Int32Array, ListArray, StringArray};
    use arrow::buffer::{OffsetBuffer, ScalarBuffer};
    use arrow::datatypes::Schema;

    use super::*;

    #[test]
    fn nothing_is_under_a_null() {
        let nulls = || Some(NullBuffer::from(vec![true, false, true]));
        let numbers: ArrayRef = Arc::new(Int32Array::new(ScalarBuffer::from(vec![1, 77, 3]), nulls()));
        let item = Arc::new(Field::new("item", DataType::Utf8, false));
        let texts: ArrayRef = Arc::new(StringArray::from(vec!["a", "under", "b"]));
        let lists: ArrayRef = Arc::new(ListArray::new(
            item.clone(),
            OffsetBuffer::new(ScalarBuffer::from(vec![0, 1, 2, 3])),
            texts,
            nulls(),
        ));
        let inner = Field::new("inner", DataType::Int32, false);
        let inside: ArrayRef = Arc::new(Int32Array::from(vec![4, 77, 5]));
        let around: ArrayRef = Arc::new(StructArray::new(vec![inner.clone()].into(), vec![inside], nulls()));
        let schema = Schema::new(vec![
            Field::new("numbers", DataType::Int32, true),
            Field::new("lists", DataType::List(item), true),
            Field::new("around", DataType::Struct(vec![inner].into()), true),
        ]);
        let rows = RecordBatch::try_new(Arc::new(schema), vec![numbers, lists, around]).unwrap();
        let blank = blank(rows.clone()).unwrap();
        assert_eq!(blank, rows, "the same values");
        assert_eq!(blank.column(0).as_primitive::<arrow::datatypes::Int32Type>().values(), &[1, 0, 3]);
        assert_eq!(blank.column(1).as_list::<i32>().values().as_string::<i32>(), &StringArray::from(vec!["a", "b"]));
        let inside = blank.column(2).as_struct().column(0).clone();
        assert_eq!(inside.as_primitive::<arrow::datatypes::Int32Type>().values(), &[4, 0, 5]);
    }
}
