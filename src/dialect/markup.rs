//! The tags and texts of a marked-up document, one after another, from any place of it. No tree is built, and nothing is
//! an error: a tag that is not closed is a text, a close without an opening is told of like any other.

use std::ops::Range;

use memchr::memmem;

use super::builder::TranscriptBuilder;
use crate::lex::begins_in_any_case;

/// A tag or a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MarkupToken<'t> {
    /// A stretch between two tags.
    Text(Range<usize>),
    /// An opening tag, `<br/>` among them.
    Open(MarkupTag<'t>),
    /// A closing tag.
    Close(MarkupTag<'t>),
}

/// A tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkupTag<'t> {
    /// Where it is, brackets included.
    pub range: Range<usize>,
    /// Its name, as written.
    pub name: &'t str,
    /// What follows the name.
    rest: &'t str,
}

impl<'t> MarkupTag<'t> {
    /// Whether it has that name, in any case.
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// Whether nothing can be in the element: `<pb n="1"/>`.
    pub fn is_empty(&self) -> bool {
        self.rest.ends_with('/')
    }

    /// The value of an attribute, as written.
    pub fn attribute(&self, name: &str) -> Option<&'t str> {
        let mut from = 0;
        loop {
            let at = from + self.rest[from..].find(name)?;
            from = at + name.len();
            let is_whole = self.rest[..at].ends_with(|before: char| before.is_ascii_whitespace());
            let value = self.rest[from..].trim_start().strip_prefix('=').map(str::trim_start);
            let Some(value) = value.filter(|_| is_whole) else { continue };
            return Some(match value.chars().next().filter(|quote| matches!(quote, '"' | '\'')) {
                Some(quote) => value[1..].split(quote).next().unwrap_or_default(),
                None => value.split([' ', '\t', '\n', '\r', '/']).next().unwrap_or_default(),
            });
        }
    }

    /// Whether that is one of its classes.
    pub fn has_class(&self, class: &str) -> bool {
        self.attribute("class").is_some_and(|classes| classes.split_ascii_whitespace().any(|known| known == class))
    }
}

/// A stretch of a text that is put line by line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MarkupRun {
    /// What is between two tags.
    Text(Range<usize>),
    /// The tag that ends a line or begins one.
    Break(Range<usize>),
}

/// The tokens of a stretch of a document. Comments, declarations, scripts and styles are none; a section of characters
/// (CDATA) is a text.
pub fn tokens(source: &str, within: Range<usize>) -> MarkupTokens<'_> {
    let last_close = source[within.clone()].rfind('>').map_or(within.start, |at| within.start + at);
    MarkupTokens { source, at: within.start, end: within.end, last_close }
}

/// See [`tokens`].
pub struct MarkupTokens<'t> {
    source: &'t str,
    at: usize,
    end: usize,
    /// Where the last bracket is that closes a tag.
    last_close: usize,
}

impl<'t> Iterator for MarkupTokens<'t> {
    type Item = MarkupToken<'t>;

    fn next(&mut self) -> Option<MarkupToken<'t>> {
        while self.at < self.end {
            let start = self.at;
            let text_end = self.next_tag(start);
            if text_end > start {
                self.at = text_end;
                return Some(MarkupToken::Text(start..text_end));
            }
            let rest = &self.source[start..self.end];
            if let Some(characters) = rest.strip_prefix(CHARACTERS) {
                let start = start + CHARACTERS.len();
                let end = start + characters.find(CHARACTERS_END).unwrap_or(characters.len());
                self.at = self.end.min(end + CHARACTERS_END.len());
                return Some(MarkupToken::Text(start..end));
            }
            let Some(length) = skipped(rest) else {
                let length = rest.find('>').map_or(rest.len(), |end| end + 1);
                self.at = start + length;
                return Some(token(start, &rest[..length]));
            };
            self.at = start + length;
        }
        None
    }
}

/// What is around a section of characters.
const CHARACTERS: &str = "<![CDATA[";
const CHARACTERS_END: &str = "]]>";

impl MarkupTokens<'_> {
    /// Where the next tag begins: a bracket that is followed by what a tag begins with, and closed.
    fn next_tag(&self, from: usize) -> usize {
        let text = &self.source[from..self.end];
        let begins = |at: usize| {
            let next = text.as_bytes().get(at + 1).copied().unwrap_or_default();
            (next.is_ascii_alphabetic() || matches!(next, b'/' | b'!' | b'?')) && from + at < self.last_close
        };
        memchr::memchr_iter(b'<', text.as_bytes()).find(|&at| begins(at)).map_or(self.end, |at| from + at)
    }
}

/// The length of a comment, a declaration, a script or a style.
fn skipped(text: &str) -> Option<usize> {
    let behind =
        |close: &str| memmem::find(text.as_bytes(), close.as_bytes()).map_or(text.len(), |at| at + close.len());
    let behind_element = |close: &str| {
        let mut closes = memmem::find_iter(text.as_bytes(), "</").filter(|&at| begins_in_any_case(&text[at..], close));
        closes.next().map_or(text.len(), |at| at + close.len())
    };
    match text.as_bytes().get(1)? {
        b'!' if text.starts_with("<!--") => Some(behind("-->")),
        b'!' | b'?' => Some(behind(">")),
        _ if begins_in_any_case(&text[1..], "script") => Some(behind_element("</script>")),
        _ if begins_in_any_case(&text[1..], "style") => Some(behind_element("</style>")),
        _ => None,
    }
}

fn token(start: usize, text: &str) -> MarkupToken<'_> {
    let range = start..start + text.len();
    let inner = text[1..].strip_suffix('>').unwrap_or(&text[1..]);
    let (closes, inner) = inner.strip_prefix('/').map_or((false, inner), |inner| (true, inner));
    let length = inner.find(|c: char| c.is_ascii_whitespace() || c == '/').unwrap_or(inner.len());
    let tag = MarkupTag { range, name: &inner[..length], rest: &inner[length..] };
    if closes { MarkupToken::Close(tag) } else { MarkupToken::Open(tag) }
}

/// Keeps a text, its character references decoded.
pub fn put(range: Range<usize>, builder: &mut TranscriptBuilder<'_>) {
    let text = &builder.source()[range.clone()];
    let mut kept = range.start;
    for at in memchr::memchr_iter(b'&', text.as_bytes()) {
        if let Some((length, character)) = reference(&text[at..]) {
            let start = range.start + at;
            builder.keep(kept..start);
            builder.replace(start..start + length, character.encode_utf8(&mut [0; 4]));
            kept = start + length;
        }
    }
    builder.keep(kept..range.end);
}

/// A text with its character references decoded.
pub fn decoded(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, behind) = rest.split_at(at);
        decoded.push_str(before);
        let (length, character) = reference(behind).unwrap_or((1, '&'));
        decoded.push(character);
        rest = &behind[length..];
    }
    decoded + rest
}

/// The character that a reference names, and how long the reference is.
fn reference(text: &str) -> Option<(usize, char)> {
    const NAMED: [(&str, char); 7] = [
        ("&amp;", '&'),
        ("&lt;", '<'),
        ("&gt;", '>'),
        ("&quot;", '"'),
        ("&apos;", '\''),
        ("&nbsp;", ' '),
        ("&para;", '¶'),
    ];
    if let Some((name, character)) = NAMED.iter().find(|(name, _)| text.starts_with(name)) {
        return Some((name.len(), *character));
    }
    let end = text.as_bytes().iter().take(10).position(|&byte| byte == b';')?;
    let number = text[..end].strip_prefix("&#")?;
    let code = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => number.parse(),
    };
    Some((end + 1, char::from_u32(code.ok()?)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(source: &str) -> Vec<String> {
        let show = |token: MarkupToken<'_>| match token {
            MarkupToken::Text(range) => source[range].to_owned(),
            MarkupToken::Open(tag) => format!("+{}", tag.name),
            MarkupToken::Close(tag) => format!("-{}", tag.name),
        };
        tokens(source, 0..source.len()).map(show).collect()
    }

    #[test]
    fn tags_and_texts_come_in_their_order() {
        assert_eq!(shown("a<b>c</b><!-- <i> --><br/>d"), ["a", "+b", "c", "-b", "+br", "d"]);
        assert_eq!(shown("<!DOCTYPE html><script>if (a<b) {}</script>x < y <5 <z"), ["x < y <5 <z"]);
        assert_eq!(shown("<SCRIPT>if (a<b) {}</SCRIPT>x"), ["x"]);
    }

    #[test]
    fn a_section_of_characters_is_a_text() {
        assert_eq!(shown("a<![CDATA[R&D <b>]]>c"), ["a", "R&D <b>", "c"]);
        assert_eq!(shown("<b><![CDATA[cut >"), ["+b", "cut >"]);
    }

    #[test]
    fn an_attribute_is_found_by_its_whole_name() {
        let Some(MarkupToken::Open(tag)) = tokens(r#"<div xtype="a" class="s_key odd" type=b>"#, 0..40).next() else {
            panic!()
        };
        assert_eq!((tag.attribute("type"), tag.attribute("id")), (Some("b"), None));
        assert!(tag.has_class("s_key") && !tag.has_class("s_"));
    }

    #[test]
    fn references_are_decoded() {
        assert_eq!(decoded("R&amp;D &#8217;&#x27; &nosuch; &"), "R&D \u{2019}' &nosuch; &");
    }
}
