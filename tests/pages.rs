//! A page of the web and the stretch of it that is kept are the same cable.

use std::fs;
use std::path::Path;

use serde_json::Value as Json;

use super::read::rows;

/// All that a row says but where it is.
fn said(row: &Json) -> Json {
    let mut row = row.clone();
    row.as_object_mut().unwrap().shift_remove("source");
    row
}

#[test]
fn the_stretch_of_a_page_is_read_as_the_page() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/cases");
    let mut stretches = 0;
    for folder in fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()) {
        if !folder.file_name().unwrap().to_string_lossy().starts_with("html-") {
            continue;
        }
        let files = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
        let input = files.into_iter().find(|path| !path.ends_with("cable.yaml")).unwrap();
        let page = fs::read(&input).unwrap();
        let found = rows(&page, "input");
        let [row] = &found[..] else { continue };
        let Some(stretch) = row["source_text"].as_str() else { continue };
        // As `restore` names it.
        let name = if stretch.len() < page.len() { "input.record" } else { "input" };
        let again = rows(stretch.as_bytes(), name);
        assert_eq!(again.iter().map(said).collect::<Vec<_>>(), [said(row)], "{}", folder.display());
        stretches += 1;
    }
    assert!(stretches > 20, "only {stretches} pages");
}
