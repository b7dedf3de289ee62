//! Every folder of `fixtures/cases` is read, and the columns its `cable.yaml` lists are compared.
//!
//! A document of several records has a YAML document for each. Maps match by the keys the expectation lists, lists item by item; `diagnostics` is always compared.
//! `UPDATE=1` rewrites the values of the listed keys and keeps the comments.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use cablegram::dialect::{self, Head, NotACable, Position, Recognized, Transcript};
use cablegram::parse;
use cablegram::provenance::Provenance;
use cablegram::schema::{Record, Schema};
use cablegram::source::{DocumentId, RecordId};
use cablegram::write::value::{Rows, Value};
use serde_json::{Map, Value as Json, json};

#[test]
fn every_case_reads_as_expected() {
    let filter = std::env::var("CASE").unwrap_or_default();
    let folders: Vec<PathBuf> = case_folders().into_iter().filter(|path| name(path).contains(&filter)).collect();
    assert!(!folders.is_empty(), "no case matches {filter:?}");
    let failures: Vec<String> = folders.iter().filter_map(|folder| check(folder).err()).collect();
    assert!(failures.is_empty(), "{} of {} cases:\n{}", failures.len(), folders.len(), failures.join("\n"));
}

fn case_folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/cases");
    let mut folders: Vec<PathBuf> = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    folders
}

fn name(folder: &Path) -> String {
    folder.file_name().unwrap().to_string_lossy().into_owned()
}

fn check(folder: &Path) -> Result<(), String> {
    let (file_name, bytes) = input(folder)?;
    let path = folder.join("cable.yaml");
    let expectation = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let rows = rows(&bytes, &file_name);
    let expectations = documents(&expectation);
    if std::env::var_os("UPDATE").is_some() {
        let last = expectations.last().copied().unwrap_or_default();
        let pairs = rows.iter().enumerate().map(|(at, row)| (expectations.get(at).copied().unwrap_or(last), row));
        let updated: Vec<String> = pairs
            .map(|(expectation, row)| Ok(updated(expectation, &parsed(expectation, &path)?, row)))
            .collect::<Result<_, String>>()?;
        return fs::write(&path, updated.join("---\n")).map_err(|error| error.to_string());
    }
    let mut differences = Vec::new();
    if rows.len() != expectations.len() {
        differences.push(format!("expected {} records, found {}", expectations.len(), rows.len()));
    }
    for (at, (expectation, found)) in expectations.iter().zip(&rows).enumerate() {
        for (key, value) in &parsed(expectation, &path)? {
            let place = if rows.len() > 1 { format!("record {at}: {key}") } else { key.clone() };
            compare(&place, value, found.get(key).unwrap_or(&Json::Null), &mut differences);
        }
    }
    if differences.is_empty() { Ok(()) } else { Err(format!("{}\n    {}", name(folder), differences.join("\n    "))) }
}

/// The input of a case, `input.txt` or any other name, and that name without its ending.
fn input(folder: &Path) -> Result<(String, Vec<u8>), String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut inputs = entries.map(|entry| entry.unwrap().path()).filter(|path| !path.ends_with("cable.yaml"));
    let path = inputs.next().ok_or(format!("{}: no input", folder.display()))?;
    assert_eq!(inputs.next(), None, "a case has one input");
    let bytes = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok((path.file_stem().unwrap().to_string_lossy().into_owned(), bytes))
}

/// The documents of an expectation, one a record.
fn documents(expectation: &str) -> Vec<&str> {
    expectation.split("\n---\n").collect()
}

fn parsed(expectation: &str, path: &Path) -> Result<Map<String, Json>, String> {
    let mut expected: Map<String, Json> =
        serde_yaml::from_str(expectation).map_err(|error| format!("{}: {error}", path.display()))?;
    expected.entry("diagnostics").or_insert(json!([]));
    Ok(expected)
}

/// The row of each record of a document as a map, or `ignored` with the kind of what is no cable.
pub fn rows(bytes: &[u8], file_name: &str) -> Vec<Json> {
    let ignored = |kind: NotACable| json!({ "ignored": kind.name(), "diagnostics": [] });
    let form = match dialect::open(&Head::of(bytes, file_name)) {
        Ok(form) => form,
        Err(kind) => return vec![ignored(kind)],
    };
    let ranges = dialect::ranges(&mut *form.splitter(RECORD_LIMIT), bytes);
    let position = |number: usize| Position::of(number as u32, number + 1 == ranges.len());
    let row = |(number, range): (usize, &Range<usize>)| {
        let stretch = form.stretch(&bytes[range.clone()]);
        let start = range.start + stretch.start;
        let record = bytes[start..start + stretch.len()].to_vec();
        match form.transcribe(record, position(number), file_name) {
            Recognized::Ignored(kind) => ignored(kind),
            Recognized::Cable(transcript) => {
                let number = form.record_number(number as u32, position(number));
                let provenance = Provenance {
                    id: RecordId { document: DocumentId::file(file_name), number, start: start as u64 },
                    dialect: transcript.dialect(),
                    size: stretch.len() as u64,
                    sha256: String::new(),
                    encoding: transcript.encoding(),
                };
                read(transcript, provenance)
            }
        }
    };
    ranges.iter().enumerate().map(row).collect()
}

/// Bytes that a record may have.
const RECORD_LIMIT: usize = 8 * 1024 * 1024;

fn read(transcript: Transcript, provenance: Provenance) -> Json {
    let reading = parse::parse(&transcript);
    let (cable, diagnostics) = (reading.cable, reading.diagnostics);
    let record =
        Record { cable, diagnostics, provenance, source_text: transcript.into_source_text(), text_sha256: None };
    let batch = Schema::v1().batch(&[record]);
    let rows = Rows::of(&batch).unwrap();
    rows.columns.iter().map(|(field, view)| (field.name().clone(), plain(view.value(0)))).collect::<Map<_, _>>().into()
}

fn plain(value: Value<'_>) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Text(text) => text.into(),
        Value::Int(number) => number.into(),
        Value::Bool(truth) => truth.into(),
        Value::Date(days) => {
            let epoch = jiff::civil::date(1970, 1, 1);
            epoch.checked_add(jiff::Span::new().days(days)).unwrap().to_string().into()
        }
        Value::Instant(micros) => jiff::Timestamp::from_microsecond(micros).unwrap().to_string().into(),
        Value::List(elements, range) => range.map(|row| plain(elements.value(row))).collect(),
        Value::Struct(fields, row) => fields
            .iter()
            .map(|(field, view)| (field.name().clone(), plain(view.value(row))))
            .collect::<Map<_, _>>()
            .into(),
    }
}

fn compare(place: &str, expected: &Json, found: &Json, differences: &mut Vec<String>) {
    match (expected, found) {
        (Json::Object(expected), Json::Object(found)) => {
            for (key, value) in expected {
                compare(&format!("{place}.{key}"), value, found.get(key).unwrap_or(&Json::Null), differences);
            }
        }
        (Json::Array(expected), Json::Array(items)) if expected.len() == items.len() => {
            for (index, (value, item)) in expected.iter().zip(items).enumerate() {
                compare(&format!("{place}[{index}]"), value, item, differences);
            }
        }
        _ if scalar(expected).is_some() && scalar(expected) == scalar(found) => {}
        _ => differences.push(format!("{place}: expected {expected}, found {found}")),
    }
}

/// The text of a scalar, so that `5` and `"5"` are alike; `None` for lists and maps.
fn scalar(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.clone()),
        Json::Array(_) | Json::Object(_) => None,
        other => Some(other.to_string()),
    }
}

/// The expectation with its listed keys rewritten: leading comments stay, values are what was found.
fn updated(expectation: &str, expected: &Map<String, Json>, found: &Json) -> String {
    let comments: String =
        expectation.lines().take_while(|line| line.starts_with('#')).map(|line| format!("{line}\n")).collect();
    let values: Map<String, Json> = expected
        .iter()
        .filter(|(key, value)| *key != "diagnostics" || found[*key] != json!([]) || **value != json!([]))
        .map(|(key, value)| (key.clone(), restricted(value, &found[key])))
        .collect();
    comments + &serde_yaml::to_string(&Json::Object(values)).unwrap()
}

/// The part of `found` whose keys the expectation lists.
fn restricted(expected: &Json, found: &Json) -> Json {
    match (expected, found) {
        (Json::Object(expected), Json::Object(found)) => expected
            .iter()
            .map(|(key, value)| (key.clone(), restricted(value, found.get(key).unwrap_or(&Json::Null))))
            .collect::<Map<_, _>>()
            .into(),
        (Json::Array(expected), Json::Array(items)) => {
            let template = |index: usize| expected.get(index).or(expected.last());
            items
                .iter()
                .enumerate()
                .map(|(index, item)| template(index).map_or(item.clone(), |value| restricted(value, item)))
                .collect()
        }
        _ => found.clone(),
    }
}
