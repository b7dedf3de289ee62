//! A tar to its members: long names, sparse members and several archives one after another too.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use super::members::{Came, ContainerPlace, Flow, Members};
use super::{Fault, has_tar_sum};
use crate::source::Passed;

/// Bytes that may describe one member: long names, attributes, the map of a sparse member.
const HEADERS: u64 = 1 << 20;

/// Bytes of a block, as which headers are written.
const BLOCK: usize = 512;

/// Reads the members of a tar. After a header that is damaged, those from the next sound one on.
pub fn read(members: &mut Members<'_>, bytes: &mut dyn Read, place: &ContainerPlace) -> Flow {
    let passage = Rc::new(Passage::default());
    let mut bytes = PassageBytes { bytes, passage: passage.clone() };
    let mut header: Option<[u8; BLOCK]> = None;
    loop {
        let sound = header.as_ref().map_or(&[][..], |header| header);
        match read_run(members, &mut sound.chain(&mut bytes), &passage, place)? {
            RunEnd::Complete | RunEnd::Broken => return Ok(()),
            RunEnd::Damaged => header = next_header(members, &mut bytes, &passage)?,
        }
        if header.is_none() {
            return Ok(());
        }
    }
}

/// How members that follow one another end.
enum RunEnd {
    /// With the archive.
    Complete,
    /// With a header that is damaged.
    Damaged,
    /// With bytes after which nothing can be read.
    Broken,
}

/// Reads members up to the first header that is damaged.
fn read_run(
    members: &mut Members<'_>,
    bytes: &mut dyn Read,
    passage: &Passage,
    place: &ContainerPlace,
) -> Flow<RunEnd> {
    let mut archive = tar::Archive::new(bytes);
    archive.set_ignore_zeros(true);
    let mut entries = match archive.entries() {
        Ok(entries) => entries,
        Err(error) => return broken(members, place, &error),
    };
    let mut has_members = false;
    loop {
        passage.left.set(HEADERS);
        let mut entry = match entries.next() {
            None if has_members && passage.zeros.get() < BLOCK => {
                return members.bad(place, None, Fault::Cut).map(|()| RunEnd::Broken);
            }
            None => return Ok(RunEnd::Complete),
            Some(Err(error)) => return broken(members, place, &error),
            Some(Ok(entry)) => entry,
        };
        has_members = true;
        members.count()?;
        passage.left.set(u64::MAX);
        let name = entry.path_bytes().into_owned();
        match nature_of(&mut entry) {
            TarEntry::Document => {
                let size = entry.size();
                let mut bytes = WholeMember { bytes: &mut entry, left: size };
                if members.member(place, &name, Some(size), &mut bytes)? == Came::Broken {
                    return Ok(RunEnd::Broken);
                }
                if let Err(error) = members.skip(&mut bytes)? {
                    return broken(members, place, &error).map(|_| RunEnd::Broken);
                }
                continue;
            }
            TarEntry::Silent => {}
            TarEntry::Passed(passed) => members.passed(place, passed, &name)?,
            TarEntry::Unsupported(what) => members.bad(place, Some(&name), Fault::Unsupported(what.to_owned()))?,
        }
        if let Err(error) = members.skip(&mut entry)? {
            return broken(members, place, &error).map(|_| RunEnd::Broken);
        }
    }
}

/// Reports what is wrong with an archive. After a damaged header others may follow.
fn broken(members: &mut Members<'_>, place: &ContainerPlace, error: &io::Error) -> Flow<RunEnd> {
    let said = error.to_string();
    let (fault, end) = match ["EOF", "entire block"].iter().any(|end| said.contains(end)) {
        true => (Fault::Cut, RunEnd::Broken),
        false if error.get_ref().is_some_and(|inner| inner.is::<Fault>()) => (members.fault(error)?, RunEnd::Broken),
        false => (members.fault(error)?, RunEnd::Damaged),
    };
    members.bad(place, None, fault).map(|()| end)
}

/// Reads up to the next block that is a sound header, and that block; none where there is no more.
fn next_header(
    members: &mut Members<'_>,
    bytes: &mut PassageBytes<'_>,
    passage: &Passage,
) -> Flow<Option<[u8; BLOCK]>> {
    passage.left.set(u64::MAX);
    let beyond = passage.at.get() % BLOCK as u64;
    let ahead = if beyond == 0 { 0 } else { BLOCK as u64 - beyond };
    if members.skip(&mut bytes.take(ahead))?.is_err() {
        return Ok(None);
    }
    let mut block = [0; BLOCK];
    loop {
        match bytes.read_exact(&mut block) {
            Ok(()) if has_tar_sum(&block) => return Ok(Some(block)),
            Ok(()) => members.pass_over(BLOCK as u64)?,
            // That the archive is damaged is said.
            Err(error) => return members.fault(&error).map(|_| None),
        }
    }
}

/// What an entry is.
enum TarEntry {
    Document,
    Silent,
    Passed(Passed),
    Unsupported(&'static str),
}

fn nature_of<R: Read>(entry: &mut tar::Entry<'_, R>) -> TarEntry {
    let kind = entry.header().entry_type();
    if kind.is_symlink() || kind.is_hard_link() {
        TarEntry::Passed(Passed::Link)
    } else if kind.is_dir() || kind.is_pax_global_extensions() {
        TarEntry::Silent
    } else if kind.is_character_special() || kind.is_block_special() || kind.is_fifo() {
        TarEntry::Passed(Passed::SpecialFile)
    } else if is_sparse_by_attributes(entry) {
        TarEntry::Unsupported("a sparse member in the form of PAX")
    } else {
        TarEntry::Document
    }
}

/// The bytes of such a member begin with a map that its reader would have to apply.
fn is_sparse_by_attributes<R: Read>(entry: &mut tar::Entry<'_, R>) -> bool {
    let attributes = entry.pax_extensions().ok().flatten();
    attributes.is_some_and(|mut attributes| {
        attributes.any(|attribute| attribute.is_ok_and(|attribute| attribute.key_bytes().starts_with(b"GNU.sparse.")))
    })
}

/// How far an archive was read.
#[derive(Default)]
struct Passage {
    /// So many bytes may still be read: what describes a member is held in memory by the reader.
    left: Cell<u64>,
    /// So many were read.
    at: Cell<u64>,
    /// So many of the last of them are zero: an archive ends with blocks of these.
    zeros: Cell<usize>,
}

/// The bytes of the archive, as long as they are allowed.
struct PassageBytes<'b> {
    bytes: &'b mut dyn Read,
    passage: Rc<Passage>,
}

impl Read for PassageBytes<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.read(buffer)?;
        let left = self.passage.left.get().checked_sub(read as u64);
        self.passage.left.set(left.ok_or_else(|| Fault::Corrupt("a member's header of more than 1 MiB".to_owned()))?);
        self.passage.at.set(self.passage.at.get() + read as u64);
        let zeros = buffer[..read].iter().rev().take_while(|&&byte| byte == 0).count();
        let before = if zeros == read { self.passage.zeros.get() } else { 0 };
        self.passage.zeros.set(before.saturating_add(zeros).min(BLOCK));
        Ok(read)
    }
}

/// The bytes of a member, which fail where there are fewer than its header says.
struct WholeMember<R> {
    bytes: R,
    left: u64,
}

impl<R: Read> Read for WholeMember<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.read(buffer)?;
        if read == 0 && self.left > 0 && !buffer.is_empty() {
            return Err(Fault::Cut.into());
        }
        self.left = self.left.saturating_sub(read as u64);
        Ok(read)
    }
}
