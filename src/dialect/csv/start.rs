//! What a row begins with: the shapes of the fields before its texts.

use std::ops::Range;

use memchr::{memchr, memchr_iter};

use super::Marks;
use super::field::{field_at, list_at, list_column};
use crate::dialect::columns::{ColumnMeaning, RecordColumns, date_shape};
use crate::dialect::fields::FieldKey;
use crate::lex::envelope::{is_classification, is_identifier};

/// No line of fields before the texts is longer; keeps the reading of any line linear.
pub const LONGEST_LINE: usize = 4096;

/// How a row begins: what the fields on its first line must look like.
#[derive(Clone, Debug)]
pub struct RowStart {
    marks: Marks,
    /// The fields that are looked at, in order, with their columns.
    tests: Vec<(usize, Test)>,
    /// The column of a list that the delimiter may be within.
    list: Option<usize>,
    /// How many fields a row has.
    count: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Test {
    Number,
    Date,
    Identifier,
    Level,
}

impl Test {
    fn holds(self, text: &str) -> bool {
        match self {
            Test::Number => is_number(text.as_bytes()),
            Test::Date => date_shape(text).is_some(),
            Test::Identifier => is_identifier(text),
            Test::Level => is_classification(text),
        }
    }
}

impl RowStart {
    /// The beginning of rows of these columns; `None` where too little of it differs from prose.
    pub fn of(columns: &RecordColumns, marks: Marks) -> Option<RowStart> {
        let test = |column: &ColumnMeaning| match column {
            ColumnMeaning::Field(FieldKey::Number) => Some(Test::Number),
            ColumnMeaning::Field(FieldKey::Date(_)) => Some(Test::Date),
            ColumnMeaning::Field(FieldKey::Identifier) => Some(Test::Identifier),
            ColumnMeaning::Field(FieldKey::Classification) => Some(Test::Level),
            _ => None,
        };
        let leading = columns.0.iter().enumerate().take(columns.fields_before_texts());
        let mut tests: Vec<(usize, Test)> = leading.filter_map(|(at, column)| Some((at, test(column)?))).collect();
        let has = |tests: &[(usize, Test)], test: Test| tests.iter().any(|&(_, known)| known == test);
        if has(&tests, Test::Date) {
            tests.retain(|&(_, test)| test != Test::Level);
        }
        let list = list_column(columns, marks);
        let count = columns.0.len();
        (tests.len() > 1 && has(&tests, Test::Identifier)).then_some(RowStart { marks, tests, list, count })
    }

    /// The cheap look at a line.
    pub fn may_read(&self, line: &[u8]) -> bool {
        self.tests.first().is_none_or(|&(column, test)| {
            let is_mark = |first: u8| first == self.marks.quote || first == self.marks.delimiter;
            let is_begun = |first: u8| first.is_ascii_digit() || is_mark(first);
            column > 0 || test == Test::Level || line.first().is_some_and(|&first| is_begun(first))
        })
    }

    /// Whether a row begins with this line.
    pub fn begins(&self, line: &[u8]) -> bool {
        self.may_read(line) && self.read(line).is_some()
    }

    /// Whether a row begins with this line, and its number, where there is a column of numbers.
    pub fn read(&self, line: &[u8]) -> Option<Option<u64>> {
        self.read_without(0, line)
    }

    /// The same where one of the fields may be missing, if two are left to know the row by.
    pub fn read_incomplete(&self, line: &[u8]) -> Option<Option<u64>> {
        if self.tests.len() > 2 { self.read_without(1, line) } else { None }
    }

    /// The same where so many of the fields may be missing, or hold a quote. A date may also be unreadable.
    fn read_without(&self, mut missing: usize, line: &[u8]) -> Option<Option<u64>> {
        let line = first_line(line);
        let (mut column, mut next, mut number) = (0, Some(0), None);
        for &(tested, test) in &self.tests {
            let value = loop {
                let read = if self.list == Some(column) { list_at } else { field_at };
                let (value, behind) = read(line, next?, self.marks);
                next = behind;
                column += 1;
                if column > tested {
                    break value;
                }
            };
            let text = std::str::from_utf8(&line[value.range.clone()]).ok()?;
            if test.holds(text) {
                number = if test == Test::Number { text.parse().ok() } else { number };
            } else if test == Test::Date
                || value.is_null(line, self.marks)
                || text.as_bytes().contains(&self.marks.quote)
            {
                missing = missing.checked_sub(1)?;
            } else {
                return None;
            }
        }
        // `\"` after the tested fields is a row within the quotes of another.
        (line.get(next?) != Some(&b'\\')).then_some(number)
    }

    /// Whether the quotes of the line that a row begins with show that it is within no text: there all of them are doubled.
    pub fn is_outside_texts(&self, line: &[u8]) -> bool {
        let line = first_line(line);
        let is_opened = |(field, _): (Range<usize>, Range<usize>)| {
            let field = &line[field];
            let quotes = field.iter().take_while(|&&byte| byte == self.marks.quote).count();
            quotes % 2 == 1 && (quotes == 1 || quotes < field.len())
        };
        fields_between(line, self.marks).take(self.count).any(is_opened)
    }

    /// How many of the tested fields are as they must be, where a row has these.
    pub fn sound(&self, fields: &[String]) -> usize {
        let holds = |(at, test): &&(usize, Test)| fields.get(*at).is_some_and(|text| test.holds(text));
        self.tests.iter().filter(holds).count()
    }

    /// Whether a row begins with this line if its quotes are not looked at.
    pub fn read_loosely(&self, line: &[u8]) -> Option<Option<u64>> {
        let (mut tests, mut number) = (self.tests.iter().peekable(), None);
        for (at, (_, value)) in fields_between(line, self.marks).enumerate() {
            let Some(&&(column, test)) = tests.peek() else { break };
            if column == at {
                let text = std::str::from_utf8(&line[value]).ok().filter(|text| test.holds(text))?;
                if test == Test::Number {
                    number = text.parse().ok();
                }
                tests.next();
            }
        }
        tests.next().is_none().then_some(number)
    }
}

/// What is between the delimiters of the first line, whatever its quotes say: each field, and its value without them.
pub fn fields_between(line: &[u8], marks: Marks) -> impl Iterator<Item = (Range<usize>, Range<usize>)> {
    let line = first_line(line);
    let ends = memchr_iter(marks.delimiter, line).chain([line.len()]);
    let mut start = 0;
    ends.map(move |end| {
        let field = start..end;
        start = end + 1;
        let quotes = move |bytes: &mut dyn Iterator<Item = &u8>| bytes.take_while(|byte| **byte == marks.quote).count();
        let before = quotes(&mut line[field.clone()].iter());
        let after = quotes(&mut line[field.start + before..end].iter().rev());
        (field.clone(), field.start + before..end - after)
    })
}

/// Whether a field on the first line has quotes around it.
pub fn has_quotes(line: &[u8], marks: Marks) -> bool {
    fields_between(line, marks).any(|(field, value)| field.start < value.start)
}

/// The line that bytes begin with, as far as a row is looked at.
pub fn first_line(bytes: &[u8]) -> &[u8] {
    let bytes = &bytes[..bytes.len().min(LONGEST_LINE)];
    let line = &bytes[..memchr(b'\n', bytes).unwrap_or(bytes.len())];
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// The end of the first line, after its line end.
pub fn line_end(bytes: &[u8]) -> usize {
    memchr(b'\n', bytes).map_or(bytes.len(), |end| end + 1)
}

/// Databases have no number of more digits.
const MOST_DIGITS: usize = 38;

/// Whether a field is the number of a row.
pub fn is_number(bytes: &[u8]) -> bool {
    (1..=MOST_DIGITS).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_digit)
}
