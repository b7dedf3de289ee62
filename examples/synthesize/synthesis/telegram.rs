//! Invents telegrams of 1973-79 as the National Archives keep them: what each means, before anybody writes it down.

use cablegram::cable::{
    Addressee, Cable, DistributionOffice, HeaderForm, Paragraph, Precedence, RecordField, Reference, ReferenceKind,
    Role,
};
use jiff::civil::{Date, DateTime, date};

use super::Synthetic;
use super::aad;
use super::facts::{MONTHS, OFFICES, TAGS};
use super::model::instant;
use super::prose::{Prose, Topic};
use super::random::Random;

/// A post as the archive names it.
#[derive(Debug)]
pub struct ArchivePost {
    /// Name in class lines and attributes.
    pub name: &'static str,
    /// Name in message reference numbers; nothing where no table has the post.
    pub mrn: &'static str,
    /// Plain language address designator.
    pub designator: &'static str,
}

const fn post(name: &'static str, mrn: &'static str, designator: &'static str) -> ArchivePost {
    ArchivePost { name, mrn, designator }
}

/// The Department first; the last one is in no table.
pub const POSTS: &[ArchivePost] = &[
    post("STATE", "STATE", "SECSTATE WASHDC"),
    post("LIMA", "LIMA", "AMEMBASSY LIMA"),
    post("QUITO", "QUITO", "AMEMBASSY QUITO"),
    post("LA PAZ", "LAPAZ", "AMEMBASSY LA PAZ"),
    post("SANTIAGO", "SANTIAGO", "AMEMBASSY SANTIAGO"),
    post("SANTO DOMINGO", "SANTODOMINGO", "AMEMBASSY SANTO DOMINGO"),
    post("SAN JOSE", "SANJOSE", "AMEMBASSY SAN JOSE"),
    post("PORT OF SPAIN", "PORTOFSPAIN", "AMEMBASSY PORT OF SPAIN"),
    post("PORTO ALEGRE", "PORTOALEGRE", "AMCONSUL PORTO ALEGRE"),
    post("NEW DELHI", "NEWDELHI", "AMEMBASSY NEW DELHI"),
    post("KUALA LUMPUR", "KUALALUMPUR", "AMEMBASSY KUALA LUMPUR"),
    post("TEHRAN", "TEHRAN", "AMEMBASSY TEHRAN"),
    post("PEKING", "PEKING", "USLO PEKING"),
    post("TOKYO", "TOKYO", "AMEMBASSY TOKYO"),
    post("MOSCOW", "MOSCOW", "AMEMBASSY MOSCOW"),
    post("BONN", "BONN", "AMEMBASSY BONN"),
    post("THE HAGUE", "THEHAGUE", "AMEMBASSY THE HAGUE"),
    post("TEL AVIV", "TELAVIV", "AMEMBASSY TEL AVIV"),
    post("LOURENCO MARQUES", "LOURENCOMARQUES", "AMCONSUL LOURENCO MARQUES"),
    post("USUN NEW YORK", "USUNNEWYORK", "USMISSION USUN NEW YORK"),
    post("OECD PARIS", "USOECDPARIS", "USMISSION OECD PARIS"),
    post("EC BRUSSELS", "ECBRUSSELS", "USMISSION EC BRUSSELS"),
    post("MTN GENEVA", "MTNGENEVA", "USMISSION MTN GENEVA"),
    post("IAEA VIENNA", "IAEAVIENNA", "USMISSION IAEA VIENNA"),
    post("ZZYZXVILLE", "", "AMCONSUL ZZYZXVILLE"),
];

/// A telegram, and how the archive has it.
pub struct Telegram {
    /// The values a parser must find.
    pub cable: Cable,
    /// Who sends it.
    pub sender: &'static ArchivePost,
    /// The word of its class line, its level and its banner.
    pub level: &'static Level,
    /// When it was sent.
    pub sent: DateTime,
    /// What the archive has of its text.
    pub text: ArchiveText,
    /// The TAGS of the record.
    pub tags: Vec<String>,
    /// The subject of the record.
    pub title: String,
    /// Whether its text names TAGS as well.
    pub has_tags_line: bool,
    /// Where chance comes from for its layout.
    pub random: Random,
}

/// What the archive has of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArchiveText {
    /// All of it, in so many sections.
    Whole(i32),
    /// A message of the system in its place.
    Error,
    /// Characters that cannot be shown.
    Unreadable,
}

/// How secret a telegram is.
#[derive(Debug)]
pub struct Level {
    /// In the record and in banners.
    pub words: &'static str,
    /// In the class line.
    pub line: &'static str,
}

const LEVELS: &[Level] = &[
    Level { words: "UNCLASSIFIED", line: "UNCLAS" },
    Level { words: "UNCLASSIFIED", line: "UNCLAS" },
    Level { words: "LIMITED OFFICIAL USE", line: "LIMITED OFFICIAL USE" },
    Level { words: "CONFIDENTIAL", line: "C O N F I D E N T I A L" },
    Level { words: "SECRET", line: "S E C R E T" },
];

/// The telegram `index` of a seed, and the file of its record.
pub fn invent(prose: &Prose, seed: u64, index: u64) -> Synthetic {
    let mut random = Random::new(seed ^ 0x1973, index);
    let topic = prose.topic(&mut random);
    let mut telegram = framed(&mut random, index);
    telegram.title = prose.words(&mut random, &topic, 4 + index as usize % 14).to_uppercase();
    telegram.cable.title = Some(telegram.title.clone());
    if let ArchiveText::Whole(sections) = telegram.text {
        header(&mut telegram, &mut random);
        preamble(&mut telegram, &mut random);
        body(&mut telegram, sections, prose, &topic, &mut random);
    } else {
        telegram.cable.tags = telegram.tags.clone();
    }
    let number = telegram.cable.mrn_as_found.clone();
    let path = format!("{}/{:02}/{number}.txt", telegram.sent.year(), telegram.sent.month());
    let (bytes, fields) = aad::render(&mut telegram);
    let mut expected = telegram.cable;
    expected.record_fields = fields.into_iter().map(|(name, value)| RecordField::new(name, value)).collect();
    Synthetic { path, bytes: bytes.into_bytes(), expected, damage: None }
}

fn framed(random: &mut Random, index: u64) -> Telegram {
    let year = random.between(1973, 1979) as i16;
    let first = date(year, 1, 1);
    let day: Date = first.saturating_add(jiff::Span::new().days(random.below(365) as i64));
    let sent = day.at(random.below(24) as i8, random.below(60) as i8, 0, 0);
    // One in a hundred is from a post that nobody knows.
    let sender = match random.chance(1) {
        true => &POSTS[POSTS.len() - 1],
        false if random.chance(25) => &POSTS[0],
        false => &POSTS[1 + random.below(POSTS.len() - 2)],
    };
    let level = &LEVELS[random.below(LEVELS.len())];
    let serial = if sender.name == "STATE" { 100_000 + index as i32 } else { 1 + index as i32 % 99_999 };
    let six: String = sender.name.chars().take(6).filter(|letter| *letter != ' ').collect();
    let number = match sender.name {
        "STATE" => format!("{year}STATE{serial:06}"),
        _ => format!("{year}{six}{serial:05}"),
    };
    let text = match random.below(100) {
        0..6 => ArchiveText::Error,
        6 => ArchiveText::Unreadable,
        7..22 => ArchiveText::Whole(2),
        _ => ArchiveText::Whole(1),
    };
    let is_known = !sender.mrn.is_empty();
    let handling = random.chance(6).then(|| "EXDIS".to_owned());
    let count = random.between(1, 5);
    let cable = Cable {
        mrn: if is_known { format!("{:02}{}{serial}", year % 100, sender.mrn) } else { number.clone() },
        mrn_as_found: number,
        year: Some(year.into()),
        post: is_known.then(|| sender.mrn.to_owned()),
        serial: Some(serial),
        date: Some(sent.date()),
        classification: Some(level.words.to_owned()),
        controls: handling.into_iter().collect(),
        origin: Some(sender.name.to_owned()),
        header_form: HeaderForm::Empty,
        truncated: true,
        declassified_on: Some(aad::stamp(year).1),
        ..Cable::default()
    };
    Telegram {
        cable,
        sender,
        level,
        sent,
        text,
        tags: random.some_of(TAGS, count).into_iter().map(str::to_owned).collect(),
        title: String::new(),
        has_tags_line: random.chance(92),
        random: random.clone(),
    }
}

fn header(telegram: &mut Telegram, random: &mut Random) {
    let sent = telegram.sent;
    let cable = &mut telegram.cable;
    (cable.header_form, cable.truncated) = (HeaderForm::Office, false);
    cable.text_classification = Some(telegram.level.words.to_owned());
    cable.captions = cable.controls.clone();
    let precedences = [Precedence::Routine, Precedence::Priority, Precedence::Immediate];
    cable.action_precedence = Some(precedences[random.below(3)]);
    let month = MONTHS[sent.month() as usize - 1];
    cable.date_time_group =
        Some(format!("{:02}{:02}{:02}Z {month} {:02}", sent.day(), sent.hour(), sent.minute(), sent.year() % 100));
    cable.sent_at = instant(sent);
    cable.originator = Some(telegram.sender.designator.to_owned());
    let known = &POSTS[..POSTS.len() - 1];
    let others: Vec<&ArchivePost> = known.iter().filter(|post| post.name != telegram.sender.name).collect();
    let action = if telegram.sender.name == "STATE" { others[random.below(others.len())] } else { &POSTS[0] };
    let count = random.below(6);
    let indexes: Vec<&str> = others.iter().filter(|post| post.name != action.name).map(|post| post.name).collect();
    let info = random.some_of(&indexes, count);
    let address = |role, post: &ArchivePost, number: Option<String>| Addressee {
        role,
        routing_indicator: None,
        to_post: Some(post.mrn.to_owned()),
        precedence: None,
        continuity_number: number,
        name: post.designator.to_owned(),
        offices: Vec::new(),
        exclusions: Vec::new(),
    };
    cable.addressees.push(address(Role::Action, action, Some(format!("{:04}", random.between(1, 9999)))));
    let info = known.iter().filter(|post| info.contains(&post.name));
    cable.addressees.extend(info.map(|post| address(Role::Info, post, None)));
    let role = if telegram.sender.name == "STATE" { Role::Origin } else { Role::Action };
    let count = random.between(3, OFFICES.len());
    let mut office = |role, office: &str| {
        let copies = random.below(16) as i32;
        DistributionOffice { role, copy_count: Some(copies), office: office.to_owned() }
    };
    let first = office(role, "ARA");
    cable.distribution_offices = vec![first];
    let infos: Vec<&str> = OFFICES.iter().copied().take(count).collect();
    cable.distribution_offices.extend(infos.into_iter().map(|symbol| office(Role::Info, symbol)));
}

fn preamble(telegram: &mut Telegram, random: &mut Random) {
    let is_open = telegram.level.line == "UNCLAS";
    let is_new = telegram.sent.date() >= date(1978, 12, 1);
    let cable = &mut telegram.cable;
    cable.executive_order = Some(if is_new { "12065" } else { "11652" }.to_owned());
    cable.declassify_text = Some(match (is_open, is_new) {
        (true, _) => "N/A".to_owned(),
        (false, false) => "GDS".to_owned(),
        (false, true) => {
            let day = telegram.sent.date().saturating_add(jiff::Span::new().years(6));
            cable.declassify_on = Some(day);
            format!("GDS {}/{}/{:02} (QUADE, ORLA)", day.month(), day.day(), day.year() % 100)
        }
    });
    cable.exemptions = (!is_open).then(|| "GDS".to_owned()).into_iter().collect();
    cable.tags = telegram.tags.clone();
    cable.subject = Some(telegram.title.clone());
    if random.chance(60) {
        let count = random.between(1, 3);
        let references = (0..count).map(|index| reference(telegram, index, count, random)).collect();
        telegram.cable.references = references;
    }
}

/// A telegram of another post, with its year or without. In January nobody knows the year of a high number without one.
fn reference(telegram: &Telegram, index: usize, count: usize, random: &mut Random) -> Reference {
    let known: Vec<&ArchivePost> = POSTS[..POSTS.len() - 1].iter().collect();
    let post = known[random.below(known.len())];
    let highest = if telegram.sent.month() == 1 { 900 } else { 9_000 };
    let own = telegram.cable.serial.unwrap_or_default();
    // A number above one's own would be of the year before.
    let serial = if post.name == telegram.sender.name { own.min(highest as i32).max(2) - 1 } else { 0 };
    let serial = if serial > 0 { serial } else { random.between(11, highest) as i32 };
    let year = telegram.sent.year() % 100;
    let (shown, year) = match random.chance(30) {
        true => (format!("{:02} ", year - 1), year - 1),
        false => (String::new(), year),
    };
    let label = (count > 1).then(|| char::from(b'A' + index as u8).to_string());
    let cited_mrn = Some(format!("{year:02}{}{serial}", post.mrn));
    let text = format!("{shown}{} {serial}", post.name);
    Reference { label, kind: ReferenceKind::Cable, cited_mrn, note: None, text }
}

fn body(telegram: &mut Telegram, sections: i32, prose: &Prose, topic: &Topic, random: &mut Random) {
    let least = if sections > 1 { 3 } else { 1 };
    let count = random.between(least, least + 5) as i32;
    for number in 1..=count {
        let size = random.between(120, 700);
        let text = prose.sentences(random, topic, size).to_uppercase().replace(".  ", ". ");
        telegram.cable.paragraphs.push(Paragraph { number: Some(number), text, ..Paragraph::default() });
    }
    if sections > 1 {
        (telegram.cable.section_number, telegram.cable.section_count) = (Some(1), Some(sections));
    }
    telegram.cable.signers = vec![prose.name(random).to_uppercase()];
}
