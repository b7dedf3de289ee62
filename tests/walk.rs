//! What a walk finds, in which order and under which path, and what it skips.

use std::fs;
use std::path::Path;

use cablegram::source::{Filter, Input, Links, ListSeparator, Selection, Step};
use tempfile::TempDir;

fn tree(files: &[&str]) -> TempDir {
    let root = TempDir::new().unwrap();
    for file in files {
        let path = root.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, file).unwrap();
    }
    root
}

fn inputs(paths: &[&Path]) -> Selection {
    Selection { inputs: paths.iter().map(|path| Input::Path(path.to_path_buf())).collect(), ..Selection::default() }
}

/// The path of everything found, and `(...)` around what is skipped.
fn walked(selection: &Selection) -> Vec<String> {
    let name = |step| match step {
        Step::Found(found) => found.id.to_string(),
        Step::Unreadable(unreadable) => format!("!{}", unreadable.id),
        Step::Passed(_, id) => format!("({id})"),
    };
    selection.walk().unwrap().map(name).collect()
}

#[test]
fn names_come_in_byte_order() {
    let root = tree(&["b/1.txt", "a.txt", "B.txt", "b.txt", "a/z.txt"]);
    assert_eq!(walked(&inputs(&[root.path()])), ["B.txt", "a/z.txt", "a.txt", "b/1.txt", "b.txt"]);
}

#[test]
fn several_inputs_stand_in_front_of_their_paths() {
    let root = tree(&["2008/cables/a.txt", "2009/cables/a.txt", "one.txt"]);
    let [first, second, third] = ["2008/cables", "2009/cables", "one.txt"].map(|name| root.path().join(name));
    let selection = inputs(&[&first, &second, &third]);
    assert_eq!(walked(&selection), ["cables/a.txt", "cables~2/a.txt", "one.txt"]);
    assert_eq!(walked(&inputs(&[&third])), ["one.txt"]);
}

#[test]
fn outputs_and_unfinished_files_are_no_inputs() {
    let root = tree(&["a.txt", "out.yaml", "set/_cablegram.json", "set/part.xml", ".cablegram-7/b.txt", "new/c.txt"]);
    let outputs = vec![root.path().join("out.yaml"), root.path().join("new/")];
    let selection = Selection { outputs, ..inputs(&[root.path()]) };
    assert_eq!(walked(&selection), ["a.txt", "(new)", "(out.yaml)", "(set)"]);
}

#[test]
fn globs_choose_within_an_input() {
    let root = tree(&["a.txt", "a.htm", "old/b.txt", "new/b.txt"]);
    let filter = Filter::new(&["*.txt".to_owned()], &["old".to_owned()]).unwrap();
    assert_eq!(walked(&Selection { filter, ..inputs(&[root.path()]) }), ["a.txt", "new/b.txt"]);
    let refused = Filter::new(&["[".to_owned()], &[]).unwrap_err().to_string();
    assert!(refused.contains("write for example --include '*.txt'"), "{refused}");
}

#[test]
fn lists_are_read_by_line_or_by_nul() {
    let root = tree(&["lines", "nuls"]);
    fs::write(root.path().join("lines"), "x/b.txt\r\n\n./a.txt\n../c.txt").unwrap();
    fs::write(root.path().join("nuls"), b"x/b\n.txt\0/a.txt\0").unwrap();
    let list = |name: &str| Selection {
        inputs: vec![Input::List(root.path().join(name), ListSeparator::Guess)],
        ..Selection::default()
    };
    // None of them is there.
    assert_eq!(walked(&list("lines")), ["!x/b.txt", "!a.txt", "!c.txt"]);
    assert_eq!(walked(&list("nuls")), ["!x/b\n.txt", "!a.txt"]);
}

#[test]
fn a_missing_input_is_an_error() {
    let message = inputs(&[Path::new("no/such/place")]).walk().err().unwrap().to_string();
    assert!(message.contains("no/such/place"), "{message}");
}

#[test]
fn links_are_followed_only_when_wanted_and_never_in_a_loop() {
    use std::os::unix::fs::symlink;
    let root = tree(&["a/1.txt", "elsewhere.txt"]);
    symlink(root.path().join("a"), root.path().join("a/loop")).unwrap();
    symlink(root.path().join("elsewhere.txt"), root.path().join("a/link.txt")).unwrap();
    let selection = inputs(&[&root.path().join("a")]);
    assert_eq!(walked(&selection), ["1.txt", "(link.txt)", "(loop)"]);
    assert_eq!(walked(&Selection { links: Links::Follow, ..selection }), ["1.txt", "link.txt", "(loop)"]);
}

#[test]
fn a_name_that_is_no_utf8_is_spelled() {
    use std::os::unix::ffi::OsStrExt;
    let root = tree(&[]);
    fs::write(root.path().join(std::ffi::OsStr::from_bytes(b"caf\xe9.txt")), "x").unwrap();
    assert_eq!(walked(&inputs(&[root.path()])), ["caf%E9.txt"]);
}
