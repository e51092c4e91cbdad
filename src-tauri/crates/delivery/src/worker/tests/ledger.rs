//! A real ledger that can be made to fail, and that counts how often it is asked for what is due.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use placet_review::{
    Attempt, Callback, Decision, DecisionId, DeliveryId, DeliveryState, Draft, Engine, Item, ItemId,
    Judgement, Kind, Lease, NewDelivery, NewItem, Queue, Schedule, Signing, Timestamp, Verdict,
};
use placet_store::{
    Admission, AuditHead, AuditReport, AuditRow, Change, Counts, DeliveryFilter, DeliveryLog, DeliveryRow,
    DueHeartbeat, EngineCounts, Fault, InboxRow, LeasedDelivery, Leasing, OriginRow, ProfileChange,
    Recording, Result, Retried, Room, SqliteStore, Store, Undoing, Withdrawing,
};
use serde_json::{Map, json};
use tempfile::TempDir;
use tokio::sync::broadcast;
use uuid::Uuid;

use super::now;
use crate::protocol::{self, Decided};

pub(super) struct Ledger {
    inner: SqliteStore,
    _folder: TempDir,
    faults: AtomicU32,
    looks: AtomicU32,
}

impl Ledger {
    /// With the engine `engine`, which may be reached there, and the queue `gate`.
    pub(super) async fn open(allow: &str, signing: Signing) -> Arc<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        let inner = SqliteStore::open(folder.path()).expect("a new ledger");
        let allow = vec![allow.parse().expect("a place")];
        let engine = Engine { signing, schedule: Schedule::Fast, ..Engine::new("engine", allow) };
        inner.put_engine(engine, now()).await.expect("added");
        inner.put_queue(Queue::new("gate", Kind::Fallback), now()).await.expect("added");
        Arc::new(Self { inner, _folder: folder, faults: AtomicU32::new(0), looks: AtomicU32::new(0) })
    }

    /// The next outcomes cannot be written down.
    pub(super) fn fail_outcomes(&self, count: u32) {
        self.faults.store(count, Ordering::SeqCst);
    }

    /// How often it was asked for what is due.
    pub(super) fn looks(&self) -> u32 {
        self.looks.load(Ordering::SeqCst)
    }

    /// Hands a task in and approves it, for a callback to this URL that may go out at once.
    pub(super) async fn decide(&self, task: &str, url: &str) {
        let parameters = Map::from_iter([("url".to_owned(), url.into())]);
        self.approve(task, Callback { protocol: "webhook".into(), parameters }).await;
    }

    /// Hands a task in and approves it, for this callback, which may go out at once.
    pub(super) async fn approve(&self, task: &str, callback: Callback) {
        let item = self.hand_in(task, callback.clone(), None).await;
        let until = now().plus_millis(60_000);
        let leasing = self.lease_item(item, "ada", now(), until).await.expect("asked");
        let Leasing::Leased(lease) = leasing else { panic!("nobody else holds it: {leasing:?}") };
        let draft = Draft { verdict: Verdict::Approve, answer: None, note: None };
        let decision =
            lease.decide(draft, &lease.shown(), DecisionId(Uuid::now_v7()), now()).expect("decided");
        let id = DeliveryId(Uuid::now_v7());
        let protocol = protocol::named(&callback.protocol).expect("known");
        let engine = Engine::new("engine", vec![]);
        let (item, queue) = (&lease.item, &*lease.queue);
        let decided = Decided { id, decision: &decision, item, queue, callback: &callback, engine: &engine };
        let body = protocol.freeze(&decided).expect("it can be told");
        let origin = protocol.origin(&callback, &engine);
        let delivery = NewDelivery { id, callback, origin, body, due_at: now() };
        let recorded = self.record_decision(decision, lease.fence, vec![delivery]).await.expect("recorded");
        assert_eq!(recorded, Recording::Recorded);
    }

    /// Hands a task in.
    pub(super) async fn hand_in(
        &self,
        task: &str,
        callback: Callback,
        heartbeat_seconds: Option<u32>,
    ) -> ItemId {
        let item = NewItem {
            engine: "engine".into(),
            task: task.into(),
            queue: "gate".into(),
            title: "Deploy?".into(),
            content: json!({}),
            suggestions: vec![],
            priority: 0,
            deadline: None,
            heartbeat_seconds,
            callbacks: vec![callback],
            metadata: Map::new(),
            submission_digest: format!("sha256:{task}"),
        };
        let admitted = self.admit(vec![item], now()).await.expect("admitted");
        let [Admission::Admitted(item)] = admitted[..] else { panic!("a new item: {admitted:?}") };
        item
    }
}

/// Passes these verbs on as they are.
macro_rules! ledger {
    ($($verb:ident($($argument:ident: $type:ty),*) -> $answer:ty;)+) => {
        #[async_trait]
        impl Store for Ledger {
            fn changes(&self) -> broadcast::Receiver<Change> {
                self.inner.changes()
            }

            async fn lease_due_deliveries(
                &self,
                room: Room,
                now: Timestamp,
                there_since: Timestamp,
            ) -> Result<Vec<LeasedDelivery>> {
                self.looks.fetch_add(1, Ordering::SeqCst);
                self.inner.lease_due_deliveries(room, now, there_since).await
            }

            async fn record_outcome(
                &self,
                delivery: DeliveryId,
                fence: i64,
                attempt: Attempt,
                judgement: Judgement,
                schedule: Schedule,
                jitter: f64,
            ) -> Result<DeliveryState> {
                let failing = self.faults.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
                if failing.is_ok() {
                    return Err(Fault::Failed(Arc::new(std::io::Error::other("the disk is full"))));
                }
                self.inner.record_outcome(delivery, fence, attempt, judgement, schedule, jitter).await
            }

            $(async fn $verb(&self, $($argument: $type),*) -> Result<$answer> {
                self.inner.$verb($($argument),*).await
            })+
        }
    };
}

ledger! {
    put_engine(engine: Engine, now: Timestamp) -> ();
    change_engines(changes: Vec<ProfileChange>, now: Timestamp) -> bool;
    engines() -> Vec<Engine>;
    engine(name: &str) -> Option<Engine>;
    put_token(engine: &str, sha256: [u8; 32], now: Timestamp) -> ();
    engine_with_token(sha256: [u8; 32]) -> Option<String>;
    put_queue(queue: Queue, now: Timestamp) -> ();
    queues() -> Vec<Queue>;
    admit(items: Vec<NewItem>, now: Timestamp) -> Vec<Admission>;
    item(id: ItemId) -> Option<Item>;
    item_of_task(engine: &str, task: &str) -> Option<Item>;
    decision_of(item: ItemId) -> Option<Decision>;
    counts() -> Counts;
    engine_counts(engine: &str) -> EngineCounts;
    inbox(queue: &str, reviewer: &str, offset: u64, limit: u32) -> Vec<InboxRow>;
    lease_next(queue: &str, reviewer: &str, limit: u32, now: Timestamp, until: Timestamp) -> Vec<Lease>;
    lease_item(item: ItemId, reviewer: &str, now: Timestamp, until: Timestamp) -> Leasing;
    held(item: ItemId, fence: i64) -> Option<Lease>;
    renew(item: ItemId, fence: i64, now: Timestamp, until: Timestamp) -> bool;
    release(item: ItemId, fence: i64, now: Timestamp) -> bool;
    skip(item: ItemId, fence: i64, now: Timestamp) -> bool;
    flag(item: ItemId, flagged: bool, now: Timestamp) -> ();
    keep_draft(item: ItemId, fence: i64, draft: Draft, now: Timestamp) -> bool;
    release_all(reviewer: &str, now: Timestamp) -> ();
    expire_items(now: Timestamp) -> ();
    next_deadline() -> Option<Timestamp>;
    lease_due_heartbeats(limit: u32, now: Timestamp) -> Vec<DueHeartbeat>;
    next_heartbeat_at() -> Option<Timestamp>;
    end_heartbeats(item: ItemId) -> ();
    engine_gave_up(item: ItemId, now: Timestamp) -> ();
    record_decision(decision: Decision, fence: i64, deliveries: Vec<NewDelivery>) -> Recording;
    undo(decision: DecisionId, reviewer: &str, now: Timestamp, until: Timestamp) -> Undoing;
    last_undoable(reviewer: &str, now: Timestamp) -> Option<DecisionId>;
    next_due_at(room: &Room, now: Timestamp) -> Option<Timestamp>;
    origins() -> Vec<OriginRow>;
    try_origin(origin: &str, now: Timestamp) -> ();
    recover_interrupted(now: Timestamp) -> u64;
    clock_set_back(now: Timestamp) -> u64;
    retry(delivery: DeliveryId, now: Timestamp) -> ();
    retry_all(filter: DeliveryFilter, now: Timestamp) -> Retried;
    confirm(delivery: DeliveryId, by: &str, now: Timestamp) -> ();
    withdraw(delivery: DeliveryId, by: &str, now: Timestamp) -> Withdrawing;
    deliveries(filter: DeliveryFilter) -> Vec<DeliveryRow>;
    count_deliveries(filter: DeliveryFilter) -> Vec<(DeliveryState, u64)>;
    delivery(id: DeliveryId) -> Option<DeliveryLog>;
    audit_head() -> AuditHead;
    audit_rows(after: i64, limit: u32) -> Vec<AuditRow>;
    verify_audit(kept: Option<AuditHead>) -> AuditReport;
}
