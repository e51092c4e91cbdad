//! What waits, and getting hold of it.

use placet_delivery::protocol::News;
use placet_intake::{Document, Submitter};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::view::{DeliveryCount, InboxPage, ItemView, Overview, QueueView, SubmittedView};
use crate::{Desk, Error, Result, Verb, show};

/// How many items one person may read ahead.
const READ_AHEAD: u32 = 16;
/// How many rows of the inbox one request brings.
const PAGE: u32 = 500;

/// Who works here, which queues there are, how deliveries do.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(rename = "LookAroundRequest")]
pub struct LookAround {}

impl Verb for LookAround {
    const NAME: &'static str = "look_around";
    type Answer = Overview;

    async fn run(self, desk: &Desk, reviewer: &str) -> Result<Overview> {
        let counts = desk.store.counts().await?;
        let queues = desk.store.queues().await?.into_iter().map(|queue| {
            let full = counts.queues.iter().find(|counts| counts.queue == queue.name);
            QueueView {
                waiting: full.map_or(0, |counts| counts.waiting),
                leased: full.map_or(0, |counts| counts.leased),
                decided: full.map_or(0, |counts| counts.decided),
                queue,
            }
        });
        Ok(Overview {
            reviewer: reviewer.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            intake: desk.intake_address(),
            keys: desk.keys.name().to_owned(),
            without_audit_key: desk.without_audit_key.as_deref().map(str::to_owned),
            queues: queues.collect(),
            deliveries: counts
                .deliveries
                .into_iter()
                .map(|(state, count)| DeliveryCount { state, count })
                .collect(),
        })
    }
}

/// A window onto a queue: first what the reviewer holds, then what waits, in the queue's order.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(rename = "InboxRequest")]
pub struct Inbox {
    /// The queue's name.
    pub queue: String,
    /// Where the window begins.
    #[ts(type = "number")]
    pub offset: u64,
    /// How many rows, at most 500.
    pub limit: u32,
}

impl Verb for Inbox {
    const NAME: &'static str = "inbox";
    type Answer = InboxPage;

    async fn run(self, desk: &Desk, reviewer: &str) -> Result<InboxPage> {
        let counts = desk.store.counts().await?;
        let full = counts
            .queues
            .iter()
            .find(|counts| counts.queue == self.queue)
            .ok_or_else(|| Error::missing(format_args!("queue \"{}\"", self.queue)))?;
        let limit = self.limit.min(PAGE);
        let rows = desk.store.inbox(&self.queue, reviewer, self.offset, limit).await?;
        let read = self.offset + rows.len() as u64;
        let at_the_end = rows.len() < limit as usize;
        Ok(InboxPage {
            offset: self.offset,
            total: if at_the_end { read } else { (full.waiting + full.leased).max(read) },
            rows: rows.into_iter().map(show::inbox_row).collect(),
        })
    }
}

/// Takes hold of the next items of a queue, to read ahead. What the reviewer holds already is not among
/// them.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(rename = "NextRequest")]
pub struct Next {
    /// The queue's name.
    pub queue: String,
    /// How many, at most 16.
    pub limit: u32,
}

impl Verb for Next {
    const NAME: &'static str = "next";
    type Answer = Vec<ItemView>;

    async fn run(self, desk: &Desk, reviewer: &str) -> Result<Vec<ItemView>> {
        let queue = desk.queue(&self.queue).await?;
        let now = desk.now();
        let until = now.plus_millis(i64::from(queue.lease_seconds) * 1_000);
        let limit = self.limit.min(READ_AHEAD);
        let leases = desk.store.lease_next(&self.queue, reviewer, limit, now, until).await?;
        for lease in &leases {
            desk.notify(&lease.item, News::TakenUp(reviewer.to_owned())).await;
        }
        Ok(leases.into_iter().map(show::leased_item).collect())
    }
}

/// Hands items in as the owner of this desk: each text is one submission.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(rename = "SubmitRequest")]
pub struct Submit {
    /// The submissions, JSON each.
    pub documents: Vec<String>,
}

impl Verb for Submit {
    const NAME: &'static str = "submit";
    type Answer = Vec<SubmittedView>;

    async fn run(self, desk: &Desk, _reviewer: &str) -> Result<Vec<SubmittedView>> {
        let documents = self.documents.into_iter().map(Document::new).collect();
        let results = desk.inbox.admit(&Submitter::Owner, documents, desk.now()).await?;
        Ok(results.into_iter().map(show::submitted).collect())
    }
}
