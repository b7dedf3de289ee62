//! Damage as archives have it: each kind spoils one thing, and a parser must find the same values and report it.

use cablegram::cable::Cable;
use cablegram::diagnostic::Code;

/// One way to spoil a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Damage {
    /// Lines end in CR LF.
    CarriageReturns,
    /// A byte order mark stands first.
    ByteOrderMark,
    /// One byte a character, in windows-1252.
    Windows1252,
    /// The blanks at line ends are lost.
    BlanksLost,
    /// A NUL stands in the text.
    Nul,
    /// The identifier took `EFTO` from the classification line.
    CaptionInIdentifier,
    /// The envelope names another weekday.
    Weekday,
    /// `GF` stands for `OF` in the classification line.
    SectionLetter,
    /// Two digits of the executive order changed places.
    OrderDigits,
    /// The label of TAGS lost a letter.
    TagsLabel,
    /// A precedence lost a letter.
    PrecedenceLetter,
    /// A caption of another section stands in the text.
    SectionDebris,
}

impl Damage {
    /// All kinds.
    pub const ALL: [Damage; 12] = [
        Damage::CarriageReturns,
        Damage::ByteOrderMark,
        Damage::Windows1252,
        Damage::BlanksLost,
        Damage::Nul,
        Damage::CaptionInIdentifier,
        Damage::Weekday,
        Damage::SectionLetter,
        Damage::OrderDigits,
        Damage::TagsLabel,
        Damage::PrecedenceLetter,
        Damage::SectionDebris,
    ];

    /// What a parser must report.
    pub fn code(self) -> Option<Code> {
        match self {
            Damage::CarriageReturns | Damage::ByteOrderMark | Damage::Windows1252 | Damage::BlanksLost => None,
            Damage::Nul => Some(Code::ControlCharacter),
            Damage::CaptionInIdentifier => Some(Code::MrnRepaired),
            Damage::Weekday => Some(Code::WeekdayDiffers),
            Damage::SectionLetter => Some(Code::SectionRepaired),
            Damage::OrderDigits => Some(Code::ExecutiveOrderRepaired),
            Damage::TagsLabel => Some(Code::TagsLabelRepaired),
            Damage::PrecedenceLetter => Some(Code::PrecedenceRepaired),
            Damage::SectionDebris => Some(Code::SectionDebris),
        }
    }

    /// Spoils the text; false, and nothing done, where it holds nothing to spoil in this way.
    pub fn spoil(self, text: &mut String, expected: &mut Cable) -> bool {
        match self {
            Damage::CarriageReturns => replace_all(text, "\n", "\r\n"),
            Damage::BlanksLost => replace_all(text, " \n", "\n"),
            Damage::ByteOrderMark => {
                text.insert(0, '\u{FEFF}');
                true
            }
            Damage::Windows1252 => text.contains('¶'),
            Damage::Nul => replace_once(text, ".  ", "\0.  "),
            Damage::CaptionInIdentifier => {
                text.insert_str(2, "EFTO");
                expected.mrn_as_found.insert_str(2, "EFTO");
                true
            }
            Damage::Weekday => other_weekday(text),
            Damage::SectionLetter => replace_once(text, "SECTION 01 OF ", "SECTION 01 GF "),
            Damage::OrderDigits => {
                let spoilt = replace_once(text, "E.O. 12958: DECL", "E.O. 12985: DECL");
                spoilt || replace_once(text, "E.O. 12958: N/A", "E.O. 12985: N/A")
            }
            Damage::TagsLabel => replace_once(text, "\nTAGS: ", "\nTGS: "),
            Damage::PrecedenceLetter => replace_once(text, " PRIORITY ", " PRIOITY "),
            Damage::SectionDebris => debris(text, expected),
        }
    }

    /// The spoilt text as bytes.
    pub fn encode(self, text: &str) -> Vec<u8> {
        match self {
            Damage::Windows1252 => text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap_or(b'?')).collect(),
            _ => text.as_bytes().to_vec(),
        }
    }
}

fn replace_all(text: &mut String, from: &str, to: &str) -> bool {
    let found = text.contains(from);
    *text = text.replace(from, to);
    found
}

fn replace_once(text: &mut String, from: &str, to: &str) -> bool {
    let Some(start) = text.find(from) else { return false };
    text.replace_range(start..start + from.len(), to);
    true
}

fn other_weekday(text: &mut String) -> bool {
    let date = text.match_indices('\n').nth(1).map_or(0, |(end, _)| end + 1);
    let other = if text[date..].starts_with("Mon") { "Tue" } else { "Mon" };
    text.replace_range(date..date + 3, other);
    true
}

/// Puts the caption of a second section after the page line that interrupts a sentence.
fn debris(text: &mut String, expected: &Cable) -> bool {
    let Some(count) = expected.section_count else { return false };
    if !expected.captions.iter().any(|caption| caption == "SIPDIS") {
        return false;
    }
    let line = format!("  002 OF {count:03} \n \n");
    replace_once(text, &line, &format!("{line}SIPDIS \n \n"))
}
