use placet_desk::ErrorCode;
use placet_desk::verb::Open;
use placet_desk::view::Changed;
use placet_review::{ItemState, Timestamp, Verdict};
use placet_tests::{Office, draft, eventually, pets};
use reqwest::StatusCode;
use serde_json::json;

/// So long from now, for an engine that waits no longer.
fn in_seconds(seconds: i64) -> String {
    let now = std::time::UNIX_EPOCH.elapsed().expect("after 1970").as_millis();
    Timestamp::from_millis(i64::try_from(now).expect("this century")).plus_millis(seconds * 1_000).to_string()
}

#[tokio::test]
async fn an_item_in_hand_expires_at_its_deadline_and_its_reviewer_hears_of_it() {
    let office = Office::open([pets()]).await;
    let mut pet = office.pet(1);
    pet["deadline"] = in_seconds(3).into();
    office.hand_in(&pet).await;
    let mine = office.next("ada", "pets").await;
    let mut changes = office.desk.changes();
    eventually("whoever holds something is told", async || {
        while let Ok(change) = changes.try_recv() {
            if Changed::from(change) == Changed::Holds {
                return Ok(Some(()));
            }
        }
        Ok(None)
    })
    .await
    .expect("told");
    assert_eq!(office.task("pet-1").await["state"], ItemState::Expired.name());
    let late = office.decide("ada", &mine, draft(Verdict::Approve, None)).await.expect_err("too late");
    assert_eq!(late.code, ErrorCode::Closed);
    assert!(late.message.contains("does not wait"), "{late}");
    let closed = office.ask("ada", Open { item: mine.id }).await.expect_err("closed");
    assert_eq!(closed.code, ErrorCode::Closed);
    assert!(closed.message.contains("does not wait"), "{closed}");
    office.close().await;
}

#[tokio::test]
async fn an_engine_that_answers_a_heartbeat_with_gone_takes_its_item_along() {
    let office = Office::open([pets()]).await;
    office.receiver.answer_next([StatusCode::GONE]);
    let mut pet = office.pet(1);
    pet["heartbeat_seconds"] = 1.into();
    pet["callbacks"][0]["heartbeat_url"] = json!(office.receiver.url("/alive"));
    office.hand_in(&pet).await;
    office.next("ada", "pets").await;
    let heard = office.receiver.received(1).await;
    assert_eq!((&heard[0].json()["type"], &heard[0].json()["id"]), (&json!("item.waiting"), &json!("pet-1")));
    eventually("it expires", async || Ok((office.task("pet-1").await["state"] == "expired").then_some(())))
        .await
        .expect("it expires");
    office.close().await;
}
