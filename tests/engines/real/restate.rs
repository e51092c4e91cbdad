//! Restate, which keeps what waits on its disk, with two services of a few lines (`restate/gate.mjs`).

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use placet_tests::eventually;
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};
use xtask::house;

use super::Outcome;
use super::process::{Process, free_port};

/// A Restate at work.
pub(crate) struct Restate {
    /// Where answers come in.
    pub(crate) ingress: String,
    admin: String,
    services: u16,
    asked: AtomicU32,
    process: Process,
}

/// A task that waits.
pub(crate) struct Paused {
    /// Where a yes goes.
    pub(crate) approve: String,
    /// Where a no goes.
    pub(crate) reject: String,
    /// By which its standing can be asked for.
    pub(crate) invocation: String,
}

impl Restate {
    pub(crate) async fn start() -> Self {
        let process = Process::new("restate");
        let [ingress, admin, fabric, services] = std::array::from_fn(|_| free_port());
        let settings = settings(ingress, admin, fabric);
        std::fs::write(process.folder().join("restate.toml"), settings).expect("written");
        let code = house::root().join("tests/engines/real/restate/gate.mjs");
        std::fs::copy(code, process.folder().join("gate.mjs")).expect("copied");
        let packages = house::engine("restate").join("node_modules");
        symlink(packages, process.folder().join("node_modules")).expect("linked");
        let at = |port: u16| format!("http://127.0.0.1:{port}");
        let mut restate =
            Self { ingress: at(ingress), admin: at(admin), services, asked: AtomicU32::new(0), process };
        restate.run().await;
        restate
    }

    /// Ends it, and starts it again on the disk it had.
    pub(crate) async fn restart(&mut self) {
        self.stop();
        self.run().await;
    }

    /// Ends it.
    pub(crate) fn stop(&mut self) {
        self.process.end();
    }

    /// Starts it on the disk it had.
    pub(crate) async fn run(&mut self) {
        let services = self.services.to_string();
        self.process.run(&server(), &["-c", "restate.toml", "--no-logo", "--base-dir", "data"], &[]);
        self.process.run(Path::new("/usr/bin/env"), &["node", "gate.mjs"], &[("GATE_PORT", &services)]);
        self.process.answers(&format!("{}/health", self.admin)).await;
        self.process.answers(&format!("{}/restate/health", self.ingress)).await;
        let at = json!({ "uri": format!("http://127.0.0.1:{services}"), "force": true });
        eventually("Restate finds its services", async || {
            let answer = post(&format!("{}/deployments", self.admin), &at).await;
            Ok(answer.status().is_success().then_some(()))
        })
        .await
        .expect("they are there");
    }

    /// Has a task wait for an awakeable.
    pub(crate) async fn pause(&self) -> Paused {
        let key = self.next();
        let invocation = self.send(&format!("gate/{key}/ask")).await;
        let id = eventually("the task waits", async || {
            let answer = post(&format!("{}/gate/{key}/awakeable", self.ingress), &Value::Null).await;
            Ok(answer.json::<Option<String>>().await?)
        });
        let awakeable = format!("{}/restate/awakeables/{}", self.ingress, id.await.expect("it waits"));
        Paused { approve: format!("{awakeable}/resolve"), reject: format!("{awakeable}/reject"), invocation }
    }

    /// Has a workflow wait for a promise that its own handlers keep.
    pub(crate) async fn pause_workflow(&self) -> Paused {
        let workflow = format!("vote/{}", self.next());
        let invocation = self.send(&format!("{workflow}/run")).await;
        let at = |handler: &str| format!("{}/{workflow}/{handler}", self.ingress);
        Paused { approve: at("approve"), reject: at("reject"), invocation }
    }

    /// Cancels a task, as its operator can.
    pub(crate) async fn cancel(&self, paused: &Paused) {
        let url = format!("{}/invocations/{}/cancel", self.admin, paused.invocation);
        let answer = Client::new().patch(url).send().await.expect("Restate answers");
        assert_eq!(answer.status(), StatusCode::ACCEPTED);
    }

    /// What came of a task, once something has.
    pub(crate) async fn outcome(&self, paused: &Paused) -> Outcome {
        eventually("the invocation ends", async || {
            let told = self.told(paused).await;
            if told["status"] != "completed" {
                return Ok(None);
            }
            let text = |name: &str| told[name].as_str().map(str::to_owned);
            let answer = reqwest::get(self.output(paused)).await?;
            let output = if answer.status().is_success() { Some(answer.json().await?) } else { None };
            let status = text("completion_result").expect("it ended somehow");
            Ok(Some(Outcome { status, output, error: text("completion_failure"), cause: None }))
        })
        .await
        .expect("it ends")
    }

    /// Whether a task waits still.
    pub(crate) async fn waits(&self, paused: &Paused) -> bool {
        // Restate's own number for what has no output yet.
        let not_yet = StatusCode::from_u16(470).expect("a status");
        reqwest::get(self.output(paused)).await.expect("Restate answers").status() == not_yet
    }

    fn output(&self, paused: &Paused) -> String {
        format!("{}/restate/invocation/{}/output", self.ingress, paused.invocation)
    }

    async fn told(&self, paused: &Paused) -> Value {
        let query = format!(
            "SELECT status, completion_result, completion_failure FROM sys_invocation WHERE id = '{}'",
            paused.invocation
        );
        let request = Client::new().post(format!("{}/query", self.admin)).json(&json!({ "query": query }));
        let answer = request.header("accept", "application/json").send().await.expect("Restate answers");
        let mut told: Value = answer.json().await.expect("JSON");
        told["rows"][0].take()
    }

    /// Starts an invocation and returns its id.
    async fn send(&self, handler: &str) -> String {
        let answer =
            post(&format!("{}/{handler}/send", self.ingress), &json!({ "document": "contract-7" })).await;
        let sent: Value = answer.json().await.expect("JSON");
        sent["invocationId"].as_str().unwrap_or_else(|| panic!("it starts: {sent}")).to_owned()
    }

    /// A key that nothing has yet.
    fn next(&self) -> String {
        format!("task-{}", self.asked.fetch_add(1, Ordering::Relaxed))
    }
}

fn settings(ingress: u16, admin: u16, fabric: u16) -> String {
    format!(
        "bind-ip = \"127.0.0.1\"\nadvertised-host = \"127.0.0.1\"\nlisten-mode = \"tcp\"\nbind-port = {fabric}\n\
         node-name = \"one\"\ndefault-num-partitions = 1\nrocksdb-total-memory-size = \"128.0 MiB\"\n\
         log-disable-ansi-codes = true\ndisable-telemetry = true\n\
         [ingress]\nbind-port = {ingress}\n\
         [admin]\nbind-port = {admin}\n"
    )
}

/// The program itself, which would outlive the one that npm puts before it.
fn server() -> PathBuf {
    let processor = if cfg!(target_arch = "aarch64") { "arm64" } else { "x64" };
    let package = format!("node_modules/@restatedev/restate-server-linux-{processor}");
    house::engine("restate").join(package).join("bin").join("restate-server")
}

async fn post(url: &str, body: &Value) -> Response {
    let request = Client::new().post(url);
    // A handler that takes nothing wants no body, not an empty one of JSON.
    let request = if body.is_null() { request } else { request.json(body) };
    request.send().await.expect("Restate answers")
}
