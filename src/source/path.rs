//! A file's path to the text of `source.path`, and back.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStringExt;
use std::path::{Component, Path, PathBuf};

use sha2::{Digest, Sha256};

/// The normal components of `path`, `/`-separated, bytes that are not UTF-8 as `%XX`.
///
/// A root and `.` are left out, and `..` takes back the name before it, so that no path leads out of the folder it is
/// restored to.
pub fn portable(path: &Path) -> String {
    let mut text = String::new();
    for component in path.components() {
        match component {
            Component::Normal(name) => {
                if !text.is_empty() {
                    text.push('/');
                }
                push_name(&mut text, name);
            }
            Component::ParentDir => text.truncate(text.rfind('/').unwrap_or(0)),
            Component::Prefix(_) | Component::RootDir | Component::CurDir => {}
        }
    }
    text
}

/// The path that `portable` spelled as `text`.
pub fn file_path(text: &str) -> PathBuf {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let spelled = if byte == b'%' { spelled_byte(after) } else { None };
        bytes.push(spelled.unwrap_or(byte));
        rest = if spelled.is_some() { &after[2..] } else { after };
    }
    of_bytes(bytes)
}

/// Bytes of a name that every usual file system holds.
const LONGEST_NAME: usize = 255;
/// Bytes of a path that leave room for the folder that it is in.
const LONGEST_PATH: usize = 1200;

/// A path below whatever it is joined to, whatever `text` says: names that lead elsewhere are spelled, never followed, and
/// what is too long is shortened.
pub fn safe_path(text: &str) -> PathBuf {
    short_path(text, text.split('/').map(|name| short_name(safe_name(name).into())).collect())
}

/// Where a copy is of the file whose path is spelled as `text`: names are as they are spelled there, so that they are
/// UTF-8, and what is too long is shortened.
pub fn copy_path(text: &str) -> PathBuf {
    short_path(text, text.split('/').map(|name| short_name(name.into())).collect())
}

/// The path that was made of `text`, or a shorter one where no system would take it.
fn short_path(text: &str, path: PathBuf) -> PathBuf {
    let mut length = 0;
    let is_near = |name: &&OsStr| {
        length += name.len() + 1;
        length <= LONGEST_PATH
    };
    if path.as_os_str().len() <= LONGEST_PATH {
        return path;
    }
    let near: PathBuf = path.iter().take_while(is_near).collect();
    near.join(format!("~{}", short_hash(text.as_bytes()))).join(path.file_name().unwrap_or_default())
}

/// The name, or of one that is too long its beginning, digits of its SHA-256, and its ending.
pub fn short_name(name: OsString) -> OsString {
    let bytes = name.as_encoded_bytes();
    if bytes.len() <= LONGEST_NAME {
        return name;
    }
    let ending = bytes.iter().rposition(|byte| *byte == b'.').map_or(&[][..], |dot| &bytes[dot..]);
    let ending = if ending.len() <= 16 { ending } else { &[] };
    let mut front = LONGEST_NAME - 32;
    // No character is divided.
    while front > 0 && bytes[front] & 0xC0 == 0x80 {
        front -= 1;
    }
    OsString::from_vec([&bytes[..front], b"~", short_hash(bytes).as_bytes(), ending].concat())
}

/// Eight digits of a SHA-256.
fn short_hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

fn safe_name(name: &str) -> PathBuf {
    let is_drive = matches!(name.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic());
    match name {
        "" => "%2F".into(),
        "." => "%2E".into(),
        ".." => "%2E%2E".into(),
        name if is_drive || name.contains('\0') => name.replace('\0', "%00").replace(':', "%3A").into(),
        name => file_path(name),
    }
}

/// The byte that two digits after a `%` spell, where `push_name` may have written them.
fn spelled_byte(digits: &[u8]) -> Option<u8> {
    let digits = std::str::from_utf8(digits.get(..2)?).ok()?;
    let byte =
        u8::from_str_radix(digits, 16).ok().filter(|_| digits.bytes().all(|digit| !digit.is_ascii_lowercase()))?;
    (byte >= 0x80 || byte == b'%').then_some(byte)
}

/// The path that is these bytes.
pub(super) fn of_bytes(bytes: Vec<u8>) -> PathBuf {
    OsString::from_vec(bytes).into()
}

/// The name without its extension, bytes that are not UTF-8 as `%XX`.
pub fn stem(path: &Path) -> String {
    spelled(path.file_stem().unwrap_or_default().as_encoded_bytes())
}

/// `front/path`, or `path` where `front` is empty.
pub fn below(front: &str, path: &Path) -> String {
    let path = portable(path);
    match (front.is_empty(), path.is_empty()) {
        (true, _) => path,
        (false, true) => front.to_owned(),
        (false, false) => format!("{front}/{path}"),
    }
}

/// A name of any bytes, those that are not UTF-8 as `%XX`.
pub fn spelled(name: &[u8]) -> String {
    let mut text = String::with_capacity(name.len());
    push_bytes(&mut text, name);
    text
}

fn push_name(text: &mut String, name: &OsStr) {
    push_bytes(text, name.as_encoded_bytes());
}

fn push_bytes(text: &mut String, name: &[u8]) {
    for chunk in name.utf8_chunks() {
        push_valid(text, chunk.valid());
        for byte in chunk.invalid() {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
}

/// A `%` that reads as a spelled byte is spelled itself, so that `file_path` gives the name back.
fn push_valid(text: &mut String, valid: &str) {
    for (index, stretch) in valid.split('%').enumerate() {
        if index > 0 {
            text.push_str(if spelled_byte(stretch.as_bytes()).is_some() { "%25" } else { "%" });
        }
        text.push_str(stretch);
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStrExt;

    use super::*;

    #[test]
    fn paths_never_lead_out() {
        for (path, name) in [("/a/./../b.txt", "b.txt"), ("../../a/b.txt", "a/b.txt"), ("a/c/../b.txt", "a/b.txt")] {
            assert_eq!(portable(Path::new(path)), name);
        }
        assert_eq!(below("2009", Path::new("b.txt")), "2009/b.txt");
    }

    #[test]
    fn what_is_too_long_is_shortened() {
        let (long, longer) = ("я".repeat(150) + ".txt", "я".repeat(151) + ".txt");
        let short = safe_path(&long);
        let text = short.to_str().unwrap();
        assert!(text.len() <= 255 && text.starts_with("яяя") && text.ends_with(".txt"), "{text}");
        assert_ne!(short, safe_path(&longer));
        let deep = safe_path(&("d/".repeat(5000) + "a.txt"));
        assert!(deep.as_os_str().len() < 2000 && deep.ends_with("a.txt"), "{}", deep.display());
        assert_ne!(deep, safe_path(&("d/".repeat(5001) + "a.txt")));
        assert_eq!(safe_path("a/b.txt"), Path::new("a/b.txt"));
    }

    #[test]
    fn copies_have_the_spelled_names_as_far_as_those_are_not_too_long() {
        for name in ["a/b.txt", "caf%E9/%25E9.txt", "50% of.txt"] {
            assert_eq!(copy_path(name), Path::new(name));
        }
        let long = copy_path(&format!("a/{}.txt", "%D1".repeat(90)));
        let text = long.to_str().unwrap();
        assert!(text.starts_with("a/%D1%D1") && text.ends_with(".txt") && text.len() < 260, "{text}");
        assert_ne!(long, copy_path(&format!("a/{}.txt", "%D1".repeat(91))));
    }

    #[test]
    fn bytes_that_are_not_utf8_are_spelled() {
        for (bytes, spelled) in
            [(&b"caf\xe9/\xc3\xa9"[..], "caf%E9/é"), (b"50% of %41", "50% of %41"), (b"%E9 and %25", "%25E9 and %2525")]
        {
            let path = Path::new(OsStr::from_bytes(bytes));
            assert_eq!(portable(path), spelled);
            assert_eq!(file_path(spelled), path);
        }
    }
}
