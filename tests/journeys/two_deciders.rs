use placet_desk::ErrorCode;
use placet_desk::verb::Open;
use placet_review::Verdict;
use placet_tests::{Office, draft, pets};
use serde_json::json;

#[tokio::test]
async fn of_two_answers_under_one_hold_exactly_one_is_recorded() {
    let office = Office::open([pets()]).await;
    let item = office.open_pet("ada").await;
    let answer = |label| draft(Verdict::Correct, Some(json!({ "label": label })));
    let (cat, dog) =
        tokio::join!(office.decide("ada", &item, answer("cat")), office.decide("ada", &item, answer("dog")));
    let refused = match (cat, dog) {
        (Ok(_), Err(refused)) | (Err(refused), Ok(_)) => refused,
        both => panic!("exactly one is recorded: {both:?}"),
    };
    assert_eq!(refused.code, ErrorCode::Closed, "the other is told that it has its answer: {refused}");
    office.receiver.received(1).await;
    let deliveries = placet_desk::verb::Deliveries { limit: 10, ..Default::default() };
    assert_eq!(office.ask("ada", deliveries).await.expect("listed").len(), 1);
    office.close().await;
}

#[tokio::test]
async fn two_reviewers_never_hold_the_same_item() {
    let office = Office::open([pets()]).await;
    office.hand_in(&office.pet(1)).await;
    office.hand_in(&office.pet(2)).await;
    let (ada, bob) = tokio::join!(office.next("ada", "pets"), office.next("bob", "pets"));
    assert_ne!(ada.id, bob.id);
    let held = office.ask("bob", Open { item: ada.id }).await.expect_err("ada holds it");
    assert_eq!(held.code, ErrorCode::HeldByAnother);
    assert!(held.message.contains("ada"), "it says who: {held}");
    office.close().await;
}
