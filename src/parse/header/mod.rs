//! The lines of the transmission header to its fields: routing, date-time group, originator, addressees.
//!
//! One pass over the lines: blank lines and page lines may stand anywhere, keywords open lists, and a line that is
//! none of the known ones is kept as a note. Never looks into the text of the cable.

mod address_line;
mod addressees;
mod date_time_group;
mod distribution;
mod flattened;
mod marks;
mod routing;
mod sent_at;
#[cfg(test)]
mod tests;

use crate::cable::{HeaderForm, Role, Routing};
use crate::diagnostic::Code;
use crate::lex::{Piece, Sign};
use crate::parse::reading::{Draft, Zone};
use addressees::AddressList;
use date_time_group::DateTimeGroupLine;
use distribution::{Drafting, OfficeLine};
use flattened::Shape;
use marks::Keyword;
use routing::{CalledStations, OriginatingStation, SecurityLine};

pub use sent_at::confirm;

/// Reads the lines of the header.
pub fn read<'t>(lines: &[Piece<'t>], draft: &mut Draft<'t>) {
    let (lines, shape) = flattened::restore(lines, draft);
    let addresses = AddressList::with_room_for(lines.len().saturating_sub(LINES_ABOVE_ADDRESSEES));
    let mut reader = HeaderReader { shape, addresses, ..HeaderReader::default() };
    for line in lines.iter() {
        reader.take(line.trim(), draft);
    }
    reader.finish(draft);
}

/// The date-time group and the originator stand above the addressees of nearly every header.
const LINES_ABOVE_ADDRESSEES: usize = 2;

/// What the lines so far lead to expect of the next one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    /// Routing lines, date-time group and originator.
    #[default]
    Top,
    /// Offices of the office-distribution form, in this role.
    Distribution(Role),
    /// Clearances behind the drafting lines of that form.
    Drafting,
    /// The address lists; addressees without keyword have this role.
    Addresses(Role),
}

/// The header so far.
#[derive(Debug, Default)]
struct HeaderReader<'t> {
    shape: Shape,
    place: Place,
    routing: Routing,
    station: Option<(Piece<'t>, OriginatingStation<'t>)>,
    date_time_group: Option<(Piece<'t>, DateTimeGroupLine<'t>)>,
    addresses: AddressList<'t>,
}

impl<'t> HeaderReader<'t> {
    fn take(&mut self, line: Piece<'t>, draft: &mut Draft<'t>) {
        if line.is_blank() {
            return;
        }
        if marks::is_page_line(line.text) {
            return draft.claim(line, Zone::PageLine);
        }
        let is_known = match self.place {
            Place::Addresses(_) => self.take_keyword(line, draft) || self.take_date_time_group(line, draft),
            _ => self.take_top(line, draft),
        };
        if !is_known {
            self.take_other(line, draft);
        }
    }

    /// Lines above the address lists, in the order of the most telling sign.
    fn take_top(&mut self, line: Piece<'t>, draft: &mut Draft<'t>) -> bool {
        self.take_transmission_id(line, draft)
            || self.take_station(line, draft)
            || self.take_security(line, draft)
            || self.take_distribution(line, draft)
            || self.take_date_time_group(line, draft)
            || self.take_keyword(line, draft)
            || self.take_called_stations(line, draft)
    }

    fn take_transmission_id(&mut self, line: Piece<'t>, draft: &mut Draft<'t>) -> bool {
        if draft.cable.transmission_id.is_some() || !line.may_hold(Sign::Number) {
            return false;
        }
        let Some(range) = routing::transmission_id(line.text) else { return false };
        let (before, behind) = (line.slice(0..range.start), line.slice(range.end..line.text.len()).trim());
        draft.cable.transmission_id = Some(line.text[range.clone()].to_ascii_uppercase());
        draft.cable.header_form = HeaderForm::Routed;
        draft.claim(before, Zone::HeaderMark);
        draft.claim(line.slice(range), Zone::TransmissionId);
        self.take(behind, draft);
        true
    }

    fn take_called_stations(&mut self, line: Piece<'t>, draft: &mut Draft<'t>) -> bool {
        if self.station.is_some() {
            return false;
        }
        let Some(called) = CalledStations::read(line.text) else { return false };
        if draft.cable.transmission_id.is_none() && called.precedence.is_none() {
            return false;
        }
        if self.routing.called_stations.is_empty() {
            self.routing.call_precedence = called.precedence;
            if called.precedence.is_none() && self.shape == Shape::Lines {
                draft.findings.report(Code::CallPrecedenceMissing, &line, line.text);
            }
        }
        self.routing.called_stations.extend(called.stations().map(str::to_ascii_uppercase));
        draft.claim(line, Zone::CalledStations);
        true
    }

    fn take_station(&mut self, line: Piece<'t>, draft: &mut Draft<'t>) -> bool {
        if self.station.is_some() {
            return false;
        }
        let Some(station) = OriginatingStation::read(line.text) else { return false };
        self.routing.station = Some(station.station.to_ascii_uppercase());
        self.routing.station_serial = station.serial;
        self.routing.station_section = station.section;
        self.station = Some((line, station));
        draft.claim(line, Zone::OriginatingStation);
        true
    }

    fn take_security(&mut self, line: Piece<'t>, draft: &mut Draft<'t>) -> bool {
        if self.routing.security_warning.is_some() {
            return false;
        }
        let bare = || if self.shape == Shape::Flattened { SecurityLine::read_bare(line.text) } else { None };
        let Some(security) = SecurityLine::read(line.text).or_else(bare) else { return false };
        self.routing.security_warning = Some(marks::collapsed(security.warning));
        draft.cable.signals.extend(routing::signals(security.tail));
        draft.claim(line, Zone::Security);
        true
    }

    fn take_distribution(&mut self, line: Piece<'t>, draft: &mut Draft<'t>) -> bool {
        let of_list = if let Place::Distribution(role) = self.place { Some(role) } else { None };
        if distribution::is_dashes(line.text) {
            self.place = Place::Top;
            draft.claim(line, Zone::HeaderMark);
            return true;
        }
        if let Some(offices) = OfficeLine::read(line.text, of_list) {
            self.place = Place::Distribution(offices.role);
            draft.cable.distribution_offices.extend(offices.offices());
            draft.claim(line, Zone::Distribution);
            return true;
        }
        self.take_drafting(line, draft)
    }

    fn take_drafting(&mut self, line: Piece<'t>, draft: &mut Draft<'t>) -> bool {
        let is_list = self.place == Place::Drafting;
        let Some((kind, start)) = Drafting::read(line.text) else {
            if is_list && !marks::ends_drafting(line.text) {
                draft.cable.clearances.push(line.text.to_owned());
                draft.claim(line, Zone::Drafting);
                return true;
            }
            return false;
        };
        let names = match kind {
            Drafting::Drafted => &mut draft.cable.drafters,
            Drafting::Approved => &mut draft.cable.approvers,
            Drafting::Cleared => &mut draft.cable.clearances,
        };
        let value = &line.text[start..];
        names.extend((!value.is_empty()).then(|| value.to_owned()));
        self.place = Place::Drafting;
        draft.claim(line, Zone::Drafting);
        true
    }

    fn take_date_time_group(&mut self, line: Piece<'t>, draft: &mut Draft<'t>) -> bool {
        let Some(group) = DateTimeGroupLine::read(line.text) else { return false };
        let signals = routing::signals(group.tail);
        draft.claim(line, Zone::DateTimeGroup);
        let cable = &mut draft.cable;
        cable.action_precedence = cable.action_precedence.or(group.action);
        cable.info_precedence = cable.info_precedence.or(group.info);
        cable.signals.extend(signals);
        if self.date_time_group.is_none() {
            cable.date_time_group = Some(group.group.text.to_owned());
            self.date_time_group = Some((line, group));
        }
        true
    }

    /// FM, TO, INFO and XMT.
    fn take_keyword(&mut self, line: Piece<'t>, draft: &mut Draft<'t>) -> bool {
        let Some((keyword, start)) = Keyword::read(line.text) else { return false };
        let rest = line.slice(start..line.text.len()).trim();
        match keyword {
            Keyword::From => {
                draft.cable.originator.get_or_insert_with(|| marks::collapsed(rest.text));
                draft.claim(line, Zone::Originator);
                self.place = Place::Addresses(Role::Action);
            }
            Keyword::To => self.open_list(Role::Action, line, rest, draft),
            Keyword::Info => self.open_list(Role::Info, line, rest, draft),
            Keyword::Excluding => self.addresses.exclude(line, draft),
        }
        true
    }

    fn open_list(&mut self, role: Role, line: Piece<'t>, rest: Piece<'t>, draft: &mut Draft<'t>) {
        self.place = Place::Addresses(role);
        self.addresses.end_list();
        draft.claim(line.slice(0..rest.start - line.start), Zone::Addressee);
        if marks::is_page_line(rest.text) {
            draft.claim(rest, Zone::PageLine);
        } else if !rest.is_blank() {
            self.addresses.take(rest, role, draft);
        }
    }

    /// A line that no keyword opens: an addressee within the lists, else a mark or a note.
    fn take_other(&mut self, line: Piece<'t>, draft: &mut Draft<'t>) {
        if marks::is_prosign(line.text) || distribution::is_dashes(line.text) {
            return draft.claim(line, Zone::HeaderMark);
        }
        if let Some(count) = marks::group_count(line.text) {
            draft.claim(line, Zone::Note);
            return draft.cable.notes.push(count.to_owned());
        }
        match self.place {
            Place::Addresses(role) => self.addresses.take(line, role, draft),
            _ if self.shape == Shape::Flattened && draft.cable.originator.is_none() => {
                draft.cable.originator = Some(marks::collapsed(line.text));
                draft.claim(line, Zone::Originator);
                self.place = Place::Addresses(Role::Action);
            }
            _ => {
                draft.claim(line, Zone::Note);
                draft.findings.report(Code::HeaderLineUnknown, &line, line.text);
                draft.cable.notes.push(line.text.to_owned());
            }
        }
    }

    fn finish(mut self, draft: &mut Draft<'t>) {
        if !draft.cable.distribution_offices.is_empty() {
            draft.cable.header_form = HeaderForm::Office;
        } else if self.station.is_some() {
            draft.cable.header_form = HeaderForm::Routed;
        } else if draft.cable.header_form == HeaderForm::None
            && (draft.cable.originator.is_some() || !self.addresses.is_empty())
        {
            draft.cable.header_form = HeaderForm::Unrouted;
        }
        sent_at::read(&mut self, draft);
        self.addresses.finish(draft);
        let is_routed = self.routing != Routing::default();
        draft.cable.routing = is_routed.then_some(self.routing);
    }
}
