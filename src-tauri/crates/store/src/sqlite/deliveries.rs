//! Deliveries as rows, and taking those whose time has come.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use placet_review::{
    Delivery, DeliveryId, DeliveryState, Engine, Event, ItemId, Schedule, Standing, Terms, Timestamp,
};
use rusqlite::{Connection, params};

use super::rows::{Columns, from_json, one};
use super::writer::Write;
use crate::{Change, LeasedDelivery, Result};

/// The columns that [`stored_delivery`] reads, with the body's bytes or with none.
macro_rules! select_delivery {
    ($body:literal, $more:literal, $found:literal, $which:literal) => {
        concat!(
            "SELECT deliveries.id, decision, deliveries.item, engines.name, items.task, ",
            $body,
            ", deliveries.state, due_at, tries, first_try, ambiguous, reason, deliveries.fence, callback",
            $more,
            " FROM deliveries ",
            $found,
            // The order in which they are looked up.
            " CROSS JOIN delivery_bodies ON delivery = deliveries.id
              CROSS JOIN items ON items.id = deliveries.item
              CROSS JOIN engines ON engines.id = deliveries.engine ",
            $which
        )
    };
}
pub(super) use select_delivery;

/// What is due or expires, oldest first, with all that an attempt needs. Of an item one delivery is under way at a time: the
/// others wait for it.
pub(super) const DUE: &str = select_delivery!(
    "body",
    ", attempts + 1, engines.id, items.deadline",
    "INDEXED BY deliveries_due",
    "WHERE due_at IS NOT NULL AND due_at <= ?1
       AND NOT EXISTS (SELECT 1 FROM deliveries AS other INDEXED BY deliveries_sending
                       WHERE other.state = 'sending' AND other.item = deliveries.item)
     ORDER BY due_at, deliveries.id"
);

/// When [`DUE`] will have something. What waits for another delivery of its item is no reason to look.
pub(super) const NEXT_DUE: &str = "SELECT due_at FROM deliveries AS waiting INDEXED BY deliveries_due
     WHERE due_at IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM deliveries AS other INDEXED BY deliveries_sending
                       WHERE other.state = 'sending' AND other.item = waiting.item)
     ORDER BY due_at, id LIMIT 1";

/// A delivery as it stands in the ledger. Reading its JSON is left to whoever asked.
pub(super) struct StoredDelivery {
    /// All but the callback.
    delivery: Delivery,
    callback: String,
}

impl StoredDelivery {
    pub(super) fn read(self) -> Result<Delivery> {
        Ok(Delivery { callback: from_json(&self.callback)?, ..self.delivery })
    }
}

pub(super) fn stored_delivery(columns: &mut Columns<'_, '_>) -> Result<StoredDelivery> {
    Ok(StoredDelivery {
        delivery: Delivery {
            id: columns.delivery()?,
            decision: columns.decision()?,
            item: columns.item()?,
            engine: columns.value()?,
            task: columns.value()?,
            body: columns.value()?,
            standing: standing(columns)?,
            fence: columns.value()?,
            callback: placet_review::Callback { protocol: String::new(), parameters: serde_json::Map::new() },
        },
        callback: columns.value()?,
    })
}

/// Reads `state, due_at, tries, first_try, ambiguous, reason`.
pub(super) fn standing(columns: &mut Columns<'_, '_>) -> Result<Standing> {
    Ok(Standing {
        state: columns.word()?,
        due_at: columns.moment_if_any()?,
        tries: columns.value()?,
        first_try: columns.moment_if_any()?,
        ambiguous: columns.value()?,
        reason: columns.value()?,
    })
}

pub(super) fn put_standing(
    write: &Write<'_>,
    id: DeliveryId,
    before: DeliveryState,
    standing: &Standing,
) -> Result<()> {
    write
        .prepare_cached(
            "UPDATE deliveries SET state = ?2, due_at = ?3, tries = ?4, first_try = ?5, ambiguous = ?6, reason = ?7
             WHERE id = ?1",
        )?
        .execute(params![
            id.0.as_bytes(),
            standing.state.name(),
            standing.due_at.map(Timestamp::as_millis),
            standing.tries,
            standing.first_try.map(Timestamp::as_millis),
            standing.ambiguous,
            standing.reason,
        ])?;
    write.count_delivery(Some(before), standing.state);
    write.announce(Change::Deliveries);
    Ok(())
}

/// [`LeasedDelivery`] with its JSON still to be read.
pub(super) struct StoredLeased {
    delivery: StoredDelivery,
    attempt: u32,
    profile: Arc<str>,
    deadline: Option<Timestamp>,
}

impl StoredLeased {
    /// What comes before an attempt does not depend on the schedule.
    fn terms(&self) -> Terms<'static> {
        Terms { schedule: &Schedule::Voicebase, deadline: self.deadline }
    }

    /// Reads the profile of an engine once, however many of its deliveries there are.
    pub(super) fn read_all(leased: Vec<Self>) -> Result<Vec<LeasedDelivery>> {
        let mut engines: HashMap<Arc<str>, Arc<Engine>> = HashMap::new();
        let read = |Self { delivery, attempt, profile, deadline: _ }| {
            let engine = match engines.get(&profile) {
                Some(engine) => engine.clone(),
                None => engines.entry(profile.clone()).or_insert(Arc::new(from_json(&profile)?)).clone(),
            };
            Ok(LeasedDelivery { delivery: delivery.read()?, attempt, engine })
        };
        leased.into_iter().map(read).collect()
    }
}

/// Begins an attempt of what is due, and puts away what nobody waits for any more.
pub(super) fn lease_due(write: &Write<'_>, limit: u32, now: Timestamp) -> Result<Vec<StoredLeased>> {
    let mut leased = Vec::new();
    for due in due(write, limit as usize, now)? {
        let standing = &due.delivery.delivery.standing;
        match standing.when_due(due.deadline, now) {
            Event::DeadlinePassed => {
                let (id, state) = (due.delivery.delivery.id, standing.state);
                let expired = standing.clone().after(Event::DeadlinePassed, due.terms(), now, 0.0)?;
                put_standing(write, id, state, &expired)?;
            }
            _ => leased.push(due),
        }
    }
    let mut move_on = write.prepare_cached(
        "UPDATE deliveries SET state = ?2, due_at = NULL, first_try = ?3, fence = ?4, attempts = ?5 WHERE id = ?1",
    )?;
    let mut begin =
        write.prepare_cached("INSERT INTO attempts (delivery, number, started_at) VALUES (?1, ?2, ?3)")?;
    for due in &mut leased {
        let (terms, attempt) = (due.terms(), due.attempt);
        let delivery = &mut due.delivery.delivery;
        let id = delivery.id.0.as_bytes();
        let before = delivery.standing.state;
        delivery.standing = delivery.standing.clone().after(Event::Leased, terms, now, 0.0)?;
        delivery.fence += 1;
        let Standing { state, first_try, .. } = &delivery.standing;
        let first_try = first_try.map(Timestamp::as_millis);
        move_on.execute(params![id, state.name(), first_try, delivery.fence, attempt])?;
        begin.execute(params![id, attempt, now.as_millis()])?;
        write.count_delivery(Some(before), *state);
        write.announce(Change::Deliveries);
    }
    Ok(leased)
}

/// Deliveries whose time has come, oldest first: of each item one at most, and none of an item that has one
/// under way.
fn due(connection: &Connection, limit: usize, now: Timestamp) -> Result<Vec<StoredLeased>> {
    let mut statement = connection.prepare_cached(DUE)?;
    let mut items: HashSet<ItemId> = HashSet::new();
    let mut profiles: HashMap<i64, Arc<str>> = HashMap::new();
    let mut due = Vec::new();
    let mut rows = statement.query([now.as_millis()])?;
    while due.len() < limit
        && let Some(row) = rows.next()?
    {
        let mut columns = Columns::of(row);
        let delivery = stored_delivery(&mut columns)?;
        let (attempt, engine, deadline) = (columns.value()?, columns.value()?, columns.moment_if_any()?);
        if items.insert(delivery.delivery.item) {
            let profile = match profiles.get(&engine) {
                Some(profile) => profile.clone(),
                None => profiles.entry(engine).or_insert(profile_of(connection, engine)?).clone(),
            };
            due.push(StoredLeased { delivery, attempt, profile, deadline });
        }
    }
    Ok(due)
}

fn profile_of(connection: &Connection, engine: i64) -> Result<Arc<str>> {
    let mut statement = connection.prepare_cached("SELECT profile FROM engines WHERE id = ?1")?;
    Ok(statement.query_row([engine], |row| row.get(0))?)
}

pub(super) fn next_due_at(connection: &Connection) -> Result<Option<Timestamp>> {
    let mut statement = connection.prepare_cached(NEXT_DUE)?;
    one(&mut statement, [], |row| Columns::of(row).moment())
}
