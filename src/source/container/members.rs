//! Containers within containers to one row of members: names, order, what is counted, and what ends it all.

use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::ops::ControlFlow;

use tempfile::SpooledTempFile;

use super::{
    BadContainer, ContainerInput, ContainerKind, ContainerLimits, ContainerStep, Fault, HEAD, InputNature, Member,
    SEPARATOR,
};
use crate::source::names::NameHashes;
use crate::source::{Passed, path};

/// Bytes of a container within a container that stay in memory before a temporary file is made.
const SPOOL_IN_MEMORY: usize = 4 << 20;

/// Bytes that are expanded in one go only to get beyond them.
const SCRATCH: usize = 64 * 1024;

/// Reads the members of a container, for as long as `visit` says to go on.
///
/// `kind` is what [`ContainerKind::of`] says of its first bytes; `name` is its file name, by which the member of a layer is
/// called. Members are given in the order of the container.
///
/// # Errors
///
/// Those of the machine: the input cannot be read, or there is no space for a temporary file. What is wrong with a
/// container is a [`ContainerStep::Bad`].
pub fn read(
    kind: ContainerKind,
    input: ContainerInput<'_>,
    name: &str,
    limits: ContainerLimits,
    visit: &mut dyn FnMut(ContainerStep<'_>) -> ControlFlow<()>,
) -> io::Result<InputNature> {
    let mut members = Members { limits, visit, names: NameHashes::default(), count: 0, skipped: 0, bad: 0 };
    let place = ContainerPlace { prefix: String::new(), name: name.to_owned(), depth: 1 };
    let end = match input {
        ContainerInput::Stream(stream) => members.open(kind, stream, &place),
        ContainerInput::Seekable(file) => match super::is_stream(kind) {
            true => members.open(kind, file, &place),
            false => super::read_file(&mut members, kind, file, &place),
        },
    };
    match end {
        Ok(nature) => Ok(nature),
        Err(EarlyEnd::Asked) => Ok(InputNature::Container),
        Err(EarlyEnd::Machine(error)) => Err(error),
        Err(EarlyEnd::Beyond(fault)) => {
            let _ = members.bad(&place, None, fault);
            Ok(InputNature::Container)
        }
    }
}

/// What ends the reading of an input before its end.
pub enum EarlyEnd {
    /// Whoever takes the members has enough.
    Asked,
    /// The machine does not go along.
    Machine(io::Error),
    /// A limit that holds for the whole input.
    Beyond(Fault),
}

/// Whether to go on.
pub type Flow<T = ()> = Result<T, EarlyEnd>;

/// Where a container is.
pub struct ContainerPlace {
    /// What comes before the names of its members.
    pub prefix: String,
    /// Its own file name.
    pub name: String,
    /// How many containers deep it is; the input itself is 1.
    pub depth: u32,
}

/// How the bytes of a member came out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Came {
    /// As far as they were read, without fault.
    Sound,
    /// Not to their end; it is reported.
    Broken,
}

/// What is known of the members read so far, and who takes them.
pub struct Members<'w> {
    pub limits: ContainerLimits,
    visit: &'w mut dyn FnMut(ContainerStep<'_>) -> ControlFlow<()>,
    /// How often each name came, by its hash: eight bytes a member whatever its name.
    names: NameHashes,
    count: u64,
    skipped: u64,
    bad: u64,
}

impl Members<'_> {
    /// Counts a member of any kind.
    pub fn count(&mut self) -> Flow {
        self.count += 1;
        self.admit(0)
    }

    /// Refuses an input that is to have so many members more.
    pub fn admit(&self, more: u64) -> Flow {
        match self.count.saturating_add(more) > self.limits.members {
            true => Err(EarlyEnd::Beyond(Fault::TooManyMembers(self.limits.members))),
            false => Ok(()),
        }
    }

    /// Reports a member that is no document.
    pub fn passed(&mut self, place: &ContainerPlace, passed: Passed, name: &[u8]) -> Flow {
        let name = full_name(place, name);
        self.step(ContainerStep::Passed(passed, name))
    }

    /// Reports a member, or with none the container at that place.
    pub fn bad(&mut self, place: &ContainerPlace, member: Option<&[u8]>, fault: Fault) -> Flow {
        self.bad += 1;
        let container = place.prefix.strip_suffix(SEPARATOR).map(str::to_owned);
        let member = member.map(|name| full_name(place, name)).or(container);
        self.step(ContainerStep::Bad(BadContainer { member, fault }))
    }

    fn step(&mut self, step: ContainerStep<'_>) -> Flow {
        match (self.visit)(step) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(EarlyEnd::Asked),
        }
    }

    /// Reads a member: the members of a container, or a document.
    pub fn member(
        &mut self,
        place: &ContainerPlace,
        name: &[u8],
        size: Option<u64>,
        bytes: &mut dyn Read,
    ) -> Flow<Came> {
        let mut noted = Noted { bytes, failure: None };
        let bad_before = self.bad;
        let name = self.names.unique(full_name(place, name));
        let flow = self.document(place, name.clone(), size, &mut noted);
        let Some(error) = noted.failure else { return flow.map(|()| Came::Sound) };
        // What a container inside made of this failure of the bytes around it is told already.
        let told = self.bad > bad_before;
        let fault = self.fault(&error)?;
        flow?;
        if !told {
            self.bad += 1;
            self.step(ContainerStep::Bad(BadContainer { member: Some(name), fault }))?;
        }
        Ok(Came::Broken)
    }

    fn document(&mut self, place: &ContainerPlace, name: String, size: Option<u64>, bytes: &mut Noted<'_>) -> Flow {
        let mut beginning = Beginning::read(bytes);
        if beginning.lost().is_some() {
            return Ok(());
        }
        let kind = ContainerKind::of(beginning.head());
        let Some(kind) = kind.filter(|_| place.depth < self.limits.depth) else {
            return self.step(ContainerStep::Member(Member { name, size, bytes: &mut beginning }));
        };
        let file_name = name.rsplit('/').next().unwrap_or_default().to_owned();
        let inside = ContainerPlace { prefix: format!("{name}{SEPARATOR}"), name: file_name, depth: place.depth + 1 };
        if super::is_stream(kind) {
            return self.open(kind, &mut beginning, &inside).map(drop);
        }
        let Some(mut spool) = self.spool(&mut beginning, &inside)? else { return Ok(()) };
        if super::read_file(self, kind, &mut spool, &inside)? == InputNature::Document {
            spool.seek(SeekFrom::Start(0)).map_err(EarlyEnd::Machine)?;
            self.step(ContainerStep::Member(Member { name, size, bytes: &mut spool }))?;
        }
        Ok(())
    }

    /// Reads a container whose bytes come one after another.
    pub fn open(&mut self, kind: ContainerKind, bytes: &mut dyn Read, place: &ContainerPlace) -> Flow<InputNature> {
        if super::is_stream(kind) {
            return super::read_stream(self, kind, bytes, place).map(|()| InputNature::Container);
        }
        match self.spool(bytes, place)? {
            Some(mut spool) => super::read_file(self, kind, &mut spool, place),
            None => Ok(InputNature::Container),
        }
    }

    /// Puts bytes where they can be read from any place; none where they cannot be read, which is reported.
    fn spool(&mut self, bytes: &mut dyn Read, place: &ContainerPlace) -> Flow<Option<SpooledTempFile>> {
        let mut spool = SpooledTempFile::new(SPOOL_IN_MEMORY);
        let mut scratch = vec![0; SCRATCH];
        let mut left = self.limits.spooled;
        loop {
            let fault = match read_some(bytes, &mut scratch) {
                Ok(0) => break,
                Ok(read) if read as u64 > left => Fault::TooLargeToSpool(self.limits.spooled),
                Ok(read) => {
                    left -= read as u64;
                    io::Write::write_all(&mut spool, &scratch[..read]).map_err(EarlyEnd::Machine)?;
                    continue;
                }
                Err(error) => self.fault(&error)?,
            };
            self.bad(place, None, fault)?;
            return Ok(None);
        }
        spool.seek(SeekFrom::Start(0)).map_err(EarlyEnd::Machine)?;
        Ok(Some(spool))
    }

    /// Reads what is left, only to get beyond it.
    pub fn skip(&mut self, bytes: &mut dyn Read) -> Flow<io::Result<()>> {
        let mut scratch = [0; SCRATCH];
        loop {
            match read_some(bytes, &mut scratch) {
                Ok(0) => return Ok(Ok(())),
                Ok(read) => self.pass_over(read as u64)?,
                Err(error) => return Ok(Err(error)),
            }
        }
    }

    /// Counts bytes that were read only to get beyond them.
    pub fn pass_over(&mut self, bytes: u64) -> Flow {
        self.skipped += bytes;
        match self.skipped > self.limits.skipped {
            true => Err(EarlyEnd::Beyond(Fault::TooMuchToSkip(self.limits.skipped))),
            false => Ok(()),
        }
    }

    /// What a failure to read says of the container, or the failure itself where it is the machine's.
    pub fn fault(&self, error: &io::Error) -> Flow<Fault> {
        match error.raw_os_error() {
            Some(code) => Err(EarlyEnd::Machine(io::Error::from_raw_os_error(code))),
            None => Ok(Fault::of(error, self.limits.window)),
        }
    }
}

fn full_name(place: &ContainerPlace, name: &[u8]) -> String {
    format!("{}{}", place.prefix, path::spelled(name))
}

/// Bytes whose first [`HEAD`] were looked at; what failed then fails again in its place.
pub struct Beginning<R> {
    head: Cursor<Vec<u8>>,
    failure: Option<io::Error>,
    rest: R,
}

impl<R: Read> Beginning<R> {
    pub fn read(mut bytes: R) -> Beginning<R> {
        let mut head = Vec::with_capacity(HEAD);
        let failure = bytes.by_ref().take(HEAD as u64).read_to_end(&mut head).err();
        Beginning { head: Cursor::new(head), failure, rest: bytes }
    }

    pub fn head(&self) -> &[u8] {
        self.head.get_ref()
    }

    /// What the bytes come from.
    pub fn into_rest(self) -> R {
        self.rest
    }

    /// Why not one byte can be read.
    pub fn lost(&self) -> Option<&io::Error> {
        self.failure.as_ref().filter(|_| self.head().is_empty())
    }
}

impl<R: Read> Read for Beginning<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.head.read(buffer)? {
            0 => match self.failure.take() {
                Some(failure) => Err(failure),
                None => self.rest.read(buffer),
            },
            read => Ok(read),
        }
    }
}

fn read_some(bytes: &mut dyn Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match bytes.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

/// Bytes of a member, and the first failure to read them.
struct Noted<'b> {
    bytes: &'b mut dyn Read,
    failure: Option<io::Error>,
}

impl Read for Noted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.bytes.read(buffer).map_err(|error| {
            if error.kind() == io::ErrorKind::Interrupted {
                return error;
            }
            let copy = copy(&error);
            self.failure.get_or_insert(error);
            copy
        })
    }
}

fn copy(error: &io::Error) -> io::Error {
    match (error.raw_os_error(), error.get_ref().and_then(|inner| inner.downcast_ref::<Fault>())) {
        (Some(code), _) => io::Error::from_raw_os_error(code),
        (None, Some(fault)) => fault.clone().into(),
        (None, None) => io::Error::new(error.kind(), error.to_string()),
    }
}
