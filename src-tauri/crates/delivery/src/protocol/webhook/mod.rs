//! `webhook`: the decision as JSON, in one request to a URL.
//!
//! Parameters: `url` (http or https), `method` (POST, the default, PUT or PATCH), `data`, which is handed
//! back untouched, and `heartbeat_url`, where an engine that wants one hears that its task still waits.

use ::http::header::{ACCEPT, CONTENT_TYPE};
use ::http::{HeaderMap, HeaderValue, Method};
use placet_review::{Callback, DecisionId, DeliveryId, Engine, ItemId, JwtPlace, Timestamp, Verdict};
use serde::Serialize;
use serde_json::{Map, Value};
use url::Url;

use super::message::IDEMPOTENCY_KEY;
use super::{Decided, News, Noticed, Protocol, Sending, Wrong, address};
use crate::Request;
use crate::signer::standard_webhooks;

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
        address::known(self.name(), callback, &["url", "method", "data", HEARTBEAT_URL])?;
        method(callback)?;
        let url = url(callback)?;
        address::allowed(URL, &url, engine)?;
        if callback.parameters.contains_key(HEARTBEAT_URL) {
            address::allowed(HEARTBEAT_URL, &address::of(callback, HEARTBEAT_URL)?, engine)?;
        }
        // Two of the same name, and it were the receiver's whim which one counts.
        if let Some(JwtPlace::Query(token)) = engine.signing.jwt.as_ref().map(|jwt| &jwt.place)
            && url.query_pairs().any(|(name, _)| name == *token)
        {
            return Err(address::wrong(
                URL,
                format!("leave \"{token}\" out of the query: Placet puts its token there"),
            ));
        }
        Ok(())
    }

    fn target(&self, callback: &Callback) -> String {
        url(callback).map_or_else(|_| self.name().to_owned(), address::without_secrets)
    }

    fn address(&self, callback: &Callback, _engine: &Engine) -> Result<Url, Wrong> {
        url(callback)
    }

    fn freeze(&self, decided: &Decided<'_>) -> Result<Vec<u8>, Wrong> {
        let &Decided { id, decision, item, callback, .. } = decided;
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
        Ok(serde_json::to_vec(&body).expect("texts, numbers and JSON that was parsed can be written as JSON"))
    }

    fn prepare(&self, attempt: &Sending<'_>) -> Result<Request, Wrong> {
        let delivery = attempt.delivery;
        let id = HeaderValue::from_str(&delivery.id.to_string()).expect("a UUID is hex digits and dashes");
        let mut headers = json_headers();
        headers.insert(standard_webhooks::ID, id.clone());
        headers.insert(IDEMPOTENCY_KEY, id);
        Ok(Request {
            method: method(&delivery.callback)?,
            url: url(&delivery.callback)?,
            headers,
            body: delivery.body.clone().into(),
            secrets: Vec::new(),
        })
    }

    fn notice(&self, about: &Noticed<'_>, now: Timestamp) -> Option<Request> {
        let &Noticed { item, callback, engine: _, news: News::Waits } = about else { return None };
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
        let url = address::of(callback, HEARTBEAT_URL).ok()?;
        let (method, headers) = (Method::POST, json_headers());
        Some(Request { method, url, headers, body: body.into(), secrets: Vec::new() })
    }
}

fn json_headers() -> HeaderMap {
    let json = HeaderValue::from_static("application/json");
    HeaderMap::from_iter([(CONTENT_TYPE, json), (ACCEPT, HeaderValue::from_static("*/*"))])
}

fn url(callback: &Callback) -> Result<Url, Wrong> {
    address::of(callback, URL)
}

fn method(callback: &Callback) -> Result<Method, Wrong> {
    match callback.parameters.get("method").map(Value::as_str) {
        None | Some(Some("POST")) => Ok(Method::POST),
        Some(Some("PUT")) => Ok(Method::PUT),
        Some(Some("PATCH")) => Ok(Method::PATCH),
        Some(_) => Err(address::wrong("method", "choose one of POST, PUT and PATCH")),
    }
}

#[cfg(test)]
mod tests;
