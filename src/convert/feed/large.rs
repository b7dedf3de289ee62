//! One large file, container or stream to records, bit by bit.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek};
use std::ops::ControlFlow;

use sha2::{Digest, Sha256};

use super::cutter::{Ended, Name, Take, Whole, cut_bytes, cut_stream};
use super::{GivenUp, Input, Rules};
use crate::dialect::NotACable;
use crate::source::container::{self, Bad, Kind, Member, Nature};
use crate::source::{Opened, RecordId, UnreadableReason};
use crate::write::digest::Hash;

/// Something to be read bit by bit.
pub struct Large {
    /// What it is called.
    pub name: Name,
    /// Its bytes.
    pub opened: Opened,
}

impl Large {
    /// Reads it to its end.
    pub fn read(self, rules: &Rules, take: Take<'_>) -> Result<(), GivenUp> {
        let Large { name, opened } = self;
        let id = name.id.clone();
        let ended = match opened {
            Opened::Whole(bytes) => read_bytes(name, bytes, rules, take),
            Opened::File(file) => read_file(name, file, rules, take),
            Opened::Stream(stream) => read_stream(name, stream, rules, take),
        };
        match ended {
            Ok(()) => Ok(()),
            Err(Ended::GivenUp) => Err(GivenUp),
            Err(Ended::Broken(error)) => take(Input::Unreadable(RecordId::whole(id), UnreadableReason::of(&error))),
        }
    }
}

/// A container that is in memory.
fn read_bytes(name: Name, bytes: Vec<u8>, rules: &Rules, take: Take<'_>) -> Result<(), Ended> {
    let Some(kind) = Kind::of(&bytes) else { return Ok(cut_bytes(name, bytes, rules, take)?) };
    match expand(&name, kind, container::Input::Seekable(&mut Cursor::new(&bytes)), rules, take)? {
        Nature::Container => Ok(end(name, kind, bytes.len() as u64, Sha256::digest(&bytes).into(), take)?),
        Nature::Document => Ok(cut_bytes(name, bytes, rules, take)?),
    }
}

fn read_file(name: Name, mut file: File, rules: &Rules, take: Take<'_>) -> Result<(), Ended> {
    let mut head = Vec::new();
    (&mut file).take(container::HEAD as u64).read_to_end(&mut head)?;
    file.rewind()?;
    let Some(kind) = Kind::of(&head) else {
        return cut_stream(name, &mut Stoppable { stream: file, rules }, rules, take);
    };
    match expand(&name, kind, container::Input::Seekable(&mut file), rules, take)? {
        Nature::Container => {
            file.rewind()?;
            let mut file = Hashed { stream: Stoppable { stream: file, rules }, hash: Sha256::new(), size: 0 };
            io::copy(&mut file, &mut io::sink())?;
            Ok(end(name, kind, file.size, file.hash.finalize().into(), take)?)
        }
        Nature::Document => Ok(take(Input::Ignored(name.id, NotACable::Archive))?),
    }
}

fn read_stream(name: Name, mut stream: Box<dyn Read + Send>, rules: &Rules, take: Take<'_>) -> Result<(), Ended> {
    let mut head = Vec::new();
    (&mut stream).take(container::HEAD as u64).read_to_end(&mut head)?;
    let kind = Kind::of(&head);
    let mut stream = Stoppable { stream: Cursor::new(head).chain(stream), rules };
    let Some(kind) = kind else { return cut_stream(name, &mut stream, rules, take) };
    let mut stream = Hashed { stream, hash: Sha256::new(), size: 0 };
    match expand(&name, kind, container::Input::Stream(&mut stream), rules, take)? {
        Nature::Container => {
            io::copy(&mut stream, &mut io::sink())?;
            Ok(end(name, kind, stream.size, stream.hash.finalize().into(), take)?)
        }
        Nature::Document => Ok(take(Input::Ignored(name.id, NotACable::Archive))?),
    }
}

/// Tells of a container that was read to its end.
fn end(name: Name, kind: Kind, size: u64, sha256: Hash, take: Take<'_>) -> Result<(), GivenUp> {
    take(Input::End(Whole { id: name.id, kind: kind.name(), size, sha256, records: None }))
}

/// Cuts every member of a container that is wanted.
fn expand(
    name: &Name,
    kind: Kind,
    input: container::Input<'_>,
    rules: &Rules,
    take: Take<'_>,
) -> Result<Nature, Ended> {
    let mut is_given_up = false;
    let mut visit = |step: container::Step<'_>| match visit(name, step, rules, take) {
        Ok(()) => ControlFlow::Continue(()),
        Err(GivenUp) => {
            is_given_up = true;
            ControlFlow::Break(())
        }
    };
    let file_name = name.id.path().rsplit('/').next().unwrap_or_default();
    let nature = container::read(kind, input, file_name, rules.containers, &mut visit)?;
    if is_given_up { Err(Ended::GivenUp) } else { Ok(nature) }
}

fn visit(container: &Name, step: container::Step<'_>, rules: &Rules, take: Take<'_>) -> Result<(), GivenUp> {
    if rules.stop.check().is_err() {
        return Err(GivenUp);
    }
    match step {
        container::Step::Member(member) => cut_member(container, member, rules, take),
        container::Step::Passed(passed, member) => take(Input::Passed(passed, container.id.with_member(member))),
        container::Step::Bad(Bad { member, fault }) => {
            let id = match member {
                Some(member) => container.id.with_member(member),
                None => container.id.clone(),
            };
            take(Input::Unreadable(RecordId::whole(id), UnreadableReason::Container(fault)))
        }
    }
}

fn cut_member(container: &Name, member: Member<'_>, rules: &Rules, take: Take<'_>) -> Result<(), GivenUp> {
    if !rules.filter.wants_member(container.id.path(), &member.name) {
        return Ok(());
    }
    let last = member.name.rsplit('/').next().unwrap_or_default();
    let file_name = last.rsplit_once('.').map_or(last, |(stem, _)| if stem.is_empty() { last } else { stem });
    let name = Name { id: container.id.with_member(member.name.as_str()), file_name: file_name.into() };
    match cut_stream(name, &mut Stoppable { stream: member.bytes, rules }, rules, take) {
        Err(Ended::GivenUp) => Err(GivenUp),
        // That a member cannot be read is told by a step of its own.
        Ok(()) | Err(Ended::Broken(_)) => Ok(()),
    }
}

/// A stream that ends with an error once the run is to stop.
struct Stoppable<'r, R> {
    stream: R,
    rules: &'r Rules,
}

impl<R: Read> Read for Stoppable<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.rules.stop.check().map_err(io::Error::other)?;
        self.stream.read(buffer)
    }
}

/// A stream that is hashed as it is read.
struct Hashed<R> {
    stream: R,
    hash: Sha256,
    size: u64,
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.stream.read(buffer)?;
        self.hash.update(&buffer[..count]);
        self.size += count as u64;
        Ok(count)
    }
}
