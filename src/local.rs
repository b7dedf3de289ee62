//! Paths as people write them to places of this machine: what is there, where links lead, and what no path of this
//! machine can be. Never changes a disk.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use crate::error::{Error, Result};

/// Refuses a URL, and a `~` that no shell replaced, with what to write instead.
///
/// # Errors
/// [`ErrorKind::Usage`](crate::error::ErrorKind::Usage).
pub fn check(path: &Path) -> Result<()> {
    let shown = path.display();
    if let Some(scheme) = path.to_str().and_then(scheme) {
        let copy = copier(scheme);
        return Err(Error::usage(format!(
            "{scheme}:// is not supported, as in {shown}: cablegram reads and writes files of this machine; {copy}"
        )));
    }
    match path.components().next() {
        Some(Component::Normal(name)) if is_home(&name.to_string_lossy()) => Err(Error::usage(format!(
            "{shown}: a shell replaces ~ only at the start of a word; write $HOME in its place, or the whole path"
        ))),
        _ => Ok(()),
    }
}

/// What a path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing is there.
    Nothing,
    /// A file.
    File,
    /// A folder.
    Folder,
    /// A pipe, a socket or a device: it is written to, never replaced.
    Stream,
}

/// What `path` leads to, through links. What could not be looked at is never taken for nothing.
///
/// # Errors
/// Of kind `Io` if nobody can say what is there.
pub fn standing(path: &Path) -> Result<Standing> {
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => Ok(Standing::Folder),
        Ok(found) if found.is_file() => Ok(Standing::File),
        Ok(_) => Ok(Standing::Stream),
        Err(error) if is_nothing(&error) => Ok(Standing::Nothing),
        Err(error) => Err(Error::io("cannot look at", path, error)),
    }
}

/// Whether anything has that name, be it a link that leads nowhere.
///
/// # Errors
/// As [`standing`].
pub fn is_taken(path: &Path) -> Result<bool> {
    match path.symlink_metadata() {
        Ok(_) => Ok(true),
        Err(error) if is_nothing(&error) => Ok(false),
        Err(error) => Err(Error::io("cannot look at", path, error)),
    }
}

/// Whether an error of the system says that nothing is there; any other says nothing of it.
pub fn is_nothing(error: &io::Error) -> bool {
    [io::ErrorKind::NotFound, io::ErrorKind::NotADirectory].contains(&error.kind())
}

/// The folder that `path` is in.
pub fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// The path without links; of what is not there yet, where it will be.
pub fn place(path: &Path) -> PathBuf {
    place_within(path, MOST_LINKS)
}

/// Links that are followed one after another, as in Linux.
const MOST_LINKS: u32 = 40;

fn place_within(path: &Path, links: u32) -> PathBuf {
    if let Ok(real) = path.canonicalize() {
        return real;
    }
    let folder = folder_of(path);
    if links > 0
        && let Ok(target) = fs::read_link(path)
    {
        return place_within(&folder.join(target), links - 1);
    }
    match path.file_name() {
        Some(name) => place_within(&folder, links).join(name),
        None => std::path::absolute(path).unwrap_or_else(|_| path.to_owned()),
    }
}

/// `s3` of `s3://bucket/cables`, also where a library took one of the slashes away.
fn scheme(path: &str) -> Option<&str> {
    let (scheme, _) = path.split_once("://").or_else(|| path.split_once(":/"))?;
    let is_word = scheme.len() > 1 && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    (is_word && scheme.as_bytes()[0].is_ascii_alphabetic()).then_some(scheme)
}

fn copier(scheme: &str) -> &'static str {
    match scheme {
        "s3" | "s3a" | "s3n" => "copy them, such as with aws s3 cp --recursive, or mount the bucket",
        "gs" => "copy them, such as with gcloud storage cp -r, or mount the bucket",
        "az" | "abfs" | "abfss" | "wasb" | "wasbs" => "copy them, such as with azcopy, or mount the container",
        "file" => "leave it out and write the path alone",
        "http" | "https" => "fetch them first, such as with curl -O",
        _ => "copy them first",
    }
}

/// `~` or `~name`; a file may be called `~$notes.txt`.
fn is_home(name: &str) -> bool {
    name.strip_prefix('~').is_some_and(|user| user.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'))
}

/// Refuses an output that is not there.
///
/// # Errors
/// Of kind `NotFound`, and `Io` if it cannot be looked at.
pub fn must_exist(output: &Path) -> Result<()> {
    match standing(output)? {
        Standing::Nothing => {
            Err(Error::not_found(format!("{} does not exist; name an output of cablegram", output.display())))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_path_of_this_machine_is_explained() {
        for (path, advice) in [
            ("s3://bucket/x.parquet", "aws s3 cp"),
            ("gs:/bucket/x", "gcloud"),
            ("file:///tmp/x", "path alone"),
            ("~/x.parquet", "$HOME"),
            ("~maria/x", "$HOME"),
        ] {
            let said = check(Path::new(path)).unwrap_err().to_string();
            assert!(said.contains(advice) && said.contains(path), "{said}");
        }
        for path in ["a.parquet", "/tmp/~/x", "./~/x", "~$notes.txt", "C:/x", "2009:06/x", "-"] {
            assert!(check(Path::new(path)).is_ok(), "{path}");
        }
    }
}
