//! A folder of `fixtures/cases` is read, and the columns its `cable.yaml` lists are compared.
//!
//! A document of several records has a YAML document for each. Maps match by the keys the expectation lists, lists item by item; `diagnostics` is always compared.
//! `UPDATE=1` rewrites the values of the listed keys and keeps the comments.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value as Json, json};

use crate::read::rows;

/// The folders of `fixtures/cases`, in the order of their names.
pub fn case_folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/cases");
    let mut folders: Vec<PathBuf> = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    folders
}

/// The name of a case.
pub fn name(folder: &Path) -> String {
    folder.file_name().unwrap().to_string_lossy().into_owned()
}

/// Reads a case and compares it; says all that differs.
pub fn check(folder: &Path) -> Result<(), String> {
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
