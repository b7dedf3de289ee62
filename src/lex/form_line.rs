//! Lines of the office-distribution form: `ACTION WHA-00`, `INFO  LOG-00   EB-00    /000W`, dashes with their numbers.

use super::date::is_time_word;
use super::shape::are_digits;

/// Whether the line is one of the form, or ends it.
pub fn is_form_line(line: &str) -> bool {
    const DRAFTING: [&str; 3] = ["DRAFTED ", "APPROVED ", "CLEARED "];
    let is_drafting = || line.contains(['/', ':']) && DRAFTING.iter().any(|label| line.starts_with(label));
    is_dashes(line) || is_office_line(line) || is_drafting()
}

/// Whether the line names offices with their copies, perhaps after the word for their role.
fn is_office_line(line: &str) -> bool {
    let mut words = line.split_ascii_whitespace().peekable();
    words.next_if(|word| matches!(*word, "ACTION" | "INFO" | "ORIGIN"));
    let offices = words.clone().filter(|word| office(word).is_some()).count();
    let is_last = |word: &str| word.len() == 1 && word.bytes().all(|letter| letter.is_ascii_uppercase());
    let mut others = words.filter(|word| office(word).is_none());
    let is_listed = match others.next() {
        None => offices > 0,
        Some(total) => is_total(total) && others.next().is_none_or(is_last),
    };
    is_listed && others.next().is_none()
}

/// `WHA-00`: letters (or `S/S`), a hyphen, and the number of copies, the total perhaps glued to it (`AID-00/011W`).
pub fn office(word: &str) -> Option<(&str, i32)> {
    let hyphen = word.bytes().rposition(|byte| byte == b'-')?;
    let (office, copies) = (&word[..hyphen], &word[hyphen + 1..]);
    let copies = copies.split('/').next().unwrap_or(copies);
    let is_symbol = !office.is_empty() && office.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'/');
    let is_count = are_digits(copies, 1..=3);
    if is_symbol && is_count { Some((office, copies.parse().ok()?)) } else { None }
}

/// `/011W`, `/018`: the total of the copies.
pub fn is_total(word: &str) -> bool {
    let digits = word.strip_prefix('/').unwrap_or_default().trim_end_matches(|next: char| next.is_ascii_alphabetic());
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// The line that ends the list: dashes, the number of the message and its time, or these without the dashes:
/// `------------------A1B2C3  220918Z /42`.
pub fn is_dashes(line: &str) -> bool {
    let begins = |byte: &u8| *byte == b'-' || byte.is_ascii_hexdigit();
    if !matches!(line.as_bytes(), [first, second, ..] if begins(first) && begins(second)) {
        return false;
    }
    let mut words = line.split_ascii_whitespace();
    line.starts_with("-----")
        || words.next().is_some_and(is_message_number)
            && words.next().is_some_and(is_time_word)
            && words.all(|word| word.starts_with('/'))
}

/// The number that the relay gave the message, on the line of dashes: `061234`, beside a time or alone.
pub fn relay_counter(line: &str) -> Option<&str> {
    let mut words = line.trim_start_matches('-').split_ascii_whitespace();
    words.find(|word| is_message_number(word))
}

fn is_message_number(word: &str) -> bool {
    matches!(word.len(), 5 | 6) && word.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_of_the_list() {
        for line in ["------------------A1B2C3  220918Z /42", "A1B2C3  220918Z /42", "-----"] {
            assert!(is_dashes(line), "{line}");
        }
        assert!(!is_dashes("FACADE 220918Z AUG"));
        assert!(!is_dashes("220918Z Aug 01"));
    }

    #[test]
    fn the_counter_of_the_relay_is_before_or_after_the_time() {
        assert_eq!(relay_counter("--------------------- 061234"), Some("061234"));
        assert_eq!(relay_counter("------------------151535Z 062281 /62"), Some("062281"));
        assert_eq!(relay_counter("------------------062281 151535Z /62"), Some("062281"));
        assert_eq!(relay_counter("A1B2C3  220918Z /42"), Some("A1B2C3"));
        assert_eq!(relay_counter("-----"), None);
    }

    #[test]
    fn lines_of_the_form() {
        for line in [
            "ACTION ARA-10",
            "INFO  OCT-01  ISO-00  /056 W",
            "      AID-00    /000W",
            "/001",
            "DRAFTED BY EB/OA:JQUADE",
        ] {
            assert!(is_form_line(line), "{line}");
        }
        for line in ["INFO AMEMBASSY QUITO", "ACTION", "THE AK-47 IS OLD", "CLEARED THE PIER", ""] {
            assert!(!is_form_line(line), "{line}");
        }
    }
}
