//! Items: in the inbox, in the hand, and what was decided of them.

use placet_review::{Choice, DecisionId, Draft, ItemId, ItemState, Kind, Suggestion, Timestamp, Verdict};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

/// A window onto a queue: first what the reviewer holds, then what waits, in the queue's order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct InboxPage {
    /// Where the first row stands in the whole list.
    #[ts(type = "number")]
    pub offset: u64,
    /// How many rows the whole list has now (an upper bound by what others hold).
    #[ts(type = "number")]
    pub total: u64,
    /// The rows.
    pub rows: Vec<InboxRowView>,
}

/// One line of the inbox.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct InboxRowView {
    /// The item.
    pub id: ItemId,
    /// The engine whose task waits.
    pub engine: String,
    /// The engine's own name of the task.
    pub task: String,
    /// The question.
    pub title: String,
    /// How it is shown.
    pub kind: Kind,
    /// Waiting, or leased by this reviewer.
    pub state: ItemState,
    /// The surest suggestion's confidence, 0 to 1.
    pub confidence: Option<f64>,
    /// Higher goes first among equals.
    pub priority: i32,
    /// When the engine stops waiting.
    pub deadline: Option<Timestamp>,
    /// When it was accepted.
    pub admitted_at: Timestamp,
    /// Marked for a second look.
    pub flagged: bool,
}

/// An item in full, with the hold on it if there is one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct ItemView {
    /// The item.
    pub id: ItemId,
    /// The engine whose task waits.
    pub engine: String,
    /// The engine's own name of the task.
    pub task: String,
    /// The queue it waits in.
    pub queue: String,
    /// How it is shown and answered.
    pub kind: Kind,
    /// The question, one line.
    pub title: String,
    /// What to look at. An image stands as `{"image": {"attachment": "sha256:...", "media_type": "..."}}`.
    #[ts(type = "unknown")]
    pub content: Value,
    /// What machines propose.
    pub suggestions: Vec<Suggestion>,
    /// Which of `suggestions` is the surest.
    pub best: Option<u32>,
    /// The labels of a `classify` queue; keys `1` to `9` pick the first nine.
    pub choices: Vec<Choice>,
    /// Whether more than one label may hold.
    pub many: bool,
    /// What reviewers should know.
    pub guidelines: Option<String>,
    /// The verdicts that may be given.
    pub verdicts: Vec<Verdict>,
    /// The verdicts that need a note.
    pub note_required: Vec<Verdict>,
    /// Higher goes first among equals.
    pub priority: i32,
    /// When the engine stops waiting.
    pub deadline: Option<Timestamp>,
    /// When it was accepted.
    pub admitted_at: Timestamp,
    /// Marked for a second look.
    pub flagged: bool,
    /// Where it stands.
    pub state: ItemState,
    /// This reviewer's hold on it.
    pub lease: Option<LeaseView>,
    /// Digest of what is shown; goes back with the decision.
    pub shown: String,
    /// The answer that was being worked on.
    pub draft: Option<Draft>,
    /// The decision that stands, once there is one.
    pub decision: Option<DecisionView>,
}

/// A hold on an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LeaseView {
    /// Goes back with the decision.
    #[ts(type = "number")]
    pub fence: i64,
    /// When it ends unless it is renewed.
    pub until: Timestamp,
    /// How long a hold lasts, in seconds: renew it well before.
    pub seconds: u32,
}

/// A decision as it is shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct DecisionView {
    /// Its id.
    pub id: DecisionId,
    /// What was said.
    pub verdict: Verdict,
    /// The answer.
    #[ts(type = "unknown")]
    pub answer: Option<Value>,
    /// Why.
    pub note: Option<String>,
    /// The reviewer.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// A decision was recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Decided {
    /// Its id, to take it back.
    pub decision: DecisionId,
    /// What was recorded: an answer that a machine proposed counts as approved.
    pub verdict: Verdict,
    /// Until when it can be taken back.
    pub undo_until: Timestamp,
}

/// What became of one line that was handed in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum SubmittedView {
    /// It is a new item.
    Admitted {
        /// The item.
        item: ItemId,
    },
    /// It was admitted before, word for word.
    Duplicate {
        /// The item.
        item: ItemId,
    },
    /// It was not taken in.
    Refused {
        /// The problem's stable code.
        code: String,
        /// What is wrong and what to do.
        message: String,
        /// JSON pointer to the member that is wrong.
        pointer: Option<String>,
    },
}
