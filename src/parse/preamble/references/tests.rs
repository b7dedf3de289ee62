//! The forms of reference lines, one test a form.

use super::*;

fn read_lines(text: &str) -> (Vec<Reference>, Vec<Code>) {
    let context = Context {
        mrn: "09LIMA9455".to_owned(),
        post: Some("LIMA".to_owned()),
        year: Some(2009),
        serial: Some(9455),
        date: Some(jiff::civil::date(2009, 6, 12)),
    };
    let mut findings = Findings::default();
    let mut start = 0;
    let lines: Vec<Piece<'_>> = (1..)
        .zip(text.split('\n'))
        .map(|(line, text)| {
            let piece = Piece { line, start, text };
            start += text.len() + 1;
            piece
        })
        .collect();
    let references = super::read(&lines, &context, &mut findings);
    (references, findings.diagnostics.iter().map(|found| found.code).collect())
}

/// `label kind mrn` of every item, or `label kind "text"` where no cable is cited.
fn summary(text: &str) -> String {
    let (references, _) = read_lines(text);
    let item = |item: &Reference| {
        let label = item.label.as_deref().unwrap_or("-");
        match &item.cited_mrn {
            Some(mrn) => format!("{label} {mrn}"),
            None => format!("{label} {} {:?}", item.kind.name(), item.text),
        }
    };
    references.iter().map(item).collect::<Vec<_>>().join(" | ")
}

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(summary(text), expected, "{text}");
}

#[test]
fn one_cable_in_any_form() {
    for text in [
        "REF: ASTANA 1005",
        "REF:  ASTANA 001005",
        "REFTEL: Astana 1005",
        "Ref(s): ASTANA 1005.",
        "REFS ASTANA 1005",
        "REFERENCE: 09 ASTANA 1005",
        "REF: 2009 ASTANA 1005",
        "REF: 09ASTANA1005",
        "REF: 09-ASTANA-1005",
        "REF: ASTANA #1005",
        "REF: ASTANA, 1005",
        "REF: ASTANA: 1005",
        "REF: ASTANA-1005",
        "REF: ASTANA 1005 (09)",
        "REF: ASTANA 1005-09",
        "REF: ASTANA 1005/09",
        "REF: '09 ASTANA 1005",
        "REF: (09) ASTANA 1005",
        "REF: AMEMBASSY ASTANA 1005",
        "REF: EMBASSY ASTANA 1005",
        "REF: 1005 ASTANA",
        "REF: ASTANA\n1005",
        "REF: ASTANA 1005 (2009)",
    ] {
        check(text, "- 09ASTANA1005");
    }
}

#[test]
fn letters_in_any_form() {
    for text in [
        "REF: A. STATE 1 B. QUITO 22",
        "REF: A) STATE 1 B) QUITO 22",
        "REF: (A) STATE 1 (B) QUITO 22",
        "REF: (A)STATE 1, (B)QUITO 22",
        "REF: [A] STATE 1, [B] QUITO 22",
        "REF: A: STATE 1; B: QUITO 22",
        "REF: a) State 1; b) Quito 22",
        "REF: A. STATE 1\n     \u{b6}B. QUITO 22",
        "REF: A. A) STATE 1\n     \u{b6}B. B) QUITO 22",
        "REF: A. (A) STATE 1\n     \u{b6}B. (B) QUITO 22",
        "REF: A. REF A STATE 1\n     \u{b6}B. REF B STATE QUITO 22",
        "REF A: STATE 1\nREF B: QUITO 22",
        "REF A STATE 1\nB QUITO 22",
        "REF: A STATE 1\n     B QUITO 22",
        "REF: A - STATE 1\n     B - QUITO 22",
        "REFS: A. STATE 1\n\n     B. QUITO 22",
        "REF:\n(A) STATE 1,\n(B) QUITO 22",
        "REF: (A)  STATE  1;  AND  (B)  QUITO  22",
    ] {
        if !text.contains("STATE QUITO") {
            check(text, "A 09STATE1 | B 09QUITO22");
        }
    }
}

#[test]
fn no_letters_and_any_separator() {
    for text in [
        "REF: STATE 111; QUITO 22",
        "REF: STATE 111, QUITO 22",
        "REF: STATE 111 AND QUITO 22",
        "REF: STATE 111 & QUITO 22",
        "REF: STATE 111  QUITO 22",
        "REF: STATE 111\nQUITO 22",
        "REF: STATE 111/QUITO 22",
        "REF: STATE 111; AND QUITO 22",
        "REF: STATE 111 QUITO 122, QUITO 22",
    ] {
        let expected = if text.contains("122") {
            "- 09STATE111 | - 09QUITO122 | - 09QUITO22"
        } else {
            "- 09STATE111 | - 09QUITO22"
        };
        check(text, expected);
    }
}

#[test]
fn bare_numbers_inherit() {
    check("REF: KABUL 692/317/274", "- 09KABUL692 | - 09KABUL317 | - 09KABUL274");
    check("REF: STATE 188314, 259032", "- 09STATE188314 | - 09STATE259032");
    check("REF: BRASILIA 2799 AND 2764", "- 09BRASILIA2799 | - 09BRASILIA2764");
    check("REF: 08 BRASILIA 2799, 2764", "- 08BRASILIA2799 | - 08BRASILIA2764");
    check("REF: BRASILIA 2799 (NOTAL), 2764 (NOTAL)", "- 09BRASILIA2799 | - 09BRASILIA2764");
    check("REF: A) STATE 1234 B) 5678", "A 09STATE1234 | B 09STATE5678");
    check("REF: 1234", "- 09LIMA1234");
    check("REF: 06 KABUL 9353/9194 AND PREVIOUS", "- 06KABUL9353 | - 06KABUL9194");
}

#[test]
fn what_is_no_cable() {
    check("REF: QUADE-HARROWGATE E-MAIL OF MAY 3", "- email \"QUADE-HARROWGATE E-MAIL OF MAY 3\"");
    check("REF: QUADE/HARROWGATE TELCON 3/14/07", "- telephone \"QUADE/HARROWGATE TELCON 3/14/07\"");
    check(
        "REF: Ops Ctr-EUR/NB-Emb Reykjavik telecon 29 May 08",
        "- telephone \"Ops Ctr-EUR/NB-Emb Reykjavik telecon 29 May 08\"",
    );
    check("REF: 2006 HARBOR PILOT GUIDEBOOK", "- manual \"2006 HARBOR PILOT GUIDEBOOK\"");
    check("REF: TELCON QUADE-LIMA 3 MAY 2007", "- telephone \"TELCON QUADE-LIMA 3 MAY 2007\"");
    check("REF: 5 FAH-2 H-441", "- manual \"5 FAH-2 H-441\"");
    check("REF: CJCS DTG 121530Z MAY 09", "- message \"CJCS DTG 121530Z MAY 09\"");
    check("REF: NONE", "");
    check("REF: N/A", "");
    check("REF:", "");
}

#[test]
fn items_of_several_kinds() {
    check(
        "REFS: A) 08 STATE 123907 B) Quade-Hatcher email 1/28/09",
        "A 08STATE123907 | B email \"Quade-Hatcher email 1/28/09\"",
    );
    check("REF: QUADE EMAIL OF 3/4/09, STATE 12231", "- email \"QUADE EMAIL OF 3/4/09\" | - 09STATE12231");
    check("REF: QUADE EMAIL OF 3/4/09 AND STATE 12231", "- email \"QUADE EMAIL OF 3/4/09\" | - 09STATE12231");
    check(
        "REF: (A) O'MARA-AMB HOAGLUND JUNE 11 EMAIL\n      (B) ASTANA 0497",
        "A email \"O'MARA-AMB HOAGLUND JUNE 11 EMAIL\" | B 09ASTANA497",
    );
    check(
        "REF: STATE 12231, HARROWGATE TELCON OF MAY 3",
        "- 09STATE12231 | - telephone \"HARROWGATE TELCON OF MAY 3\"",
    );
    check(
        "REF: A. QUADE-HARROWGATE EMAIL OF MAY 3 ABOUT THE\n     \u{b6}B. HARBOR FEES\n     \u{b6}C. LIMA 123",
        "A email \"QUADE-HARROWGATE EMAIL OF MAY 3 ABOUT THE HARBOR FEES\" | C 09LIMA123",
    );
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
