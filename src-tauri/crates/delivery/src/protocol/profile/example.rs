//! An item and its decisions that nobody made, to try templates with before one is made.

use placet_review::{
    Callback, Decision, DecisionId, DeliveryId, Engine, Item, ItemId, ItemState, Kind, NewItem, Queue,
    Timestamp, Verdict,
};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::super::Decided;
use super::settings::{Example, Settings};

/// What is tried: one decision of each kind, so that templates are seen with and without an answer and a note.
const VERDICTS: [Verdict; 4] = [Verdict::Approve, Verdict::Correct, Verdict::Reject, Verdict::Cancel];

/// An item that could be.
pub(super) struct Made {
    pub(super) item: Item,
    queue: Queue,
    decisions: Vec<Decision>,
}

impl Made {
    /// By the settings' example.
    pub(super) fn of(settings: &Settings, engine: &Engine) -> Self {
        let Example { callback: _, content, metadata, answer } = &settings.example;
        let (at, number) = (Timestamp::from_millis(1_800_000_000_000), ItemId(1));
        let asked = NewItem {
            engine: engine.name.clone(),
            task: "example".to_owned(),
            queue: "example".to_owned(),
            title: "Is this right?".to_owned(),
            content: content.clone(),
            suggestions: Vec::new(),
            priority: 0,
            deadline: None,
            heartbeat_seconds: None,
            callbacks: Vec::new(),
            metadata: metadata.clone(),
            submission_digest: String::new(),
        };
        let item = Item { id: number, asked, state: ItemState::Decided, admitted_at: at, flagged: false };
        let decisions = VERDICTS.map(|verdict| Decision {
            id: DecisionId(Uuid::max()),
            item: number,
            verdict,
            answer: matches!(verdict, Verdict::Approve | Verdict::Correct).then(|| answer.clone()),
            note: matches!(verdict, Verdict::Correct | Verdict::Reject).then(|| "for example".to_owned()),
            by: "example".to_owned(),
            at,
            shown: String::new(),
        });
        Self { item, queue: Queue::new("example", Kind::Action), decisions: decisions.into() }
    }

    /// All its decisions, as they would be told to this callback.
    pub(super) fn decided<'a>(
        &'a self,
        callback: &'a Callback,
        engine: &'a Engine,
    ) -> impl Iterator<Item = Decided<'a>> {
        let Self { item, queue, decisions } = self;
        let id = DeliveryId(Uuid::max());
        decisions.iter().map(move |decision| Decided { id, decision, item, queue, callback, engine })
    }
}

/// Callbacks that could be: with all parameters that the example names, and with those alone that are required.
pub(super) fn callbacks(settings: &Settings, engine: &Engine) -> [Callback; 2] {
    let own = &settings.example.callback;
    let value = |name: &String| own.get(name).cloned().unwrap_or_else(|| made_up(name, settings, engine));
    let required = settings.parameters.iter().filter(|(_, parameter)| parameter.required);
    let required: Map<_, _> = required.map(|(name, _)| (name.clone(), value(name))).collect();
    let all = settings.parameters.keys().map(|name| (name.clone(), value(name))).chain(own.clone()).collect();
    [all, required].map(|parameters| Callback { protocol: super::NAME.to_owned(), parameters })
}

fn made_up(name: &str, settings: &Settings, engine: &Engine) -> Value {
    let is_url = settings.parameters.get(name).is_some_and(|parameter| parameter.url);
    match engine.allow.first() {
        Some(place) if is_url => place.to_string().into(),
        Some(_) | None => "example".into(),
    }
}
