//! The pilcrows of a web edition, taken out before anything is read.
//!
//! They were put mechanically before everything that looks like a number or a letter at the start of a line (format
//! reference 5.1) and are no evidence of anything.

use crate::lex::{LineRule, Piece};
use crate::parse::reading::{Notes, Zone};

/// Claims the pilcrow before each line and cuts it off. Spaces before it go too: the editor put them there.
pub fn remove<'t>(lines: Vec<Piece<'t>>, notes: &mut Notes<'t>) -> Vec<Piece<'t>> {
    let mut lines = lines;
    for line in lines.iter_mut().filter(|line| line.is_candidate(LineRule::Pilcrow)) {
        let spaces = line.text.len() - line.text.trim_start_matches(' ').len();
        if line.text[spaces..].starts_with('¶') {
            let (pilcrow, rest) = line.split_at(spaces + '¶'.len_utf8());
            notes.claim(pilcrow, Zone::Pilcrow);
            *line = rest;
        }
    }
    lines
}
