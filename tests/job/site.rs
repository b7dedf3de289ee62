//! The program itself in a folder of its own, with a job file and inputs.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, UNIX_EPOCH};

use tempfile::TempDir;

use super::gather;

/// A folder with `JOB.toml`, inputs in `in` and the dataset in `cables`.
pub struct Site {
    folder: TempDir,
}

impl Site {
    /// A site whose job file says also `settings`.
    pub fn new(settings: &str) -> Site {
        // In memory where that can be had: what is tested is the program, not the disk.
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { TempDir::new_in(memory) } else { TempDir::new() }.unwrap();
        fs::create_dir(folder.path().join("in")).unwrap();
        let site = Site { folder };
        site.configure(settings);
        site
    }

    pub fn configure(&self, settings: &str) {
        let text = format!("dataset = \"cables\"\ninputs = [\"in\"]\n{settings}\n");
        fs::write(self.path("JOB.toml"), text).unwrap();
    }

    pub fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    /// Writes an input whose time is long gone, so that it can be trusted, and another for other bytes.
    pub fn put(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path("in").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let sum: u64 = bytes.as_ref().iter().map(|byte| u64::from(*byte)).sum();
        fs::write(&path, bytes).unwrap();
        let file = fs::File::options().write(true).open(&path).unwrap();
        file.set_modified(UNIX_EPOCH + Duration::from_secs(sum)).unwrap();
    }

    pub fn remove(&self, name: &str) {
        fs::remove_file(self.path("in").join(name)).unwrap();
    }

    /// The program with none of its variables set.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cablegram"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CABLEGRAM_")) {
            command.env_remove(name);
        }
        command.current_dir(self.folder.path()).args(arguments).stdin(Stdio::null());
        command
    }

    /// A run of the job.
    pub fn sync(&self, more: &[&str]) -> Command {
        let job = self.path("JOB.toml");
        let mut command = self.command(&["sync"]);
        command.arg(job).args(more).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs the job and expects that exit code; returns what was said.
    pub fn expect(&self, code: i32, more: &[&str]) -> String {
        ended(code, &self.sync(more).output().unwrap())
    }

    /// Runs a command and expects that exit code; returns what was printed and said.
    pub fn run(&self, code: i32, arguments: &[&str]) -> (String, String) {
        let output = self.command(arguments).output().unwrap();
        let said = ended(code, &output);
        (String::from_utf8(output.stdout).unwrap(), said)
    }

    /// Every file of the current generation but `_SUCCESS`, if there is one.
    pub fn current(&self) -> Option<BTreeMap<String, Vec<u8>>> {
        let current = self.path("cables/current");
        let leads_to = fs::read_link(&current).ok()?;
        assert!(current.join("_SUCCESS").is_file(), "{} is not whole", leads_to.display());
        let mut files = BTreeMap::new();
        gather(&current, &current, &mut files);
        files.remove("_SUCCESS");
        Some(files)
    }

    /// Names of everything in the dataset.
    pub fn names(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.path("cables")) else { return Vec::new() };
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.retain(|name| name != ".lock-waiting");
        names.sort();
        names
    }

    /// Expects that `cablegram verify` finds the outputs of the current generation sound.
    pub fn verify(&self, outputs: &[&str]) {
        for output in outputs {
            self.run(0, &["verify", &format!("cables/current/{output}")]);
        }
    }
}

fn ended(code: i32, output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{said}{}", String::from_utf8_lossy(&output.stdout));
    said
}

/// Every file below a folder, in order.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(self::files(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}
