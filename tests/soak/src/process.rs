//! The real `placet`, as processes of their own.

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use placet_delivery::KeyChoice;
use placet_desk::{Reach, Settings};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use xtask::house;

/// The command as the build that this program belongs to left it.
pub(crate) fn placet() -> PathBuf {
    if cfg!(debug_assertions) { house::placet() } else { house::target().join("release").join("placet") }
}

/// A desk on the ledger in this folder, with keys from the environment.
pub(crate) fn settings(home: &Path) -> Settings {
    Settings { home: home.to_owned(), keys: KeyChoice::Environment, port: 0 }
}

/// The audit chain's key, unless a trial has another: 32 bytes in base64.
const AUDIT_KEY: &str = "c29ha3MgYXJlIHNlYWxlZCB3aXRoIHRoaXMgb25lISE=";

/// The calls that say what reached the disk before what was answered.
const TRACED: &str =
    "read,readv,recvfrom,recvmsg,write,writev,sendto,sendmsg,pwrite64,pwritev,fsync,fdatasync";

/// A `placet serve` at work, or on its way there. Killed with it.
pub(crate) struct Serve {
    child: Child,
    home: PathBuf,
}

impl Serve {
    /// Starts it on the ledger in `home`; what it logs is added to `serve.log` there.
    pub(crate) fn start(home: &Path) -> Result<Self> {
        Self::start_with(home, &[])
    }

    /// Like [`Serve::start`], with this in its environment besides.
    pub(crate) fn start_with(home: &Path, environment: &[(String, String)]) -> Result<Self> {
        let mut command = Command::new(placet());
        command.env("PLACET_KEY_AUDIT", AUDIT_KEY).envs(environment.iter().cloned());
        Self::spawn(command, home)
    }

    /// Like [`Serve::start`], under strace, which writes down what it reads, writes and syncs.
    pub(crate) fn start_traced(home: &Path, trace: &Path) -> Result<Self> {
        let mut command = Command::new("strace");
        command.args(["-f", "-yy", "-s", "64", "-e"]).arg(format!("trace={TRACED}"));
        command.arg("-o").arg(trace).arg(placet());
        Self::spawn(command, home)
    }

    fn spawn(mut command: Command, home: &Path) -> Result<Self> {
        let program = command.as_std().get_program().to_string_lossy().into_owned();
        let log = OpenOptions::new().create(true).append(true).open(home.join("serve.log"))?;
        let child = command
            .args(["serve", "--json"])
            .env("PLACET_HOME", home)
            .env("PLACET_KEYS", "env")
            .env("PLACET_PORT", "0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| {
                format!("{program} does not start; `cargo build --bin placet` and the package strace bring what is needed")
            })?;
        Ok(Self { child, home: home.to_owned() })
    }

    /// Returns once items can come in, with the address.
    pub(crate) async fn ready(&mut self) -> Result<String> {
        let stdout = self.child.stdout.take().context("asked once only")?;
        let mut said = String::new();
        let mut lines = BufReader::new(stdout).lines();
        while let Some(line) = lines.next_line().await? {
            said += &line;
            if let Ok(Value::Object(started)) = serde_json::from_str(&said) {
                let intake = started.get("intake").and_then(Value::as_str);
                return intake.map(str::to_owned).context("it says where items come in");
            }
        }
        bail!("placet serve ended before it was ready; see {}", self.home.join("serve.log").display())
    }

    /// The desk, reached as the command reaches it.
    pub(crate) async fn desk(&self) -> Result<Reach> {
        Reach::running(&settings(&self.home)).await.context("the running Placet does not answer")
    }

    /// The number of its process, while it runs.
    pub(crate) fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// Ends it at once, by a signal that it cannot handle, and returns when it is gone.
    pub(crate) async fn kill(mut self) -> Result<()> {
        self.child.kill().await.context("it cannot be killed")
    }

    /// Has the process under strace end by itself, and returns when strace has written everything down.
    pub(crate) async fn stop_traced(mut self) -> Result<()> {
        let strace = self.child.id().context("strace is gone")?;
        let children = std::fs::read_to_string(format!("/proc/{strace}/task/{strace}/children"))?;
        let server: i32 = children.split_whitespace().next().context("strace follows nobody")?.parse()?;
        let server = Pid::from_raw(server).context("a process has a number")?;
        kill_process(server, Signal::TERM)?;
        self.child.wait().await?;
        Ok(())
    }
}
