use placet_tests::{Placet, Receiver};
use serde_json::json;

#[tokio::test]
async fn a_decision_made_before_a_crash_goes_out_after_it() {
    let home = tempfile::tempdir().expect("a folder");
    let placet = Placet::on(home.path());
    // A port on which nobody listens yet: the first process can only try in vain.
    let port = Receiver::start().await.go_down().await;
    let url = format!("http://127.0.0.1:{port}/");
    let engine = ["engine", "add", "engine", "--allow", &url, "--no-webhook-signature", "--schedule", "fast"];
    placet.json(&engine);
    placet.json(&["queue", "add", "gate", "--kind", "fallback", "--undo-seconds", "0"]);

    let server = placet.serve();
    let submission = json!({
        "v": 1, "engine": "engine", "id": "deploy-1", "queue": "gate", "title": "Deploy?",
        "content": { "commit": "abc" }, "callbacks": [{ "protocol": "webhook", "url": url }],
    });
    let submitted = placet.run_with_input(&["submit", "-"], &submission.to_string());
    assert!(submitted.status.success(), "{}", String::from_utf8_lossy(&submitted.stderr));
    placet.json(&["decide", "engine/deploy-1", "--approve"]);
    server.kill();

    let receiver = Receiver::start_on(port).await;
    let _server = placet.serve();
    let received = receiver.received(1).await;
    assert_eq!(received[0].json()["decision"]["verdict"], "approve");
    assert_eq!(received[0].json()["id"], "deploy-1");
}

#[test]
fn what_was_accepted_before_a_crash_is_there_after_it() {
    let home = tempfile::tempdir().expect("a folder");
    let placet = Placet::on(home.path());
    let url = "http://127.0.0.1:9/";
    placet.json(&["engine", "add", "engine", "--allow", url, "--no-webhook-signature"]);
    placet.json(&["queue", "add", "gate", "--kind", "fallback"]);
    let server = placet.serve();
    let lines: Vec<String> = (0..100)
        .map(|n| {
            json!({ "v": 1, "engine": "engine", "id": n.to_string(), "queue": "gate", "title": "Deploy?",
                    "content": {}, "callbacks": [{ "protocol": "webhook", "url": url }] })
            .to_string()
        })
        .collect();
    let submitted = placet.run_with_input(&["submit", "-"], &lines.join("\n"));
    assert!(submitted.status.success(), "{}", String::from_utf8_lossy(&submitted.stderr));
    server.kill();
    assert_eq!(placet.json(&["queue", "list"])[0]["waiting"], 100);
}
