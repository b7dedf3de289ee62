//! Everything in one file.

use std::path::Path;

use arrow::datatypes::SchemaRef;

use super::disk::DiskFile;
use super::passing;
use super::stream::Stream;
use crate::error::{Error, Result};
use crate::local::{Standing, standing};
use crate::write::staging::Staging;
use crate::write::target;
use crate::write::{Batch, Format, Sink, Staged, StreamShape, WriteContext, failure};

/// Opens the file that will be at `target`, or the pipe or device that is there.
pub fn open(target: &Path, format: &dyn Format, schema: &SchemaRef, context: &WriteContext) -> Result<Box<dyn Sink>> {
    match standing(target)? {
        Standing::Stream => return passing::to_device(target, format, schema, context),
        Standing::Folder => {
            let target = target.display();
            let advice = format!("give {target}/ to write a folder of files, or - for standard output");
            return Err(Error::output(format!("{target} is a folder: {advice}")));
        }
        Standing::Nothing | Standing::File => target::check_file(target, context.existing)?,
    }
    let staging = Staging::file(target, context.existing)?;
    let output = staging.handle.try_clone().map_err(|error| failure::output("cannot write", target, error))?;
    let writer = format.open(schema, context, StreamShape::Rows)?;
    Ok(Box::new(SingleFile { stream: Stream::new(writer, DiskFile::new(output), target), staging }))
}

struct SingleFile {
    stream: Stream<DiskFile>,
    staging: Staging,
}

impl Sink for SingleFile {
    fn write(&mut self, rows: &Batch) -> Result<()> {
        self.stream.write(rows)
    }

    fn complete(self: Box<Self>) -> Result<Staged> {
        let ended = self.stream.finish()?;
        let synced = ended.output.sync();
        synced.map_err(|error| failure::output("cannot sync", self.staging.target(), error))?;
        Ok(Staged::new(self.staging, 1, ended.proof.rows, ended.bytes))
    }
}
