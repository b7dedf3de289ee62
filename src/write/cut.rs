//! A stream of batches of any size to strips of rows of one size, several of which can make a group.
//!
//! Where a strip or a group ends depends on its rows alone, never on the batches they came in, so neither do the bytes of
//! an output. Holds back less than one strip.

use std::ops::Range;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::compute::concat_batches;
use arrow::datatypes::SchemaRef;

use super::Batch;
use super::digest::Seal;
use super::failure::encoder;
use crate::error::Result;

/// How much is enough, whichever comes first.
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
pub struct Strip {
    pieces: Vec<Batch>,
    /// Bytes of data before encoding.
    pub bytes: u64,
    /// Whether it is known to be the last of its group.
    pub ends_group: bool,
}

impl Strip {
    /// The rows as one batch; lets their pieces go.
    pub fn into_records(self) -> Result<RecordBatch> {
        let records = self.pieces.iter().map(Batch::records);
        concat_batches(self.schema(), records).map_err(encoder)
    }

    /// The pieces of one column, in order.
    pub fn column(&self, index: usize) -> Vec<ArrayRef> {
        self.pieces.iter().map(|piece| piece.records().column(index).clone()).collect()
    }

    /// The seal of each row.
    pub fn seals(&self) -> impl Iterator<Item = &Seal> {
        self.pieces.iter().flat_map(Batch::seals)
    }

    /// What the rows are of.
    pub fn schema(&self) -> &SchemaRef {
        self.pieces[0].records().schema_ref()
    }
}

/// Cuts strips.
pub struct Cutter {
    strips: Limit,
    groups: Limit,
    pieces: Vec<Batch>,
    strip: Taken,
    group: Taken,
}

/// What was taken since the last cut.
#[derive(Clone, Copy, Default)]
struct Taken {
    rows: u64,
    bytes: u64,
}

impl Taken {
    /// Whether a row of `size` is one too many.
    fn is_full(self, limit: Limit, size: u64) -> bool {
        self.rows == limit.rows || self.rows > 0 && self.bytes + size > limit.bytes
    }

    fn add(&mut self, size: u64) {
        self.rows += 1;
        self.bytes += size;
    }
}

impl Cutter {
    /// Cuts strips that are groups of their own.
    pub fn new(limit: Limit) -> Cutter {
        Cutter::of_groups(limit, limit)
    }

    /// Cuts groups, and strips in them.
    pub fn of_groups(groups: Limit, strips: Limit) -> Cutter {
        Cutter { strips, groups, pieces: Vec::new(), strip: Taken::default(), group: Taken::default() }
    }

    /// Takes more rows and gives the strips that are full.
    pub fn push(&mut self, batch: &Batch) -> Vec<Strip> {
        let mut cut = Vec::new();
        let mut start = 0;
        for (row, seal) in batch.seals().iter().enumerate() {
            let ends_group = self.group.is_full(self.groups, seal.size);
            if ends_group || self.strip.is_full(self.strips, seal.size) {
                self.take(batch, start..row);
                cut.extend(self.cut(ends_group));
                start = row;
            }
            self.strip.add(seal.size);
            self.group.add(seal.size);
        }
        self.take(batch, start..batch.len());
        cut
    }

    /// Gives what is held back, after which a group begins.
    pub fn rest(&mut self) -> Option<Strip> {
        self.cut(true)
    }

    /// Bytes of data held back.
    pub fn bytes(&self) -> u64 {
        self.strip.bytes
    }

    fn take(&mut self, batch: &Batch, rows: Range<usize>) {
        if !rows.is_empty() {
            self.pieces.push(batch.slice(rows.start, rows.len()));
        }
    }

    fn cut(&mut self, ends_group: bool) -> Option<Strip> {
        let strip = Strip { pieces: std::mem::take(&mut self.pieces), bytes: self.strip.bytes, ends_group };
        self.strip = Taken::default();
        if ends_group {
            self.group = Taken::default();
        }
        (!strip.pieces.is_empty()).then_some(strip)
    }
}
