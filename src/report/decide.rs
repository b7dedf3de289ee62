//! Facts of an accession to what there is to decide on: each rule that found something, and those that did not in one word.

use super::facts::{AccessionFacts, Decision, Weight};
use super::info::{Info, Rule};
use crate::convert::MaxBad;
use crate::count::{self, count, grouped};

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

/// `37%`; `<1%` of what is not nothing.
pub fn share(part: u64, whole: u64) -> String {
    match part * 100 / whole.max(1) {
        0 if part > 0 => "<1%".to_owned(),
        share => format!("{share}%"),
    }
}

/// Names after a sentence: `: a.txt, b.txt and 7 more`.
fn named(number: u64, names: &[String]) -> String {
    const SHOWN: usize = 3;
    let shown = &names[..names.len().min(SHOWN)];
    if shown.is_empty() { String::new() } else { format!(": {}", count::named(shown, number)) }
}

fn arrived(facts: &AccessionFacts, max_bad: MaxBad, found: &mut Found<'_>) {
    let arrived = &facts.arrived;
    let counted = [arrived.cables, arrived.copies, arrived.same_cables, arrived.not_cables, arrived.bad]
        .map(|amount| amount.count);
    let inputs = counted.iter().sum();
    let bad = arrived.bad.count;
    let allowed = max_bad.allowed(inputs);
    let damaged = count(bad, "file or record is damaged or unreadable", "files or records are damaged or unreadable");
    match bad > allowed {
        true => {
            let sentence = format!("{damaged}; {} allowed.", grouped(allowed));
            found.add(Rule::TooManyBad, bad, "arrived", sentence, "");
        }
        false => found.add(Rule::Bad, bad, "arrived", format!("{damaged}."), "Everything could be read."),
    }
    if !arrived.filters.is_empty() {
        let sentence = format!("Only a part was looked at: {}.", arrived.filters.join(", "));
        found.decisions.push(Decision { rule: "filters", weight: Weight::Look, sentence, section: "arrived" });
    }
    let copies = arrived.copies.count;
    let sentence = format!(
        "{}{}.",
        count(copies, "file or record is an exact copy of another", "files or records are exact copies of others"),
        named(copies, &arrived.copy_names)
    );
    let same = arrived.same_cables.count;
    let none = if same == 0 { "Nothing was delivered twice." } else { "" };
    found.add(Rule::Copies, copies, "arrived", sentence, none);
    let sentence = format!(
        "{} of an earlier page, and may differ in what is around it{}.",
        count(same, "web page has the cable", "web pages have the cables"),
        named(same, &arrived.same_cable_names)
    );
    found.add(Rule::Copies, same, "arrived", sentence, "");
    let others = arrived.not_cables.count;
    let sentence = format!("{}.", count(others, "file is not a cable", "files are not cables"));
    found.add(Rule::NotCables, others, "arrived", sentence, "Every file is a cable, or holds cables.");
    let sentence = format!("{} not followed.", count(arrived.links, "link was", "links were"));
    found.add(Rule::Links, arrived.links, "arrived", sentence, "");
}

fn proof(facts: &AccessionFacts, found: &mut Found<'_>) {
    let proof = &facts.proof;
    let lost = proof.rows - proof.rebuilt - proof.stretches;
    let cables = count(proof.rows, "cable", "cables");
    let sentence = format!("The original bytes of {} of {cables} cannot be rebuilt.", grouped(lost));
    let none = format!("The original bytes of {} of {cables} can be rebuilt.", grouped(proof.rebuilt));
    found.add(Rule::NotRebuilt, lost, "proof", sentence, &none);
    let sentence = format!(
        "Of {} only the stretch of a web page that it is in can be rebuilt: --html-source page keeps the whole page.",
        count(proof.stretches, "cable", "cables")
    );
    found.add(Rule::Stretches, proof.stretches, "proof", sentence, "");
    if let Some(files) = proof.output_files {
        let wrong = proof.output_failures.len() as u64;
        let sentence = format!("{} in the files that were made.", count(wrong, "fault is", "faults are"));
        let none = format!("{} verified against the originals.", count(files, "file was", "files were"));
        found.add(Rule::Output, wrong, "proof", sentence, &none);
    }
}

fn texts(facts: &AccessionFacts, found: &mut Found<'_>) {
    let (whole, rows) = (&facts.whole, facts.proof.rows);
    let versions = &facts.versions;
    let numbers = versions.numbers;
    let several =
        count(numbers, "message reference number has several texts", "message reference numbers have several texts");
    let names: Vec<String> = versions.examples.iter().map(|version| version.mrn.clone()).collect();
    let sentence = format!("{several}{}.", named(numbers, &names));
    found.add(Rule::Versions, numbers, "versions", sentence, "Every message reference number has one text.");
    let (cut, lacking) = (whole.cut.cables, whole.sections_missing.cables);
    for (rule, cables, one, many) in [
        (Rule::Partial, whole.partial.cables, "cable is a partial extract", "cables are partial extracts"),
        (
            Rule::EnvelopeOnly,
            whole.envelope_only.cables,
            "cable is an envelope without a text",
            "cables are envelopes without a text",
        ),
        (Rule::Cut, cut, "cable breaks off", "cables break off"),
        (Rule::SectionsMissing, lacking, "cable lacks a section", "cables lack sections"),
    ] {
        let sentence = format!("{} ({}).", count(cables, one, many), share(cables, rows));
        found.add(rule, cables, "whole", sentence, "");
    }
    if whole.partial.cables + whole.envelope_only.cables + cut + lacking == 0 {
        found.add(Rule::Partial, 0, "whole", String::new(), "No cable shows that any of it is missing.");
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
    let sentence = format!(
        "{} a portion marking above its level.",
        count(higher, "unclassified cable has", "unclassified cables have")
    );
    let none = "No unclassified cable has a portion marking above its level.";
    found.add(Rule::HigherInside, higher, "markings", sentence, none);
    let to_come = markings.to_be_declassified.cables;
    let sentence = format!("{} a declassification date in the future.", count(to_come, "cable has", "cables have"));
    found.add(Rule::ToBeDeclassified, to_come, "markings", sentence, "");
    let protect = markings.protect.cables;
    let sentence = format!("{} to protect a source.", count(protect, "cable asks", "cables ask"));
    found.add(Rule::Protect, protect, "markings", sentence, "");
}

fn gaps(facts: &AccessionFacts, found: &mut Found<'_>) {
    let gaps = &facts.gaps;
    let missing = gaps.numbers - gaps.held;
    let numbers = count(gaps.numbers, "serial number", "serial numbers");
    let (held, of) = (grouped(gaps.held), "between the lowest and the highest of each post and year");
    let are = if gaps.held == 1 { "is" } else { "are" };
    let sentence = format!("{held} of {numbers} {of} {are} in this delivery ({}).", share(gaps.held, gaps.numbers));
    found.add(Rule::Gaps, missing, "gaps", sentence, "");
    let cited = count(gaps.cited, "cited cable", "cited cables");
    let are = if gaps.cited_absent == 1 { "is" } else { "are" };
    let sentence = format!("{} of {cited} {are} not in this delivery.", grouped(gaps.cited_absent));
    found.add(Rule::Absent, gaps.cited_absent, "gaps", sentence, "");
}

fn changes(facts: &AccessionFacts, found: &mut Found<'_>) {
    let Some(changes) = &facts.changes else { return };
    for (rule, names, one, many, none) in [
        (Rule::Gone, &changes.gone, "file or record is missing", "files or records are missing", "nothing is missing"),
        (
            Rule::Changed,
            &changes.changed,
            "file or record has changed",
            "files or records have changed",
            "nothing has changed",
        ),
        (Rule::Added, &changes.added, "file or record is new", "files or records are new", ""),
    ] {
        let what = count(names.count, one, many);
        let sentence = format!("Since the last delivery, {what}{}.", named(names.count, &names.examples));
        let none = if none.is_empty() { String::new() } else { format!("Since the last delivery, {none}.") };
        found.add(rule, names.count, "since", sentence, &none);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_shares_are_not_nothing() {
        assert_eq!(
            [share(0, 9), share(1, 101), share(1, 3), share(9, 9), share(0, 0)],
            ["0%", "<1%", "33%", "100%", "0%"]
        );
    }

    #[test]
    fn three_names_are_enough() {
        let names = ["a", "b", "c", "d"].map(str::to_owned);
        assert_eq!([named(2, &names[..2]), named(9, &names), named(0, &[])], [": a, b", ": a, b, c and 6 more", ""]);
    }
}
