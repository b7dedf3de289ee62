//! Writes an archive of invented cables, for benchmarks and trials.

mod synthesis;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::{env, fs, io, process, thread};

use synthesis::forms::WrittenForm;
use synthesis::{Generator, Synthetic};

const HELP: &str = "\
Writes invented cables of every form, the same for the same seed: DIR/2009/06/09ASTANA1005.txt

Usage: synthesize [--count N] [--seed S] [--damaged PERCENT] [--form FORM] [--page-bytes N] DIR

  --count N          cables to write [1000]
  --seed S           whole number that decides everything [1]
  --damaged PERCENT  how many of a hundred are spoilt in one way [5]
  --form FORM        plain; aad, telegrams of 1973-79 as the National Archives keep them; or, never spoilt, the same
                     cables as one dump, DIR/cables.FORM: csv, named.csv, tsv, sql, copy, jsonl; html, a page each [plain]
  --page-bytes N     least size of a page, filled up by navigation [48000]

Example: cargo run --release --example synthesize -- --count 30000 --seed 7 /tmp/cables
";

struct Options {
    count: u64,
    seed: u64,
    damaged_percent: usize,
    form: Form,
    page_bytes: usize,
    directory: PathBuf,
}

/// The form in which cables are written down.
#[derive(Clone, Copy)]
enum Form {
    Plain,
    Aad,
    Written(&'static str, WrittenForm),
}

/// What was written.
#[derive(Default)]
struct Tally {
    bytes: u64,
    forms: BTreeMap<&'static str, u64>,
    /// Spoilt cables, by what a reader must report.
    reports: BTreeMap<&'static str, u64>,
}

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == "--help" || argument == "-h") {
        print!("{HELP}");
        return;
    }
    let options = options(arguments).unwrap_or_else(|message| {
        eprintln!("{message}\n\n{HELP}");
        process::exit(2);
    });
    match write_all(&options) {
        Ok(tally) => tally.print(&options),
        Err(error) => {
            eprintln!("cannot write to {}: {error}", options.directory.display());
            process::exit(6);
        }
    }
}

fn options(arguments: Vec<String>) -> Result<Options, String> {
    let (form, directory) = (Form::Plain, PathBuf::new());
    let mut options = Options { count: 1000, seed: 1, damaged_percent: 5, form, page_bytes: 48_000, directory };
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--count" => options.count = number(&argument, arguments.next())?,
            "--seed" => options.seed = number(&argument, arguments.next())?,
            "--damaged" => options.damaged_percent = number(&argument, arguments.next())? as usize,
            "--form" => options.form = self::form(arguments.next())?,
            "--page-bytes" => options.page_bytes = number(&argument, arguments.next())? as usize,
            _ if argument.starts_with("--") => return Err(format!("there is no option {argument}")),
            _ => options.directory = PathBuf::from(argument),
        }
    }
    match options.directory.as_os_str().is_empty() {
        true => Err("name the directory to write to".to_owned()),
        false => Ok(options),
    }
}

fn number(option: &str, value: Option<String>) -> Result<u64, String> {
    let value = value.ok_or_else(|| format!("{option} wants a number behind it"))?;
    value.parse().map_err(|_| format!("{option} wants a whole number, not {value:?}"))
}

fn form(value: Option<String>) -> Result<Form, String> {
    match value.as_deref() {
        Some("plain") => Ok(Form::Plain),
        Some("aad") => Ok(Form::Aad),
        Some(name) if let Some(&(name, form)) = WrittenForm::ALL.iter().find(|(known, _)| *known == name) => {
            Ok(Form::Written(name, form))
        }
        _ => {
            let names = WrittenForm::ALL.map(|(name, _)| name).join(", ");
            Err(format!("--form is one of: plain, aad, {names}"))
        }
    }
}

/// Writes all cables: a dump from its first record to its last, files on all cores.
fn write_all(options: &Options) -> io::Result<Tally> {
    let generator = Generator::new(options.seed, options.damaged_percent);
    if let Form::Written(name, form) = options.form
        && form != WrittenForm::Html
    {
        return write_dump(&generator, name, form, options);
    }
    let next = AtomicU64::new(0);
    let work = || -> io::Result<Tally> {
        let mut tally = Tally::default();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= options.count {
                return Ok(tally);
            }
            let cable = match options.form {
                Form::Plain => generator.cable(index),
                Form::Aad => generator.telegram(index),
                Form::Written(_, form) => {
                    let (path, columns) = generator.columns(index);
                    let page = form.record(&columns, options.page_bytes);
                    write(&options.directory, &path.replace(".txt", ".html"), page.as_bytes())?;
                    tally.bytes += page.len() as u64;
                    continue;
                }
            };
            write(&options.directory, &cable.path, &cable.bytes)?;
            tally.count(&cable);
        }
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let ended = workers
            .into_iter()
            .map(|worker| worker.join().unwrap_or_else(|_| Err(io::Error::other("a thread stopped"))));
        ended.sum()
    })
}

fn write_dump(generator: &Generator, name: &str, form: WrittenForm, options: &Options) -> io::Result<Tally> {
    fs::create_dir_all(&options.directory)?;
    let mut file = BufWriter::new(File::create(options.directory.join(format!("cables.{name}")))?);
    let mut bytes = 0;
    let mut write = |text: &str| {
        bytes += text.len() as u64;
        file.write_all(text.as_bytes())
    };
    write(&form.front())?;
    (0..options.count).try_for_each(|index| write(&form.record(&generator.columns(index).1, options.page_bytes)))?;
    write(form.rest())?;
    file.flush()?;
    Ok(Tally { bytes, ..Tally::default() })
}

fn write(directory: &Path, path: &str, bytes: &[u8]) -> io::Result<()> {
    let path = directory.join(path);
    match fs::write(&path, bytes) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            fs::create_dir_all(path.parent().unwrap_or(directory))?;
            fs::write(&path, bytes)
        }
        result => result,
    }
}

impl Tally {
    fn count(&mut self, cable: &Synthetic) {
        self.bytes += cable.bytes.len() as u64;
        *self.forms.entry(cable.expected.header_form.name()).or_default() += 1;
        if let Some(code) = cable.damage.and_then(|damage| damage.code()) {
            *self.reports.entry(code.name()).or_default() += 1;
        }
    }

    fn print(&self, options: &Options) {
        let listed = |counts: &BTreeMap<&str, u64>| {
            counts.iter().map(|(name, count)| format!("{name} {count}")).collect::<Vec<_>>().join(", ")
        };
        println!("{} cables, {} bytes in {}", options.count, self.bytes, options.directory.display());
        println!("by form: {}", listed(&self.forms));
        println!("to be reported: {}", listed(&self.reports));
    }
}

impl std::iter::Sum for Tally {
    fn sum<I: Iterator<Item = Tally>>(tallies: I) -> Tally {
        tallies.fold(Tally::default(), |mut sum, tally| {
            sum.bytes += tally.bytes;
            tally.forms.into_iter().for_each(|(form, count)| *sum.forms.entry(form).or_default() += count);
            tally.reports.into_iter().for_each(|(code, count)| *sum.reports.entry(code).or_default() += count);
            sum
        })
    }
}
