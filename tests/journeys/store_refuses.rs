use placet_desk::ErrorCode;
use placet_desk::verb::{Decide, Look, Next};
use placet_review::{ItemState, Verdict};
use placet_tests::{Placet, Receiver, draft, hold};
use reqwest::StatusCode;
use serde_json::{Value, json};

/// A server on a disk that can be made full, with one item that waits in `gate`.
struct Gate {
    placet: Placet,
    receiver: Receiver,
    token: String,
    _home: tempfile::TempDir,
}

impl Gate {
    async fn open() -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let placet = Placet::on(home.path());
        let receiver = Receiver::start().await;
        let url = receiver.url("/");
        let engine =
            ["engine", "add", "engine", "--allow", &url, "--no-webhook-signature", "--schedule", "fast"];
        let added = placet.json(&engine);
        let token = added[0]["token"].as_str().expect("a token").to_owned();
        placet.json(&["queue", "add", "gate", "--kind", "fallback", "--undo-seconds", "0"]);
        Self { placet, receiver, token, _home: home }
    }

    fn submission(&self, id: &str) -> Value {
        json!({ "v": 1, "engine": "engine", "id": id, "queue": "gate", "title": "Deploy?", "content": {},
                "callbacks": [{ "protocol": "webhook", "url": self.receiver.url("/done") }] })
    }

    async fn hand_in(&self, intake: &str, id: &str) -> (StatusCode, Value) {
        let response = reqwest::Client::new()
            .post(format!("{intake}/v1/items"))
            .bearer_auth(&self.token)
            .json(&self.submission(id))
            .send()
            .await
            .expect("the desk answers");
        (response.status(), response.json().await.expect("JSON"))
    }
}

#[tokio::test]
async fn a_decision_that_cannot_be_written_changes_nothing_and_can_be_made_again() {
    let gate = Gate::open().await;
    let server = gate.placet.serve_on_a_small_disk();
    assert_eq!(gate.hand_in(&server.intake, "deploy-1").await.0, StatusCode::CREATED);
    let desk = gate.placet.desk().await;
    let mut items = desk.ask("ada", Next { queue: "gate".into(), limit: 1 }).await.expect("leased");
    let item = items.pop().expect("an item waits");
    let decide =
        || Decide { hold: hold(&item), shown: item.shown.clone(), draft: draft(Verdict::Approve, None) };

    server.fill_disk();
    let refused = desk.ask("ada", decide()).await.expect_err("there is no room for it");
    assert_eq!(refused.code, ErrorCode::Fault);
    assert!(refused.message.contains("Nothing was changed"), "it says so: {refused}");
    let seen = desk.ask("ada", Look { item: item.id }).await.expect("it can still be read");
    assert_eq!((seen.state, seen.decision), (ItemState::Leased, None), "the hold stays, nothing is decided");
    assert!(gate.receiver.so_far().is_empty(), "and nothing goes out");

    server.free_disk();
    desk.ask("ada", decide()).await.expect("the same hold decides");
    assert_eq!(gate.receiver.received(1).await[0].json()["decision"]["verdict"], "approve");
}

#[tokio::test]
async fn an_item_that_cannot_be_written_is_not_taken_and_can_be_handed_in_again() {
    let gate = Gate::open().await;
    let server = gate.placet.serve_on_a_small_disk();
    assert_eq!(gate.hand_in(&server.intake, "deploy-1").await.0, StatusCode::CREATED);

    server.fill_disk();
    let (status, problem) = gate.hand_in(&server.intake, "deploy-2").await;
    assert_eq!((status.as_u16(), &problem["code"]), (503, &json!("ledger-unavailable")), "{problem}");
    let (status, again) = gate.hand_in(&server.intake, "deploy-1").await;
    assert_ne!(status, StatusCode::CREATED, "what is there already is never new: {again}");

    server.free_disk();
    assert_eq!(gate.hand_in(&server.intake, "deploy-2").await.0, StatusCode::CREATED);
    server.kill();
    assert_eq!(gate.placet.json(&["queue", "list"])[0]["waiting"], 2, "both are on disk");
}
