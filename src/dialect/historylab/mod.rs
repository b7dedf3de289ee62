//! Rows of the Freedom of Information Archive: telegrams of the Central Foreign Policy Files as JSON, one object after
//! another or in the array that an interface of the web answers with.
//!
//! The archive holds other collections and other documents, too; they are named and left out. Its texts often lost their
//! header and their line ends, and nothing is guessed in their place.

mod row;

use std::sync::Arc;

use super::json::JsonObjects;
use super::{Confidence, Dialect, Form, Head, Position, Recognized, Splitter};

/// The dialect.
#[derive(Debug)]
pub struct HistoryLab;

impl Dialect for HistoryLab {
    fn name(&self) -> &'static str {
        "historylab"
    }

    fn recognizes(&self, head: &Head<'_>) -> Confidence {
        if JsonObjects::holding(head.bytes, row::is_row).is_some() { Confidence::Certain } else { Confidence::No }
    }

    fn form(&self, head: &Head<'_>) -> Arc<dyn Form> {
        Arc::new(ArchiveRows(JsonObjects::holding(head.bytes, row::is_row).unwrap_or(JsonObjects::Outer)))
    }

    fn records_read_alike(&self) -> bool {
        true
    }
}

/// Rows, by where their objects are.
#[derive(Debug)]
struct ArchiveRows(JsonObjects);

impl Form for ArchiveRows {
    fn dialect(&self) -> &'static str {
        HistoryLab.name()
    }

    fn splitter(&self, limit: usize) -> Box<dyn Splitter> {
        self.0.splitter(limit)
    }

    fn record_number(&self, number: u32, _: Position) -> Option<u32> {
        Some(number)
    }

    fn transcribe(&self, bytes: Vec<u8>, position: Position, file_name: &str) -> Recognized {
        row::transcribe(bytes, self.0.depth(position), file_name)
    }
}
