//! The rows of outputs to records again: the bytes that each row keeps, read by the form of the document they were of.
//!
//! Nothing is cut again: a row is a record and keeps its name. What a document says at its beginning, such as the names
//! of its columns, is in the rows of its first records; a first pass over the outputs finds it. A first record that is no
//! row is taken from the row that it equals; without one, only documents are read whose records read alike without it.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::Scope;

use super::super::outcome::BytesProof;
use super::super::sources::Sources;
use super::ready::BytesEnd;
use super::{Chunks, FeedInput, GivenUp, Inputs, Limits, Ready, StopFlag};
use crate::contract::ListTexts;
use crate::dialect::{self, Following, Form, HEAD, Head, NotACable, Position};
use crate::documents::{ListedDocument, NotRow, OutputLists, Reason};
use crate::error::{Error, Result as Fallible};
use crate::read::{self, OutputPart};
use crate::schema::Schema;
use crate::source::{DocumentId, RecordId};
use crate::write::FileBytes;
use crate::write::digest::hexadecimal;

/// Outputs to be read again.
pub struct Stored {
    parts: Vec<OutputPart>,
    limits: Limits,
    stop: StopFlag,
    documents: HashMap<DocumentId, KnownDocument>,
    /// What the outputs list.
    pub lists: OutputLists,
}

/// What is known of a document that is not one whole row.
#[derive(Default)]
struct KnownDocument {
    /// Records by where they begin, until there is enough of them to recognize the document.
    beginning: BTreeMap<u64, Vec<u8>>,
    form: Option<Result<Arc<dyn Form>, NotACable>>,
    /// How the records are read that come after one that says so, by where it begins.
    heads: BTreeMap<u64, Arc<dyn Form>>,
    /// Name of the dialect, where the output lists it.
    dialect: Option<String>,
    /// Whether what is before its cables is a record of its own, which no row keeps.
    has_front: bool,
    records: Option<u64>,
    /// The page of which a stretch was kept, and its dialect: the stretch alone may not tell it.
    page: Option<(FileBytes, String)>,
}

impl Stored {
    /// Looks through outputs for what their documents begin with.
    ///
    /// # Errors
    /// Of kind `Verification` if an output is damaged, or keeps too little to be read again.
    pub fn open(outputs: &[PathBuf], limits: Limits, stop: StopFlag) -> Fallible<Stored> {
        let parts = outputs.iter().map(|path| read::parts(path)).collect::<Fallible<Vec<_>>>()?.concat();
        let mut documents: HashMap<DocumentId, KnownDocument> = HashMap::new();
        let mut lists = OutputLists::default();
        for path in outputs {
            lists.add(OutputLists::of(&read::lists_of_folder(path)?)?);
        }
        for part in &parts {
            let texts = each_row(part, &stop, &mut |id, bytes| {
                // The second is the first of cables where what is before them is a record of its own.
                if id.number.is_some() && (id.start < HEAD as u64 || id.number == Some(1)) {
                    documents.entry(id.document).or_default().beginning.insert(id.start, bytes);
                }
                Ok(())
            })?;
            lists.add(OutputLists::of(&texts)?);
        }
        for listed in &lists.documents {
            let document = documents.entry(listed.id()).or_default();
            document.records = listed.records;
            document.dialect = Some(listed.kind.clone());
            document.has_front = listed.not_rows.first().is_some_and(is_front);
            if listed.records == Some(1) && listed.not_rows.is_empty() {
                let page = FileBytes { size: listed.size, sha256: listed.sha256.clone() };
                document.page = Some((page, listed.kind.clone()));
            }
        }
        take_copied_beginnings(&parts, &stop, &lists.documents, &mut documents)?;
        for (id, document) in &mut documents {
            document.recognize(id)?;
        }
        let has_heads = |id: &DocumentId| documents.get(id).is_some_and(KnownDocument::has_heads);
        if documents.keys().any(has_heads) {
            for part in &parts {
                each_row(part, &stop, &mut |id, bytes| {
                    let document = id.number.and_then(|number| Some((number, documents.get_mut(&id.document)?)));
                    if let Some((number, document)) = document {
                        document.note_head(id.start, Position::of(number, false), &bytes);
                    }
                    Ok(())
                })?;
            }
        }
        Ok(Stored { parts, limits, stop, documents, lists })
    }

    /// The same, with only these files of them to be read.
    pub fn only(self, parts: &[OutputPart]) -> Stored {
        Stored { parts: parts.to_vec(), ..self }
    }

    fn ready(&self, id: RecordId, bytes: Vec<u8>) -> Ready {
        let file_name: Arc<str> = id.document.file_name().into();
        let head = Head::of(&bytes, &file_name);
        let document = self.documents.get(&id.document);
        let page = document.filter(|_| id.number.is_none()).and_then(|document| document.page.as_ref());
        let known = match page {
            Some((_, dialect)) => dialect::named(dialect, &head).map(Ok),
            None => document.filter(|_| id.number.is_some()).and_then(|document| document.form_at(id.start)),
        };
        let form = known.unwrap_or_else(|| dialect::open(&head));
        let records = document.and_then(|document| document.records);
        let position = match id.number {
            None => Position::Only,
            Some(number) => Position::of(number, records == Some(u64::from(number) + 1)),
        };
        let page = page.map(|(page, _)| page.clone());
        Ready { proof: BytesProof::of(&bytes), id, bytes, form, position, file_name, page, end: BytesEnd::Sound }
    }
}

/// Proves every row of a file and gives its bytes; returns what the file lists.
fn each_row(
    part: &OutputPart,
    stop: &StopFlag,
    take: &mut dyn FnMut(RecordId, Vec<u8>) -> Fallible<()>,
) -> Fallible<ListTexts> {
    let path = part.path.display();
    let mut reader = read::open_part(part, &Schema::arrow_of)?;
    while let Some(batch) = reader.next()? {
        stop.check()?;
        let Some(sources) = Sources::of(&batch) else {
            let advice = "without source and source_text its rows keep their schema: leave --schema and schema= out";
            return Err(Error::verification(format!("{path} cannot be read again: {advice}")));
        };
        for row in 0..batch.num_rows() {
            let bytes = sources.bytes(row).map_err(|wrong| Error::verification(format!("{path}: {wrong}")))?;
            take(sources.ids.get(row), bytes)?;
        }
    }
    Ok(reader.lists())
}

/// Gives documents of which only later records are rows the first one, where it equals a row.
fn take_copied_beginnings(
    parts: &[OutputPart],
    stop: &StopFlag,
    listed: &[ListedDocument],
    documents: &mut HashMap<DocumentId, KnownDocument>,
) -> Fallible<()> {
    let mut wanted: HashMap<&str, Vec<(DocumentId, &str)>> = HashMap::new();
    for listed in listed {
        if let Some(NotRow { start: 0, reason: Reason::SameAs { text_sha256, line_end }, .. }) = listed.not_rows.first()
            && documents.get(&listed.id()).is_some_and(|document| !document.beginning.is_empty())
        {
            wanted.entry(text_sha256).or_default().push((listed.id(), line_end));
        }
    }
    let mut parts = parts.iter();
    while !wanted.is_empty()
        && let Some(part) = parts.next()
    {
        each_row(part, stop, &mut |_, bytes| {
            let BytesProof { text_sha256, line_end, .. } = BytesProof::of(&bytes);
            let text = &bytes[..bytes.len() - line_end.len()];
            for (id, line_end) in wanted.remove(&*hexadecimal(&text_sha256)).unwrap_or_default() {
                let first = [text, line_end.as_bytes()].concat();
                documents.entry(id).or_default().beginning.insert(0, first);
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// Whether a record is what is before the cables of a dump.
fn is_front(record: &NotRow) -> bool {
    record.record == 0 && record.reason == Reason::Left(NotACable::DumpFront.name().to_owned())
}

impl KnownDocument {
    /// Recognizes the document by what is known of its beginning.
    fn recognize(&mut self, id: &DocumentId) -> Fallible<()> {
        let records = std::mem::take(&mut self.beginning);
        if records.is_empty() {
            return Ok(());
        }
        let mut head = Vec::new();
        for (start, bytes) in records {
            match start == head.len() as u64 {
                true => head.extend(bytes),
                false if head.is_empty() && self.has_front => {
                    head = bytes;
                    break;
                }
                false if head.is_empty() && self.read_by_later_records(id, &bytes) => return Ok(()),
                false if head.is_empty() => {
                    let advice = "restore the output and convert what it gives, or leave --schema and schema= out";
                    let reason = "its first record is not a row, and may say how the others are to be read";
                    return Err(Error::verification(format!("{id} cannot be read again: {reason}; {advice}")));
                }
                false => break,
            }
        }
        self.form = Some(dialect::open(&Head::of(&head, id.file_name())));
        Ok(())
    }

    /// Whether its records may say how those after them are read.
    fn has_heads(&self) -> bool {
        matches!(&self.form, Some(Ok(form)) if form.has_heads())
    }

    /// Keeps what a record says of those after it.
    fn note_head(&mut self, start: u64, position: Position, record: &[u8]) {
        let Some(Ok(form)) = &self.form else { return };
        let said = match form.following(record, position) {
            Following::Unsaid => return,
            Following::Alike => form.clone(),
            Following::Other(said) => {
                let is_same = |known: &&Arc<dyn Form>| format!("{known:?}") == format!("{said:?}");
                self.heads.range(..start).next_back().map(|(_, known)| known).filter(is_same).cloned().unwrap_or(said)
            }
        };
        self.heads.insert(start, said);
    }

    /// The form of the record that begins there.
    fn form_at(&self, start: u64) -> Option<Result<Arc<dyn Form>, NotACable>> {
        let said = self.heads.range(..start).next_back().map(|(_, form)| Ok(form.clone()));
        said.or_else(|| self.form.clone())
    }

    /// Tells the form by a record that is not the first; whether it can.
    fn read_by_later_records(&mut self, id: &DocumentId, record: &[u8]) -> bool {
        let head = Head::of(record, id.file_name());
        let form = self.dialect.as_deref().and_then(|name| dialect::of_later_records(name, &head));
        self.form = form.map(Ok);
        self.form.is_some()
    }
}

impl Inputs for Stored {
    fn read_ahead<'scope>(self, scope: &'scope Scope<'scope, '_>) -> Receiver<Fallible<Vec<FeedInput>>>
    where
        Self: 'scope,
    {
        let (sender, chunks) = sync_channel(1);
        scope.spawn(move || {
            let mut chunks = Chunks::new(sender.clone(), self.limits);
            let read = self.parts.iter().try_for_each(|part| {
                let take = &mut |id, bytes| {
                    let ready = self.ready(id, bytes);
                    chunks.push(FeedInput::Record(ready)).map_err(|GivenUp| Error::stopped())
                };
                each_row(part, &self.stop, take).map(drop)
            });
            // Nobody listens any more where the run was given up.
            match read {
                Ok(()) => drop(chunks.send()),
                Err(error) => drop(sender.send(Err(error))),
            }
        });
        chunks
    }
}
