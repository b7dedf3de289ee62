//! Addresses of the web and of mail in the last lines, and where one ends.
//!
//! The form cut long addresses, so that a space may be within one.

use crate::lex::begins_in_any_case;
use crate::lex::shape;

/// Whether an address of the web begins with the line.
pub fn begins(text: &str) -> bool {
    let text = text.trim_start();
    ["http", "www."].iter().any(|start| begins_in_any_case(text, start))
}

/// Whether a line ends with an address of the web or of mail, perhaps with a piece of it that was cut off.
pub fn ends(text: &str) -> bool {
    let mut words = text.split_whitespace().rev().take(2);
    words.any(|word| word.contains('@') || word.contains("://") || word.starts_with("www.") || word.contains(".gov/"))
}

/// Where a surname in upper case begins that follows the address on its line.
pub fn name_behind(text: &str) -> Option<usize> {
    let line = text.trim_end();
    let (before, name) = line.rsplit_once(' ')?;
    let is_name = name.len() > 2 && name.bytes().all(|byte| byte.is_ascii_alphabetic()) && shape::is_capital(name);
    let is_address = before.contains("://") || before.contains("www.");
    (is_name && is_address).then(|| line.len() - name.len())
}
