//! A document of a volume to its fields and its text.

use std::ops::Range;

use super::run_in::RunInPreamble;
use super::text::{EditedGap, EditedRun, EditedText};
use super::{Frus, split};
use crate::dialect::builder::{TranscriptBuilder, transcribe as build};
use crate::dialect::cleaning::Leftovers;
use crate::dialect::fields::{DateForm, FieldKey, RecordKey};
use crate::dialect::markup::{MarkupTag, MarkupToken, tokens};
use crate::dialect::{Dialect, Transcript, plain};
use crate::lex::envelope::is_classification;
use crate::lex::range_of;
use crate::lex::sender;

/// Transcribes a document; `None` where it is no telegram.
pub fn transcribe(bytes: Vec<u8>, file_name: &str) -> Option<Transcript> {
    let source = String::from_utf8_lossy(&bytes);
    let document = EditedDocument::of(&source)?;
    document.kind(&source)?;
    let name = document.id.clone().map_or(file_name.to_owned(), |id| format!("{file_name}/{}", &source[id]));
    Some(build(Frus.name(), bytes, &name, Leftovers::None, |builder| {
        if let Some(document) = EditedDocument::of(builder.source()) {
            builder.number_as_markup();
            document.read(builder);
        }
    }))
}

/// Elements within more of them are taken for their text.
const DEEPEST: usize = 256;

/// Words that a heading begins with after its number, where the document is a telegram.
const KINDS: [&str; 4] = ["Telegram", "Circular Telegram", "Backchannel Telegram", "Airgram"];

/// What is in a document.
#[derive(Default)]
struct EditedDocument {
    /// Its name in the volume.
    id: Option<Range<usize>>,
    /// Its heading, notes left out.
    head: EditedText,
    /// The sender as the heading marks it.
    from: EditedText,
    /// The note on its source.
    source_note: EditedText,
    /// All other notes, with their numbers.
    notes: Vec<(String, EditedText)>,
    /// When the edition says it was sent.
    when: Option<Range<usize>>,
    /// The telegram.
    body: EditedText,
}

/// What a text is part of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum EditedPlace {
    Body,
    Head,
    From,
    SourceNote,
    Note,
    Dateline,
}

impl EditedDocument {
    fn of(source: &str) -> Option<EditedDocument> {
        let within = split::first_document(source.as_bytes())?;
        let mut document = EditedDocument::default();
        let mut open: Vec<(&str, EditedPlace)> = Vec::new();
        // A label has ended, and the item after it is on its line.
        let mut is_labelled = false;
        for token in tokens(source, within) {
            let place = open.last().map_or(EditedPlace::Body, |(_, place)| *place);
            match token {
                MarkupToken::Text(range) => {
                    is_labelled &= source[range.clone()].trim().is_empty();
                    document.push(EditedRun::Text(range), place);
                }
                MarkupToken::Open(tag) => {
                    is_labelled &= matches!(tag.name, "item" | "p");
                    let gap = EditedGap::of(&tag).filter(|_| !is_labelled);
                    document.attributes(source, &tag, place);
                    let inner = document.inner(&tag, place);
                    if let Some(gap) = gap {
                        document.push(EditedRun::Gap(gap, tag.range.clone()), inner);
                    }
                    if !tag.is_empty() && open.len() < DEEPEST {
                        open.push((tag.name, inner));
                    }
                }
                MarkupToken::Close(tag) => {
                    is_labelled = tag.name == "label";
                    let gap = if is_labelled { Some(EditedGap::Word) } else { EditedGap::of(&tag) };
                    if let Some(gap) = gap {
                        document.push(EditedRun::Gap(gap, tag.range.clone()), place);
                    }
                    if let Some(at) = open.iter().rposition(|(name, _)| *name == tag.name) {
                        open.truncate(at);
                    }
                }
            }
        }
        Some(document)
    }

    fn push(&mut self, run: EditedRun, place: EditedPlace) {
        match place {
            EditedPlace::Body => self.body.push(run),
            EditedPlace::Head => self.head.push(run),
            EditedPlace::From => {
                self.head.push(run.clone());
                self.from.push(run);
            }
            EditedPlace::SourceNote => self.source_note.push(run),
            EditedPlace::Note => self.notes.last_mut().into_iter().for_each(|(_, note)| note.push(run.clone())),
            EditedPlace::Dateline => {}
        }
    }

    fn attributes(&mut self, source: &str, tag: &MarkupTag<'_>, place: EditedPlace) {
        let range = |value: &str| range_of(source, value);
        if tag.is("div") && self.id.is_none() {
            self.id = tag.attribute("xml:id").map(range);
            self.when = tag.attribute("frus:doc-dateTime-min").map(range);
        }
        if tag.is("date")
            && place == EditedPlace::Dateline
            && let Some(when) = tag.attribute("when")
        {
            self.when = Some(range(when));
        }
    }

    /// What the texts in an element are part of, which itself is in `place`.
    fn inner(&mut self, tag: &MarkupTag<'_>, place: EditedPlace) -> EditedPlace {
        let kind = tag.attribute("type");
        match (tag.name, place) {
            (_, EditedPlace::Note | EditedPlace::SourceNote | EditedPlace::Dateline) => place,
            ("note", _) if kind == Some("source") => EditedPlace::SourceNote,
            ("note", _) => {
                self.notes.push((tag.attribute("n").unwrap_or_default().to_owned(), EditedText::default()));
                EditedPlace::Note
            }
            ("head", EditedPlace::Body) if self.head.is_empty() => EditedPlace::Head,
            ("gloss", EditedPlace::Head) if kind == Some("from") => EditedPlace::From,
            ("dateline" | "opener", EditedPlace::Body) => EditedPlace::Dateline,
            _ => place,
        }
    }

    /// The word for what the document is; `None` where it is no telegram.
    fn kind(&self, source: &str) -> Option<&'static str> {
        let head = self.head.words(source);
        let (number, rest) = head.split_once(". ")?;
        let is_number = number.bytes().all(|byte| byte.is_ascii_digit()) && !number.is_empty();
        KINDS.into_iter().find(|kind| is_number && rest.starts_with(kind))
    }

    fn read(&self, builder: &mut TranscriptBuilder<'_>) {
        let source = builder.source();
        let preamble = RunInPreamble::of(&self.body, source);
        let lead = preamble.number.clone();
        let number = lead.clone().map(|lead| &source[lead]);
        let name = self.name(source, number);
        if let (Some(name), Some(first)) = (&name, self.head.texts(source).next()) {
            builder.field(FieldKey::Identifier, |builder| builder.replace(first, name));
        }
        if let Some(lead) = lead.filter(|lead| name.is_none_or(|name| !name.ends_with(&source[lead.clone()]))) {
            builder.field(FieldKey::Other("number".into()), |builder| builder.keep(lead));
        }
        self.head.put_field(FieldKey::Title, builder);
        if let Some(when) = self.when.clone() {
            let is_utc = source[when.clone()].ends_with("+00:00") || source[when.clone()].ends_with('Z');
            let form = if is_utc { DateForm::Iso } else { DateForm::IsoDay };
            builder.field(FieldKey::Date(form), |builder| builder.keep(when));
        }
        self.from.put_field(FieldKey::Origin, builder);
        self.put_source(builder);
        if let Some(id) = self.id.clone() {
            builder.field(FieldKey::Record(RecordKey::Number, "xml:id".into()), |builder| builder.keep(id));
        }
        for (number, note) in &self.notes {
            note.put_field(FieldKey::Other(format!("note {number}").trim().into()), builder);
        }
        match self.is_raw(source) {
            true => builder.whole(|builder| self.body.put(|gap| gap.text("\n"), builder)),
            false => {
                let body = self.body.with_rows(&preamble.borders);
                builder.text_alone(|builder| body.put(|gap| gap.text("\n\n"), builder));
            }
        }
    }

    /// The number of the telegram with post and year, where the heading tells all three; the number may be in the text.
    fn name(&self, source: &str, number: Option<&str>) -> Option<String> {
        let head = self.head.words(source);
        let words = head.split_once("elegram ")?.1;
        let in_head = words.split_once(' ').and_then(|(serial, rest)| Some((serial.parse::<u32>().ok()?, rest)));
        let (serial, rest) = match in_head {
            Some(found) => found,
            None => (number?.parse().ok()?, words),
        };
        let sender = rest.strip_prefix("From the ").or_else(|| rest.strip_prefix("from the "))?;
        let sender = sender.split_once(" to ").map_or(sender, |(sender, _)| sender);
        let year = source[self.when.clone()?].get(2..4)?.to_owned();
        Some(format!("{year}{}{serial}", sender::post_of(sender)?.mrn))
    }

    /// Puts what the note on the source says: film, level, and what follows the level.
    fn put_source(&self, builder: &mut TranscriptBuilder<'_>) {
        let source = builder.source();
        for range in self.source_note.texts(source) {
            for sentence in sentences(source, range.clone()) {
                let level = source[sentence.clone()].split(';').next().unwrap_or_default();
                if is_classification(&level.trim().to_ascii_uppercase()) {
                    let start = sentence.start + level.len();
                    builder.field(FieldKey::Classification, |builder| builder.keep(sentence.start..start));
                    put_handling(start + 1..sentence.end, builder);
                }
            }
            if let Some(film) = film_number(source, range.clone()) {
                let key = FieldKey::Record(RecordKey::FilmNumber, "Film Number".into());
                builder.field(key, |builder| builder.keep(film));
            }
        }
        self.source_note.put_field(FieldKey::Other("source".into()), builder);
    }

    /// Whether the edition kept the lines of the telegram: its header is among them.
    fn is_raw(&self, source: &str) -> bool {
        let texts: Vec<&str> = self.body.texts(source).map(|range| source[range].trim()).collect();
        texts.windows(2).any(|pair| plain::is_date_time_group(pair[0]) && pair[1].starts_with("FM "))
    }
}

/// Precedences as the editors write them.
const PRECEDENCES: [&str; 5] = ["Routine", "Priority", "Immediate", "Niact Immediate", "Flash"];

/// Puts `Immediate; Exdis`: the precedence, and restrictions.
fn put_handling(range: Range<usize>, builder: &mut TranscriptBuilder<'_>) {
    let source = builder.source();
    let words = source.get(range).unwrap_or_default().split(';').map(str::trim_start);
    for word in words.filter(|word| !word.is_empty()) {
        let is_precedence = PRECEDENCES.iter().any(|known| known.eq_ignore_ascii_case(word.trim_end()));
        let key = if is_precedence { FieldKey::Precedence } else { FieldKey::Handling };
        builder.field(key, |builder| builder.keep(range_of(source, word)));
    }
}

/// The sentences of a note, without the period at their end.
fn sentences(source: &str, range: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    source[range].split('.').map(|sentence| range_of(source, sentence.trim_start()))
}

/// `D750242-0001`: the number of a film and its frame.
fn film_number(source: &str, range: Range<usize>) -> Option<Range<usize>> {
    let text = &source[range.clone()];
    text.match_indices('-').find_map(|(at, _)| {
        let (reel, frame) = (text.get(at.checked_sub(7)?..at)?, text.get(at + 1..at + 5)?);
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let is_reel = reel.starts_with(['D', 'P', 'N']) && digits(&reel[1..]);
        (is_reel && digits(frame)).then_some(range.start + at - 7..range.start + at + 5)
    })
}
