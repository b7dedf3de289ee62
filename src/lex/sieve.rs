//! Which lines a rule can match at all: the one table of the kinds of characters that rules need.
//!
//! Most lines of a cable are prose that no rule matches. The characters of each line are sorted into kinds once,
//! as the text is cut into lines ([`Signs`]); a rule that needs some of them has a row here and asks for
//! [`Piece::is_candidate`](super::Piece::is_candidate) first. A piece answers for the whole line that it is a stretch of.
//!
//! Says only which lines are worth a look, never what a line is. The law, which a test beside each rule holds over the
//! lines of all cases: *a line that a rule matches is a candidate of it*.

use super::sign::{Sign, Signs};

/// A rule that few lines can match, and that is not asked of the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineRule {
    /// `PAGE 02  LIMA  01234  141034Z`, `LIMA 00001234  002 OF 005`
    PageLine,
    /// A classification by itself over or under a page.
    Banner,
    /// The stamp of a review, or of a request, or the name over one.
    Stamp,
    /// `Case No. F-2014-12345`: only the stamp of a request has a number as well.
    RequestStamp,
    /// A run of X, or a remark in brackets.
    Redaction,
    /// Characters that an encoding or a form damaged.
    Damage,
    /// Characters that the cable system lost.
    LostCharacter,
    /// `Missing Section 002`
    MissingNotice,
    /// `*** Missing Section 002 ***`
    StarredNotice,
    /// `C O N F I D E N T I A L SECTION 02 OF 03 LIMA 009302`
    SectionLine,
    /// A classification line with a section or a serial.
    NumberedClassLine,
    /// The number of a paragraph, at the start of a line or within it.
    ParagraphNumber,
    /// Columns of a table.
    Columns,
    /// A label and its value.
    LabeledValue,
    /// Several strokes of a rule in a row.
    RuleStrokes,
    /// `Monday, 15 June 2009, 13:08`
    Dateline,
    /// An extract that ends in an ellipsis.
    CutExtract,
    /// The beginning of a record pasted into a text.
    PastedRecord,
    /// The row of a dump pasted into a text: its date has slashes.
    PastedRow,
    /// A label of a pasted record, perhaps after other text.
    PastedLabel,
    /// The number that ends the first line of a pasted list.
    PastedNumber,
    /// A pilcrow of the web edition.
    Pilcrow,
    /// `VZCZCXRO1234` or a date-time group.
    HeaderNumber,
    /// Offices between slashes: `//NEA/IR//`
    Offices,
    /// A line that is not all ASCII with single spaces.
    OddSpacing,
    /// `SUBJECT:` in the middle of a line.
    InnerSubject,
}

/// What must be on a line.
enum Needs {
    All(u32),
    Any(u32),
}

const fn all<const COUNT: usize>(signs: [Sign; COUNT]) -> Needs {
    Needs::All(bits(signs))
}

const fn any<const COUNT: usize>(signs: [Sign; COUNT]) -> Needs {
    Needs::Any(bits(signs))
}

const fn bits<const COUNT: usize>(signs: [Sign; COUNT]) -> u32 {
    let mut bits = 0;
    let mut at = 0;
    while at < COUNT {
        bits |= signs[at].bit();
        at += 1;
    }
    bits
}

/// What damage of a file can begin with.
const DAMAGE: [Sign; 5] = [Sign::Control, Sign::DoubledQuote, Sign::Markup, Sign::ControlC2, Sign::InnerC2];

impl LineRule {
    /// The table.
    #[inline(always)]
    const fn needs(self) -> Needs {
        match self {
            LineRule::PageLine => all([Sign::Number, Sign::Page]),
            LineRule::Banner => all([Sign::Capitals]),
            LineRule::Stamp => all([Sign::Small]),
            LineRule::RequestStamp => all([Sign::Small, Sign::Slash, Sign::Number]),
            LineRule::Redaction => any([Sign::Crosses, Sign::Bracket]),
            LineRule::Damage => any(DAMAGE),
            LineRule::LostCharacter => any([Sign::LostQuote, Sign::LostUmlaut, Sign::LostPlus]),
            LineRule::MissingNotice => all([Sign::Digit]),
            LineRule::StarredNotice => all([Sign::Digit, Sign::Strokes]),
            LineRule::SectionLine => all([Sign::Digit, Sign::Capitals]),
            LineRule::NumberedClassLine => all([Sign::Digit]),
            LineRule::ParagraphNumber => all([Sign::Digit]),
            LineRule::Columns => all([Sign::Gap]),
            LineRule::LabeledValue => all([Sign::Colon]),
            LineRule::RuleStrokes => all([Sign::Strokes]),
            LineRule::Dateline => all([Sign::Small]),
            LineRule::CutExtract => all([Sign::Dots]),
            LineRule::PastedRecord => any([Sign::Digit, Sign::Colon]),
            LineRule::PastedRow => all([Sign::Digit, Sign::Slash]),
            LineRule::PastedLabel => all([Sign::Colon]),
            LineRule::PastedNumber => all([Sign::Digit]),
            LineRule::Pilcrow => all([Sign::Wide]),
            LineRule::HeaderNumber => all([Sign::Number]),
            LineRule::Offices => all([Sign::Slash]),
            LineRule::OddSpacing => Needs::Any(bits([Sign::Gap, Sign::Wide]) | bits(DAMAGE)),
            LineRule::InnerSubject => all([Sign::Capitals, Sign::Colon]),
        }
    }
}

impl Signs {
    /// Whether a line with these signs can be matched by the rule.
    #[inline(always)]
    pub fn allow(self, rule: LineRule) -> bool {
        match rule.needs() {
            Needs::All(signs) => self.hold_all(signs),
            Needs::Any(signs) => self.hold_any(signs),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lex::class_word::Soundness;
    use crate::lex::row::DumpRow;
    use crate::lex::tests::assert_candidates;
    use crate::lex::{classification_line, date, shape};

    #[test]
    fn a_line_that_a_rule_matches_is_a_candidate_of_it() {
        let is_numbered = |line: &str| {
            let read = classification_line::read(line.trim_start(), Soundness::Sound);
            read.is_some_and(|read| read.section.is_some() || read.station.is_some())
        };
        assert_candidates(LineRule::NumberedClassLine, is_numbered);
        assert_candidates(LineRule::ParagraphNumber, |line| shape::numbered(line).is_some());
        assert_candidates(LineRule::Columns, |line| shape::column_gaps(line) > 0);
        assert_candidates(LineRule::LabeledValue, shape::is_labelled);
        assert_candidates(LineRule::RuleStrokes, |line| shape::holds_run(line, b"-=*"));
        assert_candidates(LineRule::Dateline, |line| date::trailing_dateline(line).is_some());
        assert_candidates(LineRule::CutExtract, |line| line.trim_end().ends_with("..."));
        assert_candidates(LineRule::PastedRow, |line| DumpRow::read(line).is_some());
        assert_candidates(LineRule::Pilcrow, |line| line.contains('\u{b6}'));
        assert_candidates(LineRule::Offices, |line| line.contains("//"));
        assert_candidates(LineRule::InnerSubject, |line| line.contains("SUBJECT:"));
        assert_candidates(LineRule::OddSpacing, |line| !line.is_ascii() || line.contains("  ") || line.contains('\t'));
    }
}
