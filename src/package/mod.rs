//! Inputs to the package that archives ingest: a bag (BagIt 1.0, RFC 8493) with the originals, one XML file a cable, and
//! what proves and describes both.
//!
//! ```text
//! copy the originals ─► convert the copies ─► verify against them ─► describe ─► manifests ─► publish
//! ```
//!
//! The originals are hashed as they are read, and everything that follows is made from the copies: what the package says
//! is true of what is in it. A bag appears whole or not at all. The same inputs and date give the same bytes, the times
//! of files aside. Reads no clock.

mod bag;
mod check;
mod describe;
mod documents;
mod elements;
mod manifest;
mod originals;
mod premis;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

pub use check::{check, is_bag};
pub use premis::Premis;

use crate::convert::{self, Empty, Observer, Plan, Rules, Summary};
use crate::error::{Error, Result};
use crate::job;
use crate::local::place;
use crate::report::{self, AccessionFacts, FilesAndBytes};
use crate::source::{Input, Selection};
use crate::verify::{Checked, Verdict, VerifyRequest, verify_each};
use crate::write::{Existing, Output, Staging, check_folder, refuse_used};
use describe::Descriptions;
use rayon::ThreadPool;

/// Where the delivered files are in a bag.
pub const ORIGINALS: &str = "data/objects/original";
/// Where the XML is in a bag.
pub const XML: &str = "data/objects/xml";
const METADATA: &str = "data/metadata";
const DOCUMENTS: &str = "data/metadata/submissionDocumentation";
const INVENTORY: &str = "data/metadata/submissionDocumentation/inventory.csv";

/// What is to be packed, and what is said of it.
#[derive(Clone, Debug)]
pub struct PackageRequest {
    /// What is read.
    pub selection: Selection,
    /// How it is read.
    pub rules: Rules,
    /// What the report says: accession, rules of the archive, the last inventory, and the moment that is written down.
    pub report: report::ReportRequest,
    /// How much PREMIS says.
    pub premis: Premis,
}

/// A package that is complete, and waits for its name; it goes if it gets none.
#[derive(Debug)]
pub struct CompletePackage {
    staging: Staging,
    /// What is in it.
    pub packed: Packed,
}

impl CompletePackage {
    /// Gives it its name.
    ///
    /// # Errors
    /// Of kind `Output` or `Io` if the file system refuses.
    pub fn publish(mut self) -> Result<Packed> {
        self.staging.publish()?;
        Ok(self.packed)
    }
}

/// What was packed.
#[derive(Clone, Debug)]
pub struct Packed {
    /// The facts of the report in the bag.
    pub facts: AccessionFacts,
    /// The counts of the conversion.
    pub summary: Summary,
    /// Files of the payload.
    pub files: u64,
    /// Bytes of the payload.
    pub bytes: u64,
    /// Delivered files whose names were too long for the package, each with the one it has there.
    pub shortened: Vec<String>,
}

/// Writes the bag at `target`, which must not exist or be an empty folder.
///
/// # Errors
/// As those of a conversion; of kind `Input` if a delivered file cannot be read, since a package holds all of them,
/// `Verification` if what was made does not agree with the originals, and `BadInput` if a rule of the archive fails.
pub fn package(request: &PackageRequest, target: &Path, observer: &dyn Observer) -> Result<Packed> {
    pack(request, target, observer)?.publish()
}

/// Does what `package` does but for the last step.
///
/// # Errors
/// As `package`.
pub fn pack(request: &PackageRequest, target: &Path, observer: &dyn Observer) -> Result<CompletePackage> {
    let id = request.report.id.as_deref().unwrap_or_default();
    if id.trim().is_empty() {
        return Err(Error::usage("a package needs the number of its accession; add for example --id 2026-014"));
    }
    refuse_within_inputs(&request.selection, target)?;
    refuse_used(target)?;
    check_folder(target, Existing::Refuse)?;
    let staging = Staging::folder(target, Existing::Refuse)?;
    let root = staging.path().to_owned();
    for folder in [ORIGINALS, DOCUMENTS] {
        make_folder(&root.join(folder))?;
    }
    let copied = originals::copy(&request.selection, &root, &request.rules.stop)?;
    if copied.files.count == 0 {
        return Err(Error::input("no file was found; check the input and --include"));
    }
    let descriptions = Descriptions::begin(&root)?;
    let tally = request.report.tally(observer)?;
    let both = Both { tally: &tally, descriptions: &descriptions };
    let plan = plan(request, &root, copied.shortened.clone())?;
    let mut summary = convert::convert(&plan, &both)?;
    summary.refuse_empty("")?;
    request.report.max_bad.check(&summary)?;
    let mut facts = tally.finish()?;
    // No link was copied.
    facts.arrived.links += copied.links;
    facts.arrived.filters = request.selection.filter.words().map(str::to_owned).collect();
    summary.links += copied.links;
    summary.outputs.iter_mut().for_each(|xml| xml.path = target.join(XML));
    let against = VerifyRequest {
        against: vec![root.join(ORIGINALS)],
        stop: request.rules.stop.clone(),
        ..VerifyRequest::default()
    };
    let verdict = verify_each(&root.join(XML), &against, &*request.rules.pool()?, &mut |_| Ok(()))?;
    if let Some(failure) = verdict.failures.first() {
        let more = verdict.failures.len() - 1;
        return Err(Error::verification(format!("{failure}; {more} more; nothing was packed")));
    }
    facts.proof.output_files = Some(verdict.files);
    facts.proof.digest.clone_from(&verdict.digest);
    let facts = request.report.complete(facts, request.rules.schema.version());
    facts.refuse_failed()?;
    descriptions.finish(&root, request.report.info.rights.as_deref())?;
    documents::write(&root, request, &facts)?;
    premis::write(&root, request, &facts, &copied)?;
    let shortened = copied.shortened.iter().map(|(copy, path)| format!("{path} is {copy}")).collect();
    let FilesAndBytes { count: files, bytes } = bag::finish(&root, request, &facts, copied)?;
    Ok(CompletePackage { staging, packed: Packed { facts, summary, files, bytes, shortened } })
}

/// A package within a delivery would be part of what the next one packs.
fn refuse_within_inputs(selection: &Selection, target: &Path) -> Result<()> {
    let at = place(target);
    match selection.paths().find(|input| at.starts_with(place(input))) {
        Some(input) => Err(Error::usage(format!(
            "the package {} is within the input {}: give it a place elsewhere, or it is packed the next time",
            target.display(),
            input.display()
        ))),
        None => Ok(()),
    }
}

/// The conversion of the copies.
fn plan(request: &PackageRequest, root: &Path, shortened: BTreeMap<String, String>) -> Result<Plan> {
    let inputs = vec![Input::Copies(root.join(ORIGINALS), shortened)];
    let selection = Selection { inputs, filter: request.selection.filter.clone(), ..Selection::default() };
    let xml = Output::parse(&format!("xml,per=cable:{XML}/"))?.below(root);
    Ok(Plan {
        rules: request.rules.clone(),
        inventory: Some(root.join(INVENTORY)),
        inventory_base: Some(root.to_owned()),
        empty: Empty::Allow,
        ..Plan::new(selection, [xml])
    })
}

/// Two who listen to one run.
struct Both<'b> {
    tally: &'b dyn Observer,
    descriptions: &'b Descriptions,
}

impl Observer for Both<'_> {
    fn event(&self, event: convert::Event<'_>) {
        self.descriptions.note(&event);
        // The XML has its name once the package has.
        if !matches!(event, convert::Event::Published(_)) {
            self.tally.event(event);
        }
    }
}

/// Verifies whatever is at `path`: a package, a dataset of a job or one of its generations, or an output. `each` is given
/// what came of its files.
///
/// # Errors
/// Of kind `Usage` if one digest is expected of a dataset, which has outputs of several kinds, `NotFound` if a folder of
/// originals is not there, and as for each of these.
pub fn verify_any(
    path: &Path,
    request: &VerifyRequest,
    pool: &ThreadPool,
    each: &mut dyn FnMut(&Checked) -> Result<()>,
) -> Result<Verdict> {
    // What is missing here is no fault of what is verified.
    request.originals()?;
    if is_bag(path)? {
        return check(path, request, pool, each);
    }
    if !job::is_dataset(path)? {
        return verify_each(path, request, pool, each);
    }
    if request.expect.is_some() {
        let path = path.display();
        let advice = format!("give one of those in {path}, such as current/parquet/");
        return Err(Error::usage(format!("--expect is for one output: {advice}")));
    }
    job::scrub(path, request, pool, each)
}

fn make_folder(path: &Path) -> Result<()> {
    fs::create_dir_all(path).map_err(|error| refuse(path, error))
}

/// Writes a file of the bag.
fn put(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).map_err(|error| refuse(path, error))
}

fn refuse(path: &Path, error: std::io::Error) -> Error {
    Error::cannot("write", path, error)
}

/// The output within a package, a generation of a job or a dataset, for whoever reads rows: the path itself where it is
/// none of these.
///
/// # Errors
/// Of kind `Io` if it cannot be looked at.
pub fn output_in(path: &Path) -> Result<PathBuf> {
    if is_bag(path)? { Ok(path.join(XML)) } else { job::output_in(path) }
}
