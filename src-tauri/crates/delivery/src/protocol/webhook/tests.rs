use ::http::Method;
use placet_review::{Callback, Engine, JwtAlgorithm, JwtPlace, JwtSigning, Signing};
use rstest::rstest;
use serde_json::{Value, json};

use super::Webhook;
use crate::protocol::fixture::{self, ID, at, decision, delivery, freeze, item};
use crate::protocol::{self, News, Noticed, Protocol as _, Sending};

fn callback(parameters: Value) -> Callback {
    let mut callback = fixture::callback("webhook", json!({ "url": "https://e.example/call/7" }));
    callback.parameters.extend(parameters.as_object().expect("an object").clone());
    callback
}

fn engine() -> Engine {
    Engine {
        signing: Signing {
            jwt: Some(JwtSigning {
                key: "faces".into(),
                algorithm: JwtAlgorithm::EdDSA,
                kid: None,
                audience: None,
                place: JwtPlace::Query("token".into()),
                published: vec![],
            }),
            ..Signing::default()
        },
        ..Engine::new("faces", vec!["https://e.example/call".parse().expect("a place")])
    }
}

#[rstest]
#[case(json!({}))]
#[case(json!({ "method": "PUT", "data": [1, { "any": null }] }))]
#[case(json!({ "url": "https://e.example/call?ref=7" }))]
#[case(json!({ "heartbeat_url": "https://e.example/call/7/alive" }))]
fn a_callback_that_can_be_served_is_accepted(#[case] parameters: Value) {
    assert_eq!(Webhook.check(&callback(parameters), &engine()), Ok(()));
}

#[rstest]
#[case(json!({ "url": null }), "/url")]
#[case(json!({ "url": 7 }), "/url")]
#[case(json!({ "heartbeat_url": null }), "/heartbeat_url")]
#[case(json!({ "heartbeat_url": "https://elsewhere.example/alive" }), "/heartbeat_url")]
#[case(json!({ "url": "call/7" }), "/url")]
#[case(json!({ "url": "ftp://e.example/call" }), "/url")]
#[case(json!({ "url": "https://user:hush@e.example/call" }), "/url")]
#[case(json!({ "url": "https://e.example/elsewhere" }), "/url")]
#[case(json!({ "url": "https://e.example/call?token=mine" }), "/url")]
#[case(json!({ "url": format!("https://e.example/call/{}", "7".repeat(8_000)) }), "/url")]
#[case(json!({ "method": "GET" }), "/method")]
#[case(json!({ "method": null }), "/method")]
#[case(json!({ "method": "post" }), "/method")]
#[case(json!({ "headers": {} }), "/headers")]
#[case(json!({ "a/b~c": 1 }), "/a~1b~0c")]
fn a_callback_that_could_not_be_served_is_refused_with_its_place(
    #[case] parameters: Value,
    #[case] pointer: &str,
) {
    let wrong = Webhook.check(&callback(parameters), &engine()).expect_err("refused");
    assert_eq!(wrong.pointer, pointer, "{wrong}");
    assert!(!wrong.message.is_empty() && !wrong.message.contains("hush"), "{wrong}");
}

#[rstest]
#[case("https://e.example/call/7", "https://e.example/call/7")]
#[case("https://e.example/call?token=hush&ref=7#hush", "https://e.example/call?token=...&ref=...")]
#[case("https://user:hush@e.example/call", "webhook")]
#[case("nonsense", "webhook")]
fn the_target_shows_no_secret(#[case] url: &str, #[case] target: &str) {
    assert_eq!(protocol::target(&callback(json!({ "url": url }))), target);
}

#[test]
fn an_unknown_protocol_is_its_own_target() {
    let pigeon = Callback { protocol: "pigeon".into(), ..callback(json!({})) };
    assert_eq!(protocol::target(&pigeon), "pigeon");
    assert!(protocol::named("pigeon").is_none());
    assert_eq!(
        protocol::names(),
        [
            "airflow",
            "callback-step",
            "durable-functions",
            "google-workflows",
            "http",
            "langgraph",
            "restate",
            "step-functions",
            "veritone",
            "voicebase",
            "webhook"
        ]
    );
}

#[test]
fn the_body_says_what_was_decided_and_hands_the_engines_data_back() {
    let callback = callback(json!({ "data": { "myExternalJobRef": "xyz" } }));
    let frozen = freeze(&Webhook, &decision(), &callback, &engine()).expect("it can be told");
    let body: Value = serde_json::from_slice(&frozen).expect("JSON");
    let expected = json!({
        "type": "item.decided",
        "timestamp": "2026-12-01T12:00:00.000Z",
        "delivery": ID,
        "engine": "faces",
        "id": "task-4711",
        "item": 7,
        "queue": "portraits",
        "decision": {
            "id": ID,
            "verdict": "correct",
            "answer": { "label": "A. Turing" },
            "note": null,
            "by": "ada",
            "at": "2026-12-01T12:00:00.000Z",
        },
        "data": { "myExternalJobRef": "xyz" },
        "metadata": { "run": 3 },
    });
    assert_eq!(body, expected);
}

#[test]
fn every_attempt_sends_the_frozen_bytes_under_the_same_id() {
    let delivery = delivery(callback(json!({ "method": "PATCH" })), b"frozen \xff bytes");
    let engine = engine();
    let attempt = Sending { delivery: &delivery, engine: &engine, token: None };
    let first = Webhook.prepare(&attempt).expect("a good callback");
    let second = Webhook.prepare(&attempt).expect("a good callback");
    assert_eq!(first.method, Method::PATCH);
    assert_eq!(first.url.as_str(), "https://e.example/call/7");
    assert_eq!(&first.body[..], b"frozen \xff bytes");
    for name in ["webhook-id", "idempotency-key"] {
        assert_eq!(first.headers[name], ID);
    }
    assert_eq!(first.headers["content-type"], "application/json");
    assert_eq!((first.headers, first.body), (second.headers, second.body));
}

#[test]
fn a_callback_that_went_bad_is_not_prepared() {
    let delivery = delivery(callback(json!({ "url": "ftp://e.example" })), b"");
    let wrong = Webhook.prepare(&Sending { delivery: &delivery, engine: &engine(), token: None }).err();
    assert_eq!(wrong.expect("no ftp").pointer, "/url");
}

#[test]
fn an_engine_that_names_an_address_for_it_is_given_signs_of_life() {
    let asks = callback(json!({ "heartbeat_url": "https://e.example/call/7/alive" }));
    let (item, engine) = (item(), engine());
    let notice =
        |callback, news| Webhook.notice(&Noticed { item: &item, callback, engine: &engine, news }, at());
    let request = notice(&asks, &News::Waits).expect("it asks");
    assert_eq!((&request.method, request.url.as_str()), (&Method::POST, "https://e.example/call/7/alive"));
    let said: Value = serde_json::from_slice(&request.body).expect("JSON");
    let wanted = json!({ "type": "item.waiting", "timestamp": "2026-12-01T12:00:00.000Z", "engine": "faces",
                         "id": "task-4711", "item": 7, "queue": "portraits" });
    assert_eq!(said, wanted);
    let does_not_ask = callback(json!({}));
    assert!(notice(&does_not_ask, &News::Waits).is_none());
    assert!(notice(&asks, &News::TakenUp("ada".into())).is_none(), "it asks for nothing else");
}

#[test]
fn an_origin_is_scheme_host_and_port() {
    for (url, origin) in [
        ("https://e.example/call?x=1", "https://e.example"),
        ("https://E.example:443/", "https://e.example"),
        ("http://127.0.0.1:8080/a", "http://127.0.0.1:8080"),
    ] {
        assert_eq!(Webhook.origin(&callback(json!({ "url": url })), &engine()), origin);
    }
    assert_eq!(Webhook.origin(&callback(json!({ "url": null })), &engine()), "webhook");
}
