//! `callback-step`: a process of a low-code engine that waits at its callback step, as Metrici's do. "The documentation"
//! is <https://www.metrici.com/metrici/documentation/devguide/standard_library_reference/worker/callback> and what lies
//! under it.
//!
//! Parameters: `url`, where the process that holds the step takes requests; `token`, the callback's; `createData`, an
//! object that the answer is laid over; `retention`, for how long the engine keeps the callback, which is the item's
//! deadline (see [`retention`]).
//!
//! Settings: what members of the requests are called, where an engine calls them otherwise (see [`names`]).
//!
//! Requests are POSTs of JSON: `{"type": "CALLBACK", "callbackToken", "callbackStatus", "callbackData"}`. The status is
//! `start` when somebody took the item up, `progress` with each draft that is kept, and with the answer `complete`;
//! `cancel` where it was cancelled; or `error` for another no. The data of an answer are `createData`, over it
//! `delivery`, `verdict`, `note` (if there is one), `by` and `at`, and over these the members of the answer itself; an
//! answer that is no object stands as `answer`.
//!
//! The type, the five statuses and that later data win over `createData` are the documentation's (`callback_step_type`,
//! `advanced`). That they travel as these members, and that the engine tells of a callback when it is asked for
//! `getCallback`, is what the users of such engines say. A question is sent as a callback without a status: one that
//! has none of the five is not acted on, so that it can change nothing in an engine that does not know the question.

mod data;
mod names;
mod retention;
mod state;

use ::http::{HeaderMap, HeaderValue, Method, header};
use base64::Engine as _;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use placet_review::{Callback, Engine, Judgement, Timestamp, Verdict};
use serde_json::Value;
use url::Url;

use self::data::{DELIVERY, Status, merged};
use self::names::Names;
use self::state::Told;
use super::message::Message;
use super::{Decided, News, Noticed, Probed, Protocol, Sending, Wrong, address};
use crate::{Answer, Request};

const NAME: &str = "callback-step";
const URL: &str = "url";
const TOKEN: &str = "token";
const CREATE_DATA: &str = "createData";
const RETENTION: &str = "retention";

/// The protocol `callback-step`.
pub(super) struct CallbackStep;

impl Protocol for CallbackStep {
    fn name(&self) -> &'static str {
        NAME
    }

    fn check_settings(&self, engine: &Engine) -> Result<(), Wrong> {
        Names::of(engine)?.check()
    }

    fn check(&self, callback: &Callback, engine: &Engine) -> Result<(), Wrong> {
        address::known(self.name(), callback, &[URL, TOKEN, CREATE_DATA, RETENTION])?;
        token(callback)?;
        if !callback.parameters.get(CREATE_DATA).is_none_or(Value::is_object) {
            return Err(address::wrong(
                CREATE_DATA,
                "give the data as an object, for the answer is laid over it",
            ));
        }
        retention::of(callback)?;
        address::allowed(URL, &address::of(callback, URL)?, engine)
    }

    fn waits_until(&self, callback: &Callback, _engine: &Engine, now: Timestamp) -> Option<Timestamp> {
        retention::of(callback).ok()?.ends(now)
    }

    fn target(&self, callback: &Callback) -> String {
        address::of(callback, URL).map_or_else(|_| self.name().to_owned(), address::without_secrets)
    }

    fn address(&self, callback: &Callback, _engine: &Engine) -> Result<Url, Wrong> {
        address::of(callback, URL)
    }

    fn secrets(&self, callback: &Callback) -> Vec<String> {
        token(callback).into_iter().map(str::to_owned).collect()
    }

    fn freeze(&self, decided: &Decided<'_>) -> Result<Vec<u8>, Wrong> {
        let &Decided { id, decision, callback, engine, .. } = decided;
        let status = match decision.verdict {
            _ if !decided.is_a_no() => Status::Complete,
            Verdict::Cancel => Status::Cancel,
            Verdict::Approve | Verdict::Correct | Verdict::Reject | Verdict::Respond => Status::Error,
        };
        let facts = [
            (DELIVERY, Some(id.to_string())),
            ("verdict", Some(decision.verdict.name().to_owned())),
            ("note", decision.note.clone()),
            ("by", Some(decision.by.clone())),
            ("at", Some(decision.at.to_string())),
        ];
        let data = merged(callback, facts, decision.answer.as_ref());
        let body = Names::of(engine)?.update(token(callback)?, status.name(), data);
        let mut message = Message::json(&Method::POST, address::of(callback, URL)?, body);
        message.head.headers.push(("accept".to_owned(), "application/json".to_owned()));
        Ok(message.frozen())
    }

    fn judge(&self, attempt: &Sending<'_>, answer: &Answer, now: Timestamp) -> Judgement {
        let names = Names::of(attempt.engine).unwrap_or_default();
        let sent = names.sent(&attempt.delivery.body);
        state::judge(sent.as_ref().map(|sent| sent.status), answer, &names, now)
    }

    fn probe(&self, attempt: &Sending<'_>) -> Option<Request> {
        let callback = &attempt.delivery.callback;
        post(callback, Names::of(attempt.engine).ok()?.question(token(callback).ok()?))
    }

    fn judge_probe(&self, attempt: &Sending<'_>, answer: &Answer) -> Probed {
        let names = Names::of(attempt.engine).unwrap_or_default();
        match (names.sent(&attempt.delivery.body), Told::by(answer, &names)) {
            (Some(sent), Some(told)) => told.about(&sent),
            (None, _) | (_, None) => Probed::Unclear,
        }
    }

    fn wants_news(&self) -> bool {
        true
    }

    fn notice(&self, about: &Noticed<'_>, _now: Timestamp) -> Option<Request> {
        let &Noticed { item: _, callback, engine, news } = about;
        let (status, data) = match news {
            // A callback has no need of signs of life: it is kept for as long as it is.
            News::Waits => return None,
            News::TakenUp(by) => (Status::Start, merged(callback, [("by", Some(by.clone()))], None)),
            News::Drafted(draft) => {
                let facts =
                    [("verdict", Some(draft.verdict.name().to_owned())), ("note", draft.note.clone())];
                (Status::Progress, merged(callback, facts, draft.answer.as_ref()))
            }
        };
        post(callback, Names::of(engine).ok()?.update(token(callback).ok()?, status.name(), data))
    }

    fn judge_notice(&self, about: &Noticed<'_>, answer: &Answer, now: Timestamp) -> Judgement {
        state::judge_news(answer, &Names::of(about.engine).unwrap_or_default(), now)
    }
}

/// JSON to the callback's address, of what is told or asked once.
fn post(callback: &Callback, body: Vec<u8>) -> Option<Request> {
    let json = || HeaderValue::from_static("application/json");
    let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, json()), (header::ACCEPT, json())]);
    let url = address::of(callback, URL).ok()?;
    Some(Request { method: Method::POST, url, headers, body: body.into(), secrets: Vec::new() })
}

/// Base64, of either alphabet and padded or not, of a JSON object with `node` and `anchor` (`connections` in the
/// documentation, which also shows tokens that have more members).
fn token(callback: &Callback) -> Result<&str, Wrong> {
    let any_padding = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let is_text = |value: Option<&Value>| value.and_then(Value::as_str).is_some_and(|text| !text.is_empty());
    let is_token = |text: &&str| {
        [base64::alphabet::STANDARD, base64::alphabet::URL_SAFE]
            .iter()
            .filter_map(|alphabet| GeneralPurpose::new(alphabet, any_padding).decode(text).ok())
            .filter_map(|bytes| serde_json::from_slice::<Value>(&bytes).ok())
            .any(|token| is_text(token.get("node")) && is_text(token.get("anchor")))
    };
    callback.parameters.get(TOKEN).and_then(Value::as_str).filter(is_token).ok_or_else(|| {
        address::wrong(
            TOKEN,
            "give the callback's token as it came: Base64 of a JSON object with \"node\" and \"anchor\"",
        )
    })
}

#[cfg(test)]
mod tests;
