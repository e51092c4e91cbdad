//! How many there are, from counters that the schema's triggers keep in every transaction.

use placet_review::{DeliveryState, ItemState};
use rusqlite::Connection;

use super::rows::{Columns, all};
use crate::{Counts, QueueCounts, Result};

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
    let mut statement = connection.prepare_cached("SELECT state, n FROM delivery_counts WHERE n > 0")?;
    let mut deliveries = all(&mut statement, [], |row| {
        let mut columns = Columns::of(row);
        Ok((columns.word::<DeliveryState>()?, columns.count()?))
    })?;
    deliveries.sort_by_key(|(state, _)| DeliveryState::ALL.iter().position(|one| one == state));
    Ok(Counts { queues, deliveries })
}
