use placet_review::{Attempt, DeliveryState, Outcome, Park, Phase};
use placet_store::Fault;
use rstest::rstest;

use crate::{at, delivery_id, ledger_with};

#[rstest]
#[case(Outcome::Accepted, DeliveryState::Delivered)]
#[case(Outcome::Failed, DeliveryState::Due)]
#[case(Outcome::Ambiguous, DeliveryState::Due)]
#[case(Outcome::Throttled, DeliveryState::Due)]
#[case(Outcome::Offline, DeliveryState::Due)]
#[case(Outcome::Parked(Park::Tls), DeliveryState::Parked)]
#[case(Outcome::Gone, DeliveryState::Dead)]
#[case(Outcome::Refused, DeliveryState::Dead)]
#[tokio::test]
async fn an_outcome_completes_its_attempt_and_moves_the_delivery_on(
    #[case] outcome: Outcome,
    #[case] state: DeliveryState,
) {
    let ledger = ledger_with(&["t"]).await;
    let id = ledger.decide_task("t", 50).await;
    let taken = ledger.take(50).await;
    assert_eq!(ledger.tell(&taken, outcome, 70).await, state);
    let log = ledger.delivery(id).await.expect("read").expect("there");
    let attempt = Attempt {
        number: 1,
        started_at: at(50),
        ended_at: Some(at(70)),
        outcome: Some(outcome),
        phase: Some(Phase::GotBody),
        status: Some(418),
        retry_after_ms: Some(2_000),
        words: Some(outcome.name().into()),
        answer: Some("the receiver's words".into()),
    };
    assert_eq!(log.attempts, [attempt]);
    assert_eq!(log.delivery.standing.state, state);
    assert_eq!(log.delivery.standing.reason.as_deref(), Some(outcome.name()));
    assert_eq!(log.delivery.standing.ambiguous, outcome == Outcome::Ambiguous);
    assert_eq!(ledger.counts().await.expect("counted").deliveries, [(state, 1)]);
}

#[tokio::test]
async fn a_delivery_that_failed_is_taken_again_by_its_schedule_as_one_more_attempt() {
    let ledger = ledger_with(&["t"]).await;
    let id = ledger.decide_task("t", 50).await;
    let first = ledger.take(50).await;
    ledger.tell(&first, Outcome::Failed, 70).await;
    // One second after the first failure, by the schedule `fast`.
    assert_eq!(ledger.next_due().await, Some(at(1_070)));
    let second = ledger.take(1_070).await;
    assert_eq!(second.attempt, 2);
    assert!(second.delivery.fence > first.delivery.fence);
    assert_eq!(second.delivery.standing.first_try, Some(at(50)));
    assert_eq!(ledger.tell(&second, Outcome::Accepted, 1_080).await, DeliveryState::Delivered);
    let log = ledger.delivery(id).await.expect("read").expect("there");
    let outcomes: Vec<_> = log.attempts.iter().map(|attempt| attempt.outcome).collect();
    assert_eq!(outcomes, [Some(Outcome::Failed), Some(Outcome::Accepted)]);
}

#[tokio::test]
async fn after_a_crash_what_was_under_way_is_interrupted_and_due_again() {
    let ledger = ledger_with(&["a", "b"]).await;
    let id = ledger.decide_task("a", 50).await;
    ledger.decide_task("b", 5_000).await;
    ledger.take(50).await;
    assert_eq!(ledger.recover_interrupted(at(90)).await.expect("recovered"), 1);
    assert_eq!(ledger.recover_interrupted(at(90)).await.expect("recovered"), 0);
    let log = ledger.delivery(id).await.expect("read").expect("there");
    assert_eq!(log.attempts[0].outcome, Some(Outcome::Interrupted));
    assert_eq!(log.attempts[0].ended_at, Some(at(90)));
    let standing = log.delivery.standing;
    assert_eq!((standing.state, standing.due_at, standing.tries), (DeliveryState::Due, Some(at(1_090)), 1));
    assert!(standing.ambiguous, "the receiver may have acted on it");
}

#[tokio::test]
async fn an_outcome_that_comes_late_completes_the_attempt_alone() {
    let ledger = ledger_with(&["t"]).await;
    let id = ledger.decide_task("t", 50).await;
    let late = ledger.take(50).await;
    ledger.recover_interrupted(at(90)).await.expect("recovered");
    assert_eq!(ledger.tell(&late, Outcome::Refused, 95).await, DeliveryState::Due);
    let log = ledger.delivery(id).await.expect("read").expect("there");
    assert_eq!(log.attempts[0].outcome, Some(Outcome::Refused), "what it came to after all");
    assert_eq!(log.delivery.standing.due_at, Some(at(1_090)));

    let current = ledger.take(1_090).await;
    assert_eq!(ledger.tell(&late, Outcome::Accepted, 1_091).await, DeliveryState::Sending);
    let log = ledger.delivery(id).await.expect("read").expect("there");
    assert_eq!(log.attempts[0].outcome, Some(Outcome::Refused), "an attempt is completed once");
    assert_eq!(log.attempts[1].outcome, None, "the one under way is not touched");
    assert_eq!(ledger.tell(&current, Outcome::Accepted, 1_095).await, DeliveryState::Delivered);
}

#[tokio::test]
async fn that_the_receiver_has_it_counts_however_late_it_is_heard() {
    let ledger = ledger_with(&["t"]).await;
    let id = ledger.decide_task("t", 50).await;
    let late = ledger.take(50).await;
    ledger.recover_interrupted(at(90)).await.expect("recovered");
    assert_eq!(ledger.tell(&late, Outcome::Accepted, 95).await, DeliveryState::Delivered);
    assert_eq!(ledger.lease_due(9, at(9_999)).await.expect("leased"), [], "it is not sent again");
    let log = ledger.delivery(id).await.expect("read").expect("there");
    assert_eq!(log.attempts.len(), 1);
    assert_eq!(log.attempts[0].outcome, Some(Outcome::Accepted));
    assert!(log.delivery.standing.ambiguous, "only a person clears that");
}

#[tokio::test]
async fn another_try_starts_at_once() {
    let ledger = ledger_with(&["t"]).await;
    let id = ledger.decide_task("t", 50).await;
    let first = ledger.take(50).await;
    ledger.tell(&first, Outcome::Refused, 60).await;
    assert_eq!(ledger.next_due().await, None);
    ledger.retry(id, at(100)).await.expect("asked for");
    let second = ledger.take(100).await;
    assert_eq!((second.attempt, second.delivery.standing.tries), (2, 0));
}

#[tokio::test]
async fn what_is_held_under_way_or_delivered_cannot_be_tried_again() {
    let ledger = ledger_with(&["t"]).await;
    let id = ledger.decide_task("t", 50).await;
    let refused = |result: placet_store::Result<()>| {
        assert!(matches!(result, Err(Fault::Impossible(_))), "{result:?}");
    };
    refused(ledger.retry(id, at(20)).await);
    let taken = ledger.take(50).await;
    refused(ledger.retry(id, at(60)).await);
    ledger.tell(&taken, Outcome::Accepted, 70).await;
    refused(ledger.retry(id, at(80)).await);
    let nothing = ledger.retry(delivery_id(), at(80)).await;
    assert!(matches!(nothing, Err(Fault::Missing(_))), "{nothing:?}");
}
