//! Answers on their way, and the receivers that are spared.

use placet_review::{DeliveryId, DeliveryState, ItemId, Outcome, Phase, Timestamp};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::DecisionView;

/// How many deliveries are in a state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct DeliveryCount {
    /// The state.
    pub state: DeliveryState,
    /// How many.
    #[ts(type = "number")]
    pub count: u64,
}

/// One line of the delivery log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct DeliveryRowView {
    /// The delivery; also the `webhook-id` that the receiver saw.
    pub id: DeliveryId,
    /// The item that was decided.
    pub item: ItemId,
    /// The item's question.
    pub title: String,
    /// The engine that waits.
    pub engine: String,
    /// The engine's own name of the task.
    pub task: String,
    /// How it is sent.
    pub protocol: String,
    /// Where it goes; query values are left out, for they can be secrets.
    pub target: String,
    /// Where it stands.
    pub state: DeliveryState,
    /// Why it waits or what happened last, in one sentence.
    pub reason: Option<String>,
    /// When it is tried next; not before its origin is spared no longer.
    pub due_at: Option<Timestamp>,
    /// The origin (scheme, host and port) that it is sent to.
    pub origin: String,
    /// When its decision was made.
    pub decided_at: Timestamp,
    /// How many attempts there were.
    pub attempts: u32,
    /// The newest attempt.
    pub last: Option<AttemptView>,
    /// Whether a person may ask for another try now.
    pub can_retry: bool,
    /// Whether a person may say that the engine has it.
    pub can_confirm: bool,
    /// Whether its decision may be taken back.
    pub can_withdraw: bool,
}

/// An origin that is spared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OriginView {
    /// Scheme, host and port.
    pub origin: String,
    /// Why nothing is sent there.
    pub why: Spared,
    /// Until when; absent while a delivery is under way to find out.
    pub until: Option<Timestamp>,
    /// How often in a row it failed.
    pub failures: u32,
    /// How many deliveries wait for it; more than 10,000 are not counted.
    #[ts(type = "number")]
    pub waiting: u64,
}

/// Why nothing is sent to an origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Spared {
    /// It failed again and again.
    Failing,
    /// It asked for patience, or this machine had no network.
    Resting,
}

/// One attempt of a delivery.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct AttemptView {
    /// Counted from 1.
    pub number: u32,
    /// When it began.
    pub started_at: Timestamp,
    /// How long it took, in milliseconds; absent while it is under way.
    #[ts(type = "number | null")]
    pub took_ms: Option<i64>,
    /// What it came to; absent while it is under way.
    pub outcome: Option<Outcome>,
    /// How far it got; absent while it is under way, and if it was interrupted.
    pub phase: Option<Phase>,
    /// The HTTP status, if one came back.
    pub status: Option<u16>,
    /// How long the receiver asked us to wait, in milliseconds.
    #[ts(type = "number | null")]
    pub retry_after_ms: Option<i64>,
    /// What happened, in one sentence.
    pub words: Option<String>,
    /// The start of the receiver's answer.
    pub answer: Option<String>,
}

/// One delivery's whole story.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct DeliveryView {
    /// Its line in the log.
    pub row: DeliveryRowView,
    /// What happens next or what a person should do, in words; absent where all is done.
    pub next: Option<String>,
    /// An attempt may have got through though no answer said so.
    pub ambiguous: bool,
    /// When the engine stops waiting.
    pub deadline: Option<Timestamp>,
    /// When it gets too late for it, should it still wait then.
    pub too_late_at: Option<Timestamp>,
    /// The queue that its item waited in.
    pub queue: String,
    /// What it carries.
    pub decision: DecisionView,
    /// The head of the request; absent where none can be made of the callback.
    pub request: Option<RequestView>,
    /// The bytes that every attempt sends, as text.
    pub body: String,
    /// Every attempt, oldest first.
    pub attempts: Vec<AttemptView>,
}

/// The head of a delivery's request, by its engine's profile as it is now. No value in it can be a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RequestView {
    /// Such as `POST`.
    pub method: String,
    /// The address; of its query the names.
    pub target: String,
    /// The names of its headers.
    pub headers: Vec<String>,
}

/// What became of a request to try many again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RetriedView {
    /// How many are tried again now.
    #[ts(type = "number")]
    pub retried: u64,
}

/// A delivery was withdrawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WithdrawnView {
    /// The item that waits again.
    pub item: ItemId,
}
