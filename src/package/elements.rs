//! The elements that PREMIS is made of.

use crate::report::Markup;
use crate::write::digest::from_hexadecimal;

/// Where the Library of Congress keeps its words.
const VOCABULARY: &str = "http://id.loc.gov/vocabulary/preservation/";

/// An element of a kind and a value, the names of which are its own with `Type` and `Value` after it, and of what follows.
macro_rules! pair {
    ($xml:expr, $name:literal, $kind:expr, $value:expr $(, $more:literal: $text:expr)?) => {
        $xml.element($name, &[], |xml| {
            leaf(xml, concat!($name, "Type"), $kind);
            leaf(xml, concat!($name, "Value"), $value);
            $(leaf(xml, $more, $text);)?
        })
    };
}
pub(super) use pair;

pub fn object(xml: &mut Markup, kind: &'static str, content: impl FnOnce(&mut Markup)) {
    xml.element("object", &[("xsi:type", &kind)], content).markup("\n");
}

pub fn identifier(xml: &mut Markup, kind: &'static str, value: &str) {
    pair!(xml, "objectIdentifier", kind, value);
}

/// A relationship; its code is that of a vocabulary, where it is in one.
pub fn relationship(
    xml: &mut Markup,
    (code, kind): (Option<&str>, &'static str),
    subtype: &str,
    to: &str,
    event: Option<&str>,
) {
    xml.element("relationship", &[], |xml| {
        match code {
            Some(code) => coded(xml, "relationshipType", "relationshipType", code, kind),
            None => leaf(xml, "relationshipType", kind),
        }
        leaf(xml, "relationshipSubType", subtype);
        pair!(xml, "relatedObjectIdentifier", "UUID", to);
        if let Some(event) = event {
            pair!(xml, "relatedEventIdentifier", "UUID", event);
        }
    });
}

/// An element whose value is in a vocabulary of the Library of Congress.
pub fn coded(xml: &mut Markup, name: &'static str, vocabulary: &str, code: &str, word: &str) {
    let uri = format!("{VOCABULARY}{vocabulary}/{code}");
    xml.words(name, &[("authority", &vocabulary), ("valueURI", &uri)], word);
}

pub fn leaf(xml: &mut Markup, name: &'static str, text: &str) {
    xml.words(name, &[], text);
}

/// Hexadecimal digits as base64url without padding (RFC 6920).
pub fn base64(hexadecimal: &str) -> Option<String> {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let bytes = from_hexadecimal(hexadecimal)?;
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let three = [chunk[0], chunk.get(1).copied().unwrap_or(0), chunk.get(2).copied().unwrap_or(0)];
        let bits = u32::from_be_bytes([0, three[0], three[1], three[2]]);
        for at in 0..=chunk.len() {
            text.push(char::from(LETTERS[(bits >> (18 - 6 * at) & 63) as usize]));
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_become_names() {
        let digest = "491294ae3073821e207b14d972f69921101098899314e5756f086f6d68f7f2c5";
        assert_eq!(base64(digest).as_deref(), Some("SRKUrjBzgh4gexTZcvaZIRAQmImTFOV1bwhvbWj38sU"));
        assert_eq!(base64("xyz"), None);
    }
}
