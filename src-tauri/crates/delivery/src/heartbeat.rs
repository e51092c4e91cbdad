//! Gives engines that want one a sign of life while their task waits, and hears when one gave up.

use std::sync::Arc;
use std::time::Duration;

use placet_store::{DueHeartbeat, Fault};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::attempt::{Courier, Pause};
use crate::protocol::News;

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
    /// Nothing goes out before [`Self::run`].
    pub fn new(courier: Arc<Courier>) -> Self {
        Self { courier }
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
    if !courier.tell(&item, &engine, &News::Waits).await {
        courier.settle(courier.store.end_heartbeats(item.id).await);
    }
}
