//! Whoever can write the ledger's file, but has not the key, changes its history: is each change found, beside a head
//! that was kept?
//!
//! The ledger is a real one, whose history was drawn and made by the store's own verbs; it is tampered with by SQL,
//! whose triggers are dropped first. Honest ledgers are looked at as well, and nothing may be found there.

mod chain;
mod forgery;
mod history;
mod tamper;
mod world;

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use anyhow::{Context as _, Result, ensure};
use placet_store::{AuditHead, AuditKey, SqliteStore, Store as _};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use tokio::runtime::{Builder, Runtime};
use xtask::trial::Trial;

use self::history::History;
use self::tamper::{Kind, Tampering};
use crate::Order;
use crate::row::{Row, Wanted};

/// The key of every ledger here, which whoever tampers has not.
const KEY: [u8; 32] = [0x4b; 32];
/// So many cases tamper with the same history. A case belongs to a history by its own seed, so that it can be done
/// again alone.
const CASES_OF_A_HISTORY: u64 = 200;

pub(crate) fn soak(order: Order) -> Result<Vec<Row>> {
    let first = order.seed / CASES_OF_A_HISTORY;
    let last = order.seed.saturating_add(order.size.saturating_sub(1)) / CASES_OF_A_HISTORY;
    let next = AtomicU64::new(first);
    let seen = thread::scope(|scope| -> Result<Seen> {
        let work = || -> Result<Seen> {
            let runtime = Builder::new_current_thread().build()?;
            let mut seen = Seen::default();
            loop {
                let history = next.fetch_add(1, Ordering::Relaxed);
                if history > last {
                    return Ok(seen);
                }
                let begin = history.saturating_mul(CASES_OF_A_HISTORY);
                let cases = begin.max(order.seed)
                    ..=begin.saturating_add(CASES_OF_A_HISTORY - 1).min(order.seed + (order.size - 1));
                let again = format!("--only audit --size 1 --seed {}", cases.start());
                seen.add(one_history(&runtime, begin, cases).with_context(|| format!("again by {again}"))?);
            }
        };
        let workers: Vec<_> =
            (0..thread::available_parallelism().map_or(1, usize::from)).map(|_| scope.spawn(work)).collect();
        let mut seen = Seen::default();
        for worker in workers {
            seen.add(worker.join().map_err(|_| anyhow::anyhow!("a worker panicked"))??);
        }
        Ok(seen)
    })?;
    let row = |what: String, found, wanted| Row::new(Trial::Audit, what, order, found, wanted);
    let mut rows = vec![
        row("tamperings that were not found".into(), seen.missed, Wanted::None),
        row("honest ledgers that were found wrong".into(), seen.false_alarms, Wanted::None),
        row("honest ledgers looked at".into(), seen.honest, Wanted::AtLeast(1)),
    ];
    // Of a few cases not every kind is drawn.
    let some = Wanted::AtLeast(u64::from(order.size >= 1_000));
    for kind in Kind::ALL {
        rows.push(row(format!("tampered: {}", kind.name()), seen.of_kind[kind as usize], some));
    }
    Ok(rows)
}

/// What many cases came to.
#[derive(Default)]
struct Seen {
    missed: u64,
    honest: u64,
    false_alarms: u64,
    of_kind: [u64; Kind::ALL.len()],
}

impl Seen {
    fn add(&mut self, other: Self) {
        self.missed += other.missed;
        self.honest += other.honest;
        self.false_alarms += other.false_alarms;
        for (mine, others) in self.of_kind.iter_mut().zip(other.of_kind) {
            *mine += others;
        }
    }
}

fn one_history(runtime: &Runtime, history_seed: u64, cases: std::ops::RangeInclusive<u64>) -> Result<Seen> {
    let folder = tempfile::tempdir()?;
    let history = runtime.block_on(History::made(history_seed, folder.path()))?;
    let bench = tempfile::tempdir()?;
    let mut seen = Seen::default();
    for (file, head) in history.honest() {
        put(bench.path(), file)?;
        seen.honest += 1;
        if let Some(found) = runtime.block_on(found(bench.path(), head))? {
            seen.false_alarms += 1;
            eprintln!("the honest ledger of history {history_seed} is found wrong beside {head}: {found}");
        }
    }
    for case in cases {
        let mut draw = StdRng::seed_from_u64(case);
        let Tampering { kind, what } = tamper::draw(&mut draw, &history, bench.path())?;
        seen.of_kind[kind as usize] += 1;
        if runtime.block_on(found(bench.path(), history.head()))?.is_none() {
            seen.missed += 1;
            eprintln!("not found: {what} (again by --only audit --size 1 --seed {case})");
        }
    }
    Ok(seen)
}

/// Puts a ledger's file into the folder in place of what is there.
fn put(folder: &Path, file: &[u8]) -> Result<()> {
    for beside in ["ledger.sqlite3-wal", "ledger.sqlite3-shm"] {
        // Most often there is none.
        let _ = std::fs::remove_file(folder.join(beside));
    }
    Ok(std::fs::write(folder.join("ledger.sqlite3"), file)?)
}

/// What Placet finds wrong with the ledger in the folder: on opening it, or verifying it beside the head.
async fn found(folder: &Path, head: AuditHead) -> Result<Option<String>> {
    let store = match SqliteStore::open_with_key(folder, |_| Some(AuditKey::new(&KEY))) {
        Ok(store) => store,
        Err(fault) => return Ok(Some(fault.to_string())),
    };
    match store.verify_audit(Some(head)).await {
        Ok(report) if report.holds() => {
            ensure!(report.rows > 0, "an empty ledger says nothing");
            Ok(None)
        }
        Ok(report) => Ok(Some(report.findings.iter().map(|finding| finding.words.as_str()).collect())),
        Err(fault) => Ok(Some(fault.to_string())),
    }
}
