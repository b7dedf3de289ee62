//! A pass over inputs to what is in each of them: its records, where their rows are, and its documents.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

use super::entry::{BadReason, Contents, Entry, Fate, RecordState, Remark, RowState};
use super::fates::{Facts, Reach};
use super::rows::KnownRecords;
use super::{JobEvent, JobObserver};
use crate::contract::ListTexts;
use crate::convert::{DocumentEnd, Event, Observer, Outcome, Status};
use crate::documents::{self, LeftOut, ListedDocument, NotRow, Reason};
use crate::mutex::{into_inner, locked};
use crate::source::{DocumentId, RecordId, UnreadableReason};
use crate::write::digest::hexadecimal;

/// Gathers what a pass over inputs finds in them, and reports its progress.
pub struct Gather<'g> {
    observer: &'g dyn JobObserver,
    known: Option<&'g KnownRecords<'g>>,
    gathered: Mutex<GatheredInputs>,
}

#[derive(Default)]
struct GatheredInputs {
    inputs: HashMap<DocumentId, Gathering>,
    rows: HashMap<RecordId, RowState>,
    /// Folders of partitions, each of which comes in many rows.
    units: HashSet<Arc<str>>,
}

/// What is known so far of one input.
#[derive(Default)]
struct Gathering {
    sha256: Option<String>,
    records: Vec<RecordState>,
    documents: Vec<DocumentEnd>,
    left: u64,
    bad: Option<BadReason>,
    reach: Reach,
}

impl<'g> Gather<'g> {
    pub fn new(observer: &'g dyn JobObserver, known: Option<&'g KnownRecords<'g>>) -> Gather<'g> {
        Gather { observer, known, gathered: Mutex::default() }
    }

    pub fn add(&self, rows: Vec<(RecordId, RowState)>) {
        let mut gathered = locked(&self.gathered);
        for (id, mut row) in rows {
            match gathered.units.get(&row.unit) {
                Some(unit) => row.unit = unit.clone(),
                None => _ = gathered.units.insert(row.unit.clone()),
            }
            gathered.rows.insert(id, row);
        }
    }

    fn outcome(&self, outcome: &Outcome) {
        let mut gathered = locked(&self.gathered);
        let input = outcome.id.document.input();
        let is_input = outcome.id == RecordId::whole(input.clone());
        let gathering = gathered.inputs.entry(input).or_default();
        let status = &outcome.status;
        let sha256 = outcome.proof.map(|proof| hexadecimal(&proof.sha256));
        if is_input {
            gathering.sha256.clone_from(&sha256);
        }
        if matches!(status, Status::Unreadable(UnreadableReason::System(_))) {
            gathering.reach = Reach::OutOfReach;
        }
        let bad = status.bad_code().map(|code| BadReason { code: code.to_owned(), message: status.to_string() });
        match (status, &outcome.proof) {
            (Status::Passed(_), _) => {}
            (Status::Unreadable(_), _) if is_input => gathering.bad = bad,
            (Status::Ignored(_), None) => gathering.left += u64::from(outcome.id.number.is_none()),
            (Status::Duplicate, _) if let Some(known) = self.known.and_then(|known| known.record(&outcome.id)) => {
                gathering.records.push(known.clone());
            }
            (status, proof) => {
                let fate = if *status == Status::Duplicate { Fate::Duplicate } else { Fate::Nothing };
                let remark = match (bad, status) {
                    (Some(bad), _) => Some(Remark::Bad { bad, sha256 }),
                    (None, Status::Ignored(_)) if outcome.id.number.is_some() => {
                        Some(Remark::NoCable(status.to_string()))
                    }
                    _ => None,
                };
                gathering.records.push(RecordState {
                    id: outcome.id.clone(),
                    text: proof.map(|proof| proof.text_sha256),
                    line_end: proof.map_or("", |proof| proof.line_end),
                    read_as: proof.map_or(0, |proof| proof.read_as),
                    fate,
                    remark: remark.map(Box::new),
                });
            }
        }
    }

    fn end(&self, whole: &DocumentEnd) {
        let mut gathered = locked(&self.gathered);
        let gathering = gathered.inputs.entry(whole.id.input()).or_default();
        if whole.id.member().is_none() {
            gathering.sha256 = Some(hexadecimal(&whole.sha256));
        }
        gathering.documents.push(whole.clone());
    }

    pub fn finish(self) -> HashMap<DocumentId, Facts> {
        let GatheredInputs { inputs, mut rows, .. } = into_inner(self.gathered);
        let facts = inputs.into_iter().map(|(id, gathering)| {
            let Gathering { sha256, mut records, documents, left, bad, reach } = gathering;
            // A document that was cut has two records of one name: what was read of it, and that it is bad.
            for record in records.iter_mut().filter(|record| record.text.is_some()) {
                if let Some(row) = rows.remove(&record.id) {
                    record.fate = Fate::Row(row);
                }
            }
            let contents = Contents { sha256, records: records.into(), documents: documents.into(), left, bad };
            (id, Facts { contents, reach })
        });
        facts.collect()
    }
}

impl Observer for Gather<'_> {
    fn event(&self, event: Event<'_>) {
        match event {
            Event::Input(outcome, _) => self.outcome(outcome),
            Event::Document(whole) => self.end(whole),
            Event::Batch(summary) => self.observer.event(JobEvent::Progress(summary)),
            _ => {}
        }
    }
}

/// What outputs of these inputs list.
pub fn lists_of<'e>(entries: impl Iterator<Item = &'e Entry> + Clone) -> ListTexts {
    let mut left_out = LeftOut::default();
    entries.clone().for_each(|entry| left_out.add(entry.contents.left_out()));
    documents::texts(&documents_of(entries), left_out)
}

/// The documents of all inputs that are not one whole row, as outputs list them.
fn documents_of<'e>(entries: impl Iterator<Item = &'e Entry>) -> Vec<ListedDocument> {
    let mut listed = Vec::new();
    for Contents { records, documents, .. } in entries.map(|entry| &entry.contents) {
        let mut not_rows: HashMap<&DocumentId, Vec<NotRow>> = HashMap::new();
        for record in records.iter().filter(|record| record.row().is_none()) {
            if let Some(not_row) = not_row(record) {
                not_rows.entry(&record.id.document).or_default().push(not_row);
            }
        }
        listed.extend(documents.iter().map(|whole| whole.listed(not_rows.remove(&whole.id).unwrap_or_default())));
    }
    listed
}

impl Contents {
    /// How many of its documents are not in the outputs; what a run over the same inputs counts as well.
    fn left_out(&self) -> LeftOut {
        let is_kept = self.single().is_some_and(|record| record.row().is_some());
        let unreadable = u64::from(self.bad.is_some() && !is_kept);
        let mut left_out = LeftOut { not_cables: self.left, unreadable, ..LeftOut::default() };
        for record in self.records.iter().filter(|record| record.id.number.is_none()) {
            match (&record.fate, record.remark.as_deref()) {
                (Fate::Row(_), _) => {}
                (Fate::Duplicate, _) => left_out.duplicates += 1,
                (Fate::Nothing, Some(Remark::Bad { .. })) => left_out.unreadable += 1,
                (Fate::Nothing, _) => left_out.not_cables += 1,
            }
        }
        left_out
    }
}

fn not_row(record: &RecordState) -> Option<NotRow> {
    let reason = match (&record.remark.as_deref(), &record.text) {
        (None, Some(text)) => Reason::SameAs { text_sha256: hexadecimal(text), line_end: record.line_end.to_owned() },
        (Some(Remark::Bad { bad, .. }), _) => Reason::Left(bad.message.clone()),
        (Some(Remark::NoCable(kind)), _) => Reason::Left(kind.clone()),
        (None, None) => return None,
    };
    Some(NotRow { record: record.id.number?, start: record.id.start, reason })
}
