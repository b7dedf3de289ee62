//! The parser alone, on one core: bytes to a cable, by form of the header.
//!
//! Reads `$CABLEGRAM_ARCHIVE`, such as one that `--example synthesize` made, else the fixtures.

use std::collections::BTreeMap;
use std::hint::black_box;

use cablegram::dialect::{Recognized, recognize};
use cablegram::parse;
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};

#[path = "documents.rs"]
mod documents;

#[cfg(not(target_env = "msvc"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

criterion_group!(parser, forms);
criterion_main!(parser);

fn forms(criterion: &mut Criterion) {
    let mut forms: BTreeMap<&str, Vec<Vec<u8>>> = BTreeMap::new();
    for document in documents::read() {
        let Recognized::Cable(transcript) = recognize(document.clone(), "") else { continue };
        let form = parse::parse(&transcript).cable.header_form.name();
        forms.entry("all").or_default().push(document.clone());
        forms.entry(form).or_default().push(document);
    }
    let mut group = criterion.benchmark_group("parser");
    group.sample_size(10);
    for (form, documents) in &forms {
        group.throughput(documents::throughput(documents));
        let read = |documents: Vec<Vec<u8>>| documents.into_iter().map(read).sum::<usize>();
        group.bench_function(*form, |bencher| {
            bencher.iter_batched(|| documents.clone(), |documents| black_box(read(documents)), BatchSize::PerIteration);
        });
    }
}

fn read(document: Vec<u8>) -> usize {
    match recognize(document, "") {
        Recognized::Cable(transcript) => parse::parse(&transcript).cable.paragraphs.len(),
        Recognized::Ignored(_) => 0,
    }
}
