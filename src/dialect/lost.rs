//! What keepers of telegrams wrote where they had lost a text.

/// Messages of their systems, each in place of a whole text.
const MESSAGES: [&str; 4] = [
    "ERROR READING TEXT INDEX",
    "ERROR READING TEXT",
    "EXPAND ERROR ENCOUNTERED",
    "No Text Body Available for Document",
];

/// Whether a text is nothing but such a message.
pub fn is_message(text: &str) -> bool {
    MESSAGES.contains(&text.trim())
}

/// Whether a text is nothing but characters that the keeper could not show.
pub fn is_unreadable(text: &str) -> bool {
    text.chars().all(|c| c == '¿' || c.is_whitespace()) && text.contains('¿')
}
