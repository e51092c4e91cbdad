use placet_desk::ErrorCode;
use placet_desk::verb::{Decide, Look};
use placet_review::Verdict;
use placet_tests::{Office, draft, hold, pets};
use reqwest::StatusCode;
use serde_json::json;

#[tokio::test]
async fn an_answer_to_something_else_than_was_shown_is_refused_and_the_hold_stays() {
    let office = Office::open([pets()]).await;
    let item = office.open_pet("ada").await;
    let shown = "sha256:0000".to_owned();
    let decide = Decide { hold: hold(&item), shown, draft: draft(Verdict::Approve, None) };
    let refused = office.ask("ada", decide).await.expect_err("another item was shown");
    assert_eq!(refused.code, ErrorCode::LeaseLost);
    office.decide("ada", &item, draft(Verdict::Approve, None)).await.expect("looked at again, it decides");
    office.close().await;
}

#[tokio::test]
async fn a_label_that_the_queue_does_not_have_is_refused_by_name() {
    let office = Office::open([pets()]).await;
    let item = office.open_pet("ada").await;
    let refused = office.decide("ada", &item, draft(Verdict::Correct, Some(json!({ "label": "cow" })))).await;
    let refused = refused.expect_err("no cows here");
    assert_eq!(refused.code, ErrorCode::AnswerRefused);
    assert!(refused.message.contains("cow"), "{refused}");
    office.close().await;
}

#[tokio::test]
async fn another_reviewers_hold_cannot_be_used() {
    let office = Office::open([pets()]).await;
    let item = office.open_pet("ada").await;
    let refused = office.decide("bob", &item, draft(Verdict::Approve, None)).await.expect_err("ada's hold");
    assert_eq!(refused.code, ErrorCode::LeaseLost);
    let seen = office.ask("bob", Look { item: item.id }).await.expect("bob may look");
    assert_eq!(seen.lease, None);
    office.close().await;
}

#[tokio::test]
async fn a_callback_outside_the_engines_allow_list_is_refused_at_the_door() {
    let office = Office::open([pets()]).await;
    let mut submission = office.pet(1);
    submission["callbacks"][0]["url"] = "http://127.0.0.1:1/elsewhere".into();
    let (status, problem) = office.hand_in(&submission).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem["pointer"], "/callbacks/0/url", "{problem}");
    office.close().await;
}
