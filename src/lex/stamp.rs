//! The stamps of those who released a cable: `Declassified/Released US Department of State EO Systematic Review 30 JUN
//! 2005`, `UNCLASSIFIED U.S. Department of State Case No. F-2014-12345 Doc No. C01234567 Date: 08/31/2015`.
//!
//! Finds one on whole lines, that of the review also broken over several; never takes a line that holds anything else.

use jiff::civil::Date;

use super::{LineRule, Piece, date};

/// A stamp on whole lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp<'t> {
    /// How many lines it takes up.
    pub lines: usize,
    /// The day of the release; `None` if it cannot be read.
    pub date: Option<Date>,
    /// Number of the request and of the document, which only the stamp of a request gives.
    pub request: Option<StampRequest<'t>>,
}

/// What the stamp of a request under the Freedom of Information Act names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StampRequest<'t> {
    /// `F-2014-12345`
    pub case: &'t str,
    /// `C01234567`
    pub document: &'t str,
}

/// A stamp is broken over no more lines than this.
const MOST_LINES: usize = 6;

/// The words of the stamp of the review before its date.
const WORDS: [&str; 8] = ["Declassified/Released", "US", "Department", "of", "State", "EO", "Systematic", "Review"];

/// Names of those who signed the review.
const REVIEWERS: [&str; 2] = ["Margaret P. Grafeld", "Sheryl P. Walter"];

/// Words of each of their names.
const NAME_WORDS: usize = 3;

impl<'t> Stamp<'t> {
    /// Reads the stamp that begins with the first of the lines.
    pub fn leading(lines: &[Piece<'t>]) -> Option<Stamp<'t>> {
        let first = lines.first().filter(|line| Stamp::may_begin_in(line))?;
        if let Some((request, date)) = request(first.text) {
            return Some(Stamp { lines: 1, date, request: Some(request) });
        }
        let mut words: Vec<&str> = first.text.split_whitespace().collect();
        let mut count = 1;
        let is_named = REVIEWERS.iter().any(|name| words.iter().copied().take(NAME_WORDS).eq(name.split(' ')));
        let reviewer = if is_named { NAME_WORDS } else { 0 };
        while words.len() < reviewer + WORDS.len() + DATE_WORDS {
            let next = lines.get(count).filter(|_| count < MOST_LINES)?;
            words.extend(next.text.split_whitespace());
            count += 1;
        }
        let (stamp, date) = words[reviewer..].split_at_checked(WORDS.len())?;
        let [day, month, year] = date else { return None };
        let date = || date::day_month_year(day, month, year);
        (stamp == WORDS).then(|| Stamp { lines: count, date: date(), request: None })
    }

    /// Whether a line begins as a stamp does, or as the name over one.
    pub fn may_begin_in(line: &Piece<'_>) -> bool {
        // Most lines begin with another letter.
        let text = if line.text.starts_with(' ') { line.text.trim_start() } else { line.text };
        line.is_candidate(LineRule::Stamp)
            && match text.as_bytes().first() {
                Some(b'D') => text.starts_with(WORDS[0]),
                Some(b'M' | b'S') => REVIEWERS.iter().any(|name| text.starts_with(name)),
                Some(b'U') => line.is_candidate(LineRule::RequestStamp),
                _ => false,
            }
    }
}

/// Reads the stamp of a request, and its date.
fn request(line: &str) -> Option<(StampRequest<'_>, Option<Date>)> {
    let case = number_behind(line, "Case No", "F-")?;
    let document = number_behind(line, "Doc No", "C")?;
    let date = line.split_once("Date:").and_then(|(_, behind)| date::record_date(behind.trim()));
    Some((StampRequest { case, document }, date.map(|(date, _)| date)))
}

/// The word after a label that begins with `prefix` and holds nothing else but numbers.
fn number_behind<'t>(line: &'t str, label: &str, prefix: &str) -> Option<&'t str> {
    let (_, behind) = line.split_once(label)?;
    let word = behind.trim_start_matches(['.', ' ', ':']).split(' ').next()?;
    let digits = word.strip_prefix(prefix)?;
    (digits.len() > 7 && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')).then_some(word)
}

/// Words of the date after the stamp.
const DATE_WORDS: usize = 3;
