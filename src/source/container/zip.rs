//! A zip to its members, in the order of its directory, which is never held in memory.

use std::io::{self, BufReader, Read, SeekFrom};

use zip::read::{Config, ZipReadOptions};
use zip::unstable::read::ZipIterable;
use zip::{CompressionMethod, System};

use super::members::{ContainerPlace, EarlyEnd, Flow, Members};
use super::{Fault, InputNature, ReadSeek, SPLIT, is_of_document};
use crate::source::Passed;

/// Bytes read at a time; each member begins with a new read.
const BUFFER: usize = 32 * 1024;

/// Reads the members of a zip.
pub fn read(members: &mut Members<'_>, input: &mut dyn ReadSeek, place: &ContainerPlace) -> Flow<InputNature> {
    let window = members.limits.window;
    let opened = ZipIterable::try_new(BufReader::with_capacity(BUFFER, &mut *input), Config::default());
    let mut archive = match opened {
        Ok(archive) => archive,
        Err(error) => {
            let fault = match has_end(input).map_err(EarlyEnd::Machine)? {
                true => Fault::of_zip(&error, window),
                false if begins_volumes(input).map_err(EarlyEnd::Machine)? => Fault::Volume,
                false => Fault::of_end(&place.name),
            };
            return members.bad(place, None, fault).map(|()| InputNature::Container);
        }
    };
    members.admit(archive.len() as u64)?;
    let entries = match archive.files() {
        Ok(entries) => entries,
        Err(error) => return members.bad(place, None, Fault::of_zip(&error, window)).map(|()| InputNature::Container),
    };
    let mut is_first = true;
    while let Some(entry) = entries.next() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                members.bad(place, None, Fault::of_zip(&error, window))?;
                break;
            }
        };
        let name = slashed(entry.name_raw(), entry.system());
        if std::mem::take(&mut is_first) && is_of_document(&name) {
            return Ok(InputNature::Document);
        }
        members.count()?;
        let size = entry.size();
        if entry.is_dir() {
            continue;
        } else if entry.is_symlink() {
            members.passed(place, Passed::Link, &name)?;
        } else if is_wide(entry.compression(), size, window) {
            members.bad(place, Some(&name), Fault::WindowTooLarge(window))?;
        } else {
            match entry.with_reader(entries.reader_mut(), ZipReadOptions::new()) {
                // Where one member is broken, the next can still be read.
                Ok(mut bytes) => drop(members.member(place, &name, Some(size), &mut bytes)?),
                Err(error) => members.bad(place, Some(&name), Fault::of_zip(&error, window))?,
            }
        }
    }
    Ok(InputNature::Container)
}

/// LZMA and xz may ask for any window; what is written with it bounds what is used of it.
fn is_wide(method: CompressionMethod, size: u64, window: u64) -> bool {
    matches!(method, CompressionMethod::LZMA | CompressionMethod::XZ) && size > window
}

/// Some writers for Windows use its separator.
fn slashed(name: &[u8], system: System) -> Vec<u8> {
    let is_windows = matches!(system, System::Dos | System::WindowsNTFS) && !name.contains(&b'/');
    name.iter().map(|&byte| if is_windows && byte == b'\\' { b'/' } else { byte }).collect()
}

/// Whether it begins as the first of several files does.
fn begins_volumes(input: &mut dyn ReadSeek) -> io::Result<bool> {
    let mut beginning = Vec::new();
    input.seek(SeekFrom::Start(0))?;
    input.take(SPLIT.len() as u64).read_to_end(&mut beginning)?;
    Ok(beginning == SPLIT)
}

/// Whether the mark of its end is there: a zip without it is cut.
fn has_end(input: &mut dyn ReadSeek) -> io::Result<bool> {
    /// The end and a comment of the greatest length.
    const END: u64 = 22 + 65_535;
    let size = input.seek(SeekFrom::End(0))?;
    input.seek(SeekFrom::Start(size.saturating_sub(END)))?;
    let mut end = Vec::new();
    input.take(END).read_to_end(&mut end)?;
    Ok(memchr::memmem::find(&end, b"PK\x05\x06").is_some())
}
