//! AWS's own client, which speaks to both for the tests.

use std::process::Stdio;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;
use xtask::house;

use super::{Key, REGION};

/// It, with a key, at an address.
pub(super) struct Client<'a> {
    pub(super) endpoint: &'a str,
    pub(super) key: &'a Key,
}

impl Client<'_> {
    /// Asks through `client.py`.
    pub(super) async fn ask<T: DeserializeOwned>(&self, verb: &str, with: Value) -> T {
        let Self { endpoint, key } = self;
        let asked = json!({ "endpoint": endpoint, "region": REGION, "key": key, "verb": verb, "with": with });
        let mut child = Command::new(house::engine("aws").join("bin").join("python"))
            .arg("-I")
            .arg(house::root().join("tests/engines/real/aws/client.py"))
            // What somebody set for the real AWS is not for this one.
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("`cargo xtask test --only engines` installs it");
        let mut input = child.stdin.take().expect("piped");
        // The script reads all before it writes.
        input.write_all(asked.to_string().as_bytes()).await.expect("it reads");
        drop(input);
        let output = child.wait_with_output().await.expect("it ends");
        assert!(output.status.success(), "asking {endpoint} to {verb} ended with {}", output.status);
        serde_json::from_slice(&output.stdout).expect("what was asked for")
    }
}
