//! A decision is taken back. It stays in the ledger, marked so.

use std::sync::Arc;

use placet_review::{
    DecisionId, DeliveryId, DeliveryState, Draft, Event, ItemState, Lease, Order, Queue, Schedule, Standing,
    Terms, Timestamp,
};
use rusqlite::{Connection, params};

use super::audit::{Entry, contents};
use super::decisions::{decision, select_decision};
use super::items::StoredItem;
use super::leases::{fences, hold, release};
use super::rows::{Columns, all, from_json, one, to_json};
use super::setup::put_rank;
use super::writer::Write;
use crate::{AuditKind, AuditSubject, Change, Fault, Result, Undoing, Withdrawing};

/// Takes the decision back until it stands for good, which is when its first delivery is due.
pub(super) fn undo(
    write: &Write<'_>,
    id: DecisionId,
    reviewer: &str,
    now: Timestamp,
    until: Timestamp,
) -> Result<Undoing> {
    let mut statement = write
        .prepare_cached("SELECT undo_until, taken_back_at FROM decisions WHERE id = ?1 AND reviewer = ?2")?;
    let found = one(&mut statement, params![id.0.as_bytes(), reviewer], |row| {
        let mut columns = Columns::of(row);
        Ok((columns.moment()?, columns.moment_if_any()?))
    })?;
    let Some((undo_until, taken_back_at)) = found else { return Ok(Undoing::Missing) };
    if taken_back_at.is_some() || undo_until <= now || !take_back(write, id, reviewer, now)? {
        return Ok(Undoing::TooLate);
    }
    reopen(write, id, reviewer, now, until).map(|lease| Undoing::Undone(Box::new(lease)))
}

/// Takes the decision of a held delivery back for whoever asks. The item goes to its reviewer and from there into
/// the queue: who withdraws may be somebody else, and sits elsewhere.
pub(super) fn withdraw(write: &Write<'_>, id: DeliveryId, by: &str, now: Timestamp) -> Result<Withdrawing> {
    let mut statement = write.prepare_cached(
        "SELECT decision, decisions.item, state, reviewer, undo_until
         FROM deliveries JOIN decisions ON decisions.id = decision WHERE deliveries.id = ?1",
    )?;
    let found = one(&mut statement, [id.0.as_bytes()], |row| {
        let mut columns = Columns::of(row);
        let (decision, item, state) =
            (columns.decision()?, columns.item()?, columns.word::<DeliveryState>()?);
        Ok((decision, item, state, columns.value::<String>()?, columns.moment()?))
    })?;
    let (decision, item, state, reviewer, undo_until) = found.ok_or(Fault::Missing("such delivery"))?;
    let standing = Standing { state, ..Standing::held_until(undo_until) };
    standing.after(Event::Undone, TERMS, now, 0.0)?;
    if undo_until <= now || !take_back(write, decision, by, now)? {
        return Ok(Withdrawing::TooLate);
    }
    let lease = reopen(write, decision, &reviewer, now, now.plus_millis(1))?;
    release(write, item, lease.fence, now)?;
    Ok(Withdrawing::Withdrawn(item))
}

/// Whether a delivery can be withdrawn depends on no terms.
const TERMS: Terms<'_> = Terms { schedule: &Schedule::Voicebase, deadline: None };

/// Withdraws all deliveries of the decision and marks it so, or does nothing: `false` if one of them cannot be.
fn take_back(write: &Write<'_>, decision: DecisionId, by: &str, now: Timestamp) -> Result<bool> {
    let mut statement =
        write.prepare_cached("SELECT id, state, due_at FROM deliveries WHERE decision = ?1")?;
    let deliveries = all(&mut statement, [decision.0.as_bytes()], |row| {
        let mut columns = Columns::of(row);
        Ok((columns.delivery()?, columns.word::<DeliveryState>()?, columns.moment_if_any()?))
    })?;
    let mut withdrawn = Vec::new();
    for (id, state, due_at) in deliveries {
        let standing = Standing { state, ..Standing::held_until(due_at.unwrap_or(now)) };
        match standing.after(Event::Undone, TERMS, now, 0.0) {
            Ok(standing) => withdrawn.push((id, standing)),
            Err(_on_its_way) => return Ok(false),
        }
    }
    for (id, standing) in &withdrawn {
        write
            .prepare_cached(
                "UPDATE deliveries SET state = ?2, due_at = ?3, expires_at = NULL, reason = ?4 WHERE id = ?1",
            )?
            .execute(params![
                id.0.as_bytes(),
                standing.state.name(),
                standing.due_at.map(Timestamp::as_millis),
                format!("{by} took the decision back, so nothing is sent."),
            ])?;
        let kind = AuditKind::Withdrawn;
        let (_, digest) = contents::delivery(write, id.0, kind)?.ok_or(Fault::Missing("such delivery"))?;
        write.audit(&Entry { at: now, kind, subject: AuditSubject::Id(id.0), reviewer: None, digest })?;
        write.count_delivery(Some(DeliveryState::Held), standing.state);
    }
    if !withdrawn.is_empty() {
        write.announce(Change::Deliveries);
    }
    write
        .prepare_cached("UPDATE decisions SET taken_back_at = ?2 WHERE id = ?1")?
        .execute(params![decision.0.as_bytes(), now.as_millis()])?;
    write.audit(&Entry {
        at: now,
        kind: AuditKind::TakenBack,
        subject: AuditSubject::Id(decision.0),
        reviewer: Some(by),
        digest: contents::taken_back(decision.0, now),
    })?;
    Ok(true)
}

/// Gives the item to the reviewer again, with what they had decided as their draft.
fn reopen(
    write: &Write<'_>,
    id: DecisionId,
    reviewer: &str,
    now: Timestamp,
    until: Timestamp,
) -> Result<Lease> {
    let mut statement = write.prepare_cached(select_decision!("id = ?1"))?;
    let decision =
        one(&mut statement, [id.0.as_bytes()], decision)?.ok_or(Fault::Missing("such decision"))?;
    let draft = Draft { verdict: decision.verdict, answer: decision.answer, note: decision.note };
    write
        .prepare_cached("INSERT INTO drafts (item, draft, kept_at) VALUES (?1, ?2, ?3)")?
        .execute(params![decision.item.0, to_json(&draft)?, now.as_millis()])?;
    let mut statement = write.prepare_cached(
        "SELECT queues.id, engine, rules FROM queues JOIN items ON items.queue = queues.id WHERE items.id = ?1",
    )?;
    let (queue, engine, rules): (i64, i64, Arc<str>) =
        statement.query_row([decision.item.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    rank_again(write, decision.item, from_json::<Queue>(&rules)?.order)?;
    let fence = fences(write, 1)?;
    write.count_item(queue, Some(ItemState::Decided), ItemState::Leased);
    write.count_item_of_engine(engine, Some(ItemState::Decided), ItemState::Leased);
    hold(write, decision.item, reviewer, fence, now, until, &rules)?.read()
}

/// The queue's order may have changed while the item was decided.
fn rank_again(write: &Write<'_>, item: placet_review::ItemId, order: Order) -> Result<()> {
    let stored = StoredItem::with_id(write, item)?.ok_or(Fault::Missing("such item"))?.read()?;
    put_rank(write, item, order.rank(&stored.asked, stored.admitted_at))
}

/// The reviewer's newest decision that can still be taken back.
pub(super) fn last_undoable(
    connection: &Connection,
    reviewer: &str,
    now: Timestamp,
) -> Result<Option<DecisionId>> {
    let mut statement = connection.prepare_cached(
        "SELECT id FROM decisions INDEXED BY decisions_undoable
         WHERE reviewer = ?1 AND undo_until > ?2 AND taken_back_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM deliveries WHERE decision = decisions.id AND state <> 'held')
         ORDER BY decided_at DESC, id DESC LIMIT 1",
    )?;
    one(&mut statement, params![reviewer, now.as_millis()], |row| Columns::of(row).decision())
}
