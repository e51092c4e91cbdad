//! Receivers that are spared because they fail or asked for patience.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::view::OriginView;
use crate::{Desk, Result, Verb, show};

/// The origins (scheme, host and port) that are spared, by name.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(rename = "OriginsRequest")]
pub struct Origins {}

impl Verb for Origins {
    const NAME: &'static str = "origins";
    type Answer = Vec<OriginView>;

    async fn run(self, desk: &Desk, _reviewer: &str) -> Result<Vec<OriginView>> {
        let (now, origins) = (desk.now(), desk.store.origins().await?);
        Ok(origins.into_iter().filter_map(|origin| show::spared(origin, now)).collect())
    }
}

/// Has the next delivery to an origin that is spared sent now, to find out whether it is well again.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(rename = "TryOriginRequest")]
pub struct TryOrigin {
    /// Which.
    pub origin: String,
}

impl Verb for TryOrigin {
    const NAME: &'static str = "try_origin";
    type Answer = ();

    async fn run(self, desk: &Desk, _reviewer: &str) -> Result<()> {
        Ok(desk.store.try_origin(&self.origin, desk.now()).await?)
    }
}
