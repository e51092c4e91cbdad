//! The ledger: what was accepted and what was decided, durably.
//!
//! [`Store`] speaks in facts of the business; each verb that changes something is one transaction, and its
//! future resolves only after the commit is on disk. One folder per engine holds the SQL.

mod attachments;
mod audit;
mod fault;
mod sqlite;
mod verbs;

pub use attachments::Attachments;
pub use audit::{
    AuditFinding, AuditHead, AuditHeadError, AuditKey, AuditKind, AuditReport, AuditRow, AuditSubject,
};
pub use fault::{Fault, Result};
pub use sqlite::SqliteStore;
pub use verbs::{
    Admission, Change, Counts, DeliveryFilter, DeliveryLog, DeliveryRow, DueHeartbeat, EngineCounts,
    InboxRow, LeasedDelivery, Leasing, LogEnd, OriginRow, ProfileChange, QueueCounts, Recording, Retried,
    Room, Store, Undoing, Withdrawing,
};
