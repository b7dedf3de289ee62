//! A format of one's own beside a known one: `cargo run --example own_writer -- FOLDER TARGET`.

use cablegram::arrow::array::AsArray;
use cablegram::convert::{Plan, Silent, convert};
use cablegram::source::Selection;
use cablegram::write::Output;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().unwrap_or_else(|| "fixtures/archive".to_owned());
    let target = std::path::PathBuf::from(arguments.next().unwrap_or_else(|| ".".to_owned()));

    let numbers = Output::of_function(target.join("numbers.txt"), |rows, bytes| {
        for mrn in rows.records()["mrn"].as_string::<i32>().iter().flatten() {
            bytes.extend_from_slice(mrn.as_bytes());
            bytes.push(b'\n');
        }
        Ok(())
    });
    let cables = Output::parse(&format!("yaml:{}", target.join("cables.yaml").display()))?;

    let plan = Plan::new(Selection::of([folder]), [numbers, cables]);
    println!("{} cables", convert(&plan, &Silent)?.cables);
    Ok(())
}
