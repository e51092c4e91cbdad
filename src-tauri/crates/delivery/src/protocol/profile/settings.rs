//! What an engine's profile says under `settings.http`: how its tasks are resumed, in data.

use std::collections::BTreeMap;

use placet_review::{Engine, without_values};
use serde::Deserialize;
use serde_json::{Map, Value};
use serde_path_to_error::Segment;

use super::super::Wrong;
use super::rule::Rule;

/// All of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    /// Where the engine's interface begins, without a slash at its end; templates put it to use as `base`.
    #[serde(default)]
    pub(super) base: Option<String>,
    /// The parameters that a callback can have, by their names.
    #[serde(default)]
    pub(super) parameters: BTreeMap<String, Parameter>,
    /// The request that hands the answer over.
    pub(super) request: Call,
    /// What the engine's answers mean, the first that fits; what fits none is judged by its status.
    #[serde(default)]
    pub(super) answers: Vec<Rule<Meaning>>,
    /// How the engine is asked how its task stands, where it can be.
    #[serde(default)]
    pub(super) probe: Option<Probe>,
    /// How the engine hears that its task still waits, where it wants to.
    #[serde(default)]
    pub(super) heartbeat: Option<Heartbeat>,
    /// What the templates are tried with when the profile is saved.
    #[serde(default)]
    pub(super) example: Example,
}

/// A parameter of the callback.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Parameter {
    /// Whether a callback without it is refused.
    #[serde(default)]
    pub(super) required: bool,
    /// Whether it opens a door. Nobody is shown it.
    #[serde(default)]
    pub(super) secret: bool,
    /// Whether it is an address, which the allow-list has to cover.
    #[serde(default)]
    pub(super) url: bool,
}

/// A request, all of it templates.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Call {
    #[serde(default = "post")]
    pub(super) method: String,
    pub(super) url: String,
    /// Put behind the address; one that comes to null is left out.
    #[serde(default)]
    pub(super) query: BTreeMap<String, String>,
    /// One that comes to null is left out.
    #[serde(default)]
    pub(super) headers: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) body: Option<Body>,
}

/// The body of a request.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Body {
    /// A structure whose texts are templates.
    Json(Value),
    /// One template.
    Text {
        /// Its media type, a template as well.
        content_type: String,
        /// The template.
        template: String,
    },
}

/// What an answer to the request can mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Meaning {
    /// The engine has the answer.
    Done,
    /// It already had one.
    AlreadyDone,
    /// Nobody waits there any more.
    Gone,
    /// It failed for now.
    Retry,
    /// It asks for patience.
    Throttled,
    /// It will never take this request.
    Dead,
}

/// How the engine is asked how its task stands.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Probe {
    /// A GET, which changes nothing.
    pub(super) request: Look,
    /// Whether it is asked before anything is sent as well: some engines take in what comes too late without a word.
    #[serde(default)]
    pub(super) first: bool,
    /// What its answers say, the first that fits; `equals` and `contains` are templates. What fits none says nothing.
    pub(super) answers: Vec<Rule<Standing>>,
}

/// A request without a body that only looks, all of it templates.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Look {
    pub(super) url: String,
    #[serde(default)]
    pub(super) query: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) headers: BTreeMap<String, String>,
}

impl Look {
    /// The request that it is.
    pub(super) fn call(&self) -> Call {
        let Self { url, query, headers } = self.clone();
        Call { method: "GET".to_owned(), url, query, headers, body: None }
    }
}

/// How a task can stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Standing {
    /// It has this answer.
    Has,
    /// It will take no more.
    Closed,
    /// It still waits.
    Waits,
}

/// How the engine hears that its task still waits.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Heartbeat {
    pub(super) request: Call,
    /// As those of the request. One that means `gone` says that the engine gave up.
    #[serde(default)]
    pub(super) answers: Vec<Rule<Meaning>>,
}

/// What the templates are tried with.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Example {
    /// Parameters of the callback; those that are required and not named here are made up.
    #[serde(default)]
    pub(super) callback: Map<String, Value>,
    #[serde(default)]
    pub(super) content: Value,
    #[serde(default)]
    pub(super) metadata: Map<String, Value>,
    /// The answer of an approval and of a correction.
    #[serde(default = "any_answer")]
    pub(super) answer: Value,
}

impl Default for Example {
    fn default() -> Self {
        Self { callback: Map::new(), content: Value::Null, metadata: Map::new(), answer: any_answer() }
    }
}

fn post() -> String {
    "POST".to_owned()
}

/// What the answers of all kinds of items have.
fn any_answer() -> Value {
    serde_json::json!({ "label": "example", "labels": ["example"], "arguments": {} })
}

/// What the profile says, if it says anything that can be read.
pub(super) fn of(engine: &Engine) -> Result<Settings, Wrong> {
    let settings = engine.settings.get(super::NAME).ok_or_else(|| {
        Wrong::at(
            "",
            "the engine's profile has no settings for the protocol http; add them under settings.http",
        )
    })?;
    serde_path_to_error::deserialize(settings).map_err(|error| {
        let words = without_values(&error.inner().to_string());
        error.path().iter().rev().fold(Wrong::at("", words), |wrong, segment| match segment {
            Segment::Seq { index } => wrong.under(&index.to_string()),
            Segment::Map { key } => wrong.under(key),
            Segment::Enum { variant } => wrong.under(variant),
            Segment::Unknown => wrong,
        })
    })
}
