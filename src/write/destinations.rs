//! Everything that a run writes, looked at together before any work: no two may be one place, none may be within
//! another, and none may be what the run reads.
//!
//! Asks the disk what is where, and never changes it.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::sidecar::{Checksums, parsed, sidecar_of};
use super::target::is_empty_folder;
use super::{Output, list_of};
use crate::contract::marks_output;
use crate::error::{Error, Result};
use crate::local::{Standing, place, standing};

/// How something is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// As one file, which is replaced as a whole.
    File,
    /// As a folder, which is replaced as a whole.
    Folder,
    /// As files that are added to a folder.
    Additions,
}

/// What a run writes.
#[derive(Clone, Debug, Default)]
pub struct Destinations(Vec<Destination>);

#[derive(Clone, Debug)]
struct Destination {
    /// As people named it, such as `--report a.json`.
    name: String,
    /// Its place, without links.
    place: PathBuf,
    manner: Manner,
}

impl Destinations {
    /// These outputs and their files of checksums; relative paths are below `folder`.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::error::ErrorKind::Usage) if two of them cannot both be there.
    pub fn of<'o>(outputs: impl IntoIterator<Item = &'o Output>, folder: &Path) -> Result<Destinations> {
        let mut destinations = Destinations::default();
        for output in outputs {
            let Some(path) = output.path() else { continue };
            let manner = if output.is_folder() { Manner::Folder } else { Manner::File };
            destinations.add(format!("the output {}", path.display()), &folder.join(path), manner)?;
            if output.checksums == Checksums::Beside {
                let path = sidecar_of(path);
                destinations.add(format!("the checksums {}", path.display()), &folder.join(&path), Manner::File)?;
            }
        }
        Ok(destinations)
    }

    /// Adds what messages call `name`. What is not a file and no folder, such as a pipe, may be written twice.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::error::ErrorKind::Usage) if it and another cannot both be there.
    pub fn add(&mut self, name: impl Into<String>, path: &Path, manner: Manner) -> Result<()> {
        if standing(path)? == Standing::Stream {
            return Ok(());
        }
        let destination = Destination { name: name.into(), place: place(path), manner };
        self.0.iter().try_for_each(|earlier| earlier.beside(&destination))?;
        self.0.push(destination);
        Ok(())
    }

    /// Refuses what is among these inputs, or would bury one of them. Files of ours in a folder of inputs are no inputs
    /// and may be replaced.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::error::ErrorKind::Usage) that names both.
    pub fn refuse_inputs<'p>(&self, inputs: impl IntoIterator<Item = &'p Path>) -> Result<()> {
        let inputs: Vec<PathBuf> = inputs.into_iter().map(place).collect();
        self.0.iter().try_for_each(|destination| inputs.iter().try_for_each(|input| destination.spares(input)))
    }
}

impl Destination {
    fn beside(&self, other: &Destination) -> Result<()> {
        let Destination { name, place, .. } = other;
        let earlier = &self.name;
        if self.place == *place || is_same_folder(&self.place, place) {
            return Err(Error::usage(format!("{earlier} and {name} are one place: give each its own path")));
        }
        let buries = |outer: &Destination, inner: &Destination| {
            outer.manner != Manner::Additions && inner.place.starts_with(&outer.place)
        };
        for (outer, inner) in [(self, other), (other, self)] {
            if buries(outer, inner) {
                let (outer, inner) = (&outer.name, &inner.name);
                return Err(Error::usage(format!(
                    "{inner} is within {outer}, which is replaced as a whole: give it a path elsewhere"
                )));
            }
        }
        if folded(&self.place) == folded(place) {
            return Err(Error::usage(format!(
                "{earlier} and {name} differ in the case of letters only, and are one place on some file systems: give \
                 each a name of its own"
            )));
        }
        Ok(())
    }

    fn spares(&self, input: &Path) -> Result<()> {
        let Destination { name, place, manner } = self;
        let refuse = |what: &str| {
            let input = input.display();
            Err(Error::usage(format!("{name} {what} {input}, which is to be read: give it a path elsewhere")))
        };
        if *manner == Manner::Additions && standing(input)? == Standing::Folder {
            Ok(())
        } else if place == input {
            refuse("would replace")
        } else if *manner == Manner::Folder && input.starts_with(place) {
            refuse("would replace the folder of")
        } else if place.starts_with(input) && is_of_others(place)? {
            refuse("would replace a file of")
        } else {
            Ok(())
        }
    }
}

/// Two names of one folder, as a mount can give it.
fn is_same_folder(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let identity = |path: &Path| {
        let found = fs::metadata(path).ok().filter(fs::Metadata::is_dir)?;
        Some((found.dev(), found.ino()))
    };
    identity(one).is_some_and(|one| identity(other) == Some(one))
}

fn folded(path: &Path) -> String {
    path.to_string_lossy().to_lowercase()
}

/// Whether something is there that no run of ours has written.
fn is_of_others(place: &Path) -> Result<bool> {
    Ok(match standing(place)? {
        Standing::Nothing | Standing::Stream => false,
        Standing::Folder => list_of(place)?.is_none() && !is_empty_folder(place),
        Standing::File => {
            let mut head = Vec::with_capacity(HEAD);
            let read = File::open(place).and_then(|file| file.take(HEAD as u64).read_to_end(&mut head));
            let is_ours = head.is_empty() || marks_output(&head) || is_checksums(&head);
            read.is_err() || !is_ours
        }
    })
}

/// Bytes that are looked at of a file.
const HEAD: usize = 1 << 10;

fn is_checksums(head: &[u8]) -> bool {
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    parsed(&String::from_utf8_lossy(line)).is_some()
}
