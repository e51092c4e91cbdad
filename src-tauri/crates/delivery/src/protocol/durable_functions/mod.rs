//! `durable-functions`: a durable function of AWS Lambda that waits for a callback
//! (<https://docs.aws.amazon.com/lambda/latest/dg/durable-functions.html>).
//!
//! Parameters: `callback_id`, as the function's SDK gave it; `endpoint`, where it is not the engine's; `error`, the type
//! of the error that a no is (`Placet.Rejected`, `Placet.Cancelled`, by the verdict, if absent).
//!
//! Settings: `region`, by which the endpoint is found (the one that the profile signs for, if absent), or `endpoint`
//! itself.
//!
//! A yes is `SendDurableExecutionCallbackSuccess`; its result is JSON, an object with `verdict`, `answer`, `note`, `by`,
//! `at`, `id` (of the task), `queue` and `delivery`. A no is `SendDurableExecutionCallbackFailure`: the error's type, the
//! note as its message, and that object as a text for its data. Signs of life are
//! `SendDurableExecutionCallbackHeartbeat`. Requests and limits are those of the service's model
//! (<https://github.com/boto/botocore/tree/develop/botocore/data/lambda/2015-03-31>).

use ::http::Method;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use placet_review::{Callback, Engine, Judgement, Outcome, Timestamp};
use serde::Serialize;
use url::Url;

use super::aws::{self, Service};
use super::message::{Head, Message};
use super::{Decided, News, Noticed, Protocol, Sending, Wrong, address};
use crate::{Answer, Request};

/// The parameter that opens the function's door.
const CALLBACK_ID: &str = "callback_id";
/// The longest id, in characters.
const LONGEST_ID: usize = 1_024;
/// The longest result, and all that is said of an error, in bytes.
const LONGEST_RESULT: usize = 1_048_576;
/// The longest type of an error, in characters. AWS has no limit but that of the whole; this one is Step Functions'.
const LONGEST_ERROR: usize = 256;
/// What the key has to be allowed.
const PERMISSION: &str = "lambda:SendDurableExecutionCallbackSuccess, -Failure and -Heartbeat";

const SERVICE: Service = Service { protocol: "durable-functions", host: "lambda" };

/// The protocol `durable-functions`.
pub(super) struct DurableFunctions;

/// What is said of an error.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ErrorObject<'a> {
    error_type: &'a str,
    error_message: &'a str,
    /// JSON as a text.
    error_data: &'a str,
}

impl Protocol for DurableFunctions {
    fn name(&self) -> &'static str {
        SERVICE.protocol
    }

    fn check_settings(&self, engine: &Engine) -> Result<(), Wrong> {
        SERVICE.check_settings(engine)
    }

    fn check(&self, callback: &Callback, engine: &Engine) -> Result<(), Wrong> {
        address::known(self.name(), callback, &[CALLBACK_ID, "endpoint", aws::ERROR])?;
        callback_id(callback)?;
        aws::check_error(callback, LONGEST_ERROR)?;
        address::allowed("endpoint", &url(callback, engine, "succeed")?, engine)
    }

    fn target(&self, callback: &Callback) -> String {
        SERVICE.target(callback)
    }

    fn address(&self, callback: &Callback, engine: &Engine) -> Result<Url, Wrong> {
        SERVICE.endpoint(callback, engine)
    }

    fn secrets(&self, callback: &Callback) -> Vec<String> {
        callback_id(callback).into_iter().map(str::to_owned).collect()
    }

    fn freeze(&self, decided: &Decided<'_>) -> Result<Vec<u8>, Wrong> {
        let result = aws::Told::of(decided).json();
        let (operation, content_type, body) = if decided.is_a_no() {
            let error = ErrorObject {
                error_type: aws::error_name(decided),
                error_message: &aws::cause(decided),
                error_data: &result,
            };
            let body = serde_json::to_vec(&error).expect("texts can be written as JSON");
            ("fail", "application/json", body)
        } else {
            ("succeed", "application/octet-stream", result.into_bytes())
        };
        if body.len() > LONGEST_RESULT {
            return Err(Wrong::at(
                "/answer",
                format!(
                    "it is {} bytes long with its note, and a durable function takes {LONGEST_RESULT}; shorten the \
                     answer or the note",
                    body.len()
                ),
            ));
        }
        let url = url(decided.callback, decided.engine, operation)?;
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        let head = Head { method: Method::POST.to_string(), url: url.into(), headers };
        Ok(Message { head, body: body.into() }.frozen())
    }

    fn judge(&self, _attempt: &Sending<'_>, answer: &Answer, now: Timestamp) -> Judgement {
        let judgement = aws::judge(answer, now, PERMISSION);
        let (outcome, words) = match aws::code(answer).as_deref() {
            Some(code @ ("CallbackTimeoutException" | "ResourceNotFoundException")) => (
                Outcome::Gone,
                format!(
                    "The callback is over ({code}): it timed out, the function ended, or it has an answer. Look at \
                     the function's execution; if it should still ask, start it again."
                ),
            ),
            Some(code @ "InvalidParameterValueException") => (
                Outcome::Refused,
                format!(
                    "Lambda cannot take this answer ({code}). Complete the callback with AWS's own tools."
                ),
            ),
            _ => return judgement,
        };
        Judgement { outcome, words, ..judgement }
    }

    fn notice(&self, about: &Noticed<'_>, _now: Timestamp) -> Option<Request> {
        let &Noticed { item: _, callback, engine, news: News::Waits } = about else { return None };
        let url = url(callback, engine, "heartbeat").ok()?.into();
        let head = Head { method: Method::POST.to_string(), url, headers: Vec::new() };
        Message { head, body: bytes::Bytes::new() }.without_id().ok()
    }

    /// Only a callback that timed out is known to be over; one that is not found may be another region's.
    fn judge_notice(&self, _about: &Noticed<'_>, answer: &Answer, now: Timestamp) -> Judgement {
        let judgement = aws::judge(answer, now, PERMISSION);
        match aws::code(answer).as_deref() {
            Some("CallbackTimeoutException") => Judgement {
                outcome: Outcome::Gone,
                words: "The callback is over (CallbackTimeoutException).".to_owned(),
                ..judgement
            },
            _ => judgement,
        }
    }
}

fn callback_id(callback: &Callback) -> Result<&str, Wrong> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    let id = aws::text_of_form(callback.parameters.get(CALLBACK_ID), LONGEST_ID, fits).filter(|id| {
        let signs = id.trim_end_matches('=');
        !signs.is_empty() && !signs.contains('=') && id.len() - signs.len() <= 2
    });
    id.ok_or_else(|| {
        address::wrong(
            CALLBACK_ID,
            format!("give the callback's id as it came, 1 to {LONGEST_ID} characters of Base64"),
        )
    })
}

fn url(callback: &Callback, engine: &Engine, operation: &str) -> Result<Url, Wrong> {
    let mut url = SERVICE.endpoint(callback, engine)?;
    let id = utf8_percent_encode(callback_id(callback)?, NON_ALPHANUMERIC);
    url.set_path(&format!("/2025-12-01/durable-execution-callbacks/{id}/{operation}"));
    Ok(url)
}

#[cfg(test)]
mod tests;
