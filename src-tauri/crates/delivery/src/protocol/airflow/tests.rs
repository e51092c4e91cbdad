use std::os::fd::AsRawFd as _;

use ::http::{HeaderMap, Method};
use placet_review::{Callback, Decision, Delivery, Engine, Outcome, Park, Verdict};
use rstest::rstest;
use serde_json::{Value, json};

use super::Airflow;
use crate::protocol::fixture::{self, at, decision, freeze, rejection};
use crate::protocol::{Probed, Protocol as _, Sending};
use crate::{Answer, KeyChoice, Keys};

const QUESTION: &str = "http://127.0.0.1:8080/api/v2/dags/faces/dagRuns/manual__2026-11-26T02%3A00%3A17.4%2B00%3A00\
                        /taskInstances/choose/-1/hitlDetails";

fn engine() -> Engine {
    let mut engine = Engine::new("faces", vec!["http://127.0.0.1:8080/".parse().expect("an entry")]);
    engine.settings.insert("airflow".into(), json!({ "user": "alice", "key": "airflow-alice" }));
    engine
}

fn callback(parameters: Value) -> Callback {
    let all = json!({
        "url": "http://127.0.0.1:8080", "dag_id": "faces", "dag_run_id": "manual__2026-11-26T02:00:17.4+00:00",
        "task_id": "choose",
    });
    let mut callback = fixture::callback("airflow", all);
    callback.parameters.extend(parameters.as_object().expect("an object").clone());
    callback
}

fn people() -> Value {
    json!({ "options": ["A. Turing", "G. Hopper", "nobody"], "reject": "nobody" })
}

fn ratio() -> Value {
    let schema = json!({ "type": "integer", "minimum": 1, "maximum": 10 });
    json!({ "params": {
        "ratio": { "value": 5, "description": null, "schema": schema, "source": "task" },
        "why": { "schema": { "type": ["string", "null"] } },
    } })
}

fn decided(verdict: Verdict, answer: Value) -> Decision {
    Decision { verdict, answer: Some(answer).filter(|answer| !answer.is_null()), ..decision() }
}

fn delivery(parameters: Value, decision: &Decision) -> Delivery {
    let callback = callback(parameters);
    let frozen = freeze(&Airflow, decision, &callback, &engine()).expect("it can be told");
    fixture::delivery(callback, &frozen)
}

fn answer(status: u16, body: &Value) -> Answer {
    Answer { status, headers: HeaderMap::new(), body: body.to_string().into() }
}

#[rstest]
#[case(json!({}))]
#[case(json!({ "map_index": 3, "multiple": true }))]
#[case(people())]
#[case(ratio())]
fn a_task_that_can_be_answered_is_accepted(#[case] parameters: Value) {
    assert_eq!(Airflow.check(&callback(parameters), &engine()), Ok(()));
}

#[rstest]
#[case(json!({ "url": "http://127.0.0.1:8081" }), "/url")]
#[case(json!({ "dag_id": null }), "/dag_id")]
#[case(json!({ "dag_run_id": ".." }), "/dag_run_id")]
#[case(json!({ "task_id": 7 }), "/task_id")]
#[case(json!({ "map_index": -2 }), "/map_index")]
#[case(json!({ "map_index": "0" }), "/map_index")]
#[case(json!({ "options": [] }), "/options")]
#[case(json!({ "options": [1] }), "/options")]
#[case(json!({ "multiple": "yes" }), "/multiple")]
#[case(json!({ "approve": "Yes" }), "/approve")]
#[case(json!({ "reject": "No" }), "/reject")]
#[case(json!({ "params": [] }), "/params")]
#[case(json!({ "params": { "a/b": 5 } }), "/params/a~1b")]
#[case(json!({ "params": { "a": { "schema": { "type": "whole" } } } }), "/params/a")]
#[case(json!({ "defaults": [] }), "/defaults")]
fn a_task_that_could_not_is_refused_with_its_place(#[case] parameters: Value, #[case] pointer: &str) {
    assert_eq!(Airflow.check(&callback(parameters), &engine()).expect_err("refused").pointer, pointer);
}

#[rstest]
#[case(json!({ "user": "", "key": "k" }), "/user")]
#[case(json!({ "user": "alice", "key": "whsec_abc" }), "/key")]
#[case(json!({ "user": "alice" }), "")]
#[case(json!({ "user": "alice", "key": "k", "password": "hush" }), "")]
fn settings_name_a_user_and_a_key(#[case] settings: Value, #[case] pointer: &str) {
    let mut engine = engine();
    assert_eq!(Airflow.check_settings(&engine), Ok(()));
    engine.settings.insert("airflow".into(), settings);
    let wrong = Airflow.check_settings(&engine).expect_err("refused");
    assert_eq!(wrong.pointer, pointer);
    assert!(!wrong.message.contains("hush"), "{wrong}");
}

#[test]
fn the_password_goes_only_where_the_profile_allows() {
    let mut engine =
        Engine { allow: vec!["http://127.0.0.1:8080/api".parse().expect("an entry")], ..engine() };
    assert_eq!(Airflow.check(&callback(json!({})), &engine).expect_err("no tokens there").pointer, "/url");
    engine.settings.clear();
    assert_eq!(Airflow.check(&callback(json!({})), &engine), Ok(()));
}

#[test]
fn the_answer_goes_to_the_task_with_the_token() {
    let delivery = delivery(json!({}), &decided(Verdict::Approve, Value::Null));
    let attempt = Sending { delivery: &delivery, engine: &engine(), token: Some("opaque") };
    let request = Airflow.prepare(&attempt).expect("well-formed");
    assert_eq!((&request.method, request.url.as_str()), (&Method::PATCH, QUESTION));
    let body: Value = serde_json::from_slice(&request.body).expect("JSON");
    assert_eq!(body, json!({ "chosen_options": ["Approve"], "params_input": {} }));
    let probe = Airflow.probe(&attempt).expect("it can be asked");
    assert_eq!((&probe.method, probe.url.as_str()), (&Method::GET, QUESTION));
    for request in [request, probe] {
        assert_eq!(request.headers["authorization"], "Bearer opaque");
        assert!(request.headers["authorization"].is_sensitive());
    }
}

#[rstest]
#[case(json!({}), decided(Verdict::Approve, Value::Null), &["Approve"])]
#[case(json!({}), rejection("No."), &["Reject"])]
#[case(json!({ "options": ["go", "stop"], "approve": "stop", "reject": "go" }), decided(Verdict::Approve, Value::Null), &["stop"])]
#[case(json!({ "options": ["go", "stop"], "reject": "stop" }), rejection("No."), &["stop"])]
#[case(json!({ "options": ["OK"] }), decided(Verdict::Respond, json!({ "response": "Hm." })), &["OK"])]
#[case(json!({ "options": ["reject", "approve"] }), decided(Verdict::Approve, Value::Null), &["approve"])]
#[case(people(), decision(), &["A. Turing"])]
#[case(people(), decided(Verdict::Cancel, Value::Null), &["nobody"])]
#[case(
    json!({ "options": ["eu", "us", "asia"], "multiple": true }),
    decided(Verdict::Approve, json!({ "labels": ["us", "asia"] })),
    &["us", "asia"]
)]
fn the_option_follows_from_the_decision(
    #[case] parameters: Value,
    #[case] decision: Decision,
    #[case] expected: &[&str],
) {
    let frozen = freeze(&Airflow, &decision, &callback(parameters), &engine()).expect("it can be told");
    let body = frozen.split(|byte| *byte == b'\n').nth(1).expect("a body");
    let body: Value = serde_json::from_slice(body).expect("JSON");
    assert_eq!(body["chosen_options"], json!(expected));
}

#[rstest]
#[case(json!({ "options": ["OK"] }), rejection("No."), "")]
#[case(json!({}), decision(), "/answer")]
#[case(json!({ "options": ["a"] }), decided(Verdict::Approve, json!({ "labels": [] })), "/answer")]
#[case(json!({ "options": ["a", "b"] }), decided(Verdict::Approve, json!({ "labels": ["a", "b"] })), "/answer")]
fn what_airflow_would_refuse_is_not_recorded(
    #[case] parameters: Value,
    #[case] decision: Decision,
    #[case] pointer: &str,
) {
    let wrong = freeze(&Airflow, &decision, &callback(parameters), &engine()).expect_err("refused");
    assert_eq!(wrong.pointer, pointer, "{wrong}");
}

#[rstest]
#[case(ratio(), decided(Verdict::Correct, json!({ "arguments": { "ratio": 7, "why": "so" } })), json!({ "ratio": 7, "why": "so" }))]
#[case(ratio(), decided(Verdict::Approve, json!({ "arguments": { "why": null } })), json!({ "ratio": 5, "why": null }))]
#[case(ratio(), decided(Verdict::Approve, Value::Null), json!({}))]
#[case(ratio(), rejection("No."), json!({}))]
#[case(json!({}), decided(Verdict::Approve, json!({ "arguments": { "of": "the tool" } })), json!({}))]
fn parameters_are_set_all_or_none(
    #[case] parameters: Value,
    #[case] decision: Decision,
    #[case] expected: Value,
) {
    let frozen = freeze(&Airflow, &decision, &callback(parameters), &engine()).expect("it can be told");
    let body = frozen.split(|byte| *byte == b'\n').nth(1).expect("a body");
    let body: Value = serde_json::from_slice(body).expect("JSON");
    assert_eq!(body["params_input"], expected);
}

#[rstest]
#[case(ratio(), json!({ "ratio": 7, "why": "so", "what/else": 1 }), "/answer/arguments/what~1else")]
#[case(ratio(), json!({ "ratio": 11, "why": "so" }), "/answer/arguments/ratio")]
#[case(ratio(), json!({ "ratio": 7 }), "/answer/arguments/why")]
#[case(ratio(), json!("7"), "/answer/arguments")]
#[case(json!({}), json!({ "ratio": 7 }), "/answer/arguments")]
fn parameters_that_would_fail_the_task_are_not_recorded(
    #[case] parameters: Value,
    #[case] arguments: Value,
    #[case] pointer: &str,
) {
    let decision = decided(Verdict::Correct, json!({ "arguments": arguments }));
    let wrong = freeze(&Airflow, &decision, &callback(parameters), &engine()).expect_err("refused");
    assert_eq!(wrong.pointer, pointer, "{wrong}");
}

#[rstest]
#[case(200, json!({}), Outcome::Accepted, true)]
#[case(409, json!({ "detail": "Human-in-the-loop detail has already been updated" }), Outcome::AlreadyDone, true)]
#[case(400, json!({ "detail": "Invalid options" }), Outcome::Refused, false)]
#[case(422, json!({ "detail": [] }), Outcome::Refused, false)]
#[case(401, json!({ "detail": "Token Expired" }), Outcome::Parked(Park::Auth), false)]
#[case(403, json!({ "detail": "alice is not a respondent for the task" }), Outcome::Parked(Park::Auth), false)]
#[case(404, json!({ "detail": "no HITL detail" }), Outcome::NotFound, false)]
fn what_airflow_answers_is_read_as_it_means_it(
    #[case] status: u16,
    #[case] body: Value,
    #[case] outcome: Outcome,
    #[case] doubted: bool,
) {
    let delivery = delivery(json!({}), &decided(Verdict::Approve, Value::Null));
    let attempt = Sending { delivery: &delivery, engine: &engine(), token: None };
    let judgement = Airflow.judge(&attempt, &answer(status, &body), at());
    assert_eq!(judgement.outcome, outcome, "{}", judgement.words);
    assert_eq!(Airflow.doubts(&judgement), doubted);
}

/// What Airflow tells of a question: whether it was answered, what was chosen, by whom, and its task's state and end.
fn detail(chosen: &Value, by: Option<&str>, state: &str, ended: Option<&str>) -> Value {
    let answered = !chosen.is_null();
    json!({
        "response_received": answered,
        "chosen_options": chosen,
        "params_input": {},
        "responded_by_user": by.map(|name| json!({ "id": name, "name": name })),
        "responded_at": answered.then_some("2026-11-26T02:01:11.129820Z"),
        "task_instance": { "state": state, "end_date": ended },
    })
}

/// The same with parameters that the answer set.
fn with_comment(mut detail: Value) -> Value {
    detail["params_input"] = json!({ "comment": "Go." });
    detail
}

const BEFORE: Option<&str> = Some("2026-11-26T02:01:10.000001Z");
const AFTER: Option<&str> = Some("2026-11-26T02:01:14.5Z");

#[rstest]
#[case(200, detail(&Value::Null, None, "awaiting_input", None), "waits")]
#[case(200, detail(&Value::Null, None, "deferred", None), "waits")]
#[case(200, detail(&Value::Null, None, "running", None), "unclear")]
#[case(200, detail(&Value::Null, None, "failed", BEFORE), "closed")]
#[case(200, detail(&Value::Null, None, "removed", None), "closed")]
#[case(200, detail(&json!(["Approve"]), Some("alice"), "scheduled", None), "has")]
#[case(200, detail(&json!(["Approve"]), Some("alice"), "success", AFTER), "has")]
#[case(200, detail(&json!(["Approve"]), Some("alice"), "failed", BEFORE), "closed")]
#[case(200, detail(&json!(["Approve"]), Some("bob"), "success", AFTER), "closed")]
#[case(200, with_comment(detail(&json!(["Approve"]), Some("alice"), "success", AFTER)), "closed")]
#[case(200, detail(&json!(["Reject"]), Some("alice"), "success", AFTER), "closed")]
#[case(200, detail(&json!(["Approve"]), None, "success", AFTER), "closed")]
#[case(401, json!({ "detail": "Not authenticated" }), "unclear")]
#[case(404, json!({ "detail": "not found" }), "unclear")]
#[case(200, json!("nonsense"), "unclear")]
fn the_task_says_by_which_answer_it_goes(#[case] status: u16, #[case] body: Value, #[case] expected: &str) {
    let delivery = delivery(json!({}), &decided(Verdict::Approve, Value::Null));
    let attempt = Sending { delivery: &delivery, engine: &engine(), token: None };
    let probed = Airflow.judge_probe(&attempt, &answer(status, &body));
    assert_eq!(Airflow.judge_look(&attempt, &answer(status, &body)), probed);
    let said = match probed {
        Probed::Has(_) => "has",
        Probed::Closed(_) => "closed",
        Probed::Waits => "waits",
        Probed::Unclear => "unclear",
    };
    assert_eq!(said, expected, "{body}");
}

#[test]
fn a_token_is_asked_for_with_the_password_and_used_for_a_day() {
    let delivery = delivery(json!({}), &decided(Verdict::Approve, Value::Null));
    let source = Airflow.token(&delivery, &engine()).expect("there is a user");
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), "airflow-alice=hush \"hush\n").expect("written");
    let number = u32::try_from(file.as_raw_fd()).expect("a descriptor");
    let keys = Keys::open(&KeyChoice::Descriptor(number)).expect("read");
    let request = source.request(&keys, at()).expect("the password is there");
    assert_eq!((&request.method, request.url.as_str()), (&Method::POST, "http://127.0.0.1:8080/auth/token"));
    let body: Value = serde_json::from_slice(&request.body).expect("JSON");
    assert_eq!(body, json!({ "username": "alice", "password": "hush \"hush" }));

    let token = source.read(&answer(201, &json!({ "access_token": "opaque" })), at()).expect("a token");
    assert_eq!(token.until, at().plus_millis(23 * 3_600_000));
    let wrong = source.read(&answer(200, &json!({ "token": "opaque" })), at()).expect_err("no token");
    assert!(!wrong.contains("opaque"), "{wrong}");

    let mut nobody = engine();
    nobody.settings.clear();
    assert!(Airflow.token(&delivery, &nobody).is_none());
}
