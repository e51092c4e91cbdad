use placet_desk::verb::{Flag, Inbox, Skip};
use placet_tests::{Office, hold, pets};

#[tokio::test]
async fn a_skipped_item_comes_back_after_all_others() {
    let office = Office::open([pets()]).await;
    for number in 1..=3 {
        office.hand_in(&office.pet(number)).await;
    }
    let first = office.next("ada", "pets").await;
    assert_eq!(first.task, "pet-3", "the least sure comes first");
    office.ask("ada", Skip { hold: hold(&first) }).await.expect("skipped");
    for expected in ["pet-2", "pet-1", "pet-3"] {
        assert_eq!(office.next("ada", "pets").await.task, expected);
    }
    office.close().await;
}

#[tokio::test]
async fn a_flag_stays_on_the_item() {
    let office = Office::open([pets()]).await;
    let item = office.open_pet("ada").await;
    office.ask("ada", Flag { item: item.id, flagged: true }).await.expect("flagged");
    let inbox = Inbox { queue: "pets".into(), offset: 0, limit: 10 };
    let page = office.ask("ada", inbox).await.expect("listed");
    assert!(page.rows[0].flagged);
    office.close().await;
}
