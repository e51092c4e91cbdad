//! Waiting for something to come true, for so long and no longer.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// How long a test waits for something that happens in another process. Far longer than it ever takes, so
/// that a slow machine is not a failure.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);
pub(crate) const GLANCE: Duration = Duration::from_millis(30);

/// Looks until there is something to see; fails with `what` if there never is. What `look` fails with ends
/// the wait at once.
pub async fn eventually<T>(what: &str, mut look: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    let started = Instant::now();
    loop {
        if let Some(seen) = look().await? {
            return Ok(seen);
        }
        if started.elapsed() > PATIENCE {
            bail!("waited {} s in vain: {what}", PATIENCE.as_secs());
        }
        tokio::time::sleep(GLANCE).await;
    }
}
