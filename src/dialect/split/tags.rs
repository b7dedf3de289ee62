//! What the tags of a document begin with.

/// Whether a text begins with the tag of an element, such as `<div`, in any case.
pub fn begins_tag(text: &[u8], tag: &[u8]) -> bool {
    let is_over =
        |rest: &[u8]| rest.first().is_none_or(|next| matches!(next, b'>' | b'/') || next.is_ascii_whitespace());
    text.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag)) && is_over(&text[tag.len()..])
}
