//! A telegram to the text file of its record: pages with banners and stamps, sections that begin again with a whole header,
//! attributes with wrapped values.

use std::fmt::Write;

use cablegram::cable::{Precedence, Role};
use jiff::civil::{Date, date};

use super::facts::MONTHS;
use super::render::wrapped;
use super::telegram::{ArchiveText, Telegram};

/// Lines of a page.
const PAGE: usize = 44;

/// The stamp of a year's records, and its day.
pub fn stamp(year: i16) -> (&'static str, Date) {
    match year {
        ..1975 => ("Declassified/Released US Department of State EO Systematic Review 30 JUN 2005", date(2005, 6, 30)),
        1975 => (
            "Margaret P. Grafeld Declassified/Released US Department of State EO Systematic Review 05 JUL 2006",
            date(2006, 7, 5),
        ),
        1976 => (
            "Margaret P. Grafeld Declassified/Released US Department of State EO Systematic Review 04 MAY 2006",
            date(2006, 5, 4),
        ),
        1977 => (
            "Margaret P. Grafeld Declassified/Released US Department of State EO Systematic Review 22 May 2009",
            date(2009, 5, 22),
        ),
        _ => (
            "Sheryl P. Walter Declassified/Released US Department of State EO Systematic Review 20 Mar 2014",
            date(2014, 3, 20),
        ),
    }
}

/// The file, and the attributes that no column takes.
pub fn render(telegram: &mut Telegram) -> (String, Vec<(&'static str, String)>) {
    let stamp = stamp(telegram.sent.year()).0;
    let mut out = format!("{:37}Message Text\n\n\n", "");
    match telegram.text {
        ArchiveText::Whole(sections) => (1..=sections).for_each(|section| put_section(telegram, section, &mut out)),
        ArchiveText::Error => out.push_str("ERROR READING TEXT INDEX\n"),
        ArchiveText::Unreadable => out.push_str(&format!("{}\n", "\u{BF}".repeat(40)).repeat(3)),
    }
    let _ = write!(out, "\n\n{stamp}\n{:37}Message Attributes\n", "");
    let mut kept = Vec::new();
    for (key, value) in attributes(telegram, stamp) {
        let is_null = value.is_empty() || value == "n/a" || value.starts_with("01 JAN 1960");
        let is_column = COLUMNS.contains(&key) || key == "TAGS" && is_column(telegram);
        if !is_null && !is_column {
            kept.push((key, value.clone()));
        }
        wrapped(&format!("{key}: {value}"), 100).iter().for_each(|line| out.push_str(&format!("{line}\n")));
    }
    (out, kept)
}

/// Attributes that columns take.
const COLUMNS: [&str; 7] = [
    "Document Number",
    "Draft Date",
    "Sent Date",
    "From",
    "Original Classification",
    "Original Handling Restrictions",
    "Subject",
];

/// Whether the TAGS of the record are those of the cable.
fn is_column(telegram: &Telegram) -> bool {
    !telegram.has_tags_line || !matches!(telegram.text, ArchiveText::Whole(_))
}

fn attributes(telegram: &Telegram, stamp: &str) -> Vec<(&'static str, String)> {
    let sent = telegram.sent;
    let month = MONTHS[sent.month() as usize - 1];
    let is_1977 = sent.year() == 1977;
    let date = match is_1977 {
        true => ("Sent Date", format!("{:02}-{month}-{} 12:00:00 am", sent.day(), sent.year())),
        false => ("Draft Date", format!("{:02} {month} {}", sent.day(), sent.year())),
    };
    let none = if is_1977 { "" } else { "n/a" };
    let locator = match telegram.text {
        ArchiveText::Whole(_) => "TEXT ON-LINE, ON MICROFILM",
        _ => "TEXT ON MICROFILM, ADS TEXT UNRETRIEVABLE",
    };
    let cable = &telegram.cable;
    let handling = if cable.controls.is_empty() { none.to_owned() } else { cable.controls.join(", ") };
    let film = format!("D{:02}{:04}-{:04}", sent.year() % 100, sent.day_of_year(), sent.minute());
    vec![
        ("Automatic Decaptioning", "X".to_owned()),
        ("Capture Date", "01 JAN 1994".to_owned()),
        ("Channel Indicators", none.to_owned()),
        ("Current Classification", "UNCLASSIFIED".to_owned()),
        ("Concepts", "FERRIES, COMMITTEE MEETINGS".to_owned()),
        ("Copy", "SINGLE".to_owned()),
        date,
        ("Decaption Date", "01 JAN 1960".to_owned()),
        ("Document Number", cable.mrn_as_found.clone()),
        ("Film Number", film),
        ("From", telegram.sender.name.to_owned()),
        ("Locator", locator.to_owned()),
        ("Original Classification", telegram.level.words.to_owned()),
        ("Original Handling Restrictions", handling),
        ("Subject", telegram.title.clone()),
        ("TAGS", telegram.tags.join(", ")),
        ("To", "STATE".to_owned()),
        ("Type", "TE".to_owned()),
        ("Markings", stamp.to_owned()),
    ]
}

/// One section: a whole header, its share of the text, and its end.
fn put_section(telegram: &mut Telegram, section: i32, out: &mut String) {
    let lines = section_lines(telegram, section);
    let banner = telegram.level.words;
    let stamp = stamp(telegram.sent.year()).0;
    for (page, lines) in (1..).zip(lines.chunks(PAGE)) {
        if page > 1 {
            if telegram.random.chance(30) {
                let _ = writeln!(out, "{stamp}\n{stamp}");
            }
            let _ = writeln!(out, "{banner}\n{banner}\n");
            let _ = writeln!(out, "{}\n", page_line(telegram, section, page));
        }
        lines.iter().for_each(|line| out.push_str(&format!("{line}\n")));
    }
    let count = telegram.cable.section_count.unwrap_or(1);
    let _ = match section < count {
        true => writeln!(out, "\n{banner}\n\n\nE E E E E E E E\n\nADP000\n{banner}\n"),
        false if telegram.random.chance(50) => writeln!(out, "\n\n{banner}\n\n<< END OF DOCUMENT >>"),
        false => writeln!(out, "\n\n{banner}\n\n\nNNN"),
    };
}

fn section_lines(telegram: &Telegram, section: i32) -> Vec<String> {
    let mut lines = header(telegram, section);
    lines.extend(preamble(telegram, section));
    let text = text_lines(telegram);
    // The second section continues in the middle of a sentence.
    let border = if telegram.cable.section_count.is_some() { text.len() / 2 } else { text.len() };
    lines.extend(if section == 1 { text[..border].to_vec() } else { text[border..].to_vec() });
    lines
}

fn page_line(telegram: &Telegram, section: i32, page: i32) -> String {
    let short: String = telegram.sender.name.chars().take(6).collect();
    let serial = telegram.cable.serial.unwrap_or_default();
    if telegram.sender.name == "STATE" {
        return format!("PAGE {page:02}        {short:<6}  {serial:06}");
    }
    let sent = telegram.sent;
    let sections =
        telegram.cable.section_count.map(|count| format!("  {section:02} OF {count:02}")).unwrap_or_default();
    format!(
        "PAGE {page:02}        {short:<6}  {serial:05}{sections}  {:02}{:02}{:02}Z",
        sent.day(),
        sent.hour(),
        sent.minute()
    )
}

fn header(telegram: &Telegram, section: i32) -> Vec<String> {
    let cable = &telegram.cable;
    let mut lines = vec![page_line(telegram, section, 1), String::new(), "45".to_owned()];
    let mut offices = cable.distribution_offices.iter();
    if let Some(first) = offices.next() {
        let word = if first.role == Role::Origin { "ORIGIN" } else { "ACTION" };
        lines.push(format!("{word} {}-{:02}", first.office, first.copy_count.unwrap_or_default()));
    }
    let list: Vec<String> =
        offices.map(|office| format!("{}-{:02}", office.office, office.copy_count.unwrap_or_default())).collect();
    let copies: i32 = cable.distribution_offices.iter().filter_map(|office| office.copy_count).sum();
    lines.push(String::new());
    for (index, line) in wrapped(&format!("{} /{copies:03} W", list.join("  ")), 58).iter().enumerate() {
        lines.push(format!("{}{line}", if index == 0 { "INFO  " } else { "      " }));
    }
    if telegram.sender.name == "STATE" {
        lines.extend(["", "DRAFTED BY ARA/EP:OQUADE:JM", "APPROVED BY ARA/EP:MMOLL"].map(str::to_owned));
    }
    lines.push(ruler(telegram, section));
    let letter = match cable.action_precedence {
        Some(Precedence::Immediate) => 'O',
        Some(Precedence::Priority) => 'P',
        _ => 'R',
    };
    lines.push(format!("{letter} {}", cable.date_time_group.as_deref().unwrap_or_default()));
    lines.push(format!("FM {}", telegram.sender.designator));
    let mut role = None;
    for addressee in &cable.addressees {
        let word = match addressee.role {
            same if role == Some(same) => "",
            Role::Action => "TO ",
            _ => "INFO ",
        };
        role = Some(addressee.role);
        let number = addressee.continuity_number.as_deref().map(|number| format!(" {number}")).unwrap_or_default();
        lines.push(format!("{word}{}{number}", addressee.name));
    }
    lines
}

/// Until November 1976 with a counter alone, then with a time in either order.
fn ruler(telegram: &Telegram, section: i32) -> String {
    let (sent, serial) = (telegram.sent, telegram.cable.serial.unwrap_or_default() + section);
    let counter = format!("{:06}", serial % 130_000);
    let time = format!("{:02}{:02}{:02}Z", sent.day(), sent.hour(), sent.minute());
    match sent.date() < date(1976, 12, 1) {
        true => format!("{:21}--------------------- {counter}", ""),
        false if serial % 2 == 0 => format!("{:18}------------------{time} {counter} /62", ""),
        false => format!("{:18}------------------{counter} {time} /62", ""),
    }
}

fn preamble(telegram: &Telegram, section: i32) -> Vec<String> {
    let cable = &telegram.cable;
    let sections = cable.section_count.map(|count| format!(" SECTION {section:02} OF {count:02}")).unwrap_or_default();
    let serial = cable.serial.unwrap_or_default();
    let mut lines = vec![String::new(), format!("{}{sections} {} {serial}", telegram.level.line, telegram.sender.name)];
    if !cable.captions.is_empty() {
        lines.extend([String::new(), cable.captions.join(" ")]);
    }
    let (order, text) = (cable.executive_order.as_deref(), cable.declassify_text.as_deref());
    lines.extend([String::new(), format!("E.O. {}: {}", order.unwrap_or_default(), text.unwrap_or_default())]);
    if telegram.has_tags_line {
        lines.push(format!("TAGS: {}", telegram.tags.join(", ")));
    }
    lines.extend(wrapped(&format!("SUBJECT: {}", telegram.title), 60));
    if !cable.references.is_empty() {
        let cited = |label: &Option<String>| label.as_ref().map(|label| format!("({label}) ")).unwrap_or_default();
        let items: Vec<String> =
            cable.references.iter().map(|item| format!("{}{}", cited(&item.label), item.text)).collect();
        lines.extend([String::new(), format!("REF: {}", items.join("; "))]);
    }
    lines.push(String::new());
    lines
}

fn text_lines(telegram: &Telegram) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in &telegram.cable.paragraphs {
        lines.extend(wrapped(&format!("{}. {}", paragraph.number.unwrap_or_default(), paragraph.text), 62));
        lines.push(String::new());
    }
    lines.pop();
    lines.push(telegram.cable.signers.join(" "));
    lines
}
