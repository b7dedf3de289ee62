//! Rows to text: pieces are rendered on the pool and joined in order.

use std::ops::Range;

use rayon::prelude::*;

use super::Batch;
use super::value::Rows;
use crate::error::Result;

/// Rows that one thread renders in one go.
const PIECE: usize = 32;

/// Appends what `row` makes of every row of `batch`. Holds the text of one batch.
pub fn put_rows(
    pool: &rayon::ThreadPool,
    batch: &Batch,
    bytes: &mut Vec<u8>,
    row: impl Fn(&Rows<'_>, usize, &mut Vec<u8>) -> Result<()> + Sync,
) -> Result<()> {
    let view = batch.rows()?;
    let piece = |rows: Range<usize>| {
        let mut text = Vec::new();
        rows.into_iter().try_for_each(|at| row(&view, at, &mut text)).map(|()| text)
    };
    let starts = (0..view.len).step_by(PIECE).collect::<Vec<_>>();
    let pieces = |start: usize| piece(start..(start + PIECE).min(view.len));
    let texts: Vec<Vec<u8>> = pool.install(|| starts.into_par_iter().map(pieces).collect::<Result<_>>())?;
    bytes.reserve(texts.iter().map(Vec::len).sum());
    texts.into_iter().for_each(|text| bytes.extend(text));
    Ok(())
}
