//! Cables as dumps and pages have them: rows of CSV, SQL, `COPY` and tabs, objects of JSON, pages of the web edition.
//!
//! What a form does not have is left out: no dump has pilcrows or titles.

use jiff::civil::DateTime;

/// A cable in the columns of the dumps.
#[derive(Debug)]
pub struct Columns {
    /// Number of the record, from 1.
    pub number: u64,
    /// Message reference number.
    pub id: String,
    /// First line of the subject.
    pub title: String,
    /// When it was sent.
    pub sent: DateTime,
    pub classification: &'static str,
    pub origin: &'static str,
    pub header: String,
    /// The text, with pilcrows.
    pub body: String,
}

/// A form in which cables are written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrittenForm {
    /// As `cables.csv` was published.
    Csv,
    /// Comma-separated as most programs write it, below names.
    Named,
    /// Rows of tabs and backslashes.
    Table,
    /// A statement a cable.
    Sql,
    /// As `pg_dump` writes rows.
    Copy,
    /// An object a line.
    Jsonl,
    /// A page a cable.
    Html,
}

const NAMES: &str = "id,date,reference_id,origin,classification,references,header,text\n";
const SQL_COLUMNS: &str = "(id, date, refid, classification, origin, destination, header, content)";

impl WrittenForm {
    /// All forms, by the names of their files; a page is a file of its own.
    pub const ALL: [(&str, WrittenForm); 7] = [
        ("csv", WrittenForm::Csv),
        ("named.csv", WrittenForm::Named),
        ("tsv", WrittenForm::Table),
        ("sql", WrittenForm::Sql),
        ("copy", WrittenForm::Copy),
        ("jsonl", WrittenForm::Jsonl),
        ("html", WrittenForm::Html),
    ];

    /// What comes before the first record.
    pub fn front(self) -> String {
        match self {
            WrittenForm::Named => NAMES.to_owned(),
            WrittenForm::Sql => "-- PostgreSQL database dump\nSET standard_conforming_strings = on;\n\n".to_owned(),
            WrittenForm::Copy => {
                format!("-- PostgreSQL database dump\n\nCOPY public.cable {SQL_COLUMNS} FROM stdin;\n")
            }
            _ => String::new(),
        }
    }

    /// What comes after the last record.
    pub fn rest(self) -> &'static str {
        if self == WrittenForm::Copy { "\\.\n" } else { "" }
    }

    /// One record; a page has at least `page_bytes`, most of them links.
    pub fn record(self, cable: &Columns, page_bytes: usize) -> String {
        let Columns { number, id, classification, origin, header, sent, .. } = cable;
        let body = cable.body.replace('¶', "");
        let number = number.to_string();
        let iso = sent.strftime("%Y-%m-%d %H:%M:%S").to_string();
        match self {
            WrittenForm::Csv => {
                let slashes = sent.strftime("%-m/%-d/%Y %-H:%M").to_string();
                let escape = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"").replace('\'', "\\'");
                let fields = [&number, &slashes, id, *origin, *classification, "", header, &body];
                fields.map(|field| format!("\"{}\"", escape(field))).join(",") + "\n"
            }
            WrittenForm::Named => {
                let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
                let texts = format!("{},{}", quoted(header), quoted(&body));
                format!("{number},{iso},{id},{},{classification},,{texts}\n", quoted(origin))
            }
            WrittenForm::Table => {
                let escape = |text: &str| text.replace('\\', "\\\\").replace('\t', "\\\t").replace('\n', "\\\n");
                let fields = [&number, &iso, id, *origin, *classification, "", header, &body];
                fields.map(escape).join("\t") + "\n"
            }
            WrittenForm::Sql => {
                let texts = [&iso, id, *classification, *origin, "", header, &body];
                let texts = texts.map(|text| format!("'{}'", text.replace('\'', "''"))).join(", ");
                format!("INSERT INTO cable {SQL_COLUMNS} VALUES ({number}, {texts});\n")
            }
            WrittenForm::Copy => {
                let escape = |text: &str| text.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n");
                let fields = [&number, &iso, id, *classification, *origin, "", header, &body];
                fields.map(escape).join("\t") + "\n"
            }
            WrittenForm::Jsonl => {
                let fields =
                    [("_id", id.as_str()), ("origin", origin), ("date_time", &iso), ("classification", classification)];
                let fields = fields.into_iter().chain([("header", header.as_str()), ("body", &body)]);
                let fields: Vec<String> = fields.map(|(name, value)| format!("\"{name}\": {}", json(value))).collect();
                format!("{{{}}}\n", fields.join(", "))
            }
            WrittenForm::Html => page(cable, page_bytes),
        }
    }
}

/// A string of JSON.
fn json(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            character => out.push(character),
        }
    }
    out + "\""
}

/// A page of the last edition; its navigation fills it up.
fn page(cable: &Columns, bytes: usize) -> String {
    let text = |text: &str| format!("<code><pre>{}</pre></code>", text.replace('\n', "&#x000A;"));
    let mut body = String::with_capacity(cable.body.len() * 2);
    for (number, part) in cable.body.split('¶').enumerate() {
        if number > 0 {
            let mark: String = part.chars().take_while(char::is_ascii_digit).collect();
            body.push_str(&format!("<a id='par{mark}' href='#par{mark}'>¶</a>"));
        }
        body.push_str(part);
    }
    let Columns { id, title, classification, origin, header, sent, .. } = cable;
    let created = sent.strftime("%Y-%m-%d %H:%M").to_string();
    let values = [id.as_str(), &created, "2011-08-30 01:44", classification, origin];
    let cells = values.map(|value| format!("<td>\n<a href='/x/0.html'>{value}</a>\n</td>\n")).concat();
    let names = ["Reference ID", "Created", "Released", "Classification", "Origin"];
    let names = names.map(|name| format!("<th>{name}</th>\n")).concat();
    let table = format!("<table class='cable'>\n<tr>\n{names}</tr>\n<tr>\n{cells}</tr>\n</table>");
    let record = format!("<h3>Viewing cable {id}, {title}</h3>\n{table}\n{}\n{}\n", text(header), text(&body));
    let mut page = "<?xml version='1.0' encoding='utf-8' ?>\n<html>\n<body>\n<div class='sidebar'>\n".to_owned();
    let mut link = 0;
    while page.len() + record.len() < bytes {
        page.push_str(&format!(
            "<a href='/origin/{link}_0.html' title='Embassy number {link}'>Embassy number {link}</a>\n"
        ));
        link += 1;
    }
    page + "</div>\n<div class='main'>\n" + &record + "</div>\n</body>\n</html>\n"
}
