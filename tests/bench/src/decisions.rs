//! Decisions a second, beside bare commits of the same bytes to a file of the same settings.

use std::time::Instant;

use anyhow::Result;
use placet_desk::verb::{Next, PutQueue, Submit};
use placet_desk::view::ItemView;
use placet_desk::{Desk, Verb as _};
use placet_review::{Queue, Signing};
use tokio::task::JoinSet;

use crate::ROUNDS;
use crate::bare::Bare;
use crate::desk::{OpenDesk, QUEUE, approve, queue, submission};
use crate::row::{Goal, Row, median, per_second};

/// Decisions of a round.
const DECISIONS: usize = 640;
const RECEIVER: &str = "http://127.0.0.1:9/";

pub(crate) async fn measure() -> Result<Vec<Row>> {
    // Nobody listens where the answers go. With a long undo window none of them goes out meanwhile; without
    // one, each is tried, fails and is tried again while the next is decided.
    let cases = [
        (1, 3_600, "one person"),
        (16, 3_600, "16 people at once"),
        (1, 0, "one person, receiver down"),
        (16, 0, "16 people at once, receiver down"),
    ];
    let mut rows = Vec::new();
    for (deciders, undo_seconds, case) in cases {
        let placet = OpenDesk::open(RECEIVER, Signing::default()).await?;
        PutQueue { queue: Queue { undo_seconds, ..queue() } }.run(&placet.desk, "owner").await?;
        let folder = tempfile::tempdir()?;
        let mut bare = Bare::open(&folder.path().join("bare.sqlite3"))?;
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for round in 0..ROUNDS {
            hand_in(&placet.desk, round * DECISIONS).await?;
            let held = hold_all(&placet.desk).await?;
            ours.push(decide_all(&placet.desk, held, deciders).await?);
            theirs.push(bare_commits(&mut bare)?);
        }
        placet.close().await;
        let medians = (median(ours), median(theirs));
        rows.push(Row::new("decisions", case, "decisions/s", medians).wanted(Goal::RatioAtLeast(0.5)));
    }
    Ok(rows)
}

async fn hand_in(desk: &Desk, from: usize) -> Result<()> {
    let documents = (from..from + DECISIONS).map(|number| submission(number, RECEIVER).to_string());
    Submit { documents: documents.collect() }.run(desk, "owner").await?;
    Ok(())
}

async fn hold_all(desk: &Desk) -> Result<Vec<ItemView>> {
    let mut held = Vec::with_capacity(DECISIONS);
    while held.len() < DECISIONS {
        held.extend(Next { queue: QUEUE.to_owned(), limit: 16 }.run(desk, "ada").await?);
    }
    Ok(held)
}

async fn decide_all(desk: &Desk, held: Vec<ItemView>, deciders: usize) -> Result<f64> {
    let share = held.len().div_ceil(deciders);
    let mut deciding = JoinSet::new();
    let started = Instant::now();
    for held in held.chunks(share) {
        let (desk, held) = (desk.clone(), held.to_vec());
        deciding.spawn(async move {
            for item in held {
                approve(&desk, item).await?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(decided) = deciding.join_next().await {
        decided??;
    }
    Ok(per_second(DECISIONS, started))
}

fn bare_commits(ledger: &mut Bare) -> Result<f64> {
    let started = Instant::now();
    for _ in 0..DECISIONS {
        ledger.commit()?;
    }
    Ok(per_second(DECISIONS, started))
}
