//! Rows to Dublin Core: one line for each XML file, as Archivematica reads it.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::Path;
use std::sync::Mutex;

use super::{METADATA, XML, originals, refuse};
use crate::convert::{Event, NotedLines, csv_line};
use crate::error::Result;
use crate::mutex::{into_inner, locked};
use crate::schema::Row;
use crate::source::{DocumentId, RecordId};
use crate::write::each_listed;

/// Columns of the file.
const COLUMNS: [&str; 11] = [
    "filename",
    "dc.identifier",
    "dc.title",
    "dc.creator",
    "dc.date",
    "dc.type",
    "dc.format",
    "dc.language",
    "dc.source",
    "dc.description",
    "dc.rights",
];

/// What was noted of each row, on the disk until the names of the files are known.
pub struct Descriptions(Mutex<NotedLines>);

impl Descriptions {
    /// Begins to listen.
    pub fn begin(root: &Path) -> Result<Descriptions> {
        NotedLines::begin(root).map(Mutex::new).map(Descriptions).map_err(|error| refuse(root, error))
    }

    /// Notes what is to be said of a row.
    pub fn note(&self, event: &Event<'_>) {
        let Event::Input(_, Some(row)) = event else { return };
        locked(&self.0).put(&described(row));
    }

    /// Writes `metadata.csv`, now that the files have their names.
    pub fn finish(self, root: &Path, rights: Option<&str>) -> Result<()> {
        let path = root.join(METADATA).join("metadata.csv");
        let notes = into_inner(self.0);
        let names = each_listed(&root.join(XML))?;
        let mut names = names.map(|listed| listed.map(|listed| listed.name).map_err(io::Error::other));
        write(&path, notes, &mut names, rights).map_err(|error| refuse(&path, error))
    }
}

fn write(
    path: &Path,
    notes: NotedLines,
    names: &mut dyn Iterator<Item = io::Result<String>>,
    rights: Option<&str>,
) -> io::Result<()> {
    let lines = BufReader::new(notes.finish()?).lines();
    let mut file = BufWriter::new(File::create_new(path)?);
    file.write_all(csv_line(&COLUMNS).as_bytes())?;
    for (line, name) in lines.zip(names) {
        let [mrn, title, creator, date, source, marking]: [String; 6] = serde_json::from_str(&line?)?;
        let (name, source) = (format!("{XML}/{}", name?), source);
        let rights = rights.unwrap_or_default();
        let values = [&name, &mrn, &title, &creator, &date, "Text", "application/xml", "en", &source, &marking, rights];
        file.write_all(csv_line(&values).as_bytes())?;
    }
    file.flush()
}

/// Where the record is in the bag.
fn source_of(id: &RecordId) -> String {
    let path = id.document.path();
    let copied = RecordId { document: DocumentId::of(&originals::name_of(path), id.document.member()), ..id.clone() };
    copied.to_string()
}

fn described(row: &Row) -> [String; 6] {
    let cable = &row.cable;
    let level = cable.classification.as_deref().or(cable.text_classification.as_deref()).unwrap_or_default();
    let marking: Vec<&str> = std::iter::once(level).chain(cable.controls.iter().map(String::as_str)).collect();
    [
        cable.mrn.clone(),
        cable.subject.clone().or_else(|| cable.title.clone()).unwrap_or_default(),
        cable.origin.clone().or_else(|| cable.originator.clone()).unwrap_or_default(),
        cable.date.map(|date| date.to_string()).unwrap_or_default(),
        source_of(&row.provenance.id),
        marking.join("//"),
    ]
}
