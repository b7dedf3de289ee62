//! A selection to parts of about equal size, which together are what its walk finds, in its order.
//!
//! A part is two numbers, so that it can be sent to a machine that sees the same files. Looks at sizes, never into files.

use std::fs;

use serde::{Deserialize, Serialize};

use super::{FoundFile, Location, Selection, Step};
use crate::error::Result;

/// A run of what a walk finds. It means the same files for as long as none is added or removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WalkPart {
    /// How many things the walk finds before it.
    pub first: u64,
    /// How many things it is.
    pub count: u64,
}

impl WalkPart {
    /// Everything.
    pub const ALL: WalkPart = WalkPart { first: 0, count: u64::MAX };

    /// The steps of a walk that are in the part.
    pub fn of<S: Iterator<Item = Step>>(self, walk: S) -> impl Iterator<Item = Step> + use<S> {
        let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        walk.skip(number(self.first)).take(number(self.count))
    }
}

impl Selection {
    /// Parts of about so many bytes. A file is in one part, whatever its size.
    ///
    /// # Errors
    /// Of kind `Input` if an input is missing.
    pub fn splits(&self, bytes: u64) -> Result<Vec<WalkPart>> {
        let mut parts = Vec::new();
        let mut open = WalkPart { first: 0, count: 0 };
        let mut filled = 0;
        for step in self.walk()? {
            let size = size(&step);
            if open.count > 0 && filled + size > bytes {
                parts.push(open);
                open = WalkPart { first: open.first + open.count, count: 0 };
                filled = 0;
            }
            open.count += 1;
            filled += size;
        }
        parts.extend((open.count > 0).then_some(open));
        Ok(parts)
    }
}

fn size(step: &Step) -> u64 {
    match step {
        Step::Found(FoundFile { location: Location::File(path), .. }) => {
            fs::metadata(path).map_or(0, |file| file.len())
        }
        _ => 0,
    }
}
