use std::sync::mpsc;

use placet_review::{ItemId, Timestamp};
use rusqlite::Connection;
use tempfile::TempDir;
use tokio::sync::broadcast::error::TryRecvError;

use super::super::audit::{Chain, Entry, verify};
use super::super::check::Damage;
use super::super::connection::{reading, writing};
use super::{Write, Writer};
use crate::audit::Seal;
use crate::{AuditKind, AuditSubject, Change, Fault, Result};

fn writer() -> (Writer, TempDir) {
    let home = tempfile::tempdir().expect("a folder");
    let ledger = home.path().join("ledger.sqlite3");
    std::fs::write(&ledger, []).expect("made");
    let connection = writing(&ledger).expect("opens");
    let tables = "CREATE TABLE numbers (n INTEGER PRIMARY KEY) STRICT;
                  CREATE TABLE doubles (n INTEGER REFERENCES numbers (n) DEFERRABLE INITIALLY DEFERRED) STRICT;";
    connection.execute_batch(tables).expect("made");
    connection.execute_batch(include_str!("../migrations/0001_ledger.sql")).expect("made");
    (Writer::start(connection, Chain::new(), Damage::default()).expect("starts"), home)
}

fn put(write: &Write<'_>, n: i64) -> Result<()> {
    write.execute("INSERT INTO numbers (n) VALUES (?1)", [n])?;
    write.announce(Change::Items);
    Ok(())
}

fn numbers(connection: &Connection) -> Vec<i64> {
    let mut statement = connection.prepare("SELECT n FROM numbers ORDER BY n").expect("a statement");
    let rows = statement.query_map([], |row| row.get(0)).expect("asked");
    rows.collect::<rusqlite::Result<_>>().expect("read")
}

/// Puts 1, then 2 and fails, then 3, all in one group, and lets the last of them run `at_last`.
async fn three_at_once(
    writer: &Writer,
    at_last: impl Fn(&Write<'_>) -> Result<()> + Send + 'static,
) -> [Result<()>; 3] {
    let (all_wait, go) = mpsc::channel::<()>();
    let first = writer.write(move |write| {
        // The end of whoever says it is the word to go, also when this runs again.
        let _ = go.recv();
        put(write, 1)
    });
    let second = writer.write(|write| {
        put(write, 2)?;
        write.announce(Change::Deliveries);
        Err(Fault::Missing("reason to go on"))
    });
    let third = writer.write(move |write| {
        put(write, 3)?;
        at_last(write)
    });
    let ready = async move { drop(all_wait) };
    let (first, second, third, ()) = tokio::join!(first, second, third, ready);
    [first, second, third]
}

#[tokio::test]
async fn requests_that_wait_together_are_committed_together() {
    let (writer, home) = writer();
    let reader = reading(&home.path().join("ledger.sqlite3")).expect("opens");
    let seen_before = reading(&home.path().join("ledger.sqlite3")).expect("opens");
    let [first, _, third] = three_at_once(&writer, move |_| {
        assert_eq!(numbers(&seen_before), [0; 0], "nothing is committed before the last has run");
        Ok(())
    })
    .await;
    first.expect("done");
    third.expect("done");
    assert_eq!(numbers(&reader), [1, 3]);
}

#[tokio::test]
async fn a_request_that_fails_takes_nothing_with_it_but_what_it_wrote() {
    let (writer, home) = writer();
    let mut changes = writer.changes();
    let [first, second, third] = three_at_once(&writer, |_| Ok(())).await;
    first.expect("done");
    assert!(matches!(second, Err(Fault::Missing("reason to go on"))), "{second:?}");
    third.expect("done");
    assert_eq!(numbers(&reading(&home.path().join("ledger.sqlite3")).expect("opens")), [1, 3]);
    assert_eq!(changes.try_recv(), Ok(Change::Items), "announced once for both");
    assert_eq!(changes.try_recv(), Err(TryRecvError::Empty), "what failed is no news");
}

#[tokio::test]
async fn if_the_commit_fails_nobody_is_told_otherwise() {
    let (writer, home) = writer();
    let mut changes = writer.changes();
    let results = three_at_once(&writer, |write| {
        // Found out at the commit.
        write.execute("INSERT INTO doubles (n) VALUES (77)", [])?;
        Ok(())
    })
    .await;
    let [first, second, third] = results;
    assert!(matches!(first, Err(Fault::Failed(_))), "{first:?}");
    assert!(matches!(second, Err(Fault::Missing(_))), "its own fault is the better reason: {second:?}");
    assert!(matches!(third, Err(Fault::Failed(_))), "{third:?}");
    assert_eq!(changes.try_recv(), Err(TryRecvError::Empty));
    writer.write(|write| put(write, 4)).await.expect("the next one is not disturbed");
    assert_eq!(numbers(&reading(&home.path().join("ledger.sqlite3")).expect("opens")), [4]);
}

/// Lets the audit chain tell that item `n` was leased, which leaves nothing else behind.
fn tell(write: &Write<'_>, n: i64) -> Result<()> {
    write.audit(&Entry {
        at: Timestamp::from_millis(n),
        kind: AuditKind::Leased,
        subject: AuditSubject::Item(ItemId(n)),
        reviewer: Some("ada"),
        digest: [0; 32],
    })
}

/// The items that the chain tells of, whose links hold.
fn told(connection: &Connection) -> Vec<i64> {
    let report = verify(connection, &Seal::without_a_key(), None).expect("read");
    let links: Vec<_> = report.findings.iter().filter(|finding| finding.row.is_some()).collect();
    assert!(links.is_empty(), "{links:?}");
    let mut statement = connection.prepare("SELECT subject FROM audit ORDER BY number").expect("a statement");
    let rows = statement.query_map([], |row| row.get(0)).expect("asked");
    rows.collect::<rusqlite::Result<_>>().expect("read")
}

#[tokio::test]
async fn the_audit_chain_tells_of_what_was_committed_and_of_nothing_else() {
    let (writer, home) = writer();
    let reader = reading(&home.path().join("ledger.sqlite3")).expect("opens");
    let (all_wait, go) = mpsc::channel::<()>();
    let first = writer.write(move |write| {
        // The end of whoever says it is the word to go, also when this runs again.
        let _ = go.recv();
        tell(write, 1)
    });
    let second = writer.write(|write| {
        tell(write, 2)?;
        Err::<(), _>(Fault::Missing("reason to go on"))
    });
    let third = writer.write(|write| tell(write, 3));
    let ready = async move { drop(all_wait) };
    let (first, second, third, ()) = tokio::join!(first, second, third, ready);
    first.and(third).expect("done");
    second.expect_err("failed");
    assert_eq!(told(&reader), [1, 3]);

    let failed = writer.write(|write| {
        tell(write, 4)?;
        // Found out at the commit.
        Ok(write.execute("INSERT INTO doubles (n) VALUES (77)", []).map(drop)?)
    });
    failed.await.expect_err("the commit fails");
    writer.write(|write| tell(write, 5)).await.expect("done");
    assert_eq!(told(&reader), [1, 3, 5]);
}

#[tokio::test]
async fn a_fault_so_grave_that_sqlite_gives_the_transaction_up_is_told_to_all() {
    let (writer, home) = writer();
    let [first, _, third] = three_at_once(&writer, |write| {
        // As SQLite does itself when the disk is full.
        write.execute_batch("ROLLBACK")?;
        Err(Fault::Missing("space"))
    })
    .await;
    assert!(matches!(first, Err(Fault::Failed(_))), "{first:?}");
    assert!(matches!(third, Err(Fault::Missing("space"))), "{third:?}");
    writer.write(|write| put(write, 4)).await.expect("the next one is not disturbed");
    assert_eq!(numbers(&reading(&home.path().join("ledger.sqlite3")).expect("opens")), [4]);
}

#[tokio::test]
async fn a_ledger_that_turns_out_damaged_takes_nothing_more() {
    let (mut writer, _home) = writer();
    writer.write(|write| put(write, 1)).await.expect("not known yet");
    writer.damage = Damage::of("page 7 is torn");
    let refused = writer.write(|write| put(write, 2)).await.expect_err("refused");
    assert!(matches!(&refused, Fault::Damaged(words) if words == "page 7 is torn"), "{refused}");
}

#[tokio::test]
async fn what_was_asked_for_is_done_before_the_writer_is_gone() {
    let (writer, home) = writer();
    // Asked for, but not waited for.
    tokio::select! {
        biased;
        _ = writer.write(|write| put(write, 1)) => {}
        () = std::future::ready(()) => {}
    }
    drop(writer);
    assert!(!home.path().join("ledger.sqlite3-wal").exists(), "one whole file is left");
    let left = Connection::open(home.path().join("ledger.sqlite3")).expect("opens");
    assert_eq!(numbers(&left), [1]);
}
