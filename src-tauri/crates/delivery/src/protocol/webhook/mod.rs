//! `webhook`: the decision as JSON, in one request to a URL.
//!
//! Parameters: `url` (http or https), `method` (POST, the default, PUT or PATCH) and `data`, which is handed
//! back untouched.

use ::http::header::{ACCEPT, CONTENT_TYPE};
use ::http::{HeaderMap, HeaderName, HeaderValue, Method};
use placet_review::{
    Callback, Decision, DecisionId, Delivery, DeliveryId, Engine, Item, ItemId, JwtPlace, Timestamp, Verdict,
};
use serde::Serialize;
use serde_json::{Map, Value};
use url::Url;

use super::{Protocol, Wrong};
use crate::Request;
use crate::signer::standard_webhooks;

/// The header by which a receiver knows a second try (draft-ietf-httpapi-idempotency-key-header).
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The longest address, in bytes: RFC 9110 section 4.1 asks everyone to take 8,000.
const LONGEST_URL: usize = 8_000;

/// The protocol `webhook`.
pub(super) struct Webhook;

/// What is sent. Members are only ever added; all of them are always there.
#[derive(Serialize)]
struct Body<'a> {
    /// What happened.
    r#type: &'static str,
    /// When it happened: the moment of the decision, not of the attempt.
    timestamp: Timestamp,
    /// The delivery, the same in every attempt.
    delivery: DeliveryId,
    /// The engine that asked.
    engine: &'a str,
    /// The engine's own name of the task.
    id: &'a str,
    /// The item's number here.
    item: ItemId,
    /// The queue it waited in.
    queue: &'a str,
    /// The answer.
    decision: Answered<'a>,
    /// `data` of the callback, or null.
    data: Option<&'a Value>,
    /// `metadata` of the submission.
    metadata: &'a Map<String, Value>,
}

#[derive(Serialize)]
struct Answered<'a> {
    id: DecisionId,
    verdict: Verdict,
    answer: Option<&'a Value>,
    note: Option<&'a str>,
    by: &'a str,
    at: Timestamp,
}

impl Protocol for Webhook {
    fn name(&self) -> &'static str {
        "webhook"
    }

    fn check(&self, callback: &Callback, engine: &Engine) -> Result<(), Wrong> {
        let known = ["url", "method", "data"];
        if let Some(unknown) = callback.parameters.keys().find(|name| !known.contains(&name.as_str())) {
            let pointer = format!("/{}", unknown.replace('~', "~0").replace('/', "~1"));
            return Err(Wrong { pointer, message: format!("a webhook has only {}", known.join(", ")) });
        }
        method(callback)?;
        let url = url(callback)?;
        if !engine.allows(&url) {
            let origin = url.origin().ascii_serialization();
            return Err(wrong_url(format!(
                "the allow-list of engine \"{}\" does not cover this address on {origin}; add it to the \
                 engine's profile or correct the URL",
                engine.name
            )));
        }
        // Two of the same name, and it were the receiver's whim which one counts.
        if let Some(JwtPlace::Query(token)) = engine.signing.jwt.as_ref().map(|jwt| &jwt.place)
            && url.query_pairs().any(|(name, _)| name == *token)
        {
            return Err(wrong_url(format!(
                "leave \"{token}\" out of the query: Placet puts its token there"
            )));
        }
        Ok(())
    }

    fn target(&self, callback: &Callback) -> String {
        url(callback).map_or_else(|_| self.name().to_owned(), without_secrets)
    }

    fn origin(&self, callback: &Callback) -> String {
        url(callback).map_or_else(|_| self.name().to_owned(), |url| url.origin().ascii_serialization())
    }

    fn freeze(&self, id: DeliveryId, decision: &Decision, item: &Item, callback: &Callback) -> Vec<u8> {
        let body = Body {
            r#type: "item.decided",
            timestamp: decision.at,
            delivery: id,
            engine: &item.asked.engine,
            id: &item.asked.task,
            item: item.id,
            queue: &item.asked.queue,
            decision: Answered {
                id: decision.id,
                verdict: decision.verdict,
                answer: decision.answer.as_ref(),
                note: decision.note.as_deref(),
                by: &decision.by,
                at: decision.at,
            },
            data: callback.parameters.get("data"),
            metadata: &item.asked.metadata,
        };
        serde_json::to_vec(&body).expect("texts, numbers and JSON that was parsed can be written as JSON")
    }

    fn prepare(&self, delivery: &Delivery) -> Result<Request, Wrong> {
        let id = HeaderValue::from_str(&delivery.id.to_string()).expect("a UUID is hex digits and dashes");
        let json = HeaderValue::from_static("application/json");
        let headers = HeaderMap::from_iter([
            (CONTENT_TYPE, json),
            (ACCEPT, HeaderValue::from_static("*/*")),
            (standard_webhooks::ID, id.clone()),
            (IDEMPOTENCY_KEY, id),
        ]);
        Ok(Request {
            method: method(&delivery.callback)?,
            url: url(&delivery.callback)?,
            headers,
            body: delivery.body.clone().into(),
        })
    }
}

fn wrong_url(message: String) -> Wrong {
    Wrong { pointer: "/url".to_owned(), message }
}

fn url(callback: &Callback) -> Result<Url, Wrong> {
    let text = callback.parameters.get("url").and_then(Value::as_str);
    let text =
        text.ok_or_else(|| wrong_url("give the address as a string, such as https://host/path".into()))?;
    if text.len() > LONGEST_URL {
        return Err(wrong_url(format!("this is longer than {LONGEST_URL} bytes")));
    }
    let url = Url::parse(text).map_err(|error| wrong_url(format!("this is no URL: {error}")))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong_url(format!("\"{}\" is neither http nor https", url.scheme())));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong_url("leave user name and password out: name keys in the engine's profile".into()));
    }
    Ok(url)
}

fn method(callback: &Callback) -> Result<Method, Wrong> {
    match callback.parameters.get("method").map(Value::as_str) {
        None | Some(Some("POST")) => Ok(Method::POST),
        Some(Some("PUT")) => Ok(Method::PUT),
        Some(Some("PATCH")) => Ok(Method::PATCH),
        Some(_) => Err(Wrong {
            pointer: "/method".to_owned(),
            message: "choose one of POST, PUT and PATCH".to_owned(),
        }),
    }
}

/// Names of the query stay, for they help to tell callbacks apart; values go.
fn without_secrets(mut url: Url) -> String {
    url.set_fragment(None);
    if url.query().is_some() {
        let names: Vec<String> = url.query_pairs().map(|(name, _)| format!("{name}=...")).collect();
        url.set_query(Some(&names.join("&")));
    }
    url.into()
}

#[cfg(test)]
mod tests;
