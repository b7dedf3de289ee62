//! Names that both sides of an output share: what `schema` and `write` put down, `read` and `source` know again.
//!
//! A leaf: it imports nothing of this program, so that no side needs the other.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Name of the file that lists the files of an output folder. It marks the folder as ours: it is never read as input.
pub const LIST: &str = "_cablegram.json";
/// Name of the same list in a Parquet file without rows, which engines can open beside the parts.
pub const PARQUET_LIST: &str = "_cablegram.parquet";
/// Key of the metadata of a Parquet file that has the list.
pub const LIST_KEY: &str = "cablegram:list";
/// Key of the metadata that names the column that only the path of a file gives.
pub const BY_KEY: &str = "cablegram:by";

/// How the names of everything begin that a run has not finished writing.
pub const STAGING_PREFIX: &str = ".cablegram-";

/// First bytes of outputs that are text: YAML and JSON Lines.
const TEXT_MARKS: [&[u8]; 2] = [b"# cablegram schema ", b"{\"schema\":\"v"];
/// First bytes of what a run tells of itself: reports and metrics.
const REPORT_MARKS: [&[u8]; 3] = [b"{\"inputs\":[", b"{\"tool\":\"cablegram ", b"# TYPE cablegram_"];
/// First bytes of Parquet files, and of Arrow files and streams.
const BINARY_MARKS: [&[u8]; 3] = [b"PAR1", b"ARROW1", b"\xFF\xFF\xFF\xFF"];
/// What the namespace of our XML begins with.
const NAMESPACE: &[u8] = b"\"urn:cablegram:schema:";

/// Whether a text that begins so is a report or metrics of this program.
pub fn marks_report(head: &[u8]) -> bool {
    REPORT_MARKS.iter().any(|mark| head.starts_with(mark))
}

/// Names of the columns of an inventory.
pub const INVENTORY_COLUMNS: [&str; 15] = [
    "path",
    "member",
    "record",
    "start",
    "size",
    "modified",
    "sha256",
    "kind",
    "status",
    "reason",
    "same_as_path",
    "same_as_start",
    "mrn",
    "output",
    "diagnostics",
];

/// Whether a text that begins so is an inventory of this program, as CSV or as JSON Lines.
pub fn marks_inventory(head: &[u8]) -> bool {
    // Every document is looked at: few begin so.
    const BEGINNINGS: [&[u8]; 2] = [b"path,member,", b"{\"path\":"];
    if !BEGINNINGS.iter().any(|beginning| head.starts_with(beginning)) {
        return false;
    }
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii_end();
    line == INVENTORY_COLUMNS.join(",").as_bytes() || is_inventory_entry(line)
}

/// Whether a line of JSON has what each entry of an inventory has, and nothing that none has.
fn is_inventory_entry(line: &[u8]) -> bool {
    let entry: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(line).unwrap_or_default();
    let is_known = |name: &String| INVENTORY_COLUMNS.contains(&name.as_str());
    ["path", "status"].iter().all(|name| entry.contains_key(*name)) && entry.keys().all(is_known)
}

/// Whether a text that begins so was written by this program.
pub fn marks_text_output(head: &[u8]) -> bool {
    let is_xml = || {
        let start = &head[..head.len().min(512)];
        start.starts_with(b"<?xml") && start.windows(NAMESPACE.len()).any(|window| window == NAMESPACE)
    };
    let is_marked = TEXT_MARKS.iter().any(|mark| head.starts_with(mark));
    is_marked || marks_report(head) || marks_inventory(head) || is_xml()
}

/// Whether a file that begins so is not a text of others: written by this program, or in a format that it writes.
pub fn marks_output(head: &[u8]) -> bool {
    marks_text_output(head) || BINARY_MARKS.iter().any(|mark| head.starts_with(mark))
}

/// Key of the metadata that names the version of the schema.
pub const VERSION_KEY: &str = "cablegram:schema";
/// Key of the metadata that names the columns of an output that leaves others out, separated by spaces.
pub const COLUMNS_KEY: &str = "cablegram:columns";
/// Key of the metadata that names the program that wrote an output.
pub const TOOL_KEY: &str = "cablegram:tool";
/// Key of the metadata that says how many rows an output has.
pub const ROWS_KEY: &str = "cablegram:rows";
/// Key of the metadata that gives the digest of the rows of an output.
pub const DIGEST_KEY: &str = "cablegram:digest";
/// Key of the metadata that lists the documents that are not one whole row.
pub const DOCUMENTS_KEY: &str = "cablegram:documents";
/// Key of the metadata that gives the SHA-256 of a Parquet file, the digits themselves as zeros.
pub const BYTES_KEY: &str = "cablegram:bytes";
/// Key of the metadata that counts the documents of the run that are not in the output.
pub const LEFT_OUT_KEY: &str = "cablegram:left_out";
/// Key of the field metadata that says where a value is in XML.
pub const PLACE_KEY: &str = "cablegram:xml";
/// Key of the field metadata that says what the values are like.
pub const NATURE_KEY: &str = "cablegram:nature";

/// What an output says of the documents it was made of besides its rows; each is one line of JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListTexts {
    /// The documents that are not one whole row; `None` where there is none.
    pub documents: Option<String>,
    /// How many documents of the run are not in the output; `None` where all are, or where it is not known.
    pub left_out: Option<String>,
}

/// How XML lists the documents that are not one whole row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum XmlList {
    /// In a comment: version 1 was released without an element for it.
    Comment,
    /// In an element.
    Element,
}

impl XmlList {
    /// The way of a version of the schema.
    pub fn of(version: &str) -> XmlList {
        if version == "v1" { XmlList::Comment } else { XmlList::Element }
    }
}

/// Names of that list in XML, for those in JSON that say too little there.
pub const XML_NAMES_OF_LIST: [(&str, &str); 3] =
    [("not_rows", "missing_records"), ("same_as", "copy_of"), ("left", "reason")];

/// Members of that list that are numbers; the others are text.
pub const NUMBERS_OF_LIST: [&str; 4] = ["size", "records", "record", "start"];

/// Where a value is in XML; other formats do not care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum XmlPlace {
    /// A child element.
    Child,
    /// An attribute (`@` in the README of a schema).
    Attribute,
    /// The element's own text (`=` in the README of a schema).
    OwnText,
}

impl XmlPlace {
    /// The name in the field metadata; a child element has none.
    pub fn name(self) -> Option<&'static str> {
        match self {
            XmlPlace::Child => None,
            XmlPlace::Attribute => Some("attribute"),
            XmlPlace::OwnText => Some("text"),
        }
    }

    /// The place of that name in the field metadata.
    pub fn of_name(name: Option<&str>) -> XmlPlace {
        let named = [XmlPlace::Attribute, XmlPlace::OwnText].into_iter().find(|place| place.name() == name);
        named.unwrap_or(XmlPlace::Child)
    }
}

/// What values are like, for formats that store each kind its own way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    /// Nothing special.
    Usual,
    /// Long text that hardly repeats.
    Prose,
    /// Nearly unique values that rows are looked up by.
    Key,
}

impl Nature {
    /// The name in the field metadata; what is usual has none.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Nature::Usual => None,
            Nature::Prose => Some("prose"),
            Nature::Key => Some("key"),
        }
    }

    /// The nature of that name in the field metadata.
    pub fn of_name(name: Option<&str>) -> Nature {
        let named = [Nature::Prose, Nature::Key].into_iter().find(|nature| nature.name() == name);
        named.unwrap_or(Nature::Usual)
    }
}

/// The name of an item of a list, in XML and SQL: that of the list less its final `s`.
pub fn item_name(list: &str) -> &str {
    list.strip_suffix('s').unwrap_or("item")
}

/// The list of the dataset in `folder`, if it is one of ours: in the folder itself, or, where the folder holds only
/// partitions (`year=2009`), in the first of them that has one.
pub fn find_list(folder: &Path) -> io::Result<Option<PathBuf>> {
    match first_file([LIST, PARQUET_LIST].map(|name| folder.join(name)))? {
        Some(list) => Ok(Some(list)),
        None => list_in_partitions(folder),
    }
}

fn list_in_partitions(folder: &Path) -> io::Result<Option<PathBuf>> {
    let names = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.file_name()));
    let mut names: Vec<OsString> = names.collect::<io::Result<_>>()?;
    names.retain(|name| name.as_encoded_bytes().contains(&b'='));
    names.sort_unstable();
    first_file(names.into_iter().map(|name| folder.join(name).join(PARQUET_LIST)))
}

/// The first of these that is a file. One that cannot be looked at is a failure; one in what is not a folder is not there.
fn first_file(paths: impl IntoIterator<Item = PathBuf>) -> io::Result<Option<PathBuf>> {
    for path in paths {
        match path.metadata() {
            Ok(found) if found.is_file() => return Ok(Some(path)),
            Ok(_) => {}
            Err(error) if [io::ErrorKind::NotFound, io::ErrorKind::NotADirectory].contains(&error.kind()) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_list_that_cannot_be_looked_at_is_not_missing() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(find_list(folder.path()).unwrap(), None);
        fs::write(folder.path().join("year=file"), "no folder").unwrap();
        assert_eq!(find_list(folder.path()).unwrap(), None);
        symlink(LIST, folder.path().join(LIST)).unwrap();
        assert!(find_list(folder.path()).is_err());
    }
}
