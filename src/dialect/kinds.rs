//! What a document is that is no cable: one of the kinds that are named and left alone.

use super::columns::{ColumnMeaning, RecordColumns};
use super::{Extent, Head, NotACable, layout, mail, serialized, utf16};
use crate::contract::marks_text_output;
use crate::lex::begins_in_any_case;
use crate::lex::envelope::is_identifier;
use crate::lex::lines::lines;
use crate::source::container::is_of_document;

/// First bytes of archives: zip, gzip, bzip2, xz, Zstandard, 7-Zip, RAR, compress, lzma, ar, binary cpio, LZ4 of two kinds,
/// lzip, zlib.
const ARCHIVES: [&[u8]; 17] = [
    b"PK\x03\x04",
    b"\x1F\x8B",
    b"BZh",
    b"\xFD7zXZ\0",
    b"\x28\xB5\x2F\xFD",
    b"7z\xBC\xAF\x27\x1C",
    b"Rar!\x1A\x07",
    b"\x1F\x9D",
    b"\x5D\0\0",
    b"!<arch>\n",
    b"\xC7\x71",
    b"\x04\x22\x4D\x18",
    b"\x02\x21\x4C\x18",
    b"LZIP\x01",
    b"x\x01",
    b"x\x9C",
    b"x\xDA",
];
/// A cpio of ASCII begins with one of these numbers and others.
const CPIO: [&[u8]; 3] = [b"070701", b"070702", b"070707"];
/// First bytes of other files that hold few control characters at first: PNG, JPEG, GIF, ELF.
const BINARIES: [&[u8]; 4] = [b"\x89PNG", b"\xFF\xD8\xFF", b"GIF8", b"\x7FELF"];
/// First bytes of databases: SQLite, the custom format of `pg_dump`, Access.
const DATABASES: [&[u8]; 4] =
    [b"SQLite format 3\0", b"PGDMP", b"\0\x01\0\0Standard Jet DB", b"\0\x01\0\0Standard ACE DB"];
/// First bytes of documents of office programs: Word and Excel before 2007, rich text.
const OFFICE: [&[u8]; 2] = [b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", b"{\\rtf"];
/// First bytes of encrypted files: armoured PGP, OpenSSL, age.
const ENCRYPTED: [&[u8]; 3] = [b"-----BEGIN PGP MESSAGE-----", b"Salted__", b"age-encryption.org/"];
/// First bytes of saved pages: WARC, and what a server says before a page.
const WEB_ARCHIVES: [&[u8]; 3] = [b"WARC/", b"HTTP/1.", b"HTTP/2 "];
/// How many digits these are at least.
const CPIO_NUMBERS: usize = 76;
/// An image of a disc says so in its seventeenth sector.
const ISO: (usize, &[u8]) = (32_769, b"CD001");
/// A tar archive says so after the names and numbers of its first header.
const TAR: (usize, &[u8]) = (257, b"ustar");

/// What a document is that is not a text.
pub fn by_bytes(head: &Head<'_>) -> Option<NotACable> {
    let bytes = head.bytes;
    if marks_text_output(bytes) {
        return Some(NotACable::Output);
    }
    if head.extent == Extent::Whole && bytes.iter().all(u8::is_ascii_whitespace) {
        return Some(NotACable::EmptyFile);
    }
    let is_at = |(place, mark): (usize, &[u8])| bytes.get(place..).is_some_and(|rest| rest.starts_with(mark));
    let is_cpio = CPIO.iter().any(|magic| bytes.starts_with(magic))
        && bytes.get(..CPIO_NUMBERS).is_some_and(|numbers| numbers.iter().all(u8::is_ascii_hexdigit));
    if is_office_zip(bytes) {
        return Some(NotACable::OfficeDocument);
    }
    if is_at(TAR)
        || is_at(ISO)
        || is_cpio
        || is_program_of_zip(bytes)
        || ARCHIVES.iter().any(|magic| bytes.starts_with(magic))
    {
        return Some(NotACable::Archive);
    }
    let known = [
        (NotACable::Pdf, &[&b"%PDF-"[..]][..]),
        (NotACable::Database, &DATABASES),
        (NotACable::OfficeDocument, &OFFICE),
        (NotACable::Encrypted, &ENCRYPTED),
        (NotACable::WebArchive, &WEB_ARCHIVES),
    ];
    if let Some((kind, _)) = known.iter().find(|(_, magics)| magics.iter().any(|magic| bytes.starts_with(magic))) {
        return Some(*kind);
    }
    if is_pgp(bytes) {
        return Some(NotACable::Encrypted);
    }
    if is_of_safari(bytes) {
        return Some(NotACable::WebArchive);
    }
    if serialized::is_data(bytes) {
        return Some(NotACable::DataFile);
    }
    if is_utf32(bytes) {
        return Some(NotACable::Utf32Text);
    }
    if utf16::is_unmarked(bytes) {
        return Some(NotACable::Utf16Text);
    }
    if let Some(kind) = mail::kind(bytes) {
        return Some(kind);
    }
    if let Some(kind) = layout::without_line_ends(head) {
        return Some(kind);
    }
    let is_binary = mostly_controls(unpadded(bytes))
        || is_compressed(bytes)
        || BINARIES.iter().any(|magic| bytes.starts_with(magic));
    is_binary.then_some(NotACable::Binary)
}

/// Whether a document of an office program begins here, which is a zip on the inside.
fn is_office_zip(bytes: &[u8]) -> bool {
    let Some((&[low, high], rest)) = bytes.strip_prefix(ZIP).and_then(|rest| rest.get(22..)?.split_first_chunk())
    else {
        return false;
    };
    let name = rest.get(2..).unwrap_or_default();
    is_of_document(&name[..name.len().min(usize::from(u16::from_le_bytes([low, high])))])
}

/// First bytes of a zip; the length of the name of its first member is 22 bytes after them, the name 4 after that.
const ZIP: &[u8] = b"PK\x03\x04";

/// Whether a program begins here that holds a zip and unpacks it.
fn is_program_of_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"MZ") && memchr::memmem::find(bytes, ZIP).is_some()
}

/// Whether bytes are of four a character: of nearly all of these, two at the same end are nothing.
fn is_utf32(bytes: &[u8]) -> bool {
    let characters = bytes[..bytes.len().min(1024)].chunks_exact(4);
    let count = |is_such: fn(&[u8]) -> bool| characters.clone().filter(|bytes| is_such(bytes)).count();
    let little = count(|bytes| bytes[0] > 0 && bytes[2..] == [0, 0]);
    let big = count(|bytes| bytes[3] > 0 && bytes[..2] == [0, 0]);
    characters.len() >= 4 && little.max(big) * 10 > characters.len() * 9
}

/// Whether a document begins with a session key as PGP writes one: for a passphrase, or for the key of a recipient.
fn is_pgp(bytes: &[u8]) -> bool {
    matches!(
        bytes,
        [0x8C | 0xC3, _, 4..=6, ..] | [0x84 | 0xC1, _, 3, ..] | [0x85, _, _, 3, ..] | [0xC1, 0xC0..=0xDF, _, 3, ..]
    )
}

/// Whether a document is a page as Safari saves it: a list of properties, one of them the page.
fn is_of_safari(bytes: &[u8]) -> bool {
    let is_list = bytes.starts_with(b"bplist00") || bytes.starts_with(b"<?xml");
    is_list && memchr::memmem::find(&bytes[..bytes.len().min(1024)], b"WebMainResource").is_some()
}

/// Bytes without the NUL that fill the last block of a text on some systems; nothing but NUL is not a text.
fn unpadded(bytes: &[u8]) -> &[u8] {
    match bytes.iter().rposition(|byte| *byte != 0) {
        Some(last) => &bytes[..=last],
        None => bytes,
    }
}

/// A damaged cable may hold some control characters; no text holds one in eight bytes of its beginning.
fn mostly_controls(bytes: &[u8]) -> bool {
    let beginning = &bytes[..bytes.len().min(8192)];
    // The cheaper look counts line ends as well: most texts hold too few even of these.
    are_many(beginning, |byte| byte < b' ')
        && are_many(beginning, is_control)
        && are_many(&without_padding(beginning), is_control)
}

/// Whether bytes are as those of compressed files: of all values alike.
fn is_compressed(bytes: &[u8]) -> bool {
    let beginning = &bytes[..bytes.len().min(8192)];
    let count = |is_such: fn(&u8) -> bool| beginning.iter().filter(|byte| is_such(byte)).count();
    // The cheap look: most texts hold few bytes beyond ASCII at their beginning.
    beginning.first_chunk::<64>().is_some_and(|first| first.iter().filter(|byte| !byte.is_ascii()).count() >= 16)
        && std::str::from_utf8(beginning).is_err()
        && count(|byte| !byte.is_ascii()) * 3 > beginning.len()
        && count(|byte| is_control(*byte)) * 16 > beginning.len()
}

/// Lines without the NUL that fill them up to the length of a record on some systems; nothing but NUL is not a text.
fn without_padding(bytes: &[u8]) -> Vec<u8> {
    let lines = bytes.split(|&byte| byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let unpadded = |line: &[u8]| match line.iter().rposition(|byte| *byte != 0) {
        Some(last) => line[..=last].to_vec(),
        None => Vec::new(),
    };
    let text = lines.map(unpadded).collect::<Vec<_>>().join(&b'\n');
    if text.iter().all(u8::is_ascii_whitespace) { bytes.to_vec() } else { text }
}

/// Whether more than one byte in eight is such a one.
fn are_many(bytes: &[u8], is_such: impl Fn(u8) -> bool) -> bool {
    // Counted by the hundred, in single bytes, so that the processor compares many bytes side by side.
    let count = |bytes: &[u8]| bytes.iter().fold(0_u8, |count, &byte| count + u8::from(is_such(byte)));
    let found: usize = bytes.chunks(128).map(|bytes| usize::from(count(bytes))).sum();
    found * 8 > bytes.len()
}

fn is_control(byte: u8) -> bool {
    (byte < b' ') & !byte.is_ascii_whitespace()
}

/// What a text is that no dialect reads.
pub fn by_text(head: &Head<'_>) -> NotACable {
    let text = String::from_utf8_lossy(head.bytes);
    if begins_markup(&text) {
        if is_other_xml(&text) { NotACable::OtherXml } else { NotACable::HtmlPage }
    } else if is_json_of_columns(&text) {
        NotACable::JsonOfColumns
    } else if is_json_by_name(&text) {
        NotACable::JsonByName
    } else if is_json_of_arrays(&text) {
        NotACable::JsonOfArrays
    } else if first_line(&text) == FILE_LIST {
        NotACable::FileList
    } else if is_derived(first_line(&text)) {
        NotACable::DerivedTelegrams
    } else if is_json(&text) {
        NotACable::OtherJson
    } else if begins_in_any_case(first_line(&text), "appears in these articles") {
        NotACable::ArticleStub
    } else if layout::is_marked(&text) {
        NotACable::MarkedLines
    } else {
        NotACable::OtherText
    }
}

/// The names of the columns of the list that comes with text files of the National Archives.
const FILE_LIST: &str = "Document Number,Path,AAD filename,URL";

/// Whether an object was made of a text file of the National Archives: its attributes, and a text without its header.
fn is_derived(line: &str) -> bool {
    line.starts_with('{') && line.contains("\"Message Attributes\"") && line.contains("\"_message_content\"")
}

/// Whether a text is a page, or any other XML.
pub fn begins_markup(text: &str) -> bool {
    let first = first_line(text);
    ["<!doctype html", "<html", "<head", "<body", "<?xml", "<!--", "<code><pre"]
        .iter()
        .any(|tag| begins_in_any_case(first, tag))
        || is_other_xml(text)
}

/// Whether a text is JSON whose first name is that of a column, over the values of its rows or over all names.
fn is_json_of_columns(text: &str) -> bool {
    let first = text.trim_start().strip_prefix('{').and_then(|rest| rest.trim_start().strip_prefix('"'));
    let Some((name, value)) = first.and_then(|rest| rest.split_once("\":")) else { return false };
    let value = value.trim_start();
    let numbered = value.strip_prefix('{').map(str::trim_start).and_then(|rest| rest.strip_prefix('"'));
    numbered.is_some_and(|rest| rest.starts_with("0\":")) || name == "columns" && value.starts_with('[')
}

/// Whether a text begins as JSON of objects or arrays does.
fn is_json(text: &str) -> bool {
    let text = text.trim_start_matches('\u{FEFF}').trim_start();
    let after = |sign: char| text.strip_prefix(sign).map(str::trim_start);
    after('[').is_some_and(|rest| rest.starts_with(['{', '[', '"']))
        || after('{').is_some_and(|rest| rest.starts_with('"'))
}

/// Whether a text is JSON that names each object by a cable, outside of it, with its text in it.
fn is_json_by_name(text: &str) -> bool {
    let first = text.trim_start().strip_prefix('{').and_then(|rest| rest.trim_start().strip_prefix('"'));
    let Some((name, value)) = first.and_then(|rest| rest.split_once('"')) else { return false };
    let value = value.trim_start().strip_prefix(':').and_then(|value| value.trim_start().strip_prefix('{'));
    let object = value.and_then(|value| value.split('}').next()).unwrap_or_default();
    is_identifier(name) && object.split('"').any(|name| ColumnMeaning::of(name, "") == ColumnMeaning::Body)
}

/// Whether a text is JSON of arrays, the first of them the names of the columns of cables.
fn is_json_of_arrays(text: &str) -> bool {
    let first = text.trim_start().strip_prefix('[').and_then(|rest| rest.trim_start().strip_prefix('['));
    let names = first.and_then(|rest| rest.split_once(']')).map(|(names, _)| names);
    names.is_some_and(|names| {
        let names: Vec<&str> = names.split(',').map(|name| name.trim().trim_matches('"')).collect();
        RecordColumns::are_names(&names)
    })
}

/// Whether a text is XML that is no page: it says so, or begins with an element in another, and the first is of no page.
pub fn is_other_xml(text: &str) -> bool {
    let first = first_line(text);
    let says_so = ["<?xml", "<!doctype", "<!--"].iter().any(|mark| begins_in_any_case(first, mark));
    if begins_in_any_case(first, "<!doctype html") || !(says_so || begins_with_elements(text)) {
        return false;
    }
    let is_name = |rest: &&str| rest.starts_with(|first: char| first.is_ascii_alphabetic());
    let root = text.match_indices('<').map(|(at, _)| &text[at + 1..]).find(is_name).unwrap_or_default();
    let name = root.split(|letter: char| !letter.is_ascii_alphanumeric()).next().unwrap_or_default();
    !name.is_empty() && !OF_PAGES.iter().any(|of_page| of_page.eq_ignore_ascii_case(name))
}

/// Elements that a page may begin with, or a piece of one.
const OF_PAGES: [&str; 40] = [
    "a",
    "article",
    "b",
    "blockquote",
    "body",
    "br",
    "center",
    "code",
    "dd",
    "div",
    "dl",
    "dt",
    "em",
    "font",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "head",
    "hr",
    "html",
    "i",
    "img",
    "li",
    "main",
    "meta",
    "ol",
    "p",
    "pre",
    "script",
    "section",
    "span",
    "strong",
    "style",
    "table",
    "title",
    "tr",
    "u",
    "ul",
];

/// Whether a text begins with an element and another one in it, and elements have an end.
fn begins_with_elements(text: &str) -> bool {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    after_tag(text).and_then(after_tag).is_some() && text.contains("</")
}

/// What comes after the opening tag that a text begins with.
fn after_tag(text: &str) -> Option<&str> {
    let is_name = |letter: char| letter.is_alphanumeric() || "_:.-".contains(letter);
    let (tag, rest) = text.trim_start().strip_prefix('<')?.split_once('>')?;
    let name = tag.split(|letter: char| letter.is_whitespace() || letter == '/').next()?;
    (!name.is_empty() && name.chars().all(is_name)).then_some(rest)
}

fn first_line(text: &str) -> &str {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    lines(text).find(|line| !line.is_blank()).map_or("", |line| line.text.trim())
}
