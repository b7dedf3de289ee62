//! That a concept is changed in one place: the tables of unit tests have an invented caption in one line more.

use super::parse;
use crate::dialect::{self, Recognized};

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
    // What a later section repeats is no text.
    assert!(cable.paragraphs.iter().all(|paragraph| !paragraph.text.contains("ZEBDIS")), "{:?}", cable.paragraphs);
}
