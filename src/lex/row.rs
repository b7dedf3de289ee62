//! Rows of CSV dumps, by the fields before the header column.
//!
//! `62999,5/4/2006 9:46,06LIMA9971,"Embassy Lima",SECRET,,"VZCZC...`: such rows are in files of many rows, which are
//! no cables yet, and inside the body of a cable, where `parse` reads them.

use std::ops::Range;

use memchr::memchr_iter;

use super::envelope;

/// The fields of a row up to the opening quote of its header column, as ranges of the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DumpRow {
    /// Number, date, identifier, origin, classification and references, without quotes.
    pub fields: [Range<usize>; 6],
    /// Where the content of the header column begins, after its quote.
    pub content: usize,
}

impl DumpRow {
    /// Reads the beginning of a row; `None` where the line is not one.
    pub fn read(line: &str) -> Option<DumpRow> {
        if !line.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let mut at = 0;
        let mut fields: [Range<usize>; 6] = Default::default();
        for field in &mut fields {
            let (range, next) = field_at(line, at)?;
            (*field, at) = (range, next);
        }
        let row = DumpRow { fields, content: at + line[at..].starts_with('"') as usize };
        row.is_sound(line).then_some(row)
    }

    fn is_sound(&self, line: &str) -> bool {
        // A row inside a body may be wrapped within its fields.
        let [number, date, id, _, classification, _] =
            self.fields.clone().map(|range| line[range].split('\n').map(str::trim).collect::<Vec<_>>().concat());
        number.bytes().all(|byte| byte.is_ascii_digit())
            && date.len() >= 8
            && date.bytes().filter(|&byte| byte == b'/').count() == 2
            && envelope::is_identifier(&id)
            && envelope::is_classification(&classification)
    }
}

/// No field before the header column is longer; keeps the reading of any line linear.
const LONGEST_FIELD: usize = 4096;

/// The field at `start`, without its quotes, and where the next one begins.
fn field_at(line: &str, start: usize) -> Option<(Range<usize>, usize)> {
    let rest = &line.as_bytes()[start..];
    let rest = &rest[..rest.len().min(LONGEST_FIELD)];
    if rest.first() == Some(&b'"') {
        let length = memchr_iter(b'"', &rest[1..]).find(|&at| rest.get(at + 2) == Some(&b','))?;
        return Some((start + 1..start + 1 + length, start + length + 3));
    }
    let length = memchr::memchr(b',', rest)?;
    Some((start..start + length, start + length + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_taken_apart_up_to_its_header_column() {
        let line = "61417,5/4/2006 9:46,06LIMA9308,\"Embassy Lima\",SECRET,\"06STATE1,06LIMA3\",\"VZCZCXYZ0027";
        let row = DumpRow::read(line).unwrap();
        let fields = row.fields.map(|range| &line[range]);
        assert_eq!(fields, ["61417", "5/4/2006 9:46", "06LIMA9308", "Embassy Lima", "SECRET", "06STATE1,06LIMA3"]);
        assert_eq!(&line[row.content..], "VZCZCXYZ0027");
    }

    #[test]
    fn prose_with_commas_is_no_row() {
        assert_eq!(DumpRow::read("12, 13, 14, 15, 16, 17, 18"), None);
        assert_eq!(DumpRow::read("5000,"), None);
    }
}
