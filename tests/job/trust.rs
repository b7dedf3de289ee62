//! What must never cost a row or a file: inputs that cannot be looked at, disks that are not mounted, damage, neighbors.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::process::CommandExt;
use std::path::Path;

use super::site::{Site, files};
use super::{Numbers, cable, too_large};
use crate::packs::gzip;

fn site(settings: &str, inputs: u32) -> Site {
    let site = Site::new(settings);
    for serial in 1..=inputs {
        let name = format!("{}/{serial:03}.txt", serial % 3);
        site.put(&name, cable(2004 + serial % 3, "OSLO", serial, &format!("Notice {serial}.")));
    }
    site
}

#[test]
fn many_rows_that_go_at_once_need_a_word() {
    let site = site("", 40);
    site.expect(0, &[]);
    let before = site.current();
    for serial in (1..=40).filter(|serial| serial % 3 == 1) {
        site.remove(&format!("1/{serial:03}.txt"));
    }
    let said = site.expect(5, &[]);
    assert!(
        said.contains("14 rows would go, more than the 10 of max_missing, of 1/001.txt, 1/004.txt")
            && said.contains(" and 9 more; ")
            && said.contains("--allow-missing"),
        "{said}"
    );
    assert!(site.current() == before);
    let said = site.expect(0, &["--allow-missing"]);
    assert!(said.contains("26 cables (+0 −14 ~0)"), "{said}");
    // What moves does not go.
    fs::rename(site.path("in/2"), site.path("in/moved")).unwrap();
    let said = site.expect(0, &["--max-missing", "0"]);
    assert!(said.contains("(+13 −13 ~0)"), "{said}");
    // Nothing of an archive may be edited.
    site.put("0/003.txt", cable(2004, "OSLO", 3, "Something else."));
    assert!(site.expect(5, &["--on-changed", "fail"]).contains("inputs have another text than before: 0/003.txt;"));
    assert!(site.expect(0, &[]).contains("(+0 −0 ~1)"));
}

#[test]
fn no_input_of_an_archive_may_lose_a_text() {
    let site = site("on_changed = \"fail\"\nmax_bad = 9", 3);
    let one = |number: u32, text: &str| format!("{}\n", cable(2004, "OSLO", number, text));
    let several = |numbers: &[u32]| numbers.iter().map(|number| one(*number, "Notice.")).collect::<String>();
    site.put("dump.txt", several(&[11, 12]));
    site.expect(0, &[]);
    let before = site.current();
    for (input, text) in [
        ("0/003.txt", "only a note".to_owned()),
        ("0/003.txt", String::new()),
        ("0/003.txt", too_large(1)),
        ("dump.txt", several(&[12])),
        ("dump.txt", one(11, "Another notice.") + &several(&[12])),
    ] {
        let held = fs::read(site.path("in").join(input)).unwrap();
        site.put(input, &text);
        assert!(site.expect(5, &[]).contains(&format!("inputs have another text than before: {input};")), "{input}");
        assert!(site.current() == before);
        site.put(input, held);
    }
    // What is added to a dump changes none of its texts.
    site.put("dump.txt", several(&[11, 12, 13]));
    assert!(site.expect(0, &[]).contains("(+1 −0 ~0)"));
}

/// An archive keeps what it was given: a copy that is another text now is an edit, though no row is lost.
#[test]
fn no_input_of_an_archive_may_lose_a_copy() {
    let site = site("on_changed = \"fail\"", 3);
    let one = |number: u32| format!("{}\n", cable(2004, "OSLO", number, "Notice."));
    site.put("dump.txt", one(11) + &one(12));
    site.put("dump-again.txt", one(11) + &one(12));
    let copy = fs::read(site.path("in/0/003.txt")).unwrap();
    site.put("copy.txt", &copy);
    site.put("notes/1.txt", "A note.");
    site.put("notes/2.txt", "A note.");
    site.expect(0, &[]);
    let before = site.current();
    for (input, text) in [
        ("copy.txt", one(13)),
        ("copy.txt", String::new()),
        ("copy.txt", one(11)),
        ("dump-again.txt", one(11)),
        ("dump-again.txt", one(13) + &one(14)),
        ("dump-again.txt", String::new()),
    ] {
        let held = fs::read(site.path("in").join(input)).unwrap();
        site.put(input, &text);
        assert!(site.expect(5, &[]).contains(&format!("inputs have another text than before: {input};")), "{input}");
        assert!(site.current() == before);
        site.put(input, held);
    }
    // A copy may get another line end, a dump another copy, a note another text; and what was a row may be a copy now.
    site.put("copy.txt", [&copy[..], b"\n"].concat());
    site.put("dump-again.txt", one(11) + &one(12) + &one(11));
    site.put("notes/2.txt", "Another note.");
    site.put("0/001.txt", fs::read(site.path("in/1/001.txt")).unwrap());
    site.put("1/001.txt", [&fs::read(site.path("in/1/001.txt")).unwrap()[..], b"\n"].concat());
    site.expect(0, &[]);
}

/// The program as somebody whom permissions bind; `None` where this is not root, whom they do not.
fn as_nobody(site: &Site, arguments: &[&str]) -> std::process::Output {
    let program = site.path("cablegram");
    if !program.exists() {
        fs::copy(env!("CARGO_BIN_EXE_cablegram"), &program).unwrap();
    }
    let mut command = std::process::Command::new(&program);
    command.current_dir(site.path("")).args(arguments).stdin(std::process::Stdio::null());
    if rustix::process::getuid().is_root() {
        for folder in ["", "in"] {
            fs::set_permissions(site.path(folder), fs::Permissions::from_mode(0o777)).unwrap();
        }
        command.uid(65_534).gid(65_534);
    }
    loop {
        match command.output() {
            // A program that another test starts holds the copy open for writing until it is under way.
            Err(error) if error.kind() == std::io::ErrorKind::ExecutableFileBusy => {
                std::thread::sleep(std::time::Duration::from_millis(10));
            }
            output => return output.unwrap(),
        }
    }
}

#[test]
fn what_cannot_be_looked_at_is_not_gone() {
    let site = site("max_bad = \"2%\"", 30);
    assert_eq!(as_nobody(&site, &["sync", "JOB.toml"]).status.code(), Some(0));
    let before = site.current();
    let lock = |mode: u32, path: &str| fs::set_permissions(site.path(path), fs::Permissions::from_mode(mode)).unwrap();
    for _ in 0..2 {
        lock(0, "in/1");
        let output = as_nobody(&site, &["sync", "JOB.toml"]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(3), "{said}");
        assert!(said.contains("1: cannot read the folder") && said.contains("its 10 inputs stays"), "{said}");
        assert!(site.current() == before, "{said}");
    }
    // Others go on; nothing of what is hidden goes with them, in a full run either.
    site.put("0/003.txt", cable(2004, "OSLO", 3, "Something else."));
    assert_eq!(as_nobody(&site, &["sync", "JOB.toml"]).status.code(), Some(3));
    let output = as_nobody(&site, &["sync", "JOB.toml", "--full"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(3) && said.contains("30 cables"), "{said}");
    let output = as_nobody(&site, &["sync", "JOB.toml", "--on-missing", "fail"]);
    assert_eq!(output.status.code(), Some(5));
    // A single file that cannot be read keeps its row as well, and counts as bad.
    lock(0o755, "in/1");
    lock(0, "in/2/002.txt");
    let output = as_nobody(&site, &["sync", "JOB.toml", "--max-bad", "1"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(3) && said.contains("30 cables"), "{said}");
    // As long as that is so, every run says so, one that makes everything again too.
    for more in [&["--max-bad", "1"][..], &["--full"], &[]] {
        let output = as_nobody(&site, &[&["sync", "JOB.toml"], more].concat());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(3) && said.contains("30 cables"), "{said}");
        assert!(!said.contains("while it is read"), "{said}");
    }
    lock(0o644, "in/2/002.txt");
    let output = as_nobody(&site, &["sync", "JOB.toml"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(0) && said.contains("30 cables") && said.contains(" 0 bad"), "{said}");
}

/// What nobody may read is a fault of the input, not of the machine.
#[test]
fn what_is_to_be_read_and_cannot_be_ends_with_5() {
    let site = site("", 3);
    site.expect(0, &[]);
    site.run(0, &["convert", "in", "-q", "-o", "parquet:p/", "-o", "xml,per=cable:x/", "-o", "c.parquet"]);
    site.run(0, &["package", "in", "-q", "-o", "bag", "--id", "1"]);
    let lock = |mode: u32, path: &str| fs::set_permissions(site.path(path), fs::Permissions::from_mode(mode)).unwrap();
    // Nobody else reads folders either that root made for itself.
    assert_eq!(as_nobody(&site, &["verify", "p"]).status.code(), Some(0));
    for (locked, commands) in [
        ("p", &["verify p", "restore p -o r", "convert p -o z.xml", "show p", "compare p c.parquet"][..]),
        ("x/_cablegram.json", &["verify x", "restore x -o r"]),
        ("bag/data/objects/xml", &["restore bag -o r", "compare bag c.parquet", "verify bag"]),
        ("bag/data/metadata", &["verify bag"]),
        ("cables/current/parquet", &["verify cables"]),
    ] {
        lock(0, locked);
        for command in commands {
            let output = as_nobody(&site, &command.split(' ').collect::<Vec<_>>());
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(5), "{command}: {said}");
            assert!(said.contains("ermission denied"), "{command}: {said}");
        }
        lock(0o755, locked);
    }
}

#[test]
fn what_cannot_be_looked_at_is_taken_over_from_files_of_a_cable_too() {
    for outputs in ["\"xml,per=cable:xml/\", \"yaml,per=cable:yaml/\"", "\"parquet,by=year:parquet/\""] {
        assert_hidden_rows_stay(outputs);
    }
}

fn assert_hidden_rows_stay(outputs: &str) {
    let site = site(&format!("outputs = [{outputs}]"), 12);
    assert_eq!(as_nobody(&site, &["sync", "JOB.toml"]).status.code(), Some(0));
    fs::set_permissions(site.path("in/1"), fs::Permissions::from_mode(0o000)).unwrap();
    // Other texts of the same numbers, before and after them: files are named after one another.
    for serial in [1, 4, 7, 10] {
        for folder in ["0", "2"] {
            let text = cable(2004 + serial % 3, "OSLO", serial, &format!("Notice {serial}, as in {folder}."));
            site.put(&format!("{folder}/{serial:03}.txt"), text);
        }
    }
    for more in [&[][..], &["--full"]] {
        let output = as_nobody(&site, &[&["sync", "JOB.toml"], more].concat());
        assert_eq!(output.status.code(), Some(3), "{}", String::from_utf8_lossy(&output.stderr));
        site.run(0, &["verify", "cables"]);
    }
    // Once all can be looked at, texts say that others of their number come before them.
    fs::set_permissions(site.path("in/1"), fs::Permissions::from_mode(0o755)).unwrap();
    assert!(site.expect(0, &[]).contains(": 20 cables"));
    let seen = site.current();
    site.expect(0, &["--full"]);
    assert!(site.current() == seen, "a full run changes nothing");
}

#[test]
fn what_cannot_be_removed_stops_no_later_run() {
    let site = site("keep = 1", 3);
    assert_eq!(as_nobody(&site, &["sync", "JOB.toml"]).status.code(), Some(0));
    let lock = |mode: u32, path: &str| {
        for entry in fs::read_dir(site.path(path)).unwrap() {
            let entry = entry.unwrap().path();
            if entry.is_dir() {
                fs::set_permissions(entry, fs::Permissions::from_mode(mode)).unwrap();
            }
        }
    };
    lock(0o555, "cables/gen-000001");
    for round in 0..3 {
        site.put("0/003.txt", cable(2004, "OSLO", 3, &format!("Round {round}.")));
        let output = as_nobody(&site, &["sync", "JOB.toml"]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(0) && said.contains("left to the next run"), "{said}");
        assert!(said.contains("(+0 −0 ~1)"), "{said}");
    }
    lock(0o755, "cables/.cablegram-trash/gen-000001");
    assert_eq!(as_nobody(&site, &["sync", "JOB.toml"]).status.code(), Some(0));
    assert_eq!(site.names(), [".lock", "current", "gen-000004"]);
}

/// Flips a bit in every published file in turn, in its middle, then runs the job on a change elsewhere.
fn assert_damage_is_mended(outputs: &str) {
    let settings = format!("outputs = [{outputs}]");
    let site = site(&settings, 9);
    site.expect(0, &[]);
    let published = files(&site.path("cables/gen-000001"));
    let data = published.iter().filter(|path| !path.file_name().unwrap().to_string_lossy().starts_with('_'));
    for (round, path) in data.enumerate() {
        let name = path.strip_prefix(site.path("cables/gen-000001")).unwrap();
        let damaged = site.path("cables/current").join(name);
        let mut bytes = fs::read(&damaged).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1 << (round % 8);
        // Hard links share bytes with earlier generations: the name gets a file of its own.
        fs::remove_file(&damaged).unwrap();
        fs::write(&damaged, bytes).unwrap();
        site.put("0/003.txt", cable(2004, "OSLO", 3, &format!("Round {round}.")));
        let said = site.expect(0, &[]);
        assert!(said.contains("damaged"), "{name:?}: {said}");
        let mended = site.current().unwrap();
        site.expect(0, &["--full"]);
        assert!(mended == site.current().unwrap(), "{name:?} of {outputs} is not what a full run makes");
    }
}

#[test]
fn damage_is_made_again_and_never_sealed() {
    assert_damage_is_mended("\"parquet,by=year:parquet/\"");
    assert_damage_is_mended("\"yaml:cables.yaml\"");
    assert_damage_is_mended("\"arrow:cables.arrow\", \"jsonl:jsonl/\"");
}

/// Turns single bits over in published files, then runs the job on a change elsewhere, for jobs with these outputs in turn:
/// what is in force then is what a full run makes, or the run says that it cannot go on.
fn assert_flips_are_never_sealed(count: usize) {
    let outputs = [
        r#""parquet,by=year:parquet/", "xml,per=cable:xml/""#,
        r#""cables.arrow", "yaml:cables.yaml", "jsonl:lines/""#,
        r#""arrow,by=post:arrow/", "jsonl,per=cable:lines/""#,
    ];
    let mut numbers = Numbers(240);
    for outputs in outputs {
        let site = site(&format!("outputs = [{outputs}]\nkeep = 2"), 9);
        site.expect(0, &[]);
        for round in 0..count / 3 {
            let published = files(&site.path("cables/current").canonicalize().unwrap());
            let path = &published[numbers.below(published.len() as u64) as usize];
            let mut bytes = fs::read(path).unwrap();
            let (at, bit) = (numbers.below(bytes.len() as u64) as usize, numbers.below(8));
            bytes[at] ^= 1 << bit;
            // Hard links share bytes with earlier generations: the name gets a file of its own.
            fs::remove_file(path).unwrap();
            fs::write(path, bytes).unwrap();
            let what = format!("bit {bit} of byte {at} of {} of {outputs}", path.display());
            site.put("0/003.txt", cable(2004, "OSLO", 3, &format!("Round {round}.")));
            let output = site.sync(&[]).output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            match output.status.code() {
                Some(0) => {}
                // Where the state itself is damaged, nothing is published before a full run.
                Some(7 | 8 | 10) => drop(site.expect(0, &["--full"])),
                code => panic!("{what}: {code:?}: {said}"),
            }
            site.run(0, &["verify", "cables"]);
            let mended = site.current().unwrap();
            site.expect(0, &["--full"]);
            assert!(mended == site.current().unwrap(), "{what} is sealed: {said}");
        }
    }
}

#[test]
fn some_bits_that_turned_over_are_never_sealed() {
    assert_flips_are_never_sealed(18);
}

/// `just flips`.
#[test]
#[ignore = "takes half an hour"]
fn two_hundred_and_forty_flips_of_bits_are_never_sealed() {
    assert_flips_are_never_sealed(240);
}

#[test]
fn a_manifest_that_is_cut_or_newer_is_not_believed() {
    let site = site("on_missing = \"keep\"", 3);
    site.expect(0, &[]);
    let manifest = site.path("cables/current/_manifest.jsonl");
    let whole = fs::read_to_string(&manifest).unwrap();
    let lines: Vec<&str> = whole.lines().collect();
    for cut in [lines[..lines.len() - 1].join("\n"), [&lines[..2], &lines[3..]].concat().join("\n")] {
        fs::write(&manifest, cut).unwrap();
        assert!(site.expect(8, &[]).contains("--full"));
    }
    fs::write(&manifest, whole.replacen("\"format\":4", "\"format\":99", 1)).unwrap();
    assert!(site.expect(7, &[]).contains("a newer cablegram wrote this"));
    fs::write(&manifest, whole).unwrap();
    site.expect(0, &[]);
}

#[test]
fn what_others_made_is_refused_and_stays() {
    let site = site("", 3);
    fs::create_dir_all(site.path("cables/gen-2023")).unwrap();
    fs::write(site.path("cables/gen-2023/thesis.txt"), "mine").unwrap();
    let said = site.expect(6, &[]);
    assert!(said.contains("gen-2023, which is no part of a dataset"), "{said}");
    site.run(10, &["gc", "cables"]);
    assert_eq!(site.names(), ["gen-2023"]);
    fs::remove_dir_all(site.path("cables")).unwrap();
    site.expect(0, &[]);
    // Beside a dataset it stays, whatever it is called.
    for name in ["gen-2023", "gen-000009", ".staging"] {
        fs::create_dir_all(site.path("cables").join(name)).unwrap();
        fs::write(site.path("cables").join(name).join("thesis.txt"), "mine").unwrap();
    }
    site.put("0/003.txt", cable(2004, "OSLO", 3, "Something else."));
    site.expect(0, &["--keep", "1"]);
    site.run(0, &["gc", "JOB.toml", "--keep", "1"]);
    for name in ["gen-2023", "gen-000009", ".staging"] {
        assert!(site.path("cables").join(name).join("thesis.txt").exists(), "{name}");
    }
    // A dataset is no place for inputs, nor the other way round.
    let inputs = site.path("in");
    assert!(site.expect(2, &["--dataset", inputs.to_str().unwrap()]).contains("holds the input"));
}

#[test]
fn places_of_a_job_are_looked_at_before_any_work() {
    for (settings, told) in [
        ("outputs = [\"yaml:a/b/\", \"xml:a/\"]", "within"),
        ("outputs = [\"yaml:a/\", \"parquet:a/\"]", "one place"),
        ("metrics_file = \"in/0/003.txt\"", "which is to be read"),
        ("metrics_file = \"cables/current/m.prom\"", "within the dataset"),
    ] {
        let site = site(settings, 3);
        let said = site.expect(2, &[]);
        assert!(said.contains(told), "{settings}: {said}");
        assert!(!site.path("cables").exists());
    }
    // What was refused is never written.
    let thesis = "mine";
    for (metrics, code) in
        [("JOB.toml", 2), ("in/0/003.txt", 2), ("sub/../in/0/003.txt", 2), ("link", 2), ("thesis", 6), ("sub", 6)]
    {
        for more in [&[][..], &["--metrics-file", metrics]] {
            let site = self::site("", 3);
            fs::create_dir(site.path("sub")).unwrap();
            fs::write(site.path("sub/thesis"), thesis).unwrap();
            fs::write(site.path("thesis"), thesis).unwrap();
            symlink("in/0/003.txt", site.path("link")).unwrap();
            if more.is_empty() {
                site.configure(&format!("metrics_file = \"{metrics}\""));
            }
            let before = files(&site.path("")).into_iter().map(|path| (fs::read(&path).unwrap(), path));
            let before: Vec<_> = before.collect();
            site.expect(code, more);
            let after: Vec<_> =
                files(&site.path("")).into_iter().map(|path| (fs::read(&path).unwrap(), path)).collect();
            assert!(after == before, "{metrics} {more:?}");
        }
    }
    // Metrics among the inputs are none of them: nothing is new in the second run.
    let site = site("metrics_file = \"in/cablegram.prom\"", 3);
    site.expect(0, &[]);
    assert!(site.expect(0, &[]).starts_with("nothing to do"));
}

#[test]
fn a_job_comes_from_standard_input() {
    let site = site("", 3);
    let job = fs::File::open(site.path("JOB.toml")).unwrap();
    let status = site.command(&["sync", "-"]).stdin(job).status().unwrap();
    assert_eq!(status.code(), Some(0));
    site.verify(&["parquet/"]);
}

#[test]
fn a_lock_that_is_a_link_is_not_followed() {
    let site = site("", 1);
    fs::create_dir_all(site.path("cables")).unwrap();
    fs::write(site.path("precious"), "mine").unwrap();
    symlink(site.path("precious"), site.path("cables/.lock")).unwrap();
    site.expect(6, &[]);
    assert_eq!(fs::read_to_string(site.path("precious")).unwrap(), "mine");
}

#[test]
fn a_current_that_is_a_folder_or_leads_nowhere_is_mended() {
    let site = site("", 3);
    site.expect(0, &[]);
    let current = site.path("cables/current");
    fs::remove_file(&current).unwrap();
    fs::rename(site.path("cables/gen-000001"), &current).unwrap();
    assert!(site.expect(10, &[]).contains("is a folder and no link"));
    let (printed, _) = site.run(0, &["rollback", "JOB.toml"]);
    assert!(printed.starts_with("generation 1 is current"), "{printed}");
    site.expect(0, &[]);
    fs::remove_dir_all(site.path("cables/gen-000001")).unwrap();
    assert!(site.expect(10, &[]).contains("sync --full"));
    site.run(10, &["rollback", "JOB.toml"]);
    site.expect(0, &["--full"]);
    site.verify(&["parquet/"]);
}

#[test]
fn a_log_that_cannot_be_written_stops_nothing() {
    for arguments in [&["--log-format", "json"][..], &["-v"]] {
        let site = site("", 3);
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let status = site.sync(arguments).stderr(full).status().unwrap();
        assert_eq!(status.code(), Some(0));
        site.verify(&["parquet/"]);
        site.put("big.txt", too_large(0));
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let status = site.sync(arguments).stderr(full).status().unwrap();
        assert_eq!(status.code(), Some(4), "the exit code is as without");
    }
}

#[test]
fn how_a_job_is_spelled_does_not_change_it() {
    let site = site("", 3);
    site.run(0, &["sync", "JOB.toml"]);
    let said = site.expect(0, &[]);
    assert!(said.starts_with("nothing to do"), "{said}");
    let (_, said) = site.run(0, &["sync", "./in/../JOB.toml"]);
    assert!(said.starts_with("nothing to do"), "{said}");
}

#[test]
fn a_third_run_that_finds_the_same_one_at_work_says_so() {
    let site = site("", 1);
    site.expect(0, &[]);
    let lock = fs::File::options().write(true).open(site.path("cables/.lock")).unwrap();
    lock.lock().unwrap();
    site.expect(11, &[]);
    site.expect(11, &[]);
    assert!(site.expect(1, &[]).contains("3 runs in a row"));
    drop(lock);
    site.expect(0, &[]);
}

#[test]
fn a_row_that_is_gone_leaves_no_bit() {
    let site = site("outputs = [\"arrow:a.arrow\", \"arrows:a.arrows\"]", 0);
    let archive = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/archive/classification/SECRET");
    let cables = fs::read_dir(archive).unwrap().map(|entry| entry.unwrap().path());
    for cable in cables {
        site.put(cable.file_name().unwrap().to_str().unwrap(), fs::read(&cable).unwrap());
    }
    site.expect(0, &[]);
    // The last one goes until one is left.
    for gone in files(&site.path("in")).into_iter().skip(1).rev() {
        fs::remove_file(&gone).unwrap();
        site.expect(0, &["--allow-missing"]);
        let current = || ["a.arrow", "a.arrows"].map(|name| fs::read(site.path("cables/current").join(name)).unwrap());
        let incremental = current();
        site.expect(0, &["--full"]);
        assert!(current() == incremental, "{gone:?}");
    }
}

#[test]
fn a_generation_is_taken_up_where_the_link_to_it_is_lost() {
    let site = site("on_missing = \"keep\"", 3);
    site.expect(0, &[]);
    site.remove("1/001.txt");
    site.expect(0, &[]);
    let before = site.current();
    for more in [&[][..], &["--full"]] {
        fs::remove_file(site.path("cables/current")).unwrap();
        let said = site.expect(0, more);
        assert!(said.contains("no generation was in force; generation 2 is now"), "{said}");
        assert!(site.current() == before, "{more:?}");
    }
    // What somebody went back to stays in force.
    site.put("1/004.txt", cable(2005, "OSLO", 4, "Notice 4."));
    site.expect(0, &[]);
    site.run(0, &["rollback", "JOB.toml"]);
    fs::remove_file(site.path("cables/current")).unwrap();
    let said = site.expect(0, &[]);
    assert!(said.contains("is held since a rollback"), "{said}");
}

/// A full run begins from the newest generation that is whole, so that kept rows stay and the rules of the job hold.
#[test]
fn a_full_run_after_damage_keeps_what_an_earlier_generation_knows() {
    for harm in ["cables/gen-000003/_SUCCESS", "cables/gen-000003"] {
        let site = site("on_missing = \"keep\"", 3);
        site.expect(0, &[]);
        site.remove("1/001.txt");
        site.expect(0, &[]);
        site.put("1/004.txt", cable(2005, "OSLO", 4, "Notice 4."));
        site.expect(0, &[]);
        let before = site.current();
        let harmed = site.path(harm);
        if harmed.is_dir() { fs::remove_dir_all(harmed) } else { fs::remove_file(harmed) }.unwrap();
        site.expect(10, &[]);
        let said = site.expect(0, &["--full"]);
        assert!(said.contains("generation 2 is now") && said.contains("published generation 4: 4 cables"), "{said}");
        assert!(said.contains("1 kept without input"), "{said}");
        assert!(site.current() == before);
        let (printed, _) = site.run(0, &["status", "cables"]);
        assert_eq!(printed.contains("damaged: cables/gen-000003: _SUCCESS is missing"), harm.ends_with("_SUCCESS"));
    }
}

#[test]
fn where_no_generation_is_whole_a_job_that_asks_what_there_was_refuses() {
    for settings in ["on_missing = \"keep\"", "on_missing = \"fail\""] {
        let site = site(settings, 3);
        site.expect(0, &[]);
        fs::remove_file(site.path("cables/gen-000001/_SUCCESS")).unwrap();
        site.remove("1/001.txt");
        assert!(site.expect(8, &["--full"]).contains("--full --on-missing drop"));
        fs::remove_file(site.path("cables/current")).unwrap();
        assert!(site.expect(8, &[]).contains("--full --on-missing drop"));
        assert!(site.expect(0, &["--full", "--on-missing", "drop"]).contains("published generation 2: 2 cables"));
        assert!(site.expect(0, &[]).starts_with("nothing to do"));
    }
}

/// What the message of a damaged manifest names mends it.
#[test]
fn a_damaged_manifest_of_kept_rows_has_a_way_out() {
    for settings in ["on_missing = \"keep\"", "on_missing = \"fail\"", ""] {
        let site = site(settings, 3);
        site.expect(0, &[]);
        site.put("1/004.txt", cable(2005, "OSLO", 4, "Notice 4."));
        site.expect(0, &[]);
        fs::remove_file(site.path("cables/current/_manifest.jsonl")).unwrap();
        if settings.is_empty() {
            assert!(site.expect(8, &[]).contains("run with --full to make everything again"));
        } else {
            for more in [&[][..], &["--full"]] {
                let said = site.expect(8, more);
                assert!(said.contains("`cablegram rollback`") && said.contains("--full --on-missing drop"), "{said}");
            }
        }
        // A hold needs no manifest of the generation that was left.
        site.run(0, &["rollback", "JOB.toml"]);
        assert!(site.expect(0, &[]).contains("is held since a rollback"));
        let said = site.expect(0, &["--release"]);
        assert!(said.contains("published generation 3: 4 cables"), "{said}");
    }
}

#[test]
fn damage_to_kept_rows_is_not_said_to_be_mended() {
    let site = site("on_missing = \"keep\"", 1);
    site.expect(0, &[]);
    site.remove("1/001.txt");
    site.put("1/002.txt", cable(2005, "OSLO", 2, "Notice 2."));
    site.expect(0, &[]);
    let is_part = |file: &std::path::PathBuf| {
        let name = file.file_name().unwrap().to_string_lossy();
        name.ends_with(".parquet") && !name.starts_with('_')
    };
    let parts = files(&site.path("cables/current/parquet"));
    fs::write(parts.iter().find(|file| is_part(file)).unwrap(), "no rows").unwrap();
    site.put("1/003.txt", cable(2005, "OSLO", 3, "Notice 3."));
    let said = site.expect(8, &[]);
    assert!(!said.contains("made again from the inputs"), "{said}");
    assert!(said.contains("published files are damaged: ") && said.contains("; 1 row in them has no input"), "{said}");
}

#[test]
fn filters_may_change_under_kept_rows() {
    let site = site("on_missing = \"keep\"", 3);
    site.expect(0, &[]);
    site.remove("1/001.txt");
    site.expect(0, &[]);
    site.configure("on_missing = \"keep\"\nexclude = [\"*.log\"]");
    let said = site.expect(0, &[]);
    assert!(said.contains("3 cables") && said.contains("1 kept without input"), "{said}");
}

#[test]
fn what_was_read_of_a_cut_document_is_a_row_in_every_run() {
    let site = site("max_bad = 9", 1);
    site.expect(0, &[]);
    let lines: String = (0..4000_u32).map(|line| format!("{:x}\n", line.wrapping_mul(2_654_435_761))).collect();
    let packed = gzip(format!("{}\n{lines}", cable(2005, "OSLO", 7, "A long notice.")).as_bytes());
    // Once whole, then cut in two places, which is new the first time, then whole again.
    for (length, code) in [(packed.len(), 0), (packed.len() - 3000, 3), (packed.len() - 6000, 0), (packed.len(), 0)] {
        site.put("7.txt.gz", &packed[..length]);
        let said = site.expect(code, &[]);
        assert!(said.contains("2 cables") && !said.contains("changes while it is read"), "{length}: {said}");
        let before = site.current();
        assert!(site.expect(0, &[]).contains("nothing to do"));
        site.expect(0, &["--full"]);
        assert!(site.current() == before, "{length}");
    }
}

#[test]
fn a_page_that_changes_beside_its_text_is_read_again() {
    let site = site("", 1);
    let page = include_str!("../../fixtures/cases/html-page/input.html");
    site.put("06LIMA1.html", page);
    site.expect(0, &[]);
    site.put("06LIMA1.html", format!("{page}<!-- printed -->\n"));
    assert!(site.expect(0, &[]).contains("published generation 2"));
    site.run(0, &["verify", "cables/current", "--against", "in"]);
    let before = site.current();
    site.expect(0, &["--full"]);
    assert!(site.current() == before);
}
