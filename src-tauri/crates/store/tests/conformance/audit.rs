//! What the audit chain tells of, and that it tells the truth.

use placet_review::{Engine, Order, Outcome, Park, Queue, Schedule};
use placet_store::{AuditHead, AuditKind, AuditRow, AuditSubject, Leasing, Undoing};

use crate::{Ledger, at, delivery_id, engine, item, ledger, ledger_with, queue};

/// What the chain tells after the setup and the admission of one item.
async fn told(ledger: &Ledger) -> Vec<AuditRow> {
    ledger.audit_rows(3, 1_000).await.expect("read")
}

fn kinds(rows: &[AuditRow]) -> Vec<&'static str> {
    rows.iter().map(|row| row.kind.name()).collect()
}

async fn holds(ledger: &Ledger, kept: Option<AuditHead>) {
    let report = ledger.verify_audit(kept).await.expect("verified");
    assert!(report.holds(), "{report:#?}");
    assert_eq!(report.head, ledger.audit_head().await.expect("read"));
}

#[tokio::test]
async fn a_new_ledger_has_an_empty_chain_that_holds() {
    let ledger = ledger();
    assert_eq!(ledger.audit_head().await.expect("read"), AuditHead::default());
    assert_eq!(ledger.audit_rows(0, 9).await.expect("read"), []);
    holds(&ledger, Some(AuditHead::default())).await;
}

#[tokio::test]
async fn each_change_of_the_setup_is_told() {
    let ledger = ledger();
    ledger.put_engine(engine(), at(1)).await.expect("put");
    ledger.put_token("engine", [1; 32], at(2)).await.expect("put");
    ledger.put_queue(queue(), at(3)).await.expect("put");
    ledger.put_engine(Engine { schedule: Schedule::Voicebase, ..engine() }, at(4)).await.expect("put");
    ledger.put_token("engine", [2; 32], at(5)).await.expect("put");
    ledger.put_queue(Queue { order: Order::Age, ..queue() }, at(6)).await.expect("put");
    let rows = ledger.audit_rows(0, 1_000).await.expect("read");
    assert_eq!(kinds(&rows), ["engine", "token", "queue", "engine", "token", "queue"]);
    assert_eq!(rows[1].subject, AuditSubject::Name("engine".into()));
    assert_eq!((rows[2].number, rows[2].at), (3, at(3)));
    for (before, after) in [(0, 3), (1, 4), (2, 5)] {
        assert_ne!(rows[before].digest, rows[after].digest, "it is what was written");
    }
    holds(&ledger, None).await;
    ledger.put_token("nobody", [3; 32], at(7)).await.expect_err("there is no such engine");
    assert_eq!(ledger.audit_head().await.expect("read").number, 6, "what was not done is not told");
}

#[tokio::test]
async fn an_admission_is_told_once_and_a_duplicate_not_at_all() {
    let ledger = ledger_with(&["a", "b"]).await;
    ledger.admit(vec![item("a"), item("c")], at(5)).await.expect("admitted");
    let rows = ledger.audit_rows(2, 1_000).await.expect("read");
    assert_eq!(kinds(&rows), ["admitted"; 3]);
    let c = ledger.id_of("c").await;
    assert_eq!((&rows[2].subject, rows[2].at), (&AuditSubject::Item(c), at(5)));
    holds(&ledger, None).await;
}

#[tokio::test]
async fn who_leased_and_who_decided_is_told() {
    let ledger = ledger_with(&["t"]).await;
    let lease = ledger.next().await;
    let decided = ledger.decide(&lease, &[(delivery_id(), 50), (delivery_id(), 40)]).await;
    let Undoing::Undone(again) = ledger.undo(decided, "ada", at(20), at(900)).await.expect("asked") else {
        panic!("in time");
    };
    let rows = told(&ledger).await;
    assert_eq!(kinds(&rows), ["leased", "decided", "withdrawn", "withdrawn", "taken_back", "leased"]);
    for row in [0, 1, 4, 5] {
        assert_eq!(rows[row].reviewer.as_deref(), Some("ada"), "{:?}", rows[row]);
    }
    assert_eq!(rows[1].subject, AuditSubject::Id(decided.0));
    assert_ne!(rows[0].digest, rows[5].digest, "another lease");
    let asked = ledger.lease_item(again.item.id, "bob", at(30), at(40)).await.expect("asked");
    assert!(matches!(asked, Leasing::HeldBy { .. }), "{asked:?}");
    assert_eq!(told(&ledger).await.len(), 6, "what was refused is not told");
    holds(&ledger, None).await;
}

#[tokio::test]
async fn each_end_of_a_delivery_is_told_and_so_is_a_retry() {
    let ledger = ledger_with(&["t"]).await;
    let id = ledger.decide_task("t", 50).await;
    let taken = ledger.take(50).await;
    ledger.tell(&taken, Outcome::Failed, 60).await;
    assert_eq!(kinds(&told(&ledger).await), ["leased", "decided"], "it goes on by itself");
    let taken = ledger.take(5_000).await;
    ledger.tell(&taken, Outcome::Parked(Park::Tls), 5_010).await;
    holds(&ledger, None).await;
    ledger.retry(id, at(6_000)).await.expect("retried");
    holds(&ledger, None).await;
    let taken = ledger.take(6_000).await;
    ledger.tell(&taken, Outcome::Refused, 6_010).await;
    ledger.retry(id, at(7_000)).await.expect("retried");
    let taken = ledger.take(7_000).await;
    ledger.tell(&taken, Outcome::Accepted, 7_010).await;
    let rows = told(&ledger).await;
    assert_eq!(kinds(&rows)[2..], ["parked", "retried", "dead", "retried", "delivered"]);
    assert!(rows[2..].iter().all(|row| row.subject == AuditSubject::Id(id.0)), "{rows:?}");
    holds(&ledger, None).await;
}

#[tokio::test]
async fn who_settles_a_delivery_is_told() {
    let ledger = ledger_with(&["t", "u"]).await;
    let id = ledger.decide_task("t", 50).await;
    let taken = ledger.take(50).await;
    ledger.tell(&taken, Outcome::Refused, 60).await;
    ledger.confirm(id, "sue", at(70)).await.expect("confirmed");
    let held = ledger.decide_task("u", 9_000).await;
    ledger.withdraw(held, "sue", at(80)).await.expect("withdrawn");
    let rows = ledger.audit_rows(6, 1_000).await.expect("read");
    let told = ["dead", "confirmed", "delivered", "leased", "decided", "withdrawn", "taken_back", "leased"];
    assert_eq!(kinds(&rows), told);
    assert_eq!((rows[1].reviewer.as_deref(), rows[6].reviewer.as_deref()), (Some("sue"), Some("sue")));
    holds(&ledger, None).await;
}

#[tokio::test]
async fn a_head_vouches_for_what_was_before_it() {
    let ledger = ledger_with(&["a"]).await;
    let kept = ledger.audit_head().await.expect("read");
    assert_eq!(kept.number, 3);
    ledger.admit(vec![item("b")], at(1)).await.expect("admitted");
    holds(&ledger, Some(kept)).await;
    let other = AuditHead { mac: [1; 32], ..kept };
    let report = ledger.verify_audit(Some(other)).await.expect("verified");
    assert_eq!(report.findings[0].row, Some(3), "{report:?}");
    let later = AuditHead { number: 99, ..kept };
    let report = ledger.verify_audit(Some(later)).await.expect("verified");
    assert!(report.findings[0].words.contains("older file"), "{report:?}");
}

#[tokio::test]
async fn rows_are_read_page_by_page() {
    let ledger = ledger_with(&["a", "b", "c"]).await;
    let first = ledger.audit_rows(0, 3).await.expect("read");
    let second = ledger.audit_rows(first[2].number, 3).await.expect("read");
    assert_eq!(second.iter().map(|row| row.number).collect::<Vec<_>>(), [4, 5]);
    assert!(second.iter().all(|row| row.kind == AuditKind::Admitted && row.keyed), "{second:?}");
    assert_eq!(second[1].mac, ledger.audit_head().await.expect("read").mac);
}
