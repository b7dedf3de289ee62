//! Rows to the same rows whose bitmaps hold nothing after their last bit.
//!
//! A bitmap usually ends within a byte. The other bits of that byte mean nothing, and yet files of Arrow hold them: in a slice
//! they are those of the next rows. Without them the same rows give the same bytes, whatever they were taken from.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, ListArray, RecordBatch, StructArray, make_array};
use arrow::buffer::{BooleanBuffer, NullBuffer, OffsetBuffer};
use arrow::datatypes::DataType;
use arrow::error::Result;

/// The same rows with zeros after the last bit of each bitmap.
pub fn ended(rows: &RecordBatch) -> Result<RecordBatch> {
    RecordBatch::try_new(rows.schema(), rows.columns().iter().map(array).collect::<Result<_>>()?)
}

fn array(array: &ArrayRef) -> Result<ArrayRef> {
    let nulls = array.nulls().map(|nulls| NullBuffer::new(bitmap(nulls.inner())));
    Ok(match array.data_type() {
        DataType::Struct(fields) => {
            let columns = array.as_struct().columns().iter().map(self::array).collect::<Result<_>>()?;
            Arc::new(StructArray::try_new_with_length(fields.clone(), columns, nulls, array.len())?)
        }
        DataType::List(item) => {
            // Items before the first list and after the last are of other rows.
            let list = array.as_list::<i32>();
            let (first, last) = (list.offsets()[0], list.offsets()[list.len()]);
            let items = self::array(&list.values().slice(first as usize, (last - first) as usize))?;
            let offsets = list.offsets().iter().map(|offset| offset - first).collect::<Vec<_>>();
            Arc::new(ListArray::try_new(item.clone(), OffsetBuffer::new(offsets.into()), items, nulls)?)
        }
        DataType::Boolean => Arc::new(BooleanArray::new(bitmap(array.as_boolean().values()), nulls)),
        _ if nulls.is_none() => array.clone(),
        _ => make_array(array.to_data().into_builder().nulls(nulls).build()?),
    })
}

fn bitmap(bits: &BooleanBuffer) -> BooleanBuffer {
    let mut bytes = bits.sliced()[..bits.len().div_ceil(8)].to_vec();
    if let (Some(last), within @ 1..) = (bytes.last_mut(), bits.len() % 8) {
        *last &= (1 << within) - 1;
    }
    BooleanBuffer::new(bytes.into(), 0, bits.len())
}

#[cfg(test)]
mod tests {
    use arrow::array::{Int32Array, StringArray};
    use arrow::buffer::Buffer;
    use arrow::datatypes::{Field, Int32Type};

    use super::*;

    /// The bytes of every bitmap.
    fn bytes(array: &ArrayRef) -> Vec<u8> {
        let data = array.to_data();
        let nulls = data.nulls().into_iter().map(|nulls| nulls.buffer());
        let values = data.buffers().iter().filter(|_| *array.data_type() == DataType::Boolean);
        let own = nulls.chain(values).flat_map(Buffer::as_slice).copied();
        let below = data.child_data().iter().flat_map(|child| bytes(&make_array(child.clone())));
        own.chain(below).collect()
    }

    #[test]
    fn a_slice_holds_no_bit_of_its_neighbors() {
        let some = |row: usize| row.is_multiple_of(2).then_some(1);
        let list = |row: usize| (row != 1).then(|| (0..row).map(some).collect::<Vec<_>>());
        let columns: [ArrayRef; 4] = [
            Arc::new((0..20).map(some).collect::<Int32Array>()),
            Arc::new((0..20).map(|row| some(row).map(|_| "text")).collect::<StringArray>()),
            Arc::new((0..20).map(|row| some(row).map(|_| true)).collect::<BooleanArray>()),
            Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>((0..20).map(list))),
        ];
        let fields = columns.iter().enumerate().map(|(at, column)| (at, column.data_type().clone()));
        let fields = fields.map(|(at, kind)| Arc::new(Field::new(at.to_string(), kind, true)));
        let pairs = fields.zip(columns.iter().cloned()).collect::<Vec<_>>();
        let whole: ArrayRef = Arc::new(StructArray::from(pairs));
        for (start, length) in [(0, 5), (3, 10), (8, 8), (19, 1), (4, 0)] {
            let slice = array(&whole.slice(start, length)).unwrap();
            assert_eq!(*slice, *whole.slice(start, length));
            let copied = arrow::compute::concat(&[&*whole.slice(start, length)]).unwrap();
            let copied =
                array(&arrow::compute::take(&copied, &Int32Array::from_iter_values(0..length as i32), None).unwrap());
            assert_eq!(bytes(&slice), bytes(&copied.unwrap()), "{start} {length}");
        }
    }
}
