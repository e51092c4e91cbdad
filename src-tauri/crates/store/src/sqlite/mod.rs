//! The ledger in one SQLite file.
//!
//! One thread writes and commits in groups; two threads read. Every verb runs on one of them as one function
//! over a connection, in a file named after what it is about.

mod audit;
mod check;
mod connection;
mod counts;
mod decisions;
mod deliveries;
mod heartbeats;
mod home;
mod inbox;
mod items;
mod leases;
mod log;
mod origins;
mod outcomes;
#[cfg(test)]
mod plans;
mod readers;
mod rows;
mod schema;
mod setup;
mod store;
mod undo;
mod writer;

use std::path::Path;

use audit::Chain;
use check::Check;
use home::Home;
use readers::Readers;
use writer::Writer;

use crate::audit::Seal;
use crate::{Attachments, AuditKey, Result};

/// A ledger in a folder of its own, which no other process can have open at the same time.
///
/// Dropping it waits until what was asked for is done, brings the file into one piece and gives it free.
pub struct SqliteStore {
    // In the order in which they are dropped.
    _check: Check,
    readers: Readers,
    writer: Writer,
    seal: Seal,
    attachments: Attachments,
    _home: Home,
}

impl SqliteStore {
    /// Opens the ledger in the folder; makes both if they are not there.
    ///
    /// The file is checked first; one that is damaged is [`crate::Fault::Damaged`]. An older one is brought up
    /// to date, after a copy of it was put into the `backups` folder.
    /// Its audit chain goes on without a key.
    pub fn open(folder: &Path) -> Result<Self> {
        Self::open_with_key(folder, |_| None)
    }

    /// As [`SqliteStore::open`], with the key that the audit chain is sealed with. `key` is told whether the chain is
    /// sealed with one already; another key than that is [`crate::Fault::OtherAuditKey`].
    pub fn open_with_key(folder: &Path, key: impl FnOnce(bool) -> Option<AuditKey>) -> Result<Self> {
        let home = Home::take(folder)?;
        let mut connection = connection::writing(&home.ledger())?;
        let check = Check::begin(&connection, &home.ledger())?;
        schema::bring_up_to_date(&mut connection, &home, schema::MIGRATIONS)?;
        let chain = Chain::open(&connection, key)?;
        let seal = chain.seal().clone();
        let attachments = Attachments::open(&home.attachments())?;
        let writer = Writer::start(connection, chain, check.damage())?;
        let readers = Readers::start(&home.ledger(), check.damage())?;
        Ok(Self { _check: check, readers, writer, seal, attachments, _home: home })
    }

    /// The files that were handed in with items.
    pub fn attachments(&self) -> &Attachments {
        &self.attachments
    }
}
