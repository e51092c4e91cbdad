//! Connections to the ledger's file, and what each promises.

use std::path::Path;
use std::sync::Arc;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::{Fault, Result};

/// More than all statements of the ledger, so that each is prepared once a connection.
const STATEMENTS: usize = 128;

/// The one connection that writes: a commit is on disk when it returns.
pub(super) fn writing(ledger: &Path) -> Result<Connection> {
    let connection = Connection::open_with_flags(
        ledger,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         -- On macOS fsync alone does not reach the disk.
         PRAGMA fullfsync = ON;
         PRAGMA checkpoint_fullfsync = ON;
         PRAGMA foreign_keys = ON;
         PRAGMA temp_store = MEMORY;
         -- 32 MiB: the inner pages of every index of ten million items.
         PRAGMA cache_size = -32768;
         -- 16 MiB between checkpoints, and no more than 64 MiB kept after a burst.
         PRAGMA wal_autocheckpoint = 4096;
         PRAGMA journal_size_limit = 67108864;",
    )?;
    read_back(&connection, "journal_mode", "wal")?;
    read_back(&connection, "synchronous", "2")?;
    read_back(&connection, "foreign_keys", "1")?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

/// A connection that only reads.
pub(super) fn reading(ledger: &Path) -> Result<Connection> {
    let connection = Connection::open_with_flags(
        ledger,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.execute_batch("PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8192;")?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

/// SQLite keeps silent about a setting that it does not take; the ledger's promise rests on these.
fn read_back(connection: &Connection, setting: &str, wanted: &str) -> Result<()> {
    let read: rusqlite::types::Value = connection.pragma_query_value(None, setting, |row| row.get(0))?;
    let read = match read {
        rusqlite::types::Value::Integer(number) => number.to_string(),
        rusqlite::types::Value::Text(text) => text,
        other => format!("{other:?}"),
    };
    if read == wanted {
        Ok(())
    } else {
        let words = format!("SQLite keeps {setting} at {read} here, where the ledger needs {wanted}");
        Err(Fault::Failed(Arc::from(Box::<dyn std::error::Error + Send + Sync>::from(words))))
    }
}

impl From<Arc<rusqlite::Error>> for Fault {
    fn from(error: Arc<rusqlite::Error>) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged(error.to_string()),
            _ => Self::Failed(error),
        }
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Arc::new(error).into()
    }
}

#[cfg(test)]
mod tests {
    use super::{read_back, reading, writing};
    use crate::Fault;

    #[test]
    fn a_commit_is_on_disk_when_it_returns_or_the_ledger_does_not_open() {
        let home = tempfile::tempdir().expect("a folder");
        let ledger = home.path().join("ledger.sqlite3");
        std::fs::write(&ledger, []).expect("made");
        let connection = writing(&ledger).expect("opens");
        connection.pragma_update(None, "synchronous", "NORMAL").expect("set");
        let fault = read_back(&connection, "synchronous", "2").expect_err("not what it must be");
        assert!(matches!(fault, Fault::Failed(_)));
        assert!(fault.to_string().contains("synchronous at 1"), "{fault}");
    }

    #[test]
    fn a_reader_cannot_write() {
        let home = tempfile::tempdir().expect("a folder");
        let ledger = home.path().join("ledger.sqlite3");
        std::fs::write(&ledger, []).expect("made");
        let _writer = writing(&ledger).expect("opens");
        let reader = reading(&ledger).expect("opens");
        reader.execute("CREATE TABLE t (a)", []).expect_err("read only");
    }
}
