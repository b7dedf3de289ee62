//! Facts of an accession to what there is to decide on: each rule that found something, and those that did not in one word.

use super::facts::{AccessionFacts, Decision, Weight};
use super::info::{Info, Rule};
use crate::convert::MaxBad;

/// The decisions, the gravest first.
pub fn decide(facts: &AccessionFacts, info: &Info, max_bad: MaxBad) -> Vec<Decision> {
    let mut found = Found { info, decisions: Vec::new() };
    arrived(facts, max_bad, &mut found);
    proof(facts, &mut found);
    texts(facts, &mut found);
    markings(facts, &mut found);
    gaps(facts, &mut found);
    changes(facts, &mut found);
    // Within a weight, the order of the page.
    found.decisions.sort_by_key(|decision| decision.weight);
    found.decisions
}

struct Found<'i> {
    info: &'i Info,
    decisions: Vec<Decision>,
}

impl Found<'_> {
    /// A rule that finds something where `count` is above 0.
    fn add(&mut self, rule: Rule, count: u64, section: &'static str, found: String, none: &str) {
        let (weight, sentence) = match count {
            0 => (Weight::Pass, none.to_owned()),
            _ => (self.info.weight(rule), found),
        };
        if !sentence.is_empty() {
            self.decisions.push(Decision { rule: rule.name(), weight, sentence, section });
        }
    }
}

/// `1 cable is`, `57 cables are`: the number, and the words that fit it.
pub fn count(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// `249,020`
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

fn share(part: u64, whole: u64) -> String {
    match part * 100 / whole.max(1) {
        0 => "fewer than 1 in 100".to_owned(),
        share => format!("{share} in 100"),
    }
}

fn arrived(facts: &AccessionFacts, max_bad: MaxBad, found: &mut Found<'_>) {
    let arrived = &facts.arrived;
    let inputs = arrived.cables.count + arrived.copies.count + arrived.not_cables.count + arrived.bad.count;
    let bad = arrived.bad.count;
    let allowed = max_bad.allowed(inputs);
    match bad > allowed {
        true => {
            let sentence = format!("{}; {} allowed.", count(bad, "input is bad", "inputs are bad"), grouped(allowed));
            found.add(Rule::TooManyBad, bad, "arrived", sentence, "");
        }
        false => {
            let sentence =
                format!("{}: unreadable, or read with an error.", count(bad, "input is bad", "inputs are bad"));
            found.add(Rule::Bad, bad, "arrived", sentence, "No input is bad.");
        }
    }
    let copies = arrived.copies.count;
    let sentence = format!(
        "{} the bytes of another, under another name.",
        count(copies, "file or record has", "files or records have")
    );
    found.add(Rule::Copies, copies, "arrived", sentence, "Nothing was delivered twice.");
    let others = arrived.not_cables.count;
    let sentence = format!("{}.", count(others, "file is no cable", "files are no cables"));
    found.add(Rule::NotCables, others, "arrived", sentence, "Every file is a cable, or holds cables.");
    let sentence = format!("{} not followed.", count(arrived.links, "link was", "links were"));
    found.add(Rule::Links, arrived.links, "arrived", sentence, "");
}

fn proof(facts: &AccessionFacts, found: &mut Found<'_>) {
    let proof = &facts.proof;
    let lost = proof.rows - proof.rebuilt;
    let sentence =
        format!("{} of {} cannot be rebuilt from their rows.", grouped(lost), count(proof.rows, "cable", "cables"));
    let none =
        format!("{} of {} can be rebuilt, byte for byte.", grouped(proof.rows), count(proof.rows, "cable", "cables"));
    found.add(Rule::NotRebuilt, lost, "proof", sentence, &none);
    if let Some(files) = proof.output_files {
        let wrong = proof.output_failures.len() as u64;
        let sentence = format!("{} with the files that were made.", count(wrong, "thing is wrong", "things are wrong"));
        let none = format!("{} verified against the originals.", count(files, "file was", "files were"));
        found.add(Rule::Output, wrong, "proof", sentence, &none);
    }
}

fn texts(facts: &AccessionFacts, found: &mut Found<'_>) {
    let (whole, rows) = (&facts.whole, facts.proof.rows);
    let numbers = facts.versions.numbers;
    let sentence =
        format!("{} several texts.", count(numbers, "message reference number has", "message reference numbers have"));
    found.add(Rule::Versions, numbers, "versions", sentence, "Every message reference number has one text.");
    let cut = whole.cut.cables + whole.sections_missing.cables;
    for (rule, cables, one, many) in [
        (Rule::Partial, whole.partial.cables, "cable is a partial extract", "cables are partial extracts"),
        (
            Rule::EnvelopeOnly,
            whole.envelope_only.cables,
            "cable is an envelope without a text",
            "cables are envelopes without a text",
        ),
        (Rule::Cut, cut, "cable is cut or lacks a section", "cables are cut or lack a section"),
    ] {
        found.add(rule, cables, "whole", format!("{}: {}.", count(cables, one, many), share(cables, rows)), "");
    }
    if whole.partial.cables + whole.envelope_only.cables + cut == 0 {
        found.add(Rule::Partial, 0, "whole", String::new(), "No cable is known to be partial or cut.");
    }
    let redacted = whole.redacted.cables;
    let redactions = count(whole.redactions, "redaction", "redactions");
    let sentence = format!("{redactions} in {}.", count(redacted, "cable", "cables"));
    found.add(Rule::Redacted, redacted, "whole", sentence, "No redaction was found.");
    let errors = facts.odd.iter().filter(|oddity| oddity.severity == "error").map(|oddity| oddity.cables).sum();
    let sentence = format!("{} as a whole.", count(errors, "text cannot be trusted", "texts cannot be trusted"));
    found.add(Rule::Errors, errors, "odd", sentence, "");
}

fn markings(facts: &AccessionFacts, found: &mut Found<'_>) {
    let markings = &facts.markings;
    let differ = markings.levels_differ.cables;
    let sentence = format!("The levels of envelope and text differ in {}.", count(differ, "cable", "cables"));
    found.add(Rule::LevelsDiffer, differ, "markings", sentence, "");
    let higher = markings.higher_inside.cables;
    let sentence =
        format!("{} a part of a higher level.", count(higher, "unclassified cable has", "unclassified cables have"));
    found.add(Rule::HigherInside, higher, "markings", sentence, "No unclassified cable has a part of a higher level.");
    let to_come = markings.to_be_declassified.cables;
    let sentence = format!("{} a declassification date that has not come.", count(to_come, "cable has", "cables have"));
    found.add(Rule::ToBeDeclassified, to_come, "markings", sentence, "");
    let protect = markings.protect.cables;
    let sentence = format!("{} to protect a source.", count(protect, "cable asks", "cables ask"));
    found.add(Rule::Protect, protect, "markings", sentence, "");
}

fn gaps(facts: &AccessionFacts, found: &mut Found<'_>) {
    let gaps = &facts.gaps;
    let missing = gaps.numbers - gaps.held;
    let numbers = count(gaps.numbers, "serial number", "serial numbers");
    let sentence = format!("{} of {numbers} between the lowest and the highest held are not here.", grouped(missing));
    found.add(Rule::Gaps, missing, "gaps", sentence, "");
    let cited = count(gaps.cited, "cited cable", "cited cables");
    let sentence = format!("{} of {cited} are not here.", grouped(gaps.cited_absent));
    found.add(Rule::Absent, gaps.cited_absent, "gaps", sentence, "");
}

fn changes(facts: &AccessionFacts, found: &mut Found<'_>) {
    let Some(changes) = &facts.changes else { return };
    let since = |number: u64, one: &str, many: &str| format!("Since the last delivery, {}.", count(number, one, many));
    let (gone, changed, added) = (changes.gone.count, changes.changed.count, changes.added.count);
    let sentence = since(gone, "file or record is gone", "files or records are gone");
    found.add(Rule::Gone, gone, "since", sentence, "Nothing is gone since the last delivery.");
    let sentence = since(
        changed,
        "file or record has other bytes under the same name",
        "files or records have other bytes under the same name",
    );
    found.add(Rule::Changed, changed, "since", sentence, "Nothing has other bytes than in the last delivery.");
    found.add(Rule::Added, added, "since", since(added, "file or record is new", "files or records are new"), "");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        for (number, expected) in
            [(0, "0"), (999, "999"), (1000, "1,000"), (249_020, "249,020"), (1_234_567, "1,234,567")]
        {
            assert_eq!(grouped(number), expected);
        }
        assert_eq!(
            (count(1, "copy is", "copies are"), count(0, "copy", "copies")),
            ("1 copy is".into(), "0 copies".into())
        );
    }
}
