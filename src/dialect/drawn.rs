//! Tables of cables that are drawn in a way that nobody reads here: as the client of a database shows them, between other
//! delimiters, a column a line, in markup. They are no cable, although their texts look like one.
//!
//! Judged by the names of columns or by the first rows alone: a cable may hold a table.

use memchr::{memchr, memmem};

use super::columns::{ColumnMeaning, KNOWN_NAMES, LONGEST_NAME, RecordColumns};

/// Whether a document begins with a table of cables.
pub fn begins_table(bytes: &[u8]) -> bool {
    let mut lines = lines(bytes).filter(|line| !line.trim_ascii().is_empty()).peekable();
    // Some have a rule above the names.
    while lines.next_if(|line| is_rule(line)).is_some() {}
    let Some(&first) = lines.peek() else { return false };
    match first.trim_ascii_start().first() {
        Some(b'<') => are_elements(bytes),
        Some(b'0'..=b'9') => {
            let separator = separator(first);
            lines.filter(|line| separator.is_some_and(|separator| is_row(line, separator))).nth(1).is_some()
        }
        _ => {
            let mut ahead = lines.clone().skip(1);
            are_names(first, ahead.next().is_some_and(is_rule)) || are_labels(lines)
        }
    }
}

/// No line is looked at further.
const LONGEST_LINE: usize = 1024;

/// The beginnings of lines; the sign that ends the rows of a table in ASCII ends one, too.
fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> + Clone {
    let lines = bytes.split(|byte| matches!(byte, b'\n' | b'\x1E'));
    lines.map(|line| &line[..line.len().min(LONGEST_LINE)])
}

/// Whether a line is drawn: it has no letter and no digit, but signs.
fn is_rule(line: &[u8]) -> bool {
    !line.trim_ascii().is_empty() && !line.iter().any(u8::is_ascii_alphanumeric)
}

/// The words that are on a line, whatever is between them.
pub fn words(line: &[u8]) -> impl Iterator<Item = &str> {
    let is_of_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let words = line.split(move |byte| !is_of_word(byte)).filter(|word| !word.is_empty());
    words.filter_map(|word| std::str::from_utf8(word).ok())
}

/// Whether these are names of columns of cables: most of them are known, and there are the name and the text of a cable.
pub fn are_of_cables(names: &[&str]) -> bool {
    let known = names.iter().filter(|name| ColumnMeaning::is_known(name)).count();
    let samples = vec![SAMPLE; names.len()];
    known >= KNOWN_NAMES && known * 2 > names.len() && RecordColumns::named(names, &samples).make_cables()
}

/// The name of a cable.
const SAMPLE: &str = "06LIMA1";

/// Whether a name is written as names in databases are.
pub fn is_of_database(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_') && !name.contains(|c: char| c.is_ascii_uppercase())
}

/// Whether a line holds the names of columns alone: a rule is below it, or they are written as in databases.
fn are_names(line: &[u8], is_above_rule: bool) -> bool {
    let names: Vec<&str> = words(line).collect();
    (is_above_rule || names.iter().all(|name| is_of_database(name))) && are_of_cables(&names)
}

/// Whether a record is a column a line, and another one is; of `refid = 06LIMA1` one is enough, since cables have no such
/// labels.
fn are_labels<'l>(lines: impl Iterator<Item = &'l [u8]> + Clone) -> bool {
    let are_equations = lines.clone().take(LABELLED).all(|line| memmem::find(line, b" = ").is_some());
    let mut labels = lines.map(|line| label(line).filter(|name| ColumnMeaning::is_known(name)));
    let first: Vec<&str> = labels.by_ref().take(LABELLED).flatten().collect();
    first.len() >= KNOWN_NAMES && {
        let others: Vec<&str> = labels.flatten().take(MOST_LABELS).collect();
        (are_equations || others.contains(&first[0])) && are_of_cables(&[first, others].concat())
    }
}

/// Of so many lines at the front all but one are labelled: the number of a record may come first.
const LABELLED: usize = KNOWN_NAMES + 1;
/// So many labels after them are looked at.
const MOST_LABELS: usize = 64;

/// The name before the sign of a line, as in `refid = 06LIMA1`, `- refid: 06LIMA1`, `refid | 06LIMA1`.
fn label(line: &[u8]) -> Option<&str> {
    let line = line.trim_ascii_start();
    let line = line.strip_prefix(b"- ").unwrap_or(line).trim_ascii_start();
    let name = words(&line[..line.len().min(LONGEST_NAME)]).next().filter(|name| line.starts_with(name.as_bytes()))?;
    let sign = line[name.len()..].trim_ascii_start().first();
    (is_of_database(name) && matches!(sign, Some(b'=' | b':' | b'|'))).then_some(name)
}

/// Whether elements or their attributes have the names of columns: `<refid>06LIMA1</refid>`, `<th>refid</th>`,
/// `<field name="refid">`; or whether the first cells hold the values of a row.
fn are_elements(bytes: &[u8]) -> bool {
    let bytes = &bytes[..bytes.len().min(MOST_OF_MARKUP)];
    let mut names: Vec<&str> = Vec::new();
    for (before, after) in [("<", ""), ("<TH", ">"), ("<th", ">"), ("name=\"", "")] {
        let ends = memmem::find_iter(bytes, before).map(|at| at + before.len());
        let ends = ends.filter_map(|end| Some(end + memmem::find(&bytes[end..], after.as_bytes())? + after.len()));
        let found = ends.filter_map(|end| words(&bytes[end..bytes.len().min(end + LONGEST_NAME)]).next());
        for name in found.filter(|name| is_of_database(name) && ColumnMeaning::is_known(name)) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    are_of_cables(&names) || is_row_of_cells(bytes)
}

/// Whether the first cells of a table hold the values of a row of a well-known dump.
fn is_row_of_cells(bytes: &[u8]) -> bool {
    let cells = memmem::find_iter(bytes, "<td").chain(memmem::find_iter(bytes, "<TD"));
    let values: Vec<String> =
        cells.take(RecordColumns::of_dump().0.len()).filter_map(|at| cell(&bytes[at..])).collect();
    RecordColumns::of_values(&values).is_some()
}

/// The text of a cell that begins with its tag.
fn cell(bytes: &[u8]) -> Option<String> {
    let text = &bytes[memchr(b'>', bytes)? + 1..];
    let text = &text[..memchr(b'<', text).unwrap_or(text.len())];
    Some(String::from_utf8_lossy(text).trim().to_owned())
}

/// The first elements of a table are within so many bytes.
const MOST_OF_MARKUP: usize = 8192;

/// What is between the number at the beginning of a line and the value after it, quotes aside.
fn separator(line: &[u8]) -> Option<&[u8]> {
    let line = line.trim_ascii_start();
    let rest = &line[line.iter().take_while(|byte| byte.is_ascii_digit()).count()..];
    let length = rest.iter().position(|&byte| byte.is_ascii_alphanumeric() || byte == b'"')?;
    Some(&rest[..length]).filter(|separator| !separator.is_empty())
}

/// Whether a line begins as a row of a well-known dump does, with that between its fields.
fn is_row(line: &[u8], separator: &[u8]) -> bool {
    let mut start = 0;
    let ends = memmem::find_iter(line, separator).chain([line.len()]).take(RecordColumns::of_dump().0.len());
    let fields = ends.map(|end| &line[std::mem::replace(&mut start, end + separator.len())..end]);
    let values: Vec<String> =
        fields.map(|field| String::from_utf8_lossy(field).trim_matches(['"', ' ']).to_owned()).collect();
    RecordColumns::of_values(&values).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_known_by_its_names_or_its_rows() {
        let row = |number: u32, between: &str| {
            let id = format!("06LIMA{number}");
            let fields =
                [&number.to_string(), "2006-05-04 09:46", &id, "SECRET", "Embassy Lima", "", "R", "S E C R E T"];
            fields.join(between)
        };
        let rows = |between: &str, end: &str| [row(1, between), row(2, between)].join(end);
        let labels = |before: &str, sign: &str| {
            let record = ["id", "date", "refid", "content"].map(|name| format!("{name}{sign}06LIMA1\n")).concat();
            [before, &record, "S E C R E T\n", before, &record].concat()
        };
        for table in [
            rows("^", "\n"),
            rows("\x1F", "\x1E"),
            rows(" ~ ", "\n"),
            "id^date^refid^content\n".to_owned(),
            "+----+-----+\n| id | date | refid | content |\n".to_owned(),
            "ID DATE REFID CONTENT\n-- ---- ----- -------\n".to_owned(),
            labels("", " = "),
            labels("*** 1. row ***\n", ": "),
            labels("-[ RECORD 1 ]--\n", " | "),
            labels("- ", ": "),
            "id = 1\n date = 2006-05-04\n refid = 06LIMA1\n content = S E C R E T\n".to_owned(),
            "<table border=\"1\">\n<tr>\n<th align=\"center\">id</th><th align=\"center\">date</th>\n<th>refid</th><th>content</th>"
                .to_owned(),
            format!("<TR><TD>{}</TD>\n</TR>", row(1, "</TD>\n<TD>")),
            "<TABLE><TR><TH>id</TH><TH>date</TH><TH>refid</TH><TH>content</TH>".to_owned(),
            "<row><id>1</id><date>4</date><refid>06LIMA1</refid><content>S E C R E T".to_owned(),
        ] {
            assert!(begins_table(table.as_bytes()), "{table}");
        }
    }

    #[test]
    fn a_cable_that_holds_a_table_is_none() {
        let table = "id^date^refid^content\n1^2006-05-04^06LIMA1^SECRET\n";
        for text in [
            &["S E C R E T LIMA 000001\n", table].concat(),
            "1^2006-05-04 09:46^06LIMA1^SECRET^Embassy Lima^^R\nS E C R E T LIMA 000001\n",
            "Date: 2006-05-04\nReference: 06LIMA1\nOrigin: Lima\nText: S E C R E T\nDate: 2006-05-05\n",
            "date: 2006-05-04\nrefid: 06LIMA1\norigin: Lima\ntext: S E C R E T LIMA 000001\n",
            "ID DATE REFID CONTENT\nS E C R E T LIMA 000001\n",
            "<pre>S E C R E T LIMA 000001</pre>",
            "",
        ] {
            assert!(!begins_table(text.as_bytes()), "{text}");
        }
    }
}
