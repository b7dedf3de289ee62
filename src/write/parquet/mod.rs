//! Rows to Parquet.
//!
//! Rows are encoded a strip at a time, every column as a task of the pool, and what is kept of a row group until it is
//! whole are its compressed pages. A column is always one strip behind the rows, whatever the threads, so neither the
//! bytes nor the sizes reported depend on them. Bounded by two strips, the pages of a row group, and what the footer says of
//! each, under 100 KiB. No clock time enters the file.

mod column;
mod pages;
mod properties;
pub(crate) mod seal;

use std::cmp::Reverse;
use std::sync::Arc;

use arrow::array::Array;
use arrow::datatypes::SchemaRef;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{ArrowColumnWriter, ArrowRowGroupWriterFactory, ArrowWriterOptions};
use parquet::file::metadata::KeyValue;
use parquet::file::writer::SerializedFileWriter;

use self::column::{GroupColumn, columns};
use self::pages::Encoded;
use self::properties::{Lookup, properties};
use self::seal::BytesSeal;
use super::cut::{Cutter, Limit, Strip};
use super::digest::{Digest, Proof};
use super::failure::encoder;
use super::hint;
use super::options::Options;
use super::{Batch, Format, Out, StreamShape, WriteContext, Writer};
use crate::contract::{BY_KEY, BYTES_KEY, COLUMNS_KEY, LIST_KEY};
use crate::error::Result;
use crate::in_order::InOrder;

/// Rows that are encoded in one go. A constant: it shows in where a dataset starts its next file.
const STRIP: Limit = Limit { rows: 2048, bytes: 8 << 20 };

/// When a row group is full: as many rows as engines read fast, and a bound on memory, which cables longer than usual
/// reach.
const ROW_GROUP: Limit = Limit { rows: 16_384, bytes: 352 << 20 };

/// Rows of a file that is read whole sooner than looked up in.
const FEW_ROWS: u64 = 64;

/// Options of Parquet.
#[derive(Clone, Copy, Debug)]
struct Parquet {
    level: i32,
    limit: Limit,
}

/// Reads `zstd=`, `rows=` and `bytes=`.
pub fn build(options: &mut Options) -> Result<Box<dyn Format>> {
    let level = options.number("zstd", 1, 22)?.unwrap_or(3);
    let rows = options.number("rows", 1, 1 << 24)?.unwrap_or(ROW_GROUP.rows);
    let bytes = options.bytes("bytes", 1 << 10, 1 << 30)?.unwrap_or(ROW_GROUP.bytes);
    Ok(Box::new(Parquet { level, limit: Limit { rows, bytes } }))
}

impl Format for Parquet {
    fn name(&self) -> &'static str {
        "parquet"
    }

    fn has_single_rows(&self) -> bool {
        false
    }

    fn list_file(&self, schema: &SchemaRef, list: &str) -> Result<Option<Vec<u8>>> {
        let (stored, _) = hint::stored(schema);
        let mut file = ArrowWriter::try_new(Vec::new(), stored, None).map_err(encoder)?;
        file.append_key_value_metadata(KeyValue::new(LIST_KEY.to_owned(), list.to_owned()));
        file.append_key_value_metadata(KeyValue::new(BYTES_KEY.to_owned(), seal::ZEROS.to_owned()));
        let mut bytes = file.into_inner().map_err(encoder)?;
        BytesSeal::default().close(&mut bytes)?;
        Ok(Some(bytes))
    }

    fn open(&self, schema: &SchemaRef, context: &WriteContext, shape: StreamShape) -> Result<Box<dyn Writer>> {
        let (stored, left_out) = hint::stored(schema);
        Ok(Box::new(ParquetWriter {
            options: *self,
            shape,
            under_way: InOrder::new(stored.fields().len()),
            schema: stored,
            left_out,
            context: context.clone(),
            cutter: Cutter::of_groups(self.limit, STRIP),
            file: None,
            strip_bytes: 0,
            pages: 0,
            group_is_open: false,
            digest: Digest::new(schema),
        }))
    }
}

struct ParquetWriter {
    options: Parquet,
    shape: StreamShape,
    /// The columns of the file.
    schema: SchemaRef,
    /// The place of the column that is not among them.
    left_out: Option<usize>,
    context: WriteContext,
    cutter: Cutter,
    /// `None` until the first strip tells whether it is a file of few rows.
    file: Option<OpenFile>,
    /// The columns of a row group, each encoding the last strip.
    under_way: InOrder<GroupColumn>,
    /// Bytes of data of that strip.
    strip_bytes: u64,
    /// Bytes of the pages of the strips before it.
    pages: u64,
    /// Whether the next strip is of the same row group.
    group_is_open: bool,
    digest: Digest,
}

impl Writer for ParquetWriter {
    fn write(&mut self, rows: &Batch, out: &mut dyn Out) -> Result<()> {
        self.digest.push(rows.seals());
        let narrowed = self.left_out.map(|column| rows.without(column)).transpose()?;
        let strips = self.cutter.push(narrowed.as_ref().unwrap_or(rows));
        strips.into_iter().try_for_each(|strip| self.encode(&strip, Lookup::Indexed, out))
    }

    fn held_back(&self) -> u64 {
        /// What cables are packed to, about.
        const RATIO: u64 = 3;
        self.pages + (self.strip_bytes + self.cutter.bytes()) / RATIO
    }

    fn finish(mut self: Box<Self>, out: &mut dyn Out) -> Result<Proof> {
        let proof = self.digest.clone().finish();
        let lookup = if proof.rows < FEW_ROWS { Lookup::Plain } else { Lookup::Indexed };
        if let Some(strip) = self.cutter.rest() {
            self.encode(&strip, lookup, out)?;
        }
        let ended = self.under_way.by_ref().collect::<Result<_>>()?;
        let mut metadata = super::metadata(&self.schema, &self.context, &proof);
        // A small file has no schema of Arrow that would say so.
        metadata.extend(hint::by(&self.schema).map(|column| (BY_KEY, column.to_owned())));
        metadata.extend(hint::columns(&self.schema).map(|columns| (COLUMNS_KEY, columns.to_owned())));
        let file = self.file(lookup)?;
        file.append(ended, out)?;
        file.finish(metadata, out)?;
        Ok(proof)
    }
}

impl ParquetWriter {
    /// Starts to encode a strip, and appends the row group that ended with the strip before.
    fn encode(&mut self, strip: &Strip, lookup: Lookup, out: &mut dyn Out) -> Result<()> {
        let mut before = std::mem::replace(&mut self.under_way, InOrder::new(self.schema.fields().len()));
        (self.strip_bytes, self.pages) = (strip.bytes, 0);
        if std::mem::replace(&mut self.group_is_open, !strip.ends_group) {
            return before.try_for_each(|column| column.map(|column| self.start(column, strip)));
        }
        for column in self.new_group(strip, lookup)? {
            self.start(column, strip);
        }
        let ended = before.collect::<Result<_>>()?;
        self.file(lookup)?.append(ended, out)
    }

    fn start(&mut self, mut column: GroupColumn, strip: &Strip) {
        self.pages += column.pages();
        let (rows, ends_group) = (strip.column(column.place), strip.ends_group);
        let encode = move || {
            column.write(rows)?;
            if ends_group { column.end() } else { Ok(column) }
        };
        match self.shape {
            StreamShape::Together => self.under_way.put(encode()),
            StreamShape::Rows | StreamShape::Pipe | StreamShape::SingleRow => {
                self.under_way.start(&self.context.pool, encode);
            }
        }
    }

    /// The columns of the row group that begins with `strip`.
    fn new_group(&mut self, strip: &Strip, lookup: Lookup) -> Result<Vec<GroupColumn>> {
        let fields = self.schema.fields().clone();
        let writers = self.file(lookup)?.new_writers()?;
        let mut columns: Vec<GroupColumn> = columns(&fields, writers).collect();
        // The largest first: the many small ones fill the time that it takes.
        columns.sort_by_cached_key(|column| {
            let pieces = strip.column(column.place);
            Reverse(pieces.iter().map(|piece| piece.get_buffer_memory_size()).sum::<usize>())
        });
        Ok(columns)
    }

    fn file(&mut self, lookup: Lookup) -> Result<&mut OpenFile> {
        match &mut self.file {
            Some(file) => Ok(file),
            none => Ok(none.insert(OpenFile::new(&self.options, &self.schema, lookup)?)),
        }
    }
}

/// A file whose row groups are appended as they are complete.
struct OpenFile {
    file: SerializedFileWriter<Encoded>,
    /// What `file` wrote.
    encoded: Encoded,
    /// The hash of what was handed over.
    seal: BytesSeal,
    factory: ArrowRowGroupWriterFactory,
    /// Row groups begun.
    groups: usize,
}

impl OpenFile {
    fn new(options: &Parquet, schema: &SchemaRef, lookup: Lookup) -> Result<OpenFile> {
        let properties = properties(schema, options.level, options.limit, lookup)?;
        // The schema of Arrow is larger than the rest of the footer, and the schema of Parquet gives the same types.
        let is_plain = lookup == Lookup::Plain;
        let encoded = Encoded::default();
        let options = ArrowWriterOptions::new()
            .with_properties(properties)
            .with_skip_arrow_metadata(is_plain)
            .with_page_store_factory(Arc::new(encoded.clone()));
        let writer = ArrowWriter::try_new_with_options(encoded.clone(), schema.clone(), options).map_err(encoder)?;
        let (file, factory) = writer.into_serialized_writer().map_err(encoder)?;
        Ok(OpenFile { file, encoded, seal: BytesSeal::default(), factory, groups: 0 })
    }

    /// The writers of the leaves of one more row group.
    fn new_writers(&mut self) -> Result<Vec<ArrowColumnWriter>> {
        self.groups += 1;
        self.factory.create_column_writers(self.groups - 1).map_err(encoder)
    }

    /// Appends the row group of `columns`; nothing where there are none.
    fn append(&mut self, mut columns: Vec<GroupColumn>, out: &mut dyn Out) -> Result<()> {
        if columns.is_empty() {
            return Ok(());
        }
        columns.sort_by_key(|column| column.place);
        let mut row_group = self.file.next_row_group().map_err(encoder)?;
        for chunk in columns.into_iter().flat_map(|column| column.chunks) {
            chunk.append_to_row_group(&mut row_group).map_err(encoder)?;
            self.encoded.hand_over(&mut self.seal, out)?;
        }
        row_group.close().map_err(encoder)?;
        self.encoded.hand_over(&mut self.seal, out)
    }

    /// Ends the file, which says `metadata` of itself.
    fn finish(&mut self, metadata: Vec<(&str, String)>, out: &mut dyn Out) -> Result<()> {
        for (key, value) in metadata {
            self.file.append_key_value_metadata(KeyValue::new(key.to_owned(), value));
        }
        self.file.append_key_value_metadata(KeyValue::new(BYTES_KEY.to_owned(), seal::ZEROS.to_owned()));
        self.file.finish().map_err(encoder)?;
        let mut last = self.encoded.last();
        self.seal.close(&mut last)?;
        out.bytes().append(&mut last);
        out.send()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::io::Cursor;
    use std::ops::Range;

    use arrow::array::{ArrayRef, ListBuilder, RecordBatch, StringArray, StringBuilder};
    use arrow::datatypes::{DataType, Field, Schema};

    use super::*;
    use crate::contract::{NATURE_KEY, Nature};
    use crate::write::Existing;

    /// Rows with a key, a long text and a list.
    fn batch(rows: Range<usize>, pool: &rayon::ThreadPool) -> Batch {
        let key = StringArray::from_iter_values(rows.clone().map(|row| format!("key {row}")));
        let body = rows.clone().map(|row| format!("{row} ").repeat(1 + row % 97));
        let mut words = ListBuilder::new(StringBuilder::new());
        for row in rows {
            words.values().extend((0..row % 4).map(|word| Some(format!("word {word}"))));
            words.append(true);
        }
        let columns: Vec<ArrayRef> =
            vec![Arc::new(key), Arc::new(StringArray::from_iter_values(body)), Arc::new(words.finish())];
        let records = RecordBatch::try_new(schema(), columns).unwrap();
        pool.install(|| Batch::new(records, Vec::new())).unwrap()
    }

    fn schema() -> SchemaRef {
        let text = |name: &str, nature: Nature| {
            let nature = HashMap::from([(NATURE_KEY.to_owned(), nature.name().unwrap().to_owned())]);
            Field::new(name, DataType::Utf8, false).with_metadata(nature)
        };
        let words = Field::new_list("words", Field::new("item", DataType::Utf8, true), false);
        Arc::new(Schema::new(vec![text("key", Nature::Key), text("body", Nature::Prose), words]))
    }

    fn file(rows: usize, size: usize, threads: usize) -> Vec<u8> {
        let pool = Arc::new(rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap());
        let context = WriteContext::new(pool.clone(), Existing::Refuse, "cablegram");
        let format = build(&mut Options::default()).unwrap();
        let mut writer = format.open(&schema(), &context, StreamShape::Rows).unwrap();
        let mut bytes = Vec::new();
        for start in (0..rows).step_by(size) {
            writer.write(&batch(start..rows.min(start + size), &pool), &mut bytes).unwrap();
        }
        writer.finish(&mut bytes).unwrap();
        bytes
    }

    /// Values, pages, indexes, statistics and footer: no byte is outside of the hash.
    #[test]
    fn a_bit_of_any_byte_that_turned_over_is_noticed() {
        for rows in [3, 70] {
            let mut bytes = file(rows, 10, 2);
            let agrees = |bytes: &[u8]| seal::agrees(&mut Cursor::new(bytes)).ok().flatten();
            assert_eq!(agrees(&bytes), Some(true));
            for at in 0..bytes.len() {
                let bit = 1 << (at % 8);
                bytes[at] ^= bit;
                assert_ne!(agrees(&bytes), Some(true), "byte {at}");
                bytes[at] ^= bit;
            }
        }
    }
}
