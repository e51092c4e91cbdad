use ::http::HeaderMap;
use placet_review::{Callback, Delivery, Engine, Outcome};
use rstest::rstest;
use serde_json::{Value, json};

use super::GoogleWorkflows;
use crate::Answer;
use crate::protocol::fixture::{self, ID, at, decision, freeze};
use crate::protocol::{Probed, Protocol as _, Sending};

const EXECUTION: &str =
    "https://workflowexecutions.googleapis.com/v1/projects/p/locations/eu/workflows/w/executions/e";

fn engine() -> Engine {
    let allow = vec!["https://workflowexecutions.googleapis.com/v1/projects/p".parse().expect("an entry")];
    let mut engine = Engine::new("faces", allow);
    engine.settings.insert("google-workflows".into(), json!({ "ask_for_state": true }));
    engine
}

fn callback(parameters: Value) -> Callback {
    let mut callback =
        fixture::callback("google-workflows", json!({ "url": format!("{EXECUTION}/callbacks/c") }));
    callback.parameters.extend(parameters.as_object().expect("an object").clone());
    callback
}

fn delivery(parameters: Value) -> Delivery {
    let callback = callback(parameters);
    let frozen = freeze(&GoogleWorkflows, &decision(), &callback, &engine()).expect("it can be told");
    fixture::delivery(callback, &frozen)
}

fn answer(status: u16, body: &str) -> Answer {
    Answer { status, headers: HeaderMap::new(), body: body.to_owned().into() }
}

#[rstest]
#[case(json!({}))]
#[case(json!({ "method": "GET", "timeout": 60, "data": [1] }))]
#[case(json!({ "content_type": "application/json; charset=utf-8" }))]
fn an_endpoint_that_can_be_called_is_accepted(#[case] parameters: Value) {
    assert_eq!(GoogleWorkflows.check(&callback(parameters), &engine()), Ok(()));
}

#[rstest]
#[case(json!({ "url": "https://elsewhere.example/callbacks/c" }), "/url")]
#[case(json!({ "method": "TRACE" }), "/method")]
#[case(json!({ "method": "post" }), "/method")]
#[case(json!({ "content_type": "json" }), "/content_type")]
#[case(json!({ "content_type": "a/b\nx: y" }), "/content_type")]
#[case(json!({ "timeout": 0 }), "/timeout")]
#[case(json!({ "timeout": 31_536_001 }), "/timeout")]
#[case(json!({ "timeout": "1h" }), "/timeout")]
#[case(json!({ "body": 1 }), "/body")]
fn an_endpoint_that_could_not_is_refused_with_its_place(#[case] parameters: Value, #[case] pointer: &str) {
    assert_eq!(
        GoogleWorkflows.check(&callback(parameters), &engine()).expect_err("refused").pointer,
        pointer
    );
}

#[test]
fn settings_are_known_or_refused() {
    let mut engine = engine();
    assert_eq!(GoogleWorkflows.check_settings(&engine), Ok(()));
    engine.settings.insert("google-workflows".into(), json!({ "ask": "s3cret" }));
    let wrong = GoogleWorkflows.check_settings(&engine).expect_err("unknown");
    assert!(wrong.message.contains("ask") && !wrong.message.contains("s3cret"), "{wrong}");
}

#[test]
fn the_workflow_waits_for_half_a_day_unless_it_says_otherwise() {
    let until = |parameters| GoogleWorkflows.waits_until(&callback(parameters), &engine(), at());
    assert_eq!(until(json!({})), Some(at().plus_millis(43_200_000)));
    assert_eq!(until(json!({ "timeout": 60 })), Some(at().plus_millis(60_000)));
}

#[rstest]
#[case("POST")]
#[case("PUT")]
#[case("PATCH")]
fn the_answer_is_the_body(#[case] method: &str) {
    let delivery = delivery(json!({ "method": method, "data": { "ref": 7 } }));
    let request = GoogleWorkflows
        .prepare(&Sending { delivery: &delivery, engine: &engine(), token: None })
        .expect("well-formed");
    assert_eq!(
        (request.method.as_str(), request.url.as_str()),
        (method, &*format!("{EXECUTION}/callbacks/c"))
    );
    assert_eq!(request.headers["content-type"], "application/json");
    let body: Value = serde_json::from_slice(&request.body).expect("JSON");
    let expected = json!({
        "id": ID, "verdict": "correct", "answer": { "label": "A. Turing" }, "note": null, "by": "ada",
        "at": "2026-12-01T12:00:00.000Z", "task": "task-4711", "data": { "ref": 7 },
    });
    assert_eq!(body, expected);
}

#[rstest]
#[case("GET")]
#[case("HEAD")]
#[case("DELETE")]
#[case("OPTIONS")]
fn without_a_body_it_is_in_the_query(#[case] method: &str) {
    let delivery = delivery(json!({ "method": method, "url": format!("{EXECUTION}/callbacks/c?own=1") }));
    let request = GoogleWorkflows
        .prepare(&Sending { delivery: &delivery, engine: &engine(), token: None })
        .expect("well-formed");
    assert_eq!(request.method.as_str(), method);
    assert!(request.body.is_empty() && !request.headers.contains_key("content-type"));
    let pairs: std::collections::BTreeMap<_, _> = request.url.query_pairs().into_owned().collect();
    assert_eq!(pairs["own"], "1");
    assert_eq!(pairs["verdict"], "correct");
    assert_eq!(pairs["answer"], r#"{"label":"A. Turing"}"#);
    assert!(!pairs.contains_key("note"), "what is not there is left out");
}

#[rstest]
#[case(200, false, Outcome::Accepted)]
#[case(429, false, Outcome::Throttled)]
#[case(429, true, Outcome::AlreadyDone)]
#[case(404, false, Outcome::Gone)]
#[case(404, true, Outcome::Gone)]
#[case(401, false, Outcome::Parked(placet_review::Park::Auth))]
#[case(503, false, Outcome::Failed)]
fn what_google_answers_is_read_as_its_guide_says(
    #[case] status: u16,
    #[case] ambiguous: bool,
    #[case] outcome: Outcome,
) {
    let mut delivery = delivery(json!({}));
    delivery.standing.ambiguous = ambiguous;
    let attempt = Sending { delivery: &delivery, engine: &engine(), token: None };
    assert_eq!(GoogleWorkflows.judge(&attempt, &answer(status, ""), at()).outcome, outcome);
}

#[test]
fn an_endpoint_that_is_gone_is_looked_into_where_the_profile_lets_it() {
    let delivery = delivery(json!({}));
    let (allowed, not_allowed) = (engine(), Engine::new("faces", engine().allow));
    let request = GoogleWorkflows.probe(&Sending { delivery: &delivery, engine: &allowed, token: None });
    let request = request.expect("it may");
    assert_eq!((request.method.as_str(), request.url.as_str()), ("GET", EXECUTION));
    assert!(
        GoogleWorkflows.probe(&Sending { delivery: &delivery, engine: &not_allowed, token: None }).is_none()
    );
}

#[rstest]
#[case(200, json!({ "state": "SUCCEEDED", "result": format!("{{\"id\":\"{ID}\"}}") }), "has")]
#[case(200, json!({ "state": "SUCCEEDED", "result": "{}" }), "unclear")]
#[case(200, json!({ "state": "CANCELLED" }), "closed")]
#[case(200, json!({ "state": "FAILED" }), "unclear")]
#[case(200, json!({ "state": "ACTIVE" }), "unclear")]
#[case(200, json!("nonsense"), "unclear")]
#[case(403, json!({ "state": "CANCELLED" }), "unclear")]
fn only_what_can_be_seen_is_claimed(#[case] status: u16, #[case] body: Value, #[case] expected: &str) {
    let delivery = delivery(json!({}));
    let attempt = Sending { delivery: &delivery, engine: &engine(), token: None };
    let said = match GoogleWorkflows.judge_probe(&attempt, &answer(status, &body.to_string())) {
        Probed::Has(_) => "has",
        Probed::Closed(_) => "closed",
        Probed::Waits => "waits",
        Probed::Unclear => "unclear",
    };
    assert_eq!(said, expected, "{body}");
}
