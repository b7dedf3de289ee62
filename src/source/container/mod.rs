//! The bytes of a container to its members, one after another, each as a stream of bytes.
//!
//! zip, tar and 7z hold members; gzip, bzip2, xz and Zstandard are layers around one member, which is called as the
//! file without its last ending, and a tar inside a layer is a tar. All are recognized by their first bytes, never by
//! a name. Members are read in the order of the container and at most [`ContainerLimits::depth`] containers deep.
//!
//! Memory is bounded by [`ContainerLimits`], whatever a container claims of itself: no member is ever held as a whole. A
//! container that is encrypted, cut or corrupt is reported with the member it concerns, and what was read before stays.
//! Never looks into a document beyond its first bytes, never writes but to a temporary file that is gone afterwards.

mod fault;
#[cfg(feature = "containers")]
mod layer;
#[cfg(feature = "containers")]
mod members;
#[cfg(feature = "containers")]
mod seven_zip;
#[cfg(feature = "containers")]
mod tar;
#[cfg(feature = "containers")]
mod zip;

use std::io::{Read, Seek};

pub use fault::Fault;
#[cfg(feature = "containers")]
pub use members::read;

use super::Passed;
#[cfg(feature = "containers")]
use members::{ContainerPlace, Flow, Members};

/// How many first bytes of a document tell whether it is a container.
pub const HEAD: usize = 512;

/// What separates the name of a container from that of its member.
pub const SEPARATOR: &str = "!/";

/// A kind of container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ContainerKind {
    /// Members with a directory at the end.
    Zip,
    /// Members one after another.
    Tar,
    /// Members in compressed blocks, with a directory at the end.
    SevenZip,
    /// One member, compressed.
    Layer(Layer),
}

/// How the one member of a layer is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Layer {
    /// gzip.
    Gzip,
    /// bzip2.
    Bzip2,
    /// xz.
    Xz,
    /// Zstandard.
    Zstd,
}

/// The mark that a zip begins with which was split into several files.
const SPLIT: &[u8] = b"PK\x07\x08PK\x03\x04";

impl ContainerKind {
    /// The kind of container that begins with these bytes; of [`HEAD`] bytes no more are looked at. None that this
    /// program reads where it was built without the feature `containers`.
    pub fn of(head: &[u8]) -> Option<ContainerKind> {
        if cfg!(not(feature = "containers")) {
            return None;
        }
        if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") || head.starts_with(SPLIT) {
            Some(ContainerKind::Zip)
        } else if head.starts_with(b"7z\xBC\xAF\x27\x1C") {
            Some(ContainerKind::SevenZip)
        } else if is_tar(head) {
            Some(ContainerKind::Tar)
        } else {
            Layer::of(head).map(ContainerKind::Layer)
        }
    }

    /// The name as it is in reports.
    pub fn name(self) -> &'static str {
        match self {
            ContainerKind::Zip => "zip",
            ContainerKind::Tar => "tar",
            ContainerKind::SevenZip => "7z",
            ContainerKind::Layer(Layer::Gzip) => "gzip",
            ContainerKind::Layer(Layer::Bzip2) => "bzip2",
            ContainerKind::Layer(Layer::Xz) => "xz",
            ContainerKind::Layer(Layer::Zstd) => "zstd",
        }
    }
}

impl Layer {
    /// How many first bytes tell a layer.
    #[cfg(feature = "containers")]
    const HEAD: usize = 10;

    fn of(head: &[u8]) -> Option<Layer> {
        if head.starts_with(b"\x1F\x8B\x08") {
            Some(Layer::Gzip)
        } else if is_bzip2(head) {
            Some(Layer::Bzip2)
        } else if head.starts_with(b"\xFD7zXZ\0") {
            Some(Layer::Xz)
        } else if head.starts_with(b"\x28\xB5\x2F\xFD") || is_skippable_frame(head) {
            Some(Layer::Zstd)
        } else {
            None
        }
    }
}

/// A tar says so after its first member's name and numbers. The oldest do not: the sum of the header's bytes shows them.
fn is_tar(head: &[u8]) -> bool {
    const MARK: (usize, &[u8]) = (257, b"ustar");
    let is_marked = head.get(MARK.0..).is_some_and(|rest| rest.starts_with(MARK.1));
    let is_oldest = |header: &&[u8; 512]| header[0] != 0 && header[257..329].iter().all(|&byte| byte == 0);
    is_marked || head.first_chunk().filter(is_oldest).is_some_and(has_tar_sum)
}

/// Whether a block holds the sum of its bytes, as the header of a member of a tar does.
fn has_tar_sum(header: &[u8; 512]) -> bool {
    const SUM: std::ops::Range<usize> = 148..156;
    let written = std::str::from_utf8(&header[SUM]).ok().map(|sum| sum.trim_matches([' ', '\0']));
    // The sum is made with spaces in its own place.
    let bytes = header.iter().enumerate().map(|(at, &byte)| if SUM.contains(&at) { b' ' } else { byte });
    written.and_then(|sum| u32::from_str_radix(sum, 8).ok()) == Some(bytes.map(u32::from).sum())
}

/// `BZh`, a digit, and the mark of a block or of the end: three letters alone might begin a text.
fn is_bzip2(head: &[u8]) -> bool {
    head.strip_prefix(b"BZh").is_some_and(|rest| {
        rest.first().is_some_and(u8::is_ascii_digit)
            && (rest[1..].starts_with(b"\x31\x41\x59\x26\x53\x59")
                || rest[1..].starts_with(b"\x17\x72\x45\x38\x50\x90"))
    })
}

/// A frame without content, with which some writers of Zstandard begin.
fn is_skippable_frame(head: &[u8]) -> bool {
    matches!(head, [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..])
}

/// What is allowed to a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContainerLimits {
    /// How many containers deep members are read; a container that is deeper is a document like any other.
    pub depth: u32,
    /// How many members one input may have, those of containers inside it included.
    pub members: u64,
    /// Bytes that a decoder may keep of what it wrote.
    pub window: u64,
    /// Bytes that are expanded only to get beyond them, for one input.
    pub skipped: u64,
    /// Bytes of a container that cannot be read as a stream (zip, 7z) and comes as one: it goes to a temporary file.
    pub spooled: u64,
}

impl Default for ContainerLimits {
    fn default() -> ContainerLimits {
        ContainerLimits { depth: 3, members: 4_000_000, window: 128 << 20, skipped: 64 << 30, spooled: 64 << 30 }
    }
}

/// Bytes of a container.
pub enum ContainerInput<'i> {
    /// In a file.
    Seekable(&'i mut dyn ReadSeek),
    /// They come one after another, and once.
    Stream(&'i mut dyn Read),
}

/// Bytes that are read from any place.
pub trait ReadSeek: Read + Seek {}
impl<T: Read + Seek> ReadSeek for T {}

/// What reading a container finds.
pub enum ContainerStep<'m> {
    /// A document.
    Member(Member<'m>),
    /// Something that is no document, with its name.
    Passed(Passed, String),
    /// The container, or one member, cannot be read.
    Bad(BadContainer),
}

/// A member that is a document.
pub struct Member<'m> {
    /// Its name within the container, `/`-separated, with [`SEPARATOR`] after each container inside it; bytes that
    /// are not UTF-8 as `%XX`. As it is written there: it may lead anywhere. A name that comes again is `NAME~2`.
    pub name: String,
    /// Bytes, as the container states it; not to be relied on.
    pub size: Option<u64>,
    /// The bytes, of which as many are read as are needed. Where this fails, a [`ContainerStep::Bad`] of this member follows.
    pub bytes: &'m mut dyn Read,
}

/// What could not be read.
#[derive(Debug)]
pub struct BadContainer {
    /// The member; none where it is the container itself.
    pub member: Option<String>,
    /// Why.
    pub fault: Fault,
}

/// What an input turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InputNature {
    /// A container; its members were given.
    Container,
    /// A document that is a zip only on the inside, as those of word processors are; nothing was given.
    Document,
}

/// How the first member of a document is called that is a zip only on the inside: those of office programs, of pages of
/// books, and of programs.
const OF_DOCUMENTS: [&[u8]; 5] = [b"[Content_Types].xml", b"_rels/.rels", b"META-INF/", b"mimetype", b"docProps/"];
/// Folders of such documents; the members that may come first there are XML.
const FOLDERS_OF_DOCUMENTS: [&[u8]; 3] = [b"word/", b"xl/", b"ppt/"];

/// Whether a zip is a document on the inside whose first member is called so.
pub fn is_of_document(name: &[u8]) -> bool {
    let is_xml = name.ends_with(b".xml") || name.ends_with(b".rels");
    OF_DOCUMENTS.iter().any(|first| name.starts_with(first))
        || is_xml && FOLDERS_OF_DOCUMENTS.iter().any(|folder| name.starts_with(folder))
}

/// Whether the bytes of such a container are read in their order.
#[cfg(feature = "containers")]
fn is_stream(kind: ContainerKind) -> bool {
    matches!(kind, ContainerKind::Tar | ContainerKind::Layer(_))
}

#[cfg(feature = "containers")]
fn read_stream(members: &mut Members<'_>, kind: ContainerKind, bytes: &mut dyn Read, place: &ContainerPlace) -> Flow {
    match kind {
        ContainerKind::Layer(layer) => layer::read(members, layer, bytes, place),
        _ => tar::read(members, bytes, place),
    }
}

#[cfg(feature = "containers")]
fn read_file(
    members: &mut Members<'_>,
    kind: ContainerKind,
    file: &mut dyn ReadSeek,
    place: &ContainerPlace,
) -> Flow<InputNature> {
    match kind {
        ContainerKind::SevenZip => seven_zip::read(members, file, place),
        _ => zip::read(members, file, place),
    }
}

/// Reads nothing: this program was built without the feature `containers`.
#[cfg(not(feature = "containers"))]
pub fn read(
    _kind: ContainerKind,
    _input: ContainerInput<'_>,
    _name: &str,
    _limits: ContainerLimits,
    _visit: &mut dyn FnMut(ContainerStep<'_>) -> std::ops::ControlFlow<()>,
) -> std::io::Result<InputNature> {
    Ok(InputNature::Document)
}
