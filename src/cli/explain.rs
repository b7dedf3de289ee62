//! A transcript to its source lines, each beside what it was read as.

use std::fmt::Write;

use cablegram::diagnostic::Diagnostic;
use cablegram::dialect::Transcript;
use cablegram::parse::{self, Claim, Zone};

use super::escape::escaped;

/// Whether lines are colored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Color {
    /// By zone, as terminals understand it.
    Terminal,
    /// Not at all.
    None,
}

/// Marks lines that no zone claims.
const UNCLAIMED: &str = "?";

/// Every physical line with its number, the zones its pieces belong to, and what was odd in it.
pub fn text(transcript: &Transcript, color: Color) -> String {
    let reading = parse::parse(transcript);
    let mut explained = String::new();
    for diagnostic in reading.diagnostics.iter().filter(|diagnostic| diagnostic.line.is_none()) {
        put_diagnostic(&mut explained, diagnostic, color);
    }
    let claims = reading.claims();
    let mut claims = claims.iter().peekable();
    let mut lines = transcript.lines().peekable();
    let mut claimed = 0;
    while let Some(line) = lines.next() {
        let end = lines.peek().map_or(transcript.text().len(), |next| next.start);
        let mut put = 0;
        while let Some(claim) = claims.next_if(|claim| claim.piece.start < end) {
            put_claim(&mut explained, claim.piece.line, claim, color);
            claimed = claim.piece.end();
            put += 1;
        }
        match line.is_blank() || line.start < claimed {
            _ if put > 0 => {}
            true => put_line(&mut explained, line.line, "", ""),
            false => put_line(&mut explained, line.line, UNCLAIMED, line.text),
        }
        // Fields of a row are on one line; what was odd in it comes after the last of them.
        if lines.peek().is_none_or(|next| next.line != line.line) {
            for diagnostic in reading.diagnostics.iter().filter(|diagnostic| diagnostic.line == Some(line.line)) {
                put_diagnostic(&mut explained, diagnostic, color);
            }
        }
    }
    explained
}

fn put_claim(explained: &mut String, line: u32, claim: &Claim<'_>, color: Color) {
    match color {
        Color::None => put_line(explained, line, claim.zone.name(), claim.piece.text),
        Color::Terminal => {
            explained.push_str(color_of(claim.zone));
            put_line(explained, line, claim.zone.name(), claim.piece.text);
            explained.insert_str(explained.len() - 1, "\u{1b}[0m");
        }
    }
}

fn put_line(explained: &mut String, line: u32, zone: &str, text: &str) {
    let whole = format!("{line:>5}  {zone:<24}  {}", escaped(text));
    explained.push_str(whole.trim_end());
    explained.push('\n');
}

fn put_diagnostic(explained: &mut String, diagnostic: &Diagnostic, color: Color) {
    let (on, off) = if color == Color::Terminal { ("\u{1b}[33m", "\u{1b}[0m") } else { ("", "") };
    let (code, severity) = (diagnostic.code, diagnostic.code.severity());
    // Writing to a string cannot fail.
    let _ = writeln!(explained, "{on}       {severity}: {}: {}{off}", code.name(), escaped(&diagnostic.detail));
}

/// Furniture is dim, the envelope blue, the header cyan, the preamble green, headings and signature bold.
fn color_of(zone: Zone) -> &'static str {
    match zone {
        Zone::Pilcrow | Zone::PageLine | Zone::Debris | Zone::Rule | Zone::HeaderMark => "\u{1b}[2m",
        Zone::Identifier | Zone::Title | Zone::Date | Zone::EnvelopeClassification | Zone::Origin => "\u{1b}[34m",
        Zone::Heading | Zone::Signature => "\u{1b}[1m",
        Zone::Paragraph | Zone::Trailer => "",
        Zone::ExecutiveOrder | Zone::Tags | Zone::Subject | Zone::Reference | Zone::ClassifiedBy => "\u{1b}[32m",
        Zone::ClassificationLine | Zone::Caption | Zone::PassingInstruction | Zone::Note => "\u{1b}[32m",
        _ => "\u{1b}[36m",
    }
}
