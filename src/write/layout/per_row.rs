//! Each row to a file of its own, under the stem that the schema gave it: `2009/ASTANA/09ASTANA1005.xml`.
//!
//! A stem can hold anything; what becomes a path here is made of plain names only. Remembers just the stems that
//! came twice.

use std::collections::HashMap;
use std::io::{self, Write};
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use rayon::prelude::*;

use super::folder::{Folder, HashedFile};
use super::stream::Ended;
use crate::error::Result;
use crate::write::digest::Proof;
use crate::write::{Batch, Format, Shape, Sink, Staged, WriteContext};

/// A folder of files with one row each.
pub struct PerRow {
    format: Arc<dyn Format>,
    schema: SchemaRef,
    context: WriteContext,
    folder: Folder,
    /// How often each repeated stem has come.
    repeats: HashMap<String, u32>,
}

impl Sink for PerRow {
    fn write(&mut self, rows: &Batch) -> Result<()> {
        let documents: Vec<(Vec<u8>, Proof)> = self.context.pool.install(|| {
            (0..rows.len()).into_par_iter().map(|row| self.document(&rows.slice(row, 1))).collect::<Result<_>>()
        })?;
        let mut documents = documents.into_iter().enumerate();
        documents.try_for_each(|(row, (bytes, proof))| self.put(&safe(rows.stem(row)), &bytes, proof))
    }

    fn complete(self: Box<Self>) -> Result<Staged> {
        self.folder.complete()
    }
}

impl PerRow {
    /// No row yet.
    pub fn new(format: Arc<dyn Format>, schema: &SchemaRef, context: &WriteContext, folder: Folder) -> PerRow {
        PerRow { format, schema: schema.clone(), context: context.clone(), folder, repeats: HashMap::new() }
    }

    fn document(&self, row: &Batch) -> Result<(Vec<u8>, Proof)> {
        let mut bytes = Vec::new();
        let mut writer = self.format.open(&self.schema, &self.context, Shape::SingleRow)?;
        writer.write(row, &mut bytes)?;
        let proof = writer.finish(&mut bytes)?;
        Ok((bytes, proof))
    }

    fn put(&mut self, stem: &str, bytes: &[u8], proof: Proof) -> Result<()> {
        let (name, mut output) = self.create(stem)?;
        output.write_all(bytes).map_err(|error| self.folder.failure(&name, error))?;
        self.folder.add(&name, None, Ended { output, proof, bytes: bytes.len() as u64 })
    }

    /// Creates the file of `stem`, or of the first `stem~2`, `stem~3`, ... that is free.
    fn create(&mut self, stem: &str) -> Result<(String, HashedFile)> {
        let mut name = format!("{stem}.{}", self.format.extension());
        loop {
            match self.folder.create(&name) {
                Ok(file) => return Ok((name, file)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    let count = self.repeats.entry(stem.to_owned()).or_insert(1);
                    *count += 1;
                    name = format!("{stem}~{count}.{}", self.format.extension());
                }
                Err(error) => return Err(self.folder.failure(&name, error)),
            }
        }
    }
}

/// `stem` with nothing but letters, digits and `-_.~,+` in its parts, none of them hidden, empty or overlong.
fn safe(stem: &str) -> String {
    let parts: Vec<String> = stem.split('/').filter(|part| !part.is_empty()).map(safe_part).collect();
    if parts.is_empty() { "unnamed".to_owned() } else { parts.join("/") }
}

fn safe_part(part: &str) -> String {
    const LONGEST: usize = 180;
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.~,+".contains(letter);
    let mut name: String = part.chars().take(LONGEST).map(|letter| if plain(letter) { letter } else { '_' }).collect();
    if name.starts_with('.') {
        name.replace_range(..1, "_");
    }
    name
}

#[cfg(test)]
mod tests {
    use super::safe;

    #[test]
    fn no_stem_leads_out_of_the_folder() {
        assert_eq!(safe("2009/ASTANA/09ASTANA1005"), "2009/ASTANA/09ASTANA1005");
        assert_eq!(safe("../../etc/passwd"), "_./_./etc/passwd");
        assert_eq!(safe("/a//b\\c\0/."), "a/b_c_/_");
        assert_eq!(safe(""), "unnamed");
        assert_eq!(safe(&"x".repeat(999)).len(), 180);
    }
}
