//! The counts of a run to a few lines worth reading.

use std::time::Duration;

use cablegram::convert::Summary;
use indicatif::{DecimalBytes, HumanCount};

use super::console::shown;
use super::escape::escaped;

/// The summary, line by line.
pub fn text(summary: &Summary, elapsed: Duration) -> String {
    let mut lines = found(summary);
    lines.extend(kinds(summary));
    lines.push(line("header form", &list(summary.forms.iter().map(|(form, count)| (*form, *count)))));
    lines.push(line("classified", &list(levels(summary))));
    lines.extend(diagnostics(summary));
    lines.extend(outputs(summary));
    lines.push(line("time", &rate(summary, elapsed)));
    lines.into_iter().flatten().map(|line| line + "\n").collect()
}

fn found(summary: &Summary) -> Vec<Option<String>> {
    let links = Some(summary.links).filter(|&links| links > 0);
    let links = links.map(|links| format!(", and {} not followed", plural(links, "link"))).unwrap_or_default();
    let records = Some(summary.records).filter(|&records| records != summary.found);
    let records = records.map(|records| format!(", {}", plural(records, "record"))).unwrap_or_default();
    let bad = if summary.bad == 0 { "none".to_owned() } else { HumanCount(summary.bad).to_string() };
    vec![
        line("found", &format!("{}{records}, {}{links}", plural(summary.found, "file"), DecimalBytes(summary.bytes))),
        line("cables", &HumanCount(summary.cables).to_string()),
        line("duplicates", &HumanCount(summary.duplicates).to_string()),
        line("bad", &bad),
    ]
}

fn kinds(summary: &Summary) -> Vec<Option<String>> {
    let kinds = list(summary.ignored.iter().map(|(kind, count)| (kind.name(), *count)));
    let all = match kinds.as_str() {
        "" => "0".to_owned(),
        kinds => format!("{}: {kinds}", HumanCount(summary.not_cables())),
    };
    let advised = summary.ignored.keys().filter_map(|kind| Some(format!("{}: {}", kind.name(), kind.advice()?)));
    std::iter::once(line("not cables", &all)).chain(advised.map(|advice| line("", &advice))).collect()
}

fn levels(summary: &Summary) -> impl Iterator<Item = (&str, u64)> {
    summary.classifications.iter().map(|(level, count)| (if level.is_empty() { "none" } else { level }, *count))
}

fn diagnostics(summary: &Summary) -> Vec<Option<String>> {
    let mut codes: Vec<_> = summary.diagnostics.iter().collect();
    codes.sort_by_key(|&(_, count)| std::cmp::Reverse(*count));
    let lines = codes.iter().enumerate().map(|(index, (code, count))| {
        let label = if index == 0 { "diagnostics" } else { "" };
        line(label, &format!("{:>7}  {:<28} {}", HumanCount(**count).to_string(), code.name(), code.severity()))
    });
    lines.collect()
}

fn outputs(summary: &Summary) -> Vec<Option<String>> {
    let mut lines = Vec::new();
    for (index, output) in summary.outputs.iter().enumerate() {
        let label = if index == 0 { "written" } else { "" };
        let (rows, files) = (plural(output.rows, "row"), plural(output.files, "file"));
        lines.push(line(label, &format!("{}: {rows}, {files}, {}", shown(&output.path), DecimalBytes(output.bytes))));
        lines.extend(output.notes.iter().map(|note| line("", note)));
    }
    lines
}

fn rate(summary: &Summary, elapsed: Duration) -> String {
    let seconds = elapsed.as_secs_f64().max(0.000_001);
    let (cables, bytes) = (summary.cables as f64 / seconds, summary.bytes as f64 / seconds);
    format!("{seconds:.2} s, {} cables/s, {}/s", HumanCount(cables as u64), DecimalBytes(bytes as u64))
}

/// A label and its value; nothing where there is no value.
fn line(label: &str, value: &str) -> Option<String> {
    (!value.is_empty()).then(|| format!("{label:<12} {}", escaped(value)))
}

fn list<'n>(counts: impl Iterator<Item = (&'n str, u64)>) -> String {
    let items: Vec<String> = counts.map(|(name, count)| format!("{name} {}", HumanCount(count))).collect();
    items.join(", ")
}

/// `1 file`, `57 files`
pub fn plural(count: u64, thing: &str) -> String {
    format!("{} {thing}{}", HumanCount(count), ending(count))
}

/// What the name of so many things ends in.
pub fn ending(count: u64) -> &'static str {
    if count == 1 { "" } else { "s" }
}
