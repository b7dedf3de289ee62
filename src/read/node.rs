//! Rows as plain trees, on their way from a text format to Arrow arrays.
//!
//! A tree is shaped by the fields of a schema: a struct holds one node a field, in the order of the fields. What
//! does not fit the type of its field is an error, never a null.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Int32Array, Int64Array, ListArray, RecordBatch, StringArray, StructArray,
    TimestampMicrosecondArray,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType, Field, Fields, SchemaRef, TimeUnit};
use jiff::Timestamp;
use jiff::civil::{Date, date};

use super::damaged;
use crate::error::{Error, Result};

/// One value as a text format wrote it.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Node {
    /// Absent.
    #[default]
    Null,
    /// Text, or a date or an instant in its written form.
    Text(String),
    /// Integer.
    Int(i64),
    /// Truth value.
    Bool(bool),
    /// List.
    List(Vec<Node>),
    /// Struct, one node a field.
    Struct(Vec<Node>),
}

impl Node {
    /// The value of a field that is not written at all: lists are never null, and some structs are not.
    pub fn absent(field: &Field) -> Node {
        match field.data_type() {
            DataType::List(_) => Node::List(Vec::new()),
            DataType::Struct(fields) if !field.is_nullable() => {
                Node::Struct(fields.iter().map(|field| Node::absent(field)).collect())
            }
            _ => Node::Null,
        }
    }

    /// The value that `text` means under `data_type`, in formats that write every scalar as text.
    pub fn from_text(text: String, data_type: &DataType) -> Result<Node> {
        let number = |text: &str| text.parse().map(Node::Int).map_err(|_| illegal(text, "an integer"));
        match data_type {
            DataType::Int32 | DataType::Int64 => number(&text),
            DataType::Boolean => match text.as_str() {
                "true" => Ok(Node::Bool(true)),
                "false" => Ok(Node::Bool(false)),
                _ => Err(illegal(&text, "true or false")),
            },
            _ => Ok(Node::Text(text)),
        }
    }
}

/// The batch of `rows`, each one node a field of `schema`.
pub fn batch(rows: Vec<Vec<Node>>, schema: &SchemaRef) -> Result<RecordBatch> {
    RecordBatch::try_new(schema.clone(), arrays(rows, schema.fields())?).map_err(damaged)
}

/// The arrays of `rows`, each one node a field.
fn arrays(rows: Vec<Vec<Node>>, fields: &Fields) -> Result<Vec<ArrayRef>> {
    let mut columns: Vec<Vec<Node>> = fields.iter().map(|_| Vec::with_capacity(rows.len())).collect();
    for row in rows {
        for (column, node) in columns.iter_mut().zip(row) {
            column.push(node);
        }
    }
    fields.iter().zip(columns).map(|(field, nodes)| array(nodes, field)).collect()
}

/// The array of one column.
pub fn array(nodes: Vec<Node>, field: &Field) -> Result<ArrayRef> {
    if !field.is_nullable() && nodes.contains(&Node::Null) {
        return Err(Error::verification(format!("{} is missing in a row, but is never null", field.name())));
    }
    let array = match field.data_type() {
        DataType::Utf8 => Arc::new(collect::<StringArray, _>(nodes, text)?) as ArrayRef,
        DataType::Int32 => Arc::new(collect::<Int32Array, _>(nodes, int)?),
        DataType::Int64 => Arc::new(collect::<Int64Array, _>(nodes, long)?),
        DataType::Boolean => Arc::new(collect::<BooleanArray, _>(nodes, truth)?),
        DataType::Date32 => Arc::new(collect::<Date32Array, _>(nodes, days)?),
        DataType::Timestamp(TimeUnit::Microsecond, zone) => {
            Arc::new(collect::<TimestampMicrosecondArray, _>(nodes, micros)?.with_timezone_opt(zone.clone()))
        }
        DataType::List(element) => list(nodes, element)?,
        DataType::Struct(fields) => group(nodes, fields)?,
        other => return Err(Error::verification(format!("{}: no schema uses {other}", field.name()))),
    };
    Ok(array)
}

/// Collects scalars, keeping nulls.
fn collect<A: FromIterator<Option<V>>, V>(nodes: Vec<Node>, value: fn(Node) -> Result<V>) -> Result<A> {
    nodes.into_iter().map(|node| if node == Node::Null { Ok(None) } else { value(node).map(Some) }).collect()
}

fn list(nodes: Vec<Node>, element: &Arc<Field>) -> Result<ArrayRef> {
    let mut lengths = Vec::with_capacity(nodes.len());
    let mut elements = Vec::new();
    for node in nodes {
        let Node::List(items) = node else { return Err(unfit(&node, "a list")) };
        lengths.push(items.len());
        elements.extend(items);
    }
    let values = array(elements, element)?;
    let offsets = OffsetBuffer::from_lengths(lengths);
    Ok(Arc::new(ListArray::try_new(element.clone(), offsets, values, None).map_err(damaged)?))
}

fn group(nodes: Vec<Node>, fields: &Fields) -> Result<ArrayRef> {
    let nulls = NullBuffer::from_iter(nodes.iter().map(|node| *node != Node::Null));
    let row = |node| match node {
        Node::Struct(row) => Ok(row),
        Node::Null => Ok(fields.iter().map(|field| placeholder(field)).collect()),
        other => Err(unfit(&other, "a struct")),
    };
    let arrays = arrays(nodes.into_iter().map(row).collect::<Result<_>>()?, fields)?;
    let nulls = (nulls.null_count() > 0).then_some(nulls);
    Ok(Arc::new(StructArray::try_new(fields.clone(), arrays, nulls).map_err(damaged)?))
}

/// What the fields of a struct hold that is itself null.
fn placeholder(field: &Field) -> Node {
    match field.data_type() {
        DataType::List(_) => Node::List(Vec::new()),
        _ if field.is_nullable() => Node::Null,
        DataType::Boolean => Node::Bool(false),
        DataType::Int32 | DataType::Int64 => Node::Int(0),
        _ => Node::Text(String::new()),
    }
}

fn text(node: Node) -> Result<String> {
    match node {
        Node::Text(text) => Ok(text),
        other => Err(unfit(&other, "text")),
    }
}

fn long(node: Node) -> Result<i64> {
    match node {
        Node::Int(number) => Ok(number),
        other => Err(unfit(&other, "an integer")),
    }
}

fn int(node: Node) -> Result<i32> {
    let number = long(node)?;
    i32::try_from(number).map_err(|_| illegal(&number.to_string(), "a 32-bit integer"))
}

fn truth(node: Node) -> Result<bool> {
    match node {
        Node::Bool(truth) => Ok(truth),
        other => Err(unfit(&other, "true or false")),
    }
}

fn days(node: Node) -> Result<i32> {
    const EPOCH: Date = date(1970, 1, 1);
    let text = text(node)?;
    let day: Date = text.parse().map_err(|_| illegal(&text, "a date such as 2009-06-12"))?;
    canonical(&text, day.to_string())?;
    Ok((day - EPOCH).get_days())
}

fn micros(node: Node) -> Result<i64> {
    let text = text(node)?;
    let instant: Timestamp = text.parse().map_err(|_| illegal(&text, "an instant such as 2009-06-12T07:29:00Z"))?;
    canonical(&text, instant.to_string())?;
    Ok(instant.as_microsecond())
}

/// Refuses a second way of writing the same value: our writers know one.
fn canonical(text: &str, written: String) -> Result<()> {
    if text == written { Ok(()) } else { Err(illegal(text, &written)) }
}

fn illegal(text: &str, wanted: &str) -> Error {
    Error::verification(format!("{text:.60?} is not {wanted}"))
}

fn unfit(node: &Node, wanted: &str) -> Error {
    let found = match node {
        Node::Null => "nothing",
        Node::Text(_) => "text",
        Node::Int(_) => "an integer",
        Node::Bool(_) => "a truth value",
        Node::List(_) => "a list",
        Node::Struct(_) => "a struct",
    };
    Error::verification(format!("found {found} where {wanted} is expected"))
}
