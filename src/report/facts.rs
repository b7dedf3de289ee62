//! What a report says, as values: the page shows them, and `report.json` is them. Their names are stable.
//!
//! Lists are bounded, whatever the size of an archive; what is left out of one is counted.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Number of the form of `report.json`; raised when a name or a meaning changes.
pub const FORM: u32 = 1;

/// Everything a report says.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct AccessionFacts {
    /// Number of the form of this file.
    pub report: u32,
    /// The accession.
    pub accession: Accession,
    /// How the report was made.
    pub made: Made,
    /// What there is to decide on, the gravest first.
    pub decisions: Vec<Decision>,
    /// What was delivered.
    pub arrived: Arrived,
    /// What proves the rows.
    pub proof: RowProof,
    /// Years, levels and posts.
    pub coverage: LevelCoverage,
    /// What is not there.
    pub gaps: Gaps,
    /// Numbers with several texts.
    pub versions: Versions,
    /// How complete the texts are.
    pub whole: Whole,
    /// Markings.
    pub markings: Markings,
    /// What was odd, the most frequent first.
    pub odd: Vec<Oddity>,
    /// How bytes became text.
    pub characters: Characters,
    /// What changed since the last delivery, where its inventory was given.
    pub changes: Option<DeliveryChanges>,
}

/// The accession.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Accession {
    /// Its number or name.
    pub id: Option<String>,
    /// Who holds it.
    pub organization: Option<String>,
    /// What it is.
    pub description: Option<String>,
}

/// How the report was made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Made {
    /// When, in RFC 3339.
    pub at: String,
    /// Name and version of the program.
    pub tool: String,
    /// Version of the schema.
    pub schema: String,
    /// Version of the parser's rules.
    pub rules: u32,
}

named! {
    /// How grave something is.
    #[derive(Deserialize, Serialize)]
    #[serde(rename_all = "lowercase")]
    pub enum Weight {
        /// It cannot be accepted so.
        Fail = "fail",
        /// Somebody should look at it.
        Look = "look",
        /// It is as it should be, or does not matter.
        Pass = "pass",
    }
}

/// One thing to decide on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// The rule, as `--info` names it.
    pub rule: &'static str,
    /// How grave it is.
    pub weight: Weight,
    /// What was found, in words.
    pub sentence: String,
    /// The section of the page that proves it.
    pub section: &'static str,
}

/// How many, and how many bytes in them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FilesAndBytes {
    /// How many.
    pub count: u64,
    /// Bytes in them.
    pub bytes: u64,
}

impl FilesAndBytes {
    /// Counts one more.
    pub fn add(&mut self, bytes: u64) {
        self.count += 1;
        self.bytes += bytes;
    }
}

/// What was delivered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Arrived {
    /// Files, including those that are not cables.
    pub files: u64,
    /// Rows.
    pub cables: FilesAndBytes,
    /// Records that equal a row.
    pub copies: FilesAndBytes,
    /// Web pages with the cable of an earlier page; what is around it may differ.
    pub same_cables: FilesAndBytes,
    /// Files and members that are not cables.
    pub not_cables: FilesAndBytes,
    /// Inputs that could not be read, or not well.
    pub bad: FilesAndBytes,
    /// Containers, and documents of several records.
    pub documents: FilesAndBytes,
    /// Links that were not followed.
    pub links: u64,
    /// The globs by which files were chosen; of what they left out nothing is known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub filters: Vec<String>,
    /// What is not a cable, by what it is.
    pub kinds: BTreeMap<String, FilesAndBytes>,
    /// The first files that are not cables, or bad.
    pub examples: Vec<Other>,
    /// The first records that equal a row.
    pub copy_names: Vec<String>,
    /// The first pages with the cable of an earlier page.
    pub same_cable_names: Vec<String>,
}

/// A file that is not a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Other {
    /// Where it is.
    pub path: String,
    /// Why it is not a row.
    pub reason: String,
    /// Bytes, where they are known.
    pub bytes: Option<u64>,
    /// SHA-256 of its bytes, where it was read.
    pub sha256: Option<String>,
}

/// What proves the rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RowProof {
    /// Rows.
    pub rows: u64,
    /// Rows whose text and encoding give the bytes of the source back: a file, or a record of one.
    pub rebuilt: u64,
    /// Rows that give back the stretch of a web page that the cable is in, and not the page.
    pub stretches: u64,
    /// Files of the output that were verified, where one was made.
    pub output_files: Option<u64>,
    /// What is wrong with the output.
    pub output_failures: Vec<String>,
    /// The digest of all rows, where an output was made.
    pub digest: Option<String>,
}

/// Years, levels and posts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LevelCoverage {
    /// Levels, as the columns of `years` and `posts` are ordered.
    pub levels: Vec<String>,
    /// Rows by year and level.
    pub years: Vec<Line>,
    /// Rows by post and level, the largest first.
    pub posts: Vec<Line>,
    /// Posts that are left out of the list.
    pub more_posts: u64,
    /// Rows of those.
    pub more_rows: u64,
}

/// Rows of one year or post.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The year or post.
    pub name: String,
    /// Rows.
    pub all: u64,
    /// Rows of each level.
    pub levels: Vec<u64>,
}

/// What is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Gaps {
    /// Posts and years with more than one number, those with the most missing numbers first.
    pub series: Vec<Series>,
    /// Posts and years with more than one number.
    pub series_in_all: u64,
    /// Numbers between the lowest and the highest of all series.
    pub numbers: u64,
    /// Those of them that are held.
    pub held: u64,
    /// Different cables that are cited.
    pub cited: u64,
    /// Those of them that are not here.
    pub cited_absent: u64,
    /// The absent cables that are cited most.
    pub absent: Vec<Absent>,
}

/// The numbers of one post in one year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Series {
    /// The post.
    pub post: String,
    /// The year, two digits as in a message reference number.
    pub year: String,
    /// The lowest number held.
    pub lowest: u32,
    /// The highest number held.
    pub highest: u32,
    /// How many are held.
    pub held: u64,
}

impl Series {
    /// Numbers from the lowest to the highest.
    pub fn numbers(&self) -> u64 {
        u64::from(self.highest - self.lowest) + 1
    }
}

/// A cable that is cited and not here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Absent {
    /// Its message reference number.
    pub mrn: String,
    /// How often it is cited.
    pub citations: u64,
}

/// Numbers with several texts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Versions {
    /// How many.
    pub numbers: u64,
    /// The first of them, each with its number of texts.
    pub examples: Vec<Version>,
}

/// A number with several texts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Version {
    /// The message reference number.
    pub mrn: String,
    /// How many texts it has.
    pub texts: u64,
    /// Where its second and later texts are, as far as they are among the first that were met.
    pub later: Vec<String>,
}

/// How many cables are so, and the first of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Count {
    /// Cables.
    pub cables: u64,
    /// Where the first of them are.
    pub examples: Vec<String>,
}

/// How complete the texts are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Whole {
    /// Cables with a text, and no sign that any of it is missing or redacted.
    pub complete: u64,
    /// Partial extracts.
    pub partial: Count,
    /// An envelope and nothing else.
    pub envelope_only: Count,
    /// Known to be cut.
    pub cut: Count,
    /// Sections are known to be missing.
    pub sections_missing: Count,
    /// With redactions.
    pub redacted: Count,
    /// Redactions in all of them.
    pub redactions: u64,
    /// Corrected copies.
    pub corrected: Count,
}

/// Markings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Markings {
    /// The levels of envelope and text differ.
    pub levels_differ: Count,
    /// Unclassified, with a paragraph, heading or subject of a higher level.
    pub higher_inside: Count,
    /// With a declassification date that has passed.
    pub declassified: Count,
    /// With a declassification date still to come.
    pub to_be_declassified: Count,
    /// The earliest and the latest of those to come.
    pub declassify_between: Option<[String; 2]>,
    /// With a request to protect a source.
    pub protect: Count,
    /// Captions, the most frequent first.
    pub captions: Vec<(String, u64)>,
}

/// A kind of oddity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Oddity {
    /// The code.
    pub code: &'static str,
    /// Note, warning or error.
    pub severity: &'static str,
    /// Cables that have it.
    pub cables: u64,
    /// What it means.
    pub meaning: &'static str,
    /// The first of them.
    pub examples: Vec<OddLine>,
}

/// Where an oddity was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OddLine {
    /// The message reference number.
    pub mrn: String,
    /// Where the cable is.
    pub path: String,
    /// The line in the source text, from 1.
    pub line: Option<u32>,
    /// The line as it is there, or what the diagnostic says where it is about no line.
    pub text: String,
}

/// How bytes became text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Characters {
    /// Cables by encoding.
    pub encodings: BTreeMap<&'static str, u64>,
    /// Cables by line ends: `LF`, `CRLF`, `CR`, `mixed` or `none`.
    pub line_ends: BTreeMap<&'static str, u64>,
    /// Cables by the form that they were delivered in.
    pub dialects: BTreeMap<&'static str, u64>,
}

/// What changed since the last delivery.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DeliveryChanges {
    /// The inventory that this one was compared with.
    pub previous: String,
    /// Files and records that are new.
    pub added: Names,
    /// Files and records that are gone.
    pub gone: Names,
    /// Files that have other bytes under the same name, and records of the same cable in the same document.
    pub changed: Names,
    /// Files and records that are as they were under another name, or in another document: what they are called now.
    pub moved: Names,
    /// Files and records that are as they were, wherever in their document.
    pub unchanged: u64,
}

/// How many files or records, and the first of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Names {
    /// How many.
    pub count: u64,
    /// The first of them.
    pub examples: Vec<String>,
}
