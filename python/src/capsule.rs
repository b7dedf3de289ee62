//! Arrow schemas and batches to PyCapsules of the Arrow C interface, which every library that reads Arrow takes.
//!
//! Written out here for the types that our schemas have, so that the package shares its compiled dependencies with the
//! program. A capsule that nobody takes releases what it holds; data is shared, never copied.
//! <https://arrow.apache.org/docs/format/CDataInterface.html>

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::ptr::{null, null_mut};

use cablegram::arrow::array::{Array, ArrayData, BooleanBufferBuilder, RecordBatch, StructArray};
use cablegram::arrow::buffer::Buffer;
use cablegram::arrow::datatypes::{DataType, Field, SchemaRef, TimeUnit};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

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
    PyCapsule::new_with_value(py, CSchema::of_root(schema), SCHEMA)
}

/// A batch as a pair of capsules: its schema, and an array of structs.
pub fn of_batch<'py>(py: Python<'py>, batch: &RecordBatch) -> PyResult<(Bound<'py, PyCapsule>, Bound<'py, PyCapsule>)> {
    let array = PyCapsule::new_with_value(py, CArray::of_batch(batch), ARRAY)?;
    Ok((of_schema(py, &batch.schema())?, array))
}

/// A stream as a capsule; nothing is read before its first batch is asked for.
pub fn of_stream<'py>(py: Python<'py>, source: Box<dyn Source>) -> PyResult<Bound<'py, PyCapsule>> {
    PyCapsule::new_with_value(py, CStream::of(source), STREAM)
}

/// The names of the columns that a capsule of a schema asks for.
pub fn names(schema: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    let capsule = schema.cast::<PyCapsule>()?;
    let pointer = capsule.pointer_checked(Some(SCHEMA))?.cast::<CSchema>();
    // SAFETY: a capsule of this name holds a schema as the interface lays it out, alive as long as the capsule is.
    let schema = unsafe { pointer.as_ref() };
    if schema.release.is_none() {
        return Err(PyValueError::new_err("the requested schema is released already"));
    }
    let count = usize::try_from(schema.n_children).unwrap_or(0);
    let name = |index: usize| {
        // SAFETY: there are `n_children` children, each with a name that ends in NUL or none.
        let name = unsafe { (**schema.children.add(index)).name };
        if name.is_null() { String::new() } else { unsafe { CStr::from_ptr(name) }.to_string_lossy().into_owned() }
    };
    Ok((0..count).map(name).collect())
}

/// `struct ArrowSchema`.
#[repr(C)]
struct CSchema {
    format: *const c_char,
    name: *const c_char,
    metadata: *const c_char,
    flags: i64,
    n_children: i64,
    children: *mut *mut CSchema,
    dictionary: *mut CSchema,
    release: Option<unsafe extern "C" fn(*mut CSchema)>,
    private: *mut c_void,
}

/// What a schema points to.
struct SchemaOwner {
    _format: CString,
    _name: CString,
    _metadata: Vec<u8>,
    children: Box<[*mut CSchema]>,
}

const NULLABLE: i64 = 2;

impl CSchema {
    fn of_root(schema: &SchemaRef) -> CSchema {
        let root = Field::new("", DataType::Struct(schema.fields().clone()), false);
        CSchema::of(&root.with_metadata(schema.metadata().clone()))
    }

    fn of(field: &Field) -> CSchema {
        let children = match field.data_type() {
            DataType::Struct(fields) => fields.iter().map(|child| CSchema::of(child)).collect(),
            DataType::List(element) => vec![CSchema::of(element)],
            _ => Vec::new(),
        };
        let children: Box<[*mut CSchema]> = children.into_iter().map(|child| Box::into_raw(Box::new(child))).collect();
        let format = CString::new(format_of(field.data_type())).unwrap_or_default();
        let name = CString::new(field.name().as_str()).unwrap_or_default();
        let metadata = metadata_of(field);
        let mut owner = Box::new(SchemaOwner { _format: format, _name: name, _metadata: metadata, children });
        CSchema {
            format: owner._format.as_ptr(),
            name: owner._name.as_ptr(),
            metadata: if owner._metadata.is_empty() { null() } else { owner._metadata.as_ptr().cast() },
            flags: if field.is_nullable() { NULLABLE } else { 0 },
            n_children: owner.children.len() as i64,
            children: owner.children.as_mut_ptr(),
            dictionary: null_mut(),
            release: Some(release_schema),
            private: Box::into_raw(owner).cast(),
        }
    }
}

// SAFETY: what a schema points to belongs to it alone and is not bound to a thread.
unsafe impl Send for CSchema {}

impl Drop for CSchema {
    fn drop(&mut self) {
        if let Some(release) = self.release {
            // SAFETY: it is not released yet.
            unsafe { release(self) }
        }
    }
}

/// Releases a schema.
///
/// # Safety
/// `schema` was made by `CSchema::of`, or moved from one, and is not released yet.
unsafe extern "C" fn release_schema(schema: *mut CSchema) {
    let schema = unsafe { &mut *schema };
    let owner = unsafe { Box::from_raw(schema.private.cast::<SchemaOwner>()) };
    for &child in &owner.children {
        drop(unsafe { Box::from_raw(child) });
    }
    schema.release = None;
}

/// The type in the words of the interface.
fn format_of(kind: &DataType) -> String {
    match kind {
        DataType::Utf8 => "u".to_owned(),
        DataType::Int32 => "i".to_owned(),
        DataType::Int64 => "l".to_owned(),
        DataType::Boolean => "b".to_owned(),
        DataType::Date32 => "tdD".to_owned(),
        DataType::Timestamp(TimeUnit::Microsecond, zone) => format!("tsu:{}", zone.as_deref().unwrap_or_default()),
        DataType::List(_) => "+l".to_owned(),
        DataType::Struct(_) => "+s".to_owned(),
        other => unreachable!("no column has the type {other}"),
    }
}

/// The number of entries, and each key and value with its length before it.
fn metadata_of(field: &Field) -> Vec<u8> {
    let mut entries: Vec<_> = field.metadata().iter().collect();
    entries.sort();
    if entries.is_empty() {
        return Vec::new();
    }
    let number = |count: usize| i32::try_from(count).unwrap_or(i32::MAX).to_ne_bytes();
    let mut bytes = number(entries.len()).to_vec();
    for text in entries.into_iter().flat_map(|(key, value)| [key, value]) {
        bytes.extend(number(text.len()));
        bytes.extend(text.as_bytes());
    }
    bytes
}

/// `struct ArrowArray`.
#[repr(C)]
struct CArray {
    length: i64,
    null_count: i64,
    offset: i64,
    n_buffers: i64,
    n_children: i64,
    buffers: *mut *const c_void,
    children: *mut *mut CArray,
    dictionary: *mut CArray,
    release: Option<unsafe extern "C" fn(*mut CArray)>,
    private: *mut c_void,
}

/// What an array points to.
struct ArrayOwner {
    _data: ArrayData,
    _marks: Option<Buffer>,
    buffers: Box<[*const c_void]>,
    children: Box<[*mut CArray]>,
}

impl CArray {
    fn of_batch(batch: &RecordBatch) -> CArray {
        CArray::of(StructArray::from(batch.clone()).to_data())
    }

    fn of(data: ArrayData) -> CArray {
        let marks = marks_of(&data);
        let nulls = marks.as_ref().map_or(null(), |marks| marks.as_ptr().cast());
        let buffers = std::iter::once(nulls).chain(data.buffers().iter().map(|buffer| buffer.as_ptr().cast()));
        let buffers: Box<[*const c_void]> = buffers.collect();
        let children = data.child_data().iter().map(|child| Box::into_raw(Box::new(CArray::of(child.clone()))));
        let children: Box<[*mut CArray]> = children.collect();
        let (length, offset, null_count) = (data.len(), data.offset(), data.null_count());
        let mut owner = Box::new(ArrayOwner { _data: data, _marks: marks, buffers, children });
        CArray {
            length: length as i64,
            null_count: null_count as i64,
            offset: offset as i64,
            n_buffers: owner.buffers.len() as i64,
            n_children: owner.children.len() as i64,
            buffers: owner.buffers.as_mut_ptr(),
            children: owner.children.as_mut_ptr(),
            dictionary: null_mut(),
            release: Some(release_array),
            private: Box::into_raw(owner).cast(),
        }
    }

    fn released() -> CArray {
        CArray {
            length: 0,
            null_count: 0,
            offset: 0,
            n_buffers: 0,
            n_children: 0,
            buffers: null_mut(),
            children: null_mut(),
            dictionary: null_mut(),
            release: None,
            private: null_mut(),
        }
    }
}

/// The marks of nulls, which must begin at the same row as the values.
fn marks_of(data: &ArrayData) -> Option<Buffer> {
    let nulls = data.nulls()?;
    if nulls.offset() == data.offset() {
        return Some(nulls.buffer().clone());
    }
    let mut marks = BooleanBufferBuilder::new(data.offset() + nulls.len());
    marks.append_n(data.offset(), false);
    marks.append_buffer(nulls.inner());
    Some(marks.finish().into_inner())
}

// SAFETY: as for a schema; the buffers are shared and never change.
unsafe impl Send for CArray {}

impl Drop for CArray {
    fn drop(&mut self) {
        if let Some(release) = self.release {
            // SAFETY: it is not released yet.
            unsafe { release(self) }
        }
    }
}

/// Releases an array.
///
/// # Safety
/// `array` was made by `CArray::of`, or moved from one, and is not released yet.
unsafe extern "C" fn release_array(array: *mut CArray) {
    let array = unsafe { &mut *array };
    let owner = unsafe { Box::from_raw(array.private.cast::<ArrayOwner>()) };
    for &child in &owner.children {
        // A child that was moved out is released by whoever has it; dropping the shell then does nothing.
        drop(unsafe { Box::from_raw(child) });
    }
    array.release = None;
}

/// `struct ArrowArrayStream`.
#[repr(C)]
struct CStream {
    get_schema: Option<unsafe extern "C" fn(*mut CStream, *mut CSchema) -> c_int>,
    get_next: Option<unsafe extern "C" fn(*mut CStream, *mut CArray) -> c_int>,
    get_last_error: Option<unsafe extern "C" fn(*mut CStream) -> *const c_char>,
    release: Option<unsafe extern "C" fn(*mut CStream)>,
    private: *mut c_void,
}

struct StreamOwner {
    source: Box<dyn Source>,
    error: CString,
}

impl CStream {
    fn of(source: Box<dyn Source>) -> CStream {
        CStream {
            get_schema: Some(get_schema),
            get_next: Some(get_next),
            get_last_error: Some(get_last_error),
            release: Some(release_stream),
            private: Box::into_raw(Box::new(StreamOwner { source, error: CString::default() })).cast(),
        }
    }
}

// SAFETY: a source may be sent, and the interface forbids to use a stream from two threads at a time.
unsafe impl Send for CStream {}

impl Drop for CStream {
    fn drop(&mut self) {
        if let Some(release) = self.release {
            // SAFETY: it is not released yet.
            unsafe { release(self) }
        }
    }
}

/// The callbacks of a stream.
///
/// # Safety
/// All of them: `stream` was made by `CStream::of`, or moved from one, and is not released; `out` may be written.
unsafe extern "C" fn get_schema(stream: *mut CStream, out: *mut CSchema) -> c_int {
    let owner = unsafe { &*(*stream).private.cast::<StreamOwner>() };
    unsafe { out.write(CSchema::of_root(&owner.source.schema())) };
    0
}

unsafe extern "C" fn get_next(stream: *mut CStream, out: *mut CArray) -> c_int {
    const EIO: c_int = 5;
    let owner = unsafe { &mut *(*stream).private.cast::<StreamOwner>() };
    let next = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| owner.source.next()));
    let array = match next {
        Ok(Ok(Some(batch))) => CArray::of_batch(&batch),
        Ok(Ok(None)) => CArray::released(),
        Ok(Err(error)) => {
            owner.error = CString::new(error.replace('\0', " ")).unwrap_or_default();
            return EIO;
        }
        Err(_) => {
            owner.error = c"a fault of cablegram, please report it".to_owned();
            return EIO;
        }
    };
    unsafe { out.write(array) };
    0
}

unsafe extern "C" fn get_last_error(stream: *mut CStream) -> *const c_char {
    let owner = unsafe { &*(*stream).private.cast::<StreamOwner>() };
    owner.error.as_ptr()
}

unsafe extern "C" fn release_stream(stream: *mut CStream) {
    let stream = unsafe { &mut *stream };
    drop(unsafe { Box::from_raw(stream.private.cast::<StreamOwner>()) });
    stream.release = None;
}
