//! Our own outputs to other outputs: rows are read back, proven, and written again.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use rayon::ThreadPool;

use super::event::{Event, Observer};
use super::feed::Stored;
use super::{Duplicates, InUse, Lanes, Plan, Reread, Rules, Summary, pipeline, rows, written};
use crate::contract::{marks_inventory, marks_text_output};
use crate::dialect::HEAD;
use crate::error::{Error, Result};
use crate::local::{Standing, standing};
use crate::read::{self, FileClaim, OutputPart, Reader};
use crate::schema::Schema;
use crate::source::Selection;
use crate::write::digest::Digest;
use crate::write::{list_of, naming_columns, whole_of_partition};

/// Endings of the files that outputs are.
const ENDINGS: [&str; 3] = ["parquet", "arrow", "arrows"];
/// Endings that outputs share with dumps and pages.
const TEXT_ENDINGS: [&str; 5] = ["xml", "yaml", "yml", "jsonl", "ndjson"];

/// Whether the path looks like an output of this program: the folder of a dataset, or one of its partitions, or a file with
/// such an ending that is no cable by its beginning, and no table of another program by its end.
///
/// # Errors
/// Of kind `Io` if it cannot be looked at.
pub fn is_output(path: &Path) -> Result<bool> {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    Ok(match standing(path)? {
        Standing::Nothing | Standing::Stream => false,
        Standing::Folder => list_of(path)?.is_some() || whole_of_partition(path)?.is_some(),
        // What cannot be read is said to be so later.
        Standing::File if ENDINGS.contains(&ending) => !read::is_foreign(path).unwrap_or(false),
        Standing::File => TEXT_ENDINGS.contains(&ending) && is_marked(path),
    })
}

/// Whether a text says that it holds rows of this program. What cannot be read is said to be so later.
fn is_marked(path: &Path) -> bool {
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(HEAD as u64).read_to_end(&mut head));
    read.is_ok() && marks_text_output(&head) && !marks_inventory(&head)
}

/// Whether the inputs, of which `paths` are those that are named, are outputs of this program: read whole, and not together
/// with cables.
///
/// # Errors
/// Of kind `Usage` if they are read with cables or in part, `Io` if one of them cannot be looked at.
pub fn are_outputs(paths: &[PathBuf], selection: &Selection) -> Result<bool> {
    let mut ours = 0;
    for path in paths {
        ours += usize::from(is_output(path)?);
    }
    if ours == 0 {
        return Ok(false);
    }
    if ours < selection.inputs.len() {
        return Err(Error::usage("cables and outputs of cablegram are not read together; read them one by one"));
    }
    if selection.base.is_some() || !selection.filter.is_empty() {
        let advice = "leave out include, exclude and base, or give the original files as input";
        return Err(Error::usage(format!(
            "outputs of cablegram are read whole, under the names that they hold; {advice}"
        )));
    }
    Ok(true)
}

/// Writes the rows of `outputs` to the outputs of the plan; its selection is not looked at. Rows keep their schema; where
/// an output is to have another, the text that each row keeps is parsed again.
///
/// # Errors
/// [`ErrorKind::Verification`](crate::error::ErrorKind::Verification) if an output is damaged, or if two of them do not
/// hold the same columns.
pub fn reconvert(plan: &Plan, outputs: &[PathBuf], observer: &dyn Observer) -> Result<Summary> {
    plan.destinations()?.refuse_inputs(outputs.iter().map(PathBuf::as_path))?;
    let parts: Vec<OutputPart> = outputs.iter().map(|path| read::parts(path)).collect::<Result<Vec<_>>>()?.concat();
    let (own, columns) = columns(&parts)?;
    let usual = if plan.reread == Reread::KeepsSchema { own } else { plan.rules.schema };
    let schemas = InUse::of(plan, usual)?;
    let is_other = |schema: &&Schema| schema.version() != own.version();
    if schemas.all.iter().any(is_other) || plan.reread == Reread::TakesSchemaOfRules && !are_all_of(own, &parts)? {
        return parsed_again(plan, &schemas, outputs, observer);
    }
    let schemas = InUse { columns: vec![columns.clone()], ..schemas };
    written(plan, &schemas, observer, |pool, lanes, _| {
        let mut run = Again { plan, columns: &columns, pool, lanes, observer, summary: Summary::default() };
        for part in &parts {
            run.rewrite(part)?;
        }
        for path in outputs {
            run.summary.list(&read::lists_of_folder(path)?)?;
        }
        Ok(run.summary)
    })
}

/// Parses the text of every row again.
fn parsed_again(plan: &Plan, schemas: &InUse, outputs: &[PathBuf], observer: &dyn Observer) -> Result<Summary> {
    // What is a row already is no copy, however often it is there.
    let rules = Rules { duplicates: Duplicates::Keep, ..plan.rules.clone() };
    let stored = Stored::open(outputs, rules.limits, rules.stop.clone())?;
    let lists = stored.lists.clone();
    written(plan, schemas, observer, |pool, lanes, _| {
        let mut emit = |rows: Vec<_>| lanes.send_each(&rows);
        let mut summary = pipeline::rows_of_each(&schemas.all, stored, &rules, pool, observer, &mut emit)?;
        summary.listed.clear();
        summary.take(lists);
        Ok(summary)
    })
}

/// The schema of the rows, and the columns they will have: those of the first part that has rows, else all.
pub fn columns(parts: &[OutputPart]) -> Result<(&'static Schema, SchemaRef)> {
    let mut empty = None;
    for part in parts {
        let mut reader = open(part)?;
        let schema = Schema::named(reader.version()).map_err(Error::verification)?;
        if let Some(batch) = reader.next()? {
            let columns = batch.schema();
            let are_all = columns.fields().len() == schema.arrow().fields().len();
            let columns = if are_all { columns } else { Arc::new(naming_columns(columns.as_ref().clone())) };
            return Ok((schema, columns));
        }
        empty = empty.or(Some(schema));
    }
    let schema = empty.unwrap_or(Schema::newest());
    Ok((schema, schema.arrow().clone()))
}

/// Whether all these files have rows of this schema.
pub fn are_all_of(schema: &Schema, parts: &[OutputPart]) -> Result<bool> {
    for part in parts {
        if read::open_part(part, &Schema::arrow_of)?.version() != schema.version() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Opens a part whose rows are whole.
pub fn open(part: &OutputPart) -> Result<Box<dyn Reader>> {
    let reader = read::open_part(part, &Schema::arrow_of)?;
    // The one part of a folder without rows is in no partition.
    let has_rows = reader.claim().is_none_or(|claim| claim.rows > 0);
    match reader.left_out().filter(|_| has_rows) {
        None => Ok(reader),
        Some(column) => Err(Error::usage(format!(
            "{0} is a part of a folder by={column} and lacks that column: give the folder of the dataset, not its parts",
            part.path.display()
        ))),
    }
}

/// What a part is whose rows are not like those before it.
pub fn other_columns(part: &OutputPart) -> Error {
    let path = part.path.display();
    let advice = "convert them one by one, or all to one, with --schema v2 for example";
    Error::verification(format!("{path} does not hold the same columns as the inputs before it: {advice}"))
}

struct Again<'r> {
    plan: &'r Plan,
    columns: &'r SchemaRef,
    pool: &'r ThreadPool,
    lanes: &'r Lanes,
    observer: &'r dyn Observer,
    summary: Summary,
}

impl Again<'_> {
    fn rewrite(&mut self, part: &OutputPart) -> Result<()> {
        let mut reader = open(part)?;
        let mut digest = Digest::new(self.columns);
        while let Some(records) = reader.next()? {
            self.plan.rules.stop.check()?;
            let whole = records.num_rows();
            let records = self.within_limit(records);
            let cut = records.num_rows() < whole;
            self.send(part, records, &mut digest)?;
            if cut {
                self.summary.left_out.limited = true;
                return Ok(());
            }
        }
        self.summary.found += 1;
        self.summary.list(&reader.lists())?;
        match reader.claim() {
            Some(claim) => prove(part, &claim, digest),
            None => Ok(()),
        }
    }

    fn send(&mut self, part: &OutputPart, records: RecordBatch, digest: &mut Digest) -> Result<()> {
        if records.schema().fields() != self.columns.fields() {
            return Err(other_columns(part));
        }
        self.summary.cables += records.num_rows() as u64;
        let batch = self.pool.install(|| rows::sealed(records))?;
        digest.push(batch.seals());
        self.lanes.send(batch)?;
        self.observer.event(Event::Batch(&self.summary));
        Ok(())
    }

    /// As many of the rows as the run may still write.
    fn within_limit(&self, records: RecordBatch) -> RecordBatch {
        let left = self.plan.rules.row_limit.map_or(u64::MAX, |limit| limit.saturating_sub(self.summary.cables));
        let rows = usize::try_from(left).unwrap_or(usize::MAX).min(records.num_rows());
        records.slice(0, rows)
    }
}

fn prove(part: &OutputPart, claim: &FileClaim, digest: Digest) -> Result<()> {
    let proof = digest.finish();
    if proof.rows == claim.rows && proof.hexadecimal() == claim.digest {
        return Ok(());
    }
    let path = part.path.display();
    Err(Error::verification(format!(
        "{path} is damaged: its rows are not those it was written with; see cablegram verify"
    )))
}
