//! Sends decisions to the tasks that wait for them, and writes down every attempt.

mod flow;

use std::sync::Arc;
use std::time::Duration;

use placet_review::Timestamp;
use placet_store::{Change, Fault, Room};
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::{broadcast, watch};
use tokio::task::{JoinError, JoinSet};
use tokio::time::{sleep, timeout};

use self::flow::Flow;
use crate::attempt::{Courier, Pause};

/// How many exchanges there are at a time. To each origin there are fewer, as its engine's profile says.
pub(crate) const IN_FLIGHT: usize = 64;
/// How many attempts there are at a time, with those whose outcome is on its way to disk: as many as the
/// ledger commits together.
const ATTEMPTS: usize = 256;
/// How long attempts under way may take once the desk closes. One that is cut off counts as interrupted and
/// is made again after the next start.
const GRACE: Duration = Duration::from_secs(10);
/// The longest sleep. The clock of sleeps stands still while the machine is suspended, so what is due is
/// looked at from time to time.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);

/// What is due and yet not taken is not asked for more often.
const SHORTEST_SLEEP: Duration = Duration::from_millis(100);
/// Who has not looked for so long was asleep, in milliseconds.
const ASLEEP_MS: i64 = 2 * 60_000;
/// A clock that goes back by less was only put right. What waits then waits so much longer, no more.
const SET_BACK_MS: i64 = 60_000;

/// Sends what is due.
pub struct Worker {
    courier: Arc<Courier>,
    flow: Arc<Flow>,
    /// The latest moment that the clock has shown.
    latest: Timestamp,
    /// Since when this program has been there to send: neither off nor asleep.
    there_since: Timestamp,
}

/// What the worker waits for.
enum Next {
    /// For nothing: some were begun, and more may be due.
    Nothing,
    /// All it may have is under way: for room.
    Room,
    /// Nothing more is due: for news, or for the time to come.
    News(Duration),
}

impl Worker {
    /// Nothing goes out before [`Self::run`].
    pub fn new(courier: Arc<Courier>) -> Self {
        let now = (courier.now)();
        Self { courier, flow: Flow::new(), latest: now, there_since: now }
    }

    /// Sends what is due and goes on until `stopped` is true or its sender is gone. Then lets the attempts
    /// under way end, for 10 s at most, and returns.
    pub async fn run(mut self, mut stopped: watch::Receiver<bool>) {
        // Heard from before the first look: what changes after it is not missed.
        let mut changes = self.courier.store.changes();
        let mut attempts = JoinSet::new();
        tokio::select! {
            () = self.recover() => {}
            () = stop(&mut stopped) => return,
        }
        let mut pause = Pause::default();
        while !*stopped.borrow() {
            let next = match self.look(&mut changes, &mut attempts).await {
                Ok(next) => {
                    pause = Pause::default();
                    next
                }
                Err(Fault::Closed) => break,
                Err(fault) => {
                    tracing::error!(%fault, "deliveries cannot be taken from the ledger");
                    tokio::select! {
                        () = pause.wait() => continue,
                        () = stop(&mut stopped) => break,
                    }
                }
            };
            let woken = async {
                match next {
                    Next::Nothing => {}
                    Next::Room => self.room(&mut attempts).await,
                    Next::News(longest) => self.news(longest, &mut changes, &mut attempts).await,
                }
            };
            tokio::select! {
                () = woken => {}
                () = stop(&mut stopped) => break,
            }
        }
        end(attempts).await;
    }

    /// What was under way when the last process ended is due again.
    async fn recover(&self) {
        let mut pause = Pause::default();
        loop {
            match self.courier.store.recover_interrupted((self.courier.now)()).await {
                Ok(0) => return,
                Ok(interrupted) => {
                    return tracing::warn!(interrupted, "attempts were under way when Placet ended last");
                }
                Err(fault) => tracing::error!(%fault, "interrupted attempts cannot be read from the ledger"),
            }
            pause.wait().await;
        }
    }

    /// After a clock that went far back, what waits for a time would wait for very long. After one that went far on,
    /// or a sleep, what is late is late because nobody was there.
    async fn watch_the_clock(&mut self) -> Result<(), Fault> {
        let now = (self.courier.now)();
        if self.latest.millis_since(now) > SET_BACK_MS {
            let waited = self.courier.store.clock_set_back(now).await?;
            tracing::warn!(waited, "the clock was set back; what waited for a time is tried now");
            (self.latest, self.there_since) = (now, now);
        }
        if now.millis_since(self.latest) > ASLEEP_MS {
            self.there_since = now;
        }
        self.latest = self.latest.max(now);
        Ok(())
    }

    /// Begins what is due, and says what to wait for then. Nothing is taken from the ledger before something is
    /// due: to look is a read, to take a commit.
    async fn look(
        &mut self,
        changes: &mut broadcast::Receiver<Change>,
        attempts: &mut JoinSet<()>,
    ) -> Result<Next, Fault> {
        self.watch_the_clock().await?;
        reap(attempts);
        // The look that follows sees what all of these tell of.
        while !matches!(changes.try_recv(), Err(TryRecvError::Empty | TryRecvError::Closed)) {}
        // Only this loop takes any, so there can only be more room by the time they are taken.
        let room = self.flow.room(ATTEMPTS - attempts.len());
        if room.total == 0 {
            return Ok(Next::Room);
        }
        let Courier { store, now, .. } = &*self.courier;
        let looked_at = now();
        match store.next_due_at(&room, looked_at).await? {
            None => Ok(Next::News(LONGEST_SLEEP)),
            Some(due) => match u64::try_from(due.millis_since(looked_at)) {
                Ok(ms @ 1..) => Ok(Next::News(Duration::from_millis(ms).min(LONGEST_SLEEP))),
                Ok(0) | Err(_) => self.begin(room, looked_at, attempts).await,
            },
        }
    }

    /// Begins an attempt of all that is due and has room. It is never given up half-way: what is taken from
    /// the ledger is begun.
    async fn begin(
        &self,
        room: Room,
        looked_at: Timestamp,
        attempts: &mut JoinSet<()>,
    ) -> Result<Next, Fault> {
        self.flow.taking();
        let leased = self.courier.store.lease_due_deliveries(room, looked_at, self.there_since).await?;
        // Where nothing was taken, something has expired, which is news; or it was for a probe that came back.
        let next = if leased.is_empty() { Next::News(SHORTEST_SLEEP) } else { Next::Nothing };
        for leased in leased {
            let under_way = self.flow.took(&leased.delivery.origin, leased.engine.at_once());
            let courier = self.courier.clone();
            attempts.spawn(async move {
                let slot = under_way.slot().await;
                let came = courier.exchange(&leased).await;
                drop(slot);
                drop(under_way);
                courier.record(leased, looked_at, came).await;
            });
        }
        Ok(next)
    }

    /// Returns when there may be room for another attempt.
    async fn room(&self, attempts: &mut JoinSet<()>) {
        if attempts.len() < ATTEMPTS {
            self.flow.moved().await;
        } else if let Some(end) = attempts.join_next().await {
            ended(end);
        }
    }

    /// Returns when there may be something to send.
    async fn news(
        &self,
        longest: Duration,
        changes: &mut broadcast::Receiver<Change>,
        attempts: &mut JoinSet<()>,
    ) {
        let time_has_come = sleep(longest);
        tokio::pin!(time_has_come);
        loop {
            tokio::select! {
                () = &mut time_has_come => return,
                change = changes.recv() => match change {
                    Ok(Change::Deliveries) | Err(RecvError::Lagged(_) | RecvError::Closed) => return,
                    Ok(Change::Items | Change::Holds | Change::Setup) => {}
                },
                () = self.flow.moved() => return,
                Some(end) = attempts.join_next() => ended(end),
            }
        }
    }
}

/// Resolves when the worker shall stop.
async fn stop(stopped: &mut watch::Receiver<bool>) {
    // An error means that the sender is gone, which is a stop as well.
    let _ = stopped.wait_for(|stop| *stop).await;
}

fn reap(attempts: &mut JoinSet<()>) {
    while let Some(end) = attempts.try_join_next() {
        ended(end);
    }
}

fn ended(end: Result<(), JoinError>) {
    if let Err(error) = end {
        // Its delivery stays sending until the next start, when it counts as interrupted.
        tracing::error!(%error, "an attempt broke down");
    }
}

async fn end(mut attempts: JoinSet<()>) {
    let all = async {
        while let Some(end) = attempts.join_next().await {
            ended(end);
        }
    };
    if timeout(GRACE, all).await.is_err() {
        tracing::warn!(
            interrupted = attempts.len(),
            "attempts were cut off; they are made again after the next start"
        );
    }
}

#[cfg(test)]
mod tests;
