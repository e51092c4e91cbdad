//! Bytes of others: the inputs that are kept are played again, and then new ones are sought for a while.
//!
//! The size is how many seconds each target is searched; at 0 nothing is searched, and nothing but this program is
//! needed. What leads somewhere new is thrown away with the search, so that the kept inputs stay as they are.

use std::fs::{self, File};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use placet_fuzz::Target;
use xtask::house;
use xtask::trial::Trial;

use crate::Order;
use crate::row::{Row, Wanted};

/// How long one input may take, in seconds, and how much memory a search, in MiB, before either is a failure.
const LIMITS: [&str; 2] = ["-timeout=10", "-rss_limit_mb=2048"];

pub(crate) fn soak(order: Order) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for target in Target::ALL {
        let name = target.name();
        let row = |what: &str, found, wanted| {
            Row::new(Trial::Fuzz, format!("{name}: {what}"), order, found, wanted)
        };
        let (replayed, failed) = replay(target)?;
        rows.push(row("kept inputs played again", replayed, Wanted::AtLeast(1)));
        rows.push(row("kept inputs that broke a promise", failed, Wanted::None));
        if order.size > 0 {
            let Search { executions, broken } = search(target, order)?;
            rows.push(row("new inputs tried", executions, Wanted::AtLeast(1)));
            rows.push(row("searches that ended with a broken promise", broken.into(), Wanted::None));
        }
    }
    Ok(rows)
}

/// Plays the kept inputs again: how many there are, and how many fail.
fn replay(target: Target) -> Result<(u64, u64)> {
    let folder = target.corpus();
    let files = fs::read_dir(&folder).with_context(|| format!("{} is not there", folder.display()))?;
    let mut paths = files.map(|file| Ok(file?.path())).collect::<Result<Vec<_>>>()?;
    paths.sort();
    let body = target.body();
    let mut failed = 0;
    for path in &paths {
        let input = fs::read(path)?;
        // The panic has said on standard error what is broken; here it is said by what.
        if catch_unwind(AssertUnwindSafe(|| body(&input))).is_err() {
            failed += 1;
            eprintln!("{} is broken by {}", target.name(), path.display());
        }
    }
    Ok((paths.len() as u64, failed))
}

/// What a search came to.
struct Search {
    executions: u64,
    broken: bool,
}

fn search(target: Target, order: Order) -> Result<Search> {
    let name = target.name();
    let program = house::fuzz_target(name);
    ensure!(
        program.is_file(),
        "{} is not built; `cargo xtask soak --only fuzz` builds it first",
        program.display()
    );
    let artifacts = house::fuzz_target_dir().join("artifacts").join(name);
    fs::create_dir_all(&artifacts)?;
    // Its ledger, its log and all that it finds.
    let scratch = tempfile::tempdir()?;
    let found = scratch.path().join("found");
    fs::create_dir(&found)?;
    let said = scratch.path().join("said");
    let status = Command::new(&program)
        .env("TMPDIR", scratch.path())
        .current_dir(scratch.path())
        .args(LIMITS)
        .arg(format!("-max_total_time={}", order.size))
        .arg(format!("-seed={}", seed(order.seed)))
        .arg(format!("-artifact_prefix={}/", artifacts.display()))
        .args(["-print_final_stats=1", "-verbosity=0"])
        .args([found, target.corpus()])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(File::create(&said)?)
        .status()
        .with_context(|| format!("{} does not start", program.display()))?;
    let said = String::from_utf8_lossy(&fs::read(&said)?).into_owned();
    let executions = executions(&said);
    let broken = !status.success();
    if broken {
        eprintln!("{said}\n{name} ended with {status}; the input is in {}", artifacts.display());
    } else {
        // Then a search that tried nothing is told from one that is not understood.
        executions.context("libFuzzer has not said how many inputs it tried")?;
    }
    Ok(Search { executions: executions.unwrap_or(0), broken })
}

/// libFuzzer takes 32 bits, and draws a seed of its own for 0.
fn seed(seed: u64) -> u32 {
    u32::try_from(seed & u64::from(u32::MAX)).unwrap_or_default().max(1)
}

/// What libFuzzer says at its end.
fn executions(said: &str) -> Option<u64> {
    let rest = said.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:"))?;
    rest.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{executions, seed};

    #[test]
    fn what_libfuzzer_says_is_understood() {
        assert_eq!(executions("Done\nstat::number_of_executed_units: 4711\nstat::x: 1\n"), Some(4_711));
        assert_eq!(executions("INFO: Seed: 1\n"), None);
    }

    #[test]
    fn a_seed_is_never_left_to_libfuzzer() {
        assert_eq!((seed(0), seed(1 << 32), seed(7)), (1, 1, 7));
    }
}
