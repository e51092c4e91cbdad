//! Tasks of AWS Step Functions, as moto and ministack play it, answered through Placet: what the executions themselves
//! say came of it.

use placet_desk::verb::Retry;
use placet_review::{AwsSigning, DeliveryState, Draft, Engine, Outcome as Came, Signing, Verdict};
use placet_tests::draft;
use serde_json::{Value, json};

use crate::real::aws::{Aws, Paused, REGION, Review};
use crate::real::console::Console;

/// A console whose Placet signs with this key.
async fn console(aws: &Aws, key: &Value) -> Console {
    let signing = AwsSigning {
        region: REGION.to_owned(),
        service: "states".to_owned(),
        key: Some("aws".to_owned()),
        profile: None,
    };
    let mut engine = Engine {
        signing: Signing { aws: Some(signing), ..Signing::default() },
        ..Engine::new("steps", vec![aws.endpoint.parse().expect("an entry")])
    };
    engine.settings.insert("step-functions".to_owned(), json!({ "endpoint": aws.endpoint }));
    Console::open(engine, &[("aws", &key.to_string())]).await
}

fn key(of: &impl serde::Serialize) -> Value {
    serde_json::to_value(of).expect("JSON")
}

fn callback(paused: &Paused) -> Value {
    json!({ "protocol": "step-functions", "task_token": paused.token })
}

fn no() -> Draft {
    Draft { verdict: Verdict::Reject, answer: None, note: Some("Not this one.".to_owned()) }
}

/// Yes, no, no caught by the state machine, and then late calls and those that never had a task.
async fn resumes(aws: &Aws) {
    let console = console(aws, &key(&aws.placet)).await;
    let paused = aws.pause(Review::Plain).await;
    let item = console.ask(&callback(&paused), json!({})).await;
    assert!(aws.waits(&paused).await);
    let story = console.answer(&item, draft(Verdict::Approve, None)).await;
    assert_eq!(story.row.state, DeliveryState::Delivered, "{:?}", story.row.reason);
    assert!(!story.body.contains(&paused.token), "the token is shown to nobody");
    let outcome = aws.outcome(&paused).await;
    assert_eq!(outcome.status, "SUCCEEDED");
    let output = outcome.output.expect("an output");
    assert_eq!((&output["verdict"], &output["by"]), (&json!("approve"), &json!("ada")));
    assert_eq!(output["delivery"], json!(story.row.id.to_string()));

    let refused = aws.pause(Review::Plain).await;
    let item = console.ask(&callback(&refused), json!({})).await;
    let story = console.answer(&item, no()).await;
    assert_eq!(story.row.state, DeliveryState::Delivered, "{:?}", story.row.reason);
    let outcome = aws.outcome(&refused).await;
    assert_eq!((outcome.status.as_str(), outcome.error.as_deref()), ("FAILED", Some("Placet.Rejected")));

    // The state machine catches this error and no other.
    let caught = aws.pause(Review::Caught).await;
    let mut named = callback(&caught);
    named["error"] = json!("Refused");
    let item = console.ask(&named, json!({})).await;
    console.answer(&item, no()).await;
    assert_eq!(aws.outcome(&caught).await.status, "SUCCEEDED");

    // A second answer to a task that is over, and one to a task that never was.
    for token in [paused.token.clone(), "AAAAKgAAAAIAAAAAAAAAAbogus".to_owned()] {
        let callback = json!({ "protocol": "step-functions", "task_token": token });
        let item = console.ask(&callback, json!({})).await;
        let story = console.answer(&item, draft(Verdict::Approve, None)).await;
        assert_eq!(story.row.state, DeliveryState::Dead, "{:?}", story.row.reason);
        assert!(
            story.row.reason.is_some_and(|reason| !reason.contains(&token)),
            "and says why, without the token"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn moto_goes_on_with_what_was_decided() {
    resumes(&Aws::moto().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ministack_goes_on_with_what_was_decided() {
    let ministack = Aws::ministack().await;
    resumes(&ministack).await;
    let console = console(&ministack, &key(&ministack.placet)).await;
    let paused = ministack.pause_activity(Review::Plain).await;
    let item = console.ask(&callback(&paused), json!({})).await;
    console.answer(&item, no()).await;
    let outcome = ministack.outcome(&paused).await;
    assert_eq!((outcome.status.as_str(), outcome.cause.as_deref()), ("FAILED", Some("Not this one.")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_nobodys_or_may_nothing_resumes_nothing() {
    let moto = Aws::moto().await;
    let mut forged = key(&moto.placet);
    forged["secret_access_key"] = json!("another secret than AWS has for it, which is forty");
    for wrong in [forged, key(&moto.stranger)] {
        let console = console(&moto, &wrong).await;
        let paused = moto.pause(Review::Plain).await;
        let item = console.ask(&callback(&paused), json!({})).await;
        let story = console.answer(&item, draft(Verdict::Approve, None)).await;
        assert_eq!(story.row.state, DeliveryState::Parked, "{:?}", story.row.reason);
        assert!(moto.waits(&paused).await, "it resumed nothing");
        let again = console.desk.ask("ada", Retry { delivery: story.row.id }).await;
        again.expect("a person may always try again");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_wants_signs_of_life_gets_them_until_it_has_its_answer() {
    let moto = Aws::moto().await;
    let console = console(&moto, &key(&moto.placet)).await;
    let paused = moto.pause(Review::Beating(3)).await;
    let item = console.ask(&callback(&paused), json!({ "heartbeat_seconds": 3 })).await;
    // Twice as long as it would wait in silence.
    tokio::time::sleep(std::time::Duration::from_secs(7)).await;
    assert!(moto.waits(&paused).await, "it was told that its task still waits");
    let story = console.answer(&item, draft(Verdict::Approve, None)).await;
    let outcomes: Vec<_> = story.attempts.iter().map(|attempt| attempt.outcome).collect();
    assert_eq!(outcomes, [Some(Came::Accepted)]);
    assert_eq!(moto.outcome(&paused).await.status, "SUCCEEDED");
}
