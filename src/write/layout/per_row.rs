//! Each row to a file of its own, under the stem that the schema gave it: `2009/ASTANA/09ASTANA1005.xml`.
//!
//! Where several rows have one stem, the name of each says which text it is, `09ASTANA1005~1c004ac4.xml`, never which came
//! first: a name that is cited must not move to another text. That is known only at the end, so the files are renamed then.
//! A stem can hold anything; what becomes a path here is made of plain names only. Keeps 16 bytes for each stem, and the
//! names of the stems that came more than once.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::disk::DiskFile;
use super::folder::Folder;
use super::stream::Ended;
use crate::error::Result;
use crate::write::digest::{Hashed, Proof, leading};
use crate::write::{Batch, Format, Sink, Staged, StreamShape, WriteContext};

/// Digits of a version in a name, unless two versions of one stem begin alike.
const SHORT: usize = 8;

/// A folder of files with one row each.
pub struct PerRow {
    format: Arc<dyn Format>,
    schema: SchemaRef,
    context: WriteContext,
    folder: Folder,
    /// The version of the first row of each stem.
    first: HashMap<u64, u64>,
    /// The files of the stems that came more than once.
    repeated: BTreeMap<String, Vec<Repeated>>,
}

/// One file of a stem that came more than once.
struct Repeated {
    /// What it is called until the end.
    name: String,
    version: String,
}

impl Sink for PerRow {
    fn write(&mut self, rows: &Batch) -> Result<()> {
        let documents: Vec<(Vec<u8>, Proof)> = self.context.pool.install(|| {
            (0..rows.len()).into_par_iter().map(|row| self.document(&rows.slice(row, 1))).collect::<Result<_>>()
        })?;
        let mut documents = documents.into_iter().enumerate();
        documents
            .try_for_each(|(row, (bytes, proof))| self.put(&safe(rows.stem(row)), rows.version(row), &bytes, proof))
    }

    fn complete(mut self: Box<Self>) -> Result<Staged> {
        for (stem, files) in std::mem::take(&mut self.repeated) {
            for (from, to) in final_names(&stem, &files, self.format.extension()) {
                self.folder.rename(from, to)?;
            }
        }
        self.folder.complete()
    }
}

impl PerRow {
    /// No row yet.
    pub fn new(format: Arc<dyn Format>, schema: &SchemaRef, context: &WriteContext, folder: Folder) -> PerRow {
        let (first, repeated) = (HashMap::new(), BTreeMap::new());
        PerRow { format, schema: schema.clone(), context: context.clone(), folder, first, repeated }
    }

    fn document(&self, row: &Batch) -> Result<(Vec<u8>, Proof)> {
        let mut bytes = Vec::new();
        let mut writer = self.format.open(&self.schema, &self.context, StreamShape::SingleRow)?;
        writer.write(row, &mut bytes)?;
        let proof = writer.finish(&mut bytes)?;
        Ok((bytes, proof))
    }

    fn put(&mut self, stem: &str, version: &str, bytes: &[u8], proof: Proof) -> Result<()> {
        let (name, mut output) = self.create(stem, version)?;
        output.write_all(bytes).map_err(|error| self.folder.failure(&name, error))?;
        self.folder.add(&name, None, Ended { output, proof, bytes: bytes.len() as u64 })
    }

    /// Creates the file of `stem`; where it is there already, one whose name says the version.
    fn create(&mut self, stem: &str, version: &str) -> Result<(String, Hashed<DiskFile>)> {
        let extension = self.format.extension();
        let key = key(stem);
        let mut copies = self.repeated.get(stem).map_or(1, |files| files.len() + 1);
        loop {
            let name = match copies {
                1 => format!("{stem}.{extension}"),
                _ => format!("{stem}~{version}~{copies}.{extension}"),
            };
            match self.folder.create(&name) {
                Ok(file) if copies == 1 => {
                    self.first.insert(key, u64::from_str_radix(version, 16).unwrap_or_default());
                    return Ok((name, file));
                }
                Ok(file) => {
                    let files = self.repeated.entry(stem.to_owned()).or_insert_with(|| {
                        let version = self.first.get(&key).map(|version| format!("{version:016x}")).unwrap_or_default();
                        vec![Repeated { name: format!("{stem}.{extension}"), version }]
                    });
                    files.push(Repeated { name: name.clone(), version: version.to_owned() });
                    return Ok((name, file));
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => copies += 1,
                Err(error) => return Err(self.folder.failure(&name, error)),
            }
        }
    }
}

/// Eight bytes that distinguish stems.
fn key(stem: &str) -> u64 {
    u64::from_le_bytes(leading(&Sha256::digest(stem).into()))
}

/// The digits of a version that most often distinguish it.
fn short(version: &str) -> &str {
    version.get(..SHORT).unwrap_or(version)
}

/// The names that the files of one stem have until the end, and at the end: equal texts differ by a number.
fn final_names(stem: &str, files: &[Repeated], extension: &str) -> Vec<(String, String)> {
    // The one version that begins so; none where there are several.
    let mut only: HashMap<&str, Option<&str>> = HashMap::new();
    for Repeated { version, .. } in files {
        let known = only.entry(short(version)).or_insert(Some(version));
        *known = known.filter(|known| known == version);
    }
    let mut copies: HashMap<&str, u32> = HashMap::new();
    let name = |file: &Repeated, copy: u32| {
        let copy = if copy == 1 { String::new() } else { format!("~{copy}") };
        let short = short(&file.version);
        let version = if only[short].is_some() { short } else { &file.version };
        format!("{stem}~{version}{copy}.{extension}")
    };
    let renamed = files.iter().map(|file| {
        let copy = copies.entry(&file.version).or_default();
        *copy += 1;
        (file.name.clone(), name(file, *copy))
    });
    renamed.collect()
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
    use super::*;

    #[test]
    fn names_say_which_text_it_is() {
        let names = |versions: &[&str]| -> Vec<String> {
            let file =
                |(at, version): (usize, &&str)| Repeated { name: at.to_string(), version: (*version).to_owned() };
            let files: Vec<Repeated> = versions.iter().enumerate().map(file).collect();
            final_names("a", &files, "xml").into_iter().map(|(_, name)| name).collect()
        };
        assert_eq!(names(&["1111111122222222", "3333333344444444"]), ["a~11111111.xml", "a~33333333.xml"]);
        let alike = ["1111111122222222", "1111111133333333", "4444444455555555", "1111111122222222"];
        let expected =
            ["a~1111111122222222.xml", "a~1111111133333333.xml", "a~44444444.xml", "a~1111111122222222~2.xml"];
        assert_eq!(names(&alike), expected);
    }

    #[test]
    fn no_stem_leads_out_of_the_folder() {
        assert_eq!(safe("2009/ASTANA/09ASTANA1005"), "2009/ASTANA/09ASTANA1005");
        assert_eq!(safe("../../etc/passwd"), "_./_./etc/passwd");
        assert_eq!(safe("/a//b\\c\0/."), "a/b_c_/_");
        assert_eq!(safe(""), "unnamed");
        assert_eq!(safe(&"x".repeat(999)).len(), 180);
    }
}
