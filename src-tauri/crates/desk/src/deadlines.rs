//! Items whose engine does not wait any more leave the queue when that moment comes.

use std::sync::Arc;
use std::time::Duration;

use placet_review::Timestamp;
use placet_store::{Fault, Store};
use tokio::sync::watch;
use tokio::time::sleep;

/// A deadline is noticed within this time: the ledger is not asked more often.
const BETWEEN_LOOKS: Duration = Duration::from_secs(1);
/// The clock of sleeps stands still while the machine is suspended.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);

/// Expires items until `stopped` is true or its sender is gone.
pub(crate) async fn keep(store: Arc<dyn Store>, now: fn() -> Timestamp, mut stopped: watch::Receiver<bool>) {
    let keeping = async {
        loop {
            match look(&*store, now).await {
                Ok(()) => {}
                Err(Fault::Closed) => return,
                Err(fault) => tracing::error!(%fault, "deadlines cannot be read from the ledger"),
            }
            sleep(BETWEEN_LOOKS).await;
        }
    };
    tokio::select! {
        () = keeping => {}
        _ = stopped.wait_for(|stop| *stop) => {}
    }
}

/// Expires what has come to its end, or returns when that may have changed.
async fn look(store: &dyn Store, now: fn() -> Timestamp) -> Result<(), Fault> {
    let mut changes = store.changes();
    let until = match store.next_deadline().await? {
        Some(deadline) => Duration::from_millis(u64::try_from(deadline.millis_since(now())).unwrap_or(0)),
        None => LONGEST_SLEEP,
    };
    if until.is_zero() {
        return store.expire_items(now()).await;
    }
    tokio::select! {
        () = sleep(until.min(LONGEST_SLEEP)) => {}
        // Missing some is news as well.
        _ = changes.recv() => {}
    }
    Ok(())
}
