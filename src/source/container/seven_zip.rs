//! A 7z to its members, block by block; in a solid block what is skipped must be expanded all the same.

use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::ops::Range;

use sevenz_rust2::{Archive, ArchiveEntry, BlockDecoder, Error, Password};

use super::members::{Came, ContainerPlace, EarlyEnd, Flow, Members};
use super::{Fault, InputNature, ReadSeek};
use crate::source::Passed;

/// Bytes read at a time.
const BUFFER: usize = 256 * 1024;

/// What a decoder needs beside its window, in KiB.
const BESIDE_WINDOW: u64 = 1024;

/// The list of members is held in memory: it and the window of its decoder may each have so many bytes, in a small file
/// fewer. Some programs give the shortest list a window of 16 MiB.
const LIST: std::ops::RangeInclusive<u64> = 32 << 20..=64 << 20;
/// How many bytes of the list there may be for one byte of the file.
const LIST_PER_BYTE: u64 = 32;

/// Reads the members of a 7z.
pub fn read(members: &mut Members<'_>, input: &mut dyn ReadSeek, place: &ContainerPlace) -> Flow<InputNature> {
    let mut input = BufReader::with_capacity(BUFFER, input);
    match list(members, &mut input, place) {
        Ok(archive) => blocks(members, &archive, &mut input, place)?,
        Err(Failure::Fault(fault)) => members.bad(place, None, fault)?,
        Err(Failure::End(end)) => return Err(end),
    }
    Ok(InputNature::Container)
}

enum Failure {
    Fault(Fault),
    End(EarlyEnd),
}

fn list<R: Read + Seek>(members: &Members<'_>, input: &mut R, place: &ContainerPlace) -> Result<Archive, Failure> {
    let machine = |error| Failure::End(EarlyEnd::Machine(error));
    let size = input.seek(SeekFrom::End(0)).map_err(machine)?;
    let limit = size.saturating_mul(LIST_PER_BYTE).clamp(*LIST.start(), *LIST.end());
    let Some(stretch) = stretch_of_list(input).map_err(machine)?.filter(|stretch| stretch.end <= size) else {
        return Err(Failure::Fault(Fault::of_end(&place.name)));
    };
    input.seek(SeekFrom::Start(0)).map_err(machine)?;
    let archive = Archive::read_with_memory_limit(input, &Password::empty(), (limit / 1024) as usize);
    let archive = archive.map_err(|error| match error {
        // A list is read no further than one byte beyond the limit; more is asked for by its window.
        Error::MaxMemLimited { max_kb, actaul_kb }
            if actaul_kb > max_kb + 1 && stretch.end - stretch.start <= limit =>
        {
            Failure::Fault(Fault::WindowTooLarge(limit))
        }
        Error::MaxMemLimited { .. } => Failure::Fault(Fault::ListTooLarge(limit)),
        error => fault(members, &error).map_or_else(Failure::End, Failure::Fault),
    })?;
    members.admit(archive.files.len() as u64).map_err(Failure::End)?;
    Ok(archive)
}

/// Where the list of members is, as the first bytes of the file say; none where there are too few of them.
fn stretch_of_list<R: Read + Seek>(input: &mut R) -> io::Result<Option<Range<u64>>> {
    const AT: u64 = 12;
    const START_HEADER: u64 = 32;
    input.seek(SeekFrom::Start(AT))?;
    let mut header = Vec::with_capacity(16);
    input.take(16).read_to_end(&mut header)?;
    let number = |at: usize| Some(u64::from_le_bytes(*header.get(at..)?.first_chunk()?));
    let (offset, size) = (number(0), number(8));
    Ok(offset.zip(size).map(|(offset, size)| {
        let start = START_HEADER.saturating_add(offset);
        start..start.saturating_add(size)
    }))
}

fn blocks<R: Read + Seek>(members: &mut Members<'_>, archive: &Archive, input: &mut R, place: &ContainerPlace) -> Flow {
    let window = usize::try_from(members.limits.window / 1024 + BESIDE_WINDOW).unwrap_or(usize::MAX);
    let password = Password::empty();
    for block in 0..archive.blocks.len() {
        let decoder = BlockDecoder::new_with_memory_limit(1, window, block, archive, &password, input);
        let first = decoder.entries().first().map(|entry| entry.name().as_bytes().to_vec());
        let mut read = BlockReading { members, place, end: Ok(()), is_told: false };
        let decoded = decoder.for_each_entries(&mut |entry, bytes| Ok(read.entry(entry, bytes)));
        let BlockReading { end, is_told, .. } = read;
        end?;
        if let Err(error) = decoded
            && !is_told
        {
            let fault = fault(members, &error)?;
            members.bad(place, first.as_deref(), fault)?;
        }
    }
    let without_bytes = archive.files.iter().zip(&archive.stream_map.file_block_index);
    for (entry, _) in without_bytes.filter(|(_, block)| block.is_none()) {
        let mut read = BlockReading { members, place, end: Ok(()), is_told: false };
        read.entry(entry, &mut io::empty());
        read.end?;
    }
    Ok(())
}

fn fault(members: &Members<'_>, error: &Error) -> Flow<Fault> {
    match error {
        Error::Io(error, _) | Error::MaybeBadPassword(error) if error.raw_os_error().is_some() => members.fault(error),
        error => Ok(Fault::of_seven_zip(error, members.limits.window)),
    }
}

/// The reading of one block.
struct BlockReading<'r, 'w> {
    members: &'r mut Members<'w>,
    place: &'r ContainerPlace,
    end: Flow,
    /// Whether it is reported why the block cannot be read to its end.
    is_told: bool,
}

impl BlockReading<'_, '_> {
    /// Reads one member; whether the next one of its block can be read.
    fn entry(&mut self, entry: &ArchiveEntry, bytes: &mut dyn Read) -> bool {
        let came = self.read(entry, bytes);
        let goes_on = matches!(came, Ok(Came::Sound));
        if came.as_ref().is_ok_and(|&came| came == Came::Broken) {
            self.is_told = true;
        }
        self.end = came.map(drop);
        goes_on
    }

    fn read(&mut self, entry: &ArchiveEntry, bytes: &mut dyn Read) -> Flow<Came> {
        let name = entry.name().as_bytes();
        self.members.count()?;
        if entry.is_directory() || entry.is_anti_item() {
            return Ok(Came::Sound);
        }
        if is_link(entry) {
            self.members.passed(self.place, Passed::Link, name)?;
        } else if self.members.member(self.place, name, Some(entry.size()), bytes)? == Came::Broken {
            return Ok(Came::Broken);
        }
        match self.members.skip(bytes)? {
            Ok(()) => Ok(Came::Sound),
            Err(error) => {
                let fault = self.members.fault(&error)?;
                self.members.bad(self.place, Some(name), fault)?;
                Ok(Came::Broken)
            }
        }
    }
}

/// Writers on Unix keep the mode in the upper half of the attributes, and say so.
fn is_link(entry: &ArchiveEntry) -> bool {
    const HAS_MODE: u32 = 0x8000;
    let attributes = entry.windows_attributes();
    entry.has_windows_attributes && attributes & HAS_MODE != 0 && (attributes >> 16) & 0o170_000 == 0o120_000
}
