//! What holds for every form in which cables are written down.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use cablegram::dialect::{self, Confidence, Cut, Head, KNOWN, NotACable, Splitter};
use proptest::prelude::*;

/// The inputs of all cases.
fn inputs() -> Vec<(PathBuf, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let files = walkdir::WalkDir::new(root).sort_by_file_name().into_iter().map(|entry| entry.unwrap().into_path());
    let files = files.filter(|path| path.is_file() && !path.ends_with("cable.yaml"));
    files.map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap().to_string_lossy().into_owned()
}

#[test]
fn no_two_dialects_are_certain_of_a_document() {
    for (path, bytes) in inputs() {
        let stem = stem(&path);
        let head = Head::of(&bytes, &stem);
        let is_certain = |dialect: &&&dyn dialect::Dialect| dialect.recognizes(&head) == Confidence::Certain;
        let certain: Vec<&str> = KNOWN.iter().filter(is_certain).map(|dialect| dialect.name()).collect();
        assert!(certain.len() <= 1, "{}: {certain:?}", path.display());
    }
}

#[test]
fn no_other_dialect_is_as_sure_of_a_document_of_records() {
    for (path, bytes) in inputs() {
        let stem = stem(&path);
        let head = Head::of(&bytes, &stem);
        // In another encoding, or with other line ends, a document is recognized by a copy of its text.
        let is_as_read = !bytes.starts_with(b"\xFF\xFE") && !bytes.starts_with(b"\xFE\xFF") && bytes.contains(&b'\n');
        if let Ok(form) = dialect::open(&head)
            && is_as_read
            && form.dialect() != "plain"
        {
            let known = KNOWN.iter().find(|dialect| dialect.name() == form.dialect()).unwrap();
            assert!(known.recognizes(&head) > Confidence::Maybe, "{}", path.display());
        }
    }
}

/// The records that a splitter finds when a document comes in blocks of these sizes, again and again.
fn cut_in_blocks(splitter: &mut dyn Splitter, bytes: &[u8], blocks: &[usize]) -> Vec<Range<usize>> {
    let mut records = Vec::new();
    let mut sizes = blocks.iter().copied().cycle();
    let (mut start, mut at, mut come) = (0, 0, 0);
    loop {
        let at_end = come == bytes.len();
        if at_end && at == come && start == at {
            return records;
        }
        match splitter.next(&bytes[at..come], at_end) {
            Cut::Record(length) => {
                at += length;
                assert!(at_end || at < come, "a record that ends with a block is not told of before the end");
                records.push(start..at);
                start = at;
            }
            Cut::Part(length) => at += length,
            Cut::More => {
                assert!(!at_end, "there is no more");
                come = bytes.len().min(come + sizes.next().unwrap());
            }
        }
    }
}

/// Documents that are more than one plain cable: those of the cases, alone and each after itself.
pub fn documents() -> Vec<(String, Vec<u8>)> {
    let mut documents = Vec::new();
    for (path, bytes) in inputs() {
        let several = |form: &dyn dialect::Form| dialect::ranges(&mut *form.splitter(bytes.len()), &bytes).len() > 1;
        let form = dialect::open(&Head::of(&bytes, &stem(&path)));
        if form.is_ok_and(|form| form.dialect() != "plain" || several(&*form)) {
            documents.push((path.display().to_string(), [bytes.as_slice(), &bytes].concat()));
            documents.push((path.display().to_string(), bytes));
        }
    }
    documents
}

fn assert_law(name: &str, bytes: &[u8], blocks: &[usize], limit: usize) {
    let Ok(form) = dialect::open(&Head::of(bytes, "input")) else { return };
    let whole = dialect::ranges(&mut *form.splitter(limit), bytes);
    let blocked = cut_in_blocks(&mut *form.splitter(limit), bytes, blocks);
    assert_eq!(whole, blocked, "{name} in blocks of {blocks:?}, at most {limit}");
    let mut end = 0;
    for record in &whole {
        assert_eq!(record.start, end, "{name}: a gap");
        end = record.end;
    }
    assert_eq!(end, bytes.len(), "{name}: the end");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Any way of cutting a document into blocks gives the same records, and the records tile the document.
    #[test]
    fn blocks_do_not_change_records(
        blocks in prop::collection::vec(1..6000_usize, 1..5),
        limit in prop_oneof![Just(8 << 20), 200..4000_usize],
    ) {
        for (name, bytes) in documents() {
            assert_law(&name, &bytes, &blocks, limit);
        }
    }

    /// So it is where bytes are lost, doubled or changed.
    #[test]
    fn blocks_do_not_change_damaged_records(
        blocks in prop::collection::vec(1..3000_usize, 1..4),
        places in prop::collection::vec((0.0..1.0_f64, prop::sample::select(b"\"\\\n,'();{}[]\t \x00".to_vec())), 1..6),
    ) {
        for (name, mut bytes) in documents() {
            for &(place, byte) in &places {
                let at = (place * bytes.len() as f64) as usize;
                bytes[at] = byte;
            }
            assert_law(&name, &bytes, &blocks, 8 << 20);
        }
    }

    #[test]
    fn no_text_stops_a_dialect(bytes in "(\\PC|[\"\\\\,\t;|'(){}\n]|INSERT INTO cable VALUES |COPY cable FROM stdin;\n|2006-05-04|06LIMA1|SECRET|1,|\"id\":){0,60}") {
        let bytes = bytes.into_bytes();
        if let Ok(form) = dialect::open(&Head::of(&bytes, "input")) {
            for range in dialect::ranges(&mut *form.splitter(100), &bytes) {
                let _ = form.transcribe(bytes[range].to_vec(), dialect::Position::Middle, "input");
            }
        }
    }
}

/// What a document is that is no cable.
fn kind(text: &str) -> Option<NotACable> {
    dialect::open(&Head::of(text.as_bytes(), "input")).err()
}

#[test]
fn an_ignored_document_has_a_name() {
    assert_eq!(kind(" \n"), Some(NotACable::EmptyFile));
}

#[test]
fn xml_that_is_no_page_is_named_with_and_without_a_declaration() {
    let cable = "VZCZCXRO1234\nUNCLAS LIMA 000012\nTAGS: PREL\nSUBJECT: FERRIES\n\n1. The ferry sails.\nQUADE\n";
    for front in ["", "<?xml version=\"1.0\"?>\n", "<!-- exported -->\n", "<!DOCTYPE cables>\n", "\u{FEFF}"] {
        let elements = [
            format!("{front}<cables><cable id=\"06LIMA12\"><text>{cable}</text></cable></cables>\n"),
            format!("{front}<sst xmlns=\"urn:x\" count=\"2\">\n <si><t>06LIMA12</t></si><si><t>{cable}</t></si></sst>"),
            format!("{front}<w:document><w:body><w:p><w:t>{cable}</w:t></w:p></w:body></w:document>"),
        ];
        for text in elements {
            assert_eq!(kind(&text), Some(NotACable::OtherXml), "{text}");
        }
    }
    for page in ["<!DOCTYPE html>\n<p>Ferries</p>", "<!-- saved -->\n<html><body>Ferries</body></html>"] {
        assert_eq!(kind(page), Some(NotACable::HtmlPage), "{page}");
    }
    assert_eq!(kind("<SECRET>\n<NOFORN>\nFerries\n"), Some(NotACable::OtherText));
}

#[cfg(feature = "containers")]
#[test]
fn a_zip_that_is_a_document_on_the_inside_is_one_of_an_office_program() {
    for (first, kind) in [
        ("[Content_Types].xml", NotACable::OfficeDocument),
        ("docProps/app.xml", NotACable::OfficeDocument),
        ("xl/workbook.xml", NotACable::OfficeDocument),
        ("word/cable.txt", NotACable::Archive),
        ("cables.csv", NotACable::Archive),
    ] {
        let zip = crate::packs::zip(&[(first, b"-")]);
        assert_eq!(dialect::open(&Head::of(&zip, "input")).err(), Some(kind), "{first}");
    }
}
