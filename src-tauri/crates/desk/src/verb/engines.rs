//! One engine: its profile as text, and how it does.

use placet_review::without_values;
use placet_store::{DeliveryFilter, EngineCounts, ProfileChange};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::view::{
    CheckedProfileView, DeliveryCount, EngineDetailView, EngineHealthView, EngineView, ProtocolView,
    WrongProfileView,
};
use crate::{Desk, Error, ErrorCode, Result, Verb, profile, protocols, show};

/// So many of its newest deliveries say how an engine does.
const NEWEST: u32 = 20;
/// No state is counted further: beyond, the number says nothing more.
const COUNTED: u32 = 10_000;

/// All ways of handing an answer to an engine.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(rename = "ProtocolsRequest")]
pub struct Protocols {}

impl Verb for Protocols {
    const NAME: &'static str = "protocols";
    type Answer = Vec<ProtocolView>;

    async fn run(self, _desk: &Desk, _reviewer: &str) -> Result<Vec<ProtocolView>> {
        Ok(protocols::all())
    }
}

/// One engine with its profile.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(rename = "EngineRequest")]
pub struct Engine {
    /// Its name.
    pub engine: String,
}

impl Verb for Engine {
    const NAME: &'static str = "engine";
    type Answer = EngineDetailView;

    async fn run(self, desk: &Desk, _reviewer: &str) -> Result<EngineDetailView> {
        let engine = desk.engine(&self.engine).await?;
        let profile = profile::written(&engine);
        let profile = profile.map_err(|error| Error::new(ErrorCode::Fault, format!("engine: {error}.")))?;
        Ok(EngineDetailView { engine: show::engine((*engine).clone()), profile })
    }
}

/// How an engine does: its newest deliveries, how many are where, and which of its origins are spared.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(rename = "EngineHealthRequest")]
pub struct EngineHealth {
    /// Its name.
    pub engine: String,
}

impl Verb for EngineHealth {
    const NAME: &'static str = "engine_health";
    type Answer = EngineHealthView;

    async fn run(self, desk: &Desk, _reviewer: &str) -> Result<EngineHealthView> {
        let profile = desk.engine(&self.engine).await?;
        let of_engine =
            |limit| DeliveryFilter { engine: Some(self.engine.clone()), limit, ..DeliveryFilter::default() };
        let EngineCounts { open, expired } = desk.store.engine_counts(&self.engine).await?;
        let counted = desk.store.count_deliveries(of_engine(COUNTED)).await?;
        let newest = desk.store.deliveries(of_engine(NEWEST)).await?;
        let (now, origins) = (desk.now(), desk.store.origins().await?);
        let is_its_own = |origin: &str| {
            profile.allow.iter().any(|allowed| allowed.origin() == origin)
                || newest.iter().any(|row| row.delivery.origin == origin)
        };
        let spared = origins.into_iter().filter(|row| is_its_own(&row.origin));
        Ok(EngineHealthView {
            spared: spared.filter_map(|row| show::spared(row, now)).collect(),
            engine: self.engine,
            open,
            expired,
            deliveries: counted.into_iter().map(|(state, count)| DeliveryCount { state, count }).collect(),
            newest: newest.into_iter().map(show::delivery_row).collect(),
        })
    }
}

/// Reads a profile as it is written, and keeps nothing.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(rename = "CheckProfileRequest")]
pub struct CheckProfile {
    /// The profile, as JSON text.
    pub profile: String,
    /// The engine whose profile it is to be; absent if it adds one.
    pub of: Option<String>,
}

impl Verb for CheckProfile {
    const NAME: &'static str = "check_profile";
    type Answer = CheckedProfileView;

    async fn run(self, desk: &Desk, _reviewer: &str) -> Result<CheckedProfileView> {
        Ok(match read(desk, &self.profile, self.of.as_deref()).await? {
            Ok(engine) => CheckedProfileView::Right { engine: show::engine(engine) },
            Err(wrong) => CheckedProfileView::Wrong { wrong },
        })
    }
}

/// Adds an engine by its profile, or replaces a profile that somebody read.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(rename = "SaveProfileRequest")]
pub struct SaveProfile {
    /// The profile, as JSON text.
    pub profile: String,
    /// The profile that it replaces, as it was read: one that was changed since is not written over. Absent if an engine
    /// is added.
    pub over: Option<String>,
}

impl Verb for SaveProfile {
    const NAME: &'static str = "save_profile";
    type Answer = EngineView;

    async fn run(self, desk: &Desk, _reviewer: &str) -> Result<EngineView> {
        let from: Option<placet_review::Engine> =
            self.over.as_deref().map(serde_json::from_str).transpose().map_err(|error| {
                let words = without_values(&error.to_string());
                Error::new(ErrorCode::Invalid, format!("This replaces no profile: {words}."))
            })?;
        let read = read(desk, &self.profile, from.as_ref().map(|engine| &engine.name[..])).await?;
        let to = read.map_err(|wrong| Error::new(ErrorCode::Invalid, wrong.in_words()))?;
        let change = ProfileChange { from, to: to.clone() };
        if !desk.store.change_engines(vec![change], desk.now()).await? {
            let words = format!(
                "The profile of \"{}\" was changed meanwhile, and nothing was saved. Look at what it says now, then save \
                 again.",
                to.name
            );
            return Err(Error::new(ErrorCode::Invalid, words));
        }
        Ok(show::engine(to))
    }
}

/// The engine that the text describes, if it may stand under its name: who adds one replaces none by mistake, and an
/// engine keeps the name by which its items know it.
async fn read(
    desk: &Desk,
    text: &str,
    of: Option<&str>,
) -> Result<std::result::Result<placet_review::Engine, WrongProfileView>> {
    let engine = match profile::read(text) {
        Ok(engine) => engine,
        Err(wrong) => return Ok(Err(wrong)),
    };
    let misnamed = match of {
        Some(name) if name != engine.name => Some(format!(
            "name: this is the profile of \"{name}\", and an engine keeps its name; add another engine instead"
        )),
        None if desk.store.engine(&engine.name).await?.is_some() => Some(format!(
            "name: there is an engine \"{}\" already; choose another name, or change its profile",
            engine.name
        )),
        Some(_) | None => None,
    };
    Ok(match misnamed {
        Some(message) => Err(WrongProfileView { line: None, column: None, message }),
        None => Ok(engine),
    })
}
