//! The column that only the path of a part gives, put back among the others.

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;

use super::node::{self, Node};
use super::parts::Partition;
use super::{Catalog, FileClaim, Reader, damaged, known};
use crate::error::Result;

/// A part with its column.
struct WholePart {
    reader: Box<dyn Reader>,
    schema: SchemaRef,
    place: usize,
    value: Node,
}

/// `reader` with the column that it lacks, if it lacks one.
pub fn whole(reader: Box<dyn Reader>, partition: &Partition, catalog: Catalog<'_>) -> Result<Box<dyn Reader>> {
    let Some(column) = reader.left_out() else { return Ok(reader) };
    if column != partition.column {
        return Err(damaged(format!("the file is a part by={column}, and the dataset is by={}", partition.column)));
    }
    let schema = known(reader.version(), catalog)?;
    let has = |name: &str| name == column || reader.columns().iter().any(|field| field.name() == name);
    let places: Vec<usize> = (0..schema.fields().len()).filter(|at| has(schema.field(*at).name())).collect();
    let schema = SchemaRef::new(schema.project(&places).map_err(damaged)?);
    let place = schema.index_of(column).map_err(damaged)?;
    let value = match &partition.value {
        Some(value) => Node::from_text(value.clone(), schema.field(place).data_type())?,
        None => Node::Null,
    };
    Ok(Box::new(WholePart { reader, schema, place, value }))
}

impl Reader for WholePart {
    fn version(&self) -> &str {
        self.reader.version()
    }

    fn columns(&self) -> &arrow::datatypes::Fields {
        self.schema.fields()
    }

    fn left_out(&self) -> Option<&str> {
        None
    }

    fn next(&mut self) -> Result<Option<RecordBatch>> {
        let Some(batch) = self.reader.next()? else { return Ok(None) };
        let mut arrays = batch.columns().to_vec();
        let column = node::array(vec![self.value.clone(); batch.num_rows()], self.schema.field(self.place))?;
        arrays.insert(self.place, column);
        RecordBatch::try_new(self.schema.clone(), arrays).map(Some).map_err(damaged)
    }

    fn claim(&self) -> Option<FileClaim> {
        self.reader.claim()
    }
}
