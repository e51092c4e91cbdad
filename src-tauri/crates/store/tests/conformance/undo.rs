use placet_review::{DeliveryState, Draft, ItemState, NewItem, Order, Queue, Verdict};
use placet_store::{Recording, Undoing};

use crate::{at, decision, delivery_id, item, ledger_of, ledger_with, queue};

#[tokio::test]
async fn a_decision_taken_back_gives_its_item_to_its_reviewer_again() {
    let ledger = ledger_with(&["t"]).await;
    let lease = ledger.next().await;
    let (one, two) = (delivery_id(), delivery_id());
    let decided = ledger.decide(&lease, &[(one, 50), (two, 60)]).await;
    assert_eq!(ledger.last_undoable("ada", at(49)).await.expect("read"), Some(decided));
    let Undoing::Undone(again) = ledger.undo(decided, "ada", at(49), at(2_000)).await.expect("asked") else {
        panic!("in time");
    };
    assert_eq!((again.item.id, again.reviewer.as_str(), again.until), (lease.item.id, "ada", at(2_000)));
    assert!(again.fence > lease.fence);
    let made = decision(&lease, 10);
    let draft = Draft { verdict: Verdict::Correct, answer: made.answer, note: made.note };
    assert_eq!(again.draft, Some(draft));
    assert_eq!(ledger.decision_of(lease.item.id).await.expect("read"), None);
    assert_eq!(ledger.counts().await.expect("counted").deliveries, [(DeliveryState::Withdrawn, 2)]);
    assert_eq!(ledger.lease_due(9, at(5_000)).await.expect("leased"), []);
    assert_eq!(ledger.next_due().await, None);
}

#[tokio::test]
async fn an_item_whose_decision_was_taken_back_is_decided_anew_and_the_old_one_stays_on_record() {
    let ledger = ledger_with(&["t"]).await;
    let lease = ledger.next().await;
    let old_delivery = delivery_id();
    let old = ledger.decide(&lease, &[(old_delivery, 50)]).await;
    let Undoing::Undone(again) = ledger.undo(old, "ada", at(20), at(2_000)).await.expect("asked") else {
        panic!("in time");
    };
    let new = ledger.decide(&again, &[(delivery_id(), 50)]).await;
    assert_eq!(ledger.decision_of(lease.item.id).await.expect("read").expect("stands").id, new);
    let log = ledger.delivery(old_delivery).await.expect("read").expect("stays");
    assert_eq!((log.decision.id, log.delivery.standing.state), (old, DeliveryState::Withdrawn));
    assert_eq!(ledger.undo(old, "ada", at(30), at(2_000)).await.expect("asked"), Undoing::TooLate);
    assert_eq!(ledger.last_undoable("ada", at(30)).await.expect("read"), Some(new));
}

#[tokio::test]
async fn it_is_too_late_once_the_first_delivery_is_due() {
    let ledger = ledger_with(&["t"]).await;
    let lease = ledger.next().await;
    let decided = ledger.decide(&lease, &[(delivery_id(), 50), (delivery_id(), 90)]).await;
    assert_eq!(ledger.undo(decided, "ada", at(50), at(2_000)).await.expect("asked"), Undoing::TooLate);
    assert_eq!(ledger.last_undoable("ada", at(50)).await.expect("read"), None);
    assert_eq!(ledger.item(lease.item.id).await.expect("read").expect("there").state, ItemState::Decided);
    assert_eq!(ledger.counts().await.expect("counted").deliveries, [(DeliveryState::Held, 2)]);
}

#[tokio::test]
async fn it_is_too_late_once_a_delivery_is_on_its_way_whatever_the_clock_says() {
    let ledger = ledger_with(&["t"]).await;
    let lease = ledger.next().await;
    let decided = ledger.decide(&lease, &[(delivery_id(), 50), (delivery_id(), 50)]).await;
    ledger.take(50).await;
    // A clock that was set back.
    assert_eq!(ledger.undo(decided, "ada", at(40), at(2_000)).await.expect("asked"), Undoing::TooLate);
    assert_eq!(ledger.last_undoable("ada", at(40)).await.expect("read"), None);
    let counts = ledger.counts().await.expect("counted");
    assert_eq!(counts.deliveries, [(DeliveryState::Held, 1), (DeliveryState::Sending, 1)]);
}

#[tokio::test]
async fn nobody_takes_another_ones_decision_back() {
    let ledger = ledger_with(&["t"]).await;
    let lease = ledger.next().await;
    let decided = ledger.decide(&lease, &[(delivery_id(), 50)]).await;
    assert_eq!(ledger.undo(decided, "bob", at(20), at(2_000)).await.expect("asked"), Undoing::Missing);
    assert_eq!(ledger.last_undoable("bob", at(20)).await.expect("read"), None);
}

#[tokio::test]
async fn a_decision_without_deliveries_can_be_taken_back_for_the_queues_undo_window() {
    let ledger = ledger_with(&["t", "u"]).await;
    ledger.put_queue(Queue { undo_seconds: 2, ..queue() }, at(0)).await.expect("put");
    let lease = ledger.next().await;
    let first = ledger.decide(&lease, &[]).await;
    assert_eq!(ledger.last_undoable("ada", at(2_009)).await.expect("read"), Some(first));
    assert_eq!(ledger.undo(first, "ada", at(2_010), at(3_000)).await.expect("asked"), Undoing::TooLate);
    let lease = ledger.next().await;
    let second = ledger.decide(&lease, &[]).await;
    let undoing = ledger.undo(second, "ada", at(2_009), at(3_000)).await.expect("asked");
    assert!(matches!(undoing, Undoing::Undone(_)));
}

#[tokio::test]
async fn a_decision_without_deliveries_stands_at_once_when_the_engine_is_in_a_hurry() {
    // The undo window is ten seconds; an engine that stops waiting within a minute of it is told at once.
    let ledger = ledger_of(vec![NewItem { deadline: Some(at(70_009)), ..item("t") }]).await;
    let lease = ledger.next().await;
    let decided = ledger.decide(&lease, &[]).await;
    assert_eq!(ledger.undo(decided, "ada", at(11), at(3_000)).await.expect("asked"), Undoing::TooLate);
}

#[tokio::test]
async fn the_newest_of_several_is_the_first_to_be_taken_back() {
    let ledger = ledger_with(&["a", "b", "c"]).await;
    let mut made = Vec::new();
    for now in [10, 11, 11] {
        let lease = ledger.next().await;
        let decision = decision(&lease, now);
        made.push(decision.id);
        let deliveries = vec![crate::new_delivery(delivery_id(), 500)];
        let recording = ledger.record_decision(decision, lease.fence, deliveries).await.expect("recorded");
        assert_eq!(recording, Recording::Recorded);
    }
    while let Some(newest) = made.pop() {
        assert_eq!(ledger.last_undoable("ada", at(100)).await.expect("read"), Some(newest));
        ledger.undo(newest, "ada", at(100), at(900)).await.expect("taken back");
    }
    assert_eq!(ledger.last_undoable("ada", at(100)).await.expect("read"), None);
}

#[tokio::test]
async fn an_item_reopened_under_a_new_order_has_its_place_in_that() {
    let ledger = ledger_of(vec![item("a"), NewItem { priority: 5, ..crate::sure("b", 0.9) }]).await;
    let b = ledger.id_of("b").await;
    let placet_store::Leasing::Leased(lease) =
        ledger.lease_item(b, "ada", at(0), at(1_000)).await.expect("asked")
    else {
        panic!("it waits");
    };
    let decided = ledger.decide(&lease, &[]).await;
    ledger.put_queue(Queue { order: Order::Priority, ..queue() }, at(11)).await.expect("put");
    ledger.undo(decided, "ada", at(12), at(1_000)).await.expect("taken back");
    ledger.release_all("ada", at(13)).await.expect("let go");
    assert_eq!(ledger.waiting().await, ["b", "a"]);
}
