//! `cablegram stats`: what is in an archive and how well it was read, as tables or JSON.

use std::fmt::Write;

use cablegram::convert::{self, OwnMemory, Summary, counts};
use cablegram::error::Result;
use cablegram::stats::{Coverage, Stats};
use cablegram::write::Destinations;
use serde_json::{Map, Value, json};

use super::arguments::{StatsOptions as Arguments, Voice};
use super::console::Console;
use super::convert::beside;
use super::escape::escaped;
use super::signals::Signals;
use super::{RunEnding, pages, reading};

/// Posts that the table names; JSON names all.
const POSTS: usize = 20;

/// Reads, counts and prints.
pub fn run(arguments: &Arguments, voice: Voice, signals: &Signals) -> Result<RunEnding> {
    let selection = reading::selection_of_originals(&arguments.reading, Vec::new())?;
    let rules = reading::rules(&arguments.reading, signals.stop.clone())?;
    let pool = rules.pool()?;
    arguments.reading.report.iter().for_each(|path| signals.clean(beside(path)));
    let console = Console::begin(voice, signals);
    let reported = reading::reported(&arguments.reading, &selection, Destinations::default(), &console)?;
    let mut stats = Stats::default();
    let (mut memory, rules) = (OwnMemory::default(), rules.reading(&selection));
    let summary = convert::rows(&mut memory, selection.walk()?, &rules, &pool, &reported, &mut |batch| {
        stats.add(batch.records());
        Ok(())
    });
    console.end();
    let summary = summary.and_then(|summary| summary.refuse_empty("").map(|()| summary));
    let report = reported.complete(summary.as_ref())?;
    let ending = summary.and_then(|summary| {
        let text = if arguments.json { json_text(&stats, &summary) } else { tables(&stats, &summary) };
        pages::print(text.as_bytes())?;
        let ending = if summary.bad > 0 { RunEnding::WithBadInputs } else { RunEnding::Clean };
        console.log_end(ending, &summary);
        Ok(ending)
    });
    report.publish()?;
    ending
}

fn json_text(stats: &Stats, summary: &Summary) -> String {
    let columns: Map<String, Value> =
        stats.columns.iter().map(|coverage| (coverage.column.clone(), json!(coverage.filled))).collect();
    let years: Map<String, Value> = stats.years.iter().map(|(year, count)| (year_name(*year), json!(count))).collect();
    let posts: Map<String, Value> =
        stats.posts.iter().map(|(post, count)| (post_name(post.as_deref()).to_owned(), json!(count))).collect();
    let all = json!({ "summary": counts(summary), "columns": columns, "years": years, "posts": posts });
    format!("{all:#}\n")
}

fn tables(stats: &Stats, summary: &Summary) -> String {
    let mut text = String::new();
    put(&mut text, "files", kinds(summary));
    put(&mut text, "years", stats.years.iter().map(|(year, count)| (year_name(*year), *count)).collect());
    put(&mut text, "posts", posts(stats));
    let diagnostics =
        stats.diagnostics.iter().map(|((code, severity), count)| (format!("{code} ({severity})"), *count));
    put(&mut text, "diagnostics", diagnostics.collect());
    put_coverage(&mut text, stats);
    text
}

fn kinds(summary: &Summary) -> Vec<(String, u64)> {
    let mut kinds = vec![
        ("found".to_owned(), summary.found),
        ("cable".to_owned(), summary.cables),
        ("duplicate".to_owned(), summary.duplicates),
        ("bad".to_owned(), summary.bad),
    ];
    kinds.extend(summary.ignored.iter().map(|(kind, count)| (kind.name().to_owned(), *count)));
    kinds
}

fn posts(stats: &Stats) -> Vec<(String, u64)> {
    let mut posts: Vec<(String, u64)> =
        stats.posts.iter().map(|(post, count)| (post_name(post.as_deref()).to_owned(), *count)).collect();
    posts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let others: Vec<u64> = posts.drain(POSTS.min(posts.len())..).map(|(_, count)| count).collect();
    if !others.is_empty() {
        posts.push((format!("{} other posts", others.len()), others.iter().sum()));
    }
    posts
}

fn year_name(year: Option<i64>) -> String {
    year.map_or_else(|| "unknown".to_owned(), |year| year.to_string())
}

fn post_name(post: Option<&str>) -> &str {
    post.unwrap_or("unknown")
}

/// A title and one line a count.
fn put(text: &mut String, title: &str, counts: Vec<(String, u64)>) {
    if counts.is_empty() {
        return;
    }
    // Writing to a string cannot fail, here and below.
    let _ = writeln!(text, "{title}");
    for (name, count) in counts {
        let _ = writeln!(text, "{count:>9}  {}", escaped(&name));
    }
    text.push('\n');
}

/// How many of a hundred cables of each form have a value in each column.
fn put_coverage(text: &mut String, stats: &Stats) {
    let _ = write!(text, "{:<26}{:>9}{:>6}", "filled, of 100 cables", "cables", "all");
    for form in stats.forms.keys() {
        let _ = write!(text, "{form:>10}");
    }
    text.push('\n');
    for coverage in &stats.columns {
        put_column(text, stats, coverage);
    }
}

fn put_column(text: &mut String, stats: &Stats, coverage: &Coverage) {
    let total = coverage.total();
    let _ = write!(text, "{:<26}{total:>9}{:>6}", coverage.column, percent(total, stats.rows()));
    for (form, rows) in &stats.forms {
        let filled = coverage.filled.get(form).copied().unwrap_or(0);
        let _ = write!(text, "{:>10}", percent(filled, *rows));
    }
    text.push('\n');
}

/// Of a hundred, rounded down, so that 100 means all and 0 is shown as `.`.
fn percent(part: u64, whole: u64) -> String {
    match part {
        0 => ".".to_owned(),
        part => (part * 100 / whole.max(1)).to_string(),
    }
}
