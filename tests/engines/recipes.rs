//! The receivers of docs/receivers, each in its own language, against requests as Placet makes them and requests that
//! were changed, came late or came twice.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::UNIX_EPOCH;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use placet_review::{DeliveryState, Engine, Signing, Verdict};
use placet_tests::{draft, eventually};
use reqwest::{Client, RequestBuilder};
use serde_json::json;
use standardwebhooks::Webhook;
use tempfile::TempDir;
use tokio::net::TcpStream;
use xtask::house;

use crate::real::console::Console;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const BODY: &str = r#"{"id":"refund-9","decision":{"verdict":"reject","answer":null,"note":"Größe"}}"#;

/// `Content-Digest` of [`BODY`], and of something else.
fn digests() -> (String, String) {
    let of =
        |text: &str| STANDARD.encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes()));
    (format!("sha-256=:{}:", of(BODY)), format!("sha-256=:{}:", of("{}")))
}

/// A receiver at work; ended with the value.
struct Recipe {
    url: String,
    child: Child,
    /// One line for each task that it resumed.
    resumed: BufReader<ChildStdout>,
    _folder: TempDir,
}

impl Recipe {
    async fn start(mut command: Command) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let port = free_port();
        let mut child = command
            .env("PLACET_SECRET", SECRET)
            .env("PORT", port.to_string())
            .env("DATABASE", folder.path().join("heard.sqlite3"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
        let resumed = BufReader::new(child.stdout.take().expect("piped"));
        let recipe = Self { url: format!("http://127.0.0.1:{port}/done"), child, resumed, _folder: folder };
        eventually("the receiver listens", async || Ok(TcpStream::connect(("127.0.0.1", port)).await.ok()))
            .await
            .expect("it does");
        recipe
    }

    /// The next task that it resumed.
    fn next(&mut self) -> String {
        let mut line = String::new();
        self.resumed.read_line(&mut line).expect("it says what it resumes");
        line.trim_end().to_owned()
    }

    fn request(&self, id: &str, made_ago: i64, body: &str) -> RequestBuilder {
        let now = UNIX_EPOCH.elapsed().expect("after 1970").as_secs();
        let seconds = i64::try_from(now).expect("this century") - made_ago;
        let webhook = Webhook::new(SECRET).expect("a secret");
        let signature = webhook.sign(id, seconds, BODY.as_bytes()).expect("signed");
        Client::new()
            .post(&self.url)
            .header("webhook-id", id)
            .header("webhook-timestamp", seconds)
            .header("webhook-signature", signature)
            .header("content-type", "application/json")
            .body(body.to_owned())
    }
}

impl Drop for Recipe {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn status(request: RequestBuilder) -> u16 {
    request.send().await.expect("it answers").status().as_u16()
}

/// A port that nobody is given who asks for any: between this look and the receiver's own, another would take it
/// (`ip_local_port_range` begins at 32768).
fn free_port() -> u16 {
    let is_free = |port: &u16| std::net::TcpListener::bind(("127.0.0.1", *port)).is_ok();
    std::iter::repeat_with(|| rand::random_range(20_000..30_000)).find(is_free).expect("some are free")
}

/// What every receiver has to do.
async fn receives(command: Command) {
    let mut recipe = Recipe::start(command).await;
    let allow = vec![recipe.url.parse().expect("an entry")];
    let engine = Engine { signing: Signing::by_webhook_key("hook"), ..Engine::new("faces", allow) };
    let console = Console::open(engine, &[("hook", SECRET)]).await;
    let item = console.ask(&json!({ "protocol": "webhook", "url": recipe.url }), json!({})).await;
    let story = console.answer(&item, draft(Verdict::Approve, None)).await;
    assert_eq!(story.row.state, DeliveryState::Delivered, "{:?}", story.row.reason);
    assert_eq!(recipe.next(), format!("{} approve", item.task));

    let (fits, differs) = digests();
    let other = BODY.replace("reject", "cancel");
    assert_eq!(status(recipe.request("one", 0, &other)).await, 401, "another body");
    assert_eq!(status(recipe.request("one", 600, BODY)).await, 401, "ten minutes ago");
    assert_eq!(status(recipe.request("one", -600, BODY)).await, 401, "in ten minutes");
    assert_eq!(status(recipe.request("one", 0, BODY).header("content-digest", differs)).await, 400);
    assert_eq!(status(recipe.request("one", 0, BODY).header("content-digest", fits)).await, 204);
    assert_eq!(status(recipe.request("one", 0, BODY)).await, 204, "a second try is answered as well");
    assert_eq!(status(recipe.request("two", 0, BODY)).await, 204);
    // Both ids once: had the second try been resumed, it would stand between them.
    assert_eq!([recipe.next(), recipe.next()], ["refund-9 reject", "refund-9 reject"]);
    let last = recipe.request("three", 0, BODY);
    assert_eq!(status(last).await, 204);
    assert_eq!(recipe.next(), "refund-9 reject");
    recipe.child.kill().expect("it lives");
    assert_eq!(recipe.next(), "", "nothing was resumed twice");
}

fn recipe(name: &str) -> PathBuf {
    house::root().join("docs").join("receivers").join(name)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_receiver_in_python_takes_each_decision_once() {
    let mut command = Command::new(house::python());
    command.arg("-I").arg(recipe("receiver.py"));
    receives(command).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_receiver_in_typescript_takes_each_decision_once() {
    let typescript = house::ui().join("node_modules").join("typescript");
    let packages = house::node_packages();
    let script = packages.join("receiver.mjs");
    let transpiled = Command::new("node")
        .args(["-e", "const [ts, from, to] = process.argv.slice(1).map(String); const fs = require('node:fs'); \
               const { transpileModule, ModuleKind, ScriptTarget } = require(ts); \
               const compilerOptions = { module: ModuleKind.ESNext, target: ScriptTarget.ES2022 }; \
               fs.writeFileSync(to, transpileModule(fs.readFileSync(from, 'utf8'), { compilerOptions }).outputText);"])
        .args([&typescript, &recipe("receiver.ts"), &script])
        .status()
        .expect("node runs");
    assert!(transpiled.success(), "receiver.ts is no TypeScript");
    let mut command = Command::new("node");
    command.arg(&script).current_dir(packages);
    receives(command).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_receiver_in_rust_takes_each_decision_once() {
    let built = house::cargo()
        .args([
            "build",
            "--quiet",
            "--package",
            "placet-tests",
            "--features",
            "engines",
            "--example",
            "receiver",
        ])
        .status()
        .expect("cargo runs");
    assert!(built.success(), "receiver.rs builds");
    let program: &Path = &house::target().join("debug").join("examples").join("receiver");
    assert!(program.is_file(), "{}", program.display());
    receives(Command::new(program)).await;
}
