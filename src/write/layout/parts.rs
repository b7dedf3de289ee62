//! Rows to numbered parts, each about as large as asked for.
//!
//! Where a part ends depends on its rows alone, never on the batches they came in: its size is only looked at after
//! every `STEP` rows.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;

use super::disk::DiskFile;
use super::folder::Folder;
use super::stream::{Ended, Stream};
use crate::error::Result;
use crate::in_order::InOrder;
use crate::write::digest::Hashed;
use crate::write::{Batch, Format, StreamShape, WriteContext};

/// Rows of a part between two looks at its size.
const STEP: usize = 128;

/// What every part has in common.
pub struct PartsPlan {
    /// The encoding.
    pub format: Arc<dyn Format>,
    /// The columns.
    pub schema: SchemaRef,
    /// What the run lends.
    pub context: WriteContext,
    /// Bytes after which the next part begins.
    pub file_size: u64,
}

/// Parts in one folder; at most one is open.
pub struct Parts {
    /// What comes before the names: nothing, or a folder and `/`.
    prefix: String,
    number: u32,
    /// The value of the partition, where the prefix does not tell it.
    value: Option<String>,
    open: Option<OpenPart>,
}

struct OpenPart {
    name: String,
    value: Option<String>,
    rows: usize,
    stream: Stream<Hashed<DiskFile>>,
}

impl Parts {
    /// No part yet; `prefix` comes before their names.
    pub fn new(prefix: impl Into<String>) -> Parts {
        Parts { prefix: prefix.into(), number: 0, value: None, open: None }
    }

    /// Ends the open part; rows to come are of a partition with `value`, where the prefix does not tell it.
    pub fn turn_to(&mut self, folder: &mut Folder, value: Option<String>) -> Result<()> {
        self.value = value;
        self.open.take().map_or(Ok(()), |part| end(part, folder))
    }

    /// Takes more rows.
    pub fn write(&mut self, plan: &PartsPlan, folder: &mut Folder, rows: &Batch) -> Result<()> {
        let mut start = 0;
        while start < rows.len() {
            let to_next_look = STEP - self.open.as_ref().map_or(0, |part| part.rows % STEP);
            let taken = to_next_look.min(rows.len() - start);
            self.write_step(plan, folder, &rows.slice(start, taken))?;
            start += taken;
        }
        Ok(())
    }

    fn write_step(&mut self, plan: &PartsPlan, folder: &mut Folder, rows: &Batch) -> Result<()> {
        let mut part = match self.open.take() {
            Some(part) => part,
            None => self.start(plan, folder)?,
        };
        part.stream.write(rows)?;
        part.rows += rows.len();
        if part.rows.is_multiple_of(STEP) && part.stream.size() >= plan.file_size {
            return end(part, folder);
        }
        self.open = Some(part);
        Ok(())
    }

    /// Ends the last part; a folder without rows still gets one, for its schema.
    pub fn finish(mut self, plan: &PartsPlan, folder: &mut Folder) -> Result<()> {
        match self.open.take() {
            Some(part) => end(part, folder),
            None if self.number == 0 => end(self.start(plan, folder)?, folder),
            None => Ok(()),
        }
    }

    fn start(&mut self, plan: &PartsPlan, folder: &Folder) -> Result<OpenPart> {
        let name = part_name(&self.prefix, self.number, plan);
        self.number += 1;
        let file = folder.create(&name).map_err(|error| folder.failure(&name, error))?;
        let writer = plan.format.open(&plan.schema, &plan.context, StreamShape::Rows)?;
        let stream = Stream::new(writer, file, folder.target().join(&name));
        Ok(OpenPart { name, value: self.value.clone(), rows: 0, stream })
    }
}

fn part_name(prefix: &str, number: u32, plan: &PartsPlan) -> String {
    format!("{prefix}part-{number:05}.{}", plan.format.extension())
}

fn end(part: OpenPart, folder: &mut Folder) -> Result<()> {
    let ended = part.stream.finish()?;
    folder.add(&part.name, part.value.as_deref(), ended)
}

/// Small parts, each the only one after its prefix: written side by side on the pool, listed in order.
pub struct SmallParts {
    plan: Arc<PartsPlan>,
    under_way: InOrder<EndedPart>,
}

struct EndedPart {
    name: String,
    value: Option<String>,
    ended: Ended<Hashed<DiskFile>>,
}

impl SmallParts {
    /// No part yet. Holds the rows of two parts more than there are threads.
    pub fn new(plan: PartsPlan) -> SmallParts {
        let most = plan.context.pool.current_num_threads() + 2;
        SmallParts { plan: Arc::new(plan), under_way: InOrder::new(most) }
    }

    /// What the parts have in common.
    pub fn plan(&self) -> &PartsPlan {
        &self.plan
    }

    /// Starts to write a part of `rows`, in pieces that the task asks for; `value` as of [`Parts::turn_to`].
    pub fn start(
        &mut self,
        folder: &mut Folder,
        prefix: &str,
        value: Option<String>,
        mut rows: impl Iterator<Item = Result<Batch>> + Send + 'static,
    ) -> Result<()> {
        if self.under_way.is_full() {
            self.list_next(folder)?;
        }
        let name = part_name(prefix, 0, &self.plan);
        let file = folder.create(&name).map_err(|error| folder.failure(&name, error))?;
        let (plan, shown) = (self.plan.clone(), folder.target().join(&name));
        self.under_way.start(&self.plan.context.pool, move || {
            let writer = plan.format.open(&plan.schema, &plan.context, StreamShape::Together)?;
            let mut stream = Stream::new(writer, file, shown);
            rows.try_for_each(|rows| stream.write(&rows?))?;
            Ok(EndedPart { name, value, ended: stream.finish()? })
        });
        Ok(())
    }

    /// Waits for all parts and lists them.
    pub fn settle(&mut self, folder: &mut Folder) -> Result<()> {
        while !self.under_way.is_empty() {
            self.list_next(folder)?;
        }
        Ok(())
    }

    fn list_next(&mut self, folder: &mut Folder) -> Result<()> {
        let Some(part) = self.under_way.next().transpose()? else { return Ok(()) };
        folder.add(&part.name, part.value.as_deref(), part.ended)
    }
}
