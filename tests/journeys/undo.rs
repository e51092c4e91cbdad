use placet_desk::ErrorCode;
use placet_desk::verb::{LastDecision, Undo};
use placet_review::{DeliveryState, Queue, Verdict};
use placet_tests::{Office, draft, pets};

#[tokio::test]
async fn a_decision_is_taken_back_before_it_goes_out() {
    let office = Office::open([Queue { undo_seconds: 3600, ..pets() }]).await;
    let item = office.open_pet("ada").await;
    let decided = office.decide("ada", &item, draft(Verdict::Approve, None)).await.expect("decided");
    office.delivery_in(DeliveryState::Held).await;

    let last = office.ask("ada", LastDecision {}).await.expect("asked");
    assert_eq!(last, Some(decided.decision));
    let again = office.ask("ada", Undo { decision: decided.decision }).await.expect("taken back");
    assert_eq!(again.id, item.id, "the item is in the hand again");
    let kept = again.draft.as_ref().expect("its draft is the decision");
    assert_eq!(kept.verdict, Verdict::Approve);

    office.delivery_in(DeliveryState::Withdrawn).await;
    assert!(office.receiver.so_far().is_empty(), "nothing went out");
    let twice = office.ask("ada", Undo { decision: decided.decision }).await.expect_err("once only");
    assert_eq!(twice.code, ErrorCode::TooLate);
    let second = office.decide("ada", &again, draft(Verdict::Approve, None)).await;
    assert_ne!(second.expect("decided anew").decision, decided.decision);
    office.close().await;
}

#[tokio::test]
async fn what_has_gone_out_cannot_be_taken_back() {
    let office = Office::open([pets()]).await;
    let item = office.open_pet("ada").await;
    let decided = office.decide("ada", &item, draft(Verdict::Approve, None)).await.expect("decided");
    office.delivery_in(DeliveryState::Delivered).await;
    let late = office.ask("ada", Undo { decision: decided.decision }).await.expect_err("too late");
    assert_eq!(late.code, ErrorCode::TooLate);
    office.close().await;
}

#[tokio::test]
async fn nobody_takes_back_what_another_decided() {
    let office = Office::open([Queue { undo_seconds: 3600, ..pets() }]).await;
    let item = office.open_pet("ada").await;
    let decided = office.decide("ada", &item, draft(Verdict::Approve, None)).await.expect("decided");
    let other = office.ask("bob", Undo { decision: decided.decision }).await.expect_err("not bob's");
    assert_eq!(other.code, ErrorCode::Missing);
    office.close().await;
}
