//! Engines and queues.

use placet_review::{Engine, ItemId, NewItem, Order, Queue, Suggestion, Timestamp};
use rusqlite::{Connection, params};
use serde_json::Value;

use super::audit::{Entry, contents};
use super::rows::{Columns, all, one, to_json};
use super::writer::Write;
use crate::{AuditKind, AuditSubject, Change, Fault, ProfileChange, Result};

/// So many items are ranked anew at a time, so that memory stays small however many wait.
const RANKED_AT_ONCE: u32 = 10_000;

pub(super) fn put_engine(write: &Write<'_>, engine: &Engine, now: Timestamp) -> Result<()> {
    write
        .prepare_cached(
            "INSERT INTO engines (name, profile, changed_at) VALUES (?1, ?2, ?3)
             ON CONFLICT (name) DO UPDATE SET profile = excluded.profile, changed_at = excluded.changed_at",
        )?
        .execute(params![engine.name, to_json(engine)?, now.as_millis()])?;
    tell_of(write, AuditKind::Engine, &engine.name, contents::engine(write, &engine.name)?, now)?;
    write.announce(Change::Setup);
    Ok(())
}

/// What stands there is compared as it reads, not as it is written: an older file may write it otherwise.
pub(super) fn change_engines(write: &Write<'_>, changes: &[ProfileChange], now: Timestamp) -> Result<bool> {
    for ProfileChange { from, to } in changes {
        if engine(write, &to.name)? != *from {
            return Ok(false);
        }
    }
    for ProfileChange { from: _, to } in changes {
        put_engine(write, to, now)?;
    }
    Ok(true)
}

pub(super) fn engines(connection: &Connection) -> Result<Vec<Engine>> {
    let mut statement = connection.prepare_cached("SELECT profile FROM engines ORDER BY name")?;
    all(&mut statement, [], |row| Columns::of(row).json())
}

pub(super) fn engine(connection: &Connection, name: &str) -> Result<Option<Engine>> {
    let mut statement = connection.prepare_cached("SELECT profile FROM engines WHERE name = ?1")?;
    one(&mut statement, [name], |row| Columns::of(row).json())
}

pub(super) fn put_token(write: &Write<'_>, engine: &str, sha256: [u8; 32], now: Timestamp) -> Result<()> {
    let changed = write
        .prepare_cached("UPDATE engines SET token_sha256 = ?2, changed_at = ?3 WHERE name = ?1")?
        .execute(params![engine, sha256, now.as_millis()])?;
    if changed == 0 {
        return Err(Fault::Missing("such engine"));
    }
    tell_of(write, AuditKind::Token, engine, contents::token(write, engine)?, now)?;
    write.announce(Change::Setup);
    Ok(())
}

pub(super) fn engine_with_token(connection: &Connection, sha256: [u8; 32]) -> Result<Option<String>> {
    let mut statement = connection.prepare_cached("SELECT name FROM engines WHERE token_sha256 = ?1")?;
    one(&mut statement, [sha256], |row| Ok(row.get(0)?))
}

pub(super) fn put_queue(write: &Write<'_>, queue: &Queue, now: Timestamp) -> Result<()> {
    let order = to_json(&queue.order)?;
    let order_name = order.trim_matches('"');
    let mut known = write.prepare_cached("SELECT id, ranked_by FROM queues WHERE name = ?1")?;
    let before = one(&mut known, [&queue.name], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))?;
    write
        .prepare_cached(
            "INSERT INTO queues (name, rules, ranked_by, changed_at) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (name) DO UPDATE SET rules = excluded.rules, ranked_by = excluded.ranked_by,
                                              changed_at = excluded.changed_at",
        )?
        .execute(params![queue.name, to_json(queue)?, order_name, now.as_millis()])?;
    tell_of(write, AuditKind::Queue, &queue.name, contents::queue(write, &queue.name)?, now)?;
    if let Some((id, ranked_by)) = before
        && ranked_by != order_name
    {
        rank_anew(write, id, queue.order)?;
        write.announce(Change::Items);
    }
    write.announce(Change::Setup);
    Ok(())
}

/// Lets the audit chain tell what stands under this name now.
fn tell_of(
    write: &Write<'_>,
    kind: AuditKind,
    name: &str,
    written: Option<[u8; 32]>,
    now: Timestamp,
) -> Result<()> {
    let digest = written.ok_or(Fault::Missing("such engine or queue"))?;
    write.audit(&Entry {
        at: now,
        kind,
        subject: AuditSubject::Name(name.to_owned()),
        reviewer: None,
        digest,
    })
}

pub(super) fn queues(connection: &Connection) -> Result<Vec<Queue>> {
    let mut statement = connection.prepare_cached("SELECT rules FROM queues ORDER BY name")?;
    all(&mut statement, [], |row| Columns::of(row).json())
}

/// Also what is leased: it may wait again. What is decided and taken back is ranked by the undo.
fn rank_anew(write: &Write<'_>, queue: i64, order: Order) -> Result<()> {
    let mut next = write.prepare_cached(
        "SELECT id, confidence, priority, deadline, admitted_at FROM items
         WHERE queue = ?1 AND id > ?2 AND state IN ('waiting', 'leased') ORDER BY id LIMIT ?3",
    )?;
    let mut after = ItemId(0);
    loop {
        let ranked = all(&mut next, params![queue, after.0, RANKED_AT_ONCE], |row| {
            let mut columns = Columns::of(row);
            let id = columns.item()?;
            let item = what_ranks(columns.value()?, columns.value()?, columns.moment_if_any()?);
            Ok((id, order.rank(&item, columns.moment()?)))
        })?;
        let Some((last, _)) = ranked.last() else { return Ok(()) };
        after = *last;
        for (item, rank) in ranked {
            put_rank(write, item, rank)?;
        }
    }
}

pub(super) fn put_rank(write: &Write<'_>, item: ItemId, rank: placet_review::Rank) -> Result<()> {
    write
        .prepare_cached("UPDATE items SET rank0 = ?2, rank1 = ?3, rank2 = ?4, rank3 = ?5 WHERE id = ?1")?
        .execute(params![item.0, rank[0], rank[1], rank[2], rank[3]])?;
    Ok(())
}

/// As much of an item as its rank depends on.
fn what_ranks(confidence: Option<f64>, priority: i32, deadline: Option<Timestamp>) -> NewItem {
    NewItem {
        engine: String::new(),
        task: String::new(),
        queue: String::new(),
        title: String::new(),
        content: Value::Null,
        suggestions: vec![Suggestion { answer: Value::Null, confidence, by: None }],
        priority,
        deadline,
        heartbeat_seconds: None,
        callbacks: Vec::new(),
        metadata: serde_json::Map::new(),
        submission_digest: String::new(),
    }
}
