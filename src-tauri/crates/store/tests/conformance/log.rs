use placet_review::{DeliveryId, DeliveryState, Engine, NewItem, Outcome};
use placet_store::{DeliveryFilter, LogEnd};
use uuid::Uuid;

use crate::{Ledger, at, delivery_id, engine, item, ledger_with};

/// Deliveries of two engines in several states; as `(its id, its engine, its state)`, oldest first.
async fn eventful_ledger() -> (Ledger, Vec<(DeliveryId, &'static str, DeliveryState)>) {
    let ledger = ledger_with(&[]).await;
    ledger.put_engine(Engine { name: "other".into(), ..engine() }, at(0)).await.expect("put");
    let mut made = Vec::new();
    for n in 0..12 {
        let engine = if n % 3 == 0 { "other" } else { "engine" };
        let item = NewItem { engine: engine.into(), ..item(&n.to_string()) };
        ledger.admit(vec![item], at(0)).await.expect("admitted");
        let lease = ledger.next().await;
        let id = delivery_id();
        let due = if n < 8 { 20 } else { 9_000 };
        ledger.decide(&lease, &[(id, due)]).await;
        made.push((id, engine, DeliveryState::Held));
    }
    for taken in ledger.lease_due(6, at(20)).await.expect("leased") {
        let place = made.iter().position(|(id, ..)| *id == taken.delivery.id).expect("ours");
        made[place].2 = match place {
            0..4 => ledger.tell(&taken, Outcome::Accepted, 30).await,
            4 => ledger.tell(&taken, Outcome::Refused, 30).await,
            _ => DeliveryState::Sending,
        };
    }
    (ledger, made)
}

#[tokio::test]
async fn the_log_can_be_narrowed_to_states_and_to_an_engine() {
    let (ledger, made) = eventful_ledger().await;
    use DeliveryState::{Dead, Delivered, Held, Parked, Sending};
    for states in [vec![], vec![Held], vec![Delivered, Dead], vec![Sending, Held, Dead], vec![Parked]] {
        for engine in [None, Some("engine"), Some("other"), Some("nobody")] {
            let filter = DeliveryFilter {
                states: states.clone(),
                engine: engine.map(str::to_owned),
                limit: 100,
                ..Default::default()
            };
            let rows = ledger.deliveries(filter.clone()).await.expect("read");
            let shown: Vec<_> = rows.iter().map(|row| row.delivery.id).collect();
            let fits = |one: &&(DeliveryId, &str, DeliveryState)| {
                (states.is_empty() || states.contains(&one.2)) && engine.is_none_or(|engine| engine == one.1)
            };
            let expected: Vec<_> = made.iter().rev().filter(fits).map(|(id, ..)| *id).collect();
            assert_eq!(shown, expected, "{states:?} of {engine:?}");
            let counted = ledger.count_deliveries(filter).await.expect("counted");
            let count = |state| rows.iter().filter(|row| row.delivery.standing.state == state).count() as u64;
            let expected = DeliveryState::ALL.into_iter().map(|state| (state, count(state)));
            assert_eq!(
                counted,
                expected.filter(|(_, n)| *n > 0).collect::<Vec<_>>(),
                "{states:?} of {engine:?}"
            );
        }
    }
}

#[tokio::test]
async fn pages_of_the_log_join_without_a_gap_from_either_end() {
    let (ledger, made) = eventful_ledger().await;
    for first in [LogEnd::Newest, LogEnd::Oldest] {
        for states in [vec![], vec![DeliveryState::Held, DeliveryState::Delivered]] {
            let mut shown = Vec::new();
            let mut past = None;
            loop {
                let filter =
                    DeliveryFilter { states: states.clone(), first, past, limit: 5, ..Default::default() };
                let rows = ledger.deliveries(filter.clone()).await.expect("read");
                assert!(rows.len() <= 5);
                let Some(last) = rows.last() else { break };
                // The same page again, by where it ends and not by its length.
                let again = DeliveryFilter { up_to: Some(last.delivery.id), limit: 100, ..filter };
                assert_eq!(ledger.deliveries(again).await.expect("read"), rows);
                past = Some(last.delivery.id);
                shown.extend(rows.into_iter().map(|row| row.delivery.id));
            }
            let fits =
                |one: &&(DeliveryId, &str, DeliveryState)| states.is_empty() || states.contains(&one.2);
            let mut expected: Vec<_> = made.iter().filter(fits).map(|(id, ..)| *id).collect();
            if first == LogEnd::Newest {
                expected.reverse();
            }
            assert_eq!(shown, expected, "{first:?} first");
        }
    }
}

#[tokio::test]
async fn the_log_can_be_narrowed_to_when_was_decided() {
    let ledger = ledger_with(&["0", "1", "2", "3", "4"]).await;
    let mut made = Vec::new();
    for n in 0..5 {
        let lease = ledger.next().await;
        let moment = u64::try_from(at(n * 100).as_millis()).expect("after 1970");
        let id = DeliveryId(uuid::Builder::from_unix_timestamp_millis(moment, &[7; 10]).into_uuid());
        ledger.decide(&lease, &[(id, 9_000)]).await;
        made.push(id);
    }
    let everything = (None, None);
    let cases = [
        (everything, 0..5),
        ((Some(100), None), 1..5),
        ((Some(101), None), 2..5),
        ((None, Some(200)), 0..2),
        ((Some(100), Some(301)), 1..4),
        ((Some(300), Some(200)), 0..0),
    ];
    for states in [vec![], vec![DeliveryState::Held]] {
        for engine in [None, Some("engine".to_owned())] {
            for ((from, before), fits) in cases.clone() {
                let filter = DeliveryFilter {
                    states: states.clone(),
                    engine: engine.clone(),
                    decided_from: from.map(at),
                    decided_before: before.map(at),
                    first: LogEnd::Oldest,
                    limit: 100,
                    ..Default::default()
                };
                let rows = ledger.deliveries(filter.clone()).await.expect("read");
                let shown: Vec<_> = rows.iter().map(|row| row.delivery.id).collect();
                assert_eq!(shown, made[fits.clone()], "from {from:?} to before {before:?}");
                let counted = ledger.count_deliveries(filter.clone()).await.expect("counted");
                let held = (!fits.is_empty()).then_some((DeliveryState::Held, fits.len() as u64));
                assert_eq!(counted, Vec::from_iter(held));
                let two = DeliveryFilter { limit: 2, ..filter.clone() };
                let counted = ledger.count_deliveries(two).await.expect("counted");
                let held = held.map(|(state, n)| (state, n.min(2)));
                assert_eq!(counted, Vec::from_iter(held), "no further than asked");
                // A page within.
                let rest = DeliveryFilter { past: shown.first().copied(), ..filter };
                let rest = ledger.deliveries(rest).await.expect("read");
                assert_eq!(rest.len(), shown.len().saturating_sub(1));
            }
        }
    }
    let nil = DeliveryFilter { past: Some(DeliveryId(Uuid::nil())), limit: 9, ..Default::default() };
    assert_eq!(
        ledger.deliveries(nil).await.expect("read"),
        [],
        "nothing is older than the oldest there can be"
    );
}

#[tokio::test]
async fn a_row_says_what_was_decided_and_what_the_newest_attempt_came_to() {
    let ledger = ledger_with(&["t"]).await;
    let id = ledger.decide_task("t", 20).await;
    let filter = || DeliveryFilter { limit: 1, ..Default::default() };
    let row = ledger.deliveries(filter()).await.expect("read").remove(0);
    assert_eq!((row.title.as_str(), row.decided_at, row.attempts), ("Is t right?", at(10), 0));
    assert_eq!(row.last_attempt, None);
    let taken = ledger.take(20).await;
    ledger.tell(&taken, Outcome::Failed, 30).await;
    let taken = ledger.take(2_000).await;
    ledger.tell(&taken, Outcome::Parked(placet_review::Park::Auth), 2_030).await;
    let row = ledger.deliveries(filter()).await.expect("read").remove(0);
    let log = ledger.delivery(id).await.expect("read").expect("there");
    assert_eq!(row.attempts, 2);
    assert_eq!(row.last_attempt.as_ref(), log.attempts.last());
    assert_eq!(row.delivery, placet_review::Delivery { body: vec![], ..log.delivery });
}

#[tokio::test]
async fn a_delivery_that_is_not_there_has_no_story() {
    let ledger = ledger_with(&[]).await;
    assert_eq!(ledger.delivery(delivery_id()).await.expect("read"), None);
}
