//! One column of the row group that is being written: arrays of rows in, encoded pages out.
//!
//! Where pages end depends on the rows alone: a column is encoded a stride at a time, and what is no whole stride waits.
//! Holds the compressed pages, and less than a stride of rows.

use std::collections::VecDeque;

use arrow::array::ArrayRef;
use arrow::compute::concat;
use arrow::datatypes::{DataType, Field, FieldRef, Fields};
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowColumnWriter, compute_leaves};

use crate::error::Result;
use crate::write::failure::encoder;
use crate::write::hint::{self, Nature};

/// A column and the writers of its leaves.
pub struct GroupColumn {
    /// Its place in the schema.
    pub place: usize,
    field: FieldRef,
    stride: usize,
    waiting: VecDeque<ArrayRef>,
    writers: Vec<ArrowColumnWriter>,
    /// What the writers made, once the column has ended.
    pub chunks: Vec<ArrowColumnChunk>,
}

/// The columns of `fields`, whose leaves `writers` write, in order.
pub fn columns(fields: &Fields, writers: Vec<ArrowColumnWriter>) -> impl Iterator<Item = GroupColumn> {
    let mut writers = writers.into_iter();
    fields.iter().enumerate().map(move |(place, field)| GroupColumn {
        place,
        field: field.clone(),
        stride: stride(field),
        waiting: VecDeque::new(),
        writers: writers.by_ref().take(leaves(field.data_type())).collect(),
        chunks: Vec::new(),
    })
}

fn leaves(data_type: &DataType) -> usize {
    match data_type {
        DataType::List(element) => leaves(element.data_type()),
        DataType::Struct(fields) => fields.iter().map(|field| leaves(field.data_type())).sum(),
        _ => 1,
    }
}

/// Rows of a column that are encoded in one go: few of prose, so that pages end near their limit and hardly any row is
/// copied; many of everything else, since every stride has its price.
fn stride(field: &Field) -> usize {
    if holds_prose(field) { 32 } else { 1024 }
}

fn holds_prose(field: &Field) -> bool {
    hint::nature(field) == Nature::Prose
        || match field.data_type() {
            DataType::List(element) => holds_prose(element),
            DataType::Struct(fields) => fields.iter().any(|field| holds_prose(field)),
            _ => false,
        }
}

impl GroupColumn {
    /// Encodes `rows`, but for what is no whole stride yet.
    pub fn write(&mut self, rows: Vec<ArrayRef>) -> Result<()> {
        self.waiting.extend(rows);
        let mut waiting: usize = self.waiting.iter().map(|piece| piece.len()).sum();
        while waiting >= self.stride {
            self.encode_stride()?;
            waiting -= self.stride;
        }
        Ok(())
    }

    /// About how many bytes its pages have.
    pub fn pages(&self) -> u64 {
        self.writers.iter().map(|writer| writer.get_estimated_total_bytes() as u64).sum()
    }

    /// Encodes what waits, and ends the column: a chunk for each leaf.
    pub fn end(mut self) -> Result<GroupColumn> {
        if !self.waiting.is_empty() {
            self.encode_stride()?;
        }
        let writers = std::mem::take(&mut self.writers).into_iter();
        self.chunks = writers.map(|writer| writer.close().map_err(encoder)).collect::<Result<_>>()?;
        Ok(self)
    }

    fn encode_stride(&mut self) -> Result<()> {
        let rows = self.next_stride().map_err(encoder)?;
        let leaves = compute_leaves(&self.field, &rows).map_err(encoder)?;
        self.writers.iter_mut().zip(&leaves).try_for_each(|(writer, leaf)| writer.write(leaf)).map_err(encoder)
    }

    /// The first stride of what waits: a view where it lies in a single piece, else a small copy.
    fn next_stride(&mut self) -> arrow::error::Result<ArrayRef> {
        let mut stride: Vec<ArrayRef> = Vec::new();
        let mut missing = self.stride;
        while missing > 0
            && let Some(piece) = self.waiting.pop_front()
        {
            let taken = missing.min(piece.len());
            missing -= taken;
            if taken < piece.len() {
                self.waiting.push_front(piece.slice(taken, piece.len() - taken));
            }
            stride.push(piece.slice(0, taken));
        }
        match &stride[..] {
            [whole] => Ok(whole.clone()),
            pieces => concat(&pieces.iter().map(AsRef::as_ref).collect::<Vec<_>>()),
        }
    }
}
