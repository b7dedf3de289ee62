//! The end of the text: signature and trailer, read from the last line up.
//!
//! Strips what printing, relay and archive software put behind the text, then takes the signature: a line of
//! its own, or the last words of the last line. Never takes a word that the prose needs.

use crate::diagnostic::Code;
use crate::lex::page_line::is_banner;
use crate::lex::trim::Trim;
use crate::lex::{Piece, shape};
use crate::parse::reading::{Findings, Notes, Zone};
use crate::tables::endings;

mod signature;

use signature::Signature;

/// The end of a body, and what is before it.
#[derive(Debug)]
pub struct Ending<'t> {
    /// The body before signature and trailer.
    pub body: Vec<Piece<'t>>,
    /// The names of the signature, where there is one; none where they are redacted.
    pub signature: Option<Vec<String>>,
    /// The lines behind the signature.
    pub trailer: Option<String>,
}

/// Reads signature and trailer.
pub fn read<'t>(body: Vec<Piece<'t>>, notes: &mut Notes<'t>) -> Ending<'t> {
    let mut body = body;
    let mut trailer = Vec::new();
    strip_trailer(&mut body, &mut trailer, &mut notes.findings);
    let signature = take_signature(&mut body, notes);
    if signature.is_some() {
        strip_website(&mut body, &mut trailer);
    }
    while body.last().is_some_and(Piece::is_blank) {
        body.pop();
    }
    trailer.sort_by_key(|piece: &Piece<'_>| piece.start);
    for piece in &trailer {
        notes.claim(*piece, Zone::Trailer);
    }
    let lines: Vec<&str> = trailer.iter().map(|piece| piece.text.trim()).collect();
    let trailer = (!lines.is_empty()).then(|| lines.join("\n"));
    Ending { body, signature, trailer }
}

/// Takes the lines of the trailer off the end of the body.
fn strip_trailer<'t>(body: &mut Vec<Piece<'t>>, trailer: &mut Vec<Piece<'t>>, findings: &mut Findings) {
    while let Some(last) = body.pop() {
        if last.is_blank() {
            continue;
        }
        if is_row(&last)
            && let Some(start) = website_start(body, LONGEST_BANNER)
        {
            trailer.extend(body.drain(start..).filter(|piece| !piece.is_blank()).map(|piece| piece.trim()));
        } else if is_residue(last.text) {
            findings.report(Code::RecordResidue, &last, last.text.trim());
        } else if !is_trailer(last.text) && !ends_address(last.text, body) {
            let (text, tail) = last.split_at(date_tail(last.text));
            if !tail.is_blank() {
                trailer.push(tail.trim());
            }
            body.push(text);
            return;
        }
        trailer.push(last.trim());
    }
}

/// What a closing CSV field leaves: `",`
fn is_residue(text: &str) -> bool {
    matches!(text.trim(), "\"," | "\"" | "\",\"" | "\\N")
}

/// Whether the line is none of the author's: end signs, banners, retrieval lines, notes of the relay.
fn is_trailer(text: &str) -> bool {
    let text = text.trim();
    matches!(text, "BT" | "." | ">" | "##" | "#" | "-" | "<")
        || is_banner(text)
        || is_end_number(text)
        || text.contains(" - Classification: ")
        || is_date(text)
        || is_website(text)
        || endings::is_closing(text)
        || text.trim_signs(b"=").len() + 10 < text.len()
}

/// `#1005`: the number of the message, repeated at its end.
fn is_end_number(text: &str) -> bool {
    let digits = text.strip_prefix('#').unwrap_or_default();
    (3..=6).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_website(text: &str) -> bool {
    let text = text.trim_leading(b" \"");
    text.starts_with("Visit ") && (text.contains("http") || text.contains("site") || text.contains("Site"))
}

/// Whether the line is the rest of the website's address, which was cut at the width of the form.
fn ends_address(text: &str, above: &[Piece<'_>]) -> bool {
    let is_address = text.contains('/') && !text.trim().contains(' ');
    is_address && above.iter().rev().take(2).any(|piece| is_website(piece.text))
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

/// Where a date of the archive, with the number before it, begins behind the last words: `QUADE 0 11/07/2007`.
fn date_tail(text: &str) -> usize {
    let Some((before, date)) = text.trim_end().rsplit_once(' ') else { return text.len() };
    let Some((name, number)) = before.rsplit_once(' ').filter(|_| is_date(date)) else { return text.len() };
    let is_signed = name.ends_with(|last: char| last.is_ascii_uppercase());
    if is_signed && number.len() == 1 && number.bytes().all(|byte| byte.is_ascii_digit()) {
        return name.len();
    }
    text.len()
}

/// Takes the signature off the end of the body; returns its names.
fn take_signature<'t>(body: &mut Vec<Piece<'t>>, notes: &mut Notes<'t>) -> Option<Vec<String>> {
    let signature = Signature::find(body)?;
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

/// Takes the banner of an embassy's website, which may stand before the signature.
fn strip_website<'t>(body: &mut Vec<Piece<'t>>, trailer: &mut Vec<Piece<'t>>) {
    let closed = body.iter().rev().find(|piece| !piece.is_blank()).is_some_and(is_row);
    let Some(start) = website_start(body, if closed { LONGEST_BANNER } else { 6 }) else { return };
    trailer.extend(body.drain(start..).filter(|piece| !piece.is_blank()).map(|piece| piece.trim()));
}

/// The most lines of a banner between two rows of asterisks.
const LONGEST_BANNER: usize = 14;

fn is_row(piece: &Piece<'_>) -> bool {
    shape::is_rule(piece.text) && piece.text.contains('*')
}

/// Where the banner of a website begins that stands in the last lines: at the row above it, if there is one.
fn website_start(body: &[Piece<'_>], lines: usize) -> Option<usize> {
    let tail = body.len().saturating_sub(lines);
    let start = tail + body[tail..].iter().position(|piece| is_website(piece.text))?;
    let ruled = start.checked_sub(1).filter(|&above| shape::is_rule(body[above].text));
    Some(ruled.unwrap_or(start))
}
