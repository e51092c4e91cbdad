//! What the routes answer with.

use placet_review::{Decision, Item, ItemId, ItemState, Timestamp, Verdict};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::Admitted;
use crate::problem::{Problem, ProblemBody};

/// What became of each submission of a batch.
#[derive(Serialize, ToSchema)]
pub(super) struct Results {
    /// In the order they were handed in; empty lines are left out.
    pub(super) results: Vec<Line>,
}

/// What became of one submission of a batch.
#[derive(Serialize, ToSchema)]
pub(super) struct Line {
    /// The line, or the place in the array, counted from 1.
    pub(super) line: usize,
    #[serde(flatten)]
    pub(super) answer: Answer,
}

/// One submission's answer.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(super) enum Answer {
    Taken(Admitted),
    Refused {
        #[schema(value_type = ProblemBody)]
        problem: Problem,
    },
}

/// Where an item stands.
#[derive(Serialize, ToSchema)]
pub(super) struct ItemStanding {
    /// The engine whose task waits.
    engine: String,
    /// The engine's own name of the task.
    id: String,
    /// The queue it is in.
    queue: String,
    /// Its number in the ledger.
    #[schema(value_type = i64)]
    item: ItemId,
    /// `waiting`, `leased`, `decided` or `expired`.
    #[schema(value_type = String)]
    state: ItemState,
    /// When it was accepted.
    #[schema(value_type = String, format = DateTime)]
    admitted_at: Timestamp,
    /// The answer, once it can no longer be taken back; `null` until then.
    #[schema(required)]
    decision: Option<DecisionView>,
}

impl ItemStanding {
    pub(super) fn new(item: Item, decision: Option<Decision>) -> Self {
        Self {
            engine: item.asked.engine,
            id: item.asked.task,
            queue: item.asked.queue,
            item: item.id,
            state: item.state,
            admitted_at: item.admitted_at,
            decision: decision.map(DecisionView::from),
        }
    }
}

/// The recorded answer.
#[derive(Serialize, ToSchema)]
pub(super) struct DecisionView {
    /// Its id, a UUIDv7.
    id: String,
    /// `approve`, `correct`, `reject`, `respond` or `cancel`.
    #[schema(value_type = String)]
    verdict: Verdict,
    /// In the shape of the queue's kind; `null` where the verdict has none.
    answer: Option<Value>,
    /// Why.
    #[schema(required)]
    note: Option<String>,
    /// The reviewer.
    by: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

impl From<Decision> for DecisionView {
    fn from(decision: Decision) -> Self {
        Self {
            id: decision.id.to_string(),
            verdict: decision.verdict,
            answer: decision.answer,
            note: decision.note,
            by: decision.by,
            at: decision.at,
        }
    }
}

/// That the server is up.
#[derive(Serialize, ToSchema)]
pub(super) struct Health {
    /// Always `ok`: a server that is not does not answer.
    pub(super) status: &'static str,
    /// Which running Placet answers.
    pub(super) instance: String,
}
