//! What people write who know other programs, to what to write here.

use cablegram::local::{Standing, standing};
use clap::error::{ContextKind, ContextValue, ErrorKind};

/// Options of other programs, and what there is in their place.
const OPTIONS: [(&[&str], &str); 14] = [
    (&["--format", "--fmt", "-f", "--to", "--output-format"], OUTPUT),
    (&["--jobs", "--workers", "--parallel", "-j", "-t", "-p"], "write --threads N"),
    (&["--force", "--replace", "--clobber", "-O"], "write --overwrite"),
    (&["--overwrite"], "this command replaces nothing: name a new output"),
    (
        &["--columns", "--select", "--fields", "--keep", "--drop"],
        "columns are chosen in the output: -o parquet,keep=mrn,date:cables.parquet",
    ),
    (
        &["--compression", "--compress", "--level", "--zstd", "-z"],
        "compression is set in the output: -o parquet,zstd=6:cables.parquet",
    ),
    (&["--partition", "--partition-by", "--by"], "partitions are set in the output: -o parquet,by=year:cables/"),
    (&["--head", "--rows", "--count", "-n"], "write --limit N"),
    (
        &["--where", "--filter", "--query"],
        "--include and --exclude choose files; rows are chosen by what reads the output",
    ),
    (&["--input", "--in", "-i"], "name inputs without an option: cablegram convert archive/ -o cables.parquet"),
    (&["--out", "--outdir", "--output-dir", "--out-dir", "-d"], "write -o PATH"),
    (
        &["-o", "--output"],
        "convert writes outputs; sync reads what to write from a job file, which cablegram init prints",
    ),
    (&["--recursive", "-r", "-R"], "folders are read with all that is in them"),
    (
        &["--from", "--type", "--input-format", "--encoding", "--delimiter", "--sep", "--csv", "--json", "--html"],
        "the form of an input is recognized by its beginning",
    ),
];

const OUTPUT: &str =
    "the format is the ending of the output, or the word before it: -o cables.parquet, or -o parquet:FILE";

/// What to write in place of what was refused, where that is known.
pub fn instead(error: &clap::Error) -> Option<String> {
    let said = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    match error.kind() {
        ErrorKind::UnknownArgument => {
            let option = said(ContextKind::InvalidArg)?.split('=').next()?;
            let advice = match option.strip_prefix('-') {
                Some(number) if number.starts_with(|first: char| first.is_ascii_digit()) => {
                    "write a number of 0 or more"
                }
                _ => OPTIONS.iter().find(|(options, _)| options.contains(&option)).map(|(_, advice)| *advice)?,
            };
            Some(format!("{option} is not an option here: {advice}"))
        }
        ErrorKind::InvalidSubcommand => {
            let word = said(ContextKind::InvalidSubcommand)?;
            let is_input =
                word.contains(['.', '/']) || standing(word.as_ref()).is_ok_and(|found| found != Standing::Nothing);
            is_input.then(|| format!("{word} is not a command: write cablegram convert {word} -o cables.parquet"))
        }
        _ => None,
    }
}
