//! What an engine says of a callback: in JSON, or in the element `return` of what is like XML
//! (<https://www.metrici.com/metrici/documentation/devguide/service_interface/rest/mapping_rest_to_services>).

use placet_review::{Judgement, Outcome, Timestamp};
use serde_json::{Map, Value};

use super::super::{Probed, by_status, element};
use super::data::{DELIVERY, Status};
use super::names::{Names, Sent};
use crate::Answer;

/// How a callback stands (`concepts` and `advanced` in the documentation).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// It waits for its answer.
    Active,
    Complete,
    /// It failed, or is one of those below in an engine that tells no more.
    Error,
    /// Whoever asked wants no answer any more.
    Cancel,
    /// It timed out, its process is gone, or nobody knows it.
    Over,
}

impl State {
    /// `active` stands for all that waits.
    fn named(name: &str) -> Option<Self> {
        match name {
            "create" | "accept" | "start" | "progress" | "exists" | "active" => Some(Self::Active),
            "complete" => Some(Self::Complete),
            "error" => Some(Self::Error),
            "cancel" => Some(Self::Cancel),
            "timeout" | "orphan" | "notFound" => Some(Self::Over),
            _ => None,
        }
    }

    /// Whether a callback that was sent this status stands so because of it, or would not stand otherwise.
    fn follows(self, sent: Status) -> bool {
        match sent {
            Status::Start | Status::Progress => self == Self::Active,
            Status::Complete => self == Self::Complete,
            Status::Cancel => self == Self::Cancel,
            Status::Error => self == Self::Error,
        }
    }
}

/// What an engine tells of a callback that it was asked for.
pub(super) struct Told {
    state: State,
    data: Map<String, Value>,
}

impl Told {
    /// `None` if it does not tell.
    pub(super) fn by(answer: &Answer, names: &Names) -> Option<Self> {
        if !(200..300).contains(&answer.status) {
            return None;
        }
        let returned = returned(answer)?;
        let data = ["data", &names.data].into_iter().find_map(|name| returned.get(name)?.as_object());
        Some(Self { state: state(&returned, &names.status)?, data: data.cloned().unwrap_or_default() })
    }

    /// Whether the callback goes by what was sent. Engines that keep no response tell of none, and clean up what is
    /// over: then whose answer it goes by is left open.
    pub(super) fn about(&self, sent: &Sent) -> Probed {
        let is_ours = sent.data.iter().all(|(name, value)| self.data.get(name) == Some(value));
        let is_anothers = !is_ours && self.data.contains_key(DELIVERY);
        match self.state {
            State::Active => Probed::Waits,
            state if state.follows(sent.status) && is_ours => {
                Probed::Has("The engine tells of this answer when it is asked for the callback.".to_owned())
            }
            state if state.follows(sent.status) && !is_anothers => Probed::Unclear,
            State::Error | State::Over if !is_anothers => Probed::Unclear,
            State::Complete | State::Error | State::Cancel | State::Over => Probed::Closed(
                "The engine says that the callback was cancelled or has another answer. Look at its process; if it \
                 should still ask, run it again."
                    .to_owned(),
            ),
        }
    }
}

/// Judges what came back on an answer with this status; the engine returns how the callback stands then
/// (`callback_step_type` in the documentation).
pub(super) fn judge(sent: Option<Status>, answer: &Answer, names: &Names, now: Timestamp) -> Judgement {
    let judgement = by_status(answer, now);
    if judgement.outcome != Outcome::Accepted {
        return judgement;
    }
    if let Some(number) = error_number(answer) {
        return Judgement {
            outcome: Outcome::Refused,
            words: format!(
                "The engine could not do anything with the answer (error {number}). Put that right in its process, \
                 then try again."
            ),
            ..judgement
        };
    }
    let state = returned(answer).and_then(|returned| state(&returned, &names.status));
    let (outcome, words) = match state {
        Some(state) if sent.is_some_and(|sent| state.follows(sent)) => return judgement,
        Some(State::Cancel | State::Over | State::Error) => (
            Outcome::Gone,
            "The engine says that the callback is over: it was cancelled, timed out or failed. Look at its process; \
             if it should still ask, run it again.",
        ),
        Some(State::Complete) => (
            Outcome::AlreadyDone,
            "The engine says that the callback is complete by another answer. Look at its process which one it goes \
             by.",
        ),
        Some(State::Active) => (
            Outcome::Ambiguous,
            "The engine took the answer and says that the callback still waits. It is tried again.",
        ),
        // What a process returns beside that is its own.
        None => return judgement,
    };
    Judgement { outcome, words: words.to_owned(), ..judgement }
}

/// Judges what came back on news. An engine that says that the callback is cancelled (`cancel` in the documentation)
/// or over waits no more; an error may be of the news alone.
pub(super) fn judge_news(answer: &Answer, names: &Names, now: Timestamp) -> Judgement {
    let judgement = by_status(answer, now);
    let state = returned(answer).and_then(|returned| state(&returned, &names.status));
    match state {
        Some(State::Cancel | State::Over) if judgement.outcome == Outcome::Accepted => Judgement {
            outcome: Outcome::Gone,
            words: "The engine says that the callback is over.".to_owned(),
            ..judgement
        },
        _ => judgement,
    }
}

/// The state that this tells: a word, or an object with one as its status.
fn state(returned: &Value, status: &str) -> Option<State> {
    let word = match returned {
        Value::String(word) => word,
        Value::Object(members) => {
            ["status", status].into_iter().find_map(|name| members.get(name)?.as_str())?
        }
        _ => return None,
    };
    State::named(word)
}

/// What a service returned, as JSON; what is no JSON as a text.
fn returned(answer: &Answer) -> Option<Value> {
    let text = match element::text_of(&answer.body, "return") {
        Some(text) => text,
        None => std::str::from_utf8(&answer.body).ok()?.trim().to_owned(),
    };
    Some(serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

/// What a service that failed says beside what it returns; a good one says 0 or nothing.
fn error_number(answer: &Answer) -> Option<i64> {
    let in_json = || {
        let answer: Value = serde_json::from_slice(&answer.body).ok()?;
        let number = answer.get("errorNumber")?;
        number.as_i64().or_else(|| number.as_str()?.parse().ok())
    };
    let in_xml = || element::text_of(&answer.body, "errorNumber")?.parse().ok();
    in_json().or_else(in_xml).filter(|number| *number != 0)
}
