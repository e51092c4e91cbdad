//! Which engines want a sign of life, and when.

use std::sync::Arc;

use placet_review::{Engine, ItemId, ItemState, Timestamp};
use rusqlite::{Connection, params};

use super::items::StoredItem;
use super::leases::expire_one;
use super::rows::{Columns, all, from_json, one};
use super::writer::Write;
use crate::{DueHeartbeat, Fault, Result};

/// So often within its limit an engine hears from us, so that one which is lost does no harm.
const IN_A_LIMIT: i64 = 3;

pub(super) const DUE: &str = "SELECT item, every_ms FROM heartbeats INDEXED BY heartbeats_due
     WHERE due_at <= ?1 ORDER BY due_at LIMIT ?2";
pub(super) const NEXT: &str =
    "SELECT due_at FROM heartbeats INDEXED BY heartbeats_due ORDER BY due_at LIMIT 1";

/// [`DueHeartbeat`] with its JSON still to be read.
pub(super) struct StoredHeartbeat {
    item: StoredItem,
    profile: Arc<str>,
}

impl StoredHeartbeat {
    pub(super) fn read(self) -> Result<DueHeartbeat> {
        let engine: Engine = from_json(&self.profile)?;
        Ok(DueHeartbeat { item: self.item.read()?, engine })
    }
}

/// The engine of the item that was just admitted wants to hear at least every so many seconds.
pub(super) fn begin(write: &Write<'_>, item: i64, seconds: u32, now: Timestamp) -> Result<()> {
    let every_ms = i64::from(seconds) * 1_000 / IN_A_LIMIT;
    write
        .prepare_cached("INSERT INTO heartbeats (item, every_ms, due_at) VALUES (?1, ?2, ?3)")?
        .execute(params![item, every_ms, now.plus_millis(every_ms).as_millis()])?;
    Ok(())
}

/// Those that are due. The next of each is due a third of its limit after `now`, however many were missed. An item
/// that is closed and whose answer is no longer on its way wants none any more.
pub(super) fn lease_due(write: &Write<'_>, limit: u32, now: Timestamp) -> Result<Vec<StoredHeartbeat>> {
    let due = all(&mut write.prepare_cached(DUE)?, params![now.as_millis(), limit], |row| {
        let mut columns = Columns::of(row);
        Ok((columns.item()?, columns.value::<i64>()?))
    })?;
    let mut leased = Vec::new();
    for (item, every_ms) in due {
        if is_over(write, item)? {
            end(write, item)?;
            continue;
        }
        write
            .prepare_cached("UPDATE heartbeats SET due_at = ?2 WHERE item = ?1")?
            .execute(params![item.0, now.plus_millis(every_ms).as_millis()])?;
        let stored = StoredItem::with_id(write, item)?.ok_or(Fault::Missing("such item"))?;
        let mut statement = write.prepare_cached(
            "SELECT profile FROM engines JOIN items ON items.engine = engines.id WHERE items.id = ?1",
        )?;
        let profile = statement.query_row([item.0], |row| row.get(0))?;
        leased.push(StoredHeartbeat { item: stored, profile });
    }
    Ok(leased)
}

pub(super) fn next(connection: &Connection) -> Result<Option<Timestamp>> {
    one(&mut connection.prepare_cached(NEXT)?, [], |row| Columns::of(row).moment())
}

/// Nobody here can give the engine a sign of life.
pub(super) fn end(write: &Write<'_>, item: ItemId) -> Result<()> {
    write.prepare_cached("DELETE FROM heartbeats WHERE item = ?1")?.execute([item.0])?;
    Ok(())
}

/// The engine said that it does not wait any more.
pub(super) fn engine_gave_up(write: &Write<'_>, item: ItemId) -> Result<()> {
    end(write, item)?;
    expire_one(write, item)
}

fn is_over(connection: &Connection, item: ItemId) -> Result<bool> {
    let mut statement = connection.prepare_cached(
        "SELECT state, EXISTS (SELECT 1 FROM decisions JOIN deliveries ON decision = decisions.id
                               WHERE decisions.item = items.id AND taken_back_at IS NULL
                                 AND deliveries.state IN ('held', 'due', 'sending'))
         FROM items WHERE id = ?1",
    )?;
    let found = one(&mut statement, [item.0], |row| {
        let mut columns = Columns::of(row);
        Ok((columns.word::<ItemState>()?, columns.value::<bool>()?))
    })?;
    Ok(match found {
        Some((ItemState::Waiting | ItemState::Leased, _)) => false,
        Some((ItemState::Decided, on_its_way)) => !on_its_way,
        Some((ItemState::Expired, _)) | None => true,
    })
}
