//! Page lines and banners of printing software, taken out of the body.
//!
//! A page break interrupts whatever stood there, mostly in mid-sentence. Which of the blank lines around it
//! belong to the text is decided here, once, so that nobody downstream knows that pages ever were.
//! Never looks at what the text means.

use crate::lex::page_line::{self, PageLine, is_banner, may_begin_banner};
use crate::lex::{Piece, Sign, shape};
use crate::parse::reading::{Draft, PageBreak, Zone};

/// Claims page lines and banners; returns the body without them. Where a sentence runs over a page line, the
/// blank lines around it go too; where a paragraph ends there, one blank line stays.
pub fn remove<'t>(body: Vec<Piece<'t>>, draft: &mut Draft<'t>) -> Vec<Piece<'t>> {
    let mut kept = Vec::new();
    let mut done = 0;
    while let Some((at, furniture)) = Furniture::find(&body, done, draft) {
        kept.reserve(body.len() - done);
        kept.extend_from_slice(&body[done..at]);
        done = at + 1;
        match furniture {
            Furniture::Page(page) => done += take_page_line(&body[at], &page, &body[done..], &mut kept, draft),
            Furniture::Banner => draft.claim(body[at], Zone::PageLine),
        }
    }
    if done == 0 {
        return body;
    }
    kept.extend_from_slice(&body[done..]);
    kept
}

/// What a line of the body holds that is none of the text's.
enum Furniture {
    Page(PageLine),
    Banner,
}

impl Furniture {
    /// The first of it at or behind the line `from`, and the index of its line.
    fn find(body: &[Piece<'_>], from: usize, draft: &Draft<'_>) -> Option<(usize, Furniture)> {
        let mut lines = body.iter().enumerate().skip(from).filter(|(_, line)| Furniture::may_stand_in(line));
        lines.find_map(|(at, _)| Some((at, Furniture::begin(&body[at..], draft)?)))
    }

    /// Whether a line bears the signs of it: nearly none does.
    fn may_stand_in(line: &Piece<'_>) -> bool {
        PageLine::may_stand_in(line) | (line.may_hold(Sign::Capitals) & may_begin_banner(line.text))
    }

    /// What the first line holds.
    fn begin(lines: &[Piece<'_>], draft: &Draft<'_>) -> Option<Furniture> {
        let (line, below) = lines.split_first()?;
        let page = PageLine::find(line, draft.context.post.as_deref()).map(Furniture::Page);
        let is_banner = || is_banner(line.text) && is_beside_page_line(below);
        page.or_else(|| is_banner().then_some(Furniture::Banner))
    }
}

/// Claims a page line and keeps what stands around it; returns how many of the lines behind it go as well.
fn take_page_line<'t>(
    piece: &Piece<'t>,
    page: &PageLine,
    rest: &[Piece<'t>],
    kept: &mut Vec<Piece<'t>>,
    draft: &mut Draft<'t>,
) -> usize {
    let (before, tail) = piece.split_at(page.range.start);
    let (line, after) = tail.split_at(page.range.len());
    claim_page_line(line, page, draft);
    if !before.is_blank() {
        kept.push(before);
    }
    if after.is_blank() {
        let skipped = skip_furniture(rest, draft);
        close_gap(kept, &rest[skipped..], after.slice(0..0));
        return skipped;
    }
    kept.extend(without_page_lines(after, draft));
    0
}

fn claim_page_line<'t>(line: Piece<'t>, page: &PageLine, draft: &mut Draft<'t>) {
    draft.claim(line, Zone::PageLine);
    draft.page_breaks.push(PageBreak { start: line.start, section: page.section, count: page.count });
}

/// Takes the page lines out of the rest of a line whose first one is gone.
fn without_page_lines<'t>(mut rest: Piece<'t>, draft: &mut Draft<'t>) -> Vec<Piece<'t>> {
    let mut kept = Vec::new();
    while let Some(page) = PageLine::find(&rest, draft.context.post.as_deref()) {
        let (before, tail) = rest.split_at(page.range.start);
        let (line, after) = tail.split_at(page.range.len());
        claim_page_line(line, &page, draft);
        kept.push(before);
        rest = after;
    }
    kept.push(rest);
    kept.retain(|piece| !piece.is_blank());
    kept
}

/// Claims the banners and blank lines behind a page line; returns how many lines they are.
fn skip_furniture<'t>(rest: &[Piece<'t>], draft: &mut Draft<'t>) -> usize {
    let mut skipped = 0;
    for piece in rest {
        if !piece.is_blank() && !is_banner(piece.text) {
            break;
        }
        draft.claim(*piece, Zone::PageLine);
        skipped += 1;
    }
    skipped
}

/// Whether a page line follows a banner, with blank lines and one more banner at most between them.
fn is_beside_page_line(rest: &[Piece<'_>]) -> bool {
    let mut lines = rest.iter().take(6);
    lines.find(|piece| !piece.is_blank() && !is_banner(piece.text)).is_some_and(|piece| page_line::is_old(piece.text))
}

/// Takes the blank lines in front of a break away, and leaves one where a border stays.
pub fn close_gap<'t>(kept: &mut Vec<Piece<'t>>, rest: &[Piece<'t>], blank: Piece<'t>) {
    let had_blank = kept.last().is_some_and(Piece::is_blank);
    while kept.last().is_some_and(Piece::is_blank) {
        kept.pop();
    }
    let Some(before) = kept.last() else { return };
    if rest.is_empty() && had_blank || is_border(before.text, rest) {
        kept.push(blank);
    }
}

/// Whether a paragraph ends at a break: what follows opens something, or what precedes can hold no prose.
fn is_border(before: &str, rest: &[Piece<'_>]) -> bool {
    let Some(first) = rest.iter().position(|piece| !piece.is_blank()) else { return true };
    let next = rest[first].text.trim_start().trim_start_matches('\u{b6}').trim_start();
    let below = rest.get(first + 1).map_or("", |piece| piece.text);
    let second = rest.get(first + 2).map_or("", |piece| piece.text);
    let is_end = |text: &str| text.trim().is_empty() || shape::is_rule(text);
    let is_alone = || is_end(below) || is_end(second) && next.len() >= 30 && is_heading_like(below, ".");
    let is_in_subject = || before.trim_start().starts_with("SUBJ") && !shape::is_rule(below) && !is_opener(next);
    shape::is_rule(next)
        || shape::is_rule(before)
        || next.contains("----")
        || is_opener(next) && is_alone()
        || is_label_line(next)
        || is_label_line(before) && before.len() < 60 && shape::is_capital(before)
        || opens_item(before, next)
        || next.len() <= 70 && is_alone() && is_heading_like(next, before) && !is_in_subject()
        || next.len() < 40 && shape::ends_sentence(before) && rest.len() <= first + 3
}

/// Whether the line begins a numbered paragraph or an item of a list.
fn opens_item(before: &str, next: &str) -> bool {
    if let Some(numbered) = shape::numbered(next) {
        return numbered.marking.is_some()
            || shape::ends_sentence(before)
            || is_label_line(before)
            || before.len() < 45;
    }
    match shape::Label::leading(next) {
        Some(shape::Label::Bullet(_)) => true,
        Some(_) => shape::ends_sentence(before) || before.ends_with([';', ',']),
        None => false,
    }
}

/// Whether the line opens a summary: no line of a subject does.
fn is_opener(text: &str) -> bool {
    ["SUMMARY", "INTRODUCTION", "KEY POINTS", "BEGIN"]
        .iter()
        .any(|opener| text.get(..opener.len()).is_some_and(|start| start.eq_ignore_ascii_case(opener)))
}

/// Whether the line could be a heading: capitals, or Title Case that ends no sentence.
fn is_heading_like(text: &str, before: &str) -> bool {
    let text = text.trim();
    let ended = shape::ends_sentence(before) || before.to_ascii_uppercase().contains("END ");
    let capital = shape::is_capital(text) && (ended || !shape::is_capital(before));
    !text.ends_with('.') && (capital || ended && shape::is_title_case(text) && text.contains(' '))
}

/// Labels of the preamble, before which a border always stays.
fn is_label_line(text: &str) -> bool {
    const LABELS: &[&str] = &["E.O.", "TAGS", "SUBJECT", "SUBJ:", "REF:", "REFS:", "REFTEL", "CLASSIFIED BY"];
    let start = text.trim_start();
    LABELS.iter().any(|label| start.get(..label.len()).is_some_and(|start| start.eq_ignore_ascii_case(label)))
}
