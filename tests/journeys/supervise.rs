use std::process::Output;

use placet_desk::ErrorCode;
use placet_desk::verb::{Confirm, CountDeliveries, Delivery, Look, RetryAll, Which, Withdraw};
use placet_review::{DeliveryState, ItemState, Queue, Verdict};
use placet_tests::{Office, Placet, Receiver, draft, pets};
use reqwest::StatusCode;
use serde_json::{Value, json};

/// A desk that serves, with an engine whose callbacks go to the receiver, and these tasks decided.
async fn decided(placet: &Placet, receiver: &Receiver, undo_seconds: &str, tasks: &[&str]) {
    let fast = ["--no-webhook-signature", "--schedule", "fast"];
    placet.json(&[&["engine", "add", "engine", "--allow", &receiver.url("/")][..], &fast].concat());
    placet.json(&["queue", "add", "gate", "--kind", "fallback", "--undo-seconds", undo_seconds]);
    for task in tasks {
        let item = json!({ "v": 1, "engine": "engine", "id": task, "queue": "gate", "title": "Deploy?",
            "content": {}, "callbacks": [{ "protocol": "webhook", "url": receiver.url("/done?run=s3cret") }] });
        let submitted = placet.run_with_input(&["submit", "-"], &item.to_string());
        assert!(submitted.status.success(), "{}", String::from_utf8_lossy(&submitted.stderr));
        placet.json(&["decide", &format!("engine/{task}"), "--approve"]);
    }
}

/// The rows of the list with these options, once there are so many.
async fn listed(placet: &Placet, options: &[&str], count: usize) -> Vec<Value> {
    let command = [&["deliveries"], options].concat();
    for _ in 0..600 {
        let rows = placet.json(&command);
        if rows.len() == count {
            return rows;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("not {count}: {:?}", placet.json(&command));
}

fn id(row: &Value) -> String {
    row["id"].as_str().expect("an id").to_owned()
}

fn said(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[tokio::test]
async fn what_an_engine_turned_away_is_found_and_tried_again_by_one_command() {
    let home = tempfile::tempdir().expect("a folder");
    let placet = Placet::on(home.path());
    let receiver = Receiver::start().await;
    receiver.answer_next([StatusCode::FORBIDDEN; 3]);
    let _server = placet.serve();
    decided(&placet, &receiver, "0", &["a", "b", "c"]).await;
    let needs_you = ["--state", "needs-you", "--engine", "engine", "--newer-than", "1h"];
    let parked = listed(&placet, &needs_you, 3).await;
    let oldest = listed(&placet, &[&needs_you[..], &["--oldest-first", "--limit", "1"]].concat(), 1).await;
    assert_eq!(id(&oldest[0]), id(&parked[2]), "the list begins where it is told to");
    let rest = listed(&placet, &[&needs_you[..], &["--past", &id(&parked[0])]].concat(), 2).await;
    assert_eq!(id(&rest[1]), id(&parked[2]), "and where the list before it ended");
    assert_eq!(listed(&placet, &["--older-than", "1h"], 0).await, Vec::<Value>::new());

    let all = ["deliveries", "retry", "--all", "--state", "parked", "--older-than", "0s"];
    let (code, _, errors) = said(&placet.run(&all));
    assert_eq!(code, Some(2), "it does not go ahead unasked: {errors}");
    assert!(errors.contains("3 deliveries (3 parked)") && errors.contains("--yes"), "{errors}");
    assert_eq!(receiver.so_far().len(), 3, "nothing was sent meanwhile");

    let retried = placet.json(&[&all[..], &["--yes"]].concat());
    assert_eq!(retried, [json!({ "retried": 3 })]);
    assert_eq!(receiver.received(6).await.len(), 6);
    listed(&placet, &["--state", "delivered"], 3).await;
    let nothing = placet.json(&[&all[..], &["--yes"]].concat());
    assert_eq!(nothing, [json!({ "retried": 0 })]);
}

#[tokio::test]
async fn a_story_tells_everything_but_secrets_and_ends_when_a_person_confirms() {
    let home = tempfile::tempdir().expect("a folder");
    let placet = Placet::on(home.path());
    let receiver = Receiver::start().await;
    receiver.answer_next([StatusCode::UNPROCESSABLE_ENTITY]);
    let _server = placet.serve();
    decided(&placet, &receiver, "0", &["a"]).await;
    let dead = id(&listed(&placet, &["--state", "dead"], 1).await[0]);

    let (code, story, _) = said(&placet.run(&["deliveries", "show", &dead]));
    assert_eq!(code, Some(0));
    for told in
        ["Deploy?", "dead", "HTTP 422", "engine/a in gate", "approve by ada", "POST http://127.0.0.1:"]
    {
        assert!(story.contains(told), "{told} is missing:\n{story}");
    }
    assert!(story.contains("webhook-id") && story.contains("run=..."), "{story}");
    assert!(!story.contains("s3cret"), "{story}");

    let confirmed = &placet.json(&["--as", "bob", "deliveries", "confirm", &dead])[0];
    assert_eq!(confirmed["row"]["state"], "delivered");
    assert!(confirmed["row"]["reason"].as_str().is_some_and(|reason| reason.contains("bob said at 2")));
    let (code, _, errors) = said(&placet.run(&["deliveries", "confirm", &dead]));
    assert_eq!(code, Some(3), "refused: {errors}");
    assert!(errors.contains("cannot be confirmed. The engine has it already."), "{errors}");
    let (code, _, errors) = said(&placet.run(&["deliveries", "withdraw", &dead]));
    assert_eq!(code, Some(3), "refused: {errors}");
    assert_eq!(receiver.so_far().len(), 1, "it was never sent again");
}

#[tokio::test]
async fn a_supervisor_withdraws_what_is_held_and_the_item_waits_again() {
    let home = tempfile::tempdir().expect("a folder");
    let placet = Placet::on(home.path());
    let receiver = Receiver::start().await;
    let _server = placet.serve();
    decided(&placet, &receiver, "3600", &["a"]).await;
    let held = id(&listed(&placet, &["--state", "held"], 1).await[0]);
    let withdrawn = placet.json(&["--as", "boss", "deliveries", "withdraw", &held]);
    assert_eq!(withdrawn, [json!({ "item": 1 })]);
    let item = &placet.json(&["show", "engine/a"])[0];
    assert_eq!((&item["state"], &item["decision"]), (&json!("waiting"), &Value::Null));
    let story = &placet.json(&["deliveries", "show", &held])[0];
    assert_eq!(story["row"]["state"], "withdrawn");
    assert!(story["row"]["reason"].as_str().is_some_and(|reason| reason.starts_with("boss ")), "{story}");
    // Anybody decides it anew.
    placet.json(&["--as", "bob", "decide", "engine/a", "--approve"]);
    listed(&placet, &["--state", "held"], 1).await;
    assert!(receiver.so_far().is_empty());
}

#[tokio::test]
async fn the_desk_counts_and_retries_by_filter_and_tells_what_comes_next() {
    let office = Office::open([pets()]).await;
    office.receiver.answer_next([StatusCode::FORBIDDEN]);
    let item = office.open_pet("ada").await;
    office.decide("ada", &item, draft(Verdict::Approve, None)).await.expect("decided");
    let parked = office.delivery_in(DeliveryState::Parked).await;
    let story = office.ask("boss", Delivery { delivery: parked.id }).await.expect("told");
    assert!(story.next.is_some_and(|next| next.contains("try again")), "it says what to do");
    let which = |engine: &str| Which { engine: Some(engine.into()), ..Default::default() };
    let counted =
        office.ask("boss", CountDeliveries { which: which("engine"), at_most: None }).await.expect("counted");
    assert_eq!(
        counted.iter().map(|one| (one.state, one.count)).collect::<Vec<_>>(),
        [(DeliveryState::Parked, 1)]
    );
    let other = office.ask("boss", RetryAll { which: which("other") }).await.expect("asked");
    assert_eq!(other.retried, 0);
    let ours = office.ask("boss", RetryAll { which: which("engine") }).await.expect("asked");
    assert_eq!(ours.retried, 1);
    office.delivery_in(DeliveryState::Delivered).await;
    office.close().await;
}

#[tokio::test]
async fn what_cannot_be_done_is_refused_in_a_plain_sentence() {
    let office = Office::open([Queue { undo_seconds: 3600, ..pets() }]).await;
    let item = office.open_pet("ada").await;
    office.decide("ada", &item, draft(Verdict::Approve, None)).await.expect("decided");
    let held = office.delivery_in(DeliveryState::Held).await;
    assert!(held.can_withdraw && !held.can_confirm && !held.can_retry);
    let early = office.ask("boss", Confirm { delivery: held.id }).await.expect_err("it goes by itself");
    assert_eq!(early.code, ErrorCode::TooLate);
    assert!(early.message.contains("held until its undo window is over"), "{}", early.message);
    let withdrawn = office.ask("boss", Withdraw { delivery: held.id }).await.expect("in time");
    assert_eq!(withdrawn.item, item.id);
    assert_eq!(office.ask("ada", Look { item: item.id }).await.expect("shown").state, ItemState::Waiting);
    let twice = office.ask("boss", Withdraw { delivery: held.id }).await.expect_err("once only");
    assert!(twice.message.contains("taken back, so nothing is sent"), "{}", twice.message);
    office.close().await;
}

#[tokio::test]
async fn a_receiver_that_fails_is_spared_and_a_person_who_knows_better_has_it_tried() {
    let home = tempfile::tempdir().expect("a folder");
    let placet = Placet::on(home.path());
    let receiver = Receiver::start().await;
    let _server = placet.serve();
    receiver.answer_next([StatusCode::SERVICE_UNAVAILABLE; 1_000]);
    decided(&placet, &receiver, "0", &["a", "b", "c"]).await;
    let origin = receiver.url("");
    let spared = async |wanted: &str, options: &[&str]| {
        let command = [&["deliveries", "origins"], options].concat();
        for _ in 0..600 {
            let rows = placet.json(&command);
            if rows.iter().any(|row| row["why"] == wanted) || (wanted.is_empty() && rows.is_empty()) {
                return rows;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("not {wanted:?}: {:?}", placet.json(&command));
    };
    let rows = spared("failing", &[]).await;
    assert_eq!(rows[0]["origin"], origin.as_str());
    assert!(rows[0]["failures"].as_u64() >= Some(5), "{}", rows[0]);
    let due = listed(&placet, &["--state", "due", "--limit", "1"], 1).await;
    let story = placet.json(&["deliveries", "show", &id(&due[0])]);
    assert!(
        story[0]["next"].as_str().is_some_and(|next| next.contains("left alone")),
        "{}",
        story[0]["next"]
    );

    let port = receiver.go_down().await;
    let well = Receiver::start_on(port).await;
    placet.json(&["deliveries", "origins", "--try", &origin]);
    listed(&placet, &["--state", "delivered"], 3).await;
    assert_eq!(well.so_far().len(), 3, "each once more, and the receiver took it");
    spared("", &[]).await;
    let (code, _, errors) = said(&placet.run(&["deliveries", "origins", "--try", "https://nobody.example"]));
    assert_ne!(code, Some(0), "{errors}");
    assert!(errors.contains("no such origin"), "{errors}");
}
