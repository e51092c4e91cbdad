//! The power goes: after every write of the real ledger, with what was not synced dropped or torn.
//!
//! A script of business steps runs on the real store over a VFS that takes down every call. Then, for each moment, the
//! disk is put together as a power cut could have left it, and the real store opens that. It must say exactly what it
//! said after the last step that was acknowledged by then, or after the step that was under way.

mod disk;
mod script;
mod vfs;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::thread;

use anyhow::{Context as _, Result, ensure};
use placet_store::SqliteStore;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};
use xtask::trial::Trial;

use self::disk::Disk;
use self::script::{Day, SET_UP};
use self::vfs::{Call, Recording};
use crate::Order;
use crate::ledger::{Contents, Ledger};
use crate::row::{Row, Wanted};

const LEDGER: &str = "ledger.sqlite3";
/// How many steps a script has.
const STEPS: usize = 200;
/// Of so many scripts or fewer, those without a large step are cut after every call.
const FEW: u64 = 10;
/// Otherwise a script is cut at so many random moments.
const CUTS: usize = 25;
/// One script in so many has a large step near its end, after which the ledger makes itself a checkpoint; it is cut
/// at so many random moments from then on.
const LARGE_ONES: u64 = 10;
const CUTS_OF_A_LARGE_ONE: usize = 60;

pub(crate) fn soak(order: Order) -> Result<Vec<Row>> {
    let mut seen = Seen::default();
    for nth in 0..order.size {
        let seed = order.seed.wrapping_add(nth);
        // The second one, so that a check has one.
        let large = nth % LARGE_ONES == 1;
        let played = Played::of(seed, large)?;
        let cuts = played.cuts(seed, order.size <= FEW);
        seen.add(&played.cut_all(seed, &cuts)?);
        seen.steps += played.acknowledged.len() as u64;
        seen.calls += played.calls.len() as u64;
    }
    let row = |what: &str, found, wanted| Row::new(Trial::Power, what, order, found, wanted);
    Ok(vec![
        row("steps acknowledged", seen.steps, Wanted::AtLeast(order.size * 150)),
        row(
            "writes, truncations, syncs, creations and deletions of files",
            seen.calls,
            Wanted::AtLeast(order.size * 500),
        ),
        row("cuts", seen.cuts, Wanted::AtLeast(order.size * CUTS as u64)),
        row("cuts after which the step under way was there", seen.ahead, Wanted::AtLeast(1)),
        row("cuts with writes dropped or torn", seen.torn, Wanted::AtLeast(1)),
        row("ledgers that did not open or did not go on", seen.found(Fault::Closed), Wanted::None),
        row(
            "complaints of SQLite's integrity_check and foreign_key_check",
            seen.found(Fault::Damage),
            Wanted::None,
        ),
        row("acknowledged steps lost", seen.found(Fault::Lost), Wanted::None),
        row("half steps seen", seen.found(Fault::Half), Wanted::None),
        row(
            "rows that do not fit together: a decision without its deliveries, a wrong counter",
            seen.found(Fault::Misfit),
            Wanted::None,
        ),
    ])
}

/// What can be wrong after a cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    /// It does not open, or not work.
    Closed,
    /// The file is damaged.
    Damage,
    /// It says what it said before a step that was acknowledged.
    Lost,
    /// It says what it never said.
    Half,
    /// What it says does not fit together.
    Misfit,
}

/// What was counted.
#[derive(Default)]
struct Seen {
    steps: u64,
    calls: u64,
    cuts: u64,
    /// Cuts after which the step under way was there whole.
    ahead: u64,
    /// Cuts at which something that was written was not on the disk as it was written.
    torn: u64,
    faults: BTreeMap<Fault, u64>,
}

impl Seen {
    fn add(&mut self, other: &Self) {
        self.steps += other.steps;
        self.calls += other.calls;
        self.cuts += other.cuts;
        self.ahead += other.ahead;
        self.torn += other.torn;
        for (fault, count) in &other.faults {
            *self.faults.entry(*fault).or_default() += count;
        }
    }

    fn found(&self, fault: Fault) -> u64 {
        self.faults.get(&fault).copied().unwrap_or_default()
    }
}

/// A step that was acknowledged.
struct Acknowledged {
    /// How many calls there were by then.
    calls: usize,
    /// What the ledger said then.
    contents: Contents,
}

/// A script that was played to its end.
struct Played {
    calls: Vec<Call>,
    acknowledged: Vec<Acknowledged>,
    /// Before the large step, if there is one, there were so many calls.
    large_at: Option<usize>,
}

impl Played {
    /// Plays the script of this seed on a new ledger.
    fn of(seed: u64, large: bool) -> Result<Self> {
        let folder = memory()?;
        let home = folder.path().canonicalize()?;
        let recording = Recording::of(&home);
        let mut played = Self { calls: vec![], acknowledged: vec![], large_at: None };
        let store = runtime()?.block_on(played.play(seed, large, &home, &recording))?;
        drop(store);
        played.calls = recording.end();
        // What was taken down is all there was.
        let mut disk = Disk::with_empty(LEDGER);
        played.calls.iter().for_each(|call| disk.after(call));
        let whole = disk.whole();
        let there = fs::read(home.join(LEDGER))?;
        ensure!(whole.get(LEDGER) == Some(&there), "the recording of seed {seed} is not what was written");
        Ok(played)
    }

    async fn play(
        &mut self,
        seed: u64,
        large: bool,
        home: &Path,
        recording: &Recording,
    ) -> Result<SqliteStore> {
        let mut draw = StdRng::seed_from_u64(seed);
        let mut day = Day::drawn(StdRng::seed_from_u64(draw.random()));
        let mut store = day.open(home).await?;
        self.acknowledge(home, recording)?;
        for nth in 0..STEPS {
            if nth < SET_UP {
                day.set_up(&store, nth).await?;
            } else if large && nth == STEPS - 10 {
                self.large_at = Some(recording.calls());
                day.admit_much(&store).await?;
            } else if draw.random_bool(0.04) {
                drop(store);
                store = day.open(home).await?;
            } else {
                day.step(&store).await?;
            }
            self.acknowledge(home, recording)?;
        }
        Ok(store)
    }

    fn acknowledge(&mut self, home: &Path, recording: &Recording) -> Result<()> {
        let calls = recording.calls();
        let (_, contents) = Ledger::open_in(home)?;
        self.acknowledged.push(Acknowledged { calls, contents });
        Ok(())
    }

    /// The moments at which the power goes, each as the number of calls before it.
    fn cuts(&self, seed: u64, everywhere: bool) -> Vec<usize> {
        let mut draw = StdRng::seed_from_u64(seed);
        match self.large_at {
            Some(from) => {
                (0..CUTS_OF_A_LARGE_ONE).map(|_| draw.random_range(from..=self.calls.len())).collect()
            }
            None if everywhere => (0..=self.calls.len()).collect(),
            None => (0..CUTS).map(|_| draw.random_range(0..=self.calls.len())).collect(),
        }
    }

    /// Cuts at each of these moments, on all processors.
    fn cut_all(&self, seed: u64, cuts: &[usize]) -> Result<Seen> {
        let mut cuts = cuts.to_vec();
        cuts.sort_unstable();
        let processors = thread::available_parallelism()?.get();
        thread::scope(|scope| {
            let cut_some = |first: usize| {
                let cuts: Vec<_> = cuts.iter().skip(first).step_by(processors).copied().collect();
                scope.spawn(move || self.cut_some(seed, &cuts))
            };
            let at_work: Vec<_> = (0..processors).map(cut_some).collect();
            let mut seen = Seen::default();
            for one in at_work {
                seen.add(&one.join().expect("it does not panic")?);
            }
            Ok(seen)
        })
    }

    fn cut_some(&self, seed: u64, cuts: &[usize]) -> Result<Seen> {
        let runtime = runtime()?;
        let mut seen = Seen::default();
        let mut disk = Disk::with_empty(LEDGER);
        let mut done = 0;
        for &cut in cuts {
            self.calls[done..cut].iter().for_each(|call| disk.after(call));
            done = cut;
            let mut draw = StdRng::seed_from_u64(seed ^ (cut as u64).wrapping_mul(0x9e37_79b9));
            let left = disk.cut(&mut draw);
            seen.cuts += 1;
            seen.torn += u64::from(left != disk.whole());
            match self.look(&left, cut, &mut draw, &runtime)? {
                Ok(ahead) => seen.ahead += u64::from(ahead),
                Err((fault, words)) => {
                    *seen.faults.entry(fault).or_default() += 1;
                    let again = self.again(seed);
                    eprintln!(
                        "{fault:?} after call {cut} of script {seed}: {words} (again by --only power {again})"
                    );
                }
            }
        }
        Ok(seen)
    }

    /// How to have this script cut again.
    fn again(&self, seed: u64) -> String {
        match self.large_at {
            None => format!("--size 1 --seed {seed}"),
            Some(_) => format!("--size 2 --seed {}", seed.wrapping_sub(1)),
        }
    }

    /// What the real store makes of what the power cut left: whether the step that was under way is there, or what is
    /// wrong.
    fn look(
        &self,
        left: &BTreeMap<String, Vec<u8>>,
        cut: usize,
        draw: &mut StdRng,
        runtime: &Runtime,
    ) -> Result<Result<bool, (Fault, String)>> {
        let folder = memory()?;
        let home = folder.path();
        for (name, bytes) in left {
            fs::write(home.join(name), bytes)?;
        }
        if draw.random_bool(0.3) {
            // Nobody syncs it: after a power cut it holds anything.
            let stale: Vec<u8> = (0..32_768).map(|_| draw.random()).collect();
            fs::write(home.join(format!("{LEDGER}-shm")), stale)?;
        }
        let store = match script::open(home) {
            Ok(store) => Arc::new(store),
            Err(fault) => return Ok(Err((Fault::Closed, fault.to_string()))),
        };
        let (ledger, contents) = match Ledger::open_in(home) {
            Ok(read) => read,
            Err(error) => return Ok(Err((Fault::Damage, format!("{error:#}")))),
        };
        if let Some(words) = ledger.damage.first() {
            return Ok(Err((Fault::Damage, words.clone())));
        }
        if let Some(words) = ledger.misfits.first() {
            return Ok(Err((Fault::Misfit, words.clone())));
        }
        let acknowledged = self.acknowledged.partition_point(|step| step.calls <= cut);
        let says = |step: &Acknowledged| step.contents == contents;
        let here = acknowledged.checked_sub(1).and_then(|last| self.acknowledged.get(last));
        let ahead = self.acknowledged.get(acknowledged).is_some_and(says) && !here.is_some_and(says);
        if !ahead && !here.is_some_and(says) {
            let fault = if self.acknowledged.iter().any(says) { Fault::Lost } else { Fault::Half };
            let other = here.or(self.acknowledged.first()).context("a script has steps")?;
            let tables: Vec<_> = contents
                .iter()
                .filter(|(table, digest)| other.contents.get(*table) != Some(digest))
                .collect();
            return Ok(Err((
                fault,
                format!("{acknowledged} steps were acknowledged; these differ: {tables:?}"),
            )));
        }
        Ok(match runtime.block_on(script::goes_on(store)) {
            Ok(()) => Ok(ahead),
            Err(error) => Err((Fault::Closed, format!("it does not go on: {error:#}"))),
        })
    }
}

/// A folder in memory, where the system has one: what is cut here needs no disk.
fn memory() -> Result<TempDir> {
    let shared = Path::new("/dev/shm");
    Ok(if shared.is_dir() { TempDir::new_in(shared)? } else { TempDir::new()? })
}

fn runtime() -> Result<Runtime> {
    Ok(Builder::new_current_thread().build()?)
}
