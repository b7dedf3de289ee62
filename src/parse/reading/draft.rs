//! The cable in the making: what every stage of the parser adds to.

use jiff::civil::Date;

use crate::cable::Cable;
use crate::diagnostic::{Code, Diagnostic};
use crate::lex::Piece;
use crate::parse::reading::{Claim, Zone};
use crate::tables::posts::Post;

/// The cable so far, what its lines were read as, and what was odd.
#[derive(Debug, Default)]
pub struct Draft<'t> {
    /// The fields read so far.
    pub cable: Cable,
    /// What is known of the cable before its fields are read.
    pub context: Context,
    /// What was odd so far.
    pub findings: Findings,
    /// What stretches of the text were read as, in the order of discovery.
    pub claims: Vec<Claim<'t>>,
    /// Where page lines stood, in the order of the text.
    pub page_breaks: Vec<PageBreak>,
}

/// A page line that was taken out of the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageBreak {
    /// Byte offset in the working text.
    pub start: usize,
    /// Section of the telegram that continues behind it.
    pub section: Option<i32>,
    /// Number of sections of the telegram, as the page line has it.
    pub count: Option<i32>,
}

impl<'t> Draft<'t> {
    /// Claims a stretch of text for what it was read as.
    pub fn claim(&mut self, piece: Piece<'t>, zone: Zone) {
        if !piece.is_blank() {
            self.claims.push(Claim { piece, zone });
        }
    }
}

/// What is known of the cable before its fields are read.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// Canonical message reference number.
    pub mrn: String,
    /// Canonical post.
    pub post: Option<String>,
    /// Year, four digits.
    pub year: Option<i32>,
    /// Serial number.
    pub serial: Option<i32>,
    /// Day on which the cable was sent.
    pub date: Option<Date>,
    /// What the classification line calls the cable.
    pub stated: Option<Stated>,
}

impl Context {
    /// Whether the cable goes by this name already.
    pub fn is_named(&self, year: i32, post: &str, serial: i32) -> bool {
        let named = (self.year, self.post.as_deref(), self.serial) == (Some(year), Some(post), Some(serial));
        named && !self.mrn.is_empty()
    }
}

/// Post and serial of a classification line.
#[derive(Clone, Debug)]
pub struct Stated {
    /// The letters of the post's name as written, in capitals.
    pub name: String,
    /// The post, where it stands in the table.
    pub post: Option<&'static Post>,
    /// The digits of the serial as written; `O` and `Q` stand for lost ones.
    pub digits: String,
    /// Physical line it stands on.
    pub line: u32,
}

impl Stated {
    /// The serial, where all its digits are sound.
    pub fn serial(&self) -> Option<i32> {
        self.digits.parse().ok()
    }
}

/// Collects what was odd. Nearly every line is not, so that the code for those that are stays out of the way.
#[derive(Debug, Default)]
pub struct Findings {
    /// In the order of discovery.
    pub diagnostics: Vec<Diagnostic>,
}

impl Findings {
    /// Reports an oddity at the place of `piece`.
    #[cold]
    pub fn report(&mut self, code: Code, piece: &Piece<'_>, detail: impl Into<String>) {
        self.diagnostics.push(Diagnostic { code, line: Some(piece.line), detail: detail.into() });
    }

    /// Reports an oddity of the whole document.
    #[cold]
    pub fn report_document(&mut self, code: Code, detail: impl Into<String>) {
        self.diagnostics.push(Diagnostic { code, line: None, detail: detail.into() });
    }
}
