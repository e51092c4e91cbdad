//! Engines: their profiles, how they do, and what they would be sent.

use placet_review::{DeliveryState, Outcome};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

use super::{DeliveryCount, DeliveryRowView, OriginView};

/// What a decision would send to one callback, and what would become of it. Nothing in it can be a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RehearsalView {
    /// The protocol's name.
    pub protocol: String,
    /// Such as `POST`.
    pub method: String,
    /// The address.
    pub url: String,
    /// Each header with its value.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
    /// What would become of it, if an answer was handed in.
    pub fate: Option<FateView>,
}

/// What would become of a delivery after its first attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FateView {
    /// What the answer means.
    pub outcome: Outcome,
    /// The same in a sentence.
    pub words: String,
    /// Where the delivery would stand.
    pub state: DeliveryState,
    /// The same in a sentence, with when it would be tried again.
    pub becomes: String,
    /// After how many milliseconds it would be tried again, if it would.
    #[ts(type = "number | null")]
    pub again_in_ms: Option<i64>,
}

/// An engine's profile as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EngineView {
    /// Its name in submissions.
    pub name: String,
    /// The only places its callbacks may point to.
    pub allow: Vec<String>,
    /// Addresses that are not public, where names in `allow` may lead all the same.
    pub addresses: Vec<String>,
    /// Whether authorities of its own are trusted for it beside those of the machine.
    pub private_ca: bool,
    /// How its callbacks are signed, in words.
    pub signing: String,
    /// The names of the keys that sign them, each once.
    pub keys: Vec<String>,
    /// When a callback that failed is tried again, in words.
    pub schedule: String,
    /// How many of its callbacks may be under way to one origin at a time.
    pub at_once: u32,
}

/// An engine with its profile as a person edits it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EngineDetailView {
    /// What the profile says, as it is shown.
    pub engine: EngineView,
    /// The profile, as indented JSON.
    pub profile: String,
}

/// What the desk makes of a profile that was not kept yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum CheckedProfileView {
    /// It can be kept.
    Right {
        /// What it says.
        engine: EngineView,
    },
    /// It cannot.
    Wrong {
        /// Where and what.
        wrong: WrongProfileView,
    },
}

/// What is wrong with a profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WrongProfileView {
    /// The line of the text, counted from 1; absent where the words name the member instead.
    pub line: Option<u32>,
    /// The column in that line, counted from 1.
    pub column: Option<u32>,
    /// What is wrong and what would be right. Where there is no line, they begin with the path of the member, such as
    /// `settings/webhook: `.
    pub message: String,
}

/// A way of handing an answer to an engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct ProtocolView {
    /// Its name in callbacks.
    pub name: String,
    /// What a person calls it.
    pub title: String,
    /// When it is the right one, in one sentence.
    pub about: String,
    /// A callback as an engine hands it in; `BASE` stands for an address that the allow-list covers.
    #[ts(type = "unknown")]
    pub example: Value,
    /// What the engine's profile has to say for it, with `BASE` as above; absent if nothing.
    #[ts(type = "unknown")]
    pub settings: Option<Value>,
    /// What the allow-list has to have, with `BASE` as above.
    pub allow: Vec<String>,
    /// The ready profile that this is; absent for a protocol as such.
    pub preset: Option<PresetView>,
}

/// What is told of a ready profile beside its protocol.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct PresetView {
    /// Its name.
    pub name: String,
    /// Where the engine's interface begins, or may begin.
    pub base: String,
    /// How the engine pauses, in a few sentences.
    pub pauses: String,
    /// What the engine wants requests to be signed with, in a sentence.
    pub signer: String,
    /// The same as `signing` of a profile, with `KEY` in place of the key's name; null, if it wants nothing.
    #[ts(type = "unknown")]
    pub signing: Value,
    /// The documentation that it was written by, as addresses.
    pub sources: Vec<String>,
}

/// How an engine does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct EngineHealthView {
    /// The engine.
    pub engine: String,
    /// Its items that are neither decided nor expired.
    #[ts(type = "number")]
    pub open: u64,
    /// Its items that expired before they were decided.
    #[ts(type = "number")]
    pub expired: u64,
    /// Its deliveries by state, none counted further than to 10,000; a state without any is absent.
    pub deliveries: Vec<DeliveryCount>,
    /// Its newest deliveries, the newest first; at most 20.
    pub newest: Vec<DeliveryRowView>,
    /// Those of its origins that are spared.
    pub spared: Vec<OriginView>,
}
