use placet_review::{DeliveryState, Verdict};
use placet_tests::{Office, draft, pets};
use serde_json::json;

#[tokio::test]
async fn an_approved_item_resumes_its_task_with_the_proposed_answer() {
    let office = Office::open([pets()]).await;
    let item = office.open_pet("ada").await;
    assert_eq!(item.title, "Which pet is number 1?");
    assert_eq!(office.task("pet-1").await["state"], "leased");

    let decided = office.decide("ada", &item, draft(Verdict::Approve, None)).await.expect("decided");

    let received = office.receiver.received(1).await;
    let body = received[0].json();
    assert_eq!(body["type"], "item.decided");
    assert_eq!(body["engine"], "engine");
    assert_eq!(body["id"], "pet-1");
    assert_eq!(body["decision"]["id"], decided.decision.to_string());
    assert_eq!(body["decision"]["verdict"], "approve");
    assert_eq!(body["decision"]["answer"], json!({ "label": "cat" }));
    assert_eq!(body["decision"]["by"], "ada");
    assert_eq!(body["data"], json!({ "number": 1 }), "the engine's own data comes back");

    let delivery = office.delivery_in(DeliveryState::Delivered).await;
    assert_eq!(delivery.attempts, 1);
    assert_eq!(received[0].header("webhook-id"), delivery.id.to_string());
    assert_eq!(received[0].header("idempotency-key"), delivery.id.to_string());

    let task = office.task("pet-1").await;
    assert_eq!(task["state"], "decided");
    assert_eq!(task["decision"]["verdict"], "approve");
    office.close().await;
}
