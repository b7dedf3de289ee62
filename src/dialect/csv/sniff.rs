//! The beginning of a document to how its rows are written.

use memchr::{memchr, memchr_iter, memmem};

use super::row::{CsvValue, field_at};
use super::{CsvRows, Escape, HeaderLine};
use crate::dialect::columns::{ColumnMeaning, RecordColumns, slash_form};
use crate::dialect::decode::without_mark;
use crate::dialect::fields::FieldKey;

/// Delimiters that were seen.
const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];

/// No field before the texts is longer; keeps the reading of any line linear.
const LONGEST_LINE: usize = 4096;

/// How many known names make a line one of names.
const KNOWN_NAMES: usize = 3;

/// How the rows of a document are written, if it begins with a row of a cable or with names and a row.
pub fn sniff(bytes: &[u8]) -> Option<CsvRows> {
    let bytes = without_mark(bytes);
    let start = bytes.iter().position(|byte| !matches!(byte, b'\r' | b'\n'))?;
    let bytes = &bytes[start..];
    let first = first_line(bytes);
    let delimiters = DELIMITERS.into_iter().filter(|delimiter| first.contains(delimiter));
    delimiters.into_iter().find_map(|delimiter| unnamed(bytes, delimiter).or_else(|| named(bytes, delimiter)))
}

/// Whether a document begins within a row of `cables.csv`, as parts of one do that was split by bytes: a later line
/// begins as its rows do, after one that ends as they do.
pub fn is_part(bytes: &[u8]) -> bool {
    let Some(start) = RowStart::of(&RecordColumns::of_dump(), b',', Escape::Backslash) else { return false };
    memmem::find_iter(bytes, b"\"\n\"").any(|at| start.read(&bytes[at + 2..]).is_some())
}

/// Rows in the order of a well-known dump.
fn unnamed(bytes: &[u8], delimiter: u8) -> Option<CsvRows> {
    let indexed = |columns: RecordColumns| {
        let index = ColumnMeaning::Field(FieldKey::Other("index".into()));
        RecordColumns([index].into_iter().chain(columns.0).collect())
    };
    let orders = [
        RecordColumns::of_dump(),
        RecordColumns::of_database(),
        indexed(RecordColumns::of_dump()),
        indexed(RecordColumns::of_database()),
    ];
    let escape = escape_of(bytes, delimiter);
    let values = line_values(bytes, delimiter, escape)?;
    // A row without quotes whose line ends are escaped is no row of this dialect.
    let is_quoted = delimiter != b'\t' || values.iter().any(|value| bytes[..value.range.start].ends_with(b"\""));
    let columns = orders.into_iter().find(|columns| is_quoted && columns.fit(&texts(bytes, &values)))?;
    columns.field(FieldKey::Number).filter(|&number| is_number(&bytes[values[number].range.clone()]))?;
    Some(rows(bytes, delimiter, escape, columns, HeaderLine::Row))
}

/// Rows under a line of names.
fn named(bytes: &[u8], delimiter: u8) -> Option<CsvRows> {
    let names_end = memchr(b'\n', &bytes[..bytes.len().min(LONGEST_LINE)])?;
    let names = line_values(bytes, delimiter, Escape::Doubled)?;
    let names = texts(bytes, &names);
    if names.iter().filter(|name| ColumnMeaning::is_known(name)).count() < KNOWN_NAMES {
        return None;
    }
    let rest = &bytes[names_end + 1..];
    let rest = &rest[rest.iter().position(|byte| !matches!(byte, b'\r' | b'\n'))?..];
    let escape = escape_of(rest, delimiter);
    let values = line_values(rest, delimiter, escape)?;
    let sample = texts(rest, &values);
    let columns = RecordColumns::named(&names, &sample);
    let proves =
        RowStart::of(&columns, delimiter, escape).map_or(columns.fit(&sample), |start| start.read(rest).is_some());
    (columns.make_cables() && proves).then(|| rows(rest, delimiter, escape, columns, HeaderLine::Names))
}

fn rows(bytes: &[u8], delimiter: u8, escape: Escape, columns: RecordColumns, front: HeaderLine) -> CsvRows {
    let dates = columns.date().zip(RowStart::of(&columns, delimiter, escape)).map(|(date, start)| {
        let lines = std::iter::once(0).chain(memchr_iter(b'\n', bytes).map(|end| end + 1));
        let lines = lines.filter(|&line| start.may_read(&bytes[line..]) && start.read(&bytes[line..]).is_some());
        let value = |line: usize| {
            let line = &bytes[line..];
            let values = line_values(line, delimiter, escape)?;
            Some(String::from_utf8_lossy(&line[values.get(date)?.range.clone()]).into_owned())
        };
        lines.filter_map(value).collect::<Vec<_>>()
    });
    let slashes = slash_form(dates.unwrap_or_default().iter().map(String::as_str));
    CsvRows { delimiter, escape, columns, front, slashes, ..CsvRows::default() }
}

/// The fields on the first line of `bytes`, the last of them perhaps cut by its end.
fn line_values(bytes: &[u8], delimiter: u8, escape: Escape) -> Option<Vec<CsvValue>> {
    let line = first_line(bytes);
    let mut values = Vec::new();
    let mut next = Some(0);
    while let Some(at) = next {
        let (value, behind) = field_at(line, at, delimiter, escape);
        values.push(value);
        next = behind;
    }
    (values.len() > 1).then_some(values)
}

fn first_line(bytes: &[u8]) -> &[u8] {
    let bytes = &bytes[..bytes.len().min(LONGEST_LINE)];
    let line = &bytes[..memchr(b'\n', bytes).unwrap_or(bytes.len())];
    line.strip_suffix(b"\r").unwrap_or(line)
}

fn texts(bytes: &[u8], values: &[CsvValue]) -> Vec<String> {
    values.iter().map(|value| String::from_utf8_lossy(&bytes[value.range.clone()]).into_owned()).collect()
}

fn is_number(bytes: &[u8]) -> bool {
    (1..=9).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_digit)
}

/// How quotes are escaped: by what cannot be written in the other way.
fn escape_of(bytes: &[u8], delimiter: u8) -> Escape {
    let ends_field = |byte: Option<&u8>| byte.is_none_or(|byte| matches!(byte, b'\r' | b'\n') || *byte == delimiter);
    // Where quotes are doubled, `\"` can only end a field, and `\""` be a quote after a backslash.
    let backslash = memmem::find_iter(bytes, b"\\\"").any(|at| {
        let after = bytes.get(at + 2);
        !ends_field(after) && after != Some(&b'"')
    });
    let doubled = memmem::find_iter(bytes, b"\"\"").any(|at| {
        let before = at.checked_sub(1).map(|before| &bytes[before]);
        let (before, after) = (before.filter(|byte| !matches!(byte, b'"' | b'\\')), bytes.get(at + 2));
        before.is_some() && !ends_field(before) && !ends_field(after)
    });
    match (backslash, doubled) {
        (true, _) => Escape::Backslash,
        (false, true) => Escape::Doubled,
        (false, false) if memmem::find(bytes, b"\\'").is_some() => Escape::Backslash,
        (false, false) => Escape::Either,
    }
}

/// How a row begins: what the fields on its first line must look like.
#[derive(Clone, Debug)]
pub struct RowStart {
    delimiter: u8,
    escape: Escape,
    /// The fields that are looked at, in order, with their columns.
    tests: Vec<(usize, Test)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Test {
    Number,
    Date,
    Identifier,
    Level,
}

impl RowStart {
    /// The beginning of rows of these columns; `None` where too little of it differs from prose.
    pub fn of(columns: &RecordColumns, delimiter: u8, escape: Escape) -> Option<RowStart> {
        let texts = columns.0.iter().position(|column| !matches!(column, ColumnMeaning::Field(_)));
        let test = |column: &ColumnMeaning| match column {
            ColumnMeaning::Field(FieldKey::Number) => Some(Test::Number),
            ColumnMeaning::Field(FieldKey::Date(_)) => Some(Test::Date),
            ColumnMeaning::Field(FieldKey::Identifier) => Some(Test::Identifier),
            ColumnMeaning::Field(FieldKey::Classification) => Some(Test::Level),
            _ => None,
        };
        let leading = columns.0.iter().enumerate().take(texts.unwrap_or(columns.0.len()));
        let mut tests: Vec<(usize, Test)> = leading.filter_map(|(at, column)| Some((at, test(column)?))).collect();
        let has = |tests: &[(usize, Test)], test: Test| tests.iter().any(|&(_, known)| known == test);
        if has(&tests, Test::Date) {
            tests.retain(|&(_, test)| test != Test::Level);
        }
        (tests.len() > 1 && has(&tests, Test::Identifier)).then_some(RowStart { delimiter, escape, tests })
    }

    /// The cheap look at a line.
    pub fn may_read(&self, line: &[u8]) -> bool {
        self.tests.first().is_none_or(|&(column, test)| {
            column > 0 || test == Test::Level || matches!(line.first(), Some(b'"' | b'0'..=b'9'))
        })
    }

    /// Whether a row begins with this line, and its number, where there is a column of numbers.
    pub fn read(&self, line: &[u8]) -> Option<Option<u64>> {
        let line = first_line(line);
        let (mut column, mut next, mut number) = (0, Some(0), None);
        for &(tested, test) in &self.tests {
            let value = loop {
                let (value, behind) = field_at(line, next?, self.delimiter, self.escape);
                next = behind;
                column += 1;
                if column > tested {
                    break &line[value.range];
                }
            };
            let text = std::str::from_utf8(value).ok()?;
            match test {
                Test::Number if is_number(value) => number = text.parse().ok(),
                Test::Date if crate::dialect::columns::date_shape(text).is_some() => {}
                Test::Identifier if crate::lex::envelope::is_identifier(text) => {}
                Test::Level if crate::lex::envelope::is_classification(text) => {}
                _ => return None,
            }
        }
        // `\"` after the tested fields is a row within the quotes of another.
        (line.get(next?) != Some(&b'\\')).then_some(number)
    }
}
