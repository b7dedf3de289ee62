//! The pilcrows of a web edition, taken out before anything is read.
//!
//! They stand mechanically before everything that looks like a number or a letter at the start of a line (format
//! reference 5.1) and are no evidence of anything.

use crate::lex::{Piece, Sign};
use crate::parse::reading::{Notes, Zone};

/// Claims the pilcrow in front of each line and cuts it off. Blanks before it go too: the editor put them there.
pub fn remove<'t>(lines: Vec<Piece<'t>>, notes: &mut Notes<'t>) -> Vec<Piece<'t>> {
    let mut lines = lines;
    for line in lines.iter_mut().filter(|line| line.may_hold(Sign::Wide)) {
        let blanks = line.text.len() - line.text.trim_start_matches(' ').len();
        if line.text[blanks..].starts_with('¶') {
            let (pilcrow, rest) = line.split_at(blanks + '¶'.len_utf8());
            notes.claim(pilcrow, Zone::Pilcrow);
            *line = rest;
        }
    }
    lines
}
