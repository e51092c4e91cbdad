//! What a supervisor does with deliveries: tries many again, says that one got through, withdraws one.

use placet_review::{DeliveryId, DeliveryState, Draft, ItemState, Outcome, Park, Verdict};
use placet_store::{DeliveryFilter, Fault, LogEnd, Recording, Retried, Withdrawing};
use rstest::rstest;

use crate::{Ledger, at, decision, delivery_id, ledger_with, new_delivery};

/// A ledger with one delivery for each outcome, sent at 50 and told at 60, in their order.
async fn ledger_after(outcomes: &[Outcome]) -> (Ledger, Vec<DeliveryId>) {
    let ledger = ledger_with(&[]).await;
    let mut made = Vec::new();
    for (n, outcome) in outcomes.iter().enumerate() {
        let task = n.to_string();
        ledger.admit(vec![crate::item(&task)], at(0)).await.expect("admitted");
        made.push(ledger.decide_task(&task, 50).await);
        let taken = ledger.take(50).await;
        ledger.tell(&taken, *outcome, 60).await;
    }
    (ledger, made)
}

async fn states(ledger: &Ledger, of: &[DeliveryId]) -> Vec<DeliveryState> {
    let mut states = Vec::new();
    for id in of {
        states.push(ledger.delivery(*id).await.expect("read").expect("there").delivery.standing.state);
    }
    states
}

#[rstest]
#[case(LogEnd::Oldest)]
#[case(LogEnd::Newest)]
#[tokio::test]
async fn all_of_a_filter_are_tried_again_piece_by_piece_and_each_once(#[case] first: LogEnd) {
    use Outcome::{Accepted, Failed, Parked, Refused};
    let parked = Parked(Park::Auth);
    let outcomes = [parked, Accepted, Refused, parked, Failed, parked, Refused, parked];
    let (ledger, made) = ledger_after(&outcomes).await;
    let mut filter =
        DeliveryFilter { states: vec![DeliveryState::Parked], first, limit: 3, ..Default::default() };
    let piece = ledger.retry_all(filter.clone(), at(100)).await.expect("asked");
    assert_eq!(piece.retried, 3);
    assert!(piece.past.is_some(), "it says from where to go on");
    // They fail again at once, which must not bring them back into this round.
    for _ in 0..3 {
        let taken = ledger.lease_due(1, at(100)).await.expect("leased").remove(0);
        assert_eq!(ledger.tell(&taken, parked, 101).await, DeliveryState::Parked);
    }
    filter.past = piece.past;
    let rest = ledger.retry_all(filter.clone(), at(100)).await.expect("asked");
    assert_eq!(rest, Retried { retried: 1, past: None });
    use DeliveryState as S;
    let mut expected = [S::Parked, S::Delivered, S::Dead, S::Parked, S::Due, S::Parked, S::Dead, S::Parked];
    expected[if first == LogEnd::Oldest { 7 } else { 0 }] = S::Due;
    assert_eq!(states(&ledger, &made).await, expected);
}

#[tokio::test]
async fn what_cannot_be_tried_again_is_passed_over() {
    let (ledger, made) = ledger_after(&[Outcome::Accepted, Outcome::Refused, Outcome::Failed]).await;
    let everything = DeliveryFilter { limit: 10, ..Default::default() };
    let retried = ledger.retry_all(everything, at(100)).await.expect("asked");
    assert_eq!(retried, Retried { retried: 2, past: None });
    use DeliveryState::{Delivered, Due};
    assert_eq!(states(&ledger, &made).await, [Delivered, Due, Due]);
    assert_eq!(ledger.counts().await.expect("counted").deliveries, [(Due, 2), (Delivered, 1)]);
    let delivered = DeliveryFilter { states: vec![Delivered], limit: 10, ..Default::default() };
    assert_eq!(ledger.retry_all(delivered, at(100)).await.expect("asked").retried, 0);
    let nobody = DeliveryFilter { engine: Some("nobody".into()), limit: 10, ..Default::default() };
    assert_eq!(ledger.retry_all(nobody, at(100)).await.expect("asked").retried, 0);
}

#[tokio::test]
async fn what_a_person_confirms_is_delivered_and_says_who_said_so() {
    let ledger = ledger_with(&["t"]).await;
    let id = ledger.decide_task("t", 50).await;
    let taken = ledger.take(50).await;
    ledger.tell(&taken, Outcome::Ambiguous, 60).await;
    let again = ledger.take(2_000).await;
    assert_eq!(ledger.tell(&again, Outcome::Gone, 2_010).await, DeliveryState::Unconfirmed);
    ledger.confirm(id, "bob", at(3_000)).await.expect("possible");
    let standing = ledger.delivery(id).await.expect("read").expect("there").delivery.standing;
    assert_eq!((standing.state, standing.due_at), (DeliveryState::Delivered, None));
    assert!(standing.reason.is_some_and(|reason| reason.starts_with("bob said")));
    assert!(standing.ambiguous, "nobody knows more of the attempts than before");
    assert_eq!(ledger.counts().await.expect("counted").deliveries, [(DeliveryState::Delivered, 1)]);
    assert_eq!(ledger.lease_due(9, at(9_999_999)).await.expect("leased"), []);
    let twice = ledger.confirm(id, "bob", at(3_001)).await;
    assert!(matches!(twice, Err(Fault::Impossible(_))), "{twice:?}");
    let nothing = ledger.confirm(delivery_id(), "bob", at(3_001)).await;
    assert!(matches!(nothing, Err(Fault::Missing(_))), "{nothing:?}");
}

#[tokio::test]
async fn a_withdrawn_delivery_takes_its_decision_back_and_its_item_waits_again_with_the_draft() {
    let ledger = ledger_with(&["t", "u"]).await;
    let lease = ledger.next().await;
    let (one, two) = (delivery_id(), delivery_id());
    let decided = ledger.decide(&lease, &[(one, 50), (two, 60)]).await;
    let withdrawing = ledger.withdraw(two, "boss", at(49)).await.expect("asked");
    assert_eq!(withdrawing, Withdrawing::Withdrawn(lease.item.id));
    assert_eq!(states(&ledger, &[one, two]).await, [DeliveryState::Withdrawn; 2], "all of the decision's");
    let reason = ledger.delivery(one).await.expect("read").expect("there").delivery.standing.reason;
    assert!(reason.is_some_and(|reason| reason.starts_with("boss ")), "it says who did it");
    let item = ledger.item(lease.item.id).await.expect("read").expect("there");
    assert_eq!(item.state, ItemState::Waiting, "nobody holds it");
    assert_eq!(ledger.decision_of(item.id).await.expect("read"), None);
    assert_eq!(ledger.last_undoable("ada", at(49)).await.expect("read"), None);
    assert_eq!(ledger.waiting().await, ["t", "u"], "in its old place");
    let counts = ledger.counts().await.expect("counted");
    assert_eq!((counts.queues[0].waiting, counts.queues[0].leased, counts.queues[0].decided), (2, 0, 0));
    assert_eq!(counts.deliveries, [(DeliveryState::Withdrawn, 2)]);

    let again = ledger.next_for("bob").await.expect("it waits");
    let made = decision(&lease, 10);
    assert_eq!(again.item.id, item.id);
    assert_eq!(again.draft, Some(Draft { verdict: Verdict::Correct, answer: made.answer, note: made.note }));
    assert_ne!(ledger.decide(&again, &[(delivery_id(), 90)]).await, decided);
}

#[tokio::test]
async fn what_is_on_its_way_or_over_is_not_withdrawn_and_nothing_changes() {
    let ledger = ledger_with(&["t"]).await;
    let lease = ledger.next().await;
    let (one, two) = (delivery_id(), delivery_id());
    let deliveries = vec![new_delivery(one, 50), new_delivery(two, 50)];
    let recording = ledger.record_decision(decision(&lease, 10), lease.fence, deliveries).await;
    assert_eq!(recording.expect("answered"), Recording::Recorded);
    assert_eq!(
        ledger.withdraw(one, "boss", at(50)).await.expect("asked"),
        Withdrawing::TooLate,
        "its time came"
    );
    let taken = ledger.take(50).await;
    let other = if taken.delivery.id == one { two } else { one };
    // A clock that was set back: the other one is still held, but this one is on its way.
    assert_eq!(ledger.withdraw(other, "boss", at(40)).await.expect("asked"), Withdrawing::TooLate);
    let under_way = ledger.withdraw(taken.delivery.id, "boss", at(40)).await;
    assert!(matches!(under_way, Err(Fault::Impossible(_))), "{under_way:?}");
    let nothing = ledger.withdraw(delivery_id(), "boss", at(40)).await;
    assert!(matches!(nothing, Err(Fault::Missing(_))), "{nothing:?}");
    assert_eq!(ledger.item(lease.item.id).await.expect("read").expect("there").state, ItemState::Decided);
    assert_eq!(
        states(&ledger, &[taken.delivery.id, other]).await,
        [DeliveryState::Sending, DeliveryState::Held]
    );
}
