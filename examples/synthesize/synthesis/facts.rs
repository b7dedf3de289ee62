//! What the generator knows of the world: posts, offices, TAGS and the words of classification.

/// A mission that sends cables.
#[derive(Debug)]
pub struct Post {
    /// Name in classification lines and addresses.
    pub name: &'static str,
    /// Name in the envelope.
    pub origin: &'static str,
    /// Plain language address designator.
    pub designator: &'static str,
    /// Routing indicator.
    pub routing_indicator: &'static str,
    /// Geopolitical tag of its country.
    pub tag: &'static str,
}

const fn post(
    name: &'static str,
    origin: &'static str,
    designator: &'static str,
    routing_indicator: &'static str,
    tag: &'static str,
) -> Post {
    Post { name, origin, designator, routing_indicator, tag }
}

/// The Department first, which all others write to.
pub const POSTS: &[Post] = &[
    post("STATE", "Secretary of State", "SECSTATE WASHDC", "RUEHC", "US"),
    post("ASTANA", "Embassy Astana", "AMEMBASSY ASTANA", "RUEHTA", "KZ"),
    post("OSLO", "Embassy Oslo", "AMEMBASSY OSLO", "RUEHNY", "NO"),
    post("REYKJAVIK", "Embassy Reykjavik", "AMEMBASSY REYKJAVIK", "RUEHRK", "IC"),
    post("RIGA", "Embassy Riga", "AMEMBASSY RIGA", "RUEHRA", "LG"),
    post("TALLINN", "Embassy Tallinn", "AMEMBASSY TALLINN", "RUEHTL", "EN"),
    post("VILNIUS", "Embassy Vilnius", "AMEMBASSY VILNIUS", "RUEHVL", "LH"),
    post("BERLIN", "Embassy Berlin", "AMEMBASSY BERLIN", "RUEHRL", "GM"),
    post("PARIS", "Embassy Paris", "AMEMBASSY PARIS", "RUEHFR", "FR"),
    post("LONDON", "Embassy London", "AMEMBASSY LONDON", "RUEHLO", "UK"),
    post("ROME", "Embassy Rome", "AMEMBASSY ROME", "RUEHRO", "IT"),
    post("MADRID", "Embassy Madrid", "AMEMBASSY MADRID", "RUEHMD", "SP"),
    post("THE HAGUE", "Embassy The Hague", "AMEMBASSY THE HAGUE", "RUEHTC", "NL"),
    post("ANKARA", "Embassy Ankara", "AMEMBASSY ANKARA", "RUEHAK", "TU"),
    post("TASHKENT", "Embassy Tashkent", "AMEMBASSY TASHKENT", "RUEHNT", "UZ"),
    post("MOSCOW", "Embassy Moscow", "AMEMBASSY MOSCOW", "RUEHMO", "RS"),
    post("KABUL", "Embassy Kabul", "AMEMBASSY KABUL", "RUEHBUL", "AF"),
    post("ISLAMABAD", "Embassy Islamabad", "AMEMBASSY ISLAMABAD", "RUEHIL", "PK"),
    post("MUMBAI", "Consulate Mumbai", "AMCONSUL MUMBAI", "RUEHBI", "IN"),
    post("NEW DELHI", "Embassy New Delhi", "AMEMBASSY NEW DELHI", "RUEHNE", "IN"),
    post("BEIJING", "Embassy Beijing", "AMEMBASSY BEIJING", "RUEHBJ", "CH"),
    post("TOKYO", "Embassy Tokyo", "AMEMBASSY TOKYO", "RUEHKO", "JA"),
    post("SEOUL", "Embassy Seoul", "AMEMBASSY SEOUL", "RUEHUL", "KS"),
    post("OTTAWA", "Embassy Ottawa", "AMEMBASSY OTTAWA", "RUEHOT", "CA"),
    post("BRASILIA", "Embassy Brasilia", "AMEMBASSY BRASILIA", "RUEHBR", "BR"),
    post("BUENOS AIRES", "Embassy Buenos Aires", "AMEMBASSY BUENOS AIRES", "RUEHBU", "AR"),
    post("QUITO", "Embassy Quito", "AMEMBASSY QUITO", "RUEHQT", "EC"),
    post("SAN JOSE", "Embassy San Jose", "AMEMBASSY SAN JOSE", "RUEHSJ", "CS"),
    post("PRETORIA", "Embassy Pretoria", "AMEMBASSY PRETORIA", "RUEHSA", "SF"),
    post("DAKAR", "Embassy Dakar", "AMEMBASSY DAKAR", "RUEHDK", "SG"),
    post("CANBERRA", "Embassy Canberra", "AMEMBASSY CANBERRA", "RUEHBY", "AS"),
];

/// Addressees that are no posts: routing indicator and designator.
pub const AGENCIES: &[(&str, &str)] = &[
    ("RUEAIIA", "CIA WASHDC"),
    ("RHEFAAA", "DIA WASHDC"),
    ("RHEHNSC", "NSC WASHDC"),
    ("RUEKJCS", "JOINT STAFF WASHDC"),
    ("RHMFISS", "HQ USEUCOM VAIHINGEN GE"),
    ("RUEHZL", "EUROPEAN POLITICAL COLLECTIVE"),
];

/// How secret a cable is, in the words of each place where it says so.
#[derive(Debug)]
pub struct Secrecy {
    /// Level and controls in the envelope.
    pub envelope: &'static str,
    /// Spaced letters of the classification line.
    pub line: &'static str,
    /// Letter of the security warning.
    pub letter: char,
    /// Level and controls of its paragraphs' markings.
    pub marking: (&'static str, &'static [&'static str]),
    /// The same as it is typed.
    pub typed_marking: &'static str,
    /// Captions under the classification line.
    pub captions: &'static [&'static str],
}

/// All levels, roughly as often as they occur.
pub const SECRECIES: &[Secrecy] =
    &[UNCLASSIFIED, OFFICIAL, OFFICIAL, CONFIDENTIAL, CONFIDENTIAL, CLOSE, SECRET, CLOSER];

/// Nothing to hide.
pub const UNCLASSIFIED: Secrecy = Secrecy {
    envelope: "UNCLASSIFIED",
    line: "UNCLAS",
    letter: 'U',
    marking: ("U", &[]),
    typed_marking: "(U)",
    captions: &["SIPDIS"],
};
const OFFICIAL: Secrecy = Secrecy {
    envelope: "UNCLASSIFIED//FOR OFFICIAL USE ONLY",
    line: "UNCLAS",
    letter: 'U',
    marking: ("SBU", &[]),
    typed_marking: "(SBU)",
    captions: &["SENSITIVE", "SIPDIS"],
};
const CONFIDENTIAL: Secrecy = Secrecy {
    envelope: "CONFIDENTIAL",
    line: "C O N F I D E N T I A L",
    letter: 'C',
    marking: ("C", &[]),
    typed_marking: "(C)",
    captions: &["SIPDIS"],
};
const CLOSE: Secrecy = Secrecy {
    envelope: "CONFIDENTIAL//NOFORN",
    marking: ("C", &["NOFORN"]),
    typed_marking: "(C/NF)",
    captions: &["NOFORN", "SIPDIS"],
    ..CONFIDENTIAL
};
const SECRET: Secrecy = Secrecy {
    envelope: "SECRET",
    line: "S E C R E T",
    letter: 'S',
    marking: ("S", &[]),
    typed_marking: "(S)",
    captions: &["SIPDIS"],
};
const CLOSER: Secrecy = Secrecy {
    envelope: "SECRET//NOFORN",
    marking: ("S", &["NOFORN"]),
    typed_marking: "(S//NF)",
    captions: &["NOFORN", "SIPDIS"],
    ..SECRET
};

/// Subject tags, alphabetically as in the handbook's list.
pub const TAGS: &[&str] = &[
    "AMGT", "ASEC", "CVIS", "EAGR", "EAID", "EAIR", "ECON", "EFIN", "EFIS", "EINV", "ELAB", "ENRG", "EPET", "ETRD",
    "EWWT", "KDEM", "KPAO", "KWMN", "MARR", "OSCI", "PGOV", "PHUM", "PINR", "PREL", "SCUL", "SENV", "SMIG", "SNAR",
    "SOCI", "TBIO", "TPHY",
];

/// Passing instructions.
pub const PASSING: &[&str] = &[
    "STATE FOR EUR/NB, EEB",
    "STATE FOR SCA/CEN",
    "DEPT FOR WHA/BSC AND OES/ENRC",
    "STATE PLEASE PASS TO USTR",
    "DEPARTMENT FOR IO/T",
    "STATE FOR EAP/TC",
];

/// Offices of the Department in a distribution list.
pub const OFFICES: &[&str] =
    &["LOG", "NP", "AID", "CEA", "COME", "CTME", "INL", "DODE", "EB", "EXIM", "FRB", "TEDE", "USIE", "SA", "DRL"];

/// Positions of people who classify.
pub const POSITIONS: &[&str] = &[
    "Ambassador",
    "Deputy Chief of Mission",
    "Economic Counselor",
    "Political Counselor",
    "Consul General",
    "Public Affairs Officer",
];

/// Months as a date-time group writes them.
pub const MONTHS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
