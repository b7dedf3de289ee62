//! What the columns of a table mean: by their names, by the order of the well-known dumps, and by what they hold.
//!
//! One table for rows of every dialect. Looks at shapes only; what a value says is read by `parse`.

use std::sync::Arc;

use super::fields::{DateForm, FieldKey};
use super::plain::signs;
use crate::lex::date::since_1970;
use crate::lex::envelope;

/// What a column holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnMeaning {
    /// A field.
    Field(FieldKey),
    /// The transmission header.
    Header,
    /// The text.
    Body,
}

/// The columns of a document, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordColumns(pub Vec<ColumnMeaning>);

/// Names of columns that people gave them, in lower case without spaces, hyphens and underscores.
static NAMES: [(ColumnMeaning, &[&str]); 11] = [
    (ColumnMeaning::Field(FieldKey::Number), &["rowid", "cableid", "docid", "number", "idinsource"]),
    (
        ColumnMeaning::Field(FieldKey::Date(DateForm::Iso)),
        &[
            "date",
            "created",
            "createddate",
            "createdat",
            "datecreated",
            "cabledate",
            "datetime",
            "datesent",
            "sentat",
            "dateraw",
            "timestamp",
            "fecha",
            "datum",
        ],
    ),
    (
        ColumnMeaning::Field(FieldKey::Identifier),
        &["identifier", "reference", "referenceid", "refid", "mrn", "originid", "code", "localtitle"],
    ),
    (ColumnMeaning::Field(FieldKey::Origin), &["origin", "origindescription", "originator", "sender", "embassy"]),
    (ColumnMeaning::Field(FieldKey::Classification), &["classification", "class"]),
    (
        ColumnMeaning::Field(FieldKey::References),
        &["refs", "references", "referencesto", "referenceids", "destination", "destinationid", "source", "state"],
    ),
    (
        ColumnMeaning::Header,
        &["header", "headers", "routingheader", "messageheader", "cableheader", "cabecera", "sendto", "target"],
    ),
    (
        ColumnMeaning::Body,
        &[
            "body",
            "text",
            "content",
            "data",
            "cabletext",
            "message",
            "fulltext",
            "rawtext",
            "plaintext",
            "sourcetext",
            "contents",
            "texto",
            "contenido",
            "inhalt",
        ],
    ),
    (ColumnMeaning::Field(FieldKey::Title), &["subject", "title", "label"]),
    (ColumnMeaning::Field(FieldKey::Released), &["released", "added"]),
    (ColumnMeaning::Field(FieldKey::Article), &["article", "articles", "link", "links"]),
];

/// No name of a column is longer.
pub const LONGEST_NAME: usize = 64;

/// How many known names make a line one of names.
pub const KNOWN_NAMES: usize = 3;

/// No date with its time is longer.
const LONGEST_DATE: usize = 40;

/// A name that is the message reference number or the number of the record, as its values show.
const EITHER: &str = "id";

impl ColumnMeaning {
    /// What a column of that name means, where `sample` is a value of it; a name that nobody knows is a field of its own.
    pub fn of(name: &str, sample: &str) -> ColumnMeaning {
        let plain = folded(name);
        if plain == EITHER {
            let is_number = !sample.is_empty() && sample.bytes().all(|byte| byte.is_ascii_digit());
            return ColumnMeaning::Field(match envelope::is_identifier(sample) {
                true => FieldKey::Identifier,
                false if is_number => FieldKey::Number,
                false => FieldKey::Other(Arc::from(name)),
            });
        }
        match known(&plain) {
            // `data` is a date in some languages.
            Some(ColumnMeaning::Body) if sample.len() <= LONGEST_DATE && date_shape(sample).is_some() => {
                ColumnMeaning::Field(FieldKey::Date(DateForm::Iso))
            }
            Some(meaning) => meaning.clone(),
            None => ColumnMeaning::Field(FieldKey::Other(Arc::from(name))),
        }
    }

    /// Whether somebody names columns so.
    pub fn is_known(name: &str) -> bool {
        let plain = folded(name);
        plain == EITHER || known(&plain).is_some()
    }
}

/// What a value is that has the lines of a cable; line ends may be written as letters.
fn shown_text(value: &str) -> Option<ColumnMeaning> {
    let end = value.floor_char_boundary(SHOWN);
    let text = value[..end].replace("\\n", "\n");
    match signs::begins_text(&text) {
        true => Some(ColumnMeaning::Body),
        false => signs::begins_header(&text).then_some(ColumnMeaning::Header),
    }
}

/// So many bytes of a value show whether it is the text of a cable.
const SHOWN: usize = 8 * 1024;

/// A name as `NAMES` has it.
fn folded(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect()
}

fn known(plain: &str) -> Option<&'static ColumnMeaning> {
    NAMES.iter().find(|(_, names)| names.contains(&plain)).map(|(meaning, _)| meaning)
}

impl RecordColumns {
    /// The order of `cables.csv`.
    pub fn of_dump() -> RecordColumns {
        use FieldKey::{Classification, Date, Identifier, Number, Origin, References};
        let fields = [Number, Date(DateForm::Iso), Identifier, Origin, Classification, References];
        RecordColumns::with_texts(fields)
    }

    /// The order of the SQL dump: classification before origin.
    pub fn of_database() -> RecordColumns {
        use FieldKey::{Classification, Date, Identifier, Number, Origin, References};
        let fields = [Number, Date(DateForm::Iso), Identifier, Classification, Origin, References];
        RecordColumns::with_texts(fields)
    }

    fn with_texts<const N: usize>(fields: [FieldKey; N]) -> RecordColumns {
        RecordColumns(
            fields.into_iter().map(ColumnMeaning::Field).chain([ColumnMeaning::Header, ColumnMeaning::Body]).collect(),
        )
    }

    /// Columns by their names, with a row of values. The second column of one meaning is a field of its own name, and a
    /// column without a name at the front is an index.
    pub fn named(names: &[impl AsRef<str>], sample: &[impl AsRef<str>]) -> RecordColumns {
        let mut columns: Vec<ColumnMeaning> = Vec::new();
        for (index, name) in names.iter().map(|name| name.as_ref().trim()).enumerate() {
            let name = if name.is_empty() && index == 0 { "index" } else { name };
            let meaning = ColumnMeaning::of(name, sample.get(index).map_or("", |value| value.as_ref().trim()));
            let repeated = columns.contains(&meaning) && meaning != ColumnMeaning::Field(FieldKey::Article);
            columns.push(if repeated { ColumnMeaning::Field(FieldKey::Other(Arc::from(name))) } else { meaning });
        }
        RecordColumns(columns).with_shown_texts(|at| sample.get(at).map(AsRef::as_ref))
    }

    /// The same columns, with the texts that no name shows but a value does: one with the lines of a cable.
    pub fn with_shown_texts<'v>(mut self, value: impl Fn(usize) -> Option<&'v str>) -> RecordColumns {
        if self.position(&ColumnMeaning::Body).is_some() {
            return self;
        }
        for at in 0..self.0.len() {
            let is_other = matches!(self.0[at], ColumnMeaning::Field(FieldKey::Other(_)));
            let shown = value(at).filter(|_| is_other).and_then(shown_text);
            if let Some(shown) = shown.filter(|shown| self.position(shown).is_none()) {
                self.0[at] = shown;
            }
        }
        self
    }

    /// The columns of a row that holds a cable without names: those of a dump whose values have these shapes.
    pub fn of_values(values: &[impl AsRef<str>]) -> Option<RecordColumns> {
        [RecordColumns::of_dump(), RecordColumns::of_database()].into_iter().find(|known| known.fit(values))
    }

    /// The columns of a row that holds a cable: by these names, which say so much that a value may be missing; else in the
    /// order of a dump whose values have these shapes.
    pub fn fitting(names: &[impl AsRef<str>], values: &[impl AsRef<str>]) -> Option<RecordColumns> {
        if names.is_empty() {
            return RecordColumns::of_values(values);
        }
        let named = RecordColumns::named(names, values);
        (named.make_cables() && (named.fit(values) || named.nearly_fit(values))).then_some(named)
    }

    /// Where the column of that meaning is.
    pub fn position(&self, meaning: &ColumnMeaning) -> Option<usize> {
        self.0.iter().position(|column| column == meaning)
    }

    /// Where the column of that field is.
    pub fn field(&self, key: FieldKey) -> Option<usize> {
        self.position(&ColumnMeaning::Field(key))
    }

    /// How many fields come before the texts.
    pub fn fields_before_texts(&self) -> usize {
        self.0.iter().take_while(|column| matches!(column, ColumnMeaning::Field(_))).count()
    }

    /// Where the date is.
    pub fn date(&self) -> Option<usize> {
        self.0.iter().position(is_date_column)
    }

    /// Whether rows of these columns can be cables: a name, and a text.
    pub fn make_cables(&self) -> bool {
        self.field(FieldKey::Identifier).is_some()
            && self.0.iter().any(|column| !matches!(column, ColumnMeaning::Field(_)))
    }

    /// Whether a row of these columns holds a cable, by the shapes of its values.
    pub fn fit(&self, values: &[impl AsRef<str>]) -> bool {
        let value = |at: Option<usize>| at.and_then(|at| values.get(at)).map(|value| value.as_ref().trim());
        let level = value(self.field(FieldKey::Classification));
        let date = value(self.date());
        value(self.field(FieldKey::Identifier)).is_some_and(envelope::is_identifier)
            && level.is_none_or(envelope::is_classification)
            && date.is_none_or(|date| date_shape(date).is_some())
            && (level.is_some() || date.is_some() || self.field(FieldKey::Origin).is_some())
    }

    /// The columns that a row fits best: with all of its values, else with one missing.
    pub fn closest(candidates: Vec<RecordColumns>, values: &[impl AsRef<str>]) -> Option<RecordColumns> {
        let fits = candidates.iter().find(|columns| columns.fit(values));
        fits.or_else(|| candidates.iter().find(|columns| columns.nearly_fit(values))).cloned()
    }

    /// Whether these are the names of columns of cables, rather than the first row.
    pub fn are_names(names: &[impl AsRef<str>]) -> bool {
        names.iter().filter(|name| ColumnMeaning::is_known(name.as_ref())).count() >= KNOWN_NAMES
    }

    /// Whether a row of these columns holds a cable, by the shapes of its values, although its name, its level or its date
    /// may be missing. A date may also be unreadable.
    pub fn nearly_fit(&self, values: &[impl AsRef<str>]) -> bool {
        let value = |at: Option<usize>| at.map(|at| values.get(at).map_or("", |value| value.as_ref().trim()));
        let (name, date) = (value(self.field(FieldKey::Identifier)), value(self.date()));
        let level = value(self.field(FieldKey::Classification));
        let held = [
            name.is_some_and(envelope::is_identifier),
            level.is_some_and(envelope::is_classification),
            date.is_some_and(|date| date_shape(date).is_some()),
        ];
        held.into_iter().filter(|held| *held).count() > 1
            && name.is_none_or(|name| held[0] || is_null(name))
            && level.is_none_or(|level| held[1] || is_null(level))
    }

    /// Whether a document may end in a row of these columns with these values, before its texts; the last of them may be a
    /// part. `is_proven`: the row before is known to end.
    pub fn may_end_with(&self, values: &[impl AsRef<str>], is_proven: bool) -> bool {
        let count = self.fields_before_texts();
        let is_before_texts = values.len() <= count && count < self.0.len();
        let Some((last, whole)) = values.split_last().filter(|_| is_before_texts) else { return false };
        let whole: Vec<_> = self.0.iter().zip(whole.iter().map(|value| value.as_ref().trim())).collect();
        whole.iter().all(|(column, value)| is_null(value) || column.holds(value) != Some(false))
            && self.0[whole.len()].may_begin(last.as_ref())
            && (is_proven || whole.iter().any(|(column, value)| column.holds(value) == Some(true)))
    }
}

impl ColumnMeaning {
    /// Whether a value has the shape that those of this column have; `None` where they have none.
    pub fn holds(&self, value: &str) -> Option<bool> {
        Some(match self {
            ColumnMeaning::Field(FieldKey::Number) => {
                !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit())
            }
            ColumnMeaning::Field(FieldKey::Date(_)) => date_shape(value).is_some(),
            ColumnMeaning::Field(FieldKey::Identifier) => envelope::is_identifier(value),
            ColumnMeaning::Field(FieldKey::Classification) => envelope::is_classification(value),
            _ => return None,
        })
    }

    /// Whether values of this column can begin so.
    fn may_begin(&self, part: &str) -> bool {
        let is_sign = |byte: u8| match self {
            ColumnMeaning::Field(FieldKey::Number) => byte.is_ascii_digit(),
            ColumnMeaning::Field(FieldKey::Date(_)) => byte.is_ascii_alphanumeric() || b"-/:. ".contains(&byte),
            ColumnMeaning::Field(FieldKey::Identifier) => byte.is_ascii_alphanumeric() || byte == b'-',
            ColumnMeaning::Field(FieldKey::Classification) => byte.is_ascii_uppercase() || b" /".contains(&byte),
            _ => true,
        };
        part.bytes().all(is_sign)
    }
}

/// What databases and programs write for null.
const NULLS: [&str; 13] =
    ["\\N", "NULL", "null", "nan", "NaN", "NaT", "None", "<NA>", "NA", "#N/A", "(null)", "<null>", "[NULL]"];

/// Whether a value without quotes is null.
pub fn is_null(value: &str) -> bool {
    let value = value.trim();
    value.is_empty() || NULLS.contains(&value)
}

fn is_date_column(column: &ColumnMeaning) -> bool {
    matches!(column, ColumnMeaning::Field(FieldKey::Date(_)))
}

/// How the day of a date is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateShape {
    /// `2006-05-04`.
    Iso,
    /// `5/4/2006`, with its first two numbers.
    Slashes(u8, u8),
    /// `4.5.2006`.
    Dots,
    /// `1146735960`, `1146735960000`.
    Since1970,
}

/// The shape of a date, perhaps with a time; `None` where it has none.
pub fn date_shape(text: &str) -> Option<DateShape> {
    let day = text.trim().split([' ', 'T']).next()?;
    if day.len() >= LEAST_SINCE_1970 && since_1970(day).is_some() {
        return Some(DateShape::Since1970);
    }
    let number =
        |text: &str, digits: usize| (1..=digits).contains(&text.len()).then(|| text.parse::<u16>().ok()).flatten();
    let three = |separator: char| {
        let mut parts = day.split(separator);
        let three = (parts.next()?, parts.next()?, parts.next()?);
        parts.next().is_none().then_some(three)
    };
    if let Some((year, month, day)) = three('-') {
        return (year.len() == 4
            && number(year, 4).is_some()
            && number(month, 2).is_some()
            && number(day, 2).is_some())
        .then_some(DateShape::Iso);
    }
    let (separator, shape): (char, fn(u8, u8) -> DateShape) =
        if day.contains('/') { ('/', DateShape::Slashes) } else { ('.', |_, _| DateShape::Dots) };
    let (first, second, year) = three(separator)?;
    let (first, second) = (u8::try_from(number(first, 2)?).ok()?, u8::try_from(number(second, 2)?).ok()?);
    (year.len() == 4 && number(year, 4).is_some()).then(|| shape(first, second))
}

/// Numbers since 1970 have so many digits; few other dates have, without their time.
const LEAST_SINCE_1970: usize = 9;

/// Which of the two numbers of `5/4/2006` is the day, by the dates of a document.
pub fn slash_form<'d>(dates: impl Iterator<Item = &'d str>) -> DateForm {
    let (mut day_first, mut month_first) = (false, false);
    for date in dates {
        if let Some(DateShape::Slashes(first, second)) = date_shape(date) {
            day_first |= first > 12;
            month_first |= second > 12;
        }
    }
    match (day_first, month_first) {
        (true, true) => DateForm::DayOrMonthFirst,
        (true, false) => DateForm::DayFirst,
        (false, _) => DateForm::MonthFirst,
    }
}

/// Whether the day of a date may come before its month or after it.
pub fn is_in_either_order(date: &str) -> bool {
    matches!(date_shape(date), Some(DateShape::Slashes(..) | DateShape::Dots))
}

/// The form of one date, in a document that writes slashes so.
pub fn date_form(date: &str, slashes: DateForm) -> DateForm {
    match date_shape(date) {
        Some(DateShape::Slashes(..)) => slashes,
        Some(DateShape::Dots) => DateForm::DayFirst,
        Some(DateShape::Since1970) => DateForm::Since1970,
        Some(DateShape::Iso) | None => DateForm::Iso,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_known_by_the_names_people_gave_them() {
        let names = ["", "id", "Created_Date", "Reference ID", "origin", "class", "sendto", "Cable Text", "Note"];
        let columns = RecordColumns::named(&names, &["0", "1", "", "", "", "", "", "", ""]);
        assert_eq!(columns.field(FieldKey::Number), Some(1));
        assert_eq!((columns.date(), columns.field(FieldKey::Identifier)), (Some(2), Some(3)));
        assert_eq!(
            (columns.position(&ColumnMeaning::Header), columns.position(&ColumnMeaning::Body)),
            (Some(6), Some(7))
        );
        assert_eq!(columns.field(FieldKey::Other("index".into())), Some(0));
        assert_eq!(columns.field(FieldKey::Other("Note".into())), Some(8));
    }

    #[test]
    fn a_text_is_known_by_its_lines_where_no_name_shows_it() {
        let named =
            |names: &[&str]| RecordColumns::named(names, &["06LIMA1", "VZCZCXRO0001", "S E C R E T LIMA 000001"]);
        let texts = [ColumnMeaning::Header, ColumnMeaning::Body];
        assert_eq!(named(&["refid", "kopf", "document"]).0[1..], texts);
        assert_eq!(named(&["refid", "header", "value"]).0[1..], texts);
        let known = named(&["refid", "body", "value"]);
        assert_eq!(known.0[2], ColumnMeaning::Field(FieldKey::Other("value".into())));
    }

    #[test]
    fn an_id_is_what_its_values_are() {
        assert_eq!(ColumnMeaning::of("_id", "06LIMA1"), ColumnMeaning::Field(FieldKey::Identifier));
        assert_eq!(ColumnMeaning::of("id", "62999"), ColumnMeaning::Field(FieldKey::Number));
        assert_eq!(ColumnMeaning::of("id", "f48"), ColumnMeaning::Field(FieldKey::Other("id".into())));
    }

    #[test]
    fn data_are_a_date_where_they_look_like_one() {
        assert_eq!(
            ColumnMeaning::of("data", "2006-05-04 09:01:00"),
            ColumnMeaning::Field(FieldKey::Date(DateForm::Iso))
        );
        assert_eq!(ColumnMeaning::of("data", "S E C R E T LIMA 000001"), ColumnMeaning::Body);
        assert_eq!(ColumnMeaning::of("full_text", ""), ColumnMeaning::Body);
    }

    #[test]
    fn one_date_tells_the_form_of_all() {
        let form = |dates: &[&str]| slash_form(dates.iter().copied());
        assert_eq!(form(&["5/4/2006 9:46", "12/28/1966 18:48"]), DateForm::MonthFirst);
        assert_eq!(form(&["5/4/2006 9:46", "25/2/1972 9:30"]), DateForm::DayFirst);
        assert_eq!(form(&["25/2/1972", "2/25/1972"]), DateForm::DayOrMonthFirst);
    }
}
