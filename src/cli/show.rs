//! `cablegram show`: one cable, normalized, as YAML; or line by line, beside what each line was read as.
//!
//! A row of an output is shown as the output has it, not as this version would read its source.

use std::io::IsTerminal;
use std::num::NonZeroUsize;
use std::path::Path;

use cablegram::arrow::array::{AsArray, RecordBatch};
use cablegram::convert::{self, FeedInput, GivenUp, Ready, Rules, TOOL};
use cablegram::dialect::{Position, Recognized};
use cablegram::error::{Error, Result};
use cablegram::local::{Standing, standing};
use cablegram::package;
use cablegram::parse;
use cablegram::read;
use cablegram::schema::Schema;
use cablegram::source::{DocumentId, FoundFile, Location};
use cablegram::verify;
use cablegram::write::{Batch, Existing, Output, StreamShape, WriteContext};

use super::arguments::{LogFormat, ShowOptions, Voice};
use super::escape::escaped_lines;
use super::explain::{self, Color};
use super::summary::plural;
use super::{RunEnding, pages, say};

/// Prints one cable.
pub fn run(arguments: &ShowOptions, voice: Voice) -> Result<RunEnding> {
    let format = voice.log_format;
    let wanted = wanted(arguments);
    if let Some(row) = row_of_output(&arguments.file, &wanted, format)? {
        return match arguments.explain {
            true => pages::print(explained(find(source_of(&row)?, &Wanted::First, format)?)?.as_bytes()),
            false => put_yaml(row),
        };
    }
    let ready = find(found(&arguments.file)?, &wanted, format)?;
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

fn wanted(arguments: &ShowOptions) -> Wanted {
    match (&arguments.mrn, arguments.record) {
        (Some(mrn), _) => Wanted::Mrn(mrn.clone()),
        (None, Some(number)) => Wanted::Number(number),
        (None, None) => Wanted::First,
    }
}

/// The record that is wanted; reads no further.
fn find(found: FoundFile, wanted: &Wanted, format: LogFormat) -> Result<Ready> {
    let id = found.id.clone();
    let (mut chosen, mut reason, mut count) = (None, String::new(), 0);
    convert::records(found, &Rules::default(), &mut |input| {
        let FeedInput::Record(ready) = input else {
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
        Wanted::Mrn(mrn) => Error::input(format!("{id} has no cable {mrn}; it has {}", plural(count, "record"))),
        Wanted::First => no_cable(&id, &reason),
    })?;
    if matches!(wanted, Wanted::First) && ready.position != Position::Only {
        say::note("cablegram: the first of several records; name an MRN, or give --record N, for another", format);
    }
    Ok(ready)
}

/// The row asked for of an output of this program; `None` if the file is not one.
fn row_of_output(file: &Path, wanted: &Wanted, format: LogFormat) -> Result<Option<RecordBatch>> {
    let file = &package::output_in(file)?;
    if !convert::is_output(file)? {
        return Ok(None);
    }
    let mut count = 0;
    for part in read::parts(file)? {
        let mut reader = read::open_part(&part, &Schema::arrow_of)?;
        while let Some(batch) = reader.next()? {
            let found = match wanted {
                Wanted::First => Some(0),
                Wanted::Number(number) => number.checked_sub(count).map(|row| row as usize),
                Wanted::Mrn(mrn) => row_called(&batch, mrn)?,
            };
            if let Some(row) = found.filter(|row| *row < batch.num_rows()) {
                if matches!(wanted, Wanted::First) && (batch.num_rows() > 1 || reader.next()?.is_some()) {
                    let advice = "name an MRN, or give --record N, for another";
                    say::note(&format!("cablegram: the first of several rows; {advice}"), format);
                }
                return Ok(Some(batch.slice(row, 1)));
            }
            count += batch.num_rows() as u64;
        }
    }
    let file = file.display();
    Err(Error::input(match wanted {
        Wanted::First => format!("{file} has no row"),
        Wanted::Number(number) => format!("{file} has no row {number}; it has {count}, from 0"),
        Wanted::Mrn(mrn) => format!("{file} has no cable {mrn}; it has {}", plural(count, "row")),
    }))
}

fn row_called(batch: &RecordBatch, mrn: &str) -> Result<Option<usize>> {
    let numbers = batch.column_by_name("mrn").and_then(|numbers| numbers.as_string_opt::<i32>());
    let numbers = numbers.ok_or_else(|| Error::usage("the output left out the column mrn; give --record N"))?;
    Ok(numbers.iter().position(|number| number.is_some_and(|number| number.eq_ignore_ascii_case(mrn))))
}

/// The document that a row was made of, in memory.
fn source_of(row: &RecordBatch) -> Result<FoundFile> {
    let source = verify::source_of(row, 0).ok_or_else(|| {
        Error::input("the output left out source or source_text, so its lines cannot be shown; name the original file")
    })??;
    let (id, bytes) = source;
    Ok(FoundFile { id: id.document, location: Location::Memory(bytes) })
}

fn is_called(ready: Ready, mrn: &str) -> bool {
    match ready.transcribe() {
        Recognized::Cable(transcript) => parse::parse(&transcript).cable.mrn.eq_ignore_ascii_case(mrn),
        Recognized::Ignored(_) => false,
    }
}

fn found(file: &Path) -> Result<FoundFile> {
    if file == Path::new("-") {
        return Ok(FoundFile { id: DocumentId::file("-"), location: Location::StandardInput });
    }
    match standing(file)? {
        Standing::Nothing => Err(Error::input(format!("{} does not exist", file.display()))),
        Standing::Folder => Err(Error::input(format!("{} is a folder: name one of its files", file.display()))),
        Standing::File | Standing::Stream => {
            let name = file.file_name().unwrap_or(file.as_os_str());
            Ok(FoundFile { id: DocumentId::file(name.to_string_lossy()), location: Location::File(file.to_owned()) })
        }
    }
}

fn explained(ready: Ready) -> Result<String> {
    let color = match std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|no| no.is_empty()) {
        true => Color::Terminal,
        false => Color::None,
    };
    let id = ready.id.document.clone();
    match ready.transcribe() {
        Recognized::Cable(transcript) => Ok(explain::text(&transcript, color)),
        Recognized::Ignored(kind) => Err(no_cable(&id, kind.name())),
    }
}

fn no_cable(document: &DocumentId, kind: &str) -> Error {
    Error::input(format!("{document} is not shown: {kind}; name one cable, or - for standard input"))
}

fn print_yaml(ready: Ready) -> Result<RunEnding> {
    let (outcome, record) = convert::row_of_record(ready)?;
    let record = record.ok_or_else(|| no_cable(&outcome.id.document, &outcome.status.to_string()))?;
    put_yaml(Schema::newest().batch(&[record]))
}

fn put_yaml(row: RecordBatch) -> Result<RunEnding> {
    let pool = Rules { threads: Some(NonZeroUsize::MIN), ..Rules::default() }.pool()?;
    let context = WriteContext::new(pool, Existing::Refuse, TOOL);
    let mut writer = Output::parse("yaml:-")?.format.open(&row.schema(), &context, StreamShape::SingleRow)?;
    let mut bytes = Vec::new();
    writer.write(&Batch::new(row, Vec::new())?, &mut bytes)?;
    match std::io::stdout().is_terminal() {
        true => pages::print(escaped_lines(&String::from_utf8_lossy(&bytes)).as_bytes()),
        false => pages::print(&bytes),
    }
}
