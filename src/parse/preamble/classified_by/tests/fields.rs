//! Labels, reasons, sources, and what is odd. All persons are invented.

use super::*;

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
