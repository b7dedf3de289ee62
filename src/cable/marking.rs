//! Portion markings: `(S//NF)` in a text is `S//NOFORN` here.

use std::fmt;

/// A portion marking in canonical form: `LEVEL[//CONTROL[/CONTROL]]`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Marking(String);

impl Marking {
    /// The marking of `level` (`U`, `SBU`, `LOU`, `C`, `S`, `TS`) with `controls` in the order found.
    pub fn new(level: &str, controls: &[&str]) -> Marking {
        let mut text = level.to_owned();
        for (index, control) in controls.iter().enumerate() {
            text.push_str(if index == 0 { "//" } else { "/" });
            text.push_str(control);
        }
        Marking(text)
    }

    /// The canonical form.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The level alone.
    pub fn level(&self) -> &str {
        self.0.split("//").next().unwrap_or_default()
    }

    /// The controls: `NOFORN`, `FOUO`, `REL USA`, ...
    pub fn controls(&self) -> impl Iterator<Item = &str> {
        self.0.split_once("//").into_iter().flat_map(|(_, controls)| controls.split('/'))
    }
}

impl fmt::Display for Marking {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}
