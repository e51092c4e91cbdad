//! How many there are, from counters that every transaction keeps.

use std::collections::HashMap;

use placet_review::{DeliveryState, ItemState};
use rusqlite::{Connection, params};

use super::rows::{Columns, all, one};
use crate::{Counts, EngineCounts, Fault, QueueCounts, Result};

pub(super) fn counts(connection: &Connection) -> Result<Counts> {
    let mut statement = connection.prepare_cached(
        "SELECT name, state, n FROM queues JOIN item_counts ON item_counts.queue = queues.id ORDER BY name",
    )?;
    let rows = all(&mut statement, [], |row| {
        let mut columns = Columns::of(row);
        Ok((columns.value::<String>()?, columns.word::<ItemState>()?, columns.count()?))
    })?;
    let mut queues: Vec<QueueCounts> = Vec::new();
    for (queue, state, n) in rows {
        if queues.last().is_none_or(|last| last.queue != queue) {
            queues.push(QueueCounts { queue, waiting: 0, leased: 0, decided: 0 });
        }
        if let Some(counts) = queues.last_mut() {
            match state {
                ItemState::Waiting => counts.waiting = n,
                ItemState::Leased => counts.leased = n,
                ItemState::Decided => counts.decided = n,
                ItemState::Expired => {}
            }
        }
    }
    Ok(Counts { queues, deliveries: of_deliveries(connection)? })
}

/// How many deliveries are in each state; one without any is absent.
pub(super) fn of_deliveries(connection: &Connection) -> Result<Vec<(DeliveryState, u64)>> {
    let mut statement = connection.prepare_cached("SELECT state, n FROM delivery_counts WHERE n > 0")?;
    let mut deliveries = all(&mut statement, [], |row| {
        let mut columns = Columns::of(row);
        Ok((columns.word::<DeliveryState>()?, columns.count()?))
    })?;
    deliveries.sort_by_key(|(state, _)| DeliveryState::ALL.iter().position(|one| one == state));
    Ok(deliveries)
}

/// How many items of the engine are open and expired.
pub(super) fn of_engine(connection: &Connection, name: &str) -> Result<EngineCounts> {
    let mut statement = connection.prepare_cached(
        "SELECT open, expired FROM engines JOIN engine_counts ON engine_counts.engine = engines.id WHERE name = ?1",
    )?;
    let counted = one(&mut statement, [name], |row| {
        let mut columns = Columns::of(row);
        Ok(EngineCounts { open: columns.count()?, expired: columns.count()? })
    })?;
    counted.ok_or(Fault::Missing("such engine"))
}

/// What has a counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Counter {
    /// The items of a queue in a state.
    Items(i64, ItemState),
    /// The items of an engine that are neither decided nor expired.
    Open(i64),
    /// The items of an engine that expired.
    Expired(i64),
    /// The deliveries in a state.
    Deliveries(DeliveryState),
}

/// By how much counters are to change.
#[derive(Debug, Default)]
pub(super) struct Tally(HashMap<Counter, i64>);

impl Tally {
    pub(super) fn add(&mut self, counter: Counter, by: i64) {
        *self.0.entry(counter).or_insert(0) += by;
    }

    pub(super) fn add_all(&mut self, other: Self) {
        for (counter, by) in other.0 {
            self.add(counter, by);
        }
    }

    /// Writes it all down, in the transaction of what it counted.
    pub(super) fn write(self, connection: &Connection) -> rusqlite::Result<()> {
        for (counter, by) in self.0.into_iter().filter(|(_, by)| *by != 0) {
            match counter {
                Counter::Items(queue, state) => connection
                    .prepare_cached("UPDATE item_counts SET n = n + ?3 WHERE queue = ?1 AND state = ?2")?
                    .execute(params![queue, state.name(), by])?,
                Counter::Open(engine) => connection
                    .prepare_cached("UPDATE engine_counts SET open = open + ?2 WHERE engine = ?1")?
                    .execute(params![engine, by])?,
                Counter::Expired(engine) => connection
                    .prepare_cached("UPDATE engine_counts SET expired = expired + ?2 WHERE engine = ?1")?
                    .execute(params![engine, by])?,
                Counter::Deliveries(state) => connection
                    .prepare_cached("UPDATE delivery_counts SET n = n + ?2 WHERE state = ?1")?
                    .execute(params![state.name(), by])?,
            };
        }
        Ok(())
    }
}
