//! `cablegram verify` and `cablegram restore`: what outputs prove, and the files they were made of.

use cablegram::convert::Rules;
use cablegram::error::{Error, Result};
use cablegram::schema::Schema;
use cablegram::verify::Verdict;
use indicatif::{DecimalBytes, HumanCount};

use super::Ending;
use super::arguments::{Restore, Verbosity, Verify, Voice};
use super::console::shown;
use super::escape::escaped;
use super::signals::Signals;

/// Verifies every output; fails if one of them does not prove what it claims.
pub fn verify(arguments: &Verify, voice: Voice, signals: &Signals) -> Result<Ending> {
    let pool = Rules { threads: arguments.threads, ..Rules::new(Schema::v1()) }.pool()?;
    let mut all = Verdict::default();
    for path in &arguments.paths {
        signals.stop.check()?;
        if !path.exists() {
            return Err(Error::not_found(format!("{} does not exist; name an output of cablegram", path.display())));
        }
        add(&mut all, cablegram::verify(path, &pool)?);
    }
    if voice.verbosity() > Verbosity::Quiet {
        tell(&all);
    }
    match all.failures.len() {
        0 => Ok(Ending::Clean),
        count => Err(Error::verification(format!("{count} outputs are not sound; make them again from the originals"))),
    }
}

fn add(all: &mut Verdict, verdict: Verdict) {
    all.files += verdict.files;
    all.rows += verdict.rows;
    all.sources += verdict.sources;
    all.unproven.extend(verdict.unproven);
    all.failures.extend(verdict.failures);
}

fn tell(verdict: &Verdict) {
    let [files, rows, sources] = [verdict.files, verdict.rows, verdict.sources].map(HumanCount);
    eprintln!("{files} files, {rows} rows, {sources} proven by their source bytes");
    for unproven in &verdict.unproven {
        eprintln!("unproven: {}", escaped(unproven));
    }
    for failure in &verdict.failures {
        eprintln!("wrong: {}", escaped(failure));
    }
}

/// Writes the original files back.
pub fn restore(arguments: &Restore, voice: Voice) -> Result<Ending> {
    if !arguments.path.exists() {
        let path = arguments.path.display();
        return Err(Error::not_found(format!("{path} does not exist; name an output of cablegram")));
    }
    let restored = cablegram::restore(&arguments.path, &arguments.folder)?;
    if voice.verbosity() > Verbosity::Quiet {
        let (documents, bytes) = (HumanCount(restored.documents), DecimalBytes(restored.bytes));
        eprintln!("{documents} files, {bytes}, in {}", shown(&arguments.folder));
    }
    Ok(Ending::Clean)
}
