//! The members of a zip by the headers before them, where its directory is damaged or lost.

use std::collections::HashSet;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

use memchr::memmem;
use zip::read::{ZipReadOptions, read_zipfile_from_stream_with_options};

use super::section::FileSection;
use super::{BUFFER, is_wide, slashed};
use crate::source::container::members::{ContainerPlace, EarlyEnd, Flow, Members};
use crate::source::container::{Fault, is_of_document};

/// What the header before a member begins with.
const MARK: &[u8] = b"PK\x03\x04";
/// What the numbers after a member may begin with.
const AFTER: &[u8] = b"PK\x07\x08";
/// Bytes of a header without the name.
const HEADER: usize = 30;

type LocalBytes<'i> = BufReader<FileSection<'i>>;

/// Reads the members from a place on, but those whose header is at a known one.
pub fn read(
    members: &mut Members<'_>,
    section: FileSection<'_>,
    start: u64,
    known: &HashSet<u64>,
    place: &ContainerPlace,
) -> Flow {
    let mut bytes = BufReader::with_capacity(BUFFER, section);
    let end = bytes.seek(SeekFrom::End(0)).map_err(EarlyEnd::Machine)?;
    let mut at = start;
    let mut is_first = true;
    while let Some(found) = next_header(&mut bytes, at).map_err(EarlyEnd::Machine)? {
        let header = LocalHeader::read(&mut bytes, found).map_err(EarlyEnd::Machine)?;
        let Some(header) = header.filter(|header| !header.name.is_empty()) else {
            at = found + MARK.len() as u64;
            continue;
        };
        if std::mem::take(&mut is_first) && is_of_document(&header.name) {
            return Ok(());
        }
        let is_known = known.contains(&found);
        at = member(members, &mut bytes, &header, is_known, end, place)?;
    }
    Ok(())
}

/// Where the next header is, from a place on.
fn next_header(bytes: &mut LocalBytes<'_>, from: u64) -> io::Result<Option<u64>> {
    bytes.seek(SeekFrom::Start(from))?;
    let mut at = from;
    let mut window = Vec::new();
    loop {
        let read = bytes.by_ref().take(BUFFER as u64).read_to_end(&mut window)?;
        if let Some(found) = memmem::find(&window, MARK) {
            return Ok(Some(at + found as u64));
        }
        if read == 0 {
            return Ok(None);
        }
        let passed = window.len().saturating_sub(MARK.len() - 1);
        window.drain(..passed);
        at += passed as u64;
    }
}

/// What the header before a member says.
struct LocalHeader {
    /// Where it is.
    start: u64,
    flags: u16,
    method: u16,
    name: Vec<u8>,
    /// Where the bytes of the member begin.
    data: u64,
}

impl LocalHeader {
    /// The method of compression by which a stream shows its own end.
    const DEFLATE: u16 = 8;

    /// Reads the header at a place; none where the file ends within it.
    fn read(bytes: &mut LocalBytes<'_>, start: u64) -> io::Result<Option<LocalHeader>> {
        bytes.seek(SeekFrom::Start(start))?;
        let mut header = Vec::new();
        bytes.by_ref().take(HEADER as u64).read_to_end(&mut header)?;
        let number = |at: usize| header.get(at..at + 2).map(|two| u16::from_le_bytes([two[0], two[1]]));
        let (Some(flags), Some(method), Some(name), Some(extra)) = (number(6), number(8), number(26), number(28))
        else {
            return Ok(None);
        };
        let length = u64::from(name);
        let mut name = Vec::new();
        bytes.take(length).read_to_end(&mut name)?;
        let data = start + HEADER as u64 + length + u64::from(extra);
        Ok(Some(LocalHeader { start, flags, method, name, data }).filter(|header| header.name.len() as u64 == length))
    }

    /// Whether the size of the member is after it.
    fn is_streamed(&self) -> bool {
        self.flags & 8 != 0
    }
}

/// Reads a member, unless it is known; gives from where on the next header is to be looked for.
fn member(
    members: &mut Members<'_>,
    bytes: &mut LocalBytes<'_>,
    header: &LocalHeader,
    is_known: bool,
    end: u64,
    place: &ContainerPlace,
) -> Flow<u64> {
    let window = members.limits.window;
    let after_mark = header.start + MARK.len() as u64;
    let mut options = ZipReadOptions::new();
    let mut after_broken = None;
    if header.is_streamed() && header.method != LocalHeader::DEFLATE {
        if !is_known {
            members.count()?;
            let fault = Fault::Unsupported("a member whose size is after it".to_owned());
            members.bad(place, Some(&header.name), fault)?;
        }
        return Ok(after_mark);
    } else if header.is_streamed() {
        let streamed = measure(members, bytes, header.data)?;
        // Of a stream without an end, what is there is read.
        after_broken = streamed.is_none().then_some(after_mark);
        let all = Streamed { size: end.saturating_sub(header.data), checksum: 0 };
        let Streamed { size, checksum } = streamed.unwrap_or(all);
        options = options.override_compressed_size(size).override_crc(checksum);
    }
    bytes.seek(SeekFrom::Start(header.start)).map_err(EarlyEnd::Machine)?;
    let mut file = match read_zipfile_from_stream_with_options(bytes, options) {
        Ok(Some(file)) => file,
        Ok(None) => return Ok(after_mark),
        Err(_) if is_known => return Ok(after_mark),
        Err(error) => {
            members.count()?;
            members.bad(place, Some(&header.name), Fault::of_zip(&error, window))?;
            return Ok(after_mark);
        }
    };
    let entry = file.entry();
    let name = slashed(&header.name, entry.system());
    let (size, next) = (entry.size(), after_broken.unwrap_or(header.data.saturating_add(entry.compressed_size())));
    let (is_dir, is_wide) = (entry.is_dir(), is_wide(entry.compression(), size, window));
    if is_known || is_dir {
        return Ok(next);
    }
    members.count()?;
    let size = Some(size).filter(|_| !header.is_streamed());
    match is_wide {
        true => members.bad(place, Some(&name), Fault::WindowTooLarge(window))?,
        false => drop(members.member(place, &name, size, &mut file)?),
    }
    Ok(next)
}

/// What is after a member that was written as a stream.
struct Streamed {
    /// Compressed bytes.
    size: u64,
    checksum: u32,
}

/// Expands a member to find its end; none where it has none.
fn measure(members: &mut Members<'_>, bytes: &mut LocalBytes<'_>, data: u64) -> Flow<Option<Streamed>> {
    bytes.seek(SeekFrom::Start(data)).map_err(EarlyEnd::Machine)?;
    let mut expanded = flate2::bufread::DeflateDecoder::new(bytes);
    if let Err(error) = members.skip(&mut expanded)? {
        return members.fault(&error).map(|_| None);
    }
    let size = expanded.total_in();
    let mut after = Vec::new();
    let read = expanded.into_inner().take(2 * AFTER.len() as u64).read_to_end(&mut after);
    read.map_err(EarlyEnd::Machine)?;
    let checksum = after.strip_prefix(AFTER).unwrap_or(&after).first_chunk().copied();
    Ok(checksum.map(|checksum| Streamed { size, checksum: u32::from_le_bytes(checksum) }))
}
