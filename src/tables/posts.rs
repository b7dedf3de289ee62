//! Turns the name of a post, as people write it, into the post.
//!
//! Names are compared by their letters alone: case, spaces, periods, apostrophes and hyphens do not count, and a
//! zero beside a letter is the letter O (`SANTIAG0`). The facts are in `posts.tsv`. A post that existed is never
//! renamed into its successor, and nothing here guesses: a name that is in no column is no post.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hash, Hasher};
use std::sync::LazyLock;

use super::index::Index;
use super::tsv::{TableRow, Tsv, tsv};

/// One post, or another series of message reference numbers.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Post {
    /// Name within a message reference number: capitals only, `RIODEJANEIRO`.
    pub mrn: &'static str,
    /// Name as texts write it: `RIO DE JANEIRO`.
    pub name: &'static str,
    /// What sends under this name.
    pub kind: PostKind,
    /// Cables in the public list of 251,287; 0 for a post that is in references only.
    pub cables: u32,
    /// First and last year in that list; 0 where it has none.
    pub years: (u16, u16),
}

impl Post {
    /// Whether telegrams of that year are known.
    fn was_sending(&self, year: i32) -> bool {
        (i32::from(self.years.0)..=i32::from(self.years.1)).contains(&year)
    }
}

/// What sends under the name of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PostKind {
    /// An embassy, consulate, mission or office abroad, or the Department itself.
    Post,
    /// A domestic agency with numbers of its own.
    Agency,
    /// A travelling delegation (`PARTO`, `SECTO`): its numbers start again with every journey.
    Party,
}

/// How a post was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Spelling {
    /// The name, or another name that is right as well.
    Named,
    /// A misspelling that was seen before.
    Misspelt,
    /// An abbreviation such as `BA`, legal in a reference and only before a serial.
    Abbreviated,
}

/// A post found at the beginning of a text.
#[derive(Clone, Copy, Debug)]
pub struct Match {
    /// The post.
    pub post: &'static Post,
    /// How it was written.
    pub spelling: Spelling,
    /// Bytes of the text that its name takes.
    pub length: usize,
}

/// All posts, in order of their names.
pub fn all() -> &'static [Post] {
    &TABLE.posts
}

/// The post of this name, of another name or of a known misspelling; never of an abbreviation.
pub fn find(name: &str) -> Option<&'static Post> {
    if !TABLE.may_begin(name) {
        return None;
    }
    let (post, spelling) = TABLE.look_up(&Key::of(name)?)?;
    (spelling != Spelling::Abbreviated).then_some(post)
}

/// Whether a word is the first of a post's name that has several: `RIO`, `SAN`, `NEW`.
pub fn is_first_word(word: &str) -> bool {
    static FIRST_WORDS: LazyLock<Index<()>> = LazyLock::new(|| {
        let first_word = |post: &'static Post| Some((post.name.split_once(' ')?.0, ()));
        Index::of(all().iter().filter_map(first_word))
    });
    FIRST_WORDS.get(word).is_some()
}

/// Every right name of every post as letters alone, for a search of what is nearest to a misspelling.
pub fn names() -> impl Iterator<Item = (&'static str, &'static Post)> {
    TABLE.names.iter().map(|(name, post)| (name.as_str(), &TABLE.posts[usize::from(*post)]))
}

/// The longest name of a post that `text` begins with, ending where a word ends; never an abbreviation.
pub fn longest_prefix(text: &str) -> Option<Match> {
    longest(text, |spelling| spelling != Spelling::Abbreviated)
}

/// As [`longest_prefix`], with the abbreviations that are legal in a reference.
pub fn longest_prefix_in_reference(text: &str) -> Option<Match> {
    longest(text, |_| true)
}

/// The post whose name begins with `cut`: page lines cut names to 10 characters (`PORT AU PR`), old ones to 6.
pub fn find_cut(cut: &str) -> Option<&'static Post> {
    let key = Key::of(cut)?;
    find(cut).or_else(|| {
        let letters = key.text();
        let start = TABLE.posts.partition_point(|post| post.mrn < letters.as_str());
        TABLE.posts.get(start).filter(|post| post.mrn.starts_with(&letters))
    })
}

/// The post that a document number of the Central Foreign Policy Files calls so: by the first six characters of one of its
/// names, spaces among them, which are then left out (`NEWDE`, `OECDP`). Where several begin alike, it is `sender`, or the
/// only one that is known to have sent telegrams in that year; else none.
pub fn find_by_six(cut: &str, year: i32, sender: Option<&Post>) -> Option<&'static Post> {
    static BY_SIX: LazyLock<HashMap<String, Vec<&'static Post>>> = LazyLock::new(|| {
        let mut posts: HashMap<String, Vec<&'static Post>> = HashMap::new();
        for (name, post) in &TABLE.spaced {
            let post = &TABLE.posts[usize::from(*post)];
            let alike = posts.entry(name.chars().take(6).filter(|letter| *letter != ' ').collect()).or_default();
            if !alike.contains(&post) {
                alike.push(post);
            }
        }
        posts
    });
    let alike = BY_SIX.get(cut)?;
    if let Some(post) = alike.iter().find(|post| sender == Some(**post)) {
        return Some(post);
    }
    let mut sending = alike.iter().filter(|post| alike.len() == 1 || post.was_sending(year));
    sending.next().filter(|_| sending.next().is_none()).copied()
}

fn longest(text: &str, legal: fn(Spelling) -> bool) -> Option<Match> {
    if !TABLE.may_begin(text) {
        return None;
    }
    let bytes = text.as_bytes();
    let mut key = Key::EMPTY;
    let mut longest = None;
    for (at, &byte) in bytes.iter().enumerate().take(LONGEST_WRITTEN) {
        match letter_at(bytes, at) {
            Some(letter) if key.push(letter) => {}
            None if !key.is_empty() && is_joint(bytes, at, byte) => continue,
            _ => break,
        }
        if letter_at(bytes, at + 1).is_none()
            && let Some((post, spelling)) = TABLE.look_up(&key)
            && legal(spelling)
        {
            longest = Some(Match { post, spelling, length: at + 1 });
        }
    }
    longest
}

/// No name has more bytes, however many spaces and hyphens are in it.
const LONGEST_WRITTEN: usize = 100;

/// The letter this byte means, in any case; a zero that touches a letter and no other digit is an O.
#[inline]
fn letter_at(bytes: &[u8], at: usize) -> Option<u8> {
    match bytes.get(at) {
        Some(byte) if byte.is_ascii_alphabetic() => Some(*byte),
        Some(b'0') => letter_for_zero(bytes, at),
        _ => None,
    }
}

/// An O for a zero that touches a letter and no other digit.
fn letter_for_zero(bytes: &[u8], at: usize) -> Option<u8> {
    let beside = |at: Option<usize>, test: fn(&u8) -> bool| at.and_then(|at| bytes.get(at)).is_some_and(test);
    let (before, after) = (at.checked_sub(1), Some(at + 1));
    let beside_digit = beside(before, u8::is_ascii_digit) || beside(after, u8::is_ascii_digit);
    let beside_letter = beside(before, u8::is_ascii_alphabetic) || beside(after, u8::is_ascii_alphabetic);
    (beside_letter && !beside_digit).then_some(b'O')
}

/// Bytes that may be within a name without counting; U+2019 is the apostrophe of a retyped cable.
fn is_joint(bytes: &[u8], at: usize, byte: u8) -> bool {
    let is_of_apostrophe = || {
        (0..3).any(|back| at.checked_sub(back).is_some_and(|start| bytes[start..].starts_with("\u{2019}".as_bytes())))
    };
    matches!(byte, b' ' | b'.' | b'\'' | b'-' | b'\n') || !byte.is_ascii() && is_of_apostrophe()
}

/// The letters of a name, in upper case, five bits each. No name in the table is longer.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Key {
    letters: u128,
    length: u8,
}

impl Key {
    const LONGEST: u8 = 24;
    const EMPTY: Key = Key { letters: 0, length: 0 };

    fn of(name: &str) -> Option<Key> {
        let mut key = Key::EMPTY;
        let bytes = name.as_bytes();
        if bytes.len() > LONGEST_WRITTEN {
            return None;
        }
        for (at, &byte) in bytes.iter().enumerate() {
            match letter_at(bytes, at) {
                Some(letter) if key.push(letter) => {}
                None if is_joint(bytes, at, byte) => {}
                _ => return None,
            }
        }
        (!key.is_empty()).then_some(key)
    }

    /// Adds a letter in any case.
    fn push(&mut self, letter: u8) -> bool {
        let fits = self.length < Key::LONGEST;
        if fits {
            self.length += 1;
            self.letters = self.letters << 5 | u128::from(letter & 0x1F);
        }
        fits
    }

    fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The first three letters.
    fn beginning(self) -> Option<usize> {
        Some((self.letters >> (5 * self.length.checked_sub(3)?)) as usize)
    }

    /// The letters as text.
    fn text(self) -> String {
        let letter = |index: u8| char::from(b'@' + (self.letters >> (5 * index)) as u8 % 32);
        (0..self.length).rev().map(letter).collect()
    }
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        hasher.write_u64(self.letters as u64 ^ (self.letters >> 64) as u64);
    }
}

/// Spreads the letters of a key over all bits; nobody chooses names to collide.
#[derive(Default)]
struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.write_u64(byte.into()));
    }

    fn write_u64(&mut self, letters: u64) {
        let mixed = (self.0 ^ letters).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = mixed ^ mixed >> 32;
    }
}

/// The table in memory.
#[derive(Default)]
struct PostTable {
    /// In the order of their names.
    posts: Vec<Post>,
    /// Every spelling of every post.
    spellings: HashMap<Key, (u16, Spelling), BuildHasherDefault<KeyHasher>>,
    /// Every right name of every post.
    names: Vec<(String, u16)>,
    /// The same as texts write them, spaces among their letters.
    spaced: Vec<(&'static str, u16)>,
    /// Which three letters spellings begin with, a bit each.
    beginnings: Vec<u64>,
}

static TABLE: LazyLock<PostTable> = LazyLock::new(|| PostTable::read(tsv!("posts.tsv")));

impl PostTable {
    fn read(file: Tsv) -> PostTable {
        let mut table = PostTable { beginnings: vec![0; 1 << 9], ..PostTable::default() };
        file.rows().for_each(|row| table.add(&row));
        table
    }

    fn add(&mut self, row: &TableRow<9>) {
        const KINDS: [(&str, PostKind); 3] =
            [("post", PostKind::Post), ("agency", PostKind::Agency), ("party", PostKind::Party)];
        let post = Post {
            mrn: row.cells[0],
            name: row.cells[1],
            kind: row.one_of(2, &KINDS),
            cables: row.number(3),
            years: (row.number(4), row.number(5)),
        };
        self.spell(post.name, Spelling::Named);
        self.spell(post.mrn, Spelling::Named);
        for (column, spelling) in [(6, Spelling::Named), (7, Spelling::Misspelt), (8, Spelling::Abbreviated)] {
            row.list(column).for_each(|name| self.spell(name, spelling));
        }
        self.posts.push(post);
    }

    fn spell(&mut self, name: &'static str, spelling: Spelling) {
        let (Some(key), Ok(post)) = (Key::of(name), u16::try_from(self.posts.len())) else { return };
        if spelling == Spelling::Named {
            self.spaced.push((name, post));
        }
        if let Some(beginning) = key.beginning() {
            self.beginnings[beginning / 64] |= 1 << (beginning % 64);
        }
        let is_new = self.spellings.insert(key, (post, spelling)).is_none();
        if is_new && spelling == Spelling::Named {
            self.names.push((key.text(), post));
        }
    }

    /// Whether a spelling can begin as this text does: three letters tell nearly every word from a post.
    fn may_begin(&self, text: &str) -> bool {
        let &[first, second, third, ..] = text.as_bytes() else { return true };
        if ![first, second, third].iter().all(u8::is_ascii_alphabetic) {
            return true;
        }
        let beginning = [first, second, third].iter().fold(0, |key, letter| key << 5 | usize::from(letter & 0x1F));
        self.beginnings[beginning / 64] >> (beginning % 64) & 1 == 1
    }

    fn look_up(&self, key: &Key) -> Option<(&Post, Spelling)> {
        let &(post, spelling) = self.spellings.get(key)?;
        Some((&self.posts[usize::from(post)], spelling))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name_of(post: Option<&Post>) -> Option<&'static str> {
        post.map(|post| post.mrn)
    }

    #[test]
    fn a_name_is_found_however_it_is_written() {
        for name in ["RIO DE JANEIRO", "Rio de Janeiro", "RIODEJANEIRO", "RIO", "RIODEJANIERO", "RIO DE\nJANEIR0"] {
            assert_eq!(name_of(find(name)), Some("RIODEJANEIRO"), "{name}");
        }
        assert_eq!(name_of(find("N'DJAMENA")), Some("NDJAMENA"));
        assert_eq!(name_of(find("N\u{2019}Djamena")), Some("NDJAMENA"));
        assert_eq!(name_of(find("ST. PETERSBURG")), Some("STPETERSBURG"));
        assert_eq!(name_of(find("0TTAWA")), Some("OTTAWA"));
        assert_eq!(name_of(find("SECSTATE WASHDC")), Some("STATE"));
    }

    #[test]
    fn what_stands_in_no_column_is_no_post() {
        for name in ["", "SECNAV", "BA", "ATLANTIS", "ROME 12", "STATE/EUR", "A VERY LONG NAME INDEED OF NO POST"] {
            assert_eq!(name_of(find(name)), None, "{name}");
        }
    }

    #[test]
    fn the_longest_name_wins_and_ends_with_a_word() {
        let found = |text| longest_prefix(text).map(|found| (found.post.mrn, found.length));
        assert_eq!(found("MEXICO CITY 12"), Some(("MEXICO", 11)));
        assert_eq!(found("USUN 9336"), Some(("USUNNEWYORK", 4)));
        assert_eq!(found("USUN NEW YORK 9336"), Some(("USUNNEWYORK", 13)));
        assert_eq!(found("CAIRO0911"), Some(("CAIRO", 5)));
        assert_eq!(found("SANTIAG0 9465"), Some(("SANTIAGO", 8)));
        assert_eq!(found("LIMAC 12"), None);
        assert_eq!(found("HK 12"), None);
        assert_eq!(longest_prefix_in_reference("HK 12").map(|found| found.post.mrn), Some("HONGKONG"));
    }

    #[test]
    fn a_cut_name_is_found() {
        for (cut, post) in [("PORT AU PR", "PORTAUPRINCE"), ("VATICA", "VATICAN"), ("USUN NEW Y", "USUNNEWYORK")] {
            assert_eq!(name_of(find_cut(cut)), Some(post));
        }
    }

    #[test]
    fn a_name_of_six_letters_is_found() {
        let found = |cut: &str, sender: &str| name_of(find_by_six(cut, 1975, find(sender)));
        for (cut, post) in [
            ("LIMA", "LIMA"),
            ("NEWDE", "NEWDELHI"),
            ("LAPAZ", "LAPAZ"),
            ("USUNN", "USUNNEWYORK"),
            ("OECDP", "USOECDPARIS"),
            ("NATOB", "USNATO"),
            ("ECBRU", "ECBRUSSELS"),
            ("MTNGE", "MTNGENEVA"),
            ("IAEAV", "IAEAVIENNA"),
            ("SANTO", "SANTODOMINGO"),
            ("SANTIA", "SANTIAGO"),
            ("MOGADI", "MOGADISCIO"),
        ] {
            assert_eq!(found(cut, ""), Some(post), "{cut}");
        }
        assert_eq!(found("PORTO", ""), None);
        assert_eq!(found("PORTO", "PORT OF SPAIN"), Some("PORTOFSPAIN"));
        assert_eq!(found("PORTO", "PORTO ALEGRE"), Some("PORTOALEGRE"));
        assert_eq!((found("XYZZY", ""), found("LIM", "")), (None, None));
    }

    #[test]
    fn every_spelling_names_one_post_and_the_table_is_in_order() {
        assert!(TABLE.posts.is_sorted_by_key(|post| post.mrn));
        for (name, post) in &TABLE.names {
            assert_eq!(TABLE.spellings[&Key::of(name).unwrap()], (*post, Spelling::Named), "{name}");
        }
    }
}
