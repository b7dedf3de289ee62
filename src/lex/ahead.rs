//! The next place of something after positions that only grow, searched once however often it is asked for.
//!
//! A rule that asks at each of many places what comes next would read the rest of the line again from each of them.

/// The next place of something.
#[derive(Debug)]
pub struct Ahead<F> {
    search: F,
    /// What the last search found.
    found: Option<Option<usize>>,
}

impl<F: FnMut(usize) -> Option<usize>> Ahead<F> {
    /// Places that `search` finds: the first at or after a position.
    pub fn of(search: F) -> Ahead<F> {
        Ahead { search, found: None }
    }

    /// The first place at or after `at`, which is no less than in the call before.
    pub fn next(&mut self, at: usize) -> Option<usize> {
        match self.found {
            Some(found) if found.is_none_or(|found| found >= at) => found,
            _ => *self.found.insert((self.search)(at)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_is_searched_once() {
        let text = "a-b--c";
        let mut searches = 0;
        let mut strokes = Ahead::of(|from| {
            searches += 1;
            text[from..].find('-').map(|at| from + at)
        });
        let found: Vec<_> = (0..text.len()).map(|at| strokes.next(at)).collect();
        assert_eq!(found, [Some(1), Some(1), Some(3), Some(3), Some(4), None]);
        assert_eq!(searches, 4);
    }
}
