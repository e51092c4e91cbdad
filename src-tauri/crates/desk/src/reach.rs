//! Reaching a desk: the running app if there is one, else the ledger itself.

use placet_delivery::Loopback;

use crate::door::Asked;
use crate::home::Running;
use crate::{Desk, Error, ErrorCode, OpenError, Result, Settings, Verb};

/// A desk, wherever it is.
#[allow(clippy::large_enum_variant, reason = "there is one of it in a process")]
pub enum Reach {
    /// Opened by this process.
    Here(Desk),
    /// The running app.
    There(Loopback),
}

impl Reach {
    /// The app that has this ledger open, else the ledger itself.
    pub async fn find(settings: Settings) -> std::result::Result<Self, OpenError> {
        match Self::running(&settings).await {
            Some(there) => Ok(there),
            None => Desk::open(settings).map(Self::Here),
        }
    }

    /// The app that has this ledger open, if one answers.
    pub async fn running(settings: &Settings) -> Option<Self> {
        let running = Running::read(&settings.home)?;
        let there = Loopback::new(running.port, running.secret);
        // Another program may have taken the port of an app that ended without tidying up.
        let health = there.get("/healthz").await.ok()?;
        let health: serde_json::Value = serde_json::from_slice(&health.body).ok()?;
        (health.get("instance")?.as_str()? == running.instance).then_some(Self::There(there))
    }

    /// Asks a verb, as `reviewer`.
    pub async fn ask<V: Verb>(&self, reviewer: &str, verb: V) -> Result<V::Answer> {
        let there = match self {
            Self::Here(desk) => return verb.run(desk, reviewer).await,
            Self::There(there) => there,
        };
        let lost = |what: String| {
            Error::new(ErrorCode::Fault, format!("The running Placet did not answer: {what}. Try again."))
        };
        let asked = Asked { reviewer: reviewer.to_owned(), request: verb };
        let body = serde_json::to_vec(&asked).map_err(|error| lost(error.to_string()))?;
        let path = format!("/v1/desk/{}", V::NAME);
        let answer = there.post(&path, body).await.map_err(|error| lost(error.to_string()))?;
        match answer.status {
            200 => serde_json::from_slice(&answer.body).map_err(|error| lost(error.to_string())),
            _ => Err(serde_json::from_slice(&answer.body)
                .unwrap_or_else(|_| lost(format!("HTTP {}", answer.status)))),
        }
    }
}
