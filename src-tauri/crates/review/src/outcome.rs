//! What an attempt came to, in terms that the delivery's next state follows from.

use serde::{Deserialize, Serialize};

/// Why a delivery waits for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum Park {
    /// The receiver does not accept our credentials, or the key to sign with is missing.
    Auth,
    /// No trusted TLS connection could be made.
    Tls,
    /// The address is not one the engine's profile allows, or the receiver redirects elsewhere.
    Policy,
}

/// How far an attempt got: the last step that it began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// To see whether it may be sent at all.
    Policy,
    /// To look its host up.
    Dns,
    /// To connect.
    Connect,
    /// To agree on keys with the receiver, whose certificate is checked.
    Tls,
    /// To send the headers.
    SentHeaders,
    /// To send the body, all of which was handed to the connection; then to wait for an answer.
    SentBody,
    /// To read the answer, whose status and headers had come.
    GotHeaders,
    /// Nothing was left to do: the answer had come, or as much of it as is read.
    GotBody,
}

impl Phase {
    /// All of them, in their order.
    pub const ALL: [Self; 8] = [
        Self::Policy,
        Self::Dns,
        Self::Connect,
        Self::Tls,
        Self::SentHeaders,
        Self::SentBody,
        Self::GotHeaders,
        Self::GotBody,
    ];

    /// The word in the ledger and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Policy => "policy",
            Self::Dns => "dns",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::SentHeaders => "sent_headers",
            Self::SentBody => "sent_body",
            Self::GotHeaders => "got_headers",
            Self::GotBody => "got_body",
        }
    }

    /// Whether the receiver may have acted on the request.
    pub fn sent_something(self) -> bool {
        self >= Self::SentHeaders
    }
}

/// What an attempt came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The receiver has the answer.
    Accepted,
    /// The receiver says it already had an answer.
    AlreadyDone,
    /// The receiver says that nobody waits there any more.
    Gone,
    /// Nobody answers to that address, or not yet: three slots, then given up.
    NotFound,
    /// It failed for now, and certainly had no effect.
    Failed,
    /// It failed for now, and may have had an effect all the same.
    Ambiguous,
    /// The receiver asks for patience. Costs no try.
    Throttled,
    /// This machine has no network. Costs no try.
    Offline,
    /// A person has to act first.
    Parked(Park),
    /// The request will never be accepted.
    Refused,
    /// The process ended or lost its lease while the attempt was under way.
    Interrupted,
}

impl Outcome {
    /// All outcomes.
    pub const ALL: [Self; 13] = [
        Self::Accepted,
        Self::AlreadyDone,
        Self::Gone,
        Self::NotFound,
        Self::Failed,
        Self::Ambiguous,
        Self::Throttled,
        Self::Offline,
        Self::Parked(Park::Auth),
        Self::Parked(Park::Tls),
        Self::Parked(Park::Policy),
        Self::Refused,
        Self::Interrupted,
    ];

    /// The word in the ledger, in JSON and in logs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::AlreadyDone => "already_done",
            Self::Gone => "gone",
            Self::NotFound => "not_found",
            Self::Failed => "failed",
            Self::Ambiguous => "ambiguous",
            Self::Throttled => "throttled",
            Self::Offline => "offline",
            Self::Parked(_) => "parked",
            Self::Refused => "refused",
            Self::Interrupted => "interrupted",
        }
    }
}

/// A protocol's reading of one answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// What it came to.
    pub outcome: Outcome,
    /// One sentence for the person: what happened, and what to do if anything is to be done.
    pub words: String,
    /// How long the receiver asked us to wait, in milliseconds.
    pub retry_after_ms: Option<i64>,
}
