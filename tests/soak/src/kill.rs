//! The real process, killed at random while items come in, decisions are made and answers go out.
//!
//! What the engines, the reviewers and the receiver were told is kept outside of it. After each kill, and at the end
//! when everything has gone out, the ledger has to agree with all of them.

mod outside;
mod receiver;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use placet_desk::Reach;
use placet_desk::verb::LookAround;
use placet_review::DeliveryState;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use tempfile::TempDir;
use tokio::task::JoinSet;
use uuid::Uuid;
use xtask::trial::Trial;

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
        row("ledgers of which not all was decided and delivered in the end", seen.unfinished, Wanted::None),
    ])
}

/// What was counted over all ledgers.
#[derive(Debug, Default)]
struct Seen {
    kills: u64,
    kills_at_start: u64,
    kills_while_sending: u64,
    broken_off: u64,
    items: u64,
    items_lost: u64,
    decisions: u64,
    decisions_lost: u64,
    decided_twice: u64,
    misfits: u64,
    damage: u64,
    sends: u64,
    ids_differ: u64,
    sends_again: u64,
    sends_too_many: u64,
    sends_after_success: u64,
    never_answered: u64,
    wrong: u64,
    unfinished: u64,
}

impl Seen {
    fn add(&mut self, other: &Self) {
        self.kills += other.kills;
        self.kills_at_start += other.kills_at_start;
        self.kills_while_sending += other.kills_while_sending;
        self.broken_off += other.broken_off;
        self.items += other.items;
        self.items_lost += other.items_lost;
        self.decisions += other.decisions;
        self.decisions_lost += other.decisions_lost;
        self.decided_twice += other.decided_twice;
        self.misfits += other.misfits;
        self.damage += other.damage;
        self.sends += other.sends;
        self.ids_differ += other.ids_differ;
        self.sends_again += other.sends_again;
        self.sends_too_many += other.sends_too_many;
        self.sends_after_success += other.sends_after_success;
        self.never_answered += other.never_answered;
        self.wrong += other.wrong;
        self.unfinished += other.unfinished;
    }
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

/// What was found in one ledger.
#[derive(Default)]
struct Found {
    kills: u64,
    kills_at_start: u64,
    kills_while_sending: u64,
    /// How often each delivery was under way at a kill.
    under_way: HashMap<Uuid, u64>,
    /// Deliveries that were delivered by the ledger, with how often they had come by then.
    delivered: HashMap<Uuid, u64>,
    items_lost: HashSet<String>,
    decisions_lost: HashSet<Uuid>,
    decided_twice: HashSet<String>,
    misfits: BTreeSet<String>,
    damage: BTreeSet<String>,
    never_answered: HashSet<Uuid>,
    ids_differ: u64,
    /// 1 if not everything was decided and delivered in the end.
    unfinished: u64,
    /// All of it, for a person.
    objections: Vec<String>,
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

impl Found {
    fn compare(&mut self, ledger: &Ledger, outside: &Outside, receiver: &Receiver) {
        let heard = receiver.heard();
        let told = outside.told();
        for task in &told.items {
            if !ledger.items.contains(task) && self.items_lost.insert(task.clone()) {
                self.objections.push(format!("{task} was acknowledged and is lost"));
            }
        }
        for (id, (task, verdict)) in &told.decisions {
            let kept = ledger.decisions.get(id);
            if kept.is_none_or(|(of, said)| of != task || said != verdict.name())
                && self.decisions_lost.insert(*id)
            {
                self.objections
                    .push(format!("decision {id} on {task} was acknowledged; the ledger has {kept:?}"));
            }
        }
        for misfit in &ledger.misfits {
            if self.misfits.insert(misfit.clone()) {
                self.objections.push(misfit.clone());
            }
        }
        for words in &ledger.damage {
            if self.damage.insert(words.clone()) {
                self.objections.push(words.clone());
            }
        }
        for id in ledger.in_state("sending") {
            *self.under_way.entry(id).or_default() += 1;
        }
        self.kills_while_sending += u64::from(ledger.in_state("sending").next().is_some());
        for id in ledger.in_state("delivered") {
            let heard = heard.get(&id);
            self.delivered.entry(id).or_insert_with(|| heard.map_or(0, |heard| heard.sends));
            if heard.is_none_or(|heard| heard.answered == 0) && self.never_answered.insert(id) {
                self.objections.push(format!("{id} is delivered, and nobody answered"));
            }
        }
    }

    /// When everything has gone out: the receiver has exactly what was decided, each under one id.
    fn compare_ids(&mut self, ledger: &Ledger, receiver: &Receiver) {
        let heard = receiver.heard();
        let sent: HashSet<_> = heard.keys().collect();
        for id in ledger.deliveries.keys().collect::<HashSet<_>>().symmetric_difference(&sent) {
            self.ids_differ += 1;
            self.objections.push(format!("{id} is known to one of ledger and receiver only"));
        }
        let mut decision_of: HashMap<&str, &str> = HashMap::new();
        for heard in heard.values() {
            let first = *decision_of.entry(&heard.task).or_insert(&heard.decision);
            if first != heard.decision && self.decided_twice.insert(heard.task.clone()) {
                self.objections.push(format!("the receiver heard two decisions on {}", heard.task));
            }
        }
    }

    fn seen(&mut self, outside: &Outside, receiver: &Receiver) -> Seen {
        let (mut sends, mut sends_again, mut sends_too_many, mut sends_after_success) = (0, 0, 0, 0);
        for (id, heard) in receiver.heard() {
            sends += heard.sends;
            sends_again += heard.sends - 1;
            let under_way = self.under_way.get(&id).copied().unwrap_or_default();
            if heard.sends > 1 + under_way {
                sends_too_many += heard.sends - 1 - under_way;
                self.objections
                    .push(format!("{id} came {} times and was under way {under_way} times", heard.sends));
            }
            let by_then = self.delivered.get(&id).copied().unwrap_or(heard.sends);
            if heard.sends > by_then {
                sends_after_success += heard.sends - by_then;
                self.objections.push(format!("{id} came again after the ledger had it as delivered"));
            }
        }
        let told = outside.told();
        self.decided_twice.extend(told.decided_twice.iter().cloned());
        let wrong = [receiver.wrong(), told.wrong.clone()].concat();
        self.objections.extend(told.decided_twice.iter().map(|task| format!("{task} was decided twice")));
        self.objections.extend(wrong.iter().cloned());
        Seen {
            kills: self.kills,
            kills_at_start: self.kills_at_start,
            kills_while_sending: self.kills_while_sending,
            broken_off: told.broken_off,
            items: told.items.len() as u64,
            items_lost: self.items_lost.len() as u64,
            decisions: told.decisions.len() as u64,
            decisions_lost: self.decisions_lost.len() as u64,
            decided_twice: self.decided_twice.len() as u64,
            misfits: self.misfits.len() as u64,
            damage: self.damage.len() as u64,
            sends,
            ids_differ: self.ids_differ,
            sends_again,
            sends_too_many,
            sends_after_success,
            never_answered: self.never_answered.len() as u64,
            wrong: wrong.len() as u64,
            unfinished: self.unfinished,
        }
    }
}
