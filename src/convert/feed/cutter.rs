//! A document to its records, each with the hashes that prove it and distinguish copies from versions.
//!
//! The same for a document in memory and for one that comes as a stream: any way of cutting it into blocks gives the
//! same records. Never holds more than one record and one block.

use std::borrow::Cow;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::super::Accepted;
use super::super::outcome::BytesProof;
use super::ready::{BytesEnd, Ready, number_of};
use super::{FeedInput, FeedRules, GivenUp};
use crate::dialect::{Cut, Extent, Following, Form, HEAD, Head, LateBeginning, NotACable, Position, Sought, Splitter};
use crate::error::Error;
use crate::source::{DocumentId, RecordId, RecordRun, UnreadableReason};
use crate::write::FileBytes;
use crate::write::digest::{Hash, hexadecimal};

/// A document that was read to its end and is not one whole record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentEnd {
    /// Its name.
    pub id: DocumentId,
    /// Its dialect, or the kind of container it is.
    pub kind: Cow<'static, str>,
    /// Number of bytes.
    pub size: u64,
    /// SHA-256 of the bytes.
    pub sha256: Hash,
    /// Number of records in it; none where it is a container.
    pub records: Option<u64>,
}

/// What a document is called.
#[derive(Clone, Debug)]
pub struct DocumentName {
    /// Its name from here on.
    pub id: DocumentId,
    /// Its name without directories and extension.
    pub file_name: Arc<str>,
}

/// Takes what a document is cut into.
pub type Take<'t> = &'t mut dyn FnMut(FeedInput) -> Result<(), GivenUp>;

/// Why a stream was not cut to its end.
#[derive(Debug)]
pub enum CutShort {
    /// It cannot be read any further.
    Broken(io::Error),
    /// Nobody needs more.
    GivenUp,
}

impl From<GivenUp> for CutShort {
    fn from(GivenUp: GivenUp) -> CutShort {
        CutShort::GivenUp
    }
}

impl From<io::Error> for CutShort {
    fn from(error: io::Error) -> CutShort {
        CutShort::Broken(error)
    }
}

/// Cuts a document that is in memory.
pub fn cut_bytes(name: DocumentName, bytes: Vec<u8>, rules: &FeedRules, take: Take<'_>) -> Result<(), GivenUp> {
    cut_all(name, bytes, BytesEnd::Sound, rules, take)
}

/// Cuts all that there is of a document. What is no cable is named only where it is all of the document.
fn cut_all(
    name: DocumentName,
    bytes: Vec<u8>,
    end: BytesEnd,
    rules: &FeedRules,
    take: Take<'_>,
) -> Result<(), GivenUp> {
    let head = Head::of(&bytes, &name.file_name);
    let form = match rules.open(&head) {
        Err(kind) if kind.may_come_before_cables() => match LateBeginning::new(&head, rules.limit).look(&bytes, true) {
            Sought::Found(late) if late.front > rules.front() => {
                let front = late.front;
                let cutter = DocumentCutter::after(name, front as u64, late.form(0), rules, take)?;
                let mut cutter = DocumentCutter { end, ..cutter };
                cutter.cut(None, &bytes[front..], true, take)?;
                return cutter.end(bytes.len() as u64, || Sha256::digest(&bytes).into(), take);
            }
            Sought::Found(late) => {
                let front = late.front;
                Ok(late.form(front))
            }
            Sought::Passed(_) | Sought::Nothing => Err(kind),
        },
        form => form,
    };
    let form = match form {
        Ok(form) => form,
        Err(_) if end == BytesEnd::Broken => return Ok(()),
        Err(kind) => return take(FeedInput::Record(whole(name, bytes, Err(kind)))),
    };
    let mut splitter = form.splitter(rules.limit);
    let first = splitter.next(&bytes, true);
    let is_one = first == Cut::Record(bytes.len());
    if is_one && rules.stretch(&*form, &bytes, Position::Only) == (0..bytes.len()) {
        return take(FeedInput::Record(Ready { end, ..whole(name, bytes, Ok(form)) }));
    }
    if rules.accepted == Accepted::SingleRecords {
        // A document that is one record by its nature, and in which the cable is a stretch, is a page.
        let is_page = is_one && form.record_number(0, Position::Only).is_none();
        let kind = if is_page { NotACable::HtmlPage } else { NotACable::Records };
        return take(FeedInput::Record(whole(name, bytes, Err(kind))));
    }
    let mut cutter = DocumentCutter { splitter, end, ..DocumentCutter::new(name, form, rules) };
    cutter.cut(Some(first), &bytes, true, take)?;
    cutter.end(bytes.len() as u64, || Sha256::digest(&bytes).into(), take)
}

/// Cuts a document that comes block by block.
pub fn cut_stream(
    name: DocumentName,
    stream: &mut dyn Read,
    rules: &FeedRules,
    take: Take<'_>,
) -> Result<(), CutShort> {
    let mut buffer = Buffer::new(stream, rules.block);
    buffer.fill(HEAD + 1)?;
    if buffer.at_end {
        let end = buffer.end();
        cut_all(name, buffer.bytes, end, rules, take)?;
        return buffer.failure.map_or(Ok(()), |failure| Err(failure.into()));
    }
    let mut cutter = match buffer.recognize(&name, rules)? {
        Ok(FirstRecord { front: 0, form }) => DocumentCutter::new(name, form, rules),
        Ok(FirstRecord { front, form }) => DocumentCutter::after(name, front, form, rules, take)?,
        Err(_) if buffer.failure.is_some() => return Err(buffer.failure.map_or(CutShort::GivenUp, CutShort::Broken)),
        Err(kind) => return Ok(take(FeedInput::Ignored(RecordId::whole(name.id), kind))?),
    };
    loop {
        cutter.end = buffer.end();
        let done = cutter.cut(None, &buffer.bytes, buffer.at_end, take)?;
        if let Some(failure) = buffer.failure {
            return Err(failure.into());
        }
        if buffer.at_end {
            return Ok(cutter.end(buffer.size, || buffer.hash.finalize().into(), take)?);
        }
        buffer.pass(done);
        buffer.fill(buffer.bytes.len() + 1)?;
    }
}

/// Cuts a run of records out of a file of several. Nothing is said of the file as a whole.
pub fn cut_run(
    name: DocumentName,
    mut file: impl Read + Seek,
    run: RecordRun,
    rules: &FeedRules,
    take: Take<'_>,
) -> Result<(), CutShort> {
    if file.seek(SeekFrom::End(0))? != run.file_size {
        return Err(CutShort::Broken(io::Error::other(
            "the file is not what it was when it was split; split it again",
        )));
    }
    file.rewind()?;
    let mut buffer = Buffer::new(&mut file, rules.block);
    buffer.fill(HEAD + 1)?;
    let mut cutter = match buffer.recognize(&name, rules)? {
        Ok(FirstRecord { front, form }) if front > 0 && run.number == 0 => {
            DocumentCutter::after(name, front, form, rules, take)?
        }
        Ok(FirstRecord { form, .. }) => {
            DocumentCutter { number: run.number, start: run.start, ..DocumentCutter::new(name, form, rules) }
        }
        Err(kind) => return Ok(take(FeedInput::Ignored(RecordId::whole(name.id), kind))?),
    };
    let mut records = BufReader::with_capacity(rules.block, file);
    if let Some(head) = run.head {
        records.seek(SeekFrom::Start(head.start))?;
        let mut bytes = Vec::new();
        (&mut records).take(head.size).read_to_end(&mut bytes)?;
        cutter.follow(&bytes, if head.start == 0 { Position::First } else { Position::Middle });
    }
    records.seek(SeekFrom::Start(cutter.start))?;
    let passed = cutter.number - run.number;
    for size in run.sizes.into_iter().skip(passed as usize) {
        let is_last = cutter.start + size == run.file_size;
        let mut bytes = Vec::new();
        (&mut records).take(size.min(rules.limit as u64)).read_to_end(&mut bytes)?;
        if size > rules.limit as u64 {
            cutter.follow(&bytes, Position::of(cutter.number, false));
            cutter.passed = size;
            bytes.clear();
            records.seek(SeekFrom::Start(cutter.start + size))?;
        }
        cutter.record(&bytes, is_last, take)?;
    }
    Ok(())
}

/// A document that is one record.
fn whole(name: DocumentName, bytes: Vec<u8>, form: Result<Arc<dyn Form>, NotACable>) -> Ready {
    ready(RecordId::whole(name.id), bytes, form, Position::Only, name.file_name)
}

fn ready(
    id: RecordId,
    bytes: Vec<u8>,
    form: Result<Arc<dyn Form>, NotACable>,
    position: Position,
    file_name: Arc<str>,
) -> Ready {
    let proof = BytesProof::of(&bytes);
    Ready { id, bytes, proof, form, position, file_name, page: None, end: BytesEnd::Sound }
}

/// One document on its way through a splitter.
struct DocumentCutter<'r> {
    name: DocumentName,
    form: Arc<dyn Form>,
    splitter: Box<dyn Splitter>,
    rules: &'r FeedRules,
    /// Records so far.
    number: u32,
    /// First byte of the record at hand.
    start: u64,
    /// Bytes of the record at hand that were given away, since it is too large.
    passed: u64,
    /// How much of the document one record is.
    extent: Extent,
    /// The form as a number.
    form_number: u32,
    /// SHA-256 of the document, where it is a page that was hashed as such.
    page: Option<Hash>,
    /// How the bytes of the document end.
    end: BytesEnd,
}

impl<'r> DocumentCutter<'r> {
    fn new(name: DocumentName, form: Arc<dyn Form>, rules: &'r FeedRules) -> DocumentCutter<'r> {
        let splitter = form.splitter(rules.limit);
        let form_number = number_of(&*form);
        let (extent, number, start, passed) = (Extent::Whole, 0, 0, 0);
        let end = BytesEnd::Sound;
        DocumentCutter { name, form, splitter, rules, number, start, passed, extent, form_number, page: None, end }
    }

    /// Begins after the first `front` bytes of a document, which are a record of their own and no cable.
    fn after(
        name: DocumentName,
        front: u64,
        form: Arc<dyn Form>,
        rules: &'r FeedRules,
        take: Take<'_>,
    ) -> Result<DocumentCutter<'r>, GivenUp> {
        let id = RecordId { document: name.id.clone(), number: Some(0), start: 0 };
        take(FeedInput::Ignored(id, NotACable::DumpFront))?;
        let cutter = DocumentCutter::new(name, form, rules);
        Ok(DocumentCutter { number: 1, start: front, extent: Extent::Beginning, ..cutter })
    }

    /// Cuts what ends within `bytes`; gives how many are done with. `first` is the first answer, if it is known.
    fn cut(&mut self, mut first: Option<Cut>, bytes: &[u8], at_end: bool, take: Take<'_>) -> Result<usize, GivenUp> {
        let mut at = 0;
        while at < bytes.len() || self.passed > 0 {
            let rest = &bytes[at..];
            match first.take().unwrap_or_else(|| self.splitter.next(rest, at_end)) {
                Cut::Record(length) => {
                    at += length;
                    self.record(&rest[..length], at_end && at == bytes.len(), take)?;
                }
                Cut::Part(length) => {
                    if self.passed == 0 {
                        self.follow(&rest[..length], Position::of(self.number, false));
                    }
                    at += length;
                    self.passed += length as u64;
                }
                Cut::More if at_end => {
                    // No splitter answers so at the end; should one, what is left is the last record.
                    self.record(rest, true, take)?;
                    at = bytes.len();
                }
                Cut::More => break,
            }
        }
        Ok(at)
    }

    /// Reads what comes after a record as that says.
    fn follow(&mut self, record: &[u8], position: Position) {
        if self.form.has_heads()
            && let Following::Other(form) = self.form.following(record, position)
        {
            (self.form_number, self.form) = (number_of(&*form), form);
        }
    }

    fn record(&mut self, bytes: &[u8], is_last: bool, take: Take<'_>) -> Result<(), GivenUp> {
        let position = Position::of(self.number, is_last);
        let number = self.form.record_number(self.number, position);
        let mut id = RecordId { document: self.name.id.clone(), number, start: self.start };
        let size = self.passed + bytes.len() as u64;
        let is_too_large = size > self.rules.limit as u64;
        (self.number, self.start, self.passed) = (self.number + 1, self.start + size, 0);
        if is_too_large {
            if position != Position::Only {
                self.extent = Extent::Beginning;
            }
            return take(FeedInput::Unreadable(id, UnreadableReason::TooLarge(self.rules.limit as u64)));
        }
        let stretch = self.rules.stretch(&*self.form, bytes, position);
        if position != Position::Only || stretch.len() < bytes.len() {
            self.extent = Extent::Beginning;
        }
        id.start += stretch.start as u64;
        let page = (stretch.len() < bytes.len()).then(|| self.whole_page(bytes, position));
        let kept = bytes[stretch].to_vec();
        let ready = ready(id, kept, Ok(self.form.clone()), position, self.name.file_name.clone());
        let mut ready = Ready { page, end: if is_last { self.end } else { BytesEnd::Sound }, ..ready };
        ready.proof.read_as = ready.read_as(self.form_number);
        ready.proof.is_stretch = ready.page.is_some();
        self.follow(bytes, position);
        take(FeedInput::Record(ready))
    }

    /// The page of which a record keeps a stretch; the only record of a document is all of it.
    fn whole_page(&mut self, bytes: &[u8], position: Position) -> FileBytes {
        let hash: Hash = Sha256::digest(bytes).into();
        self.page = Some(hash).filter(|_| position == Position::Only);
        FileBytes { size: bytes.len() as u64, sha256: hexadecimal(&hash) }
    }

    /// Reports the document as a whole, if it is not one record; `hash` gives its SHA-256.
    fn end(self, size: u64, hash: impl FnOnce() -> Hash, take: Take<'_>) -> Result<(), GivenUp> {
        if self.extent == Extent::Whole || self.end == BytesEnd::Broken {
            return Ok(());
        }
        let sha256 = self.page.unwrap_or_else(hash);
        let (id, kind, records) = (self.name.id, self.form.dialect().into(), Some(u64::from(self.number)));
        take(FeedInput::End(DocumentEnd { id, kind, size, sha256, records }))
    }
}

/// Whether what holds a document fails, rather than the machine or a run that is to stop.
fn is_of_container(failure: &io::Error) -> bool {
    failure.raw_os_error().is_none() && !failure.get_ref().is_some_and(|inner| inner.is::<Error>())
}

/// How the records of a document are read.
struct FirstRecord {
    /// So many bytes before the first record are not part of it.
    front: u64,
    form: Arc<dyn Form>,
}

/// The bytes of a stream that are not done with.
struct Buffer<'s> {
    stream: &'s mut dyn Read,
    block: usize,
    bytes: Vec<u8>,
    at_end: bool,
    /// Why no more come, where that is the fault of what holds them: those that came are a beginning of the document.
    failure: Option<io::Error>,
    size: u64,
    hash: Sha256,
}

impl<'s> Buffer<'s> {
    fn new(stream: &'s mut dyn Read, block: usize) -> Buffer<'s> {
        Buffer { stream, block, bytes: Vec::new(), at_end: false, failure: None, size: 0, hash: Sha256::new() }
    }

    /// Reads blocks until there are at least so many bytes, or no more come.
    fn fill(&mut self, least: usize) -> io::Result<()> {
        while !self.at_end && self.bytes.len() < least {
            let before = self.bytes.len();
            let read = (&mut *self.stream).take(self.block as u64).read_to_end(&mut self.bytes);
            self.failure = read.err();
            if let Some(failure) = self.failure.take_if(|failure| !is_of_container(failure)) {
                return Err(failure);
            }
            let taken = self.bytes.len() - before;
            self.at_end = taken < self.block || self.failure.is_some();
            self.hash.update(&self.bytes[before..]);
            self.size += taken as u64;
        }
        Ok(())
    }

    fn end(&self) -> BytesEnd {
        if self.failure.is_some() { BytesEnd::Broken } else { BytesEnd::Sound }
    }

    /// How the records of a document are read whose beginning is there.
    fn recognize(&mut self, name: &DocumentName, rules: &FeedRules) -> io::Result<Result<FirstRecord, NotACable>> {
        let head = Head::of(&self.bytes, &name.file_name);
        match rules.open(&head) {
            Ok(form) => Ok(Ok(FirstRecord { front: 0, form })),
            Err(kind) if kind.may_come_before_cables() => {
                let search = LateBeginning::new(&head, rules.limit);
                Ok(self.seek(search, rules)?.ok_or(kind))
            }
            Err(kind) => Ok(Err(kind)),
        }
    }

    /// Looks for the first record of a document whose beginning shows none. What is before it and not part of it is gone
    /// then.
    fn seek(&mut self, mut search: LateBeginning, rules: &FeedRules) -> io::Result<Option<FirstRecord>> {
        let (mut passed, mut gone) = (0, 0_u64);
        loop {
            match search.look(&self.bytes[passed..], self.at_end) {
                Sought::Found(late) => {
                    let front = gone + (passed + late.front) as u64;
                    if front <= rules.front() as u64 {
                        return Ok(Some(FirstRecord { front: 0, form: late.form(front as usize) }));
                    }
                    self.pass(passed + late.front);
                    return Ok(Some(FirstRecord { front, form: late.form(0) }));
                }
                Sought::Passed(count) => passed += count,
                Sought::Nothing => return Ok(None),
            }
            if gone + passed as u64 > rules.front() as u64 {
                self.pass(passed);
                gone += std::mem::take(&mut passed) as u64;
            }
            self.fill(self.bytes.len() + 1)?;
        }
    }

    /// Lets the first `count` bytes go.
    fn pass(&mut self, count: usize) {
        self.bytes.drain(..count);
    }
}
