//! Globs to a decision: which files within an input are wanted.

use std::path::Path;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::error::{Error, Result};

/// Which files are wanted, by their path relative to the input.
///
/// A glob without a `/` is compared with the name alone, one with a `/` with the whole relative path.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    include: Option<GlobSet>,
    exclude: GlobSet,
}

impl Filter {
    /// Wants what matches one of `include` (everything, where there is none) and none of `exclude`.
    pub fn new(include: &[String], exclude: &[String]) -> Result<Filter> {
        let wanted = (!include.is_empty()).then(|| globs("--include", include)).transpose()?;
        Ok(Filter { include: wanted, exclude: globs("--exclude", exclude)? })
    }

    /// Whether a file of that relative path is wanted.
    pub fn wants_file(&self, path: &Path) -> bool {
        self.include.as_ref().is_none_or(|include| include.is_match(path)) && !self.exclude.is_match(path)
    }

    /// Whether a directory of that relative path is to be entered.
    pub fn enters(&self, path: &Path) -> bool {
        !self.exclude.is_match(path)
    }
}

fn globs(option: &str, patterns: &[String]) -> Result<GlobSet> {
    let refuse = |pattern: &str, error: globset::Error| {
        Error::usage(format!("{option} {pattern:?}: {}; write for example {option} '*.txt'", error.kind()))
    };
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let anchored = if pattern.contains('/') { pattern.trim_start_matches('/') } else { &format!("**/{pattern}") };
        let anchored = anchored.trim_end_matches('/');
        let glob = GlobBuilder::new(anchored).literal_separator(true).build();
        set.add(glob.map_err(|error| refuse(pattern, error))?);
    }
    set.build().map_err(|error| refuse("", error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(include: &[&str], exclude: &[&str]) -> Filter {
        let owned = |globs: &[&str]| globs.iter().map(|glob| glob.to_string()).collect::<Vec<_>>();
        Filter::new(&owned(include), &owned(exclude)).unwrap()
    }

    #[test]
    fn a_glob_without_slash_is_a_name() {
        let filter = filter(&["*.txt"], &["notes"]);
        assert!(filter.wants_file(Path::new("2009/a.txt")));
        assert!(!filter.wants_file(Path::new("2009/a.htm")));
        assert!(!filter.enters(Path::new("2009/notes")));
    }

    #[test]
    fn a_glob_with_slash_is_a_path() {
        let filter = filter(&["2009/*.txt"], &[]);
        assert!(filter.wants_file(Path::new("2009/a.txt")));
        assert!(!filter.wants_file(Path::new("2009/06/a.txt")));
    }
}
