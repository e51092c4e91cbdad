//! Items come in, and are looked at one by one.

use std::collections::HashMap;

use placet_review::{Item, ItemId, ItemState, NewItem, Order, Timestamp};
use rusqlite::{Connection, Row, params};

use super::audit::{Entry, contents};
use super::heartbeats;
use super::rows::{Columns, from_json, one, to_json};
use super::writer::Write;
use crate::{Admission, AuditKind, AuditSubject, Change, Fault, Result};

/// An item with its bodies already written out, so that the thread that writes does not have to.
pub(super) struct Written {
    /// Without what stands in the other members.
    item: NewItem,
    content: String,
    suggestions: String,
    callbacks: String,
    metadata: String,
    /// By [`contents::body`].
    body: [u8; 32],
}

impl Written {
    pub(super) fn of(mut item: NewItem) -> Result<Self> {
        let content = to_json(&std::mem::take(&mut item.content))?;
        let suggestions = to_json(&item.suggestions)?;
        let callbacks = to_json(&std::mem::take(&mut item.callbacks))?;
        let metadata = to_json(&std::mem::take(&mut item.metadata))?;
        let body = contents::body(&content, &suggestions, &callbacks, &metadata);
        Ok(Self { item, content, suggestions, callbacks, metadata, body })
    }
}

pub(super) fn admit(write: &Write<'_>, items: &[Written], now: Timestamp) -> Result<Vec<Admission>> {
    let mut engines = HashMap::new();
    let mut queues = HashMap::new();
    let mut admissions = Vec::with_capacity(items.len());
    for written in items {
        let item = &written.item;
        let engine = match engines.get(item.engine.as_str()) {
            Some(engine) => *engine,
            None => *engines.entry(item.engine.as_str()).or_insert(engine_named(write, &item.engine)?),
        };
        let (queue, order) = match queues.get(item.queue.as_str()) {
            Some(queue) => *queue,
            None => *queues.entry(item.queue.as_str()).or_insert(queue_named(write, &item.queue)?),
        };
        let admission = admit_one(write, written, engine, queue, order, now)?;
        if matches!(admission, Admission::Admitted(_)) {
            write.count_item(queue, None, ItemState::Waiting);
            write.count_item_of_engine(engine, None, ItemState::Waiting);
        }
        admissions.push(admission);
    }
    if admissions.iter().any(|admission| matches!(admission, Admission::Admitted(_))) {
        write.announce(Change::Items);
    }
    Ok(admissions)
}

fn admit_one(
    write: &Write<'_>,
    written: &Written,
    engine: i64,
    queue: i64,
    order: Order,
    now: Timestamp,
) -> Result<Admission> {
    let item = &written.item;
    let rank = order.rank(item, now);
    let added = write
        .prepare_cached(
            "INSERT INTO items (queue, engine, task, state, title, confidence, priority, deadline, admitted_at,
                                rank0, rank1, rank2, rank3)
             VALUES (?1, ?2, ?3, 'waiting', ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
             ON CONFLICT (engine, task) DO NOTHING",
        )?
        .execute(params![
            queue,
            engine,
            item.task,
            item.title,
            item.confidence(),
            item.priority,
            item.deadline.map(Timestamp::as_millis),
            now.as_millis(),
            rank[0],
            rank[1],
            rank[2],
            rank[3],
        ])?;
    if added == 0 {
        return admitted_before(write, engine, item);
    }
    let id = write.last_insert_rowid();
    write
        .prepare_cached(
            "INSERT INTO item_bodies (item, content, suggestions, callbacks, metadata, heartbeat_seconds,
                                      submission_digest)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            id,
            written.content,
            written.suggestions,
            written.callbacks,
            written.metadata,
            item.heartbeat_seconds,
            item.submission_digest,
        ])?;
    if let Some(seconds) = item.heartbeat_seconds {
        heartbeats::begin(write, id, seconds, now)?;
    }
    let admitted = contents::Admitted {
        item: id,
        queue,
        engine,
        task: &item.task,
        title: &item.title,
        priority: item.priority,
        deadline: item.deadline,
        admitted_at: now,
        heartbeat_seconds: item.heartbeat_seconds,
        submission_digest: &item.submission_digest,
        body: &written.body,
    };
    write.audit(&Entry {
        at: now,
        kind: AuditKind::Admitted,
        subject: AuditSubject::Item(ItemId(id)),
        reviewer: None,
        digest: admitted.digest(),
    })?;
    Ok(Admission::Admitted(ItemId(id)))
}

fn admitted_before(write: &Write<'_>, engine: i64, item: &NewItem) -> Result<Admission> {
    let mut statement = write.prepare_cached(
        "SELECT id, submission_digest = ?3 FROM items JOIN item_bodies ON item = id
         WHERE engine = ?1 AND task = ?2",
    )?;
    let (id, same) = statement.query_row(params![engine, item.task, item.submission_digest], |row| {
        Ok((ItemId(row.get(0)?), row.get(1)?))
    })?;
    Ok(if same { Admission::Duplicate(id) } else { Admission::Conflict(id) })
}

fn engine_named(write: &Write<'_>, name: &str) -> Result<i64> {
    let mut statement = write.prepare_cached("SELECT id FROM engines WHERE name = ?1")?;
    one(&mut statement, [name], |row| Ok(row.get(0)?))?.ok_or(Fault::Missing("such engine"))
}

fn queue_named(write: &Write<'_>, name: &str) -> Result<(i64, Order)> {
    let mut statement = write.prepare_cached("SELECT id, ranked_by FROM queues WHERE name = ?1")?;
    one(&mut statement, [name], |row| {
        let mut columns = Columns::of(row);
        Ok((columns.value()?, columns.word()?))
    })?
    .ok_or(Fault::Missing("such queue"))
}

/// An item as it stands in the ledger. Reading its JSON is left to whoever asked.
pub(super) struct StoredItem {
    /// All but the members that stand as JSON.
    item: Item,
    content: String,
    suggestions: String,
    callbacks: String,
    metadata: String,
}

macro_rules! select_item {
    ($which:literal) => {
        concat!(
            "SELECT items.id, items.state, items.admitted_at, items.flagged, engines.name, items.task, queues.name,
                    items.title, items.priority, items.deadline, heartbeat_seconds, submission_digest,
                    content, suggestions, callbacks, metadata
             FROM items
             JOIN item_bodies ON item_bodies.item = items.id
             JOIN engines ON engines.id = items.engine
             JOIN queues ON queues.id = items.queue
             WHERE ",
            $which
        )
    };
}

impl StoredItem {
    pub(super) fn with_id(connection: &Connection, id: ItemId) -> Result<Option<Self>> {
        one(&mut connection.prepare_cached(select_item!("items.id = ?1"))?, [id.0], Self::of)
    }

    pub(super) fn of_task(connection: &Connection, engine: &str, task: &str) -> Result<Option<Self>> {
        let mut statement =
            connection.prepare_cached(select_item!("engines.name = ?1 AND items.task = ?2"))?;
        one(&mut statement, [engine, task], Self::of)
    }

    fn of(row: &Row<'_>) -> Result<Self> {
        let mut columns = Columns::of(row);
        Ok(Self {
            item: Item {
                id: columns.item()?,
                state: columns.word::<ItemState>()?,
                admitted_at: columns.moment()?,
                flagged: columns.value()?,
                asked: NewItem {
                    engine: columns.value()?,
                    task: columns.value()?,
                    queue: columns.value()?,
                    title: columns.value()?,
                    priority: columns.value()?,
                    deadline: columns.moment_if_any()?,
                    heartbeat_seconds: columns.value()?,
                    submission_digest: columns.value()?,
                    content: serde_json::Value::Null,
                    suggestions: Vec::new(),
                    callbacks: Vec::new(),
                    metadata: serde_json::Map::new(),
                },
            },
            content: columns.value()?,
            suggestions: columns.value()?,
            callbacks: columns.value()?,
            metadata: columns.value()?,
        })
    }

    pub(super) fn read(self) -> Result<Item> {
        let mut item = self.item;
        item.asked.content = from_json(&self.content)?;
        item.asked.suggestions = from_json(&self.suggestions)?;
        item.asked.callbacks = from_json(&self.callbacks)?;
        item.asked.metadata = from_json(&self.metadata)?;
        Ok(item)
    }
}

pub(super) fn flag(write: &Write<'_>, item: ItemId, flagged: bool) -> Result<()> {
    let changed = write
        .prepare_cached("UPDATE items SET flagged = ?2 WHERE id = ?1")?
        .execute(params![item.0, flagged])?;
    if changed == 0 {
        return Err(Fault::Missing("such item"));
    }
    write.announce(Change::Items);
    Ok(())
}
