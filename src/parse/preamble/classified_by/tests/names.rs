//! Who classified: name, position and office, in any order. All persons are invented.

use super::*;

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
    // One column less: the space was cut off.
    let cut = "Classified By: Deputy Chief of Mission and Acting Director Ilse V Quade";
    assert_eq!(cut.len(), 71);
    let cut = "Classified By: Deputy Chief of Mission and Acting Director Ilse M Quad";
    assert_eq!(cut.len(), 70);
    check(
        &format!("{cut}\nfor reasons 1.4 (b)"),
        "Ilse M Quad / Deputy Chief of Mission and Acting Director / - / 1.4(b)",
    );
    // Archives that collapsed spaces: the word tells.
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
