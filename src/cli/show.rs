//! `cablegram show`: one cable, normalized, as YAML; or line by line, beside what each line was read as.

use std::io::IsTerminal;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Mutex;

use cablegram::convert::{self, Event, Limits, Observer, Rules, TOOL};
use cablegram::dialect::{self, Recognized, Transcript};
use cablegram::error::{Error, Result};
use cablegram::schema::Schema;
use cablegram::source::{Document, DocumentId, Found, Location, Step};
use cablegram::write::{Existing, Output, Shape, WriteContext};

use super::arguments::Show;
use super::escape::escaped_lines;
use super::explain::{self, Colour};
use super::{Ending, pages};

/// Prints one cable.
pub fn run(arguments: &Show) -> Result<Ending> {
    let found = found(&arguments.file);
    match arguments.explain {
        true => pages::print(explained(found)?.as_bytes()),
        false => print_yaml(found),
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

fn explained(found: Found) -> Result<String> {
    let document = document(found)?;
    let colour = match std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|no| no.is_empty()) {
        true => Colour::Terminal,
        false => Colour::None,
    };
    let transcript = transcript(document)?;
    Ok(explain::text(&transcript, colour))
}

fn document(found: Found) -> Result<Document> {
    let id = found.id.clone();
    let limit = Limits::default().document_bytes;
    found.read(limit).map_err(|unreadable| no_cable(&id, &unreadable.reason.to_string()))
}

fn transcript(document: Document) -> Result<Transcript> {
    match dialect::recognize(document.bytes, &document.file_name) {
        Recognized::Cable(transcript) => Ok(transcript),
        Recognized::Ignored(kind) => Err(no_cable(&document.id, kind.name())),
    }
}

fn no_cable(document: &DocumentId, kind: &str) -> Error {
    Error::input(format!("{document} is not shown: {kind}; name one cable, or - for standard input"))
}

fn print_yaml(found: Found) -> Result<Ending> {
    let id = found.id.clone();
    let rules = Rules { threads: Some(NonZeroUsize::MIN), ..Rules::new(Schema::v1()) };
    let pool = rules.pool()?;
    let outcome = LastOutcome::default();
    let mut bytes = Vec::new();
    let context = WriteContext { pool: pool.clone(), existing: Existing::Refuse, tool: TOOL.to_owned() };
    let mut writer = Output::parse("yaml:-")?.format.open(rules.schema.arrow(), &context, Shape::SingleRow)?;
    let step = std::iter::once(Step::Found(found));
    let summary = convert::rows(step, &rules, &pool, &outcome, &mut |batch| writer.write(&batch, &mut bytes))?;
    if summary.cables == 0 {
        return Err(no_cable(&id, &outcome.reason()));
    }
    match std::io::stdout().is_terminal() {
        true => pages::print(escaped_lines(&String::from_utf8_lossy(&bytes)).as_bytes()),
        false => pages::print(&bytes),
    }
}

/// Remembers why a document became no row.
#[derive(Default)]
struct LastOutcome(Mutex<String>);

impl LastOutcome {
    fn reason(self) -> String {
        self.0.into_inner().unwrap_or_default()
    }
}

impl Observer for LastOutcome {
    fn event(&self, event: Event<'_>) {
        if let (Event::Input(outcome), Ok(mut reason)) = (event, self.0.lock()) {
            *reason = outcome.status.to_string();
        }
    }
}
