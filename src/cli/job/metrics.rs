//! The counts of a run as OpenMetrics text, for a node exporter to pick up.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use cablegram::error::Result;
use cablegram::job::Report;
use cablegram::write::replace;
use jiff::Timestamp;

/// Writes the metrics of a run to `path`, by rename. One that failed has no report.
pub fn write(path: &Path, report: Option<&Report>, exit_code: u8, elapsed: Duration, now: Timestamp) -> Result<()> {
    let success = if report.is_some() { Some(now.as_second()) } else { last_success(path) };
    replace(path, |file| file.write_all(text(report, exit_code, elapsed, now, success).as_bytes()))
}

/// When a run did not fail last, by the metrics so far.
fn last_success(path: &Path) -> Option<i64> {
    let before = std::fs::read_to_string(path).ok()?;
    before.lines().find_map(|line| line.strip_prefix(&format!("cablegram_{SUCCESS} "))?.parse().ok())
}

const SUCCESS: &str = "success_timestamp_seconds";

fn text(report: Option<&Report>, exit_code: u8, elapsed: Duration, now: Timestamp, success: Option<i64>) -> String {
    let mut text = String::new();
    let mut put = |name: &str, help: &str, value: String| {
        text.push_str(&format!(
            "# TYPE cablegram_{name} gauge\n# HELP cablegram_{name} {help}\ncablegram_{name} {value}\n"
        ));
    };
    put("exit_code", "Exit code of the last run.", exit_code.to_string());
    put("run_timestamp_seconds", "When the last run ended.", now.as_second().to_string());
    if let Some(success) = success {
        put(SUCCESS, "When the last run ended that did not fail.", success.to_string());
    }
    put("run_duration_seconds", "How long the last run took.", format!("{:.3}", elapsed.as_secs_f64()));
    if let Some(report) = report {
        put("rows", "Rows of the current generation.", report.rows.to_string());
        put("inputs", "Inputs found.", report.changes.found.to_string());
        put("inputs_changed", "Inputs that had changed.", report.changes.changed.to_string());
        put("duplicates", "Identical copies.", report.duplicates.to_string());
        put("not_cables", "Inputs that are no cables and hold none.", report.not_cables.to_string());
        put("bad_new", "Inputs that are newly bad.", report.new_bad.to_string());
        put("bad_known", "Inputs that were bad before.", report.known_bad.to_string());
        put("published", "Whether the last run published.", u8::from(report.published.is_some()).to_string());
    }
    text + "# EOF\n"
}
