//! What is in a package and what was done to it, as PREMIS 3: the package as a whole, or every file of it.
//!
//! Identifiers are made from the number of the accession and a key (UUID version 8 over SHA-256, RFC 9562), so that the
//! same package has the same ones. Events say only what this program did; rights are only what the archive said.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use sha2::{Digest, Sha256};

use super::elements::{base64, coded, identifier, leaf, object, pair, relationship};
use super::originals::Copied;
use super::{INVENTORY, METADATA, ORIGINALS, PackageRequest, XML, originals, refuse};
use crate::convert::inventory::{self, InputFate, InventoryLine};
use crate::convert::{TOOL, VERSION};
use crate::count::count;
use crate::error::Result;
use crate::report::{AccessionFacts, Markup};
use crate::write::digest::{hexadecimal, leading};
use crate::write::{ListedFile, each_listed};

/// How much PREMIS says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Premis {
    /// The package, its two representations, and what was done to them.
    #[default]
    Package,
    /// Every file as well: some 3 kB each.
    Files,
}

/// Writes `premis.xml`.
pub fn write(root: &Path, request: &PackageRequest, facts: &AccessionFacts, copied: &Copied) -> Result<()> {
    let path = root.join(METADATA).join("premis.xml");
    let id = request.report.id.as_deref().unwrap_or_default();
    let entities = Entities { id, request, facts, files: copied.files.count };
    let failed = |error| refuse(&path, error);
    let mut file = BufWriter::new(File::create_new(&path).map_err(failed)?);
    file.write_all(entities.head().as_bytes()).map_err(failed)?;
    if request.premis == Premis::Files {
        files(root, &entities, &mut file)?;
    }
    file.write_all(entities.tail().as_bytes()).and_then(|()| file.flush()).map_err(failed)
}

/// An object for every delivered file and every XML file.
fn files(root: &Path, entities: &Entities<'_>, file: &mut dyn Write) -> Result<()> {
    let failed = |error: io::Error| refuse(&root.join(METADATA), error);
    let mut xml = each_listed(&root.join(XML))?;
    let mut failure = None;
    inventory::read(&root.join(INVENTORY), &mut |known| {
        let mut objects = String::new();
        if known.member.is_none() && known.record.is_none() {
            objects += &entities.original(&known);
        }
        if known.status.as_deref() == Some(InputFate::Row.name())
            && let Some(listed) = xml.next()
        {
            match listed {
                Ok(listed) => objects += &entities.xml(&known, &listed),
                Err(error) => failure = failure.take().or(Some(error)),
            }
        }
        if failure.is_none() {
            failure = file.write_all(objects.as_bytes()).map_err(failed).err();
        }
    })?;
    failure.map_or(Ok(()), Err)
}

struct Entities<'e> {
    id: &'e str,
    request: &'e PackageRequest,
    facts: &'e AccessionFacts,
    files: u64,
}

/// What is done to a package, in order.
#[derive(Clone, Copy)]
enum Done {
    Digests,
    Extraction,
    Migration,
    Fixity,
    Package,
}

impl Done {
    const ALL: [Done; 5] = [Done::Digests, Done::Extraction, Done::Migration, Done::Fixity, Done::Package];

    /// The code and the word of the Library of Congress.
    fn kind(self) -> (&'static str, &'static str) {
        match self {
            Done::Digests => ("mes", "message digest calculation"),
            Done::Extraction => ("mee", "metadata extraction"),
            Done::Migration => ("mig", "migration"),
            Done::Fixity => ("fix", "fixity check"),
            Done::Package => ("ipc", "information package creation"),
        }
    }
}

impl Entities<'_> {
    fn uuid(&self, key: &str) -> String {
        let mut hash = Sha256::new_with_prefix(self.id);
        hash.update([0]);
        hash.update(key);
        let mut bytes: [u8; 16] = leading(&hash.finalize().into());
        bytes[6] = bytes[6] & 0x0F | 0x80;
        bytes[8] = bytes[8] & 0x3F | 0x80;
        let hex = hexadecimal(&bytes);
        format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
    }

    fn event_id(&self, done: Done) -> String {
        self.uuid(&format!("event/{}", done.kind().0))
    }

    /// The declaration, the accession and the two representations.
    fn head(&self) -> String {
        let mut xml = Markup::default();
        xml.markup("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        xml.markup("<premis xmlns=\"http://www.loc.gov/premis/v3\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" version=\"3.0\">\n");
        object(&mut xml, "intellectualEntity", |xml| {
            identifier(xml, "UUID", &self.uuid("accession"));
            identifier(xml, "accession number", self.id);
        });
        object(&mut xml, "representation", |xml| {
            identifier(xml, "UUID", &self.uuid(ORIGINALS));
            leaf(xml, "originalName", "objects/original");
            self.represents(xml);
            for done in [Done::Digests, Done::Extraction] {
                self.event_link(xml, done);
            }
        });
        object(&mut xml, "representation", |xml| {
            identifier(xml, "UUID", &self.uuid(XML));
            leaf(xml, "originalName", "objects/xml");
            self.represents(xml);
            self.has_source(xml, &self.uuid(ORIGINALS));
            for done in [Done::Migration, Done::Fixity, Done::Package] {
                self.event_link(xml, done);
            }
        });
        xml.finish()
    }

    fn represents(&self, xml: &mut Markup) {
        relationship(xml, (Some("str"), "structural"), "represents", &self.uuid("accession"), None);
    }

    fn has_source(&self, xml: &mut Markup, source: &str) {
        relationship(xml, (Some("der"), "derivation"), "has source", source, Some(&self.event_id(Done::Migration)));
    }

    fn event_link(&self, xml: &mut Markup, done: Done) {
        pair!(xml, "linkingEventIdentifier", "UUID", &self.event_id(done));
    }

    fn original(&self, known: &InventoryLine) -> String {
        let name = originals::name_of(&known.path);
        let format = match known.kind.as_deref() {
            _ if known.path.ends_with(".txt") => ("Plain Text", Some("x-fmt/111")),
            Some("zip") => ("ZIP Format", Some("x-fmt/263")),
            Some("csv") => ("Comma Separated Values", Some("x-fmt/18")),
            Some(kind) => (kind, None),
            None => ("unknown", None),
        };
        self.file(&name, known.sha256.as_deref(), known.size, format, None, |xml| {
            self.part_of(xml, ORIGINALS);
            if let Some(same) = &known.same_as {
                let same = same.split("!/").next().unwrap_or(same);
                // That two files have the same bytes is in no vocabulary.
                relationship(xml, (None, "logical"), "has same bytes as", &self.uuid(&originals::name_of(same)), None);
            }
            for done in [Done::Digests, Done::Extraction] {
                self.event_link(xml, done);
            }
        })
    }

    fn xml(&self, known: &InventoryLine, listed: &ListedFile) -> String {
        let name = format!("{XML}/{}", listed.name);
        let format = ("Extensible Markup Language", Some("fmt/101"));
        self.file(&name, Some(&listed.sha256), Some(listed.size), format, Some(&self.facts.made.at), |xml| {
            self.part_of(xml, XML);
            self.has_source(xml, &self.uuid(&originals::name_of(&known.path)));
            for done in [Done::Migration, Done::Fixity] {
                self.event_link(xml, done);
            }
        })
    }

    fn part_of(&self, xml: &mut Markup, representation: &str) {
        relationship(xml, (Some("str"), "structural"), "is part of", &self.uuid(representation), None);
    }

    fn file(
        &self,
        name: &str,
        sha256: Option<&str>,
        size: Option<u64>,
        (format, registered): (&str, Option<&str>),
        created: Option<&str>,
        links: impl FnOnce(&mut Markup),
    ) -> String {
        let mut xml = Markup::default();
        object(&mut xml, "file", |xml| {
            identifier(xml, "UUID", &self.uuid(name));
            if let Some(digest) = sha256.and_then(base64) {
                identifier(xml, "ni URI (RFC 6920)", &format!("ni:///sha-256;{digest}"));
            }
            xml.element("objectCharacteristics", &[], |xml| {
                leaf(xml, "compositionLevel", "0");
                if let Some(sha256) = sha256 {
                    xml.element("fixity", &[], |xml| {
                        coded(xml, "messageDigestAlgorithm", "cryptographicHashFunctions", "sha256", "SHA-256");
                        leaf(xml, "messageDigest", sha256);
                        leaf(xml, "messageDigestOriginator", TOOL);
                    });
                }
                if let Some(size) = size {
                    leaf(xml, "size", &size.to_string());
                }
                xml.element("format", &[], |xml| {
                    xml.element("formatDesignation", &[], |xml| leaf(xml, "formatName", format));
                    if let Some(key) = registered {
                        xml.element("formatRegistry", &[], |xml| {
                            leaf(xml, "formatRegistryName", "PRONOM");
                            leaf(xml, "formatRegistryKey", key);
                            leaf(xml, "formatRegistryRole", "specification");
                        });
                    }
                });
                if let Some(at) = created {
                    xml.element("creatingApplication", &[], |xml| {
                        leaf(xml, "creatingApplicationName", "cablegram");
                        leaf(xml, "creatingApplicationVersion", VERSION);
                        leaf(xml, "dateCreatedByApplication", at);
                    });
                }
            });
            leaf(xml, "originalName", name.strip_prefix("data/").unwrap_or(name));
            links(xml);
        });
        xml.finish()
    }

    /// Events, the agent and the rights.
    fn tail(&self) -> String {
        let mut xml = Markup::default();
        for done in Done::ALL {
            self.event(&mut xml, done);
        }
        xml.element("agent", &[], |xml| {
            pair!(xml, "agentIdentifier", "software", TOOL);
            leaf(xml, "agentName", "cablegram");
            coded(xml, "agentType", "agentType", "sof", "software");
            leaf(xml, "agentVersion", VERSION);
        });
        xml.markup("\n");
        if let Some(rights) = &self.request.report.info.rights {
            self.rights(&mut xml, rights);
        }
        xml.markup("</premis>\n");
        xml.finish()
    }

    fn event(&self, xml: &mut Markup, done: Done) {
        let (code, word) = done.kind();
        let (detail, note) = self.words(done);
        xml.element("event", &[], |xml| {
            pair!(xml, "eventIdentifier", "UUID", &self.event_id(done));
            coded(xml, "eventType", "eventType", code, word);
            leaf(xml, "eventDateTime", &self.facts.made.at);
            xml.element("eventDetailInformation", &[], |xml| leaf(xml, "eventDetail", &detail));
            xml.element("eventOutcomeInformation", &[], |xml| {
                leaf(xml, "eventOutcome", "success");
                xml.element("eventOutcomeDetail", &[], |xml| leaf(xml, "eventOutcomeDetailNote", &note));
            });
            pair!(xml, "linkingAgentIdentifier", "software", TOOL, "linkingAgentRole": "executing program");
            let (source, outcome) = match done {
                Done::Digests | Done::Extraction => (ORIGINALS, None),
                Done::Migration => (ORIGINALS, Some(XML)),
                Done::Fixity | Done::Package => (XML, Some(ORIGINALS)),
            };
            for (object, role) in [(Some(source), "source"), (outcome, "outcome")] {
                let Some(object) = object else { continue };
                pair!(xml, "linkingObjectIdentifier", "UUID", &self.uuid(object), "linkingObjectRole": role);
            }
        });
        xml.markup("\n");
    }

    /// What was done, and what came of it.
    fn words(&self, done: Done) -> (String, String) {
        let (facts, rows) = (self.facts, self.facts.proof.rows);
        let (schema, arrived) = (&facts.made.schema, &facts.arrived);
        match done {
            Done::Digests => {
                let what = match arrived.filters.is_empty() {
                    true => "SHA-256 of every delivered file".to_owned(),
                    false => format!("SHA-256 of every file chosen with {}", arrived.filters.join(", ")),
                };
                (what, count(self.files, "file", "files"))
            }
            Done::Extraction => (
                format!("{TOOL}; schema {schema}; rules {}", facts.made.rules),
                format!(
                    "{}; {}; {}; {} bad; see inventory.csv",
                    count(rows, "cable", "cables"),
                    count(arrived.copies.count + arrived.same_cables.count, "duplicate", "duplicates"),
                    count(arrived.not_cables.count, "not a cable", "not cables"),
                    arrived.bad.count
                ),
            ),
            Done::Migration => (
                format!("{TOOL}: one XML file a cable"),
                format!("{} in the namespace urn:cablegram:schema:{schema}", count(rows, "XML file", "XML files")),
            ),
            Done::Fixity => (
                "every source byte rebuilt from source_text and compared with the original".to_owned(),
                match (facts.proof.rebuilt, facts.proof.stretches) {
                    (rebuilt, 0) => format!("{rebuilt} of {rows} rebuilt byte for byte"),
                    (rebuilt, stretches) => {
                        format!(
                            "{rebuilt} of {rows} rebuilt byte for byte, and the stretches that {stretches} are of web pages"
                        )
                    }
                },
            ),
            Done::Package => ("BagIt 1.0".to_owned(), format!("accession {}", self.id)),
        }
    }

    fn rights(&self, xml: &mut Markup, rights: &str) {
        xml.element("rights", &[], |xml| {
            xml.element("rightsStatement", &[], |xml| {
                pair!(xml, "rightsStatementIdentifier", "UUID", &self.uuid("rights"));
                leaf(xml, "rightsBasis", "other");
                xml.element("otherRightsInformation", &[], |xml| {
                    leaf(xml, "otherRightsBasis", "statement of the archive");
                    leaf(xml, "otherRightsNote", rights);
                });
                pair!(xml, "linkingObjectIdentifier", "UUID", &self.uuid("accession"));
            });
        });
        xml.markup("\n");
    }
}
