//! The proof an output carries: SHA-256 over the canonical bytes of its rows.
//!
//! A row's canonical bytes are one rendering of its values: a tag, then fixed-width little-endian numbers or
//! length-prefixed text; lists are counted, structs are their fields in order. A long text is taken by its length and its
//! own SHA-256, so that whoever has hashed it before need not do so again. Each row is hashed by itself (its
//! seal), so that pool threads can share the work; the digest is SHA-256 over the names and types of the columns and
//! then the row hashes in order. Whatever the format, the same rows give the same digest.

use std::io::{self, Read, Write};

use arrow::datatypes::{DataType, Field, Fields, Schema};
use rayon::prelude::*;
use sha2::{Digest as _, Sha256};

use super::value::{Rows, Value};

/// A SHA-256.
pub type Hash = [u8; 32];

/// The hash of one row, and how large it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seal {
    /// SHA-256 of the canonical bytes.
    pub hash: Hash,
    /// Number of canonical bytes with long texts in full; close to the size of the row in memory.
    pub size: u64,
}

impl Seal {
    /// How many bytes [`bytes`](Seal::bytes) are.
    pub const LENGTH: usize = 40;

    /// The hash, then the size with its lowest byte first.
    pub fn bytes(&self) -> [u8; Seal::LENGTH] {
        let mut bytes = [0; Seal::LENGTH];
        bytes[..32].copy_from_slice(&self.hash);
        bytes[32..].copy_from_slice(&self.size.to_le_bytes());
        bytes
    }

    /// The seal of these bytes; `None` where they are too many or too few.
    pub fn of_bytes(bytes: &[u8]) -> Option<Seal> {
        let (hash, size) = bytes.split_first_chunk()?;
        Some(Seal { hash: *hash, size: u64::from_le_bytes(size.try_into().ok()?) })
    }
}

/// Hashes of texts that are known before their rows are sealed.
#[derive(Clone, Debug)]
pub struct KnownHashes {
    /// Place of the column that holds the texts.
    pub column: usize,
    /// SHA-256 of the text of each row, where it is known.
    pub hashes: Vec<Option<Hash>>,
}

/// How many rows an output holds, and their digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Proof {
    /// Number of rows.
    pub rows: u64,
    /// SHA-256 over the columns and the row hashes.
    pub digest: Hash,
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

/// Rows that are sealed in one go. A usual batch of a conversion has fewer, so that its task does not wait for others.
const SEALED_TOGETHER: usize = 512;

/// The seal of every row; runs on the pool it is called in.
pub fn seals(rows: &Rows<'_>, known: Option<&KnownHashes>) -> Vec<Seal> {
    let seal = |bytes: &mut Canonical, row| seal(rows, row, known, bytes);
    (0..rows.len).into_par_iter().with_min_len(SEALED_TOGETHER).map_init(Canonical::default, seal).collect()
}

fn seal(rows: &Rows<'_>, row: usize, known: Option<&KnownHashes>, bytes: &mut Canonical) -> Seal {
    for (place, (_, column)) in rows.columns.iter().enumerate() {
        let hash = known.filter(|known| known.column == place).and_then(|known| known.hashes[row]);
        match (column.value(row), hash) {
            (Value::Text(text), Some(hash)) => bytes.put_text(text, || hash),
            (value, _) => bytes.put_value(value),
        }
    }
    bytes.finish()
}

/// The canonical bytes of one row.
#[derive(Default)]
struct Canonical {
    bytes: Vec<u8>,
    /// Bytes of the long texts, of which only the hashes are here.
    long: u64,
}

impl Canonical {
    /// Texts from this length on are given by their hash.
    const LONG: usize = 1024;

    fn put_value(&mut self, value: Value<'_>) {
        match value {
            Value::Null => self.bytes.push(0),
            Value::Text(text) => self.put_text(text, || Sha256::digest(text).into()),
            Value::Int(number) => put_number(&mut self.bytes, 2, number),
            Value::Bool(truth) => self.bytes.extend([3, u8::from(truth)]),
            Value::Date(days) => put_number(&mut self.bytes, 4, days.into()),
            Value::Instant(microseconds) => put_number(&mut self.bytes, 5, microseconds),
            Value::List(elements, range) => {
                put_number(&mut self.bytes, 6, range.len() as i64);
                range.for_each(|element| self.put_value(elements.value(element)));
            }
            Value::Struct(fields, row) => {
                self.bytes.push(7);
                fields.iter().for_each(|(_, field)| self.put_value(field.value(row)));
            }
        }
    }

    fn put_text(&mut self, text: &str, hash: impl FnOnce() -> Hash) {
        if text.len() < Canonical::LONG {
            return put_text(&mut self.bytes, 1, text);
        }
        put_number(&mut self.bytes, 8, text.len() as i64);
        self.bytes.extend(hash());
        self.long += text.len() as u64;
    }

    /// The seal of the row; begins the next one.
    fn finish(&mut self) -> Seal {
        let seal = Seal { hash: Sha256::digest(&self.bytes).into(), size: self.bytes.len() as u64 + self.long };
        self.bytes.clear();
        self.long = 0;
        seal
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

/// A stream, and the hash and the size of what went through it.
pub struct Hashed<S> {
    /// Where it comes from or goes to.
    pub stream: S,
    /// The hash of the bytes so far.
    pub hash: Sha256,
    /// How many bytes so far.
    pub size: u64,
}

impl<S> Hashed<S> {
    /// Nothing went through it yet.
    pub fn new(stream: S) -> Hashed<S> {
        Hashed { stream, hash: Sha256::new(), size: 0 }
    }

    fn take(&mut self, bytes: &[u8]) -> usize {
        self.hash.update(bytes);
        self.size += bytes.len() as u64;
        bytes.len()
    }
}

impl<S: Read> Read for Hashed<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.stream.read(buffer)?;
        Ok(self.take(&buffer[..count]))
    }
}

impl<S: Write> Write for Hashed<S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.stream.write(bytes)?;
        Ok(self.take(&bytes[..count]))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

/// Bytes as lower-case hexadecimal digits.
pub fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
    digits.map(char::from).collect()
}

/// The bytes that hexadecimal digits are; `None` where something else is among them.
pub fn from_hexadecimal(digits: &str) -> Option<Vec<u8>> {
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok()).collect()
}

/// The first bytes of a hash.
pub fn leading<const N: usize>(hash: &Hash) -> [u8; N] {
    std::array::from_fn(|at| hash[at])
}
