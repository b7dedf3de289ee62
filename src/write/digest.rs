//! The proof an output carries: SHA-256 over the canonical bytes of its rows.
//!
//! A row's canonical bytes are one rendering of its values: a tag, then fixed-width little-endian numbers or
//! length-prefixed text; lists are counted, structs are their fields in order. Each row is hashed by itself (its
//! seal), so that pool threads can share the work; the digest is SHA-256 over the names and types of the columns and
//! then the row hashes in order. Whatever the format, the same rows give the same digest.

use std::fmt;

use arrow::datatypes::{DataType, Field, Fields, Schema};
use rayon::prelude::*;
use sha2::{Digest as _, Sha256};

use super::value::{Rows, Value};

/// The hash of one row, and how long its canonical bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seal {
    /// SHA-256 of the canonical bytes.
    pub hash: [u8; 32],
    /// Number of canonical bytes; close to the size of the row in memory.
    pub size: u64,
}

/// How many rows an output holds, and their digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proof {
    /// Number of rows.
    pub rows: u64,
    /// SHA-256 over the columns and the row hashes.
    pub digest: [u8; 32],
}

impl Proof {
    /// The digest in lower-case hexadecimal digits.
    pub fn hexadecimal(&self) -> String {
        hexadecimal(&self.digest)
    }
}

/// Accumulates the proof of a stream of rows.
#[derive(Clone)]
pub struct Digest {
    state: Sha256,
    rows: u64,
}

impl fmt::Debug for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Digest").field("rows", &self.rows).finish_non_exhaustive()
    }
}

impl Digest {
    /// The digest of no row of `schema`.
    pub fn new(schema: &Schema) -> Digest {
        let mut bytes = Vec::new();
        put_fields(&mut bytes, schema.fields());
        Digest { state: Sha256::new_with_prefix(bytes), rows: 0 }
    }

    /// Takes more rows.
    pub fn push(&mut self, seals: &[Seal]) {
        for seal in seals {
            self.state.update(seal.hash);
        }
        self.rows += seals.len() as u64;
    }

    /// The proof of all rows taken.
    pub fn finish(self) -> Proof {
        Proof { rows: self.rows, digest: self.state.finalize().into() }
    }
}

/// The seal of every row; runs on the pool it is called in.
pub fn seals(rows: &Rows<'_>) -> Vec<Seal> {
    (0..rows.len).into_par_iter().map_init(Canonical::default, |row_bytes, row| seal(rows, row, row_bytes)).collect()
}

fn seal(rows: &Rows<'_>, row: usize, bytes: &mut Canonical) -> Seal {
    for (_, column) in &rows.columns {
        bytes.put_value(column.value(row));
    }
    bytes.finish()
}

/// The canonical bytes of one row on their way into its hash.
#[derive(Default)]
struct Canonical {
    state: Sha256,
    /// What was not hashed yet: many short values make one call.
    waiting: Vec<u8>,
    size: u64,
}

impl Canonical {
    /// Texts from this length on are hashed where they stand.
    const LONG: usize = 1024;

    fn put_value(&mut self, value: Value<'_>) {
        match value {
            Value::Null => self.waiting.push(0),
            Value::Text(text) => self.put_text(text),
            Value::Int(number) => put_number(&mut self.waiting, 2, number),
            Value::Bool(truth) => self.waiting.extend([3, u8::from(truth)]),
            Value::Date(days) => put_number(&mut self.waiting, 4, days.into()),
            Value::Instant(microseconds) => put_number(&mut self.waiting, 5, microseconds),
            Value::List(elements, range) => {
                put_number(&mut self.waiting, 6, range.len() as i64);
                range.for_each(|element| self.put_value(elements.value(element)));
            }
            Value::Struct(fields, row) => {
                self.waiting.push(7);
                fields.iter().for_each(|(_, field)| self.put_value(field.value(row)));
            }
        }
    }

    fn put_text(&mut self, text: &str) {
        if text.len() < Canonical::LONG {
            return put_text(&mut self.waiting, 1, text);
        }
        put_number(&mut self.waiting, 1, text.len() as i64);
        self.hash_waiting();
        self.state.update(text);
        self.size += text.len() as u64;
    }

    fn hash_waiting(&mut self) {
        self.state.update(&self.waiting);
        self.size += self.waiting.len() as u64;
        self.waiting.clear();
    }

    /// The seal of the row; begins the next one.
    fn finish(&mut self) -> Seal {
        self.hash_waiting();
        Seal { hash: self.state.finalize_reset().into(), size: std::mem::take(&mut self.size) }
    }
}

fn put_text(bytes: &mut Vec<u8>, tag: u8, text: &str) {
    put_number(bytes, tag, text.len() as i64);
    bytes.extend_from_slice(text.as_bytes());
}

fn put_number(bytes: &mut Vec<u8>, tag: u8, number: i64) {
    bytes.push(tag);
    bytes.extend(number.to_le_bytes());
}

fn put_fields(bytes: &mut Vec<u8>, fields: &Fields) {
    put_number(bytes, 7, fields.len() as i64);
    fields.iter().for_each(|field| put_field(bytes, field));
}

fn put_field(bytes: &mut Vec<u8>, field: &Field) {
    put_text(bytes, 1, field.name());
    match field.data_type() {
        DataType::List(element) => {
            bytes.push(6);
            put_field(bytes, element);
        }
        DataType::Struct(fields) => put_fields(bytes, fields),
        plain => put_text(bytes, 1, &plain.to_string()),
    }
}

/// Bytes as lower-case hexadecimal digits.
pub fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
    digits.map(char::from).collect()
}
