//! The real process, killed at random while items come in, decisions are made and answers go out.
//!
//! What the engines, the reviewers and the receiver were told is kept outside of it. After each kill, and at the end
//! when everything has gone out, the ledger has to agree with all of them.

mod found;
mod outside;
mod receiver;

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use placet_desk::Reach;
use placet_desk::verb::{LookAround, VerifyAudit};
use placet_review::DeliveryState;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use tempfile::TempDir;
use tokio::task::JoinSet;
use xtask::trial::Trial;

use self::found::{Found, Seen};
use self::outside::Outside;
use self::receiver::Receiver;
use crate::Order;
use crate::ledger::Ledger;
use crate::process::Serve;
use crate::row::{Row, Wanted};

/// How often one ledger is killed. Then another begins, so that a long trial is not one of large ledgers only.
const KILLS_OF_A_LEDGER: u64 = 125;
/// So many ledgers at once: while one process starts, another has the machine busy.
const AT_ONCE: usize = 3;
/// A start takes about so long, in milliseconds; kills during it are drawn from here.
const START_MS: u64 = 120;
/// From when items can come in on, a process lives no longer, in milliseconds.
const LIFE_MS: u64 = 250;
/// Everything has gone out by then.
const DRAINED: Duration = Duration::from_secs(120);

pub(crate) fn soak(order: Order) -> Result<Vec<Row>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let seen = runtime.block_on(all(order))?;
    let row = |what: &str, found, wanted| Row::new(Trial::Kill, what, order, found, wanted);
    let some = |least| if order.size >= 100 { Wanted::AtLeast(least) } else { Wanted::AtLeast(0) };
    Ok(vec![
        row("kills", seen.kills, Wanted::AtLeast(order.size)),
        row("kills before the process was ready", seen.kills_at_start, some(1)),
        row("kills with deliveries under way", seen.kills_while_sending, some(1)),
        row("requests that broke off", seen.broken_off, some(1)),
        row("items acknowledged", seen.items, some(order.size / 2)),
        row("items acknowledged and lost", seen.items_lost, Wanted::None),
        row("decisions acknowledged", seen.decisions, some(order.size / 2)),
        row("decisions acknowledged and lost", seen.decisions_lost, Wanted::None),
        row("items decided twice", seen.decided_twice, Wanted::None),
        row(
            "rows that do not fit together: a decision without its deliveries, a wrong counter",
            seen.misfits,
            Wanted::None,
        ),
        row("complaints of SQLite's integrity_check and foreign_key_check", seen.damage, Wanted::None),
        row("sends", seen.sends, some(order.size / 2)),
        row(
            "ids at the receiver that are no decision's, and the other way round",
            seen.ids_differ,
            Wanted::None,
        ),
        row("sends again", seen.sends_again, some(1)),
        row("sends again that were not under way at a kill", seen.sends_too_many, Wanted::None),
        row("sends after the ledger had them as delivered", seen.sends_after_success, Wanted::None),
        row("deliveries recorded as delivered without an answer", seen.never_answered, Wanted::None),
        row("sends of other bytes, answers that make no sense", seen.wrong, Wanted::None),
        row("what the audit chain says is wrong", seen.audit, Wanted::None),
        row("ledgers of which not all was decided and delivered in the end", seen.unfinished, Wanted::None),
    ])
}

async fn all(order: Order) -> Result<Seen> {
    let mut seeds = (0..order.size.div_ceil(KILLS_OF_A_LEDGER)).map(|nth| {
        let kills = KILLS_OF_A_LEDGER.min(order.size - nth * KILLS_OF_A_LEDGER);
        (order.seed.wrapping_add(nth), kills)
    });
    let mut at_work = JoinSet::new();
    let mut seen = Seen::default();
    loop {
        while at_work.len() < AT_ONCE
            && let Some((seed, kills)) = seeds.next()
        {
            at_work.spawn(one_ledger(seed, kills));
        }
        let Some(one) = at_work.join_next().await else { return Ok(seen) };
        seen.add(&one??);
    }
}

/// One ledger through so many kills, and what it came to.
async fn one_ledger(seed: u64, kills: u64) -> Result<Seen> {
    let home = TempDir::new()?;
    let receiver = Receiver::start(seed).await?;
    let outside = Outside::set_up(home.path(), receiver.url()).await?;
    let mut life =
        Lives { home, receiver, outside, draw: StdRng::seed_from_u64(seed), found: Found::default() };
    for _ in 0..kills {
        life.until_killed().await?;
        life.look().await?;
    }
    if let Err(error) = life.reach_the_end().await {
        life.found.unfinished = 1;
        life.found.objections.push(format!("the end was not reached: {error:#}"));
    }
    let seen = life.found.seen(&life.outside, &life.receiver);
    if !life.found.objections.is_empty() {
        let objections: Vec<_> = life.found.objections.iter().take(20).map(String::as_str).collect();
        eprintln!(
            "ledger {}, kept, of seed {seed}:\n  {}",
            life.home.keep().display(),
            objections.join("\n  ")
        );
    }
    Ok(seen)
}

/// One ledger with everybody around it.
struct Lives {
    home: TempDir,
    receiver: Receiver,
    outside: Arc<Outside>,
    draw: StdRng,
    found: Found,
}

impl Lives {
    /// Starts the process, has everybody work with it, and kills it at a random moment.
    async fn until_killed(&mut self) -> Result<()> {
        let mut serve = Serve::start(self.home.path())?;
        if self.draw.random_bool(0.25) {
            tokio::time::sleep(Duration::from_millis(self.draw.random_range(0..START_MS))).await;
            self.found.kills_at_start += 1;
            return self.kill(serve).await;
        }
        let intake = serve.ready().await?;
        let life = Duration::from_millis(self.draw.random_range(0..LIFE_MS));
        let seed = self.draw.random();
        let desk = Arc::new(serve.desk().await?);
        let mut at_work = self.outside.at_work(&intake, desk, seed);
        tokio::time::sleep(life).await;
        self.kill(serve).await?;
        while let Some(ended) = at_work.join_next().await {
            ended?;
        }
        Ok(())
    }

    async fn kill(&mut self, serve: Serve) -> Result<()> {
        self.found.kills += 1;
        serve.kill().await
    }

    /// Whether the ledger, as the process left it, agrees with everybody outside.
    async fn look(&mut self) -> Result<Ledger> {
        let home = self.home.path().to_owned();
        let ledger = tokio::task::spawn_blocking(move || Ledger::left_in(&home)).await??;
        self.found.compare(&ledger, &self.outside, &self.receiver);
        Ok(ledger)
    }

    /// Starts it once more, decides all, waits until everything has gone out, and looks for the last time.
    async fn reach_the_end(&mut self) -> Result<()> {
        let mut serve = Serve::start(self.home.path())?;
        let intake = serve.ready().await?;
        let desk = serve.desk().await?;
        self.outside.finish(&intake, &desk).await?;
        tokio::time::timeout(DRAINED, drained(&desk)).await.context("not everything has gone out")??;
        let audit = desk.ask("owner", VerifyAudit { kept: None }).await?;
        self.found.hear(&audit);
        serve.kill().await?;
        let ledger = self.look().await?;
        self.found.compare_ids(&ledger, &self.receiver);
        Ok(())
    }
}

async fn drained(desk: &Reach) -> Result<()> {
    loop {
        let overview = desk.ask("owner", LookAround {}).await?;
        let waits =
            |state| matches!(state, DeliveryState::Held | DeliveryState::Due | DeliveryState::Sending);
        let (waiting, over): (Vec<_>, Vec<_>) =
            overview.deliveries.iter().partition(|count| waits(count.state));
        ensure!(
            over.iter().all(|count| count.state == DeliveryState::Delivered),
            "not everything was delivered: {over:?}"
        );
        if waiting.iter().all(|count| count.count == 0) {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
