//! A dump of SQL in which one sign is damaged loses the record that it is in, and perhaps a neighbor.

use std::ops::Range;

use cablegram::dialect::{self, Head, Position, Recognized};
use cablegram::parse;
use memchr::memmem;

const RECORDS: usize = 12;

/// The values of a record, a number and texts.
fn values(number: usize, text: fn(&str) -> String) -> Vec<String> {
    let header = format!("R {:02}0946Z MAY 06\nFM AMEMBASSY LIMA\nTO SECSTATE", number + 1);
    let content = format!(
        "S E C R E T LIMA {number:06}\nSUBJECT: FERRIES {number}\n1. (S) It's \"no\", again: (a) piers; b) {number} boats.\n2. The captains' log (of $5) -- 'late' - ends.\nQUADE"
    );
    let texts = [
        format!("2006-05-{:02} 09:46:00", number + 1),
        format!("06LIMA{number}"),
        "SECRET".to_owned(),
        "Embassy Lima".to_owned(),
        if number.is_multiple_of(3) { String::new() } else { "05STATE1|05STATE2".to_owned() },
        header,
        content,
    ];
    [number.to_string()].into_iter().chain(texts.iter().map(|value| text(value))).collect()
}

fn doubled(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn escaped(text: &str) -> String {
    format!("'{}'", text.replace('\'', "\\'").replace('"', "\\\"").replace('\n', "\\n"))
}

/// As the shell of SQLite writes line ends.
fn replaced(text: &str) -> String {
    match text.contains('\n') {
        true => format!("replace({},'\\n',char(10))", doubled(&text.replace('\n', "\\n"))),
        false => doubled(text),
    }
}

const COLUMNS: &str = "(id, date, refid, classification, origin, destination, header, content)";

/// A dump in each style of a program that writes them.
fn dumps() -> [(&'static str, String); 7] {
    let rows = |text: fn(&str) -> String, between: &str| -> Vec<String> {
        (1..=RECORDS).map(|number| format!("({})", values(number, text).join(between))).collect()
    };
    let statements = |head: &str, rows: Vec<String>| -> String {
        rows.iter().map(|row| format!("INSERT INTO {head}{row};\n")).collect()
    };
    let mysql = "-- MySQL dump 10.13\n--\n/*!40101 SET NAMES utf8 */;\nLOCK TABLES `cable` WRITE;\n";
    let postgresql = "--\n-- PostgreSQL database dump\n--\nSET standard_conforming_strings = on;\n\n";
    let several = rows(doubled, ", ")
        .chunks(4)
        .map(|rows| {
            let rows: Vec<String> = rows.iter().map(|row| format!("\t{row}")).collect();
            format!("INSERT INTO public.cable VALUES\n{};\n\n", rows.join(",\n"))
        })
        .collect::<String>();
    [
        ("mysqldump", format!("{mysql}INSERT INTO `cable` VALUES {};\nUNLOCK TABLES;\n", rows(escaped, ",").join(","))),
        (
            "mysqldump, a row a statement",
            format!("{mysql}{}UNLOCK TABLES;\n", statements("`cable` VALUES ", rows(escaped, ","))),
        ),
        (
            "mysqldump, a row a line",
            format!("{mysql}INSERT INTO `cable` VALUES\n{};\nUNLOCK TABLES;\n", rows(escaped, ",").join(",\n")),
        ),
        (
            "sqlite3 .dump",
            format!(
                "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n{}COMMIT;\n",
                statements("cable VALUES", rows(replaced, ","))
            ),
        ),
        (
            "pg_dump --inserts",
            format!("{postgresql}{}\n--\n-- done\n--\n", statements("public.cable VALUES ", rows(doubled, ", "))),
        ),
        (
            "pg_dump --column-inserts",
            format!(
                "{postgresql}{}\n--\n-- done\n--\n",
                statements(&format!("public.cable {COLUMNS} VALUES "), rows(doubled, ", "))
            ),
        ),
        ("pg_dump --rows-per-insert", format!("{postgresql}{several}--\n-- done\n--\n")),
    ]
}

const FILE: &str = "dump-of-cables";

/// The text of each record that is read, and whether it is named after its file.
fn records(bytes: &[u8], sound: &[String]) -> Vec<(String, bool)> {
    let Ok(mut form) = dialect::open(&Head::of(bytes, FILE)) else { return Vec::new() };
    let ranges = dialect::ranges(&mut *form.splitter(8 << 20), bytes);
    assert_eq!(ranges.last().map(|range| range.end), Some(bytes.len()), "the records tile the dump");
    let record = |(number, range): (usize, &Range<usize>)| {
        let position = Position::of(number as u32, number + 1 == ranges.len());
        let record = bytes[range.clone()].to_vec();
        let next = form.following(&record, position).or(form.clone());
        let form = std::mem::replace(&mut form, next);
        let Recognized::Cable(transcript) = form.transcribe(record, position, FILE) else { return None };
        let text = transcript.text().to_owned();
        let is_named_after_file = !sound.contains(&text) && parse::parse(&transcript).cable.mrn == FILE;
        Some((text, is_named_after_file))
    };
    ranges.iter().enumerate().filter_map(record).collect()
}

/// Every way in which the byte at a place is damaged.
fn damaged(dump: &[u8], at: usize, way: usize) -> Vec<u8> {
    let by: Vec<u8> = match way % 6 {
        0 => Vec::new(),
        1 => vec![dump[at]; 2],
        way => vec![b"',()"[way - 2]],
    };
    [&dump[..at], &by, &dump[at + 1..]].concat()
}

/// Damages a dump at these places, in a way that changes from place to place; gives what is lost besides the record that is
/// damaged and one neighbor.
fn losses(dump: &str, sound: &[String], places: impl Iterator<Item = (usize, usize)>) -> Vec<String> {
    let ends: Vec<usize> = (1..=RECORDS)
        .map(|number| memmem::find(dump.as_bytes(), format!("FERRIES {number}").as_bytes()).unwrap())
        .map(|text| text + memmem::find(&dump.as_bytes()[text..], b"QUADE").unwrap())
        .collect();
    let mut losses = Vec::new();
    for (at, way) in places {
        let bytes = damaged(dump.as_bytes(), at, way);
        let found = records(&bytes, sound);
        // What comes before a record, such as the head of its statement, is of it.
        let touched = ends.iter().position(|&end| at < end + 8).unwrap_or(RECORDS - 1);
        let lost: Vec<usize> =
            (0..RECORDS).filter(|&number| !found.iter().any(|(text, _)| *text == sound[number])).collect();
        let is_near = lost.iter().all(|number| number.abs_diff(touched) < 2);
        let named = found.iter().filter(|(_, is_named_after_file)| *is_named_after_file).count();
        if lost.len() > 2 || !is_near || named > 0 {
            let part = String::from_utf8_lossy(&bytes[at.saturating_sub(20)..(at + 20).min(bytes.len())]).into_owned();
            losses.push(format!("{part:?}, record {touched}: lost {lost:?}, named after the file {named}"));
        }
    }
    losses
}

#[test]
fn one_damaged_sign_costs_its_record_and_perhaps_a_neighbor() {
    let mut all = Vec::new();
    for (style, dump) in dumps() {
        let sound: Vec<String> = records(dump.as_bytes(), &[]).into_iter().map(|(text, _)| text).collect();
        assert_eq!(sound.len(), RECORDS, "{style}");
        let places = (0..dump.len()).step_by(13).map(|at| (at, at / 13));
        // The signs around values, in every way.
        let signs = memchr::memchr3_iter(b'\'', b'(', b')', dump.as_bytes()).step_by(17);
        let signs = signs.flat_map(|at| (0..6).map(move |way| (at, way)));
        let losses = losses(&dump, &sound, places.chain(signs));
        all.extend(losses.into_iter().map(|loss| format!("{style}: {loss}")));
    }
    assert!(all.is_empty(), "{}\n{}", all.len(), all.join("\n"));
}
