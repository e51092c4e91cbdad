//! What was sent, and what a supervisor does about it.

use placet_review::{DeliveryId, DeliveryState, Timestamp};
use placet_store::{DeliveryFilter, LogEnd, Retried, Withdrawing};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::view::{DeliveryCount, DeliveryRowView, DeliveryView, RetriedView, WithdrawnView};
use crate::{Desk, Error, ErrorCode, Result, Verb, show};

/// How many rows of the log one request brings.
const PAGE: u32 = 500;
/// So many are tried again in one transaction: others who write wait no longer than for that.
const RETRIED_TOGETHER: u32 = 500;

/// Which deliveries are meant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Which {
    /// Only these states; all, if empty.
    pub states: Vec<DeliveryState>,
    /// Only this engine's.
    pub engine: Option<String>,
    /// Only those whose decision is at least so old.
    pub older_than_seconds: Option<u32>,
    /// Only those whose decision is not older.
    pub newer_than_seconds: Option<u32>,
}

impl Which {
    fn filter(self, now: Timestamp) -> DeliveryFilter {
        let Self { states, engine, older_than_seconds, newer_than_seconds } = self;
        let ago = |seconds: u32| now.plus_millis(-i64::from(seconds) * 1_000);
        DeliveryFilter {
            states,
            engine,
            decided_from: newer_than_seconds.map(ago),
            // Itself among them.
            decided_before: older_than_seconds.map(|seconds| ago(seconds).plus_millis(1)),
            ..DeliveryFilter::default()
        }
    }
}

/// A page of the delivery log.
#[derive(Clone, Debug, Default, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(rename = "DeliveriesRequest")]
pub struct Deliveries {
    /// Which.
    pub which: Which,
    /// Where the list begins.
    pub first: FirstInLog,
    /// Only what comes after this one: the last row of the page before.
    pub past: Option<DeliveryId>,
    /// Only up to this one, itself among them: the last row of a page that is read again.
    pub up_to: Option<DeliveryId>,
    /// How many rows, at most 500.
    pub limit: u32,
}

/// Where the delivery log begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FirstInLog {
    /// With the newest decision.
    #[default]
    Newest,
    /// With the oldest.
    Oldest,
}

impl Verb for Deliveries {
    const NAME: &'static str = "deliveries";
    type Answer = Vec<DeliveryRowView>;

    async fn run(self, desk: &Desk, _reviewer: &str) -> Result<Vec<DeliveryRowView>> {
        let Self { which, first, past, up_to, limit } = self;
        let first = match first {
            FirstInLog::Newest => LogEnd::Newest,
            FirstInLog::Oldest => LogEnd::Oldest,
        };
        let filter =
            DeliveryFilter { first, past, up_to, limit: limit.min(PAGE), ..which.filter(desk.now()) };
        Ok(desk.store.deliveries(filter).await?.into_iter().map(show::delivery_row).collect())
    }
}

/// How many deliveries there are, by state; a state without any is absent.
#[derive(Clone, Debug, Default, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(rename = "CountDeliveriesRequest")]
pub struct CountDeliveries {
    /// Which are counted.
    pub which: Which,
    /// Each state no further than to this: what is shown beside a list need not be counted to its end.
    pub at_most: Option<u32>,
}

impl Verb for CountDeliveries {
    const NAME: &'static str = "count_deliveries";
    type Answer = Vec<DeliveryCount>;

    async fn run(self, desk: &Desk, _reviewer: &str) -> Result<Vec<DeliveryCount>> {
        let limit = self.at_most.unwrap_or(u32::MAX);
        let filter = DeliveryFilter { limit, ..self.which.filter(desk.now()) };
        let counted = desk.store.count_deliveries(filter).await?;
        Ok(counted.into_iter().map(|(state, count)| DeliveryCount { state, count }).collect())
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
        let engine = desk.store.engine(&log.delivery.engine).await?;
        let mut story = show::delivery(log, item.asked, engine);
        if story.row.state == DeliveryState::Due {
            let (now, origins) = (desk.now(), desk.store.origins().await?);
            let its_own = origins.into_iter().find(|row| row.origin == story.row.origin);
            if let Some(spared) = its_own.and_then(|row| show::spared(row, now)) {
                story.next = Some(show::held_up(&spared));
            }
        }
        Ok(story)
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

/// Asks for another try of all that are meant and can have one.
#[derive(Clone, Debug, Default, Serialize, Deserialize, TS)]
#[ts(rename = "RetryAllRequest")]
pub struct RetryAll {
    /// Which.
    pub which: Which,
}

impl Verb for RetryAll {
    const NAME: &'static str = "retry_all";
    type Answer = RetriedView;

    async fn run(self, desk: &Desk, _reviewer: &str) -> Result<RetriedView> {
        let now = desk.now();
        // Those that have waited longest go first.
        let whole =
            DeliveryFilter { first: LogEnd::Oldest, limit: RETRIED_TOGETHER, ..self.which.filter(now) };
        let (mut count, mut past) = (0, None);
        loop {
            let next = desk.store.retry_all(DeliveryFilter { past, ..whole.clone() }, now).await;
            let Retried { retried, past: rest } = next.map_err(|fault| match count {
                0 => fault.into(),
                _ => {
                    tracing::error!(%fault, "the ledger failed");
                    let words =
                        format!("{count} are tried again, the others are as they were: {fault}. Ask again.");
                    Error::new(ErrorCode::Fault, words)
                }
            })?;
            count += retried;
            past = rest;
            if past.is_none() {
                return Ok(RetriedView { retried: count });
            }
        }
    }
}

/// Says that the engine has it, as somebody knows who looked there. What the attempts came to stays on record, and
/// so does who said so.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(rename = "ConfirmRequest")]
pub struct Confirm {
    /// Which.
    pub delivery: DeliveryId,
}

impl Verb for Confirm {
    const NAME: &'static str = "confirm";
    type Answer = ();

    async fn run(self, desk: &Desk, reviewer: &str) -> Result<()> {
        Ok(desk.store.confirm(self.delivery, reviewer, desk.now()).await?)
    }
}

/// Takes the decision of a delivery that is held back, whoever made it: nothing is sent, and the item waits again
/// with what was decided as its draft.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(rename = "WithdrawRequest")]
pub struct Withdraw {
    /// Which.
    pub delivery: DeliveryId,
}

impl Verb for Withdraw {
    const NAME: &'static str = "withdraw";
    type Answer = WithdrawnView;

    async fn run(self, desk: &Desk, reviewer: &str) -> Result<WithdrawnView> {
        match desk.store.withdraw(self.delivery, reviewer, desk.now()).await? {
            Withdrawing::Withdrawn(item) => Ok(WithdrawnView { item }),
            Withdrawing::TooLate => Err(Error::new(
                ErrorCode::TooLate,
                "It is too late to take this back: the answer is on its way to the engine.",
            )),
        }
    }
}
