//! Sentences and JSON lines to standard error, which may be full, closed or a pipe that nobody reads.
//!
//! What cannot be said is dropped: the work and its exit code are the same whether anybody listens or not. So nothing
//! in this program prints with `eprintln!`, which panics instead.

use std::io::{self, Write};

use jiff::Timestamp;
use serde::Serialize;

use super::arguments::LogFormat;
use super::escape::{escaped, escaped_json, escaped_lines};
use super::log::{LogEvent, LogLevel};

/// Says a sentence, on a line of its own.
pub fn sentence(text: &str) {
    put(format!("{}\n", escaped(text)).as_bytes());
}

/// Says a sentence about what came of a command, in the form that is wanted: in JSON it is an event of its own.
pub fn note(text: &str, format: LogFormat) {
    match format {
        LogFormat::Human => sentence(text),
        LogFormat::Json => event(&LogEvent::Note { text: text.to_owned() }),
    }
}

/// Says lines that end in line feeds already.
pub fn lines(text: &str) {
    put(escaped_lines(text).as_bytes());
}

/// Says an event as one line of JSON.
pub fn event(event: &LogEvent) {
    let line = LogLine { timestamp: now(), level: event.level(), event };
    // Texts and numbers always have a form in JSON; if one should not, the log loses a line and the work nothing.
    if let Ok(line) = serde_json::to_string(&line) {
        put(format!("{}\n", escaped_json(&line)).as_bytes());
    }
}

#[derive(Serialize)]
struct LogLine<'e> {
    timestamp: String,
    level: LogLevel,
    #[serde(flatten)]
    event: &'e LogEvent,
}

/// The time in RFC 3339 with microseconds.
fn now() -> String {
    format!("{:.6}", Timestamp::now())
}

/// One call to the system a line, so that lines of several threads or programs do not mix.
fn put(bytes: &[u8]) {
    drop(io::stderr().write_all(bytes));
}
