//! Captions, and which lines are nothing but captions.

/// Captions as they stand in cables, longest first where one begins another, and how they are kept.
const CAPTIONS: [(&str, &str); 25] = [
    ("E F T O", "EFTO"),
    ("EFTO", "EFTO"),
    ("SIPDIS", "SIPDIS"),
    ("NOFORN", "NOFORN"),
    ("SENSITIVE BUT UNCLASSIFIED", "SENSITIVE"),
    ("SENSITIVE", "SENSITIVE"),
    ("NODIS", "NODIS"),
    ("EXDIS", "EXDIS"),
    ("LIMDIS", "LIMDIS"),
    ("STADIS", "STADIS"),
    ("TERREP", "TERREP"),
    ("ROGER CHANNEL", "ROGER CHANNEL"),
    ("DS CHANNEL", "DS CHANNEL"),
    ("DISSENT CHANNEL", "DISSENT CHANNEL"),
    ("EYES ONLY", "EYES ONLY"),
    ("AIDAC", "AIDAC"),
    ("VISAS VIPER", "VISAS VIPER"),
    ("NOCONTRACT", "NOCONTRACT"),
    ("ORCON", "ORCON"),
    ("FOR OFFICIAL USE ONLY", "FOR OFFICIAL USE ONLY"),
    ("LIMITED OFFICIAL USE", "LIMITED OFFICIAL USE"),
    ("NOT FOR INTERNET DISTRIBUTION", "NOT FOR INTERNET DISTRIBUTION"),
    ("PROPIN", "PROPIN"),
    ("FODAG", "FODAG"),
    ("SBU", "SENSITIVE"),
];

/// The captions that a line begins with, and where they end.
pub fn leading(line: &str) -> (Vec<&'static str>, usize) {
    let mut captions = Vec::new();
    let mut end = 0;
    loop {
        let rest = line[end..].trim_start_matches([' ', ',', '/', ';', '.']);
        let start = line.len() - rest.len();
        let found = CAPTIONS.iter().find(|(written, _)| {
            rest.get(..written.len()).is_some_and(|word| word.eq_ignore_ascii_case(written))
                && !rest[written.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '-')
        });
        let Some((written, caption)) = found else { return (captions, end) };
        captions.push(*caption);
        end = start + written.len();
    }
}

/// The captions of a line that holds nothing else.
pub fn whole_line(line: &str) -> Option<Vec<&'static str>> {
    let (captions, end) = leading(line);
    let rest = line[end..].trim_matches([' ', ',', '/', ';', '.', '-']);
    (!captions.is_empty() && rest.is_empty()).then_some(captions)
}
