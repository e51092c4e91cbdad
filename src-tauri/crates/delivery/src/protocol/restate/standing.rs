//! How an invocation stands, by what Restate says when it is asked for its output
//! (<https://docs.restate.dev/services/invocation/http>).

use serde::Deserialize;

use crate::Answer;
use crate::protocol::judgement;

/// How an invocation stands.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It has not ended (Restate's own status, 470).
    Waits,
    /// It has an output.
    Ended,
    /// It failed for good: why, on one line.
    Failed(String),
}

/// What Restate says of a failure.
#[derive(Deserialize)]
struct Failure {
    message: String,
    /// `invocation`, or `ingress` where the request itself was wrong.
    source: Option<String>,
}

impl Standing {
    /// `None` if the answer does not say.
    pub(super) fn of(answer: &Answer) -> Option<Self> {
        match answer.status {
            200 => Some(Self::Ended),
            470 => Some(Self::Waits),
            _ => message(answer).map(|message| Self::Failed(judgement::one_line(&message))),
        }
    }
}

/// The message with which an invocation failed, to the letter.
pub(super) fn message(answer: &Answer) -> Option<String> {
    let failure: Failure = serde_json::from_slice(&answer.body).ok()?;
    let of_an_invocation = match failure.source.as_deref() {
        Some(source) => source == "invocation",
        // Who does not say: cancelled or killed, failed, timed out.
        None => matches!(answer.status, 409 | 500 | 408),
    };
    of_an_invocation.then_some(failure.message)
}
