//! 20,000 hostile documents, each held to what the parser promises of every document.

#[path = "../examples/fuzz/documents.rs"]
#[allow(dead_code)]
mod documents;
#[path = "../examples/fuzz/promise.rs"]
#[allow(dead_code)]
mod promise;

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use super::synthesis::random;
use documents::Documents;

const DOCUMENTS: u64 = 20_000;

/// Long beyond what any document takes on a busy machine: whoever takes longer hangs.
const HANG: Duration = Duration::from_secs(120);

#[test]
fn hostile_documents_break_no_promise() {
    let (sender, results) = channel();
    thread::spawn(move || {
        let documents = Documents::of_fixtures(1);
        for index in 0..DOCUMENTS {
            let result = promise::check(&documents.document(index));
            if sender.send((index, result)).is_err() {
                return;
            }
        }
    });
    let mut next = 0;
    let mut findings = Vec::new();
    while next < DOCUMENTS {
        match results.recv_timeout(HANG) {
            Ok((index, result)) => {
                next = index + 1;
                findings.extend(result.err().map(|finding| format!("document {index}: {finding}")));
            }
            Err(RecvTimeoutError::Timeout) => panic!("document {next} hangs"),
            Err(RecvTimeoutError::Disconnected) => panic!("document {next} ended the thread"),
        }
    }
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}
