//! A decision, as it is told to engines that hand any JSON on to their own code.

use placet_review::{DeliveryId, Timestamp, Verdict};
use serde::Serialize;
use serde_json::Value;

use super::Decided;

/// What is told. Members are only ever added; all of them are always there.
#[derive(Serialize)]
pub(super) struct Told<'a> {
    /// The delivery, the same in every attempt: an engine that returns it lets Placet see that it was heard.
    id: DeliveryId,
    verdict: Verdict,
    answer: Option<&'a Value>,
    note: Option<&'a str>,
    by: &'a str,
    at: Timestamp,
    /// The engine's own name of the task.
    task: &'a str,
}

impl<'a> Told<'a> {
    pub(super) fn of(decided: &Decided<'a>) -> Self {
        let &Decided { id, decision, item, .. } = decided;
        Self {
            id,
            verdict: decision.verdict,
            answer: decision.answer.as_ref(),
            note: decision.note.as_deref(),
            by: &decision.by,
            at: decision.at,
            task: &item.asked.task,
        }
    }

    pub(super) fn json(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("texts, numbers and JSON that was parsed can be written as JSON")
    }
}

/// Whether what an engine returned holds what was told it of another decision on this task.
pub(super) fn is_of_another(returned: &Value, task: &str, id: DeliveryId) -> bool {
    match returned {
        Value::Object(members) => {
            let text = |name: &str| members.get(name).and_then(Value::as_str);
            let told = text("task") == Some(task) && text("verdict").is_some();
            let another =
                || text("id").and_then(|id| id.parse().ok()).is_some_and(|other: DeliveryId| other != id);
            told && another() || members.values().any(|value| is_of_another(value, task, id))
        }
        Value::Array(values) => values.iter().any(|value| is_of_another(value, task, id)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::is_of_another;
    use crate::protocol::fixture::ID;

    const OTHER: &str = "01976f2e-7c3b-7000-8000-000000000002";

    fn told(id: &str, task: &str) -> Value {
        json!({ "id": id, "verdict": "reject", "answer": null, "task": task })
    }

    #[rstest]
    #[case(told(OTHER, "task-4711"), true)]
    #[case(json!({ "answers": [{ "first": told(OTHER, "task-4711") }] }), true)]
    #[case(told(ID, "task-4711"), false)]
    #[case(told(OTHER, "task-4712"), false)]
    #[case(json!({ "id": OTHER, "task": "task-4711" }), false)]
    #[case(told("an order's", "task-4711"), false)]
    #[case(json!("approve"), false)]
    fn another_decision_is_told_by_its_id(#[case] returned: Value, #[case] expected: bool) {
        assert_eq!(is_of_another(&returned, "task-4711", ID.parse().expect("an id")), expected);
    }
}
