//! `restate`: a handler that waits for an awakeable, or a workflow that waits for a promise, in Restate
//! (<https://docs.restate.dev/develop/ts/external-events>, <https://docs.restate.dev/services/invocation/http>).
//!
//! Parameters: `url`, where Restate takes requests in (its ingress), unless the settings say it for all callbacks; and
//!
//! - `awakeable`, its id, and `invocation`, the id of the invocation that waits. Without the latter nobody can be asked
//!   what came of an answer, for Restate accepts every one, also the second, the late and the one to nobody.
//! - or `workflow`, `key` and `handler`: the handler that resolves the promise. It is handed every answer, or only each yes,
//!   if `reject_handler` names one for the rest.
//!
//! Settings: `url`, as above.
//!
//! What is resolved is `{"id", "verdict", "answer", "note", "by", "at", "task"}`, and so is what a handler is sent. A no
//! rejects an awakeable with its note as the reason, or with the verdict where there is none.

mod standing;
mod waiting;

use ::http::{HeaderMap, HeaderValue, Method, header};
use placet_review::{Callback, Engine, Judgement, Outcome, Timestamp};
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use self::standing::Standing;
use self::waiting::Waiting;
use super::message::{Head, Message};
use super::told::{Told, is_of_another};
use super::{Decided, Probed, Protocol, Sending, Wrong, address, by_status};
use crate::{Answer, Request};

const NAME: &str = "restate";

/// The protocol `restate`.
pub(super) struct Restate;

/// The engine's settings.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    url: Option<String>,
}

impl Protocol for Restate {
    fn name(&self) -> &'static str {
        NAME
    }

    fn check_settings(&self, engine: &Engine) -> Result<(), Wrong> {
        match settings(engine)?.url {
            None => Ok(()),
            Some(url) => address::base(&url).map(drop).map_err(|message| address::wrong("url", message)),
        }
    }

    fn check(&self, callback: &Callback, engine: &Engine) -> Result<(), Wrong> {
        let waiting = Waiting::of(callback)?;
        let base = base(callback, engine)?;
        let used =
            [Some(waiting.address(&base, false)), Some(waiting.address(&base, true)), waiting.output(&base)];
        used.iter().flatten().try_for_each(|url| address::allowed("url", url, engine))
    }

    fn target(&self, callback: &Callback) -> String {
        let base = callback.parameters.get("url").and_then(Value::as_str).map(address::base);
        match (base, Waiting::of(callback)) {
            // Whoever has the id can answer.
            (Some(Ok(base)), Ok(Waiting::Awakeable { .. })) => {
                format!("{}/...", address::under(&base, &["restate", "awakeables"]))
            }
            (Some(Ok(base)), Ok(waiting)) => waiting.address(&base, false).into(),
            _ => NAME.to_owned(),
        }
    }

    fn address(&self, callback: &Callback, engine: &Engine) -> Result<Url, Wrong> {
        base(callback, engine)
    }

    fn secrets(&self, callback: &Callback) -> Vec<String> {
        callback.parameters.get("awakeable").and_then(Value::as_str).map(str::to_owned).into_iter().collect()
    }

    fn freeze(&self, decided: &Decided<'_>) -> Result<Vec<u8>, Wrong> {
        let &Decided { decision, callback, engine, .. } = decided;
        let waiting = Waiting::of(callback)?;
        let url = waiting.address(&base(callback, engine)?, decided.is_a_no());
        let message = match waiting {
            Waiting::Awakeable { .. } if decided.is_a_no() => {
                let reason = decision.note.as_deref().unwrap_or(decision.verdict.name());
                let headers = vec![("content-type".to_owned(), "text/plain".to_owned())];
                let head = Head { method: Method::POST.to_string(), url: url.into(), headers };
                Message { head, body: reason.to_owned().into() }
            }
            _ => Message::json(&Method::POST, url, Told::of(decided).json()),
        };
        Ok(message.frozen())
    }

    fn judge(&self, attempt: &Sending<'_>, answer: &Answer, now: Timestamp) -> Judgement {
        let judgement = by_status(answer, now);
        let waiting = Waiting::of(&attempt.delivery.callback);
        match (waiting, answer.status) {
            (Ok(Waiting::Awakeable { .. }), 202) => Judgement {
                words: "Restate took the answer (HTTP 202), as it does whether or not somebody waits for it."
                    .to_owned(),
                ..judgement
            },
            // A handler that failed for good says the same to every attempt under the same key. A promise that was kept
            // before is a conflict.
            (Ok(Waiting::Workflow { .. }), status) if status >= 400 && status != 409 => {
                match Standing::of(answer) {
                    Some(Standing::Failed(why)) => Judgement {
                        outcome: Outcome::Refused,
                        words: format!(
                            "The workflow's handler failed for good (HTTP {status}): \"{why}\". Correct it, then try again."
                        ),
                        ..judgement
                    },
                    _ => judgement,
                }
            }
            _ => judgement,
        }
    }

    fn doubts(&self, judgement: &Judgement) -> bool {
        matches!(
            judgement.outcome,
            Outcome::Accepted | Outcome::AlreadyDone | Outcome::Gone | Outcome::NotFound
        )
    }

    fn look(&self, attempt: &Sending<'_>) -> Option<Request> {
        let callback = &attempt.delivery.callback;
        let url = Waiting::of(callback).ok()?.output(&base(callback, attempt.engine).ok()?)?;
        let accept = HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static("application/json"))]);
        Some(Request {
            method: Method::GET,
            url,
            headers: accept,
            body: bytes::Bytes::new(),
            secrets: Vec::new(),
        })
    }

    fn judge_look(&self, _attempt: &Sending<'_>, answer: &Answer) -> Probed {
        let over = match Standing::of(answer) {
            Some(Standing::Waits) => return Probed::Waits,
            None => return Probed::Unclear,
            Some(Standing::Ended) => {
                "Nothing was sent: the invocation has ended without this answer.".to_owned()
            }
            Some(Standing::Failed(why)) => {
                format!("Nothing was sent: the invocation is over (\"{why}\").")
            }
        };
        Probed::Closed(format!("{over} If the question still stands, have the engine ask again."))
    }

    fn probe(&self, attempt: &Sending<'_>) -> Option<Request> {
        self.look(attempt)
    }

    fn judge_probe(&self, attempt: &Sending<'_>, answer: &Answer) -> Probed {
        let delivery = attempt.delivery;
        let is_awakeable = matches!(Waiting::of(&delivery.callback), Ok(Waiting::Awakeable { .. }));
        match Standing::of(answer) {
            None => Probed::Unclear,
            Some(Standing::Waits) => Probed::Waits,
            Some(Standing::Ended) => {
                let output = String::from_utf8_lossy(&answer.body);
                let returned = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
                if output.contains(&delivery.id.to_string()) {
                    Probed::Has("The invocation has ended, and its output holds this answer.".to_owned())
                } else if is_of_another(&returned, &delivery.task, delivery.id) {
                    Probed::Closed(
                        "The invocation has ended, and its output holds another answer. Look at it in Restate.".to_owned(),
                    )
                } else if is_awakeable {
                    Probed::Has(
                        "The invocation has gone on and ended. Its output does not show by which answer."
                            .to_owned(),
                    )
                } else {
                    // To be told again is safe, and says more: it stands under the same key.
                    Probed::Unclear
                }
            }
            Some(Standing::Failed(_)) if !is_awakeable => Probed::Unclear,
            Some(Standing::Failed(why)) if is_our_reason(&delivery.body, answer) => {
                Probed::Has(format!("The invocation has failed with the reason of this answer: \"{why}\"."))
            }
            Some(Standing::Failed(why)) => Probed::Closed(format!(
                "Restate took the answer, but the invocation is over (\"{why}\"), and whether it heard the answer before is \
                 not to be seen. Look at it in Restate; if the question still stands, have the engine ask again."
            )),
        }
    }
}

/// Whether an invocation failed with what we rejected its awakeable with.
fn is_our_reason(frozen: &[u8], answer: &Answer) -> bool {
    let rejected = Message::read(frozen).ok().filter(|message| message.head.url.ends_with("/reject"));
    rejected
        .is_some_and(|message| standing::message(answer).is_some_and(|said| said.as_bytes() == message.body))
}

fn settings(engine: &Engine) -> Result<Settings, Wrong> {
    match engine.settings.get(NAME) {
        None => Ok(Settings::default()),
        Some(settings) => Settings::deserialize(settings)
            .map_err(|error| Wrong::at("", placet_review::without_values(&error.to_string()))),
    }
}

fn base(callback: &Callback, engine: &Engine) -> Result<Url, Wrong> {
    let text = match callback.parameters.get("url") {
        Some(url) => url.as_str().map(str::to_owned),
        None => settings(engine)?.url,
    };
    let text = text.ok_or_else(|| {
        address::wrong(
            "url",
            "give the address of Restate's ingress, here or in the settings of the engine's profile",
        )
    })?;
    address::base(&text).map_err(|message| address::wrong("url", message))
}

#[cfg(test)]
mod tests;
