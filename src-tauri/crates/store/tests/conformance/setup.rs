use placet_review::{Choice, Engine, Kind, NewItem, Queue, Schedule, Verdict};
use placet_store::{EngineCounts, Fault, ProfileChange};
use serde_json::json;

use crate::{at, delivery_id, engine, item, ledger, ledger_of};

#[tokio::test]
async fn engines_come_back_by_name_as_they_were_put() {
    let ledger = ledger();
    let second = Engine { name: "zeta".into(), schedule: Schedule::StandardWebhooks, ..engine() };
    ledger.put_engine(second.clone(), at(0)).await.expect("put");
    ledger.put_engine(engine(), at(0)).await.expect("put");
    assert_eq!(ledger.engines().await.expect("read"), [engine(), second.clone()]);
    assert_eq!(ledger.engine("zeta").await.expect("read"), Some(second));
    assert_eq!(ledger.engine("nobody").await.expect("read"), None);
}

#[tokio::test]
async fn a_profile_that_is_put_again_replaces_the_old_one_and_keeps_the_token() {
    let ledger = ledger();
    ledger.put_engine(engine(), at(0)).await.expect("put");
    ledger.put_token("engine", [7; 32], at(0)).await.expect("put");
    let changed = Engine { schedule: Schedule::Voicebase, ..engine() };
    ledger.put_engine(changed.clone(), at(1)).await.expect("put");
    assert_eq!(ledger.engines().await.expect("read"), [changed]);
    assert_eq!(ledger.engine_with_token([7; 32]).await.expect("read").as_deref(), Some("engine"));
}

#[tokio::test]
async fn a_profile_that_was_changed_since_it_was_read_is_not_written_over() {
    let ledger = ledger();
    let change = |from: &Engine, to: &Engine| ProfileChange { from: Some(from.clone()), to: to.clone() };
    let added = ProfileChange { from: None, to: engine() };
    assert!(
        ledger.change_engines(vec![added.clone()], at(0)).await.expect("asked"),
        "there is none of that name"
    );
    assert!(!ledger.change_engines(vec![added], at(0)).await.expect("asked"), "there is one by now");
    let one = Engine { schedule: Schedule::Voicebase, ..engine() };
    let other = Engine { schedule: Schedule::StandardWebhooks, ..engine() };
    assert!(ledger.change_engines(vec![change(&engine(), &one)], at(1)).await.expect("asked"));
    assert!(!ledger.change_engines(vec![change(&engine(), &other)], at(1)).await.expect("asked"));
    assert_eq!(ledger.engines().await.expect("read"), std::slice::from_ref(&one), "the first change stands");
    assert!(
        ledger.change_engines(vec![change(&one, &other)], at(1)).await.expect("asked"),
        "it was read again"
    );
    assert_eq!(ledger.engines().await.expect("read"), [other]);
}

#[tokio::test]
async fn profiles_are_changed_together_or_not_at_all() {
    let ledger = ledger();
    let second = Engine { name: "zeta".into(), ..engine() };
    ledger.put_engine(engine(), at(0)).await.expect("put");
    ledger.put_engine(second.clone(), at(0)).await.expect("put");
    let slow = |engine: &Engine| Engine { schedule: Schedule::Voicebase, ..engine.clone() };
    let change = |from: &Engine, to: &Engine| ProfileChange { from: Some(from.clone()), to: slow(to) };
    let overtaken = vec![change(&engine(), &engine()), change(&slow(&second), &second)];
    assert!(!ledger.change_engines(overtaken, at(1)).await.expect("asked"));
    assert_eq!(ledger.engines().await.expect("read"), [engine(), second.clone()], "not even the first");
    let rows = ledger.audit_head().await.expect("read").number;
    let both = vec![change(&engine(), &engine()), change(&second, &second)];
    assert!(ledger.change_engines(both, at(1)).await.expect("asked"));
    assert_eq!(ledger.engines().await.expect("read"), [slow(&engine()), slow(&second)]);
    assert_eq!(ledger.audit_head().await.expect("read").number, rows + 2, "each is told to the audit chain");
}

#[tokio::test]
async fn a_new_token_voids_the_old_one() {
    let ledger = ledger();
    ledger.put_engine(engine(), at(0)).await.expect("put");
    assert_eq!(ledger.engine_with_token([1; 32]).await.expect("read"), None);
    ledger.put_token("engine", [1; 32], at(0)).await.expect("put");
    ledger.put_token("engine", [2; 32], at(1)).await.expect("put");
    assert_eq!(ledger.engine_with_token([1; 32]).await.expect("read"), None);
    assert_eq!(ledger.engine_with_token([2; 32]).await.expect("read").as_deref(), Some("engine"));
}

#[tokio::test]
async fn an_engine_that_is_not_there_gets_no_token() {
    let fault = ledger().put_token("nobody", [1; 32], at(0)).await.expect_err("there is none");
    assert!(matches!(fault, Fault::Missing(_)));
}

#[tokio::test]
async fn queues_come_back_by_name_as_they_were_put() {
    let ledger = ledger();
    let full = Queue {
        guidelines: Some("Look at the eyes.".into()),
        choices: vec![Choice { label: "cat".into(), title: Some("Cat".into()) }],
        many: true,
        answer_schema: Some(json!({ "type": "object" })),
        note_required: vec![Verdict::Cancel],
        lease_seconds: 7,
        undo_seconds: 0,
        ..Queue::new("pets", Kind::Classify)
    };
    let plain = Queue::new("gates", Kind::Action);
    ledger.put_queue(full.clone(), at(0)).await.expect("put");
    ledger.put_queue(plain.clone(), at(0)).await.expect("put");
    assert_eq!(ledger.queues().await.expect("read"), [plain.clone(), full.clone()]);
    let changed = Queue { guidelines: None, ..full };
    ledger.put_queue(changed.clone(), at(1)).await.expect("put");
    assert_eq!(ledger.queues().await.expect("read"), [plain, changed]);
}

#[tokio::test]
async fn an_engines_open_and_expired_items_are_counted() {
    let soon = NewItem { deadline: Some(at(500)), ..item("soon") };
    let ledger = ledger_of(vec![item("a"), item("b"), soon]).await;
    ledger.put_engine(Engine { name: "other".into(), ..engine() }, at(0)).await.expect("put");
    ledger.admit(vec![NewItem { engine: "other".into(), ..item("a") }], at(0)).await.expect("admitted");
    let counts = async |name: &str| ledger.engine_counts(name).await.expect("counted");
    assert_eq!(counts("engine").await, EngineCounts { open: 3, expired: 0 });
    assert_eq!(counts("other").await, EngineCounts { open: 1, expired: 0 });

    let lease = ledger.lease_item(ledger.id_of("a").await, "ada", at(0), at(1_000)).await.expect("leased");
    let placet_store::Leasing::Leased(lease) = lease else { panic!("not leased") };
    assert_eq!(counts("engine").await.open, 3, "what is held is open");
    let decision = ledger.decide(&lease, &[(delivery_id(), 9_000)]).await;
    assert_eq!(counts("engine").await.open, 2);
    ledger.undo(decision, "ada", at(20), at(1_000)).await.expect("undone");
    assert_eq!(counts("engine").await.open, 3);
    ledger.expire_items(at(600)).await.expect("expired");
    assert_eq!(counts("engine").await, EngineCounts { open: 2, expired: 1 });
    ledger.engine_gave_up(ledger.id_of("b").await, at(700)).await.expect("noted");
    assert_eq!(counts("engine").await, EngineCounts { open: 1, expired: 2 });
    assert_eq!(counts("other").await, EngineCounts { open: 1, expired: 0 });
    let nobody = ledger.engine_counts("nobody").await;
    assert!(matches!(nobody, Err(Fault::Missing(_))), "{nobody:?}");
}
