//! A place of its own for each test: ledger, settings and caches in a folder that goes when the test ends.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::patience::eventually;

/// A folder that stands in for a person's home, with a ledger in it.
///
/// Declare it before whatever runs in it: the folder is removed when this value is dropped.
#[derive(Debug)]
pub struct Home {
    folder: tempfile::TempDir,
}

impl Home {
    /// An empty home.
    pub fn new() -> Result<Home> {
        let folder = tempfile::Builder::new().prefix("placet-").tempdir().context("no temporary folder")?;
        for name in ["data", "config", "cache", "state"] {
            fs::create_dir(folder.path().join(name))?;
        }
        Ok(Home { folder })
    }

    /// The folder of the ledger. It is made by whoever opens the ledger first.
    pub fn ledger(&self) -> PathBuf {
        self.folder.path().join("ledger")
    }

    /// The home itself.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Lets a program live here instead of in the home of whoever runs the tests.
    pub fn lodge(&self, command: &mut Command) {
        command
            .env("PLACET_HOME", self.ledger())
            .env("XDG_DATA_HOME", self.folder.path().join("data"))
            .env("XDG_CONFIG_HOME", self.folder.path().join("config"))
            .env("XDG_CACHE_HOME", self.folder.path().join("cache"))
            .env("XDG_STATE_HOME", self.folder.path().join("state"))
            // The keychain of whoever runs the tests is none of their business.
            .env("PLACET_KEYS", "env")
            .env("PLACET_REVIEWER", "ada");
    }

    /// Where items come in, `http://127.0.0.1:port`, as soon as an app that has this ledger open answers.
    pub async fn intake(&self) -> Result<String> {
        eventually("no Placet has opened this ledger", async || {
            let Ok(note) = fs::read(self.ledger().join("running.json")) else { return Ok(None) };
            let note: Value = serde_json::from_slice(&note).context("running.json is not JSON")?;
            let base = format!("http://127.0.0.1:{}", note["port"]);
            // After a crash the note stays behind, with a port that nobody listens on.
            let Ok(health) = reqwest::get(format!("{base}/healthz")).await else { return Ok(None) };
            let Ok(health) = health.json::<Value>().await else { return Ok(None) };
            Ok((health["instance"] == note["instance"]).then_some(base))
        })
        .await
    }
}
