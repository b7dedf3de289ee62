//! Every command, option and environment variable.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use cablegram::convert::MAX_THREADS;
use cablegram::schema::files::Rendering;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::parser::ValueSource;
use clap::{Args, Parser, Subcommand, ValueEnum};

use super::job::{GcOptions, InitOptions, RollbackOptions, StatusOptions, SyncOptions};

/// Printed below the help of the whole program.
const EXIT_CODES: &str = "\
Exit codes:
    0  all converted
    1  unclassified failure
    2  usage or configuration
    3  finished; some inputs were bad, within --max-bad
    4  more bad inputs than --max-bad allows; nothing published but the page of report
    5  input missing or unreadable, or nothing found without --allow-empty
    6  output refused: exists, no space, no permission
    7  schema conflict with what is at the output
    8  verification failed
    9  the outputs that were compared differ
   10  dataset or state not found
   11  another run holds the lock
128+N  stopped by signal N; nothing half-written is visible

Every option has a twin in the environment: --max-bad is CABLEGRAM_MAX_BAD. An empty variable is an unset one; a
switch takes 1, 0, yes, no, true or false; an option that may be given several times takes one value a line. The
command line wins over the environment, the environment over --config.";

/// Turns archives of diplomatic cables into Parquet, Arrow IPC, XML, YAML and JSON Lines against versioned schemas.
#[derive(Debug, Parser)]
#[command(name = "cablegram", disable_version_flag = true, after_help = EXIT_CODES, max_term_width = 100)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Prints the version; with --verbose also those of the libraries that the bytes of outputs depend on.
    #[arg(short = 'V', long)]
    pub version: bool,
    /// How much is said.
    #[command(flatten)]
    pub voice: Voice,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Converts cables to one or several outputs, in one pass over the input.
    ///
    /// Outputs of cablegram are inputs, too: their rows are written again. Example: cablegram convert archive
    /// -o cables.parquet -o xml,per=cable:xml/ ; cablegram convert cables.parquet -o cables.xml
    Convert(ConvertOptions),
    /// Prints one cable, normalized, as YAML.
    ///
    /// Example: cablegram show --explain archive/2009/09ASTANA1005.txt
    Show(ShowOptions),
    /// Counts which fields are filled, what was odd, and what is there: kinds, forms, years, posts.
    ///
    /// Example: cablegram stats archive
    Stats(StatsOptions),
    /// Writes a page that says whether an accession can be accepted, and why; and the same facts as JSON beside it.
    ///
    /// Example: cablegram report archive -o report.html --id 2026-014
    #[command(mut_arg("limit", |limit| limit.hide(true)))]
    Report(ReportOptions),
    /// Packs an accession as a bag (BagIt 1.0): the originals, one XML file a cable, PREMIS, inventory, report and schema.
    ///
    /// Example: cablegram package archive -o 2026-014/ --id 2026-014
    #[command(mut_arg("limit", |limit| limit.hide(true)))]
    Package(PackageOptions),
    /// Reads outputs again and proves them: schema, rows, digest, and every source byte against its SHA-256.
    ///
    /// Example: cablegram verify cables.parquet xml/
    Verify(VerifyOptions),
    /// Writes the original files back from any output, byte for byte. Their times are in no output: see --inventory.
    ///
    /// Example: cablegram restore cables.parquet -o originals/
    Restore(RestoreOptions),
    /// Compares two outputs row by row: what was added, is gone or changed, and in which columns.
    ///
    /// Example: cablegram compare before.parquet after.parquet
    Compare(CompareOptions),
    /// Brings a dataset up to date with its inputs; safe to run every minute.
    ///
    /// Example: cablegram sync JOB.toml
    Sync(Box<SyncOptions>),
    /// Prints a commented job file, or a unit for a scheduler that runs one.
    ///
    /// Example: cablegram init > JOB.toml; cablegram init systemd
    Init(InitOptions),
    /// Prints what a job has published: when, how much, and what is in quarantine.
    ///
    /// Example: cablegram status JOB.toml --json
    Status(StatusOptions),
    /// Makes an earlier generation of a dataset the current one.
    ///
    /// Example: cablegram rollback JOB.toml --to 7
    Rollback(RollbackOptions),
    /// Removes generations that nobody needs any more, and what dead runs left.
    ///
    /// Example: cablegram gc JOB.toml --keep 2
    Gc(GcOptions),
    /// Lists the schemas, or prints one.
    ///
    /// Example: cablegram schema show --as xsd > cable.xsd
    Schema(SchemaOptions),
    /// Prints a table of the trade that is compiled in, as tab-separated text.
    ///
    /// Example: cablegram tables posts
    Tables(TablesOptions),
    /// Prints a script that completes commands and options in your shell.
    ///
    /// Example: cablegram completions bash > /etc/bash_completion.d/cablegram
    Completions(CompletionsOptions),
    /// Prints the manual page.
    ///
    /// Example: cablegram man > cablegram.1
    Man,
}

/// How much is said, and how.
#[derive(Clone, Copy, Debug, Args)]
pub struct Voice {
    /// Says nothing but errors.
    #[arg(short, long, global = true, env = "CABLEGRAM_QUIET")]
    quiet: bool,
    /// Names every duplicate and every file that is no cable, too.
    #[arg(short, long, global = true, env = "CABLEGRAM_VERBOSE")]
    verbose: bool,
    /// Form of what is said on standard error: sentences, or one JSON object a line.
    #[arg(long, global = true, value_name = "FORM", env = "CABLEGRAM_LOG_FORMAT", default_value = "human")]
    pub log_format: LogFormat,
    /// Whether a bar shows the progress; it only ever does on a terminal.
    #[arg(long, global = true, value_name = "WHEN", env = "CABLEGRAM_PROGRESS", default_value = "auto")]
    pub progress: ProgressChoice,
}

/// How much is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// Errors.
    Quiet,
    /// Bad inputs and a summary as well.
    Normal,
    /// Everything that became no row as well.
    Verbose,
}

impl Voice {
    /// Where both are said, the command line wins over the environment; said in one place, quiet wins.
    pub fn settle(&mut self, source: impl Fn(&str) -> Option<ValueSource>) {
        let on_command_line = |id| source(id) == Some(ValueSource::CommandLine);
        match (on_command_line("quiet"), on_command_line("verbose")) {
            (true, _) => self.verbose = false,
            (false, true) => self.quiet = false,
            (false, false) => {}
        }
    }

    /// How much is said.
    pub fn verbosity(self) -> Verbosity {
        match (self.quiet, self.verbose) {
            (true, _) => Verbosity::Quiet,
            (false, true) => Verbosity::Verbose,
            (false, false) => Verbosity::Normal,
        }
    }
}

/// Form of what is said on standard error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Sentences.
    Human,
    /// One JSON object a line.
    Json,
}

/// Whether a bar shows the progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ProgressChoice {
    /// On a terminal.
    Auto,
    /// Never.
    Never,
}

/// Options of `convert`.
#[derive(Debug, Args)]
pub struct ConvertOptions {
    /// What is read, and how.
    #[command(flatten)]
    pub reading: ReadingOptions,
    /// An output, as [FORMAT[,KEY=VALUE...]:]PATH; may be given several times.
    ///
    /// The format comes from the ending (.parquet .arrow .arrows .xml .yaml .jsonl) or comes first. A PATH that ends
    /// in / is a dataset of several files; - is standard output. Examples: -o cables.parquet;
    /// -o parquet,zstd=6,by=year:cables/ ; -o xml,per=cable:xml/ ; -o yaml:-
    ///
    /// Keys of all: keep=COLUMNS or drop=COLUMNS, schema=v1, sha256=true. Of folders: by=COLUMN (year, date, post, ...),
    /// per=cable (xml, yaml, jsonl), file_size=256M, keep_partition_column=true. Of parquet: zstd=1..22, rows=N and
    /// bytes=N of a row group; of arrow and arrows: compression=lz4, zstd or none; of xml: stylesheet=FILE.
    #[arg(short, long = "output", value_name = "OUTPUT", env = "CABLEGRAM_OUTPUT")]
    pub outputs: Vec<String>,
    /// Replaces outputs that exist; without it they are refused (exit 6).
    #[arg(long, env = "CABLEGRAM_OVERWRITE")]
    pub overwrite: bool,
    /// Reads and counts everything and tries every output, but writes none. --report, --inventory and --quarantine are
    /// written.
    #[arg(long, env = "CABLEGRAM_DRY_RUN")]
    pub dry_run: bool,
    /// Writes one line for every delivered file and record, with what became of it, as .csv, .jsonl or .parquet.
    ///
    /// Example: --inventory inventory.csv
    #[arg(long, value_name = "FILE", env = "CABLEGRAM_INVENTORY")]
    pub inventory: Option<PathBuf>,
    /// Succeeds even if no cable is found, with outputs of no row.
    #[arg(long, env = "CABLEGRAM_ALLOW_EMPTY")]
    pub allow_empty: bool,
}

/// Options of every command that reads many documents.
#[derive(Debug, Args)]
pub struct ReadingOptions {
    /// Directories and files, or - for one document from standard input. Example: archive/
    #[arg(value_name = "INPUT", env = "CABLEGRAM_INPUT")]
    pub inputs: Vec<PathBuf>,
    /// Reads the names of input files from FILE (- is standard input), one a line or separated by NUL characters.
    ///
    /// Example: find archive -name '*.txt' -print0 | cablegram convert --files-from - -o cables.parquet
    #[arg(long, value_name = "FILE", env = "CABLEGRAM_FILES_FROM")]
    pub files_from: Option<PathBuf>,
    /// Reads documents from the columns path and content of FILE, Arrow or Parquet (- is standard input): bytes from anywhere.
    ///
    /// Example: --documents pages.arrows
    #[arg(long, value_name = "FILE", env = "CABLEGRAM_DOCUMENTS")]
    pub documents: Option<PathBuf>,
    /// Folder that paths in outputs are relative to, instead of each input. Example: --base /data /data/2009 /data/2010
    #[arg(long, value_name = "DIR", env = "CABLEGRAM_BASE")]
    pub base: Option<PathBuf>,
    /// Reads only files that match; a glob without / is compared with the name. Example: --include '*.txt'
    #[arg(long, value_name = "GLOB", env = "CABLEGRAM_INCLUDE")]
    pub include: Vec<String>,
    /// Leaves out files and directories that match. Example: --exclude 'articles'
    #[arg(long, value_name = "GLOB", env = "CABLEGRAM_EXCLUDE")]
    pub exclude: Vec<String>,
    /// Follows symbolic links within directories, never in a loop.
    #[arg(long, env = "CABLEGRAM_FOLLOW")]
    pub follow: bool,
    /// Schema of the rows, the newest unless another is named; outputs that are converted again keep theirs.
    ///
    /// Example: --schema v1. One output can have its own: -o parquet,schema=v1:cables.parquet
    #[arg(long, value_name = "VERSION", env = "CABLEGRAM_SCHEMA")]
    pub schema: Option<String>,
    /// How much of a web page is kept as source text and restored. Example: --html-source page
    #[arg(long, value_name = "HOW", env = "CABLEGRAM_HTML_SOURCE", default_value = "record")]
    pub html_source: HtmlSourceChoice,
    /// Ends after N cables. Example: --limit 100
    #[arg(long, value_name = "N", env = "CABLEGRAM_LIMIT", value_parser = limit)]
    pub limit: Option<u64>,
    /// Threads that read and parse, 1 to 1024; the outputs are the same for any number. Example: --threads 2
    #[arg(long, value_name = "N", env = "CABLEGRAM_THREADS", value_parser = threads)]
    pub threads: Option<NonZeroUsize>,
    /// Makes every identical copy a row, not only the first.
    #[arg(long, env = "CABLEGRAM_KEEP_DUPLICATES")]
    pub keep_duplicates: bool,
    /// What happens to bad inputs: those that cannot be read, and records of more than 8 MiB.
    ///
    /// quarantine writes them down in the folder of --quarantine, skip names and counts them, fail ends the run.
    #[arg(long, value_name = "WHAT", env = "CABLEGRAM_ON_ERROR")]
    pub on_error: Option<OnErrorChoice>,
    /// Writes down in DIR/index.jsonl which inputs are bad and why, for what mends them. Example: --quarantine bad/
    #[arg(long, value_name = "DIR", env = "CABLEGRAM_QUARANTINE")]
    pub quarantine: Option<PathBuf>,
    /// Fails (exit 4) if more inputs are bad. Examples: --max-bad 10; --max-bad 0.5%
    #[arg(long, value_name = "N|P%", env = "CABLEGRAM_MAX_BAD")]
    pub max_bad: Option<String>,
    /// Writes every duplicate, ignored and bad input with its reason. Example: --report report.json
    ///
    /// The report of an earlier run is replaced; another file only where outputs are replaced, too.
    #[arg(long, value_name = "FILE", env = "CABLEGRAM_REPORT")]
    pub report: Option<PathBuf>,
    /// Takes options from a TOML file: long names as keys. Example: threads = 2
    #[arg(long, value_name = "FILE", env = "CABLEGRAM_CONFIG")]
    pub config: Option<PathBuf>,
}

/// How much of a web page is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum HtmlSourceChoice {
    /// The stretch that the cable is in.
    Record,
    /// The whole page.
    Page,
}

/// A number of threads that a machine can run.
fn threads(text: &str) -> Result<NonZeroUsize, String> {
    let number = text.parse().ok().filter(|number: &NonZeroUsize| number.get() <= MAX_THREADS);
    number.ok_or_else(|| format!("write a number from 1 to {MAX_THREADS}, or leave it out for one a core"))
}

/// A number of cables after which a run ends.
fn limit(text: &str) -> Result<u64, String> {
    text.parse().ok().filter(|number| *number > 0).ok_or_else(|| "write a number of 1 or more, such as 100".to_owned())
}

/// What happens to bad inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum OnErrorChoice {
    /// Their bytes are kept.
    Quarantine,
    /// They are named and counted.
    Skip,
    /// The run fails.
    Fail,
}

/// Options of `show`.
#[derive(Debug, Args)]
pub struct ShowOptions {
    /// The cable, a file that holds several, or an output of cablegram; - is standard input.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The number of the cable, where the file holds several. Example: show cables.parquet 09ASTANA1005
    #[arg(value_name = "MRN", conflicts_with = "record")]
    pub mrn: Option<String>,
    /// The record of a file that holds several, or the row of an output, from 0. Example: show cables.csv --record 123
    #[arg(long, value_name = "N", env = "CABLEGRAM_RECORD")]
    pub record: Option<u64>,
    /// Prints every source line beside what it was read as, instead.
    #[arg(long, env = "CABLEGRAM_EXPLAIN")]
    pub explain: bool,
}

/// Options of `stats`.
#[derive(Debug, Args)]
pub struct StatsOptions {
    /// What is read, and how.
    #[command(flatten)]
    pub reading: ReadingOptions,
    /// Prints JSON instead of tables.
    #[arg(long, env = "CABLEGRAM_JSON")]
    pub json: bool,
}

/// Options of `report`.
#[derive(Debug, Args)]
pub struct ReportOptions {
    /// What is read, and how.
    #[command(flatten)]
    pub reading: ReadingOptions,
    /// The page; the facts go beside it, as report.json. Example: -o report.html
    #[arg(short, long = "output", value_name = "OUT.html", env = "CABLEGRAM_OUTPUT")]
    pub output: PathBuf,
    /// Replaces a report that exists; without it that is refused (exit 6).
    #[arg(long, env = "CABLEGRAM_OVERWRITE")]
    pub overwrite: bool,
    /// What the accession is, and how it is decided on.
    #[command(flatten)]
    pub accession: AccessionOptions,
}

/// Options of `package`.
#[derive(Debug, Args)]
pub struct PackageOptions {
    /// What is read, and how.
    #[command(flatten)]
    pub reading: ReadingOptions,
    /// The bag, a folder that does not exist. Example: -o 2026-014/
    #[arg(short, long = "output", value_name = "BAG/", env = "CABLEGRAM_OUTPUT")]
    pub output: PathBuf,
    /// How much PREMIS says: of the package as a whole, or of every file, some 3 kB each. Example: --premis files
    #[arg(long, value_name = "LEVEL", env = "CABLEGRAM_PREMIS", default_value = "package")]
    pub premis: PremisLevel,
    /// What the accession is, and how it is decided on.
    #[command(flatten)]
    pub accession: AccessionOptions,
}

/// How much PREMIS says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PremisLevel {
    /// Of the package as a whole.
    Package,
    /// Of every file.
    Files,
}

/// What an archive says of an accession.
#[derive(Debug, Args)]
pub struct AccessionOptions {
    /// Number or name of the accession. Example: --id 2026-014
    #[arg(long, value_name = "ID", env = "CABLEGRAM_ID")]
    pub id: Option<String>,
    /// What the archive knows: organization, contact, description, rights, and [rules] with fail, look or pass.
    ///
    /// Example: --info INFO.toml
    #[arg(long, value_name = "FILE", env = "CABLEGRAM_INFO")]
    pub info: Option<PathBuf>,
    /// The inventory of the last delivery, to say what changed. Example: --previous 2026-013/inventory.csv
    #[arg(long, value_name = "FILE", env = "CABLEGRAM_PREVIOUS")]
    pub previous: Option<PathBuf>,
    /// The day or instant that is written down; else SOURCE_DATE_EPOCH, else now. Example: --date 2026-11-29
    #[arg(long, value_name = "DATE", env = "CABLEGRAM_DATE")]
    pub date: Option<String>,
}

/// Options of `verify`.
#[derive(Debug, Args)]
pub struct VerifyOptions {
    /// Outputs of any format, files or folders; packages; datasets that sync maintains, of which the generation in force is
    /// proven, or one of their generations.
    ///
    /// Examples: cables.parquet ; xml/ ; 2026-014/ ; cables-dataset ; cables-dataset/gen-000007
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,
    /// Fails unless the digest of all rows, or the SHA-256 of the file, is this one, kept from an earlier verify.
    ///
    /// Example: --expect 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
    #[arg(long, value_name = "DIGEST", env = "CABLEGRAM_EXPECT")]
    pub expect: Option<String>,
    /// Compares every source with the original files below DIR, and counts those that are in no row.
    ///
    /// Example: --against archive/
    #[arg(long, value_name = "DIR", env = "CABLEGRAM_AGAINST")]
    pub against: Option<PathBuf>,
    /// Takes outputs that carry no proof of their own, such as Arrow streams and JSON Lines, for sound (else exit 8).
    #[arg(long, env = "CABLEGRAM_ALLOW_UNPROVEN")]
    pub allow_unproven: bool,
    /// Writes what came of every file to a JSON file, new or an earlier report. Example: --report proof.json
    #[arg(long, value_name = "FILE", env = "CABLEGRAM_REPORT")]
    pub report: Option<PathBuf>,
    /// Threads that hash, 1 to 1024. Example: --threads 2
    #[arg(long, value_name = "N", env = "CABLEGRAM_THREADS", value_parser = threads)]
    pub threads: Option<NonZeroUsize>,
}

/// Options of `restore`.
#[derive(Debug, Args)]
pub struct RestoreOptions {
    /// An output that holds source and source_text: a file, or the folder of a dataset.
    #[arg(value_name = "PATH")]
    pub path: PathBuf,
    /// The folder for the files; it must be empty or not exist. Example: -o originals/
    #[arg(short = 'o', long = "output", value_name = "DIR", env = "CABLEGRAM_OUTPUT")]
    pub folder: PathBuf,
    /// Writes the records of a document that is not whole to a file each, instead of refusing.
    ///
    /// JSON Lines and Arrow streams do not say where a dump ends: it is written as far as there are rows. Copies that
    /// became no row, bad inputs and files that were no cables are in no output; convert --inventory lists them.
    #[arg(long, env = "CABLEGRAM_PARTIAL")]
    pub partial: bool,
}

/// Options of `compare`.
#[derive(Debug, Args)]
pub struct CompareOptions {
    /// The output made first: a file of any format, the folder of a dataset, a package, or a generation of a job.
    #[arg(value_name = "OLD")]
    pub old: PathBuf,
    /// The output it is compared with; another format or layout does no harm.
    #[arg(value_name = "NEW")]
    pub new: PathBuf,
    /// Prints JSON instead of sentences. Example: --json
    #[arg(long, env = "CABLEGRAM_JSON")]
    pub json: bool,
}

/// Options of `schema`.
#[derive(Debug, Args)]
pub struct SchemaOptions {
    /// What to print.
    #[command(subcommand)]
    pub what: Option<SchemaCommand>,
}

/// What `schema` prints.
#[derive(Debug, Subcommand)]
pub enum SchemaCommand {
    /// Lists the versions.
    List,
    /// Prints a version. Example: cablegram schema show v1 --as json-schema
    Show {
        /// The version; the newest unless one is named.
        #[arg(value_name = "VERSION")]
        version: Option<String>,
        /// In which form.
        #[arg(long = "as", value_name = "FORM", env = "CABLEGRAM_AS", default_value = "readme", value_parser = one_of(Rendering::ALL.iter().map(|form| (form.name(), *form))))]
        form: Rendering,
    },
}

/// One of some choices, by its word.
pub fn one_of<T: Copy + Send + Sync + 'static>(
    choices: impl IntoIterator<Item = (&'static str, T)>,
) -> impl TypedValueParser<Value = T> {
    let choices: Vec<(&str, T)> = choices.into_iter().collect();
    let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
    PossibleValuesParser::new(words).try_map(move |said| {
        let chosen = choices.iter().find(|(word, _)| *word == said).map(|(_, choice)| *choice);
        chosen.ok_or_else(|| format!("{said} is unknown"))
    })
}

/// Options of `tables`.
#[derive(Debug, Args)]
pub struct TablesOptions {
    /// Which table.
    #[arg(value_name = "TABLE")]
    pub table: TableName,
}

/// Tables that are compiled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TableName {
    /// Posts: canonical names, aliases, years.
    Posts,
    /// TAGS: traffic analysis by geography and subject.
    Tags,
    /// Plain language address designators and their routing indicators.
    Plads,
    /// Levels of classification and how they are spelled.
    Levels,
    /// Captions, such as SIPDIS and NOFORN.
    Captions,
    /// Every code of a diagnostic, how much it matters, and what it means.
    Diagnostics,
}

/// Options of `completions`.
#[derive(Debug, Args)]
pub struct CompletionsOptions {
    /// The shell.
    #[arg(value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}
