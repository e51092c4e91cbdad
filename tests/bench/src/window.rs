//! The real window with a million items waiting, beside a window with one sentence in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use placet_tests::Window;
use serde_json::json;
use tempfile::TempDir;
use xtask::house;

use crate::ROUNDS;
use crate::desk::{decide_all_but_one, fill};
use crate::row::{Goal, Row, median, quantile};

const WAITING: usize = 1_000_000;
const PENDING: usize = 100_000;
/// How long after its start an app is taken for idle.
const SETTLED: Duration = Duration::from_secs(20);
/// How long it is watched then.
const WATCHED: Duration = Duration::from_secs(5);
/// Keys of a round.
const KEYS: usize = 100;
/// One frame at 60 a second, in milliseconds.
const FRAME_MS: f64 = 1_000.0 / 60.0;
/// The item that is shown says which it is.
const ITEM: &str = "[data-testid=item][data-item-id]";

/// From the key to the moment after the frame in which the next item is painted.
pub(crate) async fn key() -> Result<Vec<Row>> {
    let ledger = filled().await?;
    let empty = tempfile::tempdir()?;
    let placet = open(&placet(), ledger.path()).await?;
    let bare = open(&bare(), empty.path()).await?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(press_keys(&placet).await?);
        theirs.push(press_keys(&bare).await?);
    }
    placet.close().await?;
    bare.close().await?;
    let of_rounds = |share: f64, rounds: &[Vec<f64>]| {
        median(rounds.iter().map(|round| quantile(round.iter().copied(), share)))
    };
    let row = |case, share| Row::new("key", case, "ms", (of_rounds(share, &ours), of_rounds(share, &theirs)));
    Ok(vec![
        row("p50, 1 M waiting", 0.5).wanted(Goal::ValueAtMost(FRAME_MS)),
        row("p99, 1 M waiting", 0.99).wanted(Goal::ValueAtMost(2.0 * FRAME_MS)),
    ])
}

/// Notes, for every key, when the item that it brings has been painted. A message that is posted from a
/// frame's callback arrives after that frame is painted; this engine has no event timing of its own.
const WATCH: &str = r"
    window.painted = [];
    const selector = arguments[0];
    const id = () => document.querySelector(selector)?.dataset.itemId;
    document.addEventListener('keydown', () => {
        const pressed = performance.now(), before = id();
        const look = () => {
            const now = id();
            if (now === undefined || now === before) return requestAnimationFrame(look);
            const after = new MessageChannel();
            after.port1.onmessage = () => window.painted.push(performance.now() - pressed);
            after.port2.postMessage(0);
        };
        requestAnimationFrame(look);
    }, true);
";

async fn press_keys(window: &Window) -> Result<Vec<f64>> {
    if window.eval("return window.painted === undefined").await? == json!(true) {
        window.eval_with(WATCH, vec![json!(ITEM)]).await?;
    }
    window.eval("window.painted.length = 0").await?;
    for pressed in 1..=KEYS {
        window.press("a").await?;
        window
            .wait_for("the next item is painted", async || {
                let painted = window.eval("return window.painted.length").await?;
                Ok((painted.as_u64() >= Some(pressed as u64)).then_some(()))
            })
            .await?;
    }
    serde_json::from_value(window.eval("return window.painted").await?).context("no times")
}

/// From the start of the process to the first paint with something in it.
pub(crate) async fn start() -> Result<Vec<Row>> {
    let waiting = started("first paint, 1 M waiting", &filled().await?).await?;
    let pending = started("first paint, 100,000 deliveries pending", &pending().await?).await?;
    Ok(vec![waiting, pending])
}

async fn started(case: &'static str, ledger: &TempDir) -> Result<Row> {
    let empty = tempfile::tempdir()?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let placet = open(&placet(), ledger.path()).await?;
        let begun = begun_ms(&self::placet(), ledger.path())?;
        ours.push(first_paint_ms(&placet).await? - begun);
        placet.close().await?;
        let bare = open(&bare(), empty.path()).await?;
        theirs.push(first_paint_ms(&bare).await? - begun_ms(&self::bare(), empty.path())?);
        bare.close().await?;
    }
    let medians = (median(ours), median(theirs));
    Ok(Row::new("start", case, "ms", medians).wanted(Goal::RatioAtMost(1.5)))
}

/// Processor time of all processes of the app while nobody does anything, as a share of one processor.
pub(crate) async fn idle() -> Result<Vec<Row>> {
    let ledger = filled().await?;
    let empty = tempfile::tempdir()?;
    let placet = open(&placet(), ledger.path()).await?;
    let bare = open(&bare(), empty.path()).await?;
    // The check of a large ledger begins some seconds after the start, and is no idling.
    tokio::time::sleep(SETTLED).await;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(busy_percent(ledger.path()).await?);
        theirs.push(busy_percent(empty.path()).await?);
    }
    placet.close().await?;
    bare.close().await?;
    let medians = (median(ours), median(theirs));
    Ok(vec![Row::new("idle", "1 M waiting, nobody there", "% of a processor", medians)])
}

/// How much of one processor the app took for a while.
async fn busy_percent(ledger: &Path) -> Result<f64> {
    let before = ticks(ledger)?;
    tokio::time::sleep(WATCHED).await;
    // The kernel counts processor time in hundredths of a second (USER_HZ, proc_pid_stat(5)).
    Ok((ticks(ledger)? - before) / WATCHED.as_secs_f64())
}

/// Processor time of all processes of the app so far, in hundredths of a second.
fn ticks(ledger: &Path) -> Result<f64> {
    let mut ticks = 0.0;
    for process in apps_processes(ledger)? {
        let stat = fs::read_to_string(process.join("stat"))?;
        // `utime` and `stime`, the 12th and 13th after the name.
        let fields = stat.rsplit_once(") ").context("no fields")?.1.split(' ').skip(11).take(2);
        for field in fields {
            ticks += field.parse::<f64>()?;
        }
    }
    Ok(ticks)
}

/// Memory of all processes of the app, with what they share counted once.
pub(crate) async fn memory() -> Result<Vec<Row>> {
    let ledger = filled().await?;
    let empty = tempfile::tempdir()?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let placet = open(&placet(), ledger.path()).await?;
        ours.push(memory_mib(ledger.path())?);
        placet.close().await?;
        let bare = open(&bare(), empty.path()).await?;
        theirs.push(memory_mib(empty.path())?);
        bare.close().await?;
    }
    let medians = (median(ours), median(theirs));
    Ok(vec![Row::new("memory", "PSS, 1 M waiting", "MiB", medians).wanted(Goal::RatioAtMost(1.5))])
}

fn placet() -> PathBuf {
    house::target().join("release").join("placet-desktop")
}

fn bare() -> PathBuf {
    house::target().join("release").join("examples").join("bare")
}

/// A ledger with an item to look at, and so many deliveries that are to go out in a year.
async fn pending() -> Result<TempDir> {
    let ledger = tempfile::tempdir()?;
    fill(ledger.path(), 0, PENDING + 1).await?;
    decide_all_but_one(ledger.path()).await?;
    Ok(ledger)
}

async fn filled() -> Result<TempDir> {
    let ledger = tempfile::tempdir()?;
    fill(ledger.path(), 0, WAITING).await?;
    Ok(ledger)
}

/// Opens the app on the ledger, and returns when it shows an item.
async fn open(app: &Path, ledger: &Path) -> Result<Window> {
    let window = Window::open_app(app, ledger, &[]).await?;
    window.shows(ITEM).await?;
    Ok(window)
}

/// When the page was first painted, in milliseconds since 1970. What is there may not be painted yet.
async fn first_paint_ms(window: &Window) -> Result<f64> {
    let script = "const [paint] = performance.getEntriesByName('first-contentful-paint');
                  return paint ? performance.timeOrigin + paint.startTime : null;";
    window.wait_for("the first paint", async || Ok(window.eval(script).await?.as_f64())).await
}

/// When the app's process began, in milliseconds since 1970; the kernel counts in hundredths of a second.
fn begun_ms(app: &Path, ledger: &Path) -> Result<f64> {
    let process = processes(ledger)?
        .into_iter()
        .find(|process| fs::read_link(process.join("exe")).is_ok_and(|exe| exe == app))
        .with_context(|| format!("{} does not run", app.display()))?;
    let stat = fs::read_to_string(process.join("stat"))?;
    // `pid (name) state ...`: the start is the 22nd field, the 20th after the name (proc_pid_stat(5)).
    let started =
        stat.rsplit_once(") ").and_then(|(_, fields)| fields.split(' ').nth(19)).context("no start")?;
    let uptime = fs::read_to_string("/proc/uptime")?;
    let uptime: f64 = uptime.split(' ').next().context("no uptime")?.parse()?;
    let age = uptime - started.parse::<f64>()? / 100.0;
    Ok((SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs_f64() - age) * 1e3)
}

fn memory_mib(ledger: &Path) -> Result<f64> {
    let mut kib = 0.0;
    for process in apps_processes(ledger)? {
        let rollup = fs::read_to_string(process.join("smaps_rollup"))?;
        let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:")).context("no Pss")?;
        kib += line.trim().trim_end_matches(" kB").parse::<f64>()?;
    }
    Ok(kib / 1024.0)
}

/// The app and the processes of its page.
fn apps_processes(ledger: &Path) -> Result<Vec<PathBuf>> {
    let mut apps = processes(ledger)?;
    apps.retain(|process| {
        let name = fs::read_to_string(process.join("comm")).unwrap_or_default();
        // The driver has a WebKit name too, and is no part of the app.
        ["placet-desktop", "bare", "WebKit"].iter().any(|app| name.starts_with(app))
            && !name.starts_with("WebKitWebDriver")
    });
    ensure!(apps.len() >= 2, "the app has only {} processes: not all were found", apps.len());
    Ok(apps)
}

/// Everything that was started on this ledger, as folders of `/proc`.
fn processes(ledger: &Path) -> Result<Vec<PathBuf>> {
    let mark = format!("PLACET_HOME={}", ledger.display());
    let marked = |process: &PathBuf| {
        let environment = fs::read(process.join("environ")).unwrap_or_default();
        environment.split(|byte| *byte == 0).any(|pair| pair == mark.as_bytes())
    };
    Ok(fs::read_dir("/proc")?.flatten().map(|entry| entry.path()).filter(marked).collect())
}
