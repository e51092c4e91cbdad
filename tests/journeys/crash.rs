use placet_desk::verb::{Deliveries, Delivery, Which};
use placet_review::{DeliveryState, Outcome};
use placet_tests::{Placet, Receiver, eventually};
use serde_json::{Value, json};

/// The command on a ledger where the engine `engine` waits at this receiver and `gate` lets a decision go
/// out after so many seconds.
fn gate(home: &std::path::Path, url: &str, undo_seconds: &str) -> Placet {
    let placet = Placet::on(home);
    let engine = ["engine", "add", "engine", "--allow", url, "--no-webhook-signature", "--schedule", "fast"];
    placet.json(&engine);
    placet.json(&["queue", "add", "gate", "--kind", "fallback", "--undo-seconds", undo_seconds]);
    placet
}

fn deploy(number: u32, url: &str) -> Value {
    json!({ "v": 1, "engine": "engine", "id": format!("deploy-{number}"), "queue": "gate", "title": "Deploy?",
            "content": { "commit": "abc" }, "callbacks": [{ "protocol": "webhook", "url": url }] })
}

fn submit(placet: &Placet, lines: &str) {
    let submitted = placet.run_with_input(&["submit", "-"], lines);
    assert!(submitted.status.success(), "{}", String::from_utf8_lossy(&submitted.stderr));
}

#[tokio::test]
async fn a_decision_made_before_a_crash_goes_out_after_it() {
    let home = tempfile::tempdir().expect("a folder");
    // A port on which nobody listens yet: the first process can only try in vain.
    let port = Receiver::start().await.go_down().await;
    let url = format!("http://127.0.0.1:{port}/");
    let placet = gate(home.path(), &url, "0");

    let server = placet.serve();
    submit(&placet, &deploy(1, &url).to_string());
    placet.json(&["decide", "engine/deploy-1", "--approve"]);
    server.kill();

    let receiver = Receiver::start_on(port).await;
    let _server = placet.serve();
    let received = receiver.received(1).await;
    assert_eq!(received[0].json()["decision"]["verdict"], "approve");
    assert_eq!(received[0].json()["id"], "deploy-1");
}

#[tokio::test]
async fn a_decision_in_its_undo_window_at_a_crash_goes_out_after_it() {
    let home = tempfile::tempdir().expect("a folder");
    let receiver = Receiver::start().await;
    let url = receiver.url("/");
    let placet = gate(home.path(), &url, "1");
    let server = placet.serve();
    submit(&placet, &deploy(1, &url).to_string());
    placet.json(&["decide", "engine/deploy-1", "--approve"]);
    server.kill();

    let _server = placet.serve();
    assert_eq!(receiver.received(1).await[0].json()["id"], "deploy-1");
}

#[tokio::test]
async fn an_attempt_under_way_at_a_crash_is_kept_and_made_again_under_the_same_id() {
    let home = tempfile::tempdir().expect("a folder");
    let receiver = Receiver::start().await;
    let url = receiver.url("/");
    let placet = gate(home.path(), &url, "0");
    receiver.keep_silent_once();
    let server = placet.serve();
    submit(&placet, &deploy(1, &url).to_string());
    placet.json(&["decide", "engine/deploy-1", "--approve"]);
    receiver.received(1).await;
    server.kill();

    let _server = placet.serve();
    let received = receiver.received(2).await;
    assert_eq!(received[1].header("webhook-id"), received[0].header("webhook-id"));
    assert_eq!(received[1].body, received[0].body);
    let desk = placet.desk().await;
    let story = eventually("the second attempt is recorded", async || {
        let which = Which { states: vec![DeliveryState::Delivered], ..Default::default() };
        let delivered = Deliveries { which, limit: 1, ..Default::default() };
        let Some(row) = desk.ask("ada", delivered).await?.pop() else { return Ok(None) };
        Ok(Some(desk.ask("ada", Delivery { delivery: row.id }).await?))
    });
    let attempts = story.await.expect("delivered").attempts;
    let outcomes: Vec<_> = attempts.iter().map(|attempt| attempt.outcome).collect();
    assert_eq!(outcomes, [Some(Outcome::Interrupted), Some(Outcome::Accepted)]);
}

#[test]
fn what_was_accepted_before_a_crash_is_there_after_it() {
    let home = tempfile::tempdir().expect("a folder");
    let url = "http://127.0.0.1:9/";
    let placet = gate(home.path(), url, "0");
    let server = placet.serve();
    let lines: Vec<String> = (0..100).map(|number| deploy(number, url).to_string()).collect();
    submit(&placet, &lines.join("\n"));
    server.kill();
    assert_eq!(placet.json(&["queue", "list"])[0]["waiting"], 100);
}
