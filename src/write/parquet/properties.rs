//! How each column is encoded, by its nature: what engines look up has a bloom filter, what they compare has statistics,
//! what is prose or in a list has neither.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, SchemaRef};
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder, WriterVersion};
use parquet::schema::types::ColumnPath;

use crate::error::Result;
use crate::write::cut::Limit;
use crate::write::failure::encoder;
use crate::write::hint::{self, Nature};

/// Whether engines look up rows in a file, or would sooner read all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// Bloom filters of keys, and where pages begin and what is in them.
    Indexed,
    /// None of these, nor dictionaries, nor the schema of Arrow, and only prose is compressed: with few rows they would be
    /// most of the file, and of the time it takes.
    Plain,
}

/// Rows of a page at most, so that engines which read the page index skip most of a row group.
const PAGE_ROWS: usize = 4096;

/// The properties of a file of rows of `schema`, packed with zstd at `level`, whose row groups end at `limit`.
pub fn properties(schema: &SchemaRef, level: i32, limit: Limit, lookup: Lookup) -> Result<WriterProperties> {
    let tuning = Tuning { lookup, prose: Compression::ZSTD(ZstdLevel::try_new(level).map_err(encoder)?) };
    let builder = WriterProperties::builder().set_writer_version(WriterVersion::PARQUET_1_0);
    let builder = match lookup {
        Lookup::Indexed => builder
            // A bloom filter has room for so many keys before it is folded to those that came.
            .set_max_row_group_row_count(Some(limit.rows as usize))
            .set_data_page_row_count_limit(PAGE_ROWS)
            .set_statistics_enabled(EnabledStatistics::Page)
            .set_compression(tuning.prose),
        Lookup::Plain => builder
            .set_dictionary_enabled(false)
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_offset_index_disabled(true),
    };
    let top = Above { nature: Nature::Usual, is_list: false };
    let tune = |builder, field| tuning.field(builder, field, &mut Vec::new(), top);
    Ok(schema.fields().iter().fold(builder, tune).build())
}

/// What is tuned leaf by leaf.
struct Tuning {
    lookup: Lookup,
    prose: Compression,
}

/// What holds for everything below a field.
#[derive(Clone, Copy)]
struct Above {
    nature: Nature,
    is_list: bool,
}

impl Tuning {
    /// Tunes the leaves of `field`.
    fn field(
        &self,
        builder: WriterPropertiesBuilder,
        field: &Arc<Field>,
        path: &mut Vec<String>,
        above: Above,
    ) -> WriterPropertiesBuilder {
        let nature = match hint::nature(field) {
            Nature::Usual => above.nature,
            own => own,
        };
        path.push(field.name().clone());
        let builder = match field.data_type() {
            DataType::List(element) => {
                path.push("list".to_owned());
                let builder = self.field(builder, element, path, Above { nature, is_list: true });
                path.pop();
                builder
            }
            DataType::Struct(fields) => fields
                .iter()
                .fold(builder, |builder, field| self.field(builder, field, path, Above { nature, ..above })),
            _ => self.leaf(builder, ColumnPath::new(path.clone()), Above { nature, ..above }),
        };
        path.pop();
        builder
    }

    /// Prose gains nothing from a dictionary; keys are looked up by a bloom filter. No engine skips rows by the least and
    /// greatest value of prose or of what is in a list.
    fn leaf(&self, builder: WriterPropertiesBuilder, leaf: ColumnPath, above: Above) -> WriterPropertiesBuilder {
        let builder = match above.nature {
            Nature::Prose => builder
                .set_column_compression(leaf.clone(), self.prose)
                .set_column_dictionary_enabled(leaf.clone(), false),
            Nature::Key => builder
                .set_column_dictionary_enabled(leaf.clone(), false)
                .set_column_bloom_filter_enabled(leaf.clone(), self.lookup == Lookup::Indexed),
            Nature::Usual => builder,
        };
        match above.is_list || above.nature == Nature::Prose {
            true => builder.set_column_statistics_enabled(leaf, EnabledStatistics::None),
            false => builder,
        }
    }
}
