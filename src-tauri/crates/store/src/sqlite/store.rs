//! Each verb goes to the thread that writes or to one that reads, but for what is found by its key; JSON is read and
//! written on neither.

use async_trait::async_trait;
use placet_review::{
    Attempt, Decision, DecisionId, DeliveryId, DeliveryState, Draft, Engine, Item, ItemId, Judgement, Lease,
    NewDelivery, NewItem, Queue, Schedule, Timestamp,
};
use tokio::sync::broadcast;

use super::deliveries::StoredLeased;
use super::heartbeats::StoredHeartbeat;
use super::items::{StoredItem, Written};
use super::leases::StoredLease;
use super::log::StoredRow;
use super::{
    SqliteStore, audit, counts, decisions, deliveries, heartbeats, inbox, items, leases, log, origins,
    outcomes, setup, undo,
};
use crate::{
    Admission, AuditHead, AuditReport, AuditRow, Change, Counts, DeliveryFilter, DeliveryLog, DeliveryRow,
    DueHeartbeat, EngineCounts, InboxRow, LeasedDelivery, Leasing, OriginRow, ProfileChange, Recording,
    Result, Retried, Room, Store, Undoing, Withdrawing,
};

#[async_trait]
impl Store for SqliteStore {
    fn changes(&self) -> broadcast::Receiver<Change> {
        self.writer.changes()
    }

    async fn put_engine(&self, engine: Engine, now: Timestamp) -> Result<()> {
        self.writer.write(move |write| setup::put_engine(write, &engine, now)).await
    }

    async fn change_engines(&self, changes: Vec<ProfileChange>, now: Timestamp) -> Result<bool> {
        self.writer.write(move |write| setup::change_engines(write, &changes, now)).await
    }

    async fn engines(&self) -> Result<Vec<Engine>> {
        self.readers.read(setup::engines).await
    }

    async fn engine(&self, name: &str) -> Result<Option<Engine>> {
        self.readers.look_up(|connection| setup::engine(connection, name))
    }

    async fn put_token(&self, engine: &str, sha256: [u8; 32], now: Timestamp) -> Result<()> {
        let engine = engine.to_owned();
        self.writer.write(move |write| setup::put_token(write, &engine, sha256, now)).await
    }

    async fn engine_with_token(&self, sha256: [u8; 32]) -> Result<Option<String>> {
        self.readers.look_up(|connection| setup::engine_with_token(connection, sha256))
    }

    async fn put_queue(&self, queue: Queue, now: Timestamp) -> Result<()> {
        self.writer.write(move |write| setup::put_queue(write, &queue, now)).await
    }

    async fn queues(&self) -> Result<Vec<Queue>> {
        self.readers.read(setup::queues).await
    }

    async fn admit(&self, items: Vec<NewItem>, now: Timestamp) -> Result<Vec<Admission>> {
        let written = items.into_iter().map(Written::of).collect::<Result<Vec<_>>>()?;
        self.writer.write(move |write| items::admit(write, &written, now)).await
    }

    async fn item(&self, id: ItemId) -> Result<Option<Item>> {
        let stored = self.readers.look_up(|connection| StoredItem::with_id(connection, id))?;
        stored.map(StoredItem::read).transpose()
    }

    async fn item_of_task(&self, engine: &str, task: &str) -> Result<Option<Item>> {
        let stored = self.readers.look_up(|connection| StoredItem::of_task(connection, engine, task))?;
        stored.map(StoredItem::read).transpose()
    }

    async fn decision_of(&self, item: ItemId) -> Result<Option<Decision>> {
        self.readers.look_up(|connection| decisions::decision_of(connection, item))
    }

    async fn counts(&self) -> Result<Counts> {
        self.readers.read(counts::counts).await
    }

    async fn engine_counts(&self, engine: &str) -> Result<EngineCounts> {
        self.readers.look_up(|connection| counts::of_engine(connection, engine))
    }

    async fn inbox(&self, queue: &str, reviewer: &str, offset: u64, limit: u32) -> Result<Vec<InboxRow>> {
        let (queue, reviewer) = (queue.to_owned(), reviewer.to_owned());
        self.readers.read(move |connection| inbox::inbox(connection, &queue, &reviewer, offset, limit)).await
    }

    async fn lease_next(
        &self,
        queue: &str,
        reviewer: &str,
        limit: u32,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<Lease>> {
        let (queue, reviewer) = (queue.to_owned(), reviewer.to_owned());
        let stored = self
            .writer
            .write(move |write| leases::lease_next(write, &queue, &reviewer, limit, now, until))
            .await?;
        StoredLease::read_all(stored)
    }

    async fn lease_item(
        &self,
        item: ItemId,
        reviewer: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Leasing> {
        let reviewer = reviewer.to_owned();
        self.writer.write(move |write| leases::lease_item(write, item, &reviewer, now, until)).await?.read()
    }

    async fn held(&self, item: ItemId, fence: i64) -> Result<Option<Lease>> {
        let stored = self.readers.look_up(|connection| leases::held(connection, item, fence))?;
        stored.map(StoredLease::read).transpose()
    }

    async fn renew(&self, item: ItemId, fence: i64, now: Timestamp, until: Timestamp) -> Result<bool> {
        self.writer.write(move |write| leases::renew(write, item, fence, now, until)).await
    }

    async fn release(&self, item: ItemId, fence: i64, now: Timestamp) -> Result<bool> {
        self.writer.write(move |write| leases::release(write, item, fence, now)).await
    }

    async fn skip(&self, item: ItemId, fence: i64, now: Timestamp) -> Result<bool> {
        self.writer.write(move |write| leases::skip(write, item, fence, now)).await
    }

    async fn flag(&self, item: ItemId, flagged: bool, _now: Timestamp) -> Result<()> {
        self.writer.write(move |write| items::flag(write, item, flagged)).await
    }

    async fn keep_draft(&self, item: ItemId, fence: i64, draft: Draft, now: Timestamp) -> Result<bool> {
        self.writer.write(move |write| leases::keep_draft(write, item, fence, &draft, now)).await
    }

    async fn release_all(&self, reviewer: &str, _now: Timestamp) -> Result<()> {
        let reviewer = reviewer.to_owned();
        self.writer.write(move |write| leases::release_all(write, &reviewer)).await
    }

    async fn expire_items(&self, now: Timestamp) -> Result<()> {
        self.writer.write(move |write| leases::expire(write, now)).await
    }

    async fn next_deadline(&self) -> Result<Option<Timestamp>> {
        self.readers.look_up(leases::next_deadline)
    }

    async fn lease_due_heartbeats(&self, limit: u32, now: Timestamp) -> Result<Vec<DueHeartbeat>> {
        let stored = self.writer.write(move |write| heartbeats::lease_due(write, limit, now)).await?;
        stored.into_iter().map(StoredHeartbeat::read).collect()
    }

    async fn next_heartbeat_at(&self) -> Result<Option<Timestamp>> {
        self.readers.look_up(heartbeats::next)
    }

    async fn end_heartbeats(&self, item: ItemId) -> Result<()> {
        self.writer.write(move |write| heartbeats::end(write, item)).await
    }

    async fn engine_gave_up(&self, item: ItemId, _now: Timestamp) -> Result<()> {
        self.writer.write(move |write| heartbeats::engine_gave_up(write, item)).await
    }

    async fn record_decision(
        &self,
        decision: Decision,
        fence: i64,
        deliveries: Vec<NewDelivery>,
    ) -> Result<Recording> {
        self.writer.write(move |write| decisions::record(write, &decision, fence, &deliveries)).await
    }

    async fn undo(
        &self,
        decision: DecisionId,
        reviewer: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Undoing> {
        let reviewer = reviewer.to_owned();
        self.writer.write(move |write| undo::undo(write, decision, &reviewer, now, until)).await
    }

    async fn last_undoable(&self, reviewer: &str, now: Timestamp) -> Result<Option<DecisionId>> {
        let reviewer = reviewer.to_owned();
        self.readers.read(move |connection| undo::last_undoable(connection, &reviewer, now)).await
    }

    async fn lease_due_deliveries(
        &self,
        room: Room,
        now: Timestamp,
        there_since: Timestamp,
    ) -> Result<Vec<LeasedDelivery>> {
        let stored =
            self.writer.write(move |write| deliveries::lease_due(write, &room, now, there_since)).await?;
        StoredLeased::read_all(stored)
    }

    async fn next_due_at(&self, room: &Room, now: Timestamp) -> Result<Option<Timestamp>> {
        self.readers.look_up(|connection| deliveries::next_due_at(connection, room, now))
    }

    async fn origins(&self) -> Result<Vec<OriginRow>> {
        self.readers.read(origins::origins).await
    }

    async fn try_origin(&self, origin: &str, now: Timestamp) -> Result<()> {
        let origin = origin.to_owned();
        self.writer.write(move |write| origins::try_now(write, &origin, now)).await
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
        self.writer
            .write(move |write| {
                outcomes::record(write, delivery, fence, &attempt, &judgement, &schedule, jitter)
            })
            .await
    }

    async fn recover_interrupted(&self, now: Timestamp) -> Result<u64> {
        self.writer.write(move |write| outcomes::recover_interrupted(write, now)).await
    }

    async fn clock_set_back(&self, now: Timestamp) -> Result<u64> {
        self.writer.write(move |write| outcomes::clock_set_back(write, now)).await
    }

    async fn retry(&self, delivery: DeliveryId, now: Timestamp) -> Result<()> {
        self.writer.write(move |write| outcomes::retry(write, delivery, now)).await
    }

    async fn retry_all(&self, filter: DeliveryFilter, now: Timestamp) -> Result<Retried> {
        self.writer.write(move |write| outcomes::retry_all(write, &filter, now)).await
    }

    async fn confirm(&self, delivery: DeliveryId, by: &str, now: Timestamp) -> Result<()> {
        let by = by.to_owned();
        self.writer.write(move |write| outcomes::confirm(write, delivery, &by, now)).await
    }

    async fn withdraw(&self, delivery: DeliveryId, by: &str, now: Timestamp) -> Result<Withdrawing> {
        let by = by.to_owned();
        self.writer.write(move |write| undo::withdraw(write, delivery, &by, now)).await
    }

    async fn deliveries(&self, filter: DeliveryFilter) -> Result<Vec<DeliveryRow>> {
        let stored = self.readers.read(move |connection| log::deliveries(connection, &filter)).await?;
        stored.into_iter().map(StoredRow::read).collect()
    }

    async fn count_deliveries(&self, filter: DeliveryFilter) -> Result<Vec<(DeliveryState, u64)>> {
        self.readers.read(move |connection| log::count(connection, &filter)).await
    }

    async fn delivery(&self, id: DeliveryId) -> Result<Option<DeliveryLog>> {
        self.readers.read(move |connection| log::delivery(connection, id)).await
    }

    async fn audit_head(&self) -> Result<AuditHead> {
        self.readers.look_up(audit::head)
    }

    async fn audit_rows(&self, after: i64, limit: u32) -> Result<Vec<AuditRow>> {
        self.readers.read(move |connection| audit::rows(connection, after, limit)).await
    }

    async fn verify_audit(&self, kept: Option<AuditHead>) -> Result<AuditReport> {
        let seal = self.seal.clone();
        self.readers.read_apart(move |connection| audit::verify(connection, &seal, kept)).await
    }
}
