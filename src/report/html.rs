//! Markup to text: what comes from outside is escaped wherever it goes, since only constants are markup.
//!
//! Writes HTML that is XML as well. Never loads anything, and has no way to write a script.

use std::fmt::Display;

/// A page in the making.
#[derive(Debug, Default)]
pub struct Markup(String);

impl Markup {
    /// Adds markup of our own.
    pub fn markup(&mut self, markup: &'static str) -> &mut Markup {
        self.0.push_str(markup);
        self
    }

    /// Adds text from anywhere.
    pub fn text(&mut self, text: impl Display) -> &mut Markup {
        escape(&text.to_string(), &mut self.0);
        self
    }

    /// Adds an element with attributes of any value around what `content` adds.
    pub fn element(
        &mut self,
        name: &'static str,
        attributes: &[(&'static str, &dyn Display)],
        content: impl FnOnce(&mut Markup),
    ) -> &mut Markup {
        self.markup("<").markup(name);
        for (attribute, value) in attributes {
            self.markup(" ").markup(attribute).markup("=\"").text(value).markup("\"");
        }
        self.markup(">");
        content(self);
        self.markup("</").markup(name).markup(">")
    }

    /// Adds an element that holds text.
    pub fn words(
        &mut self,
        name: &'static str,
        attributes: &[(&'static str, &dyn Display)],
        text: impl Display,
    ) -> &mut Markup {
        self.element(name, attributes, |html| _ = html.text(text))
    }

    /// The whole text.
    pub fn finish(self) -> String {
        self.0
    }
}

/// Letters that would be markup become references; what no page can hold, or what turns the direction of a line, is
/// spelled.
fn escape(text: &str, html: &mut String) {
    for letter in text.chars() {
        match letter {
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '&' => html.push_str("&amp;"),
            '"' => html.push_str("&quot;"),
            '\n' | '\t' => html.push(letter),
            '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FFFE}' | '\u{FFFF}' => spell(letter, html),
            letter if letter.is_control() => spell(letter, html),
            letter => html.push(letter),
        }
    }
}

fn spell(letter: char, html: &mut String) {
    html.push_str(&format!("\\u{{{:X}}}", u32::from(letter)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_from_outside_is_never_markup() {
        let mut html = Markup::default();
        let hostile = "\"><script>alert(1)</script>&\u{1b}\u{202E}";
        html.words("p", &[("title", &hostile)], hostile);
        let page = html.finish();
        assert_eq!(page.matches('<').count(), 2, "{page}");
        assert!(page.contains("\\u{1B}\\u{202E}") && !page.contains('\u{1b}'), "{page}");
    }
}
