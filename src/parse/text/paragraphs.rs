//! Lines to paragraphs: numbers, markings, headings and text put together.
//!
//! A numbered paragraph takes all its blocks up to the next number, heading or rule; unnumbered text makes a
//! paragraph of each block. A heading goes to the first paragraph under it.

use crate::cable::{Marking, Paragraph};
use crate::diagnostic::Code;
use crate::lex::marking::{FoundMarking, MarkingForm, MarkingScope};
use crate::lex::{Piece, begins_in_any_case, openers, shape, spaces};
use crate::parse::reading::{Claim, Findings, Notes, SectionLayout, Zone};

use super::headings::{self, LineRole};
use super::lines::{Gap, NumberedStart, TextLine};
use super::numbers;
use super::sections::Sections;
use super::wraps;

/// Lines that few paragraphs have more of.
const USUAL_LINES: usize = 32;

/// Reads the paragraphs of the text; the preamble used the numbers `taken`.
pub fn read<'t>(
    lines: &[TextLine<'t>],
    layout: &SectionLayout,
    taken: &[i32],
    notes: &mut Notes<'t>,
) -> Vec<Paragraph> {
    let mut roles = headings::ruled(lines);
    let starts = numbers::starts(lines, &roles, taken, &mut notes.findings);
    let mut is_start = vec![false; lines.len()];
    for start in &starts {
        is_start[start.line] = true;
    }
    headings::unruled(lines, &is_start, &mut roles);
    notes.claim_all(lines.iter().zip(&roles).map(|(line, role)| Claim { piece: line.piece, zone: zone(*role) }));
    let mut builder = Builder {
        findings: &mut notes.findings,
        sections: Sections::of(layout),
        done: Vec::with_capacity(starts.len() + 1),
        open: None,
        lines: Vec::with_capacity(USUAL_LINES),
        heading: None,
    };
    builder.add_all(lines, &roles, &starts);
    builder.finish()
}

fn zone(role: LineRole) -> Zone {
    match role {
        LineRole::Text | LineRole::NumberedHeading => Zone::Paragraph,
        LineRole::Rule => Zone::Rule,
        LineRole::Heading => Zone::Heading,
    }
}

/// A heading that waits for its paragraph.
struct Heading<'t> {
    lines: Vec<TextLine<'t>>,
    text: String,
    marking: Option<Marking>,
}

/// Puts paragraphs together line by line.
struct Builder<'n, 't> {
    findings: &'n mut Findings,
    sections: Sections,
    done: Vec<Paragraph>,
    /// The paragraph that is being read.
    open: Option<Paragraph>,
    /// Its lines.
    lines: Vec<TextLine<'t>>,
    heading: Option<Heading<'t>>,
}

impl<'t> Builder<'_, 't> {
    fn add_all(&mut self, lines: &[TextLine<'t>], roles: &[LineRole], starts: &[NumberedStart]) {
        let mut starts = starts;
        let mut index = 0;
        while let Some(line) = lines.get(index) {
            let count = starts.iter().take_while(|start| start.line == index).count();
            let (here, ahead) = starts.split_at(count);
            self.add(line, roles[index], here);
            starts = ahead;
            index += 1;
            if self.is_numbered() {
                let next = starts.first().map_or(lines.len(), |start| start.line);
                let text = roles.iter().take(next).skip(index).take_while(|role| **role == LineRole::Text).count();
                self.lines.extend_from_slice(&lines[index..index + text]);
                index += text;
            }
        }
    }

    fn add(&mut self, line: &TextLine<'t>, role: LineRole, starts: &[NumberedStart]) {
        match role {
            // The rule under a numbered heading is above that paragraph's text.
            LineRole::Rule if self.open.is_some() && self.lines.is_empty() => {}
            LineRole::Rule => self.close(),
            LineRole::Heading => self.add_heading(line),
            LineRole::NumberedHeading if starts.is_empty() => self.add_heading(line),
            LineRole::NumberedHeading | LineRole::Text => self.add_text(line, role, starts),
        }
    }

    fn add_heading(&mut self, line: &TextLine<'t>) {
        self.close();
        let mut piece = line.piece.trim();
        let marking = FoundMarking::leading(piece.text);
        if let Some(found) = &marking {
            self.report_marking(found, &piece);
            piece = piece.slice(found.length..piece.text.len()).trim();
        }
        let marking = marking.map(|found| found.marking);
        let line = TextLine::new(piece, line.gap);
        match &mut self.heading {
            Some(heading) if line.gap == Gap::None && marking.is_none() && !heading.lines.is_empty() => {
                heading.lines.push(line)
            }
            Some(heading) => {
                heading.settle();
                heading.lines.push(line);
                heading.marking = heading.marking.take().or(marking);
            }
            None => self.heading = Some(Heading { lines: vec![line], text: String::new(), marking }),
        }
    }

    fn add_text(&mut self, line: &TextLine<'t>, role: LineRole, starts: &[NumberedStart]) {
        let mut from = 0;
        for (index, start) in starts.iter().enumerate() {
            let before = line.piece.slice(from..start.offset);
            let before = before.trim_end();
            if !before.is_blank() {
                self.extend(&TextLine::new(before, if index == 0 { line.gap } else { Gap::None }));
            }
            let text = start.offset + start.numbered.length;
            self.open_numbered(start, line.piece.slice(start.offset..text));
            from = text;
        }
        if starts.is_empty() && role == LineRole::Text {
            return self.extend(line);
        }
        let rest = line.piece.slice(from..line.piece.text.len());
        if role == LineRole::NumberedHeading {
            self.title(rest);
        } else if !rest.is_blank() {
            let is_within = starts.last().is_some_and(|start| start.offset > 0);
            let is_wrapped = is_within && line.text().len() >= wraps::SHORT && !line.piece.is_joined();
            self.extend(&if is_wrapped { TextLine::tail(rest) } else { TextLine::new(rest, Gap::None) });
        }
    }

    /// Takes a heading that had the paragraph's number.
    fn title(&mut self, piece: Piece<'t>) {
        let Some(open) = &mut self.open else { return };
        let title = clean_heading(piece.text);
        open.heading = Some(match open.heading.take() {
            Some(above) => format!("{above}\n{title}"),
            None => title,
        });
    }

    /// Whether the open paragraph has a number: it takes all text up to the next one, heading or rule.
    fn is_numbered(&self) -> bool {
        self.open.as_ref().is_some_and(|open| open.number.is_some())
    }

    /// Adds a line to the open paragraph, or opens one without a number.
    fn extend(&mut self, line: &TextLine<'t>) {
        if self.is_numbered() || self.lines.last().is_some_and(|last| wraps::is_one_block(last, line)) {
            self.lines.push(*line);
        } else {
            self.close();
            self.open_unnumbered(line);
        }
    }

    fn open_numbered(&mut self, start: &NumberedStart, place: Piece<'t>) {
        self.close();
        let numbered = &start.numbered;
        let mut marking = None;
        if let Some(found) = &numbered.marking {
            self.report_marking(found, &place);
            marking = Some(found.marking.clone());
        }
        self.open(Paragraph { number: Some(numbered.number), marking, ..Paragraph::default() }, place.start);
    }

    fn open_unnumbered(&mut self, line: &TextLine<'t>) {
        let mut piece = line.piece;
        let found = FoundMarking::leading(line.text()).filter(|found| found.form == MarkingForm::Legal);
        if let Some(found) = &found {
            piece = piece.slice(line.indentation() + found.length..piece.text.len());
        }
        let marking = found.map(|found| found.marking);
        self.open(Paragraph { marking, ..Paragraph::default() }, piece.start);
        if !piece.is_blank() {
            self.lines.push(TextLine::new(piece, line.gap));
        }
    }

    fn open(&mut self, mut paragraph: Paragraph, start: usize) {
        paragraph.section = self.sections.at(start);
        if let Some(heading) = self.heading.take() {
            let (text, marking) = heading.finish();
            paragraph.heading = Some(text);
            paragraph.heading_marking = marking;
        }
        self.open = Some(paragraph);
    }

    fn close(&mut self) {
        let Some(mut paragraph) = self.open.take() else { return };
        if paragraph.marking.is_none() {
            paragraph.marking = self.wrapped_marking().or_else(|| self.marking_behind_opener());
        }
        self.drop_dividers();
        paragraph.text = wraps::text_of(&self.lines);
        self.lines.clear();
        self.done.push(paragraph);
    }

    /// Drops the dash alone that telegrams of the 1970s and 1980s put between two paragraphs.
    fn drop_dividers(&mut self) {
        while self.lines.len() > 1 && self.lines.last().is_some_and(|line| matches!(line.text().trim(), "-" | "--")) {
            self.lines.pop();
        }
    }

    /// Takes a marking that is wrapped over the first two lines: `(S//REL USA, AUS,`, `CAN) ...`
    fn wrapped_marking(&mut self) -> Option<Marking> {
        let [first, second, ..] = self.lines.as_slice() else { return None };
        let begin = first.text();
        if !begin.starts_with('(') || begin.contains(')') {
            return None;
        }
        let found = FoundMarking::leading(&format!("{begin} {}", second.text()))?;
        let end = second.indentation() + found.length.checked_sub(begin.len() + 1)?;
        let rest = second.piece.slice(end..second.piece.text.len());
        let text =
            TextLine::new(rest.slice(rest.text.len() - rest.text.trim_start().len()..rest.text.len()), first.gap);
        self.lines.splice(0..2, (!rest.is_blank()).then_some(text));
        Some(found.marking)
    }

    /// Takes a marking that follows the opener: `1. Summary: (SBU) ...`
    fn marking_behind_opener(&mut self) -> Option<Marking> {
        let first = self.lines.first().copied()?;
        let (opener, rest) = first.piece.split_at(openers::length(first.piece.text)?);
        let rest = rest.trim();
        let found = FoundMarking::leading(rest.text)?;
        self.report_marking(&found, &rest);
        let text = rest.slice(found.length..rest.text.len()).trim();
        let tail = [TextLine::new(opener.trim(), first.gap), TextLine::new(text, Gap::None)];
        self.lines.splice(0..1, tail.into_iter().filter(|line| !line.piece.is_blank()));
        Some(found.marking)
    }

    fn report_marking(&mut self, found: &FoundMarking, piece: &Piece<'t>) {
        if found.form == MarkingForm::Malformed {
            self.findings.report(Code::MarkingRepaired, piece, format!("read as ({})", found.marking));
        }
    }

    fn finish(mut self) -> Vec<Paragraph> {
        self.close();
        if self.heading.is_some() {
            let start = usize::MAX;
            self.open(Paragraph::default(), start);
            self.close();
        }
        self.done
    }
}

impl Heading<'_> {
    /// Writes the lines gathered so far.
    fn settle(&mut self) {
        if self.lines.is_empty() {
            return;
        }
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        match self.lines.as_slice() {
            [line] => self.text.push_str(&clean_heading(line.text())),
            lines => {
                let lines: Vec<&str> = lines.iter().map(TextLine::text).collect();
                self.text.push_str(&clean_heading(&lines.join(" ")));
            }
        }
        self.lines.clear();
    }

    fn finish(mut self) -> (String, Option<Marking>) {
        self.settle();
        (self.text, self.marking)
    }
}

/// A heading without the colon that led over to the text.
fn clean_heading(text: &str) -> String {
    let text = shape::unframed(text).unwrap_or(text).trim();
    spaces::collapsed(text.strip_suffix(':').unwrap_or(text))
}

/// Gives every paragraph without a marking the one that paragraph 1 gives the entire text.
pub fn spread_default(paragraphs: &mut [Paragraph], lines: &[TextLine<'_>]) {
    let mut unmarked = paragraphs.iter_mut().filter(|paragraph| paragraph.marking.is_none()).peekable();
    if unmarked.peek().is_none() {
        return;
    }
    let Some(found) = lines.iter().take(12).find_map(entire_marking) else { return };
    for paragraph in unmarked {
        paragraph.marking = Some(found.marking.clone());
    }
}

/// The marking of the entire text, where the line gives it: `1. (C - ENTIRE TEXT)`, `1. (C) ENTIRE TEXT.`
fn entire_marking(line: &TextLine<'_>) -> Option<FoundMarking> {
    if line.begins_with_word() || !line.text().to_ascii_uppercase().contains("ENTIRE") {
        return None;
    }
    let numbered = line.numbered()?;
    let spelled = begins_in_any_case(&line.piece.text[numbered.length..], "ENTIRE TEXT");
    numbered.marking.filter(|found| spelled || found.scope == MarkingScope::EntireText)
}
