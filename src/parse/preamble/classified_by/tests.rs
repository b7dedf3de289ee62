//! The forms of the classified-by line, one test a form. All persons are invented.

mod fields;
mod names;

use super::*;

fn read_lines(text: &str) -> (Classification, Vec<Code>) {
    let mrn = Some("09LIMA9455".to_owned());
    let own = CableName { mrn, post: Some("LIMA".to_owned()), year: Some(2009), ..CableName::default() };
    let mut findings = Findings::default();
    let lines: Vec<Piece<'_>> = (1..).zip(text.split('\n')).map(|(line, text)| Piece::new(line, 0, text)).collect();
    let found = super::read(&lines, &own, &mut findings);
    (found, findings.finish().iter().map(|found| found.code).collect())
}

/// `name / position / office / reasons`, an absent one as `-`.
fn summary(text: &str) -> String {
    let (found, _) = read_lines(text);
    let who = found.classified_by.unwrap_or_default();
    let shown = |part: Option<String>| part.unwrap_or_else(|| "-".to_owned());
    format!("{} / {} / {} / {}", shown(who.name), shown(who.position), shown(who.office), found.reasons.join(" "))
}

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(summary(text), expected, "{text}");
}
