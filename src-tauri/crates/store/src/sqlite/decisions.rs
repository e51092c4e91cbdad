//! A decision is recorded with all its deliveries, or not at all.

use placet_review::{Decision, ItemId, ItemState, NewDelivery, Refusal, Standing, Timestamp, undo_until};
use rusqlite::{Connection, Row, params};

use super::audit::{Entry, contents};
use super::origins;
use super::rows::{Columns, from_json, one, to_json};
use super::writer::Write;
use crate::{AuditKind, AuditSubject, Change, Fault, Recording, Result};

pub(super) fn record(
    write: &Write<'_>,
    decision: &Decision,
    fence: i64,
    deliveries: &[NewDelivery],
) -> Result<Recording> {
    let asked = Asked::of(write, decision.item)?;
    if let Some(refusal) = asked.refuses(decision, fence) {
        return Ok(Recording::Refused(refusal));
    }
    write
        .prepare_cached(
            "UPDATE items SET state = 'decided', reviewer = NULL, fence = NULL, lease_until = NULL WHERE id = ?1",
        )?
        .execute([decision.item.0])?;
    write.prepare_cached("DELETE FROM drafts WHERE item = ?1")?.execute([decision.item.0])?;
    let answer = decision.answer.as_ref().map(to_json).transpose()?;
    let undo_until = asked.undo_until(decision.at, deliveries);
    write
        .prepare_cached(
            "INSERT INTO decisions (id, item, verdict, answer, note, reviewer, decided_at, shown, undo_until)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            decision.id.0.as_bytes(),
            decision.item.0,
            decision.verdict.name(),
            answer,
            decision.note,
            decision.by,
            decision.at.as_millis(),
            decision.shown,
            undo_until.as_millis(),
        ])?;
    let mut decided = contents::Decided::of(decision, answer.as_deref(), undo_until);
    let mut in_order: Vec<&NewDelivery> = deliveries.iter().collect();
    in_order.sort_by_key(|delivery| delivery.id);
    for delivery in in_order {
        let callback = to_json(&delivery.callback)?;
        hold_back(write, decision, &asked, delivery, &callback)?;
        decided = decided.with(delivery.id, asked.engine, &delivery.origin, &callback, &delivery.body);
    }
    write.audit(&Entry {
        at: decision.at,
        kind: AuditKind::Decided,
        subject: AuditSubject::Id(decision.id.0),
        reviewer: Some(&decision.by),
        digest: decided.digest(),
    })?;
    write.count_item(asked.queue, Some(asked.state), ItemState::Decided);
    write.count_item_of_engine(asked.engine, Some(asked.state), ItemState::Decided);
    write.announce(Change::Items);
    if !deliveries.is_empty() {
        write.announce(Change::Deliveries);
    }
    Ok(Recording::Recorded)
}

fn hold_back(
    write: &Write<'_>,
    decision: &Decision,
    asked: &Asked,
    delivery: &NewDelivery,
    callback: &str,
) -> Result<()> {
    let standing = Standing::held_until(delivery.due_at);
    let id = delivery.id.0.as_bytes();
    write
        .prepare_cached(
            "INSERT INTO deliveries (id, decision, item, engine, origin, state, due_at, expires_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            id,
            decision.id.0.as_bytes(),
            decision.item.0,
            asked.engine,
            origins::number(write, &delivery.origin)?,
            standing.state.name(),
            standing.due_at.map(Timestamp::as_millis),
            standing.expires_at(asked.deadline).map(Timestamp::as_millis),
        ])?;
    write.count_delivery(None, standing.state);
    write
        .prepare_cached("INSERT INTO delivery_bodies (delivery, callback, body) VALUES (?1, ?2, ?3)")?
        .execute(params![id, callback, delivery.body])?;
    Ok(())
}

/// What it depends on whether a decision can be recorded.
struct Asked {
    queue: i64,
    engine: i64,
    state: ItemState,
    deadline: Option<Timestamp>,
    undo_seconds: u32,
    lease: Option<(String, i64, Timestamp)>,
}

impl Asked {
    fn of(connection: &Connection, item: ItemId) -> Result<Self> {
        let mut statement = connection.prepare_cached(
            "SELECT queue, engine, state, deadline, rules ->> '$.undo_seconds', reviewer, fence, lease_until
             FROM items JOIN queues ON queues.id = queue WHERE items.id = ?1",
        )?;
        one(&mut statement, [item.0], |row| {
            let mut columns = Columns::of(row);
            Ok(Self {
                queue: columns.value()?,
                engine: columns.value()?,
                state: columns.word()?,
                deadline: columns.moment_if_any()?,
                undo_seconds: columns.value()?,
                lease: match (columns.value()?, columns.value()?, columns.moment_if_any()?) {
                    (Some(reviewer), Some(fence), Some(until)) => Some((reviewer, fence, until)),
                    _ => None,
                },
            })
        })?
        .ok_or(Fault::Missing("such item"))
    }

    fn refuses(&self, decision: &Decision, fence: i64) -> Option<Refusal> {
        let passed = self.deadline.filter(|deadline| *deadline <= decision.at);
        match (self.state, &self.lease) {
            (ItemState::Decided, _) => Some(Refusal::AlreadyDecided),
            (ItemState::Expired, _) => {
                Some(self.deadline.map_or(Refusal::LeaseLost, Refusal::DeadlinePassed))
            }
            (ItemState::Leased, Some((reviewer, held, until)))
                if *held == fence && *reviewer == decision.by && *until > decision.at =>
            {
                passed.map(Refusal::DeadlinePassed)
            }
            (ItemState::Waiting | ItemState::Leased, _) => Some(Refusal::LeaseLost),
        }
    }

    /// Until when the decision can be taken back: until its first delivery is due. One without deliveries is
    /// asked for over the intake, which tells it when the queue's undo window is over, or at once where the
    /// engine stops waiting within a minute of that.
    fn undo_until(&self, decided_at: Timestamp, deliveries: &[NewDelivery]) -> Timestamp {
        if let Some(first) = deliveries.iter().map(|delivery| delivery.due_at).min() {
            return first;
        }
        undo_until(self.undo_seconds, self.deadline, decided_at)
    }
}

macro_rules! select_decision {
    ($which:literal) => {
        concat!(
            "SELECT id, item, verdict, answer, note, reviewer, decided_at, shown FROM decisions WHERE ",
            $which
        )
    };
}
pub(super) use select_decision;

/// The decision that stands for the item.
pub(super) fn decision_of(connection: &Connection, item: ItemId) -> Result<Option<Decision>> {
    let mut statement = connection.prepare_cached(select_decision!("item = ?1 AND taken_back_at IS NULL"))?;
    one(&mut statement, [item.0], decision)
}

/// Reads a row of `select_decision!`.
pub(super) fn decision(row: &Row<'_>) -> Result<Decision> {
    let mut columns = Columns::of(row);
    Ok(Decision {
        id: columns.decision()?,
        item: columns.item()?,
        verdict: columns.word()?,
        answer: columns.value::<Option<String>>()?.as_deref().map(from_json).transpose()?,
        note: columns.value()?,
        by: columns.value()?,
        at: columns.moment()?,
        shown: columns.value()?,
    })
}
