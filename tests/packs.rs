//! Containers for tests, made in memory.

use std::io::{Cursor, Write};

use sevenz_rust2::{ArchiveEntry, ArchiveWriter};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// A name and its bytes.
pub type Named<'n> = (&'n str, &'n [u8]);

/// A zip with deflated members.
pub fn zip(members: &[Named<'_>]) -> Vec<u8> {
    zip_with(members, CompressionMethod::Deflated)
}

/// A zip with members as they are, in which tests find the bytes they damage.
pub fn stored_zip(members: &[Named<'_>]) -> Vec<u8> {
    zip_with(members, CompressionMethod::Stored)
}

fn zip_with(members: &[Named<'_>], method: CompressionMethod) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        zip.start_file(*name, SimpleFileOptions::default().compression_method(method)).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A zip written without going back: sizes and checksums follow the members.
pub fn streamed_zip(members: &[Named<'_>]) -> Vec<u8> {
    let mut zip = ZipWriter::new_stream(Vec::new());
    for (name, bytes) in members {
        zip.start_file(*name, SimpleFileOptions::default().large_file(true)).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A tar.
pub fn tar(members: &[Named<'_>]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, name, *bytes).unwrap();
    }
    tar.into_inner().unwrap()
}

/// A 7z with all members in one block.
pub fn seven_zip(members: &[Named<'_>]) -> Vec<u8> {
    let mut archive = ArchiveWriter::new(Cursor::new(Vec::new())).unwrap();
    let entries = members.iter().map(|(name, _)| ArchiveEntry::new_file(name)).collect();
    let bytes = members.iter().map(|&(_, bytes)| bytes.into()).collect::<Vec<sevenz_rust2::SourceReader<&[u8]>>>();
    archive.push_archive_entries(entries, bytes).unwrap();
    archive.finish().unwrap().into_inner()
}

/// A 7z of one member whose block is written with one coder, such as one that no test could write.
pub fn coded_seven_zip(coder: &[u8], packed: &[u8]) -> Vec<u8> {
    let streams = streams(coder, packed, packed.len(), &[8, 0]);
    let files = [5, 1, 0x11, 5, 0, b'a', 0, 0, 0, 0, 0];
    seven_zip_of(packed, &[&[1, 4], &streams[..], &files].concat())
}

/// A 7z whose list of members is written with one coder.
pub fn listed_seven_zip(coder: &[u8], packed: &[u8]) -> Vec<u8> {
    seven_zip_of(packed, &[&[0x17], &streams(coder, packed, packed.len(), &[])[..]].concat())
}

/// A 7z of one empty member whose list is written with LZMA2, with a window as its property says.
pub fn windowed_seven_zip(property: u8) -> Vec<u8> {
    let list = [1, 5, 1, 0x0E, 1, 0x80, 0x0F, 1, 0x80, 0x11, 5, 0, b'a', 0, 0, 0, 0, 0];
    // A chunk that is stored, and the end.
    let packed = [&[1, 0, list.len() as u8 - 1][..], &list, &[0]].concat();
    let coder = [0x21, 0x21, 1, property];
    seven_zip_of(&packed, &[&[0x17], &streams(&coder, &packed, list.len(), &[])[..]].concat())
}

fn streams(coder: &[u8], packed: &[u8], unpacked: usize, members: &[u8]) -> Vec<u8> {
    let [size, unpacked] = [packed.len(), unpacked].map(|size| u8::try_from(size).unwrap());
    [&[6, 0, 1, 9, size, 0, 7, 0x0B, 1, 0, 1], coder, &[0x0C, unpacked, 0], members, &[0]].concat()
}

fn seven_zip_of(packed: &[u8], list: &[u8]) -> Vec<u8> {
    let crc = |bytes: &[u8]| {
        let mut crc = flate2::Crc::new();
        crc.update(bytes);
        crc.sum().to_le_bytes()
    };
    let place = [&(packed.len() as u64).to_le_bytes()[..], &(list.len() as u64).to_le_bytes(), &crc(list)].concat();
    [b"7z\xBC\xAF\x27\x1C\x00\x04", &crc(&place)[..], &place, packed, list].concat()
}

/// A gzip stream.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip =
        flate2::GzBuilder::new().filename("told by the header").write(Vec::new(), flate2::Compression::fast());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap()
}

/// A bzip2 stream.
pub fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut bzip2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    bzip2.write_all(bytes).unwrap();
    bzip2.finish().unwrap()
}

/// An xz stream.
pub fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut xz = lzma_rust2::XzWriter::new(Vec::new(), lzma_rust2::XzOptions::with_preset(1)).unwrap();
    xz.write_all(bytes).unwrap();
    xz.finish().unwrap()
}

/// A frame of Zstandard.
pub fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).unwrap()
}
