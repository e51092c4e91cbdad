//! What every ledger must do, whichever engine keeps it: only [`ledger`] knows which one is asked.

mod admission;
mod audit;
mod changes;
mod decisions;
mod deliveries;
mod expiry;
mod inbox;
mod leases;
mod log;
mod order;
mod origins;
mod outcomes;
mod setup;
mod supervise;
mod undo;
mod walk;

use std::ops::Deref;
use std::sync::atomic::{AtomicU64, Ordering};

use placet_review::{
    Attempt, Callback, Decision, DecisionId, DeliveryId, Engine, ItemId, Judgement, Kind, Lease, NewDelivery,
    NewItem, Outcome, Phase, Queue, Schedule, Suggestion, Timestamp, Verdict,
};
use placet_store::{Admission, AuditKey, LeasedDelivery, Recording, Room, SqliteStore, Store};
use serde_json::json;
use uuid::Uuid;

/// A new ledger of the engine under test, whose audit chain has a key. It goes when it is dropped.
struct Ledger {
    store: Box<dyn Store>,
    _home: tempfile::TempDir,
}

fn key() -> AuditKey {
    AuditKey::new(&[7; 32])
}

fn ledger() -> Ledger {
    let home = tempfile::tempdir().expect("a folder");
    Ledger {
        store: Box::new(SqliteStore::open_with_key(home.path(), |_| Some(key())).expect("opens")),
        _home: home,
    }
}

impl Deref for Ledger {
    type Target = dyn Store;

    fn deref(&self) -> &Self::Target {
        &*self.store
    }
}

/// A moment of the test's own day, which begins at 0.
fn at(ms: i64) -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000 + ms)
}

fn engine() -> Engine {
    let allow = vec!["https://engine.example/".parse().expect("an entry")];
    Engine { schedule: Schedule::Fast, at_once: Some(64), ..Engine::new("engine", allow) }
}

fn queue() -> Queue {
    Queue::new("queue", Kind::Fallback)
}

fn callback() -> Callback {
    let callback = json!({ "protocol": "webhook", "url": "https://engine.example/call", "extra": [1, null] });
    serde_json::from_value(callback).expect("a callback")
}

fn item(task: &str) -> NewItem {
    NewItem {
        engine: "engine".into(),
        task: task.into(),
        queue: "queue".into(),
        title: format!("Is {task} right?"),
        content: json!({ "text": "käse \u{1f9c0}", "numbers": [1, 2.5, -0.0] }),
        suggestions: vec![],
        priority: 0,
        deadline: None,
        heartbeat_seconds: Some(60),
        callbacks: vec![callback()],
        metadata: serde_json::Map::from_iter([("run".to_owned(), json!(7))]),
        submission_digest: format!("sha256:{task}"),
    }
}

fn sure(task: &str, confidence: f64) -> NewItem {
    let suggestion =
        Suggestion { answer: json!({ "label": "a" }), confidence: Some(confidence), by: Some("net".into()) };
    NewItem { suggestions: vec![suggestion], ..item(task) }
}

/// A ledger with an engine, a queue, and these tasks waiting in it since 0.
async fn ledger_with(tasks: &[&str]) -> Ledger {
    ledger_of(tasks.iter().map(|task| item(task)).collect()).await
}

async fn ledger_of(items: Vec<NewItem>) -> Ledger {
    let ledger = ledger();
    ledger.put_engine(engine(), at(0)).await.expect("put");
    ledger.put_queue(queue(), at(0)).await.expect("put");
    ledger.admit(items, at(0)).await.expect("admitted");
    ledger
}

impl Ledger {
    async fn id_of(&self, task: &str) -> ItemId {
        self.item_of_task("engine", task).await.expect("asked").expect("there").id
    }

    /// The next item, which there is, for ada until 1000.
    async fn next(&self) -> Lease {
        self.next_for("ada").await.expect("there is one")
    }

    async fn next_for(&self, reviewer: &str) -> Option<Lease> {
        self.lease_next("queue", reviewer, 1, at(0), at(1_000)).await.expect("leased").pop()
    }

    /// The tasks that wait, in their order.
    async fn waiting(&self) -> Vec<String> {
        let rows = self.inbox("queue", "nobody", 0, 1_000).await.expect("read");
        rows.into_iter().map(|row| row.task).collect()
    }

    async fn decide(&self, lease: &Lease, deliveries: &[(DeliveryId, i64)]) -> DecisionId {
        let decision = decision(lease, 10);
        let id = decision.id;
        let deliveries = deliveries.iter().map(|(id, due)| new_delivery(*id, *due)).collect();
        let recording = self.record_decision(decision, lease.fence, deliveries).await.expect("recorded");
        assert_eq!(recording, Recording::Recorded);
        id
    }

    /// Decides the task with one delivery that is due at `due`.
    async fn decide_task(&self, task: &str, due: i64) -> DeliveryId {
        let delivery = delivery_id();
        let item = self.id_of(task).await;
        let leasing = self.lease_item(item, "ada", at(0), at(1_000)).await.expect("asked");
        let placet_store::Leasing::Leased(lease) = leasing else { panic!("not leased: {leasing:?}") };
        self.decide(&lease, &[(delivery, due)]).await;
        delivery
    }

    /// Takes what is due, for a worker that has always been there.
    async fn lease_due(&self, total: u32, now: Timestamp) -> placet_store::Result<Vec<LeasedDelivery>> {
        self.lease_due_deliveries(Room { total, ..Room::default() }, now, at(0)).await
    }

    /// When something can next be taken, whatever is spared meanwhile.
    async fn next_due(&self) -> Option<Timestamp> {
        self.next_due_at(&Room::default(), at(0)).await.expect("read")
    }

    /// Takes the one delivery that is due.
    async fn take(&self, now: i64) -> LeasedDelivery {
        let mut due = self.lease_due(8, at(now)).await.expect("leased");
        assert_eq!(due.len(), 1, "one is due: {due:?}");
        due.remove(0)
    }

    /// Tells what the attempt came to.
    async fn tell(&self, taken: &LeasedDelivery, outcome: Outcome, now: i64) -> placet_review::DeliveryState {
        let LeasedDelivery { delivery, attempt, engine } = taken;
        let told = Attempt {
            number: *attempt,
            started_at: at(now - 1),
            ended_at: Some(at(now)),
            outcome: Some(outcome),
            phase: Some(Phase::GotBody),
            status: Some(418),
            retry_after_ms: Some(2_000),
            words: Some(outcome.name().to_owned()),
            answer: Some("the receiver's words".into()),
        };
        let judgement = Judgement { outcome, words: outcome.name().into(), retry_after_ms: None };
        self.record_outcome(delivery.id, delivery.fence, told, judgement, engine.schedule.clone(), 0.0)
            .await
            .expect("recorded")
    }
}

fn new_id() -> Uuid {
    static LAST: AtomicU64 = AtomicU64::new(0);
    Uuid::from_u128(u128::from(LAST.fetch_add(1, Ordering::Relaxed)) + 1)
}

/// Greater than every id before.
fn delivery_id() -> DeliveryId {
    DeliveryId(new_id())
}

fn decision(lease: &Lease, now: i64) -> Decision {
    Decision {
        id: DecisionId(new_id()),
        item: lease.item.id,
        verdict: Verdict::Correct,
        answer: Some(json!({ "label": "b" })),
        note: Some("so it is".into()),
        by: lease.reviewer.clone(),
        at: at(now),
        shown: "sha256:shown".into(),
    }
}

fn new_delivery(id: DeliveryId, due: i64) -> NewDelivery {
    NewDelivery {
        id,
        callback: callback(),
        origin: "https://engine.example".into(),
        body: vec![0, 159, 146, 150],
        due_at: at(due),
    }
}

fn admitted(admissions: &[Admission]) -> Vec<ItemId> {
    let id = |admission: &Admission| match admission {
        Admission::Admitted(id) => *id,
        other => panic!("not admitted: {other:?}"),
    };
    admissions.iter().map(id).collect()
}
