//! What the digests of the audit chain are over: columns of the ledger, in the order in which they are named here.
//!
//! Those that many are written of at once are made from what is written; the others are read back. Verifying reads
//! all of them from the ledger.

use placet_review::{Decision, DeliveryId, DeliveryState, Timestamp};
use rusqlite::{Connection, params};
use uuid::Uuid;

use super::super::rows::{Columns, all, one};
use crate::audit::Content;
use crate::{AuditKind, Result};

/// What of an item is only read whole. Made beside the thread that writes.
pub(in super::super) fn body(content: &str, suggestions: &str, callbacks: &str, metadata: &str) -> [u8; 32] {
    Content::of(AuditKind::Admitted).text(content).text(suggestions).text(callbacks).text(metadata).digest()
}

/// An item as it was admitted.
pub(in super::super) struct Admitted<'a> {
    pub(in super::super) item: i64,
    pub(in super::super) queue: i64,
    pub(in super::super) engine: i64,
    pub(in super::super) task: &'a str,
    pub(in super::super) title: &'a str,
    pub(in super::super) priority: i32,
    pub(in super::super) deadline: Option<Timestamp>,
    pub(in super::super) admitted_at: Timestamp,
    pub(in super::super) heartbeat_seconds: Option<u32>,
    pub(in super::super) submission_digest: &'a str,
    /// By [`body`].
    pub(in super::super) body: &'a [u8; 32],
}

impl Admitted<'_> {
    pub(in super::super) fn digest(&self) -> [u8; 32] {
        Content::of(AuditKind::Admitted)
            .number(self.item)
            .number(self.queue)
            .number(self.engine)
            .text(self.task)
            .text(self.title)
            .number(i64::from(self.priority))
            .number_if_any(self.deadline.map(Timestamp::as_millis))
            .number(self.admitted_at.as_millis())
            .number_if_any(self.heartbeat_seconds.map(i64::from))
            .text(self.submission_digest)
            .bytes(self.body)
            .digest()
    }
}

/// The item as it stands in the ledger.
pub(super) fn item(connection: &Connection, item: i64) -> Result<Option<[u8; 32]>> {
    let mut statement = connection.prepare_cached(
        "SELECT queue, engine, task, title, priority, deadline, admitted_at, heartbeat_seconds, submission_digest,
                content, suggestions, callbacks, metadata
         FROM items JOIN item_bodies ON item = id WHERE id = ?1",
    )?;
    one(&mut statement, [item], |row| {
        let mut columns = Columns::of(row);
        let (queue, engine, task, title) =
            (columns.value()?, columns.value()?, columns.text()?, columns.text()?);
        let (priority, deadline, admitted_at) =
            (columns.value()?, columns.moment_if_any()?, columns.moment()?);
        let (heartbeat_seconds, submission_digest) = (columns.value()?, columns.text()?);
        let body = &body(columns.text()?, columns.text()?, columns.text()?, columns.text()?);
        let admitted = Admitted {
            item,
            queue,
            engine,
            task,
            title,
            priority,
            deadline,
            admitted_at,
            heartbeat_seconds,
            submission_digest,
            body,
        };
        Ok(admitted.digest())
    })
}

/// A lease as it was given out.
pub(in super::super) fn leased(item: i64, reviewer: &str, fence: i64, until: Timestamp) -> [u8; 32] {
    Content::of(AuditKind::Leased)
        .number(item)
        .text(reviewer)
        .number(fence)
        .number(until.as_millis())
        .digest()
}

/// A decision of which the deliveries are still to be added, in the order of their ids.
pub(in super::super) struct Decided(Content);

impl Decided {
    /// `answer` is the JSON that is kept.
    pub(in super::super) fn of(decision: &Decision, answer: Option<&str>, undo_until: Timestamp) -> Self {
        Self(
            Content::of(AuditKind::Decided)
                .bytes(decision.id.0.as_bytes())
                .number(decision.item.0)
                .text(decision.verdict.name())
                .text_if_any(answer)
                .text_if_any(decision.note.as_deref())
                .text(&decision.by)
                .number(decision.at.as_millis())
                .text(&decision.shown)
                .number(undo_until.as_millis()),
        )
    }

    /// `callback` is the JSON that is kept.
    #[must_use]
    pub(in super::super) fn with(
        self,
        delivery: DeliveryId,
        engine: i64,
        origin: &str,
        callback: &str,
        body: &[u8],
    ) -> Self {
        Self(self.0.bytes(delivery.0.as_bytes()).number(engine).text(origin).text(callback).bytes(body))
    }

    pub(in super::super) fn digest(self) -> [u8; 32] {
        self.0.digest()
    }
}

/// The decision as it stands in the ledger, and how many deliveries it has.
pub(super) fn decision(connection: &Connection, id: Uuid) -> Result<Option<([u8; 32], u64)>> {
    let mut statement = connection.prepare_cached(
        "SELECT item, verdict, answer, note, reviewer, decided_at, shown, undo_until FROM decisions WHERE id = ?1",
    )?;
    let found = one(&mut statement, [id.as_bytes()], |row| {
        let mut columns = Columns::of(row);
        let item: i64 = columns.value()?;
        let content = Content::of(AuditKind::Decided)
            .bytes(id.as_bytes())
            .number(item)
            .text(columns.text()?)
            .text_if_any(columns.text_if_any()?)
            .text_if_any(columns.text_if_any()?)
            .text(columns.text()?)
            .number(columns.value()?)
            .text(columns.text()?)
            .number(columns.value()?);
        Ok((item, content))
    })?;
    let Some((item, content)) = found else { return Ok(None) };
    let mut decided = Decided(content);
    let mut statement = connection.prepare_cached(
        "SELECT deliveries.id, engine, origins.origin, callback, body FROM deliveries
         JOIN delivery_bodies ON delivery = deliveries.id
         JOIN origins ON origins.id = deliveries.origin
         WHERE decision = ?1 AND item = ?2 ORDER BY deliveries.id",
    )?;
    let mut rows = statement.query(params![id.as_bytes(), item])?;
    let mut deliveries = 0;
    while let Some(row) = rows.next()? {
        let mut columns = Columns::of(row);
        let (delivery, engine) = (columns.delivery()?, columns.value()?);
        let (origin, callback) = (columns.text()?, columns.text()?);
        decided = decided.with(delivery, engine, origin, callback, &columns.value::<Vec<u8>>()?);
        deliveries += 1;
    }
    Ok(Some((decided.digest(), deliveries)))
}

/// That a decision was taken back.
pub(in super::super) fn taken_back(decision: Uuid, at: Timestamp) -> [u8; 32] {
    Content::of(AuditKind::TakenBack).bytes(decision.as_bytes()).number(at.as_millis()).digest()
}

/// When the decision was taken back, as it stands in the ledger.
pub(super) fn taken_back_at(connection: &Connection, decision: Uuid) -> Result<Option<Timestamp>> {
    let mut statement = connection.prepare_cached("SELECT taken_back_at FROM decisions WHERE id = ?1")?;
    Ok(one(&mut statement, [decision.as_bytes()], |row| Columns::of(row).moment_if_any())?.flatten())
}

/// A delivery as it stands.
pub(in super::super) struct Stood<'a> {
    pub(in super::super) id: Uuid,
    pub(in super::super) state: DeliveryState,
    pub(in super::super) tries: i64,
    pub(in super::super) first_try: Option<i64>,
    pub(in super::super) ambiguous: i64,
    pub(in super::super) reason: Option<&'a str>,
    pub(in super::super) fence: i64,
    pub(in super::super) attempts: i64,
}

impl Stood<'_> {
    /// Told of as `kind`.
    pub(in super::super) fn digest(&self, kind: AuditKind) -> [u8; 32] {
        Content::of(kind)
            .bytes(self.id.as_bytes())
            .text(self.state.name())
            .number(self.tries)
            .number_if_any(self.first_try)
            .number(self.ambiguous)
            .text_if_any(self.reason)
            .number(self.fence)
            .number(self.attempts)
            .digest()
    }
}

/// The delivery as it stands in the ledger, in which state, told of as `kind`.
pub(in super::super) fn delivery(
    connection: &Connection,
    id: Uuid,
    kind: AuditKind,
) -> Result<Option<(DeliveryState, [u8; 32])>> {
    let mut statement = connection.prepare_cached(
        "SELECT state, tries, first_try, ambiguous, reason, fence, attempts FROM deliveries WHERE id = ?1",
    )?;
    one(&mut statement, [id.as_bytes()], |row| {
        let mut columns = Columns::of(row);
        let stood = Stood {
            id,
            state: columns.word()?,
            tries: columns.value()?,
            first_try: columns.value()?,
            ambiguous: columns.value()?,
            reason: columns.text_if_any()?,
            fence: columns.value()?,
            attempts: columns.value()?,
        };
        Ok((stood.state, stood.digest(kind)))
    })
}

/// The engine's profile as it stands in the ledger.
pub(in super::super) fn engine(connection: &Connection, name: &str) -> Result<Option<[u8; 32]>> {
    let mut statement = connection.prepare_cached("SELECT id, profile FROM engines WHERE name = ?1")?;
    one(&mut statement, [name], |row| {
        let mut columns = Columns::of(row);
        let content = Content::of(AuditKind::Engine).number(columns.value()?).text(name);
        Ok(content.text(columns.text()?).digest())
    })
}

/// The engine's token, of which only the SHA-256 is known, as it stands in the ledger.
pub(in super::super) fn token(connection: &Connection, name: &str) -> Result<Option<[u8; 32]>> {
    let mut statement = connection
        .prepare_cached("SELECT token_sha256 FROM engines WHERE name = ?1 AND token_sha256 IS NOT NULL")?;
    one(&mut statement, [name], |row| {
        let sha256: [u8; 32] = row.get(0)?;
        Ok(Content::of(AuditKind::Token).text(name).bytes(&sha256).digest())
    })
}

/// The queue's rules as they stand in the ledger.
pub(in super::super) fn queue(connection: &Connection, name: &str) -> Result<Option<[u8; 32]>> {
    let mut statement =
        connection.prepare_cached("SELECT id, rules, ranked_by FROM queues WHERE name = ?1")?;
    one(&mut statement, [name], |row| {
        let mut columns = Columns::of(row);
        let content = Content::of(AuditKind::Queue).number(columns.value()?).text(name);
        Ok(content.text(columns.text()?).text(columns.text()?).digest())
    })
}

/// The names of what is set up, of the kinds that have names.
pub(super) fn names(connection: &Connection, kind: AuditKind) -> Result<Vec<String>> {
    let sql = match kind {
        AuditKind::Queue => "SELECT name FROM queues ORDER BY name",
        AuditKind::Token => "SELECT name FROM engines WHERE token_sha256 IS NOT NULL ORDER BY name",
        _ => "SELECT name FROM engines ORDER BY name",
    };
    all(&mut connection.prepare_cached(sql)?, [], |row| Ok(row.get(0)?))
}
