//! Tables and objects as other programs keep them: named, so that somebody can write them in a form that is read. They are
//! no cable, although the texts in them look like one.

use memchr::memchr;

use super::columns::{ColumnMeaning, LONGEST_NAME};
use super::drawn::{are_of_cables, is_of_database, words};

/// First bytes of files of data: Parquet, Arrow, Feather, Avro, ORC, `COPY` in binary, lists of properties, HDF5, NumPy,
/// Stata, SPSS, R, objects of Java.
const DATA: [&[u8]; 15] = [
    b"PAR1",
    b"ARROW1\0",
    b"\xFF\xFF\xFF\xFF",
    b"FEA1",
    b"Obj\x01",
    b"ORC\n",
    b"PGCOPY\n\xFF",
    b"bplist00",
    b"\x89HDF\r\n\x1A\n",
    b"\x93NUMPY",
    b"<stata_dta>",
    b"$FL2@(#)",
    b"RDX2\n",
    b"RDX3\n",
    b"\xAC\xED\0\x05",
];

/// Whether a document is data in bytes: columns, rows or objects.
pub fn is_data(bytes: &[u8]) -> bool {
    DATA.iter().any(|magic| bytes.starts_with(magic)) || is_of_python(bytes) || is_msgpack(bytes) || is_bson(bytes)
}

/// Whether a document is a pickle, or a list of dictionaries in the form of `marshal`.
fn is_of_python(bytes: &[u8]) -> bool {
    matches!(bytes, [0x80, 2..=5, ..] | [b'[' | 0xDB, _, _, _, 0, b'{' | 0xFB, ..]) || bytes.starts_with(b"(lp0\n")
}

/// Whether a document begins with an object of MessagePack, in a list or not: its first name is text.
fn is_msgpack(bytes: &[u8]) -> bool {
    let list = match bytes {
        [0x90..=0x9F, ..] => 1,
        [0xDC, ..] => 3,
        [0xDD, ..] => 5,
        _ => 0,
    };
    let map = match bytes.get(list..) {
        Some([0x80..=0x8F, ..]) => list + 1,
        Some([0xDE, ..]) => list + 3,
        Some([0xDF, ..]) => list + 5,
        _ => return false,
    };
    let (name, length) = match bytes.get(map..) {
        Some(&[length @ 0xA1..=0xBF, ..]) => (map + 1, usize::from(length - 0xA0)),
        Some(&[0xD9, length, ..]) => (map + 2, usize::from(length)),
        Some(&[0xDA, high, low, ..]) => (map + 3, usize::from(u16::from_be_bytes([high, low]))),
        _ => return false,
    };
    bytes.get(name..name + length).is_some_and(is_name)
}

/// Whether a document begins with an object as MongoDB dumps it: its length, a type, and the first name.
fn is_bson(bytes: &[u8]) -> bool {
    let Some((&[_, _, _, 0, kind @ 1..=0x13], rest)) = bytes.split_first_chunk::<5>() else { return false };
    let end = memchr(0, &rest[..rest.len().min(LONGEST_NAME)]);
    kind != b'\n' && end.is_some_and(|end| is_name(&rest[..end]))
}

fn is_name(bytes: &[u8]) -> bool {
    !bytes.is_empty() && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b' '))
}

/// What tables and objects of cables begin with in forms of text: of PHP, Python, R, LaTeX, AsciiDoc, MediaWiki and troff.
const FORMS: [&[u8]; 13] = [
    b"array (",
    b"array(",
    b"<?php",
    b"[{'",
    b"{'",
    b"structure(list(",
    b"\\begin{",
    b"\\documentclass",
    b"[cols=",
    b"|===",
    b"{|",
    b".LP",
    b".TS",
];

/// The names are within so many bytes.
const MOST_BEFORE_NAMES: usize = 8192;

/// Whether a text is a table, or objects, of cables in such a form, or in YAML.
pub fn is_table(bytes: &[u8]) -> bool {
    let text = bytes.trim_ascii_start();
    match FORMS.iter().any(|form| text.starts_with(form)) || is_of_php(text) {
        true => {
            let names = words(&text[..text.len().min(MOST_BEFORE_NAMES)]);
            let names = names.filter(|name| is_of_database(name) && ColumnMeaning::is_known(name));
            are_of_cables(&distinct(names))
        }
        false => is_yaml(text),
    }
}

/// Whether a text begins with an array as PHP serializes it: `a:24:{`.
fn is_of_php(text: &[u8]) -> bool {
    let Some(count) = text.strip_prefix(b"a:") else { return false };
    let digits = count.iter().take_while(|byte| byte.is_ascii_digit()).count();
    digits > 0 && count[digits..].starts_with(b":{")
}

fn distinct<'n>(names: impl Iterator<Item = &'n str>) -> Vec<&'n str> {
    let mut all: Vec<&str> = Vec::new();
    for name in names {
        if !all.contains(&name) {
            all.push(name);
        }
    }
    all
}

/// Whether a text is YAML of cables: a list of objects, or an object whose texts are quoted or written as blocks. An object
/// that quotes nothing may as well be a cable below labels.
fn is_yaml(text: &[u8]) -> bool {
    let mut lines = text.split(|&byte| byte == b'\n').map(|line| line.trim_ascii_end());
    let is_before = |line: &[u8]| line.is_empty() || line.starts_with(b"---") || matches!(line[0], b'%' | b'#');
    let Some(first) = lines.by_ref().find(|line| !is_before(line)) else { return false };
    let Some(first) = YamlKey::of(first) else { return false };
    let rest = lines.filter(|line| line.len() > first.indent).filter_map(YamlKey::of);
    let keys: Vec<YamlKey<'_>> = std::iter::once(first).chain(rest.filter(|key| key.indent == first.indent)).collect();
    let is_written = first.is_item || keys.iter().any(|key| key.is_of_text() && key.is_marked);
    is_written && are_of_cables(&distinct(keys.iter().map(|key| key.name)))
}

/// The name at the beginning of a line of YAML.
#[derive(Clone, Copy)]
struct YamlKey<'t> {
    /// Bytes before it, the mark of an item too.
    indent: usize,
    name: &'t str,
    /// Whether it is the first of an item of a list.
    is_item: bool,
    /// Whether its value is quoted, or a block of lines.
    is_marked: bool,
}

impl<'t> YamlKey<'t> {
    fn of(line: &'t [u8]) -> Option<YamlKey<'t>> {
        let text = line.trim_ascii_start();
        let (is_item, text) = text.strip_prefix(b"- ").map_or((false, text), |rest| (true, rest.trim_ascii_start()));
        let indent = line.len() - text.len();
        let name = text.strip_prefix(b"\"").or(text.strip_prefix(b"'")).unwrap_or(text);
        let colon = memchr(b':', &name[..name.len().min(LONGEST_NAME)])?;
        let (name, value) = (name[..colon].trim_ascii_end(), &name[colon + 1..]);
        let name = name.strip_suffix(b"\"").or(name.strip_suffix(b"'")).unwrap_or(name);
        let name = std::str::from_utf8(name).ok().filter(|name| is_name(name.as_bytes()))?;
        let is_apart = value.first().is_none_or(|&byte| byte == b' ');
        let is_marked = matches!(value.trim_ascii_start().first(), Some(b'"' | b'\'' | b'|' | b'>'));
        is_apart.then_some(YamlKey { indent, name, is_item, is_marked })
    }

    /// Whether it names a text of a cable.
    fn is_of_text(&self) -> bool {
        matches!(ColumnMeaning::of(self.name, ""), ColumnMeaning::Body | ColumnMeaning::Header)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_known_by_its_first_bytes() {
        for data in [
            b"Obj\x01\x02\x16avro.schema".as_slice(),
            b"ORC\n\x06\x12",
            b"\x80\x04\x95h!\0\0",
            b"\xDB\x18\0\0\0{\xDA\x02id",
            b"\xDC\0\x18\x88\xDA\0\x02id\x01",
            b"\x92\x88\xA2id\x01",
            b"\x88\xA5refid\xAA06LIMA1001",
            b"\x55\x01\0\0\x07_id\0\0\0",
        ] {
            assert!(is_data(data), "{}", data.escape_ascii());
        }
        for text in [
            b"[...]\nS E C R E T LIMA 000001\n".as_slice(),
            "\u{2022} UNCLAS LIMA 000001".as_bytes(),
            b"\x93UNCLAS LIMA 000001\x94",
            b"ORCHARDS\n",
            b"\0\0\0\0S E C R E T",
            b"",
        ] {
            assert!(!is_data(text), "{}", text.escape_ascii());
        }
    }

    #[test]
    fn tables_of_cables_in_other_forms_are_told_from_cables() {
        for table in [
            "- classification: SECRET\n  content: \"S E C R E T LIMA 000001\\n\\nText\"\n  date: 2006-05-04\n  refid: 06LIMA1\n",
            "---\n- \"refid\": |-\n    06LIMA1\n  \"date\": |-\n    2006-05-04\n  \"content\": |-\n    S E C R E T LIMA 000001\n",
            "date: 2006-05-04\nrefid: 06LIMA1\ncontent: 'S E C R E T LIMA 000001\n\n\n  Text'\n",
            "a:24:{i:0;a:8:{s:2:\"id\";i:1;s:4:\"date\";s:5:\"refid\";s:7:\"content\";",
            "array (\n  0 => \n  array (\n    'id' => 1,\n    'date' => '',\n    'refid' => '',\n    'content' => '",
            "[{'id': 1, 'date': '2006-05-04', 'refid': '06LIMA1', 'content': 'S E C R E T",
            "\\begin{tabular}{l | l}\n\\textit{id} & \\textit{date} & \\textit{refid} & \\textit{content} \\\\\n",
        ] {
            assert!(is_table(table.as_bytes()), "{table}");
        }
        for text in [
            "date: 2006-05-04\nrefid: 06LIMA1\norigin: Lima\ntext: S E C R E T LIMA 000001\n",
            "- date: 2006-05-04\nS E C R E T LIMA 000001\n",
            "a: b\nS E C R E T LIMA 000001\nrefid, date, content\n",
            "SUBJECT: 'FERRIES'\nREF: LIMA 1\n",
            "",
        ] {
            assert!(!is_table(text.as_bytes()), "{text}");
        }
    }
}
