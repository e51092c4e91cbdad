//! `webhook`: the decision as JSON, in one request to a URL.
//!
//! Parameters: `url` (http or https), `method` (POST, the default, PUT or PATCH), `data`, which is handed
//! back untouched, and `heartbeat_url`, where an engine that wants one hears that its task still waits.

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

/// The parameter that says where the answer goes.
const URL: &str = "url";
/// The parameter that says where signs of life go.
const HEARTBEAT_URL: &str = "heartbeat_url";

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

/// What is sent as a sign of life.
#[derive(Serialize)]
struct Heartbeat<'a> {
    /// What is so.
    r#type: &'static str,
    /// When it was so.
    timestamp: Timestamp,
    /// The engine that waits.
    engine: &'a str,
    /// The engine's own name of the task.
    id: &'a str,
    /// The item's number here.
    item: ItemId,
    /// The queue it waits in.
    queue: &'a str,
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
        let known = ["url", "method", "data", HEARTBEAT_URL];
        if let Some(unknown) = callback.parameters.keys().find(|name| !known.contains(&name.as_str())) {
            let pointer = format!("/{}", unknown.replace('~', "~0").replace('/', "~1"));
            return Err(Wrong { pointer, message: format!("a webhook has only {}", known.join(", ")) });
        }
        method(callback)?;
        let url = url(callback)?;
        allowed(URL, &url, engine)?;
        if callback.parameters.contains_key(HEARTBEAT_URL) {
            allowed(HEARTBEAT_URL, &url_of(callback, HEARTBEAT_URL)?, engine)?;
        }
        // Two of the same name, and it were the receiver's whim which one counts.
        if let Some(JwtPlace::Query(token)) = engine.signing.jwt.as_ref().map(|jwt| &jwt.place)
            && url.query_pairs().any(|(name, _)| name == *token)
        {
            return Err(wrong(
                URL,
                format!("leave \"{token}\" out of the query: Placet puts its token there"),
            ));
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
        let mut headers = json_headers();
        headers.insert(standard_webhooks::ID, id.clone());
        headers.insert(IDEMPOTENCY_KEY, id);
        Ok(Request {
            method: method(&delivery.callback)?,
            url: url(&delivery.callback)?,
            headers,
            body: delivery.body.clone().into(),
        })
    }

    fn heartbeat(&self, item: &Item, callback: &Callback, now: Timestamp) -> Option<Request> {
        let body = Heartbeat {
            r#type: "item.waiting",
            timestamp: now,
            engine: &item.asked.engine,
            id: &item.asked.task,
            item: item.id,
            queue: &item.asked.queue,
        };
        let body = serde_json::to_vec(&body).expect("texts and numbers can be written as JSON");
        // Whether it is an address was checked when the item came in.
        let url = url_of(callback, HEARTBEAT_URL).ok()?;
        Some(Request { method: Method::POST, url, headers: json_headers(), body: body.into() })
    }
}

fn json_headers() -> HeaderMap {
    let json = HeaderValue::from_static("application/json");
    HeaderMap::from_iter([(CONTENT_TYPE, json), (ACCEPT, HeaderValue::from_static("*/*"))])
}

fn wrong(name: &str, message: String) -> Wrong {
    Wrong { pointer: format!("/{name}"), message }
}

fn allowed(name: &str, url: &Url, engine: &Engine) -> Result<(), Wrong> {
    if engine.allows(url) {
        return Ok(());
    }
    let origin = url.origin().ascii_serialization();
    Err(wrong(
        name,
        format!(
            "the allow-list of engine \"{}\" does not cover this address on {origin}; add it to the engine's \
             profile or correct the URL",
            engine.name
        ),
    ))
}

fn url(callback: &Callback) -> Result<Url, Wrong> {
    url_of(callback, URL)
}

fn url_of(callback: &Callback, name: &str) -> Result<Url, Wrong> {
    let text = callback.parameters.get(name).and_then(Value::as_str);
    let text =
        text.ok_or_else(|| wrong(name, "give the address as a string, such as https://host/path".into()))?;
    if text.len() > LONGEST_URL {
        return Err(wrong(name, format!("this is longer than {LONGEST_URL} bytes")));
    }
    let url = Url::parse(text).map_err(|error| wrong(name, format!("this is no URL: {error}")))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong(name, format!("\"{}\" is neither http nor https", url.scheme())));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong(
            name,
            "leave user name and password out: name keys in the engine's profile".into(),
        ));
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
