//! The published files to what is damaged in them, before a row of them is used or a file of them taken over.
//!
//! Compares every file with the hash its list gives; a file that no list names is read whole. What is damaged or missing
//! is made again from the inputs, so that a run never seals damage as sound.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::changes::spread;
use super::fates::Candidate;
use super::listing;
use super::manifest::Entry;
use super::targets::{Touched, is_per_row, stem};
use super::{JobEvent, JobRun};
use crate::error::{Error, ErrorKind, Result};
use crate::read::{ListedFile, OutputPart};
use crate::verify::verify_part;
use crate::write::Output;
use crate::write::digest::hexadecimal;

/// What is damaged, as what is to be made again.
///
/// # Errors
/// `Verification` if rows are damaged whose inputs are not there.
pub fn damage(run: &JobRun<'_>, candidates: &[Candidate], entries: &[Entry]) -> Result<Touched> {
    let mut damage = Touched::default();
    let Some(current) = &run.current else { return Ok(damage) };
    for output in &run.targets.outputs {
        let Some(path) = output.path() else { continue };
        run.rules.stop.check()?;
        of_output(run, output, &current.path.join(path), entries, &mut damage)?;
    }
    spread(&mut damage, candidates, entries);
    refuse_orphans(&damage, candidates, entries)?;
    Ok(damage)
}

fn of_output(run: &JobRun<'_>, output: &Output, path: &Path, entries: &[Entry], damage: &mut Touched) -> Result<()> {
    if !output.is_folder() {
        return match verify_part(&OutputPart::alone(path), &run.pool) {
            Ok(()) => Ok(()),
            Err(error) if speaks_of_the_machine(&error) => Err(error),
            Err(_) => {
                everything(run, output, path, entries, damage);
                Ok(())
            }
        };
    }
    let listing = match listing::read(path) {
        Ok(listing) => listing,
        Err(error) if speaks_of_the_machine(&error) => return Err(error),
        Err(_) => {
            damage.lists.insert(output.to_string());
            everything(run, output, path, entries, damage);
            return Ok(());
        }
    };
    let proofs = run.pool.install(|| listing.files().par_iter().map(|file| is_sound(path, file)).collect::<Vec<_>>());
    for (file, proof) in listing.files().iter().zip(proofs) {
        if proof? {
            continue;
        }
        tell(run, &path.join(&file.name));
        match is_per_row(output) {
            true => {
                damage.stems.insert(stem(&file.name).to_owned());
            }
            false => {
                // Where there are no partitions, a part may hold any row.
                let unit =
                    if run.targets.column.is_some() { file.name.split('/').next().unwrap_or_default() } else { "" };
                of_unit(run, output, unit, damage);
            }
        }
    }
    Ok(())
}

/// A damaged file of the output that rows are read back from costs the rows; one of another output only the files.
fn of_unit(run: &JobRun<'_>, output: &Output, unit: &str, damage: &mut Touched) {
    let is_record = run.targets.record().is_some_and(|record| record.to_string() == output.to_string());
    damage.units.insert(unit.to_owned());
    if is_record {
        damage.damaged.insert(unit.to_owned());
    }
}

fn everything(run: &JobRun<'_>, output: &Output, path: &Path, entries: &[Entry], damage: &mut Touched) {
    tell(run, path);
    for row in entries.iter().filter_map(Entry::row) {
        of_unit(run, output, &row.unit, damage);
        if is_per_row(output) {
            damage.stems.insert(row.stem.clone());
        }
    }
}

fn tell(run: &JobRun<'_>, path: &Path) {
    run.observer.event(JobEvent::Damaged { path });
}

/// A kept row cannot be made again, and a damaged one is not published as sound.
fn refuse_orphans(damage: &Touched, candidates: &[Candidate], entries: &[Entry]) -> Result<()> {
    let is_orphan = |(candidate, entry): &(&Candidate, &Entry)| {
        let damaged = entry.row().is_some_and(|row| damage.damaged.contains(&row.unit));
        damaged && candidate.sighting().is_none()
    };
    match candidates.iter().zip(entries).filter(is_orphan).count() {
        0 => Ok(()),
        count => Err(Error::verification(format!(
            "published files are damaged, and {count} rows in them have no input that they could be made of again; go back \
             with `cablegram rollback`, or let those rows go with --full --on-missing drop"
        ))),
    }
}

/// Whether a file is what its list says; a file that is missing is not.
fn is_sound(folder: &Path, listed: &ListedFile) -> Result<bool> {
    let path = folder.join(&listed.name);
    let mut file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(Error::io("cannot open", &path, error)),
    };
    let is_as_large = file.metadata().is_ok_and(|found| found.is_file() && found.len() == listed.size);
    if !is_as_large {
        return Ok(false);
    }
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 256 << 10];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(hexadecimal(&hash.finalize()) == listed.sha256),
            Ok(length) => hash.update(&buffer[..length]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Error::io("cannot read", &path, error)),
        }
    }
}

/// Whether the machine failed: that says nothing about the file.
fn speaks_of_the_machine(error: &Error) -> bool {
    let missing = error.source_kind() == Some(io::ErrorKind::NotFound);
    [ErrorKind::Io, ErrorKind::Stopped].contains(&error.kind()) && !missing
}
