//! What a ledger can do, engine by engine the same.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use placet_review::{
    Attempt, Breaker, Decision, DecisionId, Delivery, DeliveryId, DeliveryState, Draft, Engine, Item, ItemId,
    ItemState, Judgement, Kind, Lease, NewDelivery, NewItem, Queue, Refusal, Schedule, Timestamp,
};
use tokio::sync::broadcast;

use crate::{AuditHead, AuditReport, AuditRow, Result};

/// A ledger. A verb that changes something is one transaction and returns only after it is on disk.
#[async_trait]
pub trait Store: Send + Sync {
    /// Hears, after each commit, what kind of thing it changed. A slow listener misses some, never the
    /// news that there was something.
    fn changes(&self) -> broadcast::Receiver<Change>;

    // Engines and queues.

    /// Adds the engine or replaces its profile. Its intake token, if any, stays.
    async fn put_engine(&self, engine: Engine, now: Timestamp) -> Result<()>;
    /// Changes profiles that were read before, all or none: `false`, and nothing is written, if one of them is not any
    /// more what was read. Whoever changed it meanwhile is not undone.
    async fn change_engines(&self, changes: Vec<ProfileChange>, now: Timestamp) -> Result<bool>;
    /// All engines by name.
    async fn engines(&self) -> Result<Vec<Engine>>;
    /// One engine.
    async fn engine(&self, name: &str) -> Result<Option<Engine>>;
    /// Gives the engine a new intake token, of which only the SHA-256 is kept; the old one is void.
    async fn put_token(&self, engine: &str, sha256: [u8; 32], now: Timestamp) -> Result<()>;
    /// The name of the engine that this token belongs to.
    async fn engine_with_token(&self, sha256: [u8; 32]) -> Result<Option<String>>;
    /// Adds the queue or replaces its rules. Items that wait in it are ranked anew if its order changed.
    async fn put_queue(&self, queue: Queue, now: Timestamp) -> Result<()>;
    /// All queues by name.
    async fn queues(&self) -> Result<Vec<Queue>>;

    // Items come in.

    /// Takes items in, all in one transaction, and says of each what became of it, in the same order.
    /// (engine, task) is admitted once; with the same `submission_digest` again it is a duplicate, with
    /// another it is a conflict. Engine and queue must exist (else [`crate::Fault::Missing`], nothing
    /// written); the door checks that first.
    async fn admit(&self, items: Vec<NewItem>, now: Timestamp) -> Result<Vec<Admission>>;
    /// One item by its number.
    async fn item(&self, id: ItemId) -> Result<Option<Item>>;
    /// One item by the engine's own name of the task.
    async fn item_of_task(&self, engine: &str, task: &str) -> Result<Option<Item>>;
    /// The decision that stands for the item (never one that was taken back).
    async fn decision_of(&self, item: ItemId) -> Result<Option<Decision>>;

    // The inbox.

    /// How many of what there is, from counters: constant cost.
    async fn counts(&self) -> Result<Counts>;
    /// How many items of the engine are open and expired, from counters: constant cost.
    async fn engine_counts(&self, engine: &str) -> Result<EngineCounts>;
    /// A window onto the queue in its order: first what `reviewer` holds, then what waits. What others
    /// hold is left out.
    async fn inbox(&self, queue: &str, reviewer: &str, offset: u64, limit: u32) -> Result<Vec<InboxRow>>;

    // Leases.

    /// Leases up to `limit` items of the queue to the reviewer until `until`: the first in the queue's
    /// order that wait (an item whose lease ran out waits again). What they hold already is not returned.
    async fn lease_next(
        &self,
        queue: &str,
        reviewer: &str,
        limit: u32,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<Lease>>;
    /// Leases one item; if the reviewer holds it already, the lease is renewed under a new fence.
    async fn lease_item(
        &self,
        item: ItemId,
        reviewer: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Leasing>;
    /// The lease with this fence, if it still holds the item (it may have run out by the clock).
    async fn held(&self, item: ItemId, fence: i64) -> Result<Option<Lease>>;
    /// Keeps holding. `false`: the lease is lost.
    async fn renew(&self, item: ItemId, fence: i64, now: Timestamp, until: Timestamp) -> Result<bool>;
    /// Lets go; the item waits again in its old place. `false`: the lease was lost already.
    async fn release(&self, item: ItemId, fence: i64, now: Timestamp) -> Result<bool>;
    /// Lets go and puts the item behind all that were skipped less often. `false`: the lease was lost.
    async fn skip(&self, item: ItemId, fence: i64, now: Timestamp) -> Result<bool>;
    /// Marks the item for a second look, or clears the mark.
    async fn flag(&self, item: ItemId, flagged: bool, now: Timestamp) -> Result<()>;
    /// Keeps the answer being worked on, for whoever opens the item next. `false`: the lease was lost.
    async fn keep_draft(&self, item: ItemId, fence: i64, draft: Draft, now: Timestamp) -> Result<bool>;
    /// Lets go of everything the reviewer holds (they closed the window).
    async fn release_all(&self, reviewer: &str, now: Timestamp) -> Result<()>;

    // Engines that wait, and those that do not any more.

    /// Puts away open items whose deadline has passed, also those that somebody holds, who hears of it by
    /// [`Change::Holds`]. Not all at once if they are many.
    async fn expire_items(&self, now: Timestamp) -> Result<()>;
    /// When the next open item expires.
    async fn next_deadline(&self) -> Result<Option<Timestamp>>;
    /// Takes up to `limit` items whose engine is due a sign of life: at a third of `heartbeat_seconds`, from the
    /// admission until the answer is delivered or nobody waits any more. What was missed is not made up for.
    async fn lease_due_heartbeats(&self, limit: u32, now: Timestamp) -> Result<Vec<DueHeartbeat>>;
    /// When the next sign of life is due.
    async fn next_heartbeat_at(&self) -> Result<Option<Timestamp>>;
    /// The engine is given no sign of life any more.
    async fn end_heartbeats(&self, item: ItemId) -> Result<()>;
    /// The engine said that it does not wait any more: the item expires if it is open, also if somebody holds it.
    async fn engine_gave_up(&self, item: ItemId, now: Timestamp) -> Result<()>;

    // Decisions.

    /// Closes the item and records the decision with all its deliveries (held until their `due_at`), all
    /// or nothing, if the lease with this fence still holds the item at `decision.at`.
    async fn record_decision(
        &self,
        decision: Decision,
        fence: i64,
        deliveries: Vec<NewDelivery>,
    ) -> Result<Recording>;
    /// Takes a decision back while all its deliveries are still held, and leases the item to its reviewer
    /// again until `until` with the decision as its draft.
    async fn undo(
        &self,
        decision: DecisionId,
        reviewer: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Undoing>;
    /// The reviewer's newest decision that can still be taken back at `now`.
    async fn last_undoable(&self, reviewer: &str, now: Timestamp) -> Result<Option<DecisionId>>;

    // Deliveries.

    /// Takes up to `limit` deliveries whose time has come, oldest first, and writes the row of each
    /// attempt before anything is sent. Those whose engine has stopped waiting expire instead. At most one
    /// delivery per (engine, task) is under way at a time, no more to an origin than there is room for, and to one
    /// that is spared none, or one as a probe ([`placet_review::Breaker`]). `there_since` is when the worker was
    /// last away: what was late before uses nothing of a schedule up.
    async fn lease_due_deliveries(
        &self,
        room: Room,
        now: Timestamp,
        there_since: Timestamp,
    ) -> Result<Vec<LeasedDelivery>>;
    /// When something can next be taken by a worker with this room, or expires, so that it can sleep until then.
    async fn next_due_at(&self, room: &Room, now: Timestamp) -> Result<Option<Timestamp>>;
    /// The origins that are spared, by name.
    async fn origins(&self) -> Result<Vec<OriginRow>>;
    /// What waits for the origin waits no longer: one is sent at once as a probe.
    async fn try_origin(&self, origin: &str, now: Timestamp) -> Result<()>;
    /// Completes the attempt and moves the delivery on by [`placet_review::Standing::after`], if it is
    /// still sending under this fence; otherwise only the attempt is completed. Either way its origin's
    /// breaker hears of it. Returns where it stands.
    async fn record_outcome(
        &self,
        delivery: DeliveryId,
        fence: i64,
        attempt: Attempt,
        judgement: Judgement,
        schedule: Schedule,
        jitter: f64,
    ) -> Result<DeliveryState>;
    /// At start: attempts that were under way when the last process ended become interrupted, and their
    /// deliveries due again by the schedule of their engine. Returns how many there were. If the newest decision
    /// is later than `now`, then as in [`Store::clock_set_back`].
    async fn recover_interrupted(&self, now: Timestamp) -> Result<u64>;
    /// The clock was found to have gone backwards: what waits for a later moment is due at `now`, since nobody can
    /// say how long it has waited. Returns how many there were.
    async fn clock_set_back(&self, now: Timestamp) -> Result<u64>;
    /// Another try, asked for by a person. Refused by [`placet_review::Standing::after`].
    async fn retry(&self, delivery: DeliveryId, now: Timestamp) -> Result<()>;
    /// Another try of the next `filter.limit` of those that fit and can have one, in one transaction. Where there
    /// may be more, says from where to go on: none is tried twice, however soon it fails again.
    async fn retry_all(&self, filter: DeliveryFilter, now: Timestamp) -> Result<Retried>;
    /// A person, `by` name, knows that the engine has it. Refused by [`placet_review::Standing::after`].
    async fn confirm(&self, delivery: DeliveryId, by: &str, now: Timestamp) -> Result<()>;
    /// A person, `by` name, takes the decision of a delivery that is held back, whoever made it. Its item waits
    /// again in its place, with what was decided as its draft.
    async fn withdraw(&self, delivery: DeliveryId, by: &str, now: Timestamp) -> Result<Withdrawing>;
    /// A page of the log.
    async fn deliveries(&self, filter: DeliveryFilter) -> Result<Vec<DeliveryRow>>;
    /// How many deliveries fit, by state, each counted no further than to `filter.limit`; a state without any is
    /// absent. What is not narrowed by engine or age is known at constant cost.
    async fn count_deliveries(&self, filter: DeliveryFilter) -> Result<Vec<(DeliveryState, u64)>>;
    /// One delivery with its attempts.
    async fn delivery(&self, id: DeliveryId) -> Result<Option<DeliveryLog>>;

    // The audit chain: each admission, lease, decision, undo, change of setup, and each time that a delivery ends, is
    // parked or is retried, adds a row in the same transaction.

    /// Where the chain ends.
    async fn audit_head(&self) -> Result<AuditHead>;
    /// Up to `limit` rows after the one of this number, in their order.
    async fn audit_rows(&self, after: i64, limit: u32) -> Result<Vec<AuditRow>>;
    /// Looks at every row, at what the rows tell of where it still stands, and at whether the chain goes on from
    /// `kept`, a head from before. Reads the whole ledger.
    async fn verify_audit(&self, kept: Option<AuditHead>) -> Result<AuditReport>;
}

/// A profile that takes the place of the one that somebody read.
#[derive(Clone, Debug, PartialEq)]
pub struct ProfileChange {
    /// What was read; `None` where there was no engine of that name.
    pub from: Option<Engine>,
    /// What is to stand there, under the same name.
    pub to: Engine,
}

/// What kind of thing a commit changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// Items, leases or decisions.
    Items,
    /// An item expired that somebody held.
    Holds,
    /// Deliveries or attempts.
    Deliveries,
    /// Engines or queues.
    Setup,
}

/// What became of a submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// It is a new item.
    Admitted(ItemId),
    /// It was admitted before, word for word.
    Duplicate(ItemId),
    /// Its (engine, task) was admitted before with other content.
    Conflict(ItemId),
}

/// How many of what there is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Every queue by name, also empty ones.
    pub queues: Vec<QueueCounts>,
    /// Deliveries by state; a state without any is absent.
    pub deliveries: Vec<(DeliveryState, u64)>,
}

/// How many items a queue has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueCounts {
    /// The queue.
    pub queue: String,
    /// Items that nobody holds.
    pub waiting: u64,
    /// Items that somebody holds.
    pub leased: u64,
    /// Items with their decision.
    pub decided: u64,
}

/// How many items an engine has that its tasks wait for, and waited for in vain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EngineCounts {
    /// Neither decided nor expired.
    pub open: u64,
    /// Expired before they were decided.
    pub expired: u64,
}

/// One line of the inbox.
#[derive(Clone, Debug, PartialEq)]
pub struct InboxRow {
    /// The item.
    pub id: ItemId,
    /// The engine whose task waits.
    pub engine: String,
    /// The engine's own name of the task.
    pub task: String,
    /// The question.
    pub title: String,
    /// How it is shown.
    pub kind: Kind,
    /// Waiting, or leased by the reviewer who asks.
    pub state: ItemState,
    /// The surest suggestion's confidence.
    pub confidence: Option<f64>,
    /// Higher goes first among equals.
    pub priority: i32,
    /// When the engine stops waiting.
    pub deadline: Option<Timestamp>,
    /// When it was accepted.
    pub admitted_at: Timestamp,
    /// Marked for a second look.
    pub flagged: bool,
}

/// The answer to a request for a lease.
#[derive(Clone, Debug, PartialEq)]
pub enum Leasing {
    /// It is yours.
    Leased(Box<Lease>),
    /// Somebody else holds it.
    HeldBy {
        /// Who.
        reviewer: String,
        /// Until when.
        until: Timestamp,
    },
    /// It is decided or expired.
    Closed(ItemState),
    /// There is no such item.
    Missing,
}

/// The answer to a decision.
#[derive(Clone, Debug, PartialEq)]
pub enum Recording {
    /// It is on disk, and so are its deliveries.
    Recorded,
    /// It was not recorded: [`Refusal::LeaseLost`], [`Refusal::AlreadyDecided`] or
    /// [`Refusal::DeadlinePassed`]. Nothing was written.
    Refused(Refusal),
}

/// The answer to an undo.
#[derive(Clone, Debug, PartialEq)]
pub enum Undoing {
    /// The decision is taken back and the item is the reviewer's again.
    Undone(Box<Lease>),
    /// It is on its way, or was taken back before.
    TooLate,
    /// There is no such decision of this reviewer.
    Missing,
}

/// An item whose engine is due a sign of life.
#[derive(Clone, Debug, PartialEq)]
pub struct DueHeartbeat {
    /// The item.
    pub item: Item,
    /// The profile of its engine.
    pub engine: Engine,
}

/// What a worker can take.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Room {
    /// So many in all.
    pub total: u32,
    /// So many to these origins. To others as many as the engine's profile allows at once.
    pub of_origin: HashMap<String, u32>,
}

/// An origin that is spared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OriginRow {
    /// Scheme, host and port.
    pub origin: String,
    /// What is known of it.
    pub breaker: Breaker,
    /// How many deliveries wait for it; more than 10,000 are not counted.
    pub waiting: u64,
}

/// A delivery that a worker holds, with its attempt's row already written.
#[derive(Clone, Debug, PartialEq)]
pub struct LeasedDelivery {
    /// What is to be sent.
    pub delivery: Delivery,
    /// The number of the attempt that begins.
    pub attempt: u32,
    /// The profile of its engine, which all its deliveries share.
    pub engine: Arc<Engine>,
}

/// The answer to a withdrawal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Withdrawing {
    /// Nothing is sent, and this item waits again.
    Withdrawn(ItemId),
    /// Its time has come: it, or another delivery of its decision, is on its way.
    TooLate,
}

/// What became of a request to try many again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retried {
    /// How many are due now.
    pub retried: u64,
    /// There may be more: `past` of the next request.
    pub past: Option<DeliveryId>,
}

/// Which deliveries are meant, and which page of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeliveryFilter {
    /// Only these states; all, if empty.
    pub states: Vec<DeliveryState>,
    /// Only this engine's.
    pub engine: Option<String>,
    /// Only decided then or later. A delivery's id is drawn at the moment of its decision and tells it.
    pub decided_from: Option<Timestamp>,
    /// Only decided earlier.
    pub decided_before: Option<Timestamp>,
    /// Where the list begins.
    pub first: LogEnd,
    /// Only what comes after this one: the last row of the page before.
    pub past: Option<DeliveryId>,
    /// Only up to this one, itself among them: the last row of a page that is read again.
    pub up_to: Option<DeliveryId>,
    /// At most so many.
    pub limit: u32,
}

/// An end of the delivery log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogEnd {
    /// The newest delivery.
    #[default]
    Newest,
    /// The oldest delivery.
    Oldest,
}

impl DeliveryFilter {
    /// The ids that may fit, from the first to before the second.
    pub(crate) fn ids(&self) -> (u128, u128) {
        let moment =
            |moment: Option<Timestamp>| moment.map(|moment| DeliveryId::first_of(moment).0.as_u128());
        let (past, up_to) = (self.past.map(|id| id.0.as_u128()), self.up_to.map(|id| id.0.as_u128()));
        let beyond = |id: u128| id.saturating_add(1);
        let (from, before) = match self.first {
            LogEnd::Newest => (up_to, past),
            LogEnd::Oldest => (past.map(beyond), up_to.map(beyond)),
        };
        let first = [moment(self.decided_from), from].into_iter().flatten().max().unwrap_or(0);
        let end = [moment(self.decided_before), before].into_iter().flatten().min().unwrap_or(u128::MAX);
        (first, end)
    }
}

/// One line of the delivery log.
#[derive(Clone, Debug, PartialEq)]
pub struct DeliveryRow {
    /// The delivery, without its body.
    pub delivery: Delivery,
    /// The item's question.
    pub title: String,
    /// When its decision was made.
    pub decided_at: Timestamp,
    /// How many attempts there were.
    pub attempts: u32,
    /// The newest attempt.
    pub last_attempt: Option<Attempt>,
}

/// One delivery's whole story.
#[derive(Clone, Debug, PartialEq)]
pub struct DeliveryLog {
    /// The delivery with its body.
    pub delivery: Delivery,
    /// What it carries.
    pub decision: Decision,
    /// Every attempt, oldest first.
    pub attempts: Vec<Attempt>,
}
