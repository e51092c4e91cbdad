mod process;

use placet_desk::verb::{KeepDraft, PutEngine};
use placet_desk::view::ItemView;
use placet_review::{DeliveryState, Draft, Engine, ItemState, Schedule, Verdict};
use placet_tests::{Office, draft, hold, pets};
use reqwest::StatusCode;
use serde_json::json;

use self::process::Process;

/// An office whose engine is the process, which handed a pet in.
async fn office(process: &Process) -> Office {
    let office = Office::open([pets()]).await;
    let allow = vec![process.url.parse().expect("a place")];
    let engine = Engine { schedule: Schedule::Fast, ..Engine::new("engine", allow) };
    office.ask("owner", PutEngine { engine }).await.expect("the engine is changed");
    let mut pet = office.pet(1);
    pet["callbacks"] = json!([process.callback()]);
    let (status, problem) = office.hand_in(&pet).await;
    assert_eq!(status, StatusCode::CREATED, "{problem}");
    office
}

async fn take_up(office: &Office, process: &Process) -> ItemView {
    let item = office.next("ada", "pets").await;
    assert_eq!(process.once("start").await.data["by"], "ada", "the process hears who took it up");
    item
}

#[tokio::test]
async fn a_process_hears_that_somebody_began_how_far_it_is_and_what_the_answer_is() {
    let process = Process::at_its_step().await;
    let office = office(&process).await;
    let item = take_up(&office, &process).await;
    let kept_for = item.deadline.expect("retention is a deadline").millis_since(item.admitted_at);
    assert_eq!(kept_for, 24 * 60 * 60 * 1_000);

    let so_far = draft(Verdict::Correct, Some(json!({ "label": "dog" })));
    let keep = KeepDraft { hold: hold(&item), draft: so_far };
    office.ask("ada", keep).await.expect("kept");
    assert_eq!(process.once("progress").await.data["label"], "dog");

    office.decide("ada", &item, draft(Verdict::Approve, None)).await.expect("decided");
    let standing = process.once("complete").await;
    assert_eq!(standing.sent, ["start", "progress", "complete"]);
    assert_eq!(standing.data["label"], "cat", "the answer wins over what was there at first");
    assert_eq!(standing.data["callerRef"], "A", "and leaves the rest of it");
    assert_eq!(standing.data["verdict"], "approve");
    let delivery = office.delivery_in(DeliveryState::Delivered).await;
    assert_eq!(standing.data["delivery"], delivery.id.to_string());
    office.close().await;
}

#[tokio::test]
async fn an_answer_whose_receipt_got_lost_is_asked_for_and_not_sent_again() {
    let process = Process::at_its_step().await;
    let office = office(&process).await;
    let item = take_up(&office, &process).await;
    process.lose_the_answer_to("error");
    let no = Draft { note: Some("It barks.".to_owned()), ..draft(Verdict::Reject, None) };
    office.decide("ada", &item, no).await.expect("decided");
    let delivery = office.delivery_in(DeliveryState::Delivered).await;
    assert_eq!(delivery.attempts, 2);
    let standing = process.standing();
    assert_eq!(standing.sent, ["start", "error"], "it was told once");
    assert_eq!((standing.asked, &standing.data["note"]), (1, &json!("It barks.")));
    office.close().await;
}

#[tokio::test]
async fn a_process_that_wants_no_answer_any_more_takes_its_item_out_of_the_queue() {
    let process = Process::at_its_step().await;
    let office = office(&process).await;
    process.cancel();
    office.next("ada", "pets").await;
    let expired = ItemState::Expired.name();
    office.eventually(async || (office.task("pet-1").await["state"] == expired).then_some(())).await;
    office.close().await;
}
