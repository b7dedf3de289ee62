//! Page lines and banners of printing software, taken out of the body.
//!
//! A page break interrupts whatever was there, mostly in mid-sentence. Which of the blank lines around it
//! belong to the text is decided here, once, so that nobody downstream knows that pages ever were.
//! Never looks at what the text means.

use super::Release;
use crate::lex::page_line::{self, PageLine, is_banner, may_begin_banner};
use crate::lex::stamp::Stamp;
use crate::lex::{Ahead, LineRule, Piece, begins_in_any_case, shape, wire};
use crate::parse::reading::{Notes, PageBreak, Zone};
use crate::tables::endings;

/// Claims page lines and banners of a cable of `post`; returns the body without them.
///
/// Where a sentence runs over a page line, the blank lines around it go too; where a paragraph ends there, one blank
/// line stays.
pub fn remove<'t>(body: Vec<Piece<'t>>, post: Option<&str>, notes: &mut Notes<'t>) -> Cleared<'t> {
    let mut remover = Remover { post, kept: Vec::new(), page_breaks: Vec::new(), release: Release::default(), notes };
    let mut done = 0;
    let mut text = Ahead::of(|from| next_text(&body, from));
    while let Some((at, furniture)) = Furniture::find(&body, done, post, |line| text.next(line).is_some()) {
        remover.kept.reserve(body.len() - done);
        remover.kept.extend_from_slice(&body[done..at]);
        done = at + 1;
        match furniture {
            Furniture::Page(page) => done += remover.take_page_line(&body[at], &page, &body[done..]),
            Furniture::Frame => remover.notes.claim(body[at], Zone::PageLine),
            Furniture::BrokenPage(page, lines) => {
                remover.note_break(body[at], &page);
                done = at + remover.take_lines(&body[at..], lines);
            }
            Furniture::Stamp(stamp) => {
                remover.release.note(&stamp);
                done = at + remover.take_lines(&body[at..], stamp.lines);
            }
        }
    }
    if done == 0 {
        return Cleared { lines: body, ..Cleared::default() };
    }
    remover.kept.extend_from_slice(&body[done..]);
    Cleared { lines: remover.kept, page_breaks: remover.page_breaks, release: remover.release }
}

/// No line that was joined of others has more page lines.
const MOST_OF_LINE: usize = 1_000;

/// Bytes from one page line to the next, at most.
const LONGEST_PAGE: usize = 64 << 10;

/// A body without what printing put into it.
#[derive(Debug, Default)]
pub struct Cleared<'t> {
    /// The lines that are left.
    pub lines: Vec<Piece<'t>>,
    /// Where the page lines were.
    pub page_breaks: Vec<PageBreak>,
    /// What stamps said.
    pub release: Release,
}

/// What a line of the body holds that is not part of the text.
enum Furniture<'t> {
    Page(PageLine),
    /// A page line broken over this many lines.
    BrokenPage(PageLine, usize),
    /// A banner over or under a page, or the end of a section.
    Frame,
    Stamp(Stamp<'t>),
}

impl<'t> Furniture<'t> {
    /// The first of it at or after the line `from`, and the index of its line; `holds_text` says whether there is text at
    /// or after a line.
    fn find(
        body: &[Piece<'t>],
        from: usize,
        post: Option<&str>,
        mut holds_text: impl FnMut(usize) -> bool,
    ) -> Option<(usize, Furniture<'t>)> {
        let mut lines = body.iter().enumerate().skip(from).filter(|(_, line)| Furniture::may_be_in(line));
        lines.find_map(|(at, _)| Some((at, Furniture::begin(&body[at..], post, |line| holds_text(at + line))?)))
    }

    /// Whether any of it can be in a line.
    fn may_be_in(line: &Piece<'_>) -> bool {
        line.is_candidate(LineRule::PageLine)
            | (line.is_candidate(LineRule::Banner) & may_begin_frame(line.text))
            | Stamp::may_begin_in(line)
    }

    /// What the first line holds.
    fn begin(lines: &[Piece<'t>], post: Option<&str>, holds_text: impl FnOnce(usize) -> bool) -> Option<Furniture<'t>> {
        let (line, below) = lines.split_first()?;
        let page = PageLine::find(line, post).map(Furniture::Page);
        let broken = || broken_page(lines, post).map(|(page, lines)| Furniture::BrokenPage(page, lines));
        let is_frame = || is_frame(line.text) && is_beside_page_line(below, post);
        // The stamp under the text is part of the trailer.
        let stamp = || Stamp::leading(lines).filter(|stamp| holds_text(stamp.lines)).map(Furniture::Stamp);
        page.or_else(broken).or_else(|| is_frame().then_some(Furniture::Frame)).or_else(stamp)
    }
}

/// The page line that is broken over the first line and the next one that is not blank, and how many lines that is.
fn broken_page(lines: &[Piece<'_>], post: Option<&str>) -> Option<(PageLine, usize)> {
    let (first, below) = lines.split_first().filter(|(first, _)| first.is_candidate(LineRule::PageLine))?;
    let next = below.iter().take(3).position(|line| !line.is_blank())?;
    let page = page_line::broken(first.text, below[next].text, post)?;
    Some((page, next + 2))
}

/// The first line from `from` on that holds text, not only what printing and archives put under it.
fn next_text(lines: &[Piece<'_>], from: usize) -> Option<usize> {
    let mut at = from;
    while let Some(line) = lines.get(at) {
        at += match Stamp::leading(&lines[at..]) {
            Some(stamp) => stamp.lines,
            None if line.is_blank() || is_banner(line.text) || endings::is_closing(line.text.trim()) => 1,
            None => return Some(at),
        };
    }
    None
}

/// The body without what was found so far.
struct Remover<'n, 'p, 't> {
    post: Option<&'p str>,
    kept: Vec<Piece<'t>>,
    page_breaks: Vec<PageBreak>,
    release: Release,
    notes: &'n mut Notes<'t>,
}

impl<'t> Remover<'_, '_, 't> {
    /// Claims a page line and keeps what is around it; returns how many of the lines after it go as well.
    fn take_page_line(&mut self, piece: &Piece<'t>, page: &PageLine, rest: &[Piece<'t>]) -> usize {
        let after = self.cut(*piece, page);
        if after.is_blank() {
            let skipped = self.skip_furniture(rest);
            close_gap(&mut self.kept, &rest[skipped..], after.slice(0..0));
            return skipped;
        }
        let mut rest = after;
        for _ in 1..MOST_OF_LINE {
            let near = rest.slice(0..rest.text.floor_char_boundary(LONGEST_PAGE));
            let Some(page) = PageLine::find(&near, self.post) else { break };
            rest = self.cut(rest, &page);
        }
        self.keep(rest);
        0
    }

    /// Claims a page line, keeps what is before it in its line, and returns what is after it.
    fn cut(&mut self, piece: Piece<'t>, page: &PageLine) -> Piece<'t> {
        let (before, tail) = piece.split_at(page.range.start);
        let (line, after) = tail.split_at(page.range.len());
        self.notes.claim(line, Zone::PageLine);
        self.note_break(line, page);
        self.keep(before);
        after
    }

    fn note_break(&mut self, line: Piece<'_>, page: &PageLine) {
        self.page_breaks.push(PageBreak { start: line.start, section: page.section, count: page.count });
    }

    /// Claims the first `count` lines and the furniture after them; returns how many lines that is.
    fn take_lines(&mut self, lines: &[Piece<'t>], count: usize) -> usize {
        let (taken, rest) = lines.split_at(count);
        taken.iter().for_each(|line| self.notes.claim(*line, Zone::PageLine));
        let skipped = self.skip_furniture(rest);
        close_gap(&mut self.kept, &rest[skipped..], taken[0].slice(0..0));
        count + skipped
    }

    fn keep(&mut self, piece: Piece<'t>) {
        if !piece.is_blank() {
            self.kept.push(piece);
        }
    }

    /// Claims the banners and blank lines after a page line; returns how many lines they are.
    fn skip_furniture(&mut self, rest: &[Piece<'t>]) -> usize {
        let is_furniture = |piece: &&Piece<'t>| piece.is_blank() || is_banner(piece.text);
        let skipped = rest.iter().take_while(is_furniture).count();
        rest[..skipped].iter().for_each(|piece| self.notes.claim(*piece, Zone::PageLine));
        skipped
    }
}

/// Whether the line is a banner over or under a page, or the sign at the end of a section.
fn is_frame(text: &str) -> bool {
    is_banner(text) || wire::is_end_sign(text.trim())
}

/// Whether a line begins as one of these does.
fn may_begin_frame(text: &str) -> bool {
    may_begin_banner(text) || text.starts_with('N')
}

/// Whether a page line follows a banner or the end of a section, with few lines between them, all blank or of that kind.
fn is_beside_page_line(rest: &[Piece<'_>], post: Option<&str>) -> bool {
    let next = rest.iter().take(8).position(|piece| !piece.is_blank() && !is_frame(piece.text));
    next.is_some_and(|at| page_line::is_old(rest[at].text, post) || broken_page(&rest[at..], post).is_some())
}

/// Takes the blank lines before a break away, and leaves one where a border stays.
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
    match shape::ItemLabel::leading(next) {
        Some(shape::ItemLabel::Bullet(_)) => true,
        Some(_) => shape::ends_sentence(before) || before.ends_with([';', ',']),
        None => false,
    }
}

/// Whether the line opens a summary: no line of a subject does.
fn is_opener(text: &str) -> bool {
    ["SUMMARY", "INTRODUCTION", "KEY POINTS", "BEGIN"].iter().any(|opener| begins_in_any_case(text, opener))
}

/// Whether the line could be a heading: upper case, or title case that ends no sentence.
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
    LABELS.iter().any(|label| begins_in_any_case(start, label))
}
