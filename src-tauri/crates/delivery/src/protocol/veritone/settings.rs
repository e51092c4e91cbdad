//! What the engine's profile says of its wakeups.

use ::http::Method;
use placet_review::{Engine, KEY_NAME_RULE, is_key_name};
use serde::Deserialize;

use super::super::{Wrong, address};
use super::{METHODS, NAME};

/// The engine's settings.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    method: Option<String>,
    decision: Option<String>,
    /// Whether the decision's members stand among the state's own.
    #[serde(default)]
    pub(super) merged: bool,
    graphql: Option<String>,
    key: Option<String>,
}

impl Settings {
    /// The engine's.
    pub(super) fn of(engine: &Engine) -> Result<Self, Wrong> {
        match engine.settings.get(NAME) {
            None => Ok(Self::default()),
            Some(settings) => Self::deserialize(settings)
                .map_err(|error| Wrong::at("", placet_review::without_values(&error.to_string()))),
        }
    }

    /// Whether they can be followed.
    pub(super) fn check(&self, engine: &Engine) -> Result<(), Wrong> {
        if self.method.as_deref().is_some_and(|name| METHODS.iter().all(|method| method != name)) {
            return Err(address::wrong("method", "choose GET or POST"));
        }
        if self.merged && self.decision.is_some() {
            return Err(address::wrong(
                "decision",
                "a decision that is merged has no member of its own; leave this or \"merged\" out",
            ));
        }
        if self.decision.as_deref() == Some("") {
            return Err(address::wrong("decision", "name a member"));
        }
        match (&self.graphql, &self.key) {
            (None, None) => Ok(()),
            (None, Some(_)) => Err(address::wrong(
                "graphql",
                "say where tokens are asked for, such as https://api.veritone.com/v3/graphql",
            )),
            (Some(_), None) => Err(address::wrong("key", "name the key that holds the API token")),
            (Some(graphql), Some(key)) => {
                let url = address::parsed(graphql).map_err(|message| address::wrong("graphql", message))?;
                address::allowed("graphql", &url, engine)?;
                if is_key_name(key) { Ok(()) } else { Err(address::wrong("key", KEY_NAME_RULE)) }
            }
        }
    }

    /// How the URL is fired.
    pub(super) fn method(&self) -> Method {
        let chosen = METHODS.into_iter().find(|method| self.method.as_deref() == Some(method.as_str()));
        chosen.unwrap_or(Method::GET)
    }

    /// The member of the state under which the decision goes.
    pub(super) fn decision(&self) -> &str {
        self.decision.as_deref().unwrap_or("decision")
    }

    /// Where tokens are asked for, and with which key.
    pub(super) fn tokens(&self) -> Option<(&str, &str)> {
        self.graphql.as_deref().zip(self.key.as_deref())
    }
}
