//! The same cable in every form gives the same row.

use cablegram::dialect::{self, Content, Head, Position, Recognized};
use jiff::civil;
use jiff::tz::Offset;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::read::rows;
use super::synthesis::Generator;
use super::synthesis::forms::WrittenForm;

/// A cable, and what the keepers of its record say of it.
struct Sample {
    number: u32,
    id: &'static str,
    /// Year, month, day, hour and minute.
    sent: [u32; 5],
    title: &'static str,
    classification: &'static str,
    origin: &'static str,
    references: &'static str,
    header: &'static str,
    body: &'static str,
}

const SAMPLES: [Sample; 3] = [
    Sample {
        number: 61_417,
        id: "06LIMA9308",
        sent: [2006, 5, 4, 9, 46],
        title: "HARBOR PILOTS: \"NOT TODAY\"",
        classification: "CONFIDENTIAL//NOFORN",
        origin: "Embassy Lima",
        references: "06STATE1|06LIMA3",
        header: "VZCZCXRO7354\nPP RUEHAG\nDE RUEHPE #9308/01 1240946\nZNY CCCCC ZZH\nP 040946Z MAY 06\nFM AMEMBASSY LIMA\nTO RUEHC/SECSTATE WASHDC PRIORITY 1234\nINFO RUEHQT/AMEMBASSY QUITO 0077",
        body: "C O N F I D E N T I A L SECTION 01 OF 02 LIMA 009308 \n \nSIPDIS \nNOFORN \n \nE.O. 12958: DECL: 05/04/2016 \nTAGS: EWWT, PREL, PE \nSUBJECT: HARBOR PILOTS: \"NOT TODAY\" \n \nREF: A. STATE 1 \n     B. LIMA 3 \n \nClassified By: DCM Oriel Vexley for reasons 1.4 (b) and (d). \n \n1. (C) Summary: The pilots' union said \"no\", twice. It's late; the harbor-master can't move (or won't). End summary. \n \n2. (SBU) Prices, in soles: \n \nPORT         FEE     SHARE \n-----        ----    ----- \nCALLAO       41.20      17 \nPAITA        38.10      15 \n \n3. (U) The café at <pier 4> & the R&D unit, AT&T's neighbor, stay open: C:/pilots, 100% of them. \nQUADE",
    },
    Sample {
        number: 61_418,
        id: "06QUITO9020",
        sent: [2006, 5, 5, 10, 2],
        title: "ROAD TOLLS",
        classification: "UNCLASSIFIED",
        origin: "Embassy Quito",
        references: "",
        header: "R 051002Z MAY 06\nFM AMEMBASSY QUITO\nTO SECSTATE WASHDC\nAMEMBASSY LIMA",
        body: "UNCLAS QUITO 009020\n\nE.O. 12958: N/A\nTAGS: ECON EC\nSUBJECT: ROAD TOLLS\n\n1. The tolls rise; nobody pays, \"of course\".\n\n2. Comment: No change.\nMERRIWETHER\n",
    },
    Sample {
        number: 61_419,
        id: "06LIMA9309",
        sent: [2006, 5, 25, 13, 7],
        title: "FERRIES, AGAIN",
        classification: "SECRET",
        origin: "Embassy Lima",
        references: "06LIMA9308",
        header: "R 251307Z MAY 06\nFM AMEMBASSY LIMA\nTO SECSTATE WASHDC",
        body: "S E C R E T LIMA 009309\n\nE.O. 12958: DECL: 05/25/2016\nTAGS: EWWT PE\nSUBJECT: FERRIES, AGAIN\n\nREF: LIMA 9308\n\nClassified By: Ambassador Ilse Quade, reason 1.4 (d).\n\n1. (S) One; two, three.\n\n2. (S) The captain's log says 'late'.\nQUADE",
    },
];

impl Sample {
    fn plain(&self) -> String {
        let Sample { id, title, classification, origin, header, body, sent: [year, _, day, ..], .. } = self;
        let weekday = ["Thu", "Fri"][usize::from(*day == 5)];
        format!(
            "{id} \n{title} \n{weekday} May {day:02} 00:00:00 +0200 {year} \n{classification} \n{origin} \n{header}{body}"
        )
    }

    fn month_first(&self) -> String {
        let [year, month, day, hour, minute] = self.sent;
        format!("{month}/{day}/{year} {hour}:{minute:02}")
    }

    fn day_first(&self) -> String {
        let [year, month, day, hour, minute] = self.sent;
        format!("{day}.{month}.{year} {hour}:{minute:02}")
    }

    fn iso(&self) -> String {
        let [year, month, day, hour, minute] = self.sent;
        format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02}")
    }

    fn since_1970(&self) -> String {
        let [year, month, day, hour, minute] = self.sent;
        let sent = civil::datetime(year as i16, month as i8, day as i8, hour as i8, minute as i8, 0, 0);
        Offset::UTC.to_timestamp(sent).unwrap().as_millisecond().to_string()
    }

    /// The columns of the published dump, with such a date.
    fn columns(&self, date: String) -> [String; 8] {
        let texts = [self.id, self.origin, self.classification, self.references, self.header, self.body];
        let [id, origin, classification, references, header, body] = texts.map(str::to_owned);
        [self.number.to_string(), date, id, origin, classification, references, header, body]
    }
}

/// Rows with `"` around every field, and such a thing before a quote within.
fn quoted(delimiter: &str, escape: fn(&str) -> String, date: fn(&Sample) -> String, end: &str) -> String {
    let row = |sample: &Sample| {
        let fields = sample.columns(date(sample)).map(|field| format!("\"{}\"", escape(&field)));
        fields.join(delimiter) + end
    };
    SAMPLES.iter().map(row).collect()
}

/// Rows as most programs write them: quotes where they are needed, and doubled within.
fn written_again(names: &str, delimiter: u8, date: fn(&Sample) -> String) -> String {
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
    for sample in &SAMPLES {
        writer.write_record(sample.columns(date(sample))).unwrap();
    }
    names.to_owned() + &String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

/// Rows with single quotes where some are needed.
fn single_quoted() -> String {
    let mut writer = csv::WriterBuilder::new().quote(b'\'').from_writer(Vec::new());
    for sample in &SAMPLES {
        writer.write_record(sample.columns(sample.iso())).unwrap();
    }
    NAMES.to_owned() + &String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

/// Rows of bars as `psql -A` writes them, without quotes and with their number.
fn bars() -> String {
    let rows: String = SAMPLES.iter().map(|sample| sample.columns(sample.iso()).join("|") + "\n").collect();
    NAMES.replace(',', "|") + &rows + "(3 rows)\n"
}

fn backslashes(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\'', "\\'")
}

fn doubled(text: &str) -> String {
    text.replace('"', "\"\"")
}

const NAMES: &str = "id,created_date,reference_id,origin,classification,references,header,text\n";

fn moved() -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["reference_id", "references", "origin", "class", "date", "rowid", "text", "header"]).unwrap();
    for sample in &SAMPLES {
        let [number, date, id, origin, classification, references, header, body] = sample.columns(sample.iso());
        writer.write_record([id, references, origin, classification, date, number, body, header]).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

fn pandas() -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["", "id", "date", "refid", "origin", "classification", "refs", "header", "body"]).unwrap();
    for (index, sample) in SAMPLES.iter().enumerate() {
        let columns = [index.to_string()].into_iter().chain(sample.columns(sample.month_first()));
        writer.write_record(columns).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

fn sql_row(sample: &Sample, escape: fn(&str) -> String) -> String {
    let [number, date, id, origin, classification, references, header, body] = sample.columns(sample.iso() + ":00");
    let texts = [date, id, classification, origin, references, header, body].map(|text| format!("'{}'", escape(&text)));
    format!("({number}, {})", texts.join(", "))
}

const SQL_COLUMNS: &str = "(id, date, refid, classification, origin, destination, header, content)";

fn postgresql() -> String {
    let row = |sample| {
        format!("INSERT INTO cable {SQL_COLUMNS} VALUES {};\n", sql_row(sample, |text| text.replace('\'', "''")))
    };
    let rows: String = SAMPLES.iter().map(row).collect();
    format!("-- PostgreSQL database dump\nSET standard_conforming_strings = on;\n\n{rows}\n-- done\n")
}

fn mysql_escaped(text: &str) -> String {
    backslashes(text).replace('\n', "\\n")
}

fn mysql() -> String {
    let row = |sample| format!("INSERT INTO `cable` VALUES {};\n", sql_row(sample, mysql_escaped));
    "-- MySQL dump 10.13\n/*!40101 SET NAMES utf8 */;\n".to_owned() + &SAMPLES.iter().map(row).collect::<String>()
}

fn mysql_extended() -> String {
    let rows: Vec<String> = SAMPLES.iter().map(|sample| sql_row(sample, mysql_escaped)).collect();
    format!("/*!40101 SET NAMES utf8 */;\nINSERT IGNORE INTO `cables`.`cable` VALUES {};\n", rows.join(","))
}

fn sql_backslashes_kept() -> String {
    let rows: Vec<String> = SAMPLES.iter().map(|sample| sql_row(sample, backslashes)).collect();
    format!("/*!40101 SET NAMES utf8 */;\nINSERT INTO cable {SQL_COLUMNS} VALUES\n{};\n", rows.join(",\n"))
}

fn tabs(line_end: &str) -> String {
    let escape = |text: &str| text.replace('\\', "\\\\").replace('\t', "\\\t").replace('\n', line_end);
    let row = |sample: &Sample| sample.columns(sample.iso() + ":00").map(|column| escape(&column)).join("\t") + "\n";
    SAMPLES.iter().map(row).collect()
}

fn copy() -> String {
    let escape = |text: &str| text.replace('\\', "\\\\").replace('\n', "\\n");
    let row = |sample: &Sample| {
        let [number, date, id, origin, classification, references, header, body] = sample.columns(sample.iso() + ":00");
        [number, date, id, classification, origin, references, header, body].map(|column| escape(&column)).join("\t")
            + "\n"
    };
    let rows: String = SAMPLES.iter().map(row).collect();
    format!("-- PostgreSQL database dump\n\nCOPY public.cable {SQL_COLUMNS} FROM stdin;\n{rows}\\.\n\nSELECT 1;\n")
}

fn object(sample: &Sample) -> Json {
    json!({
        "_id": sample.id, "record": {"kept": true}, "origin": sample.origin, "date_time": sample.iso(),
        "classification": sample.classification, "header": sample.header, "body": sample.body,
    })
}

fn json_lines() -> String {
    SAMPLES.iter().map(|sample| object(sample).to_string() + "\n").collect()
}

fn json_array() -> String {
    serde_json::to_string_pretty(&SAMPLES.iter().map(object).collect::<Vec<_>>()).unwrap()
}

fn json_wrapped() -> String {
    format!("cables({});", json!({"info": {}, "cables": SAMPLES.iter().map(object).collect::<Vec<_>>()}))
}

/// How a page is written.
struct Page {
    new: bool,
    /// Ends of lines in texts, and what is before and after an attribute.
    line_end: &'static str,
    quote: char,
    escape: fn(&str) -> String,
    front: &'static str,
    up: &'static str,
}

const PUBLISHED: Page = Page { new: true, line_end: "&#x000A;", quote: '\'', escape: str::to_owned, front: "", up: "" };

fn page(sample: &Sample, page: &Page) -> String {
    let Page { quote, front, up, .. } = page;
    let text = |text: &str| {
        let text = (page.escape)(text);
        let paragraph =
            |number: &str| format!("<a id={quote}par{number}{quote} href={quote}#par{number}{quote}>¶</a>{number}. ");
        let text = text.replace("\n1. ", &format!("\n{}", paragraph("1")));
        format!("<code><pre>{}</pre></code>", text.replace('\n', page.line_end))
    };
    let names: &[&str] = match page.new {
        true => &["Reference ID", "Created", "Released", "Classification", "Origin"],
        false => &["Reference ID", "Date", "Classification", "Origin"],
    };
    let released = "2011-08-30 01:44".to_owned();
    let mut values =
        vec![sample.id.to_owned(), sample.iso(), sample.classification.to_owned(), sample.origin.to_owned()];
    if page.new {
        values.insert(2, released);
    }
    let cell = |value: &String| format!("<td>\n<a href={quote}{up}/x_0.html{quote}>{value}</a>\n</td>\n");
    let names: String = names.iter().map(|name| format!("<th>{name}</th>\n")).collect();
    let cells: String = values.iter().map(cell).collect();
    format!(
        "<?xml version='1.0' encoding='utf-8' ?>\n{front}<html>\n<body>\n<h3>Viewing cable {}, {}</h3>\n<table class={quote}cable{quote}>\n<tr>\n{names}</tr>\n<tr>\n{cells}</tr>\n</table>\n{}\n{}\n</div>\n</body>\n</html>\n",
        sample.id,
        sample.title,
        text(sample.header),
        text(sample.body)
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn fragment(sample: &Sample) -> String {
    format!("<code><pre>{}</pre></code>\n<code><pre>{}</pre></code>", sample.header, sample.body)
}

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    format!("\u{FEFF}{text}").encode_utf16().flat_map(bytes).collect()
}

/// What a form does not have.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lacks {
    Nothing,
    /// Everything outside the texts.
    Record,
}

/// A form: its name, its documents, and what they lack.
type Form = (&'static str, Vec<Vec<u8>>, Lacks);

fn forms() -> Vec<Form> {
    let one = |name, text: String| (name, vec![text.into_bytes()], Lacks::Nothing);
    let each = |name, write: &dyn Fn(&Sample) -> String| {
        (name, SAMPLES.iter().map(|sample| write(sample).into_bytes()).collect(), Lacks::Nothing)
    };
    let dump = quoted(",", backslashes, Sample::month_first, "\n");
    let plain: String = SAMPLES.iter().map(|sample| sample.plain() + "\n\n").collect();
    let (_, fragments, _) = each("", &fragment);
    let saved = Page { line_end: "\n", quote: '"', escape: escaped, ..PUBLISHED };
    let mirrored = Page { front: "<!-- Mirrored by a program -->\n<meta />\n", up: "../../..", ..PUBLISHED };
    vec![
        one("csv, as published", dump.clone()),
        one("csv, names", written_again(NAMES, b',', Sample::month_first)),
        one("csv, without names", written_again("", b',', Sample::month_first)),
        one("csv, all quoted and doubled", quoted(",", doubled, Sample::month_first, "\n")),
        one("csv, semicolons", written_again("", b';', Sample::day_first)),
        one("csv, bars", written_again("", b'|', Sample::iso)),
        one("csv, tabs", quoted("\t", doubled, Sample::iso, "\n")),
        one("csv, spreadsheet", format!("\u{FEFF}{}", written_again(NAMES, b',', Sample::iso)).replace('\n', "\r\n")),
        one("csv, carriage returns", dump.replace('\n', "\r\n")),
        one("csv, pandas", pandas()),
        one("csv, columns moved", moved()),
        one("csv, single quotes", single_quoted()),
        one("csv, since 1970", written_again(NAMES, b',', Sample::since_1970)),
        one("bars, without quotes", bars()),
        one("sql, PostgreSQL", postgresql()),
        one("sql, MySQL", mysql()),
        one("sql, extended", mysql_extended()),
        one("sql, backslashes before quotes alone", sql_backslashes_kept()),
        one("copy", copy()),
        one("table", tabs("\\\n")),
        one("table, letters", tabs("\\n")),
        one("json, lines", json_lines()),
        one("json, array", json_array()),
        one("json, called", json_wrapped()),
        each("html", &|sample| page(sample, &PUBLISHED)),
        each("html, first edition", &|sample| page(sample, &Page { new: false, ..PUBLISHED })),
        each("html, mirrored", &|sample| page(sample, &mirrored)),
        each("html, saved again", &|sample| page(sample, &saved)),
        ("html, fragments", fragments, Lacks::Record),
        one("plain, several in one file", plain.clone()),
        (
            "plain, UTF-16",
            SAMPLES.iter().map(|sample| utf16(&sample.plain(), u16::to_le_bytes)).collect(),
            Lacks::Nothing,
        ),
        ("plain, several in UTF-16", vec![utf16(&plain, u16::to_be_bytes)], Lacks::Nothing),
        ("csv, UTF-16", vec![utf16(&quoted("\t", doubled, Sample::iso, "\r\n"), u16::to_le_bytes)], Lacks::Nothing),
    ]
}

/// Columns that tell of the form, or that not every form has.
const FORM: [&str; 7] = ["source", "source_text", "diagnostics", "record", "record_fields", "title", "mrn_as_found"];
/// Columns that are filled from outside the text.
const RECORD: [&str; 4] = ["origin", "classification", "controls", "date"];

fn compared(row: &Json, lacks: Lacks) -> Json {
    let mut columns = row.as_object().unwrap().clone();
    let left_out = FORM.iter().chain(RECORD.iter().filter(|_| lacks == Lacks::Record));
    left_out.for_each(|name| {
        columns.shift_remove(*name);
    });
    columns.into()
}

#[test]
fn the_same_cable_in_every_form_gives_the_same_row() {
    let expected: Vec<Json> = SAMPLES.iter().flat_map(|sample| rows(sample.plain().as_bytes(), sample.id)).collect();
    assert_eq!(expected[0]["paragraphs"].as_array().unwrap().len(), 3);
    for (name, documents, lacks) in forms() {
        let rows: Vec<Json> = match documents.len() {
            1 => rows(&documents[0], "cables"),
            _ => documents.iter().zip(&SAMPLES).flat_map(|(document, sample)| rows(document, sample.id)).collect(),
        };
        assert_eq!(rows.len(), SAMPLES.len(), "{name}");
        for (row, expected) in rows.iter().zip(&expected) {
            let (row, expected) = (compared(row, lacks), compared(expected, lacks));
            for (column, value) in expected.as_object().unwrap() {
                assert_eq!(&row[column], value, "{column} of {} as {name}", expected["mrn"]);
            }
        }
    }
}

/// A part of a value may be another value: `06LI` is no cable of Lima, and `U` no level.
#[test]
fn a_dump_that_ends_within_a_row_gives_no_value_that_is_only_a_part() {
    const VALUES: [&str; 7] =
        ["/mrn_as_found", "/date", "/origin", "/classification", "/title", "/record/number", "/record/recorded_at"];
    let of_rows = |name: &str| ["csv", "sql", "copy", "table", "json"].iter().any(|form| name.starts_with(form));
    for (name, documents, _) in forms().into_iter().filter(|(name, ..)| of_rows(name)) {
        let bytes = &documents[0];
        let whole = rows(bytes, "cables");
        let last = whole[2]["source"]["start"].as_u64().unwrap() as usize;
        let step = if name.ends_with("UTF-16") { 2 } else { 1 };
        for end in (last..bytes.len()).step_by(step).filter(|end| end - last < 160 || end % 7 == 0) {
            let read = rows(&bytes[..end], "cables");
            let before = read
                .iter()
                .zip(&whole)
                .take(2)
                .all(|(row, whole)| compared(row, Lacks::Nothing) == compared(whole, Lacks::Nothing));
            assert!(before && read.len() >= 2, "{name} to byte {end}");
            let Some(row) = read.get(2).filter(|row| row["ignored"].is_null()) else { continue };
            for value in VALUES {
                let found = row.pointer(value).filter(|found| !found.is_null());
                assert!(
                    found.is_none() || found == whole[2].pointer(value),
                    "{value} of {name} to byte {end}: {found:?}"
                );
            }
            // Nothing closes a text without quotes.
            let is_told = row["truncated"] == true || (name.starts_with("table") && !row["paragraphs"].is_null());
            assert!(is_told || row["paragraphs"] == whole[2]["paragraphs"], "{name} to byte {end}");
        }
    }
}

/// What `--example synthesize -- --form FORM` writes.
#[test]
fn synthesized_cables_read_alike_in_every_form() {
    let generator = Generator::new(17, 0);
    const COLUMNS: [&str; 9] = [
        "mrn",
        "date",
        "origin",
        "classification",
        "header_form",
        "subject",
        "tags",
        "originator",
        "text_classification",
    ];
    let values = |row: &Json| -> Vec<String> {
        let texts = row["paragraphs"].as_array().into_iter().flatten().map(|paragraph| paragraph["text"].to_string());
        COLUMNS.iter().map(|column| row[column].to_string()).chain(texts).collect()
    };
    let plain: Vec<Json> = (0..60).flat_map(|index| rows(&generator.cable(index).bytes, "cable")).collect();
    for (name, form) in WrittenForm::ALL {
        let records: Vec<String> = (0..60).map(|index| form.record(&generator.columns(index).1, 9_000)).collect();
        let read = match form {
            WrittenForm::Html => records.iter().flat_map(|page| rows(page.as_bytes(), "cable")).collect(),
            _ => rows((form.front() + &records.concat() + form.rest()).as_bytes(), "cables"),
        };
        assert_eq!(read.len(), plain.len(), "{name}");
        for (read, plain) in read.iter().zip(&plain) {
            assert_eq!(values(read), values(plain), "{} as {name}", plain["mrn"]);
        }
    }
}

#[test]
fn the_records_of_every_form_tile_its_documents() {
    for (name, documents, _) in forms() {
        for bytes in &documents {
            let form = dialect::open(&Head::of(bytes, "cables")).unwrap();
            let records = dialect::ranges(&mut *form.splitter(8 << 20), bytes);
            let ends: Vec<usize> = records.iter().map(|record| record.end).collect();
            let starts: Vec<usize> = records.iter().map(|record| record.start).collect();
            assert_eq!(starts[0], 0, "{name}");
            assert_eq!(starts[1..], ends[..ends.len() - 1], "{name}");
            assert_eq!(*ends.last().unwrap(), bytes.len(), "{name}");
        }
    }
}

/// Header and body of each record.
fn texts(bytes: &[u8]) -> Vec<(String, String)> {
    let mut form = dialect::open(&Head::of(bytes, "cables")).unwrap();
    let records = dialect::ranges(&mut *form.splitter(8 << 20), bytes);
    let text = |(number, record): (usize, &std::ops::Range<usize>)| {
        let position = Position::of(number as u32, number + 1 == records.len());
        let record = bytes[record.clone()].to_vec();
        let next = form.following(&record, position).or(form.clone());
        let form = std::mem::replace(&mut form, next);
        let Recognized::Cable(transcript) = form.transcribe(record, position, "cables") else {
            panic!("a record is a cable")
        };
        let Content::Halves { header, body } = transcript.content().clone() else {
            panic!("header and body are apart")
        };
        (transcript.text()[header].to_owned(), transcript.text()[body].to_owned())
    };
    records.iter().enumerate().map(text).collect()
}

proptest! {
    /// What a program writes by the rules is read back, whatever is in it.
    #[test]
    fn rows_of_another_program_are_read_back(
        texts_written in prop::collection::vec(("[a-z \",;|\n\\\\']{0,60}", "[a-z \",;|\n\\\\']{0,60}[a-z]"), 0..8),
        delimiter in prop::sample::select(b",;|\t".to_vec()),
    ) {
        // Where every backslash is doubled, nobody could tell two from one that was doubled.
        let first = ("He said \"no\", \\ twice".to_owned(), "a".to_owned());
        let written: Vec<(String, String)> = std::iter::once(first).chain(texts_written).collect();
        let mut writer = csv::WriterBuilder::new()
            .delimiter(delimiter)
            .quote_style(csv::QuoteStyle::Always)
            .from_writer(Vec::new());
        for (number, (header, body)) in written.iter().enumerate() {
            let number = number.to_string();
            let row = [&number, "5/4/2006 9:46", "06LIMA1", "Embassy Lima", "SECRET", "", header, body];
            writer.write_record(row).unwrap();
        }
        prop_assert_eq!(texts(&writer.into_inner().unwrap()), written);
    }
}
