use placet_tests::{Office, pets};
use reqwest::StatusCode;

#[tokio::test]
async fn the_same_item_handed_in_twice_is_one_item() {
    let office = Office::open([pets()]).await;
    let (status, first) = office.hand_in(&office.pet(1)).await;
    assert_eq!(status, StatusCode::CREATED);
    let (status, second) = office.hand_in(&office.pet(1)).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(first["item"], second["item"]);
    office.close().await;
}

#[tokio::test]
async fn the_same_id_with_another_body_is_a_conflict_and_changes_nothing() {
    let office = Office::open([pets()]).await;
    office.hand_in(&office.pet(1)).await;
    let mut other = office.pet(1);
    other["title"] = "Something else?".into();
    let (status, problem) = office.hand_in(&other).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(problem["detail"].is_string(), "it says why: {problem}");
    assert_eq!(office.next("ada", "pets").await.title, "Which pet is number 1?");
    office.close().await;
}
