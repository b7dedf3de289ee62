//! The numbers that are held and cited, eight bytes each: which are missing, and which have several texts.

use std::collections::HashMap;

use super::facts::{Absent, Gaps, Series, Version, Versions};

/// Series that are shown.
const SERIES: usize = 40;
/// Absent cables, and numbers of several texts, that are shown.
const SHOWN: usize = 40;

/// A message reference number: its post, its year and its serial number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct SerialNumber {
    post: u16,
    year: u8,
    serial: u32,
}

/// Numbers that are held and cited.
#[derive(Debug, Default)]
pub struct Numbers {
    posts: HashMap<String, u16>,
    names: Vec<String>,
    held: Vec<SerialNumber>,
    cited: Vec<SerialNumber>,
}

impl Numbers {
    /// A cable has this number.
    pub fn hold(&mut self, mrn: &str) {
        let number = self.number(mrn);
        self.held.extend(number);
    }

    /// A cable cites this number.
    pub fn cite(&mut self, mrn: &str) {
        let number = self.number(mrn);
        self.cited.extend(number);
    }

    fn number(&mut self, mrn: &str) -> Option<SerialNumber> {
        let (year, rest) = mrn.split_at_checked(2)?;
        let post = rest.trim_end_matches(|letter: char| letter.is_ascii_digit());
        if post.is_empty() {
            return None;
        }
        let (year, serial) = (year.parse().ok()?, rest[post.len()..].parse().ok()?);
        let post = match self.posts.get(post) {
            Some(post) => *post,
            None => {
                // More names than there are posts on earth are no names of posts.
                let number = u16::try_from(self.names.len()).ok()?;
                self.names.push(post.to_owned());
                self.posts.insert(post.to_owned(), number);
                number
            }
        };
        Some(SerialNumber { post, year, serial })
    }

    fn name(&self, number: SerialNumber) -> String {
        format!("{:02}{}{}", number.year, self.names[usize::from(number.post)], number.serial)
    }

    /// What is missing, and what there is more than once.
    pub fn finish(mut self) -> (Gaps, Versions) {
        self.held.sort_unstable();
        self.cited.sort_unstable();
        let mut gaps = Gaps::default();
        self.series(&mut gaps);
        self.absent(&mut gaps);
        (gaps, self.versions())
    }

    fn series(&self, gaps: &mut Gaps) {
        for series in self.held.chunk_by(|one, other| (one.post, one.year) == (other.post, other.year)) {
            let (first, last) = (series[0], series[series.len() - 1]);
            if first == last {
                continue;
            }
            let held = 1 + series.windows(2).filter(|pair| pair[0] != pair[1]).count() as u64;
            let (post, year) = (self.names[usize::from(first.post)].clone(), format!("{:02}", first.year));
            let series = Series { post, year, lowest: first.serial, highest: last.serial, held };
            gaps.series_in_all += 1;
            gaps.numbers += series.numbers();
            gaps.held += held;
            gaps.series.push(series);
        }
        let missing = |series: &Series| series.numbers() - series.held;
        gaps.series.sort_by(|one, other| {
            missing(other).cmp(&missing(one)).then_with(|| (&one.post, &one.year).cmp(&(&other.post, &other.year)))
        });
        gaps.series.truncate(SERIES);
    }

    fn absent(&self, gaps: &mut Gaps) {
        let mut absent: Vec<(usize, SerialNumber)> = Vec::new();
        for citations in self.cited.chunk_by(|one, other| one == other) {
            gaps.cited += 1;
            if self.held.binary_search(&citations[0]).is_err() {
                gaps.cited_absent += 1;
                absent.push((citations.len(), citations[0]));
            }
        }
        absent.sort_by(|one, other| other.0.cmp(&one.0).then_with(|| self.name(one.1).cmp(&self.name(other.1))));
        absent.truncate(SHOWN);
        let shown = absent
            .into_iter()
            .map(|(citations, number)| Absent { mrn: self.name(number), citations: citations as u64 });
        gaps.absent = shown.collect();
    }

    fn versions(&self) -> Versions {
        let mut versions = Versions::default();
        for texts in self.held.chunk_by(|one, other| one == other).filter(|texts| texts.len() > 1) {
            versions.numbers += 1;
            if versions.examples.len() < SHOWN {
                versions.examples.push(Version {
                    mrn: self.name(texts[0]),
                    texts: texts.len() as u64,
                    later: Vec::new(),
                });
            }
        }
        versions
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_absences_and_versions_are_counted() {
        let mut numbers = Numbers::default();
        for mrn in ["09OSLO3", "09OSLO9", "09OSLO3", "08OSLO7", "09RIGA1", "no number", "", "09", "é1"] {
            numbers.hold(mrn);
        }
        for mrn in ["09OSLO9", "09OSLO4", "09OSLO4", "07LIMA2"] {
            numbers.cite(mrn);
        }
        let (gaps, versions) = numbers.finish();
        let series = Series { post: "OSLO".into(), year: "09".into(), lowest: 3, highest: 9, held: 2 };
        assert_eq!((gaps.series, gaps.numbers, gaps.held), (vec![series], 7, 2));
        let absent = |mrn: &str, citations| Absent { mrn: mrn.into(), citations };
        assert_eq!((gaps.cited, gaps.absent), (3, vec![absent("09OSLO4", 2), absent("07LIMA2", 1)]));
        assert_eq!(versions.examples, [Version { mrn: "09OSLO3".into(), texts: 2, later: Vec::new() }]);
    }
}
