//! Words of the classified-by line: what belongs to a position, to an office or to a name.
//!
//! Facts only, from `titles.tsv`; whether a misspelled word is near to one of them is for the parser to judge.

use std::sync::LazyLock;

use super::index::Index;
use super::tsv::tsv;

/// What a word belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TitleKind {
    /// A position: `Deputy`, `PolCouns`.
    Title,
    /// The name of an office: `Bureau`, `EUR`.
    Office,
    /// A surname: `van`, `de`.
    Particle,
    /// The end of a name: `Jr`, `III`.
    Suffix,
    /// Joins the words of a position: `of`, `for`.
    Link,
    /// A position, or a surname where it ends a name: `Head`, `West`.
    Surname,
}

/// All that one word belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kinds(u8);

impl Kinds {
    /// Whether `kind` is among them.
    pub fn hold(self, kind: TitleKind) -> bool {
        self.0 & 1 << kind as u8 != 0
    }
}

/// Whether the word is in the table under this kind, whatever its case; periods and apostrophes do not count.
pub fn is(kind: TitleKind, word: &str) -> bool {
    kinds(word).hold(kind)
}

/// All kinds that the word is under in the table.
pub fn kinds(word: &str) -> Kinds {
    if word.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return TABLE.index.get(word).unwrap_or_default();
    }
    let mut buffer = [0; LONGEST];
    letters(word, &mut buffer).and_then(|letters| TABLE.index.get(letters)).unwrap_or_default()
}

/// The words of one kind.
pub fn words(kind: TitleKind) -> impl Iterator<Item = &'static str> {
    TABLE.words.iter().filter(move |(_, kinds)| kinds.hold(kind)).map(|(word, _)| *word)
}

/// No word in the table is longer.
const LONGEST: usize = 24;

/// The letters of a word, accents taken off, if they can be a word of the table.
fn letters<'b>(word: &str, buffer: &'b mut [u8; LONGEST]) -> Option<&'b str> {
    let mut length = 0;
    for sign in word.chars() {
        let letter = match sign {
            '.' | '\'' | '\u{2019}' => continue,
            '\u{e9}' | '\u{c9}' => b'e',
            other => u8::try_from(other).ok().filter(u8::is_ascii)?,
        };
        *buffer.get_mut(length)? = letter;
        length += 1;
    }
    std::str::from_utf8(&buffer[..length]).ok()
}

/// The names of the kinds in the table.
const KINDS: [(&str, TitleKind); 6] = [
    ("title", TitleKind::Title),
    ("office", TitleKind::Office),
    ("particle", TitleKind::Particle),
    ("suffix", TitleKind::Suffix),
    ("link", TitleKind::Link),
    ("surname", TitleKind::Surname),
];

/// The table in memory.
struct TitleTable {
    /// Every word once, in order.
    words: Vec<(&'static str, Kinds)>,
    index: Index<Kinds>,
}

static TABLE: LazyLock<TitleTable> = LazyLock::new(|| {
    let mut words = Vec::new();
    for row in tsv!("titles.tsv").rows::<2>() {
        let kinds = Kinds(1 << row.one_of(0, &KINDS) as u8);
        words.extend(row.list(1).map(|word| (word, kinds)));
    }
    words.sort_unstable_by_key(|(word, _)| *word);
    words.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        kept.1.0 |= if same { next.1.0 } else { 0 };
        same
    });
    TitleTable { index: Index::of(words.iter().copied()), words }
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_periods_and_accents_do_not_count() {
        for word in ["Ambassador", "AMB.", "d'Affaires", "Charg\u{e9}", "a.i.", "DCM"] {
            assert!(is(TitleKind::Title, word), "{word}");
        }
        assert!(is(TitleKind::Suffix, "Jr."));
        assert!(!is(TitleKind::Title, "Merriwether"));
    }

    #[test]
    fn a_word_has_all_its_kinds() {
        let dos = kinds("dos");
        assert!(dos.hold(TitleKind::Office) && dos.hold(TitleKind::Particle) && !dos.hold(TitleKind::Title));
        assert!(TABLE.words.iter().all(|(word, _)| word.len() <= LONGEST));
    }
}
