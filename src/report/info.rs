//! `INFO.toml`: what the archive knows of an accession, and which rules it decides by.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use super::facts::{Accession, Weight};
use crate::error::{Error, Result};

/// What an archive says of an accession. Every key is optional.
///
/// ```toml
/// organization = "Reading room at Horna Lipnica"
/// contact = "A. Archivist <archive@example.org>"
/// description = "Cables of 1973 to 2010"
/// rights = "Open; 17 U.S.C. 105"
///
/// [rules]              # fail, look or pass, where something is found
/// partial = "pass"
/// gone = "fail"
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Info {
    /// Who holds it.
    pub organization: Option<String>,
    /// Whom to ask.
    pub contact: Option<String>,
    /// What it is.
    pub description: Option<String>,
    /// Who may use the records, and why.
    pub rights: Option<String>,
    /// How grave each rule is, where it is not as usual.
    #[serde(default)]
    pub rules: BTreeMap<Rule, Weight>,
}

macro_rules! rules {
    ($($rule:ident $name:literal $weight:ident;)+) => {
        /// What is decided on.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
        #[allow(missing_docs)]
        pub enum Rule {
            $(#[serde(rename = $name)] $rule,)+
        }

        impl Rule {
            /// The name in `INFO.toml` and `report.json`.
            pub fn name(self) -> &'static str {
                match self { $(Rule::$rule => $name,)+ }
            }

            /// How grave it is where nothing is said.
            pub fn usual(self) -> Weight {
                match self { $(Rule::$rule => Weight::$weight,)+ }
            }
        }
    };
}

rules! {
    Bad "bad" Look;
    TooManyBad "too-many-bad" Fail;
    NotRebuilt "not-rebuilt" Fail;
    Stretches "stretches" Look;
    Output "output" Fail;
    Copies "copies" Look;
    NotCables "not-cables" Look;
    Links "links" Look;
    Versions "versions" Look;
    Partial "partial" Look;
    EnvelopeOnly "envelope-only" Look;
    Cut "cut" Look;
    SectionsMissing "sections-missing" Look;
    Redacted "redacted" Look;
    Errors "errors" Look;
    LevelsDiffer "levels-differ" Look;
    HigherInside "higher-inside" Look;
    ToBeDeclassified "to-be-declassified" Look;
    Protect "protect" Look;
    Gaps "gaps" Look;
    Absent "cited-absent" Look;
    Added "added" Pass;
    Gone "gone" Fail;
    Changed "changed" Fail;
}

impl Info {
    /// Reads the file.
    ///
    /// # Errors
    /// Of kind `Usage` if it cannot be read or has a key that is none.
    pub fn read(path: &Path) -> Result<Info> {
        let text = fs::read_to_string(path)
            .map_err(|error| Error::usage(format!("cannot read {}: {error}", path.display())))?;
        toml::from_str(&text).map_err(|error| Error::toml(path, &text, &error))
    }

    /// How grave a rule is.
    pub fn weight(&self, rule: Rule) -> Weight {
        self.rules.get(&rule).copied().unwrap_or(rule.usual())
    }

    /// What the report says of the accession.
    pub fn accession(&self, id: Option<&str>) -> Accession {
        Accession {
            id: id.map(str::to_owned),
            organization: self.organization.clone(),
            description: self.description.clone(),
        }
    }
}
