//! Where callbacks go, and who is spared.

use std::collections::HashMap;

use placet_review::{Breaker, DeliveryId, DeliveryState, Engine, NewItem, Outcome, Schedule};
use placet_store::{Fault, Room};

use crate::{Ledger, at, delivery_id, engine, item, ledger_of, ledger_with, new_delivery};

const ONE: &str = "https://engine.example";
const OTHER: &str = "https://other.example";

/// As many tasks as there are names, each decided with a callback to its origin that is due at 50.
async fn decided(origins: &[&str]) -> (Ledger, Vec<DeliveryId>) {
    let tasks: Vec<String> = (0..origins.len()).map(|nth| format!("{nth:03}")).collect();
    let ledger = ledger_of(tasks.iter().map(|task| item(task)).collect()).await;
    let mut ids = Vec::new();
    for origin in origins {
        let lease = ledger.next().await;
        let delivery =
            placet_review::NewDelivery { origin: (*origin).into(), ..new_delivery(delivery_id(), 50) };
        ids.push(delivery.id);
        let recorded = ledger.record_decision(crate::decision(&lease, 40), lease.fence, vec![delivery]).await;
        assert_eq!(recorded.expect("answered"), placet_store::Recording::Recorded);
    }
    (ledger, ids)
}

/// Takes one after another at `now` and lets each fail, until nothing is taken any more; how many that were.
async fn fail_all(ledger: &Ledger, now: i64) -> usize {
    let mut failed = 0;
    loop {
        let taken = ledger.lease_due(1, at(now)).await.expect("leased");
        let [one] = &taken[..] else { return failed };
        assert_eq!(ledger.tell(one, Outcome::Failed, now).await, DeliveryState::Due);
        failed += 1;
    }
}

#[tokio::test]
async fn no_more_are_taken_for_an_origin_than_its_engine_allows_or_there_is_room_for() {
    let (ledger, _) = decided(&[ONE; 6]).await;
    ledger.put_engine(Engine { at_once: None, ..engine() }, at(0)).await.expect("put");
    assert_eq!(ledger.lease_due(99, at(50)).await.expect("leased").len(), 4, "four, if it does not say");
    let full = |room| Room { total: 99, of_origin: HashMap::from([(ONE.to_owned(), room)]) };
    assert_eq!(ledger.next_due_at(&full(0), at(50)).await.expect("read"), None);
    assert_eq!(ledger.lease_due_deliveries(full(0), at(50), at(0)).await.expect("leased"), []);
    assert_eq!(ledger.next_due_at(&full(1), at(50)).await.expect("read"), Some(at(50)));
    assert_eq!(ledger.lease_due_deliveries(full(1), at(50), at(0)).await.expect("leased").len(), 1);
}

#[tokio::test]
async fn an_origin_with_much_to_send_leaves_room_for_others() {
    let mut origins = [ONE; 20].to_vec();
    origins.push(OTHER);
    let (ledger, ids) = decided(&origins).await;
    let taken = ledger.lease_due(10, at(50)).await.expect("leased");
    assert!(taken.iter().any(|one| one.delivery.id == ids[20]), "the one for the other");
    assert!(
        taken.iter().all(|one| one.delivery.origin == if one.delivery.id == ids[20] { OTHER } else { ONE })
    );
}

#[tokio::test]
async fn an_origin_that_fails_five_times_is_spared_and_then_one_finds_out() {
    let (ledger, ids) = decided(&[ONE, ONE, ONE, ONE, ONE, ONE, OTHER]).await;
    assert_eq!(fail_all(&ledger, 50).await, 6, "five of it, and the other's");
    let [spared] = &ledger.origins().await.expect("read")[..] else { panic!("one is spared") };
    assert_eq!((spared.origin.as_str(), spared.waiting), (ONE, 6));
    assert_eq!(spared.breaker.open_until, Some(at(30_050)));
    // The other's next try, a second later by the schedule `fast`.
    assert_eq!(ledger.next_due().await, Some(at(1_050)));
    assert_eq!(ledger.lease_due(99, at(20_000)).await.expect("leased").len(), 1, "the other's");
    assert_eq!(ledger.next_due_at(&Room::default(), at(20_000)).await.expect("read"), Some(at(30_050)));

    let probe = ledger.lease_due(99, at(30_050)).await.expect("leased");
    assert_eq!(probe.len(), 1, "one finds out");
    assert_eq!(probe[0].delivery.id, ids[5], "which has waited longest");
    assert_eq!(ledger.lease_due(99, at(30_060)).await.expect("leased"), [], "the others wait for it");
    assert_eq!(ledger.next_due_at(&Room::default(), at(30_060)).await.expect("read"), None);
    ledger.tell(&probe[0], Outcome::Accepted, 30_070).await;
    assert_eq!(ledger.origins().await.expect("read"), []);
    assert_eq!(ledger.lease_due(99, at(30_080)).await.expect("leased").len(), 5);
}

#[tokio::test]
async fn a_person_need_not_wait_for_the_probe() {
    let (ledger, _) = decided(&[ONE; 6]).await;
    fail_all(&ledger, 50).await;
    assert_eq!(ledger.lease_due(99, at(5_000)).await.expect("leased"), []);
    ledger.try_origin(ONE, at(5_000)).await.expect("known");
    assert_eq!(ledger.lease_due(99, at(5_000)).await.expect("leased").len(), 1);
    let nothing = ledger.try_origin("https://nobody.example", at(5_000)).await;
    assert!(matches!(nothing, Err(Fault::Missing(_))), "{nothing:?}");
}

#[tokio::test]
async fn a_probe_that_a_crash_cut_off_is_followed_by_another() {
    let (ledger, _) = decided(&[ONE; 6]).await;
    fail_all(&ledger, 50).await;
    assert_eq!(ledger.lease_due(99, at(31_000)).await.expect("leased").len(), 1);
    ledger.recover_interrupted(at(32_000)).await.expect("recovered");
    assert_eq!(ledger.lease_due(99, at(32_000)).await.expect("leased").len(), 1);
}

#[tokio::test]
async fn a_receiver_that_asks_for_patience_is_left_alone_with_all_that_waits_for_it() {
    let (ledger, _) = decided(&[ONE; 3]).await;
    let first = ledger.lease_due(1, at(50)).await.expect("leased").remove(0);
    let attempt = placet_review::Attempt {
        number: 1,
        started_at: at(50),
        ended_at: Some(at(60)),
        outcome: Some(Outcome::Throttled),
        phase: None,
        retry_after_ms: None,
        status: Some(429),
        words: None,
        answer: None,
    };
    let judgement = placet_review::Judgement {
        outcome: Outcome::Throttled,
        words: "patience".into(),
        retry_after_ms: Some(90_000),
    };
    let recorded = ledger.record_outcome(
        first.delivery.id,
        first.delivery.fence,
        attempt,
        judgement,
        Schedule::Fast,
        0.0,
    );
    assert_eq!(recorded.await.expect("recorded"), DeliveryState::Due);
    assert_eq!(ledger.lease_due(99, at(90_059)).await.expect("leased"), []);
    assert_eq!(ledger.next_due().await, Some(at(90_060)));
    assert_eq!(ledger.lease_due(99, at(90_060)).await.expect("leased").len(), 3);
}

#[tokio::test]
async fn a_clock_that_goes_back_makes_nobody_wait() {
    let (ledger, _) = decided(&[ONE; 6]).await;
    fail_all(&ledger, 50).await;
    let year = 365 * 24 * 3_600_000;
    assert_eq!(ledger.clock_set_back(at(-year)).await.expect("noted"), 6);
    assert_eq!(ledger.lease_due(99, at(-year)).await.expect("leased").len(), 1, "the probe");
    let now = ledger.origins().await.expect("read")[0].breaker.clone();
    assert_eq!((now.open_until, now.probing), (Some(at(-year)), true));
    assert_ne!(now, Breaker::default());
}

/// A task whose engine waits until 10,000, decided with a callback that is due at 50.
async fn hurried() -> (Ledger, DeliveryId) {
    let ledger = ledger_of(vec![NewItem { deadline: Some(at(10_000)), ..item("t") }]).await;
    let id = ledger.decide_task("t", 50).await;
    (ledger, id)
}

#[tokio::test]
async fn what_its_engine_waits_for_no_more_expires_even_if_its_origin_is_spared() {
    let (ledger, id) = hurried().await;
    let taken = ledger.take(50).await;
    ledger.tell(&taken, Outcome::Parked(placet_review::Park::Auth), 60).await;
    assert_eq!(ledger.next_due().await, Some(at(10_000)));
    assert_eq!(ledger.lease_due(9, at(9_999)).await.expect("leased"), []);
    let state = async || ledger.delivery(id).await.expect("read").expect("there").delivery.standing.state;
    assert_eq!(state().await, DeliveryState::Parked);
    assert_eq!(ledger.lease_due(9, at(10_000)).await.expect("leased"), []);
    assert_eq!(state().await, DeliveryState::Expired);
    assert_eq!(ledger.next_due().await, None);
    assert_eq!(ledger.counts().await.expect("counted").deliveries, [(DeliveryState::Expired, 1)]);

    // A person who knows better may try all the same.
    ledger.retry(id, at(20_000)).await.expect("asked for");
    assert_eq!(ledger.take(20_000).await.delivery.id, id);
}

#[tokio::test]
async fn what_is_late_because_nobody_was_there_uses_nothing_of_its_schedule_up() {
    let ledger = ledger_with(&["t"]).await;
    ledger.decide_task("t", 50).await;
    let first = ledger.take(50).await;
    ledger.tell(&first, Outcome::Failed, 60).await;
    let month = 30 * 24 * 3_600_000;
    let room = Room { total: 9, ..Room::default() };
    let back = ledger.lease_due_deliveries(room, at(month), at(month)).await.expect("leased").remove(0);
    assert_eq!(ledger.tell(&back, Outcome::Failed, month + 10).await, DeliveryState::Due);
}
