//! A folder of cables to Arrow batches of two columns, pulled one by one: `cargo run --example batches -- FOLDER`.

use cablegram::arrow::array::AsArray;
use cablegram::convert::{Batches, Rules};
use cablegram::source::Selection;
use cablegram::write::Columns;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "fixtures/archive".to_owned());
    let rules = Rules::default().columns(Columns::Keep(vec!["mrn".to_owned(), "subject".to_owned()]));

    let mut batches = Batches::open(&Selection::of([folder]), rules)?;
    for batch in &mut batches {
        let batch = batch?;
        for (mrn, subject) in batch.column(0).as_string::<i32>().iter().zip(batch.column(1).as_string::<i32>()) {
            println!("{:<16} {}", mrn.unwrap_or_default(), subject.unwrap_or_default());
        }
    }
    println!("{} cables", batches.summary().cables);
    Ok(())
}
