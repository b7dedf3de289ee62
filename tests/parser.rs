//! What holds for every document, whatever is in it: the parser ends, never panics, claims every byte once and leaves
//! no page line in the text.
//!
//! `ALL=1` cuts every fixture at every byte; else each run tries a share of the places. `CORPUS=DIR` adds the files of
//! a directory.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use cablegram::dialect::{self, Head, MOST_LINES, NotACable, Position, Recognized, plain};
use cablegram::parse::{Claim, Zone, parse};
use proptest::prelude::*;

use super::synthesis::Generator;

/// Reads a document as a cable whatever it is, and checks what must hold.
fn read(bytes: &[u8]) {
    let transcript = plain::transcribe(bytes.to_vec(), "input");
    let reading = parse(&transcript);
    assert_claimed_once(transcript.text(), &reading.claims());
}

/// Every byte that is no blank lies in exactly one claim.
fn assert_claimed_once(text: &str, claims: &[Claim<'_>]) {
    let mut end = 0;
    for Claim { piece, zone } in claims {
        let place = format!("line {} as {zone:?}: {:?}", piece.line, beginning(piece.text));
        assert!(piece.start >= end, "claimed twice, the second time on {place}");
        assert!(
            is_blank(&text[end..piece.start]),
            "unclaimed before {place}: {:?}",
            beginning(&text[end..piece.start])
        );
        assert_eq!(&text[piece.start..piece.end()], piece.text, "misplaced on {place}");
        end = piece.end();
    }
    assert!(is_blank(&text[end..]), "unclaimed at the end: {:?}", beginning(&text[end..]));
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

fn beginning(text: &str) -> String {
    text.chars().take(120).collect()
}

/// The documents of the fixtures, and of `CORPUS`.
fn documents() -> Vec<(PathBuf, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut paths = Vec::new();
    let mut directories = vec![root.join("cases"), root.join("archive")];
    directories.extend(std::env::var_os("CORPUS").map(PathBuf::from));
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                directories.push(path);
            } else if path.extension().is_some_and(|extension| extension == "txt") {
                paths.push(path);
            }
        }
    }
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

#[test]
fn every_byte_of_a_fixture_is_claimed_once() {
    let failures: Vec<String> = documents()
        .iter()
        .filter_map(|(path, bytes)| {
            let failure = std::panic::catch_unwind(|| read(bytes)).err()?;
            let message = failure.downcast_ref::<String>().cloned().unwrap_or_default();
            Some(format!("{}: {message}", path.display()))
        })
        .collect();
    assert!(failures.is_empty(), "{} documents:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn a_cut_document_is_read() {
    let share = if std::env::var_os("ALL").is_some() { 1 } else { 61 };
    let offset = std::process::id() as usize % share;
    for (path, bytes) in documents() {
        for end in (offset..bytes.len().min(12_000)).step_by(share) {
            let cut = std::panic::catch_unwind(|| read(&bytes[..end]));
            assert!(cut.is_ok(), "{} cut at byte {end}", path.display());
        }
    }
}

/// What stands in the normalized text of a cable.
fn normalized(bytes: Vec<u8>) -> Vec<String> {
    let Recognized::Cable(transcript) = dialect::recognize(bytes, "input") else { return Vec::new() };
    let cable = parse(&transcript).cable;
    let paragraphs = cable.paragraphs.into_iter().flat_map(|paragraph| [Some(paragraph.text), paragraph.heading]);
    paragraphs.chain([cable.subject, cable.summary]).flatten().chain(cable.comments).chain(cable.signers).collect()
}

#[test]
fn no_pilcrow_and_no_page_line_is_left_in_the_text() {
    for (path, bytes) in documents() {
        for text in normalized(bytes) {
            assert!(!text.contains('¶'), "{}: pilcrow in {text:?}", path.display());
            for line in text.lines() {
                assert!(!is_page_line(line), "{}: page line {line:?}", path.display());
                assert!(line.trim() != "SIPDIS", "{}: debris in {text:?}", path.display());
            }
        }
    }
}

/// `LIMA 00009382  003 OF 003`, alone on its line.
fn is_page_line(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    let [.., serial, section, of, count] = words[..] else { return false };
    let digits = |word: &str, length: usize| word.len() == length && word.bytes().all(|byte| byte.is_ascii_digit());
    digits(serial, 8)
        && digits(section.split('.').next().unwrap_or(section), 3)
        && of.eq_ignore_ascii_case("of")
        && digits(count, 3)
}

/// Words of four letters or more, each as often as it stands in the text; those that a redaction or the end of a line can
/// have cut are left out.
fn words(text: &str) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    for line in text.lines() {
        let line = line.trim();
        let line = if line.ends_with('-') { line.rsplit_once(' ').map_or("", |(before, _)| before) } else { line };
        let line =
            line.split_once('[').filter(|_| line.contains("emoved]") || line.contains("REMOVED]")).map_or(line, |_| "");
        let words = line.split(|letter: char| !letter.is_alphanumeric());
        for word in words.filter(|word| word.len() > 3 && !word.to_ascii_uppercase().contains("XXXX")) {
            *counts.entry(word.to_uppercase()).or_default() += 1;
        }
    }
    counts
}

/// The words of `text` that stand in `columns` less often.
fn lost(text: &str, columns: &str) -> Vec<String> {
    let kept = words(columns);
    let is_lost = |(word, count): &(String, usize)| kept.get(word).is_none_or(|kept| kept < count);
    words(text).into_iter().filter(is_lost).map(|(word, _)| word).collect()
}

/// Every word of the text is in a column: what is left out is furniture, or is given in front of the text already.
fn assert_text_kept(bytes: &[u8]) -> Result<(), String> {
    let Recognized::Cable(transcript) = dialect::recognize(bytes.to_vec(), "input") else { return Ok(()) };
    let reading = parse(&transcript);
    let cable = &reading.cable;
    let of_zones = |zones: &[Zone]| -> String {
        let claims = reading.claims().into_iter().filter(|claim| zones.contains(&claim.zone));
        claims.map(|claim| format!("{}\n", claim.piece.text)).collect()
    };
    let paragraphs = cable.paragraphs.iter().flat_map(|paragraph| {
        let marking = paragraph.marking.as_ref().map(ToString::to_string);
        [Some(paragraph.text.clone()), paragraph.heading.clone(), marking]
    });
    let text: Vec<String> = paragraphs.flatten().chain(cable.trailer.clone()).collect();
    let is_hyphen = |word: &String| text.iter().any(|text| text.to_uppercase().contains(word.as_str()));
    let mut missing = lost(&of_zones(&[Zone::Paragraph, Zone::Heading, Zone::Trailer]), &text.join("\n"));
    missing.retain(|word| !is_hyphen(word) && !MARKS.contains(&word.as_str()));
    if !missing.is_empty() {
        return Err(format!("in no column: {missing:?}"));
    }
    let text_zones =
        [Zone::Paragraph, Zone::Heading, Zone::Debris, Zone::PageLine, Zone::Signature, Zone::Trailer, Zone::Rule];
    let front: String = reading
        .claims()
        .into_iter()
        .filter(|claim| !text_zones.contains(&claim.zone))
        .map(|claim| format!("{} ", claim.piece.text))
        .collect();
    let front = words(&front);
    let debris = words(&of_zones(&[Zone::Debris]));
    let prose: Vec<&String> = debris
        .keys()
        .filter(|word| !front.contains_key(*word))
        .filter(|word| !word.contains(|sign: char| sign.is_ascii_digit()))
        .collect();
    if prose.len() > 2 { Err(format!("left out, but not in front of the text: {prose:?}")) } else { Ok(()) }
}

/// Words of markings, which have a column of their own.
const MARKS: [&str; 6] = ["NOFORN", "FOUO", "CONFIDENTIAL", "SECRET", "ENTIRE", "TEXT"];

#[test]
fn no_word_of_the_text_is_lost() {
    let failures: Vec<String> = documents()
        .iter()
        .filter_map(|(path, bytes)| Some(format!("{}: {}", path.display(), assert_text_kept(bytes).err()?)))
        .collect();
    assert!(failures.is_empty(), "{} documents:\n{}", failures.len(), failures.join("\n"));
}

/// What no column must lose: every line that is not furniture, a header or a label is in one of them.
#[test]
fn no_line_of_a_body_is_lost() {
    let generator = Generator::new(1, 0);
    let synthesized = (0..300).flat_map(|index| [generator.cable(index), generator.telegram(index)]);
    let synthesized = synthesized.map(|cable| (PathBuf::from(cable.path), cable.bytes));
    let failures: Vec<String> = documents()
        .into_iter()
        .chain(synthesized)
        .filter_map(|(path, bytes)| {
            let Recognized::Cable(transcript) = dialect::recognize(bytes, "input") else { return None };
            let reading = parse(&transcript);
            let columns = bare(&format!("{:?}", reading.cable).replace("\\n", " "));
            let body = [
                Zone::PassingInstruction,
                Zone::Note,
                Zone::Subject,
                Zone::Heading,
                Zone::Paragraph,
                Zone::Signature,
                Zone::Trailer,
            ];
            let claims = reading.claims();
            let lines = claims.iter().filter(|claim| body.contains(&claim.zone)).map(|claim| claim.piece.text);
            let lost: Vec<&str> = lines.filter(|line| !is_held(line, &columns)).collect();
            (!lost.is_empty()).then(|| format!("{}: {lost:?}", path.display()))
        })
        .collect();
    assert!(failures.is_empty(), "{} documents:\n{}", failures.len(), failures.join("\n"));
}

/// Whether columns hold a line, but for the number, marking or label that it may open with. A signature that is written
/// twice is in them once.
fn is_held(line: &str, columns: &str) -> bool {
    const OPENING: usize = 4;
    let words: Vec<&str> = line.split_whitespace().collect();
    let rest = |start: usize| words[start..].join(" ");
    (0..words.len().min(OPENING)).any(|start| is_held_in_stretches(&rest(start), columns))
        || words.len() <= OPENING && words.iter().all(|word| is_held_in_stretches(word, columns))
}

/// Whether columns hold each stretch of a line between redactions, parentheses, and numbers and labels within it.
fn is_held_in_stretches(line: &str, columns: &str) -> bool {
    let line = line.to_uppercase().replace("XXXX", "(");
    line.split(['(', ')', '[', ']']).all(|stretch| {
        let words: Vec<&str> = stretch.split_whitespace().collect();
        let is_number = |word: &str| word.trim_end_matches(['.', ',']).bytes().all(|byte| byte.is_ascii_digit());
        let divides = |word: &&str| is_number(word) || LABELS.contains(&bare(word).as_str());
        let is_redaction = stretch.ends_with(" REMOVED");
        is_redaction || words.split(divides).all(|words| columns.contains(&bare(&words.concat())))
    })
}

fn bare(text: &str) -> String {
    text.to_uppercase().replace(|letter: char| !letter.is_alphanumeric(), "")
}

/// Labels and words of markings, which are in no column as they are written.
const LABELS: [&str; 8] = ["SUBJECT", "SUBJ", "NOFORN", "FOUO", "CONFIDENTIAL", "SECRET", "ENTIRE", "TEXT"];

/// The time to read a document.
fn time_of(text: String) -> Duration {
    let start = Instant::now();
    let transcript = plain::transcribe(text.into_bytes(), "input");
    std::hint::black_box(parse(&transcript));
    start.elapsed()
}

/// Eight times the size may take longer than eight times the time, but nowhere near its square.
#[test]
fn the_work_is_linear_in_the_size() {
    const SMALL: usize = 128 << 10;
    const LARGE: usize = 1 << 20;
    const ENVELOPE: &str = "09OSLO12\nT\nFri Jun 12 00:00:00 +0200 2009\nSECRET\nEmbassy Oslo\n";
    for unit in [
        "(",
        "¶1. ",
        "1. (C) ",
        "REF: A. ",
        "A) STATE 1, ",
        "(A) STATE 12 AND ",
        "\n",
        " \n",
        "x",
        "S E C R E T ",
        "TAGS: PREL, ",
        "CLASSIFIED BY: ",
        "\n1. (C) x.\n",
        "\nREF: A. LIMA 12",
        "\nSIPDIS",
        "\nTO AMEMBASSY LIMA",
        "&amp;",
        "\"\"",
        "\\\n",
        "Â¶",
        "E.O. 1",
        "\nLIMA 00000012  001 OF 002\n",
        "COMMENT: ",
        "(NOTE: ",
        "\n-- ",
        "\n---\n",
        "XXXX ",
        "\nUNCLAS LIMA 000012\n",
        "ACTION REQUESTED ",
        "(COMMENT: x) ",
        "(SUMMARY AND COMMENT ",
        "\n\n1. (C) COMMENT: x",
        "\n\n1. (C) protect protect",
        "STATE PASS SIPDIS ",
        "REF: QQQQ 12 AND ",
        "REF: A/A/A/",
        "OSLO (",
    ] {
        let repeated = |size: usize| time_of(format!("{ENVELOPE}{}", unit.repeat(size / unit.len())));
        repeated(1024);
        let (small, large) = (repeated(SMALL), repeated(LARGE));
        let bound = small.max(Duration::from_millis(20)) * 30;
        assert!(large < bound, "{unit:?}: {small:?} for {SMALL} bytes, {large:?} for {LARGE}");
    }
}

/// So it is for pages and volumes that are full of what is looked for.
#[test]
fn the_work_on_markup_is_linear_in_the_size() {
    const SMALL: usize = 128 << 10;
    const LARGE: usize = 1 << 20;
    const HEADING: &str = "<html><h3>Viewing cable 06LIMA1, T</h3><table><tr>";
    const LIBRARY: &str = "<html><table id=\"synopsis\"><div class=\"s_key\">";
    const VOLUME: &str =
        "<TEI xmlns=\"http://www.tei-c.org/ns/1.0\" xml:id=\"frus1\"><div type=\"document\"><head>1. Telegram 1";
    let time_of = |text: String| {
        let start = Instant::now();
        let bytes = text.as_bytes();
        let Ok(form) = dialect::open(&Head::of(bytes, "input")) else { return Duration::ZERO };
        for range in dialect::ranges(&mut *form.splitter(bytes.len()), bytes) {
            let stretch = form.stretch(&bytes[range.clone()], Position::Only);
            let record = bytes[range][stretch].to_vec();
            if let Recognized::Cable(transcript) = form.transcribe(record, Position::Only, "input") {
                std::hint::black_box(parse(&transcript));
            }
        }
        start.elapsed()
    };
    for (front, unit) in [
        ("<html>", ">Viewing cable 06LIMA1,"),
        ("<html>", "Viewing cable "),
        ("<html>", "<h3>Viewing cable 06LIMA1,"),
        ("<html>", "<h3"),
        (HEADING, "<td>Appears in these articles href='http://a'"),
        (HEADING, "<th>Origin<td>"),
        (HEADING, "<code><pre>"),
        (HEADING, "<pre><html>\n"),
        (HEADING, "<!--"),
        (LIBRARY, "<html>\n"),
        (LIBRARY, "<div class=\"s_key\">"),
        (VOLUME, "<!-- "),
        (VOLUME, "<![CDATA[&amp;"),
        (VOLUME, "<div type=\"document\">"),
        (VOLUME, "<div "),
        (VOLUME, "<label>1.</label><item>"),
    ] {
        let document = |size: usize| format!("{front}{}<pre></pre></code>", unit.repeat(size / unit.len()));
        assert!(dialect::open(&Head::of(document(LARGE).as_bytes(), "input")).is_ok(), "{unit:?}: it is not read");
        time_of(document(1024));
        let (small, large) = (time_of(document(SMALL)), time_of(document(LARGE)));
        let bound = small.max(Duration::from_millis(20)) * 30;
        assert!(large < bound, "{unit:?}: {small:?} for {SMALL} bytes, {large:?} for {LARGE}");
    }
}

#[test]
fn a_document_at_the_limit_of_size_is_read() {
    let lines = |unit: &str| unit.repeat((8 << 20) / unit.len()).into_bytes();
    for unit in ["word ", "\n", "¶1. (C) Text.\n"] {
        let transcript = plain::transcribe(lines(unit), "input");
        std::hint::black_box(parse(&transcript));
    }
}

#[test]
fn a_text_of_more_lines_than_telegrams_have_is_none() {
    let lines = |count: usize| format!("UNCLAS OSLO 000012\n{}", "x\n".repeat(count - 1)).into_bytes();
    assert!(matches!(dialect::recognize(lines(MOST_LINES), "input"), Recognized::Cable(_)));
    for text in [lines(MOST_LINES + 1), lines(MOST_LINES + 2), lines(4 << 20)] {
        let recognized = dialect::recognize(text, "input");
        assert!(matches!(recognized, Recognized::Ignored(NotACable::TooManyLines)));
    }
}

/// Words that the parser knows, in any order.
fn vocabulary() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "09OSLO12\n",
        "T\n",
        "Fri Jun 12 00:00:00 +0200 2009\n",
        "SECRET\n",
        "VZCZCXRO7354\n",
        "OO RUEHC\n",
        "DE RUEHTA #1005/01 1630729\n",
        "ZNR UUUUU ZZH\n",
        "O 120729Z JUN 09\n",
        "FM AMEMBASSY OSLO\n",
        "TO RUEHC/SECSTATE WASHDC 12",
        "INFO ",
        "UNCLAS",
        " OSLO 000012 \n",
        "S E C R E T",
        " SECTION 01 OF 02",
        "SIPDIS \n",
        "\n",
        " ",
        "E.O. 12958: DECL: 1/2/2019\n",
        "TAGS: PREL NO\n",
        "SUBJECT: X\n",
        "REF: A. OSLO 11",
        "Classified By: DCM X, Reason 1.4 (b)\n",
        "¶1. (C) ",
        "2.(SBU) ",
        "SUMMARY: ",
        "END SUMMARY.",
        "COMMENT: ",
        "OSLO 00000012  001 OF 002\n",
        "-----\n",
        "XXXXXXXXXXXX",
        "NNNN",
        "61417,5/4/2006 9:46,09OSLO12,\"E\",SECRET,,\"",
        "\",\"",
        "...",
        "This record is a partial extract of the original cable. The full text of the original cable is not available.",
        "é",
        "\u{FEFF}",
        "\0",
        "\r",
        "(",
        ")",
        "\"",
        "&amp;",
        "PAGE 02        OSLO  00012  01 OF 04  281501Z\n",
        "Monday, 15 June 2009, 13:08\n",
        "ACTION WHA-00\n",
    ]);
    prop::collection::vec(word, 0..60).prop_map(|words| words.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        read(&bytes);
        let _ = dialect::recognize(bytes, "input");
    }

    #[test]
    fn any_order_of_known_words_is_read(text in vocabulary()) {
        read(text.as_bytes());
    }

    #[test]
    fn lines_are_cut_without_loss(text in "[a-z \r\n]{0,60}") {
        let transcript = plain::transcribe(text.clone().into_bytes(), "input");
        let cut: Vec<_> = transcript.lines().collect();
        let kept: String = cut.iter().map(|line| line.text).collect();
        let bare = |text: &str| text.replace([' ', '\r', '\n'], "");
        prop_assert_eq!(bare(&kept), bare(&text));
        prop_assert!(cut.iter().all(|line| text[line.start..].starts_with(line.text)));
    }
}
