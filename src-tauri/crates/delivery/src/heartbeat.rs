//! Gives engines that want one a sign of life while their task waits, and hears when one gave up.

use std::sync::Arc;
use std::time::Duration;

use placet_review::{DeliveryId, Outcome, Timestamp};
use placet_store::{DueHeartbeat, Fault, Store};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::sleep;
use uuid::Uuid;

use crate::attempt::{Courier, Pause};
use crate::protocol;
use crate::signer::Subject;
use crate::{Http, Keys};

/// How many there are under way at a time. One that hangs holds up no other until then.
const AT_ONCE: usize = 64;
/// The ledger is not asked more often: items come in by the thousand.
const BETWEEN_LOOKS: Duration = Duration::from_millis(200);
/// The clock of sleeps stands still while the machine is suspended.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);

/// Sends the heartbeats that are due.
pub struct Heartbeats {
    courier: Arc<Courier>,
}

impl Heartbeats {
    /// `now` is the clock that everything is measured by.
    pub fn new(store: Arc<dyn Store>, http: Http, keys: Arc<Keys>, now: fn() -> Timestamp) -> Self {
        Self { courier: Arc::new(Courier { store, http, keys, now }) }
    }

    /// Goes on until `stopped` is true or its sender is gone; what is under way then is given up.
    pub async fn run(self, mut stopped: watch::Receiver<bool>) {
        let beating = async {
            let mut under_way = JoinSet::new();
            let mut pause = Pause::default();
            loop {
                match self.beat(&mut under_way).await {
                    Ok(()) => pause = Pause::default(),
                    Err(Fault::Closed) => return,
                    Err(fault) => {
                        tracing::error!(%fault, "heartbeats cannot be taken from the ledger");
                        pause.wait().await;
                    }
                }
            }
        };
        tokio::select! {
            () = beating => {}
            _ = stopped.wait_for(|stop| *stop) => {}
        }
    }

    /// Begins what is due, and returns when it is time to look again.
    async fn beat(&self, under_way: &mut JoinSet<()>) -> Result<(), Fault> {
        let Courier { store, now, .. } = &*self.courier;
        let mut changes = store.changes();
        while let Some(end) = under_way.try_join_next() {
            end.unwrap_or_else(|error| tracing::error!(%error, "a heartbeat broke down"));
        }
        let until = match store.next_heartbeat_at().await? {
            Some(due) => Duration::from_millis(u64::try_from(due.millis_since(now())).unwrap_or(0)),
            None => LONGEST_SLEEP,
        };
        let room = u32::try_from(AT_ONCE - under_way.len()).unwrap_or(0);
        if until.is_zero() && room > 0 {
            for due in store.lease_due_heartbeats(room, now()).await? {
                under_way.spawn(one(self.courier.clone(), due));
            }
        } else {
            tokio::select! {
                () = sleep(until.min(LONGEST_SLEEP)) => {}
                // Missing some is news as well.
                _ = changes.recv() => {}
            }
        }
        sleep(BETWEEN_LOOKS).await;
        Ok(())
    }
}

/// One sign of life, to each callback of the item that asks for it.
async fn one(courier: Arc<Courier>, due: DueHeartbeat) {
    let DueHeartbeat { item, engine } = due;
    let mut asked = false;
    for callback in &item.asked.callbacks {
        let Some(protocol) = protocol::named(&callback.protocol) else { continue };
        let Some(request) = protocol.heartbeat(&item, callback, (courier.now)()) else { continue };
        asked = true;
        let id = DeliveryId(Uuid::now_v7());
        let subject = Subject { id, engine: &engine.name, task: &item.asked.task };
        let request = match courier.signed(request, &subject, &engine).await {
            Ok(request) => request,
            Err(error) => {
                tracing::warn!(item = %item.id, engine = engine.name, %error, "a heartbeat cannot be signed");
                continue;
            }
        };
        let outcome = match courier.http.send(request, &engine).await.answer {
            Ok(answer) => protocol.judge(&answer, (courier.now)()).outcome,
            Err(why) => {
                tracing::warn!(item = %item.id, engine = engine.name, %why, "a heartbeat got no answer");
                continue;
            }
        };
        tracing::debug!(item = %item.id, engine = engine.name, outcome = outcome.name(), "heartbeat");
        if outcome == Outcome::Gone {
            settle(courier.store.engine_gave_up(item.id, (courier.now)()).await);
            return;
        }
    }
    if !asked {
        settle(courier.store.end_heartbeats(item.id).await);
    }
}

fn settle(written: Result<(), Fault>) {
    if let Err(fault) = written {
        // The next heartbeat finds it out again.
        tracing::error!(%fault, "what a heartbeat found out is not recorded");
    }
}
