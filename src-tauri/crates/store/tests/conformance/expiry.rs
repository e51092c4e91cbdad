//! Engines that wait, for so long, and want to hear of it.

use placet_review::{ItemState, NewItem, Outcome};
use placet_store::{Change, Leasing};

use crate::{Ledger, at, decision, delivery_id, item, ledger_of, new_delivery};

fn hurried(task: &str, deadline: i64) -> NewItem {
    NewItem { deadline: Some(at(deadline)), ..item(task) }
}

async fn state_of(ledger: &Ledger, task: &str) -> ItemState {
    ledger.item_of_task("engine", task).await.expect("asked").expect("there").state
}

#[tokio::test]
async fn an_open_item_expires_at_its_deadline_whoever_holds_it() {
    let ledger = ledger_of(vec![hurried("held", 500), hurried("waiting", 600), item("patient")]).await;
    let lease = ledger.next().await;
    assert_eq!(lease.item.asked.task, "held");
    assert_eq!(ledger.next_deadline().await.expect("read"), Some(at(500)));
    ledger.expire_items(at(499)).await.expect("none");
    assert_eq!(state_of(&ledger, "held").await, ItemState::Leased);

    let mut changes = ledger.changes();
    ledger.expire_items(at(500)).await.expect("one");
    let told = [changes.try_recv().expect("told"), changes.try_recv().expect("told")];
    assert!(told.contains(&Change::Holds) && told.contains(&Change::Items), "{told:?}");
    assert_eq!(state_of(&ledger, "held").await, ItemState::Expired);
    assert!(!ledger.renew(lease.item.id, lease.fence, at(500), at(900)).await.expect("asked"), "it is lost");
    assert_eq!(ledger.next_deadline().await.expect("read"), Some(at(600)));

    ledger.expire_items(at(600)).await.expect("one");
    assert_eq!(changes.try_recv().expect("told"), Change::Items);
    assert!(changes.try_recv().is_err(), "nobody held it");
    assert_eq!(state_of(&ledger, "waiting").await, ItemState::Expired);
    assert_eq!(ledger.next_deadline().await.expect("read"), None);
    let counts = ledger.counts().await.expect("counted");
    assert_eq!((counts.queues[0].waiting, counts.queues[0].leased), (1, 0));
}

#[tokio::test]
async fn a_held_item_whose_deadline_has_passed_is_not_given_out_again() {
    let ledger = ledger_of(vec![hurried("t", 500)]).await;
    let id = ledger.next().await.item.id;
    let leasing = ledger.lease_item(id, "ada", at(500), at(900)).await.expect("asked");
    assert_eq!(leasing, Leasing::Closed(ItemState::Expired));
}

#[tokio::test]
async fn an_engine_hears_at_a_third_of_its_limit_and_what_was_missed_is_not_made_up_for() {
    let ledger = ledger_of(vec![item("t"), NewItem { heartbeat_seconds: None, ..item("quiet") }]).await;
    assert_eq!(ledger.next_heartbeat_at().await.expect("read"), Some(at(20_000)));
    assert_eq!(ledger.lease_due_heartbeats(9, at(19_999)).await.expect("none"), []);
    let due = ledger.lease_due_heartbeats(9, at(95_000)).await.expect("leased");
    assert_eq!(due.len(), 1);
    assert_eq!((due[0].item.asked.task.as_str(), &due[0].engine), ("t", &crate::engine()));
    assert_eq!(ledger.lease_due_heartbeats(9, at(95_000)).await.expect("none"), []);
    assert_eq!(ledger.next_heartbeat_at().await.expect("read"), Some(at(115_000)));
    ledger.end_heartbeats(due[0].item.id).await.expect("ended");
    assert_eq!(ledger.next_heartbeat_at().await.expect("read"), None);
}

#[tokio::test]
async fn an_engine_hears_until_it_has_its_answer() {
    let ledger = ledger_of(vec![item("t")]).await;
    let lease = ledger.next().await;
    let deliveries = vec![new_delivery(delivery_id(), 50)];
    ledger.record_decision(decision(&lease, 10), lease.fence, deliveries).await.expect("recorded");
    assert_eq!(ledger.lease_due_heartbeats(9, at(20_000)).await.expect("leased").len(), 1, "it waits still");
    let taken = ledger.take(20_000).await;
    ledger.tell(&taken, Outcome::Accepted, 20_010).await;
    assert_eq!(ledger.lease_due_heartbeats(9, at(40_000)).await.expect("none"), []);
    assert_eq!(ledger.next_heartbeat_at().await.expect("read"), None);
}

#[tokio::test]
async fn an_engine_that_gave_up_takes_its_item_along() {
    let ledger = ledger_of(vec![item("held"), item("waiting")]).await;
    let held = ledger.next().await.item.id;
    let mut changes = ledger.changes();
    ledger.engine_gave_up(held, at(5)).await.expect("noted");
    assert_eq!(changes.try_recv().expect("told"), Change::Holds);
    let waiting = ledger.id_of("waiting").await;
    ledger.engine_gave_up(waiting, at(6)).await.expect("noted");
    for task in ["held", "waiting"] {
        assert_eq!(state_of(&ledger, task).await, ItemState::Expired);
    }
    assert_eq!(ledger.next_heartbeat_at().await.expect("read"), None);
}

#[tokio::test]
async fn what_is_decided_stays_decided_even_if_its_engine_gave_up() {
    let ledger = ledger_of(vec![item("t")]).await;
    let id = ledger.id_of("t").await;
    ledger.decide_task("t", 50).await;
    ledger.engine_gave_up(id, at(5)).await.expect("noted");
    assert_eq!(state_of(&ledger, "t").await, ItemState::Decided);
    assert!(ledger.decision_of(id).await.expect("read").is_some());
}
