//! One cable to its fields: `cargo run --example read_one -- FILE`.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).unwrap_or_else(|| "fixtures/archive/2009/06/09ASTANA1005.txt".to_owned());
    let reading = cablegram::read(std::fs::read(path)?)?;

    let cable = reading.cable();
    println!("{} from {}", cable.mrn, cable.post.as_deref().unwrap_or("an unknown post"));
    println!("subject: {}", cable.subject.as_deref().unwrap_or("none"));
    println!("tags:    {}", cable.tags.join(", "));
    println!("text:    {} paragraphs", cable.paragraphs.len());
    for odd in reading.diagnostics() {
        println!("{}: {}: {}", odd.code.severity(), odd.code.name(), odd.detail);
    }
    Ok(())
}
