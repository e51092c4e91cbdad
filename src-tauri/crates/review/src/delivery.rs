//! One decision on its way to one callback: the states it can be in and what moves it on.

use serde::{Deserialize, Serialize};

use crate::{Callback, DecisionId, DeliveryId, ItemId, Judgement, Outcome, Park, Schedule, Timestamp};

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// The decision can still be taken back.
    Held,
    /// The decision was taken back; nothing is sent.
    Withdrawn,
    /// To be sent when its time comes.
    Due,
    /// An attempt is under way.
    Sending,
    /// The receiver has it.
    Delivered,
    /// Waits until a person has acted.
    Parked,
    /// Nobody waits for it any more, and an earlier attempt may or may not have got through.
    Unconfirmed,
    /// Given up: its tries are used, or the receiver will never accept it.
    Dead,
}

impl DeliveryState {
    /// All states.
    pub const ALL: [Self; 8] = [
        Self::Held,
        Self::Withdrawn,
        Self::Due,
        Self::Sending,
        Self::Delivered,
        Self::Parked,
        Self::Unconfirmed,
        Self::Dead,
    ];

    /// The word in the ledger, in JSON and on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Withdrawn => "withdrawn",
            Self::Due => "due",
            Self::Sending => "sending",
            Self::Delivered => "delivered",
            Self::Parked => "parked",
            Self::Unconfirmed => "unconfirmed",
            Self::Dead => "dead",
        }
    }
}

/// A delivery as the decision's transaction writes it.
#[derive(Clone, Debug, PartialEq)]
pub struct NewDelivery {
    /// The id that every attempt carries.
    pub id: DeliveryId,
    /// Where it goes.
    pub callback: Callback,
    /// The bytes that every attempt sends, frozen when the decision was made.
    pub body: Vec<u8>,
    /// When the undo window is over and the first try may start.
    pub due_at: Timestamp,
}

/// One decision on its way to one callback.
#[derive(Clone, Debug, PartialEq)]
pub struct Delivery {
    /// The id that every attempt carries.
    pub id: DeliveryId,
    /// What is delivered.
    pub decision: DecisionId,
    /// The item that was decided.
    pub item: ItemId,
    /// The engine that waits.
    pub engine: String,
    /// The engine's own name of the task.
    pub task: String,
    /// Where it goes.
    pub callback: Callback,
    /// The bytes that every attempt sends.
    pub body: Vec<u8>,
    /// Where it stands.
    pub standing: Standing,
    /// Grows with every lease of this delivery: an outcome is recorded only under the fence it began with.
    pub fence: i64,
}

/// One try of a delivery. The row is written before anything is sent, and only ever completed.
#[derive(Clone, Debug, PartialEq)]
pub struct Attempt {
    /// Counted from 1 over the delivery's whole life.
    pub number: u32,
    /// When it began.
    pub started_at: Timestamp,
    /// When its outcome was known.
    pub ended_at: Option<Timestamp>,
    /// What it came to.
    pub outcome: Option<Outcome>,
    /// The HTTP status, if one came back.
    pub status: Option<u16>,
    /// One sentence for the person.
    pub words: Option<String>,
    /// The start of the receiver's answer, at most 8 KiB.
    pub answer: Option<String>,
}

/// All that decides what happens to a delivery next.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// Where it stands.
    pub state: DeliveryState,
    /// When it may be tried (held, due), else `None`.
    pub due_at: Option<Timestamp>,
    /// Tries that count against the schedule in this series.
    pub tries: u32,
    /// When this series began.
    pub first_try: Option<Timestamp>,
    /// An attempt may have had its effect though we do not know. Never cleared by a machine.
    pub ambiguous: bool,
    /// Why it waits, in one sentence.
    pub reason: Option<String>,
}

/// What can happen to a delivery.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The reviewer took the decision back.
    Undone,
    /// A worker takes it to send.
    Leased,
    /// The attempt is over.
    Judged(Judgement),
    /// A person asks for another try.
    Retried,
}

/// The event cannot happen to a delivery in this state.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a delivery that is {} cannot be {event}", .state.name())]
pub struct Impossible {
    /// The state it is in.
    pub state: DeliveryState,
    /// What was asked for.
    pub event: &'static str,
}

impl Standing {
    /// A delivery that was just recorded and goes out at `due_at` unless it is taken back.
    pub fn held_until(due_at: Timestamp) -> Self {
        Self {
            state: DeliveryState::Held,
            due_at: Some(due_at),
            tries: 0,
            first_try: None,
            ambiguous: false,
            reason: None,
        }
    }

    /// The standing after `event`. Pure: the worker, the simulator and every store use this one function.
    ///
    /// `jitter` is a random number from 0 to 1 for [`Schedule::next_try`].
    pub fn after(
        mut self,
        event: Event,
        schedule: Schedule,
        now: Timestamp,
        jitter: f64,
    ) -> Result<Self, Impossible> {
        use DeliveryState::{Dead, Delivered, Due, Held, Parked, Sending, Unconfirmed, Withdrawn};
        let state = self.state;
        let impossible = move |event| Impossible { state, event };
        match (event, state) {
            (Event::Undone, Held) => {
                self.state = Withdrawn;
                self.due_at = None;
            }
            (Event::Undone, Withdrawn | Due | Sending | Delivered | Parked | Unconfirmed | Dead) => {
                return Err(impossible("taken back"));
            }
            (Event::Leased, Held | Due) if self.due_at.is_some_and(|due| due <= now) => {
                self.state = Sending;
                self.due_at = None;
                self.first_try.get_or_insert(now);
            }
            (Event::Leased, Held | Due | Withdrawn | Sending | Delivered | Parked | Unconfirmed | Dead) => {
                return Err(impossible("sent now"));
            }
            (Event::Judged(judgement), Sending) => self.judged(judgement, schedule, now, jitter),
            (Event::Judged(_), Held | Withdrawn | Due | Delivered | Parked | Unconfirmed | Dead) => {
                return Err(impossible("given an outcome"));
            }
            (Event::Retried, Due | Parked | Unconfirmed | Dead) => {
                self.state = Due;
                self.due_at = Some(now);
                self.tries = 0;
                self.first_try = None;
                self.reason = None;
            }
            (Event::Retried, Held | Withdrawn | Sending | Delivered) => {
                return Err(impossible("tried again"));
            }
        }
        Ok(self)
    }

    fn judged(&mut self, judgement: Judgement, schedule: Schedule, now: Timestamp, jitter: f64) {
        let Judgement { outcome, words, retry_after_ms } = judgement;
        self.reason = Some(words);
        // Whether an earlier attempt of ours may have been the one that had the effect.
        let perhaps_ours = self.ambiguous;
        match outcome {
            Outcome::Accepted => self.settle(DeliveryState::Delivered),
            Outcome::AlreadyDone if perhaps_ours => self.settle(DeliveryState::Delivered),
            Outcome::Gone if perhaps_ours => self.settle(DeliveryState::Unconfirmed),
            Outcome::AlreadyDone | Outcome::Gone | Outcome::Refused => self.settle(DeliveryState::Dead),
            Outcome::NotFound if self.tries >= 2 => {
                self.settle(if perhaps_ours { DeliveryState::Unconfirmed } else { DeliveryState::Dead });
            }
            Outcome::Parked(_) => self.settle(DeliveryState::Parked),
            Outcome::Throttled => {
                // Costs no try, but asks at least for the wait of the first scheduled retry.
                let wait_ms = retry_after_ms.unwrap_or(0).max(1_000);
                self.state = DeliveryState::Due;
                self.due_at = Some(now.plus_millis(wait_ms));
            }
            Outcome::NotFound | Outcome::Failed | Outcome::Ambiguous | Outcome::Interrupted => {
                self.ambiguous |= matches!(outcome, Outcome::Ambiguous | Outcome::Interrupted);
                self.tries += 1;
                let first_try = self.first_try.unwrap_or(now);
                match schedule.next_try(first_try, self.tries, now, jitter, retry_after_ms) {
                    Some(next) => {
                        self.state = DeliveryState::Due;
                        self.due_at = Some(next);
                    }
                    None => self.settle(DeliveryState::Dead),
                }
            }
        }
    }

    fn settle(&mut self, state: DeliveryState) {
        self.state = state;
        self.due_at = None;
    }
}

impl Park {
    /// The word in the ledger and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::Tls => "tls",
            Self::Policy => "policy",
        }
    }
}

#[cfg(test)]
mod tests;
