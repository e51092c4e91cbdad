use placet_review::{Item, ItemState, NewItem};
use placet_store::{Admission, Fault};
use serde_json::json;

use crate::{admitted, at, item, ledger_with};

#[tokio::test]
async fn an_item_comes_back_as_it_was_handed_in() {
    let ledger = ledger_with(&[]).await;
    let asked = NewItem { priority: -3, deadline: Some(at(9_000)), ..crate::sure("t", 0.41) };
    let admissions = ledger.admit(vec![asked.clone()], at(5)).await.expect("admitted");
    let id = admitted(&admissions)[0];
    let expected = Item { id, asked, state: ItemState::Waiting, admitted_at: at(5), flagged: false };
    assert_eq!(ledger.item(id).await.expect("read").as_ref(), Some(&expected));
    assert_eq!(ledger.item_of_task("engine", "t").await.expect("read"), Some(expected));
    assert_eq!(ledger.decision_of(id).await.expect("read"), None);
}

#[tokio::test]
async fn a_task_is_admitted_once_and_with_other_content_it_is_a_conflict() {
    let ledger = ledger_with(&[]).await;
    let first = admitted(&ledger.admit(vec![item("t")], at(0)).await.expect("admitted"))[0];
    let changed = NewItem { content: json!("other"), submission_digest: "sha256:other".into(), ..item("t") };
    let again = ledger.admit(vec![item("t"), changed, item("u")], at(9)).await.expect("answered");
    assert_eq!(again[..2], [Admission::Duplicate(first), Admission::Conflict(first)]);
    assert!(matches!(again[2], Admission::Admitted(_)), "the others of the call are not disturbed");
    let kept = ledger.item(first).await.expect("read").expect("there");
    assert_eq!((kept.asked.content, kept.admitted_at), (item("t").content, at(0)), "the first one stays");
    assert_eq!(ledger.counts().await.expect("counted").queues[0].waiting, 2);
}

#[tokio::test]
async fn the_same_task_twice_in_one_call_is_admitted_once() {
    let ledger = ledger_with(&[]).await;
    let admissions = ledger.admit(vec![item("t"), item("t")], at(0)).await.expect("answered");
    let Admission::Admitted(id) = admissions[0] else { panic!("not admitted: {admissions:?}") };
    assert_eq!(admissions[1], Admission::Duplicate(id));
}

#[tokio::test]
async fn two_engines_may_give_their_tasks_the_same_name() {
    let ledger = ledger_with(&["t"]).await;
    let other = placet_review::Engine { name: "other".into(), ..crate::engine() };
    ledger.put_engine(other, at(0)).await.expect("put");
    let theirs = NewItem { engine: "other".into(), ..item("t") };
    let ids = admitted(&ledger.admit(vec![theirs], at(0)).await.expect("admitted"));
    assert_ne!(ids[0], ledger.id_of("t").await);
    assert_eq!(ledger.item_of_task("other", "t").await.expect("read").expect("there").id, ids[0]);
}

#[tokio::test]
async fn nothing_of_a_call_is_written_if_one_of_its_queues_or_engines_is_not_there() {
    let ledger = ledger_with(&[]).await;
    let no_queue = NewItem { queue: "nowhere".into(), ..item("u") };
    let no_engine = NewItem { engine: "nobody".into(), ..item("u") };
    for bad in [no_queue, no_engine] {
        let fault = ledger.admit(vec![item("t"), bad], at(0)).await.expect_err("refused");
        assert!(matches!(fault, Fault::Missing(_)), "{fault}");
    }
    assert_eq!(ledger.item_of_task("engine", "t").await.expect("read"), None);
    assert_eq!(ledger.counts().await.expect("counted").queues[0].waiting, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_many_hand_in_at_once_is_admitted_once() {
    let ledger = std::sync::Arc::new(ledger_with(&[]).await);
    let handing_in: Vec<_> = (0..32)
        .map(|_| {
            let ledger = ledger.clone();
            tokio::spawn(async move { ledger.admit(vec![item("t")], at(0)).await.expect("answered")[0] })
        })
        .collect();
    let mut admitted = 0;
    for one in handing_in {
        admitted += usize::from(matches!(one.await.expect("ran"), Admission::Admitted(_)));
    }
    assert_eq!(admitted, 1);
}
