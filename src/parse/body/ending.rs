//! The end of the text: signature and trailer, read from the last line up.
//!
//! Strips what printing, relay and archive software put after the text, then takes the signature: a line of
//! its own, or the last words of the last line. Never takes a word that the prose needs.

use super::Release;
use crate::diagnostic::Code;
use crate::lex::page_line::is_banner;
use crate::lex::stamp::Stamp;
use crate::lex::{Piece, shape, wire};
use crate::parse::reading::{Notes, Zone};
use crate::tables::endings;

mod address;
mod signature;

use signature::Signature;

/// The end of a body, and what is before it.
#[derive(Debug)]
pub struct BodyEnding<'t> {
    /// The body before signature and trailer.
    pub body: Vec<Piece<'t>>,
    /// The names of the signature, where there is one; none where they are redacted.
    pub signature: Option<Vec<String>>,
    /// The lines after the signature.
    pub trailer: Option<String>,
    /// What a stamp among them says.
    pub release: Release,
}

/// Reads signature and trailer. A telegram that follows in the same record is not signed for the first: of its lines, the
/// trailer alone is taken. Where lines `are_joined`, a signature has a line of its own.
pub fn read<'t>(
    mut body: Vec<Piece<'t>>,
    mut following: Vec<Piece<'t>>,
    are_joined: bool,
    notes: &mut Notes<'t>,
) -> BodyEnding<'t> {
    let mut trailer = Vec::new();
    let mut release = Release::default();
    strip_trailer(&mut following, &mut trailer, &mut release, notes);
    strip_trailer(&mut body, &mut trailer, &mut release, notes);
    let signature = take_signature(&mut body, are_joined, notes);
    if signature.is_some() {
        strip_website(&mut body, &mut trailer);
    }
    while body.last().is_some_and(Piece::is_blank) {
        body.pop();
    }
    // A blank line keeps the texts of the two apart.
    body.extend(following.first().map(|line| line.slice(0..0)));
    body.append(&mut following);
    trailer.sort_by_key(|piece: &Piece<'_>| piece.start);
    for piece in &trailer {
        notes.claim(*piece, Zone::Trailer);
    }
    let lines: Vec<&str> = trailer.iter().map(|piece| piece.text.trim()).collect();
    let trailer = (!lines.is_empty()).then(|| lines.join("\n"));
    BodyEnding { body, signature, trailer, release }
}

/// Takes the lines of the trailer off the end of the body.
fn strip_trailer<'t>(
    body: &mut Vec<Piece<'t>>,
    trailer: &mut Vec<Piece<'t>>,
    release: &mut Release,
    notes: &mut Notes<'t>,
) {
    while let Some(last) = body.pop() {
        if last.is_blank() {
            continue;
        }
        if is_row(&last)
            && let Some(start) = website_start(body, LONGEST_BANNER)
        {
            trailer.extend(body.drain(start..).filter(|piece| !piece.is_blank()).map(|piece| piece.trim()));
        } else if is_residue(last.text) {
            notes.report(Code::RecordResidue, &last, last.text.trim());
        } else if let Some((start, stamp)) = stamp_that_ends(body, last) {
            release.note(&stamp);
            trailer.extend(body.drain(start..).filter(|piece| !piece.is_blank()).map(|piece| piece.trim()));
        } else if let Some(start) = note_that_ends(body) {
            trailer.extend(body.drain(start..).map(|piece| piece.trim()));
        } else {
            let is_address = is_website(last.text) || continues_address(last.text, body);
            if let Some(name) = address::name_behind(last.text).filter(|_| is_address) {
                let (address, name) = last.split_at(name);
                trailer.push(address.trim());
                body.push(name);
                return;
            }
            let is_left_over = is_trailer(last.text) || is_mark_below_name(last.text) && ends_with_name(body);
            if !(is_address || is_left_over) {
                let (text, tail) = last.split_at(tail_start(last.text));
                if !tail.is_blank() {
                    trailer.push(tail.trim());
                }
                body.push(text);
                return;
            }
        }
        trailer.push(last.trim());
    }
}

/// The stamp of a review that ends with the line `last`, and where it begins in the lines above.
fn stamp_that_ends<'t>(body: &[Piece<'t>], last: Piece<'t>) -> Option<(usize, Stamp<'t>)> {
    let is_date = last.text.trim_end().ends_with(|sign: char| sign.is_ascii_digit());
    if !is_date {
        return None;
    }
    let mut lines = body[body.len().saturating_sub(5)..].to_vec();
    lines.push(last);
    let at = |start: usize| Stamp::leading(&lines[start..]).filter(|stamp| start + stamp.lines == lines.len());
    let (start, stamp) = (0..lines.len()).find_map(|start| Some((start, at(start)?)))?;
    Some((body.len() + 1 - (lines.len() - start), stamp))
}

/// Where a note of the relay begins that goes over several lines under the name: `NOTE: NOT PASSED ...`
fn note_that_ends(body: &[Piece<'_>]) -> Option<usize> {
    let lines = body.iter().rev().take(LONGEST_NOTE).take_while(|line| !line.is_blank()).count();
    let is_note = |at: &usize| {
        let text = body[*at].text.trim();
        text.starts_with("NOTE") && endings::is_closing(text) && ends_with_name(&body[..*at])
    };
    (body.len() - lines..body.len()).find(is_note)
}

/// Lines of a note but the last.
const LONGEST_NOTE: usize = 3;

/// Whether the last line that is not blank holds nothing but a name.
fn ends_with_name(body: &[Piece<'_>]) -> bool {
    let last = body.iter().rev().find(|piece| !piece.is_blank());
    last.is_some_and(|piece| signature::is_name(piece.text))
}

/// `..`, `...` or the number of a page alone on a line.
fn is_mark_below_name(text: &str) -> bool {
    let text = text.trim();
    let is_number = text.len() < 3 && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number || text.bytes().all(|byte| byte == b'.')
}

/// Whether a signature ends these lines.
pub fn is_signature(lines: &[Piece<'_>]) -> bool {
    Signature::on_own_lines(lines).is_some_and(|signature| !signature.names.is_empty())
}

/// What a closing CSV field leaves: `",`
fn is_residue(text: &str) -> bool {
    matches!(text.trim(), "\"," | "\"" | "\",\"" | "\\N")
}

/// Whether the line does not come from the author: end signs, banners, retrieval lines, notes of the relay.
fn is_trailer(text: &str) -> bool {
    let text = text.trim();
    is_lone_sign(text)
        || ["BT", "NNNN"].iter().any(|sign| text.eq_ignore_ascii_case(sign))
        || is_banner(text)
        || wire::is_number(text)
        || is_retrieval_line(text)
        || is_date(text)
        || endings::is_closing(text)
        || text.trim_matches('=').len() + 10 < text.len()
}

/// A sign alone on its line.
fn is_lone_sign(text: &str) -> bool {
    matches!(text, "." | ">" | "##" | "#" | "-" | "<" | "/" | "```" | "~~~")
}

/// `2001VATICA02600 - Classification: UNCLASSIFIED`, `2004LIMA01540 - CONFIDENTIAL`
fn is_retrieval_line(text: &str) -> bool {
    let Some((name, level)) = text.split_once(" - ") else { return false };
    let is_name = || {
        let post = name.trim_matches(|letter: char| letter.is_ascii_digit());
        name.len() > post.len() + 4 && !post.is_empty() && post.bytes().all(|byte| byte.is_ascii_uppercase())
    };
    level.starts_with("Classification: ") || is_banner(level) && is_name()
}

/// Whether the line begins the banner of a website.
fn is_website(text: &str) -> bool {
    let text = text.trim_start_matches([' ', '"']);
    text.starts_with("Visit ") && is_web_word(text)
}

fn is_web_word(text: &str) -> bool {
    text.contains("http") || text.contains("site") || text.contains("Site")
}

/// Whether the banner of a website begins with the first line; its first words may fill a line.
fn begins_website(lines: &[Piece<'_>]) -> bool {
    let is_wrapped = || {
        let (visit, below) = (lines[0].text.trim(), lines.get(1).map_or("", |line| line.text));
        visit.starts_with("Visit ") && visit.len() < 60 && is_web_word(below)
    };
    is_website(lines[0].text) || is_wrapped()
}

/// Whether the line is an address of the website named above it, or the rest of one that was cut at the width of the
/// form.
fn continues_address(text: &str, above: &[Piece<'_>]) -> bool {
    let text = text.trim();
    let is_rest = || text.contains('/') && !text.contains(' ');
    let start = above.len().saturating_sub(3);
    (address::begins(text) || is_rest()) && (start..above.len()).any(|at| begins_website(&above[at..]))
}

/// `2008-01-08` or `11/07/2007`
fn is_date(text: &str) -> bool {
    if !(8..=10).contains(&text.len()) {
        return false;
    }
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let mut parts = text.split(['-', '/']);
    parts.by_ref().take(3).filter(|part| is_number(part)).count() == 3 && parts.next().is_none()
}

/// Where what an archive put after the last words begins: an end sign, or a date, perhaps with a number before it and a
/// period after it, as in `QUADE 0 11/07/2007 .`
fn tail_start(text: &str) -> usize {
    let line = text.trim_end();
    let ends_with_name = |start: usize| signature::ends_with_capitals(text[..start].trim_end());
    let is_tail = |tail: &str| {
        let words: Vec<&str> = tail.split_whitespace().collect();
        let number = |word: &str| word.len() == 1 && word.bytes().all(|byte| byte.is_ascii_digit());
        match words.as_slice() {
            [sign] => is_date(sign) || matches!(*sign, "NNNN" | "NNN" | "\"" | "\","),
            [date, "."] => is_date(date),
            [digit, date] | [digit, date, "."] => number(digit) && is_date(date),
            _ => false,
        }
    };
    let starts = line.rmatch_indices(' ').map(|(at, _)| at + 1).take(3);
    starts.filter(|&start| is_tail(&line[start..]) && ends_with_name(start)).last().unwrap_or(text.len())
}

/// Takes the signature off the end of the body; returns its names.
fn take_signature<'t>(body: &mut Vec<Piece<'t>>, are_joined: bool, notes: &mut Notes<'t>) -> Option<Vec<String>> {
    let signature = if are_joined { Signature::on_own_lines(body) } else { Signature::find(body) }?;
    let mut above = body.split_off(body.len() - signature.lines);
    for line in above.drain(..) {
        let (text, name) = line.split_at(signature.start.min(line.text.len()));
        notes.claim(name.trim(), Zone::Signature);
        if !text.is_blank() {
            body.push(text);
        }
        if signature.names.iter().any(|name| runs_together(name)) {
            notes.report(Code::SignatureUnsure, &name, name.text.trim());
        }
    }
    Some(signature.names)
}

/// Whether two names may have run together: one name twice, or more letters than surnames have.
fn runs_together(name: &str) -> bool {
    let half = name.len() / 2;
    let doubled = name.is_char_boundary(half) && name[..half] == name[half..];
    doubled && name.len() > 5 || name.len() > 15 && !name.contains([' ', '-'])
}

/// Takes the banner of an embassy's website, which may be above the signature, and lone signs above the name.
fn strip_website<'t>(body: &mut Vec<Piece<'t>>, trailer: &mut Vec<Piece<'t>>) {
    while let Some(last) = body.pop_if(|piece| piece.is_blank() || is_mark_above_name(piece.text.trim())) {
        if !last.is_blank() {
            trailer.push(last.trim());
        }
    }
    let closed = body.iter().rev().find(|piece| !piece.is_blank()).is_some_and(is_row);
    let Some(start) = website_start(body, if closed { LONGEST_BANNER } else { 6 }) else { return };
    trailer.extend(body.drain(start..).filter(|piece| !piece.is_blank()).map(|piece| piece.trim()));
}

/// A dash, or the sign of a group: `GP-3`.
fn is_mark_above_name(text: &str) -> bool {
    let group = text.strip_prefix("GP-").unwrap_or_default();
    text == "-" || matches!(group.as_bytes(), [digit] if digit.is_ascii_digit())
}

/// The most lines of a banner between two rows of asterisks.
const LONGEST_BANNER: usize = 14;

fn is_row(piece: &Piece<'_>) -> bool {
    shape::is_rule(piece.text) && piece.text.contains('*')
}

/// Where the banner of a website begins that is in the last lines: at the row above it, if there is one.
fn website_start(body: &[Piece<'_>], lines: usize) -> Option<usize> {
    let tail = body.len().saturating_sub(lines);
    let start = (tail..body.len()).find(|&at| begins_website(&body[at..]))?;
    let ruled = start.checked_sub(1).filter(|&above| shape::is_rule(body[above].text));
    Some(ruled.unwrap_or(start))
}
