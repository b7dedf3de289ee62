//! The formats: golden outputs, the same rows and digest in all, the same bytes for any number of threads.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use arrow::compute::concat_batches;
use cablegram::read;
use cablegram::schema::column::{Column, group, int, text, texts};
use cablegram::schema::{Row, Schema};
use cablegram::write::digest::{Hash, KnownHashes, seals};
use cablegram::write::value::Rows;
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaDataReader, RowGroupMetaData};
use sha2::{Digest, Sha256};

use crate::records::{at, batch, context, files, folder, record, records, write, write_batches};

const FILES: [&str; 6] = ["a.parquet", "a.arrow", "a.arrows", "a.xml", "a.yaml", "a.jsonl"];

#[test]
fn text_formats_are_golden() {
    let folder = folder();
    let mut rows = [record(1, "Plain."), record(2, " a\n\tb \"c\" <d> & NO\r\n"), record(3, "\x1b[1m \\ \u{fffe}")];
    for schema in Schema::all().into_iter().rev() {
        let version = schema.version();
        for format in ["xml", "yaml", "jsonl"] {
            let all = at(&folder, &format!("{version}.{format}"));
            write_batches(&all, schema, &rows, 37, &context(2)).unwrap();
            compare_golden(&format!("{version}/cables.{format}"), &fs::read_to_string(all).unwrap());
            let each = at(&folder, &format!("{format},per=cable:{version}-{format}/"));
            write_batches(&each, schema, &rows[1..2], 37, &context(2)).unwrap();
            let path = folder.path().join(format!("{version}-{format}/1975/TUNIS/02TUNIS2.{format}"));
            compare_golden(&format!("{version}/cable.{format}"), &fs::read_to_string(path).unwrap());
        }
        // The golden files of version 1 are older than the fields of these records.
        rows.iter_mut().for_each(|row| row.cable.record_fields.clear());
    }
}

fn compare_golden(name: &str, found: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("UPDATE").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, found).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert!(found == expected, "{name} differs from {}:\n{found}", path.display());
}

#[test]
fn all_formats_hold_the_same_rows_and_digest() {
    let rows = records(99);
    let folder = folder();
    let expected = batch(Schema::newest(), &rows, &context(2)).unwrap();
    let mut digests = Vec::new();
    for name in FILES {
        let path = at(&folder, name);
        let published = write(&path, &rows, &context(2)).unwrap();
        assert_eq!((published.rows, published.files), (99, 1), "{name}");
        assert_eq!(published.bytes, fs::metadata(&path).unwrap().len(), "{name}");
        let (found, claim) = read_back(Path::new(&path), Schema::newest());
        assert_eq!(found.columns(), expected.records().columns(), "{name}");
        digests.extend(claim.inspect(|claim| assert_eq!(claim.rows, 99)).map(|claim| claim.digest));
    }
    assert_eq!(digests.len(), 4, "only streams have no room for a digest");
    assert!(digests.iter().all(|digest| *digest == digests[0]), "{digests:?}");
}

fn read_back(path: &Path, schema: &Schema) -> (RecordBatch, Option<read::FileClaim>) {
    let catalog = |version: &str| (version == schema.version()).then(|| schema.arrow().clone());
    let mut reader = read::open(path, &catalog).unwrap();
    let mut batches = Vec::new();
    while let Some(batch) = reader.next().unwrap() {
        batches.push(batch);
    }
    (concat_batches(batches[0].schema_ref(), &batches).unwrap(), reader.claim())
}

/// Outputs of every format and layout, with limits small enough that each is cut many times.
const OUTPUTS: [&str; 11] = [
    "parquet,rows=16:a.parquet",
    "parquet,bytes=8K,zstd=1:b.parquet",
    "parquet,rows=16,file_size=20K:dataset/",
    "parquet,by=year:years/",
    "arrow,compression=zstd:a.arrow",
    "arrows,drop=source_text,tags:a.arrows",
    "xml:a.xml",
    "yaml,file_size=50K:yaml/",
    "xml,per=cable:xml/",
    "jsonl,drop=source_text,tags:a.jsonl",
    "jsonl,by=year,file_size=20K:jsonl/",
];

#[test]
fn bytes_do_not_depend_on_threads() {
    let rows = records(150);
    let outputs = |threads| {
        let folder = folder();
        let context = context(threads);
        OUTPUTS.iter().for_each(|output| drop(write(&at(&folder, output), &rows, &context).unwrap()));
        files(folder.path())
    };
    let expected = outputs(1);
    for threads in [1, 2, 3, 4] {
        for (found, expected) in outputs(threads).iter().zip(&expected) {
            assert!(found == expected, "{} with {threads} threads", found.0);
        }
    }
}

#[test]
fn bytes_do_not_depend_on_batches() {
    let rows = records(400);
    for output in OUTPUTS {
        let written = |size| {
            let folder = folder();
            write_batches(&at(&folder, output), Schema::newest(), &rows, size, &context(2)).unwrap();
            files(folder.path())
        };
        let expected = written(400);
        assert!(written(1) == expected, "{output}");
        assert!(written(37) == expected, "{output}");
    }
}

#[test]
fn any_text_comes_back() {
    let mut texts: Vec<String> = (0..0x20u8).map(|byte| format!("a{}\nb", char::from(byte))).collect();
    texts.extend((0..0x20u8).map(|byte| char::from(byte).to_string()));
    texts.extend(
        ["\u{7f}", "\u{85}", "\u{fffe}", "x\u{ffff}\ny", "\u{2028}", "\u{feff}x\ny", "\u{10ffff}", ""]
            .map(str::to_owned),
    );
    texts.extend(
        ["\n\ta", "\n \n a", " a\nb ", "a\n\n", "---\na", "%", "# a\nb", "]]>", "\\u{1B}", "&#13;"].map(str::to_owned),
    );
    texts.extend(
        ["NO", "ON", "1e3", "12:30:45", "0777", "2009-06-12", "~", "=", "<<", "- a", "a: b"].map(str::to_owned),
    );
    texts.push("A line of a long text. \n".repeat((8 << 20) / 24));
    let rows: Vec<Row> = texts.iter().map(|text| small_record(text)).collect();
    let expected = batch(Schema::newest(), &rows, &context(2)).unwrap();
    let folder = folder();
    for name in FILES {
        write(&at(&folder, name), &rows, &context(2)).unwrap();
        let (found, _) = read_back(&folder.path().join(name), Schema::newest());
        assert!(found.columns() == expected.records().columns(), "{name}");
    }
}

/// A record that holds `text` once in every kind of place.
fn small_record(text: &str) -> Row {
    let mut record = record(2, "");
    record.cable.subject = Some(text.to_owned());
    record.source_text = text.to_owned();
    if text.len() < 100 {
        record.cable.transmission_id = Some(text.to_owned());
        record.cable.tags = vec![text.to_owned()];
        record.cable.references[0].text = text.to_owned();
    }
    record
}

/// A second version, with other columns, made by the public means only.
fn second_schema() -> Schema {
    let words: Vec<Column<Row>> = vec![
        text("title", "Title.", |record: &Row| record.cable.title.as_deref()),
        int("serial", "Serial.", |record: &Row| record.cable.serial).attribute(),
    ];
    Schema::new(
        "v2-test",
        vec![
            text("id", "Identifier.", |record: &Row| Some(&record.cable.mrn)).required().attribute().key(),
            texts("topics", "Tags under another name.", |record: &Row| &record.cable.tags),
            group("words", "A group that v1 lacks.", |record: &Row| Some(record), words),
            text("body", "The document.", |record: &Row| Some(&record.source_text)).required().prose(),
        ],
    )
}

#[test]
fn a_second_schema_needs_no_other_writer() {
    let schema = second_schema();
    let rows = records(20);
    let expected = batch(&schema, &rows, &context(2)).unwrap();
    let folder = folder();
    for name in FILES {
        write_batches(&at(&folder, name), &schema, &rows, 7, &context(2)).unwrap();
        let (found, _) = read_back(&folder.path().join(name), &schema);
        assert_eq!(found.columns(), expected.records().columns(), "{name}");
    }
    let xml = fs::read_to_string(folder.path().join("a.xml")).unwrap();
    assert!(xml.contains("xmlns=\"urn:cablegram:schema:v2-test\"") && xml.contains("<topic>PREL</topic>"), "{xml}");
}

#[test]
fn a_small_parquet_file_is_small() {
    let folder = folder();
    write(&at(&folder, "a.parquet"), &records(5), &context(2)).unwrap();
    let size = fs::metadata(folder.path().join("a.parquet")).unwrap().len();
    assert!(size <= 24 << 10, "{size} bytes");
}

/// What the footer says of the row groups of a file of so many rows.
fn row_groups(rows: usize) -> Vec<RowGroupMetaData> {
    let folder = folder();
    let rows = vec![small_record("PREL"); rows];
    write_batches(&at(&folder, "a.parquet"), &second_schema(), &rows, 777, &context(2)).unwrap();
    let file = fs::read(folder.path().join("a.parquet")).unwrap();
    let (footer, end) = file.split_at(file.len() - 8);
    let size = u32::from_le_bytes(end[..4].try_into().unwrap()) as usize;
    ParquetMetaDataReader::decode_metadata(&footer[footer.len() - size..]).unwrap().row_groups().to_vec()
}

#[test]
fn a_row_group_of_parquet_is_many_strips() {
    let rows: Vec<i64> = row_groups(20_000).iter().map(RowGroupMetaData::num_rows).collect();
    assert_eq!(rows, [16_384, 3_616]);
}

#[test]
fn a_parquet_file_of_few_rows_has_no_index() {
    let indexes = |rows| {
        let group = row_groups(rows).swap_remove(0);
        let has = |offset: fn(&ColumnChunkMetaData) -> Option<i64>| {
            group.columns().iter().any(|column| offset(column).is_some())
        };
        [
            has(ColumnChunkMetaData::bloom_filter_offset),
            has(ColumnChunkMetaData::column_index_offset),
            has(ColumnChunkMetaData::offset_index_offset),
        ]
    };
    assert_eq!(indexes(63), [false; 3]);
    assert_eq!(indexes(64), [true; 3]);
}

/// No engine skips rows by them, and every row group of every file would say them.
#[test]
fn what_is_in_a_list_has_no_statistics() {
    let group = row_groups(64).swap_remove(0);
    let columns = || group.columns().iter().map(|column| (column.column_path().string(), column.statistics()));
    let (in_lists, others): (Vec<_>, Vec<_>) = columns().partition(|(path, _)| path.contains(".list."));
    assert!(!in_lists.is_empty() && in_lists.iter().all(|(_, statistics)| statistics.is_none()), "{in_lists:?}");
    assert!(others.iter().any(|(_, statistics)| statistics.is_some()), "{others:?}");
}

#[test]
fn a_hash_that_is_known_gives_the_same_seal() {
    let texts = ["short".to_owned(), "long ".repeat(500), "lengthy ".repeat(500)];
    let columns: [(&str, ArrayRef); 2] = ["first", "second"].map(|name| {
        let array: ArrayRef = Arc::new(StringArray::from_iter_values(&texts));
        (name, array)
    });
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let rows = Rows::of(&batch).unwrap();
    let hash = |text: &String| Hash::from(Sha256::digest(text));
    let known = KnownHashes { column: 1, hashes: vec![Some(hash(&texts[0])), None, Some(hash(&texts[2]))] };
    let seals_of = |known| seals(&rows, known).iter().map(|seal| (seal.hash, seal.size)).collect::<Vec<_>>();
    assert_eq!(seals_of(Some(&known)), seals_of(None));
    let wrong = KnownHashes { column: 1, hashes: vec![None, None, Some([0; 32])] };
    assert_ne!(seals_of(Some(&wrong)), seals_of(None));
}

#[test]
fn json_lines_name_their_columns_once_where_some_are_left_out() {
    let folder = folder();
    write(&at(&folder, "jsonl,keep=mrn,tags,title:a.jsonl"), &records(90), &context(2)).unwrap();
    let text = fs::read_to_string(folder.path().join("a.jsonl")).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with(r#"{"schema":"v2","columns":"mrn title tags","mrn":"00TUNIS0""#), "{}", lines[0]);
    assert!(lines[1].starts_with(r#"{"schema":"v2","mrn":"01TUNIS1","title":"#), "{}", lines[1]);
    let (found, claim) = read_back(&folder.path().join("a.jsonl"), Schema::newest());
    assert_eq!((found.num_rows(), found.num_columns(), claim), (90, 3, None));
}

#[test]
fn json_lines_that_are_not_ours_are_refused() {
    let folder = folder();
    let path = folder.path().join("a.jsonl");
    write(&at(&folder, "a.jsonl"), &records(3), &context(2)).unwrap();
    let sound = fs::read_to_string(&path).unwrap();
    let deep = format!("{{\"schema\":\"v2\",\"tags\":{}", "[".repeat(1 << 20));
    for changed in [
        sound.replacen("\"schema\":\"v2\"", "\"schema\":\"v9\"", 1),
        sound.replacen("{\"schema\":\"v2\",", "{", 1),
        sound.replacen("\"serial\":0", "\"serial\":\"0\"", 1),
        sound.replacen("\"serial\":0", "\"serial\":99999999999", 1),
        sound.replacen("\"serial\":", "\"colour\":", 1),
        sound.replacen("1969-07-20", "20 July 1969", 1),
        sound.replacen("}\n", "}}\n", 1),
        sound.replacen("{\"schema\"", "{\"columns\":\"mrn\",\"schema\"", 1),
        sound.trim_end().trim_end_matches('}').to_owned(),
        deep,
    ] {
        assert_ne!(changed, sound);
        fs::write(&path, changed).unwrap();
        assert!(rows_of(&path).is_err());
    }
    fs::write(&path, sound.replace('\n', "\r\n\r\n")).unwrap();
    assert_eq!(rows_of(&path).unwrap(), 3, "ends of lines and empty lines are no change of values");
    write(&at(&folder, "none.jsonl"), &[], &context(2)).unwrap();
    assert_eq!(rows_of(&folder.path().join("none.jsonl")).unwrap(), 0);
}

fn rows_of(path: &Path) -> cablegram::error::Result<usize> {
    let mut reader = read::open(path, &cablegram::Schema::arrow_of)?;
    let mut rows = 0;
    while let Some(batch) = reader.next()? {
        rows += batch.num_rows();
    }
    Ok(rows)
}
