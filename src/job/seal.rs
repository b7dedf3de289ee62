//! What no list of a generation names, to its sizes and hashes, which `_SUCCESS` holds: single files, the lists themselves,
//! checksums and the quarantine. So every byte of a generation is proven by something else.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use crate::contract::find_list;
use crate::error::{Error, Result};
use crate::write::{Checksums, FileBytes, Output, hash_file, sidecar_of};

/// Name of the folder of bad inputs within a generation.
pub const QUARANTINE: &str = "_quarantine";

/// The seals of a generation by the names of the files within it.
pub type FileSeals = BTreeMap<String, FileBytes>;

/// The seals of a generation that is about to be published.
pub fn of(generation: &Path, outputs: &[Output]) -> Result<FileSeals> {
    let mut seals = FileSeals::new();
    for output in outputs {
        let Some(path) = output.path().map(|path| generation.join(path)) else { continue };
        let file = if output.is_folder() { find_list(&path) } else { Ok(Some(path.clone())) };
        let file = file.map_err(|error| Error::io("cannot look into", &path, error))?;
        let beside = (output.checksums == Checksums::Beside).then(|| sidecar_of(&path));
        file.into_iter().chain(beside).try_for_each(|file| seal(generation, &file, &mut seals))?;
    }
    let quarantine = generation.join(QUARANTINE);
    let failed = |error| Error::io("cannot look into", &quarantine, error);
    let held = match fs::read_dir(&quarantine) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(seals),
        held => held.map_err(failed)?,
    };
    for file in held {
        seal(generation, &file.map_err(failed)?.path(), &mut seals)?;
    }
    Ok(seals)
}

fn seal(generation: &Path, file: &Path, seals: &mut FileSeals) -> Result<()> {
    let sealed = hash_file(file).map_err(|error| Error::io("cannot read back", file, error))?;
    seals.insert(name(generation, file), sealed);
    Ok(())
}

/// What a file is called within its generation.
pub fn name(generation: &Path, file: &Path) -> String {
    file.strip_prefix(generation).unwrap_or(file).to_string_lossy().into_owned()
}
