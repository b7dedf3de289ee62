//! What a package holds for its readers: report, schema, tables, guide, and how to prove it without this program.

use std::path::Path;

use super::{DOCUMENTS, PackageRequest, make_folder, put};
use crate::diagnostic::Code;
use crate::error::Result;
use crate::report::{self, AccessionFacts};
use crate::schema::files::Rendering;

const GUIDE: &str = include_str!("../../schemas/GUIDE.md");
const LICENSES: [(&str, &str); 2] =
    [("LICENSE-MIT", include_str!("../../LICENSE-MIT")), ("LICENSE-APACHE", include_str!("../../LICENSE-APACHE"))];
const TABLES: [(&str, &str); 5] = [
    ("posts.tsv", include_str!("../tables/posts.tsv")),
    ("tags.tsv", include_str!("../tables/tags.tsv")),
    ("plads.tsv", include_str!("../tables/plads.tsv")),
    ("levels.tsv", include_str!("../tables/levels.tsv")),
    ("captions.tsv", include_str!("../tables/captions.tsv")),
];
const HOW_TO_PROVE: &str = include_str!("HOW-TO-PROVE.txt");

/// Writes all of it.
pub fn write(root: &Path, request: &PackageRequest, facts: &AccessionFacts) -> Result<()> {
    let folder = root.join(DOCUMENTS);
    put(&folder.join("report.html"), &report::page(facts))?;
    put(&folder.join("report.json"), &report::json(facts))?;
    let schema = request.rules.schema;
    let version = schema.version();
    put(&folder.join("HOW-TO-PROVE.txt"), &HOW_TO_PROVE.replace("VERSION", version))?;
    put(&folder.join("rebuild.py"), script())?;
    let schema_folder = folder.join(format!("schema-{version}"));
    make_folder(&schema_folder)?;
    for form in [Rendering::Xsd, Rendering::JsonSchema, Rendering::Style, Rendering::Readme] {
        put(&schema_folder.join(form.file_name()), &form.of(schema))?;
    }
    let others = [("GUIDE.md", GUIDE), ("diagnostics.tsv", &Code::table())];
    for (name, text) in TABLES.into_iter().chain(LICENSES).chain(others) {
        put(&schema_folder.join(name), text)?;
    }
    Ok(())
}

/// The lines of the guide that rebuild the originals.
fn script() -> &'static str {
    let after = GUIDE.split_once("```python\n").map(|(_, after)| after).unwrap_or_default();
    after.split_once("```").map(|(script, _)| script).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_guide_has_the_script() {
        let lines = super::script().lines().count();
        assert!((8..30).contains(&lines), "{lines}");
    }
}
