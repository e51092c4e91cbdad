//! The decision, and taking it back.

use placet_delivery::protocol::{self, Decided as DecidedFor};
use placet_review::{
    DecisionId, DeliveryId, Draft, ItemState, Lease, NewDelivery, Refusal, Timestamp, undo_until,
};
use placet_store::{Recording, Undoing};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::{ContextV7, Uuid};

use super::item::Hold;
use crate::view::{Decided, ItemView};
use crate::{Desk, Error, ErrorCode, Result, Verb, show};

/// Answers an item. Returns only after the decision and its deliveries are on disk; refused, nothing was
/// written and the draft is still the person's.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(rename = "DecideRequest")]
pub struct Decide {
    /// The hold on the item.
    pub hold: Hold,
    /// `shown` of the item as it was looked at.
    pub shown: String,
    /// The answer.
    pub draft: Draft,
}

impl Verb for Decide {
    const NAME: &'static str = "decide";
    type Answer = Decided;

    async fn run(self, desk: &Desk, reviewer: &str) -> Result<Decided> {
        let now = desk.now();
        let lease = desk.held(self.hold, reviewer).await?;
        let decision = lease.decide(self.draft, &self.shown, DecisionId(Uuid::now_v7()), now)?;
        let engine = desk.engine(&lease.item.asked.engine).await?;
        let undo_until = undo_until(lease.queue.undo_seconds, lease.item.asked.deadline, now);
        let mut next_id = ids_of(now);
        let deliveries = lease.item.asked.callbacks.iter().filter_map(|callback| {
            let id = next_id();
            let decided = DecidedFor {
                id,
                decision: &decision,
                item: &lease.item,
                queue: &lease.queue,
                callback,
                engine: &engine,
            };
            delivery(&decided, undo_until).transpose()
        });
        let deliveries = deliveries.collect::<Result<Vec<_>>>()?;
        let (id, verdict) = (decision.id, decision.verdict);
        match desk.store.record_decision(decision, lease.fence, deliveries).await? {
            Recording::Recorded => Ok(Decided { decision: id, verdict, undo_until }),
            Recording::Refused(refusal) => Err(refusal.into()),
        }
    }
}

/// What goes to one callback; nothing, if it is not told of this decision.
fn delivery(decided: &DecidedFor<'_>, due_at: Timestamp) -> Result<Option<NewDelivery>> {
    let &DecidedFor { id, callback, engine, .. } = decided;
    let protocol = protocol::named(&callback.protocol).ok_or_else(|| {
        Error::new(ErrorCode::Fault, format!("No protocol \"{}\" is known here.", callback.protocol))
    })?;
    if !protocol.hears_of(decided) {
        return Ok(None);
    }
    let body = protocol.freeze(decided).map_err(|wrong| {
        Error::new(ErrorCode::Invalid, format!("The engine could not take this answer: {}", wrong.message))
    })?;
    let origin = protocol.origin(callback, engine);
    Ok(Some(NewDelivery { id, callback: callback.clone(), origin, body, due_at }))
}

/// Takes a decision back while it can be.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(rename = "UndoRequest")]
pub struct Undo {
    /// Which.
    pub decision: DecisionId,
}

impl Verb for Undo {
    const NAME: &'static str = "undo";
    type Answer = ItemView;

    async fn run(self, desk: &Desk, reviewer: &str) -> Result<ItemView> {
        let now = desk.now();
        // The lease's length is the queue's, which the decision does not name; five minutes are renewed
        // by the window long before they end.
        let until = now.plus_millis(300_000);
        match desk.store.undo(self.decision, reviewer, now, until).await? {
            Undoing::Undone(lease) => Ok(show::leased_item(*lease)),
            Undoing::TooLate => Err(Error::new(
                ErrorCode::TooLate,
                "It is too late to take this back: the answer is on its way to the engine.",
            )),
            Undoing::Missing => Err(Error::missing("decision of yours with this id")),
        }
    }
}

/// The reviewer's newest decision that can still be taken back.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(rename = "LastDecisionRequest")]
pub struct LastDecision {}

impl Verb for LastDecision {
    const NAME: &'static str = "last_decision";
    type Answer = Option<DecisionId>;

    async fn run(self, desk: &Desk, reviewer: &str) -> Result<Option<DecisionId>> {
        Ok(desk.store.last_undoable(reviewer, desk.now()).await?)
    }
}

/// Draws ids that tell this moment, one greater than the other (RFC 9562, section 5.7 and method 1 of 6.2).
fn ids_of(moment: Timestamp) -> impl FnMut() -> DeliveryId {
    let ms = moment.as_millis().max(0).unsigned_abs();
    let nanos = u32::try_from(ms % 1_000 * 1_000_000).unwrap_or(0);
    let order = ContextV7::new();
    move || DeliveryId(Uuid::new_v7(uuid::Timestamp::from_unix(&order, ms / 1_000, nanos)))
}

impl Desk {
    /// The lease that this hold stands for, as the store has it now.
    async fn held(&self, hold: Hold, reviewer: &str) -> Result<Lease> {
        match self.store.held(hold.item, hold.fence).await? {
            Some(lease) if lease.reviewer == reviewer => Ok(lease),
            Some(_) | None => match self.item(hold.item).await?.state {
                ItemState::Decided => Err(Refusal::AlreadyDecided.into()),
                ItemState::Expired => Err(Error::nobody_waits()),
                ItemState::Waiting | ItemState::Leased => Err(Refusal::LeaseLost.into()),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{DeliveryId, Timestamp, ids_of};

    #[test]
    fn the_ids_of_a_decision_tell_its_moment_and_stand_in_order() {
        let moment = Timestamp::from_millis(1_800_000_000_999);
        let mut next_id = ids_of(moment);
        let ids: Vec<DeliveryId> = (0..100).map(|_| next_id()).collect();
        assert!(ids.is_sorted_by(|one, other| one < other), "in the order of the callbacks");
        assert!(ids[0] > DeliveryId::first_of(moment));
        assert!(ids[99] < DeliveryId::first_of(moment.plus_millis(1)));
        assert!(ids.iter().all(|id| id.0.get_version_num() == 7));
    }
}
