//! How much is under way, and how much may be taken from the ledger next.
//!
//! Taking deliveries from the ledger lasts as long as a commit. So that the slots are busy meanwhile, some
//! are taken ahead: as many as ended since the last time, which is none where receivers hang.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::{Notify, Semaphore, SemaphorePermit};

use super::IN_FLIGHT;

/// How many deliveries are taken ahead at most. After a crash all that were taken count as interrupted, so
/// they should not be many.
const AHEAD: usize = 3 * IN_FLIGHT;

pub(super) struct Flow {
    slots: Semaphore,
    /// Taken from the ledger, and their exchange not over.
    under_way: AtomicUsize,
    /// Exchanges that were over since some were last taken.
    ended: AtomicUsize,
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
            moved: Notify::new(),
        })
    }

    /// How many may be taken now.
    pub(super) fn room(&self) -> usize {
        let ahead = self.ended.load(Ordering::Acquire).min(AHEAD);
        (IN_FLIGHT + ahead).saturating_sub(self.under_way.load(Ordering::Acquire))
    }

    /// Some are about to be taken: what ended before them counts no more.
    pub(super) fn taking(&self) {
        self.ended.store(0, Ordering::Release);
    }

    /// One was taken.
    pub(super) fn took(self: &Arc<Self>) -> UnderWay {
        self.under_way.fetch_add(1, Ordering::AcqRel);
        UnderWay(self.clone())
    }

    /// Returns when an exchange is over, also one that was over since this last returned.
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
        self.0.moved.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::{AHEAD, Flow, IN_FLIGHT};

    #[test]
    fn as_many_are_taken_ahead_as_ended_meanwhile_and_never_more_than_the_limit() {
        let flow = Flow::new();
        assert_eq!(flow.room(), IN_FLIGHT, "nothing has ended yet");
        let mut under_way: Vec<_> = (0..IN_FLIGHT).map(|_| flow.took()).collect();
        assert_eq!(flow.room(), 0);
        under_way.truncate(IN_FLIGHT - 10);
        assert_eq!(flow.room(), 20, "ten to fill the slots and ten ahead");
        flow.taking();
        under_way.extend((0..20).map(|_| flow.took()));
        assert_eq!(flow.room(), 0, "nothing ended since");
        for _ in 0..10 * AHEAD {
            drop(flow.took());
        }
        drop(under_way);
        assert_eq!(flow.room(), IN_FLIGHT + AHEAD);
    }
}
