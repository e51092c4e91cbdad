//! The audit chain.

use placet_review::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

/// Where the audit chain ends: what a person keeps elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AuditHeadView {
    /// `NUMBER:MAC`, the MAC in hex; number 0 while there is no row.
    pub head: String,
}

/// A row of the audit chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AuditRowView {
    /// Counted from 1.
    #[ts(type = "number")]
    pub number: i64,
    /// When it happened.
    pub at: Timestamp,
    /// What happened, such as `decided`.
    pub kind: String,
    /// To what: an item's number, the id of a decision or a delivery, or the name of an engine or a queue.
    #[ts(type = "number | string")]
    pub subject: Value,
    /// Who did it, where a reviewer did.
    pub reviewer: Option<String>,
    /// Of what was written: SHA-256 in hex.
    pub digest: String,
    /// Sealed with the key, and not while there was none.
    pub keyed: bool,
    /// HMAC-SHA256 in hex, over all of this and the MAC of the row before.
    pub mac: String,
}

/// What a look at the audit chain came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AuditReportView {
    /// Whether nothing is wrong.
    pub holds: bool,
    /// How many rows there are.
    #[ts(type = "number")]
    pub rows: u64,
    /// Where the chain ends, `NUMBER:MAC`.
    pub head: String,
    /// What a person should know though it is not wrong.
    pub notes: Vec<String>,
    /// How much is wrong.
    #[ts(type = "number")]
    pub found: u64,
    /// What is wrong: of very much, the first hundred.
    pub findings: Vec<AuditFindingView>,
}

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AuditFindingView {
    /// The row that it was found at, where it was found at one.
    #[ts(type = "number | null")]
    pub row: Option<i64>,
    /// What, in a sentence.
    pub words: String,
}
