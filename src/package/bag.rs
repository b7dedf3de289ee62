//! Payload to manifests and tag files: what makes a folder a bag.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use walkdir::WalkDir;

use super::manifest::{DECLARATION, MANIFEST, TAG_MANIFEST, line};
use super::originals::Copied;
use super::{METADATA, PackageRequest, XML, put, refuse};
use crate::contract::LIST;
use crate::convert::TOOL;
use crate::error::Result;
use crate::report::{AccessionFacts, FilesAndBytes};
use crate::verify::relative;
use crate::write::{each_listed, file_bytes};

/// Writes the manifests and the tag files; gives the files of the payload.
pub fn finish(root: &Path, request: &PackageRequest, facts: &AccessionFacts, copied: Copied) -> Result<FilesAndBytes> {
    let path = root.join(MANIFEST);
    let payload = manifest(root, &path, copied)?;
    put(&root.join("bagit.txt"), DECLARATION)?;
    put(&root.join("bag-info.txt"), &info(request, facts, payload))?;
    let mut tags = String::new();
    for name in ["bag-info.txt", "bagit.txt", MANIFEST] {
        let bytes = file_bytes(&root.join(name)).map_err(|wrong| refuse(&root.join(name), io::Error::other(wrong)))?;
        tags += &line(&bytes.sha256, name);
    }
    put(&root.join(TAG_MANIFEST), &tags)?;
    Ok(payload)
}

/// Lists the payload: originals by the hash of what was read, XML by the list of its folder, the rest by what is there.
fn manifest(root: &Path, path: &Path, copied: Copied) -> Result<FilesAndBytes> {
    let failed = |error| refuse(path, error);
    let mut file = BufWriter::new(File::create_new(path).map_err(failed)?);
    let mut payload = copied.files;
    for line in BufReader::new(copied.lines).lines() {
        line.and_then(|line| writeln!(file, "{line}")).map_err(failed)?;
    }
    for listed in each_listed(&root.join(XML))? {
        let listed = listed?;
        payload.add(listed.size);
        let line = line(&listed.sha256, &format!("{XML}/{}", listed.name));
        file.write_all(line.as_bytes()).map_err(failed)?;
    }
    let list = format!("{XML}/{LIST}");
    let others = WalkDir::new(root.join(METADATA)).sort_by_file_name().into_iter();
    let others = others.map(|entry| entry.map_err(io::Error::from)).filter_map(|entry| match entry {
        Ok(entry) if !entry.file_type().is_file() => None,
        entry => Some(entry.map(|entry| relative(root, entry.path()))),
    });
    for name in std::iter::once(Ok(list)).chain(others) {
        let name = name.map_err(failed)?;
        let bytes = file_bytes(&root.join(&name)).map_err(|wrong| failed(io::Error::other(wrong)))?;
        payload.add(bytes.size);
        file.write_all(line(&bytes.sha256, &name).as_bytes()).map_err(failed)?;
    }
    file.flush().map_err(failed)?;
    Ok(payload)
}

fn info(request: &PackageRequest, facts: &AccessionFacts, payload: FilesAndBytes) -> String {
    let (report, info) = (&request.report, &request.report.info);
    let date = report.now.to_string().chars().take(10).collect::<String>();
    let cables = facts.proof.rows;
    let first = facts.coverage.years.iter().find_map(|line| line.name.parse::<i32>().ok());
    let last = facts.coverage.years.iter().rev().find_map(|line| line.name.parse::<i32>().ok());
    let years = first.zip(last).map(|(first, last)| format!(", {first} to {last}")).unwrap_or_default();
    let description = info.description.clone().unwrap_or_else(|| format!("{cables} diplomatic cables{years}"));
    let lines = [
        ("Source-Organization", info.organization.clone()),
        ("Contact-Name", info.contact.clone()),
        ("External-Identifier", report.id.clone()),
        ("External-Description", Some(description)),
        ("Cablegram-Filters", (!facts.arrived.filters.is_empty()).then(|| facts.arrived.filters.join(", "))),
        ("Bagging-Date", Some(date)),
        ("Payload-Oxum", Some(format!("{}.{}", payload.bytes, payload.count))),
        ("Bag-Software-Agent", Some(TOOL.to_owned())),
        ("Cablegram-Schema", Some(request.rules.schema.version().to_owned())),
        ("Cablegram-Rows", Some(cables.to_string())),
        ("Cablegram-Digest", facts.proof.digest.clone()),
    ];
    let lines = lines.into_iter().filter_map(|(name, value)| Some((name, value?)));
    // A value is one line.
    lines.map(|(name, value)| format!("{name}: {}\n", value.split_whitespace().collect::<Vec<_>>().join(" "))).collect()
}
