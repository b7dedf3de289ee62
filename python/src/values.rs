//! Rows of a batch to dicts of plain Python values.

use cablegram::arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use cablegram::arrow::datatypes::{DataType, Date32Type, Fields, Int32Type, Int64Type, TimestampMicrosecondType};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

/// Adds a dict for each row to a list.
pub fn append(list: &Bound<'_, PyList>, batch: &RecordBatch) -> PyResult<()> {
    let calendar = Calendar::of(list.py())?;
    (0..batch.num_rows())
        .try_for_each(|row| list.append(calendar.dict(batch.schema().fields(), batch.columns(), row)?))
}

/// What makes dates and instants.
struct Calendar<'py> {
    py: Python<'py>,
    epoch: Bound<'py, PyAny>,
    first_day: Bound<'py, PyAny>,
    delta: Bound<'py, PyAny>,
}

impl<'py> Calendar<'py> {
    fn of(py: Python<'py>) -> PyResult<Calendar<'py>> {
        let datetime = py.import("datetime")?;
        let utc = datetime.getattr("timezone")?.getattr("utc")?;
        let epoch = datetime.getattr("datetime")?.call1((1970, 1, 1, 0, 0, 0, 0, utc))?;
        let first_day = datetime.getattr("date")?.call1((1970, 1, 1))?;
        Ok(Calendar { py, epoch, first_day, delta: datetime.getattr("timedelta")? })
    }

    fn dict(&self, fields: &Fields, columns: &[ArrayRef], row: usize) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(self.py);
        for (field, column) in fields.iter().zip(columns) {
            dict.set_item(field.name(), self.value(column, row)?)?;
        }
        Ok(dict)
    }

    fn value(&self, array: &ArrayRef, row: usize) -> PyResult<Bound<'py, PyAny>> {
        let py = self.py;
        if array.is_null(row) {
            return Ok(py.None().into_bound(py));
        }
        match array.data_type() {
            DataType::Utf8 => Ok(array.as_string::<i32>().value(row).into_pyobject(py)?.into_any()),
            DataType::Int32 => Ok(array.as_primitive::<Int32Type>().value(row).into_pyobject(py)?.into_any()),
            DataType::Int64 => Ok(array.as_primitive::<Int64Type>().value(row).into_pyobject(py)?.into_any()),
            DataType::Boolean => Ok(array.as_boolean().value(row).into_pyobject(py)?.to_owned().into_any()),
            DataType::Date32 => {
                let days = array.as_primitive::<Date32Type>().value(row);
                self.first_day.add(self.delta.call1((days,))?)
            }
            DataType::Timestamp(..) => {
                let micros = array.as_primitive::<TimestampMicrosecondType>().value(row);
                self.epoch.add(self.delta.call1((0, 0, micros))?)
            }
            DataType::List(_) => {
                let elements = array.as_list::<i32>().value(row);
                let list = PyList::empty(py);
                (0..elements.len()).try_for_each(|index| list.append(self.value(&elements, index)?))?;
                Ok(list.into_any())
            }
            DataType::Struct(fields) => Ok(self.dict(fields, array.as_struct().columns(), row)?.into_any()),
            other => unreachable!("no column has the type {other}"),
        }
    }
}
