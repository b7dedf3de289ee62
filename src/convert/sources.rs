//! The source documents within a batch of rows: the bytes that each text and its encoding give back.

use std::ops::Range;

use arrow::array::{Array, AsArray, Int32Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{Int32Type, Int64Type};
use rayon::prelude::*;
use sha2::{Digest as _, Sha256};

use crate::provenance::Encoding;
use crate::schema::core;
use crate::source::{DocumentId, RecordId};
use crate::write::FileBytes;
use crate::write::digest::hexadecimal;

/// The records that the rows of a batch were made of.
pub(crate) struct Ids<'b> {
    paths: &'b StringArray,
    members: &'b StringArray,
    numbers: &'b Int32Array,
    starts: &'b Int64Array,
    sizes: &'b Int64Array,
}

impl<'b> Ids<'b> {
    /// The identities in a batch; `None` if their column was left out.
    pub fn of(batch: &'b RecordBatch) -> Option<Ids<'b>> {
        let source = batch.column_by_name(core::SOURCE)?.as_struct_opt()?;
        Some(Ids {
            paths: source.column_by_name(core::PATH)?.as_string_opt()?,
            members: source.column_by_name(core::MEMBER)?.as_string_opt()?,
            numbers: source.column_by_name(core::RECORD)?.as_primitive_opt::<Int32Type>()?,
            starts: source.column_by_name(core::START)?.as_primitive_opt::<Int64Type>()?,
            sizes: source.column_by_name(core::SIZE)?.as_primitive_opt::<Int64Type>()?,
        })
    }

    /// Whether the record of one row is, as far as its row tells, all of its document.
    pub fn is_whole(&self, row: usize) -> bool {
        self.numbers.is_null(row) && self.starts.value(row) == 0
    }

    /// The first byte of the record of one row in its document, and the first after it.
    pub fn extent(&self, row: usize) -> Range<u64> {
        let start = self.starts.value(row).cast_unsigned();
        start..start.saturating_add(self.sizes.value(row).cast_unsigned())
    }

    /// The record of one row. A negative number, in a forged file, becomes one that nothing can be written to.
    pub fn get(&self, row: usize) -> RecordId {
        let member = self.members.is_valid(row).then(|| self.members.value(row));
        let document = DocumentId::of(self.paths.value(row), member);
        let number = self.numbers.is_valid(row).then(|| self.numbers.value(row).cast_unsigned());
        RecordId { document, number, start: self.starts.value(row).cast_unsigned() }
    }
}

/// The source documents within a batch.
pub(crate) struct Sources<'b> {
    /// The record of every row.
    pub ids: Ids<'b>,
    /// `source.sha256` of every row.
    pub hashes: &'b StringArray,
    encodings: &'b StringArray,
    texts: &'b StringArray,
    /// SHA-256 and size of the page that a row is a stretch of, where the schema has a place for them.
    pages: Option<(&'b StringArray, &'b Int64Array)>,
}

impl<'b> Sources<'b> {
    /// The source columns of a batch; `None` if one was left out.
    pub fn of(batch: &'b RecordBatch) -> Option<Sources<'b>> {
        let source = batch.column_by_name(core::SOURCE)?.as_struct_opt()?;
        let text = |name| source.column_by_name(name)?.as_string_opt();
        Some(Sources {
            ids: Ids::of(batch)?,
            hashes: text(core::SHA256)?,
            encodings: text(core::ENCODING)?,
            texts: batch.column_by_name(core::SOURCE_TEXT)?.as_string_opt()?,
            pages: pages(batch),
        })
    }

    /// The whole page of which a row keeps a stretch, as the row gives it.
    pub fn page(&self, row: usize) -> Option<FileBytes> {
        let (hashes, sizes) = self.pages.filter(|(hashes, sizes)| hashes.is_valid(row) && sizes.is_valid(row))?;
        Some(FileBytes { size: sizes.value(row).cast_unsigned(), sha256: hashes.value(row).to_owned() })
    }

    /// Rebuilds the bytes of every row, and gives what is wrong with each that is not what its SHA-256 says; `each` is
    /// asked for what else should hold of them.
    pub fn prove(&self, each: impl Fn(usize, &[u8]) -> Option<String> + Sync) -> Vec<String> {
        let prove = |row| match self.bytes(row) {
            Ok(bytes) => each(row, &bytes),
            Err(wrong) => Some(wrong),
        };
        (0..self.texts.len()).into_par_iter().filter_map(prove).collect()
    }

    /// The bytes of one row, proven against their size and SHA-256.
    pub fn bytes(&self, row: usize) -> std::result::Result<Vec<u8>, String> {
        let wrong = |what: &str| format!("{}: {what}", self.ids.get(row));
        let encoding = Encoding::from_name(self.encodings.value(row)).ok_or_else(|| wrong("unknown encoding"))?;
        let bytes = encoding.encode(self.texts.value(row)).ok_or_else(|| wrong("the text cannot be encoded back"))?;
        if bytes.len() as i64 != self.ids.sizes.value(row) {
            return Err(wrong("the source text has another size than the source"));
        }
        match hexadecimal(&Sha256::digest(&bytes)) == self.hashes.value(row) {
            true => Ok(bytes.into_owned()),
            false => Err(wrong("the source text is not what its SHA-256 says")),
        }
    }
}

fn pages(batch: &RecordBatch) -> Option<(&StringArray, &Int64Array)> {
    let keeper = batch.column_by_name(core::KEEPER)?.as_struct_opt()?;
    let hashes = keeper.column_by_name(core::PAGE_SHA256)?.as_string_opt()?;
    Some((hashes, keeper.column_by_name(core::PAGE_SIZE)?.as_primitive_opt::<Int64Type>()?))
}
