//! What an encoder wrote, on its way out: its pages as they are, and a copy of the few bytes between them.
//!
//! One column is half of a row group. Its pages are handed over one by one, so that it is never in memory twice.

use std::io;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use parquet::arrow::arrow_writer::{InMemoryPageStore, PageKey, PageStore, PageStoreArgs, PageStoreFactory};
use parquet::errors::Result;

use super::seal::BytesSeal;
use crate::error;
use crate::mutex::locked;
use crate::write::Out;

/// The bytes of a file that are not handed over yet. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Encoded(Arc<Mutex<Pieces>>);

#[derive(Debug, Default)]
struct Pieces {
    written: Vec<Bytes>,
    /// The page that was taken last, which is to be written next.
    page: Bytes,
}

/// Bytes are sent on as soon as there are so many.
const SENT: usize = 1 << 20;

impl Encoded {
    /// Seals what was encoded, and sends it on.
    pub fn hand_over(&self, seal: &mut BytesSeal, out: &mut dyn Out) -> error::Result<()> {
        for piece in self.taken() {
            seal.update(&piece);
            out.bytes().extend_from_slice(&piece);
            if out.bytes().len() >= SENT {
                out.send()?;
            }
        }
        out.send()
    }

    /// The last bytes, which hold the footer, in one piece.
    pub fn last(&self) -> Vec<u8> {
        self.taken().concat()
    }

    fn taken(&self) -> Vec<Bytes> {
        std::mem::take(&mut *locked(&self.0)).written
    }
}

impl io::Write for Encoded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut pieces = locked(&self.0);
        // The same bytes at the same address need no copy.
        let is_page = bytes.as_ptr_range() == pieces.page.as_ptr_range();
        let piece = if is_page { std::mem::take(&mut pieces.page) } else { Bytes::copy_from_slice(bytes) };
        pieces.written.push(piece);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl PageStoreFactory for Encoded {
    fn create(&self, _: &PageStoreArgs<'_>) -> Result<Box<dyn PageStore>> {
        Ok(Box::new(ChunkPages { pages: InMemoryPageStore::default(), encoded: self.clone() }))
    }
}

/// The pages of one column chunk, in memory until its row group is whole. Tells which one is to be written next.
///
/// A page comes at the start of the three times larger buffer in which it was compressed. It is kept as a copy, so that the
/// next one is compressed in the same warm buffer: a twelfth less time, and a fifth less memory.
struct ChunkPages {
    pages: InMemoryPageStore,
    encoded: Encoded,
}

impl PageStore for ChunkPages {
    fn put(&mut self, page: Bytes) -> Result<PageKey> {
        self.pages.put(Bytes::copy_from_slice(&page))
    }

    fn take(&mut self, key: PageKey) -> Result<Bytes> {
        let page = self.pages.take(key)?;
        locked(&self.encoded.0).page = page.clone();
        Ok(page)
    }

    fn memory_size(&self) -> usize {
        self.pages.memory_size()
    }
}
