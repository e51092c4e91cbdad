use std::collections::HashSet;
use std::sync::Arc;

use placet_review::{Draft, ItemId, ItemState, NewItem, Verdict};
use placet_store::{Fault, Leasing};
use serde_json::json;

use crate::{at, item, ledger_of, ledger_with};

#[tokio::test(flavor = "multi_thread")]
async fn no_two_of_eight_reviewers_get_the_same_item() {
    let items = (0..400).map(|n| item(&n.to_string())).collect();
    let ledger = Arc::new(ledger_of(items).await);
    let reviewing: Vec<_> = (0..8)
        .map(|n| {
            let ledger = ledger.clone();
            tokio::spawn(async move {
                let mut got = Vec::new();
                loop {
                    let reviewer = format!("reviewer {n}");
                    let leases =
                        ledger.lease_next("queue", &reviewer, 3, at(0), at(9)).await.expect("leased");
                    if leases.is_empty() {
                        return got;
                    }
                    got.extend(leases.into_iter().map(|lease| (lease.item.id, lease.fence)));
                }
            })
        })
        .collect();
    let (mut items, mut fences) = (HashSet::new(), HashSet::new());
    for reviewer in reviewing {
        for (item, fence) in reviewer.await.expect("ran") {
            assert!(items.insert(item), "{item} was given out twice");
            assert!(fences.insert(fence), "fence {fence} was given out twice");
        }
    }
    assert_eq!(items.len(), 400);
    let counts = ledger.counts().await.expect("counted");
    assert_eq!((counts.queues[0].waiting, counts.queues[0].leased), (0, 400));
}

#[tokio::test]
async fn a_lease_says_what_is_held_by_whom_until_when() {
    let ledger = ledger_with(&["t"]).await;
    let lease = ledger.next().await;
    assert_eq!(lease.item.state, ItemState::Leased);
    assert_eq!(lease.item.asked, item("t"));
    assert_eq!((lease.reviewer.as_str(), lease.until, lease.draft.as_ref()), ("ada", at(1_000), None));
    assert_eq!(*lease.queue, crate::queue());
    assert_eq!(ledger.held(lease.item.id, lease.fence).await.expect("read"), Some(lease.clone()));
    assert_eq!(ledger.held(lease.item.id, lease.fence + 1).await.expect("read"), None);
}

#[tokio::test]
async fn what_a_reviewer_holds_already_is_not_given_out_again() {
    let ledger = ledger_with(&["a", "b"]).await;
    assert_eq!(ledger.next().await.item.asked.task, "a");
    assert_eq!(ledger.next().await.item.asked.task, "b");
    assert_eq!(ledger.next_for("ada").await, None);
}

#[tokio::test]
async fn an_item_whose_lease_ran_out_waits_again_in_its_place() {
    let ledger = ledger_with(&["a", "b"]).await;
    let lost = ledger.next().await;
    let early = ledger.lease_next("queue", "bob", 2, at(999), at(5_000)).await.expect("leased");
    assert_eq!(early.len(), 1, "ada still holds a");
    let late = ledger.lease_next("queue", "cyd", 2, at(1_000), at(5_000)).await.expect("leased");
    assert_eq!(late[0].item.id, lost.item.id);
    assert!(late[0].fence > lost.fence, "a newer lease has a greater fence");
    assert_eq!(ledger.held(lost.item.id, lost.fence).await.expect("read"), None);
}

#[tokio::test]
async fn a_lease_that_ran_out_is_lost_even_if_nobody_else_came() {
    let ledger = ledger_with(&["t"]).await;
    let lease = ledger.next().await;
    let (item, fence) = (lease.item.id, lease.fence);
    let draft = Draft { verdict: Verdict::Approve, answer: None, note: None };
    assert!(!ledger.renew(item, fence, at(1_000), at(2_000)).await.expect("asked"));
    assert!(!ledger.skip(item, fence, at(1_000)).await.expect("asked"));
    assert!(!ledger.keep_draft(item, fence, draft, at(1_000)).await.expect("asked"));
    assert!(!ledger.release(item, fence, at(1_000)).await.expect("asked"));
}

#[tokio::test]
async fn a_renewed_lease_lasts_longer() {
    let ledger = ledger_with(&["t"]).await;
    let lease = ledger.next().await;
    assert!(ledger.renew(lease.item.id, lease.fence, at(500), at(2_000)).await.expect("asked"));
    let others = ledger.lease_next("queue", "bob", 1, at(1_500), at(5_000)).await.expect("leased");
    assert_eq!(others, []);
    let held = ledger.held(lease.item.id, lease.fence).await.expect("read").expect("held");
    assert_eq!(held.until, at(2_000));
}

#[tokio::test]
async fn what_is_let_go_waits_again_in_its_old_place() {
    let ledger = ledger_with(&["a", "b"]).await;
    let lease = ledger.next().await;
    assert!(ledger.release(lease.item.id, lease.fence, at(1)).await.expect("let go"));
    assert_eq!(ledger.waiting().await, ["a", "b"]);
    assert!(!ledger.release(lease.item.id, lease.fence, at(1)).await.expect("asked"), "it was lost already");
}

#[tokio::test]
async fn a_stale_fence_moves_nothing() {
    let ledger = ledger_with(&["t"]).await;
    let old = ledger.next().await;
    let Leasing::Leased(new) = ledger.lease_item(old.item.id, "ada", at(1), at(2_000)).await.expect("asked")
    else {
        panic!("it is her own");
    };
    assert!(new.fence > old.fence);
    let (item, fence) = (old.item.id, old.fence);
    let draft = Draft { verdict: Verdict::Approve, answer: None, note: None };
    assert!(!ledger.renew(item, fence, at(2), at(3_000)).await.expect("asked"));
    assert!(!ledger.release(item, fence, at(2)).await.expect("asked"));
    assert!(!ledger.skip(item, fence, at(2)).await.expect("asked"));
    assert!(!ledger.keep_draft(item, fence, draft, at(2)).await.expect("asked"));
    assert_eq!(ledger.held(item, new.fence).await.expect("read"), Some(*new));
}

#[tokio::test]
async fn one_item_can_be_picked_out_unless_somebody_holds_it_or_it_is_over() {
    let ledger = ledger_with(&["a", "b"]).await;
    let b = ledger.id_of("b").await;
    let leasing = ledger.lease_item(b, "bob", at(0), at(50)).await.expect("asked");
    assert!(matches!(leasing, Leasing::Leased(_)));
    let refused = ledger.lease_item(b, "ada", at(1), at(1_000)).await.expect("asked");
    assert_eq!(refused, Leasing::HeldBy { reviewer: "bob".into(), until: at(50) });
    let taken_over = ledger.lease_item(b, "ada", at(50), at(1_000)).await.expect("asked");
    let Leasing::Leased(lease) = taken_over else { panic!("bob's ran out: {taken_over:?}") };
    ledger.decide(&lease, &[]).await;
    let closed = ledger.lease_item(b, "bob", at(60), at(1_000)).await.expect("asked");
    assert_eq!(closed, Leasing::Closed(ItemState::Decided));
    let nothing = ledger.lease_item(ItemId(999), "bob", at(60), at(1_000)).await.expect("asked");
    assert_eq!(nothing, Leasing::Missing);
}

#[tokio::test]
async fn an_item_whose_deadline_passed_is_not_given_out() {
    let hurried = |task| NewItem { deadline: Some(at(100)), ..item(task) };
    let ledger = ledger_of(vec![hurried("a"), hurried("b"), item("c")]).await;
    let b = ledger.id_of("b").await;
    let closed = ledger.lease_item(b, "ada", at(100), at(1_000)).await.expect("asked");
    assert_eq!(closed, Leasing::Closed(ItemState::Expired));
    let leases = ledger.lease_next("queue", "ada", 9, at(100), at(1_000)).await.expect("leased");
    let tasks: Vec<_> = leases.iter().map(|lease| lease.item.asked.task.as_str()).collect();
    assert_eq!(tasks, ["c"]);
    for task in ["a", "b"] {
        let item = ledger.item_of_task("engine", task).await.expect("read").expect("there");
        assert_eq!(item.state, ItemState::Expired);
    }
}

#[tokio::test]
async fn more_items_than_are_put_away_at_a_time_can_expire() {
    let items = (0..2_500).map(|n| NewItem { deadline: Some(at(100)), ..item(&n.to_string()) });
    let ledger = ledger_of(items.chain([item("good")]).collect()).await;
    let leases = ledger.lease_next("queue", "ada", 9, at(100), at(1_000)).await.expect("leased");
    let tasks: Vec<_> = leases.iter().map(|lease| lease.item.asked.task.as_str()).collect();
    assert_eq!(tasks, ["good"], "what expired is passed over even before it is put away");
}

#[tokio::test]
async fn a_draft_is_kept_for_whoever_opens_the_item_next_until_it_is_decided() {
    let ledger = ledger_with(&["t"]).await;
    let adas = ledger.next().await;
    let draft = |note: &str| Draft {
        verdict: Verdict::Reject,
        answer: Some(json!({ "label": "b" })),
        note: Some(note.into()),
    };
    for note in ["half", "more"] {
        assert!(ledger.keep_draft(adas.item.id, adas.fence, draft(note), at(1)).await.expect("kept"));
    }
    let held = ledger.held(adas.item.id, adas.fence).await.expect("read").expect("held");
    assert_eq!(held.draft, Some(draft("more")));
    ledger.release(adas.item.id, adas.fence, at(2)).await.expect("let go");
    let bobs = ledger.next_for("bob").await.expect("waits");
    assert_eq!(bobs.draft, Some(draft("more")));
}

#[tokio::test]
async fn a_reviewer_who_leaves_lets_go_of_everything_of_theirs() {
    let ledger = ledger_with(&["a", "b", "c"]).await;
    ledger.lease_next("queue", "ada", 2, at(0), at(1_000)).await.expect("leased");
    let bobs = ledger.next_for("bob").await.expect("waits");
    ledger.release_all("ada", at(1)).await.expect("let go");
    assert_eq!(ledger.waiting().await, ["a", "b"]);
    assert!(ledger.held(bobs.item.id, bobs.fence).await.expect("read").is_some());
}

#[tokio::test]
async fn a_mark_for_a_second_look_is_set_and_cleared() {
    let ledger = ledger_with(&["t"]).await;
    let id = ledger.id_of("t").await;
    for flagged in [true, false] {
        ledger.flag(id, flagged, at(1)).await.expect("marked");
        assert_eq!(ledger.item(id).await.expect("read").expect("there").flagged, flagged);
    }
    let fault = ledger.flag(ItemId(999), true, at(1)).await.expect_err("there is none");
    assert!(matches!(fault, Fault::Missing(_)));
}

#[tokio::test]
async fn a_queue_that_is_not_there_has_nothing_to_give() {
    let ledger = ledger_with(&[]).await;
    let fault = ledger.lease_next("nowhere", "ada", 1, at(0), at(1)).await.expect_err("there is none");
    assert!(matches!(fault, Fault::Missing(_)));
}
