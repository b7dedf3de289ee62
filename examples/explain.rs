//! Every line of a cable beside what it was read as: `cargo run --example explain -- FILE`.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).unwrap_or_else(|| "fixtures/archive/2009/06/09ASTANA1005.txt".to_owned());
    let reading = cablegram::read(std::fs::read(path)?)?;
    for claim in reading.claims() {
        println!("{:>5}  {:<24}  {}", claim.piece.line, claim.zone.name(), claim.piece.text);
    }
    Ok(())
}
