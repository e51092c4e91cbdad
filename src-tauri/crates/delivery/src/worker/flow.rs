//! How much is under way, and how much may be taken from the ledger next.
//!
//! Taking deliveries from the ledger lasts as long as a commit. So that the slots are busy meanwhile, some
//! are taken ahead: as many as ended since the last time but one, which is none where receivers hang. And so
//! that a commit serves many, none are taken while the slots are busy and there is room for a few only.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::{Notify, Semaphore, SemaphorePermit};

use super::IN_FLIGHT;

/// How many deliveries are taken ahead at most. After a crash all that were taken count as interrupted, so
/// they should not be many.
const AHEAD: usize = 3 * IN_FLIGHT;
/// How many are taken at once at least, unless slots are free.
const WORTH: usize = IN_FLIGHT;

pub(super) struct Flow {
    slots: Semaphore,
    /// Taken from the ledger, and their exchange not over.
    under_way: AtomicUsize,
    /// Exchanges that were over since some were last taken.
    ended: AtomicUsize,
    /// Exchanges that were over between then and the time before.
    ended_before: AtomicUsize,
    moved: Notify,
}

/// One that was taken and whose exchange is not over; dropped when it is.
pub(super) struct UnderWay(Arc<Flow>);

impl Flow {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            slots: Semaphore::new(IN_FLIGHT),
            under_way: AtomicUsize::new(0),
            ended: AtomicUsize::new(0),
            ended_before: AtomicUsize::new(0),
            moved: Notify::new(),
        })
    }

    /// How many may be taken now. Never none while a slot is free.
    pub(super) fn room(&self) -> usize {
        let ended = self.ended.load(Ordering::Acquire) + self.ended_before.load(Ordering::Acquire);
        let under_way = self.under_way.load(Ordering::Acquire);
        let room = (IN_FLIGHT + ended.min(AHEAD)).saturating_sub(under_way);
        if under_way < IN_FLIGHT || room >= WORTH { room } else { 0 }
    }

    /// Some are about to be taken.
    pub(super) fn taking(&self) {
        self.ended_before.store(self.ended.swap(0, Ordering::AcqRel), Ordering::Release);
    }

    /// One was taken.
    pub(super) fn took(self: &Arc<Self>) -> UnderWay {
        self.under_way.fetch_add(1, Ordering::AcqRel);
        UnderWay(self.clone())
    }

    /// Returns when an exchange is over and left room, also one that was over since this last returned.
    pub(super) async fn moved(&self) {
        self.moved.notified().await;
    }
}

impl UnderWay {
    /// Waits for its turn; the exchange lasts as long as the slot is held.
    pub(super) async fn slot(&self) -> SemaphorePermit<'_> {
        self.0.slots.acquire().await.expect("the semaphore is never closed")
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Ordering::AcqRel);
        self.0.ended.fetch_add(1, Ordering::AcqRel);
        if self.0.room() > 0 {
            self.0.moved.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{AHEAD, Flow, IN_FLIGHT, UnderWay, WORTH};

    fn take(flow: &std::sync::Arc<Flow>, count: usize) -> Vec<UnderWay> {
        flow.taking();
        (0..count).map(|_| flow.took()).collect()
    }

    #[test]
    fn where_nothing_ends_no_more_are_taken_than_there_are_slots() {
        let flow = Flow::new();
        assert_eq!(flow.room(), IN_FLIGHT);
        let _under_way = take(&flow, IN_FLIGHT);
        assert_eq!(flow.room(), 0);
    }

    #[test]
    fn as_many_are_taken_ahead_as_ended_lately() {
        let flow = Flow::new();
        let mut under_way = take(&flow, IN_FLIGHT);
        under_way.truncate(IN_FLIGHT - 10);
        assert_eq!(flow.room(), 20, "ten to fill the slots and ten ahead");
        under_way.extend(take(&flow, 20));
        under_way.truncate(IN_FLIGHT - 5);
        assert_eq!(flow.room(), 5 + 15 + 10, "fifteen ended since, and ten before");
        under_way.extend(take(&flow, 30));
        assert_eq!(flow.room(), 0);
        flow.taking();
        flow.taking();
        under_way.truncate(IN_FLIGHT - 1);
        flow.taking();
        flow.taking();
        assert_eq!(flow.room(), 1, "what ended long ago counts no more");
    }

    #[test]
    fn while_the_slots_are_busy_few_are_not_worth_a_commit() {
        let flow = Flow::new();
        let mut under_way = take(&flow, IN_FLIGHT + 40);
        under_way.truncate(IN_FLIGHT + 5);
        assert_eq!(flow.room(), 0, "there would be room for thirty");
        under_way.truncate(IN_FLIGHT + 4);
        assert_eq!(flow.room(), WORTH);
    }

    #[test]
    fn never_more_are_taken_ahead_than_the_limit() {
        let flow = Flow::new();
        drop(take(&flow, 10 * AHEAD));
        assert_eq!(flow.room(), IN_FLIGHT + AHEAD);
    }
}
