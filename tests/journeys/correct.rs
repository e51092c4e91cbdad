use placet_review::Verdict;
use placet_tests::{Office, draft, pets, refunds};
use serde_json::json;

#[tokio::test]
async fn a_corrected_label_reaches_the_engine() {
    let office = Office::open([pets()]).await;
    let item = office.open_pet("ada").await;
    let answer = draft(Verdict::Correct, Some(json!({ "label": "dog" })));
    office.decide("ada", &item, answer).await.expect("decided");
    let body = office.receiver.received(1).await[0].json();
    assert_eq!(body["decision"]["verdict"], "correct");
    assert_eq!(body["decision"]["answer"], json!({ "label": "dog" }));
    office.close().await;
}

#[tokio::test]
async fn corrected_arguments_reach_the_agent_that_waits() {
    let office = Office::open([refunds()]).await;
    let submission = json!({
        "v": 1, "engine": "engine", "id": "order-7", "queue": "refunds", "title": "Refund order 7?",
        "content": { "tool": "refund_order", "arguments": { "order": 7, "amount": 120 } },
        "callbacks": [{ "protocol": "webhook", "url": office.receiver.url("/agent") }],
    });
    office.hand_in(&submission).await;
    let item = office.next("ada", "refunds").await;
    let answer = json!({ "arguments": { "order": 7, "amount": 20 } });
    office.decide("ada", &item, draft(Verdict::Correct, Some(answer.clone()))).await.expect("decided");
    let received = office.receiver.received(1).await;
    assert_eq!(received[0].uri.path(), "/agent");
    assert_eq!(received[0].json()["decision"]["answer"], answer);
    office.close().await;
}
