//! Facts of an accession to one page of HTML: what is to be decided first, then what proves each line of it.
//!
//! The page loads nothing, runs nothing, and can be printed. Every chart has its table.

use super::chart;
use super::decide::share;
use super::facts::{AccessionFacts, Count, Line, Names, Weight};
use super::html::Markup;
use super::previous::SHOWN;
use super::table::{TableCell, code, number, table, text};
use super::tally::EXAMPLES;
use crate::count::{count, grouped};

/// How the page looks.
const STYLE: &str = include_str!("page.css");
/// Writes what is below a title.
type PageSection = fn(&mut Markup, &AccessionFacts);

/// The sections: anchor, title, and what writes what is below it.
const SECTIONS: [(&str, &str, PageSection); 11] = [
    ("decision", "Decision", decisions),
    ("arrived", "What arrived", arrived),
    ("proof", "Proof", proof),
    ("coverage", "Coverage", coverage),
    ("gaps", "Gaps", gaps),
    ("versions", "Versions", versions),
    ("whole", "Completeness", whole),
    ("markings", "Markings", markings),
    ("odd", "Irregularities", odd),
    ("characters", "Characters and forms", characters),
    ("since", "Since the last delivery", since),
];
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
    contents(&mut html);
    html.markup("<main id=\"main\">\n");
    for (id, title, section) in &SECTIONS {
        html.words("h2", &[("id", id)], title).markup("\n");
        section(&mut html, facts);
    }
    html.markup("<section class=\"sign\" aria-label=\"To be signed\"><dl><dt>Accepted</dt><dd></dd><dt>Accepted with conditions</dt><dd></dd>");
    html.markup("<dt>Rejected or returned</dt><dd></dd><dt>Reason</dt><dd></dd><dt>Name</dt><dd></dd><dt>Date</dt><dd></dd></dl></section>\n</main>\n");
    html.markup("<footer><p class=\"soft\">Made by ")
        .text(&facts.made.tool)
        .markup(", which loads nothing and runs nothing here. ");
    html.markup("Every number on this page is in the JSON file of the same name.</p></footer></body></html>\n");
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

fn contents(html: &mut Markup) {
    html.markup("<nav aria-label=\"Sections\"><ul class=\"contents\">");
    for (id, title, _) in &SECTIONS {
        html.element("li", &[], |html| _ = html.words("a", &[("href", &format!("#{id}"))], title));
    }
    html.markup("</ul></nav>\n");
}

fn decisions(html: &mut Markup, facts: &AccessionFacts) {
    let decisions = &facts.decisions;
    let of = |weight| decisions.iter().filter(|decision| decision.weight == weight).count() as u64;
    let verdict = match (of(Weight::Fail), of(Weight::Look)) {
        (0, 0) => "Yes: nothing speaks against it.".to_owned(),
        (0, looks) => format!("Yes, once somebody has looked at {}.", count(looks, "thing", "things")),
        (fails, looks) => {
            let looks = if looks > 0 { format!("; look at {} more", grouped(looks)) } else { String::new() };
            format!("Not as it is: {}{looks}.", count(fails, "check fails", "checks fail"))
        }
    };
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
    let files = count(arrived.files, "file was delivered", "files were delivered");
    let links = if arrived.links > 0 {
        format!(", and {} not followed", count(arrived.links, "link", "links"))
    } else {
        String::new()
    };
    html.words("p", &[], format!("{files}{links}."));
    let amounts = [
        ("cables", arrived.cables),
        ("exact copies of another file or record", arrived.copies),
        ("web pages with the cable of an earlier page", arrived.same_cables),
        ("not cables", arrived.not_cables),
        ("damaged or unreadable", arrived.bad),
        ("containers, and documents of several records", arrived.documents),
    ];
    let rows = amounts.iter().map(|(name, amount)| [text(name), number(amount.count), number(amount.bytes)]);
    table(html, "Files and records by disposition", ["", "#number", "#bytes"], rows);
    let kinds = arrived.kinds.iter().map(|(kind, amount)| [text(kind), number(amount.count), number(amount.bytes)]);
    table(html, "Not cables, by kind", ["kind", "#number", "#bytes"], kinds);
    let examples = arrived.examples.iter().map(|other| {
        let sha256 = other
            .sha256
            .as_deref()
            .map_or(TableCell::None, |sha256| TableCell::Code(sha256.chars().take(16).collect()));
        [code(&other.path), text(&other.reason), other.bytes.map_or(TableCell::None, number), sha256]
    });
    table(html, "Not cables, or damaged", ["name", "why", "#bytes", "SHA-256 begins"], examples);
    more(html, arrived.examples.len() as u64, arrived.not_cables.count + arrived.bad.count, "files and records");
    let named_copies = [
        ("Exact copies", "copies", &arrived.copy_names, arrived.copies),
        ("Pages with the cable of an earlier page", "pages", &arrived.same_cable_names, arrived.same_cables),
    ];
    for (title, what, names, all) in named_copies {
        table(html, title, ["name"], names.iter().map(|name| [code(name)]));
        more(html, names.len() as u64, all.count, what);
    }
    if arrived.copies.count + arrived.same_cables.count > 0 {
        html.markup("<p class=\"soft\">An inventory names what each is a copy of (<code>same_as_path</code>).</p>\n");
    }
}

fn proof(html: &mut Markup, facts: &AccessionFacts) {
    let proof = &facts.proof;
    let mut rows = vec![[
        text("original bytes, rebuilt from the converted data"),
        text(&format!("{} of {}", grouped(proof.rebuilt), grouped(proof.rows))),
        text("size and SHA-256 of the original"),
    ]];
    if proof.stretches > 0 {
        rows.push([
            text("stretches of web pages, rebuilt from the converted data"),
            text(&format!("{} of {}", grouped(proof.stretches), grouped(proof.rows))),
            text("size and SHA-256 of the stretch"),
        ]);
    }
    if let Some(files) = proof.output_files {
        let failures = proof.output_failures.len() as u64;
        let result = format!("{}, {}", count(files, "file", "files"), count(failures, "fault", "faults"));
        rows.push([text("files that were made, read again"), text(&result), text("list, digest and originals")]);
    }
    if let Some(digest) = &proof.digest {
        rows.push([text("digest of all rows"), code(digest), text("write it into your register: it proves the set")]);
    }
    table(html, "What was checked, and against what", ["check", "result", "against"], rows.into_iter());
    let failures = proof.output_failures.iter().map(|failure| [text(failure)]);
    table(html, "What is wrong with the files that were made", ["fault"], failures);
}

/// Draws lines split by level.
type Chart = fn(&mut Markup, &str, &[String], &[Line]);

fn coverage(html: &mut Markup, facts: &AccessionFacts) {
    let coverage = &facts.coverage;
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
        ("Cables by post and level when sent", "post", &coverage.posts, chart::bars_down, charted),
    ] {
        if lines.is_empty() {
            continue;
        }
        chart(html, title, &coverage.levels, charted);
        let columns: Vec<&str> = std::iter::once(name).chain(head.iter().map(String::as_str)).collect();
        let rows = lines.iter().map(|line| {
            let counts = std::iter::once(line.all).chain(line.levels.iter().copied());
            std::iter::once(text(&line.name)).chain(counts.map(number)).collect::<Vec<_>>()
        });
        table(html, title, columns, rows);
    }
    if coverage.more_posts > 0 {
        let posts = count(coverage.more_posts, "more post", "more posts");
        let rows = count(coverage.more_rows, "cable", "cables");
        html.words("p", &[("class", &"soft")], format!("{posts} with {rows}."));
    }
}

fn gaps(html: &mut Markup, facts: &AccessionFacts) {
    let gaps = &facts.gaps;
    html.markup("<p>Each post numbers its cables from 1 every year. A number between the lowest and the highest that are held, and \
         not in this delivery, belongs to a cable that is elsewhere, or lost. Where only one cable of a post and year is held, \
         no gap can be measured.</p>\n");
    let rows = gaps.series.iter().map(|series| {
        let share = share(series.held, series.numbers());
        let numbers =
            [u64::from(series.lowest), u64::from(series.highest)].map(|number| TableCell::Text(number.to_string()));
        let [lowest, highest] = numbers;
        [text(&format!("{} {}", series.post, series.year)), lowest, highest, number(series.held), text(&share)]
    });
    let head = ["post and year", "lowest", "highest", "#held", "share held"];
    table(html, "Posts and years with the most missing numbers", head, rows);
    more(html, gaps.series.len() as u64, gaps.series_in_all, "posts and years");
    let rows = gaps.absent.iter().map(|absent| [code(&absent.mrn), number(absent.citations)]);
    table(html, "Cited, but not in this delivery", ["cable", "#citations"], rows);
    more(html, gaps.absent.len() as u64, gaps.cited_absent, "absent cables");
}

fn versions(html: &mut Markup, facts: &AccessionFacts) {
    let versions = &facts.versions;
    none(html, versions.numbers, "Every message reference number has one text.");
    let rows =
        versions.examples.iter().map(|version| [code(&version.mrn), number(version.texts), codes(&version.later)]);
    table(html, "Numbers with several texts", ["number", "#texts", "second and later texts"], rows);
    more(html, versions.examples.len() as u64, versions.numbers, "numbers");
}

fn whole(html: &mut Markup, facts: &AccessionFacts) {
    let whole = &facts.whole;
    let lines = [
        ("partial extract", &whole.partial),
        ("envelope without a text", &whole.envelope_only),
        ("breaks off", &whole.cut),
        ("lacks sections", &whole.sections_missing),
        ("with redactions", &whole.redacted),
        ("corrected copy", &whole.corrected),
    ];
    let complete = count(whole.complete, "cable shows", "cables show");
    let share = share(whole.complete, facts.proof.rows);
    html.words("p", &[], format!("{complete} no sign that any of it is missing or redacted ({share})."));
    counts(html, "How complete the texts are; a cable can be in several lines", &lines, facts.proof.rows);
}

fn markings(html: &mut Markup, facts: &AccessionFacts) {
    let markings = &facts.markings;
    let lines = [
        ("levels of envelope and text differ", &markings.levels_differ),
        ("unclassified, with a portion marking above it", &markings.higher_inside),
        ("declassification date has passed", &markings.declassified),
        ("declassification date is in the future", &markings.to_be_declassified),
        ("asks to protect a source", &markings.protect),
    ];
    counts(html, "Markings that a reviewer needs to see", &lines, facts.proof.rows);
    if let Some([first, last]) = &markings.declassify_between {
        html.words("p", &[], format!("Declassification dates in the future: {first} to {last}."));
    }
    let rows = markings.captions.iter().map(|(caption, cables)| [code(caption), number(*cables)]);
    table(html, "Captions", ["caption", "#cables"], rows);
}

fn odd(html: &mut Markup, facts: &AccessionFacts) {
    none(html, facts.odd.len() as u64, "Nothing irregular was found.");
    let rows = facts.odd.iter().map(|oddity| {
        let examples = oddity.examples.iter().map(|seen| {
            let line = seen.line.map(|line| format!(", line {line}")).unwrap_or_default();
            (format!("{}{line}: ", seen.path), seen.text.clone())
        });
        let meaning = text(oddity.meaning);
        [code(oddity.code), text(oddity.severity), number(oddity.cables), meaning, TableCell::Lines(examples.collect())]
    });
    let head = ["code", "weight", "#cables", "meaning", "as it is in the source"];
    table(html, "Diagnostics, with their meaning and up to three examples", head, rows);
}

fn characters(html: &mut Markup, facts: &AccessionFacts) {
    let characters = &facts.characters;
    for (title, name, counts) in [
        ("How bytes became text", "encoding", &characters.encodings),
        ("Line ends", "line ends", &characters.line_ends),
        ("Forms in which cables were delivered", "form", &characters.dialects),
    ] {
        table(html, title, [name, "#cables"], counts.iter().map(|(name, cables)| [text(name), number(*cables)]));
    }
}

fn since(html: &mut Markup, facts: &AccessionFacts) {
    let Some(changes) = &facts.changes else {
        html.markup("<p>No inventory of an earlier delivery was given (<code>--previous</code>).</p>\n");
        return;
    };
    html.markup("<p>Compared by name and SHA-256 with ").words("code", &[], &changes.previous);
    html.markup(".</p>\n");
    let line = |title: &str, all: &Names| [text(title), number(all.count), codes(&all.examples)];
    let rows = [
        line("new", &changes.added),
        line("missing", &changes.gone),
        line("changed: other bytes under the same name", &changes.changed),
        line("moved: the same bytes under another name", &changes.moved),
        [text("unchanged"), number(changes.unchanged), TableCell::None],
    ];
    let names = format!("names (up to {SHOWN})");
    table(html, "Files and records", ["", "#number", &names], rows.into_iter());
}

fn none(html: &mut Markup, count: u64, sentence: &'static str) {
    if count == 0 {
        html.markup("<p>").markup(sentence).markup("</p>\n");
    }
}

fn more(html: &mut Markup, shown: u64, all: u64, things: &str) {
    if shown < all {
        let line = format!("{} of {} {things} are shown.", grouped(shown), grouped(all));
        html.words("p", &[("class", &"soft")], line).markup("\n");
    }
}

fn counts(html: &mut Markup, title: &str, lines: &[(&'static str, &Count)], rows: u64) {
    let lines = lines.iter().map(|(name, count)| {
        [text(name), number(count.cables), TableCell::Text(share(count.cables, rows)), codes(&count.examples)]
    });
    let examples = format!("examples (up to {EXAMPLES})");
    table(html, title, ["", "#cables", "#share", &examples], lines);
}

/// Names, one a line.
fn codes(names: &[String]) -> TableCell {
    TableCell::Lines(names.iter().map(|name| (String::new(), name.clone())).collect())
}
