//! Counts to bars, as SVG within a page. Each chart has a table with the same numbers beside it.

use super::facts::Line;
use super::html::Markup;
use crate::count::grouped;
use crate::tables::levels::Level;

/// The class of the color of a level: the same in every report, whatever other levels there are.
pub fn color(level: &str) -> &'static str {
    match Level::of_words(level) {
        Some(Level::Unclassified) => "l0",
        Some(Level::LimitedOfficialUse) => "l1",
        Some(Level::Confidential) => "l2",
        Some(Level::Secret) => "l3",
        Some(Level::TopSecret) => "l4",
        None => "l5",
    }
}

/// Bars of one line each, split by level: a row of columns, from left to right.
pub fn columns(html: &mut Markup, title: &str, levels: &[String], lines: &[Line]) {
    const WIDTH: f64 = 900.0;
    const HEIGHT: f64 = 180.0;
    let most = lines.iter().map(|line| line.all).max().unwrap_or_default().max(1);
    let step = (WIDTH - 50.0) / lines.len().max(1) as f64;
    let bar = (step * 0.8).min(40.0);
    picture(html, title, WIDTH, HEIGHT + 40.0, |html| {
        for (at, line) in lines.iter().enumerate() {
            let left = 50.0 + step * at as f64 + (step - bar) / 2.0;
            let mut bottom = HEIGHT;
            for (level, count) in levels.iter().zip(&line.levels).filter(|(_, count)| **count > 0) {
                let height = (HEIGHT - 10.0) * *count as f64 / most as f64;
                bottom -= height;
                rectangle(html, color(level), [left, bottom, bar, height]);
            }
            // Names that would overlap are left out; the table has all.
            let every = (32.0 / step).ceil().max(1.0) as usize;
            if at % every == 0 {
                label(html, left + bar / 2.0, HEIGHT + 16.0, "middle", &line.name);
            }
        }
        label(html, 44.0, 14.0, "end", &grouped(most));
        label(html, 44.0, HEIGHT, "end", "0");
        let (from, to) = (number(45.0), number(WIDTH));
        let y = number(HEIGHT);
        html.element("line", &[("class", &"axis"), ("x1", &from), ("y1", &y), ("x2", &to), ("y2", &y)], |_| {});
    });
}

/// Bars of one line each, split by level: one below the other.
pub fn bars_down(html: &mut Markup, title: &str, levels: &[String], lines: &[Line]) {
    const WIDTH: f64 = 900.0;
    const LEFT: f64 = 150.0;
    const ROW: f64 = 18.0;
    let most = lines.iter().map(|line| line.all).max().unwrap_or_default().max(1);
    picture(html, title, WIDTH, ROW * lines.len() as f64 + 6.0, |html| {
        for (at, line) in lines.iter().enumerate() {
            let top = ROW * at as f64 + 3.0;
            label(html, LEFT - 8.0, top + 11.0, "end", &line.name);
            let mut left = LEFT;
            for (level, count) in levels.iter().zip(&line.levels).filter(|(_, count)| **count > 0) {
                let width = (WIDTH - LEFT - 60.0) * *count as f64 / most as f64;
                rectangle(html, color(level), [left, top, width, ROW - 5.0]);
                left += width;
            }
            label(html, left + 6.0, top + 11.0, "start", &grouped(line.all));
        }
    });
}

fn picture(html: &mut Markup, title: &str, width: f64, height: f64, content: impl FnOnce(&mut Markup)) {
    let view = format!("0 0 {} {}", number(width), number(height));
    let label = format!("{title}; the table has the numbers");
    html.element("svg", &[("role", &"img"), ("aria-label", &label), ("viewBox", &view)], content);
}

fn rectangle(html: &mut Markup, class: &'static str, [x, y, width, height]: [f64; 4]) {
    let [x, y, width, height] = [x, y, width, height].map(number);
    html.element("rect", &[("class", &class), ("x", &x), ("y", &y), ("width", &width), ("height", &height)], |_| {});
}

fn label(html: &mut Markup, x: f64, y: f64, anchor: &'static str, text: &str) {
    let (x, y) = (number(x), number(y));
    html.words("text", &[("x", &x), ("y", &y), ("text-anchor", &anchor)], text);
}

/// A length with one digit after the point, the same on every machine.
fn number(length: f64) -> String {
    format!("{length:.1}").trim_end_matches(".0").to_owned()
}
