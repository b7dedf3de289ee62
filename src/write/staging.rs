//! Temporary names, and the step from them to final ones.
//!
//! What is written is beside its target under a name that starts with a dot and ends in `.staging`, so that no
//! engine's glob reads it. The owner holds a lock on it; what nobody holds belongs to a dead run and is removed at the
//! next start. Nothing is under a final name before it is complete and synced.

use std::fs::{self, File, TryLockError};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, SystemTime};

use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

use super::{Published, failure, target};
use crate::contract::STAGING_PREFIX;
use crate::error::Result;
use crate::local::{Standing, folder_of, place, standing};

/// What to do with what is at the target.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Existing {
    /// Refuse to run.
    #[default]
    Refuse,
    /// Replace it in one step when the new output is complete.
    Replace,
    /// Replace a report or metrics of an earlier run, as jobs do each night; refuse every other file.
    ReplaceReport,
}

/// What is written: only a folder takes the place of a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum StagingShape {
    File,
    Folder,
}

/// A file or folder under its temporary name; removed when dropped before it is published.
#[derive(Debug)]
pub struct Staging {
    path: PathBuf,
    target: PathBuf,
    /// Where the target is, without links: they are written through.
    place: PathBuf,
    shape: StagingShape,
    existing: Existing,
    /// The file, or the folder itself; holds the lock.
    pub handle: File,
    /// The folder that it is in: open from the start, so that nothing is missing once it has its name.
    folder: File,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Temporary,
    Published,
}

impl Staging {
    /// A new empty file that will be at `target`.
    pub fn file(target: &Path, existing: Existing) -> Result<Staging> {
        Staging::new(target, StagingShape::File, existing, |path| {
            File::options().read(true).write(true).create_new(true).open(path)
        })
    }

    /// A new empty folder that will be at `target`.
    pub fn folder(target: &Path, existing: Existing) -> Result<Staging> {
        Staging::new(target, StagingShape::Folder, existing, |path| {
            fs::create_dir(path)?;
            // Before its lock, another run may take it for dead: the name is as good as taken then.
            File::open(path).map_err(|error| match error.kind() {
                io::ErrorKind::NotFound => io::ErrorKind::AlreadyExists.into(),
                _ => error,
            })
        })
    }

    fn new(
        target: &Path,
        shape: StagingShape,
        existing: Existing,
        create: impl Fn(&Path) -> io::Result<File>,
    ) -> Result<Staging> {
        if standing(target)? == Standing::Stream {
            return Err(target::is_stream(target));
        }
        let place = place(target);
        let folder = folder_of(&place);
        let (path, handle) =
            create_unused(&folder, create).map_err(|error| failure::output("cannot write", target, error))?;
        let opened = File::open(&folder).map_err(|error| {
            drop(remove(&path));
            failure::output("cannot open", &folder, error)
        })?;
        remove_dead(&folder, &handle);
        let state = State::Temporary;
        Ok(Staging { path, target: target.to_owned(), place, shape, existing, handle, folder: opened, state })
    }

    /// Where it is for now.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where it will be.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Gives it its final name.
    pub fn publish(&mut self) -> Result<()> {
        self.name()?;
        self.settle()
    }

    fn name(&mut self) -> Result<()> {
        self.rename().map_err(|error| failure::output("cannot publish", &self.target, error))?;
        self.state = State::Published;
        Ok(())
    }

    /// Waits until the disk holds the name.
    fn settle(&self) -> Result<()> {
        self.folder.sync_all().map_err(|error| failure::output("cannot sync", folder_of(&self.place), error))
    }

    /// Takes the name away again; what it replaced is gone, so where it replaced something it stays.
    fn withdraw(&mut self) {
        let may_go = self.state == State::Published && self.existing == Existing::Refuse;
        if may_go && fs::rename(&self.place, &self.path).is_ok() {
            self.state = State::Temporary;
        }
    }

    fn rename(&self) -> io::Result<()> {
        let is_folder = |found: fs::Metadata| found.is_dir();
        match (self.existing, self.shape) {
            (Existing::Refuse, _) => rename_to_free(&self.path, &self.place),
            (_, StagingShape::Folder) if fs::metadata(&self.place).is_ok_and(is_folder) => {
                replace_folder(&self.path, &self.place)
            }
            // The system gives no file the name of a folder.
            _ => fs::rename(&self.path, &self.place),
        }
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if self.state == State::Temporary {
            // What cannot be removed now is removed by the next run.
            drop(remove(&self.path));
        }
    }
}

/// Everything of one output, complete and synced, under its temporary name.
#[derive(Debug)]
pub struct Staged {
    staging: Option<Staging>,
    /// A file that is published after the output, such as its checksums.
    beside: Option<Staging>,
    published: Published,
}

impl Staged {
    /// An output that waits for its name.
    pub fn new(staging: Staging, files: u64, rows: u64, bytes: u64) -> Staged {
        let published = Published { path: staging.target.clone(), files, rows, bytes, notes: Vec::new() };
        Staged { staging: Some(staging), beside: None, published }
    }

    /// An output that needs no name: it went to standard output, a pipe or a device as it came.
    pub fn sent(path: &Path, rows: u64, bytes: u64) -> Staged {
        let published = Published { path: path.to_owned(), files: 1, rows, bytes, notes: Vec::new() };
        Staged { staging: None, beside: None, published }
    }

    /// What will be said of it once it has its name.
    pub fn published(&self) -> &Published {
        &self.published
    }

    /// Where it is for now; `None` for what needs no name.
    pub fn path(&self) -> Option<&Path> {
        self.staging.as_ref().map(Staging::path)
    }

    /// The same output with a file that is published after it.
    pub fn beside(mut self, staging: Staging) -> Staged {
        self.beside = Some(staging);
        self
    }

    /// The same output with words for who reads it.
    pub fn noting(mut self, notes: Vec<String>) -> Staged {
        self.published.notes = notes;
        self
    }

    /// Gives the output its final name.
    pub fn publish(mut self) -> Result<Published> {
        self.names().try_for_each(Staging::publish)?;
        Ok(self.published)
    }

    /// Gives all outputs their final names, and then the file that tells of them, or none of them: where one is refused its
    /// name, those before it lose theirs.
    pub fn publish_all(mut outputs: Vec<Staged>, mut told_in: Option<Staging>) -> Result<Vec<Published>> {
        let mut all: Vec<&mut Staging> = outputs.iter_mut().flat_map(Staged::names).chain(&mut told_in).collect();
        for at in 0..all.len() {
            if let Err(error) = all[at].name() {
                all[..at].iter_mut().for_each(|staging| staging.withdraw());
                return Err(error);
            }
        }
        all.iter().try_for_each(|staging| staging.settle())?;
        Ok(outputs.into_iter().map(|output| output.published).collect())
    }

    fn names(&mut self) -> impl Iterator<Item = &mut Staging> {
        [&mut self.staging, &mut self.beside].into_iter().flatten()
    }
}

/// The folder that holds what will be at `target` until it is complete.
pub fn staging_folder(target: &Path) -> PathBuf {
    folder_of(&place(target))
}

/// Creates something under a name that is not taken, and locks it; a file system without locks is as good as any, but
/// what a killed run leaves on it stays.
fn create_unused(folder: &Path, create: impl Fn(&Path) -> io::Result<File>) -> io::Result<(PathBuf, File)> {
    for number in 0..MOST_NAMES {
        if ENDING.load(Ordering::SeqCst) {
            wait_for_the_end();
        }
        let path = folder.join(format!("{}{}-{number}{SUFFIX}", prefix(), std::process::id()));
        let handle = match create(&path) {
            Ok(handle) => handle,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
            Err(error) => return Err(error),
        };
        if ENDING.load(Ordering::SeqCst) {
            drop(remove(&path));
            wait_for_the_end();
        }
        // Between its creation and its lock, another run may have taken it for dead.
        match handle.try_lock() {
            Err(TryLockError::WouldBlock) => continue,
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        match path.try_exists() {
            Ok(true) => return Ok((path, handle)),
            Ok(false) => continue,
            Err(error) => {
                drop(remove(&path));
                return Err(error);
            }
        }
    }
    Err(io::Error::new(io::ErrorKind::AlreadyExists, "every temporary name is taken"))
}

/// Names that are tried: more than a run ever has at the same time.
const MOST_NAMES: u32 = 10_000;

const SUFFIX: &str = ".staging";

/// Names the machine, since a lock on a shared file system may not reach another one.
fn prefix() -> String {
    let name = rustix::system::uname();
    let node = name.nodename().to_string_lossy().replace(|letter: char| !letter.is_ascii_alphanumeric(), "_");
    format!("{STAGING_PREFIX}{node}-")
}

/// Whether the process ends in a moment: nothing new is begun then.
static ENDING: AtomicBool = AtomicBool::new(false);

/// Work that has nothing to write to any more must not end the process by itself, with another exit code.
fn wait_for_the_end() -> ! {
    loop {
        thread::park();
    }
}

/// Removes what this process has under temporary names in `folder`, and lets no more be made: for whoever is about to end
/// it from outside of its work.
pub fn remove_unfinished(folder: &Path) {
    ENDING.store(true, Ordering::SeqCst);
    let own = format!("{}{}-", prefix(), std::process::id());
    // Another thread may be at work in a folder there and add to it; whatever survives this, the next run removes.
    for _ in 0..5 {
        let Ok(entries) = fs::read_dir(folder) else { return };
        let names = entries.flatten().map(|entry| entry.file_name());
        let unfinished: Vec<_> = names
            .filter(|name| name.to_str().is_some_and(|name| name.starts_with(&own) && name.ends_with(SUFFIX)))
            .collect();
        if unfinished.is_empty() {
            return;
        }
        unfinished.iter().for_each(|name| drop(remove(&folder.join(name))));
    }
}

/// Time after which what another machine left is taken for dead.
const LONG_AGO: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Removes what dead runs left in `folder`, in which `fresh` was just made. A lock may not reach another machine, such
/// as a pod that is gone: what such a one left goes when it is old by the clock of the file system.
fn remove_dead(folder: &Path, fresh: &File) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let (prefix, now) = (prefix(), fresh.metadata().and_then(|metadata| metadata.modified()).ok());
    // What this run has elsewhere is not dead, even where a lock says so because it could not be taken.
    let own = format!("{prefix}{}-", std::process::id());
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(name) = name.to_str().filter(|name| name.starts_with(STAGING_PREFIX) && name.ends_with(SUFFIX)) else {
            continue;
        };
        let is_of_a_run_here = name.starts_with(&prefix) && !name.starts_with(&own);
        let may_be_dead = is_of_a_run_here || now.is_some_and(|now| is_old(&entry, now));
        if may_be_dead && let Some(lock) = lock_of_dead(&entry) {
            // A failure here stops nobody: the next run tries again.
            drop(remove(&entry.path()));
            drop(lock);
        }
    }
}

fn is_old(entry: &fs::DirEntry, now: SystemTime) -> bool {
    let modified = entry.metadata().and_then(|metadata| metadata.modified());
    modified.is_ok_and(|modified| now.duration_since(modified).is_ok_and(|age| age > LONG_AGO))
}

/// The lock of what a dead run left; whoever holds it is the only one to remove it, and no run that is just beginning can
/// take it for its own. Where there are no locks, nobody can say whether its run is alive.
fn lock_of_dead(entry: &fs::DirEntry) -> Option<File> {
    entry.file_type().ok().filter(|kind| kind.is_file() || kind.is_dir())?;
    let handle = File::open(entry.path()).ok()?;
    handle.try_lock().is_ok().then_some(handle)
}

fn remove(path: &Path) -> io::Result<()> {
    if fs::metadata(path)?.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }
}

/// Renames without replacing; an empty folder counts as free.
fn rename_to_free(path: &Path, target: &Path) -> io::Result<()> {
    if fs::metadata(path)?.is_dir() {
        return fs::rename(path, target); // Fails on a folder that is not empty.
    }
    match renameat_with(CWD, path, CWD, target, RenameFlags::NOREPLACE) {
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) if target.symlink_metadata().is_err() => {
            fs::rename(path, target)
        }
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => Err(io::ErrorKind::AlreadyExists.into()),
        result => result.map_err(io::Error::from),
    }
}

/// Swaps the folders in one step where the file system can, else with two renames, and removes the old one.
fn replace_folder(path: &Path, target: &Path) -> io::Result<()> {
    let exchanged = renameat_with(CWD, path, CWD, target, RenameFlags::EXCHANGE);
    match exchanged {
        // What cannot be removed now is removed by the next run.
        Ok(()) => {
            drop(fs::remove_dir_all(path));
            Ok(())
        }
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {
            let old = path.with_extension(format!("old{SUFFIX}"));
            fs::rename(target, &old)?;
            fs::rename(path, target)?;
            drop(fs::remove_dir_all(old));
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}

/// Replaces the file at `target` by what `write` puts down, in one step: it is whole, or it is what it was before. A pipe
/// or a device is written to.
pub fn replace(target: &Path, write: impl FnOnce(&mut BufWriter<&File>) -> io::Result<()>) -> Result<()> {
    if standing(target)? == Standing::Stream {
        let written = File::options().write(true).open(target).and_then(|stream| {
            let mut stream = BufWriter::new(&stream);
            write(&mut stream).and_then(|()| stream.flush())
        });
        return written.map_err(|error| failure::output("cannot write", target, error));
    }
    let mut staging = Staging::file(target, Existing::Replace)?;
    let mut file = BufWriter::new(&staging.handle);
    let written = write(&mut file).and_then(|()| file.flush()).and_then(|()| staging.handle.sync_all());
    drop(file);
    written.map_err(|error| failure::output("cannot write", target, error))?;
    staging.publish()
}

/// Puts a small file at `target` in one step, without waiting for the disk.
pub fn put(target: &Path, bytes: &[u8]) -> io::Result<()> {
    let (path, mut handle) = create_unused(&folder_of(target), |path| File::create_new(path))?;
    let put = handle.write_all(bytes).and_then(|()| fs::rename(&path, target));
    put.inspect_err(|_| drop(remove(&path)))
}

/// Removes what dead runs left in `folder`, for whoever puts files there.
pub fn sweep(folder: &Path) -> io::Result<()> {
    let (path, handle) = create_unused(folder, |path| File::create_new(path))?;
    remove_dead(folder, &handle);
    remove(&path)
}
