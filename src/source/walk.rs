//! A selection to the files it means, in byte order of names, one at a time.

use std::collections::{BTreeMap, HashSet};
use std::io::ErrorKind;
use std::iter::Flatten;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::vec::IntoIter;

use walkdir::{DirEntry, WalkDir};

use super::list::ListedPaths;
use super::rows::DocumentRows;
use super::rules::WalkRules;
use super::{DocumentId, FoundFile, Input, Links, Location, Passed, Selection, Step};
use super::{Unreadable, UnreadableReason, path};
use crate::contract::{STAGING_PREFIX, find_list};
use crate::error::{Error, Result};
use crate::local::{self, is_nothing};

/// The files of a selection, in order.
pub struct Walk(Flatten<IntoIter<Box<dyn Iterator<Item = Step> + Send>>>);

impl Selection {
    /// Looks at every input and begins to walk; an input that is missing stops the run here.
    pub fn walk(&self) -> Result<Walk> {
        let rules = Arc::new(WalkRules::of(self));
        let mut taken = HashSet::new();
        let fronts = match &self.base {
            None => fronts(&self.inputs, &mut taken),
            Some(base) => fronts_below(base, &self.inputs)?,
        };
        let inputs = self.inputs.iter().zip(fronts).map(|(input, front)| open(input, front, &taken, rules.clone()));
        let inputs: Result<Vec<_>> = inputs.collect();
        Ok(Walk(inputs?.into_iter().flatten()))
    }
}

impl Iterator for Walk {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        self.0.next()
    }
}

fn open(
    input: &Input,
    front: String,
    taken: &HashSet<String>,
    rules: Arc<WalkRules>,
) -> Result<Box<dyn Iterator<Item = Step> + Send>> {
    match input {
        Input::StandardInput => {
            let found = FoundFile { id: DocumentId::file("-"), location: Location::StandardInput };
            Ok(Box::new(std::iter::once(Step::Found(found))))
        }
        Input::List(list, separator) => Ok(Box::new(ListedPaths::open(list, *separator, taken.clone(), rules)?)),
        Input::Documents(table) => Ok(Box::new(DocumentRows::open(table, taken.clone(), rules)?)),
        Input::Path(root) => {
            let metadata = root.metadata().map_err(|error| {
                if let Err(explained) = local::check(root) {
                    return explained;
                }
                Error::input(format!("cannot read the input {}: {error}; name a directory or a file", root.display()))
            })?;
            match metadata.is_dir() {
                true => Ok(Box::new(Directory::open(root, front, rules)?)),
                false => Ok(Box::new(std::iter::once(single_file(root, front)))),
            }
        }
        Input::Copies(root, shortened) => {
            Ok(Box::new(Directory { shortened: Some(shortened.clone()), ..Directory::open(root, front, rules)? }))
        }
    }
}

fn single_file(file: &Path, front: String) -> Step {
    let path = match front.is_empty() {
        true => path::portable(file.file_name().map_or(file, Path::new)),
        false => front,
    };
    Step::Found(FoundFile { id: DocumentId::file(path), location: Location::File(file.to_owned()) })
}

/// Everything below one directory.
struct Directory {
    entries: walkdir::IntoIter,
    root: PathBuf,
    front: String,
    rules: Arc<WalkRules>,
    /// Of a directory of copies: the paths that had to be shortened, by those of their copies.
    shortened: Option<BTreeMap<String, String>>,
}

impl Directory {
    fn open(root: &Path, front: String, rules: Arc<WalkRules>) -> Result<Directory> {
        std::fs::read_dir(root).map_err(|error| {
            Error::input(format!("cannot read the directory {}: {error}; check its permissions", root.display()))
        })?;
        let walk = WalkDir::new(root).sort_by(|left, right| left.file_name().cmp(right.file_name()));
        let entries = walk.follow_links(rules.links == Links::Follow).into_iter();
        Ok(Directory { entries, root: root.to_owned(), front, rules, shortened: None })
    }

    fn step(&mut self, entry: DirEntry) -> Option<Step> {
        let kind = entry.file_type();
        if kind.is_dir() {
            return self.enter(&entry);
        }
        let relative = self.relative(entry.path());
        let is_wanted = self.shortened.is_some() || self.rules.filter.wants_file(relative);
        if is_staging(&entry) || !is_wanted {
            return None;
        }
        let id = self.id(relative);
        let passed = if self.rules.is_output(entry.path()) {
            Passed::Output
        } else if kind.is_symlink() {
            Passed::Link
        } else if !kind.is_file() {
            Passed::SpecialFile
        } else {
            return Some(Step::Found(FoundFile { id, location: Location::File(entry.into_path()) }));
        };
        Some(Step::Passed(passed, id))
    }

    /// Enters a directory, or skips it.
    fn enter(&mut self, entry: &DirEntry) -> Option<Step> {
        if entry.depth() == 0 {
            return None;
        }
        let relative = self.relative(entry.path());
        let is_wanted = self.shortened.is_some() || self.rules.filter.enters(relative);
        if is_staging(entry) || !is_wanted {
            self.entries.skip_current_dir();
            return None;
        }
        let list = match self.rules.is_output(entry.path()) {
            true => Ok(true),
            false => find_list(entry.path()).map(|list| list.is_some()),
        };
        let id = self.id(self.relative(entry.path()));
        let step = match list {
            Ok(false) => return None,
            Ok(true) => Step::Passed(Passed::Output, id),
            Err(error) if is_nothing(&error) => return None,
            // Whether its files are inputs or outputs, nobody can say.
            Err(error) => Step::Unreadable(Unreadable { id, reason: UnreadableReason::Folder(error.to_string()) }),
        };
        self.entries.skip_current_dir();
        Some(step)
    }

    fn id(&self, relative: &Path) -> DocumentId {
        let Some(shortened) = &self.shortened else { return DocumentId::file(path::below(&self.front, relative)) };
        // What a copy is called is spelled already.
        let copied = relative.to_string_lossy();
        DocumentId::file(shortened.get(&*copied).map_or(&*copied, String::as_str))
    }

    fn relative<'p>(&self, path: &'p Path) -> &'p Path {
        path.strip_prefix(&self.root).unwrap_or(path)
    }

    /// A link back to a directory above leads to nothing new and is no failure; neither is the place where a file
    /// system keeps what it found in pieces.
    fn failure(&self, error: walkdir::Error) -> Option<Step> {
        let path = error.path().unwrap_or(&self.root);
        let id = DocumentId::file(path::below(&self.front, self.relative(path)));
        if error.loop_ancestor().is_some() {
            return Some(Step::Passed(Passed::Link, id));
        }
        let system = error.io_error();
        if path.ends_with("lost+found") && system.is_some_and(|error| error.kind() == ErrorKind::PermissionDenied) {
            return None;
        }
        // What cannot be looked at may be a folder, and all that is in it would be gone.
        let is_folder = error.path().is_none_or(|path| path.symlink_metadata().map_or(true, |found| found.is_dir()));
        let reason = match system.map(UnreadableReason::of) {
            Some(UnreadableReason::System(message)) if is_folder => UnreadableReason::Folder(message),
            Some(reason) => reason,
            None => UnreadableReason::System(error.to_string()),
        };
        Some(Step::Unreadable(Unreadable { id, reason }))
    }
}

impl Iterator for Directory {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        loop {
            let step = match self.entries.next()? {
                Ok(entry) => self.step(entry),
                Err(error) => self.failure(error),
            };
            if step.is_some() {
                return step;
            }
        }
    }
}

fn is_staging(entry: &DirEntry) -> bool {
    entry.file_name().as_encoded_bytes().starts_with(STAGING_PREFIX.as_bytes())
}

/// What comes before the paths of each input: nothing where there is one, else its last component; where that is taken
/// already, with `~2`, so that no two files share a path.
fn fronts(inputs: &[Input], taken: &mut HashSet<String>) -> Vec<String> {
    if inputs.len() < 2 {
        return inputs.iter().map(|_| String::new()).collect();
    }
    if inputs.contains(&Input::StandardInput) {
        // Under this name standard input is restored.
        taken.insert("standard-input".to_owned());
    }
    let names = inputs.iter().map(|input| match input {
        Input::Path(root) => unique(last_component(root), taken),
        _ => String::new(),
    });
    names.collect()
}

/// The paths of the inputs relative to `base`.
fn fronts_below(base: &Path, inputs: &[Input]) -> Result<Vec<String>> {
    let real = base.canonicalize().map_err(|error| {
        Error::input(format!("cannot find the base {}: {error}; name a folder that inputs are in", base.display()))
    })?;
    let front = |input: &Input| match input {
        Input::Path(root) => below_base(base, &real, root),
        Input::List(..) | Input::Documents(_) | Input::Copies(..) | Input::StandardInput => Ok(String::new()),
    };
    let fronts = inputs.iter().map(front).collect::<Result<Vec<_>>>()?;
    let paths = inputs.iter().zip(&fronts).filter(|(input, _)| matches!(input, Input::Path(_))).map(|(_, front)| front);
    let mut paths: Vec<&Path> = paths.map(Path::new).collect();
    paths.sort_unstable();
    match paths.windows(2).find(|pair| pair[1].starts_with(pair[0])) {
        None => Ok(fronts),
        Some(pair) => {
            let advice = "with --base each file has one path, and is read once";
            Err(Error::usage(format!(
                "the input {} is in the input {} already; {advice}",
                pair[1].display(),
                pair[0].display()
            )))
        }
    }
}

/// The path of an input or a listed file relative to `base`, which is really `real`.
fn below_base(base: &Path, real: &Path, file: &Path) -> Result<String> {
    // What is not there is told of where it is opened.
    let Ok(absolute) = file.canonicalize() else { return Ok(path::portable(file)) };
    match absolute.strip_prefix(real) {
        Ok(relative) => Ok(path::portable(relative)),
        Err(_) => Err(Error::usage(format!("{} is not in the base {}", file.display(), base.display()))),
    }
}

fn unique(name: String, taken: &mut HashSet<String>) -> String {
    let spellings = std::iter::once(name.clone()).chain((2..).map(|number: u32| format!("{name}~{number}")));
    let mut free = spellings.filter(|name| taken.insert(name.clone()));
    free.next().unwrap_or(name)
}

/// The last component of the path, of the real one where it ends in `.` or `..`.
fn last_component(path: &Path) -> String {
    let name = |path: &Path| path.file_name().map(|name| path::portable(Path::new(name)));
    name(path).or_else(|| name(&path.canonicalize().ok()?)).unwrap_or_default()
}
