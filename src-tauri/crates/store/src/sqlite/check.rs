//! Whether the file is whole.
//!
//! SQLite's own check reads the whole file. Up to [`AT_ONCE_BYTES`] the ledger does not open before it is over;
//! a larger one works meanwhile, so that a million waiting items do not keep a reviewer waiting, and refuses
//! every further verb from the moment that damage is found.

use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::thread::{self, JoinHandle};

use rusqlite::{Connection, InterruptHandle};

use super::connection;
use crate::fault::at;
use crate::{Fault, Result};

/// About a tenth of a second's reading.
const AT_ONCE_BYTES: u64 = 64 << 20;

/// What is wrong with the file, once that is known.
#[derive(Clone, Default)]
pub(super) struct Damage(Arc<OnceLock<String>>);

impl Damage {
    /// `Damaged` if damage was found.
    pub(super) fn refuse(&self) -> Result<()> {
        match self.0.get() {
            Some(words) => Err(Fault::Damaged(words.clone())),
            None => Ok(()),
        }
    }
}

/// A check that is over or under way.
pub(super) struct Check {
    damage: Damage,
    under_way: Option<(InterruptHandle, JoinHandle<()>)>,
}

impl Check {
    /// Checks the file, at once or beside the work.
    pub(super) fn begin(connection: &Connection, ledger: &Path) -> Result<Self> {
        let bytes = ledger.metadata().map_err(at(ledger))?.len();
        if bytes <= AT_ONCE_BYTES {
            look(connection)?;
            return Ok(Self { damage: Damage::default(), under_way: None });
        }
        Self::beside_the_work(ledger)
    }

    fn beside_the_work(ledger: &Path) -> Result<Self> {
        let damage = Damage::default();
        let connection = connection::reading(ledger)?;
        let interrupt = connection.get_interrupt_handle();
        let found = damage.clone();
        let thread = thread::Builder::new()
            .name("ledger-check".to_owned())
            .spawn(move || match look(&connection) {
                Ok(()) => tracing::info!("the ledger is whole"),
                Err(Fault::Damaged(words)) => {
                    tracing::error!(words, "the ledger is damaged");
                    found.0.get_or_init(|| words);
                }
                // Also when the ledger closes before the check is over.
                Err(fault) => tracing::warn!(%fault, "the ledger was not checked to its end"),
            })
            .map_err(at(ledger))?;
        Ok(Self { damage, under_way: Some((interrupt, thread)) })
    }

    pub(super) fn damage(&self) -> Damage {
        self.damage.clone()
    }
}

impl Drop for Check {
    fn drop(&mut self) {
        if let Some((interrupt, thread)) = self.under_way.take() {
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
