//! One decision on its way to one callback: the states it can be in and what moves it on.

use serde::{Deserialize, Serialize};

use crate::breaker::OFFLINE_MS;
use crate::{Callback, DecisionId, DeliveryId, ItemId, Judgement, Outcome, Park, Phase, Schedule, Timestamp};

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
    /// The engine stopped waiting before the receiver had it.
    Expired,
    /// Nobody waits for it any more, and an earlier attempt may or may not have got through.
    Unconfirmed,
    /// Given up: its tries are used, or the receiver will never accept it.
    Dead,
}

impl DeliveryState {
    /// All states.
    pub const ALL: [Self; 9] = [
        Self::Held,
        Self::Withdrawn,
        Self::Due,
        Self::Sending,
        Self::Delivered,
        Self::Parked,
        Self::Expired,
        Self::Unconfirmed,
        Self::Dead,
    ];

    /// Those from which [`Event::Retried`] leads on.
    pub fn can_be_retried(self) -> bool {
        match self {
            Self::Due | Self::Parked | Self::Expired | Self::Unconfirmed | Self::Dead => true,
            Self::Held | Self::Withdrawn | Self::Sending | Self::Delivered => false,
        }
    }

    /// Those that nothing moves on but a person, and from which [`Event::Confirmed`] leads on. A parked one still
    /// expires with its deadline.
    pub fn needs_a_person(self) -> bool {
        match self {
            Self::Parked | Self::Expired | Self::Unconfirmed | Self::Dead => true,
            Self::Held | Self::Withdrawn | Self::Due | Self::Sending | Self::Delivered => false,
        }
    }

    /// The word in the ledger, in JSON and on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Withdrawn => "withdrawn",
            Self::Due => "due",
            Self::Sending => "sending",
            Self::Delivered => "delivered",
            Self::Parked => "parked",
            Self::Expired => "expired",
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
    /// The origin (scheme, host and port) that it is sent to.
    pub origin: String,
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
    /// The origin (scheme, host and port) that it is sent to.
    pub origin: String,
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
    /// How far it got; `None` while it is under way, and if it was interrupted.
    pub phase: Option<Phase>,
    /// The HTTP status, if one came back.
    pub status: Option<u16>,
    /// How long the receiver asked us to wait, in milliseconds.
    pub retry_after_ms: Option<i64>,
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
    /// When this series began. Moved on by the time in which a try was due and nobody was there to make it: a
    /// machine that was off uses nothing of the schedule up.
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
    Leased {
        /// Since when it has been there to do so: not off, not asleep.
        there_since: Timestamp,
    },
    /// The attempt is over.
    Judged {
        /// What it came to.
        judgement: Judgement,
        /// When it began.
        began: Timestamp,
    },
    /// The engine stopped waiting.
    DeadlinePassed,
    /// A person asks for another try.
    Retried,
    /// A person knows that the engine has it, whatever the attempts say.
    Confirmed {
        /// Who says so.
        by: String,
    },
    /// The clock went backwards: nobody can say any more how long it has waited.
    ClockSetBack,
}

/// By what a delivery is tried again and given up.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// The engine's.
    pub schedule: &'a Schedule,
    /// When the engine stops waiting for the item.
    pub deadline: Option<Timestamp>,
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

/// No attempt lasts longer, in milliseconds: an exchange and its outcome on the way to disk. If one seems to, the
/// machine was asleep or off.
const ATTEMPT_MS: i64 = 60_000;
/// So long before the deadline the last try starts, unless the series is short: two exchanges, in milliseconds.
const LAST_TRY_MS: i64 = 60_000;

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

    /// When it is too late for it, should it still wait then: at the deadline of its item.
    pub fn expires_at(&self, deadline: Option<Timestamp>) -> Option<Timestamp> {
        use DeliveryState::{Dead, Delivered, Due, Expired, Held, Parked, Sending, Unconfirmed, Withdrawn};
        match self.state {
            Held | Due | Parked => self.deadline_of_series(deadline),
            Withdrawn | Sending | Delivered | Expired | Unconfirmed | Dead => None,
        }
    }

    /// The standing after `event`. Pure: the worker, the simulator and every store use this one function.
    ///
    /// `jitter` is a random number from 0 to 1 for [`Schedule::next_try`].
    pub fn after(
        mut self,
        event: Event,
        terms: Terms<'_>,
        now: Timestamp,
        jitter: f64,
    ) -> Result<Self, Impossible> {
        use DeliveryState::{Dead, Delivered, Due, Expired, Held, Parked, Sending, Unconfirmed, Withdrawn};
        let state = self.state;
        let impossible = move |event| Impossible { state, event };
        let time_has_come = self.due_at.is_some_and(|due| due <= now);
        let too_late = self.expires_at(terms.deadline).is_some_and(|over| over <= now);
        match (event, state) {
            (Event::Undone, Held) => self.settle(Withdrawn),
            (
                Event::Undone,
                Withdrawn | Due | Sending | Delivered | Parked | Expired | Unconfirmed | Dead,
            ) => {
                return Err(impossible("taken back"));
            }
            (Event::Leased { there_since }, Held | Due) if time_has_come => {
                let late_ms = self.due_at.map_or(0, |due| there_since.min(now).millis_since(due).max(0));
                self.first_try = Some(self.first_try.unwrap_or(now));
                self.nobody_was_there(late_ms, terms.deadline, now);
                self.settle(Sending);
            }
            (
                Event::Leased { .. },
                Held | Due | Withdrawn | Sending | Delivered | Parked | Expired | Unconfirmed | Dead,
            ) => {
                return Err(impossible("sent now"));
            }
            (Event::Judged { judgement, began }, Sending) => {
                let away_ms = (now.millis_since(began) - ATTEMPT_MS).max(0);
                self.nobody_was_there(away_ms, terms.deadline, now);
                self.judged(judgement, terms, now, jitter);
            }
            (
                Event::Judged { .. },
                Held | Withdrawn | Due | Delivered | Parked | Expired | Unconfirmed | Dead,
            ) => {
                return Err(impossible("given an outcome"));
            }
            (Event::DeadlinePassed, Held | Due | Parked) if too_late => self.expire(),
            (
                Event::DeadlinePassed,
                Held | Due | Parked | Withdrawn | Sending | Delivered | Expired | Unconfirmed | Dead,
            ) => {
                return Err(impossible("expired"));
            }
            (Event::Retried, Due | Parked | Expired | Unconfirmed | Dead) => {
                self.state = Due;
                self.due_at = Some(now);
                self.tries = 0;
                self.first_try = None;
                self.reason = None;
            }
            (Event::Retried, Held | Withdrawn | Sending | Delivered) => {
                return Err(impossible("tried again"));
            }
            (Event::Confirmed { by }, Parked | Expired | Unconfirmed | Dead) => {
                self.settle(Delivered);
                self.reason = Some(format!("{by} said at {now} that the engine has it."));
            }
            (Event::Confirmed { .. }, Held | Withdrawn | Due | Sending | Delivered) => {
                return Err(impossible("confirmed"));
            }
            (Event::ClockSetBack, Held | Due) => {
                self.due_at = self.due_at.map(|due| due.min(now));
                self.first_try = self.first_try.map(|first| first.min(now));
            }
            (
                Event::ClockSetBack,
                Withdrawn | Sending | Delivered | Parked | Expired | Unconfirmed | Dead,
            ) => {
                return Err(impossible("waiting for a time"));
            }
        }
        Ok(self)
    }

    fn judged(&mut self, judgement: Judgement, terms: Terms<'_>, now: Timestamp, jitter: f64) {
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
                self.wait_until(now.plus_millis(wait_ms), Some(wait_ms), terms.deadline, now);
            }
            // Whether a network is there again is found out by trying.
            Outcome::Offline => self.wait_until(now.plus_millis(OFFLINE_MS), None, terms.deadline, now),
            Outcome::NotFound | Outcome::Failed | Outcome::Ambiguous | Outcome::Interrupted => {
                self.ambiguous |= matches!(outcome, Outcome::Ambiguous | Outcome::Interrupted);
                self.tries += 1;
                let first_try = self.first_try.unwrap_or(now);
                let too_late = self.deadline_of_series(terms.deadline).is_some_and(|over| over <= now);
                match terms.schedule.next_try(first_try, self.tries, now, jitter, retry_after_ms) {
                    Some(next) => self.wait_until(next, retry_after_ms, terms.deadline, now),
                    // What was cut off by our own end is never the last try.
                    None if outcome == Outcome::Interrupted => {
                        self.wait_until(now, None, terms.deadline, now);
                    }
                    None if too_late => self.expire(),
                    None => self.settle(DeliveryState::Dead),
                }
            }
        }
    }

    /// Waits for the next try. One that would come too late for the engine is made just before its deadline
    /// instead, unless the receiver asked for more patience than that or this was that last try.
    fn wait_until(
        &mut self,
        next: Timestamp,
        retry_after_ms: Option<i64>,
        deadline: Option<Timestamp>,
        now: Timestamp,
    ) {
        let next = match self.deadline_of_series(deadline) {
            Some(deadline) if deadline <= next => {
                let whole = deadline.millis_since(self.first_try.unwrap_or(now));
                let last = deadline.plus_millis(-LAST_TRY_MS.min(whole / 10));
                let floor = now.plus_millis(retry_after_ms.unwrap_or(0));
                (last > now && last >= floor).then_some(last)
            }
            Some(_) | None => Some(next),
        };
        match next {
            Some(next) => {
                self.state = DeliveryState::Due;
                self.due_at = Some(next);
            }
            None => self.expire(),
        }
    }

    /// The series goes on as if it had begun so much later; but not so late that it would miss its deadline.
    fn nobody_was_there(&mut self, away_ms: i64, deadline: Option<Timestamp>, now: Timestamp) {
        let latest =
            self.deadline_of_series(deadline).map_or(now, |deadline| deadline.plus_millis(-1).min(now));
        self.first_try = self.first_try.map(|first| first.plus_millis(away_ms).min(latest));
    }

    /// The deadline that this series has to keep. One that a person began after it has none: they know better
    /// whether the engine still waits.
    fn deadline_of_series(&self, deadline: Option<Timestamp>) -> Option<Timestamp> {
        let began = self.first_try.or(self.due_at);
        deadline.filter(|deadline| began.is_none_or(|began| began < *deadline))
    }

    /// Nobody waits any more. Whether an attempt got through is for a person to find out.
    fn expire(&mut self) {
        self.settle(if self.ambiguous { DeliveryState::Unconfirmed } else { DeliveryState::Expired });
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
