//! Where another telegram begins within the body: archives put two into one record.
//!
//! The columns are those of the first, so that the signature above the second is the one that counts. A telegram that the
//! text quotes has no signature above it.

use super::ending::is_signature;
use crate::lex::class_word::Soundness;
use crate::lex::date::is_time_word;
use crate::lex::page_line::is_banner;
use crate::lex::{Piece, classification_line, form_line};
use crate::parse::reading::CableName;
use crate::tables::addressees;

/// The lines of a header above its originator.
const LINES_ABOVE: usize = 24;
/// The lines from the originator to the classification line.
const LINES_BELOW: usize = 40;

/// The line at which a telegram of another post begins, below a signature.
pub fn start(lines: &[Piece<'_>], own: &CableName) -> Option<usize> {
    let own = own.post.as_deref()?;
    let mut senders = lines.iter().enumerate().filter(|(_, line)| line.text.starts_with("FM "));
    senders.find_map(|(sender, line)| {
        let post = addressees::post(line.text[3..].trim()).filter(|post| post.mrn != own)?;
        let is_class_line = |line: &Piece<'_>| {
            let read = classification_line::read(line.text.trim_start(), Soundness::Sound);
            read.and_then(|read| read.station?.post).is_some_and(|station| station == post)
        };
        let is_telegram = lines[sender..].iter().take(LINES_BELOW).any(is_class_line);
        if is_telegram { start_of_header(lines, sender) } else { None }
    })
}

/// Where the header begins whose originator is on the line `sender`: under a signature, with nothing between that is not of
/// a header.
fn start_of_header(lines: &[Piece<'_>], sender: usize) -> Option<usize> {
    let is_filled = |at: &usize| !lines[*at].is_blank();
    let mut above = (sender.saturating_sub(LINES_ABOVE)..sender).rev().filter(is_filled);
    above.next().filter(|&group| lines[group].text.split(' ').take(4).any(is_time_word))?;
    let name = above.find(|&at| !is_of_header(lines[at].text.trim()))?;
    is_signature(&lines[..=name]).then_some(name + 1)
}

fn is_of_header(text: &str) -> bool {
    is_banner(text)
        || form_line::is_form_line(text)
        || text.starts_with("PAGE ")
        || text.bytes().all(|byte| byte.is_ascii_digit())
}
