//! Airflow, with DAGs that ask before they publish (`airflow/release.py`), a user who may answer and one who may only look.

use std::fs;
use std::time::{Duration, Instant};

use reqwest::{Client, Method, Response};
use serde_json::{Value, json};
use xtask::house;

use super::Outcome;
use super::process::{Process, free_port};

/// Who may answer.
pub(crate) const OPERATOR: &str = "ada";
/// Who may not.
pub(crate) const VIEWER: &str = "eve";
/// What a task is called that waits; the second until 3.2.
const WAITING: [&str; 2] = ["awaiting_input", "deferred"];
/// How long a run may take from one state to the next: far longer than it does, also on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(300);
const GLANCE: Duration = Duration::from_millis(500);
/// Within its first second, a task that begins to wait can be lost to a race in Airflow's executor: "finished with state
/// success, but the task instance's state attribute is queued".
const SETTLED: Duration = Duration::from_secs(3);

/// An Airflow at work.
pub(crate) struct Airflow {
    /// Its address.
    pub(crate) endpoint: String,
    /// What both users have as their password.
    pub(crate) password: String,
    token: String,
    _process: Process,
}

/// A task that waits.
pub(crate) struct Paused {
    pub(crate) dag: &'static str,
    pub(crate) run: String,
    /// The question, as Airflow tells of it.
    pub(crate) question: Value,
}

impl Airflow {
    pub(crate) async fn start() -> Self {
        let (mut process, port) = (Process::new("airflow"), free_port().to_string());
        let (home, endpoint) = (process.folder().to_owned(), format!("http://127.0.0.1:{port}"));
        let password = format!("password-of-{port}");
        let passwords = home.join("passwords.json");
        fs::write(&passwords, json!({ OPERATOR: password, VIEWER: password }).to_string()).expect("written");
        let dags = home.join("dags");
        fs::create_dir(&dags).expect("made");
        let file = house::root().join("tests/engines/real/airflow/release.py");
        fs::copy(file, dags.join("release.py")).expect("copied");
        // It starts its parts by name.
        let programs = house::engine("airflow").join("bin");
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths([programs.clone()].into_iter().chain(std::env::split_paths(&path)));
        let text = |value: &std::ffi::OsStr| value.to_str().expect("text").to_owned();
        let users = format!("{OPERATOR}:op,{VIEWER}:viewer");
        let settings = [
            ("PATH", text(&path.expect("a path"))),
            ("AIRFLOW_HOME", text(home.as_os_str())),
            ("AIRFLOW__CORE__DAGS_FOLDER", text(dags.as_os_str())),
            ("AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS", users),
            ("AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE", text(passwords.as_os_str())),
            ("AIRFLOW__CORE__EXECUTION_API_SERVER_URL", format!("{endpoint}/execution/")),
            ("AIRFLOW__API__BASE_URL", endpoint.clone()),
            ("AIRFLOW__API__HOST", "127.0.0.1".to_owned()),
            ("AIRFLOW__API__PORT", port),
            ("AIRFLOW__API__WORKERS", "1".to_owned()),
            ("AIRFLOW__CORE__PARALLELISM", "4".to_owned()),
            ("AIRFLOW__CORE__LOAD_EXAMPLES", "false".to_owned()),
            ("AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION", "false".to_owned()),
            ("AIRFLOW__SCHEDULER__AWAITING_INPUT_TIMEOUT_CHECK_INTERVAL", "2".to_owned()),
            ("AIRFLOW__USAGE_DATA_COLLECTION__ENABLED", "false".to_owned()),
        ];
        let settings: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
        process.run(&programs.join("airflow"), &["standalone"], &settings);
        process.answers(&format!("{endpoint}/api/v2/monitor/health")).await;
        let mut airflow = Self { endpoint, password, token: String::new(), _process: process };
        let user = json!({ "username": OPERATOR, "password": airflow.password });
        let given = airflow.ask(Method::POST, "/auth/token", Some(user)).await;
        airflow.token =
            given["access_token"].as_str().unwrap_or_else(|| panic!("a token: {given}")).to_owned();
        until("both DAGs are read", async || {
            let told = airflow.ask(Method::GET, "/api/v2/dags", None).await;
            (told["total_entries"] == 2).then_some(())
        })
        .await;
        airflow
    }

    /// Has a run of this DAG wait for a person to say yes or no.
    pub(crate) async fn pause(&self, dag: &'static str) -> Paused {
        let runs = format!("/api/v2/dags/{dag}/dagRuns");
        let made = self.ask(Method::POST, &runs, Some(json!({ "logical_date": null }))).await;
        let run = made["dag_run_id"].as_str().unwrap_or_else(|| panic!("a run: {made}")).to_owned();
        let mut paused = Paused { dag, run, question: Value::Null };
        paused.question = until("the task waits", async || {
            let question = self.question(&paused).await;
            is_waiting(&question).then_some(question)
        })
        .await;
        tokio::time::sleep(SETTLED).await;
        paused
    }

    /// What came of a run, once something has: its output is what it published.
    pub(crate) async fn outcome(&self, paused: &Paused) -> Outcome {
        let run = of_run(paused, "");
        let status = until("the run ends", async || {
            let told = self.ask(Method::GET, &run, None).await;
            told["state"].as_str().filter(|state| ["success", "failed"].contains(state)).map(str::to_owned)
        })
        .await;
        let published = of_run(paused, "/taskInstances/publish/xcomEntries/return_value");
        let published = self.send(Method::GET, &published, None).await;
        let output = match published.status().as_u16() {
            404 => None,
            _ => Some(published.json::<Value>().await.expect("JSON")["value"].take()),
        };
        Outcome { status, output, error: None, cause: None }
    }

    /// Whether a task waits still.
    pub(crate) async fn waits(&self, paused: &Paused) -> bool {
        is_waiting(&self.question(paused).await)
    }

    /// The question as Airflow tells of it now, with the answer if there is one.
    pub(crate) async fn question(&self, paused: &Paused) -> Value {
        self.ask(Method::GET, &of_run(paused, "/taskInstances/approve/-1/hitlDetails"), None).await
    }

    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        self.send(method, path, body).await.json().await.expect("JSON")
    }

    async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Response {
        let request = Client::new().request(method, format!("{}{path}", self.endpoint));
        let request = request.bearer_auth(&self.token);
        let request = if let Some(body) = body { request.json(&body) } else { request };
        request.send().await.expect("Airflow answers")
    }
}

fn of_run(paused: &Paused, rest: &str) -> String {
    // Its id has a time in it, with a "+".
    let run = paused.run.replace('+', "%2B").replace(':', "%3A");
    format!("/api/v2/dags/{}/dagRuns/{run}{rest}", paused.dag)
}

fn is_waiting(question: &Value) -> bool {
    let state = question["task_instance"]["state"].as_str();
    question["response_received"] == false && state.is_some_and(|state| WAITING.contains(&state))
}

/// Looks until there is something to see.
async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(seen) = look().await {
            return seen;
        }
        assert!(started.elapsed() < PATIENCE, "waited {} s in vain: {what}", PATIENCE.as_secs());
        tokio::time::sleep(GLANCE).await;
    }
}
