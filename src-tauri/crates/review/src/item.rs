//! What is asked of a person.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{ItemId, Timestamp};

/// An answer that a machine proposes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ts_rs::TS)]
#[serde(deny_unknown_fields)]
pub struct Suggestion {
    /// In the shape of the queue's kind: see [`crate::Kind`].
    #[ts(type = "unknown")]
    pub answer: Value,
    /// From 0 (a guess) to 1 (certain).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub confidence: Option<f64>,
    /// Who proposes it, such as a model and its version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub by: Option<String>,
}

/// Where an item's answer must go: the protocol's name and its parameters, kept verbatim.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Callback {
    /// The protocol's name, such as `webhook`.
    pub protocol: String,
    /// All other members as they were handed in; only the protocol reads them.
    #[serde(flatten)]
    pub parameters: Map<String, Value>,
}

/// An item as it is handed to the ledger, before it has a number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewItem {
    /// The engine whose task waits.
    pub engine: String,
    /// The engine's own name of the task; with `engine` it names the item once and for all.
    pub task: String,
    /// The queue it waits in.
    pub queue: String,
    /// The question, one line.
    pub title: String,
    /// What the person looks at. Attachments stand as `{"attachment": "sha256:...", "media_type": "..."}`.
    pub content: Value,
    /// What machines propose, in the order they were handed in.
    pub suggestions: Vec<Suggestion>,
    /// Higher goes first among equals.
    pub priority: i32,
    /// When the engine stops waiting.
    pub deadline: Option<Timestamp>,
    /// The engine wants a sign of life at least this often, in seconds.
    pub heartbeat_seconds: Option<u32>,
    /// Where the answer goes.
    pub callbacks: Vec<Callback>,
    /// The engine's own data, handed back untouched.
    pub metadata: Map<String, Value>,
    /// [`crate::digest`] of the submission: tells the same item handed in twice from a conflict.
    pub submission_digest: String,
}

impl NewItem {
    /// The confidence of the surest suggestion, if any names one.
    pub fn confidence(&self) -> Option<f64> {
        best(&self.suggestions).and_then(|suggestion| suggestion.confidence)
    }
}

/// An item in the ledger.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Its number in this ledger.
    pub id: ItemId,
    /// What was handed in.
    pub asked: NewItem,
    /// Where it stands.
    pub state: ItemState,
    /// When it was accepted.
    pub admitted_at: Timestamp,
    /// A reviewer marked it for a second look.
    pub flagged: bool,
}

impl Item {
    /// The surest suggestion: highest confidence, the first of equals; one without confidence counts as 0.
    pub fn best_suggestion(&self) -> Option<&Suggestion> {
        best(&self.asked.suggestions)
    }
}

fn best(suggestions: &[Suggestion]) -> Option<&Suggestion> {
    let confidence = |suggestion: &Suggestion| suggestion.confidence.unwrap_or(0.0);
    suggestions.iter().reduce(|best, next| if confidence(next) > confidence(best) { next } else { best })
}

/// Where an item stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum ItemState {
    /// Nobody holds it.
    Waiting,
    /// One reviewer holds it.
    Leased,
    /// It has its decision.
    Decided,
    /// Its deadline passed before anyone decided.
    Expired,
}

impl ItemState {
    /// All states, in the order an item can pass through them.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Leased, Self::Decided, Self::Expired];

    /// The word in the ledger, in JSON and on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Leased => "leased",
            Self::Decided => "decided",
            Self::Expired => "expired",
        }
    }
}
