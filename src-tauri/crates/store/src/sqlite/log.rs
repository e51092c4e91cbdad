//! What was sent, newest first.

use placet_review::{Attempt, DeliveryId, DeliveryState, Outcome, Park, Timestamp};
use rusqlite::{Connection, params};
use uuid::Uuid;

use super::decisions::{decision, select_decision};
use super::deliveries::{StoredDelivery, select_delivery, stored_delivery};
use super::rows::{Columns, all, one, word};
use crate::{DeliveryFilter, DeliveryLog, DeliveryRow, Fault, Result};

pub(super) const NEWEST: &str = "SELECT id FROM deliveries WHERE id < ?1 ORDER BY id DESC LIMIT ?2";
/// An engine's deliveries in one state; not those that are being sent, which stand in no index but their own.
pub(super) const OF_ENGINE: &str = "SELECT id FROM deliveries INDEXED BY deliveries_of_engine
     WHERE engine = ?1 AND state = ?2 AND state <> 'sending' AND id < ?3 ORDER BY id DESC LIMIT ?4";
/// An engine's deliveries that are being sent: never more than the worker has under way.
pub(super) const BEING_SENT: &str = "SELECT id FROM deliveries INDEXED BY deliveries_sending
     WHERE state = 'sending' AND engine = ?1 AND id < ?2";

/// [`DeliveryRow`] with its JSON still to be read.
pub(super) struct StoredRow {
    delivery: StoredDelivery,
    title: String,
    decided_at: Timestamp,
    attempts: u32,
    last_attempt: Option<Attempt>,
}

impl StoredRow {
    pub(super) fn read(self) -> Result<DeliveryRow> {
        let Self { delivery, title, decided_at, attempts, last_attempt } = self;
        Ok(DeliveryRow { delivery: delivery.read()?, title, decided_at, attempts, last_attempt })
    }
}

pub(super) fn deliveries(connection: &Connection, filter: &DeliveryFilter) -> Result<Vec<StoredRow>> {
    newest(connection, filter)?.into_iter().map(|id| row(connection, id)).collect()
}

/// The ids of the page. A state of an engine is one stretch of an index, which is read backwards; several are
/// merged here.
fn newest(connection: &Connection, filter: &DeliveryFilter) -> Result<Vec<DeliveryId>> {
    let DeliveryFilter { states, engine, before, limit } = filter;
    let before = before.map_or(Uuid::max(), |id| id.0);
    let before = before.as_bytes();
    if states.is_empty() && engine.is_none() {
        let mut statement = connection.prepare_cached(NEWEST)?;
        return all(&mut statement, params![before, limit], |row| Columns::of(row).delivery());
    }
    let mut of_engine = connection.prepare_cached(OF_ENGINE)?;
    let mut being_sent = connection.prepare_cached(BEING_SENT)?;
    let mut ids = Vec::new();
    for engine in engines(connection, engine.as_deref())? {
        for state in DeliveryState::ALL.iter().filter(|state| states.is_empty() || states.contains(state)) {
            let read = |row: &rusqlite::Row<'_>| Columns::of(row).delivery();
            ids.extend(match state {
                DeliveryState::Sending => all(&mut being_sent, params![engine, before], read)?,
                waiting_or_over => {
                    all(&mut of_engine, params![engine, waiting_or_over.name(), before, limit], read)?
                }
            });
        }
    }
    ids.sort_unstable_by(|one, other| other.cmp(one));
    ids.truncate(*limit as usize);
    Ok(ids)
}

/// The engine of that name, if there is one; without a name, all of them.
fn engines(connection: &Connection, name: Option<&str>) -> Result<Vec<i64>> {
    let mut statement = connection.prepare_cached("SELECT id FROM engines WHERE ?1 IS NULL OR name = ?1")?;
    all(&mut statement, [name], |row| Columns::of(row).value())
}

fn row(connection: &Connection, id: DeliveryId) -> Result<StoredRow> {
    let mut statement = connection.prepare_cached(select_delivery!(
        "x''",
        ", items.title, decisions.decided_at, attempts",
        "",
        "JOIN decisions ON decisions.id = decision WHERE deliveries.id = ?1"
    ))?;
    one(&mut statement, [id.0.as_bytes()], |row| {
        let mut columns = Columns::of(row);
        Ok(StoredRow {
            delivery: stored_delivery(&mut columns)?,
            title: columns.value()?,
            decided_at: columns.moment()?,
            attempts: columns.value()?,
            last_attempt: last_attempt(connection, id)?,
        })
    })?
    .ok_or(Fault::Missing("such delivery"))
}

macro_rules! select_attempt {
    ($which:literal) => {
        concat!(
            "SELECT number, started_at, ended_at, outcome, park, status, words, answer FROM attempts WHERE ",
            $which
        )
    };
}

fn last_attempt(connection: &Connection, id: DeliveryId) -> Result<Option<Attempt>> {
    let sql = select_attempt!("delivery = ?1 ORDER BY number DESC LIMIT 1");
    one(&mut connection.prepare_cached(sql)?, [id.0.as_bytes()], attempt)
}

fn attempt(row: &rusqlite::Row<'_>) -> Result<Attempt> {
    let mut columns = Columns::of(row);
    Ok(Attempt {
        number: columns.value()?,
        started_at: columns.moment()?,
        ended_at: columns.moment_if_any()?,
        outcome: outcome(&mut columns)?,
        status: columns.value()?,
        words: columns.value()?,
        answer: columns.value()?,
    })
}

/// The one outcome that says more than its word is the one that is parked, whose reason stands beside it.
fn outcome(columns: &mut Columns<'_, '_>) -> Result<Option<Outcome>> {
    let name = columns.text_if_any()?;
    match (name, columns.word_if_any::<Park>()?) {
        (None, _) => Ok(None),
        (Some(_), Some(park)) => Ok(Some(Outcome::Parked(park))),
        (Some(name), None) => word(name).map(Some),
    }
}

/// [`DeliveryLog`] of one delivery.
pub(super) fn delivery(connection: &Connection, id: DeliveryId) -> Result<Option<DeliveryLog>> {
    let mut statement =
        connection.prepare_cached(select_delivery!("body", "", "", "WHERE deliveries.id = ?1"))?;
    let found = one(&mut statement, [id.0.as_bytes()], |row| stored_delivery(&mut Columns::of(row)))?;
    let Some(delivery) = found.map(StoredDelivery::read).transpose()? else { return Ok(None) };
    let mut statement = connection.prepare_cached(select_decision!("id = ?1"))?;
    let decision = one(&mut statement, [delivery.decision.0.as_bytes()], decision)?
        .ok_or(Fault::Missing("such decision"))?;
    let mut statement = connection.prepare_cached(select_attempt!("delivery = ?1 ORDER BY number"))?;
    let attempts = all(&mut statement, [id.0.as_bytes()], attempt)?;
    Ok(Some(DeliveryLog { delivery, decision, attempts }))
}
