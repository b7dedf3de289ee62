//! A selection to parts of about equal size, of which a large dump is in several.
//!
//! A large dump is cut once to learn where its records begin; none is parsed. Whoever reads a part finds out again how the
//! dump is written, from its beginning.

use std::fs::File;
use std::io::Read;
use std::sync::Arc;

use super::feed::{FeedInput, GivenUp, Ready, number_of};
use super::{HtmlSource, Rules, records};
use crate::dialect::{Form, Position};
use crate::error::Result;
use crate::source::container::{self, ContainerKind};
use crate::source::{self, FoundFile, Location, RecordHead, RecordId, RecordRun, Selection, Step, WalkPart};

/// Parts of about so many bytes, which together are what `selection` gives, in its order. A record has the number and the
/// place in its part that it has in the whole. What is in a container is in one part.
///
/// Duplicates are dropped within a part only, and a row says only within its part that its number is repeated.
///
/// # Errors
/// Of kind `Input` if an input is missing, `Stopped` if `rules` say so.
pub fn splits(selection: &Selection, rules: &Rules, bytes: u64) -> Result<Vec<WalkPart>> {
    parts_of(selection.walk()?, selection, rules, bytes)
}

/// Parts of about so many bytes, which together are one part of `selection`. A part of a dump is not split further.
///
/// # Errors
/// As [`splits`]; also of kind `Input` if the files of the part changed since it was made.
pub fn splits_of(part: &WalkPart, selection: &Selection, rules: &Rules, bytes: u64) -> Result<Vec<WalkPart>> {
    if part.records.is_some() {
        return Ok(vec![part.clone()]);
    }
    let (steps, check) = part.clone().of(selection.walk()?);
    let parts = parts_of(steps, selection, rules, bytes)?;
    check.check()?;
    Ok(parts)
}

fn parts_of(
    walk: impl Iterator<Item = Step>,
    selection: &Selection,
    rules: &Rules,
    bytes: u64,
) -> Result<Vec<WalkPart>> {
    // A stretch that is kept of a record does not show where the record begins.
    let rules = Rules { html_source: HtmlSource::Page, ..rules.clone().reading(selection) };
    let parts = source::parts(walk, bytes, |found| runs(found, &rules, bytes));
    rules.stop.check()?;
    Ok(parts)
}

/// Runs of records of about so many bytes; none where the file is no dump.
fn runs(found: FoundFile, rules: &Rules, bytes: u64) -> Vec<RecordRun> {
    if is_container(&found) {
        return Vec::new();
    }
    let (mut starts, mut heads, mut size) = (Vec::new(), Vec::new(), None);
    let mut alone = ReadAlone::default();
    records(found, rules, &mut |input| {
        match input {
            FeedInput::Record(record) => {
                let start = start(&record.id)?;
                let size = record.bytes.len() as u64;
                alone.note(&record, start);
                heads.extend(record.is_head().then_some(RecordHead { start, size }));
                starts.push(start);
            }
            FeedInput::Ignored(id, _) => starts.push(start(&id)?),
            FeedInput::Unreadable(id, _) => {
                alone.note_unreadable();
                starts.push(start(&id)?);
            }
            FeedInput::End(document) => size = Some(document.size),
            FeedInput::Passed(..) => {}
        }
        Ok(())
    });
    // A file that could not be read to its end is in one part, which says so; so is one of which no part can be read alone.
    size.filter(|_| !alone.fails).map_or(Vec::new(), |size| RecordRun::all(&starts, &heads, size, bytes))
}

/// Whether each record is read alike by whoever knows the beginning of its document and the last head before it alone. In
/// damaged dumps a head may not say all.
#[derive(Default)]
struct ReadAlone {
    /// The form of the first record, and that of the next one for such a reader, as a number.
    forms: Option<(Arc<dyn Form>, u32)>,
    /// Whether a record was found that is not.
    fails: bool,
}

impl ReadAlone {
    fn note(&mut self, record: &Ready, start: u64) {
        let Ok(form) = &record.form else { return };
        let (first, next) = self.forms.get_or_insert_with(|| (form.clone(), number_of(&**form)));
        self.fails |= !record.is_in(*next);
        if record.is_head() {
            let position = if start == 0 { Position::First } else { Position::Middle };
            *next = number_of(&*first.following(&record.bytes, position).or(first.clone()));
        }
    }

    /// The first form is not known where the first record cannot be read.
    fn note_unreadable(&mut self) {
        self.fails |= self.forms.is_none();
    }
}

/// Where a record begins; nobody needs more of a document that is not read record by record.
fn start(id: &RecordId) -> std::result::Result<u64, GivenUp> {
    id.number.map(|_| id.start).ok_or(GivenUp)
}

fn is_container(found: &FoundFile) -> bool {
    let Location::File(path) = &found.location else { return false };
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(container::HEAD as u64).read_to_end(&mut head));
    read.is_ok() && ContainerKind::of(&head).is_some()
}
