//! What attempts come to, and what their deliveries become.

use placet_review::{
    Attempt, DeliveryId, DeliveryState, Engine, Event, Judgement, Outcome, Phase, Schedule, Terms, Timestamp,
};
use rusqlite::{Connection, params};

use super::deliveries::{move_on, put_standing, stands};
use super::rows::{Columns, all, one};
use super::writer::Write;
use super::{log, origins};
use crate::{AuditKind, Change, DeliveryFilter, Result, Retried};

/// Completes the attempt and moves the delivery on.
///
/// An outcome that comes late (the delivery was given up as interrupted meanwhile) completes the attempt only.
/// But that the receiver has the answer stays true: unless another attempt is under way, which will settle it,
/// the delivery is delivered.
pub(super) fn record(
    write: &Write<'_>,
    id: DeliveryId,
    fence: i64,
    attempt: &Attempt,
    judgement: &Judgement,
    schedule: &Schedule,
    jitter: f64,
) -> Result<DeliveryState> {
    let stands = stands(write, id)?;
    let before = stands.standing.clone();
    let terms = Terms { schedule, deadline: stands.deadline };
    let state = before.state;
    let at = attempt.ended_at.unwrap_or(attempt.started_at);
    complete(write, id, attempt, judgement.outcome, at)?;
    origins::heard(write, stands.origin, judgement, schedule, at)?;
    let judged = Event::Judged { judgement: judgement.clone(), began: attempt.started_at };
    let in_time = state == DeliveryState::Sending && fence == stands.fence;
    let after = if in_time {
        before.after(judged, terms, at, jitter)?
    } else if judgement.outcome == Outcome::Accepted {
        match state {
            DeliveryState::Due
            | DeliveryState::Parked
            | DeliveryState::Expired
            | DeliveryState::Unconfirmed
            | DeliveryState::Dead => {
                // As if this were the outcome of one more try.
                let tried_again = before.after(Event::Retried, terms, at, jitter)?;
                let sending = tried_again.after(Event::Leased { there_since: at }, terms, at, jitter)?;
                sending.after(judged, terms, at, jitter)?
            }
            DeliveryState::Held
            | DeliveryState::Withdrawn
            | DeliveryState::Sending
            | DeliveryState::Delivered => return Ok(state),
        }
    } else {
        return Ok(state);
    };
    put_standing(write, &stands, &after, at)?;
    Ok(after.state)
}

/// An attempt is completed once; only that it was interrupted gives way to what it came to after all.
fn complete(
    write: &Write<'_>,
    id: DeliveryId,
    attempt: &Attempt,
    outcome: Outcome,
    ended_at: Timestamp,
) -> Result<()> {
    let park = match outcome {
        Outcome::Parked(park) => Some(park.name()),
        Outcome::Accepted
        | Outcome::AlreadyDone
        | Outcome::Gone
        | Outcome::NotFound
        | Outcome::Failed
        | Outcome::Ambiguous
        | Outcome::Throttled
        | Outcome::Offline
        | Outcome::Refused
        | Outcome::Interrupted => None,
    };
    write
        .prepare_cached(
            "UPDATE attempts SET ended_at = ?3, outcome = ?4, park = ?5, phase = ?6, status = ?7,
                 retry_after_ms = ?8, words = ?9, answer = ?10
             WHERE delivery = ?1 AND number = ?2 AND (outcome IS NULL OR outcome = 'interrupted')",
        )?
        .execute(params![
            id.0.as_bytes(),
            attempt.number,
            ended_at.as_millis(),
            outcome.name(),
            park,
            attempt.phase.map(Phase::name),
            attempt.status,
            attempt.retry_after_ms,
            attempt.words,
            attempt.answer,
        ])?;
    write.announce(Change::Deliveries);
    Ok(())
}

/// At start, nothing is under way, whatever the ledger says. And if the newest decision was made in what is now the
/// future, the clock was set back while the program was off.
pub(super) fn recover_interrupted(write: &Write<'_>, now: Timestamp) -> Result<u64> {
    if last_decided_at(write)?.is_some_and(|last| now < last) {
        clock_set_back(write, now)?;
    }
    origins::recover(write)?;
    let mut statement = write.prepare_cached(
        "SELECT deliveries.id, number, started_at, profile FROM deliveries INDEXED BY deliveries_sending
         JOIN engines ON engines.id = engine
         JOIN attempts ON delivery = deliveries.id AND number = attempts
         WHERE state = 'sending'",
    )?;
    let under_way = all(&mut statement, [], |row| {
        let mut columns = Columns::of(row);
        let (id, number, began) = (columns.delivery()?, columns.value::<u32>()?, columns.moment()?);
        Ok((id, number, began, columns.json::<Engine>()?))
    })?;
    for (id, number, began, engine) in &under_way {
        let words = "The program ended before the answer came; the receiver may have acted on it.";
        let attempt = Attempt {
            number: *number,
            started_at: *began,
            ended_at: Some(now),
            outcome: Some(Outcome::Interrupted),
            phase: None,
            status: None,
            retry_after_ms: None,
            words: Some(words.to_owned()),
            answer: None,
        };
        complete(write, *id, &attempt, Outcome::Interrupted, now)?;
        let judgement =
            Judgement { outcome: Outcome::Interrupted, words: words.to_owned(), retry_after_ms: None };
        let before = stands(write, *id)?;
        let terms = Terms { schedule: &engine.schedule, deadline: before.deadline };
        let judged = Event::Judged { judgement, began: *began };
        let after = before.standing.clone().after(judged, terms, now, 0.0)?;
        put_standing(write, &before, &after, now)?;
    }
    Ok(under_way.len() as u64)
}

/// Another try, which a person asked for.
pub(super) fn retry(write: &Write<'_>, id: DeliveryId, now: Timestamp) -> Result<()> {
    move_on(write, id, Event::Retried, Some((AuditKind::Retried, None)), now)
}

/// Another try of a page of them. Those that can have none are passed over.
pub(super) fn retry_all(write: &Write<'_>, filter: &DeliveryFilter, now: Timestamp) -> Result<Retried> {
    let mut filter = filter.clone();
    let asked = if filter.states.is_empty() { &DeliveryState::ALL[..] } else { &filter.states };
    filter.states = asked.iter().copied().filter(|state| state.can_be_retried()).collect();
    if filter.states.is_empty() {
        return Ok(Retried { retried: 0, past: None });
    }
    let page = log::page(write, &filter)?;
    for id in &page {
        retry(write, *id, now)?;
    }
    let is_full = page.len() >= filter.limit as usize;
    Ok(Retried { retried: page.len() as u64, past: page.last().copied().filter(|_| is_full) })
}

/// A person knows that the engine has it.
pub(super) fn confirm(write: &Write<'_>, id: DeliveryId, by: &str, now: Timestamp) -> Result<()> {
    let confirmed = Event::Confirmed { by: by.to_owned() };
    move_on(write, id, confirmed, Some((AuditKind::Confirmed, Some(by))), now)
}

/// The clock went backwards, so what waits for a time might wait for very long.
pub(super) fn clock_set_back(write: &Write<'_>, now: Timestamp) -> Result<u64> {
    let mut statement = write.prepare_cached(
        "SELECT id FROM deliveries INDEXED BY deliveries_due WHERE due_at IS NOT NULL AND due_at > ?1",
    )?;
    let waiting = all(&mut statement, [now.as_millis()], |row| Columns::of(row).delivery())?;
    for id in &waiting {
        move_on(write, *id, Event::ClockSetBack, None, now)?;
    }
    origins::clock_set_back(write, now)?;
    Ok(waiting.len() as u64)
}

fn last_decided_at(connection: &Connection) -> Result<Option<Timestamp>> {
    // Their ids are in the order in which they were drawn.
    let mut statement =
        connection.prepare_cached("SELECT decided_at FROM decisions ORDER BY id DESC LIMIT 1")?;
    one(&mut statement, [], |row| Columns::of(row).moment())
}
