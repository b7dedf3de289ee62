//! What keepers of telegrams wrote where they had lost a text.

use super::builder::TranscriptBuilder;
use crate::diagnostic::Code;

/// Messages of their systems, each in place of a whole text.
const MESSAGES: [&str; 4] = [
    "ERROR READING TEXT INDEX",
    "ERROR READING TEXT",
    "EXPAND ERROR ENCOUNTERED",
    "No Text Body Available for Document",
];

/// Puts no text, and reports what is in its place.
pub fn put(found: &str, builder: &mut TranscriptBuilder<'_>) {
    builder.report(Code::TextLost, detail(found));
    builder.whole(|_| {});
}

/// The same, where that is at a byte of the source.
pub fn put_at(source: usize, found: &str, builder: &mut TranscriptBuilder<'_>) {
    builder.report_at(source, Code::TextLost, detail(found));
    builder.whole(|_| {});
}

fn detail(found: &str) -> String {
    beginning(if found.is_empty() { "no text" } else { found })
}

/// So much of a text as a report shows.
pub fn beginning(text: &str) -> String {
    text.chars().take(40).collect()
}

/// Whether nothing is left of a text.
pub fn is_lost(text: &str) -> bool {
    is_message(text) || is_unreadable(text)
}

/// Whether a text is nothing but such a message.
pub fn is_message(text: &str) -> bool {
    MESSAGES.contains(&text.trim())
}

/// Whether a text is nothing but characters that the keeper could not show.
pub fn is_unreadable(text: &str) -> bool {
    text.chars().all(|c| c == '¿' || c.is_whitespace()) && text.contains('¿')
}
