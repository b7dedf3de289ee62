//! Sections of the telegram: where each begins, and which are known to be missing.
//!
//! Page lines number them. Never calls a section missing that may only have lost its page line.

use crate::diagnostic::Code;
use crate::parse::reading::{Findings, PageBreak, SectionLayout};

/// Where sections begin, as far as page lines and the classification line say.
pub struct Sections {
    first: Option<i32>,
    breaks: Vec<PageBreak>,
    /// The section that would begin after the text; unknown where the text has no end.
    behind: Option<i32>,
}

impl Sections {
    /// The sections of the text.
    pub fn of(layout: &SectionLayout) -> Sections {
        let breaks: Vec<PageBreak> = layout.page_breaks.iter().copied().filter(|page| page.section.is_some()).collect();
        let first = breaks.first().map(|_| layout.section.unwrap_or(1));
        let count = breaks.last().and_then(|page| page.count).filter(|_| layout.is_signed);
        Sections { first, breaks, behind: count.map(|count| count + 1) }
    }

    /// The section that holds the byte at `start` of the working text; unknown where a page line was lost between
    /// the last one and the next (case `page-line-lost`).
    pub fn at(&self, start: usize) -> Option<i32> {
        let after = self.breaks.partition_point(|page| page.start <= start);
        let section = after.checked_sub(1).map_or(self.first, |last| self.breaks[last].section)?;
        let next = self.breaks.get(after).map_or(self.behind, |page| page.section);
        next.is_none_or(|next| next <= section + 1).then_some(section)
    }
}

/// How the text ends, as far as that tells whether it is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextEnding {
    /// With a signature.
    Signed,
    /// Without a signature, after a whole sentence.
    Unsigned,
    /// In mid-sentence.
    Cut,
}

/// The sections that the text is known not to hold.
pub fn missing(ending: TextEnding, layout: &SectionLayout, findings: &mut Findings) -> Vec<i32> {
    let mut missing = layout.missing_sections.clone();
    let first = layout.section.unwrap_or(1);
    let last_page = layout.page_breaks.iter().filter_map(|page| page.section).max();
    if let Some(count) = layout.section_count.filter(|count| (2..=99).contains(count)) {
        let mut unread: Vec<i32> = (1..first.min(count + 1)).collect();
        let last = last_page.unwrap_or(first).max(first);
        let ends_early = last_page.is_some() && ending != TextEnding::Signed
            || ending == TextEnding::Cut
            || first > 1 && last_page.is_none();
        if ends_early {
            unread.extend(last + 1..=count);
        }
        unread.retain(|section| !missing.contains(section));
        if !unread.is_empty() {
            let list: Vec<String> = unread.iter().map(i32::to_string).collect();
            findings.report_document(Code::SectionMissing, list.join(", "));
        }
        missing.extend(unread);
    }
    missing.sort_unstable();
    missing.dedup();
    missing
}
