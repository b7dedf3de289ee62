//! A stream of batches of any size to groups of rows of one size.
//!
//! Where a group ends depends on its rows alone, never on the batches they came in, so neither do the bytes of an
//! output. Holds back less than one group.

use arrow::array::{ArrayRef, RecordBatch};
use arrow::compute::concat_batches;
use arrow::datatypes::SchemaRef;

use super::Batch;
use super::failure::encoder;
use crate::error::Result;

/// When a group is full, whichever comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Rows.
    pub rows: u64,
    /// Bytes of data before encoding.
    pub bytes: u64,
}

impl Default for Limit {
    fn default() -> Limit {
        Limit { rows: 16_384, bytes: 32 << 20 }
    }
}

/// Rows that are encoded together; never empty.
pub struct Group {
    pieces: Vec<Batch>,
    /// Bytes of data before encoding.
    pub bytes: u64,
}

impl Group {
    /// The rows as one batch.
    pub fn records(&self) -> Result<RecordBatch> {
        let records = self.pieces.iter().map(Batch::records);
        concat_batches(self.schema(), records).map_err(encoder)
    }

    /// The pieces of one column, in order.
    pub fn columns(&self, index: usize) -> Vec<ArrayRef> {
        self.pieces.iter().map(|piece| piece.records().column(index).clone()).collect()
    }

    /// What the rows are of.
    pub fn schema(&self) -> &SchemaRef {
        self.pieces[0].records().schema_ref()
    }
}

/// Cuts groups.
pub struct Cutter {
    limit: Limit,
    pieces: Vec<Batch>,
    rows: u64,
    bytes: u64,
}

impl Cutter {
    /// Cuts at `limit`.
    pub fn new(limit: Limit) -> Cutter {
        Cutter { limit, pieces: Vec::new(), rows: 0, bytes: 0 }
    }

    /// Takes more rows and gives the groups that are full.
    pub fn push(&mut self, batch: &Batch) -> Vec<Group> {
        let mut groups = Vec::new();
        let mut start = 0;
        for (row, seal) in batch.seals().iter().enumerate() {
            if self.rows == self.limit.rows || self.rows > 0 && self.bytes + seal.size > self.limit.bytes {
                self.take(batch, start..row);
                groups.extend(self.rest());
                start = row;
            }
            self.rows += 1;
            self.bytes += seal.size;
        }
        self.take(batch, start..batch.len());
        groups
    }

    /// Gives what is held back.
    pub fn rest(&mut self) -> Option<Group> {
        let group = Group { pieces: std::mem::take(&mut self.pieces), bytes: self.bytes };
        (self.rows, self.bytes) = (0, 0);
        (!group.pieces.is_empty()).then_some(group)
    }

    /// Bytes of data held back.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    fn take(&mut self, batch: &Batch, rows: std::ops::Range<usize>) {
        if !rows.is_empty() {
            self.pieces.push(batch.slice(rows.start, rows.len()));
        }
    }
}
