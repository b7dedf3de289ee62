//! Captions, which lines are nothing but captions, and sentences that spell one out.

use super::labels;
use crate::lex::marking::FoundMarking;
use crate::lex::trim::Trim;
use crate::lex::{openers, shape};

/// Captions as they stand in cables, by their initials, longest first where one begins another, and how
/// they are kept.
const CAPTIONS: [(&str, &str); 25] = [
    ("AIDAC", "AIDAC"),
    ("DS CHANNEL", "DS CHANNEL"),
    ("DISSENT CHANNEL", "DISSENT CHANNEL"),
    ("E F T O", "EFTO"),
    ("EFTO", "EFTO"),
    ("EXDIS", "EXDIS"),
    ("EYES ONLY", "EYES ONLY"),
    ("FOR OFFICIAL USE ONLY", "FOR OFFICIAL USE ONLY"),
    ("FODAG", "FODAG"),
    ("LIMDIS", "LIMDIS"),
    ("LIMITED OFFICIAL USE", "LIMITED OFFICIAL USE"),
    ("NOFORN", "NOFORN"),
    ("NODIS", "NODIS"),
    ("NOCONTRACT", "NOCONTRACT"),
    ("NOT FOR INTERNET DISTRIBUTION", "NOT FOR INTERNET DISTRIBUTION"),
    ("ORCON", "ORCON"),
    ("PROPIN", "PROPIN"),
    ("ROGER CHANNEL", "ROGER CHANNEL"),
    ("SIPDIS", "SIPDIS"),
    ("SENSITIVE BUT UNCLASSIFIED", "SENSITIVE"),
    ("SENSITIVE", "SENSITIVE"),
    ("STADIS", "STADIS"),
    ("SBU", "SENSITIVE"),
    ("TERREP", "TERREP"),
    ("VISAS VIPER", "VISAS VIPER"),
];

/// The captions that a line begins with, and where they end.
pub fn leading(line: &str) -> (Vec<&'static str>, usize) {
    let mut captions = Vec::new();
    let mut end = 0;
    loop {
        let rest = line[end..].trim_leading(b" ,/;.");
        let start = line.len() - rest.len();
        let initial = rest.as_bytes().first().filter(|byte| byte.is_ascii_alphabetic());
        let Some(initial) = initial.map(u8::to_ascii_uppercase) else { return (captions, end) };
        let start_of_alike = CAPTIONS.partition_point(|(written, _)| written.as_bytes()[0] < initial);
        let mut alike = CAPTIONS[start_of_alike..].iter().take_while(|(written, _)| written.as_bytes()[0] == initial);
        let found = alike.find(|(written, _)| {
            rest.get(..written.len()).is_some_and(|word| word.eq_ignore_ascii_case(written))
                && !rest[written.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '-')
        });
        let Some((written, caption)) = found else { return (captions, end) };
        captions.push(*caption);
        end = start + written.len();
    }
}

/// Whether a line holds nothing but captions.
pub fn fill(line: &str) -> bool {
    let (captions, end) = leading(line);
    are_all(&captions, &line[end..])
}

/// Whether a line holds nothing but the captions that stand in front of `rest`.
pub fn are_all(captions: &[&str], rest: &str) -> bool {
    !captions.is_empty() && rest.trim_signs(b" ,/;.-").is_empty()
}

/// Where the words that make a line a sentence of handling end: `(U) THIS CABLE IS SENSITIVE BUT UNCLASSIFIED. PLEASE
/// PROTECT` (case `caption-sentence-wrapped`).
pub fn sentence(line: &str) -> Option<usize> {
    const WORDS: &str = "SENSITIVE BUT UNCLASSIFIED";
    const LEADS: [&str; 5] = ["", "THIS MESSAGE IS", "THIS CABLE IS", "THIS TELEGRAM IS", "ENTIRE TEXT IS"];
    if line.len() > LONGEST_SENTENCE {
        return None;
    }
    let marked = line.trimmed_start();
    let marking = FoundMarking::leading(marked).map_or(0, |found| found.length);
    let text = marked.get(marking..)?.trimmed_start();
    if !text.starts_with(['S', 's', 'T', 't', 'E', 'e']) {
        return None;
    }
    LEADS.iter().find_map(|lead| {
        text.get(..lead.len()).filter(|words| words.eq_ignore_ascii_case(lead))?;
        let behind = text[lead.len()..].trimmed_start();
        let is_handling = behind.get(..WORDS.len()).is_some_and(|words| words.eq_ignore_ascii_case(WORDS));
        is_handling.then(|| line.len() - behind.len() + WORDS.len())
    })
}

/// A line longer than this is a paragraph.
const LONGEST_SENTENCE: usize = 200;

/// Whether a sentence of handling goes on from the line above to the next.
pub fn sentence_goes_on(above: &str, next: &str) -> bool {
    let begins = labels::leading(next).is_some() || shape::numbered(next).is_some() || openers::length(next).is_some();
    let ended = above.trimmed_end().ends_with('.') || next.trimmed().is_empty() || shape::bears_rule(next);
    !ended && !begins && shape::is_capital(above) == shape::is_capital(next)
}
