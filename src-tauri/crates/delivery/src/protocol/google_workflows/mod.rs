//! `google-workflows`: a callback endpoint of Google Cloud Workflows
//! (<https://docs.cloud.google.com/workflows/docs/creating-callback-endpoints>).
//!
//! Parameters: `url`, as `events.create_callback_endpoint` gave it; `method`, with which the endpoint was made (POST, if
//! absent); `content_type` (`application/json`, if absent); `timeout` in seconds, as `events.await_callback` has it
//! (43,200, if absent), which is the item's deadline; `data`, which is handed back untouched.
//!
//! Settings: `ask_for_state`, whether an execution may be read when its endpoint is gone, for which the account needs
//! `workflows.executions.get` beside `workflows.callbacks.send`.
//!
//! Methods without a body carry the same members in the query, where a workflow reads them as `http_request.query`.
//! The access token is the business of the engine's profile (`signing.oauth`); the metadata server of a cloud machine is
//! never asked for one.

use ::http::{HeaderMap, HeaderValue, Method, header};
use placet_review::{Callback, Engine, Judgement, Outcome, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use super::message::{Head, Message};
use super::told::Told;
use super::{Decided, Probed, Protocol, Sending, Wrong, address, by_status};
use crate::{Answer, Request};

/// How long `events.await_callback` waits unless it is told otherwise, in seconds
/// (<https://docs.cloud.google.com/workflows/docs/reference/stdlib/events/await_callback>).
const TIMEOUT_SECONDS: u64 = 43_200;
/// How long an execution can last at most, in seconds: a year
/// (<https://docs.cloud.google.com/workflows/quotas>).
const LONGEST_SECONDS: u64 = 365 * 86_400;

/// The methods that an endpoint can be made for
/// (<https://docs.cloud.google.com/workflows/docs/reference/stdlib/events/create_callback_endpoint>).
const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"];

/// The protocol `google-workflows`.
pub(super) struct GoogleWorkflows;

/// What the workflow gets as `http_request.body`, or in its query.
#[derive(Serialize)]
struct Call<'a> {
    #[serde(flatten)]
    told: Told<'a>,
    data: Option<&'a Value>,
}

/// The engine's settings.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    #[serde(default)]
    ask_for_state: bool,
}

/// An execution, as its API tells of it
/// (<https://docs.cloud.google.com/workflows/docs/reference/executions/rest/v1/projects.locations.workflows.executions>).
#[derive(Deserialize)]
struct Execution {
    state: String,
    result: Option<String>,
}

impl Protocol for GoogleWorkflows {
    fn name(&self) -> &'static str {
        "google-workflows"
    }

    fn check_settings(&self, engine: &Engine) -> Result<(), Wrong> {
        settings(engine).map(drop)
    }

    fn check(&self, callback: &Callback, engine: &Engine) -> Result<(), Wrong> {
        address::known(self.name(), callback, &["url", "method", "content_type", "timeout", "data"])?;
        method(callback)?;
        content_type(callback)?;
        timeout(callback)?;
        address::allowed("url", &address::of(callback, "url")?, engine)
    }

    fn waits_until(&self, callback: &Callback, _engine: &Engine, now: Timestamp) -> Option<Timestamp> {
        let seconds = i64::try_from(timeout(callback).ok()?).ok()?;
        Some(now.plus_millis(seconds * 1_000))
    }

    fn target(&self, callback: &Callback) -> String {
        address::of(callback, "url").map_or_else(|_| self.name().to_owned(), address::without_secrets)
    }

    fn address(&self, callback: &Callback, _engine: &Engine) -> Result<Url, Wrong> {
        address::of(callback, "url")
    }

    fn freeze(&self, decided: &Decided<'_>) -> Result<Vec<u8>, Wrong> {
        let callback = decided.callback;
        let told = Call { told: Told::of(decided), data: callback.parameters.get("data") };
        let method = method(callback)?;
        let url = address::of(callback, "url")?;
        let message = if has_body(&method) {
            let body = serde_json::to_vec(&told).expect("texts, numbers and JSON can be written as JSON");
            let headers = vec![("content-type".to_owned(), content_type(callback)?)];
            Message { head: Head { method: method.to_string(), url: url.into(), headers }, body: body.into() }
        } else {
            let url = in_the_query(url, &told).into();
            let head = Head { method: method.to_string(), url, headers: Vec::new() };
            Message { head, body: bytes::Bytes::new() }
        };
        Ok(message.frozen())
    }

    /// 200 accepts, 429 says that an earlier call waits to be read, 404 that the endpoint is over (the guide named
    /// above).
    fn judge(&self, attempt: &Sending<'_>, answer: &Answer, now: Timestamp) -> Judgement {
        let judgement = by_status(answer, now);
        match answer.status {
            404 => Judgement {
                outcome: Outcome::Gone,
                words: "The endpoint is over (HTTP 404): the workflow got an answer, stopped waiting or ended. Look at \
                        its execution; if it should still ask, have it make a new endpoint."
                    .to_owned(),
                ..judgement
            },
            429 if attempt.delivery.standing.ambiguous => Judgement {
                outcome: Outcome::AlreadyDone,
                words: "A call waits at the endpoint to be read by the workflow (HTTP 429), and an earlier try of this \
                        answer may be it."
                    .to_owned(),
                ..judgement
            },
            429 => Judgement {
                words: "Another call waits at the endpoint to be read by the workflow (HTTP 429). It is tried again \
                        when there may be room."
                    .to_owned(),
                ..judgement
            },
            _ => judgement,
        }
    }

    /// What is in the slot is not to be seen from outside, so only an endpoint that is gone is looked into.
    fn doubts(&self, judgement: &Judgement) -> bool {
        judgement.outcome == Outcome::Gone
    }

    fn probe(&self, attempt: &Sending<'_>) -> Option<Request> {
        if !settings(attempt.engine).ok()?.ask_for_state {
            return None;
        }
        let mut url = address::of(&attempt.delivery.callback, "url").ok()?;
        // `.../executions/ID/callbacks/ID`: the execution is named by what stands before.
        let path = url.path().split_once("/callbacks/")?.0.to_owned();
        url.set_path(&path);
        url.set_query(None);
        let accept = HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static("application/json"))]);
        Some(Request {
            method: Method::GET,
            url,
            headers: accept,
            body: bytes::Bytes::new(),
            secrets: Vec::new(),
        })
    }

    fn judge_probe(&self, attempt: &Sending<'_>, answer: &Answer) -> Probed {
        if answer.status != 200 {
            return Probed::Unclear;
        }
        let Ok(Execution { state, result }) = serde_json::from_slice(&answer.body) else {
            return Probed::Unclear;
        };
        let id = attempt.delivery.id.to_string();
        match state.as_str() {
            "SUCCEEDED" if result.is_some_and(|result| result.contains(&id)) => {
                Probed::Has("The execution has ended, and its result names this answer.".to_owned())
            }
            "CANCELLED" => Probed::Closed(
                "The execution was cancelled. If the question still stands, start the workflow again."
                    .to_owned(),
            ),
            // It may have gone on with this answer, or ended for want of one: neither can be seen.
            _ => Probed::Unclear,
        }
    }
}

fn settings(engine: &Engine) -> Result<Settings, Wrong> {
    match engine.settings.get("google-workflows") {
        None => Ok(Settings::default()),
        Some(settings) => Settings::deserialize(settings)
            .map_err(|error| Wrong::at("", placet_review::without_values(&error.to_string()))),
    }
}

fn method(callback: &Callback) -> Result<Method, Wrong> {
    let wrong = || address::wrong("method", format!("choose one of {}", METHODS.join(", ")));
    match callback.parameters.get("method") {
        None => Ok(Method::POST),
        Some(Value::String(name)) if METHODS.contains(&name.as_str()) => {
            Method::from_bytes(name.as_bytes()).map_err(|_| wrong())
        }
        Some(_) => Err(wrong()),
    }
}

/// Whether a workflow is handed the body of such a request.
fn has_body(method: &Method) -> bool {
    matches!(*method, Method::POST | Method::PUT | Method::PATCH)
}

fn content_type(callback: &Callback) -> Result<String, Wrong> {
    let said = match callback.parameters.get("content_type") {
        None => return Ok("application/json".to_owned()),
        Some(said) => said.as_str().filter(|said| said.contains('/') && HeaderValue::from_str(said).is_ok()),
    };
    said.map(str::to_owned)
        .ok_or_else(|| address::wrong("content_type", "give a media type, such as application/json"))
}

fn timeout(callback: &Callback) -> Result<u64, Wrong> {
    let seconds = match callback.parameters.get("timeout") {
        None => Some(TIMEOUT_SECONDS),
        Some(said) => said.as_u64().filter(|seconds| (1..=LONGEST_SECONDS).contains(seconds)),
    };
    seconds.ok_or_else(|| {
        address::wrong("timeout", format!("give a number of seconds from 1 to {LONGEST_SECONDS}"))
    })
}

/// What has a value goes into the query; what is no text, as JSON.
fn in_the_query(mut url: Url, told: &Call<'_>) -> Url {
    let members = serde_json::to_value(told).expect("texts, numbers and JSON can be written as JSON");
    let members = members.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
    for (name, value) in members {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        url.query_pairs_mut().append_pair(name, &text);
    }
    url
}

#[cfg(test)]
mod tests;
