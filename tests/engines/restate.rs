//! Tasks of Restate answered through Placet: what their invocations say came of it.

use placet_desk::verb::Deliveries;
use placet_desk::view::DeliveryView;
use placet_review::{DeliveryState, Draft, Engine, Outcome, Verdict};
use placet_tests::{draft, eventually};
use serde_json::{Value, json};

use crate::real::console::Console;
use crate::real::restate::{Paused, Restate};

async fn console(restate: &Restate) -> Console {
    let mut engine = Engine::new("gate", vec![restate.ingress.parse().expect("an entry")]);
    engine.settings.insert("restate".to_owned(), json!({ "url": restate.ingress }));
    Console::open(engine, &[]).await
}

fn awakeable(paused: &Paused) -> &str {
    paused.approve.rsplit('/').nth(1).expect("it stands before the last part")
}

fn callback(paused: &Paused) -> Value {
    json!({ "protocol": "restate", "awakeable": awakeable(paused), "invocation": paused.invocation })
}

fn promise(paused: &Paused) -> Value {
    let key = paused.approve.rsplit('/').nth(1).expect("it stands before the last part");
    json!({ "protocol": "restate", "workflow": "vote", "key": key, "handler": "approve", "reject_handler": "reject" })
}

fn yes() -> Draft {
    draft(Verdict::Approve, None)
}

fn no() -> Draft {
    Draft { verdict: Verdict::Reject, answer: None, note: Some("Not this one: \"ü\".".to_owned()) }
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
async fn an_invocation_goes_on_with_the_first_answer() {
    let restate = Restate::start().await;
    let console = console(&restate).await;
    let (approved, rejected) = (restate.pause().await, restate.pause().await);

    let item = console.ask(&callback(&approved), json!({})).await;
    assert!(restate.waits(&approved).await);
    let story = console.answer(&item, yes()).await;
    assert_eq!(story.row.state, DeliveryState::Delivered, "{}", words(&story));
    assert!(!story.body.contains(awakeable(&approved)), "who has the id can answer");
    let heard = restate.outcome(&approved).await.output.expect("an output")["answer"].take();
    assert_eq!(heard["id"], json!(story.row.id.to_string()));
    assert_eq!((&heard["verdict"], &heard["by"]), (&json!("approve"), &json!("ada")));

    let story = answered(&console, &callback(&rejected), no()).await;
    assert_eq!(story.row.state, DeliveryState::Delivered, "{}", words(&story));
    let outcome = restate.outcome(&rejected).await;
    assert_eq!(outcome.status, "failure");
    assert!(outcome.error.expect("an error").contains("Not this one: \"ü\"."));

    // The second answer: Restate would take it and leave it aside.
    let story = answered(&console, &callback(&approved), no()).await;
    assert_eq!(story.row.state, DeliveryState::Dead);
    assert!(words(&story).contains("has ended without this answer"), "{}", words(&story));
    let heard = restate.outcome(&approved).await.output.expect("an output")["answer"].take();
    assert_eq!(heard["verdict"], "approve");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_to_nobody_is_not_called_heard() {
    let restate = Restate::start().await;
    let console = console(&restate).await;
    let cancelled = restate.pause().await;
    restate.cancel(&cancelled).await;
    assert_eq!(restate.outcome(&cancelled).await.status, "failure");
    let story = answered(&console, &callback(&cancelled), yes()).await;
    assert_eq!(story.row.state, DeliveryState::Dead);
    assert!(words(&story).contains("Cancelled"), "{}", words(&story));

    // An id that Restate never made.
    let bogus = json!({ "protocol": "restate", "awakeable": "sign_1bogus" });
    let story = answered(&console, &bogus, yes()).await;
    assert_eq!(story.row.state, DeliveryState::Dead);
    assert_eq!(story.attempts[0].status, Some(400), "{}", words(&story));

    // Nobody can be asked, and all that is known is said.
    let paused = restate.pause().await;
    let unasked = json!({ "protocol": "restate", "awakeable": awakeable(&paused) });
    for _ in 0..2 {
        let story = answered(&console, &unasked, yes()).await;
        assert_eq!(story.row.state, DeliveryState::Delivered);
        assert!(words(&story).contains("whether or not somebody waits"), "{}", words(&story));
    }
    assert_eq!(restate.outcome(&paused).await.status, "success");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_answered_while_restate_is_down_arrives_once_it_is_back() {
    let mut restate = Restate::start().await;
    let console = console(&restate).await;
    let paused = restate.pause().await;
    let item = console.ask(&callback(&paused), json!({})).await;
    restate.stop();
    let back = async {
        let tried = eventually("an attempt finds nobody", async || {
            let log = console.desk.ask("ada", Deliveries { limit: 1, ..Deliveries::default() }).await?;
            Ok(log.first().is_some_and(|row| row.attempts > 0).then_some(()))
        });
        tried.await.expect("it is tried");
        restate.run().await;
    };
    let ((), story) = tokio::join!(back, console.answer(&item, yes()));
    assert_eq!(story.row.state, DeliveryState::Delivered, "{}", words(&story));
    assert_eq!(story.attempts[0].outcome, Some(Outcome::Failed));
    let heard = restate.outcome(&paused).await.output.expect("an output")["answer"].take();
    assert_eq!(heard["id"], json!(story.row.id.to_string()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workflow_is_told_by_its_own_handlers() {
    let restate = Restate::start().await;
    let console = console(&restate).await;
    let (approved, rejected) = (restate.pause_workflow().await, restate.pause_workflow().await);
    let story = answered(&console, &promise(&approved), yes()).await;
    assert_eq!(story.row.state, DeliveryState::Delivered, "{}", words(&story));
    let heard = restate.outcome(&approved).await.output.expect("an output")["answer"].take();
    assert_eq!(heard["id"], json!(story.row.id.to_string()));

    let story = answered(&console, &promise(&rejected), no()).await;
    assert_eq!(story.row.state, DeliveryState::Delivered, "{}", words(&story));
    assert!(restate.outcome(&rejected).await.error.expect("an error").contains("Not this one"));

    let story = answered(&console, &promise(&approved), no()).await;
    assert_eq!(story.row.state, DeliveryState::Dead);
    assert!(words(&story).contains("has ended without this answer"), "{}", words(&story));
}
