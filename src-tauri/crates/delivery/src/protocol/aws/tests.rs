use ::http::HeaderMap;
use placet_review::{Engine, Outcome, Park};
use rstest::rstest;
use serde_json::{Value, json};

use super::{Service, code, judge};
use crate::Answer;
use crate::protocol::fixture::{self, at};

const SERVICE: Service = Service { protocol: "step-functions", host: "states" };

fn answer(status: u16, error_type: Option<&str>, body: &str) -> Answer {
    let header = error_type.map(|value| ("x-amzn-errortype".parse().expect("a name"), value));
    let header = header.map(|(name, value)| (name, value.parse().expect("a value")));
    Answer { status, headers: HeaderMap::from_iter(header), body: body.to_owned().into() }
}

fn engine(settings: Value) -> Engine {
    let mut engine = Engine::new("faces", vec![]);
    engine.settings.insert("step-functions".into(), settings);
    engine
}

#[rstest]
#[case(None, r#"{"__type":"TaskTimedOut","message":"over"}"#)]
#[case(None, r#"{"__type":"com.amazonaws.states#TaskTimedOut","message":"over"}"#)]
#[case(None, r#"{"code":"aws.states#TaskTimedOut:http://internal.amazon.com/coral/x/"}"#)]
#[case(Some("TaskTimedOut:http://internal.amazon.com/coral/com.amazonaws.states/"), "")]
#[case(Some("com.amazonaws.states#TaskTimedOut"), r#"{"__type":"Other"}"#)]
#[case(
    None,
    "<ErrorResponse><Error><Code>TaskTimedOut</Code><Message>over</Message></Error></ErrorResponse>"
)]
fn an_errors_name_is_found_wherever_it_stands(#[case] header: Option<&str>, #[case] body: &str) {
    assert_eq!(code(&answer(400, header, body)).as_deref(), Some("TaskTimedOut"));
}

#[rstest]
#[case(400, "")]
#[case(500, "<!doctype html><html><p>Internal Server Error</p></html>")]
#[case(400, r#"{"__type":7}"#)]
#[case(400, r#"{"__type":"say <b>this</b>"}"#)]
#[case(200, r#"{"__type":"TaskTimedOut"}"#)]
fn what_names_no_error_has_none(#[case] status: u16, #[case] body: &str) {
    assert_eq!(code(&answer(status, None, body)), None);
}

/// All of them come as HTTP 400 or 403, and say by their name alone what to do.
#[rstest]
#[case("ThrottlingException", Outcome::Throttled, "again")]
#[case("KmsThrottlingException", Outcome::Throttled, "again")]
#[case("SignatureDoesNotMatch", Outcome::Parked(Park::Auth), "secret key")]
#[case("InvalidSignatureException", Outcome::Parked(Park::Auth), "clock")]
#[case("UnrecognizedClientException", Outcome::Parked(Park::Auth), "access key")]
#[case("InvalidClientTokenId", Outcome::Parked(Park::Auth), "access key")]
#[case("ExpiredTokenException", Outcome::Parked(Park::Auth), "new ones")]
#[case("MissingAuthenticationTokenException", Outcome::Parked(Park::Auth), "profile sign")]
#[case("AccessDeniedException", Outcome::Parked(Park::Auth), "Allow it states:SendTaskSuccess")]
#[case("KmsAccessDeniedException", Outcome::Parked(Park::Auth), "policy")]
#[case("KMSDisabledException", Outcome::Failed, "Enable")]
#[case("SomethingNew", Outcome::Refused, "then try again")]
fn an_error_says_what_to_do(#[case] code: &str, #[case] outcome: Outcome, #[case] advice: &str) {
    let json = format!(r#"{{"__type":"{code}","message":"m"}}"#);
    let xml = format!("<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code></Error></ErrorResponse>");
    for body in [json, xml] {
        let judgement = judge(&answer(400, None, &body), at(), "states:SendTaskSuccess");
        assert_eq!(judgement.outcome, outcome, "{code}");
        assert!(judgement.words.contains(advice) && judgement.words.contains(code), "{}", judgement.words);
    }
}

#[test]
fn how_long_to_wait_is_kept() {
    let mut throttled = answer(429, Some("TooManyRequestsException"), "{}");
    throttled.headers.insert("retry-after", "7".parse().expect("a value"));
    let judgement = judge(&throttled, at(), "");
    assert_eq!((judgement.outcome, judgement.retry_after_ms), (Outcome::Throttled, Some(7_000)));
}

#[rstest]
#[case(json!({}), json!({ "region": "eu-central-1" }), "https://states.eu-central-1.amazonaws.com/")]
#[case(json!({}), json!({ "region": "cn-north-1" }), "https://states.cn-north-1.amazonaws.com.cn/")]
#[case(json!({}), json!({ "region": "eu-central-1", "endpoint": "http://127.0.0.1:8083" }), "http://127.0.0.1:8083/")]
#[case(json!({ "endpoint": "https://other.example" }), json!({ "region": "eu-central-1" }), "https://other.example/")]
fn the_nearest_place_counts(#[case] parameters: Value, #[case] settings: Value, #[case] place: &str) {
    let engine = engine(settings);
    assert_eq!(SERVICE.check_settings(&engine), Ok(()));
    let callback = fixture::callback("step-functions", parameters);
    assert_eq!(SERVICE.endpoint(&callback, &engine).expect("a place").as_str(), place);
}

#[test]
fn the_region_that_the_profile_signs_for_will_do() {
    let mut engine = Engine::new("faces", vec![]);
    let aws = json!({ "region": "eu-west-1", "service": "states", "key": "aws" });
    engine.signing.aws = Some(serde_json::from_value(aws).expect("it is well-formed"));
    let place = SERVICE.endpoint(&fixture::callback("step-functions", json!({})), &engine);
    assert_eq!(place.expect("a place").as_str(), "https://states.eu-west-1.amazonaws.com/");
}

#[rstest]
#[case(json!({ "region": "EU" }), "/region")]
#[case(json!({ "region": "evil.example/eu-1" }), "/region")]
#[case(json!({ "endpoint": "https://e.example/path" }), "/endpoint")]
#[case(json!({ "endpoint": "ftp://e.example" }), "/endpoint")]
#[case(json!({ "zone": "eu-central-1" }), "")]
#[case(json!("eu-central-1"), "")]
fn settings_that_name_no_place_are_refused(#[case] settings: Value, #[case] pointer: &str) {
    assert_eq!(SERVICE.check_settings(&engine(settings)).expect_err("refused").pointer, pointer);
}

#[test]
fn without_a_place_the_sentence_says_where_to_name_one() {
    let callback = fixture::callback("step-functions", json!({}));
    let wrong = SERVICE.endpoint(&callback, &Engine::new("faces", vec![])).expect_err("nowhere");
    assert!(wrong.message.contains("\"region\"") && wrong.message.contains("\"faces\""), "{wrong}");
}
