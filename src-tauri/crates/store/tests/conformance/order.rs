use placet_review::{NewItem, Order, Queue};
use rstest::rstest;

use crate::{at, item, ledger_of, queue, sure};

/// Named by what puts each first.
fn four() -> Vec<NewItem> {
    vec![
        NewItem { priority: 1, deadline: Some(at(9_000)), ..sure("oldest", 0.9) },
        NewItem { priority: 2, deadline: Some(at(9_000)), ..sure("least_sure", 0.1) },
        NewItem { priority: 3, deadline: Some(at(9_000)), ..sure("most_important", 0.9) },
        NewItem { priority: 1, deadline: Some(at(8_000)), ..sure("most_pressing", 0.9) },
    ]
}

#[rstest]
#[case(Order::Confidence, ["least_sure", "most_important", "most_pressing", "oldest"])]
#[case(Order::Priority, ["most_important", "least_sure", "most_pressing", "oldest"])]
#[case(Order::Deadline, ["most_pressing", "least_sure", "most_important", "oldest"])]
#[case(Order::Age, ["oldest", "least_sure", "most_important", "most_pressing"])]
#[tokio::test]
async fn a_queue_is_served_in_its_order(#[case] order: Order, #[case] expected: [&str; 4]) {
    let ledger = ledger_of(vec![]).await;
    ledger.put_queue(Queue { order, ..queue() }, at(0)).await.expect("put");
    for (n, item) in (0..).zip(four()) {
        ledger.admit(vec![item], at(n)).await.expect("admitted");
    }
    assert_eq!(ledger.waiting().await, expected);
    let leases = ledger.lease_next("queue", "ada", 4, at(10), at(1_000)).await.expect("leased");
    let tasks: Vec<_> = leases.iter().map(|lease| lease.item.asked.task.as_str()).collect();
    assert_eq!(tasks, expected);
}

#[tokio::test]
async fn among_equals_the_first_that_came_goes_first() {
    let ledger = ledger_of(vec![item("a"), item("b"), item("c")]).await;
    assert_eq!(ledger.waiting().await, ["a", "b", "c"]);
}

#[tokio::test]
async fn an_item_without_a_suggestion_goes_before_a_doubtful_one() {
    let ledger = ledger_of(vec![sure("doubtful", 0.01), item("unknown")]).await;
    assert_eq!(ledger.waiting().await, ["unknown", "doubtful"]);
}

#[tokio::test]
async fn a_new_order_counts_for_what_waits_already_and_for_what_is_held() {
    let ledger = ledger_of(four()).await;
    let held = ledger.next().await;
    assert_eq!(held.item.asked.task, "least_sure");
    ledger.put_queue(Queue { order: Order::Deadline, ..queue() }, at(1)).await.expect("put");
    ledger.admit(vec![NewItem { deadline: Some(at(8_500)), ..sure("new", 0.0) }], at(2)).await.expect("in");
    ledger.release(held.item.id, held.fence, at(2)).await.expect("let go");
    assert_eq!(ledger.waiting().await, ["most_pressing", "new", "least_sure", "most_important", "oldest"]);
}

#[tokio::test]
async fn other_rules_of_a_queue_change_without_its_order() {
    let ledger = ledger_of(four()).await;
    let before = ledger.waiting().await;
    ledger.put_queue(Queue { guidelines: Some("Look twice.".into()), ..queue() }, at(1)).await.expect("put");
    assert_eq!(ledger.waiting().await, before);
    assert_eq!(ledger.next().await.queue.guidelines.as_deref(), Some("Look twice."));
}

#[tokio::test]
async fn a_skipped_item_goes_behind_all_that_were_skipped_less_often() {
    let ledger = ledger_of(vec![item("a"), item("b"), item("c")]).await;
    for (task, then) in [("a", ["b", "c", "a"]), ("b", ["c", "a", "b"]), ("c", ["a", "b", "c"])] {
        let lease = ledger.next().await;
        assert_eq!(lease.item.asked.task, task);
        assert!(ledger.skip(lease.item.id, lease.fence, at(1)).await.expect("skipped"));
        assert_eq!(ledger.waiting().await, then);
    }
    let again = ledger.next().await;
    ledger.skip(again.item.id, again.fence, at(1)).await.expect("skipped");
    ledger.admit(vec![item("new")], at(1)).await.expect("admitted");
    assert_eq!(ledger.waiting().await, ["new", "b", "c", "a"], "a was skipped twice, new never");
}

#[tokio::test]
async fn a_queue_is_not_disturbed_by_another() {
    let ledger = ledger_of(vec![item("a")]).await;
    ledger.put_queue(Queue { name: "other".into(), ..queue() }, at(0)).await.expect("put");
    ledger.admit(vec![NewItem { queue: "other".into(), ..item("b") }], at(0)).await.expect("admitted");
    assert_eq!(ledger.waiting().await, ["a"]);
    let others = ledger.lease_next("other", "ada", 9, at(0), at(1)).await.expect("leased");
    assert_eq!(others.len(), 1);
    assert_eq!(others[0].item.asked.task, "b");
}
