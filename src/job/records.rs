//! The records of inputs that hold many, in few bytes: what the manifest has no lines for.
//!
//! A dump has a quarter of a million records, each of them a row with a hash, a number and a place. One takes about 60
//! bytes here, most of them its hash. The manifest says where the records of an input end and gives the SHA-256 of the
//! file, so that nothing here is read that was not proven.

use std::collections::HashMap;
use std::sync::Arc;

use super::entry::{BadReason, Contents, Fate, RecordState, Remark, RowState};
use crate::convert::DocumentEnd;
use crate::source::{DocumentId, RecordId};
use crate::write::digest::Hash;

/// The line ends that a record may have.
const LINE_ENDS: [&str; 4] = ["", "\n", "\r\n", "\r"];

/// A line end as it is kept in records; `None` for what is none.
pub fn line_end(text: &str) -> Option<&'static str> {
    LINE_ENDS.into_iter().find(|known| *known == text)
}

/// Appends the records and documents of one input.
pub fn encode(contents: &Contents, bytes: &mut Vec<u8>) {
    let mut out = RecordEncoder { bytes, texts: HashMap::new() };
    out.number(contents.records.len() as u64);
    let mut start = 0;
    for record in contents.records.iter() {
        out.record(record, &mut start);
    }
    out.number(contents.documents.len() as u64);
    for document in contents.documents.iter() {
        out.document(document);
    }
}

/// The records and documents of the input `id`; `None` if the bytes are not what `encode` gave.
pub fn decode(id: &DocumentId, bytes: &[u8]) -> Option<Contents> {
    let mut input = RecordDecoder { id, bytes, texts: Vec::new() };
    let count = input.count()?;
    let mut start = 0;
    let records = (0..count).map(|_| input.record(&mut start)).collect::<Option<Vec<_>>>()?;
    let count = input.count()?;
    let documents = (0..count).map(|_| input.document()).collect::<Option<Vec<_>>>()?;
    let is_over = input.bytes.is_empty();
    is_over.then(|| Contents { records: records.into(), documents: documents.into(), ..Contents::default() })
}

/// What a byte says of a record: its fate, its line end and what follows.
mod flags {
    pub const FATE: u8 = 0b11;
    pub const REPEATED: u8 = 1 << 2;
    pub const LINE_END: u8 = 3;
    pub const TEXT: u8 = 1 << 5;
    pub const REMARK: u8 = 1 << 6;
    pub const NUMBER: u8 = 1 << 7;
}

struct RecordEncoder<'e> {
    bytes: &'e mut Vec<u8>,
    /// Texts that were written before, and their places: members, partitions and folders come again and again.
    texts: HashMap<String, u64>,
}

impl RecordEncoder<'_> {
    fn record(&mut self, record: &RecordState, start: &mut u64) {
        let RecordState { id, text, line_end, read_as, fate, remark } = record;
        let line_end = LINE_ENDS.iter().position(|known| known == line_end).unwrap_or_default() as u8;
        let (fate_number, row) = match fate {
            Fate::Nothing => (0, None),
            Fate::Row(row) => (1, Some(row)),
            Fate::Duplicate => (2, None),
        };
        let mut flag = fate_number | line_end << flags::LINE_END;
        for (bit, holds) in [
            (flags::REPEATED, row.is_some_and(|row| row.repeated)),
            (flags::TEXT, text.is_some()),
            (flags::REMARK, remark.is_some()),
            (flags::NUMBER, id.number.is_some()),
        ] {
            flag |= if holds { bit } else { 0 };
        }
        self.bytes.push(flag);
        self.known(id.document.member().unwrap_or_default());
        self.number(id.start.wrapping_sub(*start));
        *start = id.start;
        if let Some(number) = id.number {
            self.number(number.into());
        }
        self.known(&format!("{read_as:x}"));
        self.bytes.extend(text.iter().flatten());
        if let Some(row) = row {
            self.row(row);
        }
        match remark.as_deref() {
            None => {}
            Some(Remark::NoCable(kind)) => {
                self.number(0);
                self.known(kind);
            }
            Some(Remark::Bad { bad, sha256 }) => {
                self.number(1);
                self.known(&bad.code);
                self.text(&bad.message);
                self.text(sha256.as_deref().unwrap_or_default());
            }
        }
    }

    /// The stem of a file nearly always ends with the number of the cable.
    fn row(&mut self, row: &RowState) {
        self.text(&row.mrn);
        self.known(&row.unit);
        match row.stem.strip_suffix(&*row.mrn) {
            Some(folder) => {
                self.number(1);
                self.known(folder);
            }
            None => {
                self.number(0);
                self.text(&row.stem);
            }
        }
    }

    fn document(&mut self, document: &DocumentEnd) {
        let DocumentEnd { id, kind, size, sha256, records } = document;
        self.known(id.member().unwrap_or_default());
        self.known(kind);
        self.number(*size);
        self.bytes.extend(sha256);
        self.number(records.map_or(0, |records| records + 1));
    }

    /// Seven bits a byte, the low ones first.
    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.bytes.extend(text.as_bytes());
    }

    /// A text that may come again: its place, or 0 and the text.
    fn known(&mut self, text: &str) {
        if let Some(&place) = self.texts.get(text) {
            return self.number(place);
        }
        self.number(0);
        self.text(text);
        self.texts.insert(text.to_owned(), self.texts.len() as u64 + 1);
    }
}

struct RecordDecoder<'d> {
    id: &'d DocumentId,
    bytes: &'d [u8],
    texts: Vec<Arc<str>>,
}

impl<'d> RecordDecoder<'d> {
    fn record(&mut self, last_start: &mut u64) -> Option<RecordState> {
        let flag = self.take::<1>()?[0];
        let has = |bit: u8| flag & bit != 0;
        let document = self.document_id()?;
        let start = last_start.wrapping_add(self.number()?);
        *last_start = start;
        let number = has(flags::NUMBER).then(|| self.number().and_then(|number| u32::try_from(number).ok()));
        let number = number.map_or(Some(None), |number| number.map(Some))?;
        let read_as = u64::from_str_radix(&self.known()?, 16).ok()?;
        let text = if has(flags::TEXT) { Some(self.take()?) } else { None };
        let fate = match flag & flags::FATE {
            0 => Fate::Nothing,
            1 => Fate::Row(self.row(has(flags::REPEATED))?),
            2 => Fate::Duplicate,
            _ => return None,
        };
        let remark = if has(flags::REMARK) { Some(Box::new(self.remark()?)) } else { None };
        let line_end = LINE_ENDS[usize::from(flag >> flags::LINE_END & 0b11)];
        Some(RecordState { id: RecordId { document, number, start }, text, line_end, read_as, fate, remark })
    }

    fn row(&mut self, repeated: bool) -> Option<RowState> {
        let (mrn, unit) = (self.text()?, self.known()?);
        let stem = match self.number()? {
            1 => format!("{}{mrn}", self.known()?),
            _ => self.text()?.to_owned(),
        };
        Some(RowState { mrn: mrn.into(), unit, stem: stem.into(), repeated })
    }

    fn remark(&mut self) -> Option<Remark> {
        Some(match self.number()? {
            0 => Remark::NoCable(self.known()?.to_string()),
            _ => {
                let bad = BadReason { code: self.known()?.to_string(), message: self.text()?.to_owned() };
                let sha256 = Some(self.text()?.to_owned()).filter(|sha256| !sha256.is_empty());
                Remark::Bad { bad, sha256 }
            }
        })
    }

    fn document(&mut self) -> Option<DocumentEnd> {
        let (id, kind) = (self.document_id()?, self.known()?);
        let (size, sha256): (u64, Hash) = (self.number()?, self.take()?);
        let records = self.number()?.checked_sub(1);
        Some(DocumentEnd { id, kind: kind.to_string().into(), size, sha256, records })
    }

    fn document_id(&mut self) -> Option<DocumentId> {
        let member = self.known()?;
        Some(if member.is_empty() { self.id.clone() } else { self.id.with_member(member) })
    }

    /// How many follow; each takes a byte at least.
    fn count(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok().filter(|count| *count <= self.bytes.len())
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.take::<1>()?[0];
            number |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn text(&mut self) -> Option<&'d str> {
        let length = self.count()?;
        let (text, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        std::str::from_utf8(text).ok()
    }

    fn known(&mut self) -> Option<Arc<str>> {
        match self.number()? {
            0 => {
                let text: Arc<str> = self.text()?.into();
                self.texts.push(text.clone());
                Some(text)
            }
            place => self.texts.get(usize::try_from(place).ok()? - 1).cloned(),
        }
    }

    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.bytes.split_first_chunk()?;
        self.bytes = rest;
        Some(*taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(id: RecordId, fate: Fate, remark: Option<Remark>) -> RecordState {
        let text = (fate != Fate::Nothing).then_some([7; 32]);
        RecordState { id, text, line_end: "\r\n", read_as: 1 << 60, fate, remark: remark.map(Box::new) }
    }

    #[test]
    fn records_come_back() {
        let id = DocumentId::file("dump.zip");
        let name = |number, start| RecordId { document: id.with_member("a/cables.csv"), number: Some(number), start };
        let row = |mrn: &str, stem: &str| RowState {
            mrn: mrn.into(),
            unit: "year=2006".into(),
            stem: stem.into(),
            repeated: true,
        };
        let bad = BadReason { code: "unreadable".to_owned(), message: "larger than the limit".to_owned() };
        let records = [
            record(name(0, 0), Fate::Row(row("06LIMA1", "2006/LIMA/06LIMA1")), None),
            record(name(1, 900), Fate::Row(row("06LIMA2", "unknown/LIMA/other")), None),
            record(name(2, 1800), Fate::Duplicate, None),
            record(name(3, 90_000_000_000), Fate::Nothing, Some(Remark::Bad { bad, sha256: None })),
            record(
                RecordId::whole(id.with_member("b.txt")),
                Fate::Nothing,
                Some(Remark::NoCable("other text".to_owned())),
            ),
        ];
        let document =
            |id: DocumentId, records| DocumentEnd { id, kind: "csv".into(), size: 1 << 40, sha256: [3; 32], records };
        let documents = [document(name(0, 0).document, Some(4)), document(id.clone(), None)];
        let contents = Contents { records: records.into(), documents: documents.into(), ..Contents::default() };
        let mut bytes = Vec::new();
        encode(&contents, &mut bytes);
        assert_eq!(decode(&id, &bytes), Some(contents));
        for end in 0..bytes.len() {
            assert_eq!(decode(&id, &bytes[..end]), None, "cut at {end}");
        }
    }

    #[test]
    fn a_record_of_a_dump_takes_few_bytes() {
        let id = DocumentId::file("cables.csv");
        let record = |number: u32| {
            let mrn = format!("06LIMA{number}");
            let stem = format!("2006/LIMA/{mrn}").into();
            let row = RowState { mrn: mrn.into(), unit: "year=2006".into(), stem, repeated: false };
            record(
                RecordId { document: id.clone(), number: Some(number), start: u64::from(number) * 9_000 },
                Fate::Row(row),
                None,
            )
        };
        let contents = Contents { records: (0..1000).map(record).collect(), ..Contents::default() };
        let mut bytes = Vec::new();
        encode(&contents, &mut bytes);
        assert!(bytes.len() < 60 * 1000, "{} bytes", bytes.len());
    }
}
