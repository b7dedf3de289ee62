//! Facts of an accession to one page of HTML: what is to be decided first, then what proves each line of it.
//!
//! The page loads nothing, runs nothing, and can be printed. Every chart has its table.

use super::chart;
use super::decide::{count, grouped};
use super::facts::{AccessionFacts, Count, Decision, DeliveryChanges, LevelCoverage, Line, Names, Weight};
use super::html::Markup;
use super::table::{TableCell, code, number, row, table, table_of, text};

/// How the page looks.
const STYLE: &str = include_str!("page.css");
/// Posts that the chart shows; the table has more.
const CHARTED: usize = 20;

/// The page.
pub fn page(facts: &AccessionFacts) -> String {
    let mut html = Markup::default();
    html.markup("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>");
    html.markup("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"/>");
    // Even if something were to load or run, a browser would refuse it.
    html.markup(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"/>",
    );
    html.words("title", &[], format!("{}: report", title(facts)));
    html.markup("<style>")
        .markup(STYLE)
        .markup("</style></head><body>\n<a class=\"skip\" href=\"#main\">To the report</a>\n");
    head(&mut html, facts);
    html.markup("<main id=\"main\">\n");
    decisions(&mut html, &facts.decisions);
    arrived(&mut html, facts);
    proof(&mut html, facts);
    coverage(&mut html, &facts.coverage);
    gaps(&mut html, facts);
    versions(&mut html, facts);
    whole(&mut html, facts);
    markings(&mut html, facts);
    odd(&mut html, facts);
    characters(&mut html, facts);
    since(&mut html, facts.changes.as_ref());
    html.markup("<section class=\"sign\" aria-label=\"To be signed\"><dl><dt>Accepted</dt><dd></dd><dt>With conditions</dt><dd></dd>");
    html.markup("<dt>Name</dt><dd></dd><dt>Date</dt><dd></dd></dl></section>\n</main>\n");
    html.markup("<footer><p class=\"soft\">Made by ")
        .text(&facts.made.tool)
        .markup(", which loads nothing and runs nothing here. ");
    html.markup("Every number of this page is in the JSON file beside it.</p></footer></body></html>\n");
    html.finish()
}

fn title(facts: &AccessionFacts) -> String {
    facts.accession.id.as_ref().map_or("Cables".to_owned(), |id| format!("Accession {id}"))
}

fn head(html: &mut Markup, facts: &AccessionFacts) {
    html.markup("<header>").words("h1", &[], format!("{}: can it be accepted?", title(facts)));
    let accession = [&facts.accession.organization, &facts.accession.description];
    let accession: Vec<&str> = accession.into_iter().flatten().map(String::as_str).collect();
    if !accession.is_empty() {
        html.words("p", &[], accession.join(" · "));
    }
    let made = &facts.made;
    let line = format!("{} · {}, schema {}, rules {}", made.at, made.tool, made.schema, made.rules);
    html.words("p", &[("class", &"soft")], line).markup("</header>\n");
}

fn decisions(html: &mut Markup, decisions: &[Decision]) {
    let of = |weight| decisions.iter().filter(|decision| decision.weight == weight).count() as u64;
    let verdict = match (of(Weight::Fail), of(Weight::Look)) {
        (0, 0) => "Yes: nothing speaks against it.".to_owned(),
        (0, looks) => format!("Yes, once somebody has looked at {}.", count(looks, "thing", "things")),
        (fails, looks) => {
            let looks = if looks > 0 { format!("; look at {} more", grouped(looks)) } else { String::new() };
            format!("Not as it is: {}{looks}.", count(fails, "check fails", "checks fail"))
        }
    };
    section(html, "decision", "Decision");
    html.words("p", &[("class", &"verdict")], verdict);
    html.markup("<ul class=\"checks\">\n");
    for decision in decisions {
        let word = match decision.weight {
            Weight::Fail => "Fail",
            Weight::Look => "Look",
            Weight::Pass => "Pass",
        };
        html.element("li", &[("class", &decision.weight.name())], |html| {
            html.words("span", &[("class", &"mark")], word);
            html.text(" ").text(&decision.sentence).text(" ");
            let (link, name) = (format!("#{}", decision.section), format!("more about: {}", decision.sentence));
            html.words("a", &[("href", &link), ("aria-label", &name)], "more");
        });
        html.markup("\n");
    }
    html.markup("</ul>\n");
}

fn arrived(html: &mut Markup, facts: &AccessionFacts) {
    let arrived = &facts.arrived;
    section(html, "arrived", "What arrived");
    let files = count(arrived.files, "file was delivered", "files were delivered");
    let links = if arrived.links > 0 {
        format!(", and {} not followed", count(arrived.links, "link", "links"))
    } else {
        String::new()
    };
    html.words("p", &[], format!("{files}{links}."));
    let amounts = [
        ("cables", arrived.cables),
        ("the bytes of another file or record", arrived.copies),
        ("no cables", arrived.not_cables),
        ("bad", arrived.bad),
        ("containers, and documents of several records", arrived.documents),
    ];
    let rows = amounts.iter().map(|(name, amount)| row([text(name), number(amount.count), number(amount.bytes)]));
    table(html, "Files and records by what became of them", ["", "#number", "#bytes"], rows);
    let kinds =
        arrived.kinds.iter().map(|(kind, amount)| row([text(kind), number(amount.count), number(amount.bytes)]));
    table(html, "What is no cable", ["kind", "#number", "#bytes"], kinds);
    let examples = arrived.examples.iter().map(|other| {
        let sha256 = other
            .sha256
            .as_deref()
            .map_or(TableCell::None, |sha256| TableCell::Code(sha256.chars().take(16).collect()));
        row([code(&other.path), text(&other.reason), other.bytes.map_or(TableCell::None, number), sha256])
    });
    table(html, "The first that are no cables, or bad", ["name", "why", "#bytes", "SHA-256 begins"], examples);
}

fn proof(html: &mut Markup, facts: &AccessionFacts) {
    let proof = &facts.proof;
    section(html, "proof", "Proof");
    let mut rows = vec![row([
        text("bytes of the source, rebuilt from the row"),
        text(&format!("{} of {}", grouped(proof.rebuilt), grouped(proof.rows))),
        text("size and SHA-256 of the original"),
    ])];
    if let Some(files) = proof.output_files {
        let failures = proof.output_failures.len() as u64;
        let result = format!("{}, {}", count(files, "file", "files"), count(failures, "fault", "faults"));
        rows.push(row([text("files that were made, read again"), text(&result), text("list, digest and originals")]));
    }
    if let Some(digest) = &proof.digest {
        rows.push(row([
            text("digest of all rows"),
            code(digest),
            text("write it into your register: it proves the set"),
        ]));
    }
    table(html, "What was checked, and against what", ["check", "result", "against"], rows.into_iter());
    let failures = proof.output_failures.iter().map(|failure| row([text(failure)]));
    table(html, "What is wrong with the files that were made", ["fault"], failures);
}

/// Draws lines split by level.
type Chart = fn(&mut Markup, &str, &[String], &[Line]);

fn coverage(html: &mut Markup, coverage: &LevelCoverage) {
    section(html, "coverage", "Coverage");
    html.markup("<ul class=\"key\">");
    for level in &coverage.levels {
        html.element("li", &[], |html| {
            html.element("i", &[("class", &chart::color(level))], |_| {}).text(level.to_lowercase());
        });
    }
    html.markup("</ul>\n");
    let mut head = vec!["#all".to_owned()];
    head.extend(coverage.levels.iter().map(|level| format!("#{}", level.to_lowercase())));
    let charted = &coverage.posts[..coverage.posts.len().min(CHARTED)];
    for (title, name, lines, chart, charted) in [
        ("Cables by year and level when sent", "year", &coverage.years, chart::columns as Chart, &coverage.years[..]),
        ("Cables by post and level when sent", "post", &coverage.posts, chart::rows, charted),
    ] {
        if lines.is_empty() {
            continue;
        }
        chart(html, title, &coverage.levels, charted);
        let columns: Vec<&str> = std::iter::once(name).chain(head.iter().map(String::as_str)).collect();
        let rows = lines.iter().map(|line| {
            let counts = std::iter::once(line.all).chain(line.levels.iter().copied());
            std::iter::once(text(&line.name)).chain(counts.map(number)).collect()
        });
        table_of(html, title, &columns, rows);
    }
    if coverage.more_posts > 0 {
        let posts = count(coverage.more_posts, "more post", "more posts");
        let rows = count(coverage.more_rows, "cable", "cables");
        html.words("p", &[("class", &"soft")], format!("{posts} with {rows}."));
    }
}

fn gaps(html: &mut Markup, facts: &AccessionFacts) {
    let gaps = &facts.gaps;
    section(html, "gaps", "Gaps");
    html.markup("<p>Serial numbers run through a year at each post. What lies between the lowest and the highest number held and is \
                 not here may be missing; a post with one number in a year shows nothing.</p>\n");
    let rows = gaps.series.iter().map(|series| {
        let share = format!("{} of 100", series.held * 100 / series.numbers());
        let numbers =
            [u64::from(series.lowest), u64::from(series.highest)].map(|number| TableCell::Text(number.to_string()));
        let [lowest, highest] = numbers;
        row([text(&format!("{} {}", series.post, series.year)), lowest, highest, number(series.held), text(&share)])
    });
    let head = ["post and year", "lowest", "highest", "#held", "share held"];
    table(html, "Posts and years with the most missing numbers", head, rows);
    more(html, gaps.series.len() as u64, gaps.series_in_all, "posts and years");
    let rows = gaps.absent.iter().map(|absent| row([code(&absent.mrn), number(absent.citations)]));
    table(html, "Cited, and not here", ["cable", "#citations"], rows);
    more(html, gaps.absent.len() as u64, gaps.cited_absent, "absent cables");
}

fn versions(html: &mut Markup, facts: &AccessionFacts) {
    let versions = &facts.versions;
    section(html, "versions", "Versions");
    none(html, versions.numbers, "Every message reference number has one text.");
    let rows = versions.examples.iter().map(|version| row([code(&version.mrn), number(version.texts)]));
    table(html, "Numbers with several texts", ["number", "#texts"], rows);
    more(html, versions.examples.len() as u64, versions.numbers, "numbers");
}

fn whole(html: &mut Markup, facts: &AccessionFacts) {
    let whole = &facts.whole;
    section(html, "whole", "Whole, cut, redacted");
    let lines = [
        ("partial extract", &whole.partial),
        ("envelope without a text", &whole.envelope_only),
        ("known to be cut", &whole.cut),
        ("sections are missing", &whole.sections_missing),
        ("with redactions", &whole.redacted),
        ("corrected copy", &whole.corrected),
    ];
    counts(html, "How whole the texts are", &lines, facts.proof.rows);
}

fn markings(html: &mut Markup, facts: &AccessionFacts) {
    let markings = &facts.markings;
    section(html, "markings", "Markings");
    let lines = [
        ("levels of envelope and text differ", &markings.levels_differ),
        ("unclassified, with a part of a higher level", &markings.higher_inside),
        ("declassification date has passed", &markings.declassified),
        ("declassification date is still to come", &markings.to_be_declassified),
        ("asks to protect a source", &markings.protect),
    ];
    counts(html, "What a reviewer looks at first", &lines, facts.proof.rows);
    if let Some([first, last]) = &markings.declassify_between {
        html.words("p", &[], format!("Declassification dates to come: {first} to {last}."));
    }
    let rows = markings.captions.iter().map(|(caption, cables)| row([code(caption), number(*cables)]));
    table(html, "Captions", ["caption", "#cables"], rows);
}

fn odd(html: &mut Markup, facts: &AccessionFacts) {
    section(html, "odd", "What was odd");
    none(html, facts.odd.len() as u64, "Nothing was odd.");
    let rows = facts.odd.iter().map(|oddity| {
        let examples = oddity.examples.iter().map(|seen| {
            let line = seen.line.map(|line| format!(", line {line}")).unwrap_or_default();
            (format!("{}{line}: ", seen.mrn), seen.text.clone())
        });
        let meaning = text(oddity.meaning);
        row([
            code(oddity.code),
            text(oddity.severity),
            number(oddity.cables),
            meaning,
            TableCell::Lines(examples.collect()),
        ])
    });
    let head = ["code", "weight", "#cables", "meaning", "as it is in the source"];
    table(html, "Diagnostics, with what they mean and the first three lines", head, rows);
}

fn characters(html: &mut Markup, facts: &AccessionFacts) {
    let characters = &facts.characters;
    section(html, "characters", "Characters and forms");
    for (title, name, counts) in [
        ("How bytes became text", "encoding", &characters.encodings),
        ("Line ends", "line ends", &characters.line_ends),
        ("Forms in which cables were delivered", "form", &characters.dialects),
    ] {
        table(html, title, [name, "#cables"], counts.iter().map(|(name, cables)| row([text(name), number(*cables)])));
    }
}

fn since(html: &mut Markup, changes: Option<&DeliveryChanges>) {
    section(html, "since", "Since the last delivery");
    let Some(changes) = changes else {
        html.markup("<p>No inventory of an earlier delivery was given (<code>--previous</code>).</p>\n");
        return;
    };
    html.markup("<p>Compared by name and SHA-256 with ").words("code", &[], &changes.previous);
    html.markup(".</p>\n");
    let names =
        |names: &Names| TableCell::Lines(names.examples.iter().map(|name| (String::new(), name.clone())).collect());
    let line = |title: &str, all: &Names| row([text(title), number(all.count), names(all)]);
    let rows = [
        line("new", &changes.added),
        line("gone", &changes.gone),
        line("other bytes under the same name", &changes.changed),
        row([text("unchanged"), number(changes.unchanged), TableCell::None]),
    ];
    table(html, "Files and records", ["", "#number", "the first"], rows.into_iter());
}

fn section(html: &mut Markup, id: &'static str, title: &'static str) {
    html.words("h2", &[("id", &id)], title).markup("\n");
}

fn none(html: &mut Markup, count: u64, sentence: &'static str) {
    if count == 0 {
        html.markup("<p>").markup(sentence).markup("</p>\n");
    }
}

fn more(html: &mut Markup, shown: u64, all: u64, things: &str) {
    if shown < all {
        let line = format!("{} of {} {things}.", grouped(shown), grouped(all));
        html.words("p", &[("class", &"soft")], line).markup("\n");
    }
}

fn counts(html: &mut Markup, title: &str, lines: &[(&'static str, &Count)], rows: u64) {
    let lines = lines.iter().map(|(name, count)| {
        let share = format!("{:.1}", count.cables as f64 * 100.0 / rows.max(1) as f64);
        row([text(name), number(count.cables), TableCell::Text(share), code(&count.examples.join(", "))])
    });
    table(html, title, ["", "#cables", "#of 100", "the first"], lines);
}
