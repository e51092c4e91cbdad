use ::http::{HeaderMap, Method};
use placet_review::{Callback, Decision, Delivery, Engine, Outcome, Verdict};
use rstest::rstest;
use serde_json::{Value, json};

use super::Restate;
use crate::Answer;
use crate::protocol::fixture::{self, ID, at, decision, freeze, rejection};
use crate::protocol::{self, Probed, Protocol as _, Sending};

const AWAKEABLE: &str = "sign_1Qi7B8nCzKz0I-Id9ZmdYcGSMeM8EO9C7AAAAEQ";
const INVOCATION: &str = "inv_15fBPKyhkmYO5IoJ3HHhI3nc4IBJx5r1Ne";
const OTHER: &str = "01976f2e-7c3b-7000-8000-000000000002";

fn engine() -> Engine {
    Engine::new("faces", vec!["http://127.0.0.1:8080/".parse().expect("an entry")])
}

fn callback(parameters: Value) -> Callback {
    let mut callback = fixture::callback("restate", json!({ "url": "http://127.0.0.1:8080" }));
    callback.parameters.extend(parameters.as_object().expect("an object").clone());
    callback
}

fn awakeable() -> Value {
    json!({ "awakeable": AWAKEABLE, "invocation": INVOCATION })
}

fn workflow() -> Value {
    json!({ "workflow": "vote", "key": "a/b", "handler": "approve", "reject_handler": "reject" })
}

fn delivery(parameters: Value, decision: &Decision) -> Delivery {
    let callback = callback(parameters);
    let frozen = freeze(&Restate, decision, &callback, &engine()).expect("it can be told");
    fixture::delivery(callback, &frozen)
}

fn answer(status: u16, body: &str) -> Answer {
    Answer { status, headers: HeaderMap::new(), body: body.to_owned().into() }
}

fn said(probed: Probed) -> &'static str {
    match probed {
        Probed::Has(_) => "has",
        Probed::Closed(_) => "closed",
        Probed::Waits => "waits",
        Probed::Unclear => "unclear",
    }
}

#[rstest]
#[case(json!({ "awakeable": AWAKEABLE }))]
#[case(json!({ "awakeable": "prom_1PePOqp_-9", "invocation": INVOCATION }))]
#[case(json!({ "workflow": "vote", "key": "k", "handler": "approve" }))]
#[case(workflow())]
fn what_waits_in_restate_is_accepted(#[case] parameters: Value) {
    assert_eq!(Restate.check(&callback(parameters), &engine()), Ok(()));
}

#[rstest]
#[case(json!({}), "/awakeable")]
#[case(json!({ "awakeable": "sign_1" }), "/awakeable")]
#[case(json!({ "awakeable": "inv_1abc" }), "/awakeable")]
#[case(json!({ "awakeable": "sign_1abc/resolve" }), "/awakeable")]
#[case(json!({ "awakeable": format!("sign_1{}", "a".repeat(200)) }), "/awakeable")]
#[case(json!({ "awakeable": 7 }), "/awakeable")]
#[case(json!({ "awakeable": AWAKEABLE, "invocation": "inv_" }), "/invocation")]
#[case(json!({ "awakeable": AWAKEABLE, "key": "k" }), "/key")]
#[case(json!({ "workflow": "vote", "handler": "approve" }), "/key")]
#[case(json!({ "workflow": "vote", "key": "k" }), "/handler")]
#[case(json!({ "workflow": "..", "key": "k", "handler": "approve" }), "/workflow")]
#[case(json!({ "workflow": "vote", "key": "k", "handler": "approve", "invocation": INVOCATION }), "/invocation")]
#[case(json!({ "awakeable": AWAKEABLE, "url": "http://127.0.0.1:8081" }), "/url")]
#[case(json!({ "awakeable": AWAKEABLE, "url": "http://127.0.0.1:8080/?a=1" }), "/url")]
#[case(json!({ "awakeable": AWAKEABLE, "url": 7 }), "/url")]
#[case(json!({ "awakeable": AWAKEABLE, "data": 7 }), "/data")]
fn what_could_not_be_answered_is_refused_with_its_place(#[case] parameters: Value, #[case] pointer: &str) {
    let wrong = Restate.check(&callback(parameters), &engine()).expect_err("refused");
    assert_eq!(wrong.pointer, pointer, "{wrong}");
    assert!(!wrong.message.is_empty());
}

#[test]
fn the_profile_can_say_where_restate_is() {
    let mut engine = engine();
    let callback = fixture::callback("restate", awakeable());
    assert_eq!(Restate.check(&callback, &engine).expect_err("nobody says").pointer, "/url");
    engine.settings.insert("restate".into(), json!({ "url": "http://127.0.0.1:8080" }));
    assert_eq!(Restate.check_settings(&engine), Ok(()));
    assert_eq!(Restate.check(&callback, &engine), Ok(()));
    assert_eq!(Restate.origin(&callback, &engine), "http://127.0.0.1:8080");
    for (settings, pointer) in
        [(json!({ "url": "8080" }), "/url"), (json!({ "admin": 1 }), ""), (json!(7), "")]
    {
        engine.settings.insert("restate".into(), settings);
        assert_eq!(Restate.check_settings(&engine).expect_err("refused").pointer, pointer);
    }
}

#[test]
fn who_may_not_answer_is_not_shown_the_id() {
    let callback = callback(awakeable());
    assert_eq!(protocol::target(&callback), "http://127.0.0.1:8080/restate/awakeables/...");
    assert_eq!(Restate.secrets(&callback), [AWAKEABLE]);
}

#[test]
fn a_yes_resolves_with_all_of_the_decision() {
    let delivery = delivery(awakeable(), &decision());
    let request = Restate
        .prepare(&Sending { delivery: &delivery, engine: &engine(), token: None })
        .expect("well-formed");
    assert_eq!(request.method, Method::POST);
    assert_eq!(request.url.as_str(), format!("http://127.0.0.1:8080/restate/awakeables/{AWAKEABLE}/resolve"));
    assert_eq!(request.headers["content-type"], "application/json");
    let body: Value = serde_json::from_slice(&request.body).expect("JSON");
    let expected = json!({
        "id": ID, "verdict": "correct", "answer": { "label": "A. Turing" }, "note": null, "by": "ada",
        "at": "2026-12-01T12:00:00.000Z", "task": "task-4711",
    });
    assert_eq!(body, expected);
}

#[rstest]
#[case(rejection("Not \"this\"\none: ü"), "Not \"this\"\none: ü")]
#[case(Decision { verdict: Verdict::Cancel, note: None, ..rejection("") }, "cancel")]
fn a_no_rejects_with_its_note_or_the_verdict(#[case] decision: Decision, #[case] reason: &str) {
    let delivery = delivery(awakeable(), &decision);
    let request = Restate
        .prepare(&Sending { delivery: &delivery, engine: &engine(), token: None })
        .expect("well-formed");
    assert_eq!(request.url.as_str(), format!("http://127.0.0.1:8080/restate/awakeables/{AWAKEABLE}/reject"));
    assert_eq!(request.headers["content-type"], "text/plain");
    assert_eq!(request.body, reason);
}

#[rstest]
#[case(workflow(), &decision(), "approve")]
#[case(workflow(), &rejection("No."), "reject")]
#[case(json!({ "workflow": "vote", "key": "a/b", "handler": "answer" }), &rejection("No."), "answer")]
fn a_workflow_is_told_by_its_handler(
    #[case] parameters: Value,
    #[case] decision: &Decision,
    #[case] handler: &str,
) {
    let delivery = delivery(parameters, decision);
    let request = Restate
        .prepare(&Sending { delivery: &delivery, engine: &engine(), token: None })
        .expect("well-formed");
    assert_eq!(request.url.as_str(), format!("http://127.0.0.1:8080/vote/a%2Fb/{handler}"));
    assert_eq!(request.headers["idempotency-key"], ID);
    let body: Value = serde_json::from_slice(&request.body).expect("JSON");
    assert_eq!((&body["verdict"], &body["note"]), (&json!(decision.verdict), &json!(decision.note)));
}

#[rstest]
#[case(awakeable(), 202, "", Outcome::Accepted)]
#[case(awakeable(), 400, r#"{"code":400,"message":"bad awakeable id","source":"ingress"}"#, Outcome::Refused)]
#[case(awakeable(), 405, "", Outcome::Refused)]
#[case(awakeable(), 503, "", Outcome::Failed)]
#[case(workflow(), 200, r#"{"ok":true}"#, Outcome::Accepted)]
#[case(
    workflow(),
    409,
    r#"{"code":409,"message":"promise was already completed","source":"invocation"}"#,
    Outcome::AlreadyDone
)]
#[case(
    workflow(),
    404,
    r#"{"code":404,"message":"service 'vote' not found","source":"ingress"}"#,
    Outcome::NotFound
)]
#[case(workflow(), 500, r#"{"code":500,"message":"no such order","source":"invocation"}"#, Outcome::Refused)]
#[case(workflow(), 404, r#"{"code":404,"message":"no such order","source":"invocation"}"#, Outcome::Refused)]
#[case(workflow(), 500, r#"{"code":500,"message":"partition","source":"ingress"}"#, Outcome::Ambiguous)]
fn what_restate_answers_is_read_as_it_means_it(
    #[case] parameters: Value,
    #[case] status: u16,
    #[case] body: &str,
    #[case] outcome: Outcome,
) {
    let delivery = delivery(parameters, &decision());
    let attempt = Sending { delivery: &delivery, engine: &engine(), token: None };
    let judgement = Restate.judge(&attempt, &answer(status, body), at());
    assert_eq!(judgement.outcome, outcome, "{}", judgement.words);
}

#[test]
fn that_it_was_taken_is_doubted_where_somebody_can_be_asked() {
    let engine = engine();
    let asked = |parameters| {
        let delivery = delivery(parameters, &decision());
        let attempt = Sending { delivery: &delivery, engine: &engine, token: None };
        assert!(Restate.doubts(&Restate.judge(&attempt, &answer(202, ""), at())));
        Restate.probe(&attempt).map(|request| (request.method, request.url.to_string()))
    };
    let output = |path: &str| Some((Method::GET, format!("http://127.0.0.1:8080/restate/{path}/output")));
    assert_eq!(asked(awakeable()), output(&format!("invocation/{INVOCATION}")));
    assert_eq!(asked(workflow()), output("workflow/vote/a%2Fb"));
    assert_eq!(asked(json!({ "awakeable": AWAKEABLE })), None);
}

#[rstest]
#[case(
    470,
    r#"{"code":470,"message":"the invocation exists but has not completed yet","source":"ingress"}"#,
    "waits",
    "waits"
)]
#[case(200, r#"{"resumed":true}"#, "closed", "has")]
#[case(200, &format!(r#"{{"answer":{{"id":"{ID}","verdict":"correct","task":"task-4711"}}}}"#), "closed", "has")]
#[case(200, &format!(r#"{{"answer":{{"id":"{OTHER}","verdict":"reject","task":"task-4711"}}}}"#), "closed", "closed")]
#[case(409, r#"{"code":409,"message":"Cancelled","source":"invocation"}"#, "closed", "closed")]
#[case(409, r#"{"code":409,"message":"killed","source":"invocation"}"#, "closed", "closed")]
#[case(408, r#"{"code":408,"message":"Timeout occurred","source":"invocation"}"#, "closed", "closed")]
#[case(500, r#"{"code":500,"message":"Not this one.","source":"invocation"}"#, "closed", "closed")]
#[case(500, r#"{"code":500,"message":"Not this one."}"#, "closed", "closed")]
#[case(400, r#"{"code":400,"message":"bad invocation id","source":"ingress"}"#, "unclear", "unclear")]
#[case(404, r#"{"code":404,"message":"invocation not found","source":"ingress"}"#, "unclear", "unclear")]
#[case(500, "no JSON", "unclear", "unclear")]
fn what_an_invocation_came_to_says_no_more_than_can_be_known(
    #[case] status: u16,
    #[case] body: &str,
    #[case] before: &str,
    #[case] after: &str,
) {
    let delivery = delivery(awakeable(), &decision());
    let attempt = Sending { delivery: &delivery, engine: &engine(), token: None };
    assert_eq!(said(Restate.judge_look(&attempt, &answer(status, body))), before);
    assert_eq!(said(Restate.judge_probe(&attempt, &answer(status, body))), after);
}

#[rstest]
#[case("Not \"this\"\none: ü", "has")]
#[case("Another reason.", "closed")]
fn an_invocation_that_fails_with_our_reason_has_our_answer(#[case] reason: &str, #[case] expected: &str) {
    let delivery = delivery(awakeable(), &rejection("Not \"this\"\none: ü"));
    let attempt = Sending { delivery: &delivery, engine: &engine(), token: None };
    let body = json!({ "code": 500, "message": reason, "source": "invocation" }).to_string();
    assert_eq!(said(Restate.judge_probe(&attempt, &answer(500, &body))), expected);
}

#[rstest]
#[case(200, r#"{"resumed":true}"#, "unclear")]
#[case(409, r#"{"code":409,"message":"Cancelled","source":"invocation"}"#, "unclear")]
#[case(200, &format!("\"{ID}\""), "has")]
fn a_workflow_whose_output_does_not_tell_is_told_again(
    #[case] status: u16,
    #[case] body: &str,
    #[case] expected: &str,
) {
    let delivery = delivery(workflow(), &decision());
    let attempt = Sending { delivery: &delivery, engine: &engine(), token: None };
    assert_eq!(said(Restate.judge_probe(&attempt, &answer(status, body))), expected);
}
