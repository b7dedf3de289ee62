//! A bag to a verdict: every file against the manifests, in both directions, and every cable against its original.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io;
use std::path::Path;

use rayon::ThreadPool;
use rayon::prelude::*;
use walkdir::WalkDir;

use super::manifest::{DECLARATION, MANIFEST, TAG_MANIFEST, lines_of, parsed};
use super::{ORIGINALS, XML};
use crate::count::count;
use crate::error::{Error, ErrorKind, Result};
use crate::local::{Standing, standing};
use crate::verify::{self, Checked, FileStatus, Verdict, relative, verify_each};
use crate::write::file_bytes;

/// Files that are hashed together.
const CHUNK: usize = 1024;

/// Whether the folder at `path` says of itself that it is a bag.
///
/// # Errors
/// Of kind `Io` if it cannot be looked at.
pub fn is_bag(path: &Path) -> Result<bool> {
    let is = |name: &str, what| Ok::<_, Error>(standing(&path.join(name))? == what);
    Ok(is("bagit.txt", Standing::File)? || is(MANIFEST, Standing::File)? && is("data", Standing::Folder)?)
}

/// Verifies the bag at `root`, and hands out what came of each file that is not sound and of each XML file.
///
/// # Errors
/// `ErrorKind::Stopped`, and what `each` says.
pub fn check(
    root: &Path,
    request: &verify::VerifyRequest,
    pool: &ThreadPool,
    each: &mut dyn FnMut(&Checked) -> Result<()>,
) -> Result<Verdict> {
    let mut run = BagCheck { root, each, verdict: Verdict::default(), told: HashSet::new() };
    run.declaration()?;
    let payload = run.manifest(MANIFEST)?;
    let tags = run.manifest(TAG_MANIFEST)?;
    tags.as_ref().map_or(Ok(()), |tags| run.tags(tags))?;
    run.files(payload.as_ref(), &tags.unwrap_or_default(), request, pool)?;
    run.oxum()?;
    run.rows(request, pool)?;
    Ok(run.verdict)
}

/// SHA-256 by name.
type Manifested = BTreeMap<String, String>;

struct BagCheck<'r> {
    root: &'r Path,
    each: &'r mut dyn FnMut(&Checked) -> Result<()>,
    verdict: Verdict,
    /// Names of files that something was said of.
    told: HashSet<String>,
}

impl BagCheck<'_> {
    fn declaration(&mut self) -> Result<()> {
        let lines = lines_of(&self.root.join("bagit.txt"));
        match lines {
            None => self.wrong("bagit.txt", FileStatus::Missing, "it is not there, so the folder is not a bag"),
            Some(lines) if lines != DECLARATION.lines().collect::<Vec<_>>() => {
                let wrong = "it is not the declaration of BagIt 1.0 in UTF-8 that cablegram writes";
                self.wrong("bagit.txt", FileStatus::Changed, wrong)
            }
            Some(_) => Ok(()),
        }
    }

    /// What a manifest lists; `None` where it is not there, which is reported.
    fn manifest(&mut self, name: &str) -> Result<Option<Manifested>> {
        let Some(lines) = lines_of(&self.root.join(name)) else {
            let wrong = "it is not there, or is not a text: nothing says which files there should be";
            return self.wrong(name, FileStatus::Missing, wrong).map(|()| None);
        };
        let mut listed = Manifested::new();
        for (at, line) in lines.iter().enumerate() {
            let number = at + 1;
            match parsed(line) {
                None => self.wrong(name, FileStatus::Changed, format!("line {number} is not a checksum of a file"))?,
                Some((_, file)) if leaves(&file) => {
                    self.wrong(name, FileStatus::Changed, format!("line {number} names a file outside of the bag"))?;
                }
                Some((sha256, file)) => {
                    if listed.insert(file.clone(), sha256).is_some() {
                        self.wrong(name, FileStatus::Changed, format!("line {number} names {file} again"))?;
                    }
                }
            }
        }
        Ok(Some(listed))
    }

    /// The tag manifest proves the files that are no payload, each of which it has to name.
    fn tags(&mut self, tags: &Manifested) -> Result<()> {
        for name in ["bagit.txt", "bag-info.txt", MANIFEST] {
            if !tags.contains_key(name) {
                self.wrong(TAG_MANIFEST, FileStatus::Changed, format!("it does not name {name}"))?;
            }
        }
        Ok(())
    }

    fn files(
        &mut self,
        payload: Option<&Manifested>,
        tags: &Manifested,
        request: &verify::VerifyRequest,
        pool: &ThreadPool,
    ) -> Result<()> {
        let all = payload.into_iter().flatten().chain(tags);
        let all: Vec<(&String, &String)> = all.filter(|(name, _)| !self.told.contains(*name)).collect();
        let mut missing: Vec<(&String, &String)> = Vec::new();
        for chunk in all.chunks(CHUNK) {
            request.stop.check()?;
            let found: Vec<_> =
                pool.install(|| chunk.par_iter().map(|(name, _)| file_bytes(&self.root.join(name))).collect());
            for ((name, sha256), found) in chunk.iter().zip(found) {
                match found {
                    Ok(bytes) if bytes.sha256 == **sha256 => {
                        self.verdict.add(&Checked::of(&self.root.join(name), FileStatus::Sound, Vec::new()));
                    }
                    Ok(_) => {
                        self.wrong(name, FileStatus::Changed, "its bytes are not those that the manifest gives")?
                    }
                    Err(_) if self.root.join(name).symlink_metadata().is_err() => missing.push((name, sha256)),
                    Err(wrong) => self.wrong(name, FileStatus::Changed, wrong)?,
                }
            }
        }
        let moved = self.unlisted(payload, tags)?;
        for (name, sha256) in missing {
            let wrong = match moved.get(sha256) {
                Some(other) => format!("it is not there; {other}, which is not in the manifest, has its bytes"),
                None => "it is not there".to_owned(),
            };
            self.wrong(name, FileStatus::Missing, wrong)?;
        }
        Ok(())
    }

    /// Reports files that no manifest names, of the payload only where there is a manifest of it; gives their names by
    /// their SHA-256.
    fn unlisted(&mut self, payload: Option<&Manifested>, tags: &Manifested) -> Result<HashMap<String, String>> {
        let own: HashSet<&str> = ["bagit.txt", "bag-info.txt", MANIFEST, TAG_MANIFEST].into();
        let mut moved = HashMap::new();
        for entry in WalkDir::new(self.root).min_depth(1).sort_by_file_name() {
            let entry = entry.map_err(|error| unwalkable(self.root, error))?;
            let name = relative(self.root, entry.path());
            let is_payload = payload.map_or(name.starts_with("data/"), |payload| payload.contains_key(&name));
            let is_known = is_payload || tags.contains_key(&name) || own.contains(name.as_str());
            if entry.file_type().is_dir() || is_known {
                continue;
            }
            if let Ok(bytes) = file_bytes(entry.path()) {
                moved.insert(bytes.sha256, name.clone());
            }
            self.wrong(&name, FileStatus::Unlisted, "it is in no manifest")?;
        }
        Ok(moved)
    }

    /// Number and bytes of the payload, as `bag-info.txt` says them.
    fn oxum(&mut self) -> Result<()> {
        let Some(claimed) = self.info("Payload-Oxum") else {
            return self.wrong("bag-info.txt", FileStatus::Changed, "it has no Payload-Oxum");
        };
        let files = WalkDir::new(self.root.join("data")).into_iter().flatten();
        let sizes = files.filter(|entry| entry.file_type().is_file()).filter_map(|entry| entry.metadata().ok());
        let (bytes, count) = sizes.fold((0, 0u64), |(bytes, count), found| (bytes + found.len(), count + 1));
        match claimed == format!("{bytes}.{count}") {
            true => Ok(()),
            false => {
                let files = self::count(count, "file", "files");
                self.wrong_as_whole(format!(
                    "bag-info.txt says {claimed} of the payload, which has {bytes} bytes in {files}"
                ))
            }
        }
    }

    fn info(&self, name: &str) -> Option<String> {
        let lines = lines_of(&self.root.join("bag-info.txt"))?;
        lines.iter().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ").map(str::to_owned))
    }

    /// Every cable against its original, and all of them against the digest that was written down.
    fn rows(&mut self, request: &verify::VerifyRequest, pool: &ThreadPool) -> Result<()> {
        let originals = self.root.join(ORIGINALS);
        let are_there = standing(&originals)? == Standing::Folder;
        let against = are_there.then_some(originals).into_iter().chain(request.against.iter().cloned()).collect();
        let expect = request.expect.clone().or_else(|| self.info("Cablegram-Digest"));
        let request = verify::VerifyRequest { against, expect, stop: request.stop.clone() };
        match verify_each(&self.root.join(XML), &request, pool, self.each) {
            Ok(verdict) => {
                self.count_of_rows(verdict.rows)?;
                let all = &mut self.verdict;
                (all.rows, all.sources, all.digest) = (verdict.rows, verdict.sources, verdict.digest.clone());
                for (status, count) in verdict.counts.iter().filter(|(status, _)| **status != FileStatus::Sound) {
                    *all.counts.entry(*status).or_default() += count;
                    all.files += count;
                }
                all.take_words(verdict);
                Ok(())
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                self.wrong(XML, FileStatus::Missing, error.to_string())
            }
            Err(error) => Err(error),
        }
    }

    /// The number of rows, as `bag-info.txt` says it.
    fn count_of_rows(&mut self, rows: u64) -> Result<()> {
        match self.info("Cablegram-Rows") {
            Some(claimed) if claimed != rows.to_string() => {
                self.wrong_as_whole(format!("bag-info.txt says {claimed} of the rows, of which {rows} are there"))
            }
            _ => Ok(()),
        }
    }

    /// Reports what is wrong with the bag, though no single file is known to be.
    fn wrong_as_whole(&mut self, problem: String) -> Result<()> {
        let checked = Checked::of(self.root, FileStatus::Changed, vec![problem]);
        self.verdict.add(&checked);
        // The bag as a whole is not a file more.
        self.verdict.files -= 1;
        (self.each)(&checked)
    }

    fn wrong(&mut self, name: &str, status: FileStatus, problem: impl Into<String>) -> Result<()> {
        let checked = Checked::of(&self.root.join(name), status, vec![problem.into()]);
        self.verdict.add(&checked);
        self.told.insert(name.to_owned());
        (self.each)(&checked)
    }
}

/// A folder within the bag that cannot be looked into.
fn unwalkable(root: &Path, error: walkdir::Error) -> Error {
    let path = error.path().unwrap_or(root).to_owned();
    let reason = error.into_io_error().unwrap_or_else(|| io::Error::other("it leads back to itself"));
    Error::unreadable("look into", path, reason)
}

/// Whether a name leads out of the bag.
fn leaves(name: &str) -> bool {
    name.starts_with(['/', '~']) || name.split('/').any(|part| part.is_empty() || part == "." || part == "..")
}
