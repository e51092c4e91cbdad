//! The audit chain in the ledger: written in the transaction of what it tells of, and read again.

pub(super) mod contents;
mod live;

use placet_review::Timestamp;
use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use super::rows::{Columns, all, one};
use crate::audit::{Links, Seal, Unsealed};
use crate::{AuditHead, AuditKey, AuditKind, AuditReport, AuditRow, AuditSubject, Fault, Result};

/// What the one who writes knows of the chain: what to seal with, and where it ends.
pub(super) struct Chain {
    seal: Seal,
    head: AuditHead,
}

impl Chain {
    /// Reads where the chain ends. `key` is told whether the chain is sealed with a key, and gives it if it has it;
    /// another key than that one is [`Fault::OtherAuditKey`].
    pub(super) fn open(connection: &Connection, key: impl FnOnce(bool) -> Option<AuditKey>) -> Result<Self> {
        let mut statement = connection.prepare("SELECT key_check FROM audit_key")?;
        let known: Option<[u8; 32]> = statement.query_map([], |row| row.get(0))?.next().transpose()?;
        let seal = match (key(known.is_some()), known) {
            (None, _) => Seal::without_a_key(),
            (Some(key), None) => {
                connection.execute("INSERT INTO audit_key (one, key_check) VALUES (1, ?1)", [key.check()])?;
                Seal::with(key)
            }
            (Some(key), Some(known)) if key.check() == known => Seal::with(key),
            (Some(_), Some(_)) => return Err(Fault::OtherAuditKey),
        };
        Ok(Self { seal, head: head(connection)? })
    }

    /// A chain that has not begun, without a key.
    #[cfg(test)]
    pub(super) fn new() -> Self {
        Self { seal: Seal::without_a_key(), head: AuditHead::default() }
    }

    pub(super) fn seal(&self) -> &Seal {
        &self.seal
    }

    pub(super) fn head(&self) -> AuditHead {
        self.head
    }

    /// What was written since then was rolled back.
    pub(super) fn go_back_to(&mut self, head: AuditHead) {
        self.head = head;
    }

    /// Writes the next row.
    pub(super) fn write(&mut self, connection: &Connection, entry: &Entry<'_>) -> Result<()> {
        let Entry { at, kind, subject, reviewer, digest } = entry;
        let number = self.head.number + 1;
        let row = Unsealed { number, at: *at, kind: *kind, subject, reviewer: *reviewer, digest };
        let mac = self.seal.mac(&self.head.mac, &row);
        connection
            .prepare_cached(
                "INSERT INTO audit (number, at, kind, subject, reviewer, digest, keyed, mac)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                number,
                at.as_millis(),
                kind.name(),
                subject,
                reviewer,
                digest,
                self.seal.is_keyed(),
                mac,
            ])?;
        self.head = AuditHead { number, mac };
        Ok(())
    }
}

/// What happened, for the chain to tell of.
pub(super) struct Entry<'a> {
    pub(super) at: Timestamp,
    pub(super) kind: AuditKind,
    pub(super) subject: AuditSubject,
    pub(super) reviewer: Option<&'a str>,
    /// Of what was written, by [`contents`].
    pub(super) digest: [u8; 32],
}

impl ToSql for AuditSubject {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Item(item) => item.0.into(),
            Self::Id(id) => ToSqlOutput::Borrowed(ValueRef::Blob(id.as_bytes())),
            Self::Name(name) => ToSqlOutput::Borrowed(ValueRef::Text(name.as_bytes())),
        })
    }
}

/// Where the chain ends.
pub(super) fn head(connection: &Connection) -> Result<AuditHead> {
    let mut statement =
        connection.prepare_cached("SELECT number, mac FROM audit ORDER BY number DESC LIMIT 1")?;
    let head = one(&mut statement, [], |row| Ok(AuditHead { number: row.get(0)?, mac: row.get(1)? }))?;
    Ok(head.unwrap_or_default())
}

/// The rows after this number, in their order.
pub(super) fn rows(connection: &Connection, after: i64, limit: u32) -> Result<Vec<AuditRow>> {
    let mut statement = connection.prepare_cached(
        "SELECT number, at, kind, subject, reviewer, digest, keyed, mac FROM audit WHERE number > ?1
         ORDER BY number LIMIT ?2",
    )?;
    all(&mut statement, params![after, limit], row)
}

/// Looks at every row of the chain, and at what the rows tell of where it still stands.
pub(super) fn verify(connection: &Connection, seal: &Seal, kept: Option<AuditHead>) -> Result<AuditReport> {
    let mut links = Links::new(seal, kept);
    let mut live = live::Live::over(connection);
    let mut statement = connection.prepare(
        "SELECT number, at, kind, subject, reviewer, digest, keyed, mac FROM audit ORDER BY number",
    )?;
    let mut rows = statement.query([])?;
    while let Some(next) = rows.next()? {
        match row(next) {
            Ok(row) => {
                links.take(&row);
                live.compare(&row, &mut links.report)?;
            }
            Err(fault) => links.take_unreadable(next.get(0)?, &fault.to_string()),
        }
    }
    live.end(&mut links.report)?;
    Ok(links.end())
}

/// Reads a row as strictly as it was written: what would read as the same and is not, is not taken for it.
fn row(row: &Row<'_>) -> Result<AuditRow> {
    let mut columns = Columns::of(row);
    let (number, at, kind) = (columns.value()?, columns.moment()?, columns.word::<AuditKind>()?);
    let subject = match kind {
        AuditKind::Admitted | AuditKind::Leased => AuditSubject::Item(columns.item()?),
        AuditKind::Engine | AuditKind::Token | AuditKind::Queue => AuditSubject::Name(columns.value()?),
        AuditKind::Decided
        | AuditKind::TakenBack
        | AuditKind::Withdrawn
        | AuditKind::Delivered
        | AuditKind::Parked
        | AuditKind::Expired
        | AuditKind::Unconfirmed
        | AuditKind::Dead
        | AuditKind::Retried
        | AuditKind::Confirmed => AuditSubject::Id(Uuid::from_bytes(columns.value()?)),
    };
    Ok(AuditRow {
        number,
        at,
        kind,
        subject,
        reviewer: columns.value()?,
        digest: columns.value()?,
        keyed: match columns.value::<i64>()? {
            0 => false,
            1 => true,
            other => return Err(Fault::Unreadable(format!("{other} is neither 0 nor 1"))),
        },
        mac: columns.value()?,
    })
}
