//! That each engine is what it is taken for: it waits, what answers it by its own rules resumes it, and nothing else does.

use placet_review::{DeliveryState, Engine, Signing, Verdict};
use placet_tests::draft;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

use super::Outcome;
use super::aws::{Aws, Paused, Review, Stored};
use super::console::Console;
use super::langgraph::{self, Langgraph};
use super::restate::Restate;

fn succeeded(output: Value) -> Outcome {
    Outcome { status: "SUCCEEDED".into(), output: Some(output), error: None, cause: None }
}

fn success(paused: &Paused) -> Value {
    json!({ "taskToken": paused.token, "output": "{\"approved\":true}" })
}

fn failure(paused: &Paused, error: &str) -> Value {
    json!({ "taskToken": paused.token, "error": error, "cause": "Not this one." })
}

async fn send(aws: &Aws, operation: &str, body: &Value) {
    let answer = aws.signed(&aws.placet, operation, body).await.send().await.expect("it answers");
    assert_eq!(answer.status(), StatusCode::OK, "{operation}");
}

async fn resumes_for_who_may_and_signs(aws: &Aws, refusals: [(StatusCode, &str); 2]) {
    let paused = aws.pause(Review::Plain).await;
    let body = success(&paused);
    let of_another = aws.signed(&aws.placet, "SendTaskSuccess", &json!({ "taskToken": "another" })).await;
    let of_a_stranger = aws.signed(&aws.stranger, "SendTaskSuccess", &body).await;
    for (request, (status, said)) in
        [of_another.body(body.to_string()), of_a_stranger].into_iter().zip(refusals)
    {
        let answer = request.send().await.expect("it answers");
        assert_eq!(answer.status(), status);
        let text = answer.text().await.expect("text");
        assert!(text.contains(said), "{text}");
    }
    assert!(aws.waits(&paused).await, "nobody who may has answered it");
    send(aws, "SendTaskSuccess", &body).await;
    assert_eq!(aws.outcome(&paused).await, succeeded(json!({ "approved": true })));
}

async fn fails_and_catches(aws: &Aws) {
    let refused = aws.pause(Review::Plain).await;
    send(aws, "SendTaskFailure", &failure(&refused, "Refused")).await;
    let outcome = aws.outcome(&refused).await;
    assert_eq!((outcome.status.as_str(), outcome.error.as_deref()), ("FAILED", Some("Refused")));

    let caught = aws.pause(Review::Caught).await;
    send(aws, "SendTaskFailure", &failure(&caught, "Refused")).await;
    assert_eq!(aws.outcome(&caught).await.status, "SUCCEEDED");

    let alive = aws.pause(Review::Beating(60)).await;
    send(aws, "SendTaskHeartbeat", &json!({ "taskToken": alive.token })).await;
    assert!(aws.waits(&alive).await, "a heartbeat is no answer");
}

#[tokio::test]
async fn moto_is_an_aws_that_wants_heartbeats() {
    let moto = Aws::moto().await;
    let refusals =
        [(StatusCode::FORBIDDEN, "SignatureDoesNotMatch"), (StatusCode::FORBIDDEN, "AccessDenied")];
    resumes_for_who_may_and_signs(&moto, refusals).await;
    fails_and_catches(&moto).await;
    let silent = moto.pause(Review::Beating(1)).await;
    assert_eq!(moto.outcome(&silent).await.error.as_deref(), Some("States.Timeout"));
}

#[tokio::test]
async fn ministack_is_an_aws_with_activities() {
    let ministack = Aws::ministack().await;
    let refusals = [
        (StatusCode::BAD_REQUEST, "InvalidSignatureException"),
        (StatusCode::FORBIDDEN, "AccessDeniedException"),
    ];
    resumes_for_who_may_and_signs(&ministack, refusals).await;
    fails_and_catches(&ministack).await;

    let refused = ministack.pause_activity(Review::Plain).await;
    send(&ministack, "SendTaskFailure", &failure(&refused, "Refused")).await;
    let outcome = ministack.outcome(&refused).await;
    assert_eq!(outcome.cause.as_deref(), Some("Not this one."));

    let unsure = ministack.pause_activity(Review::Retried).await;
    send(&ministack, "SendTaskFailure", &failure(&unsure, "Unsure")).await;
    assert!(ministack.waits(&unsure).await, "it is asked again");
}

#[tokio::test]
async fn ministack_keeps_what_was_put_as_it_was_signed() {
    let ministack = Aws::ministack().await;
    let slot = ministack.slot("talk.srt", "text/srt").await;
    let put = async |content_type: &str| {
        let request = Client::new().put(&slot).header("content-type", content_type).body("00:00 Placet.");
        request.send().await.expect("ministack answers").status()
    };
    assert_eq!(put("text/plain").await, StatusCode::FORBIDDEN);
    assert_eq!(ministack.stored("talk.srt").await, None);
    assert_eq!(put("text/srt").await, StatusCode::OK);
    let kept = Stored { content_type: "text/srt".into(), text: "00:00 Placet.".into() };
    assert_eq!(ministack.stored("talk.srt").await, Some(kept));
}

#[tokio::test]
async fn restate_resumes_also_after_a_restart() {
    let mut restate = Restate::start().await;
    let (approved, rejected) = (restate.pause().await, restate.pause().await);
    restate.restart().await;
    assert!(restate.waits(&approved).await && restate.waits(&rejected).await);
    let yes = Client::new().post(&approved.approve).json(&json!({ "approved": true }));
    assert_eq!(yes.send().await.expect("Restate answers").status(), StatusCode::ACCEPTED);
    let no = Client::new().post(&rejected.reject).body("Not this one.");
    assert_eq!(no.send().await.expect("Restate answers").status(), StatusCode::ACCEPTED);
    let outcome = restate.outcome(&approved).await;
    assert_eq!(outcome.status, "success");
    assert_eq!(outcome.output.expect("an output")["answer"], json!({ "approved": true }));
    let outcome = restate.outcome(&rejected).await;
    assert_eq!((outcome.status.as_str(), outcome.output), ("failure", None));
    assert!(outcome.error.expect("an error").contains("Not this one."));
}

#[tokio::test]
async fn restate_keeps_the_promise_of_a_workflow_once() {
    let restate = Restate::start().await;
    let paused = restate.pause_workflow().await;
    assert!(restate.waits(&paused).await);
    let approve = Client::new().post(&paused.approve).json(&json!({ "approved": true }));
    assert_eq!(approve.send().await.expect("Restate answers").status(), StatusCode::OK);
    let reject = Client::new().post(&paused.reject).json(&json!({ "note": "Too late." }));
    assert_eq!(reject.send().await.expect("Restate answers").status(), StatusCode::CONFLICT);
    let outcome = restate.outcome(&paused).await;
    assert_eq!(outcome.output.expect("an output")["answer"], json!({ "approved": true }));
}

#[tokio::test]
async fn what_a_person_answers_at_a_console_resumes_the_task() {
    let restate = Restate::start().await;
    let paused = restate.pause().await;
    let allow = vec![restate.ingress.parse().expect("an address")];
    let key = ("engine", "whsec_c2lnbmVkIGFuZCBub3QgcmVhZCBieSBSZXN0YXRl");
    let signing = Signing::by_webhook_key(key.0);
    let console = Console::open(Engine { signing, ..Engine::new("restate", allow) }, &[key]).await;
    let callback = json!({ "protocol": "webhook", "url": paused.approve });
    let item = console.ask(&callback, json!({ "metadata": { "from": "Restate" } })).await;
    assert!(restate.waits(&paused).await);
    let delivery = console.answer(&item, draft(Verdict::Approve, None)).await;
    assert_eq!(delivery.row.state, DeliveryState::Delivered);
    let heard = restate.outcome(&paused).await.output.expect("an output")["answer"].take();
    assert_eq!(heard["decision"]["verdict"], "approve");
}

#[tokio::test]
async fn langgraph_resumes_for_who_has_the_key() {
    let engine = Langgraph::start().await;
    let paused = engine.pause().await;
    assert_eq!(paused.question["action_request"]["args"]["order"], "4711");
    let resume = async |key: &str| {
        let langgraph::Paused { thread, assistant, interrupt, .. } = &paused;
        let body = json!({
            "assistant_id": assistant, "multitask_strategy": "reject",
            "command": { "resume": { interrupt.as_str(): [{ "type": "accept", "args": null }] } },
        });
        let url = format!("{}/threads/{thread}/runs", engine.endpoint);
        let request = Client::new().post(url).header("x-api-key", key).json(&body);
        request.send().await.expect("LangGraph answers").status()
    };
    assert_eq!(resume("another").await, StatusCode::UNAUTHORIZED);
    assert!(engine.waits(&paused).await);
    assert_eq!(resume(&engine.key).await, StatusCode::OK);
    let outcome = engine.outcome(&paused).await;
    assert_eq!(outcome.status, "idle");
    assert_eq!(outcome.output.expect("values")["answer"], json!({ "type": "accept", "args": null }));
    assert!(!engine.waits(&paused).await);
}
