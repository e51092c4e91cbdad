//! A desk of one's own to measure, and what is handed in at it.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use placet_delivery::KeyChoice;
use placet_desk::verb::{Decide, Hold, IssueToken, PutEngine, PutQueue};
use placet_desk::view::ItemView;
use placet_desk::{Desk, Serving, Settings, Verb as _};
use placet_review::{
    Callback, Choice, DecisionId, DeliveryId, Draft, Engine, Kind, NewDelivery, NewItem, Queue, Schedule,
    Signing, Suggestion, Timestamp, Verdict,
};
use serde_json::{Value, json};
use tempfile::TempDir;
use uuid::Uuid;

/// The engine and the queue of everything that is measured.
pub(crate) const ENGINE: &str = "bench";
pub(crate) const QUEUE: &str = "faces";

/// A desk on a fresh ledger, at work.
pub(crate) struct OpenDesk {
    pub(crate) desk: Desk,
    pub(crate) address: SocketAddr,
    pub(crate) token: String,
    serving: Serving,
    _home: TempDir,
}

impl OpenDesk {
    /// Opens one whose engine waits at `receiver`.
    pub(crate) async fn open(receiver: &str, signing: Signing) -> Result<Self> {
        let home = tempfile::tempdir()?;
        let settings = Settings { home: home.path().to_owned(), keys: KeyChoice::Environment, port: 0 };
        let desk = Desk::open(settings)?;
        let serving = desk.serve().await?;
        PutEngine { engine: engine(receiver, signing)? }.run(&desk, "owner").await?;
        PutQueue { queue: queue() }.run(&desk, "owner").await?;
        let token = IssueToken { engine: ENGINE.to_owned() }.run(&desk, "owner").await?.secret;
        let address = desk.intake_address();
        let address = address.strip_prefix("http://").context("no address")?.parse()?;
        Ok(Self { desk, address, token, serving, _home: home })
    }

    pub(crate) async fn close(self) {
        self.serving.stop().await;
    }
}

/// The surest suggestion is right.
pub(crate) fn approval() -> Draft {
    Draft { verdict: Verdict::Approve, answer: None, note: None }
}

/// Approves an item that `ada` holds; returns when that is on disk.
pub(crate) async fn approve(desk: &Desk, item: ItemView) -> Result<()> {
    let fence = item.lease.context("the item is not held")?.fence;
    let hold = Hold { item: item.id, fence };
    Decide { hold, shown: item.shown, draft: approval() }.run(desk, "ada").await?;
    Ok(())
}

/// An engine that may be called at `receiver` and everything below it.
pub(crate) fn engine(receiver: &str, signing: Signing) -> Result<Engine> {
    Ok(Engine {
        signing,
        schedule: Schedule::Fast,
        at_once: Some(32),
        ..Engine::new(ENGINE, vec![receiver.parse()?])
    })
}

/// A classify queue of two labels whose decisions go out at once.
pub(crate) fn queue() -> Queue {
    let choice = |label: &str| Choice { label: label.to_owned(), title: None };
    Queue { choices: vec![choice("yes"), choice("no")], undo_seconds: 0, ..Queue::new(QUEUE, Kind::Classify) }
}

/// A submission of about one kilobyte, less or more sure by its number.
pub(crate) fn submission(number: usize, receiver: &str) -> Value {
    json!({
        "v": 1, "engine": ENGINE, "id": format!("task-{number}"), "queue": QUEUE,
        "title": format!("Is this face number {number}?"),
        "content": { "text": format!("Frame {number}. {}", "What the camera saw at the junction. ".repeat(14)) },
        "suggestions": [{ "answer": { "label": "yes" }, "confidence": confidence(number), "by": "resnet-7" },
                        { "answer": { "label": "no" }, "confidence": 1.0 - confidence(number), "by": "resnet-7" }],
        "callbacks": [{ "protocol": "webhook", "url": receiver, "data": { "frame": number } }],
        "metadata": { "camera": "north" },
    })
}

/// The same as the door makes it, without the checks.
pub(crate) fn item(submission: &Value, submission_digest: String) -> Result<NewItem> {
    let text = |name: &str| submission[name].as_str().map(str::to_owned).context("a text is missing");
    Ok(NewItem {
        engine: text("engine")?,
        task: text("id")?,
        queue: text("queue")?,
        title: text("title")?,
        content: submission["content"].clone(),
        suggestions: serde_json::from_value::<Vec<Suggestion>>(submission["suggestions"].clone())?,
        priority: 0,
        deadline: None,
        heartbeat_seconds: None,
        callbacks: serde_json::from_value::<Vec<Callback>>(submission["callbacks"].clone())?,
        metadata: submission["metadata"].as_object().cloned().unwrap_or_default(),
        submission_digest,
    })
}

/// Spread evenly, so that a queue in order of confidence is not in order of admission.
fn confidence(number: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "below a thousand")]
    let spread = (number.wrapping_mul(7_919) % 1_000) as f64;
    spread / 1_000.0
}

/// Some moment: the ledger only compares them.
pub(crate) fn moment() -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000)
}

/// Fills the ledger in `home` until `count` small items wait in it, as many sources would: in batches.
pub(crate) async fn fill(home: &Path, from: usize, count: usize) -> Result<()> {
    const BATCH: usize = 5_000;
    use placet_store::Store as _;
    let store = Arc::new(placet_store::SqliteStore::open(home)?);
    if from == 0 {
        store.put_engine(engine("http://127.0.0.1:9/", Signing::default())?, moment()).await?;
        store.put_queue(queue(), moment()).await?;
    }
    let mut at = from;
    while at < count {
        let end = (at + BATCH).min(count);
        let items = (at..end).map(small_item).collect();
        store.admit(items, moment()).await?;
        at = end;
    }
    Ok(())
}

/// Decides all items of the ledger in `home` but the last, with a delivery each that is due in a year.
pub(crate) async fn decide_all_but_one(home: &Path) -> Result<()> {
    use placet_store::Store as _;
    let store = placet_store::SqliteStore::open(home)?;
    // The app compares with its own clock: decisions from the future would tell it that the clock was set back.
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
    let now = Timestamp::from_millis(i64::try_from(since_epoch)?);
    let year_ms = 365 * 24 * 3_600_000;
    loop {
        let mut leases = store.lease_next(QUEUE, "ada", 500, now, now.plus_millis(300_000)).await?;
        let last = leases.len() < 500;
        if last {
            let rest = leases.pop().context("one is left")?;
            store.release(rest.item.id, rest.fence, now).await?;
        }
        let recordings = leases.into_iter().map(async |lease| {
            let id = DecisionId(Uuid::now_v7());
            let decision = lease.decide(approval(), &lease.shown(), id, now)?;
            let parameters = serde_json::Map::from_iter([("url".to_owned(), json!("http://127.0.0.1:9/"))]);
            let delivery = NewDelivery {
                id: DeliveryId(Uuid::now_v7()),
                callback: Callback { protocol: "webhook".to_owned(), parameters },
                origin: "http://127.0.0.1:9".to_owned(),
                body: b"{}".to_vec(),
                due_at: now.plus_millis(year_ms),
            };
            store.record_decision(decision, lease.fence, vec![delivery]).await?;
            anyhow::Ok(())
        });
        futures::future::try_join_all(recordings).await?;
        if last {
            return Ok(());
        }
    }
}

/// An item as short as items get: ten million of them have to fit on the disk.
fn small_item(number: usize) -> NewItem {
    NewItem {
        engine: ENGINE.to_owned(),
        task: number.to_string(),
        queue: QUEUE.to_owned(),
        title: format!("Is this face number {number}?"),
        content: json!({ "text": format!("Frame {number}") }),
        suggestions: vec![Suggestion {
            answer: json!({ "label": "yes" }),
            confidence: Some(confidence(number)),
            by: None,
        }],
        priority: 0,
        deadline: None,
        heartbeat_seconds: None,
        callbacks: vec![],
        metadata: serde_json::Map::new(),
        submission_digest: format!("sha256:{number:064x}"),
    }
}
