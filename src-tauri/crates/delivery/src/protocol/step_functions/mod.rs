//! `step-functions`: a task of AWS Step Functions that waits with a task token
//! (<https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-wait-token>).
//!
//! Parameters: `task_token`, as `$$.Task.Token` or `GetActivityTask` gave it; `endpoint`, where it is not the engine's;
//! `error`, the name of the error that a no is (`Placet.Rejected`, `Placet.Cancelled`, by the verdict, if absent).
//!
//! Settings: `region`, by which the endpoint is found (the one that the profile signs for, if absent), or `endpoint`
//! itself.
//!
//! A yes is `SendTaskSuccess`; the task's output is an object with `verdict`, `answer`, `note`, `by`, `at`, `id` (of the
//! task), `queue` and `delivery`. A no is `SendTaskFailure` with the error's name and the note as its cause. Signs of
//! life are `SendTaskHeartbeat`.

use ::http::Method;
use placet_review::{Callback, Engine, Judgement, Outcome, Timestamp};
use serde::Serialize;
use serde_json::Value;
use url::Url;

use super::aws::{self, Service};
use super::message::{Head, Message};
use super::{Decided, News, Noticed, Protocol, Sending, Wrong, address};
use crate::{Answer, Request};

/// The parameter that opens the task's door.
const TASK_TOKEN: &str = "task_token";
/// The longest output, in bytes of UTF-8
/// (<https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html>).
const LONGEST_OUTPUT: usize = 262_144;
/// The longest token, in characters (there).
const LONGEST_TOKEN: usize = 2_048;
/// The longest name of an error, in characters
/// (<https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskFailure.html>).
const LONGEST_ERROR: usize = 256;
/// The longest cause, in characters (there).
const LONGEST_CAUSE: usize = 32_768;
/// Errors of the language itself; no other may be named so
/// (<https://states-language.net/spec.html#error-names>).
const RESERVED: &str = "States.";
/// What the key has to be allowed (<https://docs.aws.amazon.com/step-functions/latest/dg/concept-create-iam-advanced.html>).
const PERMISSION: &str = "states:SendTaskSuccess, states:SendTaskFailure and states:SendTaskHeartbeat";

const SERVICE: Service = Service { protocol: "step-functions", host: "states" };

/// The protocol `step-functions`.
pub(super) struct StepFunctions;

/// `SendTaskSuccess`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Success<'a> {
    task_token: &'a str,
    /// JSON as a text.
    output: &'a str,
}

/// `SendTaskFailure`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Failure<'a> {
    task_token: &'a str,
    error: &'a str,
    cause: &'a str,
}

/// `SendTaskHeartbeat`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Heartbeat<'a> {
    task_token: &'a str,
}

impl Protocol for StepFunctions {
    fn name(&self) -> &'static str {
        SERVICE.protocol
    }

    fn check_settings(&self, engine: &Engine) -> Result<(), Wrong> {
        SERVICE.check_settings(engine)
    }

    fn check(&self, callback: &Callback, engine: &Engine) -> Result<(), Wrong> {
        address::known(self.name(), callback, &[TASK_TOKEN, "endpoint", aws::ERROR])?;
        task_token(callback)?;
        if aws::check_error(callback, LONGEST_ERROR)?.is_some_and(|error| error.starts_with(RESERVED)) {
            return Err(address::wrong(
                aws::ERROR,
                format!("names that begin with {RESERVED} belong to AWS; choose another"),
            ));
        }
        address::allowed("endpoint", &SERVICE.endpoint(callback, engine)?, engine)
    }

    fn target(&self, callback: &Callback) -> String {
        SERVICE.target(callback)
    }

    fn address(&self, callback: &Callback, engine: &Engine) -> Result<Url, Wrong> {
        SERVICE.endpoint(callback, engine)
    }

    fn secrets(&self, callback: &Callback) -> Vec<String> {
        task_token(callback).into_iter().map(str::to_owned).collect()
    }

    fn freeze(&self, decided: &Decided<'_>) -> Result<Vec<u8>, Wrong> {
        let task_token = task_token(decided.callback)?;
        let endpoint = SERVICE.endpoint(decided.callback, decided.engine)?;
        let message = if decided.is_a_no() {
            let (error, cause) = (aws::error_name(decided), &aws::cause(decided));
            let characters = cause.chars().count();
            if characters > LONGEST_CAUSE {
                return Err(Wrong::at(
                    "/note",
                    format!(
                        "its note has {characters} characters, and Step Functions takes {LONGEST_CAUSE} as the cause \
                         of a failure; shorten the note"
                    ),
                ));
            }
            call(endpoint, "SendTaskFailure", &Failure { task_token, error, cause })
        } else {
            let output = &aws::Told::of(decided).json();
            if output.len() > LONGEST_OUTPUT {
                return Err(Wrong::at(
                    "/answer",
                    format!(
                        "it is {} bytes long with its note, and Step Functions takes {LONGEST_OUTPUT} as the output of \
                         a task; shorten the answer or the note",
                        output.len()
                    ),
                ));
            }
            call(endpoint, "SendTaskSuccess", &Success { task_token, output })
        };
        Ok(message.frozen())
    }

    fn judge(&self, attempt: &Sending<'_>, answer: &Answer, now: Timestamp) -> Judgement {
        let judgement = aws::judge(answer, now, PERMISSION);
        let ambiguous = attempt.delivery.standing.ambiguous;
        let (outcome, words) = match aws::code(answer).as_deref() {
            Some(code @ ("TaskTimedOut" | "TaskDoesNotExist")) => (
                Outcome::Gone,
                format!(
                    "The task waits no more ({code}): it timed out, was stopped or has an answer. Look at its \
                     execution; if it should still ask, start it again."
                ),
            ),
            // A token of a task that is over may be called invalid as well.
            Some("InvalidToken") if ambiguous => (
                Outcome::Gone,
                "Step Functions does not know the task's token any more (InvalidToken), and an earlier try of this \
                 answer may be why. Look at its execution."
                    .to_owned(),
            ),
            Some("InvalidToken") => (
                Outcome::Refused,
                "Step Functions does not know the task's token (InvalidToken). Check that the engine's profile names \
                 the account and region of the task, and whether the task still waits there."
                    .to_owned(),
            ),
            Some(code @ ("InvalidOutput" | "ValidationException" | "SerializationException")) => (
                Outcome::Refused,
                format!("Step Functions cannot take this answer ({code}). Answer the task in the AWS console."),
            ),
            _ => return judgement,
        };
        Judgement { outcome, words, ..judgement }
    }

    fn notice(&self, about: &Noticed<'_>, _now: Timestamp) -> Option<Request> {
        let &Noticed { item: _, callback, engine, news: News::Waits } = about else { return None };
        let heartbeat = Heartbeat { task_token: task_token(callback).ok()? };
        let endpoint = SERVICE.endpoint(callback, engine).ok()?;
        call(endpoint, "SendTaskHeartbeat", &heartbeat).without_id().ok()
    }

    /// Only a task that timed out is known to be over. A token may be called invalid for want of `HeartbeatSeconds`,
    /// or in another region than the task's.
    fn judge_notice(&self, _about: &Noticed<'_>, answer: &Answer, now: Timestamp) -> Judgement {
        let judgement = aws::judge(answer, now, PERMISSION);
        match aws::code(answer).as_deref() {
            Some("TaskTimedOut") => Judgement {
                outcome: Outcome::Gone,
                words: "The task waits no more (TaskTimedOut).".to_owned(),
                ..judgement
            },
            _ => judgement,
        }
    }
}

/// Tokens are visible ASCII without quotes, which stand in JSON as they are.
fn task_token(callback: &Callback) -> Result<&str, Wrong> {
    let fits = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '\\');
    let token: Option<&Value> = callback.parameters.get(TASK_TOKEN);
    aws::text_of_form(token, LONGEST_TOKEN, fits).ok_or_else(|| {
        address::wrong(
            TASK_TOKEN,
            format!(
                "give the task's token as it came, 1 to {LONGEST_TOKEN} characters without spaces and quotes"
            ),
        )
    })
}

/// One call of the API, in AWS JSON 1.0
/// (<https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html>).
fn call(endpoint: Url, operation: &str, input: &impl Serialize) -> Message {
    let header = |name: &str, value: String| (name.to_owned(), value);
    let headers = vec![
        header("content-type", "application/x-amz-json-1.0".to_owned()),
        header("x-amz-target", format!("AWSStepFunctions.{operation}")),
    ];
    let body = serde_json::to_vec(input).expect("texts can be written as JSON");
    Message {
        head: Head { method: Method::POST.to_string(), url: endpoint.into(), headers },
        body: body.into(),
    }
}

#[cfg(test)]
mod tests;
