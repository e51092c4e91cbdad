use ::http::{HeaderMap, Method};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use placet_review::{Callback, Engine, Outcome, Park};
use proptest::prelude::*;
use rstest::rstest;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use url::Url;

use super::{Veritone, wakeup};
use crate::outline::Outline;
use crate::protocol::fixture::{self, ID, at, decision, delivery, freeze, rejection};
use crate::protocol::{self, Protocol as _, Sending};
use crate::token::TokenSource;
use crate::{Answer, KeyChoice, Keys, Request};

/// As an engine hands it in: percent-encoded in its own way, with parameters that nobody here knows.
const URL: &str = "https://push2.example/callback?x=%2f+{1}&jwt=e.Y.J&engineId=e%2d1&data=%7b%22isCallback%22:true,%22ref%22:1e2%7d&y";

fn engine(settings: Value) -> Engine {
    let allow = ["https://push2.example/callback", "https://api.example/v3/graphql"];
    let mut engine = Engine::new("faces", allow.map(|entry| entry.parse().expect("an entry")).into());
    engine.settings.insert("veritone".into(), settings);
    engine
}

fn asking() -> Engine {
    engine(json!({ "graphql": "https://api.example/v3/graphql", "key": "aiware" }))
}

fn callback(parameters: Value) -> Callback {
    fixture::callback("veritone", parameters)
}

fn task() -> Value {
    json!({ "base": "https://push2.example", "engine_id": "e 1", "tdo_id": "t", "job_id": "j", "task_id": "k" })
}

/// The request of an attempt, with this token.
fn sent(callback: Callback, engine: &Engine, token: Option<&str>) -> Request {
    let frozen = freeze(&Veritone, &decision(), &callback, engine).expect("it can be told");
    let delivery = delivery(callback, &frozen);
    Veritone.prepare(&Sending { delivery: &delivery, engine, token }).expect("it can be sent")
}

fn data(url: &Url) -> Value {
    let data = url.query_pairs().find(|(name, _)| name == "data").expect("data").1;
    serde_json::from_str(&data).expect("JSON")
}

#[rstest]
#[case(json!({}))]
#[case(json!({ "method": "POST", "merged": true }))]
#[case(json!({ "decision": "placet", "graphql": "https://api.example/v3/graphql", "key": "aiware" }))]
fn settings_that_can_be_followed_are_kept(#[case] settings: Value) {
    assert_eq!(Veritone.check_settings(&engine(settings)), Ok(()));
}

#[rstest]
#[case(json!({ "method": "PUT" }), "/method")]
#[case(json!({ "decision": "d", "merged": true }), "/decision")]
#[case(json!({ "decision": "" }), "/decision")]
#[case(json!({ "key": "aiware" }), "/graphql")]
#[case(json!({ "graphql": "https://api.example/v3/graphql" }), "/key")]
#[case(json!({ "graphql": "https://api.example/v3/graphql", "key": "a b" }), "/key")]
#[case(json!({ "graphql": "https://elsewhere.example/", "key": "aiware" }), "/graphql")]
#[case(json!({ "graphql": "ftp://api.example/", "key": "aiware" }), "/graphql")]
#[case(json!({ "token": "hush" }), "")]
fn settings_that_cannot_are_refused_with_their_place(#[case] settings: Value, #[case] pointer: &str) {
    let wrong = Veritone.check_settings(&engine(settings)).expect_err("refused");
    assert_eq!(wrong.pointer, pointer, "{wrong}");
    assert!(!wrong.message.contains("hush"), "{wrong}");
}

#[rstest]
#[case(json!({ "url": URL }))]
#[case(json!({ "url": URL, "data": { "ref": 100.0, "more": 1 } }))]
#[case(json!({ "url": "https://push2.example/callback", "jwt": "e.Y.J" }))]
#[case(json!({ "base": "https://push2.example/callback", "path": "/v2", "engine_id": "e", "jwt": "e.Y.J", "data": "{}" }))]
#[case(task())]
fn a_callback_that_can_be_served_is_accepted(#[case] parameters: Value) {
    assert_eq!(Veritone.check(&callback(parameters), &asking()), Ok(()));
}

#[rstest]
#[case(json!({}), "/url")]
#[case(json!({ "url": "" }), "/url")]
#[case(json!({ "url": "https://PUSH2.example/callback?jwt=hush" }), "/url")]
#[case(json!({ "url": "https://push2.example/callback?jwt=hush&data={\"a\":1}" }), "/url")]
#[case(json!({ "url": "https://push2.example/callback?jwt=hush#x" }), "/url")]
#[case(json!({ "url": "https://push2.example/elsewhere?jwt=hush" }), "/url")]
#[case(json!({ "url": "https://push2.example/callback?jwt=hush&data=7" }), "/url")]
#[case(json!({ "url": "https://push2.example/callback?jwt=hush&jwt=hush" }), "/url")]
#[case(json!({ "url": "https://push2.example/callback?jwt=hush&d%61ta=%7B%7D&data=" }), "/url")]
#[case(json!({ "url": URL, "base": "https://push2.example" }), "/url")]
#[case(json!({ "url": URL, "path": "/callback" }), "/url")]
#[case(json!({ "url": URL, "jwt": "hush" }), "/jwt")]
#[case(json!({ "url": URL, "data": { "ref": 2 } }), "/data")]
#[case(json!({ "url": URL, "data": [1] }), "/data")]
#[case(json!({ "url": URL, "data": { "decision": 1 } }), "/data")]
#[case(json!({ "url": "https://push2.example/callback?engineId=e" }), "/tdo_id")]
#[case(json!({ "url": "https://push2.example/callback" }), "/engine_id")]
#[case(json!({ "base": "https://push2.example", "jwt": "hush" }), "/engine_id")]
#[case(json!({ "base": "https://push2.example/callback?", "engine_id": "e", "jwt": "hush" }), "/base")]
#[case(json!({ "base": "https://push2.example", "path": "callback", "engine_id": "e", "jwt": "hush" }), "/base")]
#[case(json!({ "url": URL, "token": "hush" }), "/token")]
fn a_callback_that_could_not_be_served_is_refused_with_its_place(
    #[case] parameters: Value,
    #[case] pointer: &str,
) {
    let wrong = Veritone.check(&callback(parameters), &asking()).expect_err("refused");
    assert_eq!(wrong.pointer, pointer, "{wrong}");
    assert!(!wrong.message.contains("hush"), "{wrong}");
}

#[test]
fn a_task_without_a_token_needs_somebody_who_gives_one() {
    let wrong = Veritone.check(&callback(task()), &engine(json!({}))).expect_err("nobody");
    assert_eq!(wrong.pointer, "/jwt");
    let merged = engine(json!({ "merged": true }));
    let taken = callback(json!({ "url": URL, "data": { "verdict": 1 } }));
    assert_eq!(Veritone.check(&taken, &merged).expect_err("taken").pointer, "/data");
}

#[test]
fn of_a_url_that_was_handed_in_only_the_state_is_replaced() {
    let request = sent(callback(json!({ "url": URL })), &engine(json!({})), None);
    assert_eq!((&request.method, &request.body[..]), (&Method::GET, &b""[..]));
    let (before, rest) = URL.split_once("%7b").expect("the state");
    let (_, after) = rest.split_once("%7d").expect("the state's end");
    let url = request.url.as_str();
    assert!(url.starts_with(before) && url.ends_with(after), "{url}");
    let state = &url[before.len()..url.len() - after.len()];
    assert!(
        state.starts_with("%7B%22isCallback%22%3Atrue%2C%22ref%22%3A1e2%2C%22decision%22%3A%7B"),
        "{state}"
    );
    let told = json!({ "delivery": ID, "verdict": "correct", "answer": { "label": "A. Turing" }, "note": null,
                       "by": "ada", "at": "2026-12-01T12:00:00.000Z" });
    assert_eq!(data(&request.url), json!({ "isCallback": true, "ref": 1e2, "decision": told }));
}

#[test]
fn the_profile_says_how_it_is_fired_and_where_the_decision_goes() {
    let parameters = json!({ "url": URL, "data": { "more": "+ ü&=" } });
    let request =
        sent(callback(parameters.clone()), &engine(json!({ "method": "POST", "merged": true })), None);
    assert_eq!(request.method, Method::POST);
    let state = data(&request.url);
    assert_eq!(
        (&state["verdict"], &state["more"], &state["isCallback"]),
        (&json!("correct"), &json!("+ ü&="), &json!(true))
    );
    let request = sent(callback(parameters), &engine(json!({ "decision": "placet" })), None);
    assert_eq!(data(&request.url)["placet"]["verdict"], "correct");
}

#[test]
fn a_url_is_built_from_its_parts() {
    let mut parameters = task();
    parameters["data"] = json!({ "isCallback": true });
    let request = sent(callback(parameters), &asking(), Some("e.Y.J"));
    let url = request.url.as_str();
    assert!(
        url.starts_with("https://push2.example/callback?jwt=e.Y.J&engineId=e%201&data=%7B%22isCallback"),
        "{url}"
    );
    let given = json!({ "base": "https://push2.example/", "path": "/a/b", "engine_id": "e", "jwt": "a b" });
    let request = sent(callback(given), &asking(), None);
    assert!(
        request.url.as_str().starts_with("https://push2.example/a/b?jwt=a%20b&engineId=e&data="),
        "{}",
        request.url
    );
}

#[test]
fn an_answer_that_no_url_can_carry_is_refused_before_it_is_recorded() {
    let long = rejection(&"ä".repeat(1_500));
    let wrong =
        freeze(&Veritone, &long, &callback(json!({ "url": URL })), &engine(json!({}))).expect_err("long");
    assert!(wrong.message.contains("shorten"), "{wrong}");
    // Room is left for the token that comes later.
    let note = rejection(&"n".repeat(6_000));
    freeze(&Veritone, &note, &callback(json!({ "url": URL })), &asking()).expect("short enough");
    freeze(&Veritone, &note, &callback(task()), &asking()).expect_err("not with a token");
}

#[test]
fn the_token_is_shown_nowhere() {
    for parameters in
        [json!({ "url": URL }), json!({ "url": "https://push2.example/callback", "jwt": "e.Y.J" })]
    {
        let callback = callback(parameters);
        assert_eq!(Veritone.secrets(&callback), ["e.Y.J"]);
        let target = protocol::target(&callback);
        assert!(
            target.starts_with("https://push2.example/callback") && !target.contains("e.Y.J"),
            "{target}"
        );
        let frozen = freeze(&Veritone, &decision(), &callback, &asking()).expect("it can be told");
        let outline = Outline::of(&delivery(callback, &frozen), &asking()).expect("it can be sent");
        assert!(!format!("{outline:?}").contains("e.Y.J"), "{outline:?}");
    }
    assert_eq!(protocol::target(&callback(task())), "https://push2.example/callback?jwt=...&engineId=...");
    assert_eq!(protocol::target(&callback(json!({ "url": "nonsense?jwt=hush" }))), "veritone");
    assert_eq!(Veritone.origin(&callback(task()), &asking()), "https://push2.example");
}

/// Where the token of a task comes from.
fn source() -> Box<dyn TokenSource> {
    Veritone.token(&delivery(callback(task()), b""), &asking()).expect("it asks for one")
}

#[test]
fn a_token_is_asked_for_by_the_mutation_with_the_profiles_key() {
    use std::os::fd::AsRawFd as _;
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), "aiware=hush-hush\n").expect("written");
    let number = u32::try_from(file.as_raw_fd()).expect("a descriptor");
    let keys = Keys::open(&KeyChoice::Descriptor(number)).expect("read");
    let request = source().request(&keys, at()).expect("the key is there");
    assert_eq!((&request.method, request.url.as_str()), (&Method::POST, "https://api.example/v3/graphql"));
    assert_eq!(request.headers["authorization"], "Bearer hush-hush");
    assert!(request.headers["authorization"].is_sensitive());
    let body: Value = serde_json::from_slice(&request.body).expect("JSON");
    assert!(body["query"].as_str().expect("a text").starts_with("mutation "));
    assert_eq!(body["variables"], json!({ "engineId": "e 1", "tdoId": "t", "jobId": "j", "taskId": "k" }));
}

#[test]
fn tokens_are_kept_apart_by_task_and_not_asked_for_where_one_was_handed_in() {
    let mut other = task();
    other["task_id"] = "l".into();
    let other = Veritone.token(&delivery(callback(other), b""), &asking()).expect("it asks for one");
    assert_ne!(source().subject(), other.subject());
    assert!(Veritone.token(&delivery(callback(json!({ "url": URL })), b""), &asking()).is_none());
}

fn answer(status: u16, body: &str) -> Answer {
    Answer { status, headers: HeaderMap::new(), body: body.to_owned().into() }
}

#[test]
fn a_token_is_read_with_its_end() {
    let ends = (at().as_millis() / 1_000) + 600;
    let jwt = format!("h.{}.s", URL_SAFE_NO_PAD.encode(json!({ "exp": ends }).to_string()));
    for (token, kept_ms) in [(jwt.as_str(), 540_000), ("opaque", 0), ("h.bm8.s", 0)] {
        let body = json!({ "data": { "getEngineJWT": { "token": token } } }).to_string();
        let read = source().read(&answer(200, &body), at()).expect("a token");
        assert_eq!((read.text.expose_secret(), read.until.millis_since(at())), (token, kept_ms));
    }
}

#[rstest]
#[case(
    r#"{ "data": { "getEngineJWT": null }, "errors": [{ "message": "The task is\n not there." }] }"#,
    "The task is not there."
)]
#[case(r#"{ "data": { "getEngineJWT": { "token": "" } } }"#, "none")]
#[case(r#"{ "data": null }"#, "none")]
#[case("<html>", "GraphQL")]
fn a_failure_on_a_200_is_told(#[case] body: &str, #[case] says: &str) {
    let why = source().read(&answer(200, body), at()).expect_err("no token");
    assert!(why.contains(says), "{why}");
}

#[test]
fn what_to_do_about_a_token_that_is_not_accepted_depends_on_who_gave_it() {
    let (engine, delivery) = (asking(), delivery(callback(json!({ "url": URL })), b""));
    for (token, says) in [(None, "new one"), (Some("t"), "API token")] {
        let sending = Sending { delivery: &delivery, engine: &engine, token };
        let judgement = Veritone.judge(&sending, &answer(401, ""), at());
        assert_eq!(judgement.outcome, Outcome::Parked(Park::Auth));
        assert!(judgement.words.contains(says), "{}", judgement.words);
    }
    let sending = Sending { delivery: &delivery, engine: &engine, token: None };
    assert_eq!(Veritone.judge(&sending, &answer(200, ""), at()).outcome, Outcome::Accepted);
}

proptest! {
    /// Another reader of URLs finds the value, and nothing else changed.
    #[test]
    fn a_value_is_put_in_and_nothing_else_changes(before in "[a-z%0-9+=]{0,8}", after in "[a-z0-9&=]{0,8}", value in any::<String>()) {
        let url = format!("https://e.example/c?b{before}&data=old&z{after}");
        let with = wakeup::with(&url, "data", &value);
        let parsed = Url::parse(&with).expect("a URL");
        prop_assert_eq!(parsed.as_str(), &with);
        prop_assert!(with.starts_with(&format!("https://e.example/c?b{before}&data=")), "{}", with);
        prop_assert!(with.ends_with(&format!("&z{after}")), "{}", with);
        let found: Vec<_> = parsed.query_pairs().filter(|(name, _)| name == "data").collect();
        prop_assert_eq!(found.len(), 1);
        prop_assert_eq!(found[0].1.as_ref(), value.as_str());
    }
}
