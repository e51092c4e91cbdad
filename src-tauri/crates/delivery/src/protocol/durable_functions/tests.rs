use placet_review::{Callback, Decision, Engine, Outcome};
use rstest::rstest;
use serde_json::{Value, json};

use super::DurableFunctions;
use crate::protocol::fixture::{self, ID, at, decision, delivery, freeze, item, rejection};
use crate::protocol::{self, News, Noticed, Protocol as _, Sending};
use crate::{Answer, Request};

const CALLBACK: &str = "Ab+hush/9w==";
const PLACE: &str = "https://lambda.eu-central-1.amazonaws.com";

fn callback(parameters: Value) -> Callback {
    let mut callback = fixture::callback("durable-functions", json!({ "callback_id": CALLBACK }));
    callback.parameters.extend(parameters.as_object().expect("an object").clone());
    callback
}

fn engine() -> Engine {
    let place = format!("{PLACE}/2025-12-01/durable-execution-callbacks");
    let mut engine = Engine::new("faces", vec![place.parse().expect("a place")]);
    engine.settings.insert("durable-functions".into(), json!({ "region": "eu-central-1" }));
    engine
}

fn sent(decision: &Decision) -> Request {
    let callback = callback(json!({}));
    let frozen = freeze(&DurableFunctions, decision, &callback, &engine()).expect("it can be sent");
    let (delivery, engine) = (delivery(callback, &frozen), engine());
    let sending = Sending { delivery: &delivery, engine: &engine, token: None };
    DurableFunctions.prepare(&sending).expect("a good callback")
}

fn url(operation: &str) -> String {
    format!("{PLACE}/2025-12-01/durable-execution-callbacks/Ab%2Bhush%2F9w%3D%3D/{operation}")
}

fn error(status: u16, code: &str) -> Answer {
    let error_type = ("x-amzn-errortype".parse().expect("a name"), code.parse().expect("a value"));
    let body = json!({ "Type": "User", "Message": "m" }).to_string();
    Answer { status, headers: [error_type].into_iter().collect(), body: body.into() }
}

#[test]
fn a_callback_that_can_be_served_is_accepted() {
    for parameters in [json!({}), json!({ "endpoint": PLACE, "error": "States.Any" })] {
        assert_eq!(DurableFunctions.check(&callback(parameters), &engine()), Ok(()));
    }
}

#[rstest]
#[case(json!({ "callback_id": null }), "/callback_id")]
#[case(json!({ "callback_id": "" }), "/callback_id")]
#[case(json!({ "callback_id": "==" }), "/callback_id")]
#[case(json!({ "callback_id": "hush===" }), "/callback_id")]
#[case(json!({ "callback_id": "hush=a" }), "/callback_id")]
#[case(json!({ "callback_id": "hush/../a" }), "/callback_id")]
#[case(json!({ "callback_id": "a".repeat(1_025) }), "/callback_id")]
#[case(json!({ "endpoint": "https://elsewhere.example" }), "/endpoint")]
#[case(json!({ "error": 7 }), "/error")]
#[case(json!({ "task_token": "t" }), "/task_token")]
fn a_callback_that_could_not_be_served_is_refused(#[case] parameters: Value, #[case] pointer: &str) {
    let wrong = DurableFunctions.check(&callback(parameters), &engine()).expect_err("refused");
    assert_eq!(wrong.pointer, pointer, "{wrong}");
    assert!(!wrong.message.contains("hush"), "{wrong}");
}

#[test]
fn a_yes_is_the_result_itself() {
    let request = sent(&decision());
    assert_eq!((request.method.as_str(), request.url.as_str()), ("POST", &*url("succeed")));
    assert_eq!(request.headers["content-type"], "application/octet-stream");
    let result: Value = serde_json::from_slice(&request.body).expect("JSON");
    assert_eq!((&result["answer"], &result["delivery"]), (&json!({ "label": "A. Turing" }), &json!(ID)));
}

#[test]
fn a_no_is_an_error_with_the_decision_as_its_data() {
    let request = sent(&rejection("not him"));
    assert_eq!(request.url.as_str(), url("fail"));
    assert_eq!(request.headers["content-type"], "application/json");
    let error: Value = serde_json::from_slice(&request.body).expect("JSON");
    assert_eq!((&error["ErrorType"], &error["ErrorMessage"]), (&json!("Placet.Rejected"), &json!("not him")));
    let data: Value = serde_json::from_str(error["ErrorData"].as_str().expect("a text")).expect("JSON");
    assert_eq!((&data["verdict"], &data["id"]), (&json!("reject"), &json!("task-4711")));
}

#[test]
fn what_is_too_long_is_refused_before_it_is_recorded() {
    let long = Decision { answer: Some(json!({ "label": "a".repeat(1_048_576) })), ..decision() };
    for decision in [long, rejection(&"a".repeat(1_048_576))] {
        let wrong =
            freeze(&DurableFunctions, &decision, &callback(json!({})), &engine()).expect_err("too long");
        assert!(wrong.message.contains("1048576") && wrong.message.contains("shorten"), "{wrong}");
    }
}

#[rstest]
#[case(404, "ResourceNotFoundException", Outcome::Gone, false)]
#[case(400, "CallbackTimeoutException", Outcome::Gone, true)]
#[case(400, "InvalidParameterValueException", Outcome::Refused, false)]
#[case(429, "TooManyRequestsException", Outcome::Throttled, false)]
#[case(500, "ServiceException", Outcome::Ambiguous, false)]
#[case(502, "KMSDisabledException", Outcome::Failed, false)]
#[case(404, "", Outcome::NotFound, false)]
fn an_answer_means(#[case] status: u16, #[case] code: &str, #[case] outcome: Outcome, #[case] ends: bool) {
    let (item, delivery, engine) = (item(), delivery(callback(json!({})), b""), engine());
    let sending = Sending { delivery: &delivery, engine: &engine, token: None };
    let answer = error(status, code);
    assert_eq!(DurableFunctions.judge(&sending, &answer, at()).outcome, outcome);
    let about = Noticed { item: &item, callback: &delivery.callback, engine: &engine, news: &News::Waits };
    let noticed = DurableFunctions.judge_notice(&about, &answer, at());
    assert_eq!(noticed.outcome == Outcome::Gone, ends, "whether a sign of life ends the item");
}

#[test]
fn a_sign_of_life_has_no_body() {
    let (item, callback, engine) = (item(), callback(json!({})), engine());
    let taken_up = News::TakenUp("ada".into());
    let about = |news| Noticed { item: &item, callback: &callback, engine: &engine, news };
    let request = DurableFunctions.notice(&about(&News::Waits), at()).expect("a heartbeat");
    assert_eq!((request.method.as_str(), request.url.as_str()), ("POST", &*url("heartbeat")));
    assert!(request.body.is_empty() && !request.headers.contains_key("idempotency-key"));
    assert!(DurableFunctions.notice(&about(&taken_up), at()).is_none());
}

#[test]
fn the_id_is_a_secret_and_no_target_shows_it() {
    assert_eq!(DurableFunctions.secrets(&callback(json!({}))), [CALLBACK]);
    assert_eq!(protocol::target(&callback(json!({}))), "durable-functions");
    assert_eq!(DurableFunctions.origin(&callback(json!({})), &engine()), PLACE);
}
