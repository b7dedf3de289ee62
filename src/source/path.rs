//! A file's path to the text that stands in `source.path`.

use std::ffi::OsStr;
use std::path::{Component, Path};

/// The normal components of `path`, `/`-separated, bytes that are not UTF-8 as `%XX`.
///
/// A root, `.` and `..` are left out, so that no path leads out of the folder it is restored to.
pub fn portable(path: &Path) -> String {
    let mut text = String::new();
    for component in path.components() {
        if let Component::Normal(name) = component {
            if !text.is_empty() {
                text.push('/');
            }
            push_name(&mut text, name);
        }
    }
    text
}

/// The name without its extension, bytes that are not UTF-8 as `%XX`.
pub fn stem(path: &Path) -> String {
    let mut text = String::new();
    push_name(&mut text, path.file_stem().unwrap_or_default());
    text
}

/// `front/path`, or `path` where nothing stands in front.
pub fn below(front: &str, path: &Path) -> String {
    let path = portable(path);
    match (front.is_empty(), path.is_empty()) {
        (true, _) => path,
        (false, true) => front.to_owned(),
        (false, false) => format!("{front}/{path}"),
    }
}

fn push_name(text: &mut String, name: &OsStr) {
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_never_lead_out() {
        assert_eq!(portable(Path::new("/a/./../b.txt")), "a/b.txt");
        assert_eq!(below("2009", Path::new("b.txt")), "2009/b.txt");
    }

    #[cfg(unix)]
    #[test]
    fn bytes_that_are_not_utf8_are_spelled() {
        use std::os::unix::ffi::OsStrExt;
        assert_eq!(portable(Path::new(OsStr::from_bytes(b"caf\xe9/\xc3\xa9"))), "caf%E9/é");
    }
}
