//! Everything a person can do, one struct each: the window, the command line and the tests all ask the
//! same verbs of the same [`Desk`].

mod audit;
mod decide;
mod deliveries;
mod engines;
mod inbox;
mod item;
mod keys;
mod origins;
mod rehearse;
mod setup;

use std::future::Future;

use placet_review::without_values;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use ts_rs::TS;

pub use audit::{AuditEnd, AuditRows, VerifyAudit};
pub use decide::{Decide, LastDecision, Undo};
pub use deliveries::{
    Confirm, CountDeliveries, Deliveries, Delivery, FirstInLog, Retry, RetryAll, Which, Withdraw,
};
pub use engines::{CheckProfile, Engine, EngineHealth, Protocols, SaveProfile};
pub use inbox::{Inbox, LookAround, Next, Submit};
pub use item::{Flag, Hold, KeepDraft, Look, LookUp, Open, Release, ReleaseAll, Renew, Skip};
pub(crate) use keys::key_set;
pub use keys::{CreateKey, ImportKey, JwtAlgorithms, KeySet, KeyText, Keys, RetireKey, RotateKey};
pub use origins::{Origins, TryOrigin};
pub use rehearse::{RecordedAnswer, TryEngine};
pub use setup::{Engines, IssueToken, PutEngine, PutQueue};

use crate::{Desk, Error, ErrorCode, Result};

/// One thing a person can do. Its fields are the request.
pub trait Verb: Serialize + DeserializeOwned + TS + Send + 'static {
    /// Its name on every wire.
    const NAME: &'static str;
    /// What comes back.
    type Answer: Serialize + DeserializeOwned + TS + Send + 'static;

    /// Does it, as `reviewer`.
    fn run(self, desk: &Desk, reviewer: &str) -> impl Future<Output = Result<Self::Answer>> + Send;
}

macro_rules! verbs {
    ($($verb:ty),* $(,)?) => {
        /// Runs the verb of this name on a request in JSON: the one door for the window and the wire.
        pub async fn answer(desk: &Desk, reviewer: &str, name: &str, request: Value) -> Result<Value> {
            $(if name == <$verb>::NAME {
                let verb: $verb = serde_json::from_value(request)
                    .map_err(|error| {
                        let words = without_values(&error.to_string());
                        Error::new(ErrorCode::Invalid, format!("{name}: {words}."))
                    })?;
                let answer = verb.run(desk, reviewer).await?;
                return serde_json::to_value(answer)
                    .map_err(|error| Error::new(ErrorCode::Fault, format!("{name}: {error}.")));
            })*
            Err(Error::missing(format_args!("verb \"{name}\"")))
        }

        /// Every verb as a line of TypeScript, and every type it needs, in the order of their names.
        pub fn typescript() -> String {
            let config = ts_rs::Config::default();
            let mut types = std::collections::BTreeMap::new();
            let mut lines = Vec::new();
            $({
                crate::contract::collect::<$verb>(&config, &mut types);
                crate::contract::collect::<<$verb as Verb>::Answer>(&config, &mut types);
                lines.push(format!(
                    "  {}: {{ request: {}; answer: {} }};",
                    <$verb>::NAME,
                    <$verb as TS>::name(&config),
                    <<$verb as Verb>::Answer as TS>::name(&config),
                ));
            })*
            crate::contract::collect::<Error>(&config, &mut types);
            crate::contract::collect::<crate::view::Changed>(&config, &mut types);
            crate::contract::render(&types, &lines)
        }
    };
}

verbs! {
    LookAround, Inbox, Next, Submit,
    Open, Look, LookUp, Renew, Release, ReleaseAll, Skip, Flag, KeepDraft,
    Decide, Undo, LastDecision,
    Deliveries, CountDeliveries, Delivery, Retry, RetryAll, Confirm, Withdraw,
    AuditEnd, AuditRows, Origins, TryOrigin, VerifyAudit,
    Protocols, Engine, EngineHealth, CheckProfile, SaveProfile,
    Engines, PutEngine, PutQueue, IssueToken, TryEngine,
    Keys, JwtAlgorithms, CreateKey, ImportKey, RotateKey, RetireKey, KeySet,
}
