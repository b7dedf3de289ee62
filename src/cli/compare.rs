//! `cablegram compare`: what differs between two outputs, as sentences or JSON.

use std::fmt::Write;
use std::path::Path;

use cablegram::compare::{self, Comparison, Difference, Example};
use cablegram::error::Result;
use cablegram::local::must_exist;
use cablegram::package;
use serde_json::Value;

use super::arguments::CompareOptions;
use super::escape::escaped;
use super::summary::plural;
use super::{RunEnding, pages};

/// Characters of a value that an example shows; JSON shows all.
const SHOWN: usize = 160;
/// Characters of them that are before the first difference.
const BEFORE: usize = 40;

/// Compares and prints.
pub fn run(arguments: &CompareOptions) -> Result<RunEnding> {
    must_exist(&arguments.old)?;
    must_exist(&arguments.new)?;
    let (old, new) = (package::output_in(&arguments.old)?, package::output_in(&arguments.new)?);
    let comparison = compare::compare(&old, &new)?;
    let text = match arguments.json {
        true => format!("{:#}\n", comparison.to_json()),
        false => sentences(&comparison, &arguments.old, &arguments.new),
    };
    pages::print(text.as_bytes())?;
    Ok(if comparison.is_equal() { RunEnding::Clean } else { RunEnding::Different })
}

fn sentences(comparison: &Comparison, old: &Path, new: &Path) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail, here and below.
    let _ = writeln!(text, "{:>9}  rows in {}", comparison.old_rows, escaped(&old.display().to_string()));
    let _ = writeln!(text, "{:>9}  rows in {}", comparison.new_rows, escaped(&new.display().to_string()));
    let Comparison { added, gone, moved, changed, .. } = comparison;
    for (name, count) in [("added", added), ("gone", gone), ("moved", moved), ("changed", changed)] {
        let _ = writeln!(text, "{count:>9}  {name}");
    }
    put_examples(&mut text, comparison.examples.iter().filter(|example| column_of(example).is_none()));
    for (column, count) in &comparison.columns {
        let _ = writeln!(text, "\n{column}: {}", plural(*count, "row"));
        put_examples(&mut text, comparison.examples.iter().filter(|example| column_of(example) == Some(column)));
    }
    for (names, side) in [(&comparison.only_old, old), (&comparison.only_new, new)] {
        if !names.is_empty() {
            let _ = writeln!(text, "\nonly in {}: {}", escaped(&side.display().to_string()), names.join(", "));
        }
    }
    text
}

fn column_of(example: &Example) -> Option<&String> {
    match &example.difference {
        Difference::Changed { column, .. } => Some(column),
        Difference::Added | Difference::Gone | Difference::Moved { .. } => None,
    }
}

fn put_examples<'e>(text: &mut String, examples: impl Iterator<Item = &'e Example>) {
    for example in examples {
        let row = escaped(&example.row);
        let _ = match &example.difference {
            Difference::Added => writeln!(text, "  added: {row}"),
            Difference::Gone => writeln!(text, "  gone: {row}"),
            Difference::Moved { from } => writeln!(text, "  moved: {} -> {row}", escaped(from)),
            Difference::Changed { old, new, .. } => {
                let [old, new] = clipped(old, new);
                writeln!(text, "  {row}\n    old: {old}\n    new: {new}")
            }
        };
    }
}

/// Two values, each on one line: of long ones, the stretch where they begin to differ.
fn clipped(old: &Value, new: &Value) -> [String; 2] {
    let texts = [old, new].map(Value::to_string);
    let alike = texts[0].chars().zip(texts[1].chars()).take_while(|(old, new)| old == new).count();
    let is_long = texts.iter().any(|text| text.chars().nth(SHOWN).is_some());
    let from = if is_long { alike.saturating_sub(BEFORE) } else { 0 };
    texts.map(|text| {
        let shown: String = text.chars().skip(from).take(SHOWN).collect();
        let before = if from > 0 { "..." } else { "" };
        let after = if text.chars().nth(from + SHOWN).is_some() { "..." } else { "" };
        format!("{before}{}{after}", escaped(&shown))
    })
}
