//! Each writer alone: batches that stand in memory to bytes in memory, on the threads of a usual run.
//!
//! Reads `$CABLEGRAM_ARCHIVE`, such as one that `--example synthesize` made, else the fixtures.

use std::hint::black_box;
use std::sync::Arc;

use cablegram::convert::{Batches, Rules, TOOL};
use cablegram::schema::Schema;
use cablegram::source::Selection;
use cablegram::write::{Batch, Existing, Output, StreamShape, WriteContext};
use criterion::{Criterion, criterion_group, criterion_main};
use rayon::ThreadPool;

#[path = "documents.rs"]
mod documents;

#[cfg(not(target_env = "msvc"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

criterion_group!(writers, formats);
criterion_main!(writers);

fn formats(criterion: &mut Criterion) {
    let pool = Rules::new(Schema::newest()).pool().expect("a pool");
    let batches = batches(&pool);
    let context = WriteContext::new(pool, Existing::Refuse, TOOL);
    let mut group = criterion.benchmark_group("writer");
    group.sample_size(10).throughput(documents::throughput(&documents::read()));
    for output in ["cables.parquet", "parquet,zstd=1:cables.parquet", "cables.arrow", "cables.xml", "cables.yaml"] {
        let format = Output::parse(output).expect("an output").format;
        group.bench_function(output, |bencher| {
            bencher.iter(|| {
                let mut writer = format.open(Schema::newest().arrow(), &context, StreamShape::Rows).expect("a writer");
                let mut size = 0;
                let mut bytes = Vec::new();
                for batch in &batches {
                    writer.write(batch, &mut bytes).expect("bytes");
                    size += bytes.len();
                    bytes.clear();
                }
                writer.finish(&mut bytes).expect("an end");
                black_box(size + bytes.len())
            });
        });
    }
}

/// The rows of as many cables as the other benchmarks read.
fn batches(pool: &ThreadPool) -> Vec<Arc<Batch>> {
    let mut rules = Rules::default();
    rules.row_limit = Some(documents::MOST as u64);
    let batches = Batches::open(&Selection::of([documents::archive()]), rules).expect("an archive");
    let sealed = |rows| pool.install(|| Batch::new(rows, Vec::new())).map(Arc::new).expect("rows");
    batches.map(|rows| sealed(rows.expect("rows"))).collect()
}
