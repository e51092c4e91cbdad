//! Holding what the ledger says now to what the chain tells was written.

use std::collections::HashMap;

use rusqlite::Connection;
use uuid::Uuid;

use super::contents;
use crate::{AuditKind, AuditReport, AuditRow, AuditSubject, Result};

/// What the rows taken so far say that the ledger must hold.
///
/// Each is compared as its row comes by; that nothing else is there is seen by counting, so that memory stays small
/// however long the chain is.
pub(super) struct Live<'a> {
    connection: &'a Connection,
    items: u64,
    decisions: u64,
    taken_back: u64,
    deliveries: u64,
    /// Deliveries that rest as the chain tells.
    resting: u64,
    /// Deliveries that are not as the newest row tells, and that row. A later one may tell of it.
    moved: HashMap<Uuid, i64>,
    /// The newest row of each engine, token and queue.
    setup: HashMap<(AuditKind, String), (i64, [u8; 32])>,
}

impl<'a> Live<'a> {
    pub(super) fn over(connection: &'a Connection) -> Self {
        Self {
            connection,
            items: 0,
            decisions: 0,
            taken_back: 0,
            deliveries: 0,
            resting: 0,
            moved: HashMap::new(),
            setup: HashMap::new(),
        }
    }

    pub(super) fn compare(&mut self, row: &AuditRow, report: &mut AuditReport) -> Result<()> {
        match (row.kind, &row.subject) {
            (AuditKind::Admitted, AuditSubject::Item(item)) => {
                self.items += 1;
                let live = contents::item(self.connection, item.0);
                same(row, live, format_args!("item {item}"), report);
            }
            (AuditKind::Decided, AuditSubject::Id(id)) => {
                self.decisions += 1;
                let live = contents::decision(self.connection, *id).map(|found| {
                    found.map(|(digest, deliveries)| {
                        self.deliveries += deliveries;
                        digest
                    })
                });
                same(row, live, format_args!("decision {id}, or what it sends,"), report);
            }
            (AuditKind::TakenBack, AuditSubject::Id(id)) => {
                self.taken_back += 1;
                let live = contents::taken_back_at(self.connection, *id)
                    .map(|at| at.map(|at| contents::taken_back(*id, at)));
                same(row, live, format_args!("when decision {id} was taken back"), report);
            }
            (AuditKind::Retried | AuditKind::Confirmed, AuditSubject::Id(id)) => {
                // The row tells how the delivery was before. If it still rests so, only a later row can tell why.
                match contents::delivery(self.connection, *id, row.kind) {
                    Ok(Some((state, live))) if live == row.digest => {
                        if AuditKind::of_rest(state).is_some() {
                            self.resting = self.resting.saturating_sub(1);
                            self.moved.insert(*id, row.number);
                        }
                    }
                    Ok(_) => drop(self.moved.remove(id)),
                    Err(fault) => {
                        report.find(Some(row.number), format!("delivery {id} cannot be read: {fault}."))
                    }
                }
            }
            (
                AuditKind::Withdrawn
                | AuditKind::Delivered
                | AuditKind::Parked
                | AuditKind::Expired
                | AuditKind::Unconfirmed
                | AuditKind::Dead,
                AuditSubject::Id(id),
            ) => match contents::delivery(self.connection, *id, row.kind) {
                Ok(Some((_, live))) if live == row.digest => {
                    self.resting += 1;
                    self.moved.remove(id);
                }
                Ok(Some(_)) => drop(self.moved.insert(*id, row.number)),
                Ok(None) => {
                    report.find(Some(row.number), format!("delivery {id} is not in the ledger any more."))
                }
                Err(fault) => {
                    report.find(Some(row.number), format!("delivery {id} cannot be read: {fault}."))
                }
            },
            (AuditKind::Engine | AuditKind::Token | AuditKind::Queue, AuditSubject::Name(name)) => {
                self.setup.insert((row.kind, name.clone()), (row.number, row.digest));
            }
            // A lease is over soon, and leaves nothing to compare.
            (AuditKind::Leased, _) => {}
            (kind, subject) => {
                report.find(
                    Some(row.number),
                    format!("a row of the kind {} cannot be about {subject}.", kind.name()),
                );
            }
        }
        Ok(())
    }

    /// After the last row: is anything there that no row tells of?
    pub(super) fn end(mut self, report: &mut AuditReport) -> Result<()> {
        let mut moved: Vec<_> = std::mem::take(&mut self.moved).into_iter().collect();
        moved.sort_by_key(|(_, row)| *row);
        for (id, row) in moved {
            report.find(Some(row), format!("delivery {id} does not stand any more as this row tells."));
        }
        self.compare_setup(report)?;
        for (what, told, sql) in [
            ("items", self.items, "SELECT COUNT(*) FROM items"),
            ("decisions", self.decisions, "SELECT COUNT(*) FROM decisions"),
            (
                "decisions that were taken back",
                self.taken_back,
                "SELECT COUNT(*) FROM decisions WHERE taken_back_at IS NOT NULL",
            ),
            (
                "decided items",
                self.decisions.saturating_sub(self.taken_back),
                "SELECT COUNT(*) FROM items WHERE state = 'decided'",
            ),
            (
                "items whose decision stands",
                self.decisions.saturating_sub(self.taken_back),
                "SELECT COUNT(*) FROM decisions JOIN items ON items.id = item
                 WHERE taken_back_at IS NULL AND state = 'decided'",
            ),
            ("deliveries", self.deliveries, "SELECT COUNT(*) FROM deliveries"),
            (
                "deliveries that have ended or are parked",
                self.resting,
                "SELECT COUNT(*) FROM deliveries WHERE state NOT IN ('held', 'due', 'sending')",
            ),
        ] {
            let there: i64 = self.connection.query_row(sql, [], |row| row.get(0))?;
            if there.unsigned_abs() != told {
                report.find(None, format!("The ledger holds {there} {what}; the chain tells of {told}."));
            }
        }
        Ok(())
    }

    /// Of each engine, token and queue the newest row counts.
    fn compare_setup(&mut self, report: &mut AuditReport) -> Result<()> {
        for kind in [AuditKind::Engine, AuditKind::Token, AuditKind::Queue] {
            let what = match kind {
                AuditKind::Token => "the token of engine",
                _ => kind.name(),
            };
            for name in contents::names(self.connection, kind)? {
                let live = match kind {
                    AuditKind::Token => contents::token(self.connection, &name),
                    AuditKind::Queue => contents::queue(self.connection, &name),
                    _ => contents::engine(self.connection, &name),
                };
                match self.setup.remove(&(kind, name.clone())) {
                    None => report.find(None, format!("No row tells of {what} \"{name}\".")),
                    Some((row, digest)) => match live {
                        Ok(Some(live)) if live == digest => {}
                        Ok(_) => {
                            report.find(Some(row), format!("{what} \"{name}\" is not what was written."))
                        }
                        Err(fault) => {
                            report.find(Some(row), format!("{what} \"{name}\" cannot be read: {fault}."));
                        }
                    },
                }
            }
        }
        let mut gone: Vec<_> = self.setup.drain().collect();
        gone.sort_by_key(|(_, (row, _))| *row);
        for ((kind, name), (row, _)) in gone {
            report.find(Some(row), format!("{} \"{name}\" is not in the ledger any more.", kind.name()));
        }
        Ok(())
    }
}

/// Compares what stands in the ledger with what was written.
fn same(
    row: &AuditRow,
    live: Result<Option<[u8; 32]>>,
    what: std::fmt::Arguments<'_>,
    report: &mut AuditReport,
) {
    match live {
        Ok(Some(live)) if live == row.digest => {}
        Ok(Some(_)) => report.find(Some(row.number), format!("{what} is not what was written.")),
        Ok(None) => report.find(Some(row.number), format!("{what} is not in the ledger any more.")),
        Err(fault) => report.find(Some(row.number), format!("{what} cannot be read: {fault}.")),
    }
}
