//! Reference lines in every form, and what else is read of them.

use super::*;
use crate::parse::tests::forms;

fn read_lines(text: &str) -> (Vec<Reference>, Vec<Code>) {
    let own = CableName {
        mrn: Some("09LIMA9455".to_owned()),
        post: Some("LIMA".to_owned()),
        year: Some(2009),
        serial: Some(9455),
        sent_on: Some(jiff::civil::date(2009, 6, 12)),
        ..CableName::default()
    };
    let mut findings = Findings::default();
    let mut start = 0;
    let mut field: ReferenceField<'_> = (1..)
        .zip(text.split('\n'))
        .map(|(line, text)| {
            let piece = Piece::new(line, start, text);
            start += text.len() + 1;
            piece
        })
        .collect();
    let references = super::read(&mut field, &own, &mut findings);
    (references, findings.finish().iter().map(|found| found.code).collect())
}

/// `label number` of every item, or `label kind "text"` where no cable is cited; `-` if there is none.
fn summary(text: &str) -> String {
    let (references, _) = read_lines(text);
    let item = |item: &Reference| {
        let label = item.label.as_deref().unwrap_or("-");
        match &item.cited_mrn {
            Some(mrn) => format!("{label} {mrn}"),
            None => format!("{label} {} {:?}", item.kind.name(), item.text),
        }
    };
    let items: Vec<String> = references.iter().map(item).collect();
    if items.is_empty() { "-".to_owned() } else { items.join(" | ") }
}

#[test]
fn every_form_gives_its_items() {
    for [text, items] in forms("references") {
        assert_eq!(summary(&text), items, "{text}");
    }
}

#[test]
fn notes_stand_behind_the_number() {
    let note = |text| read_lines(text).0.into_iter().next().and_then(|item| item.note);
    assert_eq!(note("REF: LIMA 9001 (NOTAL)").as_deref(), Some("NOTAL"));
    assert_eq!(note("REF: LIMA 9001, NOTAL").as_deref(), Some("NOTAL"));
    assert_eq!(note("REF: LIMA 9001 PARA 3").as_deref(), Some("PARA 3"));
    assert_eq!(note("REF: LIMA 9001 AND PREVIOUS").as_deref(), Some("AND PREVIOUS"));
    assert_eq!(note("REF: LIMA 9001 (NOTAL), QUITO 12").as_deref(), Some("NOTAL"));
    assert_eq!(note("REF: LIMA 9001 - FERRIES, PART 2").as_deref(), Some("FERRIES, PART 2"));
    assert_eq!(note("REF: LIMA 9001"), None);
}

#[test]
fn what_is_odd_is_told() {
    let codes = |text| read_lines(text).1;
    assert_eq!(codes("REF: 11 QUITO 12"), [Code::ReferenceYearUnlikely]);
    assert_eq!(codes("REF: SANTIAG0 12"), [Code::ReferenceRepaired]);
    assert_eq!(codes("REF: PORT WINTERBOURNE 9525"), [Code::ReferencePostUnknown]);
    assert_eq!(codes("REF: USUN 12, SECSTATE 13, RIO 14, HCMC 15"), []);
}

#[test]
fn the_field_goes_on_as_far_as_it_cites() {
    let continues = |before: &str, next: &str| {
        let mut field: ReferenceField<'_> =
            (1..).zip(before.split('\n')).map(|(line, text)| Piece::new(line, 0, text)).collect();
        continues(&mut field, next, &[])
    };
    assert!(continues("REF: A) STATE 100160", "B) 05 BRASILIA 2538"));
    assert!(continues("REFS: A) STATE 186285\n", "  B) STATE 137429"));
    assert!(continues("REF: (A) RIO DE JANEIRO 09190  (B) RIO\n", "DE JANEIRO 09723"));
    assert!(continues("REF: QUADE (EMB) EMAILS 2/16-17", "STATE 12231"));
    assert!(continues("REFTEL:", "(A) 05 BRASILIA 598,"));
    assert!(continues("REF: KABUL 12,", "KABUL 14"));
    assert!(continues("REF: A. A) 3/14/07 TELCON QUADE - DUTY", "     \u{b6}B. DESK WITH THE CITY"));
    assert!(continues("REF: A. QUADE-HARROWGATE E-MAIL OF 3/14/07 ON", "     THE HARBOR FEES"));
    assert!(!continues("REF: STATE 70210\n", "Per reftel instructions, post on May 9 discussed the third"));
    assert!(!continues("REF: STATE 70210", "Post delivered reftel information to Arshak Manukyan, head of"));
    assert!(!continues("REF: STATE 70210\n", "SUMMARY"));
    assert!(!continues("REF: STATE 70210\n", "1. (C) Summary: the pilots signed."));
    assert!(!continues("REF: STATE 70210\n", "A. THE FIRST OF SEVERAL QUESTIONS"));
    assert!(!continues("REF: STATE 70210", "Classified By: DCM Ilse Quade"));
}

#[test]
fn paragraph_1_may_follow_on_the_line() {
    assert_eq!(
        text_within("REF: STATE 165115 1. Post grants clearance for the visit of four pilots to the harbor.", 5),
        Some(18)
    );
    assert_eq!(text_within("REF: QUADE MEMO, PART 1. HARBOR FEES; STATE 165115", 5), None);
}
