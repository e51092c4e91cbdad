use placet_review::Outcome;
use placet_store::{Change, Store};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::TryRecvError;

use crate::{at, decision, delivery_id, engine, item, ledger_with, new_delivery, queue};

/// What was announced since the last call.
fn heard(changes: &mut Receiver<Change>) -> Vec<Change> {
    let mut heard = Vec::new();
    loop {
        match changes.try_recv() {
            Ok(change) => heard.push(change),
            Err(TryRecvError::Empty) => return heard,
            Err(error) => panic!("{error}"),
        }
    }
}

#[tokio::test]
async fn each_verb_has_announced_what_it_changed_when_it_returns() {
    let ledger = ledger_with(&[]).await;
    let mut changes = ledger.changes();
    ledger.put_engine(engine(), at(0)).await.expect("put");
    assert_eq!(heard(&mut changes), [Change::Setup]);
    ledger.put_queue(queue(), at(0)).await.expect("put");
    assert_eq!(heard(&mut changes), [Change::Setup]);
    ledger.put_token("engine", [1; 32], at(0)).await.expect("put");
    assert_eq!(heard(&mut changes), [Change::Setup]);
    ledger.admit(vec![item("t")], at(0)).await.expect("admitted");
    assert_eq!(heard(&mut changes), [Change::Items]);
    let lease = ledger.next().await;
    assert_eq!(heard(&mut changes), [Change::Items]);
    let decided = ledger.decide(&lease, &[(delivery_id(), 50)]).await;
    assert_eq!(heard(&mut changes), [Change::Items, Change::Deliveries]);
    ledger.undo(decided, "ada", at(20), at(1_000)).await.expect("taken back");
    assert_eq!(heard(&mut changes), [Change::Items, Change::Deliveries]);
    ledger.decide_task("t", 50).await;
    heard(&mut changes);
    let taken = ledger.take(50).await;
    assert_eq!(heard(&mut changes), [Change::Deliveries]);
    ledger.tell(&taken, Outcome::Failed, 60).await;
    assert_eq!(heard(&mut changes), [Change::Deliveries]);
}

#[tokio::test]
async fn what_changed_nothing_is_no_news() {
    let ledger = ledger_with(&["t"]).await;
    let lease = ledger.next().await;
    let mut changes = ledger.changes();
    ledger.admit(vec![item("t")], at(0)).await.expect("a duplicate");
    ledger.next_for("bob").await.ok_or(()).expect_err("nothing left");
    ledger.renew(lease.item.id, lease.fence - 1, at(1), at(2)).await.expect("lost");
    ledger.lease_due(9, at(99)).await.expect("none");
    ledger.recover_interrupted(at(99)).await.expect("none");
    let late = decision(&lease, 5_000);
    ledger.record_decision(late, lease.fence, vec![new_delivery(delivery_id(), 1)]).await.expect("refused");
    let twice = new_delivery(delivery_id(), 1);
    let faulty = vec![twice.clone(), twice];
    ledger.record_decision(decision(&lease, 5), lease.fence, faulty).await.expect_err("rolled back");
    assert_eq!(heard(&mut changes), []);
}

#[tokio::test]
async fn what_is_announced_can_be_read() {
    let ledger = std::sync::Arc::new(ledger_with(&[]).await);
    let mut changes = ledger.changes();
    let admitting = {
        let ledger = ledger.clone();
        tokio::spawn(async move { ledger.admit(vec![item("t")], at(0)).await })
    };
    changes.recv().await.expect("announced");
    let store: &dyn Store = &**ledger;
    assert_eq!(store.counts().await.expect("counted").queues[0].waiting, 1);
    admitting.await.expect("ran").expect("admitted");
}
