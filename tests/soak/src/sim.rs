//! The life of one delivery under a virtual clock, a hundred thousand times another one.
//!
//! Everything but the machine itself is played: a receiver with its moods, a program that crashes, a computer that
//! sleeps, a clock that jumps, a person who takes back and retries. After each event the invariants are checked
//! that ARCHITECTURE.md names. A life is drawn from one number, by which it can be lived again.

use anyhow::{Result, ensure};
use placet_review::{
    CustomSchedule, DeliveryState, Event, Judgement, Outcome, Park, Schedule, Standing, Terms, Timestamp,
};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use xtask::trial::Trial;

use crate::Order;
use crate::row::{Row, Wanted};

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
/// How long one exchange lasts at most.
const EXCHANGE_MS: i64 = 30 * SECOND;
/// How long an attempt lasts at most with all that belongs to it.
const ATTEMPT_MS: i64 = 60 * SECOND;
/// The last try starts no longer before the deadline.
const LAST_TRY_MS: i64 = MINUTE;
/// A life that is longer than any schedule has gone in circles.
const EVENTS: u64 = 20_000;

pub(crate) fn soak(order: Order) -> Vec<Row> {
    let mut broken = 0;
    let mut lived = Lived::default();
    for life in (0..order.size).map(|nth| order.seed.wrapping_add(nth)) {
        match live(life) {
            Ok(one) => lived.add(&one),
            Err(error) => {
                broken += 1;
                eprintln!("life {life}: {error:#} (again by --only sim --size 1 --seed {life})");
            }
        }
    }
    let row = |what: &str, found, wanted| Row::new(Trial::Sim, what, order, found, wanted);
    let some = if order.size >= 1_000 { Wanted::AtLeast(1) } else { Wanted::AtLeast(0) };
    vec![
        row("lives in which an invariant broke", broken, Wanted::None),
        row("events", lived.events, some),
        row("crashes under way", lived.crashes, some),
        row("sleeps and clock jumps", lived.jumps, some),
        row("lives that ended delivered", lived.ended(DeliveryState::Delivered), some),
        row("lives that ended withdrawn", lived.ended(DeliveryState::Withdrawn), some),
        row("lives that ended parked", lived.ended(DeliveryState::Parked), some),
        row("lives that ended too late", lived.ended(DeliveryState::Expired), some),
        row("lives that ended unconfirmed", lived.ended(DeliveryState::Unconfirmed), some),
        row("lives that ended dead", lived.ended(DeliveryState::Dead), some),
    ]
}

/// What happened in many lives.
#[derive(Default)]
struct Lived {
    events: u64,
    crashes: u64,
    jumps: u64,
    ends: Vec<DeliveryState>,
}

impl Lived {
    fn add(&mut self, one: &Self) {
        self.events += one.events;
        self.crashes += one.crashes;
        self.jumps += one.jumps;
        self.ends.extend(&one.ends);
    }

    fn ended(&self, state: DeliveryState) -> u64 {
        self.ends.iter().filter(|end| **end == state).count() as u64
    }
}

/// How the receiver is: what it does with a request, by chance.
struct Receiver {
    /// Up to then it has its moods; from then on it takes everything.
    well_from: Timestamp,
    moods: Vec<Outcome>,
    retry_after: bool,
    /// It acted on a request.
    acted: bool,
    /// It acted on a request and said so.
    said: bool,
}

/// One life, as it goes.
struct Life {
    draw: StdRng,
    now: Timestamp,
    standing: Standing,
    schedule: Schedule,
    deadline: Option<Timestamp>,
    receiver: Receiver,
    /// How often the clock was set back. Each time a schedule begins anew.
    set_back: u32,
    /// Since when the machine has been neither off nor asleep.
    there_since: Timestamp,
    /// When the newest attempt began.
    began: Timestamp,
    // Of the series that goes on:
    series_began: Option<Timestamp>,
    tries: u32,
    crashes: u32,
    /// How long somebody was there: neither off nor asleep.
    there_ms: i64,
    lived: Lived,
}

fn live(seed: u64) -> Result<Lived> {
    let mut life = Life::drawn(seed);
    while life.lived.events < EVENTS {
        if !life.go_on()? {
            life.lived.ends.push(life.standing.state);
            return Ok(life.lived);
        }
    }
    anyhow::bail!("it never ended: {:?}", life.standing)
}

impl Life {
    fn drawn(seed: u64) -> Self {
        let mut draw = StdRng::seed_from_u64(seed);
        let now = Timestamp::from_millis(1_800_000_000_000);
        let schedule = match draw.random_range(0..4) {
            0 => Schedule::Voicebase,
            1 => Schedule::StandardWebhooks,
            2 => Schedule::Fast,
            _ => Schedule::Custom(CustomSchedule {
                waits_seconds: (0..draw.random_range(0..12)).map(|_| draw.random_range(0..20_000)).collect(),
                give_up_after_seconds: draw.random_range(0..200_000),
            }),
        };
        let moods = [
            Outcome::Accepted,
            Outcome::AlreadyDone,
            Outcome::Gone,
            Outcome::NotFound,
            Outcome::Failed,
            Outcome::Ambiguous,
            Outcome::Throttled,
            Outcome::Offline,
            Outcome::Parked(Park::Auth),
            Outcome::Parked(Park::Tls),
            Outcome::Refused,
        ];
        // Mostly it is simply down for a while; sometimes anything goes.
        let moods = match draw.random_range(0..4) {
            0 => moods.to_vec(),
            1 => vec![Outcome::Failed],
            2 => vec![Outcome::Failed, Outcome::Ambiguous, Outcome::Throttled],
            _ => vec![Outcome::Ambiguous],
        };
        let deadline = draw.random_bool(0.5).then(|| {
            let longest = if draw.random_bool(0.5) { 10 * MINUTE } else { 60 * HOUR };
            now.plus_millis(draw.random_range(SECOND..longest))
        });
        let receiver = Receiver {
            well_from: now.plus_millis(if draw.random_bool(0.7) {
                draw.random_range(0..40 * HOUR)
            } else {
                90 * 24 * HOUR
            }),
            moods,
            retry_after: draw.random_bool(0.3),
            acted: false,
            said: false,
        };
        let undo_ms = if draw.random_bool(0.5) { 0 } else { 10 * SECOND };
        Self {
            standing: Standing::held_until(now.plus_millis(undo_ms)),
            now,
            schedule,
            deadline,
            receiver,
            set_back: 0,
            there_since: now,
            began: now,
            series_began: None,
            tries: 0,
            crashes: 0,
            there_ms: 0,
            lived: Lived::default(),
            draw,
        }
    }

    /// The next thing that happens; `false` if nothing does any more.
    fn go_on(&mut self) -> Result<bool> {
        match self.standing.state {
            DeliveryState::Sending => self.exchange()?,
            DeliveryState::Held if self.draw.random_bool(0.1) => self.happens(Event::Undone)?,
            DeliveryState::Held | DeliveryState::Due => self.wait()?,
            DeliveryState::Parked if self.draw.random_bool(0.5) => self.retry()?,
            DeliveryState::Parked => match self.standing.expires_at(self.deadline) {
                Some(_) => self.wait()?,
                None => return Ok(false),
            },
            DeliveryState::Expired | DeliveryState::Unconfirmed | DeliveryState::Dead
                if self.draw.random_bool(0.1) =>
            {
                self.retry()?;
            }
            DeliveryState::Withdrawn
            | DeliveryState::Delivered
            | DeliveryState::Expired
            | DeliveryState::Unconfirmed
            | DeliveryState::Dead => return Ok(false),
        }
        Ok(true)
    }

    /// A person has another try made.
    fn retry(&mut self) -> Result<()> {
        self.happens(Event::Retried)?;
        (self.series_began, self.tries, self.crashes, self.there_ms) = (None, 0, 0, 0);
        Ok(())
    }

    /// Time passes until the delivery is due, and perhaps the machine is away meanwhile or the clock jumps.
    fn wait(&mut self) -> Result<()> {
        let parked = self.standing.state == DeliveryState::Parked;
        if self.set_back < 3 && self.draw.random_bool(0.02) {
            self.set_back += 1;
            let back_ms = if self.draw.random_bool(0.5) { HOUR } else { 365 * 24 * HOUR };
            self.now = self.now.plus_millis(-back_ms);
            self.lived.jumps += 1;
            return if parked { Ok(()) } else { self.happens(Event::ClockSetBack) };
        }
        let due = if parked { self.standing.expires_at(self.deadline) } else { self.standing.due_at };
        let due = due.unwrap_or(self.now).max(self.now);
        self.there_ms += due.millis_since(self.now);
        self.now = due;
        // Asleep, off or set forward when its time came.
        let away = self.draw.random_bool(0.05);
        if away {
            self.now = self.now.plus_millis(self.draw.random_range(SECOND..72 * HOUR));
            self.lived.jumps += 1;
        }
        if away {
            self.there_since = self.now;
        }
        if self.standing.expires_at(self.deadline).is_some_and(|over| over <= self.now) {
            ensure!(away || parked, "its time ran out, and nobody had tried just before");
            return self.happens(Event::DeadlinePassed);
        }
        ensure!(!self.receiver.said, "sent again, though the receiver has said that it has it");
        let series_began = *self.series_began.get_or_insert(due);
        let in_time = self.deadline.is_none_or(|deadline| self.now < deadline || deadline <= series_began);
        ensure!(in_time, "sent after its deadline");
        self.began = self.now;
        self.happens(Event::Leased { there_since: self.there_since })
    }

    /// The receiver answers, or something comes between.
    fn exchange(&mut self) -> Result<()> {
        let reaches = self.draw.random_bool(0.5);
        if self.draw.random_bool(0.03) {
            self.receiver.acted |= reaches;
            self.now = self.now.plus_millis(self.draw.random_range(0..72 * HOUR));
            self.there_ms += ATTEMPT_MS;
            (self.crashes, self.lived.crashes) = (self.crashes + 1, self.lived.crashes + 1);
            return self.judged(Outcome::Interrupted, None);
        }
        let lasts_ms = self.draw.random_range(0..EXCHANGE_MS);
        self.now = self.now.plus_millis(lasts_ms);
        self.there_ms += lasts_ms;
        if self.draw.random_bool(0.01) {
            // The machine slept meanwhile.
            self.now = self.now.plus_millis(self.draw.random_range(0..72 * HOUR));
            self.there_ms += ATTEMPT_MS;
            self.lived.jumps += 1;
        }
        let outcome = if self.now >= self.receiver.well_from {
            Outcome::Accepted
        } else {
            self.receiver.moods[self.draw.random_range(0..self.receiver.moods.len())]
        };
        match outcome {
            Outcome::Accepted => (self.receiver.acted, self.receiver.said) = (true, true),
            Outcome::Ambiguous => self.receiver.acted |= reaches,
            _ => {}
        }
        let asks = self.receiver.retry_after && matches!(outcome, Outcome::Throttled | Outcome::Failed);
        let retry_after_ms = asks.then(|| self.draw.random_range(0..2 * HOUR));
        self.judged(outcome, retry_after_ms)
    }

    fn judged(&mut self, outcome: Outcome, retry_after_ms: Option<i64>) -> Result<()> {
        let costs_a_try = matches!(
            outcome,
            Outcome::NotFound | Outcome::Failed | Outcome::Ambiguous | Outcome::Interrupted
        );
        self.tries += u32::from(costs_a_try);
        let perhaps_ours = self.standing.ambiguous;
        let judgement = Judgement { outcome, words: outcome.name().to_owned(), retry_after_ms };
        self.happens(Event::Judged { judgement, began: self.began })?;
        let state = self.standing.state;
        if let (DeliveryState::Due, Some(asked), Some(due)) = (state, retry_after_ms, self.standing.due_at) {
            ensure!(due.millis_since(self.now) >= asked, "Retry-After is undercut");
        }
        let fair = match (outcome, state) {
            (Outcome::Accepted, DeliveryState::Delivered) => true,
            (Outcome::Accepted, _) => false,
            (Outcome::AlreadyDone, DeliveryState::Delivered) => perhaps_ours,
            (Outcome::AlreadyDone | Outcome::Refused, DeliveryState::Dead) => true,
            (Outcome::Gone, DeliveryState::Unconfirmed) => perhaps_ours,
            (Outcome::Gone, DeliveryState::Dead) => !perhaps_ours,
            (Outcome::NotFound, DeliveryState::Unconfirmed) if self.tries >= 3 => perhaps_ours,
            (Outcome::NotFound, DeliveryState::Dead) if self.tries >= 3 => !perhaps_ours,
            (Outcome::Parked(_), DeliveryState::Parked) => true,
            (Outcome::Interrupted, DeliveryState::Dead) => false,
            (_, DeliveryState::Due) => {
                costs_a_try || matches!(outcome, Outcome::Throttled | Outcome::Offline)
            }
            (_, DeliveryState::Dead) => self.schedule_is_used_up(retry_after_ms),
            (_, DeliveryState::Expired | DeliveryState::Unconfirmed) => self.no_time_is_left(retry_after_ms),
            _ => false,
        };
        ensure!(fair, "{} after {} tries made it {:?}", outcome.name(), self.tries, self.standing);
        Ok(())
    }

    /// A schedule is used up by tries, or by time in which somebody was there to try.
    fn schedule_is_used_up(&self, retry_after_ms: Option<i64>) -> bool {
        let (waits, longest_ms, horizon_ms) = match &self.schedule {
            Schedule::Voicebase => (9, 16 * HOUR, 36 * HOUR),
            Schedule::StandardWebhooks => (9, 24 * HOUR, 96 * HOUR),
            Schedule::Fast => (u32::MAX, MINUTE, 24 * HOUR),
            Schedule::Custom(custom) => {
                let longest = custom.waits_seconds.iter().copied().max().unwrap_or(0);
                let waits = u32::try_from(custom.waits_seconds.len()).unwrap_or(u32::MAX);
                (waits, i64::from(longest) * SECOND, i64::from(custom.give_up_after_seconds) * SECOND)
            }
        };
        let wait_ms = (longest_ms * 11 / 10).max(retry_after_ms.unwrap_or(0));
        self.tries > waits || self.there_ms + wait_ms > horizon_ms
    }

    /// The engine waits no longer, or so shortly that this was the last try, or no longer than the receiver wants
    /// to be left alone.
    fn no_time_is_left(&self, retry_after_ms: Option<i64>) -> bool {
        let (Some(deadline), Some(series_began)) = (self.deadline, self.series_began) else { return false };
        let last_ms = LAST_TRY_MS.min(deadline.millis_since(series_began).max(0));
        let left_ms = deadline.millis_since(self.now);
        left_ms <= last_ms.max(retry_after_ms.unwrap_or(SECOND) + LAST_TRY_MS)
    }

    /// The one way on. What holds after every event is checked here.
    fn happens(&mut self, event: Event) -> Result<()> {
        let before = self.standing.clone();
        let terms = Terms { schedule: &self.schedule, deadline: self.deadline };
        let jitter = self.draw.random_range(0.0..=1.0);
        let said = format!("{event:?}");
        let after = before.clone().after(event, terms, self.now, jitter)?;
        self.standing = after;
        self.lived.events += 1;
        let Standing { state, due_at, ambiguous, .. } = &self.standing;
        let waits = match state {
            DeliveryState::Held | DeliveryState::Due => due_at.is_some(),
            _ => due_at.is_none(),
        };
        ensure!(waits, "{said} left it {state:?} with due_at {due_at:?}");
        ensure!(*ambiguous || !before.ambiguous, "{said} cleared its ambiguity");
        let over = matches!(before.state, DeliveryState::Delivered | DeliveryState::Withdrawn);
        ensure!(!over, "{said} moved it out of {:?}", before.state);
        let given_up = matches!(state, DeliveryState::Dead | DeliveryState::Expired);
        ensure!(
            !(given_up && self.receiver.acted && !ambiguous),
            "{said}: the receiver acted, and nobody is told"
        );
        ensure!(!(*state == DeliveryState::Expired && *ambiguous), "{said}: too late, and perhaps done");
        ensure!(!(self.receiver.said && given_up), "{said}: the receiver said that it has it");
        Ok(())
    }
}
