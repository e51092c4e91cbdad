use ::http::{HeaderMap, Method};
use placet_review::{Callback, Decision, Delivery, Engine, Outcome, Park, Verdict};
use rstest::rstest;
use serde_json::{Value, json};

use super::Langgraph;
use crate::Answer;
use crate::protocol::fixture::{self, ID, at, decision, rejection};
use crate::protocol::{Decided, Probed, Protocol as _, Sending, Wrong};

const THREAD: &str = "01a2158b-e5f5-7376-845a-ff7b85077db1";
const INTERRUPT: &str = "6d42f484b815159361db5ff7cb0cb4cb";
const OTHER: &str = "9f88053f9e3e2bb626fcec6920c3dccc";

fn engine() -> Engine {
    Engine::new("faces", vec!["http://127.0.0.1:2024/threads".parse().expect("an entry")])
}

fn callback(parameters: Value) -> Callback {
    let all = json!({
        "url": "http://127.0.0.1:2024", "thread_id": THREAD, "assistant_id": "refunds", "interrupt_id": INTERRUPT,
    });
    let mut callback = fixture::callback("langgraph", all);
    callback.parameters.extend(parameters.as_object().expect("an object").clone());
    callback
}

/// Of an item that asks for a tool.
fn freeze(parameters: Value, decision: &Decision) -> Result<Vec<u8>, Wrong> {
    let mut item = fixture::item();
    item.asked.content = json!({ "tool": "refund", "arguments": { "order": "4711" } });
    let queue = placet_review::Queue::new("refunds", placet_review::Kind::Action);
    let (callback, engine) = (callback(parameters), engine());
    let id = ID.parse().expect("an id");
    let decided = Decided { id, decision, item: &item, queue: &queue, callback: &callback, engine: &engine };
    Langgraph.freeze(&decided)
}

fn delivery(parameters: Value, decision: &Decision) -> Delivery {
    let frozen = freeze(parameters.clone(), decision).expect("it can be told");
    fixture::delivery(callback(parameters), &frozen)
}

fn sent(parameters: Value, decision: &Decision) -> Value {
    let delivery = delivery(parameters, decision);
    let attempt = Sending { delivery: &delivery, engine: &engine(), token: None };
    let request = Langgraph.prepare(&attempt).expect("well-formed");
    assert_eq!(request.method, Method::POST);
    assert_eq!(request.url.as_str(), format!("http://127.0.0.1:2024/threads/{THREAD}/runs"));
    serde_json::from_slice(&request.body).expect("JSON")
}

fn answer(status: u16, body: &Value) -> Answer {
    Answer { status, headers: HeaderMap::new(), body: body.to_string().into() }
}

#[rstest]
#[case(json!({}))]
#[case(json!({ "form": "value" }))]
#[case(json!({ "form": "agent_inbox", "url": "http://127.0.0.1:2024/" }))]
fn an_interrupt_that_can_be_answered_is_accepted(#[case] parameters: Value) {
    assert_eq!(Langgraph.check(&callback(parameters), &engine()), Ok(()));
}

#[rstest]
#[case(json!({ "url": "http://127.0.0.1:2025" }), "/url")]
#[case(json!({ "url": "http://127.0.0.1:2024/#a" }), "/url")]
#[case(json!({ "thread_id": "nope" }), "/thread_id")]
#[case(json!({ "assistant_id": "" }), "/assistant_id")]
#[case(json!({ "interrupt_id": null }), "/interrupt_id")]
#[case(json!({ "form": "inbox" }), "/form")]
#[case(json!({ "resume": 1 }), "/resume")]
fn an_interrupt_that_could_not_is_refused_with_its_place(#[case] parameters: Value, #[case] pointer: &str) {
    assert_eq!(Langgraph.check(&callback(parameters), &engine()).expect_err("refused").pointer, pointer);
}

#[test]
fn an_answer_without_the_id_of_its_question_would_not_be_safe() {
    let mut callback = callback(json!({}));
    callback.parameters.remove("interrupt_id");
    assert_eq!(Langgraph.check(&callback, &engine()).expect_err("refused").pointer, "/interrupt_id");
}

#[test]
fn a_graph_gets_all_of_the_decision_as_the_value_of_its_interrupt() {
    let told = json!({
        "id": ID, "verdict": "correct", "answer": { "label": "A. Turing" }, "note": null, "by": "ada",
        "at": "2026-12-01T12:00:00.000Z", "task": "task-4711",
    });
    let expected = json!({
        "assistant_id": "refunds", "command": { "resume": { INTERRUPT: told } }, "multitask_strategy": "reject",
    });
    assert_eq!(sent(json!({}), &decision()), expected);
}

#[rstest]
#[case(Verdict::Approve, json!({ "arguments": { "order": "4711" } }), json!({ "type": "accept", "args": null }))]
#[case(
    Verdict::Correct,
    json!({ "arguments": { "order": "4712" } }),
    json!({ "type": "edit", "args": { "action": "refund", "args": { "order": "4712" } } })
)]
#[case(Verdict::Respond, json!({ "response": "Ask her." }), json!({ "type": "response", "args": "Ask her." }))]
#[case(Verdict::Reject, Value::Null, json!({ "type": "ignore", "args": null }))]
#[case(Verdict::Cancel, Value::Null, json!({ "type": "ignore", "args": null }))]
fn an_agent_inbox_would_say_the_same(
    #[case] verdict: Verdict,
    #[case] given: Value,
    #[case] expected: Value,
) {
    let decision = Decision { verdict, answer: Some(given).filter(|given| !given.is_null()), ..decision() };
    let run = sent(json!({ "form": "agent_inbox" }), &decision);
    assert_eq!(run["command"]["resume"][INTERRUPT], json!([expected]));
}

#[test]
fn a_correction_that_edits_nothing_is_refused_before_it_is_recorded() {
    let wrong = freeze(json!({ "form": "agent_inbox" }), &decision()).expect_err("a label is no argument");
    assert!(wrong.message.contains("arguments"), "{wrong}");
}

#[rstest]
#[case(200, json!({ "status": "pending" }), Outcome::Accepted)]
#[case(401, json!({ "detail": "Invalid API key" }), Outcome::Parked(Park::Auth))]
#[case(403, json!({}), Outcome::Parked(Park::Auth))]
#[case(404, json!({ "detail": "Thread or assistant not found." }), Outcome::Refused)]
#[case(409, json!({ "detail": "Thread is already running a task." }), Outcome::Failed)]
#[case(422, json!({ "detail": "Invalid assistant" }), Outcome::Refused)]
#[case(500, json!({}), Outcome::Ambiguous)]
fn what_langgraph_answers_is_read_as_it_means_it(
    #[case] status: u16,
    #[case] body: Value,
    #[case] outcome: Outcome,
) {
    let delivery = delivery(json!({}), &decision());
    let attempt = Sending { delivery: &delivery, engine: &engine(), token: None };
    let judgement = Langgraph.judge(&attempt, &answer(status, &body), at());
    assert_eq!(judgement.outcome, outcome, "{}", judgement.words);
    assert_eq!(Langgraph.doubts(&judgement), status == 200);
}

/// What the server finds of a thread in which these questions wait.
fn found(interrupts: &[&str], assistant: &str, status: &str) -> Value {
    let interrupts: serde_json::Map<String, Value> =
        interrupts.iter().map(|id| (format!("task-of-{id}"), json!([{ "id": id, "value": "?" }]))).collect();
    json!([{
        "thread_id": THREAD, "status": status, "interrupts": interrupts,
        "metadata": { "graph_id": assistant, "assistant_id": "a5bb809f-028d-5c92-ac16-c71546d2ed97" },
    }])
}

#[rstest]
#[case(200, found(&[OTHER, INTERRUPT], "refunds", "interrupted"), "waits", "waits")]
#[case(200, found(&[INTERRUPT], "refunds", "busy"), "waits", "waits")]
#[case(200, found(&[OTHER], "refunds", "interrupted"), "closed", "has")]
#[case(200, found(&[], "refunds", "idle"), "closed", "has")]
#[case(200, found(&[], "refunds", "error"), "closed", "failed")]
// One of two questions at a time has failed.
#[case(200, found(&[OTHER], "refunds", "error"), "closed", "failed")]
#[case(200, found(&[INTERRUPT], "refunds", "error"), "waits", "waits")]
#[case(200, found(&[INTERRUPT], "another", "interrupted"), "closed", "waits")]
// A thread that never ran.
#[case(200, json!([{ "thread_id": THREAD, "status": "idle", "metadata": {} }]), "closed", "has")]
#[case(200, json!([{ "thread_id": THREAD, "status": "interrupted", "metadata": {} }]), "unclear", "unclear")]
// A server that does not know what it is asked for tells of other threads.
#[case(
    200,
    json!([{ "thread_id": "00000000-0000-4000-8000-000000000000", "status": "idle", "interrupts": {} }]),
    "unclear",
    "unclear"
)]
#[case(200, json!([]), "unclear", "unclear")]
#[case(200, json!("nonsense"), "unclear", "unclear")]
#[case(404, found(&[], "refunds", "idle"), "unclear", "unclear")]
#[case(401, json!({}), "unclear", "unclear")]
fn the_thread_says_what_became_of_a_question(
    #[case] status: u16,
    #[case] body: Value,
    #[case] before: &str,
    #[case] after: &str,
) {
    let delivery = delivery(json!({}), &decision());
    let attempt = Sending { delivery: &delivery, engine: &engine(), token: None };
    let said = |probed| match probed {
        Probed::Has(words) if words.contains("failed") => "failed",
        Probed::Has(_) => "has",
        Probed::Closed(_) => "closed",
        Probed::Waits => "waits",
        Probed::Unclear => "unclear",
    };
    assert_eq!(said(Langgraph.judge_look(&attempt, &answer(status, &body))), before);
    assert_eq!(said(Langgraph.judge_probe(&attempt, &answer(status, &body))), after);
}

#[test]
fn of_the_thread_nothing_is_asked_for_that_may_be_long() {
    let delivery = delivery(json!({}), &rejection("No."));
    let attempt = Sending { delivery: &delivery, engine: &engine(), token: None };
    for request in [Langgraph.look(&attempt), Langgraph.probe(&attempt)] {
        let request = request.expect("it can be asked");
        assert_eq!(request.method, Method::POST);
        assert_eq!(request.url.as_str(), "http://127.0.0.1:2024/threads/search");
        let asked: Value = serde_json::from_slice(&request.body).expect("JSON");
        let select = ["thread_id", "status", "metadata", "interrupts"];
        assert_eq!(asked, json!({ "ids": [THREAD], "select": select, "limit": 1 }));
    }
}
