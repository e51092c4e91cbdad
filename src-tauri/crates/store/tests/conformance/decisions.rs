use std::sync::Arc;

use placet_review::{Decision, DeliveryState, ItemId, ItemState, NewItem, Refusal};
use placet_store::{DeliveryFilter, Fault, Recording};

use crate::{at, decision, delivery_id, item, ledger_of, ledger_with, new_delivery};

#[tokio::test]
async fn a_decision_closes_its_item_and_comes_back_as_it_was_made() {
    let ledger = ledger_with(&["t"]).await;
    let lease = ledger.next().await;
    let made = decision(&lease, 10);
    let delivery = delivery_id();
    let recording = ledger.record_decision(made.clone(), lease.fence, vec![new_delivery(delivery, 20)]).await;
    assert_eq!(recording.expect("recorded"), Recording::Recorded);
    assert_eq!(ledger.decision_of(lease.item.id).await.expect("read"), Some(made.clone()));
    assert_eq!(ledger.item(lease.item.id).await.expect("read").expect("there").state, ItemState::Decided);
    assert_eq!(ledger.held(lease.item.id, lease.fence).await.expect("read"), None);
    let log = ledger.delivery(delivery).await.expect("read").expect("there");
    assert_eq!((log.decision, log.attempts), (made, vec![]));
    assert_eq!(log.delivery.body, new_delivery(delivery, 20).body);
    assert_eq!(log.delivery.callback, crate::callback());
    assert_eq!(log.delivery.standing, placet_review::Standing::held_until(at(20)));
}

#[tokio::test]
async fn a_refused_decision_writes_nothing() {
    let ledger = ledger_with(&["t"]).await;
    let lease = ledger.next().await;
    let late = decision(&lease, 1_000);
    let stale = decision(&lease, 10);
    let not_theirs = Decision { by: "bob".into(), ..decision(&lease, 10) };
    for (made, fence) in [(late, lease.fence), (stale, lease.fence - 1), (not_theirs, lease.fence)] {
        let deliveries = vec![new_delivery(delivery_id(), 20)];
        let recording = ledger.record_decision(made, fence, deliveries).await.expect("answered");
        assert_eq!(recording, Recording::Refused(Refusal::LeaseLost));
    }
    assert_eq!(ledger.decision_of(lease.item.id).await.expect("read"), None);
    assert_eq!(ledger.deliveries(DeliveryFilter { limit: 9, ..Default::default() }).await.expect("read"), []);
    assert!(ledger.held(lease.item.id, lease.fence).await.expect("read").is_some(), "it is still hers");
}

#[tokio::test]
async fn an_item_nobody_holds_cannot_be_decided() {
    let ledger = ledger_with(&["t"]).await;
    let lease = ledger.next().await;
    ledger.release(lease.item.id, lease.fence, at(1)).await.expect("let go");
    let recording = ledger.record_decision(decision(&lease, 10), lease.fence, vec![]).await;
    assert_eq!(recording.expect("answered"), Recording::Refused(Refusal::LeaseLost));
}

#[tokio::test]
async fn a_decision_is_refused_once_the_deadline_passed() {
    let ledger = ledger_of(vec![NewItem { deadline: Some(at(100)), ..item("t") }]).await;
    let lease = ledger.next().await;
    let refused = |recording| assert_eq!(recording, Recording::Refused(Refusal::DeadlinePassed(at(100))));
    refused(ledger.record_decision(decision(&lease, 100), lease.fence, vec![]).await.expect("answered"));
    ledger.lease_next("queue", "bob", 1, at(2_000), at(3_000)).await.expect("puts it away");
    refused(ledger.record_decision(decision(&lease, 2_001), lease.fence, vec![]).await.expect("answered"));
}

#[tokio::test]
async fn an_item_that_is_not_there_cannot_be_decided() {
    let ledger = ledger_with(&["t"]).await;
    let lease = ledger.next().await;
    let made = Decision { item: ItemId(999), ..decision(&lease, 10) };
    let fault = ledger.record_decision(made, lease.fence, vec![]).await.expect_err("there is none");
    assert!(matches!(fault, Fault::Missing(_)));
}

#[tokio::test]
async fn a_decision_is_recorded_with_all_its_deliveries_or_not_at_all() {
    let ledger = ledger_with(&["t"]).await;
    let lease = ledger.next().await;
    let twice = delivery_id();
    // No two deliveries can have the same id, so the last of these cannot be written.
    let deliveries = [delivery_id(), twice, twice].map(|id| new_delivery(id, 20)).to_vec();
    ledger.record_decision(decision(&lease, 10), lease.fence, deliveries).await.expect_err("a fault");
    assert_eq!(ledger.decision_of(lease.item.id).await.expect("read"), None);
    assert_eq!(ledger.deliveries(DeliveryFilter { limit: 9, ..Default::default() }).await.expect("read"), []);
    assert_eq!(ledger.counts().await.expect("counted").deliveries, []);
    ledger.decide(&lease, &[(delivery_id(), 20), (twice, 20)]).await;
    let held = [(DeliveryState::Held, 2)];
    assert_eq!(ledger.counts().await.expect("counted").deliveries, held);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_decide_the_same_item_at_once_exactly_one_does() {
    let ledger = Arc::new(ledger_with(&["t"]).await);
    let lease = Arc::new(ledger.next().await);
    let deciding: Vec<_> = (0..16)
        .map(|_| {
            let (ledger, lease) = (ledger.clone(), lease.clone());
            tokio::spawn(async move {
                let deliveries = vec![new_delivery(delivery_id(), 20)];
                let made = decision(&lease, 10);
                (made.id, ledger.record_decision(made, lease.fence, deliveries).await.expect("answered"))
            })
        })
        .collect();
    let mut recorded = Vec::new();
    for one in deciding {
        match one.await.expect("ran") {
            (id, Recording::Recorded) => recorded.push(id),
            (_, Recording::Refused(refusal)) => assert_eq!(refusal, Refusal::AlreadyDecided),
        }
    }
    let standing = ledger.decision_of(lease.item.id).await.expect("read").expect("decided");
    assert_eq!(recorded, [standing.id]);
    assert_eq!(ledger.counts().await.expect("counted").deliveries, [(DeliveryState::Held, 1)]);
}

#[tokio::test]
async fn a_draft_goes_with_its_decision() {
    let ledger = ledger_with(&["t"]).await;
    let lease = ledger.next().await;
    let draft = placet_review::Draft {
        verdict: placet_review::Verdict::Reject,
        answer: None,
        note: Some("not yet".into()),
    };
    ledger.keep_draft(lease.item.id, lease.fence, draft, at(1)).await.expect("kept");
    let decided = ledger.decide(&lease, &[]).await;
    let placet_store::Undoing::Undone(again) =
        ledger.undo(decided, "ada", at(11), at(1_000)).await.expect("asked")
    else {
        panic!("in time");
    };
    assert_eq!(
        again.draft.expect("a draft").note.as_deref(),
        Some("so it is"),
        "the decision, not the draft"
    );
}
