//! Items with one purpose: how they are shown, what may be answered, in which order they come.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{NewItem, Timestamp, Verdict};

/// How an item is shown and answered, and with it the shape of its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Pick from the queue's choices: `{"label": "a"}`, or `{"labels": ["a", "b"]}` where many may hold.
    Classify,
    /// A tool call or a gate. Content `{"tool", "arguments"}`; approved and corrected answers are
    /// `{"arguments": ...}`, a response in words is `{"response": "..."}`.
    Action,
    /// Anything else: raw JSON, read only, approved or rejected. An approval has no answer of its own.
    Fallback,
}

impl Kind {
    /// The verdicts a reviewer may give on items of this kind.
    pub fn verdicts(self) -> &'static [Verdict] {
        match self {
            Self::Classify => &[Verdict::Approve, Verdict::Correct, Verdict::Reject, Verdict::Cancel],
            Self::Action => {
                &[Verdict::Approve, Verdict::Correct, Verdict::Reject, Verdict::Respond, Verdict::Cancel]
            }
            Self::Fallback => &[Verdict::Approve, Verdict::Reject, Verdict::Cancel],
        }
    }
}

/// One label a reviewer can give.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// What the answer says.
    pub label: String,
    /// What the screen says; the label, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub title: Option<String>,
}

/// What comes first in a queue. The other criteria break ties in the order they stand here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// The least sure suggestion.
    #[default]
    Confidence,
    /// The highest priority.
    Priority,
    /// The nearest deadline.
    Deadline,
    /// The longest wait.
    Age,
}

/// An item's place in its queue: smaller goes first. The ledger's index holds exactly these numbers.
pub type Rank = [i64; 4];

impl Order {
    /// The place of an item that was admitted at `admitted_at`. Confidence counts in millionths; an item
    /// without one counts as 0, for nobody is sure of it at all.
    pub fn rank(self, item: &NewItem, admitted_at: Timestamp) -> Rank {
        #[expect(clippy::cast_possible_truncation, reason = "0..=1 times a million fits")]
        let confidence = (item.confidence().unwrap_or(0.0) * 1e6).round() as i64;
        let priority = -i64::from(item.priority);
        let deadline = item.deadline.map_or(i64::MAX, Timestamp::as_millis);
        let age = admitted_at.as_millis();
        match self {
            Self::Confidence => [confidence, priority, deadline, age],
            Self::Priority => [priority, confidence, deadline, age],
            Self::Deadline => [deadline, confidence, priority, age],
            Self::Age => [age, confidence, priority, deadline],
        }
    }
}

/// Items with one purpose.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ts_rs::TS)]
#[serde(deny_unknown_fields)]
pub struct Queue {
    /// Its name in submissions: 1 to 64 of `a-z`, `0-9`, `-`, `_`, `.`.
    pub name: String,
    /// How its items are shown and answered.
    pub kind: Kind,
    /// What reviewers should know, in plain text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub guidelines: Option<String>,
    /// The labels of a `classify` queue; keys `1` to `9` pick the first nine.
    #[serde(default)]
    pub choices: Vec<Choice>,
    /// Whether more than one label may hold.
    #[serde(default)]
    pub many: bool,
    /// JSON Schema of the arguments of an `action` queue: a correction must satisfy it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(type = "unknown", optional)]
    pub answer_schema: Option<Value>,
    /// What comes first.
    #[serde(default)]
    pub order: Order,
    /// The verdicts that need a note.
    #[serde(default = "reject_alone")]
    pub note_required: Vec<Verdict>,
    /// The verdicts that are a no: engines that know success and failure hear of failure.
    #[serde(default = "reject_and_cancel")]
    pub declined_by: Vec<Verdict>,
    /// How long a reviewer holds an item without a sign of life, in seconds.
    #[serde(default = "five_minutes")]
    pub lease_seconds: u32,
    /// How long a decision can be taken back before it goes out, in seconds.
    #[serde(default = "ten_seconds")]
    pub undo_seconds: u32,
}

fn reject_alone() -> Vec<Verdict> {
    vec![Verdict::Reject]
}

fn reject_and_cancel() -> Vec<Verdict> {
    vec![Verdict::Reject, Verdict::Cancel]
}

fn five_minutes() -> u32 {
    300
}

fn ten_seconds() -> u32 {
    10
}

impl Queue {
    /// A queue with the default order, lease and undo window.
    pub fn new(name: impl Into<String>, kind: Kind) -> Self {
        Self {
            name: name.into(),
            kind,
            guidelines: None,
            choices: Vec::new(),
            many: false,
            answer_schema: None,
            order: Order::default(),
            note_required: reject_alone(),
            declined_by: reject_and_cancel(),
            lease_seconds: five_minutes(),
            undo_seconds: ten_seconds(),
        }
    }

    /// Says what is wrong with the queue itself, as a sentence that names the member to change.
    pub fn check(&self) -> Result<(), String> {
        if !is_name(&self.name) {
            return Err(format!("name: {}", NAME_RULE));
        }
        if self.kind == Kind::Classify && self.choices.is_empty() {
            return Err("choices: a classify queue needs at least one label".to_owned());
        }
        if let Some(twice) = self.choices.iter().enumerate().find_map(|(n, choice)| {
            self.choices[..n].iter().any(|earlier| earlier.label == choice.label).then_some(&choice.label)
        }) {
            return Err(format!("choices: the label \"{twice}\" stands there twice"));
        }
        if let Some(schema) = &self.answer_schema
            && let Err(error) = jsonschema::validator_for(schema)
        {
            return Err(format!("answer_schema: {error}"));
        }
        if self.lease_seconds == 0 {
            return Err("lease_seconds: must be at least 1".to_owned());
        }
        Ok(())
    }
}

pub(crate) const NAME_RULE: &str = "must be 1 to 64 characters of a-z, 0-9, '-', '_' and '.'";

/// Whether the text can name a queue or an engine.
pub(crate) fn is_name(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_.".contains(&b))
}
