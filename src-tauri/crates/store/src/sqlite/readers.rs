//! Reading: what is found by its key on the spot, the rest on threads of its own. Each request sees the ledger as
//! one commit left it.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use rusqlite::{Connection, InterruptHandle};
use tokio::sync::oneshot;

use super::check::Damage;
use super::connection;
use crate::{Fault, Result};

/// One can look far down an inbox while the other answers the window.
const THREADS: usize = 2;

type Request = Box<dyn FnOnce(&Connection) + Send>;

/// The ways to read. Dropping it waits until all requests are answered.
pub(super) struct Readers {
    at_hand: Mutex<Connection>,
    ledger: PathBuf,
    requests: Option<Sender<Request>>,
    threads: Vec<JoinHandle<()>>,
    /// What reads on a thread of its own, and how to stop it.
    apart: Mutex<Vec<(InterruptHandle, JoinHandle<()>)>>,
    damage: Damage,
}

impl Readers {
    pub(super) fn start(ledger: &Path, damage: Damage) -> Result<Self> {
        let (requests, waiting) = channel::<Request>();
        let waiting = Arc::new(Mutex::new(waiting));
        let at_hand = Mutex::new(connection::reading(ledger)?);
        let mut readers = Self {
            at_hand,
            ledger: ledger.to_owned(),
            requests: Some(requests),
            threads: Vec::new(),
            apart: Mutex::default(),
            damage,
        };
        for number in 1..=THREADS {
            let connection = connection::reading(ledger)?;
            let waiting = waiting.clone();
            let thread = thread::Builder::new()
                .name(format!("ledger-reader-{number}"))
                .spawn(move || {
                    while let Some(request) = next(&waiting) {
                        request(&connection);
                    }
                })
                .map_err(|error| Fault::Failed(Arc::new(error)))?;
            readers.threads.push(thread);
        }
        Ok(readers)
    }

    /// Does the work over one state of the ledger, here and now: for what is found by its key, which costs less
    /// than the way to another thread and back.
    pub(super) fn look_up<T>(&self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        self.damage.refuse()?;
        let connection = self.at_hand.lock().unwrap_or_else(PoisonError::into_inner);
        over_one_state(&connection, work)
    }

    /// Does the work over one state of the ledger, on a thread that may take its time.
    pub(super) async fn read<T, W>(&self, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        self.damage.refuse()?;
        let (answer, answered) = oneshot::channel();
        let request = move |connection: &Connection| {
            // Whoever does not wait any more does not need to be told.
            let _ = answer.send(over_one_state(connection, work));
        };
        let requests = self.requests.as_ref().ok_or(Fault::Closed)?;
        requests.send(Box::new(request)).map_err(|_| Fault::Closed)?;
        answered.await.map_err(|_| Fault::Closed)?
    }

    /// Does the work over one state of the ledger, on a thread of its own: for what reads so much that nobody should
    /// wait behind it.
    pub(super) async fn read_apart<T, W>(&self, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        self.damage.refuse()?;
        let connection = connection::reading(&self.ledger)?;
        let interrupt = connection.get_interrupt_handle();
        let (answer, answered) = oneshot::channel();
        let thread = thread::Builder::new()
            .name("ledger-reader-apart".to_owned())
            .spawn(move || {
                let result = over_one_state(&connection, work);
                // Whoever has the answer may put another file in place of this one.
                drop(connection);
                // Whoever does not wait any more does not need to be told.
                let _ = answer.send(result);
            })
            .map_err(|error| Fault::Failed(Arc::new(error)))?;
        {
            let mut apart = self.apart.lock().unwrap_or_else(PoisonError::into_inner);
            apart.retain(|(_, thread)| !thread.is_finished());
            apart.push((interrupt, thread));
        }
        answered.await.map_err(|_| Fault::Closed)?
    }
}

fn over_one_state<T>(connection: &Connection, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
    let _snapshot = connection.unchecked_transaction()?;
    work(connection)
}

/// Held while waiting: the threads take turns, and whoever has a request lets the other wait for the next.
fn next(waiting: &Mutex<Receiver<Request>>) -> Option<Request> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

impl Drop for Readers {
    fn drop(&mut self) {
        self.requests = None;
        let apart = self.apart.get_mut().unwrap_or_else(PoisonError::into_inner).drain(..);
        let apart = apart.map(|(interrupt, thread)| {
            // Nobody waits for it any more.
            interrupt.interrupt();
            thread
        });
        for thread in apart.chain(self.threads.drain(..)) {
            if thread.join().is_err() {
                tracing::error!("a thread that reads the ledger panicked");
            }
        }
    }
}
