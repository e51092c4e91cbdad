//! Who waits for the answers. It lives through all kills and remembers what came.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Result;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use uuid::Uuid;

/// What came under one id.
#[derive(Clone, Debug)]
pub(super) struct Heard {
    /// The task that it answers.
    pub(super) task: String,
    /// The decision that it carries.
    pub(super) decision: String,
    /// How often it came.
    pub(super) sends: u64,
    /// How often it was answered: that it has it.
    pub(super) answered: u64,
    body: Bytes,
}

/// A receiver that takes everything, some of it slowly.
pub(super) struct Receiver {
    url: String,
    memory: Memory,
    task: JoinHandle<()>,
}

type Memory = Arc<Mutex<Remembered>>;

struct Remembered {
    heard: HashMap<Uuid, Heard>,
    /// What came and was wrong in itself.
    wrong: Vec<String>,
    draw: StdRng,
}

impl Receiver {
    /// On any free port; `seed` decides how slow it is when.
    pub(super) async fn start(seed: u64) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = format!("http://{}/", listener.local_addr()?);
        let draw = StdRng::seed_from_u64(seed);
        let memory = Arc::new(Mutex::new(Remembered { heard: HashMap::new(), wrong: vec![], draw }));
        let routes = Router::new().fallback(hear).with_state(memory.clone());
        let task = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, routes).await {
                eprintln!("the receiver broke down: {error}");
            }
        });
        Ok(Self { url, memory, task })
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// What came so far, by its `webhook-id`.
    pub(super) fn heard(&self) -> HashMap<Uuid, Heard> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner).heard.clone()
    }

    /// What came and was wrong in itself, such as other bytes under the same id.
    pub(super) fn wrong(&self) -> Vec<String> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner).wrong.clone()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn hear(State(memory): State<Memory>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let (id, slow) = {
        let mut memory = memory.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(id) = memory.take_down(&headers, body) else { return StatusCode::NO_CONTENT };
        // Mostly at once; now and then so slowly that it is under way when the program is killed.
        let slow = match memory.draw.random_range(0..4) {
            0 => Duration::from_millis(memory.draw.random_range(0..100)),
            _ => Duration::ZERO,
        };
        (id, slow)
    };
    tokio::time::sleep(slow).await;
    if let Some(heard) = memory.lock().unwrap_or_else(PoisonError::into_inner).heard.get_mut(&id) {
        heard.answered += 1;
    }
    StatusCode::NO_CONTENT
}

impl Remembered {
    /// Notes what came; `None` if it was wrong in itself.
    fn take_down(&mut self, headers: &HeaderMap, body: Bytes) -> Option<Uuid> {
        let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let id = header("webhook-id").and_then(|id| Uuid::parse_str(id).ok());
        let said: Value = serde_json::from_slice(&body).unwrap_or_default();
        let (task, decision) = (said["id"].as_str(), said["decision"]["id"].as_str());
        let (Some(id), Some(task), Some(decision)) = (id, task, decision) else {
            self.wrong.push(format!("no webhook-id, task or decision: {}", String::from_utf8_lossy(&body)));
            return None;
        };
        let heard = self.heard.entry(id).or_insert_with(|| Heard {
            task: task.to_owned(),
            decision: decision.to_owned(),
            sends: 0,
            answered: 0,
            body: body.clone(),
        });
        heard.sends += 1;
        if heard.body != body {
            self.wrong.push(format!("other bytes under {id}"));
        }
        Some(id)
    }
}
