//! What the next item costs with ten thousand, one million and ten million waiting, beside what it costs
//! with ten thousand.

use std::time::Instant;

use anyhow::{Result, ensure};
use placet_store::{SqliteStore, Store as _};

use crate::ROUNDS;
use crate::desk::{QUEUE, fill, moment};
use crate::row::{Goal, Row, median};

const SIZES: [(usize, &str); 3] = [(10_000, "10 k"), (1_000_000, "1 M"), (10_000_000, "10 M")];
/// Leases and looks of a round.
const TIMES: usize = 200;

pub(crate) async fn measure() -> Result<Vec<Row>> {
    let small = tempfile::tempdir()?;
    let large = tempfile::tempdir()?;
    fill(small.path(), 0, SIZES[0].0).await?;
    let mut rows = Vec::new();
    let mut filled = 0;
    for (size, name) in SIZES {
        fill(large.path(), filled, size).await?;
        filled = size;
        let (small, large) = (SqliteStore::open(small.path())?, SqliteStore::open(large.path())?);
        let (mut leases, mut looks) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            leases.push((lease(&large).await?, lease(&small).await?));
            looks.push((look(&large).await?, look(&small).await?));
        }
        for (case, measured) in [("lease_next", leases), ("first page of the inbox", looks)] {
            let (large, small): (Vec<f64>, Vec<f64>) = measured.into_iter().unzip();
            let row = Row::new("next", format!("{case}, {name}"), "us", (median(large), median(small)));
            rows.push(row.wanted(Goal::RatioAtMost(1.5)));
        }
    }
    Ok(rows)
}

/// Takes hold of the next item and lets it go again, so that the queue stays as it is.
async fn lease(store: &SqliteStore) -> Result<f64> {
    let until = moment().plus_millis(300_000);
    let mut spent = 0.0;
    for _ in 0..TIMES {
        let started = Instant::now();
        let leases = store.lease_next(QUEUE, "ada", 1, moment(), until).await?;
        spent += started.elapsed().as_secs_f64();
        ensure!(leases.len() == 1, "nothing waits");
        store.release(leases[0].item.id, leases[0].fence, moment()).await?;
    }
    Ok(microseconds_each(spent))
}

async fn look(store: &SqliteStore) -> Result<f64> {
    let started = Instant::now();
    for _ in 0..TIMES {
        ensure!(store.inbox(QUEUE, "ada", 0, 50).await?.len() == 50, "the page is not full");
    }
    Ok(microseconds_each(started.elapsed().as_secs_f64()))
}

fn microseconds_each(seconds: f64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "some hundreds")]
    let times = TIMES as f64;
    seconds * 1e6 / times
}
