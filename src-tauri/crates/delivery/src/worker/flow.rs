//! How much is under way, in all and to each origin, and how much may be taken from the ledger next.
//!
//! Taking deliveries from the ledger lasts as long as a commit. So that the slots are busy meanwhile, some
//! are taken ahead: as many as ended since the last time but one, which is none where receivers hang. And so
//! that a commit serves many, none are taken while the slots are busy and there is room for a few only.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use placet_store::Room;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

use super::IN_FLIGHT;

pub(super) struct Flow {
    slots: Arc<Semaphore>,
    lanes: Mutex<Lanes>,
    moved: Notify,
}

/// What is under way.
struct Lanes {
    all: Gauge,
    /// Of each origin that has something under way, or had lately.
    of_origin: HashMap<String, Lane>,
}

/// What is under way to one origin.
struct Lane {
    gauge: Gauge,
    slots: Arc<Semaphore>,
}

/// Counts what was taken from the ledger and what has ended.
struct Gauge {
    /// How many exchanges there are at a time.
    slots: usize,
    /// Taken from the ledger, and their exchange not over.
    under_way: usize,
    /// Exchanges that were over since some were last taken.
    ended: usize,
    /// Exchanges that were over between then and the time before.
    ended_before: usize,
}

/// One that was taken and whose exchange is not over; dropped when it is.
pub(super) struct UnderWay {
    flow: Arc<Flow>,
    origin: String,
    slots: Arc<Semaphore>,
}

impl Gauge {
    fn new(slots: usize) -> Self {
        Self { slots, under_way: 0, ended: 0, ended_before: 0 }
    }

    /// How many may be taken ahead at most. After a crash all that were taken count as interrupted, so they should
    /// not be many.
    fn ahead(&self) -> usize {
        3 * self.slots
    }

    /// How many may be taken now. Never none while a slot is free. While all are busy, as many as there are slots
    /// at least, or none: fewer are not worth a commit.
    fn room(&self) -> usize {
        let ended = self.ended + self.ended_before;
        let room = (self.slots + ended.min(self.ahead())).saturating_sub(self.under_way);
        if self.under_way < self.slots || room >= self.slots { room } else { 0 }
    }

    fn taking(&mut self) {
        self.ended_before = std::mem::take(&mut self.ended);
    }

    fn ended(&mut self) {
        self.under_way -= 1;
        self.ended += 1;
    }

    fn is_at_rest(&self) -> bool {
        self.under_way == 0 && self.ended == 0 && self.ended_before == 0
    }
}

impl Flow {
    pub(super) fn new() -> Arc<Self> {
        let lanes = Lanes { all: Gauge::new(IN_FLIGHT), of_origin: HashMap::new() };
        Arc::new(Self {
            slots: Arc::new(Semaphore::new(IN_FLIGHT)),
            lanes: Mutex::new(lanes),
            moved: Notify::new(),
        })
    }

    /// How many may be taken now, `most` at most.
    pub(super) fn room(&self, most: usize) -> Room {
        let lanes = self.lanes();
        let count = |room: usize| u32::try_from(room).unwrap_or(u32::MAX);
        Room {
            total: count(lanes.all.room().min(most)),
            of_origin: lanes
                .of_origin
                .iter()
                .map(|(origin, lane)| (origin.clone(), count(lane.gauge.room())))
                .collect(),
        }
    }

    /// Some are about to be taken.
    pub(super) fn taking(&self) {
        let mut lanes = self.lanes();
        lanes.all.taking();
        lanes.of_origin.retain(|_, lane| {
            lane.gauge.taking();
            !lane.gauge.is_at_rest()
        });
    }

    /// One was taken for this origin, which may have so many at once.
    pub(super) fn took(self: &Arc<Self>, origin: &str, at_once: u32) -> UnderWay {
        let mut lanes = self.lanes();
        lanes.all.under_way += 1;
        let lane = lanes.of_origin.entry(origin.to_owned()).or_insert_with(|| {
            let slots = at_once as usize;
            Lane { gauge: Gauge::new(slots), slots: Arc::new(Semaphore::new(slots)) }
        });
        lane.gauge.under_way += 1;
        UnderWay { flow: self.clone(), origin: origin.to_owned(), slots: lane.slots.clone() }
    }

    /// Returns when an exchange is over and left room, also one that was over since this last returned.
    pub(super) async fn moved(&self) {
        self.moved.notified().await;
    }

    fn lanes(&self) -> MutexGuard<'_, Lanes> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl UnderWay {
    /// Waits for its turn; the exchange lasts as long as the slots are held.
    pub(super) async fn slot(&self) -> (OwnedSemaphorePermit, OwnedSemaphorePermit) {
        let never = "the semaphore is never closed";
        // First that of the origin: whoever waits there takes no slot away from others.
        let of_origin = self.slots.clone().acquire_owned().await.expect(never);
        (of_origin, self.flow.slots.clone().acquire_owned().await.expect(never))
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let mut lanes = self.flow.lanes();
        lanes.all.ended();
        let mut room = false;
        if let Some(lane) = lanes.of_origin.get_mut(&self.origin) {
            lane.gauge.ended();
            room = lane.gauge.room() > 0;
        }
        if room && lanes.all.room() > 0 {
            self.flow.moved.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Flow, Gauge, IN_FLIGHT, UnderWay};

    const SLOTS: usize = 32;

    /// Takes so many.
    fn take(gauge: &mut Gauge, count: usize) {
        gauge.taking();
        gauge.under_way += count;
    }

    fn end(gauge: &mut Gauge, count: usize) {
        for _ in 0..count {
            gauge.ended();
        }
    }

    #[test]
    fn where_nothing_ends_no_more_are_taken_than_there_are_slots() {
        let mut gauge = Gauge::new(SLOTS);
        assert_eq!(gauge.room(), SLOTS);
        take(&mut gauge, SLOTS);
        assert_eq!(gauge.room(), 0);
    }

    #[test]
    fn as_many_are_taken_ahead_as_ended_lately() {
        let mut gauge = Gauge::new(SLOTS);
        take(&mut gauge, SLOTS);
        end(&mut gauge, 10);
        assert_eq!(gauge.room(), 20, "ten to fill the slots and ten ahead");
        take(&mut gauge, 20);
        end(&mut gauge, 15);
        assert_eq!(gauge.room(), 5 + 15 + 10, "fifteen ended since, and ten before");
        take(&mut gauge, 30);
        assert_eq!(gauge.room(), 0);
        gauge.taking();
        gauge.taking();
        let all_but_one_slot = gauge.under_way - (SLOTS - 1);
        end(&mut gauge, all_but_one_slot);
        gauge.taking();
        gauge.taking();
        assert_eq!(gauge.room(), 1, "what ended long ago counts no more");
    }

    #[test]
    fn while_the_slots_are_busy_few_are_not_worth_a_commit() {
        let mut gauge = Gauge::new(SLOTS);
        take(&mut gauge, SLOTS + 40);
        end(&mut gauge, 35);
        assert_eq!(gauge.room(), 0, "there would be room for thirty");
        end(&mut gauge, 1);
        assert_eq!(gauge.room(), SLOTS);
    }

    #[test]
    fn never_more_are_taken_ahead_than_the_limit() {
        let mut gauge = Gauge::new(SLOTS);
        take(&mut gauge, 100 * SLOTS);
        end(&mut gauge, 100 * SLOTS);
        assert_eq!(gauge.room(), SLOTS + gauge.ahead());
    }

    fn took(flow: &Arc<Flow>, origin: &str, count: usize) -> Vec<UnderWay> {
        flow.taking();
        (0..count).map(|_| flow.took(origin, 4)).collect()
    }

    #[test]
    fn an_origin_that_hangs_takes_nothing_away_from_others() {
        let flow = Flow::new();
        let hanging = took(&flow, "https://hangs.example", 4);
        let room = flow.room(usize::MAX);
        assert_eq!(room.of_origin["https://hangs.example"], 0);
        assert_eq!(room.total as usize, IN_FLIGHT - 4);
        assert!(!room.of_origin.contains_key("https://other.example"), "as many as its profile allows");
        drop(hanging);
        assert!(flow.room(usize::MAX).of_origin["https://hangs.example"] >= 4);
        flow.taking();
        flow.taking();
        assert_eq!(flow.room(7).of_origin.len(), 0, "it is forgotten once it rests");
        assert_eq!(flow.room(7).total, 7);
    }

    #[tokio::test]
    async fn an_exchange_waits_for_its_origins_turn() {
        let flow = Flow::new();
        let under_way = took(&flow, "https://one.example", 5);
        let mut slots = Vec::new();
        for one in &under_way[..4] {
            slots.push(one.slot().await);
        }
        let waits = under_way[4].slot();
        tokio::pin!(waits);
        tokio::select! {
            biased;
            _ = &mut waits => panic!("four is all that its profile allows"),
            () = std::future::ready(()) => {}
        }
        slots.pop();
        let _slots = waits.await;
    }
}
