//! Outputs to a verdict: schema, rows, digest, and every source byte against its SHA-256.
//!
//! Reads each file whole and believes nothing it says of itself. Never changes a file.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use arrow::array::{Array, AsArray, Int32Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{Int32Type, Int64Type, SchemaRef};
use rayon::ThreadPool;
use rayon::prelude::*;
use sha2::{Digest as _, Sha256};

use crate::error::{Error, Result};
use crate::provenance::Encoding;
use crate::read::{self, Listed, Part, Reader};
use crate::schema::Schema;
use crate::source::{DocumentId, RecordId};
use crate::write::digest::{Digest, hexadecimal, seals};
use crate::write::value::Rows;

/// What was found to be true, and what was not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Files read.
    pub files: u64,
    /// Rows in them.
    pub rows: u64,
    /// Rows whose source bytes were proven.
    pub sources: u64,
    /// Files that carry no proof, and what they lack.
    pub unproven: Vec<String>,
    /// What is wrong, each with its path; empty for an output that is sound.
    pub failures: Vec<String>,
}

/// Verifies the output at `path`: a file or a dataset directory.
pub fn verify(path: &Path, pool: &ThreadPool) -> Result<Verdict> {
    let mut verdict = Verdict::default();
    for part in read::parts(path)? {
        match pool.install(|| check_part(&part, &mut verdict)) {
            Ok(()) => {}
            Err(error) => verdict.failures.push(error.to_string()),
        }
    }
    Ok(verdict)
}

/// The Arrow schema of a version this program knows.
pub fn catalog(version: &str) -> Option<SchemaRef> {
    Schema::find(version).map(|schema| schema.arrow().clone())
}

/// Verifies one file; what is wrong with it is an error.
pub fn verify_part(part: &Part, pool: &ThreadPool) -> Result<()> {
    pool.install(|| check_part(part, &mut Verdict::default()))
}

fn check_part(part: &Part, verdict: &mut Verdict) -> Result<()> {
    if let Some(listed) = &part.listed {
        verify_bytes(&part.path, listed)?;
    }
    let mut reader = read::open_part(part, &catalog)?;
    let rows = verify_rows(&part.path, reader.as_mut(), verdict)?;
    verdict.files += 1;
    verdict.rows += rows;
    match &part.listed {
        Some(listed) if listed.rows != rows => {
            Err(wrong(&part.path, format!("{rows} rows, where the dataset lists {}", listed.rows)))
        }
        _ => Ok(()),
    }
}

/// Compares the bytes of a part with what the dataset lists.
fn verify_bytes(path: &Path, listed: &Listed) -> Result<()> {
    let mut file = File::open(path).map_err(|error| wrong(path, format!("cannot open: {error}")))?;
    let mut hash = Sha256::new();
    let mut size = 0;
    let mut buffer = vec![0; 64 << 10];
    loop {
        match file.read(&mut buffer).map_err(|error| wrong(path, format!("cannot read: {error}")))? {
            0 => break,
            length => {
                hash.update(&buffer[..length]);
                size += length as u64;
            }
        }
    }
    if size != listed.size {
        return Err(wrong(path, format!("{size} bytes, where the dataset lists {}", listed.size)));
    }
    match hexadecimal(&hash.finalize()) == listed.sha256 {
        true => Ok(()),
        false => Err(wrong(path, "its bytes are not those the dataset lists".to_owned())),
    }
}

/// Reads all rows, and compares them with what the file claims of itself.
fn verify_rows(path: &Path, reader: &mut dyn Reader, verdict: &mut Verdict) -> Result<u64> {
    let mut digest = None;
    let mut rows = 0;
    let mut has_sources = true;
    while let Some(batch) = reader.next()? {
        let view = Rows::of(&batch).ok_or_else(|| wrong(path, "a column has an unknown type".to_owned()))?;
        digest.get_or_insert_with(|| Digest::new(batch.schema_ref())).push(&seals(&view, None));
        rows += batch.num_rows() as u64;
        match Sources::of(&batch) {
            Some(sources) => verdict.sources += sources.prove().map_err(|failure| wrong(path, failure))?,
            None => has_sources = false,
        }
    }
    if !has_sources {
        verdict.unproven.push(format!("{}: without source_text no source byte is proven", path.display()));
    }
    let Some(claim) = reader.claim() else {
        verdict.unproven.push(format!("{}: carries no rows and digest of its own", path.display()));
        return Ok(rows);
    };
    if claim.rows != rows {
        return Err(wrong(path, format!("{rows} rows, where the file claims {}", claim.rows)));
    }
    match digest.map(|digest| digest.finish().hexadecimal()) {
        Some(found) if found != claim.digest => {
            Err(wrong(path, "a value differs: the digest of the rows is not the one the file claims".to_owned()))
        }
        _ => Ok(rows),
    }
}

fn wrong(path: &Path, what: String) -> Error {
    Error::verification(format!("{}: {what}", path.display()))
}

/// The records that the rows of a batch were made of.
pub(crate) struct Ids<'b> {
    paths: &'b StringArray,
    members: &'b StringArray,
    numbers: &'b Int32Array,
    starts: &'b Int64Array,
}

impl<'b> Ids<'b> {
    /// The identities in a batch; `None` if their column was left out.
    pub fn of(batch: &'b RecordBatch) -> Option<Ids<'b>> {
        let source = batch.column_by_name("source")?.as_struct_opt()?;
        Some(Ids {
            paths: source.column_by_name("path")?.as_string_opt()?,
            members: source.column_by_name("member")?.as_string_opt()?,
            numbers: source.column_by_name("record")?.as_primitive_opt::<Int32Type>()?,
            starts: source.column_by_name("start")?.as_primitive_opt::<Int64Type>()?,
        })
    }

    /// The record of one row. A negative number, in a forged file, becomes one that nothing can be written to.
    pub fn get(&self, row: usize) -> RecordId {
        let file = DocumentId::file(self.paths.value(row));
        let is_member = self.members.is_valid(row);
        let document = if is_member { file.with_member(self.members.value(row)) } else { file };
        let number = self.numbers.is_valid(row).then(|| self.numbers.value(row).cast_unsigned());
        RecordId { document, number, start: self.starts.value(row).cast_unsigned() }
    }
}

/// The source documents within a batch.
pub(crate) struct Sources<'b> {
    /// The record of every row.
    pub ids: Ids<'b>,
    sizes: &'b Int64Array,
    hashes: &'b StringArray,
    encodings: &'b StringArray,
    texts: &'b StringArray,
}

impl<'b> Sources<'b> {
    /// The source columns of a batch; `None` if one was left out.
    pub fn of(batch: &'b RecordBatch) -> Option<Sources<'b>> {
        let source = batch.column_by_name("source")?.as_struct_opt()?;
        let text = |name| source.column_by_name(name)?.as_string_opt();
        let number = |name| source.column_by_name(name)?.as_primitive_opt::<Int64Type>();
        Some(Sources {
            ids: Ids::of(batch)?,
            sizes: number("size")?,
            hashes: text("sha256")?,
            encodings: text("encoding")?,
            texts: batch.column_by_name("source_text")?.as_string_opt()?,
        })
    }

    /// Proves the bytes of every row; gives the number of rows.
    fn prove(&self) -> std::result::Result<u64, String> {
        (0..self.texts.len()).into_par_iter().try_for_each(|row| self.bytes(row).map(|_| ()))?;
        Ok(self.texts.len() as u64)
    }

    /// The bytes of one row, proven against their size and SHA-256.
    pub fn bytes(&self, row: usize) -> std::result::Result<Vec<u8>, String> {
        let wrong = |what: &str| format!("{}: {what}", self.ids.get(row));
        let encoding = Encoding::from_name(self.encodings.value(row)).ok_or_else(|| wrong("unknown encoding"))?;
        let bytes = encoding.encode(self.texts.value(row)).ok_or_else(|| wrong("the text cannot be encoded back"))?;
        if bytes.len() as i64 != self.sizes.value(row) {
            return Err(wrong("the source text has another size than the source"));
        }
        match hexadecimal(&Sha256::digest(&bytes)) == self.hashes.value(row) {
            true => Ok(bytes.into_owned()),
            false => Err(wrong("the source text is not what its SHA-256 says")),
        }
    }
}
