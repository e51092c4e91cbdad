use placet_review::{DeliveryState, Verdict};
use placet_tests::{Office, Receiver, draft, pets};
use reqwest::StatusCode;

#[tokio::test]
async fn a_receiver_that_is_down_gets_the_decision_later() {
    let mut office = Office::open([pets()]).await;
    let item = office.open_pet("ada").await;
    let elsewhere = Receiver::start().await;
    let port = std::mem::replace(&mut office.receiver, elsewhere).go_down().await;

    office.decide("ada", &item, draft(Verdict::Approve, None)).await.expect("deciding never waits");
    let waiting = office
        .eventually(async || {
            let row = office.delivery_in(DeliveryState::Due).await;
            (row.attempts >= 1).then_some(row)
        })
        .await;
    assert!(waiting.reason.is_some(), "it says why it waits");

    let back = Receiver::start_on(port).await;
    let received = back.received(1).await;
    assert_eq!(received[0].header("webhook-id"), waiting.id.to_string(), "the same id");
    let delivered = office.delivery_in(DeliveryState::Delivered).await;
    assert!(delivered.attempts >= 2, "the failed attempt is kept: {}", delivered.attempts);
    office.close().await;
}

#[tokio::test]
async fn every_try_sends_the_same_bytes_under_the_same_id() {
    let office = Office::open([pets()]).await;
    office.receiver.answer_next([StatusCode::SERVICE_UNAVAILABLE, StatusCode::BAD_GATEWAY]);
    let item = office.open_pet("ada").await;
    office.decide("ada", &item, draft(Verdict::Approve, None)).await.expect("decided");
    let received = office.receiver.received(3).await;
    for retry in &received[1..] {
        assert_eq!(retry.body, received[0].body);
        assert_eq!(retry.header("webhook-id"), received[0].header("webhook-id"));
    }
    office.delivery_in(DeliveryState::Delivered).await;
    office.close().await;
}

#[tokio::test]
async fn a_receiver_that_turns_us_away_waits_for_a_person_who_tries_again() {
    let office = Office::open([pets()]).await;
    office.receiver.answer_next([StatusCode::FORBIDDEN]);
    let item = office.open_pet("ada").await;
    office.decide("ada", &item, draft(Verdict::Approve, None)).await.expect("decided");
    let parked = office.delivery_in(DeliveryState::Parked).await;
    assert!(parked.can_retry);
    office.ask("ada", placet_desk::verb::Retry { delivery: parked.id }).await.expect("tried again");
    office.delivery_in(DeliveryState::Delivered).await;
    office.close().await;
}
