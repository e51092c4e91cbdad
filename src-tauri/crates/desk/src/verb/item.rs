//! One item in the hand.

use placet_delivery::protocol::News;
use placet_review::{Draft, ItemId, ItemState};
use placet_store::Leasing;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::view::ItemView;
use crate::{Desk, Error, ErrorCode, Result, Verb, show};

/// Takes hold of one item.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(rename = "OpenRequest")]
pub struct Open {
    /// Which.
    pub item: ItemId,
}

impl Verb for Open {
    const NAME: &'static str = "open";
    type Answer = ItemView;

    async fn run(self, desk: &Desk, reviewer: &str) -> Result<ItemView> {
        let item = desk.item(self.item).await?;
        let queue = desk.queue(&item.asked.queue).await?;
        let now = desk.now();
        let until = now.plus_millis(i64::from(queue.lease_seconds) * 1_000);
        match desk.store.lease_item(self.item, reviewer, now, until).await? {
            Leasing::Leased(lease) => {
                desk.notify(&lease.item, News::TakenUp(reviewer.to_owned())).await;
                Ok(show::leased_item(*lease))
            }
            Leasing::HeldBy { reviewer, until } => Err(Error::new(
                ErrorCode::HeldByAnother,
                format!("{reviewer} holds this item until {until}. Take another one."),
            )),
            Leasing::Closed(ItemState::Expired) => Err(Error::nobody_waits()),
            Leasing::Closed(state) => {
                Err(Error::new(ErrorCode::Closed, format!("This item is {} already.", state.name())))
            }
            Leasing::Missing => Err(Error::missing(format_args!("item {}", self.item))),
        }
    }
}

/// Shows one item without taking hold of it.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(rename = "LookRequest")]
pub struct Look {
    /// Which.
    pub item: ItemId,
}

impl Verb for Look {
    const NAME: &'static str = "look";
    type Answer = ItemView;

    async fn run(self, desk: &Desk, _reviewer: &str) -> Result<ItemView> {
        let item = desk.item(self.item).await?;
        desk.shown_item(item).await
    }
}

/// Shows the item of a task, by the engine's own name of it.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(rename = "LookUpRequest")]
pub struct LookUp {
    /// The engine's name.
    pub engine: String,
    /// The engine's own name of the task.
    pub task: String,
}

impl Verb for LookUp {
    const NAME: &'static str = "look_up";
    type Answer = ItemView;

    async fn run(self, desk: &Desk, _reviewer: &str) -> Result<ItemView> {
        let item = desk.store.item_of_task(&self.engine, &self.task).await?;
        let item =
            item.ok_or_else(|| Error::missing(format_args!("item {} of {}", self.task, self.engine)))?;
        desk.shown_item(item).await
    }
}

/// A hold on an item, as it was given out.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, TS)]
pub struct Hold {
    /// The item.
    pub item: ItemId,
    /// The fence of the lease.
    #[ts(type = "number")]
    pub fence: i64,
}

/// Keeps holding items; answers which of them are lost.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(rename = "RenewRequest")]
pub struct Renew {
    /// The holds.
    pub holds: Vec<Hold>,
}

impl Verb for Renew {
    const NAME: &'static str = "renew";
    type Answer = Vec<ItemId>;

    async fn run(self, desk: &Desk, _reviewer: &str) -> Result<Vec<ItemId>> {
        let mut lost = Vec::new();
        for hold in self.holds {
            let item = desk.item(hold.item).await?;
            let queue = desk.queue(&item.asked.queue).await?;
            let now = desk.now();
            let until = now.plus_millis(i64::from(queue.lease_seconds) * 1_000);
            if !desk.store.renew(hold.item, hold.fence, now, until).await? {
                lost.push(hold.item);
            }
        }
        Ok(lost)
    }
}

/// Lets go of items; they wait again in their old place.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(rename = "ReleaseRequest")]
pub struct Release {
    /// The holds.
    pub holds: Vec<Hold>,
}

impl Verb for Release {
    const NAME: &'static str = "release";
    type Answer = ();

    async fn run(self, desk: &Desk, _reviewer: &str) -> Result<()> {
        for hold in self.holds {
            // A hold that was lost meanwhile is let go of already.
            desk.store.release(hold.item, hold.fence, desk.now()).await?;
        }
        Ok(())
    }
}

/// Lets go of everything the reviewer holds, as when the window opens or closes.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(rename = "ReleaseAllRequest")]
pub struct ReleaseAll {}

impl Verb for ReleaseAll {
    const NAME: &'static str = "release_all";
    type Answer = ();

    async fn run(self, desk: &Desk, reviewer: &str) -> Result<()> {
        Ok(desk.store.release_all(reviewer, desk.now()).await?)
    }
}

/// Puts the item behind all that were skipped less often.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(rename = "SkipRequest")]
pub struct Skip {
    /// The hold on it.
    pub hold: Hold,
}

impl Verb for Skip {
    const NAME: &'static str = "skip";
    type Answer = ();

    async fn run(self, desk: &Desk, _reviewer: &str) -> Result<()> {
        desk.still_held(desk.store.skip(self.hold.item, self.hold.fence, desk.now()).await?)
    }
}

/// Marks the item for a second look, or clears the mark.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(rename = "FlagRequest")]
pub struct Flag {
    /// Which.
    pub item: ItemId,
    /// Marked or not.
    pub flagged: bool,
}

impl Verb for Flag {
    const NAME: &'static str = "flag";
    type Answer = ();

    async fn run(self, desk: &Desk, _reviewer: &str) -> Result<()> {
        Ok(desk.store.flag(self.item, self.flagged, desk.now()).await?)
    }
}

/// Keeps the answer being worked on, for whoever opens the item next.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(rename = "KeepDraftRequest")]
pub struct KeepDraft {
    /// The hold on the item.
    pub hold: Hold,
    /// The answer so far.
    pub draft: Draft,
}

impl Verb for KeepDraft {
    const NAME: &'static str = "keep_draft";
    type Answer = ();

    async fn run(self, desk: &Desk, _reviewer: &str) -> Result<()> {
        let Hold { item, fence } = self.hold;
        let draft = self.draft.clone();
        desk.still_held(desk.store.keep_draft(item, fence, self.draft, desk.now()).await?)?;
        if desk.may_notify(item) {
            let item = desk.item(item).await?;
            desk.notify(&item, News::Drafted(draft)).await;
        }
        Ok(())
    }
}
