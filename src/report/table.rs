//! Rows to tables that can be read aloud, scrolled with keys, and printed.

use super::html::Markup;
use crate::count::grouped;

/// What a cell of a table holds.
pub enum TableCell {
    None,
    Text(String),
    Number(u64),
    Code(String),
    /// Lines, each with words before it.
    Lines(Vec<(String, String)>),
}

pub fn text(text: &str) -> TableCell {
    TableCell::Text(text.to_owned())
}

pub fn code(text: &str) -> TableCell {
    TableCell::Code(text.to_owned())
}

pub fn number(number: u64) -> TableCell {
    TableCell::Number(number)
}

/// A table; a column whose name begins with `#` holds numbers. Nothing where there is no row.
pub fn table<'c>(
    html: &mut Markup,
    title: &str,
    columns: impl AsRef<[&'c str]>,
    rows: impl Iterator<Item = impl AsRef<[TableCell]>>,
) {
    let columns = columns.as_ref();
    let mut rows = rows.peekable();
    if rows.peek().is_none() {
        return;
    }
    let region: [(&str, &dyn std::fmt::Display); 4] =
        [("class", &"scroll"), ("tabindex", &"0"), ("role", &"region"), ("aria-label", &title)];
    html.element("div", &region, |html| {
        html.markup("<table>").words("caption", &[], title).markup("<thead><tr>");
        for column in columns {
            match column.strip_prefix('#') {
                None if column.is_empty() => _ = html.markup("<td></td>"),
                None => _ = html.words("th", &[("scope", &"col")], column),
                Some(name) => {
                    html.words("th", &[("scope", &"col"), ("class", &"n")], name);
                }
            }
        }
        html.markup("</tr></thead><tbody>\n");
        for row in rows {
            html.markup("<tr>");
            for (at, (cell, column)) in row.as_ref().iter().zip(columns).enumerate() {
                put(html, cell, at == 0, column.starts_with('#'));
            }
            html.markup("</tr>\n");
        }
        html.markup("</tbody></table>");
    });
    html.markup("\n");
}

fn put(html: &mut Markup, cell: &TableCell, is_head: bool, is_number: bool) {
    let (name, mut attributes): (_, Vec<(&str, &dyn std::fmt::Display)>) =
        if is_head { ("th", vec![("scope", &"row")]) } else { ("td", Vec::new()) };
    if is_number {
        attributes.push(("class", &"n"));
    }
    html.element(name, &attributes, |html| match cell {
        TableCell::None => {}
        TableCell::Text(text) => _ = html.text(text),
        TableCell::Number(number) => _ = html.text(grouped(*number)),
        TableCell::Code(code) if code.is_empty() => {}
        TableCell::Code(code) => _ = html.words("code", &[], code),
        TableCell::Lines(lines) => {
            for (at, (before, line)) in lines.iter().enumerate() {
                if at > 0 {
                    html.markup("<br/>");
                }
                html.text(before).words("code", &[], line);
            }
        }
    });
}
