//! A column of a schema: its description and its getter are one object, so that they cannot disagree.
//!
//! A table of columns over a type `R` turns rows of `R` into Arrow arrays. Never knows a format.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BooleanArray, Date32Array, Int32Array, Int64Array, ListArray, StringBuilder, StructArray,
    TimestampMicrosecondArray, make_array,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType, Field, FieldRef, Fields, TimeUnit};
use jiff::Timestamp;
use jiff::civil::{Date, date};

use crate::contract::{NATURE_KEY, Nature, PLACE_KEY, XmlPlace};

/// What a column is, for whoever renders or checks a schema.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Description {
    /// Name, the same in every format.
    pub name: &'static str,
    /// What the values are: meaning, unit, source.
    pub doc: &'static str,
    /// Where it is in XML.
    pub place: XmlPlace,
    /// What its values are like.
    pub nature: Nature,
    /// Whether the value is promised never to be null.
    pub required: bool,
    /// Type of the values.
    pub kind: ColumnKind,
}

/// Types a column can have; every engine reads these alike.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ColumnKind {
    /// UTF-8 text.
    Text,
    /// 32-bit integer.
    Int,
    /// 64-bit integer.
    Long,
    /// True or false.
    Bool,
    /// Calendar date.
    Date,
    /// Instant in microseconds, UTC.
    Instant,
    /// List of values that are never null.
    List(Box<ColumnKind>),
    /// Named values.
    Struct(Vec<Description>),
}

impl ColumnKind {
    /// The Arrow type.
    pub fn data_type(&self) -> DataType {
        match self {
            ColumnKind::Text => DataType::Utf8,
            ColumnKind::Int => DataType::Int32,
            ColumnKind::Long => DataType::Int64,
            ColumnKind::Bool => DataType::Boolean,
            ColumnKind::Date => DataType::Date32,
            ColumnKind::Instant => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            ColumnKind::List(element) => DataType::List(element_field(element)),
            ColumnKind::Struct(children) => DataType::Struct(children.iter().map(Description::field).collect()),
        }
    }
}

fn element_field(element: &ColumnKind) -> FieldRef {
    Arc::new(Field::new("element", element.data_type(), false))
}

impl Description {
    /// The Arrow field; place and nature are its metadata.
    pub fn field(&self) -> Field {
        let hints = [(PLACE_KEY, self.place.name()), (NATURE_KEY, self.nature.name())];
        let metadata = hints.into_iter().filter_map(|(key, name)| Some((key.to_owned(), name?.to_owned())));
        let metadata: HashMap<String, String> = metadata.collect();
        Field::new(self.name, self.kind.data_type(), !self.required).with_metadata(metadata)
    }
}

/// One column over rows of `R`.
pub struct Column<R: 'static> {
    description: Description,
    cell: Arc<dyn Cell<R>>,
    hash: Option<GetHash<R>>,
}

/// The same column; its values are built once for all schemas that have it.
impl<R> Clone for Column<R> {
    fn clone(&self) -> Column<R> {
        Column { description: self.description.clone(), cell: self.cell.clone(), hash: self.hash }
    }
}

/// Gives the SHA-256 of a value, where it is known.
type GetHash<R> = fn(&R) -> Option<[u8; 32]>;

impl<R> Column<R> {
    fn new(name: &'static str, doc: &'static str, kind: ColumnKind, cell: impl Cell<R> + 'static) -> Column<R> {
        let required = matches!(kind, ColumnKind::List(_));
        let description = Description { name, doc, place: XmlPlace::Child, nature: Nature::Usual, required, kind };
        Column { description, cell: Arc::new(cell), hash: None }
    }

    /// Promises that the value is never null.
    pub fn required(mut self) -> Column<R> {
        self.description.required = true;
        self
    }

    /// Puts the value into an attribute in XML.
    pub fn attribute(mut self) -> Column<R> {
        self.description.place = XmlPlace::Attribute;
        self
    }

    /// Makes the value the element's own text in XML.
    pub fn own_text(mut self) -> Column<R> {
        self.description.place = XmlPlace::OwnText;
        self
    }

    /// Tells that the values are long text that hardly repeats.
    pub fn prose(mut self) -> Column<R> {
        self.description.nature = Nature::Prose;
        self
    }

    /// Tells that the values are nearly unique and that rows are looked up by them.
    pub fn key(mut self) -> Column<R> {
        self.description.nature = Nature::Key;
        self
    }

    /// Tells the SHA-256 of values, where it is known without hashing them.
    pub fn hashed(mut self, hash: GetHash<R>) -> Column<R> {
        self.hash = Some(hash);
        self
    }

    /// Gives the column, or a member of it (`refs.note`), another description.
    pub fn describe(&mut self, name: &str, doc: &'static str) {
        let mut description = &mut self.description;
        for member in name.split('.').skip(1) {
            let mut kind = &mut description.kind;
            if let ColumnKind::List(item) = kind {
                kind = item;
            }
            let ColumnKind::Struct(members) = kind else { panic!("{name}: no struct") };
            let found = members.iter_mut().find(|description| description.name == member);
            description = found.unwrap_or_else(|| panic!("{name}: no such member"));
        }
        description.doc = doc;
    }

    /// What the column is.
    pub fn description(&self) -> &Description {
        &self.description
    }

    /// The values of `rows`; an absent row gives null, or an empty value in a column that is never null: others
    /// take a null there for a broken promise, even where the struct around it is null.
    pub fn array(&self, rows: &[Option<&R>]) -> ArrayRef {
        let array = self.cell.array(rows);
        let absent = rows.iter().filter(|row| row.is_none()).count();
        let only_absent = array.null_count() > 0 && array.null_count() == absent;
        if self.description.required && only_absent { without_nulls(&array) } else { array }
    }

    /// Whether both build the same values.
    pub fn is_same(&self, other: &Column<R>) -> bool {
        Arc::ptr_eq(&self.cell, &other.cell)
    }

    /// The SHA-256 of the value of each row, where it is known; `None` if this column knows of none.
    pub fn hashes<'r>(&self, rows: impl Iterator<Item = &'r R>) -> Option<Vec<Option<[u8; 32]>>> {
        self.hash.map(|hash| rows.map(hash).collect())
    }
}

/// The array with an empty value for every null: builders leave one there.
fn without_nulls(array: &ArrayRef) -> ArrayRef {
    let data = array.to_data().into_builder().nulls(None);
    make_array(data.build().unwrap_or_else(|_| array.to_data()))
}

/// Builds the array of one column.
trait Cell<R>: Send + Sync {
    fn array(&self, rows: &[Option<&R>]) -> ArrayRef;
}

/// A column of text.
pub fn text<R>(name: &'static str, doc: &'static str, get: fn(&R) -> Option<&str>) -> Column<R> {
    Column::new(name, doc, ColumnKind::Text, TextColumn(get))
}

/// A column of 32-bit integers.
pub fn int<R>(name: &'static str, doc: &'static str, get: fn(&R) -> Option<i32>) -> Column<R> {
    Column::new(name, doc, ColumnKind::Int, ScalarColumn(get, |values| Arc::new(values.collect::<Int32Array>())))
}

/// A column of 64-bit integers.
pub fn long<R>(name: &'static str, doc: &'static str, get: fn(&R) -> Option<i64>) -> Column<R> {
    Column::new(name, doc, ColumnKind::Long, ScalarColumn(get, |values| Arc::new(values.collect::<Int64Array>())))
}

/// A column of truth values.
pub fn bool<R>(name: &'static str, doc: &'static str, get: fn(&R) -> Option<bool>) -> Column<R> {
    Column::new(name, doc, ColumnKind::Bool, ScalarColumn(get, |values| Arc::new(values.collect::<BooleanArray>())))
}

/// A column of calendar dates.
pub fn day<R>(name: &'static str, doc: &'static str, get: fn(&R) -> Option<Date>) -> Column<R> {
    let array = |values: Values<'_, Date>| -> ArrayRef {
        Arc::new(values.map(|value| value.map(days_since_epoch)).collect::<Date32Array>())
    };
    Column::new(name, doc, ColumnKind::Date, ScalarColumn(get, array))
}

/// A column of instants.
pub fn instant<R>(name: &'static str, doc: &'static str, get: fn(&R) -> Option<Timestamp>) -> Column<R> {
    let array = |values: Values<'_, Timestamp>| -> ArrayRef {
        let values: TimestampMicrosecondArray = values.map(|value| value.map(Timestamp::as_microsecond)).collect();
        Arc::new(values.with_timezone("UTC"))
    };
    Column::new(name, doc, ColumnKind::Instant, ScalarColumn(get, array))
}

/// A column of lists of text.
pub fn texts<R>(name: &'static str, doc: &'static str, get: fn(&R) -> &[String]) -> Column<R> {
    let elements = text("element", "", |value: &String| Some(value.as_str()));
    list_of(name, doc, get, None, ColumnKind::Text, elements.cell)
}

/// A column of lists of 32-bit integers.
pub fn ints<R>(name: &'static str, doc: &'static str, get: fn(&R) -> &[i32]) -> Column<R> {
    let elements = int("element", "", |value: &i32| Some(*value));
    list_of(name, doc, get, None, ColumnKind::Int, elements.cell)
}

/// A column of structs.
pub fn group<R, S: 'static>(
    name: &'static str,
    doc: &'static str,
    get: fn(&R) -> Option<&S>,
    columns: Vec<Column<S>>,
) -> Column<R> {
    let table = StructColumns::new(columns);
    Column::new(name, doc, table.kind(), StructColumn(get, table))
}

/// A column of lists of structs.
pub fn groups<R, S: 'static>(
    name: &'static str,
    doc: &'static str,
    get: fn(&R) -> &[S],
    columns: Vec<Column<S>>,
) -> Column<R> {
    let table = StructColumns::new(columns);
    list_of(name, doc, get, None, table.kind(), Arc::new(table))
}

/// A column of lists of structs without the items that `keep` refuses.
pub fn groups_where<R, S: 'static>(
    name: &'static str,
    doc: &'static str,
    get: fn(&R) -> &[S],
    keep: fn(&S) -> bool,
    columns: Vec<Column<S>>,
) -> Column<R> {
    let table = StructColumns::new(columns);
    list_of(name, doc, get, Some(keep), table.kind(), Arc::new(table))
}

fn list_of<R, S: 'static>(
    name: &'static str,
    doc: &'static str,
    get: fn(&R) -> &[S],
    keep: Option<fn(&S) -> bool>,
    kind: ColumnKind,
    elements: Arc<dyn Cell<S>>,
) -> Column<R> {
    let element = element_field(&kind);
    Column::new(name, doc, ColumnKind::List(Box::new(kind)), ListColumn { get, keep, element, elements })
}

fn days_since_epoch(value: Date) -> i32 {
    const EPOCH: Date = date(1970, 1, 1);
    (value - EPOCH).get_days()
}

type Values<'v, V> = &'v mut dyn Iterator<Item = Option<V>>;

struct TextColumn<R>(fn(&R) -> Option<&str>);

impl<R> Cell<R> for TextColumn<R> {
    fn array(&self, rows: &[Option<&R>]) -> ArrayRef {
        let bytes = rows.iter().filter_map(|row| row.and_then(|row| (self.0)(row))).map(str::len).sum();
        let mut builder = StringBuilder::with_capacity(rows.len(), bytes);
        for row in rows {
            builder.append_option(row.and_then(|row| (self.0)(row)));
        }
        Arc::new(builder.finish())
    }
}

struct ScalarColumn<R, V>(fn(&R) -> Option<V>, fn(Values<'_, V>) -> ArrayRef);

impl<R, V> Cell<R> for ScalarColumn<R, V> {
    fn array(&self, rows: &[Option<&R>]) -> ArrayRef {
        (self.1)(&mut rows.iter().map(|row| row.and_then(self.0)))
    }
}

struct ListColumn<R, S> {
    get: fn(&R) -> &[S],
    /// Which items are in the list; all of them, where it is not said.
    keep: Option<fn(&S) -> bool>,
    element: FieldRef,
    elements: Arc<dyn Cell<S>>,
}

impl<R, S> Cell<R> for ListColumn<R, S> {
    fn array(&self, rows: &[Option<&R>]) -> ArrayRef {
        let mut elements: Vec<Option<&S>> = Vec::new();
        let lengths = rows.iter().map(|row| {
            let before = elements.len();
            let items = row.map_or(&[] as &[S], |row| (self.get)(row)).iter();
            match self.keep {
                None => elements.extend(items.map(Some)),
                Some(keep) => elements.extend(items.filter(|item| keep(item)).map(Some)),
            }
            elements.len() - before
        });
        let offsets = OffsetBuffer::from_lengths(lengths.collect::<Vec<_>>());
        Arc::new(ListArray::new(self.element.clone(), offsets, self.elements.array(&elements), None))
    }
}

struct StructColumn<R, S: 'static>(fn(&R) -> Option<&S>, StructColumns<S>);

impl<R, S> Cell<R> for StructColumn<R, S> {
    fn array(&self, rows: &[Option<&R>]) -> ArrayRef {
        let groups: Vec<Option<&S>> = rows.iter().map(|row| row.and_then(self.0)).collect();
        self.1.array(&groups)
    }
}

/// The columns of a struct.
struct StructColumns<S: 'static> {
    columns: Vec<Column<S>>,
    fields: Fields,
}

impl<S> StructColumns<S> {
    fn new(columns: Vec<Column<S>>) -> StructColumns<S> {
        let fields = columns.iter().map(|column| column.description.field()).collect();
        StructColumns { columns, fields }
    }

    fn kind(&self) -> ColumnKind {
        ColumnKind::Struct(self.columns.iter().map(|column| column.description.clone()).collect())
    }
}

impl<S> Cell<S> for StructColumns<S> {
    fn array(&self, rows: &[Option<&S>]) -> ArrayRef {
        let arrays = self.columns.iter().map(|column| column.array(rows)).collect();
        let nulls = NullBuffer::from_iter(rows.iter().map(Option::is_some));
        let nulls = (nulls.null_count() > 0).then_some(nulls);
        Arc::new(StructArray::new(self.fields.clone(), arrays, nulls))
    }
}
