//! A style sheet for XML that is opened in a browser.

use super::{Description, Kind, Schema};
use crate::contract::{Nature, XmlPlace};

/// `cable.css`
pub fn render(schema: &Schema) -> String {
    let mut text = format!("/* cablegram schema {} in a browser. */\n", schema.version());
    text.push_str(START);
    for column in schema.descriptions().filter(|column| column.place == XmlPlace::Child) {
        text.push_str(&rule(column));
    }
    text.push_str(END);
    text
}

const START: &str = r#"@namespace xml "http://www.w3.org/XML/1998/namespace";

cables, cable { display: block; font-family: Georgia, serif; color: #222; background: #fff; }
cable { max-width: 46em; margin: 2em auto; padding: 1.5em; border: 1px solid #bbb; }
cable::before {
  display: block; margin-bottom: 1em; padding-bottom: .5em; border-bottom: 1px solid #bbb;
  font: bold 1.1em sans-serif; content: attr(mrn) "   " attr(date) "   " attr(classification);
}
cable > * { display: block; margin: .4em 0; }
cable > *::before { display: inline-block; min-width: 11em; color: #777; font: .8em sans-serif; }
cable > * > * { display: block; margin-left: 2em; }
[xml|space="preserve"], paragraph > text { white-space: pre-wrap; }
"#;

const END: &str = r#"
paragraph { margin: .8em 0; }
paragraph::before { content: attr(number) ". (" attr(marking) ") "; color: #777; }
paragraph:not([number])::before { content: "(" attr(marking) ") "; }
paragraph:not([number]):not([marking])::before, paragraph[number]:not([marking])::before { content: attr(number) " "; }
paragraph > heading { display: block; font-weight: bold; }
paragraph > text { display: inline; }
addressee::before { content: attr(role) " " attr(precedence) " "; color: #777; }
subject { font-weight: bold; }
end { display: none; }
"#;

fn rule(column: &Description) -> String {
    let label = column.name.replace('_', " ");
    match (column.nature, &column.kind) {
        // The whole source stands again in every other element.
        (Nature::Prose, Kind::Text) if column.required => format!("cable > {} {{ display: none; }}\n", column.name),
        _ => format!("cable > {}::before {{ content: \"{label}\"; }}\n", column.name),
    }
}
