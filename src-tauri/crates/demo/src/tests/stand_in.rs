//! Placet, as far as an engine sees it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};
use standardwebhooks::Webhook;
use tokio::net::TcpListener;

pub(crate) const TOKEN: &str = "plc_the-engines-own";
pub(crate) const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYqr";
const FORGERS_SECRET: &str = "whsec_AAAA9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYqr";

#[derive(Default)]
struct Seen {
    items: Vec<Value>,
    answers: VecDeque<StatusCode>,
}

pub(crate) struct StandIn {
    pub(crate) address: String,
    seen: Arc<Mutex<Seen>>,
}

impl StandIn {
    pub(crate) async fn start() -> Self {
        let seen = Arc::new(Mutex::new(Seen::default()));
        let routes = Router::new().route("/v1/items", post(hand_in)).with_state(seen.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { address, seen }
    }

    /// Answers the next requests like this, and the others as usual.
    pub(crate) fn answers_next(&self, answers: impl IntoIterator<Item = StatusCode>) {
        self.seen.lock().expect("whole").answers.extend(answers);
    }

    /// What was handed in.
    pub(crate) fn items(&self) -> Vec<Value> {
        self.seen.lock().expect("whole").items.clone()
    }

    /// The names of the tasks that were handed in.
    pub(crate) fn tasks(&self) -> Vec<String> {
        self.items().iter().map(|item| item["id"].as_str().expect("a name").to_owned()).collect()
    }

    /// The callback of a task, made and signed now.
    pub(crate) fn callback(&self, task: &str, verdict: &str, answer: Value) -> Callback {
        let items = self.items();
        let item = items.iter().find(|item| item["id"] == task).expect("it was handed in");
        assert_eq!(item["callbacks"][0]["protocol"], "webhook");
        let decision = json!({ "id": "1", "verdict": verdict, "answer": answer, "note": null, "by": "ada" });
        let body = json!({ "type": "item.decided", "engine": "demo", "id": task, "decision": decision });
        Callback {
            url: item["callbacks"][0]["url"].as_str().expect("an address").to_owned(),
            secret: SECRET,
            id: format!("{task}-{}", rand::random::<u64>()),
            at: now(),
            body: body.to_string(),
        }
    }

    /// A person decides, and the callback goes out.
    pub(crate) async fn decides(&self, task: &str, verdict: &str, answer: Value) -> (StatusCode, Value) {
        self.callback(task, verdict, answer).send().await
    }
}

async fn hand_in(
    State(seen): State<Arc<Mutex<Seen>>>,
    headers: HeaderMap,
    Json(item): Json<Value>,
) -> (StatusCode, Json<Value>) {
    let mut seen = seen.lock().expect("whole");
    if let Some(status) = seen.answers.pop_front() {
        return (status, Json(json!({ "code": "stand-in", "detail": "as the test wants it" })));
    }
    assert_eq!(headers["authorization"], format!("Bearer {TOKEN}"));
    let admitted = |outcome| json!({ "engine": "demo", "id": item["id"], "item": 1, "outcome": outcome });
    match seen.items.iter().find(|known| known["id"] == item["id"]) {
        Some(known) if *known == item => (StatusCode::OK, Json(admitted("duplicate"))),
        Some(_) => (StatusCode::CONFLICT, Json(json!({ "code": "submission-conflict", "detail": "other" }))),
        None => {
            let answer = admitted("admitted");
            seen.items.push(item);
            (StatusCode::CREATED, Json(answer))
        }
    }
}

/// A callback, as it goes out.
#[derive(Clone)]
pub(crate) struct Callback {
    url: String,
    secret: &'static str,
    id: String,
    at: i64,
    body: String,
}

impl Callback {
    /// Signed with a key that is not Placet's.
    pub(crate) fn forged(&self) -> Self {
        Self { secret: FORGERS_SECRET, ..self.clone() }
    }

    /// Recorded, and sent when it is too late.
    pub(crate) fn signed_ten_minutes_ago(&self) -> Self {
        Self { at: self.at - 600, ..self.clone() }
    }

    /// Sent again later, as Placet does when it has heard nothing: another time, so another signature.
    pub(crate) fn signed_anew(&self) -> Self {
        Self { at: self.at + 1, ..self.clone() }
    }

    /// Sent to the address of another task.
    pub(crate) fn sent_to(&self, task: &str) -> Self {
        let (callbacks, _) = self.url.rsplit_once('/').expect("a path");
        Self { url: format!("{callbacks}/{task}"), ..self.clone() }
    }

    pub(crate) async fn send(&self) -> (StatusCode, Value) {
        let webhook = Webhook::new(self.secret).expect("a key");
        let signature = webhook.sign(&self.id, self.at, self.body.as_bytes()).expect("signed");
        let request = reqwest::Client::new()
            .post(&self.url)
            .header("webhook-id", &self.id)
            .header("webhook-timestamp", self.at.to_string())
            .header("webhook-signature", signature)
            .body(self.body.clone());
        let response = request.send().await.expect("the engine answers");
        (response.status(), response.json().await.expect("JSON"))
    }
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    since.as_secs().try_into().expect("in range")
}
