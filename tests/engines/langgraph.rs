//! Questions of a LangGraph answered through Placet: what their threads say came of it.

use placet_desk::view::DeliveryView;
use placet_review::{DeliveryState, Draft, Engine, HeaderSigning, Signing, Verdict};
use placet_tests::draft;
use serde_json::{Value, json};

use crate::real::console::Console;
use crate::real::langgraph::{Langgraph, Paused};

/// A console whose Placet shows this key at the door.
async fn console(langgraph: &Langgraph, key: &str) -> Console {
    let header = HeaderSigning { name: "X-Api-Key".to_owned(), key: "graph".to_owned() };
    let engine = Engine {
        signing: Signing { header: Some(header), ..Signing::default() },
        ..Engine::new("graph", vec![langgraph.endpoint.parse().expect("an entry")])
    };
    Console::open(engine, &[("graph", key)]).await
}

fn callback(langgraph: &Langgraph, paused: &Paused) -> Value {
    json!({
        "protocol": "langgraph", "url": langgraph.endpoint, "thread_id": paused.thread,
        "assistant_id": paused.assistant, "interrupt_id": paused.interrupt, "form": "agent_inbox",
    })
}

async fn answered(console: &Console, callback: &Value, draft: Draft) -> DeliveryView {
    let item = console.ask(callback, json!({})).await;
    console.answer(&item, draft).await
}

fn words(story: &DeliveryView) -> &str {
    let attempt = story.attempts.last().expect("it was tried");
    attempt.words.as_deref().expect("it says what happened")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_graph_goes_on_as_an_agent_inbox_would_have_it() {
    let langgraph = Langgraph::start().await;
    let console = console(&langgraph, &langgraph.key).await;
    let no = Draft { verdict: Verdict::Reject, answer: None, note: Some("No.".to_owned()) };
    let corrected = json!({ "order": "4712" });
    let answers = [
        (draft(Verdict::Approve, None), json!({ "type": "accept", "args": null })),
        (
            draft(Verdict::Correct, Some(json!({ "arguments": corrected }))),
            json!({ "type": "edit", "args": { "action": "refund", "args": corrected } }),
        ),
        (
            draft(Verdict::Respond, Some(json!({ "response": "Ask her first. 好的" }))),
            json!({ "type": "response", "args": "Ask her first. 好的" }),
        ),
        (no, json!({ "type": "ignore", "args": null })),
    ];
    for (draft, expected) in answers {
        let paused = langgraph.pause().await;
        let story = answered(&console, &callback(&langgraph, &paused), draft.clone()).await;
        assert_eq!(story.row.state, DeliveryState::Delivered, "{}", words(&story));
        assert_eq!(langgraph.outcome(&paused).await.output.expect("values")["answer"], expected);

        // The second answer: LangGraph would run, and leave it aside.
        let story = answered(&console, &callback(&langgraph, &paused), draft).await;
        assert_eq!(story.row.state, DeliveryState::Dead);
        assert!(words(&story).contains("waits for no answer"), "{}", words(&story));
        assert_eq!(langgraph.outcome(&paused).await.output.expect("values")["answer"], expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_not_lost_to_what_is_wrong_with_a_callback() {
    let langgraph = Langgraph::start().await;
    let paused = langgraph.pause().await;
    let with = |name: &str, value: &str| {
        let mut callback = callback(&langgraph, &paused);
        callback[name] = json!(value);
        callback
    };
    let yes = || draft(Verdict::Approve, None);
    let stranger = console(&langgraph, "another key").await;
    let story = answered(&stranger, &callback(&langgraph, &paused), yes()).await;
    assert_eq!(story.row.state, DeliveryState::Parked, "{}", words(&story));
    assert!(langgraph.waits(&paused).await);

    let console = console(&langgraph, &langgraph.key).await;
    // LangGraph would take it, and drop the question without a word.
    let story = answered(&console, &with("assistant_id", "another"), yes()).await;
    assert_eq!(story.row.state, DeliveryState::Dead);
    assert!(words(&story).contains("another assistant"), "{}", words(&story));
    // A thread and a question that never were.
    for (name, value) in [
        ("thread_id", "00000000-0000-4000-8000-000000000000"),
        ("interrupt_id", "00000000000000000000000000000000"),
    ] {
        let story = answered(&console, &with(name, value), yes()).await;
        assert_eq!(story.row.state, DeliveryState::Dead, "{name}: {}", words(&story));
    }
    assert!(langgraph.waits(&paused).await);
    let story = answered(&console, &callback(&langgraph, &paused), yes()).await;
    assert_eq!(story.row.state, DeliveryState::Delivered, "{}", words(&story));
    assert_eq!(langgraph.outcome(&paused).await.status, "idle");
}
