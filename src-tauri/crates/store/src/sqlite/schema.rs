//! The shape of the file, by numbered steps that only go forward and are never edited after a release.

use std::path::Path;
use std::sync::Arc;

use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};
use tempfile::NamedTempFile;

use super::home::Home;
use crate::attachments::make_private_folder;
use crate::fault::at;
use crate::{Fault, Result};

/// Each step; its number, counted from 1, is the schema that it leads to.
pub(super) const MIGRATIONS: &[M<'static>] = &[
    M::up(include_str!("migrations/0001_ledger.sql")),
    M::up(include_str!("migrations/0002_engine_counts.sql")),
];

/// Takes the steps that the file has not taken yet, all or none. An existing ledger is copied first.
pub(super) fn bring_up_to_date(
    connection: &mut Connection,
    home: &Home,
    migrations: &[M<'static>],
) -> Result<()> {
    let known = i64::try_from(migrations.len()).unwrap_or(i64::MAX);
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > known {
        return Err(Fault::TooNew { found, known });
    }
    if found == known {
        return Ok(());
    }
    if found > 0 {
        back_up(connection, &home.backups(), found)?;
    }
    Migrations::from_slice(migrations)
        .to_latest(connection)
        .map_err(|error| Fault::Failed(Arc::new(error)))?;
    tracing::info!(from = found, to = known, "the ledger is up to date");
    Ok(())
}

/// Copies the ledger to `schema-<number>.sqlite3`: the file as the newest version of that schema left it.
fn back_up(connection: &Connection, backups: &Path, schema: i64) -> Result<()> {
    make_private_folder(backups)?;
    let path = backups.join(format!("schema-{schema}.sqlite3"));
    // Under its name only once it is whole. A temporary file is its owner's alone.
    let copy = NamedTempFile::new_in(backups).map_err(at(backups))?;
    connection.backup("main", copy.path(), None)?;
    copy.as_file().sync_all().map_err(at(&path))?;
    copy.persist(&path).map_err(|error| at(&path)(error.error))?;
    tracing::info!(schema, "the ledger was copied before it is changed");
    Ok(())
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;
    use rusqlite_migration::{M, Migrations};

    use super::super::connection::writing;
    use super::super::home::Home;
    use super::{MIGRATIONS, bring_up_to_date};
    use crate::Fault;

    const FIRST: M<'static> = M::up("CREATE TABLE one (a INTEGER) STRICT; INSERT INTO one VALUES (7);");

    fn schema_of(connection: &Connection) -> i64 {
        connection.pragma_query_value(None, "user_version", |row| row.get(0)).expect("read")
    }

    #[test]
    fn every_step_can_be_taken() {
        Migrations::from_slice(MIGRATIONS).validate().expect("valid");
    }

    #[test]
    fn an_existing_ledger_is_copied_before_it_is_changed_and_a_new_one_is_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let home = Home::take(folder.path()).expect("free");
        let mut connection = writing(&home.ledger()).expect("opens");
        bring_up_to_date(&mut connection, &home, &[FIRST]).expect("made");
        assert!(!home.backups().exists(), "there was nothing to copy");

        bring_up_to_date(&mut connection, &home, &[FIRST, M::up("DELETE FROM one;")]).expect("changed");
        assert_eq!(schema_of(&connection), 2);
        let copy = home.backups().join("schema-1.sqlite3");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &std::path::Path| path.metadata().expect("there").permissions().mode() & 0o777;
            assert_eq!((mode(&home.backups()), mode(&copy)), (0o700, 0o600));
        }
        let copy = Connection::open(copy).expect("opens");
        assert_eq!(schema_of(&copy), 1);
        let kept: i64 = copy.query_row("SELECT a FROM one", [], |row| row.get(0)).expect("kept");
        assert_eq!(kept, 7);
    }

    #[test]
    fn a_step_that_fails_leaves_the_ledger_as_it_was() {
        let folder = tempfile::tempdir().expect("a folder");
        let home = Home::take(folder.path()).expect("free");
        let mut connection = writing(&home.ledger()).expect("opens");
        bring_up_to_date(&mut connection, &home, &[FIRST]).expect("made");
        let bad = M::up("DELETE FROM one; DELETE FROM nowhere;");
        bring_up_to_date(&mut connection, &home, &[FIRST, bad]).expect_err("there is no such table");
        let kept: i64 = connection.query_row("SELECT a FROM one", [], |row| row.get(0)).expect("kept");
        assert_eq!((kept, schema_of(&connection)), (7, 1));
    }

    #[test]
    fn a_ledger_of_a_newer_version_is_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let home = Home::take(folder.path()).expect("free");
        let mut connection = writing(&home.ledger()).expect("opens");
        connection.pragma_update(None, "user_version", 9).expect("set");
        let fault = bring_up_to_date(&mut connection, &home, &[FIRST]).expect_err("too new");
        assert!(matches!(fault, Fault::TooNew { found: 9, known: 1 }), "{fault}");
    }
}
