use ::http::Method;
use placet_review::{
    Callback, Decision, DecisionId, Delivery, DeliveryId, Engine, Item, ItemId, ItemState, JwtAlgorithm,
    JwtPlace, JwtSigning, NewItem, Signing, Standing, Timestamp, Verdict,
};
use rstest::rstest;
use serde_json::{Value, json};

use super::Webhook;
use crate::protocol::{self, Protocol as _};

const ID: &str = "01976f2e-7c3b-7000-8000-000000000001";

fn callback(parameters: Value) -> Callback {
    let mut all = json!({ "protocol": "webhook", "url": "https://e.example/call/7" });
    let object = all.as_object_mut().expect("an object");
    object.extend(parameters.as_object().expect("an object").clone());
    serde_json::from_value(all).expect("a callback")
}

fn engine() -> Engine {
    Engine {
        signing: Signing {
            standard_webhooks: None,
            jwt: Some(JwtSigning {
                key: "faces".into(),
                algorithm: JwtAlgorithm::EdDSA,
                kid: None,
                audience: None,
                place: JwtPlace::Query("token".into()),
            }),
        },
        ..Engine::new("faces", vec!["https://e.example/call".parse().expect("a place")])
    }
}

fn at() -> Timestamp {
    "2026-12-01T12:00:00Z".parse().expect("a moment")
}

fn decision() -> Decision {
    Decision {
        id: DecisionId(ID.parse().expect("an id")),
        item: ItemId(7),
        verdict: Verdict::Correct,
        answer: Some(json!({ "label": "A. Turing" })),
        note: None,
        by: "ada".into(),
        at: at(),
        shown: "sha256:00".into(),
    }
}

fn item() -> Item {
    let asked = NewItem {
        engine: "faces".into(),
        task: "task-4711".into(),
        queue: "portraits".into(),
        title: "Who is this?".into(),
        content: json!({ "secret": "of the item" }),
        suggestions: vec![],
        priority: 0,
        deadline: None,
        heartbeat_seconds: None,
        callbacks: vec![],
        metadata: json!({ "run": 3 }).as_object().expect("an object").clone(),
        submission_digest: "sha256:00".into(),
    };
    Item { id: ItemId(7), asked, state: ItemState::Leased, admitted_at: at(), flagged: false }
}

fn delivery(callback: Callback, body: &[u8]) -> Delivery {
    Delivery {
        id: ID.parse::<DeliveryId>().expect("an id"),
        decision: decision().id,
        item: ItemId(7),
        engine: "faces".into(),
        task: "task-4711".into(),
        origin: "https://e.example".into(),
        callback,
        body: body.to_vec(),
        standing: Standing::held_until(at()),
        fence: 1,
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
    assert_eq!(protocol::names(), ["webhook"]);
}

#[test]
fn the_body_says_what_was_decided_and_hands_the_engines_data_back() {
    let callback = callback(json!({ "data": { "myExternalJobRef": "xyz" } }));
    let id = ID.parse().expect("an id");
    let body: Value =
        serde_json::from_slice(&Webhook.freeze(id, &decision(), &item(), &callback)).expect("JSON");
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
    let first = Webhook.prepare(&delivery).expect("a good callback");
    let second = Webhook.prepare(&delivery).expect("a good callback");
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
    let wrong = Webhook.prepare(&delivery(callback(json!({ "url": "ftp://e.example" })), b"")).err();
    assert_eq!(wrong.expect("no ftp").pointer, "/url");
}

#[test]
fn an_engine_that_names_an_address_for_it_is_given_signs_of_life() {
    let asks = callback(json!({ "heartbeat_url": "https://e.example/call/7/alive" }));
    let request = Webhook.heartbeat(&item(), &asks, at()).expect("it asks");
    assert_eq!((&request.method, request.url.as_str()), (&Method::POST, "https://e.example/call/7/alive"));
    let said: Value = serde_json::from_slice(&request.body).expect("JSON");
    let wanted = json!({ "type": "item.waiting", "timestamp": "2026-12-01T12:00:00.000Z", "engine": "faces",
                         "id": "task-4711", "item": 7, "queue": "portraits" });
    assert_eq!(said, wanted);
    assert!(Webhook.heartbeat(&item(), &callback(json!({})), at()).is_none());
}

#[test]
fn an_origin_is_scheme_host_and_port() {
    for (url, origin) in [
        ("https://e.example/call?x=1", "https://e.example"),
        ("https://E.example:443/", "https://e.example"),
        ("http://127.0.0.1:8080/a", "http://127.0.0.1:8080"),
    ] {
        assert_eq!(Webhook.origin(&callback(json!({ "url": url }))), origin);
    }
    assert_eq!(Webhook.origin(&callback(json!({ "url": null }))), "webhook");
}
