//! Invents transmission headers: routing, addressees, distribution.

use cablegram::cable::{Addressee, DistributionOffice, HeaderForm, Precedence, Role, Routing};

use super::facts::{AGENCIES, MONTHS, OFFICES, POSTS, Post};
use super::model::{Model, instant};
use super::random::Random;

/// Fills in the header that the model's form asks for.
pub fn invent(model: &mut Model, random: &mut Random) {
    precedences(model, random);
    match model.cable.header_form {
        HeaderForm::None | HeaderForm::Empty => return,
        HeaderForm::Routed => routed(model, random),
        HeaderForm::Unrouted => {}
        HeaderForm::Office => model.cable.distribution_offices = distribution(random),
    }
    model.cable.date_time_group = Some(date_time_group(model));
    model.cable.sent_at = instant(model.sent);
    model.cable.originator = Some(model.sender.designator.to_owned());
    model.cable.addressees = addressees(model, random);
}

/// The group as the form writes it: the archive took the capitals from a bare one.
fn date_time_group(model: &Model) -> String {
    let (sent, month) = (model.sent, MONTHS[model.sent.month() as usize - 1]);
    let month = match model.cable.header_form {
        HeaderForm::Office => super::prose::capitalized(&month.to_lowercase()),
        _ => month.to_owned(),
    };
    format!("{:02}{:02}{:02}Z {month} {:02}", sent.day(), sent.hour(), sent.minute(), sent.year() % 100)
}

/// A bare date-time group has no precedence.
fn precedences(model: &mut Model, random: &mut Random) {
    if !matches!(model.cable.header_form, HeaderForm::Routed | HeaderForm::Unrouted) {
        return;
    }
    let letters = [Precedence::Routine, Precedence::Priority, Precedence::Immediate];
    model.cable.action_precedence = Some(letters[random.below(3)]);
    model.cable.info_precedence = random.chance(30).then_some(Precedence::Routine);
}

fn routed(model: &mut Model, random: &mut Random) {
    let cable = &mut model.cable;
    let multiple = random.chance(60);
    let indicators: Vec<&str> = POSTS[1..].iter().map(|post| post.routing_indicator).collect();
    let count = random.between(3, 24);
    let called = if multiple { random.some_of(&indicators, count) } else { vec!["RUEHWEB"] };
    let channel = if multiple { "XRO" } else { "XYZ" };
    cable.transmission_id = Some(format!("VZCZC{channel}{:04}", random.below(10_000)));
    cable.signals = vec!["ZZH".to_owned()];
    let filed = model.sent.saturating_add(jiff::Span::new().minutes(model.layout.filing_delay));
    cable.routing = Some(Routing {
        called_stations: called.into_iter().map(str::to_owned).collect(),
        call_precedence: cable.action_precedence,
        station: Some(model.sender.routing_indicator.to_owned()),
        station_serial: cable.serial.map(|serial| serial % 10_000),
        station_section: cable.section_count.map(|_| 1),
        filed_at: instant(filed),
        security_warning: Some(security_warning(model.secrecy.letter)),
    });
}

fn security_warning(letter: char) -> String {
    let sign = if letter == 'U' { "ZNR" } else { "ZNY" };
    format!("{sign} {}", letter.to_string().repeat(5))
}

fn addressees(model: &Model, random: &mut Random) -> Vec<Addressee> {
    let others: Vec<&Post> = POSTS[1..].iter().filter(|post| post.name != model.sender.name).collect();
    let action = if model.sender.name == "STATE" { others[random.below(others.len())] } else { &POSTS[0] };
    let info_count = random.between(0, 12);
    let mut chosen = vec![to_post(Role::Action, action, random)];
    let info: Vec<&Post> = random.some_of(&others, info_count);
    chosen
        .extend(info.into_iter().filter(|post| post.name != action.name).map(|post| to_post(Role::Info, post, random)));
    if model.cable.header_form == HeaderForm::Routed {
        chosen.extend(AGENCIES.iter().filter(|_| random.chance(25)).map(to_agency).collect::<Vec<_>>());
    } else {
        chosen.iter_mut().for_each(|addressee| addressee.routing_indicator = None);
    }
    chosen
}

fn to_post(role: Role, post: &Post, random: &mut Random) -> Addressee {
    let words = [None, None, Some(Precedence::Priority), Some(Precedence::Immediate)];
    Addressee {
        role,
        routing_indicator: Some(post.routing_indicator.to_owned()),
        to_post: Some(post.name.replace(' ', "")),
        precedence: words[random.below(words.len())],
        continuity_number: random.chance(70).then(|| format!("{:04}", random.below(10_000))),
        name: post.designator.to_owned(),
        offices: Vec::new(),
        exclusions: Vec::new(),
    }
}

fn to_agency(&(routing_indicator, name): &(&str, &str)) -> Addressee {
    Addressee {
        role: Role::Info,
        routing_indicator: Some(routing_indicator.to_owned()),
        to_post: None,
        precedence: None,
        continuity_number: None,
        name: name.to_owned(),
        offices: Vec::new(),
        exclusions: Vec::new(),
    }
}

fn distribution(random: &mut Random) -> Vec<DistributionOffice> {
    let office = |role, symbol: &str| DistributionOffice { role, copy_count: Some(0), office: symbol.to_owned() };
    let action = random.pick(&["EUR", "AF", "WHA", "EAP"]);
    let count = random.between(2, OFFICES.len());
    let info = random.some_of(OFFICES, count);
    std::iter::once(office(Role::Action, action))
        .chain(info.into_iter().map(|symbol| office(Role::Info, symbol)))
        .collect()
}
