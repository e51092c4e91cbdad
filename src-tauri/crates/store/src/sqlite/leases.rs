//! Who holds what.

use std::sync::Arc;

use placet_review::{Draft, ItemId, ItemState, Lease, Queue, Timestamp};
use rusqlite::{Connection, params};

use super::audit::{Entry, contents};
use super::items::StoredItem;
use super::rows::{Columns, all, from_json, one, to_json};
use super::writer::Write;
use crate::{AuditKind, AuditSubject, Change, Fault, Leasing, Result};

/// The next items in the queue's order, from the index alone, so that it costs the same however many wait.
pub(super) const NEXT: &str = "SELECT id FROM items INDEXED BY items_waiting
     WHERE queue = ?1 AND state = 'waiting' AND (deadline IS NULL OR deadline > ?2)
     ORDER BY skips, rank0, rank1, rank2, rank3, id LIMIT ?3";

/// Leases whose time is over: their items wait again, in their old places.
pub(super) const RAN_OUT: &str = "UPDATE items INDEXED BY items_lease_end
     SET state = 'waiting', reviewer = NULL, fence = NULL, lease_until = NULL
     WHERE state = 'leased' AND lease_until <= ?1 RETURNING queue, engine";

/// Items whose engine does not wait any more, and that nobody holds.
pub(super) const EXPIRED: &str = "UPDATE items SET state = 'expired' WHERE id IN
     (SELECT id FROM items INDEXED BY items_deadline
      WHERE state = 'waiting' AND deadline IS NOT NULL AND deadline <= ?1 ORDER BY deadline LIMIT ?2)
     RETURNING queue, engine";

/// Items whose engine does not wait any more, and that somebody holds.
pub(super) const EXPIRED_IN_HAND: &str = "UPDATE items
     SET state = 'expired', reviewer = NULL, fence = NULL, lease_until = NULL WHERE id IN
     (SELECT id FROM items INDEXED BY items_deadline
      WHERE state = 'leased' AND deadline IS NOT NULL AND deadline <= ?1 ORDER BY deadline LIMIT ?2)
     RETURNING queue, engine";

/// The next deadline of items in a state.
pub(super) const NEXT_DEADLINE: &str = "SELECT deadline FROM items INDEXED BY items_deadline
     WHERE state = ?1 AND (state = 'waiting' OR state = 'leased') AND deadline IS NOT NULL
     ORDER BY deadline LIMIT 1";

/// Everything that a reviewer holds waits again.
pub(super) const LET_GO: &str = "UPDATE items INDEXED BY items_held
     SET state = 'waiting', reviewer = NULL, fence = NULL, lease_until = NULL
     WHERE state = 'leased' AND reviewer = ?1 RETURNING queue, engine";

/// So many items whose deadline passed are put away at a time: if a million expire in one night, the first
/// reviewer of the morning does not wait for all of them.
const EXPIRED_AT_ONCE: u32 = 1_000;

/// A lease as it stands in the ledger. Reading its JSON is left to whoever asked.
pub(super) struct StoredLease {
    item: StoredItem,
    rules: Arc<str>,
    reviewer: String,
    fence: i64,
    until: Timestamp,
    draft: Option<String>,
}

impl StoredLease {
    pub(super) fn read(self) -> Result<Lease> {
        let queue = Arc::new(from_json::<Queue>(&self.rules)?);
        self.read_under(queue)
    }

    /// All of one queue.
    pub(super) fn read_all(leases: Vec<Self>) -> Result<Vec<Lease>> {
        let Some(first) = leases.first() else { return Ok(Vec::new()) };
        let queue = Arc::new(from_json::<Queue>(&first.rules)?);
        leases.into_iter().map(|lease| lease.read_under(queue.clone())).collect()
    }

    fn read_under(self, queue: Arc<Queue>) -> Result<Lease> {
        Ok(Lease {
            item: self.item.read()?,
            queue,
            reviewer: self.reviewer,
            fence: self.fence,
            until: self.until,
            draft: self.draft.as_deref().map(from_json::<Draft>).transpose()?,
        })
    }
}

/// [`Leasing`] with its JSON still to be read.
pub(super) enum StoredLeasing {
    Leased(Box<StoredLease>),
    Other(Leasing),
}

impl StoredLeasing {
    pub(super) fn read(self) -> Result<Leasing> {
        match self {
            Self::Leased(lease) => Ok(Leasing::Leased(Box::new(lease.read()?))),
            Self::Other(leasing) => Ok(leasing),
        }
    }
}

pub(super) fn lease_next(
    write: &Write<'_>,
    queue: &str,
    reviewer: &str,
    limit: u32,
    now: Timestamp,
    until: Timestamp,
) -> Result<Vec<StoredLease>> {
    let mut statement = write.prepare_cached("SELECT id, rules FROM queues WHERE name = ?1")?;
    let (queue, rules): (i64, Arc<str>) = one(&mut statement, [queue], |row| {
        let mut columns = Columns::of(row);
        Ok((columns.value()?, columns.value()?))
    })?
    .ok_or(Fault::Missing("such queue"))?;
    let_go_of_what_ran_out(write, now)?;
    expire(write, now)?;
    let mut statement = write.prepare_cached(NEXT)?;
    let next = all(&mut statement, params![queue, now.as_millis(), limit], |row| Ok(ItemId(row.get(0)?)))?;
    if next.is_empty() {
        return Ok(Vec::new());
    }
    let first_fence = fences(write, i64::try_from(next.len()).unwrap_or(i64::MAX))?;
    next.into_iter()
        .zip(first_fence..)
        .map(|(item, fence)| {
            write.count_item(queue, Some(ItemState::Waiting), ItemState::Leased);
            hold(write, item, reviewer, fence, now, until, &rules)
        })
        .collect()
}

pub(super) fn lease_item(
    write: &Write<'_>,
    item: ItemId,
    reviewer: &str,
    now: Timestamp,
    until: Timestamp,
) -> Result<StoredLeasing> {
    let_go_of_what_ran_out(write, now)?;
    let mut statement = write.prepare_cached(
        "SELECT queue, state, deadline, reviewer, lease_until, rules FROM items JOIN queues ON queues.id = queue
         WHERE items.id = ?1",
    )?;
    let found = one(&mut statement, [item.0], |row| {
        let mut columns = Columns::of(row);
        let (queue, state): (i64, ItemState) = (columns.value()?, columns.word()?);
        let deadline = columns.moment_if_any()?;
        let holder = columns.value::<Option<String>>()?.zip(columns.moment_if_any()?);
        Ok((queue, state, deadline, holder, columns.value::<Arc<str>>()?))
    })?;
    let Some((queue, state, deadline, holder, rules)) = found else {
        return Ok(StoredLeasing::Other(Leasing::Missing));
    };
    match state {
        ItemState::Decided | ItemState::Expired => Ok(StoredLeasing::Other(Leasing::Closed(state))),
        ItemState::Waiting | ItemState::Leased if deadline.is_some_and(|deadline| deadline <= now) => {
            expire_one(write, item)?;
            Ok(StoredLeasing::Other(Leasing::Closed(ItemState::Expired)))
        }
        ItemState::Waiting | ItemState::Leased => match holder {
            Some((holder, until)) if holder != reviewer => {
                Ok(StoredLeasing::Other(Leasing::HeldBy { reviewer: holder, until }))
            }
            Some(_) | None => {
                let fence = fences(write, 1)?;
                write.count_item(queue, Some(state), ItemState::Leased);
                let lease = hold(write, item, reviewer, fence, now, until, &rules)?;
                Ok(StoredLeasing::Leased(Box::new(lease)))
            }
        },
    }
}

/// Gives the item, whose change of state the caller counts, to the reviewer.
pub(super) fn hold(
    write: &Write<'_>,
    item: ItemId,
    reviewer: &str,
    fence: i64,
    now: Timestamp,
    until: Timestamp,
    rules: &Arc<str>,
) -> Result<StoredLease> {
    write
        .prepare_cached(
            "UPDATE items SET state = 'leased', reviewer = ?2, fence = ?3, lease_until = ?4 WHERE id = ?1",
        )?
        .execute(params![item.0, reviewer, fence, until.as_millis()])?;
    write.audit(&Entry {
        at: now,
        kind: AuditKind::Leased,
        subject: AuditSubject::Item(item),
        reviewer: Some(reviewer),
        digest: contents::leased(item.0, reviewer, fence, until),
    })?;
    write.announce(Change::Items);
    Ok(StoredLease {
        item: StoredItem::with_id(write, item)?.ok_or(Fault::Missing("such item"))?,
        rules: rules.clone(),
        reviewer: reviewer.to_owned(),
        fence,
        until,
        draft: draft_of(write, item)?,
    })
}

/// Draws fences that were never given out, and returns the first of them.
pub(super) fn fences(write: &Write<'_>, how_many: i64) -> Result<i64> {
    let mut statement = write.prepare_cached("UPDATE fences SET last = last + ?1 RETURNING last - ?1 + 1")?;
    Ok(statement.query_row([how_many], |row| row.get(0))?)
}

fn draft_of(connection: &Connection, item: ItemId) -> Result<Option<String>> {
    let mut statement = connection.prepare_cached("SELECT draft FROM drafts WHERE item = ?1")?;
    one(&mut statement, [item.0], |row| Ok(row.get(0)?))
}

fn let_go_of_what_ran_out(write: &Write<'_>, now: Timestamp) -> Result<()> {
    move_items(write, RAN_OUT, [now.as_millis()], ItemState::Leased, ItemState::Waiting).map(drop)
}

/// Puts away items whose engine does not wait any more.
pub(super) fn expire(write: &Write<'_>, now: Timestamp) -> Result<()> {
    let parameters = params![now.as_millis(), EXPIRED_AT_ONCE];
    move_items(write, EXPIRED, parameters, ItemState::Waiting, ItemState::Expired)?;
    if move_items(write, EXPIRED_IN_HAND, parameters, ItemState::Leased, ItemState::Expired)? {
        write.announce(Change::Holds);
    }
    Ok(())
}

/// Puts one item away, if it is still open: its engine said that it does not wait any more.
pub(super) fn expire_one(write: &Write<'_>, item: ItemId) -> Result<()> {
    let sql = "UPDATE items SET state = 'expired', reviewer = NULL, fence = NULL, lease_until = NULL
               WHERE id = ?1 AND state = ?2 RETURNING queue, engine";
    for from in [ItemState::Waiting, ItemState::Leased] {
        let moved = move_items(write, sql, params![item.0, from.name()], from, ItemState::Expired)?;
        if moved && from == ItemState::Leased {
            write.announce(Change::Holds);
        }
    }
    Ok(())
}

/// When the next open item expires.
pub(super) fn next_deadline(connection: &Connection) -> Result<Option<Timestamp>> {
    let mut statement = connection.prepare_cached(NEXT_DEADLINE)?;
    let mut next = None;
    for state in [ItemState::Waiting, ItemState::Leased] {
        let found = one(&mut statement, [state.name()], |row| Columns::of(row).moment())?;
        next = [next, found].into_iter().flatten().min();
    }
    Ok(next)
}

pub(super) fn held(connection: &Connection, item: ItemId, fence: i64) -> Result<Option<StoredLease>> {
    let mut statement = connection.prepare_cached(
        "SELECT reviewer, lease_until, rules FROM items JOIN queues ON queues.id = queue
         WHERE items.id = ?1 AND state = 'leased' AND fence = ?2",
    )?;
    let found = one(&mut statement, params![item.0, fence], |row| {
        let mut columns = Columns::of(row);
        Ok((columns.value::<String>()?, columns.moment()?, columns.value::<Arc<str>>()?))
    })?;
    let Some((reviewer, until, rules)) = found else { return Ok(None) };
    let stored = StoredItem::with_id(connection, item)?.ok_or(Fault::Missing("such item"))?;
    Ok(Some(StoredLease { item: stored, rules, reviewer, fence, until, draft: draft_of(connection, item)? }))
}

pub(super) fn renew(
    write: &Write<'_>,
    item: ItemId,
    fence: i64,
    now: Timestamp,
    until: Timestamp,
) -> Result<bool> {
    let sql = "UPDATE items SET lease_until = ?4
               WHERE id = ?1 AND state = 'leased' AND fence = ?2 AND lease_until > ?3";
    let parameters = params![item.0, fence, now.as_millis(), until.as_millis()];
    let renewed = write.prepare_cached(sql)?.execute(parameters)? > 0;
    if renewed {
        write.announce(Change::Items);
    }
    Ok(renewed)
}

pub(super) fn release(write: &Write<'_>, item: ItemId, fence: i64, now: Timestamp) -> Result<bool> {
    let sql = "UPDATE items SET state = 'waiting', reviewer = NULL, fence = NULL, lease_until = NULL
               WHERE id = ?1 AND state = 'leased' AND fence = ?2 AND lease_until > ?3
               RETURNING queue, engine";
    let parameters = params![item.0, fence, now.as_millis()];
    move_items(write, sql, parameters, ItemState::Leased, ItemState::Waiting)
}

pub(super) fn skip(write: &Write<'_>, item: ItemId, fence: i64, now: Timestamp) -> Result<bool> {
    let sql = "UPDATE items SET state = 'waiting', reviewer = NULL, fence = NULL, lease_until = NULL,
                                skips = skips + 1
               WHERE id = ?1 AND state = 'leased' AND fence = ?2 AND lease_until > ?3
               RETURNING queue, engine";
    let parameters = params![item.0, fence, now.as_millis()];
    move_items(write, sql, parameters, ItemState::Leased, ItemState::Waiting)
}

pub(super) fn release_all(write: &Write<'_>, reviewer: &str) -> Result<()> {
    move_items(write, LET_GO, [reviewer], ItemState::Leased, ItemState::Waiting).map(drop)
}

/// Runs a statement that moves items from one state to another and returns queue and engine of each. `false`: it
/// moved none.
fn move_items(
    write: &Write<'_>,
    sql: &str,
    parameters: impl rusqlite::Params,
    from: ItemState,
    to: ItemState,
) -> Result<bool> {
    let moved = all(&mut write.prepare_cached(sql)?, parameters, |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))
    })?;
    for (queue, engine) in &moved {
        write.count_item(*queue, Some(from), to);
        write.count_item_of_engine(*engine, Some(from), to);
    }
    if !moved.is_empty() {
        write.announce(Change::Items);
    }
    Ok(!moved.is_empty())
}

/// Nobody else sees a draft before they open its item, so it is no news.
pub(super) fn keep_draft(
    write: &Write<'_>,
    item: ItemId,
    fence: i64,
    draft: &Draft,
    now: Timestamp,
) -> Result<bool> {
    let kept = write
        .prepare_cached(
            "INSERT INTO drafts (item, draft, kept_at)
             SELECT id, ?3, ?4 FROM items
             WHERE id = ?1 AND state = 'leased' AND fence = ?2 AND lease_until > ?4
             ON CONFLICT (item) DO UPDATE SET draft = excluded.draft, kept_at = excluded.kept_at",
        )?
        .execute(params![item.0, fence, to_json(draft)?, now.as_millis()])?;
    Ok(kept > 0)
}
