//! `veritone`: wakes up an aiWARE engine whose task paused, by its callback URL
//! (<https://docs.veritone.com/#/developer/engines/callbacks/>).
//!
//! Parameters: `url`, the whole wakeup URL, which is fired to the byte; or `base` and `path` (`/callback`, if absent) and
//! `engine_id`, from which it is built. `data`, the engine's state, as a JSON object or as a string that holds one; it
//! adds to the state that stands in `url`. `jwt`, the wakeup token, if `url` does not hold it. Without either, Placet
//! asks for a token, and needs `engine_id`, `tdo_id`, `job_id` and `task_id` for that.
//!
//! The answer travels in `data`, the one value that reaches the engine (as `data` of its `PAYLOAD_JSON`): the state as
//! it was handed in, and the decision in it. Of a URL that was handed in only this value is replaced.
//!
//! Settings: `method` (GET, or POST); `decision`, the member of the state under which the decision goes (`decision`, if
//! absent), or `merged`, whether its members stand among the state's own instead; `graphql` and `key`, where tokens are
//! asked for and with which API token. The address in `graphql` has to be on the allow-list as well.
//!
//! The documentation names no method. It says that the service calls back using the URL, and all that counts stands in
//! the URL; so it is a GET, which is what a URL alone asks for (RFC 9110 section 9.3.1), unless the profile says
//! otherwise.

mod settings;
mod state;
mod token;
mod wakeup;

use ::http::Method;
use bytes::Bytes;
use placet_review::{Callback, Engine, Judgement, Outcome, Park, Timestamp};
use serde::Serialize;
use serde_json::{Map, Value};
use url::Url;

use self::settings::Settings;
use self::wakeup::{Jwt, Wakeup};
use super::message::{Head, Message};
use super::{Decided, Protocol, Sending, Wrong, address, by_status};
use crate::token::TokenSource;
use crate::{Answer, Request, signer};

/// The name in callbacks and settings.
const NAME: &str = "veritone";

/// All parameters.
const PARAMETERS: [&str; 9] =
    ["url", "base", "path", "engine_id", "tdo_id", "job_id", "task_id", "jwt", "data"];

/// The protocol `veritone`.
pub(super) struct Veritone;

/// What an engine finds of the decision in its state.
#[derive(Serialize)]
struct Told<'a> {
    /// The same in every attempt: an engine that is woken twice can tell.
    delivery: String,
    verdict: &'static str,
    answer: Option<&'a Value>,
    note: Option<&'a str>,
    by: &'a str,
    at: Timestamp,
}

/// The names of [`Told`].
const TOLD: [&str; 6] = ["delivery", "verdict", "answer", "note", "by", "at"];

impl Protocol for Veritone {
    fn name(&self) -> &'static str {
        NAME
    }

    fn check_settings(&self, engine: &Engine) -> Result<(), Wrong> {
        Settings::of(engine)?.check(engine)
    }

    fn check(&self, callback: &Callback, engine: &Engine) -> Result<(), Wrong> {
        address::known(NAME, callback, &PARAMETERS)?;
        let wakeup = Wakeup::read(callback)?;
        let settings = Settings::of(engine)?;
        address::allowed(wakeup.named_in, &wakeup.address()?, engine)?;
        if let Some(token) = signer::query_parameter(&engine.signing) {
            let words = format!(
                "the engine's profile signs with \"{token}\" in the query, and nothing may be added to a wakeup URL; have \
                 the profile sign in a header, or not at all"
            );
            return Err(address::wrong(wakeup.named_in, words));
        }
        if let Jwt::ToBeAskedFor(_) = wakeup.jwt
            && settings.tokens().is_none()
        {
            return Err(address::wrong(
                "jwt",
                "hand in the wakeup token here or in the URL, or name \"graphql\" and \"key\" in the engine's settings, so \
                 that Placet can ask for one",
            ));
        }
        let names = if settings.merged { &TOLD[..] } else { &[settings.decision()] };
        let taken = names.iter().find(|name| wakeup.state.has(name));
        taken.map_or(Ok(()), |name| {
            let words = format!(
                "the state has a member \"{name}\", where the decision goes; rename it, or have the engine's settings put \
                 the decision elsewhere"
            );
            Err(address::wrong("data", words))
        })
    }

    fn target(&self, callback: &Callback) -> String {
        let url = Wakeup::read(callback).and_then(|wakeup| wakeup.address());
        url.map_or_else(|_| NAME.to_owned(), address::without_secrets)
    }

    fn address(&self, callback: &Callback, _engine: &Engine) -> Result<Url, Wrong> {
        Wakeup::read(callback).and_then(|wakeup| wakeup.address())
    }

    fn secrets(&self, callback: &Callback) -> Vec<String> {
        Wakeup::read(callback).map(Wakeup::secrets).unwrap_or_default()
    }

    fn freeze(&self, decided: &Decided<'_>) -> Result<Vec<u8>, Wrong> {
        let &Decided { id, decision, callback, engine, .. } = decided;
        let settings = Settings::of(engine)?;
        let told = Told {
            delivery: id.to_string(),
            verdict: decision.verdict.name(),
            answer: decision.answer.as_ref(),
            note: decision.note.as_deref(),
            by: &decision.by,
            at: decision.at,
        };
        let told = serde_json::to_value(told).expect("texts, numbers and JSON can be written as JSON");
        let told = match told {
            Value::Object(members) if settings.merged => members,
            told => Map::from_iter([(settings.decision().to_owned(), told)]),
        };
        let wakeup = Wakeup::read(callback)?;
        let data = wakeup.state.with(&told).map_err(|name| {
            address::wrong("data", format!("the engine's state has a member \"{name}\" already"))
        })?;
        let url = wakeup.with_data(&data);
        if url.len() + wakeup.jwt.bytes_to_come() > address::LONGEST_URL {
            let words = format!(
                "it travels in the wakeup URL, which would be longer than {} bytes; shorten the note or the answer",
                address::LONGEST_URL
            );
            return Err(Wrong::at("", words));
        }
        let head = Head { method: settings.method().to_string(), url, headers: Vec::new() };
        Ok(Message { head, body: Bytes::new() }.frozen())
    }

    fn token(&self, delivery: &placet_review::Delivery, engine: &Engine) -> Option<Box<dyn TokenSource>> {
        let Jwt::ToBeAskedFor(task) = Wakeup::read(&delivery.callback).ok()?.jwt else { return None };
        let settings = Settings::of(engine).ok()?;
        let (graphql, key) = settings.tokens()?;
        Some(Box::new(token::EngineJwt { graphql: graphql.to_owned(), key: key.to_owned(), task }))
    }

    fn prepare(&self, attempt: &Sending<'_>) -> Result<Request, Wrong> {
        let mut message = Message::read(&attempt.delivery.body)?;
        let given = match Wakeup::read(&attempt.delivery.callback)?.jwt {
            Jwt::InTheUrl(_) => None,
            Jwt::Given(jwt) => Some(jwt),
            Jwt::ToBeAskedFor(_) => attempt.token.map(str::to_owned),
        };
        if let Some(jwt) = given {
            message.head.url = wakeup::with(&message.head.url, "jwt", &jwt);
        }
        message.request(attempt.delivery.id)
    }

    /// The documentation names no answers but that the token is validated, so the status decides; only what to do about
    /// a token that is not accepted is aiWARE's own.
    fn judge(&self, attempt: &Sending<'_>, answer: &Answer, now: Timestamp) -> Judgement {
        let judgement = by_status(answer, now);
        if judgement.outcome != Outcome::Parked(Park::Auth) {
            return judgement;
        }
        let advice = if attempt.token.is_some() {
            "Check that the API token of the engine's profile may act for this task, then try again."
        } else {
            "It may have run out: have the engine hand in the task with a new one, or let Placet ask for tokens by the \
             engine's settings."
        };
        let words = format!("aiWARE does not accept the wakeup token (HTTP {}). {advice}", answer.status);
        Judgement { words, ..judgement }
    }
}

/// The methods that a profile can choose.
const METHODS: [Method; 2] = [Method::GET, Method::POST];

#[cfg(test)]
mod tests;
