//! Any output → `verify` finds it sound → `restore` gives the original bytes; and no damage goes unnoticed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cablegram::dialect::{self, Recognized};
use cablegram::parse;
use cablegram::provenance::Provenance;
use cablegram::restore::{Partial, restore};
use cablegram::schema::{Row, Schema};
use cablegram::source::{DocumentId, RecordId};
use cablegram::verify::{FileStatus, Verdict, VerifyRequest, verify, verify_each};
use cablegram::write::digest::hexadecimal;
use cablegram::write::{Batch, Existing, Output, WriteContext};
use sha2::{Digest, Sha256};

const FORMATS: [&str; 6] = ["parquet", "arrow", "arrows", "xml", "yaml", "jsonl"];

fn pool() -> Arc<rayon::ThreadPool> {
    Arc::new(rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap())
}

/// An empty directory of the test's own.
fn directory(name: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("round-trip").join(name);
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).unwrap();
    directory
}

/// The documents of a fixture folder by their names: those that are cables.
fn documents(fixture: &str) -> BTreeMap<String, Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(fixture);
    let files = walk(&root).into_iter().map(|path| {
        let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
        (name, fs::read(path).unwrap())
    });
    files.filter(|(_, bytes)| matches!(dialect::recognize(bytes.clone(), ""), Recognized::Cable(_))).collect()
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

fn record((path, bytes): (&String, &Vec<u8>)) -> Row {
    let Recognized::Cable(transcript) = dialect::recognize(bytes.clone(), path) else { panic!("{path} is a cable") };
    let reading = parse::parse(&transcript);
    let (cable, diagnostics) = (reading.cable, reading.diagnostics);
    let provenance = Provenance {
        id: RecordId::whole(DocumentId::file(path.as_str())),
        dialect: transcript.dialect(),
        size: bytes.len() as u64,
        sha256: hexadecimal(&Sha256::digest(bytes)),
        encoding: transcript.encoding(),
    };
    Row { cable, diagnostics, provenance, source_text: transcript.into_source_text(), text_sha256: None }
}

/// Writes the documents to `FORMAT[,OPTIONS]:PATH`.
fn write(documents: &BTreeMap<String, Vec<u8>>, output: &str) {
    let schema = Schema::newest();
    let records: Vec<Row> = documents.iter().map(record).collect();
    let stems = records.iter().map(|record| record.provenance.sha256.clone()).collect();
    let pool = pool();
    let batch = pool.install(|| Batch::new(schema.batch(&records), stems)).unwrap();
    let context = WriteContext::new(pool, Existing::Replace, "cablegram test");
    let mut sink = Output::parse(output).unwrap().open(schema.arrow(), &context).unwrap();
    sink.write(&batch).unwrap();
    sink.complete().unwrap().publish().unwrap();
}

fn verified(path: &Path) -> Verdict {
    verify(path, &pool()).unwrap()
}

fn assert_round_trip(fixture: &str) {
    let documents = documents(fixture);
    let folder = directory(fixture);
    for format in FORMATS {
        let path = folder.join(format!("cables.{format}"));
        write(&documents, path.to_str().unwrap());
        let verdict = verified(&path);
        assert_eq!(verdict.failures, [""; 0], "{format}");
        assert_eq!((verdict.rows, verdict.sources), (documents.len() as u64, documents.len() as u64), "{format}");
        let restored = folder.join(format!("restored-{format}"));
        restore(&path, &restored, Partial::Refuse).unwrap();
        for (name, bytes) in &documents {
            assert!(fs::read(restored.join(name)).unwrap() == *bytes, "{format}: {name} came back changed");
        }
        assert_eq!(walk(&restored).len(), documents.len(), "{format}");
    }
}

#[test]
fn the_archive_comes_back() {
    assert_round_trip("archive");
}

#[test]
fn nasty_texts_come_back() {
    assert_round_trip("nasty");
}

#[test]
fn the_cases_come_back() {
    assert_round_trip("cases");
}

/// A small generator of numbers, so that failures can be repeated.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % bound
    }
}

/// Flips bits of an output; every flip is noticed, or changes no value and no restored byte.
fn assert_flips_are_noticed(format: &str, flips: usize) {
    let documents: BTreeMap<_, _> = documents("archive").into_iter().take(12).collect();
    let folder = directory(&format!("flips-{format}"));
    let path = folder.join(format!("cables.{format}"));
    write(&documents, path.to_str().unwrap());
    let sound = fs::read(&path).unwrap();
    let measure = values(&path).unwrap();
    let mut numbers = Numbers(7);
    let mut noticed = 0;
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let mut silent = Vec::new();
    for _ in 0..flips {
        let (byte, bit) = (numbers.below(sound.len()), numbers.below(8));
        let mut damaged = sound.clone();
        damaged[byte] ^= 1 << bit;
        fs::write(&path, &damaged).unwrap();
        let verdict = verify(&path, &pool());
        if verdict.is_err() || verdict.is_ok_and(|verdict| !verdict.failures.is_empty()) {
            noticed += 1;
        } else if values(&path).is_none_or(|values| values != measure) {
            silent.push((byte, bit));
        }
    }
    std::panic::set_hook(hook);
    assert!(silent.is_empty(), "{format}: {} of {flips} flips changed values unnoticed: {silent:?}", silent.len());
    assert!(noticed > flips / 2, "{format}: only {noticed} of {flips} flips noticed");
}

/// All batches of a file.
fn values(path: &Path) -> Option<Vec<arrow::array::RecordBatch>> {
    let mut reader = cablegram::read::open(path, &cablegram::Schema::arrow_of).ok()?;
    let mut batches = Vec::new();
    while let Some(batch) = reader.next().ok()? {
        batches.push(batch);
    }
    Some(batches)
}

#[test]
fn no_flipped_bit_goes_unnoticed() {
    for format in ["parquet", "arrow", "xml", "yaml"] {
        assert_flips_are_noticed(format, 2_000);
    }
}

#[test]
fn an_output_without_some_columns_is_proven_by_the_others() {
    let documents: BTreeMap<_, _> = documents("archive").into_iter().take(5).collect();
    let folder = directory("narrow");
    for format in ["parquet", "arrow", "xml", "yaml"] {
        let path = folder.join(format!("cables.{format}"));
        write(&documents, &format!("{format},drop=source_text,title,partial:{}", path.display()));
        let verdict = verified(&path);
        assert_eq!((verdict.failures, verdict.rows, verdict.sources), (Vec::new(), 5, 0), "{format}");
        assert_eq!((verdict.unproven.len(), verdict.notes.len()), (0, 1), "{format}");
        assert!(restore(&path, &folder.join("nothing"), Partial::Refuse).is_err(), "{format}");
    }
}

#[test]
fn a_dataset_that_lacks_or_changes_a_file_is_noticed() {
    let documents: BTreeMap<_, _> = documents("archive").into_iter().take(12).collect();
    for output in ["parquet,by=year:", "xml,per=cable:", "yaml:", "jsonl,per=cable:", "jsonl,by=post:"] {
        let folder = directory("dataset");
        let path = folder.join("dataset");
        write(&documents, &format!("{output}{}/", path.display()));
        assert_eq!(verified(&path).failures, [""; 0], "{output}");
        let file = walk(&path).into_iter().find(|file| !is_list(file)).unwrap();
        let sound = fs::read(&file).unwrap();
        let mut damaged = sound.clone();
        damaged[sound.len() / 2] ^= 4;
        fs::write(&file, damaged).unwrap();
        assert_eq!(verified(&path).counts.get(&FileStatus::Changed), Some(&1), "{output}");
        fs::remove_file(&file).unwrap();
        let verdict = verified(&path);
        assert_eq!((verdict.failures.len(), verdict.counts.get(&FileStatus::Missing)), (1, Some(&1)), "{output}");
    }
}

fn is_list(path: &Path) -> bool {
    path.ends_with("_cablegram.json") || path.ends_with("_cablegram.parquet")
}

/// Runs the program; gives its exit code and what it said.
fn cablegram(arguments: &[&str]) -> (i32, String) {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_cablegram")).args(arguments).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&said).into_owned())
}

#[test]
fn partitions_come_back_whole() {
    let documents = documents("archive");
    for (format, by) in [("parquet", "year"), ("arrow", "post"), ("arrows", "date"), ("jsonl", "classification")] {
        let folder = directory(&format!("partitions-{format}"));
        let path = folder.join("parts");
        write(&documents, &format!("{format},by={by}:{}/", path.display()));
        let verdict = verified(&path);
        assert_eq!((verdict.failures, verdict.sources), (Vec::new(), documents.len() as u64), "{format}");
        restore(&path, &folder.join("restored"), Partial::Refuse).unwrap();
        assert_eq!(walk(&folder.join("restored")).len(), documents.len(), "{format}");
        let (parts, again) = (path.to_str().unwrap(), folder.join("again.parquet"));
        let (code, said) = cablegram(&["convert", "-q", parts, "-o", again.to_str().unwrap()]);
        assert_eq!(code, 0, "{format}: {said}");
        assert_eq!(verified(&again).sources, documents.len() as u64, "{format}");
        let columns = |path: &Path| values(path).unwrap()[0].num_columns();
        assert_eq!(columns(&again), Schema::newest().arrow().fields().len(), "{format}");
        let part = walk(&path).into_iter().find(|file| !is_list(file)).unwrap();
        let other = folder.join("other.yaml");
        let (code, said) = cablegram(&["convert", "-q", part.to_str().unwrap(), "-o", other.to_str().unwrap()]);
        let lacks = format != "jsonl";
        assert_eq!(code, if lacks { 2 } else { 0 }, "{format}: {said}");
        assert!(!lacks || said.contains("give the folder of the dataset"), "{format}: {said}");
    }
}

#[test]
fn rows_and_versions_that_are_not_as_claimed_are_noticed() {
    let documents: BTreeMap<_, _> = documents("archive").into_iter().take(4).collect();
    let folder = directory("claims");
    let path = folder.join("cables.xml");
    write(&documents, path.to_str().unwrap());
    let sound = fs::read_to_string(&path).unwrap();
    let (start, end) = (sound.find("  <cable ").unwrap(), sound.find("  </cable>").unwrap() + "  </cable>\n".len());
    for changed in [
        format!("{}{}", &sound[..start], &sound[end..]),
        sound.replace("schema:v2", "schema:v9"),
        sound.replacen("header_form=\"", "header_form=\"x", 1),
        sound.replacen(" header_form=", " unknown=", 1),
        sound.replacen("<cables", "<!DOCTYPE cables [<!ENTITY a \"b\">]>\n<cables", 1),
    ] {
        assert_ne!(changed, sound);
        fs::write(&path, changed).unwrap();
        assert_eq!(verified(&path).failures.len(), 1);
    }
}

/// Twelve cables in a folder of its own kind, and what `verify` says of each file that is not sound.
fn folder_of(name: &str, output: &str) -> PathBuf {
    let documents: BTreeMap<_, _> = documents("archive").into_iter().take(12).collect();
    let path = directory(name).join("dataset");
    write(&documents, &format!("{output}:{}/", path.display()));
    path
}

fn unsound(path: &Path, request: &VerifyRequest) -> Vec<(FileStatus, String)> {
    let mut found = Vec::new();
    let mut each = |checked: &cablegram::verify::Checked| {
        if checked.status != FileStatus::Sound {
            found.push((checked.status, format!("{}: {}", checked.path.display(), checked.problems.join("; "))));
        }
        Ok(())
    };
    verify_each(path, request, &pool(), &mut each).unwrap();
    found
}

#[test]
fn a_folder_and_its_list_are_compared_both_ways() {
    for output in ["parquet,by=year", "xml,per=cable", "jsonl,by=post"] {
        let path = folder_of("both-ways", output);
        let request = VerifyRequest::default();
        assert_eq!(unsound(&path, &request), [], "{output}");
        let mut files: Vec<PathBuf> = walk(&path).into_iter().filter(|file| !is_list(file)).collect();
        files.sort();
        let planted = files[0].with_file_name("planted.txt");
        fs::copy(&files[1], &planted).unwrap();
        let found = unsound(&path, &request);
        let is_planted = found.len() == 1 && found[0].0 == FileStatus::Unlisted && found[0].1.contains("planted.txt");
        assert!(is_planted && found[0].1.contains("its bytes are those"), "{output}: {found:?}");
        fs::write(&planted, "x").unwrap();
        assert!(unsound(&path, &request)[0].1.contains("move it out"), "{output}");
        fs::rename(&files[0], &planted).unwrap();
        let found = unsound(&path, &request);
        let statuses: Vec<FileStatus> = found.iter().map(|(status, _)| *status).collect();
        assert_eq!(statuses, [FileStatus::Missing, FileStatus::Unlisted], "{output}: {found:?}");
        assert!(found[0].1.contains("planted.txt, which is not in the list, holds its bytes"), "{output}: {found:?}");
        fs::rename(&files[1], &files[0]).unwrap();
        fs::rename(&planted, &files[1]).unwrap();
        let found = unsound(&path, &request);
        assert_eq!(found.len(), 2, "{output}: {found:?}");
        let swapped = |text: &str| text.contains("its bytes are those that the list gives to");
        assert!(
            found.iter().all(|(status, text)| *status == FileStatus::Changed && swapped(text)),
            "{output}: {found:?}"
        );
    }
}

#[test]
fn a_list_that_was_cut_is_noticed() {
    for output in ["xml,per=cable", "parquet,by=year"] {
        let path = folder_of("cut-list", output);
        let list = cablegram::read::List::read(&path).unwrap();
        let format = Output::parse(&format!("{output}:x/")).unwrap().format;
        let mut fewer = list.clone();
        let gone = fewer.files.pop().unwrap();
        fs::remove_file(path.join(&gone.name)).unwrap();
        fewer.write(&path, format.as_ref(), Schema::newest().arrow()).unwrap();
        let found = unsound(&path, &VerifyRequest::default());
        assert!(found[0].1.contains("an entry is missing"), "{output}: {found:?}");
        let none = cablegram::read::List { files: Vec::new(), rows: Some(0), ..list };
        none.write(&path, format.as_ref(), Schema::newest().arrow()).unwrap();
        let found = unsound(&path, &VerifyRequest::default());
        assert!(found.iter().any(|(_, text)| text.contains("it is not in the list")), "{output}: {found:?}");
        let none = cablegram::read::List { rows: Some(1), ..none };
        none.write(&path, format.as_ref(), Schema::newest().arrow()).unwrap();
        assert!(unsound(&path, &VerifyRequest::default())[0].1.contains("an entry is missing"), "{output}");
    }
}

#[test]
fn checksums_beside_an_output_prove_it() {
    let documents: BTreeMap<_, _> = documents("archive").into_iter().take(12).collect();
    let folder = directory("checksums");
    for output in ["jsonl,sha256=true:a.jsonl", "parquet,sha256=true:a.parquet", "xml,per=cable,sha256=true:xml/"] {
        let (front, name) = output.split_once(':').unwrap();
        let path = folder.join(name.trim_end_matches('/'));
        write(&documents, &format!("{front}:{}/{name}", folder.display()));
        assert_eq!(unsound(&path, &VerifyRequest::default()), [], "{output}");
        let sums = format!("{}.sha256", path.file_name().unwrap().to_str().unwrap());
        let mut check = std::process::Command::new("sha256sum");
        assert!(check.current_dir(&folder).args(["--quiet", "-c", &sums]).status().unwrap().success(), "{output}");
    }
    // No flip goes unnoticed, whether it is in a value or in what an engine finds rows by.
    let path = folder.join("a.parquet");
    let sound = fs::read(&path).unwrap();
    let mut numbers = Numbers(3);
    for _ in 0..200 {
        let mut damaged = sound.clone();
        damaged[numbers.below(sound.len())] ^= 1 << numbers.below(8);
        fs::write(&path, &damaged).unwrap();
        assert_ne!(unsound(&path, &VerifyRequest::default()), []);
    }
    fs::write(&path, &sound).unwrap();
    fs::write(folder.join("a.parquet.sha256"), "nothing\n").unwrap();
    assert!(unsound(&path, &VerifyRequest::default())[0].1.contains("a line is not a checksum"));
}

#[test]
fn a_digest_that_was_written_down_is_compared() {
    let documents: BTreeMap<_, _> = documents("archive").into_iter().take(5).collect();
    let folder = directory("expect");
    for format in ["parquet", "arrows", "jsonl", "xml"] {
        let path = folder.join(format!("a.{format}"));
        write(&documents, &format!("{format}:{}", path.display()));
        let bare = unsound(&path, &VerifyRequest::default());
        let has_claim = ["parquet", "xml"].contains(&format);
        assert_eq!(
            bare.iter().map(|(status, _)| *status).next(),
            (!has_claim).then_some(FileStatus::Unproven),
            "{format}"
        );
        let digest = verified(&path).digest.unwrap();
        assert_eq!(unsound(&path, &VerifyRequest { expect: Some(digest), ..VerifyRequest::default() }), [], "{format}");
        let sha256 = hexadecimal(&Sha256::digest(fs::read(&path).unwrap()));
        assert_eq!(unsound(&path, &VerifyRequest { expect: Some(sha256), ..VerifyRequest::default() }), [], "{format}");
        let wrong = unsound(&path, &VerifyRequest { expect: Some("0".repeat(64)), ..VerifyRequest::default() });
        assert!(wrong.len() == 1 && wrong[0].1.contains("is expected"), "{format}: {wrong:?}");
    }
}

#[test]
fn rows_are_compared_with_the_original_files() {
    let documents: BTreeMap<_, _> = documents("archive").into_iter().take(6).collect();
    let folder = directory("against");
    let path = folder.join("a.xml");
    write(&documents, &format!("{}", path.display()));
    for (name, bytes) in &documents {
        let original = folder.join("originals").join(name);
        fs::create_dir_all(original.parent().unwrap()).unwrap();
        fs::write(original, bytes).unwrap();
    }
    let request = VerifyRequest { against: vec![folder.join("originals")], ..VerifyRequest::default() };
    assert_eq!(unsound(&path, &request), []);
    let names: Vec<&String> = documents.keys().collect();
    let at = |name: &str| folder.join("originals").join(name);
    fs::copy(at(names[0]), at("copy.txt")).unwrap();
    fs::write(at("other.txt"), "x").unwrap();
    let verdict = verify_each(&path, &request, &pool(), &mut |_| Ok(())).unwrap();
    assert!(verdict.notes[0].contains("of 8 files below "), "{:?}", verdict.notes);
    assert!(verdict.notes[0].contains(", 6 are rows, 1 is a copy of these and 1 is neither"), "{:?}", verdict.notes);
    fs::write(at(names[0]), [documents[names[0]].as_slice(), b"more"].concat()).unwrap();
    fs::remove_file(at(names[1])).unwrap();
    let found = unsound(&path, &request);
    assert!(found[0].1.contains("has other bytes") && found[0].1.contains("cannot be read"), "{found:?}");
}

/// What any XML processor takes for the same document is read, and a change of a letter is not.
#[test]
fn harmless_changes_of_text_formats_are_read() {
    let path = folder_of("harmless", "xml,per=cable");
    let file = walk(&path).into_iter().find(|file| !is_list(file)).unwrap();
    let sound = fs::read_to_string(&file).unwrap();
    let utf16 = |text: &str| -> Vec<u8> {
        let text = text.replacen("UTF-8", "UTF-16", 1);
        [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    };
    let prefixed = sound.replace("</", "</c:").replace("xmlns=", "xmlns:c=").replace('<', "<c:");
    let prefixed = prefixed.replace("<c:?", "<?").replace("<c:/c:", "</c:");
    for (what, bytes) in [
        ("CR LF", sound.replace('\n', "\r\n").into_bytes()),
        ("byte order mark", format!("\u{FEFF}{sound}").into_bytes()),
        ("UTF-16", utf16(&sound)),
        ("prefix", prefixed.into_bytes()),
    ] {
        fs::write(&file, &bytes).unwrap();
        let alone = unsound(&file, &VerifyRequest::default());
        assert_eq!(alone, [], "{what}: {}", String::from_utf8_lossy(&bytes));
        let listed = unsound(&path, &VerifyRequest::default());
        assert!(listed.len() == 1 && listed[0].1.contains("the change is harmless"), "{what}: {listed:?}");
    }
    fs::write(&file, sound.replacen("</source_text>", "x</source_text>", 1)).unwrap();
    assert!(!unsound(&path, &VerifyRequest::default())[0].1.contains("the change is harmless"));
    let path = folder_of("harmless-yaml", "yaml,per=cable");
    let file = walk(&path).into_iter().find(|file| !is_list(file)).unwrap();
    let sound = fs::read_to_string(&file).unwrap();
    fs::write(&file, sound.replace('\n', "\r\n")).unwrap();
    assert_eq!(unsound(&file, &VerifyRequest::default()), []);
}

#[test]
fn a_bit_of_the_list_of_a_folder_of_parquet_that_turned_over_is_noticed() {
    let path = folder_of("damaged-list", "parquet,by=year");
    let list = walk(&path).into_iter().find(|file| is_list(file)).unwrap();
    let sound = fs::read(&list).unwrap();
    assert_eq!(unsound(&path, &VerifyRequest::default()), []);
    for at in (0..sound.len()).step_by(97) {
        let mut bytes = sound.clone();
        bytes[at] ^= 1 << (at % 8);
        fs::write(&list, bytes).unwrap();
        let verdict = verify(&path, &pool());
        assert!(verdict.is_ok_and(|verdict| !verdict.failures.is_empty()), "byte {at}");
    }
}

#[test]
fn a_truncated_file_is_noticed() {
    let documents: BTreeMap<_, _> = documents("archive").into_iter().take(5).collect();
    let folder = directory("truncated");
    for format in ["parquet", "arrow", "xml", "yaml"] {
        let path = folder.join(format!("cables.{format}"));
        write(&documents, path.to_str().unwrap());
        let sound = fs::read(&path).unwrap();
        // Between two rows a text format looks whole.
        let rows = ["  <cable ", "  <end", "---\n", "# end "]
            .map(|mark| memchr::memmem::find_iter(&sound, mark).collect::<Vec<_>>());
        let cuts: Vec<usize> = (0..40).map(|part| sound.len() * part / 40).chain(rows.concat()).collect();
        for cut in cuts {
            fs::write(&path, &sound[..cut]).unwrap();
            assert!(!verified(&path).failures.is_empty(), "{format} cut at {cut}");
            let read_again = restore(&path, &folder.join("restored"), Partial::Refuse);
            assert!(read_again.is_err(), "{format} cut at {cut}: {read_again:?}");
        }
    }
}
