//! JSON that one sign damages: it costs the record that it is in, and at most one beside it.

use std::collections::HashMap;

use cablegram::dialect::{self, Head};
use serde_json::{Value as Json, json};

use super::read::rows;

/// So many records a document has.
const RECORDS: usize = 12;

fn record(number: usize) -> Json {
    let text = format!(
        "S E C R E T LIMA {number:06}\nSUBJECT: FERRY {number}\n1. (S) It's \"no\" [at pier {number}]: C:\\new\\{{a}}.\nQUADE"
    );
    json!({
        "id": number, "date": "2006-05-04 09:46:00", "refid": format!("06LIMA{number}"), "classification": "SECRET",
        "origin": "Embassy Lima", "tags": ["PE", {"id": number}], "header": "R 040946Z MAY 06\nFM AMEMBASSY LIMA",
        "content": text,
    })
}

/// The same with the name as the first member and the text before the others, as a program writes names in order.
fn sorted(number: usize) -> Json {
    let record = record(number);
    let mut names: Vec<String> = record.as_object().unwrap().keys().cloned().collect();
    names.sort();
    names.into_iter().map(|name| (name.clone(), record[&name].clone())).collect::<serde_json::Map<_, _>>().into()
}

/// Documents by how they are laid out.
fn layouts() -> Vec<(&'static str, String)> {
    let records: Vec<Json> = (1..=RECORDS).map(record).collect();
    let each = |separator: &str| records.iter().map(Json::to_string).collect::<Vec<_>>().join(separator);
    let pretty = |value: &dyn Fn(&Json) -> String| records.iter().map(value).collect::<Vec<_>>().join("\n");
    vec![
        ("lines", each("\n") + "\n"),
        ("one after another", each(" ")),
        ("objects over lines", pretty(&|record| serde_json::to_string_pretty(record).unwrap())),
        ("array on one line", format!("[{}]", each(", "))),
        ("array over lines", serde_json::to_string_pretty(&records).unwrap()),
        ("array of sorted objects", json!((1..=RECORDS).map(sorted).collect::<Vec<_>>()).to_string()),
        ("object a line in an array", format!("[\n{}\n]\n", each(",\n"))),
        ("within an object", json!({"info": {"total": RECORDS}, "cables": records}).to_string()),
        ("within an object, over lines", serde_json::to_string_pretty(&json!({"cables": records})).unwrap()),
        (
            "each within an object",
            json!(records.iter().map(|record| json!({"model": "a.cable", "fields": record})).collect::<Vec<_>>())
                .to_string(),
        ),
    ]
}

/// What a row says, by its number: all but where it is.
fn by_number(rows: &[Json]) -> HashMap<String, Json> {
    let said = |row: &Json| {
        let mut row = row.clone();
        let columns = row.as_object_mut().unwrap();
        ["source", "source_text"].iter().for_each(|name| drop(columns.shift_remove(*name)));
        row
    };
    rows.iter().filter(|row| row["ignored"].is_null()).map(|row| (row["mrn"].to_string(), said(row))).collect()
}

/// The same document with one byte removed, doubled or changed.
fn damaged(document: &str, at: usize) -> Vec<Vec<u8>> {
    let bytes = document.as_bytes();
    let by = |new: &[u8]| [&bytes[..at], new, &bytes[at + 1..]].concat();
    let mut all = vec![by(b""), by(&[bytes[at], bytes[at]])];
    all.extend(b"\"{}[]".iter().filter(|byte| **byte != bytes[at]).map(|byte| by(&[*byte])));
    all
}

/// What one damaged sign of a document costs beyond the record that it is in and one beside it.
fn excess(name: &str, document: &str, step: usize) -> Vec<String> {
    let whole = rows(document.as_bytes(), "cables");
    assert_eq!(whole.len(), RECORDS, "{name}");
    let expected = by_number(&whole);
    let starts: Vec<usize> = whole.iter().map(|row| row["source"]["start"].as_u64().unwrap() as usize).collect();
    let signs = document.bytes().enumerate().filter(|(_, byte)| b"{}[]\"\\:,".contains(byte)).map(|(at, _)| at);
    let places = (0..document.len()).step_by(step).chain(signs.step_by(2 * step));
    let mut excess = Vec::new();
    for (count, at) in places.enumerate() {
        let all = damaged(document, at);
        let bytes = &all[count % all.len()];
        let found = by_number(&rows(bytes, "cables"));
        let touched = starts.partition_point(|&start| start <= at).saturating_sub(1);
        let key = |number: usize| whole[number]["mrn"].to_string();
        let lost: Vec<usize> =
            (0..RECORDS).filter(|&number| found.get(&key(number)) != expected.get(&key(number))).collect();
        if lost.len() > 2 || lost.iter().any(|number| number.abs_diff(touched) > 1) {
            let around = String::from_utf8_lossy(&bytes[at.saturating_sub(20)..bytes.len().min(at + 20)]);
            excess.push(format!("{name}, byte {at} of record {touched}: {around:?} costs {lost:?}"));
        }
    }
    excess
}

#[test]
fn one_damaged_sign_costs_a_record_and_at_most_its_neighbor() {
    let excess: Vec<String> = layouts().iter().flat_map(|(name, document)| excess(name, document, 13)).collect();
    assert!(excess.is_empty(), "{}", excess.join("\n"));
}

#[test]
fn the_records_of_damaged_json_tile_it() {
    for (name, document) in layouts() {
        for at in (0..document.len()).step_by(97) {
            for bytes in damaged(&document, at) {
                let Ok(form) = dialect::open(&Head::of(&bytes, "cables")) else { continue };
                let records = dialect::ranges(&mut *form.splitter(8 << 20), &bytes);
                let sizes: usize = records.iter().map(ExactSizeIterator::len).sum();
                assert_eq!(sizes, bytes.len(), "{name}, byte {at}");
            }
        }
    }
}
