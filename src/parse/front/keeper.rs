//! What the keeper's record says, key by key, to `record`: one table for all forms.
//!
//! Nothing here is ever taken for the cable's own word. A value that `record` does not hold whole is kept as found as
//! well.

use jiff::civil::Date;

use super::dates;
use crate::cable::{KeeperRecord, RecordKind, TextState};
use crate::dialect::{DateForm, RecordKey};
use crate::lex::identifier;

/// The table: what a key fills. Whether the record holds all that the value says.
pub fn read(key: RecordKey, text: &str, record: &mut KeeperRecord) -> bool {
    match key {
        RecordKey::Kind => set(&mut record.kind, kind(text)),
        RecordKey::Number => set(&mut record.number, Some(text.to_owned())),
        RecordKey::TextState => {
            set(&mut record.text_state, text_state(text));
            false
        }
        RecordKey::ReleasedOn(form) => set_day(&mut record.released_on, form, text),
        RecordKey::FilmNumber => set(&mut record.film_number, Some(text.to_owned())),
        RecordKey::Office => set(&mut record.office, Some(text.to_owned())),
        RecordKey::Recipients => add(&mut record.recipients, items(text)),
        RecordKey::Restrictions => add(&mut record.restrictions, items(text)),
        RecordKey::Channels => add(&mut record.channels, items(text)),
        RecordKey::Concepts => add(&mut record.concepts, items(text)),
        RecordKey::CitedCables => cited(&mut record.cited_mrns, text),
        RecordKey::Article => add(&mut record.articles, [text]),
        RecordKey::ReleaseExemptions => add(&mut record.release_exemptions, items(text)),
        RecordKey::ReleaseAuthority => set(&mut record.release_authority, Some(text.to_owned())),
        RecordKey::CaseNumber => set(&mut record.case_number, Some(text.to_owned())),
        RecordKey::ReleaseDocument => set(&mut record.release_document, Some(text.to_owned())),
    }
}

/// The first value counts.
fn set<T>(place: &mut Option<T>, value: Option<T>) -> bool {
    if place.is_some() || value.is_none() {
        return false;
    }
    *place = value;
    true
}

fn set_day(place: &mut Option<Date>, form: DateForm, text: &str) -> bool {
    let (day, time) = dates::read(form, text).unzip();
    set(place, day) & time.flatten().is_none()
}

fn add<'t>(list: &mut Vec<String>, values: impl IntoIterator<Item = &'t str>) -> bool {
    list.extend(values.into_iter().map(str::to_owned));
    true
}

/// The items of a list that commas or semicolons separate, those in parentheses aside.
fn items(text: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_i32;
    let separates = move |c: char| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        depth <= 0 && matches!(c, ',' | ';')
    };
    text.split(separates).map(str::trim).filter(|item| !item.is_empty())
}

/// Adds the cables that can be read; a number that cannot be read is never guessed.
fn cited(list: &mut Vec<String>, text: &str) -> bool {
    let mut all = true;
    for item in text.split(['|', ',', ';']).map(str::trim).filter(|item| !item.is_empty()) {
        match identifier::read_listed(item) {
            Some(mrn) => list.push(mrn.to_string()),
            None => all = false,
        }
    }
    all
}

fn kind(text: &str) -> Option<RecordKind> {
    const KINDS: [(&str, RecordKind); 6] = [
        ("AIRGRAM", RecordKind::Airgram),
        ("INDEX", RecordKind::IndexEntry),
        ("P-REEL", RecordKind::IndexEntry),
        ("NOTICE", RecordKind::Notice),
        ("WITHDRAW", RecordKind::Notice),
        ("TELEGRAM", RecordKind::Telegram),
    ];
    let text = text.to_ascii_uppercase();
    let found = KINDS.iter().find(|(word, _)| text.contains(word)).map(|(_, kind)| *kind);
    found.or((text == "TE").then_some(RecordKind::Telegram))
}

fn text_state(text: &str) -> Option<TextState> {
    const STATES: [(&str, TextState); 9] = [
        ("ON-LINE", TextState::Complete),
        ("ONLINE", TextState::Complete),
        ("MICROFILM", TextState::Microfilm),
        ("UNRETRIEVABLE", TextState::Lost),
        ("NOT CONVERTED", TextState::Lost),
        ("LOST", TextState::Lost),
        ("WITHHELD", TextState::Withheld),
        ("WITHDRAWN", TextState::Withheld),
        ("NONE", TextState::None),
    ];
    let text = text.to_ascii_uppercase();
    STATES.iter().find(|(words, _)| text.contains(words)).map(|(_, state)| *state)
}

/// What the document itself shows of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextFound {
    /// It is there.
    There,
    /// It is there, and known to be cut.
    Cut,
    /// There is none.
    Missing,
}

/// Corrects what the keeper says of a text by what is there of it.
pub fn settle(said: Option<TextState>, text: TextFound) -> Option<TextState> {
    Some(match (said?, text) {
        (TextState::Complete | TextState::Part, TextFound::Missing) => TextState::Lost,
        (said, TextFound::Missing) => said,
        (_, TextFound::There) => TextState::Complete,
        (_, TextFound::Cut) => TextState::Part,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_cut_at_commas_and_semicolons_that_no_parentheses_hold() {
        let all = |text| items(text).collect::<Vec<_>>();
        assert_eq!(all("FERRIES, PORTS (RIVER, LAKE); DUES"), ["FERRIES", "PORTS (RIVER, LAKE)", "DUES"]);
        assert_eq!(all("NODIS"), ["NODIS"]);
        assert_eq!(all("A), B"), ["A)", "B"]);
    }

    #[test]
    fn what_a_record_lists_as_cited_is_never_guessed() {
        let mut found = Vec::new();
        assert!(cited(&mut found, "75 STATE 150591, 75 QUITO 04001"));
        assert_eq!(found, ["75STATE150591", "75QUITO4001"]);
        assert!(!cited(&mut found, "75 JAK"));
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn a_text_that_is_said_to_be_there_and_is_not_is_lost() {
        let said = |locator| text_state(locator);
        let microfilm = said("TEXT ON MICROFILM, ADS TEXT UNRETRIEVABLE");
        assert_eq!(settle(microfilm, TextFound::Missing), Some(TextState::Microfilm));
        assert_eq!(settle(said("TEXT ON-LINE, ON MICROFILM"), TextFound::Missing), Some(TextState::Lost));
        assert_eq!(settle(said("TEXT ON-LINE"), TextFound::Cut), Some(TextState::Part));
        assert_eq!(settle(microfilm, TextFound::There), Some(TextState::Complete));
        assert_eq!(settle(None, TextFound::Missing), None);
    }
}
