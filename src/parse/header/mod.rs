//! The lines of the transmission header to its fields: routing, date-time group, originator, addressees.
//!
//! One pass over the lines: blank lines and page lines may be anywhere, keywords open lists, and a line that is
//! none of the known ones is kept as a note. Never looks into the text of the cable.

mod address_line;
mod addressees;
mod below_addresses;
mod date_time_group;
mod distribution;
mod flattened;
mod marks;
mod routing;
mod sent_at;
#[cfg(test)]
mod tests;

use jiff::civil::Date;

use crate::cable::{Addressee, DistributionOffice, HeaderForm, Precedence, Role, Routing};
use crate::diagnostic::Code;
use crate::lex::spaces::collapsed;
use crate::lex::{LineRule, Piece, form_line, page_line, wire};
use crate::parse::reading::{CableName, Findings, Notes, Sent, Zone};
use addressees::AddressList;
use date_time_group::DateTimeGroupLine;
use distribution::{Drafting, OfficeLine};
use flattened::HeaderShape;
use marks::Keyword;
use routing::{CalledStations, OriginatingStation, SecurityLine};

pub use sent_at::compare;

/// What the transmission header says.
#[derive(Debug, Default)]
pub struct Header<'t> {
    /// Which form it has.
    pub form: HeaderForm,
    /// Transmission identification.
    pub transmission_id: Option<String>,
    /// Routing lines.
    pub routing: Option<Routing>,
    /// Precedence for action addressees.
    pub action_precedence: Option<Precedence>,
    /// Precedence for information addressees.
    pub info_precedence: Option<Precedence>,
    /// Date-time group as found.
    pub date_time_group: Option<String>,
    /// Number that the relay gave the message.
    pub relay_counter: Option<String>,
    /// Instant of sending, by date-time group or DE line.
    pub sent_at: Option<Sent>,
    /// Operating signals with their arguments.
    pub signals: Vec<String>,
    /// Originator.
    pub originator: Option<String>,
    /// Addressees in their order.
    pub addressees: Vec<Addressee>,
    /// Offices of the office-distribution form.
    pub distribution_offices: Vec<DistributionOffice>,
    /// Drafters as found.
    pub drafters: Vec<String>,
    /// Approvers as found.
    pub approvers: Vec<String>,
    /// Clearances as found.
    pub clearances: Vec<String>,
    /// Lines that no other field takes.
    pub notes: Vec<String>,
    /// Lines after the addresses that are none: they are read with the preamble.
    pub below_addresses: Vec<Piece<'t>>,
    /// Where the lines are that are compared with the text.
    pub places: HeaderPlaces<'t>,
}

/// Where the lines are that are compared with the text.
#[derive(Clone, Copy, Debug, Default)]
pub struct HeaderPlaces<'t> {
    /// The DE line.
    station: Option<Piece<'t>>,
    /// The security warning.
    security: Option<Piece<'t>>,
}

/// Reads the lines of the header of the cable `own`, which is dated `date` by its envelope or record.
pub fn read<'t>(lines: &[Piece<'t>], own: &CableName, date: Option<Date>, notes: &mut Notes<'t>) -> Header<'t> {
    let (lines, below_addresses) = lines.split_at(below_addresses::start(lines));
    let (lines, shape) = flattened::restore(lines, &mut notes.findings);
    let addresses = AddressList::with_room_for(lines.len().saturating_sub(LINES_ABOVE_ADDRESSEES));
    let mut reader = HeaderReader { shape, addresses, post: own.post.clone(), ..HeaderReader::default() };
    for line in lines.iter() {
        reader.take(line.trim(), notes);
    }
    let header = reader.finish(own, date, &mut notes.findings);
    Header { below_addresses: below_addresses.to_vec(), ..header }
}

/// The date-time group and the originator are above the addressees of most headers.
const LINES_ABOVE_ADDRESSEES: usize = 2;

/// What the lines so far lead to expect of the next one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum HeaderPlace {
    /// Routing lines, date-time group and originator.
    #[default]
    Top,
    /// Offices of the office-distribution form, in this role.
    Distribution(Role),
    /// Clearances after the drafting lines of that form.
    Drafting,
    /// Who may have copies, after the clearances.
    Handling,
    /// The address lists; addressees without keyword have this role.
    Addresses(Role),
}

/// The header so far.
#[derive(Debug, Default)]
struct HeaderReader<'t> {
    header: Header<'t>,
    shape: HeaderShape,
    place: HeaderPlace,
    routing: Routing,
    station: Option<(Piece<'t>, OriginatingStation<'t>)>,
    date_time_group: Option<(Piece<'t>, DateTimeGroupLine<'t>)>,
    addresses: AddressList<'t>,
    /// The cable's own post.
    post: Option<String>,
    /// The line above, if it is a page line: it may continue in this one.
    page: Option<&'t str>,
}

impl<'t> HeaderReader<'t> {
    fn take(&mut self, line: Piece<'t>, notes: &mut Notes<'t>) {
        if line.is_blank() {
            return;
        }
        let page = self.page.take();
        if page_line::is_in_header(line.text) {
            self.page = Some(line.text);
            return notes.claim(line, Zone::PageLine);
        }
        if page.is_some_and(|page| page_line::broken(page, line.text, self.post.as_deref()).is_some()) {
            return notes.claim(line, Zone::PageLine);
        }
        let is_known = match self.place {
            HeaderPlace::Addresses(_) => self.take_keyword(line, notes) || self.take_date_time_group(line, notes),
            _ => self.take_top(line, notes),
        };
        if !is_known {
            self.take_other(line, notes);
        }
    }

    /// Lines above the address lists, in the order of the most telling sign.
    fn take_top(&mut self, line: Piece<'t>, notes: &mut Notes<'t>) -> bool {
        self.take_transmission_id(line, notes)
            || self.take_station(line, notes)
            || self.take_security(line, notes)
            || self.take_distribution(line, notes)
            || self.take_date_time_group(line, notes)
            || self.take_keyword(line, notes)
            || self.take_called_stations(line, notes)
    }

    fn take_transmission_id(&mut self, line: Piece<'t>, notes: &mut Notes<'t>) -> bool {
        if self.header.transmission_id.is_some() || !line.is_candidate(LineRule::HeaderNumber) {
            return false;
        }
        let Some(range) = wire::transmission_id(line.text) else { return false };
        let (before, behind) = (line.slice(0..range.start), line.slice(range.end..line.text.len()).trim());
        self.header.transmission_id = Some(line.text[range.clone()].to_ascii_uppercase());
        self.header.form = HeaderForm::Routed;
        notes.claim(before, Zone::HeaderMark);
        notes.claim(line.slice(range), Zone::TransmissionId);
        self.take(behind, notes);
        true
    }

    fn take_called_stations(&mut self, line: Piece<'t>, notes: &mut Notes<'t>) -> bool {
        if self.station.is_some() {
            return false;
        }
        let Some(called) = CalledStations::read(line.text) else { return false };
        if self.header.transmission_id.is_none() && called.precedence.is_none() {
            return false;
        }
        if self.routing.called_stations.is_empty() {
            self.routing.call_precedence = called.precedence;
            if called.precedence.is_none() && self.shape == HeaderShape::Lines {
                notes.report(Code::CallPrecedenceMissing, &line, line.text);
            }
        }
        self.routing.called_stations.extend(called.stations().map(str::to_ascii_uppercase));
        notes.claim(line, Zone::CalledStations);
        true
    }

    fn take_station(&mut self, line: Piece<'t>, notes: &mut Notes<'t>) -> bool {
        if self.station.is_some() {
            return false;
        }
        let Some(station) = OriginatingStation::read(line.text) else { return false };
        self.routing.station = Some(station.station.to_ascii_uppercase());
        self.routing.station_serial = station.serial;
        self.routing.station_section = station.section;
        self.station = Some((line, station));
        self.header.places.station = Some(line);
        notes.claim(line, Zone::OriginatingStation);
        true
    }

    fn take_security(&mut self, line: Piece<'t>, notes: &mut Notes<'t>) -> bool {
        if self.routing.security_warning.is_some() {
            return false;
        }
        let bare = || if self.shape == HeaderShape::Flattened { SecurityLine::read_bare(line.text) } else { None };
        let Some(security) = SecurityLine::read(line.text).or_else(bare) else { return false };
        self.routing.security_warning = Some(collapsed(security.warning));
        self.header.signals.extend(routing::signals(security.tail));
        self.header.places.security = Some(line);
        notes.claim(line, Zone::Security);
        true
    }

    fn take_distribution(&mut self, line: Piece<'t>, notes: &mut Notes<'t>) -> bool {
        let of_list = if let HeaderPlace::Distribution(role) = self.place { Some(role) } else { None };
        if form_line::is_dashes(line.text) {
            self.place = HeaderPlace::Top;
            self.header.relay_counter =
                self.header.relay_counter.take().or(form_line::relay_counter(line.text).map(str::to_owned));
            notes.claim(line, Zone::HeaderMark);
            return true;
        }
        if let Some(offices) = OfficeLine::read(line.text, of_list) {
            self.place = HeaderPlace::Distribution(offices.role);
            self.header.distribution_offices.extend(offices.offices());
            notes.claim(line, Zone::Distribution);
            return true;
        }
        self.take_drafting(line, notes)
    }

    fn take_drafting(&mut self, line: Piece<'t>, notes: &mut Notes<'t>) -> bool {
        let Some((kind, start)) = Drafting::read(line.text) else { return self.take_below_drafting(line, notes) };
        let names = match kind {
            Drafting::Drafted => &mut self.header.drafters,
            Drafting::Approved => &mut self.header.approvers,
            Drafting::Cleared => &mut self.header.clearances,
        };
        let value = &line.text[start..];
        names.extend((!value.is_empty()).then(|| value.to_owned()));
        self.place = HeaderPlace::Drafting;
        notes.claim(line, Zone::Drafting);
        true
    }

    /// A line below those that name who drafted and approved: a clearance, or a note of who may have copies.
    fn take_below_drafting(&mut self, line: Piece<'t>, notes: &mut Notes<'t>) -> bool {
        if self.place == HeaderPlace::Drafting && marks::is_of_distribution(line.text) {
            self.place = HeaderPlace::Handling;
        }
        let (list, zone) = match self.place {
            HeaderPlace::Drafting => (&mut self.header.clearances, Zone::Drafting),
            HeaderPlace::Handling => (&mut self.header.notes, Zone::Note),
            _ => return false,
        };
        let is_below = !marks::ends_drafting(line.text);
        if is_below {
            list.push(line.text.to_owned());
            notes.claim(line, zone);
        }
        is_below
    }

    fn take_date_time_group(&mut self, line: Piece<'t>, notes: &mut Notes<'t>) -> bool {
        let Some(group) = DateTimeGroupLine::read(line.text) else { return false };
        let signals = routing::signals(group.tail);
        notes.claim(line, Zone::DateTimeGroup);
        let header = &mut self.header;
        header.action_precedence = header.action_precedence.or(group.action);
        header.info_precedence = header.info_precedence.or(group.info);
        header.signals.extend(signals);
        if self.date_time_group.is_none() {
            header.date_time_group = Some(group.group.text.to_owned());
            self.date_time_group = Some((line, group));
        }
        true
    }

    /// FM, TO, INFO and XMT.
    fn take_keyword(&mut self, line: Piece<'t>, notes: &mut Notes<'t>) -> bool {
        let Some((keyword, start)) = Keyword::read(line.text) else { return false };
        let rest = line.slice(start..line.text.len()).trim();
        match keyword {
            Keyword::From => {
                self.header.originator.get_or_insert_with(|| collapsed(rest.text));
                notes.claim(line, Zone::Originator);
                self.place = HeaderPlace::Addresses(Role::Action);
            }
            Keyword::To => self.open_list(Role::Action, line, rest, notes),
            Keyword::Info => self.open_list(Role::Info, line, rest, notes),
            Keyword::Excluding => self.addresses.exclude(line, notes),
        }
        true
    }

    fn open_list(&mut self, role: Role, line: Piece<'t>, rest: Piece<'t>, notes: &mut Notes<'t>) {
        self.place = HeaderPlace::Addresses(role);
        self.addresses.end_list();
        notes.claim(line.slice(0..rest.start - line.start), Zone::Addressee);
        if page_line::is_in_header(rest.text) {
            notes.claim(rest, Zone::PageLine);
        } else if !rest.is_blank() {
            self.addresses.take(rest, role, notes);
        }
    }

    /// A line that no keyword opens: an addressee within the lists, else a mark or a note.
    fn take_other(&mut self, line: Piece<'t>, notes: &mut Notes<'t>) {
        if marks::is_prosign(line.text) || form_line::is_dashes(line.text) {
            return notes.claim(line, Zone::HeaderMark);
        }
        if let Some(count) = marks::group_count(line.text) {
            notes.claim(line, Zone::Note);
            return self.header.notes.push(count.to_owned());
        }
        match self.place {
            HeaderPlace::Addresses(_) if routing::begins_with_signal(line.text) => {
                self.header.signals.extend(routing::signals(line.text));
                notes.claim(line, Zone::Security);
            }
            HeaderPlace::Addresses(role) => self.addresses.take(line, role, notes),
            _ if self.shape == HeaderShape::Flattened && self.header.originator.is_none() => {
                self.header.originator = Some(collapsed(line.text));
                notes.claim(line, Zone::Originator);
                self.place = HeaderPlace::Addresses(Role::Action);
            }
            _ => {
                notes.claim(line, Zone::Note);
                notes.report(Code::HeaderLineUnknown, &line, line.text);
                self.header.notes.push(line.text.to_owned());
            }
        }
    }

    fn finish(mut self, own: &CableName, date: Option<Date>, findings: &mut Findings) -> Header<'t> {
        if !self.header.distribution_offices.is_empty() {
            self.header.form = HeaderForm::Office;
        } else if self.station.is_some() {
            self.header.form = HeaderForm::Routed;
        } else if self.header.form == HeaderForm::None
            && (self.header.originator.is_some() || !self.addresses.is_empty())
        {
            self.header.form = HeaderForm::Unrouted;
        }
        sent_at::read(&mut self, own, date, findings);
        let HeaderReader { mut header, addresses, routing, .. } = self;
        let (addressees, notes) = addresses.finish(findings);
        header.addressees = addressees;
        header.notes.extend(notes);
        header.routing = (routing != Routing::default()).then_some(routing);
        header
    }
}
