//! What templates can speak of: `item`, `decision`, `callback` and `delivery`; in a heartbeat `item`, `callback` and
//! `now`; and in each of them `base`, if the profile has one.

use std::collections::BTreeMap;

use minijinja::Value;
use minijinja::value::Serde;
use placet_review::{Callback, Item, Timestamp};
use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::super::{Decided, Noticed};
use super::settings::Settings;

/// The item.
#[derive(Serialize)]
struct Asked<'a> {
    engine: &'a str,
    /// The engine's own name of the task.
    id: &'a str,
    /// The item's number here.
    number: i64,
    queue: &'a str,
    title: &'a str,
    content: &'a Json,
    metadata: &'a Map<String, Json>,
}

/// The decision. Its members are those that the protocol `webhook` tells, and `no`.
#[derive(Serialize)]
struct Said<'a> {
    id: String,
    verdict: &'static str,
    answer: Option<&'a Json>,
    note: Option<&'a str>,
    by: &'a str,
    at: String,
    /// Whether the verdict is a no, by the queue's rules.
    no: bool,
}

/// Of a decision.
pub(super) fn decided(decided: &Decided<'_>, settings: &Settings) -> Value {
    let &Decided { id, decision, item, queue: _, callback, engine: _ } = decided;
    let said = Said {
        id: decision.id.to_string(),
        verdict: decision.verdict.name(),
        answer: decision.answer.as_ref(),
        note: decision.note.as_deref(),
        by: &decision.by,
        at: decision.at.to_string(),
        no: decided.is_a_no(),
    };
    let own = [
        ("item", asked(item)),
        ("decision", Value::from(Serde(said))),
        ("delivery", Value::from(id.to_string())),
    ];
    with_place(own, callback, settings)
}

/// Of an item that still waits at `now`.
pub(super) fn waiting(about: &Noticed<'_>, now: Timestamp, settings: &Settings) -> Value {
    let own = [("item", asked(about.item)), ("now", Value::from(now.to_string()))];
    with_place(own, about.callback, settings)
}

/// These, and where the answer goes.
fn with_place<const N: usize>(own: [(&str, Value); N], callback: &Callback, settings: &Settings) -> Value {
    let base = settings.base.clone().map(|base| ("base", Value::from_safe_string(base)));
    let callback = ("callback", parameters(callback, settings));
    Value::from(own.into_iter().chain([callback]).chain(base).collect::<BTreeMap<_, _>>())
}

fn asked(item: &Item) -> Value {
    let asked = &item.asked;
    Value::from(Serde(Asked {
        engine: &asked.engine,
        id: &asked.task,
        number: item.id.0,
        queue: &asked.queue,
        title: &asked.title,
        content: &asked.content,
        metadata: &asked.metadata,
    }))
}

/// The parameters. Addresses among them were looked at, and stand in an address as they are.
fn parameters(callback: &Callback, settings: &Settings) -> Value {
    let value = |(name, value): (&String, &Json)| {
        let is_url = settings.parameters.get(name).is_some_and(|parameter| parameter.url);
        let value = match value {
            Json::String(text) if is_url => Value::from_safe_string(text.clone()),
            value => Value::from(Serde(value)),
        };
        (name.clone(), value)
    };
    Value::from(callback.parameters.iter().map(value).collect::<BTreeMap<_, _>>())
}
