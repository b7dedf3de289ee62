//! Whether a file of Parquet or Arrow is one of somebody else.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use memchr::memmem;

use crate::contract::VERSION_KEY;

/// What Parquet files begin and end with.
const PARQUET: &[u8] = b"PAR1";
/// What Arrow files end with; they begin with it, too.
const ARROW: &[u8] = b"ARROW1";

/// Whether a file of Parquet or Arrow has its end, and names no schema of ours there. Of what is cut nobody can say it.
///
/// # Errors
/// Those of the machine.
pub fn is_foreign(path: &Path) -> io::Result<bool> {
    let mut file = File::open(path)?;
    let mut start = Vec::new();
    file.by_ref().take(ARROW.len() as u64).read_to_end(&mut start)?;
    let mark = [PARQUET, ARROW].into_iter().find(|mark| start.starts_with(mark));
    let footer = mark.map(|mark| footer(&mut file, mark)).transpose()?.flatten();
    Ok(footer.is_some_and(|footer| memmem::find(&footer, VERSION_KEY.as_bytes()).is_none()))
}

/// What a file says of itself at its end: it is before its length, and that before the mark.
fn footer(file: &mut File, mark: &[u8]) -> io::Result<Option<Vec<u8>>> {
    const LENGTH: u64 = 4;
    let after = LENGTH + mark.len() as u64;
    let Some(end) = file.seek(SeekFrom::End(0))?.checked_sub(after) else { return Ok(None) };
    file.seek(SeekFrom::Start(end))?;
    let mut last = Vec::new();
    file.by_ref().take(after).read_to_end(&mut last)?;
    let length = last.first_chunk().map(|length| u64::from(u32::from_le_bytes(*length)));
    let start = length.filter(|_| last.ends_with(mark)).and_then(|length| end.checked_sub(length));
    let Some(start) = start else { return Ok(None) };
    file.seek(SeekFrom::Start(start))?;
    let mut footer = Vec::new();
    file.take(end - start).read_to_end(&mut footer)?;
    Ok(Some(footer))
}
