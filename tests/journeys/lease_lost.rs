use placet_desk::ErrorCode;
use placet_desk::verb::{Open, Release, Renew};
use placet_review::Verdict;
use placet_tests::{Office, draft, hold, pets};

#[tokio::test]
async fn a_hold_that_was_taken_over_cannot_decide() {
    let office = Office::open([pets()]).await;
    let in_the_window = office.open_pet("ada").await;
    // Ada opens the same item once more, at another place: the newer hold counts.
    let elsewhere = office.ask("ada", Open { item: in_the_window.id }).await.expect("her own item");

    let late = office.decide("ada", &in_the_window, draft(Verdict::Approve, None)).await.expect_err("lost");
    assert_eq!(late.code, ErrorCode::LeaseLost);
    assert!(late.message.contains("Open it again"), "it says what to do: {late}");
    let lost = office.ask("ada", Renew { holds: vec![hold(&in_the_window)] }).await.expect("asked");
    assert_eq!(lost, [in_the_window.id]);
    office.decide("ada", &elsewhere, draft(Verdict::Approve, None)).await.expect("the newer hold decides");
    office.close().await;
}

#[tokio::test]
async fn an_item_that_is_let_go_waits_for_the_next_reviewer() {
    let office = Office::open([pets()]).await;
    let adas = office.open_pet("ada").await;
    office.ask("ada", Release { holds: vec![hold(&adas)] }).await.expect("let go");
    let bobs = office.next("bob", "pets").await;
    assert_eq!(bobs.id, adas.id);
    let late = office.decide("ada", &adas, draft(Verdict::Approve, None)).await.expect_err("let go");
    assert_eq!(late.code, ErrorCode::LeaseLost);
    office.close().await;
}
