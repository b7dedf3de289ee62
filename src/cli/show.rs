//! `cablegram show`: one cable, normalized, as YAML; or line by line, beside what each line was read as.

use std::io::IsTerminal;
use std::num::NonZeroUsize;
use std::path::Path;

use cablegram::convert::{self, GivenUp, Input, Ready, Rules, TOOL};
use cablegram::dialect::{Position, Recognized};
use cablegram::error::{Error, Result};
use cablegram::parse;
use cablegram::schema::Schema;
use cablegram::source::{DocumentId, Found, Location};
use cablegram::write::{Batch, Existing, Output, Shape, WriteContext};

use super::arguments::Show;
use super::escape::escaped_lines;
use super::explain::{self, Colour};
use super::{Ending, pages};

/// Prints one cable.
pub fn run(arguments: &Show) -> Result<Ending> {
    let ready = find(found(&arguments.file), &wanted(arguments))?;
    match arguments.explain {
        true => pages::print(explained(ready)?.as_bytes()),
        false => print_yaml(ready),
    }
}

/// Which record of a file is shown.
enum Wanted {
    First,
    Number(u64),
    Mrn(String),
}

fn wanted(arguments: &Show) -> Wanted {
    match (&arguments.mrn, arguments.record) {
        (Some(mrn), _) => Wanted::Mrn(mrn.clone()),
        (None, Some(number)) => Wanted::Number(number),
        (None, None) => Wanted::First,
    }
}

/// The record that is wanted; reads no further.
fn find(found: Found, wanted: &Wanted) -> Result<Ready> {
    let id = found.id.clone();
    let (mut chosen, mut reason, mut count) = (None, String::new(), 0);
    convert::records(found, &Rules::default(), &mut |input| {
        let Input::Record(ready) = input else {
            reason = input.reason();
            return Ok(());
        };
        count += 1;
        let is_wanted = match wanted {
            Wanted::First => true,
            Wanted::Number(number) => *number == count - 1,
            Wanted::Mrn(mrn) => is_called(ready.clone(), mrn),
        };
        if !is_wanted {
            return Ok(());
        }
        chosen = Some(ready);
        Err(GivenUp)
    });
    let ready: Ready = chosen.ok_or_else(|| match wanted {
        Wanted::Number(number) => Error::input(format!("{id} has no record {number}; it has {count}, from 0")),
        Wanted::Mrn(mrn) => Error::input(format!("{id} has no cable {mrn}; it has {count} records")),
        Wanted::First => no_cable(&id, &reason),
    })?;
    if matches!(wanted, Wanted::First) && ready.position != Position::Only {
        eprintln!("cablegram: the first of several records; name an MRN, or give --record N, for another");
    }
    Ok(ready)
}

fn is_called(ready: Ready, mrn: &str) -> bool {
    match ready.transcribe() {
        Recognized::Cable(transcript) => parse::parse(&transcript).cable.mrn.eq_ignore_ascii_case(mrn),
        Recognized::Ignored(_) => false,
    }
}

fn found(file: &Path) -> Found {
    match file == Path::new("-") {
        true => Found { id: DocumentId::file("-"), location: Location::StandardInput },
        false => {
            let name = file.file_name().unwrap_or(file.as_os_str());
            Found { id: DocumentId::file(name.to_string_lossy()), location: Location::File(file.to_owned()) }
        }
    }
}

fn explained(ready: Ready) -> Result<String> {
    let colour = match std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|no| no.is_empty()) {
        true => Colour::Terminal,
        false => Colour::None,
    };
    let id = ready.id.document.clone();
    match ready.transcribe() {
        Recognized::Cable(transcript) => Ok(explain::text(&transcript, colour)),
        Recognized::Ignored(kind) => Err(no_cable(&id, kind.name())),
    }
}

fn no_cable(document: &DocumentId, kind: &str) -> Error {
    Error::input(format!("{document} is not shown: {kind}; name one cable, or - for standard input"))
}

fn print_yaml(ready: Ready) -> Result<Ending> {
    let rules = Rules { threads: Some(NonZeroUsize::MIN), ..Rules::new(Schema::v1()) };
    let pool = rules.pool()?;
    let (outcome, record) = convert::row(ready)?;
    let record = record.ok_or_else(|| no_cable(&outcome.id.document, &outcome.status.to_string()))?;
    let batch = Batch::new(rules.schema.batch(&[record]), Vec::new())?;
    let context = WriteContext::new(pool, Existing::Refuse, TOOL);
    let mut writer = Output::parse("yaml:-")?.format.open(rules.schema.arrow(), &context, Shape::SingleRow)?;
    let mut bytes = Vec::new();
    writer.write(&batch, &mut bytes)?;
    match std::io::stdout().is_terminal() {
        true => pages::print(escaped_lines(&String::from_utf8_lossy(&bytes)).as_bytes()),
        false => pages::print(&bytes),
    }
}
