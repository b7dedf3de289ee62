//! The front of a document: the envelope or the record around the cable, its name, where its header ends, and how its
//! body opens.

mod dates;
mod envelope;
pub mod fields;
pub mod identity;
pub mod keeper;
mod notice;
pub mod opening;
mod pasted;
mod pilcrow;
pub mod seam;

use crate::dialect::Transcript;
use crate::parse::reading::Notes;
use fields::{ContentLines, FrontFields};

pub use envelope::compare;

/// What is around the cable, and the cable.
#[derive(Debug)]
pub struct Front<'t> {
    /// What the document says of the cable outside its text.
    pub fields: FrontFields<'t>,
    /// What the identifier alone says of the name.
    pub name: identity::Begun,
    /// Header and body.
    pub content: ContentLines<'t>,
}

/// Reads what is around the cable.
pub fn read<'t>(transcript: &'t Transcript, notes: &mut Notes<'t>) -> Front<'t> {
    let (mut fields, content) = fields::read(transcript, notes);
    let lines = pilcrow::remove(content.lines, notes);
    let name = identity::begin(&fields);
    let lines = pasted::unwrap(lines, &name.name, &mut fields, notes);
    Front { fields, name, content: ContentLines { lines, ..content } }
}
