use placet_review::{Choice, Engine, Kind, Queue, Schedule, Verdict};
use placet_store::Fault;
use serde_json::json;

use crate::{at, engine, ledger};

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
