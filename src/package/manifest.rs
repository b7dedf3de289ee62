//! The lines and names of manifests, as RFC 8493 has them.

use std::fs;
use std::path::Path;

/// The file that names every file of the payload.
pub const MANIFEST: &str = "manifest-sha256.txt";
/// The file that names the others.
pub const TAG_MANIFEST: &str = "tagmanifest-sha256.txt";
/// What says that the folder is a bag.
pub const DECLARATION: &str = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";

/// One line of a manifest: RFC 8493 spells what would end the line, and the sign that it spells with.
pub fn line(sha256: &str, name: &str) -> String {
    let name = name.replace('%', "%25").replace('\n', "%0A").replace('\r', "%0D");
    format!("{sha256}  {name}\n")
}

/// The SHA-256 and the name in one line, the inverse of `line`.
pub fn parsed(line: &str) -> Option<(String, String)> {
    let (sha256, name) = line.split_at_checked(64)?;
    let name = name.trim_start_matches([' ', '\t']);
    let name = name.strip_prefix('*').unwrap_or(name);
    let name =
        name.replace("%0A", "\n").replace("%0D", "\r").replace("%0a", "\n").replace("%0d", "\r").replace("%25", "%");
    let is_hash = sha256.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_hash && !name.is_empty()).then(|| (sha256.to_ascii_lowercase(), name))
}

/// The lines of a file; nothing where it is not there.
pub fn lines_of(path: &Path) -> Option<Vec<String>> {
    let text = fs::read_to_string(path).ok()?;
    Some(text.split('\n').map(|line| line.trim_end_matches('\r').to_owned()).filter(|line| !line.is_empty()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_back() {
        let hash = "0123456789abcdef".repeat(4);
        for name in ["data/a.txt", "data/50% %0A", "data/line\nend\r", "data/caf%E9"] {
            let line = line(&hash, name);
            assert_eq!(line.matches('\n').count(), 1);
            assert_eq!(parsed(line.trim_end_matches('\n')), Some((hash.clone(), name.to_owned())));
        }
    }
}
