//! A zip to its members, in the order of its directory, which is never held in memory. What a damaged directory does not
//! list is read by the headers before the members.

mod local;
mod section;

use std::collections::HashSet;
use std::io::{self, BufReader, Read, SeekFrom};
use std::ops::Range;

use zip::read::{Config, ZipReadOptions};
use zip::result::ZipError;
use zip::unstable::read::ZipIterable;
use zip::{CompressionMethod, System};

use super::members::{ContainerPlace, EarlyEnd, Flow, Members};
use super::{Fault, InputNature, ReadSeek, SPLIT, is_of_document};
use crate::source::Passed;
use section::FileSection;

/// Bytes read at a time; each member begins with a new read.
const BUFFER: usize = 32 * 1024;

/// Reads the members of a zip, or of several that were joined.
pub fn read(members: &mut Members<'_>, input: &mut dyn ReadSeek, place: &ContainerPlace) -> Flow<InputNature> {
    let mut start = 0;
    for end in joints(input).map_err(EarlyEnd::Machine)? {
        if read_one(members, input, start..end, place)? == InputNature::Document {
            return Ok(InputNature::Document);
        }
        start = end;
    }
    Ok(InputNature::Container)
}

/// Where the zips end that a file is joined of, in their order; most files are one.
fn joints(input: &mut dyn ReadSeek) -> io::Result<Vec<u64>> {
    let mut ends = vec![input.seek(SeekFrom::End(0))?];
    let mut end = ends[0];
    while let Ok(before @ 1..) = first_member(input, end)
        && open(input, 0..before).is_ok()
    {
        ends.push(before);
        end = before;
    }
    ends.reverse();
    Ok(ends)
}

/// Where the first member is of the zip that ends there; zero where nothing of another is before it.
fn first_member(input: &mut dyn ReadSeek, end: u64) -> Result<u64, ZipError> {
    let mut archive = open(input, 0..end)?;
    let mut starts = archive.files()?.map(|entry| entry.map(|entry| entry.header_start()));
    let first = starts.next().unwrap_or(Ok(0))?;
    // In most zips the first of the directory is the first of the file.
    let first = if first > SPLIT_MARK {
        starts.try_fold(first, |first, start| start.map(|start| first.min(start)))?
    } else {
        first
    };
    Ok(if first > SPLIT_MARK { first } else { 0 })
}

/// Bytes of the mark of a split zip, which may be before the first member.
const SPLIT_MARK: u64 = 4;

type OpenedZip<'i> = ZipIterable<BufReader<FileSection<'i>>>;

fn open(input: &mut dyn ReadSeek, within: Range<u64>) -> Result<OpenedZip<'_>, ZipError> {
    let section = FileSection::new(input, within.end)?;
    ZipIterable::try_new(BufReader::with_capacity(BUFFER, section), Config::default())
}

/// Reads the members of the zip that is within these bytes; places in it are counted from the first byte of the file.
fn read_one(
    members: &mut Members<'_>,
    input: &mut dyn ReadSeek,
    within: Range<u64>,
    place: &ContainerPlace,
) -> Flow<InputNature> {
    let fault = match open(input, within.clone()) {
        Ok(archive) => match read_listed(members, archive, place)? {
            ListEnd::Sound => return Ok(InputNature::Container),
            ListEnd::OfDocument => return Ok(InputNature::Document),
            ListEnd::Damaged(fault) => fault,
        },
        Err(error) => fault_of(&error, input, place, members.limits.window).map_err(EarlyEnd::Machine)?,
    };
    // Where volumes are missing, the others are to be joined with them.
    if fault != Fault::Volume {
        let known = listed(input, within.clone());
        let section = FileSection::new(input, within.end).map_err(EarlyEnd::Machine)?;
        local::read(members, section, within.start, &known, place)?;
    }
    members.bad(place, None, fault).map(|()| InputNature::Container)
}

/// Why a zip cannot be opened.
fn fault_of(error: &ZipError, input: &mut dyn ReadSeek, place: &ContainerPlace, window: u64) -> io::Result<Fault> {
    Ok(match has_end(input)? {
        true => Fault::of_zip(error, window),
        false if begins_volumes(input)? => Fault::Volume,
        false => Fault::of_end(&place.name),
    })
}

/// How the directory of a zip ended.
enum ListEnd {
    Sound,
    /// The zip is a document on the inside.
    OfDocument,
    Damaged(Fault),
}

/// Where the headers of the members are that the directory of a zip lists before its damage.
fn listed(input: &mut dyn ReadSeek, within: Range<u64>) -> HashSet<u64> {
    let Ok(mut archive) = open(input, within) else { return HashSet::new() };
    let Ok(entries) = archive.files() else { return HashSet::new() };
    entries.map_while(Result::ok).map(|entry| entry.header_start()).collect()
}

/// Reads the members that the directory lists.
fn read_listed(members: &mut Members<'_>, mut archive: OpenedZip<'_>, place: &ContainerPlace) -> Flow<ListEnd> {
    let window = members.limits.window;
    members.admit(archive.len() as u64)?;
    let entries = match archive.files() {
        Ok(entries) => entries,
        Err(error) => return Ok(ListEnd::Damaged(Fault::of_zip(&error, window))),
    };
    let mut is_first = true;
    while let Some(entry) = entries.next() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => return Ok(ListEnd::Damaged(Fault::of_zip(&error, window))),
        };
        let name = slashed(entry.name_raw(), entry.system());
        if std::mem::take(&mut is_first) && is_of_document(&name) {
            return Ok(ListEnd::OfDocument);
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
    Ok(ListEnd::Sound)
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
