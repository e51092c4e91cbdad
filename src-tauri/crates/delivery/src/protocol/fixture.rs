//! What the tests of protocols are made from: one item, decided.

use placet_review::{
    Callback, Decision, DecisionId, Delivery, Engine, Item, ItemId, ItemState, Kind, NewItem, Queue,
    Standing, Timestamp, Verdict,
};
use serde_json::{Value, json};

use super::{Decided, Protocol, Wrong};

/// The id of the delivery, and of the decision.
pub(super) const ID: &str = "01976f2e-7c3b-7000-8000-000000000001";

pub(super) fn at() -> Timestamp {
    "2026-12-01T12:00:00Z".parse().expect("a moment")
}

/// A callback of this protocol.
pub(super) fn callback(protocol: &str, parameters: Value) -> Callback {
    let mut all = json!({ "protocol": protocol });
    let object = all.as_object_mut().expect("an object");
    object.extend(parameters.as_object().expect("an object").clone());
    serde_json::from_value(all).expect("a callback")
}

/// The label was corrected.
pub(super) fn decision() -> Decision {
    Decision {
        id: DecisionId(ID.parse().expect("an id")),
        item: ItemId(7),
        verdict: Verdict::Correct,
        answer: Some(json!({ "label": "A. Turing" })),
        note: None,
        by: "ada".into(),
        at: at(),
        shown: "sha256:00".into(),
    }
}

/// It was rejected, with this note.
pub(super) fn rejection(note: &str) -> Decision {
    Decision { verdict: Verdict::Reject, answer: None, note: Some(note.to_owned()), ..decision() }
}

pub(crate) fn item() -> Item {
    let asked = NewItem {
        engine: "faces".into(),
        task: "task-4711".into(),
        queue: "portraits".into(),
        title: "Who is this?".into(),
        content: json!({ "secret": "of the item" }),
        suggestions: vec![],
        priority: 0,
        deadline: None,
        heartbeat_seconds: None,
        callbacks: vec![],
        metadata: json!({ "run": 3 }).as_object().expect("an object").clone(),
        submission_digest: "sha256:00".into(),
    };
    Item { id: ItemId(7), asked, state: ItemState::Leased, admitted_at: at(), flagged: false }
}

/// What the protocol freezes of this decision on [`item`].
pub(super) fn freeze(
    protocol: &dyn Protocol,
    decision: &Decision,
    callback: &Callback,
    engine: &Engine,
) -> Result<Vec<u8>, Wrong> {
    let id = ID.parse().expect("an id");
    let (item, queue) = (&item(), &Queue::new("portraits", Kind::Classify));
    protocol.freeze(&Decided { id, decision, item, queue, callback, engine })
}

/// A delivery of these bytes.
pub(super) fn delivery(callback: Callback, body: &[u8]) -> Delivery {
    Delivery {
        id: ID.parse().expect("an id"),
        decision: decision().id,
        item: ItemId(7),
        engine: "faces".into(),
        task: "task-4711".into(),
        origin: "https://e.example".into(),
        callback,
        body: body.to_vec(),
        standing: Standing::held_until(at()),
        fence: 1,
    }
}
