//! Whole headers in, one line of what was read out: variations too small for a case folder of their own.

use super::{Header, read};
use crate::diagnostic::Diagnostic;
use crate::lex::Piece;
use crate::parse::reading::{CableName, Notes};

/// Reads header lines of a cable of 4 March 2008.
fn read_lines(header: &str) -> (Header<'_>, Vec<Diagnostic>) {
    let mut notes = Notes::default();
    let own = CableName { year: Some(2008), ..CableName::default() };
    let mut start = 0;
    let mut lines = Vec::new();
    for (index, text) in header.split('\n').enumerate() {
        lines.push(Piece::new(index as u32 + 1, start, text));
        start += text.len() + 1;
    }
    let header = read(&lines, &own, Some(jiff::civil::date(2008, 3, 4)), &mut notes);
    (header, notes.finish().1)
}

/// Every addressee as `role indicator/name precedence number -exclusion`, then notes and codes.
fn addressees(header: &str) -> Vec<String> {
    let (header, diagnostics) = read_lines(header);
    let mut lines = Vec::new();
    for addressee in &header.addressees {
        let indicator = addressee.routing_indicator.as_ref().map_or(String::new(), |indicator| format!("{indicator}/"));
        let mut line = format!("{} {indicator}{}", addressee.role.name(), addressee.name);
        line.extend(addressee.precedence.map(|precedence| format!(" {}", precedence.name())));
        line.extend(addressee.continuity_number.as_ref().map(|number| format!(" {number}")));
        line.extend(addressee.offices.iter().map(|office| format!(" @{office}")));
        line.extend(addressee.exclusions.iter().map(|name| format!(" -{name}")));
        lines.push(line);
    }
    lines.extend(header.notes.iter().map(|note| format!("note {note}")));
    lines.extend(diagnostics.iter().map(|odd| format!("{} {}", odd.code.name(), odd.line.unwrap_or(0))));
    lines
}

const TOP: &str = "R 041530Z MAR 08\nFM AMEMBASSY LIMA\n";

fn list(lines: &str) -> Vec<String> {
    addressees(&format!("{TOP}{lines}"))
}

#[test]
fn a_line_that_only_goes_on_is_joined() {
    assert_eq!(
        list("TO RUEHC/SECSTATE WASHDC 0001\nINFO RUEABND/DEPT OF HOMELAND SECURITY\nWASHINGTON DC PRIORITY 0412"),
        ["action RUEHC/SECSTATE WASHDC 0001", "info RUEABND/DEPT OF HOMELAND SECURITY WASHINGTON DC PRIORITY 0412"]
    );
    assert_eq!(list("TO RUEHC/SECSTATE WASHDC\nIMMEDIATE 5592"), ["action RUEHC/SECSTATE WASHDC IMMEDIATE 5592"]);
    assert_eq!(
        list("TO RUEKJCS/JOINT STAFF WASHDC//J-3/J-5/\nUSDP// 0412\nRUEHC/SECSTATE WASHDC"),
        ["action RUEKJCS/JOINT STAFF WASHDC 0412 @J-3 @J-5 @USDP", "action RUEHC/SECSTATE WASHDC"]
    );
}

#[test]
fn several_lists_and_keywords() {
    assert_eq!(
        list(
            "TO\nRUEHC/SECSTATE WASHDC 0001\nINFO:\nRUEHQT/AMEMBASSY QUITO\nINFO RUEHBO/AMEMBASSY BOGOTA\nTO: AMEMBASSY BERN"
        ),
        [
            "action RUEHC/SECSTATE WASHDC 0001",
            "info RUEHQT/AMEMBASSY QUITO",
            "info RUEHBO/AMEMBASSY BOGOTA",
            "action AMEMBASSY BERN"
        ]
    );
    assert_eq!(list("to secstate washdc immediate 0412"), ["action secstate washdc IMMEDIATE 0412"]);
}

#[test]
fn several_addressees_on_a_line() {
    assert_eq!(
        list("TO RUEHC/SECSTATE WASHDC 0001 RUEHQT/AMEMBASSY QUITO 0002"),
        ["action RUEHC/SECSTATE WASHDC 0001", "action RUEHQT/AMEMBASSY QUITO 0002", "addressees-run-together 3"]
    );
    assert_eq!(
        list("TO SECSTATE WASHDC 0001\nINFO AMEMBASSY LA PAZ AMEMBASSY QUITO 0002"),
        [
            "action SECSTATE WASHDC 0001",
            "info AMEMBASSY LA PAZ",
            "info AMEMBASSY QUITO 0002",
            "addressees-run-together 4"
        ]
    );
}

#[test]
fn lists_of_exclusions() {
    assert_eq!(
        list("TO NATO POSTS COLLECTIVE\nXMT AMEMBASSY SOFIA\nAMEMBASSY RIGA 0412\nAMEMBASSY BERN"),
        ["action NATO POSTS COLLECTIVE -AMEMBASSY SOFIA", "action AMEMBASSY RIGA 0412", "action AMEMBASSY BERN"]
    );
    assert_eq!(
        list("TO NATO POSTS COLLECTIVE\nAMEMBASSY BERN\nXMT AMEMBASSY SOFIA, AMEMBASSY RIGA"),
        ["action NATO POSTS COLLECTIVE -AMEMBASSY SOFIA -AMEMBASSY RIGA", "action AMEMBASSY BERN"]
    );
    assert_eq!(list("XMT AMEMBASSY SOFIA"), ["note XMT AMEMBASSY SOFIA", "header-line-unknown 3"]);
}

#[test]
fn marks_between_the_lists() {
    assert_eq!(
        list("TO SECSTATE WASHDC\n \nLIMA 00009911  001.2 OF 002\nINFO AMEMBASSY BERN\nGRNC\nBT"),
        ["action SECSTATE WASHDC", "info AMEMBASSY BERN", "note GRNC"]
    );
}

#[test]
fn exclusions_are_posts() {
    assert_eq!(
        list(
            "TO ALL DIPLOMATIC AND CONSULAR POSTS COLLECTIVE\nXMT AMEMBASSY SOFIA\nSPECIAL EMBASSY PROGRAM\nAMEMBASSY BERN"
        ),
        [
            "action ALL DIPLOMATIC AND CONSULAR POSTS COLLECTIVE -AMEMBASSY SOFIA",
            "action SPECIAL EMBASSY PROGRAM",
            "action AMEMBASSY BERN"
        ]
    );
}

#[test]
fn signals_that_look_like_addresses_are_not_cut() {
    let header = "R 041530Z MAR 08 ZUI RUEWABC/2315 2201241\nFM AMEMBASSY LIMA\nTO SECSTATE WASHDC";
    assert_eq!(read_lines(header).0.signals, ["ZUI RUEWABC/2315 2201241"]);
    assert_eq!(addressees(header), ["action SECSTATE WASHDC"]);
}
