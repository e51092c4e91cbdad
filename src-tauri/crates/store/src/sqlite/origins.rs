//! Where callbacks go: what waits for each origin, and whether it is spared.

use placet_review::{Breaker, Judgement, Lets, Schedule, Timestamp};
use rusqlite::{Connection, params};

use super::rows::{Columns, all, one};
use super::writer::Write;
use crate::{Change, Fault, OriginRow, Result, Room};

/// The next origin, by number, for which something waits.
pub(super) const NEXT_ORIGIN: &str = "SELECT origin FROM deliveries INDEXED BY deliveries_due
     WHERE due_at IS NOT NULL AND origin > ?1 ORDER BY origin LIMIT 1";

/// When the first delivery to the origin is due. One that waits for another of its item is passed over.
pub(super) const FIRST_DUE: &str = "SELECT due_at FROM deliveries AS waiting INDEXED BY deliveries_due
     WHERE origin = ?1 AND due_at IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM deliveries AS other INDEXED BY deliveries_sending
                       WHERE other.state = 'sending' AND other.item = waiting.item)
     ORDER BY due_at, id LIMIT 1";

/// How many wait there is told up to so many: beyond, nobody counts.
const COUNTED: u32 = 10_000;

/// Something waits for an origin.
pub(super) struct Waiting {
    pub(super) id: i64,
    pub(super) breaker: Breaker,
    /// When the first is due; it may be spared for longer.
    pub(super) due_at: Timestamp,
    /// How many more may be taken; as many as its engine allows, if nothing is under way there.
    pub(super) room: Option<u32>,
}

impl Waiting {
    /// When the first can be taken; `None`: not before something has come back.
    pub(super) fn ready_at(&self, now: Timestamp) -> Option<Timestamp> {
        if self.room == Some(0) {
            return None;
        }
        match self.breaker.lets(now) {
            Lets::All | Lets::Probe => Some(self.due_at),
            Lets::NothingUntil(until) => Some(self.due_at.max(until)),
            Lets::NothingYet => None,
        }
    }
}

/// All origins for which something waits that could be taken some time. They are few beside the deliveries.
pub(super) fn waiting(connection: &Connection, room: &Room) -> Result<Vec<Waiting>> {
    let mut next = connection.prepare_cached(NEXT_ORIGIN)?;
    let mut first_due = connection.prepare_cached(FIRST_DUE)?;
    let mut found = Vec::new();
    let mut last = 0_i64;
    while let Some(id) = one(&mut next, [last], |row| Columns::of(row).value::<i64>())? {
        last = id;
        if let Some(due_at) = one(&mut first_due, [id], |row| Columns::of(row).moment())? {
            let (name, breaker) = known(connection, id)?;
            found.push(Waiting { id, breaker, due_at, room: room.of_origin.get(&name).copied() });
        }
    }
    Ok(found)
}

/// The number of the origin, which is made known if it is new.
pub(super) fn number(write: &Write<'_>, origin: &str) -> Result<i64> {
    let mut find = write.prepare_cached("SELECT id FROM origins WHERE origin = ?1")?;
    if let Some(id) = one(&mut find, [origin], |row| Columns::of(row).value())? {
        return Ok(id);
    }
    Ok(write
        .prepare_cached("INSERT INTO origins (origin) VALUES (?1) RETURNING id")?
        .query_row([origin], |row| row.get(0))?)
}

/// The delivery that was taken from there finds out whether it is well again.
pub(super) fn probe(write: &Write<'_>, origin: &mut Waiting) -> Result<()> {
    origin.breaker.probe();
    put(write, origin.id, &origin.breaker)
}

/// An attempt there has come back.
pub(super) fn heard(
    write: &Write<'_>,
    origin: i64,
    judgement: &Judgement,
    schedule: &Schedule,
    now: Timestamp,
) -> Result<()> {
    let (_, before) = known(write, origin)?;
    let mut after = before.clone();
    after.heard(judgement.outcome, judgement.retry_after_ms, schedule.longest_wait_ms(), now);
    // Mostly all is well, and stays so.
    if after == before { Ok(()) } else { put(write, origin, &after) }
}

/// Whoever waited for a probe waits no longer.
pub(super) fn try_now(write: &Write<'_>, origin: &str, now: Timestamp) -> Result<()> {
    let mut find = write.prepare_cached("SELECT id FROM origins WHERE origin = ?1")?;
    let found = one(&mut find, [origin], |row| Columns::of(row).value::<i64>())?;
    let id = found.ok_or(Fault::Missing("such origin"))?;
    let (_, mut breaker) = known(write, id)?;
    breaker.try_now(now);
    put(write, id, &breaker)
}

/// Nobody can say any more how long they have been spared.
pub(super) fn clock_set_back(write: &Write<'_>, now: Timestamp) -> Result<()> {
    for (id, _, mut breaker) in spared(write)? {
        breaker.clock_set_back(now);
        put(write, id, &breaker)?;
    }
    Ok(())
}

/// At start no probe is under way.
pub(super) fn recover(write: &Write<'_>) -> Result<()> {
    write.prepare_cached("UPDATE origins SET probing = 0 WHERE probing = 1")?.execute([])?;
    Ok(())
}

/// The origins that are spared or were found failing lately, by name.
pub(super) fn origins(connection: &Connection) -> Result<Vec<OriginRow>> {
    let mut count = connection.prepare_cached(
        "SELECT count(*) FROM (SELECT 1 FROM deliveries INDEXED BY deliveries_due
                               WHERE origin = ?1 AND due_at IS NOT NULL LIMIT ?2)",
    )?;
    let mut rows = Vec::new();
    for (id, origin, breaker) in spared(connection)? {
        let waiting = one(&mut count, params![id, COUNTED], |row| Columns::of(row).count())?.unwrap_or(0);
        rows.push(OriginRow { origin, breaker, waiting });
    }
    Ok(rows)
}

macro_rules! select_origin {
    ($which:literal) => {
        concat!(
            "SELECT id, origin, open_until, probing, rests_until, failed_in_a_row, opened, counted_since, counted,
                    counted_failed FROM origins ",
            $which
        )
    };
}

fn known(connection: &Connection, id: i64) -> Result<(String, Breaker)> {
    let mut statement = connection.prepare_cached(select_origin!("WHERE id = ?1"))?;
    let (_, origin, breaker) = one(&mut statement, [id], origin)?.ok_or(Fault::Missing("such origin"))?;
    Ok((origin, breaker))
}

fn spared(connection: &Connection) -> Result<Vec<(i64, String, Breaker)>> {
    let mut statement = connection.prepare_cached(select_origin!(
        "WHERE open_until IS NOT NULL OR rests_until IS NOT NULL ORDER BY origin"
    ))?;
    all(&mut statement, [], origin)
}

fn origin(row: &rusqlite::Row<'_>) -> Result<(i64, String, Breaker)> {
    let mut columns = Columns::of(row);
    Ok((
        columns.value()?,
        columns.value()?,
        Breaker {
            open_until: columns.moment_if_any()?,
            probing: columns.value()?,
            rests_until: columns.moment_if_any()?,
            failed_in_a_row: columns.value()?,
            opened: columns.value()?,
            counted_since: columns.moment_if_any()?,
            counted: columns.value()?,
            counted_failed: columns.value()?,
        },
    ))
}

fn put(write: &Write<'_>, id: i64, breaker: &Breaker) -> Result<()> {
    write
        .prepare_cached(
            "UPDATE origins SET open_until = ?2, probing = ?3, rests_until = ?4, failed_in_a_row = ?5, opened = ?6,
                    counted_since = ?7, counted = ?8, counted_failed = ?9 WHERE id = ?1",
        )?
        .execute(params![
            id,
            breaker.open_until.map(Timestamp::as_millis),
            breaker.probing,
            breaker.rests_until.map(Timestamp::as_millis),
            breaker.failed_in_a_row,
            breaker.opened,
            breaker.counted_since.map(Timestamp::as_millis),
            breaker.counted,
            breaker.counted_failed,
        ])?;
    write.announce(Change::Deliveries);
    Ok(())
}
