//! What tests of several stages need, and that a concept is changed in one place: the tables of unit tests have an invented
//! caption in one line more.

use std::fs;
use std::path::Path;

use super::parse;
use crate::dialect::{self, Recognized};

/// The rows of a table in `fixtures/forms`: a field as it is written, its line ends as `\\n`, and what is read of it.
pub fn forms<const COLUMNS: usize>(name: &str) -> Vec<[String; COLUMNS]> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/forms").join(name).with_extension("tsv");
    let table = fs::read_to_string(path).unwrap();
    // After what it says of itself and of its columns; the other lines with a # are titles.
    let rows = table.lines().skip(2).filter(|line| !line.starts_with('#'));
    let forms: Vec<_> = rows
        .map(|row| {
            let cells: Vec<String> = row.split('\t').map(|cell| cell.replace("\\n", "\n")).collect();
            cells.try_into().unwrap_or_else(|cells| panic!("not {COLUMNS} cells: {cells:?}"))
        })
        .collect();
    assert!(!forms.is_empty(), "{name} has no rows");
    forms
}

const TEXT: &str = "\
C O N F I D E N T I A L ZEBDIS SECTION 01 OF 02 LIMA 001234

ZEBDIS

E.O. 12958: DECL: 06/12/2019
TAGS: EWWT, PE
SUBJECT: HARBOR TALKS

1. (C//ZEBDIS) The pilots said that the guild had asked for its
dues in the spring of the year.

C O N F I D E N T I A L ZEBDIS SECTION 02 OF 02 LIMA 001234

ZEBDIS

E.O. 12958: DECL: 06/12/2019
TAGS: EWWT, PE
SUBJECT: HARBOR TALKS

2. (C) The tug crews wait.
";

#[test]
fn a_caption_in_one_line_of_the_table_is_known_everywhere() {
    let Recognized::Cable(transcript) = dialect::recognize(TEXT.into(), "a") else { panic!("it is a cable") };
    let cable = parse(&transcript).cable;
    // The class line continues after it.
    assert_eq!((cable.serial, cable.section_count), (Some(1234), Some(2)));
    // The preamble, and the class line, have it as a caption.
    assert_eq!(cable.captions, ["ZEBDIS"]);
    // It is a control of a portion marking.
    let markings: Vec<String> =
        cable.paragraphs.iter().flat_map(|paragraph| &paragraph.marking).map(|marking| marking.to_string()).collect();
    assert_eq!(markings, ["C//ZEBDIS", "C"]);
    // What a later section repeats is not a text.
    assert!(cable.paragraphs.iter().all(|paragraph| !paragraph.text.contains("ZEBDIS")), "{:?}", cable.paragraphs);
}
