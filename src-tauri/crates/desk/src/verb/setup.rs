//! Engines, their tokens and keys, and queues.

use placet_review::{Engine, Queue};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::view::{EngineView, SecretView};
use crate::{Desk, Error, ErrorCode, Result, Verb, profile, show};

/// All engines by name.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(rename = "EnginesRequest")]
pub struct Engines {}

impl Verb for Engines {
    const NAME: &'static str = "engines";
    type Answer = Vec<EngineView>;

    async fn run(self, desk: &Desk, _reviewer: &str) -> Result<Vec<EngineView>> {
        Ok(desk.store.engines().await?.into_iter().map(show::engine).collect())
    }
}

/// Adds an engine or replaces its profile.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(rename = "PutEngineRequest")]
pub struct PutEngine {
    /// The profile.
    #[ts(type = "unknown")]
    pub engine: Engine,
}

impl Verb for PutEngine {
    const NAME: &'static str = "put_engine";
    type Answer = EngineView;

    async fn run(self, desk: &Desk, _reviewer: &str) -> Result<EngineView> {
        profile::check(&self.engine).map_err(|wrong| Error::new(ErrorCode::Invalid, wrong))?;
        let view = show::engine(self.engine.clone());
        desk.store.put_engine(self.engine, desk.now()).await?;
        Ok(view)
    }
}

/// Adds a queue or replaces its rules.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(rename = "PutQueueRequest")]
pub struct PutQueue {
    /// The rules.
    pub queue: Queue,
}

impl Verb for PutQueue {
    const NAME: &'static str = "put_queue";
    type Answer = ();

    async fn run(self, desk: &Desk, _reviewer: &str) -> Result<()> {
        self.queue.check().map_err(|wrong| Error::new(ErrorCode::Invalid, wrong))?;
        Ok(desk.store.put_queue(self.queue, desk.now()).await?)
    }
}

/// Gives an engine a new intake token; the old one is void. The token is shown this once.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(rename = "IssueTokenRequest")]
pub struct IssueToken {
    /// The engine's name.
    pub engine: String,
}

impl Verb for IssueToken {
    const NAME: &'static str = "issue_token";
    type Answer = SecretView;

    async fn run(self, desk: &Desk, _reviewer: &str) -> Result<SecretView> {
        let (secret, sha256) = placet_intake::new_token(rand::random());
        desk.store.put_token(&self.engine, sha256, desk.now()).await?;
        Ok(SecretView { name: self.engine, secret })
    }
}
