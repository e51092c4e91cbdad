//! The people and engines of a history, and what happens to them by chance.

use std::path::Path;

use anyhow::{Result, ensure};
use placet_review::{
    Attempt, Callback, Decision, DecisionId, DeliveryId, Draft, Engine, ItemId, Judgement, Kind, Lease,
    NewDelivery, NewItem, Order, Outcome, Park, Phase, Queue, Schedule, Signing, Suggestion, Timestamp,
    Verdict,
};
use placet_store::{
    Admission, AuditKey, Fault, LeasedDelivery, Recording, Room, SqliteStore, Store, Undoing,
};
use rand::RngExt as _;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use serde_json::{Map, json};
use uuid::Uuid;

use super::KEY;
use super::history::Stage;

/// What happens in a stage, counted.
const EVENTS: usize = 90;

const ENGINES: [&str; 3] = ["faces", "voices", "agents"];
const QUEUES: [&str; 2] = ["who", "gate"];
const REVIEWERS: [&str; 3] = ["ada", "bob", "Zoë"];
const OUTCOMES: [Outcome; 13] = [
    Outcome::Accepted,
    Outcome::Accepted,
    Outcome::Accepted,
    Outcome::AlreadyDone,
    Outcome::Gone,
    Outcome::NotFound,
    Outcome::Failed,
    Outcome::Ambiguous,
    Outcome::Throttled,
    Outcome::Offline,
    Outcome::Parked(Park::Tls),
    Outcome::Refused,
    Outcome::Interrupted,
];
/// What the people and engines of a history remember.
pub(super) struct World {
    draw: StdRng,
    now: i64,
    tasks: u32,
    ids: u128,
    leases: Vec<Lease>,
    deliveries: Vec<DeliveryId>,
    under_way: Vec<LeasedDelivery>,
}

impl World {
    pub(super) fn new(draw: StdRng) -> Self {
        let (leases, deliveries, under_way) = Default::default();
        Self { draw, now: 1_800_000_000_000, tasks: 0, ids: 0, leases, deliveries, under_way }
    }

    /// The same people and engines, to whom other things happen from now on.
    pub(super) fn parted(&self, draw: StdRng) -> Self {
        let Self { draw: _, now, tasks, ids, leases, deliveries, under_way } = self;
        let (leases, deliveries, under_way) = (leases.clone(), deliveries.clone(), under_way.clone());
        Self { draw, now: *now, tasks: *tasks, ids: *ids, leases, deliveries, under_way }
    }

    /// Opens the ledger, lets things happen, and closes it.
    pub(super) async fn stage(&mut self, folder: &Path, first: bool) -> Result<Stage> {
        let store = SqliteStore::open_with_key(folder, |_| Some(AuditKey::new(&KEY)))?;
        if first {
            for name in ENGINES {
                store.put_engine(self.engine(name), self.at(0)).await?;
            }
            for name in QUEUES {
                store.put_queue(self.queue(name), self.at(0)).await?;
            }
            self.admit(&store, 12).await?;
        } else {
            store.recover_interrupted(self.at(0)).await?;
        }
        for _ in 0..EVENTS {
            self.happen(&store).await?;
        }
        let head = store.audit_head().await?;
        drop(store);
        Ok(Stage { file: std::fs::read(folder.join("ledger.sqlite3"))?, head })
    }

    fn at(&self, later_ms: i64) -> Timestamp {
        Timestamp::from_millis(self.now + later_ms)
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        *all.choose(&mut self.draw).expect("there are some")
    }

    fn id(&mut self) -> Uuid {
        self.ids += 1;
        Uuid::from_u128((self.ids << 64) | u128::from(self.draw.random::<u64>()))
    }

    async fn happen(&mut self, store: &SqliteStore) -> Result<()> {
        self.now += self.draw.random_range(1..2_000);
        match self.draw.random_range(0..26) {
            0..4 => {
                let how_many = self.draw.random_range(1..4);
                self.admit(store, how_many).await?;
            }
            4..7 => {
                let (queue, reviewer) = (self.one_of(&QUEUES), self.one_of(&REVIEWERS));
                let limit = self.draw.random_range(1..5);
                let next = store.lease_next(queue, reviewer, limit, self.at(0), self.at(60_000)).await?;
                self.leases.extend(next);
            }
            7..12 => self.decide(store).await?,
            12 => {
                let reviewer = self.one_of(&REVIEWERS);
                if let Some(last) = store.last_undoable(reviewer, self.at(0)).await?
                    && let Undoing::Undone(lease) =
                        store.undo(last, reviewer, self.at(0), self.at(60_000)).await?
                {
                    self.leases.push(*lease);
                }
            }
            13..17 => {
                let room = Room { total: self.draw.random_range(1..9), ..Room::default() };
                self.under_way.extend(store.lease_due_deliveries(room, self.at(0), self.at(-60_000)).await?);
                while !self.under_way.is_empty() && self.draw.random_bool(0.8) {
                    self.tell(store).await?;
                }
            }
            17 => {
                if let Some(id) = self.deliveries.choose(&mut self.draw).copied() {
                    match store.retry(id, self.at(0)).await {
                        Ok(()) | Err(Fault::Impossible(_)) => {}
                        Err(fault) => return Err(fault.into()),
                    }
                }
            }
            24 => {
                if let Some(id) = self.deliveries.choose(&mut self.draw).copied() {
                    let by = self.one_of(&REVIEWERS);
                    let done = match self.draw.random() {
                        true => store.confirm(id, by, self.at(0)).await,
                        false => store.withdraw(id, by, self.at(0)).await.map(drop),
                    };
                    match done {
                        Ok(()) | Err(Fault::Impossible(_)) => {}
                        Err(fault) => return Err(fault.into()),
                    }
                }
            }
            18 => {
                let engine = self.one_of(&ENGINES);
                if self.draw.random_bool(0.5) {
                    store.put_token(engine, self.draw.random(), self.at(0)).await?;
                } else {
                    store.put_engine(self.engine(engine), self.at(0)).await?;
                }
            }
            19 => {
                let queue = self.one_of(&QUEUES);
                store.put_queue(self.queue(queue), self.at(0)).await?;
            }
            20 => drop(store.recover_interrupted(self.at(0)).await?),
            21 => self.put_aside(store).await?,
            _ => self.now += self.draw.random_range(1..600_000),
        }
        Ok(())
    }

    async fn admit(&mut self, store: &SqliteStore, how_many: usize) -> Result<()> {
        let items = (0..how_many).map(|_| self.item()).collect();
        let admissions = store.admit(items, self.at(0)).await?;
        ensure!(
            admissions.iter().all(|admission| matches!(admission, Admission::Admitted(_))),
            "all are new"
        );
        Ok(())
    }

    fn item(&mut self) -> NewItem {
        self.tasks += 1;
        let engine = self.one_of(&ENGINES);
        let wait_ms = self.draw.random_range(0..900_000);
        let deadline = self.draw.random_bool(0.2).then(|| self.at(wait_ms));
        NewItem {
            engine: engine.into(),
            task: format!("task-{}", self.tasks),
            queue: self.one_of(&QUEUES).into(),
            title: format!("Is number {} right?", self.tasks),
            content: json!({ "text": "käse", "number": self.draw.random::<f64>() }),
            suggestions: vec![Suggestion {
                answer: json!({ "label": "a" }),
                confidence: Some(self.draw.random()),
                by: None,
            }],
            priority: self.draw.random_range(-2..3),
            deadline,
            heartbeat_seconds: self.draw.random_bool(0.3).then_some(60),
            callbacks: vec![callback(engine)],
            metadata: Map::from_iter([("run".to_owned(), json!(self.tasks))]),
            submission_digest: format!("sha256:{}", self.tasks),
        }
    }

    async fn decide(&mut self, store: &SqliteStore) -> Result<()> {
        let Some(lease) = self.leases.pop() else { return Ok(()) };
        if self.draw.random_bool(0.2) {
            let draft = Draft { verdict: Verdict::Reject, answer: None, note: Some("later".into()) };
            store.keep_draft(lease.item.id, lease.fence, draft, self.at(0)).await?;
        }
        let decision = Decision {
            id: DecisionId(self.id()),
            item: lease.item.id,
            verdict: self.one_of(&[Verdict::Approve, Verdict::Correct, Verdict::Reject]),
            answer: self.draw.random_bool(0.7).then(|| json!({ "label": "b" })),
            note: self.draw.random_bool(0.3).then(|| "so it is".to_owned()),
            by: lease.reviewer.clone(),
            at: self.at(0),
            shown: lease.shown(),
        };
        let held_ms = self.one_of(&[0, 10_000]);
        let due_at = self.at(held_ms);
        let engine = lease.item.asked.engine.clone();
        let deliveries: Vec<_> = (0..self.draw.random_range(0..4))
            .map(|_| NewDelivery {
                id: DeliveryId(self.id()),
                callback: callback(&engine),
                origin: format!("https://{engine}.example"),
                body: (0..self.draw.random_range(2..60)).map(|_| self.draw.random()).collect(),
                due_at,
            })
            .collect();
        let ids: Vec<_> = deliveries.iter().map(|delivery| delivery.id).collect();
        if store.record_decision(decision, lease.fence, deliveries).await? == Recording::Recorded {
            self.deliveries.extend(ids);
        }
        Ok(())
    }

    async fn tell(&mut self, store: &SqliteStore) -> Result<()> {
        let told = self.under_way.remove(self.draw.random_range(0..self.under_way.len()));
        let outcome = self.one_of(&OUTCOMES);
        let words = format!("It was {}.", outcome.name());
        let attempt = Attempt {
            number: told.attempt,
            started_at: self.at(-5),
            ended_at: Some(self.at(0)),
            outcome: Some(outcome),
            phase: Some(Phase::GotBody),
            status: Some(200),
            retry_after_ms: None,
            words: Some(words.clone()),
            answer: None,
        };
        let judgement = Judgement { outcome, words, retry_after_ms: None };
        let schedule = told.engine.schedule.clone();
        store
            .record_outcome(told.delivery.id, told.delivery.fence, attempt, judgement, schedule, 0.5)
            .await?;
        Ok(())
    }

    /// What changes rows and is not told by the chain.
    async fn put_aside(&mut self, store: &SqliteStore) -> Result<()> {
        if let Some(lease) = self.leases.pop() {
            let (item, fence) = (lease.item.id, lease.fence);
            match self.draw.random_range(0..3) {
                0 => drop(store.skip(item, fence, self.at(0)).await?),
                1 => drop(store.release(item, fence, self.at(0)).await?),
                _ => drop(store.renew(item, fence, self.at(0), self.at(90_000)).await?),
            }
        }
        store.flag(ItemId(1), self.draw.random(), self.at(0)).await?;
        Ok(())
    }

    fn engine(&mut self, name: &str) -> Engine {
        Engine {
            name: name.into(),
            allow: vec![format!("https://{name}.example/").parse().expect("an entry")],
            signing: Signing::default(),
            schedule: if self.draw.random() { Schedule::Fast } else { Schedule::Voicebase },
            at_once: Some(self.draw.random_range(1..9)),
            settings: std::collections::BTreeMap::new(),
            addresses: vec![],
            ca: None,
        }
    }

    fn queue(&mut self, name: &str) -> Queue {
        let order = self.one_of(&[Order::Confidence, Order::Priority, Order::Deadline, Order::Age]);
        Queue { order, undo_seconds: self.draw.random_range(0..60), ..Queue::new(name, Kind::Fallback) }
    }
}

fn callback(engine: &str) -> Callback {
    let url = format!("https://{engine}.example/call");
    Callback { protocol: "webhook".into(), parameters: Map::from_iter([("url".to_owned(), url.into())]) }
}
