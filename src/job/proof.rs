//! The published files to what is damaged in them, before a row of them is used or a file of them taken over.
//!
//! Compares every file with the hash its list gives; a file that no list names is read whole. What is damaged or missing
//! is made again from the inputs, so that a run never seals damage as sound.

use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::changes::spread;
use super::entry::{Entry, RowState};
use super::fates::Candidate;
use super::listing;
use super::seal::{self, FileSeals};
use super::targets::{Touched, is_per_row, stem};
use super::{JobEvent, JobRun};
use crate::count;
use crate::error::{Error, ErrorKind, Result};
use crate::read::{ListedFile, OutputPart};
use crate::verify::verify_part;
use crate::write::{FileBytes, Output, list_of};

/// So many damaged files are named in a message.
const MOST_NAMES: usize = 5;

/// What is damaged, as what is to be made again.
///
/// # Errors
/// `Verification` if rows are damaged whose inputs are not there.
pub fn damage(run: &JobRun<'_>, candidates: &[Candidate], entries: &[Entry]) -> Result<Touched> {
    let mut damage = PublishedDamage::default();
    let Some(current) = &run.current else { return Ok(damage.touched) };
    // Generations of earlier versions have no seals; a `_SUCCESS` that is damaged proves nothing.
    let seals = match current.success() {
        Ok(success) => success.files,
        Err(error) if speaks_of_the_machine(&error) => return Err(error),
        Err(_) => FileSeals::default(),
    };
    for output in &run.targets.outputs {
        let Some(path) = output.path() else { continue };
        run.rules.stop.check()?;
        let path = current.path.join(path);
        let sealed = Sealed { seals: &seals, generation: &current.path };
        of_output(run, output, &path, &sealed, entries, &mut damage)?;
    }
    spread(&mut damage.touched, candidates, entries);
    refuse_orphans(run, &damage, candidates, entries)?;
    damage.paths.iter().for_each(|path| run.observer.event(JobEvent::Damaged { path }));
    Ok(damage.touched)
}

/// What is damaged.
#[derive(Default)]
struct PublishedDamage {
    /// What is to be made again.
    touched: Touched,
    /// The files and folders, in order.
    paths: Vec<PathBuf>,
}

/// The seals of the published generation.
struct Sealed<'s> {
    seals: &'s FileSeals,
    generation: &'s Path,
}

impl Sealed<'_> {
    /// Whether the file is the one that was sealed; `None` where it has no seal.
    fn holds(&self, file: &Path) -> Result<Option<bool>> {
        self.seals.get(&seal::name(self.generation, file)).map(|seal| seal.are_in(file)).transpose()
    }

    /// Whether the list of a folder is the one that was sealed, or has no seal.
    fn holds_list(&self, folder: &Path) -> Result<bool> {
        let held = list_of(folder)?.map(|list| self.holds(&list)).transpose()?;
        Ok(held.flatten() != Some(false))
    }
}

fn of_output(
    run: &JobRun<'_>,
    output: &Output,
    path: &Path,
    sealed: &Sealed<'_>,
    entries: &[Entry],
    damage: &mut PublishedDamage,
) -> Result<()> {
    if !output.is_folder() {
        let is_sound = match sealed.holds(path)? {
            Some(is_sound) => is_sound,
            None => match verify_part(&OutputPart::alone(path), &run.pool) {
                Err(error) if speaks_of_the_machine(&error) => return Err(error),
                proof => proof.is_ok(),
            },
        };
        if !is_sound {
            everything(run, output, path, entries, damage);
        }
        return Ok(());
    }
    let listing = match listing::read(path) {
        Ok(listing) if sealed.holds_list(path)? => Some(listing),
        Err(error) if speaks_of_the_machine(&error) => return Err(error),
        Ok(_) | Err(_) => None,
    };
    let Some(listing) = listing else {
        damage.touched.lists.insert(output.to_string());
        everything(run, output, path, entries, damage);
        return Ok(());
    };
    let proofs = run.pool.install(|| listing.files().par_iter().map(|file| is_sound(path, file)).collect::<Vec<_>>());
    for (file, proof) in listing.files().iter().zip(proofs) {
        if proof? {
            continue;
        }
        damage.paths.push(path.join(&file.name));
        match is_per_row(output) {
            true => {
                damage.touched.stems.insert(stem(&file.name).to_owned());
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
fn of_unit(run: &JobRun<'_>, output: &Output, unit: &str, damage: &mut PublishedDamage) {
    damage.touched.units.insert(unit.to_owned());
    if is_record(run, output) {
        damage.touched.damaged.insert(unit.to_owned());
    }
}

fn everything(run: &JobRun<'_>, output: &Output, path: &Path, entries: &[Entry], damage: &mut PublishedDamage) {
    damage.paths.push(path.to_owned());
    let is_record = is_record(run, output);
    for row in entries.iter().flat_map(Entry::rows) {
        if is_per_row(output) {
            damage.touched.add(row);
        } else {
            damage.touched.units.insert(row.unit.to_string());
        }
        if is_record {
            damage.touched.damaged.insert(row.unit.to_string());
        }
    }
}

/// Whether rows are read back from an output.
fn is_record(run: &JobRun<'_>, output: &Output) -> bool {
    run.targets.record().is_some_and(|record| record.to_string() == output.to_string())
}

/// A kept row cannot be made again, and a damaged one is not published as sound.
fn refuse_orphans(
    run: &JobRun<'_>,
    damage: &PublishedDamage,
    candidates: &[Candidate],
    entries: &[Entry],
) -> Result<()> {
    let unseen = candidates.iter().zip(entries).filter(|(candidate, _)| candidate.sighting().is_none());
    let rows = unseen.flat_map(|(_, entry)| entry.rows());
    let is_damaged = |row: &&RowState| match run.targets.record() {
        Some(_) => damage.touched.damaged.contains(&*row.unit),
        None => damage.touched.stems.contains(&*row.stem),
    };
    match rows.filter(is_damaged).count() as u64 {
        0 => Ok(()),
        rows => {
            let first: Vec<String> =
                damage.paths.iter().take(MOST_NAMES).map(|path| path.display().to_string()).collect();
            let files = count::named(&first, damage.paths.len() as u64);
            let rows = count::count(rows, "row in them has", "rows in them have");
            Err(Error::verification(format!(
                "published files are damaged: {files}; {rows} no input to be made of again; go back with `cablegram \
                 rollback`, or let such rows go with --full --on-missing drop"
            )))
        }
    }
}

/// Whether a file is what its list says; a file that is missing is not.
fn is_sound(folder: &Path, listed: &ListedFile) -> Result<bool> {
    FileBytes { size: listed.size, sha256: listed.sha256.clone() }.are_in(&folder.join(&listed.name))
}

/// Whether the machine failed: that says nothing about the file.
fn speaks_of_the_machine(error: &Error) -> bool {
    // A text that is none any more is damage, and so is a file that is gone.
    let damage = [io::ErrorKind::NotFound, io::ErrorKind::InvalidData];
    let is_damage = error.source_kind().is_some_and(|kind| damage.contains(&kind));
    [ErrorKind::Io, ErrorKind::Stopped].contains(&error.kind()) && !is_damage
}
