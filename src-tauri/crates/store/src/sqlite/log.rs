//! What was sent, from either end.

use placet_review::{Attempt, DeliveryId, DeliveryState, Outcome, Park, Timestamp};
use rusqlite::{Connection, params};

use super::counts;
use super::decisions::{decision, select_decision};
use super::deliveries::{StoredDelivery, select_delivery, stored_delivery};
use super::rows::{Columns, all, one, word};
use crate::{DeliveryFilter, DeliveryLog, DeliveryRow, Fault, LogEnd, Result};

macro_rules! page_of_all {
    ($order:literal) => {
        concat!("SELECT id FROM deliveries WHERE id >= ?1 AND id < ?2 ORDER BY id ", $order, " LIMIT ?3")
    };
}
pub(super) const NEWEST: &str = page_of_all!("DESC");
pub(super) const OLDEST: &str = page_of_all!("ASC");

/// An engine's deliveries in one state; not those that are being sent, which stand in no index but their own.
macro_rules! of_engine {
    ($page:literal) => {
        concat!(
            "SELECT id FROM deliveries INDEXED BY deliveries_of_engine
             WHERE engine = ?1 AND state = ?2 AND state <> 'sending' AND id >= ?3 AND id < ?4",
            $page
        )
    };
}
pub(super) const NEWEST_OF_ENGINE: &str = of_engine!(" ORDER BY id DESC LIMIT ?5");
pub(super) const OLDEST_OF_ENGINE: &str = of_engine!(" ORDER BY id ASC LIMIT ?5");
pub(super) const COUNT_OF_ENGINE: &str = concat!("SELECT COUNT(*) FROM (", of_engine!(" LIMIT ?5"), ")");
/// An engine's deliveries that are being sent: never more than the worker has under way.
pub(super) const BEING_SENT: &str = "SELECT id FROM deliveries INDEXED BY deliveries_sending
     WHERE state = 'sending' AND engine = ?1 AND id >= ?2 AND id < ?3";

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
    page(connection, filter)?.into_iter().map(|id| row(connection, id)).collect()
}

/// The ids of the page, in its order. A state of an engine is one stretch of an index; several are merged here.
pub(super) fn page(connection: &Connection, filter: &DeliveryFilter) -> Result<Vec<DeliveryId>> {
    let (first, end) = filter.ids();
    let (first, end) = (first.to_be_bytes(), end.to_be_bytes());
    let limit = filter.limit;
    let (of_all, of_engine) = match filter.first {
        LogEnd::Newest => (NEWEST, NEWEST_OF_ENGINE),
        LogEnd::Oldest => (OLDEST, OLDEST_OF_ENGINE),
    };
    let read = |row: &rusqlite::Row<'_>| Columns::of(row).delivery();
    if filter.states.is_empty() && filter.engine.is_none() {
        return all(&mut connection.prepare_cached(of_all)?, params![first, end, limit], read);
    }
    let mut of_engine = connection.prepare_cached(of_engine)?;
    let mut being_sent = connection.prepare_cached(BEING_SENT)?;
    let mut ids = Vec::new();
    for engine in engines(connection, filter.engine.as_deref())? {
        for state in states(filter) {
            ids.extend(match state {
                DeliveryState::Sending => all(&mut being_sent, params![engine, first, end], read)?,
                waiting_or_over => {
                    all(&mut of_engine, params![engine, waiting_or_over.name(), first, end, limit], read)?
                }
            });
        }
    }
    match filter.first {
        LogEnd::Newest => ids.sort_unstable_by(|one, other| other.cmp(one)),
        LogEnd::Oldest => ids.sort_unstable(),
    }
    ids.truncate(limit as usize);
    Ok(ids)
}

fn states(filter: &DeliveryFilter) -> impl Iterator<Item = DeliveryState> {
    let meant = |state: &DeliveryState| filter.states.is_empty() || filter.states.contains(state);
    DeliveryState::ALL.into_iter().filter(meant)
}

/// How many fit, by state.
pub(super) fn count(connection: &Connection, filter: &DeliveryFilter) -> Result<Vec<(DeliveryState, u64)>> {
    let (first, end) = filter.ids();
    let mut counted: Vec<(DeliveryState, u64)> = if (first, end) == (0, u128::MAX) && filter.engine.is_none()
    {
        let kept = counts::of_deliveries(connection)?;
        states(filter).filter_map(|state| kept.iter().find(|(kept, _)| *kept == state).copied()).collect()
    } else {
        let (first, end) = (first.to_be_bytes(), end.to_be_bytes());
        let mut of_engine = connection.prepare_cached(COUNT_OF_ENGINE)?;
        let mut being_sent = connection.prepare_cached(BEING_SENT)?;
        let engines = engines(connection, filter.engine.as_deref())?;
        let count = |state: DeliveryState| -> Result<(DeliveryState, u64)> {
            let mut sum = 0;
            for engine in &engines {
                sum += if state == DeliveryState::Sending {
                    all(&mut being_sent, params![engine, first, end], |_| Ok(()))?.len() as u64
                } else {
                    let parameters = params![engine, state.name(), first, end, filter.limit];
                    one(&mut of_engine, parameters, |row| Columns::of(row).count())?.unwrap_or(0)
                };
            }
            Ok((state, sum))
        };
        states(filter).map(count).collect::<Result<_>>()?
    };
    for (_, n) in &mut counted {
        *n = (*n).min(u64::from(filter.limit));
    }
    counted.retain(|(_, n)| *n > 0);
    Ok(counted)
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
            "SELECT number, started_at, ended_at, outcome, park, phase, status, retry_after_ms, words, answer
             FROM attempts WHERE ",
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
        phase: columns.word_if_any()?,
        status: columns.value()?,
        retry_after_ms: columns.value()?,
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
