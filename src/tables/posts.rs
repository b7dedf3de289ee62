//! Turns the name of a post, as people write it, into the post.
//!
//! Names are compared by their letters alone: case, blanks, periods, apostrophes and hyphens do not count, and a
//! zero beside a letter is the letter O (`SANTIAG0`). The facts stand in `posts.tsv`. A post that existed is never
//! renamed into its successor, and nothing here guesses: a name that stands in no column is no post.

use std::sync::LazyLock;

/// One post, or another series of message reference numbers.
#[derive(Debug, PartialEq, Eq)]
pub struct Post {
    /// Name within a message reference number: capitals only, `RIODEJANEIRO`.
    pub mrn: &'static str,
    /// Name as texts write it: `RIO DE JANEIRO`.
    pub name: &'static str,
    /// What sends under this name.
    pub kind: Kind,
    /// Cables in the public list of 251,287; 0 for a post that stands in references only.
    pub cables: u32,
    /// First and last year in that list; 0 where it has none.
    pub years: (u16, u16),
}

/// What sends under the name of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An embassy, consulate, mission or office abroad, or the Department itself.
    Post,
    /// A domestic agency with numbers of its own.
    Agency,
    /// A travelling delegation (`PARTO`, `SECTO`): its numbers begin anew with every journey.
    Party,
}

/// How a post was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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
    let (post, spelling) = TABLE.look_up(&Key::of(name)?)?;
    (spelling != Spelling::Abbreviated).then_some(post)
}

/// Every right name of every post as letters alone, for a search of what is nearest to a misspelling.
pub fn names() -> impl Iterator<Item = (&'static str, &'static Post)> {
    let named = TABLE.spellings.iter().filter(|(_, _, spelling)| *spelling == Spelling::Named);
    named
        .filter_map(|(key, post, _)| Some((std::str::from_utf8(key.letters()).ok()?, &TABLE.posts[usize::from(*post)])))
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
        let start = TABLE.posts.partition_point(|post| post.mrn.as_bytes() < key.letters());
        TABLE.posts.get(start).filter(|post| post.mrn.as_bytes().starts_with(key.letters()))
    })
}

fn longest(text: &str, legal: fn(Spelling) -> bool) -> Option<Match> {
    let bytes = text.as_bytes();
    let mut key = Key::EMPTY;
    let mut longest = None;
    for (at, &byte) in bytes.iter().enumerate() {
        match letter_at(bytes, at) {
            Some(letter) if key.push(letter) => {}
            None if !key.is_empty() && is_joint(bytes, at, byte) => continue,
            _ => break,
        }
        if ends_word(bytes, at)
            && let Some((post, spelling)) = TABLE.look_up(&key)
            && legal(spelling)
        {
            longest = Some(Match { post, spelling, length: at + 1 });
        }
    }
    longest
}

/// The letter this byte stands for; a zero that touches a letter and no other digit is an O.
fn letter_at(bytes: &[u8], at: usize) -> Option<u8> {
    let beside = |at: Option<usize>, test: fn(&u8) -> bool| at.and_then(|at| bytes.get(at)).is_some_and(test);
    let (before, after) = (at.checked_sub(1), Some(at + 1));
    match bytes[at] {
        byte if byte.is_ascii_alphabetic() => Some(byte.to_ascii_uppercase()),
        b'0' if beside(before, u8::is_ascii_digit) || beside(after, u8::is_ascii_digit) => None,
        b'0' if beside(before, u8::is_ascii_alphabetic) || beside(after, u8::is_ascii_alphabetic) => Some(b'O'),
        _ => None,
    }
}

/// Bytes that may stand within a name without counting; U+2019 is the apostrophe of a retyped cable.
fn is_joint(bytes: &[u8], at: usize, byte: u8) -> bool {
    matches!(byte, b' ' | b'.' | b'\'' | b'-' | b'\n')
        || (0..3)
            .any(|back| at.checked_sub(back).is_some_and(|start| bytes[start..].starts_with("\u{2019}".as_bytes())))
}

fn ends_word(bytes: &[u8], at: usize) -> bool {
    at + 1 == bytes.len() || letter_at(bytes, at + 1).is_none()
}

/// The letters of a name, in capitals; no name in the table is longer than the buffer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    buffer: [u8; Key::LONGEST],
    length: u8,
}

impl Key {
    const LONGEST: usize = 24;
    const EMPTY: Key = Key { buffer: [0; Key::LONGEST], length: 0 };

    fn of(name: &str) -> Option<Key> {
        let mut key = Key::EMPTY;
        let bytes = name.as_bytes();
        for (at, &byte) in bytes.iter().enumerate() {
            let taken = match letter_at(bytes, at) {
                Some(letter) => key.push(letter),
                None => is_joint(bytes, at, byte),
            };
            if !taken {
                return None;
            }
        }
        (!key.is_empty()).then_some(key)
    }

    fn push(&mut self, letter: u8) -> bool {
        let Some(slot) = self.buffer.get_mut(usize::from(self.length)) else {
            return false;
        };
        *slot = letter;
        self.length += 1;
        true
    }

    fn is_empty(&self) -> bool {
        self.length == 0
    }

    fn letters(&self) -> &[u8] {
        &self.buffer[..usize::from(self.length)]
    }
}

/// The table in memory: posts by name, and every spelling of every post in order.
struct Table {
    posts: Vec<Post>,
    spellings: Vec<(Key, u16, Spelling)>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| Table::read(include_str!("posts.tsv")));

impl Table {
    fn read(file: &'static str) -> Table {
        let mut table = Table { posts: Vec::new(), spellings: Vec::new() };
        // The first line says what the table is, the second names its columns.
        for line in file.lines().skip(2) {
            table.add(line);
        }
        table.spellings.sort_unstable_by_key(|&(key, _, spelling)| (key, spelling));
        table
    }

    fn add(&mut self, line: &'static str) {
        let mut cells = line.split('\t');
        let mut cell = || cells.next().unwrap_or_default();
        let post = Post {
            mrn: cell(),
            name: cell(),
            kind: match cell() {
                "agency" => Kind::Agency,
                "party" => Kind::Party,
                _ => Kind::Post,
            },
            cables: cell().parse().unwrap_or_default(),
            years: (cell().parse().unwrap_or_default(), cell().parse().unwrap_or_default()),
        };
        self.spell(post.mrn, Spelling::Named);
        for spelling in [Spelling::Named, Spelling::Misspelt, Spelling::Abbreviated] {
            cell().split(", ").for_each(|name| self.spell(name, spelling));
        }
        self.posts.push(post);
    }

    fn spell(&mut self, name: &str, spelling: Spelling) {
        if let (Some(key), Ok(post)) = (Key::of(name), u16::try_from(self.posts.len())) {
            self.spellings.push((key, post, spelling));
        }
    }

    fn look_up(&self, key: &Key) -> Option<(&Post, Spelling)> {
        let at = self.spellings.binary_search_by_key(&key, |(spelt, _, _)| spelt).ok()?;
        let (_, post, spelling) = self.spellings[at];
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
        for name in ["", "SECDEF", "BA", "ATLANTIS", "ROME 12", "STATE/EUR", "A VERY LONG NAME INDEED OF NO POST"] {
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
    fn every_spelling_names_one_post_and_the_table_is_in_order() {
        assert!(TABLE.posts.is_sorted_by_key(|post| post.mrn));
        assert!(TABLE.spellings.windows(2).all(|pair| pair[0].0 != pair[1].0 || pair[0].1 == pair[1].1));
    }
}
