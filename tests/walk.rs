//! What a walk finds, in which order and under which path, and what it skips.

use std::fs;
use std::path::Path;

use cablegram::source::{DocumentId, Filter, Input, Links, ListSeparator, RecordId, Selection, Step};
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
    let root = tree(&["a.txt", "a.htm", "old/b.txt", "new/b.txt", "new/old/c.txt"]);
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

/// A filter of these globs.
fn filter(include: &[&str], exclude: &[&str]) -> Filter {
    let owned = |globs: &[&str]| globs.iter().map(|glob| glob.to_string()).collect::<Vec<_>>();
    Filter::new(&owned(include), &owned(exclude)).unwrap()
}

#[test]
fn a_glob_with_slash_is_a_path() {
    let filter = filter(&["2009/*.txt"], &[]);
    assert!(filter.wants_file(Path::new("2009/a.txt")));
    assert!(!filter.wants_file(Path::new("2009/06/a.txt")));
}

#[test]
fn a_slash_at_the_end_is_a_folder_at_any_depth() {
    let exclude = filter(&[], &["old/"]);
    assert!(!exclude.enters(Path::new("old")) && !exclude.enters(Path::new("2009/old")));
    assert!(exclude.wants_file(Path::new("2009/old")), "a file of that name");
    assert!(!exclude.wants_listed(Path::new("2009/old/a.txt")) && exclude.wants_listed(Path::new("a/b.txt")));
    let include = filter(&["2009/"], &[]);
    assert!(include.wants_file(Path::new("x/2009/06/a.txt")) && !include.wants_file(Path::new("2009.txt")));
    assert!(!filter(&[], &["a/old/"]).enters(Path::new("a/old")));
}

#[test]
fn a_dot_at_the_start_is_the_top() {
    let filter = filter(&[], &["./old", "./a/b.txt"]);
    assert!(!filter.enters(Path::new("old")) && filter.enters(Path::new("2009/old")));
    assert!(!filter.wants_file(Path::new("a/b.txt")));
}

#[test]
fn globs_that_match_nothing_are_known_and_empty_ones_refused() {
    let filter = filter(&["*.txt", "*.text"], &["notes/"]);
    assert!(filter.wants_file(Path::new("a.txt")));
    assert_eq!(filter.clone().unmatched(), ["--include \"*.text\"", "--exclude \"notes/\""]);
    for nothing in ["", "/", "./", "."] {
        assert!(Filter::new(&[], &[nothing.to_owned()]).is_err(), "{nothing:?}");
    }
}

#[test]
fn identities_are_shown_from_the_outside_in() {
    let member = DocumentId::file("2010/dump.zip").with_member("cables.csv");
    let record = RecordId { document: member.clone(), number: Some(123), start: 4096 };
    assert_eq!(record.to_string(), "2010/dump.zip!/cables.csv#123");
    assert_eq!(RecordId::whole(member).to_string(), "2010/dump.zip!/cables.csv");
}

#[test]
fn a_file_name_has_no_folder_and_no_extension() {
    let file = DocumentId::file("2010/09LIMA1.txt");
    assert_eq!(file.file_name(), "09LIMA1");
    for (member, name) in [("a/b.c.csv", "b.c"), (".hidden", ".hidden"), ("a.d/plain", "plain")] {
        assert_eq!(file.with_member(member).file_name(), name);
    }
}

#[test]
fn documents_are_ordered_as_the_walk_finds_them() {
    let mut documents = ["a.txt", "b", "a/b", "a"].map(DocumentId::file);
    documents.sort();
    assert_eq!(documents.map(|document| document.to_string()), ["a", "a/b", "a.txt", "b"]);
}
