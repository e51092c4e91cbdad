//! AWS's own client, which speaks to both for the tests.

use std::process::Stdio;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::Mutex;
use xtask::house;

use super::{Key, REGION};

/// It, at an address: a Python that waits for questions (`client.py`).
pub(super) struct Client {
    lines: Mutex<(ChildStdin, BufReader<ChildStdout>)>,
    _python: Child,
}

impl Client {
    pub(super) fn of(endpoint: &str) -> Self {
        let mut python = Command::new(house::engine("aws").join("bin").join("python"))
            .arg("-I")
            .arg(house::root().join("tests/engines/real/aws/client.py"))
            .args([endpoint, REGION])
            // What somebody set for the real AWS is not for this one.
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("`cargo xtask test --only engines` installs it");
        let questions = python.stdin.take().expect("piped");
        let answers = BufReader::new(python.stdout.take().expect("piped"));
        Self { lines: Mutex::new((questions, answers)), _python: python }
    }

    /// Asks with a key.
    pub(super) async fn ask<T: DeserializeOwned>(&self, key: &Key, verb: &str, with: Value) -> T {
        let (questions, answers) = &mut *self.lines.lock().await;
        let question = json!({ "key": key, "verb": verb, "with": with });
        questions.write_all(format!("{question}\n").as_bytes()).await.expect("it reads");
        let mut answer = String::new();
        let read = answers.read_line(&mut answer).await.expect("it answers");
        assert!(read > 0, "AWS's client ended when it was to {verb}; it says why above");
        serde_json::from_str(&answer).expect("what was asked for")
    }
}
