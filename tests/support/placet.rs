//! The real `placet` command, as a process of its own.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::sync::OnceLock;

use placet_delivery::KeyChoice;
use placet_desk::{Reach, Settings};
use rustix::process::{Pid, Resource, Rlimit, prlimit};
use serde_json::Value;
use xtask::house;

/// The built command. Built here once, since a test of one package cannot ask for another's binary.
pub fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        let output = house::cargo()
            // Among the rooms that `cargo test` builds by default, so that it is built as it was there.
            .args(["build", "--quiet", "--bin", "placet", "--message-format=json"])
            .stderr(Stdio::inherit())
            .output()
            .expect("cargo runs");
        assert!(output.status.success(), "placet builds");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        text.lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .find_map(|message| message["executable"].as_str().map(PathBuf::from))
            .expect("cargo names the binary")
    })
}

/// The command on one ledger.
pub struct Placet {
    home: PathBuf,
    environment: Vec<(String, String)>,
}

impl Placet {
    /// On the ledger in `home`, with keys from the environment.
    pub fn on(home: &Path) -> Self {
        Self { home: home.to_owned(), environment: vec![] }
    }

    /// With this variable in its environment.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary());
        command.args(arguments);
        self.at_home(command)
    }

    fn at_home(&self, mut command: Command) -> Command {
        command
            .env("PLACET_HOME", &self.home)
            .env("PLACET_KEYS", "env")
            .env("PLACET_PORT", "0")
            .env("PLACET_REVIEWER", "ada")
            .envs(self.environment.iter().cloned())
            .stdin(Stdio::null());
        command
    }

    /// Runs it to its end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("placet runs")
    }

    /// Runs it with this on standard input.
    pub fn run_with_input(&self, arguments: &[&str], input: &str) -> Output {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("placet runs");
        let mut stdin = child.stdin.take().expect("piped");
        stdin.write_all(input.as_bytes()).expect("it reads");
        drop(stdin);
        child.wait_with_output().expect("it ends")
    }

    /// Runs it with `--json`, expects success, and reads every line it prints.
    pub fn json(&self, arguments: &[&str]) -> Vec<Value> {
        let output = self.run(&[arguments, &["--json"]].concat());
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "placet {arguments:?} failed: {errors}");
        serde_json::Deserializer::from_slice(&output.stdout)
            .into_iter()
            .collect::<Result<_, _>>()
            .expect("JSON documents")
    }

    /// Starts `placet serve` and returns once items can come in.
    pub fn serve(&self) -> Server {
        Self::started(self.command(&["serve", "--json"]))
    }

    /// Like [`Placet::serve`], on a disk that can be made full: [`Server::fill_disk`]. Its log is there, too.
    pub fn serve_on_a_small_disk(&self) -> Server {
        let mut command = Command::new("sh");
        // A write beyond the limit shall fail as on a full disk, and not end the program.
        command.args(["-c", "trap '' XFSZ; exec \"$0\" serve --json"]).arg(binary());
        let log = File::create(self.home.join("serve.log")).expect("a log file");
        command.stderr(log);
        Self::started(self.at_home(command))
    }

    /// The desk of the running server, reached as the command reaches it.
    pub async fn desk(&self) -> Reach {
        let settings = Settings { home: self.home.clone(), keys: KeyChoice::Environment, port: 0 };
        Reach::running(&settings).await.expect("a server runs")
    }

    fn started(mut command: Command) -> Server {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("placet runs");
        let mut said = Said::by(&mut child);
        let intake = said.wait_for(|said| said["intake"].as_str().map(str::to_owned));
        Server { child, intake }
    }

    /// Starts `placet demo` with these options beside a desk that runs, and returns once it has handed in
    /// what it is not sure of.
    pub fn demo(&self, options: &[&str]) -> Demo {
        let mut command = self.command(&["demo", "--listen", "127.0.0.1:0", "--json"]);
        let mut child = command.args(options).stdout(Stdio::piped()).spawn().expect("placet runs");
        let mut said = Said::by(&mut child);
        let callbacks = said.wait_for(|said| {
            let handed_in = said["event"] == "handed_in";
            handed_in.then(|| said["callbacks"].as_str().expect("an address").to_owned())
        });
        Demo { child, callbacks, _said: said }
    }
}

/// What a process says on standard output, one JSON document after the other.
struct Said(BufReader<ChildStdout>);

impl Said {
    fn by(child: &mut Child) -> Self {
        Self(BufReader::new(child.stdout.take().expect("piped")))
    }

    /// Passes over documents until there is something to find in one.
    fn wait_for<T>(&mut self, find: impl Fn(&Value) -> Option<T>) -> T {
        let mut document = String::new();
        loop {
            let read = self.0.read_line(&mut document).expect("it can be read");
            assert!(read > 0, "placet ended before it said what was waited for");
            if let Ok(said) = serde_json::from_str(&document) {
                if let Some(found) = find(&said) {
                    return found;
                }
                document.clear();
            }
        }
    }
}

/// A `placet demo` at work; killed with it.
pub struct Demo {
    child: Child,
    callbacks: String,
    /// Kept open, for a program may end when nobody listens.
    _said: Said,
}

impl Demo {
    /// How the engine stands, by its own account.
    pub async fn report(&self) -> Value {
        let address = self.callbacks.trim_end_matches("/callbacks");
        let response = reqwest::get(format!("{address}/report")).await.expect("the engine answers");
        response.json().await.expect("JSON")
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A `placet serve` at work; killed with it.
pub struct Server {
    child: Child,
    /// Where items come in.
    pub intake: String,
}

impl Server {
    /// From now on no file can be written.
    pub fn fill_disk(&self) {
        self.limit_files(Some(0));
    }

    /// Files can be written again.
    pub fn free_disk(&self) {
        self.limit_files(None);
    }

    fn limit_files(&self, bytes: Option<u64>) {
        let limit = Rlimit { current: bytes, maximum: None };
        prlimit(Some(Pid::from_child(&self.child)), Resource::Fsize, limit).expect("it is our own process");
    }

    /// Ends it as a power cut would: no signal it could handle.
    pub fn kill(mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("gone");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Already gone after `kill`.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
