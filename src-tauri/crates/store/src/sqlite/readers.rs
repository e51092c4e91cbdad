//! The threads that read. Each request sees the ledger as one commit left it.

use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::check::Damage;
use super::connection;
use crate::{Fault, Result};

/// One can look far down an inbox while the other answers the window.
const THREADS: usize = 2;

type Request = Box<dyn FnOnce(&Connection) + Send>;

/// The way to the threads that read. Dropping it waits until all requests are answered.
pub(super) struct Readers {
    requests: Option<Sender<Request>>,
    threads: Vec<JoinHandle<()>>,
    damage: Damage,
}

impl Readers {
    pub(super) fn start(ledger: &Path, damage: Damage) -> Result<Self> {
        let (requests, waiting) = channel::<Request>();
        let waiting = Arc::new(Mutex::new(waiting));
        let mut readers = Self { requests: Some(requests), threads: Vec::new(), damage };
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

    /// Does the work over one state of the ledger.
    pub(super) async fn read<T, W>(&self, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        self.damage.refuse()?;
        let (answer, answered) = oneshot::channel();
        let request = move |connection: &Connection| {
            let result = connection
                .unchecked_transaction()
                .map_err(Fault::from)
                .and_then(|_snapshot| work(connection));
            // Whoever does not wait any more does not need to be told.
            let _ = answer.send(result);
        };
        let requests = self.requests.as_ref().ok_or(Fault::Closed)?;
        requests.send(Box::new(request)).map_err(|_| Fault::Closed)?;
        answered.await.map_err(|_| Fault::Closed)?
    }
}

/// Held while waiting: the threads take turns, and whoever has a request lets the other wait for the next.
fn next(waiting: &Mutex<Receiver<Request>>) -> Option<Request> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

impl Drop for Readers {
    fn drop(&mut self) {
        self.requests = None;
        for thread in self.threads.drain(..) {
            if thread.join().is_err() {
                tracing::error!("a thread that reads the ledger panicked");
            }
        }
    }
}
