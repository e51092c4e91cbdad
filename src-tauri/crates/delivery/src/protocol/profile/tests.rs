mod presets;

use ::http::HeaderMap;
use placet_review::{Callback, Delivery, Engine, Outcome};
use rstest::rstest;
use serde_json::{Value, json};

use super::Http;
use crate::Answer;
use crate::protocol::fixture::{self, ID, at, decision, freeze, rejection};
use crate::protocol::{News, Noticed, Probed, Protocol as _, Sending};

/// A profile that uses all there is.
fn settings() -> Value {
    json!({
        "parameters": {
            "base": { "required": true, "url": true },
            "task": { "required": true, "secret": true },
            "hint": {},
        },
        "request": {
            "method": "{{ 'DELETE' if decision.no else 'PUT' }}",
            "url": "{{ callback.base }}/tasks/{{ callback.task }}",
            "query": { "by": "{{ decision.by }}", "note": "{{ decision.note }}" },
            "headers": { "X-Title": "{{ item.title }}", "x-hint": "{{ callback.hint | default(none) }}" },
            "body": { "json": { "answer": "{{ decision.answer }}", "run": "{{ item.metadata.run }}", "id": "{{ delivery }}" } },
        },
        "answers": [
            { "status": 200, "pointer": "/status", "equals": "ABORT", "means": "already_done" },
            { "status": 500, "contains": "no such task", "means": "gone", "words": "The task is gone. Ask again." },
            { "status": 500, "means": "dead" },
            { "status": [418, "5xx"], "means": "retry" },
        ],
        "probe": {
            "request": { "url": "{{ callback.base }}/tasks/{{ callback.task }}/state" },
            "answers": [
                { "status": 200, "pointer": "/answer", "equals": "{{ decision.answer }}", "means": "has" },
                { "status": 200, "pointer": "/ended", "equals": true, "means": "closed" },
                { "status": 200, "means": "waits" },
            ],
        },
        "heartbeat": {
            "request": { "url": "{{ callback.base }}/beat", "body": { "text": { "content_type": "text/plain", "template": "{{ item.id }} {{ now }}" } } },
            "answers": [{ "contains": "gone", "means": "gone" }],
        },
        "example": { "metadata": { "run": 1 }, "callback": { "hint": "soon" } },
    })
}

/// The settings with this in place of what stands at the pointer.
fn with(pointer: &str, value: Value) -> Value {
    let mut settings = settings();
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
    settings.pointer_mut(parent).expect("it is there")[name] = value;
    settings
}

fn engine_with(settings: Value) -> Engine {
    let mut engine = Engine::new("faces", vec!["https://e.example/api".parse().expect("an entry")]);
    engine.settings.insert("http".into(), settings);
    engine
}

fn engine() -> Engine {
    engine_with(settings())
}

fn callback(parameters: Value) -> Callback {
    let mut callback = fixture::callback("http", json!({ "base": "https://e.example/api", "task": "a/b ü" }));
    callback.parameters.extend(parameters.as_object().expect("an object").clone());
    callback
}

fn delivery(engine: &Engine) -> Delivery {
    let frozen = freeze(&Http, &decision(), &callback(json!({})), engine).expect("it can be told");
    fixture::delivery(callback(json!({})), &frozen)
}

fn answer(status: u16, body: &str) -> Answer {
    Answer { status, headers: HeaderMap::new(), body: body.to_owned().into() }
}

#[test]
fn a_profile_that_works_is_taken() {
    assert_eq!(Http.check_settings(&engine()), Ok(()));
    assert_eq!(Http.check(&callback(json!({})), &engine()), Ok(()));
    assert_eq!(Http.check(&callback(json!({ "hint": 7 })), &engine()), Ok(()));
    assert_eq!(Http.check_settings(&Engine::new("other", vec![])), Ok(()), "nothing asks for one");
}

#[rstest]
#[case("/base", json!("https://e.example/api/"), "/base", "slash")]
#[case("/base", json!("https://e.example/a/../api"), "/base", "spelling")]
#[case("/base", json!("e.example"), "/base", "no URL")]
#[case("/request/urls", json!("x"), "/request/urls", "unknown field")]
#[case("/request/body", json!({ "yaml": {} }), "/request/body", "json")]
#[case("/answers/0/means", json!("s3cret"), "/answers/0/means", "already_done")]
#[case("/answers/0/status", json!(99), "/answers/0/status", "4xx")]
#[case("/answers/0/pointer", json!("status"), "/answers/0/pointer", "JSON pointer")]
#[case("/probe/answers/2/status", Value::Null, "/probe/answers/2", "every answer")]
#[case("/parameters/protocol", json!({}), "/parameters/protocol", "another name")]
#[case("/request/url", json!("{{ callback.base }}\n{{ callback.task "), "/request/url", "line 2, column")]
#[case("/request/url", json!("{{ callback.base }}/{{ callback.tusk }}"), "/request/url", "`callback.tusk` is undefined")]
#[case("/request/url", json!("{{ callback.base }}/a/../b"), "/request/url", "another spelling")]
#[case("/request/url", json!("https://other.example/"), "/request/url", "allow-list")]
#[case("/request/method", json!("TRACE"), "/request/method", "none of GET")]
#[case("/request/headers/content-length", json!("1"), "/request/headers/content-length", "itself")]
#[case("/request/headers/a b", json!("1"), "/request/headers/a b", "no header's name")]
#[case("/request/headers/authorization", json!("Bearer s3cret"), "/request/headers/authorization", "signing")]
#[case("/request/headers/x", json!("a\nb"), "/request/headers/x", "second line")]
#[case("/request/query/note", json!("is {{ decision.note }}"), "/request/query/note", "verdict approve")]
#[case("/request/body/json/answer", json!(["{{ decision.answer.label }}"]), "/request/body/json/answer/0", "verdict reject")]
#[case("/request/headers/x-hint", json!("{{ callback.hint }}"), "/request/headers/x-hint", "`callback.hint` is undefined")]
#[case("/probe/request/url", json!("{{ callback.base }}/{{ now }}"), "/probe/request/url", "`now` is undefined")]
#[case("/probe/request/method", json!("POST"), "/probe/request/method", "unknown field")]
#[case("/probe/answers/0/contains", json!("{{ decision.note or '' }}"), "/probe/answers/0/contains", "empty")]
#[case("/heartbeat/request/url", json!("{{ decision.by }}"), "/heartbeat/request/url", "`decision` is undefined")]
#[case("/example/callback/task", json!({}), "/request/url", "tojson")]
#[case("/example/callback/task", json!(""), "/request/url", "empty")]
#[case("/example/callback/base", json!("https://other.example/"), "/example/callback/base", "allow-list")]
#[case("/example/callback/other", json!(1), "/example/callback/other", "only base, hint, task")]
fn one_that_does_not_is_refused_with_its_place(
    #[case] place: &str,
    #[case] value: Value,
    #[case] pointer: &str,
    #[case] words: &str,
) {
    let wrong = Http.check_settings(&engine_with(with(place, value))).expect_err("refused");
    assert_eq!(wrong.pointer, pointer, "{wrong}");
    assert!(wrong.message.contains(words) && !wrong.message.contains("s3cret"), "{wrong}");
}

#[rstest]
#[case(json!({ "base": 1 }), "/base", "string")]
#[case(json!({ "base": "https://other.example/api" }), "/base", "allow-list")]
#[case(json!({ "base": "https://e.example/api/../other" }), "/base", "spelling")]
#[case(json!({ "base": "https://e.example/api?sig=ü" }), "/base", "spelling")]
#[case(json!({ "tusk": 1 }), "/tusk", "only base, hint, task")]
#[case(json!({ "task": ".." }), "", "spelling")]
#[case(json!({ "task": { "s3cret": 1 } }), "", "request/url")]
#[case(json!({ "hint": "a\nb" }), "", "request/headers/x-hint")]
fn a_callback_that_could_never_be_called_is_refused(
    #[case] parameters: Value,
    #[case] pointer: &str,
    #[case] words: &str,
) {
    let wrong = Http.check(&callback(parameters), &engine()).expect_err("refused");
    assert_eq!(wrong.pointer, pointer, "{wrong}");
    assert!(wrong.message.contains(words) && !wrong.message.contains("s3cret"), "{wrong}");
}

#[test]
fn what_is_asked_for_is_there() {
    let mut callback = callback(json!({}));
    callback.parameters.remove("task");
    assert_eq!(Http.check(&callback, &engine()).expect_err("missing").pointer, "/task");
    let wrong = Http.check(&callback, &Engine::new("faces", vec![])).expect_err("no profile");
    assert!(wrong.pointer == "/protocol" && wrong.message.contains("settings.http"), "{wrong}");
}

#[test]
fn a_port_that_goes_without_saying_may_be_said() {
    let callback = callback(json!({ "base": "https://e.example:443/api" }));
    assert_eq!(Http.check(&callback, &engine()), Ok(()));
    assert_eq!(Http.origin(&callback, &engine()), "https://e.example");
}

#[test]
fn the_whole_request_is_frozen() {
    let engine = engine();
    let delivery = delivery(&engine);
    let request =
        Http.prepare(&Sending { delivery: &delivery, engine: &engine, token: None }).expect("well-formed");
    assert_eq!(request.method, "PUT");
    assert_eq!(
        request.url.as_str(),
        "https://e.example/api/tasks/a%2Fb%20%C3%BC?by=ada",
        "a null is left out"
    );
    assert_eq!(request.headers["x-title"], "Who is this?");
    assert!(!request.headers.contains_key("x-hint"));
    assert_eq!(request.headers["idempotency-key"], ID);
    let body: Value = serde_json::from_slice(&request.body).expect("JSON");
    assert_eq!(body, json!({ "answer": { "label": "A. Turing" }, "run": 3, "id": ID }));
    for secret in ["a/b ü", "a%2Fb%20%C3%BC"] {
        assert!(request.secrets.iter().any(|hidden| hidden == secret), "{secret}");
    }
    assert_eq!(Http.target(&delivery.callback), "http (base, task)");
}

#[test]
fn where_the_interface_begins_can_be_said_once() {
    let mut settings = with("/request/url", "{{ base }}/tasks/{{ callback.task }}".into());
    settings["base"] = "https://e.example/api/v1".into();
    assert_eq!(Http.check_settings(&engine_with(settings.clone())), Ok(()));
    let engine = engine_with(settings);
    let delivery = delivery(&engine);
    let request =
        Http.prepare(&Sending { delivery: &delivery, engine: &engine, token: None }).expect("well-formed");
    assert_eq!(request.url.path(), "/api/v1/tasks/a%2Fb%20%C3%BC");
}

#[test]
fn a_no_may_be_another_request() {
    let frozen =
        freeze(&Http, &rejection("it's a cat"), &callback(json!({})), &engine()).expect("it can be told");
    let delivery = fixture::delivery(callback(json!({})), &frozen);
    let request =
        Http.prepare(&Sending { delivery: &delivery, engine: &engine(), token: None }).expect("well-formed");
    assert_eq!(request.method, "DELETE");
    assert_eq!(request.url.query(), Some("by=ada&note=it%27s%20a%20cat"));
}

#[test]
fn an_answer_that_the_profile_is_not_made_for_is_refused_before_it_is_recorded() {
    let engine = engine_with(with(
        "/request/body/json/answer",
        "{{ decision.answer.label if decision.answer }}".into(),
    ));
    let mut other = decision();
    other.answer = Some(json!({ "response": "s3cret" }));
    let wrong = freeze(&Http, &other, &callback(json!({})), &engine).expect_err("it has no label");
    assert!(wrong.message.contains("settings/http/request/body/json/answer"), "{wrong}");
    assert!(wrong.message.contains("label") && !wrong.message.contains("s3cret"), "{wrong}");
}

#[test]
fn the_host_is_not_the_answers_to_choose() {
    let mut engine =
        engine_with(with("/request/url", "https://{{ 'no' if decision.no else 'e' }}.example/api".into()));
    engine.allow.push("https://no.example/".parse().expect("an entry"));
    assert_eq!(Http.check_settings(&engine), Ok(()));
    freeze(&Http, &decision(), &callback(json!({})), &engine).expect("the same host as ever");
    let wrong = freeze(&Http, &rejection("no"), &callback(json!({})), &engine).expect_err("another host");
    assert!(wrong.message.contains("host"), "{wrong}");
}

#[rstest]
#[case(200, r#"{"status":"ACCEPT"}"#, Outcome::Accepted, "took the answer")]
#[case(200, r#"{"status":"ABORT"}"#, Outcome::AlreadyDone, "already had an answer")]
#[case(500, "there is no such task", Outcome::Gone, "The task is gone. Ask again.")]
#[case(500, "oh", Outcome::Refused, "\"oh\"")]
#[case(502, "", Outcome::Ambiguous, "may have taken")]
#[case(418, "", Outcome::Failed, "tried again")]
#[case(409, "", Outcome::AlreadyDone, "HTTP 409")]
#[case(404, "", Outcome::NotFound, "HTTP 404")]
fn answers_are_judged_by_the_profile_and_the_rest_by_their_status(
    #[case] status: u16,
    #[case] body: &str,
    #[case] outcome: Outcome,
    #[case] words: &str,
) {
    let engine = engine();
    let judgement = Http.judge(
        &Sending { delivery: &delivery(&engine), engine: &engine, token: None },
        &answer(status, body),
        at(),
    );
    assert_eq!(judgement.outcome, outcome);
    assert!(judgement.words.contains(words), "{}", judgement.words);
}

#[rstest]
#[case(200, json!({ "answer": { "label": "A. Turing" } }), "has")]
#[case(200, json!({ "answer": { "label": "K. Zuse" }, "ended": true }), "closed")]
#[case(200, json!({}), "waits")]
#[case(404, json!({}), "unclear")]
fn the_engine_is_asked_how_its_task_stands(#[case] status: u16, #[case] body: Value, #[case] expected: &str) {
    let engine = engine();
    let delivery = delivery(&engine);
    let attempt = Sending { delivery: &delivery, engine: &engine, token: None };
    let request = Http.probe(&attempt).expect("it can be asked");
    assert_eq!(request.method, "GET");
    assert_eq!(request.url.path(), "/api/tasks/a%2Fb%20%C3%BC/state");
    assert!(request.body.is_empty() && !request.headers.contains_key("idempotency-key"));
    assert!(request.secrets.iter().any(|hidden| hidden == "a/b ü"));
    let said = match Http.judge_probe(&attempt, &answer(status, &body.to_string())) {
        Probed::Has(_) => "has",
        Probed::Closed(_) => "closed",
        Probed::Waits => "waits",
        Probed::Unclear => "unclear",
    };
    assert_eq!(said, expected, "{body}");
}

#[test]
fn where_the_profile_says_so_it_is_asked_before_anything_is_sent() {
    let engine = engine();
    let told = delivery(&engine);
    assert!(Http.look(&Sending { delivery: &told, engine: &engine, token: None }).is_none());
    let engine = engine_with(with("/probe/first", true.into()));
    let told = delivery(&engine);
    let attempt = Sending { delivery: &told, engine: &engine, token: None };
    let request = Http.look(&attempt).expect("it is asked first");
    assert_eq!((request.method.as_str(), request.url.path()), ("GET", "/api/tasks/a%2Fb%20%C3%BC/state"));
    let look = |body: Value| Http.judge_look(&attempt, &answer(200, &body.to_string()));
    assert!(
        matches!(look(json!({ "answer": { "label": "A. Turing" } })), Probed::Closed(_)),
        "it cannot be ours"
    );
    assert!(matches!(look(json!({ "ended": true })), Probed::Closed(_)));
    assert_eq!(look(json!({})), Probed::Waits);
}

#[test]
fn who_wants_a_sign_of_life_gets_one() {
    let (engine, item, callback) = (engine(), fixture::item(), callback(json!({})));
    let about = Noticed { item: &item, callback: &callback, engine: &engine, news: &News::Waits };
    let request = Http.notice(&about, at()).expect("it wants one");
    assert_eq!(request.url.as_str(), "https://e.example/api/beat");
    assert_eq!(request.headers["content-type"], "text/plain");
    assert_eq!(&request.body[..], b"task-4711 2026-12-01T12:00:00.000Z");
    assert_eq!(Http.judge_notice(&about, &answer(200, "gone"), at()).outcome, Outcome::Gone);
    assert_eq!(Http.judge_notice(&about, &answer(200, ""), at()).outcome, Outcome::Accepted);
    let taken = News::TakenUp("ada".into());
    assert!(Http.notice(&Noticed { news: &taken, ..about }, at()).is_none());
}
