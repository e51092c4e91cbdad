//! Hands paused tasks in to Placet over HTTP, and waits for Placet where it is not there.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use reqwest::header::RETRY_AFTER;
use reqwest::{Client, Response, StatusCode, redirect};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::digits::Digit;
use crate::picture;
use crate::reader::Guess;
use crate::report::Report;

/// The queue that the digits go to.
const QUEUE: &str = "digits";
/// How long one request may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long it waits after the first failure; doubled after each further one.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// The queue that the engine's items go to, as `placet queue add` would make it.
pub fn queue() -> Value {
    // In this order the keys 1 to 9 pick the digit that they show.
    let labels = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"];
    json!({
        "name": QUEUE,
        "kind": "classify",
        "choices": labels.map(|label| json!({ "label": label })),
        "guidelines": "Which digit did the person write? Reject it, and say why, if nobody could tell.",
    })
}

/// A task as it is handed in.
pub(crate) fn submission(digit: &Digit, guesses: &[Guess], callbacks: &str) -> Value {
    let task = digit.task();
    let suggestion = |guess: &Guess| {
        json!({
            "answer": { "label": guess.label.to_string() },
            "confidence": guess.confidence,
            "by": "logistic-regression",
        })
    };
    json!({
        "v": 1,
        "id": task,
        "queue": QUEUE,
        "title": "Which digit is this?",
        "content": { "image": { "url": picture::data_url(digit) } },
        "suggestions": guesses.iter().map(suggestion).collect::<Vec<_>>(),
        "callbacks": [{ "protocol": "webhook", "url": format!("{callbacks}/{task}") }],
    })
}

/// Whether Placet has the task since now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// It took it.
    Admitted,
    /// It had it already.
    Duplicate,
}

/// Where tasks are handed in. Has no `Debug`, for it holds the token.
pub(crate) struct Placet {
    client: Client,
    items: String,
    token: String,
}

impl Placet {
    /// The Placet at this address, such as `http://127.0.0.1:7410`, for the engine with this token.
    pub(crate) fn new(address: &str, token: String) -> Result<Self> {
        let client = Client::builder()
            .timeout(PATIENCE)
            // The token is for the address the person gave, and for no other.
            .redirect(redirect::Policy::none())
            .no_proxy()
            .build()
            .context("no HTTP client can be made")?;
        Ok(Self { client, items: format!("{}/v1/items", address.trim_end_matches('/')), token })
    }

    /// Hands a task in. Handing it in again is safe (Placet takes the same id with the same body once), so
    /// whatever may pass is tried again until it has; it fails only on what will not pass by itself.
    pub(crate) async fn hand_in(
        &self,
        task: &str,
        submission: &Value,
        report: &(dyn Fn(Report) + Send + Sync),
    ) -> Result<Outcome> {
        let mut wait = FIRST_WAIT;
        loop {
            let (reason, asked_for) = match self.post(submission).await {
                Ok(response) if response.status().is_success() => {
                    #[derive(Deserialize)]
                    struct Admitted {
                        outcome: Outcome,
                    }
                    let read = response.json::<Admitted>().await.map_err(reqwest::Error::without_url);
                    match read {
                        Ok(admitted) => return Ok(admitted.outcome),
                        Err(error) => (format!("its answer cannot be read: {error}"), None),
                    }
                }
                Ok(response) if may_pass(response.status()) => {
                    (format!("Placet answers HTTP {}", response.status()), retry_after(&response))
                }
                Ok(response) => bail!("Placet refused {task}: {}", reason(response).await),
                Err(error) => {
                    (format!("Placet is not reached at {}: {}", self.items, innermost(&error)), None)
                }
            };
            // The longer is right: Retry-After is a floor. Jitter only upward, at most 10 %, so that engines
            // that lost the same Placet do not come back in one step.
            let wait_now = wait.max(asked_for.unwrap_or_default()).mul_f64(1.0 + 0.1 * rand::random::<f64>());
            let wait_ms = u64::try_from(wait_now.as_millis()).unwrap_or(u64::MAX);
            report(Report::Retrying { task: task.to_owned(), reason, wait_ms });
            tokio::time::sleep(wait_now).await;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    async fn post(&self, submission: &Value) -> reqwest::Result<Response> {
        self.client.post(&self.items).bearer_auth(&self.token).json(submission).send().await
    }
}

/// Whether the same request may be answered better later.
fn may_pass(status: StatusCode) -> bool {
    status.is_server_error() || [StatusCode::TOO_MANY_REQUESTS, StatusCode::REQUEST_TIMEOUT].contains(&status)
}

/// How long Placet asks to wait, where it says so in seconds (RFC 9110 section 10.2.3).
fn retry_after(response: &Response) -> Option<Duration> {
    let seconds = response.headers().get(RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// What Placet says is wrong (an RFC 9457 problem), and what to do about what happens most.
async fn reason(response: Response) -> String {
    let status = response.status();
    let problem: Value = response.json().await.unwrap_or_default();
    let code = problem["code"].as_str().unwrap_or("no code");
    let detail = problem["detail"].as_str().unwrap_or("no reason given");
    let pointer = problem["pointer"].as_str().map_or_else(String::new, |pointer| format!(" at {pointer}"));
    let advice = match code {
        "submission-conflict" => {
            ". An earlier demo handed it in with another address for its answers, or lost its state file: \
             use the --listen of then, or another ledger (--home)"
        }
        _ => "",
    };
    format!("HTTP {status}, {code}{pointer}: {detail}{advice}")
}

/// The cause that says something: the outer ones say only that a request failed.
fn innermost<'a>(error: &'a (dyn std::error::Error + 'static)) -> &'a (dyn std::error::Error + 'static) {
    error.source().map_or(error, innermost)
}
