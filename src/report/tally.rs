//! What a run reports to the facts of a report, as it runs.
//!
//! Keeps eight bytes for each cable and for each citation, and counts; never a row.

use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;

use aho_corasick::AhoCorasick;
use jiff::civil::Date;

use super::facts::{AccessionFacts, Characters, Count, Line, Markings, OddLine, Oddity, Other, Whole as HowWhole};
use super::previous::Previous;
use super::series::Numbers;
use crate::cable::{Cable, HeaderForm, ReferenceKind};
use crate::convert::{Delivery, Event, Observer, Outcome, Status};
use crate::diagnostic::{Code, Diagnostic};
use crate::error::Result;
use crate::mutex::{into_inner, locked};
use crate::schema::Row;
use crate::source::{Passed, RecordId};
use crate::tables::levels::Level;
use crate::write::digest::hexadecimal;

/// Examples of each kind.
pub const EXAMPLES: usize = 3;
/// Files that are not cables, and copies, that are named one by one.
const OTHERS: usize = 50;
/// Numbers of several texts whose later texts are named.
const VERSIONS: usize = 1000;
/// Posts of the table.
const POSTS: usize = 40;
/// Captions and kinds that are counted one by one: what cables say is never all of a report.
const WORDS: usize = 200;
/// Letters of a line that is shown.
const LINE: usize = 160;

/// Listens to a run, counts, and passes on what it hears.
pub struct Tally<'o> {
    observer: &'o dyn Observer,
    delivery: Delivery,
    state: Mutex<Tallied>,
}

impl<'o> Tally<'o> {
    /// Begins to count on the day of the report.
    pub fn begin(observer: &'o dyn Observer, today: Date, previous: Option<Previous>) -> Tally<'o> {
        let state = Tallied { today, previous, ..Tallied::default() };
        Tally { observer, delivery: Delivery::default(), state: Mutex::new(state) }
    }

    /// The facts so far; the decisions are not taken yet.
    ///
    /// # Errors
    /// As `Previous::changes`.
    pub fn finish(self) -> Result<AccessionFacts> {
        into_inner(self.state).finish()
    }
}

impl Observer for Tally<'_> {
    fn event(&self, event: Event<'_>) {
        match &event {
            Event::Found(step) => self.delivery.note(step),
            Event::Input(outcome, row) => {
                let delivered = self.delivery.find(outcome.id.document.path());
                let size = outcome.proof.map(|proof| proof.size);
                let is_file = outcome.id.document.member().is_none() && outcome.id.number.is_none();
                let size = size.or(delivered.filter(|_| is_file).map(|delivered| delivered.size));
                locked(&self.state).input(outcome, *row, size);
            }
            Event::Document(whole) => {
                let mut state = locked(&self.state);
                state.enter(whole.id.path());
                state.facts.arrived.documents.add(whole.size);
                state.compare(&RecordId::whole(whole.id.clone()), Some(&whole.sha256), None);
            }
            _ => {}
        }
        self.observer.event(event);
    }
}

#[derive(Default)]
struct Tallied {
    facts: AccessionFacts,
    today: Date,
    previous: Option<Previous>,
    /// The last file that was reported.
    file: String,
    numbers: Numbers,
    levels: Vec<String>,
    years: BTreeMap<Option<i32>, Vec<u64>>,
    posts: HashMap<Option<String>, Vec<u64>>,
    captions: HashMap<String, u64>,
    /// Where later texts of a number are, by the number.
    later: BTreeMap<String, Vec<String>>,
    odd: BTreeMap<Code, Oddity>,
    between: Option<(Date, Date)>,
}

impl Tallied {
    fn enter(&mut self, file: &str) {
        if self.file != file {
            self.facts.arrived.files += 1;
            file.clone_into(&mut self.file);
        }
    }

    fn input(&mut self, outcome: &Outcome, row: Option<&Row>, size: Option<u64>) {
        if let Status::Passed(passed) = outcome.status {
            self.facts.arrived.links += u64::from(passed == Passed::Link);
            return;
        }
        self.enter(outcome.id.document.path());
        let mrn = row.map(|row| row.cable.mrn.as_str());
        // A page is compared as a whole.
        if outcome.proof.is_none_or(|proof| !proof.is_stretch) {
            self.compare(&outcome.id, outcome.proof.as_ref().map(|proof| &proof.sha256), mrn);
        }
        let bytes = size.unwrap_or_default();
        let arrived = &mut self.facts.arrived;
        match &outcome.status {
            Status::Cable | Status::Damaged { .. } => arrived.cables.add(bytes),
            Status::Duplicate => {
                let (amount, names) = match outcome.is_same_cable() {
                    true => (&mut arrived.same_cables, &mut arrived.same_cable_names),
                    false => (&mut arrived.copies, &mut arrived.copy_names),
                };
                amount.add(bytes);
                if names.len() < OTHERS {
                    names.push(outcome.id.to_string());
                }
            }
            Status::Ignored(kind) => {
                arrived.not_cables.add(bytes);
                arrived.kinds.entry(kind.name().to_owned()).or_default().add(bytes);
            }
            Status::Unreadable(_) | Status::Passed(_) => {}
        }
        if outcome.status.is_bad() {
            arrived.bad.add(bytes);
        }
        let is_shown = outcome.status.is_bad() || matches!(outcome.status, Status::Ignored(_));
        if is_shown && arrived.examples.len() < OTHERS {
            arrived.examples.push(Other {
                path: outcome.id.to_string(),
                reason: outcome.status.to_string(),
                bytes: size,
                sha256: outcome.proof.map(|proof| hexadecimal(&proof.sha256)),
            });
        }
        if let Some(row) = row {
            self.row(row);
        }
    }

    fn compare(&mut self, id: &RecordId, sha256: Option<&[u8; 32]>, mrn: Option<&str>) {
        if let Some(previous) = &mut self.previous {
            previous.see(id, sha256, mrn);
        }
    }

    fn row(&mut self, row: &Row) {
        let cable = &row.cable;
        self.facts.proof.rows += 1;
        if is_rebuilt(row) {
            let proof = &mut self.facts.proof;
            *if cable.record.page_sha256.is_some() { &mut proof.stretches } else { &mut proof.rebuilt } += 1;
        }
        self.cover(cable);
        self.numbers.hold(&cable.mrn);
        for reference in cable.references.iter().filter(|reference| reference.kind == ReferenceKind::Cable) {
            reference.cited_mrn.iter().for_each(|mrn| self.numbers.cite(mrn));
        }
        whole(&mut self.facts.whole, row);
        markings(&mut self.facts.markings, &mut self.between, row, self.today);
        for caption in &cable.captions {
            count_word(&mut self.captions, caption);
        }
        let mut codes: Vec<Code> = Vec::new();
        for diagnostic in &row.diagnostics {
            if !codes.contains(&diagnostic.code) {
                codes.push(diagnostic.code);
                self.odd(diagnostic, row);
                if diagnostic.code == Code::MrnRepeated {
                    self.name_later_text(row);
                }
            }
        }
        characters(&mut self.facts.characters, row);
    }

    fn cover(&mut self, cable: &Cable) {
        let level = cable.classification.as_deref().or(cable.text_classification.as_deref()).unwrap_or("none");
        let at = self.levels.iter().position(|known| known == level).unwrap_or_else(|| {
            self.levels.push(level.to_owned());
            self.levels.len() - 1
        });
        let count = |counts: &mut Vec<u64>| {
            counts.resize(counts.len().max(at + 1), 0);
            counts[at] += 1;
        };
        count(self.years.entry(cable.year).or_default());
        match self.posts.get_mut(&cable.post) {
            Some(counts) => count(counts),
            None => count(self.posts.entry(cable.post.clone()).or_default()),
        }
    }

    fn odd(&mut self, diagnostic: &Diagnostic, row: &Row) {
        let code = diagnostic.code;
        let (name, severity, meaning) = (code.name(), code.severity().name(), code.meaning());
        let new = || Oddity { code: name, severity, cables: 0, meaning, examples: Vec::new() };
        let oddity = self.odd.entry(code).or_insert_with(new);
        oddity.cables += 1;
        if oddity.examples.len() < EXAMPLES {
            let line = diagnostic.line.and_then(|line| row.source_text.lines().nth(line.max(1) as usize - 1));
            let text: String = line.unwrap_or(&diagnostic.detail).trim().chars().take(LINE).collect();
            let (mrn, path) = (row.cable.mrn.clone(), row.provenance.id.to_string());
            oddity.examples.push(OddLine { mrn, path, line: diagnostic.line, text });
        }
    }

    fn name_later_text(&mut self, row: &Row) {
        let mrn = &row.cable.mrn;
        if self.later.len() < VERSIONS && !self.later.contains_key(mrn) {
            self.later.insert(mrn.clone(), Vec::new());
        }
        if let Some(paths) = self.later.get_mut(mrn).filter(|paths| paths.len() < EXAMPLES) {
            paths.push(row.provenance.id.to_string());
        }
    }

    fn finish(mut self) -> Result<AccessionFacts> {
        let order = order_of_levels(&self.levels);
        let facts = &mut self.facts;
        facts.coverage.levels = order.iter().map(|at| self.levels[*at].clone()).collect();
        let line = |name: String, counts: &[u64]| Line {
            name,
            all: counts.iter().sum(),
            levels: order.iter().map(|at| counts.get(*at).copied().unwrap_or_default()).collect(),
        };
        let year = |year: &Option<i32>| year.map_or("unknown".to_owned(), |year| year.to_string());
        facts.coverage.years = self.years.iter().map(|(name, counts)| line(year(name), counts)).collect();
        let post = |post: &Option<String>| post.clone().unwrap_or_else(|| "unknown".to_owned());
        let mut posts: Vec<Line> = self.posts.iter().map(|(name, counts)| line(post(name), counts)).collect();
        posts.sort_by(|one, other| other.all.cmp(&one.all).then_with(|| one.name.cmp(&other.name)));
        let more = posts.split_off(POSTS.min(posts.len()));
        facts.coverage.more_posts = more.len() as u64;
        facts.coverage.more_rows = more.iter().map(|line| line.all).sum();
        facts.coverage.posts = posts;
        (facts.gaps, facts.versions) = self.numbers.finish();
        for version in &mut facts.versions.examples {
            version.later = self.later.remove(&version.mrn).unwrap_or_default();
        }
        let mut captions: Vec<(String, u64)> = self.captions.into_iter().collect();
        captions.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        captions.truncate(POSTS);
        facts.markings.captions = captions;
        facts.markings.declassify_between = self.between.map(|(first, last)| [first.to_string(), last.to_string()]);
        facts.odd = self.odd.into_values().collect();
        facts.odd.sort_by_key(|oddity| (std::cmp::Reverse(oddity.cables), oddity.code));
        facts.changes = self.previous.map(Previous::changes).transpose()?;
        Ok(self.facts)
    }
}

/// Whether text and encoding give the bytes of the source back. Text that is UTF-8 is these bytes.
fn is_rebuilt(row: &Row) -> bool {
    let provenance = &row.provenance;
    match (row.text_sha256, provenance.encoding.encode(&row.source_text)) {
        (Some(sha256), Some(bytes)) => {
            bytes.len() as u64 == provenance.size && hexadecimal(&sha256) == provenance.sha256
        }
        (None, Some(bytes)) => crate::convert::BytesProof::of(&bytes).is(provenance.size, &provenance.sha256),
        (_, None) => false,
    }
}

fn count(count: &mut Count, row: &Row, holds: bool) {
    if holds {
        count.cables += 1;
        if count.examples.len() < EXAMPLES {
            count.examples.push(row.provenance.id.to_string());
        }
    }
}

fn count_word(words: &mut HashMap<String, u64>, word: &str) {
    if let Some(count) = words.get_mut(word) {
        *count += 1;
        return;
    }
    let word = if words.len() < WORDS { word } else { "others" };
    *words.entry(word.to_owned()).or_default() += 1;
}

fn whole(whole: &mut HowWhole, row: &Row) {
    let cable = &row.cable;
    let is_envelope = cable.header_form == HeaderForm::Empty;
    let lacks_sections = !cable.missing_sections.is_empty();
    let is_redacted = cable.redaction_count > 0;
    count(&mut whole.partial, row, cable.partial);
    count(&mut whole.envelope_only, row, is_envelope);
    count(&mut whole.cut, row, cable.truncated);
    count(&mut whole.sections_missing, row, lacks_sections);
    count(&mut whole.redacted, row, is_redacted);
    count(&mut whole.corrected, row, cable.corrected);
    let is_incomplete = cable.partial || is_envelope || cable.truncated || lacks_sections || is_redacted;
    whole.complete += u64::from(!is_incomplete);
    whole.redactions += u64::try_from(cable.redaction_count).unwrap_or_default();
}

fn markings(markings: &mut Markings, between: &mut Option<(Date, Date)>, row: &Row, today: Date) {
    let cable = &row.cable;
    let (envelope, text) = (&cable.classification, &cable.text_classification);
    count(&mut markings.levels_differ, row, envelope.is_some() && text.is_some() && envelope != text);
    let is_unclassified = envelope.as_deref().or(text.as_deref()) == Some("UNCLASSIFIED");
    count(&mut markings.higher_inside, row, is_unclassified && has_higher_mark(cable));
    let to_come = cable.declassify_on.filter(|date| *date > today);
    count(&mut markings.declassified, row, cable.declassify_on.is_some() && to_come.is_none());
    count(&mut markings.to_be_declassified, row, to_come.is_some());
    if let Some(date) = to_come {
        let (first, last) = between.unwrap_or((date, date));
        *between = Some((first.min(date), last.max(date)));
    }
    count(&mut markings.protect, row, asks_to_protect(&row.source_text));
}

fn has_higher_mark(cable: &Cable) -> bool {
    let paragraphs = cable.paragraphs.iter().flat_map(|paragraph| [&paragraph.marking, &paragraph.heading_marking]);
    let marks = paragraphs.chain([&cable.subject_marking]).flatten();
    marks.filter_map(|marking| Level::of_mark(marking.level())).any(|level| level > Level::Unclassified)
}

/// Whether a cable asks to protect a source: the strongest sign of what is sensitive that cables have.
fn asks_to_protect(text: &str) -> bool {
    use std::sync::LazyLock;
    const WORDS: [&str; 3] = ["please protect", "strictly protect", "(protect"];
    static FINDER: LazyLock<Option<AhoCorasick>> =
        LazyLock::new(|| AhoCorasick::builder().ascii_case_insensitive(true).build(WORDS).ok());
    FINDER.as_ref().is_some_and(|finder| finder.is_match(text))
}

fn characters(characters: &mut Characters, row: &Row) {
    *characters.encodings.entry(row.provenance.encoding.name()).or_default() += 1;
    *characters.dialects.entry(row.provenance.dialect).or_default() += 1;
    *characters.line_ends.entry(line_ends(row.source_text.as_bytes())).or_default() += 1;
}

fn line_ends(text: &[u8]) -> &'static str {
    if memchr::memchr(b'\r', text).is_none() {
        return if memchr::memchr(b'\n', text).is_some() { "LF" } else { "none" };
    }
    let pairs = memchr::memmem::find_iter(text, b"\r\n").count();
    let (returns, feeds) = (memchr::memchr_iter(b'\r', text).count(), memchr::memchr_iter(b'\n', text).count());
    match (pairs, returns, feeds) {
        (pairs, returns, feeds) if pairs == returns && pairs == feeds => "CRLF",
        (0, _, 0) => "CR",
        _ => "mixed",
    }
}

/// Places of the levels from the lowest to the highest; what is no level comes last.
fn order_of_levels(levels: &[String]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..levels.len()).collect();
    order.sort_by_key(|at| {
        let (name, level) = (&levels[*at], Level::of_words(&levels[*at]));
        (level.is_none(), level, name)
    });
    order
}
