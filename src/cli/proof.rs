//! `cablegram verify` and `cablegram restore`: what outputs prove, and the files they were made of.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use cablegram::convert::{Rules, is_output};
use cablegram::documents::LeftOut;
use cablegram::error::{Error, Result};
use cablegram::local::{Standing, must_exist, place, standing};
use cablegram::package;
use cablegram::restore::Partial;
use cablegram::verify::{Checked, FileStatus, Verdict, VerifyRequest};
use cablegram::write::{Destinations, Manner, staging_folder};
use indicatif::{DecimalBytes, HumanCount};

use super::RunEnding;
use super::arguments::{LogFormat, RestoreOptions, Verbosity, VerifyOptions, Voice};
use super::console::shown;
use super::escape::escaped;
use super::log::LogEvent;
use super::proof_report::ProofReport;
use super::signals::{Signals, Unfinished};
use super::summary::plural;

/// Verifies every output and prints the result; fails if one is not sound, or if nothing proves it.
pub fn verify(arguments: &VerifyOptions, voice: Voice, signals: &Signals) -> Result<RunEnding> {
    let request = request(arguments, signals)?;
    let pool = Rules { threads: arguments.threads, ..Rules::default() }.pool()?;
    arguments.paths.iter().try_for_each(|path| must_exist(path).and_then(|()| refuse_foreign(path)))?;
    arguments.report.iter().for_each(|path| signals.clean(Unfinished::In(staging_folder(path))));
    let mut report = arguments.report.as_deref().map(|path| begin(path, &arguments.paths)).transpose()?;
    let mut wrong = Wrong::default();
    for path in &arguments.paths {
        let mut each = |checked: &Checked| {
            report.as_mut().map_or(Ok(()), |report| report.file(checked))?;
            tell_file(checked, voice)
        };
        let verdict = package::verify_any(path, &request, &pool, &mut each)?;
        wrong.add(&verdict);
        tell(path, &verdict, voice)?;
    }
    let result = wrong.ending(arguments.allow_unproven);
    report.map_or(Ok(()), |report| report.finish(if result.is_ok() { 0 } else { 8 }))?;
    result
}

/// How files end that people take for outputs.
const FOREIGN: [&str; 5] = ["csv", "html", "sql", "tsv", "txt"];

/// Refuses what is no output and no damaged one: a job file, an input.
fn refuse_foreign(path: &Path) -> Result<()> {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    if standing(path)? != Standing::File || is_output(path)? {
        return Ok(());
    }
    let shown = path.display();
    match ending {
        "toml" => {
            let dataset = super::job::job_of_file(path)?.dataset;
            Err(Error::usage(format!("{shown} is a job file: verify its dataset, {}", dataset.display())))
        }
        ending if FOREIGN.contains(&ending) => {
            Err(Error::usage(format!("{shown} is not an output of cablegram: name what was made of it")))
        }
        _ => Ok(()),
    }
}

/// Begins the report, which is none of what is verified, and in none of it.
fn begin(path: &Path, verified: &[PathBuf]) -> Result<ProofReport> {
    let (shown, at) = (path.display(), place(path));
    if let Some(outer) = verified.iter().find(|verified| at != place(verified) && at.starts_with(place(verified))) {
        let outer = outer.display();
        return Err(Error::usage(format!(
            "the report {shown} is within {outer}, which is verified: give it a path elsewhere"
        )));
    }
    let mut destinations = Destinations::default();
    destinations.add(format!("the report {}", path.display()), path, Manner::File)?;
    destinations.refuse_inputs(verified.iter().map(PathBuf::as_path))?;
    ProofReport::begin(path)
}

fn request(arguments: &VerifyOptions, signals: &Signals) -> Result<VerifyRequest> {
    let several = arguments.paths.len() > 1;
    if several && (arguments.expect.is_some() || arguments.against.is_some()) {
        return Err(Error::usage("--expect and --against are for one output: give one PATH".to_owned()));
    }
    let expect = arguments.expect.as_ref().map(|digest| digest.trim().to_ascii_lowercase());
    let is_digest = |text: &String| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if let Some(other) = expect.as_ref().filter(|text| !is_digest(text)) {
        return Err(Error::usage(format!(
            "--expect {other}: write the 64 hexadecimal digits that verify once printed"
        )));
    }
    Ok(VerifyRequest { expect, against: arguments.against.iter().cloned().collect(), stop: signals.stop.clone() })
}

/// What a file is that is not sound.
const UNSOUND: [FileStatus; 3] = [FileStatus::Unlisted, FileStatus::Missing, FileStatus::Changed];

/// Files of all outputs that are not as they should be.
#[derive(Default)]
struct Wrong {
    files: u64,
    unsound: u64,
    unproven: u64,
}

impl Wrong {
    fn add(&mut self, verdict: &Verdict) {
        let count = |status| verdict.counts.get(&status).copied().unwrap_or_default();
        self.files += verdict.files;
        self.unproven += count(FileStatus::Unproven);
        self.unsound += UNSOUND.map(count).iter().sum::<u64>();
    }

    fn ending(&self, allow_unproven: bool) -> Result<RunEnding> {
        let Wrong { files, unsound, unproven } = self;
        match () {
            () if *unsound > 0 => {
                let are = if *unsound == 1 { "is" } else { "are" };
                Err(Error::verification(format!("{unsound} of {} {are} not sound", plural(*files, "file"))))
            }
            () if *unproven > 0 && !allow_unproven => {
                Err(Error::verification(format!("nothing proves {unproven} of {}", plural(*files, "file"))))
            }
            () => Ok(RunEnding::Clean),
        }
    }
}

/// One line for each problem, however little is to be said; for every file, if that is asked for.
fn tell_file(checked: &Checked, voice: Voice) -> Result<()> {
    let path = shown(&checked.path);
    let status = checked.status.name();
    match voice.verbosity() {
        Verbosity::Quiet if !UNSOUND.contains(&checked.status) => return Ok(()),
        Verbosity::Verbose if checked.problems.is_empty() => {
            let digest = checked.digest.as_deref().unwrap_or_default();
            say(&format!("{status}: {path}: {}, digest {digest}", plural(checked.rows, "row")))?;
        }
        _ => {}
    }
    checked.problems.iter().try_for_each(|problem| say(&format!("{status}: {path}: {}", escaped(problem))))
}

fn tell(path: &Path, verdict: &Verdict, voice: Voice) -> Result<()> {
    if voice.verbosity() == Verbosity::Quiet {
        return Ok(());
    }
    let word = match (verdict.failures.is_empty(), verdict.unproven.is_empty()) {
        (false, _) => "not sound",
        (true, false) => "unproven",
        (true, true) => "sound",
    };
    let (files, rows, sources) =
        (plural(verdict.files, "file"), plural(verdict.rows, "row"), plural(verdict.sources, "source"));
    let digest = verdict.digest.as_deref().map(|digest| format!(", digest {digest}")).unwrap_or_default();
    let path = shown(path);
    say(&format!("{path}: {word}: {files}, {rows}, {sources} rebuilt byte for byte{digest}"))?;
    verdict.notes.iter().try_for_each(|note| say(&format!("{path}: {}", escaped(note))))
}

fn say(line: &str) -> Result<()> {
    writeln!(io::stdout(), "{line}").map_err(|error| Error::cannot("write", "standard output".as_ref(), error))
}

/// Writes the original files back.
pub fn restore(arguments: &RestoreOptions, voice: Voice, signals: &Signals) -> Result<RunEnding> {
    must_exist(&arguments.path)?;
    if arguments.folder == Path::new("-") {
        return Err(Error::usage("files are restored to a folder: name one, such as -o originals/"));
    }
    signals.clean(Unfinished::In(staging_folder(&arguments.folder)));
    let partial = if arguments.partial { Partial::Records } else { Partial::Refuse };
    let restored = cablegram::restore(&package::output_in(&arguments.path)?, &arguments.folder, partial)?;
    let say = |sentence: &str| super::say::note(sentence, voice.log_format);
    if voice.verbosity() > Verbosity::Quiet {
        let (files, bytes) = (plural(restored.documents, "file"), DecimalBytes(restored.bytes));
        say(&format!("{files}, {bytes}, in {}", arguments.folder.display()));
        if restored.containers > 0 {
            let containers = plural(restored.containers, "container");
            say(&format!("{containers} not built again: members are in folders with the names of their containers"));
        }
        if restored.open_ended > 0 {
            let (documents, are) =
                (HumanCount(restored.open_ended), if restored.open_ended == 1 { "is" } else { "are" });
            let unknown = "this format does not say where they end, and they go as far as there are rows";
            say(&format!("{documents} of the files {are} of several records: {unknown}"));
        }
        for cut in &restored.cut {
            say(&format!("may be only a beginning: {cut}: the bytes that could be read end within its cable"));
        }
        for renamed in &restored.renamed {
            say(&format!("under another name: {renamed}"));
        }
        for incomplete in &restored.incomplete {
            say(&format!("in records: {incomplete}"));
        }
        tell_left_out(&restored.left_out, &say);
    }
    if voice.log_format == LogFormat::Json {
        super::say::event(&LogEvent::restored(RunEnding::Clean.number(), &restored));
    }
    Ok(RunEnding::Clean)
}

/// Says what of the run is not in the output, and so not among what was restored.
fn tell_left_out(left_out: &LeftOut, say: &dyn Fn(&str)) {
    if left_out.documents() > 0 {
        let (files, are) = (plural(left_out.documents(), "file"), if left_out.documents() == 1 { "is" } else { "are" });
        let advice = "convert --inventory FILE names each";
        say(&format!("{files} of the run {are} not in this output ({left_out}); {advice}"));
    }
    if left_out.limited {
        say("the run ended at --limit: what came after its last row is not in this output");
    }
}
