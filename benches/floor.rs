//! The floor: what any program must do that turns cables into Parquet, and nothing else.
//!
//! Reads and hashes every file below a directory, or every row of `cables.csv`, and writes two columns of text with zstd 3,
//! on two threads: the text as it stands and the text from its first paragraph on. It parses nothing, proves nothing and
//! checks nothing, so no converter that keeps a cable's source beside its paragraphs can be faster by much.
//!
//! ```sh
//! cargo run --release --example floor -- ARCHIVE OUT.parquet
//! cargo run --release --example floor -- cables.csv OUT.parquet
//! ```

use std::collections::BTreeMap;
use std::error::Error;
use std::fs::File;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use arrow::array::{ArrayRef, StringBuilder};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowRowGroupWriterFactory, ArrowWriterOptions, compute_leaves};
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use sha2::{Digest, Sha256};
use walkdir::WalkDir;

#[cfg(not(target_env = "msvc"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

const THREADS: usize = 2;
/// Files or rows of a row group.
const FILES: usize = 2048;

type Failure = Box<dyn Error + Send + Sync>;
type Group = Result<Vec<ArrowColumnChunk>, Failure>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [archive, output] = &arguments[..] else { return Err("give an archive and an output".into()) };
    let archive = Path::new(archive);
    let is_dump = std::fs::metadata(archive)?.is_file();
    let dump = if is_dump { std::fs::read(archive)? } else { Vec::new() };
    let rows: Vec<&[u8]> = rows(&dump).collect();
    let files: Vec<PathBuf> = if dump.is_empty() { files(archive).collect() } else { Vec::new() };
    let schema = schema();
    let options = ArrowWriterOptions::new().with_properties(properties()?);
    let writer = ArrowWriter::try_new_with_options(File::create(output)?, schema.clone(), options)?;
    let (file, groups) = writer.into_serialized_writer()?;
    let (sender, encoded) = sync_channel(THREADS);
    let next = AtomicUsize::new(0);
    let pieces = files.chunks(FILES).map(Piece::Files).chain(rows.chunks(FILES).map(Piece::Rows));
    let pieces: Vec<Piece<'_>> = pieces.collect();
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            let sender = sender.clone();
            scope.spawn(|| encode(&pieces, &next, &groups, &schema, sender));
        }
        drop(sender);
        append(file, &encoded)
    })?;
    println!("{} texts", files.len() + rows.len());
    Ok(())
}

/// What one row group is made of.
enum Piece<'p> {
    Files(&'p [PathBuf]),
    Rows(&'p [&'p [u8]]),
}

/// The rows of a dump: each begins on a line of its own with its number in quotes.
fn rows(dump: &[u8]) -> impl Iterator<Item = &[u8]> {
    let starts_row = |at: &usize| {
        let rest = dump[at + 1..].strip_prefix(b"\"").unwrap_or_default();
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        digits > 0 && rest[digits..].starts_with(b"\",\"")
    };
    let mut start = 0;
    let ends = memchr::memchr_iter(b'\n', dump).filter(starts_row).map(|at| at + 1).chain([dump.len()]);
    ends.filter(|&end| end > 0).map(move |end| &dump[std::mem::replace(&mut start, end)..end])
}

fn files(archive: &Path) -> impl Iterator<Item = PathBuf> {
    let walk = WalkDir::new(archive).sort_by_file_name().into_iter().filter_map(Result::ok);
    walk.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path)
}

fn schema() -> SchemaRef {
    let column = |name: &str| Field::new(name, DataType::Utf8, false);
    Arc::new(Schema::new(vec![column("source_text"), column("paragraphs")]))
}

fn properties() -> Result<WriterProperties, Failure> {
    let zstd = Compression::ZSTD(ZstdLevel::try_new(3)?);
    Ok(WriterProperties::builder().set_compression(zstd).set_dictionary_enabled(false).build())
}

/// One thread: takes the next piece of the files, reads, hashes and encodes it, and so on.
fn encode(
    pieces: &[Piece<'_>],
    next: &AtomicUsize,
    groups: &ArrowRowGroupWriterFactory,
    schema: &SchemaRef,
    sender: SyncSender<(usize, Group)>,
) {
    loop {
        let index = next.fetch_add(1, Ordering::Relaxed);
        let Some(piece) = pieces.get(index) else { return };
        let group = columns(piece).and_then(|columns| encode_group(index, columns, groups, schema));
        if sender.send((index, group)).is_err() {
            return;
        }
    }
}

fn columns(piece: &Piece<'_>) -> Result<[ArrayRef; 2], Failure> {
    let mut texts = StringBuilder::new();
    let mut paragraphs = StringBuilder::new();
    let mut append = |bytes: &[u8], paragraph: &str| {
        black_box(Sha256::digest(bytes));
        let text = String::from_utf8_lossy(bytes);
        texts.append_value(&text);
        paragraphs.append_value(&text[text.find(paragraph).unwrap_or(0)..]);
    };
    match piece {
        Piece::Files(files) => {
            for file in *files {
                append(&std::fs::read(file)?, "¶");
            }
        }
        Piece::Rows(rows) => rows.iter().for_each(|row| append(row, "\n1. ")),
    }
    Ok([Arc::new(texts.finish()), Arc::new(paragraphs.finish())])
}

fn encode_group(
    index: usize,
    columns: [ArrayRef; 2],
    groups: &ArrowRowGroupWriterFactory,
    schema: &SchemaRef,
) -> Group {
    let mut chunks = Vec::new();
    let writers = groups.create_column_writers(index)?;
    for ((field, column), mut writer) in schema.fields().iter().zip(&columns).zip(writers) {
        for leaf in compute_leaves(field, column)? {
            writer.write(&leaf)?;
        }
        chunks.push(writer.close()?);
    }
    Ok(chunks)
}

/// Appends the row groups in order, as they come.
fn append(mut file: SerializedFileWriter<File>, encoded: &Receiver<(usize, Group)>) -> Result<(), Failure> {
    let mut waiting = BTreeMap::new();
    let mut expected = 0;
    for (index, group) in encoded {
        waiting.insert(index, group);
        while let Some(group) = waiting.remove(&expected) {
            let mut row_group = file.next_row_group()?;
            for chunk in group? {
                chunk.append_to_row_group(&mut row_group)?;
            }
            row_group.close()?;
            expected += 1;
        }
    }
    file.into_inner()?.sync_all()?;
    Ok(())
}
