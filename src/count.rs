//! Numbers and what they count, as people read them.

/// `1 cable is`, `57 cables are`: the number, and the words that fit it.
pub fn count(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// `249,020`
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `a.txt, b.txt and 7 more`: these of so many names.
pub fn named(names: &[String], number: u64) -> String {
    match number.saturating_sub(names.len() as u64) {
        0 => names.join(", "),
        more => format!("{} and {} more", names.join(", "), grouped(more)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        for (number, expected) in
            [(0, "0"), (999, "999"), (1000, "1,000"), (249_020, "249,020"), (1_234_567, "1,234,567")]
        {
            assert_eq!(grouped(number), expected);
        }
        assert_eq!(
            (count(1, "copy is", "copies are"), count(0, "copy", "copies")),
            ("1 copy is".into(), "0 copies".into())
        );
    }
}
