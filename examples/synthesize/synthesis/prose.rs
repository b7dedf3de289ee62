//! Prose without meaning: true little words of English, and a large invented vocabulary used as unevenly as a
//! true one, so that it compresses like a report and no name in it is anybody's.

use super::random::Random;

/// Words in the vocabulary.
const WORDS: usize = 24_000;
/// Entries of the table that a random number is looked up in.
const DRAWS: usize = 1 << 18;
/// Words that one cable comes back to again and again: its topic.
const TOPIC: usize = 40;

const LITTLE: &[&str] = &[
    "the", "the", "the", "the", "the", "the", "of", "of", "of", "to", "to", "to", "and", "and", "and", "in", "in", "a",
    "a", "that", "that", "for", "is", "on", "was", "with", "he", "said", "by", "as", "it", "at", "be", "from", "would",
    "has", "not", "are", "will", "this", "had", "have", "were", "an", "but", "they", "which", "their", "who", "she",
    "its", "been", "more", "other", "new", "also", "than", "could", "about", "while", "between", "after", "into",
    "some", "both", "should", "or", "if", "when", "there", "only", "most", "because", "over", "before", "during",
    "since", "against", "however",
];
const ONSETS: &[&str] = &[
    "b", "br", "c", "ch", "cl", "d", "dr", "f", "fl", "fr", "g", "gr", "h", "j", "k", "l", "m", "n", "p", "pl", "pr",
    "qu", "r", "s", "sc", "sh", "sl", "sp", "st", "str", "t", "th", "tr", "v", "w",
];
const VOWELS: &[&str] = &["a", "e", "i", "o", "u", "a", "e", "i", "o", "ai", "ea", "ee", "io", "ou"];
const CODAS: &[&str] = &["", "", "", "n", "r", "l", "s", "t", "m", "nd", "nt", "rt", "st", "ck", "ng", "x", "d", "p"];

/// A vocabulary and how often each of its words is used.
#[derive(Debug)]
pub struct Prose {
    words: Vec<String>,
    draws: Vec<u16>,
}

/// Words that one text comes back to.
#[derive(Debug)]
pub struct Topic(Vec<u16>);

impl Prose {
    /// The one vocabulary; it is the same for every seed.
    pub fn new() -> Prose {
        let mut random = Random::new(0, 0);
        let mut words: Vec<String> = (0..WORDS).map(|rank| invent(&mut random, syllables(rank))).collect();
        words.dedup();
        let draws = draws(words.len());
        Prose { words, draws }
    }

    /// Chooses the words of one text.
    pub fn topic(&self, random: &mut Random) -> Topic {
        Topic((0..TOPIC).map(|_| self.draw(random)).collect())
    }

    /// Sentences of about `size` bytes, two blanks between them.
    pub fn sentences(&self, random: &mut Random, topic: &Topic, size: usize) -> String {
        let mut text = String::with_capacity(size + 200);
        loop {
            self.sentence(random, topic, &mut text);
            if text.len() >= size {
                return text;
            }
            text.push_str("  ");
        }
    }

    /// `count` words.
    pub fn words(&self, random: &mut Random, topic: &Topic, count: usize) -> String {
        let words: Vec<&str> = (0..count).map(|_| self.word(random, topic)).collect();
        words.join(" ")
    }

    /// A surname or given name, capitalized.
    pub fn name(&self, random: &mut Random) -> String {
        let name = invent(random, 2) + random.pick(&["by", "ell", "ow", "ury", "ino", "esk", "ould"]);
        capitalized(&name)
    }

    fn sentence(&self, random: &mut Random, topic: &Topic, text: &mut String) {
        let start = text.len();
        let length = random.between(7, 26);
        for position in 0..length {
            if position > 0 {
                text.push_str(if random.chance(6) { ", " } else { " " });
            }
            let last = position + 1 == length;
            match random.below(100) {
                0..40 if !last => text.push_str(LITTLE[random.below(LITTLE.len())]),
                40..42 if !last => text.push_str(&format!("{} percent", random.between(2, 98))),
                42..45 => text.push_str(&capitalized(self.word(random, topic))),
                _ => text.push_str(self.word(random, topic)),
            }
        }
        let first = text[start..].chars().next().map_or(' ', |letter| letter.to_ascii_uppercase());
        text.replace_range(start..start + 1, first.encode_utf8(&mut [0; 4]));
        text.push('.');
    }

    fn word(&self, random: &mut Random, topic: &Topic) -> &str {
        let word = if random.chance(60) { topic.0[random.below(TOPIC)] } else { self.draw(random) };
        &self.words[usize::from(word)]
    }

    fn draw(&self, random: &mut Random) -> u16 {
        self.draws[random.below(DRAWS)]
    }
}

/// A table in which the word of rank r stands as often as 1 / (r + 12) says (Zipf and Mandelbrot).
fn draws(words: usize) -> Vec<u16> {
    let weight = |rank: usize| 1.0 / (rank as f64 + 12.0);
    let total: f64 = (0..words).map(weight).sum();
    let mut draws = Vec::with_capacity(DRAWS);
    let mut reached = 0.0;
    for rank in 0..words {
        reached += weight(rank) / total;
        draws.resize((reached * DRAWS as f64) as usize, rank as u16);
    }
    draws.resize(DRAWS, 0);
    draws
}

/// Frequent words are short.
fn syllables(rank: usize) -> usize {
    match rank {
        0..400 => 2,
        400..6000 => 2 + rank % 2,
        _ => 2 + rank % 3,
    }
}

fn invent(random: &mut Random, syllables: usize) -> String {
    let mut word = String::new();
    for _ in 0..syllables {
        word.push_str(random.pick(ONSETS));
        word.push_str(random.pick(VOWELS));
    }
    word + random.pick(CODAS)
}

/// `word` with a capital letter in front.
pub fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
