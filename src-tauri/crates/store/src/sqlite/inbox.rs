//! A window onto a queue.

use placet_review::{ItemId, Queue};
use rusqlite::{Connection, params};

use super::rows::{Columns, all, one};
use crate::{Fault, InboxRow, Result};

/// What waits, in the queue's order, from the index alone: passing a million items over reads no row.
pub(super) const WAITING: &str =
    "SELECT id FROM items INDEXED BY items_waiting WHERE queue = ?1 AND state = 'waiting'
     ORDER BY skips, rank0, rank1, rank2, rank3, id LIMIT ?2 OFFSET ?3";

/// What a reviewer holds, in the order they were leased in, which was the queue's.
pub(super) const HELD: &str = "SELECT id FROM items INDEXED BY items_held
     WHERE state = 'leased' AND reviewer = ?1 AND queue = ?2 ORDER BY fence";

pub(super) fn inbox(
    connection: &Connection,
    queue: &str,
    reviewer: &str,
    offset: u64,
    limit: u32,
) -> Result<Vec<InboxRow>> {
    let mut statement = connection.prepare_cached("SELECT id, rules FROM queues WHERE name = ?1")?;
    let (number, queue) = one(&mut statement, [queue], |row| {
        let mut columns = Columns::of(row);
        Ok((columns.value::<i64>()?, columns.json::<Queue>()?))
    })?
    .ok_or(Fault::Missing("such queue"))?;

    let mut statement = connection.prepare_cached(HELD)?;
    let held = all(&mut statement, params![reviewer, number], |row| Ok(ItemId(row.get(0)?)))?;

    let offset = i64::try_from(offset).unwrap_or(i64::MAX);
    let passed_over = usize::try_from(offset).unwrap_or(usize::MAX).min(held.len());
    let mut window: Vec<ItemId> = held[passed_over..].iter().copied().take(limit as usize).collect();
    let room = i64::from(limit) - window.len() as i64;
    if room > 0 {
        let mut statement = connection.prepare_cached(WAITING)?;
        let parameters = params![number, room, offset - passed_over as i64];
        window.extend(all(&mut statement, parameters, |row| Ok(ItemId(row.get(0)?)))?);
    }
    window.into_iter().map(|item| row(connection, item, &queue)).collect()
}

fn row(connection: &Connection, item: ItemId, queue: &Queue) -> Result<InboxRow> {
    let mut statement = connection.prepare_cached(
        "SELECT engines.name, task, title, state, confidence, priority, deadline, admitted_at, flagged
         FROM items JOIN engines ON engines.id = items.engine WHERE items.id = ?1",
    )?;
    one(&mut statement, [item.0], |row| {
        let mut columns = Columns::of(row);
        Ok(InboxRow {
            id: item,
            kind: queue.kind,
            engine: columns.value()?,
            task: columns.value()?,
            title: columns.value()?,
            state: columns.word()?,
            confidence: columns.value()?,
            priority: columns.value()?,
            deadline: columns.moment_if_any()?,
            admitted_at: columns.moment()?,
            flagged: columns.value()?,
        })
    })?
    .ok_or(Fault::Missing("such item"))
}
