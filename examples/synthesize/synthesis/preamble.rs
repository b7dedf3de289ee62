//! Invents what stands between the classification line and the text: captions, TAGS, subject, references.

use cablegram::cable::{ClassifiedBy, Marking, Reference, ReferenceKind};

use super::facts::{PASSING, POSITIONS, POSTS, TAGS};
use super::model::{Making, Model};

/// Fills in the preamble.
pub fn invent(model: &mut Model, making: &mut Making<'_>) {
    model.cable.text_classification = model.cable.classification.clone();
    let old = model.sent.year() < 2000;
    model.cable.captions = match old {
        true => Vec::new(),
        false => model.secrecy.captions.iter().map(|&caption| caption.to_owned()).collect(),
    };
    let passing_count = making.random.below(3);
    model.cable.passing_instructions =
        making.random.some_of(PASSING, passing_count).into_iter().map(str::to_owned).collect();
    executive_order(model);
    tags(model, making);
    subject(model, making);
    references(model, making);
    if model.secrecy.letter != 'U' && !old {
        classified_by(model, making);
    }
}

/// Which order was in force, and the instruction its time wrote.
fn executive_order(model: &mut Model) {
    let secret = model.secrecy.letter != 'U';
    let (order, text, exemption) = match model.sent.year() {
        ..1979 => ("11652", "N/A".to_owned(), None),
        1979..1983 if secret => ("12065", "GDS".to_owned(), Some("GDS")),
        1979..1983 => ("12065", "N/A".to_owned(), None),
        1983..1996 if secret => ("12356", "DECL: OADR".to_owned(), Some("OADR")),
        1983..1996 => ("12356", "N/A".to_owned(), None),
        _ if secret => ("12958", declassification(model), None),
        _ => ("12958", "N/A".to_owned(), None),
    };
    model.cable.executive_order = Some(order.to_owned());
    model.cable.declassify_text = Some(text);
    model.cable.exemptions = exemption.map(str::to_owned).into_iter().collect();
}

/// Ten years from the day it was sent.
fn declassification(model: &mut Model) -> String {
    let date = model.sent.date().saturating_add(jiff::Span::new().years(10));
    model.cable.declassify_on = Some(date);
    format!("DECL: {:02}/{:02}/{:04}", date.month(), date.day(), date.year())
}

fn tags(model: &mut Model, making: &mut Making<'_>) {
    let count = making.random.between(2, 7);
    let mut tags: Vec<String> = making.random.some_of(TAGS, count).into_iter().map(str::to_owned).collect();
    if making.random.chance(4) {
        let mut name = || making.prose.name(&mut making.random).to_uppercase();
        let person = format!("{}, {}", name(), name());
        tags.splice(0..0, ["OVIP".to_owned(), person]);
    }
    tags.push(model.sender.tag.to_owned());
    model.cable.tags = tags;
}

fn subject(model: &mut Model, making: &mut Making<'_>) {
    let count = making.random.between(4, 12);
    let words = making.prose.words(&mut making.random, &making.topic, count).to_uppercase();
    let place = model.sender.name;
    model.cable.subject = Some(if making.random.chance(50) { format!("{place}: {words}") } else { words });
    if model.secrecy.letter != 'U' && making.random.chance(40) {
        model.cable.subject_marking = Some(marking(model));
    }
}

/// The marking that the cable's level asks for.
pub fn marking(model: &Model) -> Marking {
    let (level, controls) = model.secrecy.marking;
    Marking::new(level, controls)
}

fn references(model: &mut Model, making: &mut Making<'_>) {
    if !making.random.chance(61) {
        return;
    }
    let count = making.random.between(1, 4);
    model.cable.references = (0..count).map(|index| reference(model, making, label(index, count))).collect();
}

fn label(index: usize, count: usize) -> Option<String> {
    (count > 1).then(|| char::from(b'A' + index as u8).to_string())
}

/// A cable of another post (a higher serial of one's own would be a puzzle) or an e-mail.
fn reference(model: &Model, making: &mut Making<'_>, label: Option<String>) -> Reference {
    let random = &mut making.random;
    if label.is_some() && random.chance(8) {
        let text = format!(
            "{}-{} EMAIL OF MAY {}",
            making.prose.name(random),
            making.prose.name(random),
            random.between(1, 31)
        );
        return Reference { label, kind: ReferenceKind::Email, cited_mrn: None, note: None, text };
    }
    let others: Vec<_> = POSTS.iter().filter(|post| post.name != model.sender.name).collect();
    let post = others[random.below(others.len())].name;
    let serial = random.between(11, 199_999);
    let year = model.sent.year() % 100;
    let (shown, year) = match random.chance(25) {
        true => (format!("{:02} ", (year + 99) % 100), (year + 99) % 100),
        false => (String::new(), year),
    };
    // A high serial without a year, cited in January, may well be of the year before: nobody could tell.
    let serial = if shown.is_empty() && model.sent.month() == 1 { 11 + serial % 900 } else { serial };
    let note = random.chance(6).then(|| "NOTAL".to_owned());
    let noted = note.as_deref().map(|note| format!(" ({note})")).unwrap_or_default();
    let cited_mrn = Some(format!("{year:02}{}{serial}", post.replace(' ', "")));
    Reference { label, kind: ReferenceKind::Cable, cited_mrn, note, text: format!("{shown}{post} {serial}{noted}") }
}

fn classified_by(model: &mut Model, making: &mut Making<'_>) {
    let random = &mut making.random;
    let section = if model.sent.year() < 2004 { "1.5" } else { "1.4" };
    let position = random.pick(POSITIONS).to_owned();
    let name = format!("{} {}", making.prose.name(random), making.prose.name(random));
    let (reasons, letters) = match random.chance(60) {
        true => ("(b) and (d)", &["b", "d"][..]),
        false => ("(d)", &["d"][..]),
    };
    let text = format!("{position} {name}, reasons {section} {reasons}.");
    model.cable.classified_by = Some(ClassifiedBy { name: Some(name), position: Some(position), office: None, text });
    model.cable.classification_reasons = letters.iter().map(|letter| format!("{section}({letter})")).collect();
}
