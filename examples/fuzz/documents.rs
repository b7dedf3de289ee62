//! A seed to hostile documents: mutated fixtures, pages out of a vocabulary, one shape many times over, random bytes.

use std::fs;
use std::path::Path;

use super::random::Random;

/// Documents of one seed.
pub struct Documents {
    seed: u64,
    fixtures: Vec<Vec<u8>>,
    lines: Vec<Vec<u8>>,
}

impl Documents {
    /// The documents that begin from the fixtures of this repository.
    pub fn of_fixtures(seed: u64) -> Documents {
        let mut fixtures = Vec::new();
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
        ["archive", "cases", "nasty"].iter().for_each(|folder| gather(&root.join(folder), &mut fixtures));
        assert!(fixtures.len() > 100, "the fixtures are missing");
        let mut lines: Vec<Vec<u8>> = fixtures
            .iter()
            .flat_map(|fixture| fixture.split_inclusive(|byte| *byte == b'\n'))
            .map(<[u8]>::to_vec)
            .collect();
        lines.sort();
        lines.dedup();
        Documents { seed, fixtures, lines }
    }

    /// The document of that number; the same for the same seed, fixtures and number.
    pub fn document(&self, index: u64) -> Vec<u8> {
        let mut random = Random::new(self.seed, index);
        match random.below(100) {
            0..45 => self.mutated(&mut random),
            45..88 => self.page(&mut random),
            88..96 => repeated(&mut random),
            _ => (0..random.below(2_000)).map(|_| random.next() as u8).collect(),
        }
    }

    /// The documents of the repository that others are made of.
    pub fn fixtures(&self) -> impl Iterator<Item = &[u8]> {
        self.fixtures.iter().map(Vec::as_slice)
    }

    /// What comes first, and a short text to be repeated, of that number.
    pub fn shape(&self, index: u64) -> (&'static str, String) {
        shape(&mut Random::new(self.seed, index))
    }

    fn mutated(&self, random: &mut Random) -> Vec<u8> {
        let fixture = &self.fixtures[random.below(self.fixtures.len())];
        let mut lines: Vec<Vec<u8>> =
            fixture.split_inclusive(|byte| *byte == b'\n').take(400).map(<[u8]>::to_vec).collect();
        for _ in 0..random.between(1, 8) {
            self.mutate(&mut lines, random);
        }
        let mut document = lines.concat();
        if random.chance(10) {
            document.truncate(random.below(document.len() + 1));
        }
        if random.chance(5) {
            document = with_line_end(&document, random.pick(&["\r\n", "\r", "\r\r\n", "\n\n", "\u{2028}", "\u{85}"]));
        }
        document
    }

    fn mutate(&self, lines: &mut Vec<Vec<u8>>, random: &mut Random) {
        let at = random.below(lines.len() + 1);
        let there = at.min(lines.len().saturating_sub(1));
        match random.below(12) {
            0 if !lines.is_empty() => drop(lines.remove(there)),
            1 if !lines.is_empty() => lines.insert(at, lines[there].clone()),
            2 if lines.len() > 1 => {
                let other = random.below(lines.len());
                lines.swap(there, other);
            }
            3 => lines.insert(at, self.lines[random.below(self.lines.len())].clone()),
            4 | 5 => lines.insert(at, line(random).into_bytes()),
            6 if !lines.is_empty() => drop(lines[there].pop()),
            7 if !lines.is_empty() => {
                let middle = random.below(lines[there].len() + 1);
                let rest = lines[there].split_off(middle);
                lines.insert(there + 1, rest);
                if random.chance(70) {
                    lines[there].extend_from_slice(b" \n");
                }
            }
            8 if !lines.is_empty() => {
                let middle = random.below(lines[there].len() + 1);
                let odd = random.pick(ODD).as_bytes().to_vec();
                lines[there].splice(middle..middle, odd);
            }
            9 if !lines.is_empty() && !lines[there].is_empty() => {
                let middle = random.below(lines[there].len());
                lines[there][middle] = random.next() as u8;
            }
            10 if !lines.is_empty() => {
                let copies = random.between(2, 40);
                let copy = lines[there].clone();
                lines.splice(there..there, std::iter::repeat_n(copy, copies));
            }
            11 if !lines.is_empty() => {
                let case = if random.chance(50) { u8::to_ascii_uppercase } else { u8::to_ascii_lowercase };
                lines[there].iter_mut().for_each(|byte| *byte = case(byte));
            }
            _ => {}
        }
    }

    /// A page out of the vocabulary, with an envelope or a header or without.
    fn page(&self, random: &mut Random) -> Vec<u8> {
        let mut page = String::new();
        if random.chance(50) {
            page += ENVELOPE;
        }
        if random.chance(50) {
            random.some_of(HEADER, random.clone().between(1, HEADER.len())).iter().for_each(|line| {
                page += line;
                page.push('\n');
            });
        }
        for _ in 0..random.between(1, 30) {
            page += &line(random);
        }
        page.into_bytes()
    }
}

/// Every word that means something to the parser, and some that mean nothing.
pub fn vocabulary() -> impl Iterator<Item = &'static str> {
    [LABELS, CLOSERS, MARKINGS, FURNITURE, HEADER, PROSE, ODD].into_iter().flatten().copied()
}

/// One line, mostly of words that mean something to the parser.
fn line(random: &mut Random) -> String {
    let mut line = String::new();
    for _ in 0..random.between(1, 4) {
        let word = match random.below(10) {
            0..2 => random.pick(LABELS),
            2..4 => random.pick(CLOSERS),
            4..6 => random.pick(MARKINGS),
            6 => random.pick(FURNITURE),
            7 => random.pick(HEADER),
            8 => random.pick(PROSE),
            _ => random.pick(ODD),
        };
        line += word;
        line += random.pick(&[" ", " ", "", ": ", ". ", "\n", " \n"]);
    }
    match random.below(12) {
        0 => line = line.to_lowercase(),
        1 => line = line.to_uppercase(),
        2 => line.insert(0, '¶'),
        _ => {}
    }
    line + random.pick(&["\n", " \n", "\n\n", " \n \n", ""])
}

/// One short shape so often that whatever is not linear shows.
fn repeated(random: &mut Random) -> Vec<u8> {
    let (start, shape) = shape(random);
    let size = 1 << if random.chance(2) { random.between(14, 17) } else { random.between(8, 13) };
    let end = if random.chance(50) { line(random) } else { String::new() };
    format!("{start}{}{end}", shape.repeat(size / shape.len().max(1) + 1)).into_bytes()
}

/// What comes first, and a short text to be repeated.
fn shape(random: &mut Random) -> (&'static str, String) {
    let mut shape = line(random);
    shape.truncate(shape.floor_char_boundary(random.between(1, 60)));
    ([ENVELOPE, "", "UNCLAS OSLO 000012\n\n1. "][random.below(3)], shape)
}

fn with_line_end(document: &[u8], end: &str) -> Vec<u8> {
    document.split(|byte| *byte == b'\n').collect::<Vec<_>>().join(end.as_bytes())
}

fn gather(folder: &Path, fixtures: &mut Vec<Vec<u8>>) {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if fs::metadata(&path).is_ok_and(|found| found.is_dir()) {
            gather(&path, fixtures);
        } else if path.extension().is_none_or(|ending| ending != "yaml") {
            fixtures.extend(fs::read(&path));
        }
    }
}

/// A whole envelope.
pub const ENVELOPE: &str = "09OSLO12\nHARBOR NOTES\nFri Jun 12 00:00:00 +0200 2009\nCONFIDENTIAL\nEmbassy Oslo\n";

const HEADER: &[&str] = &[
    "VZCZCXRO1234",
    "PP RUEHAG RUEHROV",
    "DE RUEHNY #0012/01 1631434",
    "ZNR UUUUU ZZH",
    "ZNY CCCCC ZZH",
    "R 121434Z JUN 09",
    "O R 121434Z JUN 09 ZDK",
    "FM AMEMBASSY OSLO",
    "TO RUEHC/SECSTATE WASHDC IMMEDIATE 1234",
    "INFO RUEHZL/EUROPEAN POLITICAL COLLECTIVE PRIORITY",
    "RUEHMO/AMEMBASSY MOSCOW 0012",
    "XMT AMEMBASSY LIMA",
    "BT",
    "UNCLAS OSLO 000012",
    "C O N F I D E N T I A L SECTION 01 OF 02 OSLO 000012",
    "UNCLAS SECTION 02 OF 02 OSLO 000012",
    "ACTION EUR-00",
    "INFO  LOG-00   AID-00   CIAE-00  /001W",
    "                  ------------------8A1234  121434Z /12",
    "P 121434Z JUN 09",
    "NNNN",
];

const LABELS: &[&str] = &[
    "E.O. 12958: DECL: 06/12/2019",
    "E.O. 12958: N/A",
    "E.O. 11652: GDS",
    "E.O. 12065: RDS-1 6/12/99 (DOE, JOHN)",
    "TAGS: PREL, PGOV, NO",
    "TAGS",
    "SUBJECT: HARBOR NOTES",
    "SUBJ:",
    "SUBJECT",
    "REF: A. OSLO 11 B. 09LIMA2",
    "REFS: (A) STATE 1234, (B) LIMA 7 (NOTAL)",
    "REF",
    "Classified By: A/DCM Jane Doe for reasons 1.4 (b) and (d).",
    "CLASSIFIED BY: DCM J. DOE, REASON 1.4 (B,D)",
    "Reason: 1.4 (b)",
    "DERIVED FROM: MULTIPLE SOURCES",
    "DECLASSIFY ON: 20190612",
    "SUMMARY",
    "SUMMARY AND COMMENT",
    "Summary:",
    "COMMENT",
    "Comment",
    "ACTION REQUESTED",
    "ACTION REQUEST FOR POST",
    "INTRODUCTION",
    "BACKGROUND",
    "FOR EUR/NB AND IO",
    "PASS TO AID",
    "STATE PASS USTR",
    "POINT OF CONTACT",
    "1.",
    "2. (C)",
    "3. (SBU) ",
    "12. ",
    "¶4. (U)",
    "A.",
    "(B)",
    "-- ",
    "=====",
    "-------",
    "*",
];

const CLOSERS: &[&str] = &[
    "END SUMMARY.",
    "END COMMENT.",
    "End comment",
    "END SUMMARY AND COMMENT.",
    "END NOTE",
    "(END SUMMARY)",
    "End Action Request.",
    "END TEXT",
    "END OF CABLE",
    "END COMMENT. END SUMMARY.",
    "DOE",
    "QUADE##",
    "MINIMIZE CONSIDERED.",
    "NNNN",
    "=======================CABLE ENDS============================",
    "BT",
    "#0012",
];

const MARKINGS: &[&str] = &[
    "CONFIDENTIAL",
    "C O N F I D E N T I A L",
    "UNCLAS",
    "UNCLASSIFIED",
    "SECRET",
    "S E C R E T",
    "SECRET//NOFORN",
    "SIPDIS",
    "NOFORN",
    "SENSITIVE",
    "LIMDIS",
    "STADIS",
    "LIMITED OFFICIAL USE",
    "(C)",
    "(SBU)",
    "(S/NF)",
    "(U)",
    "NOT FOR INTERNET DISTRIBUTION",
    "CORRECTED COPY",
    "C O R R E C T E D COPY (SUBJECT LINE)",
    "PARTIAL EXTRACTION",
];

const FURNITURE: &[&str] = &[
    "OSLO 00000012  001.2 OF 003",
    "PAGE 02        OSLO  00012  01 OF 02  121434Z",
    "Page 2 of 3",
    "CONFIDENTIAL",
    "SECTION 02 OF 03",
    "[Section 2 of 3 was not received]",
    "(MISSING SECTION)",
    "XXXXXXXXXXXX",
    "[redacted]",
    "----------",
    "¶",
    "NOTE BY OC/T",
    "#####",
    "E.O. 12958: DECL",
];

const PROSE: &[&str] = &[
    "The quay was inspected.",
    "On June 12, the harbor master met econoff",
    "and said nothing.",
    "See ref A.",
    "Minister Maria Ruiz (protect) agreed.",
    "(Comment: He did not. End comment.)",
    "(Note: septel. End note.)",
    "10. percent",
    "in para 2",
    "Jane Doe",
    "U.S. policy",
    "1.5 billion",
];

const ODD: &[&str] = &[
    "\u{0}",
    "\u{b}",
    "\u{c}",
    "\u{1a}",
    "\u{1b}[31m",
    "\u{7f}",
    "\u{85}",
    "\u{a0}",
    "\u{ad}",
    "\u{200b}",
    "\u{2028}",
    "\u{feff}",
    "\u{fffd}",
    "\u{202e}",
    "é",
    "ß",
    "İ",
    "ſ",
    "ﬁ",
    "ǅ",
    "𝔄",
    "e\u{301}",
    "\t",
    "\r",
    "\r\r\n",
    " ",
    "          ",
    "\\",
    "\"",
    "'",
    "&amp;",
    "&#182;",
    "&lt;",
    "<br>",
    "</pre>",
    "%",
    "#",
    "=",
    "-",
    ".",
    "(",
    ")",
    "[",
    "]",
    "/",
    "//",
    ":",
    ";",
    ",",
    "0",
    "9",
    "A",
    "99999999999999999999",
    "000000",
    "٣",
    "Ⅷ",
];
