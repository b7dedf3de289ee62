//! Turns the lines of the address lists (FL6 to FL9) into addressees with their exclusions.
//!
//! A line is cut where several addressees are on it, and joined to the one before where it only continues it.
//! Which exclusions belong to which collective is decided here; what a single line says, in `address_line`.

use std::borrow::Cow;

use super::address_line::{
    AddressLine, PrecedenceWord, indicator_before_slash, is_group_precedence, is_precedence, is_whole_name,
};
use super::date_time_group::is_month;
use super::marks::last_word;
use crate::cable::{Addressee, Role};
use crate::diagnostic::Code;
use crate::lex::fuzzy::{self, FuzzyWord as Spelling, Nearest};
use crate::lex::{LineRule, Piece};
use crate::parse::reading::{Findings, Notes, Zone};
use crate::tables::addressees::{self as names, AddresseeWord};
use crate::tables::posts;
use memchr::memchr_iter;

/// No addressee takes more bytes; what is longer is not searched for a second one, nor joined to the next line.
const LONGEST_ADDRESS: usize = 300;
/// No collective has more exclusions; what follows is addressees.
const MOST_EXCLUSIONS: usize = 300;

/// The address lists so far.
#[derive(Debug, Default)]
pub(super) struct AddressList<'t> {
    addressees: Vec<Addressee>,
    /// The list of exclusions that the next names belong to.
    exclusions: Option<Exclusions<'t>>,
    /// Whether a line had a routing indicator, so that a line without one means something.
    is_routed: bool,
    /// The last addressee as found, for a line that continues it.
    last: Option<(Piece<'t>, Cow<'t, str>)>,
    notes: Vec<String>,
}

/// An XMT line whose list is not yet ended.
#[derive(Clone, Copy, Debug)]
struct Exclusions<'t> {
    line: Piece<'t>,
    /// The addressee they belong to.
    addressee: usize,
    /// Names on later lines, which could be addressees as well.
    later_names: usize,
}

impl<'t> AddressList<'t> {
    /// A list with room for so many addressees.
    pub(super) fn with_room_for(many: usize) -> Self {
        AddressList { addressees: Vec::with_capacity(many), ..AddressList::default() }
    }

    /// Takes what one line of the lists holds, after its keyword.
    pub(super) fn take(&mut self, line: Piece<'t>, role: Role, notes: &mut Notes<'t>) {
        let mut rest = line;
        loop {
            let next = next_addressee(&rest);
            let piece = rest.slice(0..next.unwrap_or(rest.text.len())).trim();
            if rest.start > line.start {
                notes.report(Code::AddresseesRunTogether, &piece, piece.text);
            }
            self.take_one(piece, role, notes);
            let Some(next) = next else { return };
            rest = rest.slice(next..rest.text.len());
        }
    }

    /// Takes one addressee, and the exclusion on the same line: `AFGHANISTAN COLLECTIVE XMT AMEMBASSY KABUL`.
    fn take_one(&mut self, piece: Piece<'t>, role: Role, notes: &mut Notes<'t>) {
        let Some(at) = find_exclusion_word(piece.text) else { return self.take_name(piece, role, notes) };
        let (before, exclusion) = piece.split_at(at);
        self.take_name(before.trim(), role, notes);
        self.exclude(exclusion, notes);
    }

    fn take_name(&mut self, piece: Piece<'t>, role: Role, notes: &mut Notes<'t>) {
        let line = AddressLine::read(without_month(piece.text));
        if self.excludes(&line) {
            return self.exclude_later(piece, &line, notes);
        }
        if let Some((first, joined)) = self.joined_with_last(&line, piece.text, role) {
            notes.claim(piece, Zone::Addressee);
            return self.replace_last(first, joined, role, &mut notes.findings);
        }
        if line.indicator.is_none() && (!is_name(line.name) || is_group_precedence(line.name)) {
            return self.take_note(piece, notes);
        }
        self.is_routed |= line.indicator.is_some();
        self.exclusions = None;
        notes.claim(piece, Zone::Addressee);
        let name = if is_plain(&piece) { line.plain_name() } else { line.collapsed_name() };
        self.add(piece, &line, name, piece.text, role, &mut notes.findings);
        self.last = Some((piece, Cow::Borrowed(piece.text)));
    }

    /// Reads the last addressee again, together with the line that continues it.
    #[cold]
    fn replace_last(&mut self, first: Piece<'t>, joined: String, role: Role, findings: &mut Findings) {
        self.addressees.pop();
        let line = AddressLine::read(&joined);
        self.add(first, &line, line.collapsed_name(), &joined, role, findings);
        self.last = Some((first, Cow::Owned(joined)));
    }

    /// Keeps a line that is no addressee.
    #[cold]
    fn take_note(&mut self, line: Piece<'t>, notes: &mut Notes<'t>) {
        notes.claim(line, Zone::Note);
        notes.report(Code::HeaderLineUnknown, &line, line.text);
        self.notes.push(line.text.to_owned());
    }

    /// The last addressee and this line as one, where the line only continues it: offices still open, or
    /// nothing but `WASHDC`, a precedence or a number.
    fn joined_with_last(&self, line: &AddressLine<'_>, text: &str, role: Role) -> Option<(Piece<'t>, String)> {
        let (first, before) = self.last.as_ref()?;
        let last = self.addressees.last()?;
        if before.len() > LONGEST_ADDRESS {
            return None;
        }
        // Only the first line of several is asked.
        let may_hold_offices = first.is_candidate(LineRule::Offices) || matches!(before, Cow::Owned(_));
        if may_hold_offices && leaves_offices_open(before) {
            let closes = line.indicator.is_none() && (text.contains("//") || text.starts_with('/'));
            let blank = if before.ends_with(['/', '-']) || text.starts_with('/') { "" } else { " " };
            return closes.then(|| (*first, format!("{before}{blank}{text}")));
        }
        let lacks_end = last.role == role && last.precedence.is_none() && last.continuity_number.is_none();
        (lacks_end && is_end_of_address(&last.name, text)).then(|| (*first, format!("{before} {text}")))
    }

    /// Adds the addressee of this `name` that is in `text`.
    fn add(
        &mut self,
        piece: Piece<'t>,
        line: &AddressLine<'_>,
        name: String,
        text: &str,
        role: Role,
        findings: &mut Findings,
    ) {
        if let Some(PrecedenceWord::Repaired(precedence, word)) = line.precedence {
            findings.report(Code::PrecedenceRepaired, &piece, format!("{word} read as {}", precedence.name()));
        }
        if line.is_handled_apart {
            self.notes.push(text.to_owned());
        }
        if let Some(count) = line.group_count {
            self.notes.push(count.to_owned());
        }
        self.addressees.push(Addressee {
            role,
            routing_indicator: line.indicator.map(str::to_owned),
            to_post: post_of(&name, &piece, findings),
            precedence: line.precedence.map(PrecedenceWord::precedence),
            continuity_number: line.continuity_number.map(str::to_owned),
            offices: line.offices.iter().map(|office| office.to_string()).collect(),
            exclusions: Vec::new(),
            name,
        });
    }

    /// Begins a list of exclusions: `XMT AMEMBASSY SOFIA`.
    #[cold]
    pub(super) fn exclude(&mut self, line: Piece<'t>, notes: &mut Notes<'t>) {
        let names = line.slice(3.min(line.text.len())..line.text.len());
        let Some(addressee) = self.last_collective() else { return self.take_note(line, notes) };
        self.exclusions = Some(Exclusions { line, addressee, later_names: 0 });
        notes.claim(line, Zone::Exclusion);
        for name in names.text.split(',').map(|name| name.trim_start_matches(['/', ' ', ':'])) {
            self.exclude_name(addressee, AddressLine::read(name).collapsed_name(), line, &mut notes.findings);
        }
    }

    /// The nearest collective above, or the last addressee where none calls itself one.
    fn last_collective(&self) -> Option<usize> {
        let near = self.addressees.iter().enumerate().rev().take(MOST_EXCLUSIONS);
        let collective = near.into_iter().find(|(_, addressee)| names::is_collective(&addressee.name));
        collective.map(|(index, _)| index).or(self.addressees.len().checked_sub(1))
    }

    /// Whether a line continues the open list of exclusions: a post that has neither indicator nor precedence
    /// nor number.
    fn excludes(&self, line: &AddressLine<'_>) -> bool {
        let is_bare = line.indicator.is_none() && line.precedence.is_none() && line.continuity_number.is_none();
        let has_room = |open: &Exclusions<'_>| self.addressees[open.addressee].exclusions.len() < MOST_EXCLUSIONS;
        is_bare && self.exclusions.as_ref().is_some_and(has_room) && names_mission(line.name)
    }

    #[cold]
    fn exclude_later(&mut self, piece: Piece<'t>, line: &AddressLine<'t>, notes: &mut Notes<'t>) {
        let Some(mut exclusions) = self.exclusions else { return };
        notes.claim(piece, Zone::Exclusion);
        let is_new = self.exclude_name(exclusions.addressee, line.collapsed_name(), piece, &mut notes.findings);
        exclusions.later_names += usize::from(is_new);
        self.exclusions = Some(exclusions);
    }

    /// Adds one excluded name; false if it was excluded before.
    fn exclude_name(&mut self, addressee: usize, name: String, at: Piece<'t>, findings: &mut Findings) -> bool {
        let exclusions = &mut self.addressees[addressee].exclusions;
        if name.is_empty() {
            return false;
        }
        if exclusions.contains(&name) {
            findings.report(Code::ExclusionRepeated, &at, name);
            return false;
        }
        exclusions.push(name);
        true
    }

    /// Whether no addressee was read.
    pub(super) fn is_empty(&self) -> bool {
        self.addressees.is_empty()
    }

    /// A keyword ends the list of exclusions for certain.
    pub(super) fn end_list(&mut self) {
        self.exclusions = None;
    }

    /// The addressees, and what is not one; a list of exclusions that nothing ended is unsure.
    pub(super) fn finish(self, findings: &mut Findings) -> (Vec<Addressee>, Vec<String>) {
        if let Some(open) = self.exclusions.filter(|open| open.later_names > 0 && !self.is_routed) {
            findings.report(Code::ExclusionsUnsure, &open.line, "nothing marks the end of the list");
        }
        (self.addressees, self.notes)
    }
}

/// Whether for certain nothing but printable characters of ASCII and single spaces is in a piece.
fn is_plain(piece: &Piece<'_>) -> bool {
    !piece.is_candidate(LineRule::OddSpacing)
}

/// Whether a text is nothing but the end of an address: `WASHDC` after a name without it, a precedence, a number.
fn is_end_of_address(name: &str, text: &str) -> bool {
    let ends_in_place = || names::word(&name[last_word(name)..]) == Some(AddresseeWord::Place);
    text.split_ascii_whitespace().all(|word| {
        (names::word(word) == Some(AddresseeWord::Place) && !ends_in_place())
            || (word.len() >= 4 && word.bytes().all(|byte| byte.is_ascii_digit()))
            || is_precedence(word)
    })
}

/// Whether a text can be the name of an addressee at all: words, not a sentence, a number or a rule.
fn is_name(name: &str) -> bool {
    let mut letters = name.bytes().filter(u8::is_ascii_alphabetic);
    let has_letters = letters.next().is_some() && letters.next().is_some();
    let is_sign = |byte: u8| matches!(byte, b' ' | b'/' | b'&' | b'\'' | b'('..=b'*' | b'-' | b'.' | b',' | b':');
    let is_legal = |byte: u8| byte.is_ascii_alphanumeric() || is_sign(byte) || !byte.is_ascii();
    let ends_sentence = || name.as_bytes().array_windows().any(|pair| pair == b". ");
    has_letters
        && name.bytes().all(is_legal)
        && !ends_sentence()
        && !matches!(name.as_bytes(), [.., b'.' | b':' | b'-'])
}

/// Whether a line is written as addresses are: with a routing indicator, a mission, a place, a precedence or a number, or a
/// name seen before.
pub(super) fn is_written_as_address(text: &str) -> bool {
    let line = AddressLine::read(text);
    let holds_place = || line.name.split(' ').any(|word| names::word(word) == Some(AddresseeWord::Place));
    line.indicator.is_some()
        || line.precedence.is_some()
        || line.continuity_number.is_some()
        || line.is_handled_apart
        || !line.offices.is_empty()
        || names_mission(line.name)
        || names::is_known_name(line.name)
        || names::is_collective(line.name)
        || holds_place()
}

/// The canonical post; a post after `AMEMBASSY` that lost or changed one letter is repaired if only one is near.
fn post_of(name: &str, piece: &Piece<'_>, findings: &mut Findings) -> Option<String> {
    if let Some(post) = names::post(name) {
        return Some(post.mrn.to_owned());
    }
    // A country after the city: `USMISSION GENEVA SZ`.
    if let Some((city, country)) = name.rsplit_once(' ')
        && country.len() == 2
        && let Some(post) = names::post(city)
    {
        return Some(post.mrn.to_owned());
    }
    let (_, place) = name.split_once(' ').filter(|(word, _)| is_mission(word))?;
    if let Some(post) = posts::find(place) {
        return Some(post.mrn.to_owned());
    }
    let post = nearest_post(place)?;
    findings.report(Code::AddresseeRepaired, piece, format!("{place} read as {post}"));
    Some(post.to_owned())
}

/// The one post whose name lacks or changed one letter in `place`.
#[cold]
fn nearest_post(place: &str) -> Option<&'static str> {
    let letters: String = place.chars().filter(|next| *next != ' ').collect::<String>().to_ascii_uppercase();
    let candidates = posts::all().iter().filter(|post| post.mrn.len() >= 5).map(|post| (post.mrn, post.mrn));
    match fuzzy::nearest(&letters, candidates, 1) {
        Nearest::One(post) => Some(post),
        _ => None,
    }
}

/// Whether a name is that of a post or begins like one.
fn names_mission(name: &str) -> bool {
    names::post(name).is_some() || name.split(' ').next().is_some_and(is_mission)
}

/// `AMEMBASSY` and its like, also with up to two wrong letters (`AMMBASSY`).
fn is_mission(word: &str) -> bool {
    const LONG: [Spelling<'static>; 3] =
        [Spelling::new("AMEMBASSY"), Spelling::new("AMCONSUL"), Spelling::new("USMISSION")];
    let is_misspelt = |word: Spelling<'_>| LONG.iter().any(|mission| mission.edits(word, 2).is_some());
    names::word(word) == Some(AddresseeWord::Mission)
        || (word.len() >= 6 && is_misspelt(Spelling::new(&word.to_ascii_uppercase())))
}

/// Where ` XMT ` or ` XMT/` is within a line.
fn find_exclusion_word(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let begins = |at: &usize| bytes[..*at].ends_with(b" ") && bytes[*at..].starts_with(b"XMT");
    let at = memchr_iter(b'X', bytes).find(begins)?;
    text[at + 3..].starts_with([' ', '/']).then_some(at)
}

/// Whether offices begin in a text and do not end: double slashes are odd in number.
fn leaves_offices_open(text: &str) -> bool {
    let mut is_open = false;
    let mut is_behind_slash = false;
    for byte in text.bytes() {
        let is_double = is_behind_slash && byte == b'/';
        is_open ^= is_double;
        is_behind_slash = byte == b'/' && !is_double;
    }
    is_open
}

/// Whether two slashes are side by side; all bytes are looked at, many together.
fn holds_double_slash(text: &str) -> bool {
    let bytes = text.as_bytes();
    let pairs = bytes.iter().zip(bytes.get(1..).unwrap_or_default());
    pairs.fold(false, |found, (left, right)| found | ((*left == b'/') & (*right == b'/')))
}

/// Where a second addressee begins on a line: at another routing indicator with its slash, at another mission, at a
/// second post after a month (`AMEMBASSY BOGOTA MAR QUITO 5120`).
fn next_addressee(line: &Piece<'_>) -> Option<usize> {
    let text = line.text;
    let holds_offices = line.is_candidate(LineRule::Offices) && holds_double_slash(text);
    let mut in_offices = false;
    let mut previous = "";
    for (start, word) in words(text).take_while(|&(start, _)| start <= LONGEST_ADDRESS) {
        if !in_offices && begins_addressee(text, start, previous, word) {
            return Some(start);
        }
        // No space is within a double slash.
        in_offices ^= holds_offices && leaves_offices_open(word);
        let word = word.trim_end();
        previous = if word.is_empty() { previous } else { word };
    }
    None
}

/// Whether an addressee begins at `start` with this word; `previous` is the word before it that is not blank.
fn begins_addressee(text: &str, start: usize, previous: &str, word: &str) -> bool {
    if previous.is_empty() {
        return false;
    }
    let before = || text[..start].trim();
    let is_mission = || names::word(word) == Some(AddresseeWord::Mission) || word.eq_ignore_ascii_case("SECSTATE");
    let has_letter = word.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic());
    let begins = has_letter && indicator_before_slash(word).is_some()
        || has_letter && is_mission() && is_whole_name(AddressLine::read(before()).name)
        || previous.len() == MONTH && ends_in_month(before()) && posts::longest_prefix(&text[start..]).is_some();
    begins && !previous.ends_with("XMT")
}

/// Letters of a month on an address line.
const MONTH: usize = 3;

fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut next = 0;
    std::iter::from_fn(move || {
        let start = next;
        let rest = text.get(start..)?;
        let word = &rest[..rest.bytes().position(|byte| byte == b' ').unwrap_or(rest.len())];
        next = start + word.len() + 1;
        Some((start, word))
    })
}

/// Whether a month follows the whole name of a post.
fn ends_in_month(text: &str) -> bool {
    let (before, last) = text.split_at(last_word(text));
    let is_behind_post = || names::post(AddressLine::read(before.strip_suffix(' ').unwrap_or(before)).name).is_some();
    last.len() == MONTH && !before.is_empty() && is_month(last) && is_behind_post()
}

/// An addressee without the month name that was where its continuity number was.
fn without_month(text: &str) -> &str {
    if ends_in_month(text) { &text[..last_word(text).saturating_sub(1)] } else { text }
}
