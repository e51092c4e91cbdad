//! `airflow`: a task of Apache Airflow, from 3.1 on, that waits for a person
//! (<https://airflow.apache.org/docs/apache-airflow/stable/tutorial/hitl.html>).
//!
//! Parameters: `url`, where Airflow's interface lies; `dag_id`, `dag_run_id`, `task_id` and `map_index` of the task;
//! `options`, `multiple` and `params`, as Airflow tells of the task (Approve and Reject, one of them, and none, if absent);
//! and `approve` and `reject`, the options that say yes and no, where they are not called Approve and Reject.
//!
//! What is chosen: the labels of the answer, if it has some; else, for a yes, `approve`, or Approve, or the first option; for
//! a no, `reject`, or Reject. The task's parameters are what the answer's arguments say, the rest as Airflow has it.
//!
//! Settings: `user` and `key`, the name of its password in the key store, with which a token is asked for at
//! `{url}/auth/token`. Where tokens come from elsewhere, the engine's profile signs instead.

mod form;
mod token;

use ::http::header::{ACCEPT, AUTHORIZATION};
use ::http::{HeaderMap, HeaderValue, Method};
use placet_review::{Callback, Delivery, Engine, Judgement, Outcome, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::Url;

use self::form::Form;
use self::token::Login;
use super::message::Message;
use super::{Decided, Probed, Protocol, Sending, Wrong, address, by_status};
use crate::token::TokenSource;
use crate::{Answer, Request};

const NAME: &str = "airflow";

/// What a task is called that waits: the second until 3.2
/// (<https://airflow.apache.org/docs/apache-airflow/stable/tutorial/hitl.html>).
const WAITING: [&str; 2] = ["awaiting_input", "deferred"];
/// What it is called when nothing will come of it any more.
const OVER: [&str; 5] = ["success", "failed", "skipped", "upstream_failed", "removed"];

/// The protocol `airflow`.
pub(super) struct Airflow;

/// The engine's settings.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    user: String,
    key: String,
}

/// What is sent.
#[derive(Deserialize, Serialize)]
struct Chosen {
    chosen_options: Vec<String>,
    params_input: Map<String, Value>,
}

/// What Airflow tells of a question.
#[derive(Deserialize)]
struct Detail {
    response_received: bool,
    #[serde(default)]
    chosen_options: Option<Vec<String>>,
    #[serde(default)]
    params_input: Map<String, Value>,
    #[serde(default)]
    responded_by_user: Option<User>,
    #[serde(default)]
    responded_at: Option<String>,
    task_instance: Task,
}

#[derive(Deserialize)]
struct User {
    id: String,
    name: String,
}

#[derive(Deserialize)]
struct Task {
    state: Option<String>,
    end_date: Option<String>,
}

impl Protocol for Airflow {
    fn name(&self) -> &'static str {
        NAME
    }

    fn check_settings(&self, engine: &Engine) -> Result<(), Wrong> {
        let Some(settings) = settings(engine)? else { return Ok(()) };
        if settings.user.is_empty() {
            return Err(address::wrong("user", "name the user who answers"));
        }
        if !placet_review::is_key_name(&settings.key) {
            return Err(address::wrong("key", placet_review::KEY_NAME_RULE));
        }
        Ok(())
    }

    fn check(&self, callback: &Callback, engine: &Engine) -> Result<(), Wrong> {
        let known =
            [&["url", "dag_id", "dag_run_id", "task_id", "map_index"][..], &form::PARAMETERS].concat();
        address::known(NAME, callback, &known)?;
        Form::of(callback)?;
        address::allowed("url", &question(callback)?, engine)?;
        match settings(engine)? {
            Some(_) => address::allowed("url", &token::address(&base(callback)?), engine),
            None => Ok(()),
        }
    }

    fn target(&self, callback: &Callback) -> String {
        question(callback).map_or_else(|_| NAME.to_owned(), Into::into)
    }

    fn address(&self, callback: &Callback, _engine: &Engine) -> Result<Url, Wrong> {
        base(callback)
    }

    fn freeze(&self, decided: &Decided<'_>) -> Result<Vec<u8>, Wrong> {
        let form = Form::of(decided.callback)?;
        let chosen = Chosen { chosen_options: form.options(decided)?, params_input: form.input(decided)? };
        let body =
            serde_json::to_vec(&chosen).expect("texts and JSON that was parsed can be written as JSON");
        Ok(Message::json(&Method::PATCH, question(decided.callback)?, body).frozen())
    }

    fn token(&self, delivery: &Delivery, engine: &Engine) -> Option<Box<dyn TokenSource>> {
        let Settings { user, key } = settings(engine).ok()??;
        Some(Box::new(Login { base: base(&delivery.callback).ok()?, user, key }))
    }

    fn prepare(&self, attempt: &Sending<'_>) -> Result<Request, Wrong> {
        let mut request = Message::read(&attempt.delivery.body)?.request(attempt.delivery.id)?;
        bear(&mut request, attempt.token);
        Ok(request)
    }

    fn judge(&self, _attempt: &Sending<'_>, answer: &Answer, now: Timestamp) -> Judgement {
        let judgement = by_status(answer, now);
        match answer.status {
            403 => Judgement {
                words: "Airflow does not let this user answer the task (HTTP 403): it may want another role, or the task \
                        is assigned to others. Name one of them in the engine's settings, or have the user allowed, then \
                        try again."
                    .to_owned(),
                ..judgement
            },
            _ => judgement,
        }
    }

    /// Airflow also records answers to tasks that are over.
    fn doubts(&self, judgement: &Judgement) -> bool {
        matches!(judgement.outcome, Outcome::Accepted | Outcome::AlreadyDone)
    }

    fn look(&self, attempt: &Sending<'_>) -> Option<Request> {
        let accept = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("application/json"))]);
        let mut request = Request {
            method: Method::GET,
            url: question(&attempt.delivery.callback).ok()?,
            headers: accept,
            body: bytes::Bytes::new(),
            secrets: Vec::new(),
        };
        bear(&mut request, attempt.token);
        Some(request)
    }

    fn judge_look(&self, attempt: &Sending<'_>, answer: &Answer) -> Probed {
        self.judge_probe(attempt, answer)
    }

    fn probe(&self, attempt: &Sending<'_>) -> Option<Request> {
        self.look(attempt)
    }

    fn judge_probe(&self, attempt: &Sending<'_>, answer: &Answer) -> Probed {
        let detail = serde_json::from_slice(&answer.body).ok().filter(|_| answer.status == 200);
        let ours = Message::read(&attempt.delivery.body).ok();
        let ours = ours.and_then(|message| serde_json::from_slice(&message.body).ok());
        match (detail, ours) {
            (Some(detail), Some(ours)) => standing(&detail, &ours, settings(attempt.engine).ok().flatten()),
            _ => Probed::Unclear,
        }
    }
}

/// How a question stands, beside what we would have chosen, as whom.
fn standing(detail: &Detail, ours: &Chosen, settings: Option<Settings>) -> Probed {
    let Detail { response_received, responded_by_user, responded_at, task_instance, .. } = detail;
    let state = task_instance.state.as_deref().unwrap_or_default();
    if !response_received {
        return match state {
            state if WAITING.contains(&state) => Probed::Waits,
            state if OVER.contains(&state) => Probed::Closed(format!(
                "The task is over (\"{state}\") and was not answered. If the question still stands, clear the task in \
                 Airflow, so that it asks again."
            )),
            _ => Probed::Unclear,
        };
    }
    let by = responded_by_user.as_ref();
    let is_our_user =
        by.is_some_and(|by| settings.is_none_or(|settings| [&by.id, &by.name].contains(&&settings.user)));
    // Another yes may have set the task's parameters otherwise.
    let is_our_answer = detail.chosen_options.as_ref() == Some(&ours.chosen_options)
        && detail.params_input == ours.params_input;
    if !is_our_user || !is_our_answer {
        // Nobody's name: the time was up, and Airflow took the default.
        let who = by.map_or("its own default, when the time was up", |_| "another answer");
        return Probed::Closed(format!("The task goes by {who}. Look at it in Airflow."));
    }
    let moment = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<Timestamp>().ok());
    if let (Some(ended), Some(answered)) = (moment(&task_instance.end_date), moment(responded_at))
        && ended < answered
    {
        return Probed::Closed(format!(
            "Airflow recorded the answer, but the task was over by then (\"{state}\"). If the question still stands, clear \
             the task in Airflow, so that it asks again."
        ));
    }
    Probed::Has("Airflow has recorded this answer, and the task goes on by it.".to_owned())
}

fn settings(engine: &Engine) -> Result<Option<Settings>, Wrong> {
    let settings = engine.settings.get(NAME).map(Settings::deserialize).transpose();
    settings.map_err(|error| Wrong::at("", placet_review::without_values(&error.to_string())))
}

fn base(callback: &Callback) -> Result<Url, Wrong> {
    let url = address::of(callback, "url")?;
    address::base(url.as_str()).map_err(|message| address::wrong("url", message))
}

/// Where the question is, and its answer goes
/// (<https://airflow.apache.org/docs/apache-airflow/stable/stable-rest-api-ref.html>, Task Instance, HITL detail).
fn question(callback: &Callback) -> Result<Url, Wrong> {
    let part = |name| address::needed_part(callback, name);
    let index = match callback.parameters.get("map_index") {
        None => -1,
        Some(index) => index.as_i64().filter(|index| *index >= -1).ok_or_else(|| {
            address::wrong(
                "map_index",
                "give the number of the mapped task, or -1 for one that is not mapped",
            )
        })?,
    };
    let (dag, run, task) = (part("dag_id")?, part("dag_run_id")?, part("task_id")?);
    let index = index.to_string();
    let names = ["api", "v2", "dags", dag, "dagRuns", run, "taskInstances", task, &index, "hitlDetails"];
    Ok(address::under(&base(callback)?, &names))
}

/// Shows the token, if there is one that makes a header.
fn bear(request: &mut Request, token: Option<&str>) {
    if let Some(Ok(mut value)) = token.map(|token| HeaderValue::from_str(&format!("Bearer {token}"))) {
        value.set_sensitive(true);
        request.headers.insert(AUTHORIZATION, value);
    }
}

#[cfg(test)]
mod tests;
