//! Whether the file is whole.
//!
//! SQLite's own check reads the whole file. Up to [`AT_ONCE_BYTES`] the ledger does not open before it is over;
//! a larger one works meanwhile, so that a million waiting items do not keep a reviewer waiting, and refuses
//! every further verb from the moment that damage is found. Its check begins [`LATER`], when a window
//! stands whose first paint it would slow down.

use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, OnceLock};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rusqlite::{Connection, InterruptHandle};

use super::connection;
use crate::fault::at;
use crate::{Fault, Result};

/// About a tenth of a second's reading.
const AT_ONCE_BYTES: u64 = 64 << 20;
/// Until then the window stands, also on a slow machine.
const LATER: Duration = Duration::from_secs(5);

/// What is wrong with the file, once that is known.
#[derive(Clone, Default)]
pub(super) struct Damage(Arc<OnceLock<String>>);

impl Damage {
    #[cfg(test)]
    pub(super) fn of(words: &str) -> Self {
        Self(Arc::new(OnceLock::from(words.to_owned())))
    }

    /// `Damaged` if damage was found.
    pub(super) fn refuse(&self) -> Result<()> {
        match self.0.get() {
            Some(words) => Err(Fault::Damaged(words.clone())),
            None => Ok(()),
        }
    }
}

/// A check that is over, under way or still to come.
pub(super) struct Check {
    damage: Damage,
    beside: Option<Beside>,
}

/// A check on a thread of its own, which does not begin any more once `open` is dropped.
struct Beside {
    open: Sender<()>,
    interrupt: InterruptHandle,
    thread: JoinHandle<()>,
}

impl Check {
    /// Checks the file, at once or beside the work.
    pub(super) fn begin(connection: &Connection, ledger: &Path) -> Result<Self> {
        let bytes = ledger.metadata().map_err(at(ledger))?.len();
        if bytes <= AT_ONCE_BYTES {
            look(connection)?;
            return Ok(Self { damage: Damage::default(), beside: None });
        }
        Self::beside_the_work(ledger, LATER)
    }

    fn beside_the_work(ledger: &Path, after: Duration) -> Result<Self> {
        let damage = Damage::default();
        let connection = connection::reading(ledger)?;
        let interrupt = connection.get_interrupt_handle();
        let found = damage.clone();
        let (open, closed) = channel::<()>();
        let thread = thread::Builder::new()
            .name("ledger-check".to_owned())
            .spawn(move || {
                if closed.recv_timeout(after) != Err(RecvTimeoutError::Timeout) {
                    return;
                }
                match look(&connection) {
                    Ok(()) => tracing::info!("the ledger is whole"),
                    Err(Fault::Damaged(words)) => {
                        tracing::error!(words, "the ledger is damaged");
                        found.0.get_or_init(|| words);
                    }
                    // Most often because the ledger closes before the check is over.
                    Err(fault) => tracing::info!(%fault, "the ledger was not checked to its end"),
                }
            })
            .map_err(at(ledger))?;
        Ok(Self { damage, beside: Some(Beside { open, interrupt, thread }) })
    }

    pub(super) fn damage(&self) -> Damage {
        self.damage.clone()
    }
}

impl Drop for Check {
    fn drop(&mut self) {
        if let Some(Beside { open, interrupt, thread }) = self.beside.take() {
            drop(open);
            interrupt.interrupt();
            if thread.join().is_err() {
                tracing::error!("the check of the ledger panicked");
            }
        }
    }
}

fn look(connection: &Connection) -> Result<()> {
    let words: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if words == "ok" { Ok(()) } else { Err(Fault::Damaged(words)) }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::connection::writing;
    use super::Check;
    use crate::Fault;

    /// Checks a ledger of a few pages, torn or not, and waits until that is over.
    fn checked(tear: impl FnOnce(&mut [u8])) -> crate::Result<()> {
        let home = tempfile::tempdir().expect("a folder");
        let ledger = home.path().join("ledger.sqlite3");
        std::fs::write(&ledger, []).expect("made");
        let connection = writing(&ledger).expect("opens");
        let rows = "CREATE TABLE numbers (n INTEGER PRIMARY KEY, words TEXT) STRICT;
                    INSERT INTO numbers (words)
                    WITH RECURSIVE up (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up WHERE n < 50)
                    SELECT hex(randomblob(900)) FROM up;";
        connection.execute_batch(rows).expect("made");
        drop(connection);
        let mut bytes = std::fs::read(&ledger).expect("read");
        tear(&mut bytes);
        std::fs::write(&ledger, bytes).expect("written");
        let _writer = writing(&ledger).expect("the head is whole");
        let mut check = Check::beside_the_work(&ledger, Duration::ZERO).expect("begins");
        let beside = check.beside.take().expect("under way");
        beside.thread.join().expect("does not panic");
        check.damage().refuse()
    }

    #[test]
    fn damage_is_found_beside_the_work() {
        checked(|_| {}).expect("whole");
        let fault = checked(|bytes| bytes[3 * 4_096..][..100].fill(0xff)).expect_err("torn");
        assert!(matches!(fault, Fault::Damaged(_)), "{fault}");
    }

    #[test]
    fn a_ledger_that_closes_does_not_wait_for_its_check() {
        let home = tempfile::tempdir().expect("a folder");
        let ledger = home.path().join("ledger.sqlite3");
        std::fs::write(&ledger, []).expect("made");
        let _writer = writing(&ledger).expect("opens");
        drop(Check::beside_the_work(&ledger, Duration::MAX).expect("begins"));
    }
}
