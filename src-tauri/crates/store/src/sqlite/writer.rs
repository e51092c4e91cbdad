//! The one thread that writes. What waits together is committed together: one wait for the disk serves all.

use std::cell::Cell;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};

use rusqlite::Connection;
use tokio::sync::{broadcast, oneshot};

use super::check::Damage;
use crate::{Change, Fault, Result};

/// At most so many requests share a commit.
const REQUESTS: usize = 256;
/// A commit that changed so many rows already takes no further request in.
const ROWS: u64 = 20_000;
/// How many changes a listener may be behind before it misses some.
const CHANGES: usize = 64;

/// The way to the thread that writes. Dropping it waits until all requests are answered.
pub(super) struct Writer {
    requests: Option<Sender<Box<dyn Request>>>,
    thread: Option<JoinHandle<()>>,
    changes: broadcast::Sender<Change>,
    damage: Damage,
}

impl Writer {
    pub(super) fn start(connection: Connection, damage: Damage) -> Result<Self> {
        let (requests, waiting) = channel();
        let (changes, _) = broadcast::channel(CHANGES);
        let announce = changes.clone();
        let thread = thread::Builder::new()
            .name("ledger-writer".to_owned())
            .spawn(move || {
                while let Ok(first) = waiting.recv() {
                    commit_together(&connection, first, &waiting, &announce);
                }
                close(connection);
            })
            .map_err(|error| Fault::Failed(Arc::new(error)))?;
        Ok(Self { requests: Some(requests), thread: Some(thread), changes, damage })
    }

    pub(super) fn changes(&self) -> broadcast::Receiver<Change> {
        self.changes.subscribe()
    }

    /// Does the work in a transaction and returns what it came to, once that is on disk. Work that fails
    /// leaves nothing behind, and does not disturb what is committed together with it.
    pub(super) async fn write<T, W>(&self, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: FnOnce(&Write<'_>) -> Result<T> + Send + 'static,
    {
        self.damage.refuse()?;
        let (answer, answered) = oneshot::channel();
        let asked = Asked { work: Some(work), result: Err(Fault::Closed), answer };
        let requests = self.requests.as_ref().ok_or(Fault::Closed)?;
        requests.send(Box::new(asked)).map_err(|_| Fault::Closed)?;
        answered.await.map_err(|_| Fault::Closed)?
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.requests = None;
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the thread that writes the ledger panicked");
        }
    }
}

/// A connection inside a transaction that may write.
pub(super) struct Write<'a> {
    connection: &'a Connection,
    news: Cell<News>,
}

impl Write<'_> {
    /// Lets everyone who listens know, if and when this is committed.
    pub(super) fn announce(&self, change: Change) {
        let mut news = self.news.get();
        match change {
            Change::Items => news.items = true,
            Change::Deliveries => news.deliveries = true,
            Change::Setup => news.setup = true,
        }
        self.news.set(news);
    }
}

impl Deref for Write<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.connection
    }
}

#[derive(Clone, Copy, Default)]
struct News {
    items: bool,
    deliveries: bool,
    setup: bool,
}

impl News {
    fn and(self, other: Self) -> Self {
        Self {
            items: self.items || other.items,
            deliveries: self.deliveries || other.deliveries,
            setup: self.setup || other.setup,
        }
    }

    fn tell(self, changes: &broadcast::Sender<Change>) {
        let kinds =
            [(self.setup, Change::Setup), (self.items, Change::Items), (self.deliveries, Change::Deliveries)];
        for (_, change) in kinds.into_iter().filter(|(changed, _)| *changed) {
            // An error means that nobody listens.
            let _ = changes.send(change);
        }
    }
}

/// What somebody waits for.
trait Request: Send {
    /// Does the work; `false` if what it wrote is to be undone.
    fn run(&mut self, write: &Write<'_>) -> bool;
    /// Says what it came to, or that the commit it was to be part of failed.
    fn answer(self: Box<Self>, spoiled: Option<Fault>);
}

struct Asked<T, W> {
    work: Option<W>,
    result: Result<T>,
    answer: oneshot::Sender<Result<T>>,
}

impl<T, W> Request for Asked<T, W>
where
    T: Send,
    W: FnOnce(&Write<'_>) -> Result<T> + Send,
{
    fn run(&mut self, write: &Write<'_>) -> bool {
        if let Some(work) = self.work.take() {
            self.result = work(write);
        }
        self.result.is_ok()
    }

    fn answer(self: Box<Self>, spoiled: Option<Fault>) {
        // Whoever does not wait any more does not need to be told.
        let _ = self.answer.send(match (self.result, spoiled) {
            (Ok(_), Some(fault)) => Err(fault),
            (result, _) => result,
        });
    }
}

fn commit_together(
    connection: &Connection,
    first: Box<dyn Request>,
    waiting: &Receiver<Box<dyn Request>>,
    changes: &broadcast::Sender<Change>,
) {
    let mut group = vec![first];
    match write_group(connection, &mut group, waiting) {
        Ok(news) => {
            // First, so that whoever is answered finds the news already there.
            news.tell(changes);
            for request in group {
                request.answer(None);
            }
        }
        Err(error) => {
            tracing::error!(%error, requests = group.len(), "a commit failed");
            if !connection.is_autocommit()
                && let Err(error) = connection.execute_batch("ROLLBACK")
            {
                tracing::error!(%error, "nor could it be rolled back");
            }
            let error = Arc::new(error);
            for request in group {
                request.answer(Some(error.clone().into()));
            }
        }
    }
}

/// Runs the group's requests, and those that come meanwhile, each in a savepoint of its own, and commits them.
fn write_group(
    connection: &Connection,
    group: &mut Vec<Box<dyn Request>>,
    waiting: &Receiver<Box<dyn Request>>,
) -> rusqlite::Result<News> {
    let say = |sql| connection.prepare_cached(sql)?.execute([]);
    let rows_before = connection.total_changes();
    let mut news = News::default();
    say("BEGIN IMMEDIATE")?;
    while let Some(request) = group.last_mut() {
        say("SAVEPOINT request")?;
        let write = Write { connection, news: Cell::default() };
        if request.run(&write) {
            news = news.and(write.news.get());
        } else {
            // Fails if the fault was so grave that SQLite gave the whole transaction up; then all fail.
            say("ROLLBACK TO request")?;
        }
        say("RELEASE request")?;
        if group.len() >= REQUESTS || connection.total_changes() - rows_before >= ROWS {
            break;
        }
        match waiting.try_recv() {
            Ok(next) => group.push(next),
            Err(_) => break,
        }
    }
    say("COMMIT")?;
    Ok(news)
}

/// Leaves one whole file behind.
fn close(connection: Connection) {
    let tidied = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    if let Err(error) = tidied.and_then(|()| connection.close().map_err(|(_, error)| error)) {
        // Everything is on disk all the same, some of it still in the file beside the ledger.
        tracing::warn!(%error, "the ledger was not brought into one piece");
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use rusqlite::Connection;
    use tempfile::TempDir;
    use tokio::sync::broadcast::error::TryRecvError;

    use super::super::check::Damage;
    use super::super::connection::{reading, writing};
    use super::{Write, Writer};
    use crate::{Change, Fault, Result};

    fn writer() -> (Writer, TempDir) {
        let home = tempfile::tempdir().expect("a folder");
        let ledger = home.path().join("ledger.sqlite3");
        std::fs::write(&ledger, []).expect("made");
        let connection = writing(&ledger).expect("opens");
        let tables = "CREATE TABLE numbers (n INTEGER PRIMARY KEY) STRICT;
                      CREATE TABLE doubles (n INTEGER REFERENCES numbers (n) DEFERRABLE INITIALLY DEFERRED) STRICT;";
        connection.execute_batch(tables).expect("made");
        (Writer::start(connection, Damage::default()).expect("starts"), home)
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
        at_last: impl FnOnce(&Write<'_>) -> Result<()> + Send + 'static,
    ) -> [Result<()>; 3] {
        let (all_wait, go) = mpsc::channel::<()>();
        let first = writer.write(move |write| {
            go.recv().expect("told to go");
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
        let ready = async move { all_wait.send(()).expect("somebody waits") };
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
}
