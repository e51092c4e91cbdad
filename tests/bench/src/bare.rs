//! The least that could write a decision down: two rows in a file with the ledger's settings.

use std::path::Path;

use anyhow::Result;
use rusqlite::{Connection, TransactionBehavior};

/// What the rows of a decision with one delivery weigh: identifiers, answer and the frozen body.
const BODY_BYTES: usize = 700;

/// A bare file.
pub(crate) struct Bare {
    file: Connection,
    body: Vec<u8>,
}

impl Bare {
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let file = Connection::open(path)?;
        file.pragma_update(None, "journal_mode", "WAL")?;
        file.pragma_update(None, "synchronous", "FULL")?;
        file.execute_batch(
            "CREATE TABLE decision (id INTEGER PRIMARY KEY, name TEXT) STRICT;
             CREATE TABLE delivery (id INTEGER PRIMARY KEY, body BLOB) STRICT;",
        )?;
        Ok(Self { file, body: vec![b'x'; BODY_BYTES] })
    }

    /// Writes a decision and returns when it is on disk.
    pub(crate) fn commit(&mut self) -> Result<()> {
        let transaction = self.file.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.prepare_cached("INSERT INTO decision (name) VALUES ('approve')")?.execute([])?;
        transaction.prepare_cached("INSERT INTO delivery (body) VALUES (?1)")?.execute([&self.body])?;
        Ok(transaction.commit()?)
    }
}
