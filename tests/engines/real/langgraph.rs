//! LangGraph's server, with a graph that asks before it acts (`langgraph/graph.py`) and a door that wants a key.

use placet_tests::eventually;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use xtask::house;

use super::Outcome;
use super::process::{Process, free_port};

/// The engine's files.
const FILES: [&str; 3] = ["graph.py", "door.py", "langgraph.json"];

/// A LangGraph at work.
pub(crate) struct Langgraph {
    /// Its address.
    pub(crate) endpoint: String,
    /// What its door wants as `X-Api-Key`.
    pub(crate) key: String,
    _process: Process,
}

/// A task that waits.
pub(crate) struct Paused {
    pub(crate) thread: String,
    pub(crate) assistant: String,
    /// The id of the question.
    pub(crate) interrupt: String,
    /// The question, as an agent inbox shows it.
    pub(crate) question: Value,
}

impl Langgraph {
    pub(crate) async fn start() -> Self {
        let (mut process, port) = (Process::new("langgraph"), free_port().to_string());
        for name in FILES {
            let file = house::root().join("tests/engines/real/langgraph").join(name);
            std::fs::copy(file, process.folder().join(name)).expect("copied");
        }
        let program = house::engine("langgraph").join("bin").join("langgraph");
        let arguments = ["dev", "--no-browser", "--no-reload", "--allow-blocking", "--host", "127.0.0.1"];
        let arguments = [&arguments[..], &["--port", &port]].concat();
        let key = format!("key-of-{port}");
        let environment = [
            ("REFUNDS_KEY", key.as_str()),
            ("LANGSMITH_TRACING", "false"),
            ("LANGGRAPH_CLI_NO_ANALYTICS", "1"),
        ];
        process.run(&program, &arguments, &environment);
        let endpoint = format!("http://127.0.0.1:{port}");
        process.answers(&format!("{endpoint}/ok")).await;
        Self { endpoint, key, _process: process }
    }

    /// Has a task wait for a person to accept, edit, answer or ignore a refund.
    pub(crate) async fn pause(&self) -> Paused {
        let made = self.ask(Method::POST, "/threads", Some(json!({}))).await;
        let thread = made["thread_id"].as_str().unwrap_or_else(|| panic!("a thread: {made}"));
        // A thread whose values alone are longer than what is read of an answer.
        let receipts = "x".repeat(100_000);
        let run = json!({ "assistant_id": "refunds", "input": { "order": "4711", "receipts": receipts } });
        self.ask(Method::POST, &format!("/threads/{thread}/runs"), Some(run)).await;
        let paused = eventually("the task waits", async || {
            let told = self.thread(thread).await;
            if told["status"] != "interrupted" {
                return Ok(None);
            }
            let asked = self.questions(thread).await.pop().expect("it asks something");
            let text = |value: &Value| value.as_str().expect("text").to_owned();
            Ok(Some(Paused {
                thread: thread.to_owned(),
                assistant: text(&told["metadata"]["assistant_id"]),
                interrupt: text(&asked["id"]),
                question: asked["value"][0].clone(),
            }))
        });
        paused.await.expect("it waits")
    }

    /// What came of a task, once something has.
    pub(crate) async fn outcome(&self, paused: &Paused) -> Outcome {
        let ended = eventually("the thread ends", async || {
            let told = self.thread(&paused.thread).await;
            Ok(matches!(told["status"].as_str(), Some("idle" | "error")).then_some(told))
        });
        let mut told = ended.await.expect("it ends");
        let status = told["status"].as_str().expect("text").to_owned();
        let error = told["error"].as_str().map(str::to_owned);
        Outcome { status, output: Some(told["values"].take()), error, cause: None }
    }

    /// Whether a task waits still.
    pub(crate) async fn waits(&self, paused: &Paused) -> bool {
        let asked = self.questions(&paused.thread).await;
        asked.iter().any(|asked| asked["id"] == *paused.interrupt)
    }

    async fn thread(&self, thread: &str) -> Value {
        self.ask(Method::GET, &format!("/threads/{thread}"), None).await
    }

    async fn questions(&self, thread: &str) -> Vec<Value> {
        let state = self.ask(Method::GET, &format!("/threads/{thread}/state"), None).await;
        state["interrupts"].as_array().cloned().unwrap_or_default()
    }

    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let request = Client::new().request(method, format!("{}{path}", self.endpoint));
        let request = request.header("x-api-key", &self.key);
        let request = if let Some(body) = body { request.json(&body) } else { request };
        request.send().await.expect("LangGraph answers").json().await.expect("JSON")
    }
}
