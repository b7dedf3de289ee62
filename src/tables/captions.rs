//! Captions: words of handling such as `SIPDIS` and `NOFORN`.
//!
//! The facts are in `captions.tsv`. A new caption is one line there.

use std::sync::LazyLock;

use super::tsv::{TableRow, Tsv, tsv};

/// A caption as cables write it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Caption {
    /// As it is written, in upper case.
    pub written: &'static str,
    /// As it is kept.
    pub kept: &'static str,
}

/// Where else than in a preamble captions are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CaptionPlace {
    /// Between the class word and the post.
    ClassLine,
    /// After a classification line, on its line.
    AfterClassLine,
    /// Alone on the first line of a text whose classification line is lost.
    OpensText,
    /// Left over from the preamble of a later section.
    Repeated,
    /// Alone on a line of the text, where it is not a heading.
    NoHeading,
    /// In an identifier, where it was taken for the beginning of the post.
    Identifier,
    /// In a portion marking.
    Portion,
    /// Before words that qualify it on its line.
    Qualified,
}

/// The words of the table, in the order of the enum.
const PLACES: [(&str, CaptionPlace); 8] = [
    ("class-line", CaptionPlace::ClassLine),
    ("after-class-line", CaptionPlace::AfterClassLine),
    ("opens-text", CaptionPlace::OpensText),
    ("repeated", CaptionPlace::Repeated),
    ("no-heading", CaptionPlace::NoHeading),
    ("identifier", CaptionPlace::Identifier),
    ("portion", CaptionPlace::Portion),
    ("qualified", CaptionPlace::Qualified),
];

/// All captions, by their initials, longest first.
pub fn all() -> impl Iterator<Item = &'static Caption> {
    TABLE.by_initial.iter().flatten()
}

/// The captions that begin with this letter in upper case, longest first.
pub fn with_initial(initial: u8) -> &'static [Caption] {
    initial.checked_sub(b'A').and_then(|at| TABLE.by_initial.get(usize::from(at))).map_or(&[], Vec::as_slice)
}

/// The longest caption that a text begins with, in any case, ending where a word ends.
pub fn leading(text: &str) -> Option<&'static Caption> {
    let initial = text.as_bytes().first()?.to_ascii_uppercase();
    with_initial(initial).iter().find(|caption| {
        text.get(..caption.written.len()).is_some_and(|front| front.eq_ignore_ascii_case(caption.written))
            && !text[caption.written.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '-')
    })
}

/// The captions known in this place, as they are written there.
pub fn known_in(place: CaptionPlace) -> &'static [&'static str] {
    &TABLE.by_place[place as usize]
}

struct CaptionTable {
    by_initial: [Vec<Caption>; 26],
    by_place: [Vec<&'static str>; PLACES.len()],
}

static TABLE: LazyLock<CaptionTable> = LazyLock::new(|| {
    let mut table = CaptionTable { by_initial: Default::default(), by_place: Default::default() };
    for row in captions().rows() {
        let TableRow { cells: [written, kept, _], .. } = row;
        table.by_initial[usize::from(written.as_bytes()[0] - b'A')].push(Caption { written, kept });
        row.all_of(2, &PLACES).into_iter().for_each(|place| table.by_place[place as usize].push(written));
    }
    table.by_initial.iter_mut().for_each(|alike| alike.sort_by_key(|caption| std::cmp::Reverse(caption.written.len())));
    table
});

#[cfg(not(test))]
fn captions() -> Tsv {
    tsv!("captions.tsv")
}

/// The table with an invented caption in one more line, so that a test can show that every reader follows the table.
#[cfg(test)]
fn captions() -> Tsv {
    let text = concat!(
        include_str!("captions.tsv"),
        "ZEBDIS\tZEBDIS\tclass-line, after-class-line, opens-text, repeated, no-heading, portion\n"
    );
    Tsv { text, ..tsv!("captions.tsv") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_found() {
        let words: Vec<&str> = all().map(|caption| caption.written).collect();
        assert_eq!(words.len(), captions().rows::<3>().count());
        assert!(PLACES.iter().all(|(_, place)| known_in(*place).iter().all(|written| words.contains(written))));
        assert!(PLACES.iter().zip(0..).all(|((_, place), at)| *place as usize == at));
        assert!(with_initial(b'4').is_empty());
    }
}
