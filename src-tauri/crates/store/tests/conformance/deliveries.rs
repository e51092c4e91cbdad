use placet_review::{DeliveryState, NewItem};

use crate::{admitted, at, delivery_id, engine, item, ledger_of, ledger_with};

#[tokio::test]
async fn a_delivery_is_taken_when_its_time_has_come_and_not_before() {
    let ledger = ledger_with(&["t"]).await;
    let id = ledger.decide_task("t", 50).await;
    assert_eq!(ledger.next_due().await, Some(at(50)));
    assert_eq!(ledger.lease_due(9, at(49)).await.expect("leased"), []);
    let taken = ledger.take(50).await;
    assert_eq!((taken.delivery.id, taken.attempt, &*taken.engine), (id, 1, &engine()));
    assert_eq!(taken.delivery.standing.state, DeliveryState::Sending);
    assert_eq!(taken.delivery.standing.first_try, Some(at(50)));
    assert_eq!((taken.delivery.engine.as_str(), taken.delivery.task.as_str()), ("engine", "t"));
    assert_eq!(taken.delivery.body, crate::new_delivery(id, 0).body);
    assert_eq!(taken.delivery.callback, crate::callback());
    assert_eq!(ledger.lease_due(9, at(50)).await.expect("leased"), [], "it is under way");
    assert_eq!(ledger.next_due().await, None);
}

#[tokio::test]
async fn an_attempt_is_on_record_before_anything_is_sent() {
    let ledger = ledger_with(&["t"]).await;
    let id = ledger.decide_task("t", 50).await;
    let taken = ledger.take(60).await;
    let log = ledger.delivery(id).await.expect("read").expect("there");
    assert_eq!(log.delivery, taken.delivery);
    assert_eq!(log.attempts.len(), 1);
    let attempt = &log.attempts[0];
    assert_eq!((attempt.number, attempt.started_at, attempt.ended_at), (1, at(60), None));
    assert_eq!((attempt.outcome, attempt.status), (None, None));
}

#[tokio::test]
async fn what_is_due_longest_is_taken_first_and_no_more_than_asked_for() {
    let ledger = ledger_with(&["a", "b", "c"]).await;
    let b = ledger.decide_task("b", 70).await;
    let a = ledger.decide_task("a", 60).await;
    let c = ledger.decide_task("c", 70).await;
    let ids = |taken: Vec<placet_store::LeasedDelivery>| {
        taken.into_iter().map(|one| one.delivery.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(ledger.lease_due(2, at(99)).await.expect("leased")), [a, b]);
    assert_eq!(ids(ledger.lease_due(2, at(99)).await.expect("leased")), [c]);
}

#[tokio::test]
async fn of_one_task_one_delivery_is_under_way_at_a_time() {
    let ledger = ledger_with(&["a", "b"]).await;
    let lease = ledger.next().await;
    let (first, second) = (delivery_id(), delivery_id());
    ledger.decide(&lease, &[(first, 50), (second, 55)]).await;
    let other = ledger.decide_task("b", 60).await;
    let taken = ledger.lease_due(9, at(99)).await.expect("leased");
    let ids: Vec<_> = taken.iter().map(|one| one.delivery.id).collect();
    assert_eq!(ids, [first, other], "the second of a waits for the first");
    assert_eq!(ledger.lease_due(9, at(99)).await.expect("leased"), []);
    assert_eq!(ledger.next_due().await, None, "nothing can be taken before an outcome");
    ledger.tell(&taken[0], placet_review::Outcome::Accepted, 100).await;
    assert_eq!(ledger.next_due().await, Some(at(55)));
    assert_eq!(ledger.take(100).await.delivery.id, second);
}

#[tokio::test]
async fn a_delivery_goes_by_the_profile_its_engine_has_now() {
    let ledger = ledger_with(&["t"]).await;
    ledger.decide_task("t", 50).await;
    let changed = placet_review::Engine { schedule: placet_review::Schedule::Voicebase, ..engine() };
    ledger.put_engine(changed.clone(), at(20)).await.expect("put");
    assert_eq!(*ledger.take(50).await.engine, changed);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_two_workers_take_the_same_delivery() {
    let tasks: Vec<String> = (0..100).map(|n| n.to_string()).collect();
    let ledger = ledger_of(tasks.iter().map(|task| item(task)).collect()).await;
    let leases = ledger.lease_next("queue", "ada", 100, at(0), at(1_000)).await.expect("leased");
    for lease in &leases {
        ledger.decide(lease, &[(delivery_id(), 50)]).await;
    }
    let ledger = std::sync::Arc::new(ledger);
    let working: Vec<_> = (0..8)
        .map(|_| {
            let ledger = ledger.clone();
            tokio::spawn(async move {
                let mut got = Vec::new();
                loop {
                    let taken = ledger.lease_due(3, at(50)).await.expect("leased");
                    if taken.is_empty() {
                        return got;
                    }
                    got.extend(taken.into_iter().map(|one| one.delivery.id));
                }
            })
        })
        .collect();
    let mut all = Vec::new();
    for worker in working {
        all.extend(worker.await.expect("ran"));
    }
    let distinct: std::collections::HashSet<_> = all.iter().collect();
    assert_eq!((all.len(), distinct.len()), (100, 100));
}

#[tokio::test]
async fn tasks_of_different_engines_do_not_wait_for_each_other() {
    let ledger = ledger_with(&["t"]).await;
    let other = placet_review::Engine { name: "other".into(), ..engine() };
    ledger.put_engine(other.clone(), at(0)).await.expect("put");
    let theirs = NewItem { engine: "other".into(), ..item("t") };
    let id = admitted(&ledger.admit(vec![theirs], at(0)).await.expect("admitted"))[0];
    let leases = ledger.lease_next("queue", "ada", 2, at(0), at(1_000)).await.expect("leased");
    for lease in &leases {
        ledger.decide(lease, &[(delivery_id(), 50)]).await;
    }
    let taken = ledger.lease_due(9, at(50)).await.expect("leased");
    assert_eq!(taken.len(), 2);
    assert_eq!(taken.iter().filter(|one| one.delivery.item == id && *one.engine == other).count(), 1);
}
