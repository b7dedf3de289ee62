//! Rows on their way to the outputs: shared, not copied, and sealed once for all of them.

use std::sync::Arc;

use arrow::array::RecordBatch;

use super::digest::{KnownHashes, Seal, seals};
use super::value::Rows;
use crate::error::{Error, Result};

/// Rows, the file stem of each, and the seal of each.
#[derive(Clone, Debug)]
pub struct Batch {
    records: RecordBatch,
    marks: Arc<BatchMarks>,
    first: usize,
}

#[derive(Debug)]
struct BatchMarks {
    names: Arc<FileNames>,
    seals: Vec<Seal>,
}

/// What the file of each row is called; empty where no output needs names.
#[derive(Clone, Debug, Default)]
pub struct FileNames {
    /// The name without ending.
    pub stems: Vec<String>,
    /// What distinguishes the texts of one stem, as 16 hexadecimal digits; may be empty.
    pub versions: Vec<String>,
}

impl Batch {
    /// Seals `records` on the rayon pool that this is called in; `stems` names the file of each row, or is empty where
    /// no output needs names.
    pub fn new(records: RecordBatch, stems: Vec<String>) -> Result<Batch> {
        Batch::with_known(records, Arc::new(FileNames { stems, versions: Vec::new() }), None)
    }

    /// Does what `new` does, without hashing texts whose hash is known.
    pub fn with_known(records: RecordBatch, names: Arc<FileNames>, known: Option<&KnownHashes>) -> Result<Batch> {
        let seals = seals(&view(&records)?, known);
        Ok(Batch { records, marks: Arc::new(BatchMarks { names, seals }), first: 0 })
    }

    /// Rows whose seals are known.
    pub fn sealed(records: RecordBatch, seals: Vec<Seal>) -> Batch {
        Batch { records, marks: Arc::new(BatchMarks { names: Arc::default(), seals }), first: 0 }
    }

    /// The rows.
    pub fn records(&self) -> &RecordBatch {
        &self.records
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.records.num_rows()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The plain view of the rows.
    pub fn rows(&self) -> Result<Rows<'_>> {
        view(&self.records)
    }

    /// The seal of each row.
    pub fn seals(&self) -> &[Seal] {
        &self.marks.seals[self.first..self.first + self.len()]
    }

    /// The file stem of `row`, empty where none was given.
    pub fn stem(&self, row: usize) -> &str {
        self.marks.names.stems.get(self.first + row).map_or("", String::as_str)
    }

    /// What distinguishes the text of `row` from others of its stem, empty where nothing was given.
    pub fn version(&self, row: usize) -> &str {
        self.marks.names.versions.get(self.first + row).map_or("", String::as_str)
    }

    /// `len` rows from `offset` on, without a copy.
    pub fn slice(&self, offset: usize, len: usize) -> Batch {
        let records = self.records.slice(offset, len);
        Batch { records, marks: self.marks.clone(), first: self.first + offset }
    }

    /// The same rows without one column, for a file whose path gives it; the seals stay those of the whole rows.
    pub fn without(&self, column: usize) -> Result<Batch> {
        let columns: Vec<usize> = (0..self.records.num_columns()).filter(|place| *place != column).collect();
        let records = self.records.project(&columns).map_err(|error| Error::format(error.to_string()))?;
        Ok(Batch { records, marks: self.marks.clone(), first: self.first })
    }

    /// The same rows with only `columns`, sealed again.
    pub fn project(&self, columns: &[usize]) -> Result<Batch> {
        let records = self.records.project(columns).map_err(|error| Error::format(error.to_string()))?;
        let all = |name: fn(&Batch, usize) -> &str| (0..self.len()).map(|row| name(self, row).to_owned()).collect();
        let names = FileNames { stems: all(Batch::stem), versions: all(Batch::version) };
        Batch::with_known(records, Arc::new(names), None)
    }
}

fn view(records: &RecordBatch) -> Result<Rows<'_>> {
    Rows::of(records).ok_or_else(|| Error::format("a column has a type that no schema of cablegram uses".to_owned()))
}
