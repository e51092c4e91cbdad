//! A door on a ledger of its own, for the tests of this room.

use std::sync::Arc;

use placet_review::{Callback, DecisionId, Draft, Engine, ItemId, Kind, Queue, Timestamp, Verdict};
use placet_store::{Attachments, Leasing, Recording, SqliteStore, Store};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{CallbackProblem, Inbox, new_token};

/// One transparent pixel, as it stands in a `data:` URL.
pub(crate) const PIXEL: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/// When the tests take place: 2026-12-01T12:00:00Z.
pub(crate) fn noon() -> Timestamp {
    Timestamp::from_millis(1_796_126_400_000)
}

/// The engines `faces` and `voices`, and the queue `gate` whose decisions can be taken back for 10 s.
pub(crate) struct Ledger {
    pub(crate) inbox: Arc<Inbox>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) attachments: Attachments,
    _folder: TempDir,
}

impl Ledger {
    pub(crate) async fn open() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = SqliteStore::open(folder.path()).expect("a new ledger opens");
        let attachments = store.attachments().clone();
        let store: Arc<dyn Store> = Arc::new(store);
        for name in ["faces", "voices"] {
            let engine = Engine::new(name, vec!["https://e.example/".parse().expect("an allow-list entry")]);
            store.put_engine(engine, noon()).await.expect("added");
        }
        store.put_queue(Queue::new("gate", Kind::Fallback), noon()).await.expect("added");
        let inbox = Arc::new(Inbox::new(store.clone(), attachments.clone(), only_allowed_webhooks));
        Self { inbox, store, attachments, _folder: folder }
    }

    /// Gives the engine a new token.
    pub(crate) async fn token(&self, engine: &str, random: u8) -> String {
        let (token, sha256) = new_token([random; 32]);
        self.store.put_token(engine, sha256, noon()).await.expect("kept");
        token
    }

    pub(crate) async fn waiting(&self) -> u64 {
        self.store.counts().await.expect("counted").queues[0].waiting
    }

    /// Takes hold of the item and approves it at noon.
    pub(crate) async fn approve(&self, item: ItemId) {
        let until = noon().plus_millis(300_000);
        let Leasing::Leased(lease) = self.store.lease_item(item, "ada", noon(), until).await.expect("asked")
        else {
            panic!("item {item} is not to be had");
        };
        let id: DecisionId = "01890a5d-ac96-774b-bcce-b302099a8057".parse().expect("a UUID");
        let draft = Draft { verdict: Verdict::Approve, answer: None, note: Some("fine".to_owned()) };
        let decision = lease.decide(draft, &lease.shown(), id, noon()).expect("decided");
        let recording = self.store.record_decision(decision, lease.fence, vec![]).await.expect("written");
        assert_eq!(recording, Recording::Recorded);
    }
}

/// A submission that leaves its engine to the token.
pub(crate) fn submission(id: &str) -> Value {
    json!({
        "v": 1, "id": id, "queue": "gate", "title": "Deploy?", "content": { "commit": "abc" },
        "callbacks": [{ "protocol": "webhook", "url": "https://e.example/done" }],
    })
}

/// Stands for what the desk asks of the delivery room.
fn only_allowed_webhooks(
    engine: &Engine,
    callback: &Callback,
    now: Timestamp,
) -> Result<Option<Timestamp>, CallbackProblem> {
    let problem = |pointer: &str, message: &str| {
        Err(CallbackProblem { pointer: pointer.to_owned(), message: message.to_owned() })
    };
    let url = callback.parameters.get("url").and_then(Value::as_str);
    match (callback.protocol.as_str(), url) {
        ("webhook", Some(url)) if engine.allow.iter().any(|place| url.starts_with(&place.to_string())) => {
            let waits_ms = callback.parameters.get("waits_ms").and_then(Value::as_i64);
            Ok(waits_ms.map(|ms| now.plus_millis(ms)))
        }
        ("webhook", Some(_)) => problem("/url", "is not on the engine's allow-list"),
        ("webhook", None) => problem("", "has no url"),
        _ => problem("/protocol", "is not known"),
    }
}
