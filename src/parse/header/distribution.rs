//! Turns the office-distribution form into its parts: offices with their copies, drafting lines, dashes.
//!
//! The keyword INFO occurs twice in such a header with different meanings; tokens like `LOG-00` distinguish them.

use crate::cable::{DistributionOffice, Role};
use crate::lex::begins_in_any_case;
use crate::lex::form_line::{is_total, office};
use crate::tables::posts;

/// A line of offices: `ACTION WHA-00`, `INFO  LOG-00  NP-00`, `      AID-00  /011W`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct OfficeLine<'t> {
    pub(super) role: Role,
    pub(super) offices: Vec<(&'t str, i32)>,
}

impl<'t> OfficeLine<'t> {
    /// Reads a line that names its role, or continues the list of the role `of_list`.
    pub(super) fn read(line: &'t str, of_list: Option<Role>) -> Option<Self> {
        // Every list has numbers of copies.
        if !line.bytes().any(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let line = line.trim_start();
        let first = line.split_ascii_whitespace().next()?;
        let named = role(first);
        let role = named.or(of_list)?;
        let list = if named.is_some() { &line[first.len()..] } else { line };
        // One name with two digits after it may be an addressee, but no addressee is for action.
        let is_sure = named.is_some_and(|role| role != Role::Info);
        let offices = hyphenated(list).or_else(|| spaced(list, is_sure))?;
        Some(OfficeLine { role, offices })
    }

    /// The offices with the role of the line.
    pub(super) fn offices(self) -> impl Iterator<Item = DistributionOffice> {
        let role = self.role;
        let office = move |(office, copies): (&str, i32)| DistributionOffice {
            role,
            copy_count: Some(copies),
            office: office.to_owned(),
        };
        self.offices.into_iter().map(office)
    }
}

/// A list as the form has it: `OCT-01  ISO-00  /018 W`. An office has its copies after a hyphen, and the total follows a slash.
fn hyphenated(list: &str) -> Option<Vec<(&str, i32)>> {
    let mut offices = Vec::new();
    for word in list.split_ascii_whitespace() {
        match office(word) {
            Some(office) => offices.push(office),
            // `/018 R`: the total, last on the line.
            None if is_total(word) => return Some(offices),
            None => return None,
        }
    }
    if offices.is_empty() { None } else { Some(offices) }
}

/// A list as they were written until 1973: `OCT 01,SS 20,INR 07,/061 W`. Two offices or a total make it sure.
fn spaced(list: &str, is_sure: bool) -> Option<Vec<(&str, i32)>> {
    let total = list.rfind('/').filter(|&at| list[at..].split(' ').next().is_some_and(is_total));
    let items = list[..total.unwrap_or(list.len())].split(',').map(str::trim).filter(|item| !item.is_empty());
    let offices = items.map(spaced_office).collect::<Option<Vec<_>>>()?;
    let is_sure = is_sure || total.is_some() || offices.len() > 1;
    (is_sure && !offices.is_empty()).then_some(offices)
}

/// An office and its copies, of two digits: `OCT 01`.
fn spaced_office(item: &str) -> Option<(&str, i32)> {
    let (office, copies) = item.split_once(' ')?;
    let copies = Some(copies.trim_start()).filter(|copies| copies.len() == 2)?;
    let is_office = office.len() <= LONGEST_OFFICE
        && office.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'/')
        && posts::find(office).is_none();
    copies.parse().ok().filter(|_| is_office).map(|copies| (office, copies))
}

/// Letters of the longest office in such a list.
const LONGEST_OFFICE: usize = 6;

fn role(word: &str) -> Option<Role> {
    const ROLES: [(&str, Role); 3] = [("ACTION", Role::Action), ("INFO", Role::Info), ("ORIGIN", Role::Origin)];
    let word = word.trim_end_matches(':');
    ROLES.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|&(_, role)| role)
}

/// Who drafted, approved or cleared the telegram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Drafting {
    Drafted,
    Approved,
    Cleared,
}

impl Drafting {
    /// Reads `DRAFTED BY ARA/APU:TMERRIWETHER:MS`; gives the kind and where the value starts.
    pub(super) fn read(line: &str) -> Option<(Self, usize)> {
        const LABELS: [(&str, Drafting); 6] = [
            ("DRAFTED BY", Drafting::Drafted),
            ("DRAFTED", Drafting::Drafted),
            ("APPROVED BY", Drafting::Approved),
            ("APPROVED", Drafting::Approved),
            ("CLEARED BY", Drafting::Cleared),
            ("CLEARED", Drafting::Cleared),
        ];
        let initial = line.bytes().next()?;
        if !b"DACdac".contains(&initial) {
            return None;
        }
        let starts = |label: &str| begins_in_any_case(line, label);
        let &(label, kind) = LABELS.iter().find(|(label, _)| starts(label))?;
        let value = line[label.len()..].trim_start_matches([' ', ':']);
        Some((kind, line.len() - value.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn office_lines() {
        let read = |line| OfficeLine::read(line, Some(Role::Info)).map(|line| (line.role, line.offices));
        assert_eq!(read("ACTION WHA-00"), Some((Role::Action, vec![("WHA", 0)])));
        assert_eq!(read("      AID-00  S/S-05   /011W"), Some((Role::Info, vec![("AID", 0), ("S/S", 5)])));
        assert_eq!(read("PM-04 /018 R"), Some((Role::Info, vec![("PM", 4)])));
        assert_eq!(read("/000W"), Some((Role::Info, vec![])));
        assert_eq!(read("AID-00/011W"), Some((Role::Info, vec![("AID", 0)])));
        assert_eq!(read("ACTION EUR 15"), Some((Role::Action, vec![("EUR", 15)])));
        let spaced = Some((Role::Info, vec![("OCT", 1), ("SS", 20), ("INR", 7)]));
        assert_eq!(read("INFO  OCT 01,SS 20,INR 07,/061 W"), spaced);
        assert_eq!(read("OCT 01,SS 20,INR 07"), spaced);
        assert_eq!(read("INFO CTF 34"), None);
        assert_eq!(read("INFO LIMA 12, QUITO 13"), None);
        assert_eq!(read("INFO AMEMBASSY QUITO"), None);
        assert_eq!(read("INFO"), None);
        assert_eq!(OfficeLine::read("AID-00", None), None);
    }
}
