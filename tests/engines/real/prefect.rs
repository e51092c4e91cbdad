//! Prefect's server, with runs of a flow that pauses before it goes on (`prefect/gate.py`) and a password at its door.

use placet_tests::eventually;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use xtask::house;

use super::Outcome;
use super::process::{Process, free_port};

/// Who may do anything there.
pub(crate) const USER: &str = "placet";

/// A Prefect at work.
pub(crate) struct Prefect {
    /// Where its interface begins.
    pub(crate) base: String,
    /// The user's.
    pub(crate) password: String,
    _process: Process,
}

impl Prefect {
    /// With runs that pause, by these names; `gate.py` says what a name means.
    pub(crate) async fn start(runs: &[&str]) -> Self {
        let (mut process, port) = (Process::new("prefect"), free_port().to_string());
        let gate = process.folder().join("gate.py");
        let code = house::root().join("tests/engines/real/prefect/gate.py");
        std::fs::copy(code, &gate).expect("copied");
        let base = format!("http://127.0.0.1:{port}/api");
        let password = format!("password-of-{port}");
        let home = process.folder().to_str().expect("text").to_owned();
        let door = format!("{USER}:{password}");
        let settings = [
            ("PREFECT_HOME", &*home),
            ("PREFECT_API_URL", &base),
            ("PREFECT_API_AUTH_STRING", &door),
            ("PREFECT_SERVER_API_AUTH_STRING", &door),
            ("PREFECT_SERVER_ANALYTICS_ENABLED", "false"),
        ];
        let programs = house::engine("prefect").join("bin");
        let server = ["server", "start", "--no-ui", "--host", "127.0.0.1", "--port", &port];
        process.run(&programs.join("prefect"), &server, &settings);
        process.answers(&format!("{base}/health")).await;
        let gate = gate.to_str().expect("text");
        process.run(&programs.join("python"), &[&[gate], runs].concat(), &settings);
        Self { base, password, _process: process }
    }

    /// The id of the run by this name, once it waits or has waited.
    pub(crate) async fn paused(&self, name: &str) -> String {
        let by_name = json!({ "flow_runs": { "name": { "any_": [name] } } });
        let begun = eventually("the flow run waits", async || {
            let found = self.ask(Method::POST, "/flow_runs/filter", Some(&by_name)).await;
            let run = &found[0];
            let begins = ["SCHEDULED", "PENDING", "RUNNING"]
                .contains(&run["state_type"].as_str().unwrap_or("PENDING"));
            Ok((!begins).then(|| run["id"].as_str().expect("text").to_owned()))
        });
        begun.await.expect("it waits")
    }

    /// Takes a run back as an operator would.
    pub(crate) async fn cancel(&self, run: &str) {
        let cancelled = json!({ "state": { "type": "CANCELLED" }, "force": true });
        let told = self.ask(Method::POST, &format!("/flow_runs/{run}/set_state"), Some(&cancelled)).await;
        assert_eq!(told["status"], "ACCEPT", "{told}");
    }

    /// What came of a run, once something has: its output is what it heard.
    pub(crate) async fn outcome(&self, run: &str) -> Outcome {
        let ended = eventually("the flow run ends", async || {
            let state = self.state(run).await;
            let type_ = state["type"].as_str().expect("text");
            Ok(["COMPLETED", "FAILED", "CANCELLED", "CRASHED"].contains(&type_).then_some(state))
        });
        let state = ended.await.expect("it ends");
        let text = |member: &str| state[member].as_str().map(str::to_owned);
        let (status, said) = (text("type").expect("text"), text("message"));
        match status.as_str() {
            "COMPLETED" => {
                let heard = said.map(|said| serde_json::from_str(&said).expect("JSON"));
                Outcome { status, output: heard, error: None, cause: None }
            }
            _ => Outcome { status, output: None, error: said, cause: None },
        }
    }

    /// Whether a run waits still.
    pub(crate) async fn waits(&self, run: &str) -> bool {
        self.state(run).await["type"] == "PAUSED"
    }

    async fn state(&self, run: &str) -> Value {
        self.ask(Method::GET, &format!("/flow_runs/{run}"), None).await["state"].take()
    }

    async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Value {
        let request = Client::new().request(method, format!("{}{path}", self.base));
        let request = request.basic_auth(USER, Some(&self.password));
        let request = if let Some(body) = body { request.json(body) } else { request };
        request.send().await.expect("Prefect answers").json().await.expect("JSON")
    }
}
