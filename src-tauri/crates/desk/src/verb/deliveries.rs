//! What was sent, and trying again.

use placet_review::{DeliveryId, DeliveryState};
use placet_store::DeliveryFilter;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::view::{DeliveryRowView, DeliveryView};
use crate::{Desk, Error, Result, Verb, show};

/// How many rows of the log one request brings.
const PAGE: u32 = 500;

/// The delivery log, newest first.
#[derive(Clone, Debug, Default, Serialize, Deserialize, TS)]
#[ts(rename = "DeliveriesRequest")]
pub struct Deliveries {
    /// Only these states; all, if empty.
    pub states: Vec<DeliveryState>,
    /// Only this engine's.
    pub engine: Option<String>,
    /// Only older than this one: the last row of the page before.
    pub before: Option<DeliveryId>,
    /// How many rows, at most 500.
    pub limit: u32,
}

impl Verb for Deliveries {
    const NAME: &'static str = "deliveries";
    type Answer = Vec<DeliveryRowView>;

    async fn run(self, desk: &Desk, _reviewer: &str) -> Result<Vec<DeliveryRowView>> {
        let Self { states, engine, before, limit } = self;
        let filter = DeliveryFilter { states, engine, before, limit: limit.min(PAGE) };
        Ok(desk.store.deliveries(filter).await?.into_iter().map(show::delivery_row).collect())
    }
}

/// One delivery's whole story.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(rename = "DeliveryRequest")]
pub struct Delivery {
    /// Which.
    pub delivery: DeliveryId,
}

impl Verb for Delivery {
    const NAME: &'static str = "delivery";
    type Answer = DeliveryView;

    async fn run(self, desk: &Desk, _reviewer: &str) -> Result<DeliveryView> {
        let log = desk.store.delivery(self.delivery).await?;
        let log = log.ok_or_else(|| Error::missing(format_args!("delivery {}", self.delivery)))?;
        let item = desk.item(log.delivery.item).await?;
        Ok(show::delivery(log, item.asked.title))
    }
}

/// Asks for another try at once.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(rename = "RetryRequest")]
pub struct Retry {
    /// Which.
    pub delivery: DeliveryId,
}

impl Verb for Retry {
    const NAME: &'static str = "retry";
    type Answer = ();

    async fn run(self, desk: &Desk, _reviewer: &str) -> Result<()> {
        Ok(desk.store.retry(self.delivery, desk.now()).await?)
    }
}
