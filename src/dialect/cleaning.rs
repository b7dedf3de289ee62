//! A decoded text to the text that is read: damage that hides the words is left out or undone.
//!
//! Format reference 8. One pass looks at every byte once; a text without damage is not copied. Line ends and their
//! number never change, so that a line keeps its place; the source text is never touched.

pub use super::damage::Leftovers;
use super::damage::{Change, Damage};
use super::transcript::WorkingText;
use crate::diagnostic::{Code, Diagnostic};
use crate::lex::lines::lines;
use crate::lex::{LineRule, LineSpan};

/// The working text of `source`, where it differs, with one diagnostic for each kind of damage at its first place.
/// `lines` are those of the source.
pub fn clean<'l>(
    source: &str,
    lines: impl Iterator<Item = &'l LineSpan>,
    leftovers: Leftovers,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<WorkingText> {
    let mut damage = Damage::of(source, leftovers);
    let mut cleaned = Cleaned::new(source);
    for line in lines.filter(|line| line.signs.allow(LineRule::Damage)) {
        let mut at = line.range.start.max(cleaned.done);
        while let Some(ahead) = source.get(at..line.range.end).and_then(|rest| rest.bytes().position(may_begin_damage))
        {
            at += ahead;
            match damage.at(at) {
                Some(change) => {
                    at = change.range.end;
                    cleaned.apply(&change);
                }
                None => at += source[at..].chars().next().map_or(1, char::len_utf8),
            }
        }
    }
    diagnostics.append(&mut cleaned.diagnostics());
    cleaned.finish()
}

/// Whether damage can begin with `byte`, the first of a character; `LineRule::Damage` says which lines are worth a look.
fn may_begin_damage(byte: u8) -> bool {
    matches!(byte, ..b' ' | b'&' | b'<' | b'\\' | b'"' | 0x7F | 0xC2 | 0xC3 | 0xE2 | 0xEF)
}

/// The working text in the making.
struct Cleaned<'s> {
    source: &'s str,
    working: WorkingText,
    /// How far the source has been copied or replaced.
    done: usize,
    found: Vec<DamageCount>,
}

/// A kind of damage: its first place, and how often it was found.
struct DamageCount {
    code: Code,
    first: usize,
    count: usize,
}

impl<'s> Cleaned<'s> {
    fn new(source: &'s str) -> Cleaned<'s> {
        let working = WorkingText { text: String::new(), offsets: Vec::new() };
        Cleaned { source, working, done: 0, found: Vec::new() }
    }

    fn apply(&mut self, change: &Change) {
        let text = &mut self.working.text;
        if text.capacity() == 0 {
            text.reserve(self.source.len());
        }
        text.push_str(&self.source[self.done..change.range.start]);
        text.push_str(&change.replacement);
        self.working.point_to(change.range.end);
        self.done = change.range.end;
        self.count(change);
    }

    fn count(&mut self, change: &Change) {
        let Some(code) = change.code else { return };
        match self.found.iter_mut().find(|found| found.code == code) {
            Some(found) => found.count += 1,
            None => self.found.push(DamageCount { code, first: change.range.start, count: 1 }),
        }
    }

    fn diagnostics(&self) -> Vec<Diagnostic> {
        let diagnostic = |found: &DamageCount| Diagnostic {
            code: found.code,
            line: Some(line_at(self.source, found.first)),
            detail: match found.count {
                1 => "once".to_owned(),
                count => format!("{count} times, first here"),
            },
        };
        self.found.iter().map(diagnostic).collect()
    }

    fn finish(mut self) -> Option<WorkingText> {
        if self.done == 0 {
            return None;
        }
        self.working.text.push_str(&self.source[self.done..]);
        Some(self.working)
    }
}

/// The physical line, from 1, that a byte is in.
fn line_at(source: &str, offset: usize) -> u32 {
    lines(source).take_while(|line| line.start <= offset).count() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn working(source: &str) -> Option<WorkingText> {
        clean(source, crate::lex::lines::cut(source).iter(), Leftovers::All, &mut Vec::new())
    }

    fn cleaned(source: &str) -> String {
        working(source).map_or(source.to_owned(), |working| working.text)
    }

    #[test]
    fn a_clean_text_is_not_copied() {
        let clean_text = "¶1. (C) \"Café\" & <5 knots, AT&T; Zürich – “quoted” \r\n";
        assert!(working(clean_text).is_none());
    }

    #[test]
    fn damage_is_left_out_or_undone() {
        for (source, expected) in [
            ("\u{FEFF}09OSLO12", "09OSLO12"),
            ("TAGS:\u{A0}ECON,\tPREL", "TAGS: ECON, PREL"),
            ("har\u{AD}bor\0 mas\u{200B}ter\u{81}", "harbor master"),
            ("Â¶1. the ownerâ€™s cafÃ©", "¶1. the owner’s café"),
            ("PART ONE \\\nAND TWO \\ \r\nit\\'s \\\"so\\\" C:\\x", "PART ONE \nAND TWO  \r\nit's \"so\" C:\\x"),
            ("owner&#8217;s &quot;R&amp;D&quot; &amp;lt; &part of", "owner’s \"R&D\" &lt; &part of"),
            ("<strong>men</strong> at<br>home<br> <a href=\"x\">y</a> x < y > z", "men at home y x < y > z"),
            ("He said \"\"no\"\" and \"\"\"yes\"\"\",", "He said \"no\" and \"\"yes\"\","),
            ("called it \"nonsense\"\"", "called it \"nonsense\"\""),
            ("1. text with ¶ within", "1. text with  within"),
        ] {
            assert_eq!(cleaned(source), expected);
        }
    }

    #[test]
    fn offsets_lead_back_to_the_source() {
        let source = "a\0b &amp; c\0d";
        let working = working(source).unwrap();
        assert_eq!(working.text, "ab & cd");
        let back = |offset: usize| &source[working.source_offset(offset)..][..1];
        assert_eq!((back(1), back(3), back(5), back(6)), ("b", "&", "c", "d"));
    }
}
