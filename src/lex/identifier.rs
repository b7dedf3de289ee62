//! Turns the identifier of a document into a message reference number, misspellings and all.
//!
//! Extractors took captions, section numbers and operating signals for parts of the post (`06EFTOANKARA9010`,
//! `09SECTIOQ1OF06LIMA9876`); relays lost letters (`08ANOI9582`). The rules run in a fixed order, and only one
//! post nearer than all others is ever put in place of another name. A post that existed is never renamed.

use std::borrow::Cow;

use super::date::{YEARS, century};
use super::fuzzy::{Nearest, edits, nearest};
use super::mrn::Mrn;
use crate::tables::posts::{self, Post};
use crate::tables::{captions, missions};

/// What an identifier was read as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identifier {
    /// It is a message reference number as found.
    Sound(Mrn),
    /// It was misspelled; this is what it means.
    Repaired(Mrn),
    /// It has the shape of a message reference number, but its post is in no table.
    PostUnknown(Mrn),
    /// It is the number of a telegram, but several posts, or none that is known, go by its name.
    PostUnclear {
        /// Year, four digits.
        year: i32,
        /// Serial number.
        serial: i32,
    },
    /// It is no message reference number; the year may be in it all the same.
    Unreadable {
        /// Year, four digits.
        year: Option<i32>,
    },
}

/// Reads the identifier of a document; `origin` is the sender as the envelope names it.
pub fn read(as_found: &str, origin: &str) -> Identifier {
    let letters = letters_and_digits(as_found);
    let Some((year, rest)) = year_in_front(&letters) else {
        return Identifier::Unreadable { year: None };
    };
    let known = posts::find(letters_in_front(rest));
    let rest = if known.is_some() { rest } else { strip_front(rest) };
    let (name, serial) = parts(rest);
    let is_whole = name.len() == letters_in_front(rest).len();
    let Some(serial) = serial else {
        return Identifier::Unreadable { year: Some(year) };
    };
    let numbered = |post: &str| Mrn { year, post: post.to_owned(), serial };
    match known.filter(|_| is_whole).or_else(|| posts::find(name)).or_else(|| nearest_post(name, origin)) {
        Some(post) => {
            let mrn = numbered(post.mrn);
            if mrn.is_written(as_found) { Identifier::Sound(mrn) } else { Identifier::Repaired(mrn) }
        }
        None if is_name(name) => Identifier::PostUnknown(numbered(name)),
        None => Identifier::Unreadable { year: Some(year) },
    }
}

/// Reads a document number of the Central Foreign Policy Files, which names files as well: four digits of the year, the
/// first six characters of the post's name and five or six digits, perhaps with a mark of the collection after them
/// (`1976QUITO04123`, `1974STATE150591_b`, `1975NEWDE09123-2`). `sender` decides between posts that begin alike.
pub fn read_document_number(as_found: &str, sender: Option<&'static Post>) -> Identifier {
    let (number, mark) = as_found.split_at(as_found.find(['-', '_']).unwrap_or(as_found.len()));
    let year = number.get(..4).and_then(|year| year.parse().ok()).filter(|year| (1966..=1985).contains(year));
    let Some(year) = year.filter(|_| mark.len() <= 3) else { return Identifier::Unreadable { year: None } };
    let post = letters_in_front(&number[4..]);
    let digits = &number[4 + post.len()..];
    let is_whole = (5..=6).contains(&digits.len()) && digits_in_front(digits) == digits && !post.is_empty();
    match digits.parse().ok().filter(|_| is_whole) {
        Some(serial) => match posts::find_by_six(post, year, sender) {
            Some(post) => Identifier::Sound(Mrn { year, post: post.mrn.to_owned(), serial }),
            None => Identifier::PostUnclear { year, serial },
        },
        None => Identifier::Unreadable { year: None },
    }
}

/// Reads a number as records list those of cited cables: its parts perhaps separated, and its serial with zeros
/// (`75 QUITO 04001`). Nothing is repaired.
pub fn read_listed(text: &str) -> Option<Mrn> {
    let text: String = text.split_whitespace().collect();
    let (year, rest) = text.split_at_checked(2)?;
    let (name, serial) = rest.split_at(rest.find(|c: char| c.is_ascii_digit())?);
    let is_number = |text: &str| digits_in_front(text) == text;
    let post = posts::find(name).filter(|_| is_number(year) && is_number(serial))?;
    Some(Mrn { year: century(year.parse().ok()?), post: post.mrn.to_owned(), serial: serial.parse().ok()? })
}

/// The identifier without spaces and signs, in upper case; most are so already.
fn letters_and_digits(as_found: &str) -> Cow<'_, str> {
    if as_found.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()) {
        return Cow::Borrowed(as_found);
    }
    let letters = as_found.bytes().filter(u8::is_ascii_alphanumeric);
    Cow::Owned(letters.map(|letter| char::from(letter.to_ascii_uppercase())).collect())
}

/// Reads an identifier once the text is known to call itself `post` and `serial`: what cannot be read alone, or lacks
/// its serial, is what the text says, as long as the serials agree.
pub fn read_with_text(as_found: &str, origin: &str, post: &'static Post, serial: i32) -> Identifier {
    let stated = |year| Mrn { year, post: post.mrn.to_owned(), serial };
    match read(as_found, origin) {
        Identifier::PostUnknown(mrn) if mrn.serial == serial => Identifier::Repaired(stated(mrn.year)),
        Identifier::Unreadable { year: Some(year) } => Identifier::Repaired(stated(year)),
        // `09BRUSELS1292` is no name of the embassy; the text may say that it means the mission to the Union.
        Identifier::Repaired(mrn) if mrn.serial == serial => Identifier::Repaired(stated(mrn.year)),
        other => other,
    }
}

/// The year, and what follows it. The two digits may occur twice (`7575LIMA12`), or be four (`2009ASTANA1005`).
fn year_in_front(text: &str) -> Option<(i32, &str)> {
    let digits = digits_in_front(text);
    let year = digits.get(..2)?.parse().ok().map(century)?;
    match digits.len() {
        4 if digits[..2] == digits[2..] => Some((year, &text[4..])),
        4 => match digits.parse() {
            Ok(full) if YEARS.contains(&full) => Some((full, &text[4..])),
            _ => Some((year, &text[2..])),
        },
        _ => Some((year, &text[2..])),
    }
}

/// What is taken for the beginning of the post: captions, missions, an originator.
fn in_front() -> impl Iterator<Item = &'static &'static str> {
    let captions = captions::known_in(captions::CaptionPlace::Identifier);
    captions.iter().chain(missions::glued()).chain(&["EMBASSY", "FSC"])
}

/// What is left once everything that is not part of the post is gone from the front.
fn strip_front(mut rest: &str) -> &str {
    while posts::find(letters_in_front(rest)).is_none() {
        let caption = in_front().find_map(|caption| rest.strip_prefix(caption));
        let Some(shorter) = caption.or_else(|| strip_section(rest)).or_else(|| strip_class_tail(rest)) else {
            break;
        };
        rest = shorter;
    }
    rest
}

/// Strips `SECTION 01 OF 06` however damaged: `SCTION02OF02`, `SECTIOQ1OF06`, `SECTION01O02`, `SECTION0QF05`, `01OF02`.
fn strip_section(text: &str) -> Option<&str> {
    let word = letters_in_front(text);
    if !word.is_empty() {
        edits(word, "SECTION", 2)?;
    }
    let behind_word = &text[word.len()..];
    [2, 1].into_iter().find_map(|width| {
        let behind_number = number_in_front(behind_word, width)?;
        [2, 1].into_iter().find_map(|letters| {
            let of = behind_number.get(..letters).filter(|of| of.bytes().all(|byte| byte.is_ascii_uppercase()))?;
            edits(of, "OF", 1)?;
            number_in_front(&behind_number[letters..], 2)
        })
    })
}

/// What follows a number of `width` digits; a Q may stand for one that was lost, but not for all.
fn number_in_front(text: &str, width: usize) -> Option<&str> {
    let (number, rest) = text.split_at_checked(width)?;
    let legal = number.bytes().all(|byte| byte == b'Q' || byte.is_ascii_digit());
    (legal && number.bytes().any(|byte| byte != b'Q')).then_some(rest)
}

/// Strips the end of a class word (`SIFIEDABUJA1673`) where a post follows that is in the table.
fn strip_class_tail(text: &str) -> Option<&str> {
    let name = letters_in_front(text);
    (3..name.len())
        .find(|&end| "UNCLASSIFIED".ends_with(&name[..end]) && posts::find(&name[end..]).is_some())
        .map(|end| &text[end..])
}

/// Words that separate the serial from a second number.
const BEHIND: [&str; 5] = ["ZFR", "ZDK", "ZDS", "TOSEC", DUPLICATE];

/// The one of them after which the second number counts.
const DUPLICATE: &str = "SUSPECTEDDUPLICATE";

/// The post as written, and the serial.
fn parts(text: &str) -> (&str, Option<i32>) {
    let name = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let last = text[name.len()..].parse().ok();
    for word in BEHIND {
        let Some(before) = name.strip_suffix(word) else { continue };
        let post = before.trim_end_matches(|c: char| c.is_ascii_digit());
        if post.len() < before.len() && !post.is_empty() {
            return (post, if word == DUPLICATE { last } else { before[post.len()..].parse().ok() });
        }
    }
    (name, last)
}

/// The one post nearest to a name that is in no table. A name of four letters or less may lack only one letter,
/// and the sender must not speak against it.
#[cold]
fn nearest_post(name: &str, origin: &str) -> Option<&'static Post> {
    if !is_name(name) && name.len() != 3 {
        return None;
    }
    let origin = posts::all().iter().find(|post| origin_names(origin, post));
    if let Some(origin) = origin.filter(|origin| edits(name, origin.mrn, 2).is_some()) {
        return Some(origin);
    }
    let most = if name.len() > 4 { 2 } else { 1 };
    let series = posts::all().iter().filter(|post| post.cables > 0);
    match nearest(name, series.map(|post| (post.mrn, post)), most) {
        Nearest::One(post) if name.len() > 4 || origin.is_none() => Some(post),
        _ => None,
    }
}

/// Whether the sender (`Embassy Astana`) ends in the name of the post.
fn origin_names(origin: &str, post: &Post) -> bool {
    let start = origin.len().checked_sub(post.name.len());
    start.and_then(|start| origin.get(start..)).is_some_and(|end| end.eq_ignore_ascii_case(post.name))
}

/// Whether a post may be called this.
fn is_name(name: &str) -> bool {
    (4..=20).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn letters_in_front(text: &str) -> &str {
    &text[..text.bytes().take(LONGEST_WORD).take_while(u8::is_ascii_uppercase).count()]
}

/// No word of an identifier has more letters.
const LONGEST_WORD: usize = 100;

fn digits_in_front(text: &str) -> &str {
    &text[..text.bytes().take_while(u8::is_ascii_digit).count()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repaired(id: &str) -> String {
        match read(id, "") {
            Identifier::Repaired(mrn) => mrn.to_string(),
            other => panic!("{id}: {other:?}"),
        }
    }

    #[test]
    fn a_sound_identifier_stays() {
        for id in ["09ASTANA1005", "66BUENOSAIRES2481", "05TAIPEI12", "06AITTAIPEI12", "08RPODUBAI3", "01STATE2512345"]
        {
            assert!(matches!(read(id, ""), Identifier::Sound(mrn) if mrn.to_string() == id), "{id}");
        }
        assert!(matches!(read("66LIMA2481", ""), Identifier::Sound(mrn) if mrn.year == 1966));
        assert!(matches!(read("10LIMA3", ""), Identifier::Sound(mrn) if mrn.year == 2010));
    }

    #[test]
    fn malformed_identifiers_are_repaired() {
        for (found, right) in [
            // Captions before.
            ("10EFTOKABUL668", "10KABUL668"),
            ("85NOFORNMOGADISHU1643", "85MOGADISHU1643"),
            ("08FSCCHARLESTON1712", "08CHARLESTON1712"),
            ("09AMEMBASSYHANOI9284", "09HANOI9284"),
            // Section text before.
            ("09SECTIOQ1OF06HARARE876", "09HARARE876"),
            ("07SETION02OF02BAKU1501", "07BAKU1501"),
            ("09SQCTION02OF02DUSHANBE143", "09DUSHANBE143"),
            ("09SECTION0QF05HANOI297", "09HANOI297"),
            ("08SCTION02OF02LIMA12", "08LIMA12"),
            ("10SECION03OF08LIMA1", "10LIMA1"),
            ("09SECTION01O02LIMA1", "09LIMA1"),
            ("09SECTION02F02LIMA1", "09LIMA1"),
            ("09SECTION01GF02LIMA1", "09LIMA1"),
            ("09SECTION01OF0QQUITO1", "09QUITO1"),
            ("09SECTION01OF02EFTOLIMA1", "09LIMA1"),
            ("08SECTION01GF02BISHIEK21", "08BISHKEK21"),
            ("0901OF02RPODUBAI288", "09RPODUBAI288"),
            ("09SIFIEDABUJA1673", "09ABUJA1673"),
            // Signals and second numbers after.
            ("06MADRID002583ZFR2585", "06MADRID2583"),
            ("07OSLO000160ZDK164", "07OSLO160"),
            ("90STATE255577TOSEC140323", "90STATE255577"),
            ("08ACCRA001382SUSPECTEDDUPLICATE1392", "08ACCRA1392"),
            // Doubled and full years.
            ("7575LIMA12", "75LIMA12"),
            ("2009ASTANA1005", "09ASTANA1005"),
            // Misspelled posts.
            ("08ANOI9582", "08HANOI9582"),
            ("06INSHASA12", "06KINSHASA12"),
            ("07RUSSELS9548", "07BRUSSELS9548"),
            ("08IHARTOUM1126", "08KHARTOUM1126"),
            ("06LINSK1234", "06MINSK1234"),
            ("06MILSK1226", "06MINSK1226"),
            ("09BRUSSQLS1235", "09BRUSSELS1235"),
            ("09BAU339", "09BAKU339"),
            ("09BEIRT96", "09BEIRUT96"),
            ("09NSSAU504", "09NASSAU504"),
            ("06MAILA1222", "06MANILA1222"),
            ("06AITTAIPIE2654", "06AITTAIPEI2654"),
            ("07SECSTATE12", "07STATE12"),
            ("09ASTANA001005", "09ASTANA1005"),
        ] {
            assert_eq!(repaired(found), right, "{found}");
        }
    }

    #[test]
    fn what_rules_cannot_know_stays_unread() {
        for id in ["10AQNA272", "092OF5", "06ASTANA", "", "LIMA12", "1"] {
            assert!(!matches!(read(id, ""), Identifier::Sound(_) | Identifier::Repaired(_)), "{id}");
        }
    }

    #[test]
    fn the_text_tells_what_an_identifier_alone_does_not() {
        let post = |name| posts::find(name).unwrap();
        for (found, name, serial, right) in [
            ("10AQNA272", "ASTANA", 272, "10ASTANA272"),
            ("07QXICO3307", "MEXICO", 3307, "07MEXICO3307"),
            ("092OF5", "STATE", 126_780, "09STATE126780"),
            ("06ASTANA", "ASTANA", 204, "06ASTANA204"),
            ("09SECTION01OF03BRUSSELS1234", "USEU BRUSSELS", 1234, "09USEUBRUSSELS1234"),
            ("09BRUSELS1292", "USEU BRUSSELS", 1292, "09USEUBRUSSELS1292"),
        ] {
            match read_with_text(found, "", post(name), serial) {
                Identifier::Repaired(mrn) => assert_eq!(mrn.to_string(), right),
                other => panic!("{found}: {other:?}"),
            }
        }
    }

    #[test]
    fn the_sender_decides_between_posts_that_are_equally_near() {
        assert!(matches!(read("09AQNA272", "Embassy Lima"), Identifier::PostUnknown(_)));
        assert!(matches!(read("09BAU339", "Embassy Baku"), Identifier::Repaired(_)));
        assert!(matches!(read("09BAU339", "Embassy Lima"), Identifier::Unreadable { .. }));
    }
}
