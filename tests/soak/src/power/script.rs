//! A day at the ledger, drawn from a seed: everything that the business does, in random order.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use placet_review::{
    Attempt, Callback, Decision, DecisionId, DeliveryId, Draft, Engine, ItemId, Judgement, Kind, Lease,
    NewDelivery, NewItem, Order, Outcome, Phase, Queue, Schedule, Suggestion, Timestamp, Verdict, undo_until,
};
use placet_store::{AuditKey, LeasedDelivery, Recording, Room, SqliteStore, Store, Undoing};
use rand::RngExt as _;
use rand::rngs::StdRng;
use serde_json::{Map, json};
use uuid::Uuid;

const QUEUES: [&str; 2] = ["at-once", "undoable"];
const OUTCOMES: [Outcome; 5] =
    [Outcome::Accepted, Outcome::Accepted, Outcome::Failed, Outcome::Ambiguous, Outcome::Refused];
/// So many steps are needed before anything can come in.
pub(super) const SET_UP: usize = 1 + QUEUES.len();
/// The ledger makes itself a checkpoint after 4,096 pages; so many items of 100,000 bytes fill them.
const MANY: usize = 175;

/// Whoever works at the ledger, and what they hold.
pub(super) struct Day {
    draw: StdRng,
    now: Timestamp,
    /// When the ledger was last opened.
    there_since: Timestamp,
    tasks: u32,
    leases: Vec<Lease>,
    decisions: Vec<(DecisionId, String)>,
    under_way: Vec<LeasedDelivery>,
    deliveries: Vec<DeliveryId>,
    /// Whose engines were given a sign of life.
    waiting: Vec<ItemId>,
}

impl Day {
    pub(super) fn drawn(draw: StdRng) -> Self {
        let now = Timestamp::from_millis(1_800_000_000_000);
        Self {
            draw,
            now,
            there_since: now,
            tasks: 0,
            leases: vec![],
            decisions: vec![],
            under_way: vec![],
            deliveries: vec![],
            waiting: vec![],
        }
    }

    /// Opens the ledger, or closes it and opens it again: it brings itself into one piece, and what was under way
    /// is interrupted.
    pub(super) async fn open(&mut self, home: &Path) -> Result<SqliteStore> {
        let store = open(home)?;
        self.under_way.clear();
        self.there_since = self.now;
        store.recover_interrupted(self.now).await?;
        Ok(store)
    }

    /// What there has to be first, in [`SET_UP`] steps.
    pub(super) async fn set_up(&mut self, store: &SqliteStore, nth: usize) -> Result<()> {
        match nth {
            0 => self.put_engine(store).await,
            nth => Ok(store.put_queue(queue(QUEUES[nth - 1], Order::Age), self.now).await?),
        }
    }

    /// The next step of the business; returns once it is acknowledged.
    pub(super) async fn step(&mut self, store: &SqliteStore) -> Result<()> {
        self.now = self.now.plus_millis(self.draw.random_range(0..3_000));
        match self.draw.random_range(0..100) {
            0..22 => self.admit(store).await,
            22..36 => self.lease(store).await,
            36..56 => self.decide(store).await,
            56..61 => self.undo(store).await,
            61..73 => self.take(store).await,
            73..85 => self.tell(store).await,
            85..87 => self.retry(store).await,
            87..89 => self.keep_draft(store).await,
            89..91 => self.let_go(store).await,
            91..93 => Ok(store.expire_items(self.now).await?),
            93..96 => self.give_a_sign(store).await,
            96..97 => self.put_engine(store).await,
            97..99 => {
                let order = [Order::Age, Order::Priority, Order::Confidence][self.draw.random_range(0..3)];
                let name = QUEUES[self.draw.random_range(0..2)];
                Ok(store.put_queue(queue(name, order), self.now).await?)
            }
            _ => Ok(store.put_token("engine", self.draw.random(), self.now).await?),
        }
    }

    async fn admit(&mut self, store: &SqliteStore) -> Result<()> {
        let items = (0..self.draw.random_range(1..5)).map(|_| self.item()).collect();
        store.admit(items, self.now).await?;
        Ok(())
    }

    /// Takes so much in at once that the ledger makes itself a checkpoint.
    pub(super) async fn admit_much(&mut self, store: &SqliteStore) -> Result<()> {
        let words = "x".repeat(100_000);
        let items = (0..MANY).map(|_| NewItem { content: json!({ "words": words.clone() }), ..self.item() });
        store.admit(items.collect(), self.now).await?;
        Ok(())
    }

    async fn lease(&mut self, store: &SqliteStore) -> Result<()> {
        let queue = QUEUES[self.draw.random_range(0..2)];
        let limit = self.draw.random_range(1..4);
        let until = self.now.plus_millis(self.draw.random_range(1_000..600_000));
        self.leases.extend(store.lease_next(queue, "ada", limit, self.now, until).await?);
        Ok(())
    }

    async fn decide(&mut self, store: &SqliteStore) -> Result<()> {
        let Some(lease) = self.drawn_from(|day| &mut day.leases) else { return self.lease(store).await };
        let verdict = if self.draw.random_bool(0.7) { Verdict::Approve } else { Verdict::Reject };
        let decision = Decision {
            id: DecisionId(self.id()),
            item: lease.item.id,
            verdict,
            answer: None,
            note: Some("n".repeat(self.draw.random_range(1..2_000))),
            by: lease.reviewer.clone(),
            at: self.now,
            shown: lease.shown(),
        };
        let due_at = undo_until(lease.queue.undo_seconds, lease.item.asked.deadline, self.now);
        let delivery = |id, callback: &Callback, body| NewDelivery {
            id,
            callback: callback.clone(),
            origin: "https://engine.example".to_owned(),
            body,
            due_at,
        };
        let deliveries: Vec<_> = lease
            .item
            .asked
            .callbacks
            .iter()
            .map(|callback| {
                let body = vec![b'b'; self.draw.random_range(1..6_000)];
                delivery(DeliveryId(self.id()), callback, body)
            })
            .collect();
        let (id, ids) = (decision.id, deliveries.iter().map(|delivery| delivery.id).collect::<Vec<_>>());
        if store.record_decision(decision, lease.fence, deliveries).await? == Recording::Recorded {
            self.decisions.push((id, lease.reviewer));
            self.deliveries.extend(ids);
        }
        Ok(())
    }

    async fn undo(&mut self, store: &SqliteStore) -> Result<()> {
        let Some((decision, reviewer)) = self.decisions.last().cloned() else { return Ok(()) };
        let until = self.now.plus_millis(300_000);
        if let Undoing::Undone(lease) = store.undo(decision, &reviewer, self.now, until).await? {
            self.decisions.pop();
            self.leases.push(*lease);
        }
        Ok(())
    }

    async fn take(&mut self, store: &SqliteStore) -> Result<()> {
        let room = Room { total: self.draw.random_range(1..6), of_origin: HashMap::new() };
        self.under_way.extend(store.lease_due_deliveries(room, self.now, self.there_since).await?);
        Ok(())
    }

    async fn tell(&mut self, store: &SqliteStore) -> Result<()> {
        let Some(LeasedDelivery { delivery, attempt, engine }) = self.drawn_from(|day| &mut day.under_way)
        else {
            return self.take(store).await;
        };
        let outcome = OUTCOMES[self.draw.random_range(0..OUTCOMES.len())];
        let attempt = Attempt {
            number: attempt,
            started_at: self.now,
            ended_at: Some(self.now),
            outcome: Some(outcome),
            phase: Some(Phase::GotBody),
            retry_after_ms: None,
            status: Some(200),
            words: Some(outcome.name().to_owned()),
            answer: Some("a".repeat(self.draw.random_range(0..3_000))),
        };
        let judgement = Judgement { outcome, words: outcome.name().to_owned(), retry_after_ms: None };
        let (schedule, jitter) = (engine.schedule.clone(), self.draw.random_range(0.0..1.0));
        store.record_outcome(delivery.id, delivery.fence, attempt, judgement, schedule, jitter).await?;
        Ok(())
    }

    async fn retry(&mut self, store: &SqliteStore) -> Result<()> {
        if self.deliveries.is_empty() {
            return Ok(());
        }
        let delivery = self.deliveries[self.draw.random_range(0..self.deliveries.len())];
        match store.retry(delivery, self.now).await {
            Ok(()) | Err(placet_store::Fault::Impossible(_)) => Ok(()),
            Err(fault) => Err(fault.into()),
        }
    }

    /// To engines that want one; now and then one says that it does not wait any more.
    async fn give_a_sign(&mut self, store: &SqliteStore) -> Result<()> {
        match self.waiting.pop().filter(|_| self.draw.random_bool(0.3)) {
            Some(item) if self.draw.random_bool(0.5) => store.end_heartbeats(item).await?,
            Some(item) => store.engine_gave_up(item, self.now).await?,
            None => {
                let due = store.lease_due_heartbeats(self.draw.random_range(1..9), self.now).await?;
                self.waiting.extend(due.iter().map(|due| due.item.id));
            }
        }
        Ok(())
    }

    async fn keep_draft(&mut self, store: &SqliteStore) -> Result<()> {
        let Some(lease) = self.leases.last() else { return Ok(()) };
        let draft = Draft { verdict: Verdict::Approve, answer: None, note: Some("so far".to_owned()) };
        store.keep_draft(lease.item.id, lease.fence, draft, self.now).await?;
        Ok(())
    }

    async fn let_go(&mut self, store: &SqliteStore) -> Result<()> {
        let Some(lease) = self.drawn_from(|day| &mut day.leases) else { return Ok(()) };
        match self.draw.random_range(0..3) {
            0 => drop(store.release(lease.item.id, lease.fence, self.now).await?),
            1 => drop(store.skip(lease.item.id, lease.fence, self.now).await?),
            _ => store.flag(lease.item.id, true, self.now).await?,
        }
        Ok(())
    }

    async fn put_engine(&mut self, store: &SqliteStore) -> Result<()> {
        let allow = vec!["https://engine.example/".parse()?];
        let schedule = if self.draw.random_bool(0.5) { Schedule::Fast } else { Schedule::Voicebase };
        let engine = Engine { schedule, at_once: Some(8), ..Engine::new("engine", allow) };
        Ok(store.put_engine(engine, self.now).await?)
    }

    fn item(&mut self) -> NewItem {
        self.tasks += 1;
        let task = format!("task-{}", self.tasks);
        let callback = |to: u32| {
            let url = json!(format!("https://engine.example/call/{to}"));
            Callback { protocol: "webhook".to_owned(), parameters: Map::from_iter([("url".to_owned(), url)]) }
        };
        let confidence = Some(f64::from(self.draw.random_range(0..1_000_u32)) / 1_000.0);
        NewItem {
            engine: "engine".to_owned(),
            queue: QUEUES[self.draw.random_range(0..2)].to_owned(),
            title: format!("Is {task} right?"),
            content: json!({ "words": "w".repeat(self.draw.random_range(0..9_000)) }),
            suggestions: vec![Suggestion { answer: json!({ "label": "a" }), confidence, by: None }],
            priority: self.draw.random_range(0..3),
            deadline: self
                .draw
                .random_bool(0.1)
                .then(|| self.now.plus_millis(self.draw.random_range(1..200_000))),
            heartbeat_seconds: self.draw.random_bool(0.3).then_some(3),
            callbacks: (0..self.draw.random_range(1..3)).map(callback).collect(),
            metadata: Map::new(),
            submission_digest: format!("sha256:{task}"),
            task,
        }
    }

    fn id(&mut self) -> Uuid {
        let ms = u64::try_from(self.now.as_millis()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(ms, &self.draw.random()).into_uuid()
    }

    fn drawn_from<T>(&mut self, of: impl Fn(&mut Self) -> &mut Vec<T>) -> Option<T> {
        let length = of(self).len();
        if length == 0 {
            return None;
        }
        let nth = self.draw.random_range(0..length);
        Some(of(self).swap_remove(nth))
    }
}

fn queue(name: &str, order: Order) -> Queue {
    let undo_seconds = if name == QUEUES[0] { 0 } else { 5 };
    Queue { undo_seconds, order, ..Queue::new(name, Kind::Fallback) }
}

/// Opens the ledger as the desk does, with a key for its audit chain.
pub(super) fn open(home: &Path) -> placet_store::Result<SqliteStore> {
    SqliteStore::open_with_key(home, |_| Some(AuditKey::new(&[7; 32])))
}

/// That the ledger goes on: its audit chain holds, what was interrupted is due again, and what comes in is
/// acknowledged.
pub(super) async fn goes_on(store: Arc<SqliteStore>) -> Result<()> {
    let now = Timestamp::from_millis(1_900_000_000_000);
    let audit = store.verify_audit(None).await?;
    ensure!(audit.holds(), "{:?}", audit.findings);
    store.recover_interrupted(now).await?;
    if store.engine("engine").await?.is_none() || store.queues().await?.len() < 2 {
        return Ok(());
    }
    let mut day = Day::drawn(rand::SeedableRng::seed_from_u64(0));
    let item = NewItem { task: "after".to_owned(), deadline: None, ..day.item() };
    let admitted = store.admit(vec![item], now).await?;
    ensure!(matches!(admitted[..], [placet_store::Admission::Admitted(_)]), "{admitted:?}");
    store.item_of_task("engine", "after").await?.context("admitted, and not there")?;
    Ok(())
}
