//! The one thread that writes. What waits together is committed together: one wait for the disk serves all.

use std::cell::{Cell, RefCell};
use std::ops::Deref;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};

use placet_review::{DeliveryState, ItemState};
use rusqlite::Connection;
use tokio::sync::{broadcast, oneshot};

use super::audit::{Chain, Entry};
use super::check::Damage;
use super::counts::{Counter, Tally};
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
    pub(super) fn start(connection: Connection, mut chain: Chain, damage: Damage) -> Result<Self> {
        let (requests, waiting) = channel();
        let (changes, _) = broadcast::channel(CHANGES);
        let announce = changes.clone();
        let thread = thread::Builder::new()
            .name("ledger-writer".to_owned())
            .spawn(move || {
                while let Ok(first) = waiting.recv() {
                    commit_together(&connection, &mut chain, first, &waiting, &announce);
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
    /// leaves nothing behind, and does not disturb what is committed together with it: if need be, the others'
    /// is done again without it.
    pub(super) async fn write<T, W>(&self, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: Fn(&Write<'_>) -> Result<T> + Send + 'static,
    {
        self.damage.refuse()?;
        let (answer, answered) = oneshot::channel();
        let asked = Asked { work, result: Err(Fault::Closed), answer };
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
    tally: RefCell<Tally>,
    chain: RefCell<&'a mut Chain>,
}

impl<'a> Write<'a> {
    fn over(connection: &'a Connection, chain: &'a mut Chain) -> Self {
        let chain = RefCell::new(chain);
        Self { connection, news: Cell::default(), tally: RefCell::default(), chain }
    }

    /// Lets everyone who listens know, if and when this is committed.
    pub(super) fn announce(&self, change: Change) {
        let mut news = self.news.get();
        match change {
            Change::Items => news.items = true,
            Change::Holds => news.holds = true,
            Change::Deliveries => news.deliveries = true,
            Change::Setup => news.setup = true,
        }
        self.news.set(news);
    }

    /// Lets the audit chain tell of it, if and when this is committed.
    pub(super) fn audit(&self, entry: &Entry<'_>) -> Result<()> {
        self.chain.borrow_mut().write(self.connection, entry)
    }

    /// Counts an item that came in (`None`) or was in another state.
    pub(super) fn count_item(&self, queue: i64, from: Option<ItemState>, to: ItemState) {
        let mut tally = self.tally.borrow_mut();
        if let Some(from) = from {
            tally.add(Counter::Items(queue, from), -1);
        }
        tally.add(Counter::Items(queue, to), 1);
    }

    /// The same for its engine, which does not tell waiting from leased, nor counts what is decided.
    pub(super) fn count_item_of_engine(&self, engine: i64, from: Option<ItemState>, to: ItemState) {
        let counter = |state| match state {
            ItemState::Waiting | ItemState::Leased => Some(Counter::Open(engine)),
            ItemState::Expired => Some(Counter::Expired(engine)),
            ItemState::Decided => None,
        };
        let mut tally = self.tally.borrow_mut();
        if let Some(before) = from.and_then(counter) {
            tally.add(before, -1);
        }
        if let Some(after) = counter(to) {
            tally.add(after, 1);
        }
    }

    /// Counts a delivery that came in (`None`) or was in another state.
    pub(super) fn count_delivery(&self, from: Option<DeliveryState>, to: DeliveryState) {
        let mut tally = self.tally.borrow_mut();
        if let Some(from) = from {
            tally.add(Counter::Deliveries(from), -1);
        }
        tally.add(Counter::Deliveries(to), 1);
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
    holds: bool,
    deliveries: bool,
    setup: bool,
}

impl News {
    fn and(self, other: Self) -> Self {
        Self {
            items: self.items || other.items,
            holds: self.holds || other.holds,
            deliveries: self.deliveries || other.deliveries,
            setup: self.setup || other.setup,
        }
    }

    fn tell(self, changes: &broadcast::Sender<Change>) {
        let kinds = [
            (self.setup, Change::Setup),
            (self.holds, Change::Holds),
            (self.items, Change::Items),
            (self.deliveries, Change::Deliveries),
        ];
        for (_, change) in kinds.into_iter().filter(|(changed, _)| *changed) {
            // An error means that nobody listens.
            let _ = changes.send(change);
        }
    }
}

/// What somebody waits for.
trait Request: Send {
    /// Does the work, perhaps once more; `false` if what it wrote is to be undone.
    fn run(&mut self, write: &Write<'_>) -> bool;
    /// Says what it came to, or that the commit it was to be part of failed.
    fn answer(self: Box<Self>, spoiled: Option<Fault>);
}

struct Asked<T, W> {
    work: W,
    result: Result<T>,
    answer: oneshot::Sender<Result<T>>,
}

impl<T, W> Request for Asked<T, W>
where
    T: Send,
    W: Fn(&Write<'_>) -> Result<T> + Send,
{
    fn run(&mut self, write: &Write<'_>) -> bool {
        self.result = (self.work)(write);
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

/// What is committed together.
struct Group {
    requests: Vec<Box<dyn Request>>,
    /// Those that failed and left nothing behind.
    failed: Vec<Box<dyn Request>>,
}

impl Group {
    fn len(&self) -> usize {
        self.requests.len() + self.failed.len()
    }

    fn all(self) -> impl Iterator<Item = Box<dyn Request>> {
        self.requests.into_iter().chain(self.failed)
    }
}

fn commit_together(
    connection: &Connection,
    chain: &mut Chain,
    first: Box<dyn Request>,
    waiting: &Receiver<Box<dyn Request>>,
    changes: &broadcast::Sender<Change>,
) {
    let mut group = Group { requests: vec![first], failed: Vec::new() };
    let head = chain.head();
    match write_group(connection, chain, &mut group, waiting) {
        Ok(news) => {
            // First, so that whoever is answered finds the news already there.
            news.tell(changes);
            for request in group.all() {
                request.answer(None);
            }
        }
        Err(error) => {
            tracing::error!(%error, requests = group.len(), "a commit failed");
            chain.go_back_to(head);
            if !connection.is_autocommit()
                && let Err(error) = connection.execute_batch("ROLLBACK")
            {
                tracing::error!(%error, "nor could it be rolled back");
            }
            let error = Arc::new(error);
            for request in group.all() {
                request.answer(Some(error.clone().into()));
            }
        }
    }
}

/// Runs the group's requests, and those that come meanwhile, and commits them.
///
/// None has a savepoint of its own: SQLite would copy most pages that it changes. When one fails half-way, which
/// is a fault and rare, everything is rolled back and the others run again.
fn write_group(
    connection: &Connection,
    chain: &mut Chain,
    group: &mut Group,
    waiting: &Receiver<Box<dyn Request>>,
) -> rusqlite::Result<News> {
    let say = |sql| connection.prepare_cached(sql)?.execute([]);
    let mut rows_before = connection.total_changes();
    let mut news = News::default();
    let mut tally = Tally::default();
    let head = chain.head();
    let mut done = 0;
    say("BEGIN IMMEDIATE")?;
    while let Some(request) = group.requests.get_mut(done) {
        let changes_before = connection.total_changes();
        let write = Write::over(connection, chain);
        if request.run(&write) {
            news = news.and(write.news.get());
            tally.add_all(write.tally.into_inner());
            done += 1;
        } else {
            group.failed.push(group.requests.remove(done));
            if connection.is_autocommit() {
                // The fault was so grave, such as a full disk, that SQLite gave the whole transaction up.
                return Err(given_up());
            }
            if connection.total_changes() != changes_before {
                say("ROLLBACK")?;
                say("BEGIN IMMEDIATE")?;
                (done, news, tally) = (0, News::default(), Tally::default());
                chain.go_back_to(head);
                rows_before = connection.total_changes();
            }
        }
        let full = group.len() >= REQUESTS || connection.total_changes() - rows_before >= ROWS;
        if done == group.requests.len()
            && !full
            && let Ok(next) = waiting.try_recv()
        {
            group.requests.push(next);
        }
    }
    tally.write(connection)?;
    say("COMMIT")?;
    Ok(news)
}

fn given_up() -> rusqlite::Error {
    let words = "what was to be written together with it failed, and all of it was rolled back";
    let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_ABORT_ROLLBACK);
    rusqlite::Error::SqliteFailure(code, Some(words.to_owned()))
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
mod tests;
