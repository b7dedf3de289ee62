//! A cable to a row of an Arrow `RecordBatch`: the contract of version N.
//!
//! The only module that knows both `Cable` and Arrow. Left of it nothing knows a format; right of it nothing
//! knows a cable. A released schema never changes; a second version is a second table.

pub mod column;
pub mod core;
pub mod files;
mod stem;
mod v1;
mod v2;

pub use stem::{file_stems, file_versions};

use std::borrow::Borrow;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, LazyLock};

use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::{Schema as ArrowSchema, SchemaRef};

use crate::cable::Cable;
use crate::contract::VERSION_KEY;
use crate::diagnostic::Diagnostic;
use crate::provenance::Provenance;
use column::{Column, Description};

/// One row before it is a row: a cable, what was odd in it, where it was found, and its text.
#[derive(Clone, Debug)]
pub struct Row {
    /// The cable.
    pub cable: Cable,
    /// What was odd.
    pub diagnostics: Vec<Diagnostic>,
    /// Where it was found.
    pub provenance: Provenance,
    /// The bytes of the record, decoded losslessly.
    pub source_text: String,
    /// SHA-256 of `source_text`, where it is known: that of the bytes, if they are UTF-8.
    pub text_sha256: Option<[u8; 32]>,
}

/// One version of the contract: named columns in a fixed order.
pub struct Schema {
    version: &'static str,
    columns: Vec<Column<Row>>,
    arrow: SchemaRef,
}

impl fmt::Debug for Schema {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_tuple("Schema").field(&self.version).finish()
    }
}

/// The newest.
impl Default for &'static Schema {
    fn default() -> &'static Schema {
        Schema::newest()
    }
}

impl Schema {
    /// A schema of these columns; `version` is the name users give, such as `v1`.
    pub fn new(version: &'static str, columns: Vec<Column<Row>>) -> Schema {
        let fields: Vec<_> = columns.iter().map(|column| column.description().field()).collect();
        let metadata = HashMap::from([(VERSION_KEY.to_owned(), version.to_owned())]);
        Schema { version, columns, arrow: Arc::new(ArrowSchema::new_with_metadata(fields, metadata)) }
    }

    /// Schema version 1.
    pub fn v1() -> &'static Schema {
        static V1: LazyLock<Schema> = LazyLock::new(|| Schema::new("v1", v1::columns()));
        &V1
    }

    /// Schema version 2.
    pub fn v2() -> &'static Schema {
        static V2: LazyLock<Schema> = LazyLock::new(|| Schema::new("v2", v2::columns(&Schema::v1().columns)));
        &V2
    }

    /// Every schema this program knows, oldest first.
    pub fn all() -> [&'static Schema; 2] {
        [Schema::v1(), Schema::v2()]
    }

    /// The schema of rows for which none is named: the newest.
    pub fn newest() -> &'static Schema {
        Schema::v2()
    }

    /// The schema of that version, for whoever was told it.
    ///
    /// # Errors
    /// A sentence that names the versions there are.
    pub fn named(version: &str) -> Result<&'static Schema, String> {
        Schema::find(version).ok_or_else(|| {
            let known = Schema::all().map(Schema::version);
            format!("there is no schema {version:?}; write one of: {}", known.join(", "))
        })
    }

    /// The schema of that version.
    pub fn find(version: &str) -> Option<&'static Schema> {
        Schema::all().into_iter().find(|schema| schema.version == version)
    }

    /// The Arrow schema of that version, for whoever reads outputs.
    pub fn arrow_of(version: &str) -> Option<SchemaRef> {
        Schema::find(version).map(|schema| schema.arrow.clone())
    }

    /// The name users give, such as `v1`.
    pub fn version(&self) -> &'static str {
        self.version
    }

    /// The Arrow schema of every batch.
    pub fn arrow(&self) -> &SchemaRef {
        &self.arrow
    }

    /// What the columns are, in order.
    pub fn descriptions(&self) -> impl Iterator<Item = &Description> {
        self.columns.iter().map(Column::description)
    }

    /// The rows of `records`, in order.
    pub fn batch(&self, records: &[impl Borrow<Row>]) -> RecordBatch {
        let rows = present(records);
        self.batch_of(self.columns.iter().map(|column| column.array(&rows)).collect())
    }

    /// The rows of `records` in each of these schemas; what several have in common is built once.
    pub fn batches(schemas: &[&'static Schema], records: &[impl Borrow<Row>]) -> Vec<RecordBatch> {
        let rows = present(records);
        let mut built: Vec<(&Column<Row>, ArrayRef)> = Vec::new();
        let mut array = |column: &'static Column<Row>| match built.iter().find(|(known, _)| column.is_same(known)) {
            Some((_, array)) => array.clone(),
            None => {
                let array = column.array(&rows);
                built.push((column, array.clone()));
                array
            }
        };
        schemas.iter().map(|schema| schema.batch_of(schema.columns.iter().map(&mut array).collect())).collect()
    }

    /// The same rows with only the columns at these places, which there are; the others are not built.
    pub(crate) fn project(&'static self, places: Vec<usize>) -> Projection {
        let arrow = self.arrow.project(&places).expect("places are those of columns");
        Projection { schema: self, places, arrow: Arc::new(arrow) }
    }

    /// The column of texts whose SHA-256 can be known before they are hashed, and that of each record.
    pub fn known_hashes(&self, records: &[impl Borrow<Row>]) -> Option<(usize, Vec<Option<[u8; 32]>>)> {
        let hashes = |column: &Column<Row>| column.hashes(records.iter().map(Borrow::borrow));
        self.columns.iter().enumerate().find_map(|(place, column)| Some((place, hashes(column)?)))
    }

    /// Refuses a column whose values should not name folders: nearly every row has its own, or engines would read other
    /// values back.
    pub fn check_partition(column: &str) -> Result<(), String> {
        let is_own = [core::MRN, "title", "subject", "origin"].contains(&column) || column.ends_with("_as_found");
        let why = match column {
            _ if is_own => "there would be a folder for nearly every row",
            "executive_order" | "relay_counter" => "engines would take its digits for a number, without leading zeros",
            _ => return Ok(()),
        };
        Err(format!("by={column}: {why}; take by=year or by=post"))
    }

    fn batch_of(&self, arrays: Vec<ArrayRef>) -> RecordBatch {
        RecordBatch::try_new(self.arrow.clone(), arrays).expect("columns build the arrays they describe")
    }
}

/// Rows none of which is absent.
fn present(records: &[impl Borrow<Row>]) -> Vec<Option<&Row>> {
    records.iter().map(|record| Some(record.borrow())).collect()
}

/// Some columns of a schema, in its order.
#[derive(Clone, Debug)]
pub struct Projection {
    schema: &'static Schema,
    places: Vec<usize>,
    arrow: SchemaRef,
}

impl Projection {
    /// The Arrow schema of every batch.
    pub fn arrow(&self) -> &SchemaRef {
        &self.arrow
    }

    /// The rows of `records`, in order.
    pub fn batch(&self, records: &[impl Borrow<Row>]) -> RecordBatch {
        let rows = present(records);
        let arrays = self.places.iter().map(|place| self.schema.columns[*place].array(&rows)).collect();
        RecordBatch::try_new(self.arrow.clone(), arrays).expect("columns build the arrays they describe")
    }
}
