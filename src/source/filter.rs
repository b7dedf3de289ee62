//! Globs to a decision: which files within an input are wanted.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::error::{Error, Result};

/// Which files are wanted, by their path relative to the input.
///
/// A glob without a `/` is compared with the name alone, one with a `/` with the whole relative path. A `/` at its end
/// means folders only, at any depth where there is no other `/`; a `./` at its start means the top.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    include: Option<Globs>,
    exclude: Globs,
}

/// What kind of thing a path names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PathKind {
    File,
    Folder,
}

impl Filter {
    /// Accepts what matches one of `include` (everything, where there is none) and none of `exclude`.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::error::ErrorKind::Usage) for what is no glob.
    pub fn new(include: &[String], exclude: &[String]) -> Result<Filter> {
        let wanted = (!include.is_empty()).then(|| Globs::new("--include", include)).transpose()?;
        Ok(Filter { include: wanted, exclude: Globs::new("--exclude", exclude)? })
    }

    /// Whether nothing is asked for, so that everything is accepted.
    pub fn is_empty(&self) -> bool {
        self.include.is_none() && self.exclude.all.is_empty()
    }

    /// Its globs, each with the option that it came with.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.include.iter().chain([&self.exclude]).flat_map(|globs| &globs.words).map(String::as_str)
    }

    /// Whether a file of that relative path is wanted, in a folder that was entered.
    pub fn wants_file(&self, path: &Path) -> bool {
        let included = |include: &Globs| include.hold(path, PathKind::File) || include.hold_a_folder_of(path);
        self.include.as_ref().is_none_or(included) && !self.exclude.hold(path, PathKind::File)
    }

    /// Whether a member of that name in the container of that path is wanted. Of a container that was itself wanted by
    /// name, all members are, but for those excluded.
    pub fn wants_member(&self, container: &str, member: &str) -> bool {
        let (container, path) = (Path::new(container), format!("{container}!/{member}"));
        let path = Path::new(&path);
        let included = |include: &Globs| include.hold(path, PathKind::File) || include.hold(container, PathKind::File);
        self.include.as_ref().is_none_or(included) && self.wants_outside_of_excluded(path)
    }

    fn wants_outside_of_excluded(&self, path: &Path) -> bool {
        !self.exclude.hold(path, PathKind::File) && folders_of(path).all(|folder| self.enters(folder))
    }

    /// Whether a directory of that relative path is to be entered.
    pub fn enters(&self, path: &Path) -> bool {
        !self.exclude.hold(path, PathKind::Folder)
    }

    /// Whether a file that a list names is wanted: no folder of its path may be excluded either.
    pub fn wants_listed(&self, path: &Path) -> bool {
        self.wants_file(path) && folders_of(path).all(|folder| self.enters(folder))
    }

    /// The globs that matched nothing so far, as options: most likely they do not say what was meant.
    pub fn unmatched(&self) -> Vec<String> {
        self.include.iter().chain([&self.exclude]).flat_map(Globs::unmatched).collect()
    }
}

/// The globs of one option.
#[derive(Clone, Debug, Default)]
struct Globs {
    /// All of them.
    all: GlobSet,
    /// Those for folders only have true.
    folders_only: Vec<bool>,
    /// As options.
    words: Vec<String>,
    matched: Arc<Vec<AtomicBool>>,
}

impl Globs {
    fn new(option: &str, patterns: &[String]) -> Result<Globs> {
        let refuse = |pattern: &str, reason: &dyn std::fmt::Display| {
            Error::usage(format!("{option} {pattern:?}: {reason}; write for example {option} '*.txt'"))
        };
        let mut set = GlobSetBuilder::new();
        for pattern in patterns {
            if pattern.trim_matches(['/', '.']).is_empty() {
                return Err(refuse(pattern, &"it names nothing"));
            }
            let glob = GlobBuilder::new(&anchored(pattern)).literal_separator(true).build();
            set.add(glob.map_err(|error| refuse(pattern, error.kind()))?);
        }
        Ok(Globs {
            all: set.build().map_err(|error| refuse("", error.kind()))?,
            folders_only: patterns.iter().map(|pattern| pattern.ends_with('/')).collect(),
            words: patterns.iter().map(|pattern| format!("{option} {pattern:?}")).collect(),
            matched: Arc::new(patterns.iter().map(|_| AtomicBool::new(false)).collect()),
        })
    }

    fn hold(&self, path: &Path, kind: PathKind) -> bool {
        if !self.all.is_match(path) {
            return false;
        }
        let mut holds = false;
        for place in self.all.matches(path) {
            if kind == PathKind::Folder || !self.folders_only[place] {
                self.matched[place].store(true, Ordering::Relaxed);
                holds = true;
            }
        }
        holds
    }

    /// Whether the path lies below a folder that matches a glob for folders.
    fn hold_a_folder_of(&self, path: &Path) -> bool {
        let any = self.folders_only.iter().any(|only| *only);
        any && folders_of(path).any(|folder| {
            let places = self.all.matches(folder).into_iter().filter(|place| self.folders_only[*place]);
            places.map(|place| self.matched[place].store(true, Ordering::Relaxed)).count() > 0
        })
    }

    fn unmatched(&self) -> impl Iterator<Item = String> {
        let matched = self.matched.iter().map(|matched| matched.load(Ordering::Relaxed));
        self.words.iter().zip(matched).filter(|(_, matched)| !matched).map(|(word, _)| word.clone())
    }
}

/// The folders that a relative path goes through, the innermost first.
fn folders_of(path: &Path) -> impl Iterator<Item = &Path> {
    path.ancestors().skip(1).filter(|folder| !folder.as_os_str().is_empty())
}

/// The glob over whole relative paths.
fn anchored(pattern: &str) -> String {
    let body = pattern.trim_end_matches('/');
    let from_top = body.trim_start_matches("./").trim_start_matches('/');
    match body.contains('/') {
        true => from_top.to_owned(),
        false => format!("**/{from_top}"),
    }
}
