//! A desk at work: its own ledger, one engine, and a receiver that hears the answers.

use std::future::Future;
use std::time::Duration;

use placet_delivery::KeyChoice;
use placet_desk::verb::{Decide, Hold, IssueToken, Next, PutEngine, PutQueue};
use placet_desk::view::{Decided, DeliveryRowView, ItemView};
use placet_desk::{Desk, Error, Serving, Settings, Verb};
use placet_review::{Choice, DeliveryState, Draft, Engine, Kind, Queue, Schedule, Verdict};
use reqwest::StatusCode;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::Receiver;

/// How long a journey waits for something that should happen at once, on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// A desk at work with the engine `engine`, the queue `pets` and a receiver.
pub struct Office {
    /// The desk.
    pub desk: Desk,
    /// Who hears the answers.
    pub receiver: Receiver,
    /// The engine's intake token.
    pub token: String,
    serving: Serving,
    _home: TempDir,
}

/// A classify queue of cats and dogs whose decisions go out at once.
pub fn pets() -> Queue {
    let choice = |label: &str| Choice { label: label.into(), title: None };
    Queue {
        choices: vec![choice("cat"), choice("dog")],
        undo_seconds: 0,
        ..Queue::new("pets", Kind::Classify)
    }
}

/// An action queue whose decisions go out at once.
pub fn refunds() -> Queue {
    Queue { undo_seconds: 0, ..Queue::new("refunds", Kind::Action) }
}

impl Office {
    /// Opens with these queues.
    pub async fn open(queues: impl IntoIterator<Item = Queue>) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let settings = Settings { home: home.path().to_owned(), keys: KeyChoice::Environment, port: 0 };
        let desk = Desk::open(settings).expect("the desk opens");
        let serving = desk.serve().await.expect("the desk serves");
        let receiver = Receiver::start().await;
        let allow = vec![receiver.url("/").parse().expect("allowed")];
        let engine = Engine { schedule: Schedule::Fast, ..Engine::new("engine", allow) };
        ask(&desk, "owner", PutEngine { engine }).await.expect("the engine is added");
        for queue in queues {
            ask(&desk, "owner", PutQueue { queue }).await.expect("the queue is added");
        }
        let token = ask(&desk, "owner", IssueToken { engine: "engine".into() }).await.expect("a token");
        Self { desk, receiver, token: token.secret, serving, _home: home }
    }

    /// Asks a verb as this reviewer.
    pub async fn ask<V: Verb>(&self, reviewer: &str, verb: V) -> Result<V::Answer, Error> {
        ask(&self.desk, reviewer, verb).await
    }

    /// A submission of a pet that the engine takes for a cat, less sure with every number.
    pub fn pet(&self, number: u32) -> Value {
        json!({
            "v": 1, "engine": "engine", "id": format!("pet-{number}"), "queue": "pets",
            "title": format!("Which pet is number {number}?"),
            "content": { "text": "It says meow." },
            "suggestions": [{ "answer": { "label": "cat" }, "confidence": 0.9 - f64::from(number) / 100.0, "by": "net" }],
            "callbacks": [{ "protocol": "webhook", "url": self.receiver.url("/done"), "data": { "number": number } }],
        })
    }

    /// Hands a submission in over HTTP, as the engine does.
    pub async fn hand_in(&self, submission: &Value) -> (StatusCode, Value) {
        let response = reqwest::Client::new()
            .post(format!("{}/v1/items", self.desk.intake_address()))
            .bearer_auth(&self.token)
            .json(submission)
            .send()
            .await
            .expect("the desk answers");
        let status = response.status();
        (status, response.json().await.expect("JSON"))
    }

    /// What the engine sees of its task.
    pub async fn task(&self, id: &str) -> Value {
        reqwest::Client::new()
            .get(format!("{}/v1/items/engine/{id}", self.desk.intake_address()))
            .bearer_auth(&self.token)
            .send()
            .await
            .expect("the desk answers")
            .json()
            .await
            .expect("JSON")
    }

    /// Hands pets in and takes hold of the first.
    pub async fn open_pet(&self, reviewer: &str) -> ItemView {
        let (status, _) = self.hand_in(&self.pet(1)).await;
        assert_eq!(status, StatusCode::CREATED);
        self.next(reviewer, "pets").await
    }

    /// Takes hold of the next item.
    pub async fn next(&self, reviewer: &str, queue: &str) -> ItemView {
        let mut items = self.ask(reviewer, Next { queue: queue.into(), limit: 1 }).await.expect("leased");
        items.pop().expect("an item waits")
    }

    /// Answers an item that is held.
    pub async fn decide(&self, reviewer: &str, item: &ItemView, draft: Draft) -> Result<Decided, Error> {
        self.ask(reviewer, Decide { hold: hold(item), shown: item.shown.clone(), draft }).await
    }

    /// The newest delivery once it is in `state`.
    pub async fn delivery_in(&self, state: DeliveryState) -> DeliveryRowView {
        let all = || placet_desk::verb::Deliveries { limit: 10, ..Default::default() };
        self.eventually(async || {
            let rows = self.ask("owner", all()).await.expect("listed");
            rows.into_iter().next().filter(|row| row.state == state)
        })
        .await
    }

    /// Looks again after every change until there is something.
    pub async fn eventually<T, F: Future<Output = Option<T>>>(&self, look: impl Fn() -> F) -> T {
        let mut changes = self.desk.changes();
        let search = async {
            loop {
                if let Some(found) = look().await {
                    return found;
                }
                // Lagging behind is news as well.
                let _ = changes.recv().await;
            }
        };
        tokio::time::timeout(PATIENCE, search).await.expect("it should have happened by now")
    }

    /// Closes the desk and keeps what it wrote.
    pub async fn close(self) {
        self.serving.stop().await;
    }
}

async fn ask<V: Verb>(desk: &Desk, reviewer: &str, verb: V) -> Result<V::Answer, Error> {
    verb.run(desk, reviewer).await
}

/// The hold that came with an opened item.
pub fn hold(item: &ItemView) -> Hold {
    Hold { item: item.id, fence: item.lease.as_ref().expect("a lease").fence }
}

/// A draft without a note.
pub fn draft(verdict: Verdict, answer: Option<Value>) -> Draft {
    Draft { verdict, answer, note: None }
}
