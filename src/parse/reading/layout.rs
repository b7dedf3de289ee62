//! How the lines of a body lie: where its sections are, whether it has an end, what shares a line with its opening.

/// Where the sections of the telegram are in the body, and whether it has an end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SectionLayout {
    /// `n` of `SECTION n OF m`.
    pub section: Option<i32>,
    /// `m` of `SECTION n OF m`.
    pub section_count: Option<i32>,
    /// Page lines that were taken out, in the order of the text.
    pub page_breaks: Vec<PageBreak>,
    /// Sections that a notice calls missing.
    pub missing_sections: Vec<i32>,
    /// Whether a signature ends the text.
    pub is_signed: bool,
}

/// A page line that was taken out of the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageBreak {
    /// Byte offset in the working text.
    pub start: usize,
    /// Section of the telegram that continues after it.
    pub section: Option<i32>,
    /// Number of sections of the telegram, as the page line has it.
    pub count: Option<i32>,
}

/// Physical lines that the opening of the body shares with what follows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Glued {
    /// Those that a classification line is on.
    pub class_lines: Vec<u32>,
    /// The one of which it is reported already that fields run together on it.
    pub reported: Option<u32>,
}
