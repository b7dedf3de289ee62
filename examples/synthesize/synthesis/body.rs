//! Invents the text: numbered paragraphs under headings, summary, comment, tables, redactions, signature.

use cablegram::cable::Paragraph;

use super::model::{Making, Model, Signature};
use super::preamble::marking;

/// Readers take a number of three digits for something else than a paragraph's.
const MOST_PARAGRAPHS: usize = 99;

/// Fills in paragraphs, sections and signature.
pub fn invent(model: &mut Model, making: &mut Making<'_>) {
    let target = size(making);
    let mut written = 0;
    while written < target && model.cable.paragraphs.len() < MOST_PARAGRAPHS {
        let paragraph = paragraph(model, making, (target - written).max(120));
        written += paragraph.text.len() + 12;
        model.cable.paragraphs.push(paragraph);
    }
    summarize(model, making);
    comment(model, making);
    model.cable.redaction_count = redactions(model);
    sections(model);
    if model.cable.paragraphs.last().is_some_and(|last| last.text.contains('\n')) {
        model.layout.signature = Signature::OwnLine;
    }
    model.cable.signers = vec![making.prose.name(&mut making.random).to_uppercase()];
}

/// Sizes of real texts are log-normal: most short, a few very long.
fn size(making: &mut Making<'_>) -> usize {
    let size = (8.74 + 0.78 * making.random.normal()).exp();
    (size as usize).clamp(150, 120_000)
}

fn paragraph(model: &Model, making: &mut Making<'_>, most: usize) -> Paragraph {
    let index = model.cable.paragraphs.len();
    let size = making.random.between(220, 1100).min(most);
    let mut text = making.prose.sentences(&mut making.random, &making.topic, size);
    if making.random.chance(2) {
        redact(&mut text);
    }
    if making.random.chance(2) {
        text = text + "\n\n" + &table(making);
    }
    let heading = (index > 0 && making.random.chance(18)).then(|| heading(making));
    Paragraph {
        number: Some(index as i32 + 1),
        marking: (model.sent.year() >= 1979).then(|| marking(model)),
        heading,
        text,
        ..Paragraph::default()
    }
}

fn heading(making: &mut Making<'_>) -> String {
    let count = making.random.between(2, 5);
    making.prose.words(&mut making.random, &making.topic, count).to_uppercase()
}

/// Blacks out the second word of the second sentence.
fn redact(text: &mut String) {
    let Some(start) = text.find(".  ").map(|end| end + 3) else { return };
    let mut blanks = text[start..].match_indices(' ').map(|(offset, _)| start + offset);
    if let (Some(first), Some(second)) = (blanks.next(), blanks.next())
        && text[first..second].ends_with(char::is_alphabetic)
    {
        text.replace_range(first + 1..second, "[redacted]");
    }
}

fn table(making: &mut Making<'_>) -> String {
    let rows = making.random.between(2, 6);
    let row = |making: &mut Making<'_>| {
        let name = making.prose.name(&mut making.random);
        let (first, second) = (making.random.between(10, 999), making.random.between(1000, 99_999));
        format!("{name:<20}{first:>6}      {second:>8}")
    };
    (0..rows).map(|_| row(making)).collect::<Vec<_>>().join("\n")
}

/// The first paragraph of a longer cable sums it up.
fn summarize(model: &mut Model, making: &mut Making<'_>) {
    if model.cable.paragraphs.len() < 4 || !making.random.chance(65) {
        return;
    }
    let inner = making.prose.sentences(&mut making.random, &making.topic, 400);
    model.cable.paragraphs[0].text = format!("SUMMARY:  {inner}  END SUMMARY.");
    model.cable.summary = Some(inner);
}

/// The last paragraph of a longer cable says what the post thinks.
fn comment(model: &mut Model, making: &mut Making<'_>) {
    if model.cable.paragraphs.len() < 3 || !making.random.chance(45) {
        return;
    }
    let inner = making.prose.sentences(&mut making.random, &making.topic, 300);
    if let Some(last) = model.cable.paragraphs.last_mut() {
        last.text = format!("COMMENT:  {inner}  END COMMENT.");
    }
    model.cable.comments = vec![inner];
}

fn redactions(model: &Model) -> i32 {
    let count = |paragraph: &Paragraph| paragraph.text.matches("[redacted]").count() as i32;
    model.cable.paragraphs.iter().map(count).sum()
}

/// Relays of 2006 and later cut a long telegram into sections; merged, their page lines remain in mid-sentence.
fn sections(model: &mut Model) {
    const SECTION: usize = 6_000;
    if model.sent.year() < 2006 {
        return;
    }
    let mut written = 0;
    for (index, paragraph) in model.cable.paragraphs.iter().enumerate() {
        written += paragraph.text.len();
        if written > SECTION && paragraph.text.len() > 300 && !paragraph.text.contains('\n') {
            model.layout.interrupted.push(index);
            written = 0;
        }
    }
    if model.layout.interrupted.is_empty() {
        return;
    }
    model.cable.section_number = Some(1);
    model.cable.section_count = Some(model.layout.interrupted.len() as i32 + 1);
    for (index, paragraph) in model.cable.paragraphs.iter_mut().enumerate() {
        let before = model.layout.interrupted.iter().filter(|&&interrupted| interrupted < index).count();
        paragraph.section = Some(before as i32 + 1);
    }
}
