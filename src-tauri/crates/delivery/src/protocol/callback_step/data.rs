//! What a callback says: its status, and the data that go with it.

use placet_review::Callback;
use serde_json::{Map, Value};

use super::CREATE_DATA;

/// The member that names the delivery, by which its answer is known again.
pub(super) const DELIVERY: &str = "delivery";

/// The statuses that a callback may be given from outside (`callback_step_type` in the documentation).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    /// Somebody began.
    Start,
    /// This is how far it got.
    Progress,
    /// The answer.
    Complete,
    /// There will be none.
    Cancel,
    /// It is a no.
    Error,
}

impl Status {
    const ALL: [Self; 5] = [Self::Start, Self::Progress, Self::Complete, Self::Cancel, Self::Error];

    /// The word on the wire.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Progress => "progress",
            Self::Complete => "complete",
            Self::Cancel => "cancel",
            Self::Error => "error",
        }
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

/// `createData`, over it what there is of these facts, and over them the members of the answer: later ones win, and
/// nothing is merged deeper (`advanced` in the documentation).
pub(super) fn merged<const COUNT: usize>(
    callback: &Callback,
    facts: [(&str, Option<String>); COUNT],
    answer: Option<&Value>,
) -> Map<String, Value> {
    let mut data =
        callback.parameters.get(CREATE_DATA).and_then(Value::as_object).cloned().unwrap_or_default();
    data.extend(facts.into_iter().filter_map(|(name, fact)| Some((name.to_owned(), fact?.into()))));
    match answer {
        Some(Value::Object(members)) => data.extend(members.clone()),
        Some(answer) => {
            data.insert("answer".to_owned(), answer.clone());
        }
        None => {}
    }
    data
}
