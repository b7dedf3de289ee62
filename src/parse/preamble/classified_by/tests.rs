//! The classified-by line in every form, and what else is read of it. All persons are invented.

use super::*;
use crate::parse::tests::forms;

fn read_lines(text: &str) -> (Classification, Vec<Code>) {
    let mrn = Some("09LIMA9455".to_owned());
    let own = CableName { mrn, post: Some("LIMA".to_owned()), year: Some(2009), ..CableName::default() };
    let mut findings = Findings::default();
    let lines: Vec<Piece<'_>> = (1..).zip(text.split('\n')).map(|(line, text)| Piece::new(line, 0, text)).collect();
    let found = super::read(&lines, &own, &mut findings);
    (found, findings.finish().iter().map(|found| found.code).collect())
}

#[test]
fn every_form_gives_its_columns() {
    for [text, expected @ ..] in forms::<5>("classified_by") {
        let (found, _) = read_lines(&text);
        let who = found.classified_by.unwrap_or_default();
        let reasons = Some(found.reasons.join(" ")).filter(|reasons| !reasons.is_empty());
        let read = [who.name, who.position, who.office, reasons].map(|column| column.unwrap_or_else(|| "-".to_owned()));
        assert_eq!(read, expected, "{text}");
    }
}

#[test]
fn only_reasons_name_nobody() {
    assert_eq!(read_lines("REASON: 1.4 (b)").0.classified_by, None);
}

#[test]
fn derivative_classification() {
    let derived = |text| read_lines(text).0.derived_from;
    assert_eq!(derived("Classified By: Derived from DSCG 05-01, b and d").as_deref(), Some("DSCG 05-01, b and d"));
    assert_eq!(derived("Derived From: DSCG 05-1. Reason: 1.4 (b)").as_deref(), Some("DSCG 05-1."));
    assert_eq!(derived("Classified By: Multiple Sources").as_deref(), Some("Multiple Sources"));
    assert_eq!(read_lines("Classified By: Derived from DSCG 05-01").0.classified_by, None);
    let (both, _) = read_lines("Classified By: DCM Ilse Quade. Derived from: Multiple Sources");
    assert_eq!(both.classified_by.and_then(|who| who.name).as_deref(), Some("Ilse Quade"));
    assert_eq!(both.derived_from.as_deref(), Some("Multiple Sources"));
}

#[test]
fn what_is_odd() {
    assert_eq!(read_lines("CLASSIFIED BY AMBASSAD0R B0HLMANN. REAS0N: 1.5(B,D).").1, [Code::ClassifiedByRepaired]);
    let (garbled, codes) = read_lines("Classified By: 4Q2 %z_1(9 *77#@ 0=3 Q\"z_1 4&&9");
    assert_eq!((garbled.classified_by.and_then(|who| who.name), codes), (None, vec![Code::ClassifiedByUnreadable]));
    let (found, codes) =
        read_lines("Classified By: LISBON 222\nLISBON 216\nClassified by DCM Ilse Quade; reasons 1.4 b and d.");
    assert_eq!(
        found.references.iter().filter_map(|item| item.cited_mrn.as_deref()).collect::<Vec<_>>(),
        ["09LISBON222", "09LISBON216"]
    );
    assert_eq!(found.classified_by.and_then(|who| who.name).as_deref(), Some("Ilse Quade"));
    assert_eq!(codes, []);
}
