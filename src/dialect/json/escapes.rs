//! How strings are escaped: as JSON has it, or once more by the database that wrote each object as a line.

use std::ops::Range;

use memchr::memchr;

use crate::diagnostic::Code;
use crate::dialect::builder::TranscriptBuilder;

/// How strings are escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonEscapes {
    /// A line end is `\n`.
    Once,
    /// It is `\\n`: a database wrote the objects as it writes texts, with every backslash doubled.
    Twice,
}

/// So many line ends that are escaped twice, and nothing that is escaped once, show how a document is written.
const SHOWN: usize = 3;

impl JsonEscapes {
    /// How the strings of a document are escaped, by its beginning.
    pub fn of(bytes: &[u8]) -> JsonEscapes {
        let (mut at, mut line_ends) = (0, 0);
        while let Some(start) = memchr(b'\\', &bytes[at..]).map(|ahead| at + ahead) {
            at = start + bytes[start..].iter().take_while(|&&byte| byte == b'\\').count();
            let length = at - start;
            if length % 2 == 1 && at < bytes.len() {
                return JsonEscapes::Once;
            }
            line_ends += usize::from(length % 4 == 2 && bytes.get(at) == Some(&b'n'));
        }
        if line_ends < SHOWN { JsonEscapes::Once } else { JsonEscapes::Twice }
    }

    /// The length of the escape that begins with a backslash.
    pub fn length(self, rest: &[u8]) -> usize {
        match self {
            JsonEscapes::Once => 2,
            JsonEscapes::Twice => match rest {
                [_, b'\\', b'\\', ..] => 4,
                [_, b'\\', ..] => 3,
                _ => 2,
            },
        }
    }

    /// Keeps a string without its escapes.
    pub fn undo(self, builder: &mut TranscriptBuilder<'_>, range: Range<usize>) {
        let source = builder.source();
        let mut kept = range.start;
        while let Some(found) = memchr(b'\\', &source.as_bytes()[kept..range.end]).map(|ahead| kept + ahead) {
            let is_doubled = self == JsonEscapes::Twice && source[found..range.end].starts_with("\\\\");
            let escape = found + usize::from(is_doubled);
            let rest = &source[escape..range.end];
            let Some(escaped) = rest[1..].chars().next() else { break };
            builder.keep(kept..found);
            kept = escape + 1 + escaped.len_utf8();
            match escaped {
                'n' => builder.replace(found..kept, "\n"),
                't' => builder.replace(found..kept, "\t"),
                'r' => builder.replace(found..kept, "\r"),
                'b' | 'f' => {}
                'u' => {
                    let (length, character) = self.character(rest);
                    kept = escape + length;
                    if character == char::REPLACEMENT_CHARACTER {
                        builder.report(Code::CharactersLost, rest[..length].to_owned());
                    }
                    builder.replace(found..kept, character.encode_utf8(&mut [0; 4]));
                }
                // `\"`, `\\`, `\/`: the character itself.
                _ => {
                    builder.keep(escape + 1..kept);
                    let is_backslash = is_doubled && escaped == '\\';
                    kept += usize::from(is_backslash && source[kept..range.end].starts_with('\\'));
                }
            }
        }
        builder.keep(kept..range.end);
    }

    /// The character of `\u00b6`, or of the two halves of one, and how long it is written. Half a character is not one.
    fn character(self, rest: &str) -> (usize, char) {
        let unit = |rest: &str| u16::from_str_radix(rest.strip_prefix("\\u")?.get(..4)?, 16).ok();
        let Some(first) = unit(rest) else { return (2, char::REPLACEMENT_CHARACTER) };
        let between = usize::from(self == JsonEscapes::Twice);
        let second = rest.get(6 + between..).and_then(unit);
        let pair =
            second.and_then(|second| char::decode_utf16([first, second]).next()?.ok().filter(|_| first >= 0xD800));
        match (pair.filter(|&pair| u32::from(pair) > 0xFFFF), char::from_u32(first.into())) {
            (Some(pair), _) => (12 + between, pair),
            (None, Some(character)) => (6, character),
            (None, None) => (6, char::REPLACEMENT_CHARACTER),
        }
    }
}
