//! What Python says to requests.

use std::io::Write as _;
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use placet_tests::Received;
use serde_json::{Value, json};
use xtask::house;

/// A request as the receiver has it before it, and how the receiver checks it.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) url: String,
    /// By lower-case name.
    pub(crate) headers: std::collections::BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
    /// See `verify.py`.
    pub(crate) check: Value,
}

impl Message {
    pub(crate) fn new(received: &Received, check: Value) -> Self {
        let text = |value: &axum::http::HeaderValue| value.to_str().expect("ASCII").to_owned();
        Self {
            url: received.uri.to_string(),
            headers: received.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
            body: received.body.to_vec(),
            check,
        }
    }
}

/// Lets Python check the messages; one answer each, in the same order.
pub(crate) fn check<'a>(messages: impl IntoIterator<Item = &'a Message>) -> Vec<Value> {
    let python = house::python();
    assert!(
        python.is_file(),
        "{} is missing; `cargo xtask test --only engines` sets it up",
        python.display()
    );
    let requests: Vec<Value> = messages
        .into_iter()
        .map(|Message { url, headers, body, check }| {
            json!({ "url": url, "headers": headers, "body": STANDARD.encode(body), "check": check })
        })
        .collect();
    let mut child = Command::new(python)
        .arg("-I")
        .arg(house::root().join("tests").join("engines").join("verify.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Python starts");
    let mut input = child.stdin.take().expect("piped");
    // The script reads all before it writes.
    input.write_all(&serde_json::to_vec(&requests).expect("JSON")).expect("it reads");
    drop(input);
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "verify.py ended with {}", output.status);
    let answers: Vec<Value> = serde_json::from_slice(&output.stdout).expect("a list");
    assert_eq!(answers.len(), requests.len(), "one answer a request");
    answers
}
