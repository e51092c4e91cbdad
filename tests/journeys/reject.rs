use placet_desk::ErrorCode;
use placet_review::{Draft, Verdict};
use placet_tests::{Office, draft, pets};

#[tokio::test]
async fn a_rejection_needs_its_reason_and_takes_it_along() {
    let office = Office::open([pets()]).await;
    let item = office.open_pet("ada").await;

    let refused = office.decide("ada", &item, draft(Verdict::Reject, None)).await.expect_err("no note");
    assert_eq!(refused.code, ErrorCode::AnswerRefused);
    assert!(refused.message.contains("note"), "it says what to do: {refused}");
    assert!(office.receiver.so_far().is_empty(), "a refused answer goes nowhere");

    let note = Some("Neither: it is a hamster.".to_owned());
    let rejection = Draft { note, ..draft(Verdict::Reject, None) };
    office.decide("ada", &item, rejection).await.expect("the same hold decides");
    let body = office.receiver.received(1).await[0].json();
    assert_eq!(body["decision"]["verdict"], "reject");
    assert_eq!(body["decision"]["note"], "Neither: it is a hamster.");
    office.close().await;
}
