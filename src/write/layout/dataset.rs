//! Rows to a folder of parts: `part-00000.parquet` and so on.

use super::folder::Folder;
use super::parts::{Parts, PartsPlan};
use crate::error::Result;
use crate::write::{Batch, Sink, Staged};

/// A folder of parts.
pub struct DatasetSink {
    /// What the parts have in common.
    pub plan: PartsPlan,
    /// Where they go.
    pub folder: Folder,
    /// The parts.
    pub parts: Parts,
}

impl Sink for DatasetSink {
    fn write(&mut self, rows: &Batch) -> Result<()> {
        self.parts.write(&self.plan, &mut self.folder, rows)
    }

    fn complete(mut self: Box<Self>) -> Result<Staged> {
        self.parts.finish(&self.plan, &mut self.folder)?;
        self.folder.complete()
    }
}
