//! What changed since the published generation, and which of its files that touches.

use std::cell::LazyCell;
use std::collections::{HashMap, HashSet};
use std::iter;
use std::sync::Arc;

use super::entry::{Contents, Entry, Fate, RecordState};
use super::fates::{Candidate, Presence};
use super::manifest::Manifest;
use super::targets::Touched;
use crate::pairs::take_pairs;
use crate::source::{DocumentId, RecordId};
use crate::write::digest::Hash;

/// How much changed since the published generation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Changes {
    /// Inputs found.
    pub found: u64,
    /// Inputs that are new, or have another size or time.
    pub changed: u64,
    /// Inputs that are gone.
    pub missing: u64,
    /// Known inputs that cannot be looked at now.
    pub hidden: u64,
    /// Whether everything is made again.
    pub full: bool,
}

/// Compares what was found with what was published.
pub fn count(candidates: &[Candidate], full: bool) -> Changes {
    let mut changes = Changes { full, ..Changes::default() };
    for candidate in candidates {
        let before = candidate.before.as_ref();
        match &candidate.presence {
            Presence::Gone => changes.missing += u64::from(candidate.is_newly_gone()),
            Presence::Hidden => changes.hidden += 1,
            Presence::Seen(sighting) => {
                changes.found += 1;
                changes.changed += u64::from(before.is_none_or(|entry| !sighting.is_as(entry)));
            }
        }
    }
    changes
}

/// How what is known now differs from what was published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drift {
    /// Nothing does.
    None,
    /// Times of inputs do, and nothing else.
    Times,
    /// There is something to publish.
    Data,
}

/// How the entries differ from those of the published generation.
pub fn difference(candidates: &[Candidate], entries: &[Entry]) -> Drift {
    let pairs = || candidates.iter().zip(entries).map(|(candidate, entry)| (candidate.before.as_ref(), entry));
    if pairs().all(|(before, entry)| before == Some(entry)) {
        Drift::None
    } else if pairs().all(|(before, entry)| before.is_some_and(|before| before.says_as(entry))) {
        Drift::Times
    } else {
        Drift::Data
    }
}

/// How many rows a run adds, lets go and edits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RowChanges {
    /// Rows of texts that the input did not have.
    pub added: u64,
    /// Rows of texts that the input does not have any more.
    pub removed: u64,
    /// Those of them whose text no other input has either.
    pub lost: u64,
    /// Rows of cables that have another text now.
    pub edited: u64,
    /// Inputs that are other bytes now, and do not hold every text that was a row of them or a copy of a row.
    pub altered_inputs: u64,
}

/// Compares the rows that will be with those that are, in each input that changed.
pub fn row_changes<'c>(
    candidates: &'c [Candidate],
    entries: &'c [Entry],
) -> impl Iterator<Item = (&'c DocumentId, RowChanges)> {
    let held: HashSet<&Hash> = entries.iter().flat_map(|entry| texts(&entry.contents)).collect();
    let before = candidates.iter().filter_map(|candidate| candidate.before.as_ref());
    let held_before = LazyCell::new(move || before.flat_map(|entry| texts(&entry.contents)).collect());
    let pairs = candidates.iter().zip(entries);
    pairs.map(move |(candidate, entry)| {
        let mut changes = RowChanges::of_input(candidate, entry, &held);
        changes.altered_inputs = u64::from(is_altered(candidate, entry, &held_before));
        (&candidate.id, changes)
    })
}

/// Whether an input is other bytes now, and has lost a text that was a row of it, or a copy of one of `rows`.
fn is_altered<'c>(
    candidate: &'c Candidate,
    entry: &'c Entry,
    rows: &LazyCell<HashSet<&'c Hash>, impl FnOnce() -> HashSet<&'c Hash>>,
) -> bool {
    let Some((now, before)) = candidate.sighting().zip(candidate.before.as_ref()) else { return false };
    if now.is_as(before) || Arc::ptr_eq(&before.contents.records, &entry.contents.records) {
        return false;
    }
    let is_held = |record: &&RecordState| record.row().is_some() || record.fate == Fate::Duplicate;
    let held: HashSet<_> = entry.contents.records.iter().filter(is_held).map(|record| record.text).collect();
    let mut gone = before.contents.records.iter().filter(|record| is_held(record) && !held.contains(&record.text));
    // What a copy of no row was is not known: a note, as a rule.
    gone.any(|record| record.row().is_some() || record.text.as_ref().is_some_and(|text| rows.contains(text)))
}

impl RowChanges {
    /// Compares the rows of one input by their texts, wherever in it they are; `held` are the texts of all inputs.
    fn of_input(candidate: &Candidate, entry: &Entry, held: &HashSet<&Hash>) -> RowChanges {
        let nothing = Contents::default();
        let mut changes = RowChanges::default();
        let before = candidate.before.as_ref().map_or(&nothing, |before| &before.contents);
        if Arc::ptr_eq(&before.records, &entry.contents.records) {
            return changes;
        }
        let rows = Contents::records_of_rows;
        let (texts_before, texts_now) = (texts(before).collect(), texts(&entry.contents).collect());
        let has_not =
            |texts: &HashSet<&Hash>, record: &RecordState| record.text.is_none_or(|text| !texts.contains(&text));
        let gone: Vec<&RecordState> = rows(before).filter(|record| has_not(&texts_now, record)).collect();
        let new: Vec<&RecordState> = rows(&entry.contents).filter(|record| has_not(&texts_before, record)).collect();
        let mut left = CableNumbers::default();
        new.iter().for_each(|record| left.add(record));
        let is_one = before.records.len() == 1 && entry.contents.records.len() == 1;
        let mut edited = 0;
        for record in &gone {
            // A file that is one cable has been edited even where its number is another now.
            if is_one && !new.is_empty() || left.take(record) {
                edited += 1;
            } else {
                changes.removed += 1;
                changes.lost += u64::from(has_not(held, record));
            }
        }
        changes.edited += edited;
        changes.added += new.len() as u64 - edited;
        changes
    }

    /// Adds those of another input.
    pub fn add(&mut self, other: RowChanges) {
        self.added += other.added;
        self.removed += other.removed;
        self.lost += other.lost;
        self.edited += other.edited;
        self.altered_inputs += other.altered_inputs;
    }
}

/// The texts of the rows of an input.
fn texts(contents: &Contents) -> impl Iterator<Item = &Hash> {
    contents.records_of_rows().filter_map(|record| record.text.as_ref())
}

/// Numbers of cables, and how often each is there.
#[derive(Default)]
struct CableNumbers<'r>(HashMap<&'r str, u64>);

impl<'r> CableNumbers<'r> {
    fn add(&mut self, record: &'r RecordState) {
        if let Some(row) = record.row() {
            *self.0.entry(&row.mrn).or_default() += 1;
        }
    }

    fn take(&mut self, record: &RecordState) -> bool {
        let Some(count) = record.row().and_then(|row| self.0.get_mut(&*row.mrn)).filter(|count| **count > 0) else {
            return false;
        };
        *count -= 1;
        true
    }
}

/// The rows of an input that are not what they were, or do not stand where they did among the others: those of before, and
/// those of now. What is left can be taken over from published files in the order in which it is there.
pub fn changed<'c>(candidate: &'c Candidate, entry: &'c Entry) -> (Vec<&'c RecordState>, Vec<&'c RecordState>) {
    let now = &entry.contents.records;
    let Some(before) = candidate.before.as_ref().map(|before| &before.contents.records) else {
        return (Vec::new(), now.iter().filter(|record| record.row().is_some()).collect());
    };
    if Arc::ptr_eq(before, now) {
        return (Vec::new(), Vec::new());
    }
    let rows_before = before.iter().enumerate().filter(|(_, record)| record.row().is_some());
    let known: HashMap<&RecordId, usize> = rows_before.map(|(place, record)| (&record.id, place)).collect();
    let is_same = |was: &RecordState, is: &RecordState| was.row() == is.row() && was.reads_as(is);
    let same = now.iter().enumerate().filter_map(|(is, record)| {
        let was = *known.get(&record.id).filter(|_| record.row().is_some())?;
        is_same(&before[was], record).then_some((was, is))
    });
    let (were, are): (HashSet<usize>, HashSet<usize>) = longest_rising(&same.collect::<Vec<_>>()).into_iter().unzip();
    (rows_besides(before, &were), rows_besides(now, &are))
}

/// The rows that are not at these places.
fn rows_besides<'c>(records: &'c [RecordState], places: &HashSet<usize>) -> Vec<&'c RecordState> {
    let records =
        records.iter().enumerate().filter(|(place, record)| record.row().is_some() && !places.contains(place));
    records.map(|(_, record)| record).collect()
}

/// The most of these pairs whose first places rise as their second ones do; the second ones of all rise.
fn longest_rising(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // The pair that ends a rising run of each length, the lowest there is; and before each pair, the one it follows.
    let mut ends: Vec<usize> = Vec::new();
    let mut follows = Vec::with_capacity(pairs.len());
    for (place, (first, _)) in pairs.iter().enumerate() {
        let length = ends.partition_point(|end| pairs[*end].0 < *first);
        follows.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        match ends.get_mut(length) {
            Some(end) => *end = place,
            None => ends.push(place),
        }
    }
    let mut run: Vec<_> = iter::successors(ends.last().copied(), |place| follows[*place]).map(|at| pairs[at]).collect();
    run.reverse();
    run
}

/// The partitions and files that rows leave, enter, or change in; a full run touches all. Files that share a stem are
/// named after one another: where one of them is touched, all are, in whatever partition.
pub fn touched(candidates: &[Candidate], entries: &[Entry], full: bool) -> Touched {
    let mut touched = Touched::default();
    for (candidate, entry) in candidates.iter().zip(entries) {
        if full {
            let before = candidate.before.iter().flat_map(Entry::rows);
            before.chain(entry.rows()).for_each(|row| touched.add(row));
        } else {
            let (gone, new) = changed(candidate, entry);
            gone.into_iter().chain(new).filter_map(RecordState::row).for_each(|row| touched.add(row));
        }
    }
    touched
}

/// Adds the partitions of all rows whose stems are touched.
pub fn spread(touched: &mut Touched, candidates: &[Candidate], entries: &[Entry]) {
    let before = candidates.iter().filter_map(|candidate| candidate.before.as_ref());
    for row in before.chain(entries).flat_map(Entry::rows) {
        if touched.stems.contains(&*row.stem) && !touched.units.contains(&*row.unit) {
            touched.units.insert(row.unit.to_string());
        }
    }
}

/// How the rows of one generation differ from those of another, by the records they are made of, in input order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Differences {
    /// Records that are a row of the second only.
    pub added: Vec<RecordId>,
    /// Records that are a row of the first only.
    pub removed: Vec<RecordId>,
    /// Records that are rows of both, with other bytes: those of the second.
    pub edited: Vec<RecordId>,
    /// Records that are rows of both under another name, with the same text: files that were renamed, records of a dump
    /// before which others were inserted.
    pub moved: Vec<Move>,
}

/// A record that has another name now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// Its name in the first generation.
    pub from: RecordId,
    /// Its name in the second.
    pub to: RecordId,
}

impl Differences {
    /// Compares the rows of two generations.
    pub fn between(before: &Manifest, after: &Manifest) -> Differences {
        let (mut gone, mut new) = (rows_of(before), rows_of(after));
        let mut differences = Differences::default();
        let mut take =
            |kin: fn(&RecordState) -> Option<Kin<'_>>| take_pairs(&mut gone, &mut new, |&record| kin(record));
        let in_place = take(|record| Some(Kin::InPlace(name_of(record), record.text)));
        let edited = in_place.into_iter().filter(|(old, new)| !old.reads_as(new));
        differences.edited.extend(edited.map(|(_, new)| new.id.clone()));
        let moved = take(|record| record.text.map(Kin::Text)).into_iter();
        differences.moved = moved.map(|(from, to)| Move { from: from.id.clone(), to: to.id.clone() }).collect();
        let edited = take(|record| Some(Kin::Cable(&record.id.document, &record.row()?.mrn)));
        // A file that is one cable has been edited even where its number is another now.
        let edited_files = take(|record| record.id.number.is_none().then_some(Kin::File(&record.id)));
        differences.edited.extend(edited.into_iter().chain(edited_files).map(|(_, to)| to.id.clone()));
        differences.edited.sort();
        [differences.added, differences.removed] =
            [new, gone].map(|records| records.into_iter().map(|record| record.id.clone()).collect());
        differences
    }

    /// Whether the rows are the same.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.edited.is_empty() && self.moved.is_empty()
    }
}

/// What a row that is gone and one that is new may have in common.
#[derive(PartialEq, Eq, Hash)]
enum Kin<'m> {
    /// A name, and a text.
    InPlace(RecordName<'m>, Option<Hash>),
    /// A text.
    Text(Hash),
    /// A document, and the number of a cable.
    Cable(&'m DocumentId, &'m str),
    /// A file that is one cable.
    File(&'m RecordId),
}

/// The rows of a generation, by their names.
fn rows_of(manifest: &Manifest) -> Vec<&RecordState> {
    let mut rows: Vec<_> = manifest.entries.iter().flat_map(|entry| entry.contents.records_of_rows()).collect();
    rows.sort_by_key(|&record| name_of(record));
    rows
}

/// What a record is called: the document, and the number, or where there is none the place.
type RecordName<'m> = (&'m DocumentId, Option<u32>, u64);

fn name_of(record: &RecordState) -> RecordName<'_> {
    let RecordId { document, number, start } = &record.id;
    (document, *number, if number.is_some() { 0 } else { *start })
}
