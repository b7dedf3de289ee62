//! Bytes to `Transcript`s: which form a document is in, where its records end, and each record as text to be read.
//!
//! A dialect knows how a kind of file is written down (encoding, markup, columns); it never knows what the
//! lines of a cable mean. Field parsers never see markup. Nothing is lost: `source_text` and `encoding` give
//! the exact bytes back.
//!
//! ```text
//! first bytes ──► Dialect::recognizes ──► Form ──► Splitter: bytes to records
//!                                              └─► transcribe: a record to a Transcript
//! ```

mod aad;
mod aad_index;
mod builder;
mod carriage_returns;
mod cleaning;
mod columns;
mod copy;
mod csv;
mod damage;
mod decode;
mod drawn;
mod fields;
mod frus;
mod historylab;
mod html;
mod joints;
mod json;
mod kinds;
mod late;
mod layout;
mod lost;
mod mail;
mod markup;
pub mod plain;
mod plusd;
mod row;
mod serialized;
mod split;
mod sql;
mod table;
mod transcript;
mod utf16;

pub use builder::TranscriptBuilder;
pub use fields::{Content, DateForm, Field, FieldKey, RecordKey};
pub use late::{LateBeginning, LateRecords, Sought};
pub use split::{Cut, Position, Splitter, WholeDocument, ranges};
pub use transcript::Transcript;

/// Lines of the longest record that is read; telegrams have some thousands.
pub use crate::lex::lines::MOST_LINES;

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// All dialects. Exactly one is certain of a document that is in its form, so that those come first whose first line shows
/// it: the others look further.
pub const KNOWN: &[&dyn Dialect] = &[
    &aad::Aad,
    &plain::Plain,
    &html::Html,
    &csv::Csv,
    &table::Table,
    &sql::Sql,
    &sql::Copy,
    &json::Json,
    &aad_index::AadIndex,
    &plusd::Plusd,
    &historylab::HistoryLab,
    &frus::Frus,
];

/// How cables are written down in one kind of file.
pub trait Dialect: Sync {
    /// The name, as in `source.dialect`.
    fn name(&self) -> &'static str;

    /// How sure it is that a document is in its form, by the beginning of it.
    fn recognizes(&self, head: &Head<'_>) -> Confidence;

    /// The form of a document that it recognizes, with what its beginning shows: delimiter, names of columns.
    fn form(&self, head: &Head<'_>) -> Arc<dyn Form>;

    /// Whether a record that begins so is read alike whatever comes before it in its document, so that it shows the form.
    fn records_read_alike(&self, _: &Head<'_>) -> bool {
        false
    }
}

/// How one document is written down, or what comes after one of its records. Records of a document are transcribed on any
/// thread, in any order.
///
/// Its text as `Debug` says all that it knows of the document: forms of the same text read the same bytes alike.
pub trait Form: fmt::Debug + Send + Sync {
    /// Name of the dialect.
    fn dialect(&self) -> &'static str;

    /// Finds the records of the document, none of them of more than `limit` bytes.
    fn splitter(&self, limit: usize) -> Box<dyn Splitter> {
        Box::new(WholeDocument { limit })
    }

    /// The number of a record as it is in `source.record`: none where the document is one record by its nature.
    fn record_number(&self, number: u32, position: Position) -> Option<u32> {
        (position != Position::Only).then_some(number)
    }

    /// Whether it lists cables whose texts are elsewhere: beside these it would double them.
    fn is_index(&self) -> bool {
        false
    }

    /// The stretch of a record that its cable is in. The rest of it, such as the navigation of a page, need not be kept.
    fn stretch(&self, bytes: &[u8], _: Position) -> Range<usize> {
        0..bytes.len()
    }

    /// Whether a record may say how those after it are read, as the head of a statement does.
    fn has_heads(&self) -> bool {
        false
    }

    /// What a record says of how those after it are read.
    fn following(&self, _record: &[u8], _position: Position) -> Following {
        Following::Unsaid
    }

    /// The bytes of one record as text, whatever is in them. `file_name` is that of the document, without directories
    /// and extension.
    fn transcribe(&self, bytes: Vec<u8>, position: Position, file_name: &str) -> Recognized;
}

/// What a record says of how those after it are read.
#[derive(Clone, Debug)]
pub enum Following {
    /// Nothing: they are read as it is.
    Unsaid,
    /// They are read in this form.
    Alike,
    /// They are read in another one.
    Other(Arc<dyn Form>),
}

impl Following {
    /// The form of the records after one that was read in `form`.
    pub fn or(self, form: Arc<dyn Form>) -> Arc<dyn Form> {
        match self {
            Following::Other(other) => other,
            Following::Unsaid | Following::Alike => form,
        }
    }
}

/// How sure a dialect is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// The document is not in its form.
    No,
    /// It can be read; another dialect may know it better.
    Maybe,
    /// Records in its form come after something else, unless they are within one that another dialect is certain of.
    Likely,
    /// It is in its form and in no other.
    Certain,
}

/// So many bytes show what a document is.
pub const HEAD: usize = 64 * 1024;

/// A marked-up document says within so many bytes that it is one.
const BEGINNING: usize = 512;

/// The beginning of a document, and what it is called.
#[derive(Clone, Copy, Debug)]
pub struct Head<'h> {
    /// Its first bytes: [`HEAD`] of them, or all where it has fewer.
    pub bytes: &'h [u8],
    /// Whether these are all.
    pub extent: Extent,
    /// Name without directories and extension.
    pub file_name: &'h str,
}

/// How much of a document some bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// All of it.
    Whole,
    /// The beginning; more follows.
    Beginning,
}

impl<'h> Head<'h> {
    /// The head of a document that is in memory.
    pub fn of(bytes: &'h [u8], file_name: &'h str) -> Head<'h> {
        let extent = if bytes.len() > HEAD { Extent::Beginning } else { Extent::Whole };
        Head { bytes: &bytes[..bytes.len().min(HEAD)], extent, file_name }
    }

    /// The first bytes as text: a marked-up document says in them that it is one.
    fn beginning(&self) -> Cow<'h, str> {
        String::from_utf8_lossy(&self.bytes[..self.bytes.len().min(BEGINNING)])
    }
}

/// The form of a document, or what it is instead of cables.
pub fn open(head: &Head<'_>) -> Result<Arc<dyn Form>, NotACable> {
    if let Some(order) = utf16::Order::of(head.bytes) {
        return utf16::open(head, order);
    }
    if let Some(kind) = kinds::by_bytes(head) {
        return Err(kind);
    }
    if carriage_returns::end_lines(head.bytes) {
        return carriage_returns::open(head);
    }
    let best = best(head);
    // What looks like a cable may be the text of the first of many, whose fields come before or after it.
    let is_table = || drawn::begins_table(head.bytes) || serialized::is_table(head.bytes);
    let is_of_many = || csv::is_of_rows(head.bytes) || is_table();
    let known = best.filter(|&(_, confidence)| confidence > Confidence::Maybe || !is_of_many());
    known.map(|(dialect, _)| dialect.form(head)).ok_or_else(|| match kinds::by_text(head) {
        kind if kind.may_come_before_cables() && csv::is_part(head.bytes) => NotACable::DumpPart,
        kind if kind.may_come_before_cables() && !csv::has_names(head.bytes) && is_table() => NotACable::DrawnTable,
        kind => kind,
    })
}

/// The dialect that is surest of a document, unless all say no.
fn best(head: &Head<'_>) -> Option<(&'static dyn Dialect, Confidence)> {
    let mut best: Option<(&dyn Dialect, Confidence)> = None;
    for &dialect in KNOWN {
        let confidence = dialect.recognizes(head);
        if confidence > best.map_or(Confidence::No, |(_, confidence)| confidence) {
            best = Some((dialect, confidence));
        }
        if confidence == Confidence::Certain {
            break;
        }
    }
    best
}

/// The form of a document whose dialect is known by its name, such as a stretch of a page that has lost its beginning.
pub fn named(name: &str, head: &Head<'_>) -> Option<Arc<dyn Form>> {
    KNOWN.iter().find(|dialect| dialect.name() == name).map(|dialect| dialect.form(head))
}

/// The form of a document of a dialect by the beginning of any of its records but the first; none where the first may say
/// how the others are to be read.
pub fn of_later_records(name: &str, head: &Head<'_>) -> Option<Arc<dyn Form>> {
    let dialect = KNOWN.iter().find(|dialect| dialect.name() == name)?;
    // That it is UTF-16 is said before the first record.
    let is_readable = dialect.records_read_alike(head) && !head.bytes.contains(&0);
    is_readable.then(|| dialect.form(head))
}

/// Recognizes a document that is one record, and transcribes it if it is a cable.
pub fn recognize(bytes: Vec<u8>, file_name: &str) -> Recognized {
    let form = match open(&Head::of(&bytes, file_name)) {
        Ok(form) => form,
        Err(kind) => return Recognized::Ignored(kind),
    };
    match form.dialect() != plain::Plain.name() && ranges(&mut *form.splitter(bytes.len()), &bytes).len() > 1 {
        true => Recognized::Ignored(NotACable::Records),
        false => form.transcribe(bytes, Position::Only, file_name),
    }
}

/// What a record is.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "one is made of a record and taken apart where it is made")]
pub enum Recognized {
    /// A cable, ready to be read.
    Cable(Transcript),
    /// No cable: named and counted, never a row, never bad.
    Ignored(NotACable),
}

impl Recognized {
    /// The cable in a transcript, unless its lines are so many that it is no telegram: whatever is read of a line takes
    /// memory, and a document of line ends alone would take a hundred times its size.
    fn of(transcript: Transcript) -> Recognized {
        match transcript.line_count() > MOST_LINES {
            true => Recognized::Ignored(NotACable::TooManyLines),
            false => Recognized::Cable(transcript),
        }
    }

    /// The same of a row: the beginning of one, before its name and its text, is no cable.
    fn of_row(transcript: Transcript) -> Recognized {
        let is_nameless = transcript.fields().all(|(key, _)| *key != FieldKey::Identifier);
        match transcript.ends_early() && is_nameless && transcript.is_without_text() {
            true => Recognized::Ignored(NotACable::CutRecord),
            false => Recognized::of(transcript),
        }
    }
}

named! {
    /// Kinds of documents that are no cables.
    #[non_exhaustive]
    pub enum NotACable {
        /// Nothing in it.
        EmptyFile = "empty file",
        /// A page that only lists press articles.
        ArticleStub = "article stub",
        /// What this program wrote: rows, a report, metrics.
        Output = "output of cablegram",
        /// What is before the first cable of a dump, where it is too much to be kept with it: other tables, a text.
        DumpFront = "what is before the cables of a dump",
        /// The beginning of a record in which its document ends, before its name and its text.
        CutRecord = "cut record",
        /// A part of a dump, which begins within a record; the parts have to be joined first.
        DumpPart = "part of a dump",
        /// A document of several records, where one is asked for.
        Records = "document of several records",
        /// A web page that is no cable.
        HtmlPage = "HTML page",
        /// Pages of the web that a program saved in a form of its own: MHTML, WARC, a web archive of Safari.
        WebArchive = "web archive",
        /// Messages of mail, with or without a cable in them.
        Mail = "e-mail",
        /// Records of one length without line ends, as mainframes keep texts.
        FixedRecords = "records of fixed length",
        /// A text in the encoding of mainframes.
        Ebcdic = "EBCDIC text",
        /// A text whose lines end with NEL, or with the line separator of Unicode.
        OtherLineEnds = "text with other line ends",
        /// A text each of whose lines is quoted with `>` or begins with its number.
        MarkedLines = "text of quoted or numbered lines",
        /// XML that is no page and no volume of telegrams.
        OtherXml = "other XML",
        /// A file that nobody reads without its key.
        Encrypted = "encrypted file",
        /// A database as its program keeps it.
        Database = "database file",
        /// A document of an office program.
        OfficeDocument = "office document",
        /// A record of a collection that is not of telegrams.
        OtherCollection = "record of another collection",
        /// A record of a document that is no telegram: an airgram, a card, a memorandum.
        NoTelegram = "document that is no telegram",
        /// A list of telegrams whose texts are in other files.
        TelegramIndex = "index of telegrams",
        /// A list of the files that telegrams are in.
        FileList = "list of files",
        /// Objects that a program made of the text files of telegrams.
        DerivedTelegrams = "objects made of telegrams",
        /// Objects of JSON that hold the values of a column each, as pandas writes tables.
        JsonOfColumns = "JSON by columns",
        /// A table of cables between other delimiters, in lines and boxes, or a column a line.
        DrawnTable = "table in another form",
        /// Objects of JSON whose names are those of their cables and are outside of them.
        JsonByName = "JSON by name",
        /// Arrays of JSON under one of names.
        JsonOfArrays = "JSON of arrays",
        /// JSON in which no cables were found.
        OtherJson = "other JSON",
        /// Rows or objects in a form of bytes: Parquet, Arrow, Avro, pickles.
        DataFile = "data file",
        /// Pages made to be printed.
        Pdf = "PDF",
        /// A compressed or collected file, not read yet.
        Archive = "archive",
        /// Bytes that are no text.
        Binary = "binary",
        /// Text of two bytes a character, without the mark of their order, or damaged.
        Utf16Text = "UTF-16 text",
        /// Text of four bytes a character.
        Utf32Text = "UTF-32 text",
        /// A page that says to be in an encoding that is not read, and in which it has another text.
        EncodedPage = "HTML page in another encoding",
        /// Text of more lines than a telegram has, [`MOST_LINES`].
        TooManyLines = "text of more than 250,000 lines",
        /// Any other text, such as an index.
        OtherText = "other text",
    }
}

impl NotACable {
    /// Whether the first cables of a document may come late in it, of whose beginning this is said.
    pub fn may_come_before_cables(self) -> bool {
        matches!(self, NotACable::OtherText | NotACable::OtherJson)
    }

    /// What to do for its cables to be read, where that is known.
    pub fn advice(self) -> Option<&'static str> {
        Some(match self {
            NotACable::DumpPart => "join the parts first",
            NotACable::CutRecord => "its file ends too early: get it again",
            NotACable::TelegramIndex => "name it alone to convert it",
            NotACable::JsonOfColumns => "write it by rows: orient=\"records\" in pandas",
            NotACable::JsonByName => "write the name into each object: jq '[to_entries[] | .value + {refid: .key}]'",
            NotACable::JsonOfArrays => "write it as CSV first: jq -r '.[] | @csv'",
            NotACable::OtherJson => "write an object for each cable, with its name and its texts as values",
            NotACable::DataFile => {
                "write its rows as CSV or JSON Lines first, or name it with --documents if its columns are path and content"
            }
            NotACable::Utf16Text => "convert it first: iconv -f UTF-16LE -t UTF-8 FILE",
            NotACable::Utf32Text => "convert it first: iconv -f UTF-32 -t UTF-8 FILE",
            NotACable::EncodedPage => "convert it first: iconv -f ENCODING -t UTF-8 FILE",
            NotACable::WebArchive => "open it and save each page as HTML",
            NotACable::Mail => "save the text of each message as a file of its own",
            NotACable::FixedRecords => "cut it into lines first, as fold -w 80 does for records of 80",
            NotACable::Ebcdic => "convert it first: iconv -f CP037 -t UTF-8 FILE",
            NotACable::OtherLineEnds => "end its lines with line feeds",
            NotACable::MarkedLines => "take the marks or the numbers off its lines",
            NotACable::OtherXml => "make JSON Lines or CSV of its records first",
            NotACable::DrawnTable => "write it as CSV, JSON or SQL",
            NotACable::Encrypted => "decrypt it first",
            NotACable::Database => "dump it first: sqlite3 FILE .dump, or pg_restore -f DUMP.sql FILE",
            NotACable::OfficeDocument => "save it as text or CSV first",
            NotACable::Archive => "unpack it first",
            NotACable::FileList => "convert the files that it lists",
            NotACable::DerivedTelegrams => "convert the text files that they were made of",
            NotACable::Pdf => "make a text of it first: pdftotext -layout FILE.pdf FILE.txt",
            _ => return None,
        })
    }
}
