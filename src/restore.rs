//! Outputs back to the original files, byte for byte.
//!
//! A document that is one row is written as it is. One of several records is written whole if its rows, and copies
//! filled from the rows they equal, tile it and its hash agrees; otherwise the missing records are named. Lone JSON Lines
//! and Arrow streams have no place for what says so: with `Partial::Records`, their records that follow one another from
//! the first byte are written as one file, and the summary says that more may have come after them. Writes only below the
//! directory it is given, and only bytes that were proven against their SHA-256.

mod names;

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use arrow::datatypes::Field;

use crate::contract::ListTexts;
use crate::convert::{BytesProof, StopFlag};
use crate::diagnostic::Code;
use crate::documents::{LeftOut, ListedDocument, OutputLists, Reason};
use crate::error::{Error, Result};
use crate::local::{Standing, folder_of, standing};
use crate::read::{self, OutputPart};
use crate::schema::{Schema, core};
use crate::source::{DocumentId, RecordId, short_name};
use crate::verify::Sources;
use crate::write::digest::hexadecimal;
use crate::write::value::{Rows, Value, View};
use crate::write::{Existing, Staging, check_folder, file_sha256, refuse_used};
use names::RestoredNames;

/// What was written back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Restored {
    /// Files written: documents, and single records of those that are not whole.
    pub documents: u64,
    /// Bytes in them.
    pub bytes: u64,
    /// Containers, which are not built again: their members are in a folder of their name.
    pub containers: u64,
    /// Documents of several records that were written as far as there are rows: lone JSON Lines and Arrow streams do not
    /// say where a document ends.
    pub open_ended: u64,
    /// Documents of which only records were written, and why.
    pub incomplete: Vec<String>,
    /// Members of containers whose rows say that they end within the cable, as after damage: what was written is what
    /// could be read, and the original may have more.
    pub cut: Vec<String>,
    /// Documents that were written under another name, each with it: their own leads out of the folder, is longer than a
    /// name can be, or is that of another document.
    pub renamed: Vec<String>,
    /// Documents of the run that are not in the output, as far as the output says.
    pub left_out: LeftOut,
}

/// What happens to documents that cannot be written whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Partial {
    /// Nothing is written at all.
    #[default]
    Refuse,
    /// Each of their records is written to a file of its own.
    Records,
}

/// Writes the source documents of the output at `path` below `directory`, which must be empty or not exist.
///
/// Everything is written beside `directory` first and renamed into place, so that a stopped run leaves nothing.
///
/// # Errors
/// Of kind `Verification` if a row does not prove its bytes or a document is not whole, `Output` if `directory` is in
/// use or cannot be written.
pub fn restore(path: &Path, directory: &Path, partial: Partial) -> Result<Restored> {
    restore_unless_stopped(path, directory, partial, &StopFlag::default())
}

/// Does what `restore` does until the flag is raised; a stopped run leaves nothing.
///
/// # Errors
/// As `restore`, and of kind `Stopped`.
pub fn restore_unless_stopped(path: &Path, directory: &Path, partial: Partial, stop: &StopFlag) -> Result<Restored> {
    refuse_used(directory)?;
    let parent = folder_of(directory);
    fs::create_dir_all(&parent).map_err(|error| Error::cannot("create", &parent, error))?;
    check_folder(directory, Existing::Refuse)?;
    let mut staging = Staging::folder(directory, Existing::Refuse)?;
    let parts = read::parts(path)?;
    let mut run = Restoration {
        names: RestoredNames::below(staging.path()),
        gathered: HashMap::new(),
        last: None,
        lists: Lists::Kept,
        restored: Restored::default(),
    };
    let is_folder = standing(path)? == Standing::Folder;
    let mut listed = OutputLists::unproven(&read::lists_of_folder(path)?)?;
    for part in &parts {
        let (texts, lists) = each_row(part, stop, &mut |row| run.row(row))?;
        listed.add(OutputLists::unproven(&texts)?);
        run.lists = if is_folder { Lists::Kept } else { lists };
    }
    run.restored.left_out = listed.left_out;
    let mut copies = run.list(listed.documents)?;
    if !copies.is_empty() {
        for part in &parts {
            each_row(part, stop, &mut |row| run.copies_of(row.bytes, &mut copies))?;
        }
    }
    let restored = run.finish(partial)?;
    staging.publish()?;
    Ok(restored)
}

/// Whether an output has a place to list documents that are not one whole row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lists {
    /// It has, so that a document which is not listed was cut.
    Kept,
    /// It has not.
    None,
}

/// A row that is written back.
struct ProvenRow<'b> {
    id: RecordId,
    /// The bytes that its text gives back.
    bytes: &'b [u8],
    /// Whether it says that its document ends within it.
    is_unclosed: bool,
}

/// Proves every row of a file and gives its bytes; returns what the file lists.
fn each_row(
    part: &OutputPart,
    stop: &StopFlag,
    take: &mut dyn FnMut(ProvenRow<'_>) -> Result<()>,
) -> Result<(ListTexts, Lists)> {
    let wrong = |what: String| Error::verification(format!("{}: {what}", part.path.display()));
    let mut reader = read::open_part(part, &Schema::arrow_of)?;
    while let Some(batch) = reader.next()? {
        let sources = Sources::of(&batch);
        let sources =
            sources.ok_or_else(|| wrong("without source and source_text nothing can be restored".to_owned()))?;
        let rows = Rows::of(&batch);
        for row in 0..batch.num_rows() {
            stop.check()?;
            let bytes = sources.bytes(row).map_err(wrong)?;
            let is_unclosed = rows.as_ref().is_some_and(|rows| is_unclosed(rows, row));
            take(ProvenRow { id: sources.ids.get(row), bytes: &bytes, is_unclosed })?;
        }
    }
    Ok((reader.lists(), if reader.has_list() { Lists::Kept } else { Lists::None }))
}

/// Whether a row says that its document ends within it; an output may leave out the column that does.
fn is_unclosed(rows: &Rows<'_>, row: usize) -> bool {
    let Some(Value::List(found, range)) = rows.column(core::DIAGNOSTICS).map(|view| view.value(row)) else {
        return false;
    };
    let is_code = |(field, view): &(&Field, View<'_>), index| {
        field.name() == core::CODE && view.value(index).text() == Some(Code::RecordUnclosed.name())
    };
    range.into_iter().any(|index| match found.value(index) {
        Value::Struct(members, index) => members.iter().any(|member| is_code(member, index)),
        _ => false,
    })
}

/// A restoration under way.
struct Restoration<'r> {
    names: RestoredNames<'r>,
    /// Documents of which a record is a row.
    gathered: HashMap<DocumentId, Gathered>,
    /// The file of the document that was written to last.
    last: Option<(DocumentId, File)>,
    lists: Lists,
    restored: Restored,
}

/// A document of several records, or of which a stretch was kept.
#[derive(Default)]
struct Gathered {
    /// What the output lists of it.
    listed: Option<ListedDocument>,
    /// What was written of it.
    stretches: Vec<Stretch>,
}

/// The records that equal a row, by the SHA-256 of their bytes without the line end.
type Copies = HashMap<String, Vec<EqualRecord>>;

/// A record that was written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Stretch {
    start: u64,
    end: u64,
    /// None where the document is one record.
    number: Option<u32>,
}

/// A record that equals a row but for its line end.
struct EqualRecord {
    id: RecordId,
    line_end: String,
}

impl Restoration<'_> {
    fn row(&mut self, row: ProvenRow<'_>) -> Result<()> {
        let ProvenRow { id, bytes, is_unclosed } = row;
        if id.number.is_some() || id.start > 0 {
            return self.write_record(&id, bytes);
        }
        let path = self.names.path(&id.document);
        if is_unclosed && id.document.member().is_some() {
            self.restored.cut.push(id.document.to_string());
        }
        make_folder(&path, &id.document)?;
        let written = File::create_new(&path).and_then(|mut file| file.write_all(bytes));
        written.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists if matches!(standing(&path), Ok(Standing::Folder)) => in_the_way(&id.document),
            io::ErrorKind::AlreadyExists => {
                Error::verification(format!("{id} is in the output twice; nothing was restored"))
            }
            _ => Error::cannot("write", &path, error),
        })?;
        self.restored.documents += 1;
        self.restored.bytes += bytes.len() as u64;
        Ok(())
    }

    /// Takes what an output lists of documents; gives the records that equal a row.
    fn list(&mut self, listed: Vec<ListedDocument>) -> Result<Copies> {
        let mut copies = Copies::new();
        for listed in listed {
            if listed.records.is_none() {
                self.restored.containers += 1;
                continue;
            }
            let document = listed.id();
            for record in &listed.not_rows {
                if let Reason::SameAs { text_sha256, line_end } = &record.reason {
                    let id = RecordId { document: document.clone(), number: Some(record.record), start: record.start };
                    copies.entry(text_sha256.clone()).or_default().push(EqualRecord { id, line_end: line_end.clone() });
                }
            }
            if !self.gathered.contains_key(&document) {
                self.reconsider(&document)?;
            }
            self.gathered.entry(document).or_default().listed = Some(listed);
        }
        Ok(copies)
    }

    /// A row that was taken for a whole document turns out to be a stretch at its beginning.
    fn reconsider(&mut self, document: &DocumentId) -> Result<()> {
        let path = self.names.path(document);
        if let Ok(metadata) = path.metadata() {
            self.restored.documents -= 1;
            self.restored.bytes -= metadata.len();
            let stretch = Stretch { start: 0, end: metadata.len(), number: None };
            self.gathered.entry(document.clone()).or_default().stretches.push(stretch);
        }
        Ok(())
    }

    /// Writes the records that equal this one.
    fn copies_of(&mut self, bytes: &[u8], copies: &mut Copies) -> Result<()> {
        let BytesProof { text_sha256, line_end, .. } = BytesProof::of(bytes);
        let Some(copies) = copies.remove(&hexadecimal(&text_sha256)) else { return Ok(()) };
        let text = &bytes[..bytes.len() - line_end.len()];
        for EqualRecord { id, line_end } in copies {
            self.write_record(&id, &[text, line_end.as_bytes()].concat())?;
        }
        Ok(())
    }

    fn write_record(&mut self, id: &RecordId, bytes: &[u8]) -> Result<()> {
        let path = self.names.path(&id.document);
        let mut file = match self.last.take() {
            Some((document, file)) if document == id.document => file,
            _ => {
                make_folder(&path, &id.document)?;
                let opened = File::options().write(true).create(true).truncate(false).open(&path);
                opened.map_err(|error| match error.kind() {
                    io::ErrorKind::IsADirectory => in_the_way(&id.document),
                    _ => Error::cannot("write", &path, error),
                })?
            }
        };
        let written = file.seek(SeekFrom::Start(id.start)).and_then(|_| file.write_all(bytes));
        written.map_err(|error| Error::cannot("write", &path, error))?;
        self.last = Some((id.document.clone(), file));
        let end = id.start.saturating_add(bytes.len() as u64);
        let stretch = Stretch { start: id.start, end, number: id.number };
        self.gathered.entry(id.document.clone()).or_default().stretches.push(stretch);
        Ok(())
    }

    /// Proves every document of several records, and takes those that are not whole apart.
    fn finish(mut self, partial: Partial) -> Result<Restored> {
        self.last = None;
        let mut gathered: Vec<(DocumentId, Gathered)> = self.gathered.drain().collect();
        gathered.sort_by(|(one, _), (other, _)| one.cmp(other));
        for (document, mut gathered) in gathered {
            if gathered.is_stretch() && gathered.stretches.is_empty() {
                // A page that is not a row is counted among what the output lacks.
                continue;
            }
            gathered.stretches.sort_unstable();
            let path = self.names.path(&document);
            match gathered.fault(&path, self.lists) {
                None => {
                    self.restored.documents += 1;
                    self.restored.bytes += gathered.stretches.last().map_or(0, |last| last.end);
                }
                Some(_) if partial == Partial::Records && gathered.is_open_ended(self.lists) => {
                    self.restored.documents += 1;
                    self.restored.open_ended += 1;
                    self.restored.bytes += gathered.stretches.last().map_or(0, |last| last.end);
                }
                Some(fault) if partial == Partial::Records || gathered.is_stretch() => {
                    self.take_apart(&document, &path, &gathered)?;
                    self.restored.incomplete.push(format!("{document}: {fault}"));
                }
                Some(fault) => {
                    let advice = match gathered.is_open_ended(self.lists) {
                        true => "--partial writes it as far as it goes; nothing was restored",
                        false => "--partial writes each of its records to a file; nothing was restored",
                    };
                    return Err(Error::verification(format!("{document} is not whole: {fault}; {advice}")));
                }
            }
        }
        self.restored.renamed = self.names.renamed();
        Ok(self.restored)
    }

    /// Writes every record of a document that is not whole to a file of its own.
    fn take_apart(&mut self, document: &DocumentId, path: &Path, gathered: &Gathered) -> Result<()> {
        if gathered.stretches.is_empty() {
            return Ok(());
        }
        let failed = |error| Error::cannot("write", path, error);
        let mut whole = File::open(path).map_err(failed)?;
        for stretch in &gathered.stretches {
            let mut bytes = Vec::new();
            whole.seek(SeekFrom::Start(stretch.start)).map_err(failed)?;
            (&mut whole).take(stretch.end - stretch.start).read_to_end(&mut bytes).map_err(failed)?;
            let target = gathered.record_path(path, stretch.number.unwrap_or(0));
            make_folder(&target, document)?;
            fs::write(&target, &bytes).map_err(|error| Error::cannot("write", &target, error))?;
            self.restored.documents += 1;
            self.restored.bytes += bytes.len() as u64;
        }
        fs::remove_file(path).map_err(failed)
    }
}

impl Gathered {
    /// Whether it is one record of which a stretch was kept.
    fn is_stretch(&self) -> bool {
        match &self.listed {
            Some(listed) => listed.is_page(),
            None => matches!(self.stretches[..], [Stretch { number: None, .. }]),
        }
    }

    /// Whether all that is not known is whether more records came after the last.
    fn is_open_ended(&self, lists: Lists) -> bool {
        lists == Lists::None && self.listed.is_none() && self.gap(None).is_none()
    }

    /// Why the file at `path` is not the document; `None` if it is.
    fn fault(&self, path: &Path, lists: Lists) -> Option<String> {
        let Some(listed) = &self.listed else {
            return match lists {
                Lists::Kept => Some("the output does not say what belongs to it; it may be cut by --limit".to_owned()),
                Lists::None => self.gap(None).or_else(|| Some("the output does not say where it ends".to_owned())),
            };
        };
        if let Some(gap) = self.gap(Some(listed)) {
            return Some(gap);
        }
        let is_proven = file_sha256(path).is_some_and(|sha256| sha256 == listed.sha256);
        (!is_proven).then(|| "its records together have another SHA-256 than it had".to_owned())
    }

    /// The first place that no record, or more than one, covers.
    fn gap(&self, listed: Option<&ListedDocument>) -> Option<String> {
        let mut at = 0;
        for stretch in self.stretches.iter().map(Some).chain([None]) {
            let end = listed.map_or(at, |listed| listed.size);
            let start = stretch.map_or(end, |stretch| stretch.start);
            if start > at {
                return Some(self.missing(listed, at, start));
            }
            if start < at {
                return Some(format!("two records overlap at byte {start}"));
            }
            at = stretch.map_or(at, |stretch| stretch.end);
        }
        None
    }

    fn missing(&self, listed: Option<&ListedDocument>, from: u64, to: u64) -> String {
        if self.is_stretch() {
            let size = listed.map(|listed| format!(", of {} bytes", listed.size)).unwrap_or_default();
            return format!("only the stretch of the cable was kept{size}");
        }
        let not_rows = listed.map(|listed| listed.not_rows.as_slice()).unwrap_or_default();
        let known = not_rows.iter().find(|record| (from..to).contains(&record.start));
        match known.map(|record| (record, &record.reason)) {
            Some((record, Reason::Left(why))) => {
                format!("record {} at byte {} is missing: {why}", record.record, record.start)
            }
            Some((record, Reason::SameAs { .. })) => {
                format!("record {} at byte {} is missing, and so is the row it equals", record.record, record.start)
            }
            None => format!("the bytes from {from} to {to} are in no row"),
        }
    }

    /// `cables.csv.records/000123.csv`; `page.record.html` for the only one.
    fn record_path(&self, document: &Path, number: u32) -> PathBuf {
        let name = document.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let (stem, ending) = match name.rsplit_once('.') {
            Some((stem, ending)) if !stem.is_empty() => (stem, format!(".{ending}")),
            _ => (name.as_str(), String::new()),
        };
        match self.is_stretch() {
            true => document.with_file_name(short_name(format!("{stem}.record{ending}").into())),
            false => {
                let folder = document.with_file_name(short_name(format!("{name}.records").into()));
                folder.join(short_name(format!("{number:06}{ending}").into()))
            }
        }
    }
}

fn make_folder(path: &Path, document: &DocumentId) -> Result<()> {
    let folder = folder_of(path);
    fs::create_dir_all(&folder).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => in_the_way(document),
        _ => Error::cannot("create", &folder, error),
    })
}

/// A container can hold `a.txt` and `a.txt/b.txt`, a folder cannot.
fn in_the_way(document: &DocumentId) -> Error {
    Error::output(format!(
        "{document}: another document would be a file where this one needs a folder, or a folder in its place; convert them \
         to two outputs with --exclude and restore each; nothing was restored"
    ))
}
