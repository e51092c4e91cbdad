use placet_review::{Callback, Decision, Engine, Outcome, Park, Verdict};
use rstest::rstest;
use serde_json::{Value, json};

use super::StepFunctions;
use crate::protocol::fixture::{self, ID, at, decision, delivery, freeze, item, rejection};
use crate::protocol::{self, News, Noticed, Protocol as _, Sending};
use crate::{Answer, Request};

const TOKEN: &str = "AQCEAAAAKgAAAAMAAAAAAAAAAZ/hush+token==";
const PLACE: &str = "https://states.eu-central-1.amazonaws.com";

fn callback(parameters: Value) -> Callback {
    let mut callback = fixture::callback("step-functions", json!({ "task_token": TOKEN }));
    callback.parameters.extend(parameters.as_object().expect("an object").clone());
    callback
}

fn engine() -> Engine {
    let mut engine = Engine::new("faces", vec![PLACE.parse().expect("a place")]);
    engine.settings.insert("step-functions".into(), json!({ "region": "eu-central-1" }));
    engine
}

fn sent(decision: &Decision, callback: Callback) -> Request {
    let frozen = freeze(&StepFunctions, decision, &callback, &engine()).expect("it can be sent");
    let (delivery, engine) = (delivery(callback, &frozen), engine());
    let sending = Sending { delivery: &delivery, engine: &engine, token: None };
    StepFunctions.prepare(&sending).expect("a good callback")
}

fn body(request: &Request) -> Value {
    serde_json::from_slice(&request.body).expect("JSON")
}

/// As moto 5.2 and AWS write errors.
fn error(code: &str) -> Answer {
    let body = json!({ "__type": code, "message": "m" }).to_string();
    Answer { status: 400, headers: Default::default(), body: body.into() }
}

#[rstest]
#[case(json!({}))]
#[case(json!({ "endpoint": PLACE, "error": "Refund.Declined" }))]
fn a_callback_that_can_be_served_is_accepted(#[case] parameters: Value) {
    assert_eq!(StepFunctions.check(&callback(parameters), &engine()), Ok(()));
}

#[rstest]
#[case(json!({ "task_token": null }), "/task_token")]
#[case(json!({ "task_token": "" }), "/task_token")]
#[case(json!({ "task_token": "t".repeat(2_049) }), "/task_token")]
#[case(json!({ "task_token": "hush hush" }), "/task_token")]
#[case(json!({ "endpoint": "https://elsewhere.example" }), "/endpoint")]
#[case(json!({ "endpoint": format!("{PLACE}/path") }), "/endpoint")]
#[case(json!({ "error": "" }), "/error")]
#[case(json!({ "error": "e".repeat(257) }), "/error")]
#[case(json!({ "error": "States.Timeout" }), "/error")]
#[case(json!({ "output": "answer" }), "/output")]
fn a_callback_that_could_not_be_served_is_refused(#[case] parameters: Value, #[case] pointer: &str) {
    let wrong = StepFunctions.check(&callback(parameters), &engine()).expect_err("refused");
    assert_eq!(wrong.pointer, pointer, "{wrong}");
    assert!(!wrong.message.contains("hush"), "{wrong}");
}

#[test]
fn a_yes_is_a_success_with_the_whole_decision_as_its_output() {
    let request = sent(&decision(), callback(json!({})));
    assert_eq!((request.method.as_str(), request.url.as_str()), ("POST", &*format!("{PLACE}/")));
    assert_eq!(request.headers["content-type"], "application/x-amz-json-1.0");
    assert_eq!(request.headers["x-amz-target"], "AWSStepFunctions.SendTaskSuccess");
    let said = body(&request);
    assert_eq!(said["taskToken"], TOKEN);
    let output: Value = serde_json::from_str(said["output"].as_str().expect("a text")).expect("JSON");
    let wanted = json!({
        "verdict": "correct", "answer": { "label": "A. Turing" }, "note": null, "by": "ada",
        "at": "2026-12-01T12:00:00.000Z", "id": "task-4711", "queue": "portraits", "delivery": ID,
    });
    assert_eq!(output, wanted);
}

#[test]
fn a_no_is_a_failure_with_the_note_as_its_cause() {
    let request = sent(&rejection("not him"), callback(json!({})));
    assert_eq!(request.headers["x-amz-target"], "AWSStepFunctions.SendTaskFailure");
    let wanted = json!({ "taskToken": TOKEN, "error": "Placet.Rejected", "cause": "not him" });
    assert_eq!(body(&request), wanted);

    let cancelled = Decision { verdict: Verdict::Cancel, note: None, ..rejection("") };
    let said = body(&sent(&cancelled, callback(json!({}))));
    assert_eq!(
        (said["error"].as_str(), said["cause"].as_str()),
        (Some("Placet.Cancelled"), Some("ada said \"cancel\"."))
    );
    let said = body(&sent(&cancelled, callback(json!({ "error": "Refund.Declined" }))));
    assert_eq!(said["error"], "Refund.Declined");
}

#[test]
fn what_aws_would_not_take_is_refused_before_it_is_recorded() {
    let frozen = |decision: &Decision| freeze(&StepFunctions, decision, &callback(json!({})), &engine());
    // Three bytes each in UTF-8.
    let answer = |characters: usize| {
        frozen(&Decision { answer: Some(json!({ "label": "€".repeat(characters) })), ..decision() })
    };
    answer(87_000).expect("261,000 bytes, and what goes with them");
    let wrong = answer(87_382).expect_err("more than 262,144 bytes");
    assert!(wrong.message.contains("262144") && wrong.message.contains("shorten"), "{wrong}");

    frozen(&rejection(&"€".repeat(32_768))).expect("as many characters as a cause may have");
    let wrong = frozen(&rejection(&"€".repeat(32_769))).expect_err("one more");
    assert!(wrong.message.contains("32768") && wrong.message.contains("shorten"), "{wrong}");
}

#[rstest]
#[case("TaskTimedOut", Outcome::Gone, Outcome::Gone)]
#[case("com.amazonaws.states#TaskTimedOut", Outcome::Gone, Outcome::Gone)]
#[case("TaskDoesNotExist", Outcome::Gone, Outcome::Gone)]
#[case("InvalidToken", Outcome::Refused, Outcome::Gone)]
#[case("InvalidOutput", Outcome::Refused, Outcome::Refused)]
#[case("ValidationException", Outcome::Refused, Outcome::Refused)]
#[case("SerializationException", Outcome::Refused, Outcome::Refused)]
#[case("KmsThrottlingException", Outcome::Throttled, Outcome::Throttled)]
#[case("AccessDeniedException", Outcome::Parked(Park::Auth), Outcome::Parked(Park::Auth))]
fn an_error_counts_by_whether_an_earlier_try_may_have_worked(
    #[case] code: &str,
    #[case] clear: Outcome,
    #[case] ambiguous: Outcome,
) {
    let (mut delivery, engine) = (delivery(callback(json!({})), b""), engine());
    for (is_ambiguous, outcome) in [(false, clear), (true, ambiguous)] {
        delivery.standing.ambiguous = is_ambiguous;
        let sending = Sending { delivery: &delivery, engine: &engine, token: None };
        let judgement = StepFunctions.judge(&sending, &error(code), at());
        assert_eq!(judgement.outcome, outcome, "{code}, ambiguous: {is_ambiguous}");
        let name = code.rsplit('#').next().expect("a name");
        assert!(judgement.words.contains(name) && judgement.words.ends_with('.'), "{}", judgement.words);
    }
}

#[test]
fn an_empty_object_says_that_the_answer_was_taken() {
    let (delivery, engine) = (delivery(callback(json!({})), b""), engine());
    let sending = Sending { delivery: &delivery, engine: &engine, token: None };
    let answer = Answer { status: 200, headers: Default::default(), body: "{}".into() };
    assert_eq!(StepFunctions.judge(&sending, &answer, at()).outcome, Outcome::Accepted);
}

#[test]
fn a_sign_of_life_is_a_heartbeat_and_only_a_time_out_ends_the_item() {
    let (item, callback, engine) = (item(), callback(json!({})), engine());
    let taken_up = News::TakenUp("ada".into());
    let about = |news| Noticed { item: &item, callback: &callback, engine: &engine, news };
    let request = StepFunctions.notice(&about(&News::Waits), at()).expect("a heartbeat");
    assert_eq!(request.headers["x-amz-target"], "AWSStepFunctions.SendTaskHeartbeat");
    assert!(!request.headers.contains_key("idempotency-key"), "each heartbeat is one of its own");
    assert_eq!(body(&request), json!({ "taskToken": TOKEN }));
    assert!(StepFunctions.notice(&about(&taken_up), at()).is_none());
    for (code, gone) in [("TaskTimedOut", true), ("InvalidToken", false), ("TaskDoesNotExist", false)] {
        let judgement = StepFunctions.judge_notice(&about(&News::Waits), &error(code), at());
        assert_eq!(judgement.outcome == Outcome::Gone, gone, "{code}");
    }
}

#[test]
fn the_token_is_a_secret_and_no_target_shows_it() {
    assert_eq!(StepFunctions.secrets(&callback(json!({}))), [TOKEN]);
    assert_eq!(protocol::target(&callback(json!({}))), "step-functions");
    let at_a_place = callback(json!({ "endpoint": "http://127.0.0.1:4566" }));
    assert_eq!(protocol::target(&at_a_place), "step-functions at http://127.0.0.1:4566");
    assert_eq!(StepFunctions.origin(&callback(json!({})), &engine()), PLACE);
}
