//! Inputs in parts: whatever their size, the rows of all parts are those of the whole.

use std::fs;
use std::path::Path;

use cablegram::arrow::array::{AsArray, RecordBatch};
use cablegram::arrow::compute::concat_batches;
use cablegram::arrow::util::display::array_value_to_string;
use cablegram::convert::{Batches, Duplicates, Rules, splits, splits_of};
use cablegram::source::{Selection, WalkPart};
use proptest::prelude::*;
use tempfile::TempDir;

use crate::dialects;

/// Rules by which what is larger than `large` bytes comes block by block.
fn rules(large: usize) -> Rules {
    let mut rules = Rules::default();
    (rules.duplicates, rules.threads) = (Duplicates::Keep, 1.try_into().ok());
    (rules.limits.record_bytes, rules.limits.block_bytes) = (large, large / 3);
    rules
}

fn rows(batches: impl Iterator<Item = Batches>) -> Option<RecordBatch> {
    let rows: Vec<RecordBatch> = batches.flatten().map(Result::unwrap).collect();
    Some(concat_batches(&rows.first()?.schema(), &rows).unwrap())
}

/// Splits a document, sends its parts as texts, and compares their rows with those of the whole. How many
/// parts it is, and how many rows.
fn assert_whole(name: &str, bytes: &[u8], rules: &Rules, size: u64) -> (usize, usize) {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("cables"), bytes).unwrap();
    let selection = Selection::of([folder.path()]);
    let whole = rows([Batches::open(&selection, rules.clone()).unwrap()].into_iter());
    let parts = splits(&selection, rules, size).unwrap();
    let sent = parts.iter().map(|part| serde_json::to_string(part).unwrap());
    let read = sent.map(|part| {
        let part: WalkPart = serde_json::from_str(&part).unwrap();
        Batches::open_part(&selection, part, rules.clone()).unwrap()
    });
    assert_same(name, &rows(read), &whole);
    (parts.len(), whole.map_or(0, |rows| rows.num_rows()))
}

/// All that differs is that a part does not know the numbers of the others.
fn assert_same(name: &str, parts: &Option<RecordBatch>, whole: &Option<RecordBatch>) {
    let (Some(parts), Some(whole)) = (parts, whole) else {
        return assert!(parts.is_none() && whole.is_none(), "{name}: parts or the whole have no row");
    };
    assert_eq!(parts.num_rows(), whole.num_rows(), "{name}: rows");
    for (field, column) in whole.schema().fields().iter().zip(whole.columns()) {
        let ours = &parts[field.name().as_str()];
        if field.name() != "diagnostics" {
            assert!(ours == column, "{name}: {}", field.name());
            continue;
        }
        for row in 0..whole.num_rows() {
            let [ours, theirs] = [ours, column].map(|column| array_value_to_string(column, row).unwrap());
            assert!(ours == theirs || theirs.contains("mrn-repeated"), "{name}: {ours} instead of {theirs}");
        }
    }
}

#[test]
fn parts_of_documents_of_every_dialect_are_the_whole() {
    let mut split = 0;
    // Records of more than 3,000 bytes are too large in every second.
    for ((name, bytes), large) in dialects::documents().into_iter().zip([8 << 20, 3_000].into_iter().cycle()) {
        let size = bytes.len() as u64 / if large == 3_000 { 4 } else { 2 };
        split += usize::from(assert_whole(&name, &bytes, &rules(large), size).0 > 1);
    }
    assert!(split > 40, "only {split} documents are in several parts");
}

/// So many records of a dump in one of the forms.
fn dump(form: usize, count: usize) -> Vec<u8> {
    let text = |number: usize| "The tolls rise, \"and\" nobody's paid\n".repeat(1 + number % 5);
    let all = |separator: &str, one: &dyn Fn(usize) -> String| (1..=count).map(one).collect::<Vec<_>>().join(separator);
    let escaped = |number| {
        let text = text(number).replace('"', "\\\"");
        let fields =
            [&number.to_string(), "5/1/2006 8:00", &format!("06LIMA{number}"), "Embassy Lima", "SECRET", "", ""];
        format!("\"{}\",\"SUBJECT: {text}\"\n", fields.join("\",\""))
    };
    let doubled = |number| {
        let text = text(number).replace('"', "\"\"");
        format!("{number},2006-05-01,06LIMA{number},Embassy Lima,SECRET,,,\"SUBJECT: {text}\"\n")
    };
    let names = "id,date,identifier,origin,classification,refs,header,content\n";
    let values = |number| {
        let text = text(number).replace('\'', "''");
        format!("({number}, '2006-05-01', '06LIMA{number}', 'SECRET', 'Embassy Lima', '', '', 'SUBJECT: {text}')")
    };
    let object = |number: usize| {
        let text = format!("SUBJECT: {}", text(number));
        serde_json::json!({"id": format!("06LIMA{number}"), "origin": "Embassy Lima", "body": text}).to_string()
    };
    let copied = |number| {
        let text = text(number).replace('\n', "\\n");
        format!("{number}\t2006-05-01\t06LIMA{number}\tSECRET\tEmbassy Lima\t\t\\N\tSUBJECT: {text}\n")
    };
    let block = || format!("COPY cable FROM stdin;\n{}\\.\n", all("", &copied));
    let others = |count: usize| "COPY word FROM stdin;\nword\n\\.\n".repeat(count);
    let telegram = |number| {
        format!("UNCLAS LIMA {number:06}\n\nE.O. 12958: N/A\nTAGS: ECON PE\nSUBJECT: T\n\n1. {}", text(number))
    };
    let archived = |number: usize| {
        let attributes =
            format!("Document Number: 1975LIMA{number:05}\nDraft Date: 14 JUL 1975\nFrom: LIMA\nTo: STATE");
        format!("Message Text\n\n{}\n\nMessage Attributes\n{attributes}\n", telegram(number))
    };
    let text = match form {
        0 => all("", &escaped),
        1 => all("", &escaped).replace("\"\n", "\"\r\n"),
        2 => format!("\u{FEFF}{names}{}", all("", &doubled)),
        3 => format!("{names}{}", all("", &doubled)).replace('\n', "\r\n"),
        4 => all("", &|number| format!("INSERT INTO cable VALUES {};\n", values(number))),
        5 => format!("INSERT INTO cable VALUES {};\n", all(",", &values)),
        6 => format!("-- PostgreSQL database dump\n{}", block()),
        7 => format!("-- PostgreSQL database dump\n{}{}{}", others(3_000), block(), others(9)),
        8 => all("\n", &object),
        9 => format!("[{}]", all(",\n", &object)),
        10 => all("\n", &archived),
        11 => {
            let text = format!("\u{FEFF}{names}{}", all("", &doubled));
            return text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        }
        12 | 13 => all("", &|number| match number % 2 == form % 2 {
            true => format!("INSERT INTO cable VALUES {};\n", values(number)),
            false => format!("COPY cable FROM stdin;\n{}\\.\n\n", copied(number)),
        }),
        _ => unreachable!("there is no such form"),
    };
    text.into_bytes()
}

const FORMS: usize = 14;

#[test]
fn dumps_are_in_parts_of_about_the_size_asked_for() {
    for form in 0..FORMS {
        let bytes = dump(form, 400);
        assert!(bytes.len() > 66_000, "form {form} does not come block by block");
        let (parts, rows) = assert_whole(&format!("form {form}"), &bytes, &rules(66_000), 5_000);
        // What is before the rows is in the first.
        let front = if form == 7 { 90_000 } else { 0 };
        let expected = bytes.len().div_ceil(5_000);
        assert!((expected - front / 5_000 - 1..=expected).contains(&parts), "form {form}: {parts} parts");
        assert_eq!(rows, 400, "form {form}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(40) })]

    #[test]
    fn parts_of_damaged_dumps_are_the_whole(
        form in 0..FORMS,
        size in 1..9_000_u64,
        large in prop::sample::select(vec![700, 66_000, 8 << 20]),
        damage in prop::collection::vec((any::<prop::sample::Index>(), prop::option::of(0..6_usize)), 0..9),
    ) {
        let mut bytes = dump(form, 60);
        for (place, insert) in damage {
            let at = place.index(bytes.len());
            match insert {
                Some(byte) => bytes.insert(at, b"\"'\\\n,{"[byte]),
                None => drop(bytes.remove(at)),
            }
        }
        assert_whole(&format!("form {form}"), &bytes, &rules(large), size);
    }
}

#[test]
fn what_is_in_a_container_is_in_one_part_and_files_stay_in_order() {
    let folder = TempDir::new().unwrap();
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    write("a.txt", b"UNCLAS LIMA 000501\nSUBJECT: A\n");
    write("b.csv", &dump(0, 40));
    write("c.txt", b"");
    write("d.txt", b"UNCLAS LIMA 000502\nSUBJECT: D\n");
    write("e.csv", &dump(2, 40));
    #[cfg(feature = "containers")]
    write("f.csv.gz", &crate::packs::gzip(&dump(0, 90)));
    let selection = Selection::of([folder.path()]);
    let whole = rows([Batches::open(&selection, rules(8 << 20)).unwrap()].into_iter());
    for size in [1, 900, 4_000, u64::MAX] {
        let parts = splits(&selection, &rules(8 << 20), size).unwrap();
        let of_container = parts.iter().filter(|part| part.first.ends_with("f.csv.gz"));
        assert!(of_container.count() <= 1, "parts of {size} bytes");
        let read = parts.into_iter().map(|part| Batches::open_part(&selection, part, rules(8 << 20)).unwrap());
        assert_same(&format!("parts of {size} bytes"), &rows(read), &whole);
    }
}

#[test]
fn a_file_that_changed_after_it_was_split_is_bad_and_says_so() {
    let folder = TempDir::new().unwrap();
    let file: &Path = &folder.path().join("cables.csv");
    fs::write(file, dump(0, 40)).unwrap();
    let selection = Selection::of([file]);
    let parts = splits(&selection, &rules(8 << 20), 2_000).unwrap();
    fs::write(file, dump(0, 41)).unwrap();
    let mut batches = Batches::open_part(&selection, parts[1].clone(), rules(8 << 20)).unwrap();
    assert!(batches.next().is_none());
    let bad = batches.take_bad();
    assert!(bad[0].status.to_string().contains("split it again"), "{bad:?}");
}

/// A folder of so many cables, their parts of about two each, and what is in them.
fn folder_in_parts(count: usize) -> (TempDir, Selection, Vec<WalkPart>) {
    let folder = TempDir::new().unwrap();
    (1..=count).for_each(|number| write_cable(&folder, &format!("b{number:02}.txt"), number));
    let selection = Selection::of([folder.path()]);
    let parts = splits(&selection, &rules(8 << 20), 110).unwrap();
    assert!(parts.len() > 2, "{parts:?}");
    (folder, selection, parts)
}

fn write_cable(folder: &TempDir, name: &str, number: usize) {
    let text = format!("UNCLAS LIMA 0000{number:02}\n\nSUBJECT: TOLLS\n\n1. One.\n");
    fs::write(folder.path().join(name), text).unwrap();
}

/// The paths of the rows of a part, and what ended it.
fn paths(selection: &Selection, part: &WalkPart) -> (Vec<String>, Option<String>) {
    let (mut paths, mut error) = (Vec::new(), None);
    for batch in Batches::open_part(selection, part.clone(), rules(8 << 20)).unwrap() {
        match batch {
            Ok(batch) => {
                let source = batch["source"].as_struct().column_by_name("path").unwrap().as_string::<i32>().clone();
                paths.extend(source.iter().flatten().map(str::to_owned));
            }
            Err(failure) => error = Some(failure.to_string()),
        }
    }
    (paths, error)
}

#[test]
fn parts_are_the_same_files_whatever_comes_between_them() {
    let (folder, selection, parts) = folder_in_parts(8);
    let before: Vec<_> = parts.iter().map(|part| paths(&selection, part)).collect();
    assert_eq!(before.iter().map(|(paths, _)| paths.len()).sum::<usize>(), 8);
    for (name, number) in [("a.txt", 40), ("c.txt", 41)] {
        write_cable(&folder, name, number);
    }
    let between = format!("{}~.txt", before[0].0.last().unwrap().trim_end_matches(".txt"));
    write_cable(&folder, &between, 42);
    let after: Vec<_> = parts.iter().map(|part| paths(&selection, part)).collect();
    assert_eq!(before, after);
}

#[test]
fn a_part_whose_files_are_others_fails() {
    type Change = fn(&TempDir, &[String]);
    let changes: [Change; 4] = [
        |folder, _| write_cable(folder, "b01a.txt", 40),
        |folder, paths| fs::remove_file(folder.path().join(&paths[0])).unwrap(),
        |folder, paths| fs::remove_file(folder.path().join(&paths[1])).unwrap(),
        |folder, paths| fs::rename(folder.path().join(&paths[1]), folder.path().join("b01z.txt")).unwrap(),
    ];
    for change in changes {
        let (folder, selection, parts) = folder_in_parts(8);
        let (held, none) = paths(&selection, &parts[0]);
        assert!(none.is_none() && held.len() > 1, "{held:?}");
        change(&folder, &held);
        let (_, error) = paths(&selection, &parts[0]);
        assert!(error.is_some_and(|error| error.contains("make the parts again")), "{held:?}");
        assert!(paths(&selection, parts.last().unwrap()).1.is_none());
        assert!(splits_of(&parts[0], &selection, &rules(8 << 20), 1).is_err());
    }
}

#[test]
fn parts_of_a_part_are_the_part() {
    let (_folder, selection, parts) = folder_in_parts(8);
    for part in &parts {
        let smaller = splits_of(part, &selection, &rules(8 << 20), 1).unwrap();
        let rows: Vec<String> = smaller.iter().flat_map(|part| paths(&selection, part).0).collect();
        assert_eq!((rows, None), paths(&selection, part));
        assert!(smaller.len() > 1 || part.count == 1);
    }
}

#[test]
fn inputs_that_break_off_end_with_an_error_and_not_like_whole_ones() {
    let documents = (0..3).map(|number| match number {
        2 => panic!("the shelf fell over"),
        _ => (format!("{number}.txt"), format!("UNCLAS LIMA 00001{number}\nSUBJECT: TOLLS\n")),
    });
    let batches: Vec<_> = Batches::from_bytes(documents, Rules::default()).unwrap().collect();
    assert!(batches.last().is_some_and(Result::is_err), "{batches:?}");
}
