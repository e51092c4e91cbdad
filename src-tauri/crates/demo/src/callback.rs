//! Believes a callback only if Placet signed it, just now, over exactly these bytes.
//!
//! This is the part to copy into an engine of your own: five checks, in this order.
//!
//! 1. The signature (Standard Webhooks v1, <https://www.standardwebhooks.com>) holds over the *raw* body: a
//!    body that was parsed and written again has other bytes.
//! 2. It was made less than five minutes ago, so that a request that was listened to is soon worth nothing.
//! 3. The decision is for the task at whose address it arrived. The signature does not cover the address.
//! 4. The task still waits. If it went on, the same request is only heard again (Placet sends until it is
//!    told that its answer arrived): say yes and do nothing. Anything else is refused.
//! 5. The answer is on disk before it is confirmed: Placet forgets a callback that was answered with 2xx.
//!
//! The first three are made here, the last two in [`crate::tasks`].

use axum::http::{HeaderMap, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use standardwebhooks::{HEADER_WEBHOOK_ID, HEADER_WEBHOOK_TIMESTAMP, Webhook};

/// The shortest key that Standard Webhooks allows, in bytes: a short or empty one could be guessed.
const SHORTEST_KEY: usize = 24;

/// Tells Placet's callbacks from everybody else's.
pub(crate) struct Verifier {
    webhook: Webhook,
}

/// What Placet says, word for word. Members that the engine has no use for are passed over, so that Placet
/// may add some.
#[derive(Deserialize)]
struct Message {
    r#type: String,
    id: String,
    decision: Decision,
}

#[derive(Deserialize)]
struct Decision {
    verdict: String,
    #[serde(default)]
    answer: Option<Answer>,
}

#[derive(Deserialize)]
struct Answer {
    label: String,
}

/// A callback that Placet made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Decided {
    /// The same whenever Placet sends this callback again.
    pub(crate) webhook_id: String,
    /// SHA-256 of the raw body, hex.
    pub(crate) body_sha256: String,
    /// What the person said: `approve`, `correct`, `reject` or `cancel`.
    pub(crate) verdict: String,
    /// The digit, 0 to 9; none if the person gave none.
    pub(crate) label: Option<u8>,
}

/// Why a callback resumes nothing.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// Not Placet's, or not fresh.
    #[error("the signature does not hold: {0}")]
    Signature(String),
    /// Placet's, and not understood.
    #[error("the body is not a decision about a digit: {0}")]
    Form(String),
    /// Made for another task and sent to this one.
    #[error("this decision is for another task, {0:?}")]
    OtherTask(String),
    /// Nothing of that name was ever paused.
    #[error("no task of this name was ever paused")]
    NoSuchTask,
    /// It has gone on with another answer.
    #[error("the task has gone on already, with another answer than this")]
    GoneOn,
    /// Cannot be written down now, so it must come again.
    #[error("the answer could not be written down: {0}; send it again")]
    NotKept(String),
}

impl Refusal {
    /// What programs branch on.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Signature(_) => "signature-refused",
            Self::Form(_) => "form-refused",
            Self::OtherTask(_) => "other-task",
            Self::NoSuchTask => "no-such-task",
            Self::GoneOn => "gone-on",
            Self::NotKept(_) => "not-kept",
        }
    }

    /// What it is in HTTP, which tells Placet whether to come again: only `NotKept` asks it to.
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::Signature(_) => StatusCode::UNAUTHORIZED,
            Self::Form(_) | Self::OtherTask(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::NoSuchTask => StatusCode::NOT_FOUND,
            Self::GoneOn => StatusCode::CONFLICT,
            Self::NotKept(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

/// A secret that cannot verify anything. Says nothing of what was given.
#[derive(Debug, thiserror::Error)]
#[error("the webhook secret must be base64 of at least {SHORTEST_KEY} bytes, with whsec_ before it")]
pub(crate) struct SecretError;

impl Verifier {
    /// From `whsec_` and the base64 of the key, as Placet shows it once.
    pub(crate) fn new(secret: &str) -> Result<Self, SecretError> {
        let key = secret.strip_prefix("whsec_").and_then(|key| STANDARD.decode(key).ok());
        let key = key.filter(|key| key.len() >= SHORTEST_KEY).ok_or(SecretError)?;
        Ok(Self { webhook: Webhook::from_bytes(key).map_err(|_| SecretError)? })
    }

    /// Reads a callback that arrived at the address of `task`, if Placet made it, now, for this task.
    pub(crate) fn read(&self, task: &str, headers: &HeaderMap, body: &[u8]) -> Result<Decided, Refusal> {
        let refused = |reason: &str| Refusal::Signature(reason.to_owned());
        let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let signed_at = header(HEADER_WEBHOOK_TIMESTAMP).and_then(|text| text.parse::<i64>().ok());
        // The library subtracts it from the time, which no made-up number may overflow.
        if signed_at.is_none_or(|seconds| seconds <= 0) {
            return Err(refused("webhook-timestamp is missing or is no time in seconds"));
        }
        self.webhook.verify(body, headers).map_err(|error| refused(&error.to_string()))?;
        let webhook_id = header(HEADER_WEBHOOK_ID).ok_or_else(|| refused("webhook-id is missing"))?;

        let Message { r#type, id, decision: Decision { verdict, answer } } =
            serde_json::from_slice(body).map_err(|error| Refusal::Form(error.to_string()))?;
        if r#type != "item.decided" {
            return Err(Refusal::Form(format!("type is {type:?}, not \"item.decided\"")));
        }
        if id != task {
            return Err(Refusal::OtherTask(id));
        }
        let label = match (verdict.as_str(), answer) {
            ("approve" | "correct", Some(Answer { label })) => match label.as_bytes() {
                [digit @ b'0'..=b'9'] => Some(digit - b'0'),
                _ => return Err(Refusal::Form(format!("the label {label:?} is not a digit"))),
            },
            ("approve" | "correct", None) => {
                return Err(Refusal::Form(format!("{verdict} comes without its answer")));
            }
            // The person could not tell either: the task goes on, and nothing is learned.
            _ => None,
        };
        let body_sha256 = hex::encode(Sha256::digest(body));
        Ok(Decided { webhook_id: webhook_id.to_owned(), body_sha256, verdict, label })
    }
}

#[cfg(test)]
mod tests;
