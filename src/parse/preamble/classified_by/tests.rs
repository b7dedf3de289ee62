//! The forms of the classified-by line, one test a form. All persons are invented.

use super::*;

fn read_lines(text: &str) -> (Classification, Vec<Code>) {
    let context =
        Context { mrn: "09LIMA9455".to_owned(), post: Some("LIMA".to_owned()), year: Some(2009), ..Context::default() };
    let mut findings = Findings::default();
    let lines: Vec<Piece<'_>> = (1..).zip(text.split('\n')).map(|(line, text)| Piece::new(line, 0, text)).collect();
    let found = super::read(&lines, &context, &mut findings);
    (found, findings.diagnostics.iter().map(|found| found.code).collect())
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

#[test]
fn title_before_name() {
    check(
        "Classified By: Ambassador Ilse Quade for reasons 1.4 (b) and (d).",
        "Ilse Quade / Ambassador / - / 1.4(b) 1.4(d)",
    );
    check("Classified By: DCM Ilse Quade, reasons 1.4 (b) and (d)", "Ilse Quade / DCM / - / 1.4(b) 1.4(d)");
    check(
        "Classified By: Charge d'Affaires Tobias J. Merriwether, Reason 1.4 (b,d)",
        "Tobias J. Merriwether / Charge d'Affaires / - / 1.4(b) 1.4(d)",
    );
    check("Classified By: CDA ILSE QUADE FOR REASONS 1.4 (B) AND (D).", "ILSE QUADE / CDA / - / 1.4(b) 1.4(d)");
    check(
        "CLASSIFIED BY: POLITICAL COUNSELOR P. HARROWGATE, REASON: 1.5 (B/D)",
        "P. HARROWGATE / POLITICAL COUNSELOR / - / 1.5(b) 1.5(d)",
    );
    check("Classified By: Acting DCM Ilse van Quade; Reason: 1.4(d).", "Ilse van Quade / Acting DCM / - / 1.4(d)");
    check(
        "Classified By: Pol/Econ Chief Orla Winterbourne per 1.4 (b)",
        "Orla Winterbourne / Pol/Econ Chief / - / 1.4(b)",
    );
    check(
        "Classified By: Minister-Counselor for Political Affairs Ilse Quade, reasons 1.4 b and d",
        "Ilse Quade / Minister-Counselor for Political Affairs / - / 1.4(b) 1.4(d)",
    );
    check(
        "Classified By: Deputy Chief of Mission Tobias Merriwether III. Reason: E.O. 12958 1.4 (b)",
        "Tobias Merriwether III / Deputy Chief of Mission / - / 1.4(b)",
    );
    check(
        "Classified By: EUR/PRA Director Ilse Quade under Section 1.4 (b) and (d)",
        "Ilse Quade / EUR/PRA Director / - / 1.4(b) 1.4(d)",
    );
    check(
        "Classified By: Consul General Marta O'Quellhorst-Dane based on 1.4 (b)",
        "Marta O'Quellhorst-Dane / Consul General / - / 1.4(b)",
    );
    check("Classified By: A/DCM Ilse Quade, 1.4 (b), (d)", "Ilse Quade / A/DCM / - / 1.4(b) 1.4(d)");
    check("Classified By: PolCouns Ilse Quade for 1.4 b+d", "Ilse Quade / PolCouns / - / 1.4(b) 1.4(d)");
    check("Classified By: Embassy Lima DCM Ilse Quade, 1.4(b)(d)", "Ilse Quade / Embassy Lima DCM / - / 1.4(b) 1.4(d)");
    check("Classified By: Amb. Ilse Quade, reasons 1.4(B) and (D)", "Ilse Quade / Amb. / - / 1.4(b) 1.4(d)");
    check(
        "Classified By: Charge d'Affaires a.i. Ilse Quade, reasons 1.4(b) & (d)",
        "Ilse Quade / Charge d'Affaires a.i. / - / 1.4(b) 1.4(d)",
    );
    check(
        "Classified By: Principal Officer William \"Bill\" Quade, Reason 1.4 (b)",
        "William \"Bill\" Quade / Principal Officer / - / 1.4(b)",
    );
    check("Classified By: Ambassador John West for reason 1.4 (b)", "John West / Ambassador / - / 1.4(b)");
}

#[test]
fn name_before_title() {
    check("Classified By: Ilse Quade, DCM, for reasons 1.4 (b) and (d).", "Ilse Quade / DCM / - / 1.4(b) 1.4(d)");
    check(
        "CLASSIFIED BY: Ilse Quade, Consul General, EXEC, DOS.\nREASON: 1.4 (b), (d)",
        "Ilse Quade / Consul General / EXEC, DOS / 1.4(b) 1.4(d)",
    );
    check(
        "CLASSIFIED BY: Marta Quellhorst, Ambassador, U.S. Embassy Lima, Department of State.\nREASON: 1.4 (d)",
        "Marta Quellhorst / Ambassador / U.S. Embassy Lima, Department of State / 1.4(d)",
    );
    check(
        "Classified By: Tobias Merriwether, Jr., Charge d'Affaires, a.i. Reason: 1.4 (b)",
        "Tobias Merriwether, Jr. / Charge d'Affaires, a.i. / - / 1.4(b)",
    );
    check(
        "Classified By: Ilse Quade Political Counselor, Reasons: 1.4 (b and d)",
        "Ilse Quade / Political Counselor / - / 1.4(b) 1.4(d)",
    );
    check("Classified By: Ilse Quade (DCM), reason 1.4 (b)", "Ilse Quade / DCM / - / 1.4(b)");
    check(
        "Classified By: Ilse Quade - Deputy Chief of Mission, 1.4 (b)",
        "Ilse Quade / Deputy Chief of Mission / - / 1.4(b)",
    );
    check(
        "Classified By: ILSE QUADE, DIRECTOR, EUR/PRA, DEPARTMENT OF STATE. REASON: 1.5 (B) AND (D)",
        "ILSE QUADE / DIRECTOR / EUR/PRA, DEPARTMENT OF STATE / 1.5(b) 1.5(d)",
    );
    check("Classified By: Ilse Quade. Reason: 1.4 (b)", "Ilse Quade / - / - / 1.4(b)");
    check("Classified By: Ilse Quade, NEA/MAG, Reason: 1.4 (b)", "Ilse Quade / - / NEA/MAG / 1.4(b)");
}

#[test]
fn title_with_commas() {
    check(
        "Classified By: Charge d'Affaires, a.i., Orla Winterbourne. Reasons: 1. 4 (b/d)",
        "Orla Winterbourne / Charge d'Affaires, a.i. / - / 1.4(b) 1.4(d)",
    );
    check(
        "Classified By: Deputy Assistant Secretary, Bureau of European Affairs, Ilse Quade. Reason: 1.4 (b)",
        "Ilse Quade / Deputy Assistant Secretary / Bureau of European Affairs / 1.4(b)",
    );
    check("Classified By: Ambassador: Ilse Quade. Reason: 1.4 (b)", "Ilse Quade / Ambassador / - / 1.4(b)");
}

#[test]
fn cut_at_the_width_of_the_form() {
    check(
        "Classified By: Deputy Chief of Mission Tobias J. Merriwether for reason\ns 1.4 (b) and (d).",
        "Tobias J. Merriwether / Deputy Chief of Mission / - / 1.4(b) 1.4(d)",
    );
    check(
        "Classified By: Acting Political Counselor Ilse Quade for reason 1.4 (b)\n and (d)",
        "Ilse Quade / Acting Political Counselor / - / 1.4(b) 1.4(d)",
    );
    // In the middle of a name: only the column tells.
    let cut = "Classified By: Deputy Chief of Mission and Acting Ambassador Tobias Mer";
    assert_eq!(cut.len(), 71);
    check(
        &format!("{cut}\nriwether, reasons 1.4 (b)"),
        "Tobias Merriwether / Deputy Chief of Mission and Acting Ambassador / - / 1.4(b)",
    );
    // One column less: the blank was cut off.
    let cut = "Classified By: Deputy Chief of Mission and Acting Director Ilse V Quade";
    assert_eq!(cut.len(), 71);
    let cut = "Classified By: Deputy Chief of Mission and Acting Director Ilse M Quad";
    assert_eq!(cut.len(), 70);
    check(
        &format!("{cut}\nfor reasons 1.4 (b)"),
        "Ilse M Quad / Deputy Chief of Mission and Acting Director / - / 1.4(b)",
    );
    // Archives that collapsed blanks: the word tells.
    check(
        "Classified By: Ambassador Ilse Quade for reaso\nns 1.4 (b) and (d)",
        "Ilse Quade / Ambassador / - / 1.4(b) 1.4(d)",
    );
    check(
        "Classified By: Ambassador Ilse Quade for reasons 1.\n4 (b) and (d)",
        "Ilse Quade / Ambassador / - / 1.4(b) 1.4(d)",
    );
    check(
        "Classified By: Acting Political Counse\nlor Ilse Quade, 1.4 (b)",
        "Ilse Quade / Acting Political Counselor / - / 1.4(b)",
    );
    check(
        "Classified By: Ambassador Ilse Quade, for reasons 1.4 (b) a\nnd (d)",
        "Ilse Quade / Ambassador / - / 1.4(b) 1.4(d)",
    );
}

#[test]
fn labels_of_any_kind() {
    for label in [
        "Classified By:",
        "CLASSIFIED BY",
        "Classfied by:",
        "Classifed By:",
        "Classiied By:",
        "Classified By: Classified by",
        "Classified By: This message classified by",
        "1.  (U)  CLASSIFIED BY",
        "\u{b6}1. (U) Classified by:",
        "(U) Classified by:",
    ] {
        check(&format!("{label} DCM Ilse Quade. Reason: 1.4 (b)"), "Ilse Quade / DCM / - / 1.4(b)");
    }
    check("DCM Ilse Quade. Reason: 1.4 (b)", "Ilse Quade / DCM / - / 1.4(b)");
    check("REASON: 1.4 (b)", "- / - / - / 1.4(b)");
    assert_eq!(read_lines("REASON: 1.4 (b)").0.classified_by, None);
}

#[test]
fn reasons_of_any_kind() {
    for reasons in [
        "1.4 (b) and (d)",
        "1.4 (b), (d)",
        "1.4 (b,d)",
        "1.4 (b/d)",
        "1.4 (b & d)",
        "1.4 (b+d)",
        "1.4 b and d",
        "1.4(b)(d)",
        "1.4 B/D",
        "1.4 ( b) and (d )",
        "1.4 (b) and (d",
        "1. 4 (b) and (d)",
        "1,4 (b) and (d)",
        "1.4 (bd)",
        "1.4b and d",
        "1.4 (b) and 1.4 (d)",
        "E.O. 12958, Section 1.4 (b) and (d)",
        "(b) and (d) of Section 1.4",
        "1.4 (b) and (d). DECLASSIFY ON: 06/12/2019",
    ] {
        check(&format!("Classified By: DCM Ilse Quade. Reasons: {reasons}"), "Ilse Quade / DCM / - / 1.4(b) 1.4(d)");
    }
    for word in [
        "for reasons",
        "reason",
        "REASON:",
        "for",
        "per",
        "under",
        "under section",
        "forreasons",
        "based on",
        "r e a s o n s",
        "reasons(s)",
        "pursuant to E.O. 12958,",
    ] {
        check(&format!("Classified By: DCM Ilse Quade {word} 1.4 (b)"), "Ilse Quade / DCM / - / 1.4(b)");
    }
    check("Classified By: DCM Ilse Quade, 1.4 (b) and 1.5 (d)", "Ilse Quade / DCM / - / 1.4(b) 1.5(d)");
    check("CLASSIFIED BY SECTION 1.5 (B)", "- / - / - / 1.5(b)");
}

#[test]
fn two_names() {
    check(
        "Classified By: Ilse Quade and Tobias Merriwether, reasons 1.4 (b)",
        "Ilse Quade and Tobias Merriwether / - / - / 1.4(b)",
    );
    check(
        "Classified By: DCM Ilse Quade and PolCouns Tobias Merriwether, reasons 1.4 (b)",
        "Ilse Quade and Tobias Merriwether / DCM and PolCouns / - / 1.4(b)",
    );
    check(
        "Classified By: Political and Economic Counselor Ilse Quade, 1.4 (b)",
        "Ilse Quade / Political and Economic Counselor / - / 1.4(b)",
    );
}

#[test]
fn suffixes_stay_with_the_name() {
    check(
        "\u{b6}1.  (U)  CLASSIFIED BY P. HARROWGATE, JR., ACTING DIRECTOR, XX/YY.  REASON: 1.5(D).",
        "P. HARROWGATE, JR. / ACTING DIRECTOR / XX/YY / 1.5(d)",
    );
    check("Classified By: DCM Tobias Merriwether Jr., reason 1.4 (b)", "Tobias Merriwether Jr. / DCM / - / 1.4(b)");
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
    check("CLASSIFIED BY AMBASSAD0R B0HLMANN. REAS0N: 1.5(B,D).", "BOHLMANN / AMBASSADOR / - / 1.5(b) 1.5(d)");
    assert_eq!(read_lines("CLASSIFIED BY AMBASSAD0R B0HLMANN. REAS0N: 1.5(B,D).").1, [Code::ClassifiedByRepaired]);
    check("Classified By: XXXXXXXXXXXXXX for reasons 1.4 (b) and (d).", "[redacted] / - / - / 1.4(b) 1.4(d)");
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

#[test]
fn less_common_forms() {
    check(
        "Classified By: Ambassador Earl Quade. Reasons: 1.4 (b) and (d).",
        "Earl Quade / Ambassador / - / 1.4(b) 1.4(d)",
    );
    check("Classified By: Econoff Ilse Quade for reasons 1.4 (b) and (d)", "Ilse Quade / Econoff / - / 1.4(b) 1.4(d)");
    check(
        "Classified By: Deputy Political Counselor Ilse Quade for Reasons 1.4 (B) and (D)",
        "Ilse Quade / Deputy Political Counselor / - / 1.4(b) 1.4(d)",
    );
    check(
        "Classified By: Charge D'Affaires Ilse M. Quade. Reason: 1.4(a), (b), and (d)",
        "Ilse M. Quade / Charge D'Affaires / - / 1.4(a) 1.4(b) 1.4(d)",
    );
    check(
        "Classified By: DCM Gene A. Cretzer for reasons 1.4 (b) and (d).",
        "Gene A. Cretzer / DCM / - / 1.4(b) 1.4(d)",
    );
    check(
        "Classified By: Acting Deputy Assistant Secretary for Nonproliferation Ilse Quade. Reason: 1.4 (b)",
        "Ilse Quade / Acting Deputy Assistant Secretary for Nonproliferation / - / 1.4(b)",
    );
    check(
        "Classified By: Acting Director for Iraq Ilse Quade. Reason: 1.4 (b)",
        "Ilse Quade / Acting Director for Iraq / - / 1.4(b)",
    );
    check(
        "Classified By: ISN/MTR Director Ilse Quade. Reason: 1.4 (b), (c), (d)",
        "Ilse Quade / ISN/MTR Director / - / 1.4(b) 1.4(c) 1.4(d)",
    );
    check(
        "Classified By: Ilse M. Quade, Deputy Chief of Mission, Embassy Lima; Reason 1.4 (b)",
        "Ilse M. Quade / Deputy Chief of Mission / Embassy Lima / 1.4(b)",
    );
    check(
        "Classified By: Ilse Quade, Political Officer, Political Section, Embassy Lima, State.\nREASON: 1.4 (b), (d)",
        "Ilse Quade / Political Officer / Political Section, Embassy Lima, State / 1.4(b) 1.4(d)",
    );
    check(
        "CLASSIFIED BY: Ilse Quade, Charge, DCM, State.\nREASON: 1.4 (b)",
        "Ilse Quade / Charge, DCM / State / 1.4(b)",
    );
    check(
        "CLASSIFIED BY: ILSE QUADE, ACTING DEPUTY CHIEF OF MISSION. REASON: 1.4 (B) AND (D)",
        "ILSE QUADE / ACTING DEPUTY CHIEF OF MISSION / - / 1.4(b) 1.4(d)",
    );
    check(
        "Classified By: PolMinCouns Ilse Quade for reasons 1.4 (b,d).",
        "Ilse Quade / PolMinCouns / - / 1.4(b) 1.4(d)",
    );
    check(
        "Classified By: Counselor for Political and Economic Affairs Ilse Quade, reasons 1.4 (b) and (d)",
        "Ilse Quade / Counselor for Political and Economic Affairs / - / 1.4(b) 1.4(d)",
    );
    check(
        "Classified By: U.S. Ambassador Ilse Quade per reasons 1.4 (b) and (d)",
        "Ilse Quade / U.S. Ambassador / - / 1.4(b) 1.4(d)",
    );
    check(
        "Classified By: Special Envoy for Sudan Tobias Merriwether, reason 1.4 (b)",
        "Tobias Merriwether / Special Envoy for Sudan / - / 1.4(b)",
    );
    check(
        "Classified By: Consul General Ilse Quade-Dane, Consulate Peshawar; Reasons: 1.4 (b), (d)",
        "Ilse Quade-Dane / Consul General / Consulate Peshawar / 1.4(b) 1.4(d)",
    );
    check("Classified By: Ambssador Ilse Quade. Reason: 1.4 (b)", "Ilse Quade / Ambssador / - / 1.4(b)");
    check(
        "Classified By: Poltical Counslor Ilse Quade. Reason: 1.4 (b)",
        "Ilse Quade / Poltical Counslor / - / 1.4(b)",
    );
    check(
        "Classified By: AMBASSADOR R. NICHOLAS QUADE FOR REASONS 1.5 (B) AND (D).",
        "R. NICHOLAS QUADE / AMBASSADOR / - / 1.5(b) 1.5(d)",
    );
    check(
        "CLASSIFIED BY DCM TOBIAS DE LA MERRIWETHER. REASONS: 1.5 (B, D)",
        "TOBIAS DE LA MERRIWETHER / DCM / - / 1.5(b) 1.5(d)",
    );
    check(
        "(U) Classified by Deputy Assistant Secretary Ilse Quade, EUR. Reason 1.4 (b).",
        "Ilse Quade / Deputy Assistant Secretary / EUR / 1.4(b)",
    );
    check(
        "Classified By: Director, Office of Harbor Affairs, Ilse Quade. Reason: 1.4 (d)",
        "Ilse Quade / Director / Office of Harbor Affairs / 1.4(d)",
    );
    check("Classified By: Ambassador Ilse Quade, Reason 1.4 (b) & (d)", "Ilse Quade / Ambassador / - / 1.4(b) 1.4(d)");
    check(
        "Classified By: AIT Director Ilse Quade, Reasons: 1.4 (b/d)",
        "Ilse Quade / AIT Director / - / 1.4(b) 1.4(d)",
    );
    check("Classified By: CG Ilse Quade, reasons 1.4 (b) and (d)", "Ilse Quade / CG / - / 1.4(b) 1.4(d)");
    check(
        "Classified By: PRT Team Leader Ilse Quade, reasons 1.4 (b) and (d)",
        "Ilse Quade / PRT Team Leader / - / 1.4(b) 1.4(d)",
    );
    check("Classified By: M/C Ilse Quade, reasons 1.4 (b) and (d)", "Ilse Quade / M/C / - / 1.4(b) 1.4(d)");
    check(
        "Classified By: Ambassador Ilse Quade\nfor reasons 1.4 (b) and (d).",
        "Ilse Quade / Ambassador / - / 1.4(b) 1.4(d)",
    );
    check(
        "Classified By: USNATO Deputy Permanent Representative Ilse Quade for reasons 1.4 (b) and (d)",
        "Ilse Quade / USNATO Deputy Permanent Representative / - / 1.4(b) 1.4(d)",
    );
    check("Classified By: A/S Ilse Quade, NEA, reasons 1.4 (b) and (d)", "Ilse Quade / A/S / NEA / 1.4(b) 1.4(d)");
    check(
        "Classified By: Ambassador Ilse Quade for reasons: 1.4(b), 1.4(d)",
        "Ilse Quade / Ambassador / - / 1.4(b) 1.4(d)",
    );
    check(
        "Classified By: Ambassador Ilse Quade; E.O. 12958 reasons 1.4 (b) and (d)",
        "Ilse Quade / Ambassador / - / 1.4(b) 1.4(d)",
    );
    check(
        "Classified By: Ilse Quade, EUR DAS, for reasons 1.4 (b) and (d)",
        "Ilse Quade / EUR DAS / - / 1.4(b) 1.4(d)",
    );
    check(
        "Classified By: Under Secretary Ilse Quade for reasons 1.4 (b) and (d)",
        "Ilse Quade / Under Secretary / - / 1.4(b) 1.4(d)",
    );
    check(
        "Classified By: Ambassador Cameron R. Humeston, for reasons 1.4 (b) and (d)",
        "Cameron R. Humeston / Ambassador / - / 1.4(b) 1.4(d)",
    );
    check(
        "Classified By: Mark Directorson, Pol Counselor, for reasons 1.4 (b)",
        "Mark Directorson / Pol Counselor / - / 1.4(b)",
    );
    check("Classified By: Ambassador Quade: 1.4 (b) and (d)", "Quade / Ambassador / - / 1.4(b) 1.4(d)");
    check(
        "Classified By: Chargé d\u{2019}Affaires Ilse Quade, 1.4 (b)",
        "Ilse Quade / Chargé d\u{2019}Affaires / - / 1.4(b)",
    );
    check("Classified By: Lisa M. Quade, reason 1.4 (b, d)", "Lisa M. Quade / - / - / 1.4(b) 1.4(d)");
    check("Classified By: Col. Ilse Quade, DATT, reason 1.4 (b, d)", "Ilse Quade / Col., DATT / - / 1.4(b) 1.4(d)");
    check("Classified By: Legal Attache Ilse Quade. Reason 1.4 (b).", "Ilse Quade / Legal Attache / - / 1.4(b)");
    check(
        "Classified By: Embassy Lima Charge d'Affaires Ilse Quade. Reason 1.4 (b).",
        "Ilse Quade / Embassy Lima Charge d'Affaires / - / 1.4(b)",
    );
    check(
        "Classified By: Ilse Quade, PRT Team Leader, Kirkuk, Department of State.\nREASON: 1.4 (b), (d)",
        "Ilse Quade / PRT Team Leader / Kirkuk, Department of State / 1.4(b) 1.4(d)",
    );
}
