//! Knows TAGS: traffic analysis by geography and subject.
//!
//! The facts stand in `tags.tsv`. A tag that stands in no table may still be a tag; nothing here refuses one.

use std::collections::HashMap;
use std::sync::LazyLock;

/// One tag, or a phrase that counts as one.
#[derive(Debug, PartialEq, Eq)]
pub struct Tag {
    /// The tag as it is written: capitals, phrases with blanks.
    pub name: &'static str,
    /// What it names.
    pub kind: Kind,
    /// Cables of a public sample of 3,040 that bear it; 0 where it is known from published lists only.
    pub cables: u32,
}

/// What a tag names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A subject: four letters, `PREL`.
    Subject,
    /// A program: K and three letters, `KNNP`.
    Program,
    /// A country or region: two letters, `KZ`.
    Geopolitical,
    /// An organization: `NATO`.
    Organization,
    /// Words that stand together: `HUMAN RIGHTS`.
    Phrase,
}

impl Kind {
    /// The name as it stands in the table.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Subject => "subject",
            Kind::Program => "program",
            Kind::Geopolitical => "geopolitical",
            Kind::Organization => "organization",
            Kind::Phrase => "phrase",
        }
    }

    fn from_name(name: &str) -> Option<Kind> {
        const ALL: [Kind; 5] = [Kind::Subject, Kind::Program, Kind::Geopolitical, Kind::Organization, Kind::Phrase];
        ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// All tags, single words first, in order of their names.
pub fn all() -> &'static [Tag] {
    &TABLE.tags
}

/// The tag of this name in capitals.
pub fn find(name: &str) -> Option<&'static Tag> {
    TABLE.names.get(name).map(|&index| &TABLE.tags[index])
}

/// The tag that a misspelling seen before stands for.
pub fn of_misspelling(name: &str) -> Option<&'static Tag> {
    TABLE.misspellings.get(name).map(|&index| &TABLE.tags[index])
}

/// The longest phrase that `words` begin with, and how many words it takes.
pub fn longest_phrase(words: &[&str]) -> Option<(&'static str, usize)> {
    let phrases = TABLE.phrases.get(*words.first()?)?;
    let begun = phrases.iter().filter(|phrase| words.starts_with(&phrase.words));
    begun.map(|phrase| (phrase.name, phrase.words.len())).max_by_key(|&(_, count)| count)
}

struct Table {
    tags: Vec<Tag>,
    names: HashMap<&'static str, usize>,
    misspellings: HashMap<&'static str, usize>,
    /// Phrases by their first word.
    phrases: HashMap<&'static str, Vec<Phrase>>,
}

/// A phrase and the words it is made of.
struct Phrase {
    name: &'static str,
    words: Vec<&'static str>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| Table::read(include_str!("tags.tsv")));

impl Table {
    fn read(file: &'static str) -> Table {
        let mut table =
            Table { tags: Vec::new(), names: HashMap::new(), misspellings: HashMap::new(), phrases: HashMap::new() };
        for line in file.lines().skip(2) {
            let mut columns = line.split('\t');
            let (Some(name), Some(kind)) = (columns.next(), columns.next().and_then(Kind::from_name)) else { continue };
            let cables = columns.next().and_then(|count| count.parse().ok()).unwrap_or(0);
            table.add(Tag { name, kind, cables }, columns.next().unwrap_or(""));
        }
        table
    }

    fn add(&mut self, tag: Tag, misspellings: &'static str) {
        let index = self.tags.len();
        self.names.insert(tag.name, index);
        self.misspellings.extend(misspellings.split_whitespace().map(|misspelling| (misspelling, index)));
        if let (Kind::Phrase, Some(first)) = (tag.kind, tag.name.split(' ').next()) {
            let words = tag.name.split(' ').collect();
            self.phrases.entry(first).or_default().push(Phrase { name: tag.name, words });
        }
        self.tags.push(tag);
    }
}
