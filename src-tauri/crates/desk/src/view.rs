//! What the window and the command line are shown. These shapes cross to TypeScript (generated, see
//! `tests/contract`), so they hold plain values only.

mod audit;
mod deliveries;
mod engines;
mod items;
mod keys;

use placet_review::Queue;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub use self::audit::{AuditFindingView, AuditHeadView, AuditReportView, AuditRowView};
pub use self::deliveries::{
    AttemptView, DeliveryCount, DeliveryRowView, DeliveryView, OriginView, RequestView, RetriedView, Spared,
    WithdrawnView,
};
pub use self::engines::{
    CheckedProfileView, EngineDetailView, EngineHealthView, EngineView, FateView, PresetView, ProtocolView,
    RehearsalView, WrongProfileView,
};
pub use self::items::{Decided, DecisionView, InboxPage, InboxRowView, ItemView, LeaseView, SubmittedView};
pub use self::keys::{JwtAlgorithmView, KeySetView, KeyView, NewKeyView, SecretView, SignsAs};

/// What stands in the frame of the window: who works here, which queues there are, how deliveries do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Overview {
    /// The person at this desk.
    pub reviewer: String,
    /// Placet's version.
    pub version: String,
    /// Where items come in, such as `http://127.0.0.1:7410`.
    pub intake: String,
    /// Where the keys live: `keychain`, `env`, `fd` or `age`.
    pub keys: String,
    /// Why the audit chain goes on without a key, and what to do; absent if it has one.
    pub without_audit_key: Option<String>,
    /// Every queue by name.
    pub queues: Vec<QueueView>,
    /// Deliveries by state; a state without any is absent.
    pub deliveries: Vec<DeliveryCount>,
}

/// A queue and how full it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct QueueView {
    /// Its rules.
    pub queue: Queue,
    /// Items that nobody holds.
    #[ts(type = "number")]
    pub waiting: u64,
    /// Items that somebody holds.
    #[ts(type = "number")]
    pub leased: u64,
    /// Items with their decision.
    #[ts(type = "number")]
    pub decided: u64,
}

/// Something changed; what was read of it before is stale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Changed {
    /// Items, leases or decisions.
    Items,
    /// An item expired that somebody held: who holds any should ask which they still do.
    Holds,
    /// Deliveries or attempts.
    Deliveries,
    /// Engines or queues.
    Setup,
}
