//! Arrow schemas and batches to PyCapsules of the Arrow C interface, which every library that reads Arrow takes.
//!
//! A capsule that nobody takes releases what it holds; data is shared, never copied.
//! <https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html>

use std::ffi::CStr;
use std::panic::{AssertUnwindSafe, catch_unwind};

use cablegram::arrow::array::{Array, RecordBatch, RecordBatchReader, StructArray};
use cablegram::arrow::datatypes::SchemaRef;
use cablegram::arrow::error::ArrowError;
use cablegram::arrow::ffi::{FFI_ArrowArray, FFI_ArrowSchema};
use cablegram::arrow::ffi_stream::FFI_ArrowArrayStream;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use crate::failure::of;

const SCHEMA: &CStr = c"arrow_schema";
const ARRAY: &CStr = c"arrow_array";
const STREAM: &CStr = c"arrow_array_stream";

/// What a stream gives: batches of one schema.
pub trait Source: Send {
    /// The schema of every batch.
    fn schema(&self) -> SchemaRef;
    /// The next batch; a text says why there is none.
    fn next(&mut self) -> Result<Option<RecordBatch>, String>;
}

/// A schema as a capsule.
pub fn of_schema<'py>(py: Python<'py>, schema: &SchemaRef) -> PyResult<Bound<'py, PyCapsule>> {
    let schema = FFI_ArrowSchema::try_from(schema.as_ref()).map_err(|error| of(1, &error.to_string()))?;
    PyCapsule::new_with_value(py, schema, SCHEMA)
}

/// A batch as a pair of capsules: its schema, and an array of structs.
pub fn of_batch<'py>(py: Python<'py>, batch: &RecordBatch) -> PyResult<(Bound<'py, PyCapsule>, Bound<'py, PyCapsule>)> {
    let array = FFI_ArrowArray::new(&StructArray::from(batch.clone()).to_data());
    Ok((of_schema(py, &batch.schema())?, PyCapsule::new_with_value(py, array, ARRAY)?))
}

/// A stream as a capsule; nothing is read before its first batch is asked for.
pub fn of_stream<'py>(py: Python<'py>, source: Box<dyn Source>) -> PyResult<Bound<'py, PyCapsule>> {
    PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(Box::new(Batches(source))), STREAM)
}

/// The names of the columns that a capsule of a schema asks for.
pub fn names(schema: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    let capsule = schema.cast::<PyCapsule>()?;
    let pointer = capsule.pointer_checked(Some(SCHEMA))?.cast::<FFI_ArrowSchema>();
    // SAFETY: a capsule of this name holds a schema as the interface lays it out, alive as long as the capsule is.
    let schema = unsafe { pointer.as_ref() };
    if schema.release().is_none() {
        return Err(PyValueError::new_err("the requested schema is released already"));
    }
    Ok(schema.children().map(|child| child.name().unwrap_or_default().to_owned()).collect())
}

/// The batches of a source as Arrow reads them. A panic is an error: it must not reach a consumer that is not Rust.
struct Batches(Box<dyn Source>);

impl Iterator for Batches {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = catch_unwind(AssertUnwindSafe(|| self.0.next()));
        let next = next.unwrap_or_else(|_| Err("a fault of cablegram, please report it".to_owned()));
        next.map_err(|text| ArrowError::ExternalError(text.into())).transpose()
    }
}

impl RecordBatchReader for Batches {
    fn schema(&self) -> SchemaRef {
        self.0.schema()
    }
}
