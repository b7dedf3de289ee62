//! What is read out of a container, in which order, under which name, and what is said of one that is broken.

use std::io::{self, Cursor, Read};
use std::ops::ControlFlow;
use std::path::Path;

use cablegram::source::Passed;
use cablegram::source::container::{
    self, ContainerInput, ContainerKind, ContainerLimits, ContainerStep, Fault, HEAD, InputNature,
};
use walkdir::WalkDir;

use crate::packs::{
    Named, bzip2, coded_seven_zip, gzip, listed_seven_zip, seven_zip, stored_zip, streamed_zip, tar,
    windowed_seven_zip, xz, zip, zstd,
};

const ONE: Named<'static> = ("2009/a.txt", b"first");
const TWO: Named<'static> = ("2009/b.txt", b"second");
const THREE: Named<'static> = ("c", b"third");

/// `NAME: BYTES` of each document, `(NAME)` of what is no document, `!NAME: FAULT` of what is broken.
fn read_with(
    bytes: &[u8],
    name: &str,
    limits: ContainerLimits,
    input: ContainerInput<'_>,
) -> (InputNature, Vec<String>) {
    let kind = ContainerKind::of(&bytes[..bytes.len().min(HEAD)]).expect("a container");
    let mut steps = Vec::new();
    let nature = container::read(kind, input, name, limits, &mut |step| {
        steps.push(match step {
            ContainerStep::Member(member) => {
                let mut bytes = Vec::new();
                let end = if member.bytes.read_to_end(&mut bytes).is_err() { "…" } else { "" };
                format!("{}: {}{end}", member.name, String::from_utf8_lossy(&bytes))
            }
            ContainerStep::Passed(Passed::Link, name) => format!("({name})"),
            ContainerStep::Passed(other, name) => format!("({name}: {})", other.name()),
            ContainerStep::Bad(bad) => format!("!{}: {}", bad.member.unwrap_or_default(), variant(&bad.fault)),
        });
        ControlFlow::Continue(())
    });
    (nature.unwrap(), steps)
}

/// Which fault, without what is said of it.
fn variant(fault: &Fault) -> String {
    format!("{fault:?}").split('(').next().unwrap_or_default().to_owned()
}

/// Read from a file and, which must give the same, as a stream.
fn read(bytes: &[u8], name: &str) -> Vec<String> {
    read_within(bytes, name, ContainerLimits::default())
}

fn read_within(bytes: &[u8], name: &str, limits: ContainerLimits) -> Vec<String> {
    let (_, from_file) = read_with(bytes, name, limits, ContainerInput::Seekable(&mut Cursor::new(bytes)));
    let (_, from_stream) = read_with(bytes, name, limits, ContainerInput::Stream(&mut { bytes }));
    assert_eq!(from_file, from_stream);
    from_file
}

#[test]
fn members_come_in_the_order_of_the_container() {
    for (bytes, name) in [
        (zip(&[TWO, ONE]), "x.zip"),
        (streamed_zip(&[TWO, ONE]), "streamed.zip"),
        (tar(&[TWO, ONE]), "x.tar"),
        (seven_zip(&[TWO, ONE]), "x.7z"),
        (gzip(&tar(&[TWO, ONE])), "x.tgz"),
        (zstd(&tar(&[TWO, ONE])), "misnamed.txt"),
    ] {
        assert_eq!(read(&bytes, name), ["2009/b.txt: second", "2009/a.txt: first"], "{name}");
    }
}

#[test]
fn a_layer_has_one_member_called_as_the_file_without_its_ending() {
    assert_eq!(read(&gzip(b"text"), "cables.csv.gz"), ["cables.csv: text"]);
    assert_eq!(read(&zstd(b"text"), "cables"), ["cables: text"]);
    assert_eq!(read(&xz(b""), ".xz"), [".xz: "]);
}

#[test]
fn streams_one_after_another_are_read_as_one() {
    for pack in [gzip, bzip2, xz, zstd] {
        let twice = [pack(b"first, "), pack(b""), pack(b"second")].concat();
        assert_eq!(read(&twice, "a.z"), ["a: first, second"]);
        assert_eq!(read(&[&twice[..], &[0; 1024]].concat(), "a.z"), ["a: first, second"]);
        assert_eq!(read(&[&twice[..], b"more"].concat(), "a.z"), ["a: first, second", "!a: Corrupt"]);
    }
}

#[test]
fn a_stream_longer_than_every_buffer_comes_whole() {
    let long: Vec<u8> = (0..1_000_000_u32).flat_map(u32::to_le_bytes).collect();
    for bytes in [gzip(&long), bzip2(&long), xz(&long), zstd(&long), zip(&[("a", &long)]), seven_zip(&[("a", &long)])] {
        let kind = ContainerKind::of(&bytes).unwrap();
        let mut length = 0;
        let read = container::read(
            kind,
            ContainerInput::Stream(&mut &bytes[..]),
            "a.z",
            ContainerLimits::default(),
            &mut |step| {
                let ContainerStep::Member(member) = step else { panic!("a member of {}", kind.name()) };
                length = io::copy(member.bytes, &mut io::sink()).unwrap();
                ControlFlow::Continue(())
            },
        );
        assert_eq!((read.unwrap(), length), (InputNature::Container, long.len() as u64), "{}", kind.name());
    }
}

#[test]
fn names_are_as_written() {
    let names = ["../../etc/06LIMA1.txt", "http://example.org/cable/2006/05/06LIMA1.html", "/root/a.txt", "C:\\a.txt"];
    let members = names.map(|name| (name, &b"-"[..]));
    let written = members.map(|(name, _)| format!("{name}: -"));
    assert_eq!(read(&zip(&members), "x.zip"), written);
    assert_eq!(read(&seven_zip(&members), "x.7z"), written);
}

#[test]
fn bytes_of_a_name_that_are_not_utf8_are_spelled() {
    let mut bytes = stored_zip(&[("caf_.txt", b"-")]);
    while let Some(at) = bytes.windows(4).position(|name| name == b"caf_") {
        bytes[at + 3] = 0xE9;
    }
    assert_eq!(read(&bytes, "x.zip"), ["caf%E9.txt: -"]);
}

#[test]
fn a_name_that_comes_again_is_told_from_the_first() {
    let bytes = tar(&[ONE, ("2009/a.txt", b"again"), ("2009/a.txt~2", b"so called"), ("2009/a.txt", b"third")]);
    assert_eq!(
        read(&bytes, "x.tar"),
        ["2009/a.txt: first", "2009/a.txt~2: again", "2009/a.txt~2~2: so called", "2009/a.txt~3: third"]
    );
}

#[test]
fn what_is_a_file_and_a_folder_in_a_container_can_be_restored() {
    let folder = tempfile::TempDir::new().unwrap();
    let cable =
        |number: u32| format!("UNCLAS LIMA 00000{number}\n\nSUBJECT: TOLLS\n\n1. (U) Lorry {number}.\n").into_bytes();
    let (one, two) = (cable(1), cable(2));
    let run = |code: i32, arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_cablegram"));
        let output = command.current_dir(folder.path()).args(arguments).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{said}");
        said
    };
    let file_first = [("a.txt", &one[..]), ("a.txt/b.txt", &two[..])];
    let folder_first = [("a.txt/b.txt", &two[..]), ("a.txt", &one[..])];
    for (members, paths, back) in
        [(file_first, ["a.txt", "a.txt~2/b.txt"], "1"), (folder_first, ["a.txt~2", "a.txt/b.txt"], "2")]
    {
        std::fs::write(folder.path().join("c.zip"), zip(&members)).unwrap();
        run(0, &["convert", "c.zip", "-q", "--overwrite", "-o", "c.parquet"]);
        run(0, &["restore", "c.parquet", "-q", "-o", back]);
        let restored = |path: &str| std::fs::read(folder.path().join(back).join("c.zip").join(path)).unwrap();
        assert_eq!(paths.map(restored), [one.clone(), two.clone()]);
    }
    // Of two outputs put together it is not known in time.
    for (input, members) in [("file.zip", &file_first[..1]), ("folder.zip", &folder_first[..1])] {
        std::fs::write(folder.path().join("c.zip"), zip(members)).unwrap();
        run(0, &["convert", "c.zip", "-q", "-o", &format!("{input}.parquet")]);
    }
    run(0, &["convert", "file.zip.parquet", "folder.zip.parquet", "-q", "-o", "both.parquet"]);
    let said = run(6, &["restore", "both.parquet", "-q", "-o", "3"]);
    assert!(said.contains("c.zip!/a.txt") && said.contains("--exclude") && !said.contains("staging"), "{said}");
}

#[test]
fn containers_are_read_three_deep() {
    let inner = zip(&[ONE]);
    let middle = seven_zip(&[("inner.zip", &inner), TWO]);
    let outer = zip(&[("sub/middle.7z", &middle)]);
    let outermost = tar(&[("outer.zip", &outer)]);
    assert_eq!(
        read(&outer, "x.zip"),
        ["sub/middle.7z!/inner.zip!/2009/a.txt: first", "sub/middle.7z!/2009/b.txt: second"]
    );
    let deeper = read(&outermost, "x.tar");
    assert!(deeper[0].starts_with("outer.zip!/sub/middle.7z!/inner.zip: PK"), "{deeper:?}");
    assert_eq!(deeper[1], "outer.zip!/sub/middle.7z!/2009/b.txt: second");
    assert_eq!(deeper.len(), 2);
}

#[test]
fn layers_within_containers_are_read() {
    let bytes =
        zip(&[("a.csv.gz", &gzip(b"text")), ("b.tar.xz", &xz(&tar(&[ONE]))), ("c.zip.zst", &zstd(&zip(&[TWO])))]);
    assert_eq!(
        read(&bytes, "x.zip"),
        ["a.csv.gz!/a.csv: text", "b.tar.xz!/2009/a.txt: first", "c.zip.zst!/c.zip!/2009/b.txt: second"]
    );
}

#[test]
fn a_document_that_is_a_zip_inside_stays_a_document() {
    for first in ["[Content_Types].xml", "META-INF/MANIFEST.MF", "mimetype", "docProps/app.xml", "xl/workbook.xml"] {
        let document = stored_zip(&[(first, b"-"), ("word/document.xml", b"-")]);
        let (nature, steps) =
            read_with(&document, "a.docx", ContainerLimits::default(), ContainerInput::Stream(&mut &document[..]));
        assert_eq!((nature, steps.len()), (InputNature::Document, 0));
        let around = read(&tar(&[("a.docx", &document), ONE]), "x.tar");
        assert!(around[0].starts_with("a.docx: PK"), "{around:?}");
        assert_eq!(around[1..], ["2009/a.txt: first"]);
    }
}

#[test]
fn directories_and_links_are_no_documents() {
    let mut tar = tar::Builder::new(Vec::new());
    for (kind, name) in [
        (tar::EntryType::Directory, "folder/"),
        (tar::EntryType::Symlink, "link"),
        (tar::EntryType::Link, "hard-link"),
        (tar::EntryType::Fifo, "pipe"),
    ] {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(kind);
        header.set_size(0);
        header.set_link_name("a.txt").unwrap();
        tar.append_data(&mut header, name, io::empty()).unwrap();
    }
    assert_eq!(read(&tar.into_inner().unwrap(), "x.tar"), ["(link)", "(hard-link)", "(pipe: special file)"]);
}

#[test]
fn long_names_and_sparse_members_of_a_tar_are_read() {
    let long = format!("{}/a.txt", "folder".repeat(40));
    assert_eq!(read(&tar(&[(&long, b"-")]), "x.tar"), [format!("{long}: -")]);

    let attributes = [("path", long.as_bytes())];
    let mut pax = tar::Builder::new(Vec::new());
    pax.append_pax_extensions(attributes).unwrap();
    let mut header = tar::Header::new_ustar();
    header.set_size(1);
    pax.append_data(&mut header, "short", &b"-"[..]).unwrap();
    assert_eq!(read(&pax.into_inner().unwrap(), "x.tar"), [format!("{long}: -")]);

    let mut header = tar::Header::new_gnu();
    header.set_path("holes.txt").unwrap();
    header.set_entry_type(tar::EntryType::GNUSparse);
    header.set_size(3);
    let gnu = header.as_gnu_mut().unwrap();
    gnu.sparse[0].offset = *b"00000000002\0";
    gnu.sparse[0].numbytes = *b"00000000003\0";
    gnu.realsize = *b"00000000005\0";
    header.set_cksum();
    let mut sparse = tar::Builder::new(Vec::new());
    sparse.append(&header, &b"end"[..]).unwrap();
    assert_eq!(read(&sparse.into_inner().unwrap(), "x.tar"), ["holes.txt: \0\0end"]);

    let mut sparse = tar::Builder::new(Vec::new());
    sparse.append_pax_extensions([("GNU.sparse.major", &b"1"[..])]).unwrap();
    let mut header = tar::Header::new_ustar();
    header.set_size(1);
    sparse.append_data(&mut header, "holes.txt", &b"-"[..]).unwrap();
    assert_eq!(read(&sparse.into_inner().unwrap(), "x.tar"), ["!holes.txt: Unsupported"]);
}

#[test]
fn archives_one_after_another_are_read() {
    let both = [tar(&[ONE]), tar(&[TWO])].concat();
    assert_eq!(read(&both, "x.tar"), ["2009/a.txt: first", "2009/b.txt: second"]);
    let both = [gzip(&tar(&[ONE])), gzip(&tar(&[TWO]))].concat();
    assert_eq!(read(&both, "x.tgz"), ["2009/a.txt: first", "2009/b.txt: second"]);
    let all = [zip(&[ONE]), streamed_zip(&[TWO]), stored_zip(&[THREE])].concat();
    assert_eq!(read(&all, "x.zip"), ["2009/a.txt: first", "2009/b.txt: second", "c: third"]);
}

/// Text that hardly compresses, so that cutting the bytes cuts the text.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 1_u64;
    let mut letter = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        b'A' + ((state >> 59) as u8)
    };
    (0..length).map(|_| letter()).collect()
}

#[test]
fn of_a_cut_container_stays_what_was_read_before() {
    let text = noise(300_000);
    for (bytes, pack) in [(gzip(&text), "gzip"), (bzip2(&text), "bzip2"), (xz(&text), "xz"), (zstd(&text), "zstd")] {
        let steps = read(&bytes[..bytes.len() / 2], "a.z");
        let got = steps[0].strip_prefix("a: ").unwrap().strip_suffix('…').unwrap();
        assert!(text.starts_with(got.as_bytes()) && (pack == "bzip2" || !got.is_empty()), "{pack}");
        assert_eq!(steps[1..], ["!a: Cut"], "{pack}");
    }
    let members = [("a", &text[..100_000]), ("b", &text[..]), ("c", &text[..])];
    let whole = |steps: &[String]| steps[0].len() == 100_003 && steps[0].starts_with("a: ");
    let bytes = tar(&members);
    let steps = read(&bytes[..bytes.len() / 2], "x.tar");
    assert!(whole(&steps) && steps[1].ends_with('…'));
    assert_eq!(steps[2..], ["!b: Cut"]);
    let bytes = gzip(&bytes);
    let steps = read(&bytes[..bytes.len() / 2], "x.tgz");
    assert!(whole(&steps) && steps[1].ends_with('…'));
    assert_eq!(steps[2..], ["!b: Cut"]);
    // The list of members is at the end. Before those of a zip are headers.
    for bytes in [zip(&members), streamed_zip(&members)] {
        let steps = read(&bytes[..bytes.len() / 2], "x.zip");
        assert!(whole(&steps) && steps[1].ends_with('…'));
        assert_eq!(steps[2..], ["!b: Cut", "!: Cut"]);
    }
    let bytes = seven_zip(&members);
    assert_eq!(read(&bytes[..bytes.len() / 2], "x.7z"), ["!: Cut"]);
}

#[test]
fn a_tar_that_ends_between_two_members_is_cut() {
    let bytes = tar(&[ONE, TWO, THREE]);
    assert_eq!(read(&bytes[..4 * 512], "x.tar"), ["2009/a.txt: first", "2009/b.txt: second", "!: Cut"]);
    assert_eq!(read(&gzip(&bytes[..2 * 512]), "x.tgz"), ["2009/a.txt: first", "!: Cut"]);
    assert_eq!(read(&bytes[..7 * 512], "x.tar"), ["2009/a.txt: first", "2009/b.txt: second", "c: third"]);
}

#[test]
fn after_a_damaged_header_of_a_tar_the_next_sound_one_is_read() {
    let whole = tar(&[ONE, TWO, THREE]);
    for (header, left) in [(0, [1, 2]), (2, [0, 2]), (4, [0, 1])] {
        let mut bytes = whole.clone();
        bytes[header * 512 + 1] ^= 1;
        let all = ["2009/a.txt: first", "2009/b.txt: second", "c: third"];
        let mut expected = left.map(|member| all[member]).to_vec();
        expected.insert(header / 2, "!: Corrupt");
        assert_eq!(read(&bytes, "x.tar"), expected);
        assert_eq!(read(&gzip(&bytes), "x.tgz"), expected);
    }
}

#[test]
fn members_that_a_damaged_list_of_a_zip_lacks_are_read_by_their_headers() {
    let members = ["2009/a.txt: first", "2009/b.txt: second", "c: third"];
    for pack in [zip, stored_zip] {
        let whole = pack(&[ONE, TWO, THREE]);
        let entries: Vec<usize> = memchr::memmem::find_iter(&whole, b"PK\x01\x02").collect();
        let end = whole.len() - 22;
        for (at, fault) in [(entries[0], "!: Corrupt"), (entries[1], "!: Corrupt"), (end, "!: Cut")] {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            assert_eq!(read(&bytes, "x.zip"), [&members[..], &[fault]].concat());
        }
        for cut in [entries[0], entries[1] + 9, end] {
            assert_eq!(read(&whole[..cut], "x.zip"), [&members[..], &["!: Cut"]].concat());
        }
    }
    // Their sizes are after them.
    let whole = streamed_zip(&[ONE, TWO, THREE]);
    assert_eq!(read(&whole[..whole.len() - 22], "x.zip"), [&members[..], &["!: Cut"]].concat());
}

#[test]
fn members_of_a_zip_that_are_broken_without_a_list_say_so() {
    let mut bytes = stored_zip(&[ONE, TWO]);
    let at = bytes.windows(5).position(|bytes| bytes == b"first").unwrap();
    bytes[at] = b'F';
    let end = bytes.len() - 22;
    let expected = ["2009/a.txt: First…", "!2009/a.txt: Corrupt", "2009/b.txt: second", "!: Cut"];
    assert_eq!(read(&bytes[..end], "x.zip"), expected);
    // The header of a member is damaged as well.
    bytes[0] = b'P';
    let second = memchr::memmem::rfind(&bytes, b"PK\x03\x04").unwrap();
    bytes[second] ^= 1;
    assert_eq!(read(&bytes[..end], "x.zip"), ["2009/a.txt: First…", "!2009/a.txt: Corrupt", "!: Cut"]);
}

#[test]
fn rows_before_a_fault_stay_and_the_one_it_cuts_says_so() {
    let folder = tempfile::TempDir::new().unwrap();
    let row = |number: usize| {
        let letters = noise(3000).chunks(60).map(|line| [line, b"\n"].concat()).collect::<Vec<_>>().concat();
        let text = String::from_utf8(letters).unwrap();
        format!(
            "\"{number}\",\"2006-05-04 09:46:00\",\"06LIMA{number}\",\"Embassy Lima\",\"SECRET\",\"\",\"\",\"S E C R E T LIMA 00000{number}\nSUBJECT: TOLLS\n1. (S) Two.\n{number}{text}\"\n"
        )
    };
    let rows: String = (1..6).map(row).collect();
    let convert = |name: &str, bytes: &[u8]| {
        std::fs::write(folder.path().join(name), bytes).unwrap();
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_cablegram"));
        let arguments = ["convert", name, "-q", "--overwrite", "-o", "out.jsonl"];
        let output = command.current_dir(folder.path()).args(arguments).output().unwrap();
        let written = std::fs::read_to_string(folder.path().join("out.jsonl")).unwrap();
        let cut: Vec<bool> = written.lines().map(|line| line.contains("\"record-unclosed\"")).collect();
        (output.status.code().unwrap(), cut)
    };
    // Cut within the last row or after it, one cannot tell; those before it are whole.
    let whole = gzip(rows.as_bytes());
    let (code, cut) = convert("cut.csv.gz", &whole[..whole.len() - 9]);
    assert!(code != 0 && cut.len() > 1 && cut[..cut.len() - 1].iter().all(|cut| !cut) && cut[cut.len() - 1], "{cut:?}");
    // What follows a whole stream makes the container bad, and no row.
    assert_eq!(convert("more.csv.gz", &[&whole[..], b"\r\n"].concat()), (code, vec![false; 5]));
    // A text alone is a row that says that it is cut.
    let text =
        format!("UNCLAS LIMA 000001\n\nSUBJECT: TOLLS\n\n1. (U) Lorry.\n{}", String::from_utf8(noise(9000)).unwrap());
    let whole = gzip(text.as_bytes());
    assert_eq!(convert("a.txt.gz", &whole[..whole.len() - 9]), (code, vec![true]));
}

/// What a command says to standard error, once it ends with `code`.
fn told(code: i32, folder: &Path, arguments: &[&str]) -> String {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_cablegram"));
    let output = command.current_dir(folder).args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
    said
}

#[test]
fn restore_names_what_may_be_only_a_beginning() {
    let folder = tempfile::TempDir::new().unwrap();
    let text =
        format!("UNCLAS LIMA 000001\n\nSUBJECT: TOLLS\n\n1. (U) Lorry.\n{}", String::from_utf8(noise(9000)).unwrap());
    let whole = gzip(text.as_bytes());
    std::fs::write(folder.path().join("cut.txt.gz"), &whole[..whole.len() - 9]).unwrap();
    std::fs::write(folder.path().join("whole.txt.gz"), gzip(b"UNCLAS LIMA 000002\n\nSUBJECT: TOLLS\n\n1. Two.\n"))
        .unwrap();
    told(3, folder.path(), &["convert", "cut.txt.gz", "whole.txt.gz", "-q", "-o", "a.parquet"]);
    let said = told(0, folder.path(), &["restore", "a.parquet", "-o", "back"]);
    assert!(said.contains("may be only a beginning: cut.txt.gz!/cut.txt:"), "{said}");
    assert!(!said.contains("beginning: whole"), "{said}");
}

/// No name of a member keeps the others from coming back: it is shortened, spelled or numbered.
#[test]
fn members_of_all_names_come_back() {
    let folder = tempfile::TempDir::new().unwrap();
    let text = |number: u32| format!("UNCLAS LIMA {number:06}\n\nSUBJECT: TOLLS\n\n1. (U) Lorry {number}.\n");
    let dump = include_str!("../fixtures/cases/csv-two-records/input.csv");
    let members = [
        ("я".repeat(150) + ".txt", text(1)),
        ("я".repeat(151) + ".txt", text(2)),
        ("../e.txt".to_owned(), text(3)),
        ("%2E%2E/e.txt".to_owned(), text(4)),
        ("%2E%2E/d.csv".to_owned(), dump.to_owned()),
        ("../d.csv".to_owned(), dump.replace("ferry", "barge")),
        ("d/".repeat(2500) + "f.txt", text(5)),
        ("plain.txt".to_owned(), text(6)),
    ];
    let named: Vec<Named<'_>> = members.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    std::fs::write(folder.path().join("z.zip"), zip(&named)).unwrap();
    told(0, folder.path(), &["convert", "z.zip", "-q", "-o", "a.parquet", "-o", "a.xml"]);
    for output in ["a.parquet", "a.xml"] {
        let said = told(0, folder.path(), &["restore", output, "-o", output.split('.').next_back().unwrap()]);
        assert_eq!(said.matches("under another name: z.zip!/").count(), 6, "{said}");
        let files = WalkDir::new(folder.path().join(output.split('.').next_back().unwrap()));
        let files = files.into_iter().map(Result::unwrap).filter(|entry| entry.file_type().is_file());
        let mut back: Vec<String> = files.map(|entry| std::fs::read_to_string(entry.path()).unwrap()).collect();
        let mut all: Vec<String> = members.iter().map(|(_, text)| text.clone()).collect();
        back.sort();
        all.sort();
        assert!(back == all, "{said}");
    }
}

#[test]
fn a_wrong_checksum_is_reported_with_its_member() {
    let mut bytes = stored_zip(&[ONE, TWO]);
    let at = bytes.windows(5).position(|bytes| bytes == b"first").unwrap();
    bytes[at] = b'F';
    assert_eq!(read(&bytes, "x.zip"), ["2009/a.txt: First…", "!2009/a.txt: Corrupt", "2009/b.txt: second"]);

    let mut bytes = gzip(b"text");
    let checksum = bytes.len() - 8;
    bytes[checksum] ^= 1;
    assert_eq!(read(&bytes, "a.gz"), ["a: text…", "!a: Corrupt"]);
    assert_eq!(
        read(&zip(&[("a.gz", &bytes), ONE]), "x.zip"),
        ["a.gz!/a: text…", "!a.gz!/a: Corrupt", "2009/a.txt: first"]
    );

    let mut bytes = coded_seven_zip(&[1, 0], b"text");
    bytes[12 + 16] ^= 1;
    assert_eq!(read(&bytes, "x.7z"), ["!: Corrupt"]);
}

#[test]
fn what_needs_a_password_is_called_encrypted() {
    let mut bytes = stored_zip(&[ONE, TWO]);
    for (mark, flags) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
        let at = bytes.windows(4).position(|bytes| bytes == mark).unwrap();
        bytes[at + flags] |= 1;
    }
    assert_eq!(read(&bytes, "x.zip"), ["!2009/a.txt: Encrypted", "2009/b.txt: second"]);
    let aes = [0x24, 0x06, 0xF1, 0x07, 0x01, 2, 0, 0];
    assert_eq!(read(&coded_seven_zip(&aes, &[0; 16]), "x.7z"), ["!a: Encrypted"]);
    assert_eq!(read(&listed_seven_zip(&aes, &[0; 16]), "x.7z"), ["!: Encrypted"]);
}

#[test]
fn a_window_is_bounded() {
    let window = |log: u8| [b"\x28\xB5\x2F\xFD\x00", &[(log - 10) << 3][..], b"\x21\x00\x00text"].concat();
    assert_eq!(read(&window(27), "a.zst"), ["a: text"]);
    assert_eq!(read(&window(31), "a.zst"), ["!: WindowTooLarge"]);
    assert_eq!(read(&zip(&[("a.zst", &window(31)), ONE]), "x.zip"), ["!a.zst: WindowTooLarge", "2009/a.txt: first"]);
    let four_gigabytes = [0x21, 0x21, 1, 40];
    assert_eq!(read(&coded_seven_zip(&four_gigabytes, &[0; 16]), "x.7z"), ["!a: WindowTooLarge"]);
    // Some programs give every list of members a window of 16 MiB; one of 4 GiB is no sound list.
    for window in [0, 12, 24] {
        assert_eq!(read(&windowed_seven_zip(window), "x.7z"), ["a: "]);
    }
    assert_eq!(read(&windowed_seven_zip(40), "x.7z"), ["!: WindowTooLarge"]);
    let limits = ContainerLimits { window: 64 * 1024, ..ContainerLimits::default() };
    assert_eq!(read_within(&xz(b"text"), "a.xz", limits), ["!: WindowTooLarge"]);
}

#[test]
fn members_are_counted_through_all_containers() {
    let inner = zip(&[ONE, TWO]);
    let limits = ContainerLimits { members: 2, ..ContainerLimits::default() };
    assert_eq!(read_within(&inner, "x.zip", limits).len(), 2);
    for bytes in [zip(&[ONE, TWO, ("c", b"")]), seven_zip(&[ONE, TWO, ("c", b"")])] {
        assert_eq!(read_within(&bytes, "x", limits), ["!: TooManyMembers"]);
    }
    let steps = read_within(&tar(&[ONE, TWO, ("c", b"")]), "x.tar", limits);
    assert_eq!(steps, ["2009/a.txt: first", "2009/b.txt: second", "!: TooManyMembers"]);
    assert_eq!(read_within(&tar(&[("inner.zip", &inner)]), "x.tar", limits), ["!: TooManyMembers"]);
}

#[test]
fn a_directory_that_claims_too_much_is_refused_before_it_is_read() {
    let mut bytes = zip(&[ONE]);
    let end = bytes.len() - 22;
    bytes[end + 8..end + 12].copy_from_slice(&[0xFE; 4]);
    assert_eq!(read(&bytes, "x.zip"), ["2009/a.txt: first", "!: Corrupt"]);

    // Ten million members, of which the list has room for one.
    let directory = bytes.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap() as u64;
    let (size, at) = (end as u64 - directory, end as u64);
    let number = |number: u64| number.to_le_bytes();
    let wide = [
        &b"PK\x06\x06"[..],
        &number(44),
        &[45, 0, 45, 0],
        &[0; 8],
        &number(10_000_000),
        &number(10_000_000),
        &number(size),
        &number(directory),
        b"PK\x06\x07",
        &[0; 4],
        &number(at),
        &[1, 0, 0, 0],
    ]
    .concat();
    let bytes = [&bytes[..end], &wide, b"PK\x05\x06\0\0\0\0", &[0xFF; 12], &[0; 2]].concat();
    assert_eq!(read(&bytes, "x.zip"), ["2009/a.txt: first", "!: Corrupt"]);
}

#[test]
fn headers_of_a_tar_are_bounded() {
    let name = vec![b'a'; 2 << 20];
    let mut header = tar::Header::new_gnu();
    header.set_path("././@LongLink").unwrap();
    header.set_entry_type(tar::EntryType::GNULongName);
    header.set_size(name.len() as u64);
    header.set_cksum();
    let mut bytes = tar::Builder::new(Vec::new());
    bytes.append(&header, &name[..]).unwrap();
    assert_eq!(read(&bytes.into_inner().unwrap(), "x.tar"), ["!: Corrupt"]);
}

/// Zeros, of which nobody has seen the end.
fn bomb(length: u64) -> Vec<u8> {
    zstd::encode_all(io::repeat(0).take(length), 1).unwrap()
}

#[test]
fn what_is_not_wanted_is_left_early() {
    let bytes = bomb(1 << 30);
    let mut looked_at = 0;
    let read = container::read(
        ContainerKind::of(&bytes).unwrap(),
        ContainerInput::Stream(&mut &bytes[..]),
        "bomb.zst",
        ContainerLimits::default(),
        &mut |step| {
            let ContainerStep::Member(member) = step else { panic!() };
            looked_at += io::copy(&mut member.bytes.take(64 * 1024), &mut io::sink()).unwrap();
            ControlFlow::Continue(())
        },
    );
    assert_eq!((read.unwrap(), looked_at), (InputNature::Container, 64 * 1024));
}

#[test]
fn what_must_be_expanded_to_be_skipped_is_bounded() {
    let zeros = vec![0; 1 << 20];
    let members = [("zeros", &zeros[..]), ONE];
    let limits = ContainerLimits { skipped: 1 << 19, ..ContainerLimits::default() };
    let skipping = |bytes: &[u8], limits| {
        let mut steps = Vec::new();
        let mut visit = |step: ContainerStep<'_>| {
            steps.push(match step {
                ContainerStep::Member(member) => member.name,
                ContainerStep::Bad(bad) => variant(&bad.fault),
                ContainerStep::Passed(..) => panic!(),
            });
            ControlFlow::Continue(())
        };
        container::read(
            ContainerKind::of(bytes).unwrap(),
            ContainerInput::Seekable(&mut Cursor::new(bytes)),
            "x",
            limits,
            &mut visit,
        )
        .unwrap();
        steps
    };
    for bytes in [zstd(&tar(&members)), seven_zip(&members)] {
        assert_eq!(skipping(&bytes, limits), ["zeros", "TooMuchToSkip"]);
        assert_eq!(skipping(&bytes, ContainerLimits::default()), ["zeros", "2009/a.txt"]);
    }
    // Nothing needs to be expanded to get to the second member of a zip.
    assert_eq!(skipping(&zip(&members), limits), ["zeros", "2009/a.txt"]);
}

#[test]
fn a_container_in_a_stream_is_bounded() {
    let inner = stored_zip(&[("zeros", &vec![0; 1 << 20])]);
    let limits = ContainerLimits { spooled: 1 << 19, ..ContainerLimits::default() };
    let bytes = tar(&[("inner.zip", &inner), ONE]);
    assert_eq!(read_within(&bytes, "x.tar", limits), ["!inner.zip: TooLargeToSpool", "2009/a.txt: first"]);
}

#[test]
fn reading_ends_when_nobody_wants_more() {
    for bytes in [zip(&[ONE, TWO]), tar(&[ONE, TWO]), seven_zip(&[ONE, TWO]), zstd(&tar(&[ONE, TWO]))] {
        let mut steps = 0;
        let kind = ContainerKind::of(&bytes).unwrap();
        container::read(kind, ContainerInput::Stream(&mut &bytes[..]), "x", ContainerLimits::default(), &mut |_| {
            steps += 1;
            ControlFlow::Break(())
        })
        .unwrap();
        assert_eq!(steps, 1);
    }
}

/// A disk that fails after some bytes.
struct Failing<'b>(&'b [u8]);

impl Read for Failing<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer)? {
            0 => Err(io::Error::from_raw_os_error(5)),
            read => Ok(read),
        }
    }
}

#[test]
fn a_failing_disk_is_no_bad_container() {
    let text = noise(300_000);
    for bytes in [gzip(&text), bzip2(&text), xz(&text), zstd(&text), tar(&[("a", &text)]), zip(&[("a", &text)])] {
        let kind = ContainerKind::of(&bytes).unwrap();
        let half = &mut Failing(&bytes[..bytes.len() / 2]);
        let read = container::read(kind, ContainerInput::Stream(half), "x", ContainerLimits::default(), &mut |step| {
            match step {
                ContainerStep::Member(member) => drop(io::copy(member.bytes, &mut io::sink())),
                ContainerStep::Bad(bad) => panic!("{}: {}", kind.name(), bad.fault),
                ContainerStep::Passed(..) => {}
            }
            ControlFlow::Continue(())
        });
        assert_eq!(read.unwrap_err().raw_os_error(), Some(5), "{}", kind.name());
    }
}

#[test]
fn a_zip_that_is_compressed_in_another_way_is_sound_and_not_read() {
    const PPMD: [u8; 2] = 98_u16.to_le_bytes();
    let mut zip = stored_zip(&[ONE]);
    let listed = zip.windows(4).position(|mark| mark == b"PK\x01\x02").unwrap();
    for method in [8, listed + 10] {
        zip[method..method + 2].copy_from_slice(&PPMD);
    }
    assert_eq!(read(&zip, "x.zip"), ["!2009/a.txt: Unsupported"]);
}

#[test]
fn the_first_of_several_volumes_is_not_cut() {
    let packed = seven_zip(&[ONE, TWO]);
    assert_eq!(read(&packed[..packed.len() - 20], "x.7z.001"), ["!: Volume"]);
    assert_eq!(read(&packed[..packed.len() - 20], "x.7z"), ["!: Cut"]);
    let packed = zip(&[ONE, TWO]);
    assert_eq!(read(&packed[..packed.len() - 60], "x.zip.001"), ["!: Volume"]);
    let split = [b"PK\x07\x08".as_slice(), &packed[..packed.len() - 60]].concat();
    assert_eq!(read(&split, "x.z01"), ["!: Volume"]);
}

#[test]
fn a_tar_of_the_oldest_kind_is_read() {
    let mut tar = ::tar::Builder::new(Vec::new());
    for (name, bytes) in [ONE, TWO] {
        let mut header = ::tar::Header::new_old();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, name, bytes).unwrap();
    }
    let tar = tar.into_inner().unwrap();
    assert_eq!(read(&tar, "x.tar"), ["2009/a.txt: first", "2009/b.txt: second"]);
    let mut changed = tar;
    changed[0] += 1;
    assert_eq!(ContainerKind::of(&changed[..HEAD]), None);
}
