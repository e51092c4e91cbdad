//! Ready profiles for the protocol `http`, one file an engine in `presets/`, each with the documentation that it was
//! written by.

use std::sync::LazyLock;

use placet_review::{Allowed, Engine};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// All files, by their names. A new one is a file and a line here.
const FILES: &[(&str, &str)] = &[
    ("argo", include_str!("../presets/argo.json")),
    ("azure-durable", include_str!("../presets/azure-durable.json")),
    ("azure-logic-apps", include_str!("../presets/azure-logic-apps.json")),
    ("camunda-7", include_str!("../presets/camunda-7.json")),
    ("camunda-8", include_str!("../presets/camunda-8.json")),
    ("cloudflare-workflows", include_str!("../presets/cloudflare-workflows.json")),
    ("github-deployments", include_str!("../presets/github-deployments.json")),
    ("gitlab-deployments", include_str!("../presets/gitlab-deployments.json")),
    ("hatchet", include_str!("../presets/hatchet.json")),
    ("inngest", include_str!("../presets/inngest.json")),
    ("kestra", include_str!("../presets/kestra.json")),
    ("n8n-wait", include_str!("../presets/n8n-wait.json")),
    ("prefect", include_str!("../presets/prefect.json")),
    ("standard-webhooks", include_str!("../presets/standard-webhooks.json")),
    ("temporal", include_str!("../presets/temporal.json")),
    ("trigger-dev", include_str!("../presets/trigger-dev.json")),
    ("vercel-workflow", include_str!("../presets/vercel-workflow.json")),
    ("windmill", include_str!("../presets/windmill.json")),
];

static PRESETS: LazyLock<Vec<Preset>> = LazyLock::new(|| {
    let read = |(name, text): &(&'static str, &str)| {
        let said = serde_json::from_str(text).expect("a preset that was compiled in can be read");
        Preset { name, said }
    };
    FILES.iter().map(read).collect()
});

/// A ready profile.
#[derive(Clone, Debug)]
pub struct Preset {
    /// What it is called, such as `n8n-wait`.
    pub name: &'static str,
    /// What its file says.
    pub said: Said,
}

/// What a preset's file says.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Said {
    /// The engine, as people call it.
    pub title: String,
    /// The documentation that it was written by, as addresses.
    pub sources: Vec<String>,
    /// How the engine pauses, and where its callback's parameters come from, in a few sentences.
    pub pauses: String,
    /// What the engine wants requests to be signed with, in a sentence.
    pub signer: String,
    /// The same as `signing` of a profile, with `KEY` in place of the key's name; null, if it wants nothing.
    pub signing: Value,
    /// Where the engine's interface begins, for all who run none of their own, else an example.
    pub base: String,
    /// What the allow-list has to have, with `{base}` in place of where the interface begins.
    pub allow: Vec<String>,
    /// `settings.http` of the profile, without its `base`.
    pub http: Map<String, Value>,
    /// A callback, as an item would name it.
    pub callback: Map<String, Value>,
}

/// A base under which the preset makes no profile.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the base of the preset \"{preset}\" leads to no allow-list: {reason}")]
pub struct WrongBase {
    preset: &'static str,
    reason: String,
}

impl Preset {
    /// The engine's profile, not yet signed with anything. `base` says where the engine's interface begins.
    pub fn engine(&self, name: impl Into<String>, base: &str) -> Result<Engine, WrongBase> {
        let base = base.trim_end_matches('/');
        let entry = |entry: &String| entry.replace("{base}", base).parse::<Allowed>();
        let wrong = |reason: String| WrongBase { preset: self.name, reason };
        let allow = self.said.allow.iter().map(entry).collect::<Result<_, _>>();
        let mut engine = Engine::new(name, allow.map_err(|error| wrong(error.to_string()))?);
        let mut settings = self.said.http.clone();
        settings.insert("base".to_owned(), base.into());
        engine.settings.insert("http".to_owned(), settings.into());
        Ok(engine)
    }
}

/// All presets, by name.
pub fn presets() -> &'static [Preset] {
    &PRESETS
}

/// The preset with this name.
pub fn named(name: &str) -> Option<&'static Preset> {
    presets().iter().find(|preset| preset.name == name)
}
