//! The labels of the preamble, at the start of a line or glued into its middle.

use memchr::memchr2_iter;

use crate::lex::marking::FoundMarking;
use crate::lex::shape;
use crate::lex::{Piece, begins_in_any_case, words_as_written};
use crate::tables::{posts, tags};

/// A field that has a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldLabel {
    /// `E.O. 12958:`
    ExecutiveOrder,
    /// `TAGS:`
    Tags,
    /// `SUBJECT:`
    Subject,
    /// `REF:`
    Reference,
    /// `Classified By:`, `Derived From:`, `Reason:`
    ClassifiedBy,
}

/// One line of a field, with its label and without.
#[derive(Clone, Copy, Debug)]
pub struct FieldPart<'t> {
    /// The label of the field.
    pub label: FieldLabel,
    /// With its label.
    pub whole: Piece<'t>,
    /// Without its label.
    pub value: Piece<'t>,
}

/// A label found at the start of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FoundLabel {
    /// Which field it opens.
    pub label: FieldLabel,
    /// Bytes up to the value, spaces before the label and all.
    pub length: usize,
    /// Whether it was misspelled.
    pub damaged: bool,
}

/// Reads the label that a line begins with.
pub fn leading(line: &str) -> Option<FoundLabel> {
    let is_indented = !line.as_bytes().first()?.is_ascii_graphic();
    let indent = if is_indented { line.len() - line.trim_start().len() } else { 0 };
    let text = &line[indent..];
    let found = match text.as_bytes().first()? {
        b'E' | b'e' => executive_order(text)?,
        b'T' | b't' | b'A' | b'a' => tags(text)?,
        b'S' | b's' | b'U' | b'u' => subject(text)?,
        b'R' | b'r' => reference(text).or_else(|| classified_by(text))?,
        b'C' | b'c' | b'D' | b'd' | b'0'..=b'9' | b'(' => classified_by(text)?,
        _ => return None,
    };
    Some(FoundLabel { length: found.length + indent, ..found })
}

/// The field whose label a line seems to begin with, though it may not be written as the label of that field is.
pub fn resembling(line: &str) -> Option<FieldLabel> {
    if let Some(found) = leading(line) {
        return Some(found.label);
    }
    let text = line.trim_start();
    let (word, rest) = text.split_at(text.bytes().take_while(u8::is_ascii_uppercase).count());
    let is_item = || matches!(rest.as_bytes(), [b' ', b'A' | b'(', ..]);
    match word {
        "TAG" | "TAGS" if rest.starts_with([' ', '\u{a0}']) => Some(FieldLabel::Tags),
        "REF" | "REFS" | "REFTEL" | "REFTELS" if is_item() => Some(FieldLabel::Reference),
        _ => None,
    }
}

/// `E.O. 12958`, its length up to the number: a number of four or five digits must follow.
fn executive_order(text: &str) -> Option<FoundLabel> {
    let rest = text.strip_prefix(['E', 'e'])?.trim_start_matches([' ', '.']);
    let damaged = rest.starts_with('0');
    let rest = rest.strip_prefix(['O', 'o', '0'])?.trim_start_matches([' ', '.', ',', ':']);
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let legal = (4..=5).contains(&digits) && rest.starts_with('1');
    legal.then(|| FoundLabel { label: FieldLabel::ExecutiveOrder, length: text.len() - rest.len(), damaged })
}

/// Spellings of the label TAGS, the right one first.
const TAGS: [&str; 7] = ["TAGS", "TAG", "TAGES", "TABS", "TGS", "TAS", "AGS"];

fn tags(text: &str) -> Option<FoundLabel> {
    let word = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let index = TAGS.iter().position(|spelling| spelling.eq_ignore_ascii_case(&text[..word]))?;
    let rest = text[word..].trim_start_matches([' ', '\u{a0}']);
    let value = rest.trim_start_matches([':', ';', ',', '.']);
    let separated = value.len() < rest.len() || rest.is_empty();
    let spaced = rest.len() + word < text.len();
    let legal = separated || spaced && (index == 0 || index == 1 && begins_with_tag(rest));
    legal.then(|| FoundLabel { label: FieldLabel::Tags, length: text.len() - value.len(), damaged: index > 1 })
}

/// Whether a text begins with a tag and a separator, or is nothing but one.
fn begins_with_tag(text: &str) -> bool {
    let length = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (word, behind) = text.split_at(length);
    let listed = behind.trim().is_empty() || behind.trim_start().starts_with([',', ';']);
    listed && tags::meaning(&word.to_ascii_uppercase()).is_tag()
}

/// Whether a line begins with the label of the subject.
pub fn begins_subject(line: &str) -> bool {
    subject(line.trim_start()).is_some()
}

fn subject(text: &str) -> Option<FoundLabel> {
    let ([b'S' | b's', b'U' | b'u', ..] | [b'U' | b'u', b'B' | b'b', ..]) = text.as_bytes() else { return None };
    let word = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let spellings = ["SUBJECT", "SUBJ", "UBJECT", "UBJ"];
    let index = spellings.iter().position(|spelling| spelling.eq_ignore_ascii_case(&text[..word]))?;
    let rest = text[word..].trim_start_matches(' ');
    let mut value = rest.trim_start_matches([':', ';']);
    while let Some(behind) = ["SUBJECT:", "SUBJ:"].iter().find_map(|label| value.trim_start().strip_prefix(label)) {
        value = behind;
    }
    let dashed = index < 2 && text.starts_with("SUBJ") && matches!(rest.as_bytes(), [b'-' | b'=', b' ', ..]);
    if dashed {
        value = &rest[2..];
    }
    let bare = index == 0 && rest.starts_with(|c: char| c.is_ascii_uppercase()) && !rest.starts_with("LINE");
    let legal = value.len() < rest.len() || bare || (rest.is_empty() && index == 0);
    legal.then(|| FoundLabel {
        label: FieldLabel::Subject,
        length: text.len() - value.len(),
        damaged: index > 1 || dashed,
    })
}

fn reference(text: &str) -> Option<FoundLabel> {
    let word = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let spellings = ["REF", "REFS", "REFTEL", "REFTELS", "REFERENCE", "REFERENCES"];
    spellings.iter().find(|spelling| spelling.eq_ignore_ascii_case(&text[..word]))?;
    let plural = text[word..].strip_prefix("(S)").or_else(|| text[word..].strip_prefix("(s)")).unwrap_or(&text[word..]);
    let rest = plural.trim_start_matches(' ');
    let value = rest.trim_start_matches([':', '.', ';']);
    let separated = value.len() < rest.len();
    let legal = separated || (text.starts_with("REF") && is_reference_value(rest)) || is_lettered(rest);
    legal.then(|| FoundLabel { label: FieldLabel::Reference, length: text.len() - value.len(), damaged: false })
}

/// Whether a text begins as a reference does: with a letter, a year or a post.
fn is_reference_value(text: &str) -> bool {
    let text = text.trim_start();
    let cites = |text: &str| text.starts_with(|c: char| c.is_ascii_digit()) || posts::longest_prefix(text).is_some();
    let bare = || matches!(text.as_bytes(), [b'A', b' ', ..]) && cites(text[2..].trim_start());
    is_lettered(text) || cites(text) || bare()
}

/// Whether a text begins with the letter of a reference and a sign after it.
fn is_lettered(text: &str) -> bool {
    let bytes = text.trim_start().as_bytes();
    matches!(bytes, [b'(', b'A'..=b'F', b')', ..] | [b'A'..=b'F', b'.' | b')' | b':', ..])
}

/// `Classified By`, misspelt or not, `Derived From` and `Reason:`; also as the first words of paragraph 1 or after a
/// marking (case `classified-by-marked`).
fn classified_by(text: &str) -> Option<FoundLabel> {
    let bytes = text.as_bytes();
    let begins_clas = |at: usize| bytes[at..].get(..4).is_some_and(|front| front.eq_ignore_ascii_case(b"clas"));
    let may_hold = if bytes.first()?.is_ascii_alphabetic() {
        LABELS_OF_CLASSIFIED_BY.iter().any(|word| begins_in_any_case(text, word))
    } else {
        memchr2_iter(b'C', b'c', bytes).any(begins_clas)
    };
    if !may_hold {
        return None;
    }
    let numbered = shape::numbered(text).map(|numbered| numbered.length);
    let start = numbered.or_else(|| FoundMarking::leading(text).map(|found| found.length)).unwrap_or(0);
    let mut words = text[start..].split_whitespace();
    let first =
        words.next().filter(|first| LABELS_OF_CLASSIFIED_BY.iter().any(|word| begins_in_any_case(first, word)))?;
    let second = words.next().unwrap_or_default();
    let is_first = |word: &str| first.eq_ignore_ascii_case(word);
    let is_second = |word: &str| {
        begins_in_any_case(second, word) && (second.len() == word.len() || second[word.len()..].starts_with(':'))
    };
    let is_said_of = words.next().is_some_and(|third| third.eq_ignore_ascii_case("line"));
    let classified = !is_said_of
        && begins_in_any_case(first, "clas")
        && first.ends_with(['d', 'D'])
        && first.contains(['f', 'F'])
        && is_second("by");
    let derived = is_first("derived") && is_second("from");
    let reason = ["reason:", "reasons:", "reason(s):"].into_iter().any(is_first)
        || (begins_in_any_case(first, "reason") && second.starts_with("1."));
    let legal = classified || ((derived || reason) && start == 0);
    legal.then_some(FoundLabel { label: FieldLabel::ClassifiedBy, length: 0, damaged: false })
}

/// What the labels of the field begin with.
const LABELS_OF_CLASSIFIED_BY: [&str; 3] = ["clas", "derived", "reason"];

/// The next field of a flattened line is looked for in so many bytes; keeps the work linear in the line.
const WINDOW: usize = 4096;

/// The beginning of a text, as far as labels are looked for in it.
pub fn window(text: &str) -> &str {
    &text[..text.floor_char_boundary(WINDOW)]
}

/// What begins in the middle of a flattened line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Within {
    /// A field with this label.
    Field(FieldLabel),
    /// A sentence of handling.
    Handling,
    /// Paragraph 1.
    Paragraph,
}

/// Where the next field of a flattened line begins that is `wanted`, after its first `from` bytes.
pub fn next_within(line: &str, from: usize, wanted: impl Fn(usize, Within) -> bool) -> Option<usize> {
    let line = window(line);
    let bytes = line.as_bytes();
    let field_at = |at: usize| match bytes[at] {
        b'1' => (bytes[from..at].ends_with(b" ") && begins_paragraph(&line[at + 1..])).then_some(Within::Paragraph),
        initial => {
            let begins = |(label, _): &&(&str, Within)| {
                words_as_written(&line[at..], label).is_some_and(|length| opens(line, at, label, at + length))
            };
            labels_with(initial).iter().find(begins).map(|(_, within)| *within)
        }
    };
    let mut at = from;
    loop {
        at += bytes.get(at..)?.array_windows().position(|&[first, second]| begin_field(first, second))?;
        if field_at(at).is_some_and(|within| wanted(at, within)) {
            return Some(at);
        }
        at += 1;
    }
}

/// Labels in mid-line by their initial.
fn labels_with(initial: u8) -> &'static [(&'static str, Within)] {
    use FieldLabel::{ClassifiedBy, ExecutiveOrder, Reference, Subject, Tags};
    use Within::{Field, Handling};
    match initial {
        b'E' => {
            &[("E.O. 1", Field(ExecutiveOrder)), ("EO 1", Field(ExecutiveOrder)), ("E.O.: 1", Field(ExecutiveOrder))]
        }
        b'T' => &[("TAGS:", Field(Tags)), ("TAGS ", Field(Tags))],
        b'A' => &[("AGS:", Field(Tags))],
        b'S' => &[("SUBJECT:", Field(Subject)), ("SENSITIVE BUT UNCLASSIFIED", Handling)],
        b'R' => &[
            ("REF:", Field(Reference)),
            ("REFS:", Field(Reference)),
            ("REF(S):", Field(Reference)),
            ("Ref:", Field(Reference)),
            ("Refs:", Field(Reference)),
            ("Ref(s):", Field(Reference)),
            ("Reftel:", Field(Reference)),
        ],
        b'C' => &[("Classified By", Field(ClassifiedBy)), ("CLASSIFIED BY", Field(ClassifiedBy))],
        b'D' => &[
            ("Derived from:", Field(ClassifiedBy)),
            ("Derived From:", Field(ClassifiedBy)),
            ("DERIVED FROM:", Field(ClassifiedBy)),
        ],
        _ => &[],
    }
}

/// Whether two letters begin a label or the number of paragraph 1: they rule out most other words.
fn begin_field(first: u8, second: u8) -> bool {
    const INITIALS: [u8; 256] = letters([b"E", b"T", b"SD", b"R", b"C", b"1", b"A"]);
    const SECONDS: [u8; 256] = letters([b".O", b"A", b"UEe", b"Ee", b"Ll", b".", b"G"]);
    INITIALS[usize::from(first)] & SECONDS[usize::from(second)] != 0
}

/// For each letter in which of the sets it is, a bit each.
const fn letters<const SETS: usize>(sets: [&[u8]; SETS]) -> [u8; 256] {
    let mut letters = [0; 256];
    let mut set = 0;
    while set < SETS {
        let mut at = 0;
        while at < sets[set].len() {
            letters[sets[set][at] as usize] |= 1 << set;
            at += 1;
        }
        set += 1;
    }
    letters
}

/// Whether a label in mid-line, from `at` to `end`, is one: after a space, or glued to a word with a legal value after it.
fn opens(line: &str, at: usize, label: &str, end: usize) -> bool {
    let before = line[..at].chars().next_back();
    let behind = &line[end..];
    match label {
        "TAGS " | "EO 1" => {
            before == Some(' ') && leading(&line[at..]).is_some() && !line[..at].trim_end().ends_with(',')
        }
        "AGS:" => before == Some(' '),
        "REF:" | "REFS:" | "REF(S):" => {
            before == Some(' ') || is_reference_value(behind) || behind.trim().is_empty() && before.is_some()
        }
        "Ref:" | "Refs:" | "Ref(s):" | "Reftel:" | "Derived from:" | "Derived From:" | "DERIVED FROM:" => {
            before == Some(' ')
        }
        "Classified By" | "CLASSIFIED BY" => {
            behind.starts_with([':', ' '])
                && !line[..at].trim_end().ends_with([':', '('])
                && !behind.trim_start().starts_with("LINE ")
        }
        _ => true,
    }
}

/// Whether the text after a 1 in mid-line says that a paragraph begins: `... STATE 74840 1. (U) The following`.
fn begins_paragraph(behind: &str) -> bool {
    let Some(rest) = behind.strip_prefix('.') else { return false };
    let text = rest.trim_start();
    let mut letters = text.chars();
    let sentence = letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase);
    !rest.starts_with(|c: char| c.is_ascii_digit())
        && (text.starts_with('(') || sentence && text.len() > 60 || rest.starts_with(|c: char| c.is_ascii_uppercase()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lex::tests::lines_of_cases;

    #[test]
    fn a_label_in_mid_line_is_a_candidate() {
        let mut matches = 0;
        for line in lines_of_cases() {
            for (at, pair) in line.as_bytes().windows(2).enumerate().filter(|(at, _)| line.is_char_boundary(*at)) {
                let is_label = labels_with(pair[0]).iter().any(|(label, _)| line[at..].starts_with(label));
                if is_label || pair[0] == b'1' && begins_paragraph(&line[at + 1..]) {
                    matches += 1;
                    assert!(begin_field(pair[0], pair[1]), "{line}");
                }
            }
        }
        assert!(matches > 500);
    }
}
