//! The recorded answer, and every reason not to record one.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{DecisionId, ItemId, Timestamp};

/// What a person says to an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The proposed answer stands.
    Approve,
    /// The person's own answer stands instead.
    Correct,
    /// No: the note says why.
    Reject,
    /// Words instead of an answer.
    Respond,
    /// The question is withdrawn without an answer.
    Cancel,
}

impl Verdict {
    /// The word in the ledger, in JSON and on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Correct => "correct",
            Self::Reject => "reject",
            Self::Respond => "respond",
            Self::Cancel => "cancel",
        }
    }
}

/// An answer that is being worked on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ts_rs::TS)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// What the person is about to say.
    pub verdict: Verdict,
    /// In the shape of the queue's kind; absent where the verdict has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(type = "unknown", optional)]
    pub answer: Option<Value>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub note: Option<String>,
}

/// The recorded answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// Its id.
    pub id: DecisionId,
    /// The item it answers.
    pub item: ItemId,
    /// What was said.
    pub verdict: Verdict,
    /// The answer, in the shape of the queue's kind.
    pub answer: Option<Value>,
    /// Why.
    pub note: Option<String>,
    /// The reviewer.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// [`crate::digest`] of what the reviewer was shown.
    pub shown: String,
}

/// Time for the sending itself, in milliseconds: an answer is not late for the sake of an undo.
const SENDING_MS: i64 = 60_000;

/// Until when a decision can be taken back: for the queue's `undo_seconds`, but not at all where the engine
/// would stop waiting within that window or in the minute after it.
pub fn undo_until(undo_seconds: u32, deadline: Option<Timestamp>, decided_at: Timestamp) -> Timestamp {
    let window_ms = i64::from(undo_seconds) * 1_000;
    match deadline {
        Some(deadline) if deadline.millis_since(decided_at) < window_ms + SENDING_MS => decided_at,
        _ => decided_at.plus_millis(window_ms),
    }
}

/// Why an answer was not recorded. A refusal is itself an answer: the draft stays with the person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The lease ran out, or somebody else has the item now.
    #[error("Your hold on this item ran out. Open it again to answer it.")]
    LeaseLost,
    /// Somebody decided it first.
    #[error("This item already has its answer.")]
    AlreadyDecided,
    /// The engine no longer waits.
    #[error("The engine stopped waiting for this item at {0}.")]
    DeadlinePassed(Timestamp),
    /// The person looked at something else than what is stored.
    #[error("The item is not what you were shown. Look at it again before you answer.")]
    ShownDiffers,
    /// The queue's kind does not offer this verdict.
    #[error("Items of this queue cannot be answered with \"{}\".", .0.name())]
    VerdictNotOffered(Verdict),
    /// Approving needs something to approve.
    #[error("No machine proposed an answer to approve. Choose one yourself.")]
    NothingToApprove,
    /// The verdict needs an answer.
    #[error("Give an answer first: {0}.")]
    AnswerRequired(&'static str),
    /// The answer has another shape than the kind's.
    #[error("The answer does not fit: {0}.")]
    AnswerMisshapen(String),
    /// A label that the queue does not have.
    #[error("\"{0}\" is not a choice of this queue.")]
    LabelUnknown(String),
    /// The queue wants a note with this verdict.
    #[error("Say why in the note: this queue asks for it with \"{}\".", .0.name())]
    NoteRequired(Verdict),
}

#[cfg(test)]
mod tests {
    use super::{Timestamp, undo_until};

    #[test]
    fn a_decision_is_held_only_where_the_engine_has_a_minute_left_after_it() {
        let at = Timestamp::from_millis(0);
        let deadline = |seconds: i64| Some(at.plus_millis(seconds * 1_000));
        assert_eq!(undo_until(10, None, at), at.plus_millis(10_000));
        assert_eq!(undo_until(10, deadline(70), at), at.plus_millis(10_000));
        assert_eq!(undo_until(10, deadline(69), at), at);
        assert_eq!(undo_until(0, None, at), at);
    }
}
