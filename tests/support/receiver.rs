//! Somebody who waits for answers on loopback and remembers every one of them.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// One request that came in.
#[derive(Clone, Debug)]
pub struct Received {
    /// Its method.
    pub method: Method,
    /// Path and query.
    pub uri: Uri,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body, byte for byte.
    pub body: Bytes,
}

impl Received {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("a JSON body")
    }

    /// A header's text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// Status and body of an answer.
type Said = (StatusCode, String);

#[derive(Clone)]
struct Memory {
    received: Arc<watch::Sender<Vec<Received>>>,
    /// `None` is silence.
    answers: Arc<Mutex<VecDeque<Option<Said>>>>,
}

/// A receiver; it answers 204 unless told otherwise.
pub struct Receiver {
    port: u16,
    memory: Memory,
    task: JoinHandle<()>,
}

impl Receiver {
    /// On any free port.
    pub async fn start() -> Self {
        Self::start_on(0).await
    }

    /// On this port.
    pub async fn start_on(port: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).await.expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        let memory = Memory { received: Arc::new(watch::Sender::new(vec![])), answers: Arc::default() };
        let routes = Router::new().fallback(remember).with_state(memory.clone());
        let task = tokio::spawn(async move {
            axum::serve(listener, routes).await.expect("the receiver serves");
        });
        Self { port, memory, task }
    }

    /// Its address with this path.
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Answers the next requests so, one each, and 204 after them.
    pub fn answer_next(&self, answers: impl IntoIterator<Item = StatusCode>) {
        self.memory
            .answers
            .lock()
            .expect("not poisoned")
            .extend(answers.into_iter().map(|status| Some((status, String::new()))));
    }

    /// Answers the next request so, after those that were scripted before it.
    pub fn say_next(&self, status: StatusCode, body: &Value) {
        self.memory.answers.lock().expect("not poisoned").push_back(Some((status, body.to_string())));
    }

    /// Takes the next request in and never answers it.
    pub fn keep_silent_once(&self) {
        self.memory.answers.lock().expect("not poisoned").push_back(None);
    }

    /// All requests, once there are at least `count`.
    pub async fn received(&self, count: usize) -> Vec<Received> {
        let mut received = self.memory.received.subscribe();
        let enough = received.wait_for(|received| received.len() >= count);
        tokio::time::timeout(Duration::from_secs(60), enough)
            .await
            .expect("the requests should have come by now")
            .expect("the receiver lives")
            .clone()
    }

    /// All requests so far.
    pub fn so_far(&self) -> Vec<Received> {
        self.memory.received.borrow().clone()
    }

    /// Stops listening, and says on which port it was.
    pub async fn go_down(self) -> u16 {
        self.task.abort();
        // The port is free only when the task is gone.
        let _ = self.task.await;
        self.port
    }
}

async fn remember(
    State(memory): State<Memory>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, String) {
    let answer = memory.answers.lock().expect("not poisoned").pop_front();
    memory.received.send_modify(|received| received.push(Received { method, uri, headers, body }));
    match answer {
        Some(Some(answer)) => answer,
        Some(None) => std::future::pending().await,
        None => (StatusCode::NO_CONTENT, String::new()),
    }
}
