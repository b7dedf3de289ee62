//! Knows TAGS: traffic analysis by geography and subject.
//!
//! The facts are in `tags.tsv`. A tag that is in no table may still be a tag; nothing here refuses one.

use std::sync::LazyLock;

use super::index::Index;
use super::tsv::{Tsv, tsv};

/// One tag, or a phrase that counts as one.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tag {
    /// The tag as it is written: capitals, phrases with spaces.
    pub name: &'static str,
    /// What it names.
    pub kind: TagKind,
    /// Cables of a public sample of 3,040 that have it; 0 where it is known from published lists only.
    pub cables: u32,
}

/// What a tag names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TagKind {
    /// A subject: four letters, `PREL`.
    Subject,
    /// A program: K and three letters, `KNNP`.
    Program,
    /// A country or region: two letters, `KZ`.
    Geopolitical,
    /// An organization: `NATO`.
    Organization,
    /// Words that belong together: `HUMAN RIGHTS`.
    Phrase,
}

impl TagKind {
    /// The name as it is in the table.
    pub fn name(self) -> &'static str {
        match self {
            TagKind::Subject => "subject",
            TagKind::Program => "program",
            TagKind::Geopolitical => "geopolitical",
            TagKind::Organization => "organization",
            TagKind::Phrase => "phrase",
        }
    }

    const ALL: [TagKind; 5] =
        [TagKind::Subject, TagKind::Program, TagKind::Geopolitical, TagKind::Organization, TagKind::Phrase];
}

/// All tags, single words first, in order of their names.
pub fn all() -> &'static [Tag] {
    &TABLE.tags
}

/// What a word in upper case means, alone or with the words after it.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct TagMeaning {
    /// The tag of this name.
    pub tag: Option<&'static Tag>,
    /// The tag that this misspelling seen before means.
    pub misspelt: Option<&'static Tag>,
    /// Phrases that begin with the word.
    phrases: &'static [&'static str],
}

impl TagMeaning {
    /// The longest phrase that the word begins with these after it, and how many words it takes.
    pub fn longest_phrase<'w>(self, behind: impl Iterator<Item = &'w str> + Clone) -> Option<(&'static str, usize)> {
        let count = |phrase: &str| phrase.split(' ').count();
        let begun =
            self.phrases.iter().filter(|phrase| behind.clone().take(count(phrase) - 1).eq(phrase.split(' ').skip(1)));
        begun.map(|phrase| (*phrase, count(phrase))).max_by_key(|&(_, count)| count)
    }

    /// Whether the word means a tag by itself.
    pub fn is_tag(self) -> bool {
        self.tag.is_some() || self.misspelt.is_some()
    }
}

/// What the word means.
pub fn meaning(word: &str) -> TagMeaning {
    let found = TABLE.words.find(word).filter(|(known, _)| *known == word);
    found.map_or(TagMeaning::default(), |(_, index)| TABLE.meanings[usize::from(index)].borrow())
}

/// The tag of this name in upper case.
pub fn find(name: &str) -> Option<&'static Tag> {
    meaning(name).tag
}

struct TagTable {
    tags: Vec<Tag>,
    /// Every word that a tag, a misspelling or a phrase begins with.
    words: Index<u16>,
    meanings: Vec<WordEntry>,
}

/// What one word means, tags by their index.
#[derive(Default)]
struct WordEntry {
    tag: Option<usize>,
    misspelt: Option<usize>,
    phrases: Vec<&'static str>,
}

static TABLE: LazyLock<TagTable> = LazyLock::new(|| TagTable::read(tsv!("tags.tsv")));

impl WordEntry {
    /// Takes over what another entry of the same word says.
    fn take(&mut self, other: &mut WordEntry) {
        self.tag = other.tag.or(self.tag);
        self.misspelt = other.misspelt.or(self.misspelt);
        self.phrases.append(&mut other.phrases);
    }

    fn borrow(&'static self) -> TagMeaning {
        let tag = |index: usize| &TABLE.tags[index];
        TagMeaning { tag: self.tag.map(tag), misspelt: self.misspelt.map(tag), phrases: &self.phrases }
    }
}

impl TagTable {
    fn read(file: Tsv) -> TagTable {
        let kinds = TagKind::ALL.map(|kind| (kind.name(), kind));
        let mut tags = Vec::new();
        let mut entries: Vec<(&'static str, WordEntry)> = Vec::new();
        for row in file.rows::<4>() {
            let (name, kind, cables) = (row.cells[0], row.one_of(1, &kinds), row.number(2));
            let index = tags.len();
            entries.push((name, WordEntry { tag: Some(index), ..WordEntry::default() }));
            let misspellings = row.cells[3].split_ascii_whitespace();
            entries
                .extend(misspellings.map(|word| (word, WordEntry { misspelt: Some(index), ..WordEntry::default() })));
            if let (TagKind::Phrase, Some(first)) = (kind, name.split(' ').next()) {
                entries.push((first, WordEntry { phrases: vec![name], ..WordEntry::default() }));
            }
            tags.push(Tag { name, kind, cables });
        }
        entries.sort_by_key(|(word, _)| *word);
        entries.dedup_by(|next, kept| {
            let is_same = next.0 == kept.0;
            if is_same {
                kept.1.take(&mut next.1);
            }
            is_same
        });
        let words = Index::of(entries.iter().map(|(word, _)| *word).zip(0..));
        TagTable { tags, words, meanings: entries.into_iter().map(|(_, entry)| entry).collect() }
    }
}
