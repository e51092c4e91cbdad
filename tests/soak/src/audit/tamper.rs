//! What somebody who can write the file, and has not the key, does to it.

mod ledger;

use std::path::Path;

use anyhow::{Result, ensure};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use rusqlite::types::Value;
use rusqlite::{Connection, params};

use super::chain::{self, COLUMNS, DIGEST, MAC, NUMBER, OPEN_KEY, StoredRow};
use super::history::History;
use super::{forgery, put};

/// A kind of tampering.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    RowEdited,
    RowDeleted,
    RowsSwapped,
    RowInserted,
    EndCut,
    FilePutBack,
    OtherHistory,
    NumbersShifted,
    SealedWithAnotherKey,
    SealedWithoutAKey,
    LedgerEdited,
    MarkedAsOver,
    LedgerRowDeleted,
    LedgerRowInserted,
}

impl Kind {
    pub(super) const ALL: [Self; 14] = [
        Self::RowEdited,
        Self::RowDeleted,
        Self::RowsSwapped,
        Self::RowInserted,
        Self::EndCut,
        Self::FilePutBack,
        Self::OtherHistory,
        Self::NumbersShifted,
        Self::SealedWithAnotherKey,
        Self::SealedWithoutAKey,
        Self::LedgerEdited,
        Self::MarkedAsOver,
        Self::LedgerRowDeleted,
        Self::LedgerRowInserted,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::RowEdited => "a row edited",
            Self::RowDeleted => "rows deleted",
            Self::RowsSwapped => "rows swapped",
            Self::RowInserted => "a row inserted",
            Self::EndCut => "the end cut off",
            Self::FilePutBack => "an older file put back",
            Self::OtherHistory => "another history under the same key put in",
            Self::NumbersShifted => "rows deleted or inserted and the others counted anew",
            Self::SealedWithAnotherKey => "rows forged and sealed with another key",
            Self::SealedWithoutAKey => "rows forged and sealed without a key",
            Self::LedgerEdited => "what a row tells of edited",
            Self::MarkedAsOver => "what is open marked as decided or ended",
            Self::LedgerRowDeleted => "what a row tells of deleted",
            Self::LedgerRowInserted => "what no row tells of inserted",
        }
    }

    /// Edits are of the most forms, so they are drawn most often.
    fn draw(draw: &mut StdRng) -> Self {
        match draw.random_range(0..10) {
            0..2 => Self::RowEdited,
            2..5 => Self::LedgerEdited,
            _ => *Self::ALL.choose(draw).expect("there are some"),
        }
    }
}

/// What was done.
pub(super) struct Tampering {
    pub(super) kind: Kind,
    pub(super) what: String,
}

/// Puts the ledger of this history into the folder and tampers with it. What turns out to change nothing, or to be
/// refused by SQLite itself, is drawn again.
pub(super) fn draw(draw: &mut StdRng, history: &History, folder: &Path) -> Result<Tampering> {
    let kind = Kind::draw(draw);
    for _ in 0..1_000 {
        let mut attempt = StdRng::seed_from_u64(draw.random());
        if let Some(what) = tamper(&mut attempt, kind, history, folder)? {
            return Ok(Tampering { kind, what: format!("{}: {what}", kind.name()) });
        }
    }
    anyhow::bail!("nothing could be tampered with: {}", kind.name())
}

fn tamper(draw: &mut StdRng, kind: Kind, history: &History, folder: &Path) -> Result<Option<String>> {
    put(folder, history.file())?;
    match kind {
        Kind::FilePutBack => {
            let place = draw.random_range(0..history.older().len());
            put(folder, history.older().nth(place).unwrap_or_default())?;
            Ok(Some(format!("the file of moment {place}")))
        }
        Kind::OtherHistory => {
            put(folder, history.other())?;
            Ok(Some("its file".to_owned()))
        }
        Kind::LedgerEdited => ledger::edit(draw, &opened(folder)?),
        Kind::MarkedAsOver => ledger::mark_as_over(draw, &opened(folder)?),
        Kind::LedgerRowDeleted => ledger::delete(draw, &opened(folder)?),
        Kind::LedgerRowInserted => ledger::insert(draw, &opened(folder)?),
        Kind::RowEdited => edit_row(draw, &opened(folder)?),
        Kind::RowDeleted => rewrite(folder, |rows| Ok(delete(draw, rows))),
        Kind::RowsSwapped => rewrite(folder, |rows| Ok(swap(draw, rows))),
        Kind::RowInserted => rewrite(folder, |rows| Ok(insert(draw, rows))),
        Kind::EndCut => rewrite(folder, |rows| {
            rows.truncate(draw.random_range(0..rows.len()));
            Ok(format!("after {} rows", rows.len()))
        }),
        Kind::NumbersShifted => rewrite(folder, |rows| {
            let what = if draw.random() { delete(draw, rows) } else { insert(draw, rows) };
            chain::renumber(rows);
            Ok(what)
        }),
        Kind::SealedWithAnotherKey => rewrite(folder, |rows| {
            let key: [u8; 32] = draw.random();
            forge(draw, rows, &key, true)
        }),
        Kind::SealedWithoutAKey => rewrite(folder, |rows| forge(draw, rows, OPEN_KEY, false)),
    }
}

/// Puts other rows in place of those that are there.
fn rewrite(
    folder: &Path,
    change: impl FnOnce(&mut Vec<StoredRow>) -> Result<String>,
) -> Result<Option<String>> {
    let connection = opened(folder)?;
    let before = chain::rows(&connection)?;
    let mut rows = before.clone();
    let what = change(&mut rows)?;
    // SQLite itself takes no two rows of one number.
    let done = rows != before && chain::put_rows(&connection, &rows).is_ok();
    Ok(done.then_some(what))
}

/// Everything that would stand in the way is off.
fn opened(folder: &Path) -> Result<Connection> {
    let connection = Connection::open(folder.join("ledger.sqlite3"))?;
    connection.execute_batch(
        "PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;",
    )?;
    let triggers: Vec<String> = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    ensure!(!triggers.is_empty(), "this is not the ledger");
    for trigger in triggers {
        connection.execute_batch(&format!("DROP TRIGGER {trigger}"))?;
    }
    Ok(connection)
}

fn edit_row(draw: &mut StdRng, connection: &Connection) -> Result<Option<String>> {
    let rows = chain::rows(connection)?;
    let place = draw.random_range(0..rows.len());
    let column = draw.random_range(0..COLUMNS.len());
    let before = &rows[place].0[column];
    let after = match draw.random_range(0..4) {
        // What stands in another row.
        0 => rows[draw.random_range(0..rows.len())].0[column].clone(),
        _ => forgery::another(draw, before, ""),
    };
    let number = place + 1;
    let name = COLUMNS[column];
    let done = connection
        .execute(&format!("UPDATE audit SET {name} = ?1 WHERE number = ?2"), params![after, number as i64]);
    if after == *before || done.is_err() {
        return Ok(None);
    }
    Ok(Some(format!("{name} of row {number} from {before:?} to {after:?}")))
}

fn delete(draw: &mut StdRng, rows: &mut Vec<StoredRow>) -> String {
    let first = draw.random_range(0..rows.len());
    let how_many = draw.random_range(1..=3).min(rows.len() - first);
    rows.drain(first..first + how_many);
    format!("{how_many} from row {} on", first + 1)
}

/// All but their numbers, or all but their numbers and MACs.
fn swap(draw: &mut StdRng, rows: &mut [StoredRow]) -> String {
    let (one, other) = (draw.random_range(0..rows.len()), draw.random_range(0..rows.len()));
    let columns = if draw.random() { NUMBER + 1..MAC + 1 } else { NUMBER + 1..MAC };
    for column in columns {
        let value = rows[one].0[column].clone();
        rows[one].0[column] = std::mem::replace(&mut rows[other].0[column], value);
    }
    format!("{} and {}", one + 1, other + 1)
}

/// At the end, before the first, or, where a number is free, between.
fn insert(draw: &mut StdRng, rows: &mut Vec<StoredRow>) -> String {
    let copied = draw.random_range(0..rows.len());
    let mut row = rows[copied].clone();
    let place = if draw.random() { rows.len() } else { draw.random_range(0..rows.len()) };
    let number = if place == rows.len() { place as i64 + 1 } else { -draw.random_range(0..1_000) };
    row.0[NUMBER] = Value::Integer(number);
    rows.insert(place, row);
    format!("a copy of row {} as number {number}", copied + 1)
}

/// Another history from some place on, sealed with what whoever forges it has.
fn forge(draw: &mut StdRng, rows: &mut Vec<StoredRow>, key: &[u8], keyed: bool) -> Result<String> {
    let place = draw.random_range(0..rows.len());
    let number = place + 1;
    let what = match draw.random_range(0..4) {
        0 if number < rows.len() => {
            rows.remove(place);
            format!("row {number} left out")
        }
        1 => {
            let copy = rows[draw.random_range(0..rows.len())].clone();
            rows.insert(place, copy);
            format!("a row put in as {number}")
        }
        2 => format!("row {number} and all after it as they were"),
        _ => {
            rows[place].0[DIGEST] = Value::Blob((0..32).map(|_| draw.random()).collect());
            format!("row {number} with another digest")
        }
    };
    chain::renumber(rows);
    chain::seal_from(rows, place, key, keyed)?;
    Ok(what)
}
