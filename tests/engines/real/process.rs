//! An engine's programs, on this machine and in a folder of their own.

use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use xtask::process::Running;

/// How long an engine may take to start: far longer than any does, also where everything else runs at the same time.
const PATIENCE: Duration = Duration::from_secs(180);
const GLANCE: Duration = Duration::from_millis(50);

/// The programs of one engine and what they write. All of it goes with this value; if a test fails, what they wrote stays.
pub(super) struct Process {
    name: &'static str,
    running: Vec<Running>,
    folder: TempDir,
}

impl Process {
    /// Room for an engine of which nothing runs yet.
    pub(super) fn new(name: &'static str) -> Self {
        let folder = tempfile::Builder::new().prefix(name).tempdir().expect("a folder");
        Self { name, running: vec![], folder }
    }

    /// Where its programs run.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Starts a program of the engine with this in its environment, and hardly anything else.
    pub(super) fn run(&mut self, program: &Path, arguments: &[&str], environment: &[(&str, &str)]) {
        let name = self.name;
        assert!(
            program.is_file(),
            "\n\nENGINE {name} IS NOT INSTALLED: {} is missing; `cargo xtask test --only engines` installs all but \
             Airflow, and `cargo xtask soak --only airflow` that\n",
            program.display()
        );
        let log = OpenOptions::new().create(true).append(true).open(self.log()).expect("a log");
        // Also where this test is killed before it can end what it started.
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", "--"]).arg(program).args(arguments);
        command.current_dir(self.folder()).stdout(log.try_clone().expect("a log")).stderr(log);
        command.env_clear().env("HOME", self.folder()).env("DO_NOT_TRACK", "1").env("NO_COLOR", "1");
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).envs(environment.iter().copied());
        let running = Running::start(&mut command);
        self.running
            .push(running.unwrap_or_else(|error| panic!("\n\nENGINE {name} DOES NOT START: {error:#}\n")));
    }

    /// Returns once there is success at this address.
    pub(super) async fn answers(&mut self, url: &str) {
        let started = Instant::now();
        loop {
            if reqwest::get(url).await.is_ok_and(|answer| answer.status().is_success()) {
                return;
            }
            for running in &mut self.running {
                if let Some(status) = running.ended().expect("it can be waited for") {
                    self.fail(&format!("a program of it ended with {status}"));
                }
            }
            if started.elapsed() > PATIENCE {
                self.fail(&format!("nobody answered at {url} within {} s", PATIENCE.as_secs()));
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    fn fail(&self, why: &str) -> ! {
        let mut said = format!("\n\nENGINE {} DID NOT START: {why}\n", self.name);
        let log = fs::read_to_string(self.log()).unwrap_or_default();
        let lines: Vec<_> = log.lines().collect();
        for line in &lines[lines.len().saturating_sub(40)..] {
            let _ = writeln!(said, "    {line}");
        }
        panic!("{said}That was the end of {}\n", self.log().display());
    }

    /// Ends the programs and keeps what they wrote.
    pub(super) fn end(&mut self) {
        self.running.clear();
    }

    fn log(&self) -> PathBuf {
        self.folder().join("engine.log")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
        if std::thread::panicking() {
            self.folder.disable_cleanup(true);
            eprintln!("What the engine {} said is kept in {}", self.name, self.log().display());
        }
    }
}

/// A port on which nobody listens.
pub(super) fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("bound").port()
}

#[tokio::test]
#[should_panic(expected = "ENGINE broken DID NOT START: a program of it ended with exit status: 3")]
async fn an_engine_that_does_not_start_is_a_loud_failure() {
    let mut process = Process::new("broken");
    process.run(Path::new("/bin/sh"), &["-c", "echo No room.; exit 3"], &[]);
    process.answers(&format!("http://127.0.0.1:{}/", free_port())).await;
}
