//! A tar to its members: long names, sparse members and several archives one after another too.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use super::Fault;
use super::members::{Came, ContainerPlace, Flow, Members};
use crate::source::Passed;

/// Bytes that may describe one member: long names, attributes, the map of a sparse member.
const HEADERS: u64 = 1 << 20;

/// Reads the members of a tar.
pub fn read(members: &mut Members<'_>, bytes: &mut dyn Read, place: &ContainerPlace) -> Flow {
    let allowance = Rc::new(Cell::new(HEADERS));
    let mut archive = tar::Archive::new(Allowed { bytes, left: allowance.clone() });
    archive.set_ignore_zeros(true);
    let mut entries = match archive.entries() {
        Ok(entries) => entries,
        Err(error) => return broken(members, place, &error),
    };
    loop {
        allowance.set(HEADERS);
        let mut entry = match entries.next() {
            None => return Ok(()),
            Some(Err(error)) => return broken(members, place, &error),
            Some(Ok(entry)) => entry,
        };
        members.count()?;
        allowance.set(u64::MAX);
        let name = entry.path_bytes().into_owned();
        match nature_of(&mut entry) {
            TarEntry::Document => {
                let size = entry.size();
                let mut bytes = WholeMember { bytes: &mut entry, left: size };
                if members.member(place, &name, Some(size), &mut bytes)? == Came::Broken {
                    return Ok(());
                }
                if let Err(error) = members.skip(&mut bytes)? {
                    return broken(members, place, &error);
                }
                continue;
            }
            TarEntry::Silent => {}
            TarEntry::Passed(passed) => members.passed(place, passed, &name)?,
            TarEntry::Unsupported(what) => members.bad(place, Some(&name), Fault::Unsupported(what.to_owned()))?,
        }
        if let Err(error) = members.skip(&mut entry)? {
            return broken(members, place, &error);
        }
    }
}

fn broken(members: &mut Members<'_>, place: &ContainerPlace, error: &io::Error) -> Flow {
    let fault = match error.to_string().contains("EOF") {
        true => Fault::Cut,
        false => members.fault(error)?,
    };
    members.bad(place, None, fault)
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

/// The bytes of the archive, as long as they are allowed: what describes a member is held in memory by the reader.
struct Allowed<'b> {
    bytes: &'b mut dyn Read,
    left: Rc<Cell<u64>>,
}

impl Read for Allowed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.read(buffer)?;
        let left = self.left.get().checked_sub(read as u64);
        self.left.set(left.ok_or_else(|| Fault::Corrupt("a member's header of more than 1 MiB".to_owned()))?);
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
