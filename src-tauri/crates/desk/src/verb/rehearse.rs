//! Trying an engine's profile: what would be sent, and what an answer would come to. Nothing is sent or kept.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use placet_delivery::protocol::{Decided, Wrong};
use placet_delivery::{Answer, Fate, Rehearsal};
use placet_intake::{Document, Submitter};
use placet_review::{DecisionId, DeliveryId, Draft, Item, ItemId, ItemState, Lease, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;
use uuid::Uuid;

use crate::view::{FateView, RehearsalView};
use crate::{Desk, Error, ErrorCode, Result, Verb};

/// Says what this decision on this item would send to each of its callbacks, and what would become of that if the engine
/// gave this answer.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(rename = "TryEngineRequest")]
pub struct TryEngine {
    /// The engine's name.
    pub engine: String,
    /// The submission of the item, JSON.
    pub submission: String,
    /// The decision.
    pub draft: Draft,
    /// What the engine answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub answer: Option<RecordedAnswer>,
}

/// An answer of an engine, as somebody wrote it down.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RecordedAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    #[serde(default)]
    #[ts(type = "Record<string, string>")]
    pub headers: BTreeMap<String, String>,
    /// The body: a text as it is, anything else as JSON.
    #[serde(default)]
    #[ts(type = "unknown")]
    pub body: Value,
}

impl Verb for TryEngine {
    const NAME: &'static str = "try_engine";
    type Answer = Vec<RehearsalView>;

    async fn run(self, desk: &Desk, reviewer: &str) -> Result<Vec<RehearsalView>> {
        let now = desk.now();
        let engine = desk.engine(&self.engine).await?;
        let by = Submitter::Engine(self.engine);
        let looked_at = desk.inbox.look_at(&by, Document::new(self.submission), now).await?;
        let asked = looked_at.map_err(|problem| {
            let place = problem.pointer.map(|pointer| format!(" {pointer}")).unwrap_or_default();
            Error::new(
                ErrorCode::Invalid,
                format!("The item would not be taken in:{place} {}.", problem.detail),
            )
        })?;
        if asked.callbacks.is_empty() {
            return Err(Error::new(
                ErrorCode::Invalid,
                "The item names no callback, so that nothing would be sent.",
            ));
        }
        let answer = self.answer.map(answer).transpose()?;
        let queue = desk.queue(&asked.queue).await?;
        let item = Item { id: ItemId(0), asked, state: ItemState::Leased, admitted_at: now, flagged: false };
        let lease = Lease {
            item,
            queue: Arc::new(queue),
            reviewer: reviewer.to_owned(),
            fence: 0,
            until: now.plus_millis(1),
            draft: None,
        };
        let decision = lease.decide(self.draft, &lease.shown(), DecisionId(Uuid::now_v7()), now)?;
        let (item, queue) = (&lease.item, &*lease.queue);
        let rehearse = |callback| {
            let id = DeliveryId(Uuid::now_v7());
            let decided = Decided { id, decision: &decision, item, queue, callback, engine: &engine };
            let rehearsed = Rehearsal::of(&decided, answer.as_ref(), now);
            rehearsed.map(|rehearsal| view(&callback.protocol, rehearsal, now)).map_err(
                |Wrong { message, .. }| {
                    Error::new(
                        ErrorCode::Invalid,
                        format!("The engine could not take this answer: {message}."),
                    )
                },
            )
        };
        item.asked.callbacks.iter().map(rehearse).collect()
    }
}

fn answer(recorded: RecordedAnswer) -> Result<Answer> {
    let RecordedAnswer { status, headers: written, body } = recorded;
    let mut headers = HeaderMap::new();
    for (name, value) in &written {
        let (Ok(header), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value))
        else {
            return Err(Error::new(ErrorCode::Invalid, format!("The answer's header \"{name}\" is none.")));
        };
        headers.append(header, value);
    }
    let body = match body {
        Value::Null => String::new(),
        Value::String(text) => text,
        json => json.to_string(),
    };
    Ok(Answer { status, headers, body: body.into() })
}

fn view(protocol: &str, rehearsal: Rehearsal, now: Timestamp) -> RehearsalView {
    let Rehearsal { method, url, headers, body, fate } = rehearsal;
    let fate = fate.map(|Fate { judgement, state, again_at }| {
        let again_in_ms = again_at.map(|at| at.millis_since(now));
        let next = match again_in_ms {
            Some(ms) => format!("tried again after {} s", ms / 1_000),
            None => "not tried again".to_owned(),
        };
        let becomes = format!("The delivery would be {}, {next}.", state.name());
        FateView { outcome: judgement.outcome, words: judgement.words, state, becomes, again_in_ms }
    });
    RehearsalView { protocol: protocol.to_owned(), method, url, headers, body, fate }
}
