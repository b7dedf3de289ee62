//! One large file, container or stream to records, bit by bit.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use sha2::{Digest, Sha256};

use super::cutter::{CutShort, DocumentEnd, DocumentName, Take, cut_bytes, cut_run, cut_stream};
use super::{FeedInput, FeedRules, GivenUp};
use crate::dialect::NotACable;
use crate::in_order::panic_message;
use crate::source::container::{self, BadContainer, ContainerKind, InputNature, Member};
use crate::source::{Opened, RecordId, UnreadableReason};
use crate::write::digest::{Hash, Hashed};

/// Something to be read bit by bit.
pub struct Large {
    /// What it is called.
    pub name: DocumentName,
    /// Its bytes.
    pub opened: Opened,
}

/// What a document is that is a container on the inside. Without the feature `containers`, every container is one.
const DOCUMENT: NotACable = if cfg!(feature = "containers") { NotACable::OfficeDocument } else { NotACable::Archive };

impl Large {
    /// Reads it to its end.
    pub fn read(self, rules: &FeedRules, take: Take<'_>) -> Result<(), GivenUp> {
        let Large { name, opened } = self;
        let id = name.id.clone();
        let ended = match opened {
            Opened::Whole(bytes) => read_bytes(name, bytes, rules, take),
            Opened::File(file) => read_file(name, file, rules, take),
            Opened::Records(file, run) => cut_run(name, Stoppable { stream: file, rules }, run, rules, take),
            Opened::Stream(stream) => read_stream(name, stream, rules, take),
        };
        match ended {
            Ok(()) => Ok(()),
            Err(CutShort::GivenUp) => Err(GivenUp),
            Err(CutShort::Broken(error)) => {
                take(FeedInput::Unreadable(RecordId::whole(id), UnreadableReason::of(&error)))
            }
        }
    }
}

/// A container that is in memory.
fn read_bytes(name: DocumentName, bytes: Vec<u8>, rules: &FeedRules, take: Take<'_>) -> Result<(), CutShort> {
    let Some(kind) = ContainerKind::of(&bytes) else { return Ok(cut_bytes(name, bytes, rules, take)?) };
    match expand(&name, kind, container::ContainerInput::Seekable(&mut Cursor::new(&bytes)), rules, take)? {
        InputNature::Container => Ok(end(name, kind, bytes.len() as u64, Sha256::digest(&bytes).into(), take)?),
        InputNature::Document => Ok(cut_bytes(name, bytes, rules, take)?),
    }
}

fn read_file(name: DocumentName, mut file: File, rules: &FeedRules, take: Take<'_>) -> Result<(), CutShort> {
    let mut head = Vec::new();
    (&mut file).take(container::HEAD as u64).read_to_end(&mut head)?;
    file.rewind()?;
    let Some(kind) = ContainerKind::of(&head) else {
        return cut_stream(name, &mut Stoppable { stream: file, rules }, rules, take);
    };
    match expand(&name, kind, container::ContainerInput::Seekable(&mut file), rules, take)? {
        InputNature::Container => {
            file.rewind()?;
            let mut file = Hashed::new(Stoppable { stream: file, rules });
            io::copy(&mut file, &mut io::sink())?;
            Ok(end(name, kind, file.size, file.hash.finalize().into(), take)?)
        }
        InputNature::Document => Ok(take(FeedInput::Ignored(RecordId::whole(name.id), DOCUMENT))?),
    }
}

fn read_stream(
    name: DocumentName,
    mut stream: Box<dyn Read + Send>,
    rules: &FeedRules,
    take: Take<'_>,
) -> Result<(), CutShort> {
    let mut head = Vec::new();
    (&mut stream).take(container::HEAD as u64).read_to_end(&mut head)?;
    let kind = ContainerKind::of(&head);
    let mut stream = Stoppable { stream: Cursor::new(head).chain(stream), rules };
    let Some(kind) = kind else { return cut_stream(name, &mut stream, rules, take) };
    let mut stream = Hashed::new(stream);
    match expand(&name, kind, container::ContainerInput::Stream(&mut stream), rules, take)? {
        InputNature::Container => {
            io::copy(&mut stream, &mut io::sink())?;
            Ok(end(name, kind, stream.size, stream.hash.finalize().into(), take)?)
        }
        InputNature::Document => Ok(take(FeedInput::Ignored(RecordId::whole(name.id), DOCUMENT))?),
    }
}

/// Reports a container that was read to its end.
fn end(name: DocumentName, kind: ContainerKind, size: u64, sha256: Hash, take: Take<'_>) -> Result<(), GivenUp> {
    take(FeedInput::End(DocumentEnd { id: name.id, kind: kind.name().into(), size, sha256, records: None }))
}

/// Cuts every member of a container that is wanted.
fn expand(
    name: &DocumentName,
    kind: ContainerKind,
    input: container::ContainerInput<'_>,
    rules: &FeedRules,
    take: Take<'_>,
) -> Result<InputNature, CutShort> {
    let mut is_given_up = false;
    let mut visit = |step: container::ContainerStep<'_>| match visit(name, step, rules, take) {
        Ok(()) => ControlFlow::Continue(()),
        Err(GivenUp) => {
            is_given_up = true;
            ControlFlow::Break(())
        }
    };
    let file_name = name.id.path().rsplit('/').next().unwrap_or_default();
    let read = || container::read(kind, input, file_name, rules.containers, &mut visit);
    // Decoders panic at some damage.
    let nature = catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|panic| {
        let (kind, said) = (kind.name(), panic_message(&*panic));
        Err(io::Error::other(format!("the {kind} decoder gave up: {said}")))
    })?;
    if is_given_up { Err(CutShort::GivenUp) } else { Ok(nature) }
}

fn visit(
    container: &DocumentName,
    step: container::ContainerStep<'_>,
    rules: &FeedRules,
    take: Take<'_>,
) -> Result<(), GivenUp> {
    if rules.stop.check().is_err() {
        return Err(GivenUp);
    }
    match step {
        container::ContainerStep::Member(member) => cut_member(container, member, rules, take),
        container::ContainerStep::Passed(passed, member) => {
            take(FeedInput::Passed(passed, container.id.with_member(member)))
        }
        container::ContainerStep::Bad(BadContainer { member, fault }) => {
            let id = match member {
                Some(member) => container.id.with_member(member),
                None => container.id.clone(),
            };
            take(FeedInput::Unreadable(RecordId::whole(id), UnreadableReason::Container(fault)))
        }
    }
}

fn cut_member(container: &DocumentName, member: Member<'_>, rules: &FeedRules, take: Take<'_>) -> Result<(), GivenUp> {
    if !rules.filter.wants_member(container.id.path(), &member.name) {
        return Ok(());
    }
    let id = container.id.with_member(member.name.as_str());
    let name = DocumentName { file_name: id.file_name().into(), id };
    match cut_stream(name, &mut Stoppable { stream: member.bytes, rules }, rules, take) {
        Err(CutShort::GivenUp) => Err(GivenUp),
        // That a member cannot be read is reported by a step of its own.
        Ok(()) | Err(CutShort::Broken(_)) => Ok(()),
    }
}

/// A stream that ends with an error once the run is to stop.
struct Stoppable<'r, R> {
    stream: R,
    rules: &'r FeedRules,
}

impl<R: Read> Read for Stoppable<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.rules.stop.check().map_err(io::Error::other)?;
        self.stream.read(buffer)
    }
}

impl<R: Seek> Seek for Stoppable<'_, R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.stream.seek(to)
    }
}
