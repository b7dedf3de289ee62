//! A row to the name of its file: `2009/ASTANA/09ASTANA1005`, in characters that are safe on every file system.

use arrow::array::{Array, AsArray, Int32Array, RecordBatch, StringArray};
use arrow::datatypes::Int32Type;

use super::core;

/// Characters of a name; file systems take 255 bytes, and `~`, 16 digits and an ending follow.
const LONGEST: usize = 120;

/// What a part is called that is null or has no safe character.
const UNKNOWN: &str = "unknown";

/// The name of each row's file, without extension: year, post and message reference number.
pub fn file_stems(rows: &RecordBatch) -> Vec<String> {
    let years = rows.column_by_name(core::YEAR).and_then(|years| years.as_primitive_opt::<Int32Type>());
    let texts = |column| rows.column_by_name(column).and_then(|values| values.as_string_opt());
    let (posts, mrns) = (texts(core::POST), texts(core::MRN));
    let stem = |row| format!("{}/{}/{}", year(years, row), part(posts, row), part(mrns, row));
    (0..rows.num_rows()).map(stem).collect()
}

/// What distinguishes the texts of rows of one file stem: 16 digits of the SHA-256 of their sources, empty where the
/// rows have no sources.
pub fn file_versions(rows: &RecordBatch) -> Vec<String> {
    let source = rows.column_by_name(core::SOURCE).and_then(|source| source.as_struct_opt());
    let hashes = source.and_then(|source| source.column_by_name(core::SHA256)?.as_string_opt::<i32>());
    let version = |row: usize| hashes.and_then(|hashes| hashes.value(row).get(..16)).unwrap_or_default().to_owned();
    (0..rows.num_rows()).map(version).collect()
}

fn year(years: Option<&Int32Array>, row: usize) -> String {
    match years.filter(|years| years.is_valid(row)) {
        Some(years) => years.value(row).to_string(),
        None => UNKNOWN.to_owned(),
    }
}

fn part(values: Option<&StringArray>, row: usize) -> String {
    match values.filter(|values| values.is_valid(row)) {
        Some(values) => safe(values.value(row)),
        None => UNKNOWN.to_owned(),
    }
}

/// The text with `_` for every character that some file system or shell takes amiss.
fn safe(text: &str) -> String {
    let is_safe = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
    let safe: String =
        text.chars().take(LONGEST).map(|character| if is_safe(character) { character } else { '_' }).collect();
    match safe.trim_start_matches('.') {
        "" => UNKNOWN.to_owned(),
        safe => safe.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_safe() {
        assert_eq!(safe("09ASTANA1005"), "09ASTANA1005");
        assert_eq!(safe("../../etc/passwd"), "_.._etc_passwd");
        assert_eq!(safe(".."), UNKNOWN);
    }
}
