//! A model to the text of the main dialect: envelope of five lines, header glued to the text, one blank after
//! every line of the text, no line feed at the end.

use std::fmt::Write;

use cablegram::cable::{Addressee, HeaderForm, Paragraph, Precedence, Role};

use super::facts::MONTHS;
use super::model::{Headings, Model, Signature};

const NOTICE: &str =
    "This record is a partial extract of the original cable. The full text of the original cable is not available.";

/// The whole file.
pub fn render(model: &Model) -> String {
    let mut out = String::with_capacity(16 * 1024);
    envelope(model, &mut out);
    header(model, &mut out);
    body(model, &mut out);
    out
}

/// The header, without a line end after it.
pub fn header(model: &Model, out: &mut String) {
    match model.cable.header_form {
        HeaderForm::Routed => routed(model, out),
        HeaderForm::Unrouted => unrouted(model, out),
        HeaderForm::Office => office(model, out),
        HeaderForm::None if model.cable.partial => out.push_str(NOTICE),
        HeaderForm::None | HeaderForm::Empty => {}
    }
}

/// Everything after the header.
pub fn body(model: &Model, out: &mut String) {
    if model.cable.header_form != HeaderForm::Empty {
        preamble(model, out);
        text(model, out);
    }
}

/// The first line of the subject.
pub fn title(model: &Model) -> String {
    subject_lines(model).first().map_or("", |line| line["SUBJECT: ".len()..].trim_end()).to_owned()
}

fn envelope(model: &Model, out: &mut String) {
    let title = title(model);
    let sent = model.sent;
    let weekday = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][sent.weekday().to_monday_zero_offset() as usize];
    let month = super::prose::capitalized(&MONTHS[sent.month() as usize - 1].to_lowercase());
    let offset = if (4..=10).contains(&sent.month()) { 2 } else { 1 };
    let date = format!("{weekday} {month} {:02} 00:00:00 +0{offset}00 {}", sent.day(), sent.year());
    let lines = [&model.cable.mrn_as_found, &title, &date, model.secrecy.envelope, model.sender.origin];
    lines.iter().for_each(|line| push_line(out, line));
}

fn routed(model: &Model, out: &mut String) {
    let cable = &model.cable;
    let Some(routing) = &cable.routing else { return };
    push_line(out, cable.transmission_id.as_deref().unwrap_or_default());
    let call = letter(routing.call_precedence).to_string().repeat(2);
    wrapped(&format!("{call} {}", routing.called_stations.join(" ")), 66).iter().for_each(|line| push_line(out, line));
    if routing.called_stations == ["RUEHWEB"] {
        out.push('\n');
    }
    let section = if routing.station_section.is_some() { "/01" } else { "" };
    let filed = model.sent.saturating_add(jiff::Span::new().minutes(model.layout.filing_delay));
    let (station, serial) = (model.sender.routing_indicator, routing.station_serial.unwrap_or_default());
    let _ = writeln!(
        out,
        "DE {station} #{serial:04}{section} {:03}{:02}{:02}",
        filed.day_of_year(),
        filed.hour(),
        filed.minute()
    );
    push_line(out, &format!("{} ZZH", routing.security_warning.as_deref().unwrap_or_default()));
    addressed(model, "", out);
}

fn unrouted(model: &Model, out: &mut String) {
    addressed(model, " ", out);
}

fn office(model: &Model, out: &mut String) {
    let cable = &model.cable;
    let sent = model.sent;
    let day = format!("{:02}{:02}{:02}Z", sent.day(), sent.hour(), sent.minute());
    let (group, serial) = (cable.date_time_group.as_deref().unwrap_or_default(), cable.serial.unwrap_or_default());
    let banner = model.secrecy.envelope.split("//").next().unwrap_or_default();
    let short = &model.sender.name[..model.sender.name.len().min(6)];
    let _ = write!(out, "{NOTICE}\n\n{group}\n\n\n{:24}{banner}     PTQ{:04}\n\n", "", serial % 10_000);
    let _ = writeln!(out, "PAGE 01        {short:<6}  {serial:05}  {day} ");
    distribution(model, out);
    let _ =
        writeln!(out, "                  ------------------{:06X}  {day} /38", serial.unsigned_abs() * 37 % 0xFF_FFFF);
    let _ = writeln!(out, "FM {} ", model.sender.designator);
    addresses(model, " ", out);
}

/// The offices of the Department, with the total of their copies after the last.
fn distribution(model: &Model, out: &mut String) {
    let mut offices = model.cable.distribution_offices.iter().map(|office| format!("{}-00", office.office));
    let _ = write!(out, "ACTION {}  \n\n", offices.next().unwrap_or_default());
    let list =
        format!("{} /{:03}W", offices.collect::<Vec<_>>().join(" "), model.cable.serial.unwrap_or_default() % 100);
    for (index, line) in wrapped(&list, 60).iter().enumerate() {
        let _ = writeln!(out, "{}{line}  ", if index == 0 { "INFO  " } else { "      " });
    }
}

/// Date-time group, sender and addressees.
fn addressed(model: &Model, end: &str, out: &mut String) {
    let cable = &model.cable;
    let info = cable.info_precedence.map(|info| format!(" {}", letter(Some(info)))).unwrap_or_default();
    let group = cable.date_time_group.as_deref().unwrap_or_default();
    let _ = writeln!(out, "{}{info} {group}{end}", letter(cable.action_precedence));
    let _ = writeln!(out, "FM {}{end}", model.sender.designator);
    addresses(model, end, out);
}

/// The last addressee has no line end: the text begins right after it.
fn addresses(model: &Model, end: &str, out: &mut String) {
    let mut role = None;
    for (index, addressee) in model.cable.addressees.iter().enumerate() {
        if index > 0 {
            out.push_str(end);
            out.push('\n');
        }
        if role != Some(addressee.role) {
            role = Some(addressee.role);
            out.push_str(if addressee.role == Role::Action { "TO " } else { "INFO " });
        }
        address(addressee, out);
    }
}

fn address(addressee: &Addressee, out: &mut String) {
    if let Some(indicator) = &addressee.routing_indicator {
        let _ = write!(out, "{indicator}/");
    }
    out.push_str(&addressee.name);
    if let Some(precedence) = addressee.precedence {
        let _ = write!(out, " {}", precedence.name());
    }
    if let Some(number) = &addressee.continuity_number {
        let _ = write!(out, " {number}");
    }
}

fn preamble(model: &Model, out: &mut String) {
    let cable = &model.cable;
    let section = cable.section_count.map(|count| format!(" SECTION 01 OF {count:02}")).unwrap_or_default();
    let serial = cable.serial.unwrap_or_default();
    push_text(out, &format!("{}{section} {} {serial:06}", model.secrecy.line, model.sender.name));
    block(&cable.captions, out);
    block(&cable.passing_instructions, out);
    push_text(out, "");
    let order = cable.executive_order.as_deref().unwrap_or_default();
    push_text(out, &format!("E.O. {order}: {}", cable.declassify_text.as_deref().unwrap_or_default()));
    push_line(out, &format!("TAGS: {}", cable.tags.join(" ").replace(',', "")));
    subject_lines(model).iter().for_each(|line| push_text(out, line));
    if !cable.references.is_empty() {
        push_text(out, "");
    }
    for (index, reference) in cable.references.iter().enumerate() {
        let start = if index == 0 { "REF: " } else { "     " };
        let label = reference.label.as_deref().map(|label| format!("{label}. ")).unwrap_or_default();
        push_text(out, &format!("{start}{label}{}", reference.text));
    }
    if let Some(classified_by) = &cable.classified_by {
        push_text(out, "");
        cut(&format!("Classified By: {}", classified_by.text)).iter().for_each(|line| push_text(out, line.trim_end()));
    }
    push_text(out, "");
}

fn block(lines: &[String], out: &mut String) {
    if !lines.is_empty() {
        push_text(out, "");
        lines.iter().for_each(|line| push_text(out, line));
    }
}

/// The subject as it is broken; the title of the envelope is its first line.
fn subject_lines(model: &Model) -> Vec<String> {
    let Some(subject) = &model.cable.subject else { return Vec::new() };
    let marking = model.cable.subject_marking.as_ref().map(|_| format!("{} ", model.secrecy.typed_marking));
    wrapped(&format!("SUBJECT: {}{subject}", marking.unwrap_or_default()), model.layout.width)
}

/// The message form cut its own field hard at 71 columns.
fn cut(line: &str) -> Vec<&str> {
    let (mut rest, mut lines) = (line, Vec::new());
    while rest.len() > 71 {
        let (line, next) = rest.split_at(71);
        lines.push(line);
        rest = next;
    }
    lines.push(rest);
    lines
}

fn text(model: &Model, out: &mut String) {
    for (index, paragraph) in model.cable.paragraphs.iter().enumerate() {
        heading(model, paragraph, out);
        numbered(model, index, paragraph, out);
        push_text(out, "");
    }
    let signer = model.cable.signers.first().map(String::as_str).unwrap_or_default();
    if model.layout.signature == Signature::Glued {
        out.truncate(out.trim_end().len());
    }
    out.push_str(signer);
}

fn heading(model: &Model, paragraph: &Paragraph, out: &mut String) {
    let Some(heading) = &paragraph.heading else { return };
    push_text(out, heading);
    if model.layout.headings == Headings::Ruled {
        push_text(out, &"-".repeat(heading.len().min(45)));
    }
    push_text(out, "");
}

fn numbered(model: &Model, index: usize, paragraph: &Paragraph, out: &mut String) {
    let number = paragraph.number.unwrap_or_default();
    let marking = paragraph.marking.as_ref().map(|_| format!("{} ", model.secrecy.typed_marking)).unwrap_or_default();
    let text = paragraph.text.replace("[redacted]", "XXXXXXXXXXXX");
    let (prose, table) = text.split_once("\n\n").unwrap_or((&text, ""));
    let lines = wrapped(&format!("¶{number}. {marking}{prose}"), model.layout.width);
    let interrupted = model.layout.interrupted.iter().position(|&interrupted| interrupted == index);
    for (line_index, line) in lines.iter().enumerate() {
        if let Some(section) = interrupted.filter(|_| line_index == lines.len() / 2) {
            page_line(model, section + 2, out);
        }
        push_text(out, line);
    }
    if !table.is_empty() {
        push_text(out, "");
        table.lines().for_each(|row| push_text(out, row));
    }
}

/// What the relay left between two sections.
fn page_line(model: &Model, section: usize, out: &mut String) {
    let post = &model.sender.name[..model.sender.name.len().min(10)];
    let (serial, count) = (model.cable.serial.unwrap_or_default(), model.cable.section_count.unwrap_or_default());
    push_text(out, "");
    push_text(out, &format!("{post} {serial:08}  {section:03} OF {count:03}"));
    push_text(out, "");
    push_text(out, "");
}

/// Lines of at most `width` bytes; blanks at a break are lost.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let (mut lines, mut rest) = (Vec::new(), text);
    while rest.len() > width {
        let end = (0..=width).rev().find(|&end| rest.as_bytes()[end] == b' ' && end > 8).unwrap_or(rest.len());
        lines.push(rest[..end].trim_end().to_owned());
        rest = rest[end..].trim_start();
    }
    lines.push(rest.to_owned());
    lines
}

fn letter(precedence: Option<Precedence>) -> char {
    match precedence {
        Some(Precedence::Flash) => 'Z',
        Some(Precedence::Immediate | Precedence::NiactImmediate) => 'O',
        Some(Precedence::Priority) => 'P',
        Some(Precedence::Routine) | None => 'R',
    }
}

/// A line of header or envelope.
fn push_line(out: &mut String, line: &str) {
    out.push_str(line);
    out.push('\n');
}

/// A line of the text, with its one blank.
fn push_text(out: &mut String, line: &str) {
    out.push_str(line);
    out.push_str(" \n");
}
