use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use placet_review::{ItemState, Kind, Queue};
use serde_json::{Value, json};

use super::{Admitted, AdmittedOutcome, Submitter};
use crate::fixture::{Ledger, PIXEL, noon, submission};
use crate::{AttachedFile, Code, Document, Problem};

fn faces() -> Submitter {
    Submitter::Engine("faces".to_owned())
}

fn document(submission: &Value) -> Document {
    Document::new(submission.to_string())
}

/// Hands one submission in at noon.
async fn hand_in(ledger: &Ledger, by: &Submitter, submission: &Value) -> Result<Admitted, Problem> {
    let mut answers =
        ledger.inbox.admit(by, vec![document(submission)], noon()).await.expect("the ledger works");
    assert_eq!(answers.len(), 1, "one answer for one submission");
    answers.remove(0)
}

/// The code and the place of the problem that a submission is.
async fn problem(ledger: &Ledger, by: &Submitter, submission: &Value) -> (Code, Option<String>) {
    let problem = hand_in(ledger, by, submission).await.expect_err("it is not taken");
    (problem.code, problem.pointer)
}

fn with(name: &str, value: Value) -> Value {
    let mut submission = submission("1");
    submission[name] = value;
    submission
}

#[tokio::test]
async fn what_was_admitted_is_in_the_ledger_word_for_word() {
    let ledger = Ledger::open().await;
    let admitted = hand_in(&ledger, &faces(), &submission("1")).await.expect("it is good");
    assert_eq!((admitted.engine.as_str(), admitted.id.as_str()), ("faces", "1"));
    assert_eq!(admitted.outcome, AdmittedOutcome::Admitted);
    let item = ledger.store.item(admitted.item).await.expect("read").expect("it is there");
    assert_eq!((item.asked.engine.as_str(), item.asked.task.as_str()), ("faces", "1"));
    assert_eq!(item.asked.content, json!({ "commit": "abc" }));
    assert_eq!(item.asked.callbacks[0].parameters["url"], "https://e.example/done");
    assert_eq!((item.state, item.admitted_at), (ItemState::Waiting, noon()));
}

#[tokio::test]
async fn what_is_only_looked_at_is_not_taken_in() {
    let ledger = Ledger::open().await;
    let by = faces();
    let look = |submission: Value| ledger.inbox.look_at(&by, document(&submission), noon());
    let item = look(submission("1")).await.expect("the ledger works").expect("it is good");
    assert_eq!((item.engine.as_str(), item.task.as_str()), ("faces", "1"));
    let problem =
        look(with("queue", json!("nowhere"))).await.expect("the ledger works").expect_err("no such queue");
    assert_eq!(problem.code, Code::QueueUnknown);
    assert_eq!(ledger.store.item_of_task("faces", "1").await.expect("read"), None);
}

#[tokio::test]
async fn the_engine_that_stops_waiting_first_sets_the_deadline() {
    let ledger = Ledger::open().await;
    for (id, own, waits_ms, expected) in [
        ("1", None, vec![], None),
        ("2", None, vec![60_000, 30_000], Some(30_000)),
        ("3", Some("2026-12-01T12:00:20Z"), vec![30_000], Some(20_000)),
    ] {
        let mut asked = submission(id);
        let url = "https://e.example/done";
        let callback = |ms: &i64| json!({ "protocol": "webhook", "url": url, "waits_ms": ms });
        asked["callbacks"] = waits_ms.iter().map(callback).collect();
        if let Some(own) = own {
            asked["deadline"] = json!(own);
        }
        let admitted = hand_in(&ledger, &faces(), &asked).await.expect("it is good");
        let item = ledger.store.item(admitted.item).await.expect("read").expect("it is there");
        assert_eq!(item.asked.deadline, expected.map(|ms| noon().plus_millis(ms)), "{id}");
    }
}

#[tokio::test]
async fn an_engine_speaks_for_itself_alone() {
    let ledger = Ledger::open().await;
    let refused = problem(&ledger, &faces(), &with("engine", json!("voices"))).await;
    assert_eq!(refused, (Code::EngineMismatch, Some("/engine".into())));
    hand_in(&ledger, &faces(), &with("engine", json!("faces"))).await.expect("its own name it may say");
}

#[tokio::test]
async fn the_owner_says_for_which_engine() {
    let ledger = Ledger::open().await;
    let unnamed = problem(&ledger, &Submitter::Owner, &submission("1")).await;
    assert_eq!(unnamed, (Code::SubmissionInvalid, Some(String::new())));
    let unknown = problem(&ledger, &Submitter::Owner, &with("engine", json!("nobody"))).await;
    assert_eq!(unknown, (Code::EngineUnknown, Some("/engine".into())));
    let admitted =
        hand_in(&ledger, &Submitter::Owner, &with("engine", json!("voices"))).await.expect("taken");
    assert_eq!(admitted.engine, "voices");
}

#[tokio::test]
async fn a_queue_that_is_not_there_is_named_and_found_once_it_is_added() {
    let ledger = Ledger::open().await;
    let refunds = with("queue", json!("refunds"));
    assert_eq!(problem(&ledger, &faces(), &refunds).await, (Code::QueueUnknown, Some("/queue".into())));
    ledger.store.put_queue(Queue::new("refunds", Kind::Action), noon()).await.expect("added");
    hand_in(&ledger, &faces(), &refunds).await.expect("what was remembered of the queues is forgotten");
}

#[tokio::test]
async fn a_callback_that_cannot_be_served_is_told_with_its_place() {
    let ledger = Ledger::open().await;
    let good = json!({ "protocol": "webhook", "url": "https://e.example/" });
    let elsewhere = json!({ "protocol": "webhook", "url": "https://evil.example/" });
    let strange = json!({ "protocol": "pigeon" });
    for (callbacks, place) in [
        (json!([good, elsewhere]), "/callbacks/1/url"),
        (json!([strange, good]), "/callbacks/0/protocol"),
        (json!([good, good, { "protocol": "webhook" }]), "/callbacks/2"),
    ] {
        let refused = problem(&ledger, &faces(), &with("callbacks", callbacks)).await;
        assert_eq!(refused, (Code::CallbackRefused, Some(place.into())));
    }
    assert_eq!(ledger.waiting().await, 0, "what could not be answered is not asked");
}

#[tokio::test]
async fn each_of_a_batch_gets_its_own_answer_and_the_good_are_kept() {
    let ledger = Ledger::open().await;
    let mut other_body = submission("1");
    other_body["title"] = json!("Deploy it?");
    let batch = [
        document(&submission("1")),
        Document::new("nonsense"),
        document(&submission("1")),
        document(&other_body),
        document(&submission("2")),
    ];
    let answers = ledger.inbox.admit(&faces(), batch.into(), noon()).await.expect("the ledger works");
    let told: Vec<_> = answers
        .iter()
        .map(|answer| answer.as_ref().map(|admitted| admitted.outcome).map_err(|problem| problem.code))
        .collect();
    use AdmittedOutcome::{Admitted, Duplicate};
    assert_eq!(
        told,
        [Ok(Admitted), Err(Code::JsonMalformed), Ok(Duplicate), Err(Code::SubmissionConflict), Ok(Admitted),]
    );
    assert_eq!(ledger.waiting().await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_same_item_handed_in_by_sixteen_at_once_is_one_item() {
    let ledger = Arc::new(Ledger::open().await);
    let tasks: Vec<_> = (0..16)
        .map(|_| {
            let ledger = ledger.clone();
            tokio::spawn(
                async move { hand_in(&ledger, &faces(), &submission("1")).await.expect("it is good") },
            )
        })
        .collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.expect("it ends"));
    }
    let new = answers.iter().filter(|answer| answer.outcome == AdmittedOutcome::Admitted).count();
    assert_eq!(new, 1, "one of them brought it in");
    assert!(answers.iter().all(|answer| answer.item == answers[0].item), "all are told the same number");
    assert_eq!(ledger.waiting().await, 1);
}

#[tokio::test]
async fn an_image_is_kept_under_its_hash_and_found_by_the_item() {
    let ledger = Ledger::open().await;
    let image = json!({ "image": { "url": format!("data:image/png;base64,{PIXEL}") } });
    let admitted = hand_in(&ledger, &faces(), &with("content", image)).await.expect("it is good");
    let item = ledger.store.item(admitted.item).await.expect("read").expect("it is there");
    let hash = item.asked.content["image"]["attachment"].as_str().expect("its hash stands there");
    let kept = ledger.attachments.read(hash).expect("read").expect("it is kept");
    assert_eq!(kept, STANDARD.decode(PIXEL).expect("base64"));
}

#[tokio::test]
async fn a_file_beside_the_submission_is_the_same_item_as_its_data_url() {
    let ledger = Ledger::open().await;
    let pixel: Bytes = STANDARD.decode(PIXEL).expect("base64").into();
    let beside = Document {
        json: with("content", json!({ "image": { "file": "face.png" } })).to_string().into(),
        files: vec![AttachedFile { name: "face.png".into(), bytes: pixel }],
    };
    let within =
        document(&with("content", json!({ "image": { "url": format!("data:image/png;base64,{PIXEL}") } })));
    let answers = ledger.inbox.admit(&faces(), vec![beside, within], noon()).await.expect("the ledger works");
    let outcomes: Vec<_> = answers.into_iter().map(|answer| answer.expect("it is good").outcome).collect();
    assert_eq!(outcomes, [AdmittedOutcome::Admitted, AdmittedOutcome::Duplicate]);
}

#[tokio::test]
async fn a_large_batch_is_answered_in_the_order_it_was_handed_in() {
    let ledger = Ledger::open().await;
    // More than is read on the runtime's own threads.
    let batch: Vec<_> = (0..1_000).map(|n| document(&submission(&n.to_string()))).collect();
    let answers = ledger.inbox.admit(&faces(), batch, noon()).await.expect("the ledger works");
    for (n, answer) in answers.into_iter().enumerate() {
        assert_eq!(answer.expect("it is good").id, n.to_string());
    }
    assert_eq!(ledger.waiting().await, 1_000);
}

#[tokio::test]
async fn an_engine_learns_the_decision_once_it_can_no_longer_be_taken_back() {
    let ledger = Ledger::open().await;
    let admitted = hand_in(&ledger, &faces(), &submission("1")).await.expect("it is good");
    ledger.approve(admitted.item).await;
    for (ms, stands) in [(0, false), (9_999, false), (10_000, true)] {
        let asked = ledger.inbox.answer("faces", "1", noon().plus_millis(ms)).await.expect("read");
        let (item, decision) = asked.expect("it is there");
        assert_eq!(item.state, ItemState::Decided);
        assert_eq!(decision.is_some(), stands, "{ms} ms after the decision");
    }
}

#[tokio::test]
async fn near_the_deadline_a_decision_stands_at_once() {
    let ledger = Ledger::open().await;
    let hurried = with("deadline", json!(noon().plus_millis(69_999)));
    let admitted = hand_in(&ledger, &faces(), &hurried).await.expect("it is good");
    ledger.approve(admitted.item).await;
    let (_, decision) = ledger.inbox.answer("faces", "1", noon()).await.expect("read").expect("there");
    assert!(decision.is_some(), "there is no undo window to wait for");
}

#[tokio::test]
async fn a_new_token_voids_the_old_one() {
    let ledger = Ledger::open().await;
    let (_, first) = crate::new_token([1; 32]);
    let (_, second) = crate::new_token([2; 32]);
    ledger.token("faces", 1).await;
    let owner = ledger.inbox.engine_with_token(first).await.expect("read");
    assert_eq!(owner.as_deref(), Some("faces"));
    ledger.token("faces", 2).await;
    assert_eq!(ledger.inbox.engine_with_token(first).await.expect("read"), None);
    assert_eq!(ledger.inbox.engine_with_token(second).await.expect("read").as_deref(), Some("faces"));
}
