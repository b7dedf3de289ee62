//! Text of unknown origin to text that a terminal shows and does not obey.

use std::borrow::Cow;

/// The text with control characters, and those that reorder or hide text, as `\u{1b}`.
pub fn escaped(text: &str) -> Cow<'_, str> {
    replaced(text, is_active, |character, safe| safe.extend(character.escape_unicode()))
}

/// As `escaped`, with line feeds and tabs as they are.
pub fn escaped_lines(text: &str) -> Cow<'_, str> {
    let is_active = |character| is_active(character) && !['\n', '\t'].contains(&character);
    replaced(text, is_active, |character, safe| safe.extend(character.escape_unicode()))
}

/// A line of JSON with the same characters in its texts as `\u001b`; it means what it meant.
pub fn escaped_json(line: &str) -> Cow<'_, str> {
    // All of them are in the first plane.
    let spell = |character, safe: &mut String| safe.push_str(&format!("\\u{:04x}", u32::from(character)));
    replaced(line, |character| is_active(character) && character != '\n', spell)
}

fn replaced(text: &str, is_active: impl Fn(char) -> bool, spell: fn(char, &mut String)) -> Cow<'_, str> {
    if !text.contains(&is_active) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match is_active(character) {
            true => spell(character, &mut safe),
            false => safe.push(character),
        }
    }
    Cow::Owned(safe)
}

/// Whether a terminal might do something else than show the character.
fn is_active(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_to_obey() {
        assert_eq!(escaped("a\u{1b}[31m\u{9b}\n"), "a\\u{1b}[31m\\u{9b}\\u{a}");
        assert_eq!(escaped_lines("a\n\tb\u{202e}"), "a\n\tb\\u{202e}");
        assert_eq!(escaped_json("{\"path\":\"a\u{9b}\u{7f}\"}\n"), "{\"path\":\"a\\u009b\\u007f\"}\n");
        assert!(matches!(escaped("Ærø 09ASTANA1005"), Cow::Borrowed(_)));
    }
}
