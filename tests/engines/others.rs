//! What Python and Node say to requests.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::{Command, Stdio};

use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use placet_tests::Received;
use serde_json::{Value, json};
use xtask::house;

/// Who checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Other {
    /// See `verify.py`.
    Python,
    /// See `verify.mjs`.
    Node,
}

/// A request as the receiver has it before it, and how the receiver checks it.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) method: String,
    pub(crate) url: String,
    /// By lower-case name.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
    /// See `verify.py` and `verify.mjs`.
    pub(crate) check: Value,
}

impl Message {
    pub(crate) fn new(received: &Received, check: Value) -> Self {
        Self {
            method: received.method.to_string(),
            url: received.uri.to_string(),
            headers: texts(&received.headers),
            body: received.body.to_vec(),
            check,
        }
    }
}

/// By lower-case name.
pub(crate) fn texts(headers: &HeaderMap) -> BTreeMap<String, String> {
    let text = |value: &axum::http::HeaderValue| value.to_str().expect("ASCII").to_owned();
    headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect()
}

/// Lets Python check the messages; one answer each, in the same order.
pub(crate) fn check<'a>(messages: impl IntoIterator<Item = &'a Message>) -> Vec<Value> {
    Other::Python.check(messages)
}

impl Other {
    /// One answer a message, in the same order.
    pub(crate) fn check<'a>(self, messages: impl IntoIterator<Item = &'a Message>) -> Vec<Value> {
        let engines = house::root().join("tests").join("engines");
        let (program, mut command) = match self {
            Self::Python => {
                let mut command = Command::new(house::python());
                command.arg("-I").arg(engines.join("verify.py"));
                (house::python(), command)
            }
            Self::Node => {
                let packages = house::node_packages().join("package.json");
                let mut command = Command::new("node");
                command.arg(engines.join("verify.mjs")).arg(&packages);
                (packages, command)
            }
        };
        assert!(
            program.is_file(),
            "{} is missing; `cargo xtask test --only engines` sets it up",
            program.display()
        );
        let requests: Vec<Value> = messages
            .into_iter()
            .map(|Message { method, url, headers, body, check }| {
                let body = STANDARD.encode(body);
                json!({ "method": method, "url": url, "headers": headers, "body": body, "check": check })
            })
            .collect();
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the program starts");
        let mut input = child.stdin.take().expect("piped");
        // The scripts read all before they write.
        input.write_all(&serde_json::to_vec(&requests).expect("JSON")).expect("it reads");
        drop(input);
        let output = child.wait_with_output().expect("it ends");
        assert!(output.status.success(), "{self:?} ended with {}", output.status);
        let answers: Vec<Value> = serde_json::from_slice(&output.stdout).expect("a list");
        assert_eq!(answers.len(), requests.len(), "one answer a request");
        answers
    }
}

/// Whether the answer to a message is no.
pub(crate) fn refused(answer: &Value) -> bool {
    answer["refused"].is_string()
}

/// The same with one bit of `bytes` turned over: the first, the middle and the last byte in turn.
pub(crate) fn one_bit(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    [0, bytes.len() / 2, bytes.len() - 1].into_iter().map(|place| {
        let mut changed = bytes.to_vec();
        changed[place] ^= 1;
        changed
    })
}
