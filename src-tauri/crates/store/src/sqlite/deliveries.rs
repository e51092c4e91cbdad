//! Deliveries as rows, and taking those whose time has come.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use placet_review::{
    Delivery, DeliveryId, Engine, Event, ItemId, Lets, Schedule, Standing, Terms, Timestamp,
};
use rusqlite::{Connection, params};

use super::audit::{Entry, contents};
use super::origins::{self, Waiting};
use super::rows::{Columns, all, from_json, one};
use super::writer::Write;
use crate::{AuditKind, AuditSubject, Change, Fault, LeasedDelivery, Result, Room};

/// The columns that [`stored_delivery`] reads, with the body's bytes or with none.
macro_rules! select_delivery {
    ($body:literal, $more:literal, $found:literal, $which:literal) => {
        concat!(
            "SELECT deliveries.id, decision, deliveries.item, engines.name, items.task, ",
            $body,
            ", deliveries.state, due_at, tries, first_try, ambiguous, reason, deliveries.fence, callback,
              origins.origin",
            $more,
            " FROM deliveries ",
            $found,
            // The order in which they are looked up.
            " CROSS JOIN delivery_bodies ON delivery = deliveries.id
              CROSS JOIN items ON items.id = deliveries.item
              CROSS JOIN engines ON engines.id = deliveries.engine
              CROSS JOIN origins ON origins.id = deliveries.origin ",
            $which
        )
    };
}
pub(super) use select_delivery;

/// What is due at one origin, oldest first, with all that an attempt needs. Of an item one delivery is under way at a
/// time: the others wait for it.
pub(super) const DUE: &str = select_delivery!(
    "body",
    ", attempts + 1, engines.id, items.deadline",
    "INDEXED BY deliveries_due",
    "WHERE deliveries.origin = ?1 AND due_at IS NOT NULL AND due_at <= ?2
       AND NOT EXISTS (SELECT 1 FROM deliveries AS other INDEXED BY deliveries_sending
                       WHERE other.state = 'sending' AND other.item = deliveries.item)
     ORDER BY due_at, deliveries.id"
);

/// What nobody waits for any more.
pub(super) const EXPIRED: &str = "SELECT id FROM deliveries INDEXED BY deliveries_expiring
     WHERE expires_at IS NOT NULL AND expires_at <= ?1 ORDER BY expires_at LIMIT ?2";

/// When [`EXPIRED`] will have something.
pub(super) const NEXT_EXPIRY: &str = "SELECT expires_at FROM deliveries INDEXED BY deliveries_expiring
     WHERE expires_at IS NOT NULL ORDER BY expires_at LIMIT 1";

/// So many are put away in one transaction.
const EXPIRED_AT_ONCE: u32 = 256;

/// A delivery as it stands in the ledger. Reading its JSON is left to whoever asked.
pub(super) struct StoredDelivery {
    /// All but the callback and its origin.
    delivery: Delivery,
    callback: String,
    origin: String,
}

impl StoredDelivery {
    pub(super) fn read(self) -> Result<Delivery> {
        Ok(Delivery { callback: from_json(&self.callback)?, origin: self.origin, ..self.delivery })
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
            origin: String::new(),
        },
        callback: columns.value()?,
        origin: columns.value()?,
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

/// Writes down where the delivery stands now, which stood as `before`. The audit chain tells of it, if it rests there.
pub(super) fn put_standing(
    write: &Write<'_>,
    before: &Stands,
    standing: &Standing,
    now: Timestamp,
) -> Result<()> {
    let Stands { id, deadline, .. } = *before;
    write
        .prepare_cached(
            "UPDATE deliveries SET state = ?2, due_at = ?3, tries = ?4, first_try = ?5, ambiguous = ?6, reason = ?7,
                    expires_at = ?8
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
            standing.expires_at(deadline).map(Timestamp::as_millis),
        ])?;
    if let Some(kind) = AuditKind::of_rest(standing.state) {
        write.audit(&before.entry(standing, kind, None, now))?;
    }
    write.count_delivery(Some(before.standing.state), standing.state);
    write.announce(Change::Deliveries);
    Ok(())
}

/// Moves a delivery on by an event that does not depend on its engine's schedule. If a person brought that about, the
/// audit chain tells of it, and by whom if that is known, before how it was is lost.
pub(super) fn move_on(
    write: &Write<'_>,
    id: DeliveryId,
    event: Event,
    told: Option<(AuditKind, Option<&str>)>,
    now: Timestamp,
) -> Result<()> {
    let before = stands(write, id)?;
    let terms = Terms { schedule: &Schedule::Voicebase, deadline: before.deadline };
    let after = before.standing.clone().after(event, terms, now, 0.0)?;
    if let Some((kind, reviewer)) = told {
        write.audit(&before.entry(&before.standing, kind, reviewer, now))?;
    }
    put_standing(write, &before, &after, now)
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

/// Begins attempts of what is due, and puts away what nobody waits for any more.
pub(super) fn lease_due(
    write: &Write<'_>,
    room: &Room,
    now: Timestamp,
    there_since: Timestamp,
) -> Result<Vec<StoredLeased>> {
    expire(write, now)?;
    let mut leased = due(write, room, now)?;
    let mut move_on = write.prepare_cached(
        "UPDATE deliveries SET state = ?2, due_at = NULL, expires_at = NULL, first_try = ?3, fence = ?4, attempts = ?5
         WHERE id = ?1",
    )?;
    let mut begin =
        write.prepare_cached("INSERT INTO attempts (delivery, number, started_at) VALUES (?1, ?2, ?3)")?;
    for due in &mut leased {
        let (terms, attempt) = (due.terms(), due.attempt);
        let delivery = &mut due.delivery.delivery;
        let id = delivery.id.0.as_bytes();
        let before = delivery.standing.state;
        delivery.standing =
            delivery.standing.clone().after(Event::Leased { there_since }, terms, now, 0.0)?;
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

/// What nobody waits for any more is over.
fn expire(write: &Write<'_>, now: Timestamp) -> Result<()> {
    let mut statement = write.prepare_cached(EXPIRED)?;
    let expired =
        all(&mut statement, params![now.as_millis(), EXPIRED_AT_ONCE], |row| Columns::of(row).delivery())?;
    expired.into_iter().try_for_each(|id| move_on(write, id, Event::DeadlinePassed, None, now))
}

/// Deliveries whose time has come: origin by origin, in each the oldest first; of each item one at most, and none of
/// an item that has one under way.
fn due(write: &Write<'_>, room: &Room, now: Timestamp) -> Result<Vec<StoredLeased>> {
    let mut ready = origins::waiting(write, room)?;
    ready.retain(|origin| origin.ready_at(now).is_some_and(|ready_at| ready_at <= now));
    ready.sort_by_key(|origin| origin.due_at);
    let mut left = room.total as usize;
    // None takes the room of all: what it is not given now, it is given next time.
    let share = left.div_ceil(ready.len().max(1));
    let mut taking = Taking { items: HashSet::new(), profiles: HashMap::new() };
    let mut due = Vec::new();
    for mut origin in ready {
        let probes = origin.breaker.lets(now) == Lets::Probe;
        let limit = if probes { 1 } else { share.min(left) };
        let taken = taking.of(write, &origin, limit, now)?;
        if probes && !taken.is_empty() {
            origins::probe(write, &mut origin)?;
        }
        left -= taken.len();
        due.extend(taken);
    }
    Ok(due)
}

/// What was seen while deliveries are taken.
struct Taking {
    items: HashSet<ItemId>,
    profiles: HashMap<i64, Arc<Profile>>,
}

/// An engine's profile, unread but for what is needed here.
struct Profile {
    text: Arc<str>,
    at_once: u32,
}

impl Taking {
    fn of(
        &mut self,
        connection: &Connection,
        origin: &Waiting,
        limit: usize,
        now: Timestamp,
    ) -> Result<Vec<StoredLeased>> {
        let mut statement = connection.prepare_cached(DUE)?;
        let mut taken: Vec<StoredLeased> = Vec::new();
        let mut rows = statement.query(params![origin.id, now.as_millis()])?;
        while taken.len() < limit
            && let Some(row) = rows.next()?
        {
            let mut columns = Columns::of(row);
            let delivery = stored_delivery(&mut columns)?;
            let (attempt, engine, deadline) = (columns.value()?, columns.value()?, columns.moment_if_any()?);
            let profile = match self.profiles.get(&engine) {
                Some(profile) => profile.clone(),
                None => {
                    let read = Arc::new(profile_of(connection, engine)?);
                    self.profiles.entry(engine).or_insert(read).clone()
                }
            };
            if taken.len() >= origin.room.unwrap_or(profile.at_once) as usize {
                break;
            }
            if self.items.insert(delivery.delivery.item) {
                taken.push(StoredLeased { delivery, attempt, profile: profile.text.clone(), deadline });
            }
        }
        Ok(taken)
    }
}

fn profile_of(connection: &Connection, engine: i64) -> Result<Profile> {
    let mut statement = connection.prepare_cached("SELECT profile FROM engines WHERE id = ?1")?;
    let text: Arc<str> = statement.query_row([engine], |row| row.get(0))?;
    let at_once = from_json::<Engine>(&text)?.at_once();
    Ok(Profile { text, at_once })
}

/// When the next delivery can be taken or is over.
pub(super) fn next_due_at(connection: &Connection, room: &Room, now: Timestamp) -> Result<Option<Timestamp>> {
    let ready = origins::waiting(connection, room)?.iter().filter_map(|origin| origin.ready_at(now)).min();
    let expiry = one(&mut connection.prepare_cached(NEXT_EXPIRY)?, [], |row| Columns::of(row).moment())?;
    Ok(match (ready, expiry) {
        (Some(ready), Some(expiry)) => Some(ready.min(expiry)),
        (ready, expiry) => ready.or(expiry),
    })
}

/// Where a delivery stands, and by what that changes.
pub(super) struct Stands {
    pub(super) id: DeliveryId,
    pub(super) standing: Standing,
    pub(super) fence: i64,
    /// The number of the newest attempt.
    attempts: i64,
    pub(super) origin: i64,
    /// When its engine stops waiting.
    pub(super) deadline: Option<Timestamp>,
}

impl Stands {
    /// What the audit chain is told of the delivery where it stands like this.
    fn entry<'a>(
        &self,
        standing: &Standing,
        kind: AuditKind,
        reviewer: Option<&'a str>,
        now: Timestamp,
    ) -> Entry<'a> {
        let stood = contents::Stood {
            id: self.id.0,
            state: standing.state,
            tries: standing.tries.into(),
            first_try: standing.first_try.map(Timestamp::as_millis),
            ambiguous: standing.ambiguous.into(),
            reason: standing.reason.as_deref(),
            fence: self.fence,
            attempts: self.attempts,
        };
        Entry { at: now, kind, subject: AuditSubject::Id(self.id.0), reviewer, digest: stood.digest(kind) }
    }
}

pub(super) fn stands(connection: &Connection, id: DeliveryId) -> Result<Stands> {
    let mut statement = connection.prepare_cached(
        "SELECT deliveries.state, due_at, tries, first_try, ambiguous, reason, deliveries.fence, attempts, origin,
                deadline
         FROM deliveries JOIN items ON items.id = item WHERE deliveries.id = ?1",
    )?;
    one(&mut statement, [id.0.as_bytes()], |row| {
        let mut columns = Columns::of(row);
        Ok(Stands {
            id,
            standing: standing(&mut columns)?,
            fence: columns.value()?,
            attempts: columns.value()?,
            origin: columns.value()?,
            deadline: columns.moment_if_any()?,
        })
    })?
    .ok_or(Fault::Missing("such delivery"))
}
