//! `placet submit` of a JSON Lines file, beside bare inserts of the very rows it leaves into the same schema.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use rusqlite::Connection;
use rusqlite::types::Value;
use xtask::house;

use crate::ROUNDS;
use crate::desk::{ENGINE, QUEUE, submission};
use crate::row::{Goal, Row, median, per_second};

const ITEMS: usize = 50_000;
/// Rows of a bare transaction.
const BATCH: usize = 5_000;
const RECEIVER: &str = "http://127.0.0.1:9/";

pub(crate) fn measure() -> Result<Vec<Row>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("items.jsonl");
    let mut lines = std::io::BufWriter::new(std::fs::File::create(&file)?);
    for number in 0..ITEMS {
        writeln!(lines, "{}", submission(number, RECEIVER))?;
    }
    lines.flush()?;

    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let home = folder.path().join(format!("ledger-{round}"));
        prepare(&home)?;
        let empty = folder.path().join(format!("bare-{round}"));
        prepare(&empty)?;

        let started = Instant::now();
        placet(&home, &["submit", &file.display().to_string()])?;
        ours.push(per_second(ITEMS, started));

        theirs.push(bare(&home, &empty)?);
        std::fs::remove_dir_all(home)?;
        std::fs::remove_dir_all(empty)?;
    }
    let medians = (median(ours), median(theirs));
    Ok(vec![Row::new("import", "50,000 lines of 1 KB", "items/s", medians).wanted(Goal::RatioAtLeast(0.5))])
}

fn prepare(home: &Path) -> Result<()> {
    placet(home, &["engine", "add", ENGINE, "--allow", RECEIVER, "--no-webhook-signature"])?;
    placet(home, &["queue", "add", QUEUE, "--kind", "classify", "--choice", "yes", "--choice", "no"])
}

/// Runs the `placet` command as it is shipped.
fn placet(home: &Path, arguments: &[&str]) -> Result<()> {
    let output = Command::new(house::target().join("release").join("placet"))
        .args(arguments)
        .env("PLACET_HOME", home)
        .env("PLACET_KEYS", "env")
        .stdin(Stdio::null())
        .output()
        .context("the placet command is not built")?;
    ensure!(output.status.success(), "placet {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

/// Inserts every row that `filled` has and `empty` has not, table by table as they refer to each other.
fn bare(filled: &Path, empty: &Path) -> Result<f64> {
    let tables = rows_of(filled)?;
    let mut ledger = Connection::open(ledger_file(empty)?)?;
    ledger.pragma_update(None, "synchronous", "FULL")?;
    let started = Instant::now();
    // What refers to what is settled: these very rows stood together before.
    ledger.pragma_update(None, "foreign_keys", false)?;
    let mut total = 0;
    for (table, rows) in &tables {
        // The audit chain has begun with the setup, in both alike.
        let had: i64 = ledger.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))?;
        let had = usize::try_from(had)?;
        for batch in rows[had..].chunks(BATCH) {
            let transaction = ledger.transaction()?;
            {
                let places = vec!["?"; batch.first().map_or(0, Vec::len)].join(",");
                let mut insert = transaction.prepare(&format!("INSERT INTO {table} VALUES ({places})"))?;
                for row in batch {
                    insert.execute(rusqlite::params_from_iter(row))?;
                }
            }
            transaction.commit()?;
            total += batch.len();
        }
    }
    let speed = per_second(ITEMS, started);
    ensure!(total >= ITEMS, "only {total} rows were there to insert");
    Ok(speed)
}

/// The rows of each table that grows by an item. Setup and counters, which both ledgers have, are no part
/// of it.
fn rows_of(home: &Path) -> Result<Vec<(String, Vec<Vec<Value>>)>> {
    let ledger = Connection::open(ledger_file(home)?)?;
    let mut names = ledger.prepare(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rootpage",
    )?;
    let names: Vec<String> = names.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut tables = Vec::new();
    for name in names {
        let mut all = ledger.prepare(&format!("SELECT * FROM {name}"))?;
        let columns = all.column_count();
        let rows = all.query_map([], |row| (0..columns).map(|column| row.get(column)).collect())?;
        let rows: Vec<Vec<Value>> = rows.collect::<Result<_, _>>()?;
        if rows.len() >= ITEMS {
            tables.push((name, rows));
        }
    }
    Ok(tables)
}

fn ledger_file(home: &Path) -> Result<std::path::PathBuf> {
    let files = std::fs::read_dir(home)?.flatten().map(|entry| entry.path());
    let mut ledgers = files.filter(|path| {
        path.extension().is_some_and(|end| end == "sqlite3" || end == "sqlite" || end == "db")
    });
    ledgers.next().with_context(|| format!("no ledger in {}", home.display()))
}
