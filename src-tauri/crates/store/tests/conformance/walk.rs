//! Whatever happens in whatever order: the counters are right, nobody holds what another holds, nothing is lost.

use std::collections::BTreeMap;

use placet_review::{DeliveryId, DeliveryState, ItemId, ItemState, Lease, NewItem, Outcome};
use placet_store::{DeliveryFilter, LeasedDelivery, Leasing, Undoing, Withdrawing};
use proptest::prelude::*;

use crate::{Ledger, at, decision, delivery_id, item, ledger_with, new_delivery};

#[derive(Clone, Debug)]
enum Step {
    Admit { hurried: bool },
    Next { reviewer: usize, limit: u32 },
    Open { reviewer: usize, item: usize },
    Release { held: usize },
    Skip { held: usize },
    Decide { held: usize, callbacks: usize },
    Undo { reviewer: usize },
    Send { limit: u32 },
    Tell { under_way: usize, outcome: Outcome },
    Crash,
    Retry { delivery: usize },
    RetryAll { limit: u32 },
    Confirm { delivery: usize },
    Withdraw { delivery: usize },
    Wait { ms: i64 },
}

fn step() -> impl Strategy<Value = Step> {
    let n = 0_usize..64;
    let reviewer = 0_usize..3;
    let outcomes = [Outcome::Accepted, Outcome::Failed, Outcome::Ambiguous, Outcome::Gone, Outcome::Refused];
    prop_oneof![
        4 => any::<bool>().prop_map(|hurried| Step::Admit { hurried }),
        4 => (reviewer.clone(), 1_u32..4).prop_map(|(reviewer, limit)| Step::Next { reviewer, limit }),
        2 => (reviewer.clone(), n.clone()).prop_map(|(reviewer, item)| Step::Open { reviewer, item }),
        1 => n.clone().prop_map(|held| Step::Release { held }),
        1 => n.clone().prop_map(|held| Step::Skip { held }),
        4 => (n.clone(), 0_usize..3).prop_map(|(held, callbacks)| Step::Decide { held, callbacks }),
        2 => reviewer.prop_map(|reviewer| Step::Undo { reviewer }),
        3 => (1_u32..5).prop_map(|limit| Step::Send { limit }),
        3 => (n.clone(), proptest::sample::select(outcomes.to_vec()))
            .prop_map(|(under_way, outcome)| Step::Tell { under_way, outcome }),
        1 => Just(Step::Crash),
        1 => n.clone().prop_map(|delivery| Step::Retry { delivery }),
        1 => (1_u32..4).prop_map(|limit| Step::RetryAll { limit }),
        1 => n.clone().prop_map(|delivery| Step::Confirm { delivery }),
        2 => n.prop_map(|delivery| Step::Withdraw { delivery }),
        3 => (1_i64..3_000).prop_map(|ms| Step::Wait { ms }),
    ]
}

/// What the walk knows of the ledger.
#[derive(Default)]
struct Walk {
    now: i64,
    items: Vec<ItemId>,
    leases: Vec<Lease>,
    deliveries: Vec<DeliveryId>,
    under_way: Vec<LeasedDelivery>,
}

fn pick<T>(of: &[T], n: usize) -> Option<&T> {
    (!of.is_empty()).then(|| &of[n % of.len()])
}

impl Walk {
    /// Takes a lease in; nobody else may hold the item at this moment.
    fn holds(&mut self, lease: Lease) {
        let now = at(self.now);
        for other in self.leases.iter().filter(|other| other.item.id == lease.item.id) {
            assert!(
                other.until <= now || other.reviewer == lease.reviewer,
                "{} got what {} holds",
                lease.reviewer,
                other.reviewer
            );
            assert!(lease.fence > other.fence, "fences only grow");
        }
        self.leases.retain(|other| other.item.id != lease.item.id);
        self.leases.push(lease);
    }

    async fn go(&mut self, ledger: &Ledger, step: Step) {
        let name = |n: usize| ["ada", "bob", "cyd"][n];
        let (now, until) = (at(self.now), at(self.now + 2_000));
        match step {
            Step::Admit { hurried } => {
                let deadline = hurried.then(|| at(self.now + 1_000));
                let asked = NewItem { deadline, ..item(&self.items.len().to_string()) };
                self.items.extend(crate::admitted(&ledger.admit(vec![asked], now).await.expect("in")));
            }
            Step::Next { reviewer, limit } => {
                let next = ledger.lease_next("queue", name(reviewer), limit, now, until).await;
                next.expect("leased").into_iter().for_each(|lease| self.holds(lease));
            }
            Step::Open { reviewer, item } => {
                let Some(item) = pick(&self.items, item) else { return };
                let leasing = ledger.lease_item(*item, name(reviewer), now, until).await.expect("asked");
                if let Leasing::Leased(lease) = leasing {
                    self.holds(*lease);
                }
            }
            Step::Release { held } | Step::Skip { held } => {
                let Some(lease) = pick(&self.leases, held).cloned() else { return };
                let (item, fence) = (lease.item.id, lease.fence);
                let let_go = match step {
                    Step::Skip { .. } => ledger.skip(item, fence, now).await,
                    _ => ledger.release(item, fence, now).await,
                };
                // One whose deadline has passed may have expired in the hand.
                let over = lease.item.asked.deadline.is_some_and(|deadline| deadline <= now);
                let let_go = let_go.expect("asked");
                assert!(let_go == (lease.until > now) || (over && !let_go), "{lease:?}");
                self.leases.retain(|other| other.fence != fence);
            }
            Step::Decide { held, callbacks } => {
                let Some(lease) = pick(&self.leases, held).cloned() else { return };
                let ids: Vec<_> = (0..callbacks).map(|_| delivery_id()).collect();
                let deliveries = ids.iter().map(|id| new_delivery(*id, self.now + 1_000)).collect();
                let made = decision(&lease, self.now);
                let recording =
                    ledger.record_decision(made, lease.fence, deliveries).await.expect("answered");
                if recording == placet_store::Recording::Recorded {
                    assert!(lease.until > now, "a lease that ran out decided");
                    self.deliveries.extend(ids);
                    self.leases.retain(|other| other.fence != lease.fence);
                }
            }
            Step::Undo { reviewer } => {
                let newest = ledger.last_undoable(name(reviewer), now).await.expect("read");
                let Some(newest) = newest else { return };
                match ledger.undo(newest, name(reviewer), now, until).await.expect("asked") {
                    Undoing::Undone(lease) => self.holds(*lease),
                    other => panic!("it was said that it can be taken back: {other:?}"),
                }
            }
            Step::Send { limit } => {
                let taken = ledger.lease_due(limit, now).await.expect("leased");
                for one in taken {
                    let same = |other: &LeasedDelivery| other.delivery.item == one.delivery.item;
                    assert!(!self.under_way.iter().any(same), "two of one task are under way");
                    self.under_way.push(one);
                }
            }
            Step::Tell { under_way, outcome } => {
                if self.under_way.is_empty() {
                    return;
                }
                let told = self.under_way.remove(under_way % self.under_way.len());
                ledger.tell(&told, outcome, self.now).await;
            }
            Step::Crash => {
                let interrupted = ledger.recover_interrupted(now).await.expect("recovered");
                assert_eq!(interrupted, self.under_way.len() as u64);
                self.under_way.clear();
            }
            Step::Retry { delivery } => {
                let Some(delivery) = pick(&self.deliveries, delivery) else { return };
                match ledger.retry(*delivery, now).await {
                    Ok(()) | Err(placet_store::Fault::Impossible(_)) => {}
                    Err(fault) => panic!("{fault}"),
                }
            }
            Step::RetryAll { limit } => {
                let filter = DeliveryFilter { limit, ..Default::default() };
                let retried = ledger.retry_all(filter, now).await.expect("asked");
                assert!(retried.retried <= u64::from(limit));
            }
            Step::Confirm { delivery } => {
                let Some(delivery) = pick(&self.deliveries, delivery) else { return };
                match ledger.confirm(*delivery, name(0), now).await {
                    Ok(()) | Err(placet_store::Fault::Impossible(_)) => {}
                    Err(fault) => panic!("{fault}"),
                }
            }
            Step::Withdraw { delivery } => {
                let Some(delivery) = pick(&self.deliveries, delivery) else { return };
                match ledger.withdraw(*delivery, name(1), now).await {
                    Ok(Withdrawing::Withdrawn(item)) => {
                        let item = ledger.item(item).await.expect("read").expect("there");
                        assert_eq!(item.state, ItemState::Waiting, "neither sent nor to be decided anew");
                    }
                    Ok(Withdrawing::TooLate) | Err(placet_store::Fault::Impossible(_)) => {}
                    Err(fault) => panic!("{fault}"),
                }
            }
            Step::Wait { ms } => self.now += ms,
        }
    }

    /// Counts what there is one by one and compares it with what the ledger says.
    async fn count(&self, ledger: &Ledger) {
        let counts = ledger.counts().await.expect("counted");
        let mut by_state = BTreeMap::new();
        for item in &self.items {
            let item = ledger.item(*item).await.expect("read").expect("no item is ever lost");
            *by_state.entry(item.state.name()).or_insert(0) += 1;
            let decided = ledger.decision_of(item.id).await.expect("read").is_some();
            assert_eq!(decided, item.state == ItemState::Decided);
        }
        let of = |state: ItemState| by_state.get(state.name()).copied().unwrap_or(0);
        let queue = &counts.queues[0];
        assert_eq!(queue.waiting, of(ItemState::Waiting), "waiting");
        assert_eq!(queue.leased, of(ItemState::Leased), "leased");
        assert_eq!(queue.decided, of(ItemState::Decided), "decided");

        let all = DeliveryFilter { limit: 10_000, ..Default::default() };
        let rows = ledger.deliveries(all).await.expect("read");
        assert_eq!(rows.len(), self.deliveries.len(), "no delivery is ever lost");
        let in_state = |state| rows.iter().filter(|row| row.delivery.standing.state == state).count() as u64;
        let counted = DeliveryState::ALL.into_iter().map(|state| (state, in_state(state)));
        let counted: Vec<_> = counted.filter(|(_, n)| *n > 0).collect();
        assert_eq!(counts.deliveries, counted);

        let report = ledger.verify_audit(None).await.expect("verified");
        assert!(report.holds(), "{report:#?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn whatever_happens_the_ledger_adds_up(steps in prop::collection::vec(step(), 20..120)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(async {
            let ledger = ledger_with(&[]).await;
            let mut walk = Walk::default();
            for step in steps {
                walk.go(&ledger, step).await;
            }
            walk.count(&ledger).await;
        });
    }
}
