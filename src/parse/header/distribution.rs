//! Turns the office-distribution form into its parts: offices with their copies, drafting lines, dashes.
//!
//! The keyword INFO occurs twice in such a header with different meanings; tokens like `LOG-00` distinguish them.

use crate::cable::{DistributionOffice, Role};
use crate::lex::begins_in_any_case;
use crate::lex::form_line::{is_total, office};

/// A line of offices: `ACTION WHA-00`, `INFO  LOG-00  NP-00`, `      AID-00  /011W`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct OfficeLine<'t> {
    pub(super) role: Role,
    pub(super) offices: Vec<(&'t str, i32)>,
}

impl<'t> OfficeLine<'t> {
    /// Reads a line that names its role, or continues the list of the role `of_list`.
    pub(super) fn read(line: &'t str, of_list: Option<Role>) -> Option<Self> {
        // An office has its copies after a hyphen, and the total follows a slash.
        if !line.bytes().any(|byte| matches!(byte, b'-' | b'/')) {
            return None;
        }
        let mut words = line.split_ascii_whitespace();
        let named = role(words.clone().next()?);
        let role = named.or(of_list)?;
        if named.is_some() {
            words.next();
        }
        let mut offices = Vec::new();
        for word in words {
            match office(word) {
                Some(office) => offices.push(office),
                // `/018 R`: the total, last on the line.
                None if is_total(word) => return Some(OfficeLine { role, offices }),
                None => return None,
            }
        }
        (!offices.is_empty()).then_some(OfficeLine { role, offices })
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
        assert_eq!(read("INFO AMEMBASSY QUITO"), None);
        assert_eq!(read("INFO"), None);
        assert_eq!(OfficeLine::read("AID-00", None), None);
    }
}
