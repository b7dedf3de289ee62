//! What a cable means before anybody writes it down: the values a parser must find, and how they are laid out.

use cablegram::cable::{Cable, HeaderForm};
use jiff::civil::{Date, DateTime, date};
use jiff::tz::TimeZone;

use super::facts::{POSTS, Post, SECRECIES, Secrecy, UNCLASSIFIED};
use super::prose::{Prose, Topic};
use super::random::Random;
use super::{body, header, preamble};

/// A cable and its layout.
#[derive(Debug)]
pub struct Model {
    /// The values a parser must find.
    pub cable: Cable,
    /// How they are laid out on lines.
    pub layout: Layout,
    /// Who sends it.
    pub sender: &'static Post,
    /// How secret it is.
    pub secrecy: &'static Secrecy,
    /// When it was sent.
    pub sent: DateTime,
}

/// What a cable looks like, beyond what it says.
#[derive(Debug)]
pub struct Layout {
    /// Columns of a line.
    pub width: usize,
    /// How headings stand out.
    pub headings: Headings,
    /// Where the signature stands.
    pub signature: Signature,
    /// Paragraphs that a page line interrupts, by index: one for every section after the first.
    pub interrupted: Vec<usize>,
    /// Minutes from the date-time group to the time of file.
    pub filing_delay: i64,
}

/// How headings stand out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Headings {
    /// Over a rule.
    Ruled,
    /// In capitals between blank lines.
    Capitals,
}

/// Where the signature stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signature {
    /// On a line of its own.
    OwnLine,
    /// Directly after the last sentence.
    Glued,
}

/// What every part of a model is made from.
pub struct Making<'p> {
    /// Where chance comes from.
    pub random: Random,
    /// Where words come from.
    pub prose: &'p Prose,
    /// The words of this cable.
    pub topic: Topic,
}

impl Model {
    /// Invents the cable `index` of a seed; its serial number is its own within the seed.
    pub fn new(prose: &Prose, seed: u64, index: u64) -> Model {
        let mut random = Random::new(seed, index);
        let topic = prose.topic(&mut random);
        let mut making = Making { random, prose, topic };
        let mut model = framed(&mut making.random, index);
        if model.cable.header_form != HeaderForm::Empty {
            body::invent(&mut model, &mut making);
            preamble::invent(&mut model, &mut making);
            header::invent(&mut model, &mut making.random);
        }
        model
    }

    /// Path under the root of an archive: `2009/06/09ASTANA1005.txt`.
    pub fn path(&self) -> String {
        format!("{:04}/{:02}/{}.txt", self.sent.year(), self.sent.month(), self.cable.mrn_as_found)
    }
}

/// The envelope and everything that hangs on the form and the year.
fn framed(random: &mut Random, index: u64) -> Model {
    let form = form(random);
    let sent = sent(random, form);
    let sender = &POSTS[random.below(POSTS.len())];
    let secrecy = if sent.year() < 1979 { &UNCLASSIFIED } else { &SECRECIES[random.below(SECRECIES.len())] };
    let post = sender.name.replace(' ', "");
    let serial = index as i32 + 101;
    let mrn = format!("{:02}{post}{serial}", sent.year() % 100);
    let (classification, controls) = secrecy.envelope.split_once("//").unwrap_or((secrecy.envelope, ""));
    let cable = Cable {
        mrn_as_found: mrn.clone(),
        mrn,
        year: Some(sent.year().into()),
        post: Some(post),
        serial: Some(serial),
        date: Some(sent.date()),
        classification: Some(classification.to_owned()),
        controls: (!controls.is_empty()).then(|| controls.to_owned()).into_iter().collect(),
        origin: Some(sender.origin.to_owned()),
        header_form: form,
        partial: matches!(form, HeaderForm::None | HeaderForm::Office) && sent.year() < 2006,
        ..Cable::default()
    };
    let layout = Layout {
        width: random.between(61, 68),
        headings: if random.chance(60) { Headings::Ruled } else { Headings::Capitals },
        signature: if random.chance(75) { Signature::OwnLine } else { Signature::Glued },
        interrupted: Vec::new(),
        filing_delay: random.between(0, 9) as i64,
    };
    Model { cable, layout, sender, secrecy, sent }
}

fn form(random: &mut Random) -> HeaderForm {
    match random.below(100) {
        0..72 => HeaderForm::Routed,
        72..82 => HeaderForm::Unrouted,
        82..94 => HeaderForm::None,
        94..97 => HeaderForm::Office,
        _ => HeaderForm::Empty,
    }
}

/// Every form has its time: routed headers begin with the relays of 2006.
fn sent(random: &mut Random, form: HeaderForm) -> DateTime {
    let year = match form {
        HeaderForm::Routed => random.between(2006, 2010),
        HeaderForm::Unrouted => random.between(1973, 2001),
        HeaderForm::Office => random.between(2000, 2005),
        HeaderForm::None | HeaderForm::Empty => random.between(2000, 2009),
    };
    let first = date(year as i16, 1, 1);
    let day: Date = first.saturating_add(jiff::Span::new().days(random.below(365) as i64));
    day.at(random.below(24) as i8, random.below(60) as i8, 0, 0)
}

/// The instant of a moment in zone Z.
pub fn instant(moment: DateTime) -> Option<jiff::Timestamp> {
    TimeZone::UTC.to_timestamp(moment).ok()
}
