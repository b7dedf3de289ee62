//! The forms of reference lines, one test a form.

use super::*;

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
    check("REF: 1234", "- other \"1234\"");
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

#[test]
fn fields_of_nothing_but_marks_take_linear_time() {
    for unit in ["A. ", "A) ", "(", "STATE 1, ", "/", " ", "1 ", "(A) STATE 12 ", "A\n", "-", "AND ", "(A", "REF "] {
        let time = |bytes: usize| {
            let text = format!("REF: {}", unit.repeat(bytes / unit.len()));
            let once = || {
                let started = std::time::Instant::now();
                read_lines(&text);
                started.elapsed()
            };
            (0..3).map(|_| once()).min().unwrap_or_default()
        };
        // Eight times the text takes eight times as long, not 64 times.
        let (short, long) = (time(1 << 13), time(1 << 16));
        assert!(long < short * 32 + std::time::Duration::from_millis(5), "{unit:?}: {short:?} and {long:?}");
    }
}

#[test]
fn hard_cases() {
    check(
        "REF: A. A) 3/14/09 TELCON QUADE - DUTY\n     \u{b6}B. DESK WITH THE CITY\n     \u{b6}C. POLICE LIAISON\n     \u{b6}D. B) LISBON 9972",
        "A telephone \"3/14/09 TELCON QUADE - DUTY DESK WITH THE CITY POLICE LIAISON\" | B 09LISBON9972",
    );
    check("REF: (A) RIO DE JANEIRO 09190  (B) RIO\n\nDE JANEIRO 09723", "A 09RIODEJANEIRO9190 | B 09RIODEJANEIRO9723");
    check(
        "REF: KABUL 9936/9935; B) 06 KABUL 9353/9194 AND PREVIOUS",
        "- 09KABUL9936 | - 09KABUL9935 | B 06KABUL9353 | B 06KABUL9194",
    );
    check("REF: STATE 98314, 99032, (B) 05 OTTAWA 9285", "- 09STATE98314 | - 09STATE99032 | B 05OTTAWA9285");
    check("REF: ALGIERS 9807 AND 08 ALGIERS 9261", "- 09ALGIERS9807 | - 08ALGIERS9261");
    check("REF: A. ASUNCION 9701 (08)\n     \u{b6}B. QUITO 9525-07", "A 08ASUNCION9701 | B 07QUITO9525");
    check("Ref: 9870 Ulaanbaatar", "- 09ULAANBAATAR9870");
    check("REF: 09CAIRO0911; 10-OTTAWA-99; '08 LIMA 12", "- 09CAIRO911 | - 10OTTAWA99 | - 08LIMA12");
    check("REF: O4 CHENNAI 0914, SANTIAG0 9465, COTON0U 9348", "- 04CHENNAI914 | - 09SANTIAGO9465 | - 09COTONOU9348");
    check("REF: TRIPOLI 99227", "- 09TRIPOLI99227");
    check(
        "REF: A) SECDEF R021130Z JUN 07; B) 9 FAM 41.31; C) IIR 7 111 0222 07",
        "A message \"SECDEF R021130Z JUN 07\" | B manual \"9 FAM 41.31\" | C report \"IIR 7 111 0222 07\"",
    );
    check(
        "REF: (A) MERRIWETHER-QUADE E-MAILS 9-22 THRU 10-7 (B) LIMA 9001 (NOTAL)",
        "A email \"MERRIWETHER-QUADE E-MAILS 9-22 THRU 10-7\" | B 09LIMA9001",
    );
    check("REF: PRAGUE 9060 (NO NEWS FROM THE 3RD ROUND)  PRAGUE 9330 (WHO PAYS?)", "- 09PRAGUE9060 | - 09PRAGUE9330");
    check("REF: USUN 9336 & SECSTATE 932089", "- 09USUNNEWYORK9336 | - 09STATE932089");
    check("REF: UNVIE 9544; EMBASSY VIENNA 9450", "- 09UNVIEVIENNA9544 | - 09VIENNA9450");
    check("REF: A. SECTO 0008, B. STATE 55577 (TOSEC 140323)", "A 09SECTO8 | B 09STATE55577");
    check(
        "REF: (A) UNSCR 1737, (B) QUADE-HARROWGATE MEMO OF MAY 3, (C) STATE 9001",
        "A resolution \"UNSCR 1737\" | B other \"QUADE-HARROWGATE MEMO OF MAY 3\" | C 09STATE9001",
    );
    check(
        "REF: QUADE (EMB) EMAILS 2/16-17 TO ENERGY (HARROWGATE)\nSTATE 12231",
        "- email \"QUADE (EMB) EMAILS 2/16-17 TO ENERGY (HARROWGATE)\" | - 09STATE12231",
    );
    check("REF: QUITO 9112, B) MONTEVIDEOO 9525", "- 09QUITO9112 | B 09MONTEVIDEO9525");
    check("REF: A. LIMA 9455\n     \u{b6}B. QUITO 9525\n     \u{b6}C. QUITO 9525", "B 09QUITO9525");
    check(
        "REF: (A)STATE 118258, (B)STATE 146306, (B)STATE 178055",
        "A 09STATE118258 | B 09STATE146306 | B 09STATE178055",
    );
    check("REFS: A) STATE 186285 \n \n  B) STATE 137429", "A 09STATE186285 | B 09STATE137429");
    check(
        "Refs: A) State 68936\n\n B) Quade-Harrowgate emails 05/18/2007\n C) Reykjavik 76 (NOTAL)\n D) State 21535",
        "A 09STATE68936 | B email \"Quade-Harrowgate emails 05/18/2007\" | C 09REYKJAVIK76 | D 09STATE21535",
    );
    check("REF: (A) VATICAN 85;\n(B) SAO PAULO 250 LIMA 00009455 001.2 OF 006", "A 09VATICAN85 | B 09SAOPAULO250");
    check("REF: 08 STATE 74840 LIMA 00009455 001.2 OF 003", "- 08STATE74840");
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
fn less_common_forms() {
    check(
        "REF: A. STATE 30541 B. 08 STATE 129873 \u{b6}C. PARIS 1698",
        "A 09STATE30541 | B 08STATE129873 | C 09PARIS1698",
    );
    check("REF: 2009 PANAMA 000699 2009 PANAMA 000022", "- 09PANAMA699 | - 09PANAMA22");
    check("REF: PANAMA 699 08 PANAMA 12", "- 09PANAMA699 | - 08PANAMA12");
    check("REF: STATE 12345 B. STATE 23456", "- 09STATE12345 | B 09STATE23456");
    check("REF: STATE 12345 (05/12/09)", "- 09STATE12345");
    check("REF: STATE 12345 05/12/09", "- 09STATE12345");
    check("REF: STATE 12345-12346", "- 09STATE12345 | - 09STATE12346");
    check("REF: STATE 12345 - 12346", "- 09STATE12345 | - 09STATE12346");
    check("REF: 1) STATE 123 2) STATE 124", "1 09STATE123 | 2 09STATE124");
    check("REF: A.) STATE 123 B.) STATE 124", "A 09STATE123 | B 09STATE124");
    check("REF: LIMA 900,901,902", "- 09LIMA900 | - 09LIMA901 | - 09LIMA902");
    check("REF: (A). STATE 123, (B). QUITO 12", "A 09STATE123 | B 09QUITO12");
    check("REF: A. CIA TD-314/12345-09; B. STATE 1", "A report \"CIA TD-314/12345-09\" | B 09STATE1");
    check("REF: REO BASRAH 12 AND PRT HILLAH 13", "- 09BASRAH12 | - 09HILLAH13");
    check("REF: DEPTEL 12345", "- 09STATE12345");
    check("REF: SANTO DOMINGO 1611, SANTO DOMINGO 1611", "- 09SANTODOMINGO1611");
    check("REF: A. USUN NEW YORK 971 \u{b6}B. 2008 STATE 112345", "A 09USUNNEWYORK971 | B 08STATE112345");
    check("REFTEL A) DUSHANBE 0102 B) 09 DUSHANBE 1487", "A 09DUSHANBE102 | B 09DUSHANBE1487");
    check("REF: (A) STATE 12345 (NOTAL) (B) QUITO 12 (NOTAL)", "A 09STATE12345 | B 09QUITO12");
    check(
        "REF: STATE 12345 AND NEW DELHI 12 AND HO CHI MINH CITY 13",
        "- 09STATE12345 | - 09NEWDELHI12 | - 09HOCHIMINHCITY13",
    );
    check("REF: MEXICO CITY 12, ADDIS 13, KUALA LUMPUR 14", "- 09MEXICO12 | - 09ADDISABABA13 | - 09KUALALUMPUR14");
    check("REF: BA 12, HK 13, KL 14", "- 09BUENOSAIRES12 | - 09HONGKONG13 | - 09KUALALUMPUR14");
    check("REF: USNATO 247; USEU BRUSSELS 12; BRUSSELS 13", "- 09USNATO247 | - 09USEUBRUSSELS12 | - 09BRUSSELS13");
    check("REF: N'DJAMENA 12; ST. PETERSBURG 13; SANA'A 14", "- 09NDJAMENA12 | - 09STPETERSBURG13 | - 09SANAA14");
    check(
        "REF: A. STATE 123 B. LETTER FROM QUADE C. QUITO 5",
        "A 09STATE123 | B other \"LETTER FROM QUADE\" | C 09QUITO5",
    );
    check(
        "REF: QUADE-HARROWGATE EMAIL OF 12/3/08; ROME 12",
        "- email \"QUADE-HARROWGATE EMAIL OF 12/3/08\" | - 09ROME12",
    );
    check("REF: ROME 12 OF MAY 3", "- 09ROME12");
    check("REF: SEOUL 12, \"THE HARBOR IN 2008\"", "- 09SEOUL12");
}

#[test]
fn paragraph_1_may_follow_on_the_line() {
    assert_eq!(
        text_within("REF: STATE 165115 1. Post grants clearance for the visit of four pilots to the harbor.", 5),
        Some(18)
    );
    assert_eq!(text_within("REF: QUADE MEMO, PART 1. HARBOR FEES; STATE 165115", 5), None);
}
