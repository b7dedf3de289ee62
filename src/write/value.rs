//! A plain view of a batch, for text formats, digests and comparisons.
//!
//! Arrays are downcast once per batch, never per cell.

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, Int32Array, Int64Array, ListArray, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use arrow::datatypes::{DataType, Date32Type, Field, Int32Type, Int64Type, TimeUnit, TimestampMicrosecondType};
use std::ops::Range;

/// The rows of a batch as one view a column.
pub struct Rows<'b> {
    /// Names, metadata and views of the columns, in order.
    pub columns: Vec<(&'b Field, View<'b>)>,
    /// Number of rows.
    pub len: usize,
}

impl<'b> Rows<'b> {
    /// The view of `batch`; `None` if a column has a type no schema uses.
    pub fn of(batch: &'b RecordBatch) -> Option<Rows<'b>> {
        let fields = batch.schema_ref().fields().iter().map(|field| field.as_ref());
        let views = fields.zip(batch.columns()).map(|(field, array)| Some((field, View::of(array)?)));
        Some(Rows { columns: views.collect::<Option<_>>()?, len: batch.num_rows() })
    }

    /// The view of the column of that name.
    pub fn column(&self, name: &str) -> Option<&View<'b>> {
        self.columns.iter().find(|(field, _)| field.name() == name).map(|(_, view)| view)
    }
}

/// A typed view of one array.
pub enum View<'b> {
    /// Text.
    Text(&'b StringArray),
    /// 32-bit integers.
    Int(&'b Int32Array),
    /// 64-bit integers.
    Long(&'b Int64Array),
    /// Truth values.
    Bool(&'b BooleanArray),
    /// Days since 1970-01-01.
    Date(&'b Date32Array),
    /// Microseconds since 1970-01-01T00:00:00Z.
    Instant(&'b TimestampMicrosecondArray),
    /// Lists, and the view of all their elements.
    List(&'b ListArray, Box<View<'b>>),
    /// Structs: the array that knows which are null, and the fields.
    Struct(&'b ArrayRef, Vec<(&'b Field, View<'b>)>),
}

/// One value.
pub enum Value<'v> {
    /// Absent.
    Null,
    /// Text.
    Text(&'v str),
    /// Integer of either width.
    Int(i64),
    /// Truth value.
    Bool(bool),
    /// Days since 1970-01-01.
    Date(i32),
    /// Microseconds since 1970-01-01T00:00:00Z.
    Instant(i64),
    /// A list: the view of the elements and the range of this list in it.
    List(&'v View<'v>, Range<usize>),
    /// A struct: its fields and the row in them.
    Struct(&'v [(&'v Field, View<'v>)], usize),
}

impl<'v> Value<'v> {
    /// The text that it is.
    pub fn text(&self) -> Option<&'v str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether text formats leave the value of `field` out: null, the empty list, and a struct of nothing else that is
    /// never null, so that its absence has one meaning.
    pub fn is_left_out(&self, field: &Field) -> bool {
        match self {
            Value::Null => true,
            Value::List(_, range) => range.is_empty(),
            Value::Struct(fields, row) => {
                !field.is_nullable() && fields.iter().all(|(field, view)| view.value(*row).is_left_out(field))
            }
            _ => false,
        }
    }
}

impl<'b> View<'b> {
    /// The view of `array`; `None` if its type is one no schema uses.
    pub fn of(array: &'b ArrayRef) -> Option<View<'b>> {
        Some(match array.data_type() {
            DataType::Utf8 => View::Text(array.as_string_opt()?),
            DataType::Int32 => View::Int(array.as_primitive_opt::<Int32Type>()?),
            DataType::Int64 => View::Long(array.as_primitive_opt::<Int64Type>()?),
            DataType::Boolean => View::Bool(array.as_boolean_opt()?),
            DataType::Date32 => View::Date(array.as_primitive_opt::<Date32Type>()?),
            DataType::Timestamp(TimeUnit::Microsecond, _) => {
                View::Instant(array.as_primitive_opt::<TimestampMicrosecondType>()?)
            }
            DataType::List(_) => {
                let lists = array.as_list_opt()?;
                View::List(lists, Box::new(View::of(lists.values())?))
            }
            DataType::Struct(fields) => {
                let structs = array.as_struct_opt()?;
                let views =
                    fields.iter().zip(structs.columns()).map(|(field, child)| Some((field.as_ref(), View::of(child)?)));
                View::Struct(array, views.collect::<Option<_>>()?)
            }
            _ => return None,
        })
    }

    /// The value at `row`.
    pub fn value<'v>(&'v self, row: usize) -> Value<'v> {
        if self.is_null(row) {
            return Value::Null;
        }
        match self {
            View::Text(array) => Value::Text(array.value(row)),
            View::Int(array) => Value::Int(array.value(row).into()),
            View::Long(array) => Value::Int(array.value(row)),
            View::Bool(array) => Value::Bool(array.value(row)),
            View::Date(array) => Value::Date(array.value(row)),
            View::Instant(array) => Value::Instant(array.value(row)),
            View::List(array, elements) => {
                let offsets = array.value_offsets();
                Value::List(elements, offsets[row] as usize..offsets[row + 1] as usize)
            }
            View::Struct(_, fields) => Value::Struct(fields, row),
        }
    }

    fn is_null(&self, row: usize) -> bool {
        match self {
            View::Text(array) => array.is_null(row),
            View::Int(array) => array.is_null(row),
            View::Long(array) => array.is_null(row),
            View::Bool(array) => array.is_null(row),
            View::Date(array) => array.is_null(row),
            View::Instant(array) => array.is_null(row),
            View::List(array, _) => array.is_null(row),
            View::Struct(array, _) => array.is_null(row),
        }
    }
}
