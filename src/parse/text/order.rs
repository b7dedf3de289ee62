//! What is odd in the order of paragraph numbers: gaps, repetitions, restarts.
//!
//! Looks at the accepted numbers only, and never changes them.

use std::collections::HashSet;

use crate::diagnostic::Code;
use crate::parse::reading::Findings;

use super::lines::{NumberedStart, TextLine};

/// Reports every number that is not the one after the last; `taken` are those that the preamble used.
pub fn report(starts: &[NumberedStart], lines: &[TextLine<'_>], taken: &[i32], findings: &mut Findings) {
    if counts_on(starts) {
        return;
    }
    let mut taken = taken;
    for run in runs(starts) {
        report_run(run, lines, taken, findings);
        taken = &[];
    }
    for restart in starts.iter().skip(1).filter(|start| start.numbered.number == 1) {
        findings.report(Code::ParagraphsRestart, &lines[restart.line].piece, "1");
    }
}

/// Reports the order of numbers that begin at 1 once.
fn report_run(run: &[NumberedStart], lines: &[TextLine<'_>], taken: &[i32], findings: &mut Findings) {
    if counts_on(run) {
        return;
    }
    let numbers = run.iter().map(|start| start.numbered.number);
    let all: HashSet<i32> = numbers.chain(taken.iter().copied()).collect();
    let mut seen = HashSet::new();
    let mut highest = 0;
    for start in run {
        let number = start.numbered.number;
        let piece = &lines[start.line].piece;
        let missing = (highest + 1..number).filter(|number| !all.contains(number));
        let missing: Vec<String> = missing.map(|number| number.to_string()).collect();
        if !missing.is_empty() {
            findings.report(Code::ParagraphMissing, piece, missing.join(", "));
        }
        if !seen.insert(number) {
            findings.report(Code::ParagraphRepeated, piece, number.to_string());
        } else if number < highest {
            findings.report(Code::ParagraphOutOfOrder, piece, format!("{number} behind {highest}"));
        }
        highest = highest.max(number);
    }
}

/// Whether the numbers continue from 1 without a gap.
fn counts_on(run: &[NumberedStart]) -> bool {
    run.iter().zip(1..).all(|(start, number)| start.numbered.number == number)
}

/// The starts, cut wherever the numbers begin at 1 again.
fn runs(starts: &[NumberedStart]) -> Vec<&[NumberedStart]> {
    let mut runs = Vec::new();
    let mut first = 0;
    for (index, _) in starts.iter().enumerate().skip(1).filter(|(_, start)| start.numbered.number == 1) {
        runs.push(&starts[first..index]);
        first = index;
    }
    runs.push(&starts[first..]);
    runs
}
