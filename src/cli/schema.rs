//! `cablegram schema`: the versions of the contract, and one of them in a form that other programs read.

use cablegram::error::Result;

use super::arguments::{SchemaCommand, SchemaOptions as Arguments};
use super::{RunEnding, pages, reading};
use cablegram::schema::Schema;

/// Lists the schemas, or prints one.
pub fn run(arguments: &Arguments) -> Result<RunEnding> {
    match &arguments.what {
        None | Some(SchemaCommand::List) => pages::print(list().as_bytes()),
        Some(SchemaCommand::Show { version, form }) => {
            let schema = reading::schema(version.as_deref())?;
            pages::print(form.of(schema).as_bytes())
        }
    }
}

fn list() -> String {
    let newest = Schema::newest().version();
    let line = |schema: &&Schema| {
        let note = if schema.version() == newest { ", the newest" } else { "" };
        format!("{}  {} columns{note}\n", schema.version(), schema.descriptions().count())
    };
    Schema::all().iter().map(line).collect()
}
