use placet_review::{ItemState, Kind, NewItem};
use placet_store::{Fault, InboxRow, QueueCounts};

use crate::{at, item, ledger_of, ledger_with, sure};

#[tokio::test]
async fn a_row_says_what_the_inbox_shows() {
    let asked = NewItem { priority: 4, deadline: Some(at(9_000)), ..sure("t", 0.25) };
    let ledger = ledger_of(vec![asked]).await;
    let id = ledger.id_of("t").await;
    ledger.flag(id, true, at(1)).await.expect("marked");
    let rows = ledger.inbox("queue", "ada", 0, 10).await.expect("read");
    let expected = InboxRow {
        id,
        engine: "engine".into(),
        task: "t".into(),
        title: "Is t right?".into(),
        kind: Kind::Fallback,
        state: ItemState::Waiting,
        confidence: Some(0.25),
        priority: 4,
        deadline: Some(at(9_000)),
        admitted_at: at(0),
        flagged: true,
    };
    assert_eq!(rows, [expected]);
}

#[tokio::test]
async fn what_the_reviewer_holds_stands_first_and_what_others_hold_is_left_out() {
    let ledger = ledger_with(&["a", "b", "c", "d"]).await;
    ledger.next_for("bob").await.expect("a");
    ledger.next_for("ada").await.expect("b");
    let d = ledger.id_of("d").await;
    ledger.lease_item(d, "ada", at(0), at(1_000)).await.expect("asked");
    let seen = |rows: Vec<InboxRow>| rows.into_iter().map(|row| (row.task, row.state)).collect::<Vec<_>>();
    let rows = seen(ledger.inbox("queue", "ada", 0, 10).await.expect("read"));
    let held = |task: &str| (task.to_owned(), ItemState::Leased);
    assert_eq!(rows, [held("b"), held("d"), ("c".to_owned(), ItemState::Waiting)]);
}

#[tokio::test]
async fn windows_of_any_size_join_without_a_gap() {
    let tasks: Vec<String> = (0..23).map(|n| format!("{n:02}")).collect();
    let ledger = ledger_of(tasks.iter().map(|task| item(task)).collect()).await;
    ledger.lease_next("queue", "ada", 5, at(0), at(1_000)).await.expect("leased");
    for size in [1, 2, 3, 5, 7, 23, 50] {
        let mut seen = Vec::new();
        loop {
            let rows = ledger.inbox("queue", "ada", seen.len() as u64, size).await.expect("read");
            if rows.is_empty() {
                break;
            }
            assert!(rows.len() <= size as usize);
            seen.extend(rows.into_iter().map(|row| row.task));
        }
        assert_eq!(seen, tasks, "windows of {size}");
    }
    assert_eq!(ledger.inbox("queue", "ada", u64::MAX, 5).await.expect("read"), []);
    assert_eq!(ledger.inbox("queue", "ada", 0, 0).await.expect("read"), []);
}

#[tokio::test]
async fn a_queue_that_is_not_there_has_no_inbox() {
    let ledger = ledger_with(&[]).await;
    let fault = ledger.inbox("nowhere", "ada", 0, 1).await.expect_err("there is none");
    assert!(matches!(fault, Fault::Missing(_)));
}

#[tokio::test]
async fn counts_say_how_many_wait_are_held_and_are_decided() {
    let ledger = ledger_with(&["a", "b", "c", "d"]).await;
    let empty = placet_review::Queue { name: "empty".into(), ..crate::queue() };
    ledger.put_queue(empty, at(0)).await.expect("put");
    let lease = ledger.next().await;
    ledger.decide(&lease, &[(crate::delivery_id(), 20)]).await;
    ledger.next().await;
    let counts = ledger.counts().await.expect("counted");
    let expected = [
        QueueCounts { queue: "empty".into(), waiting: 0, leased: 0, decided: 0 },
        QueueCounts { queue: "queue".into(), waiting: 2, leased: 1, decided: 1 },
    ];
    assert_eq!(counts.queues, expected);
    assert_eq!(counts.deliveries, [(placet_review::DeliveryState::Held, 1)]);
}
