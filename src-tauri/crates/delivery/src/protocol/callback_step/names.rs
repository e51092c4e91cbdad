//! What the members of a request are called. Engines let their processes name them, so that a profile may, too.

use placet_review::Engine;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::super::message::Message;
use super::super::{Wrong, address};
use super::NAME;
use super::data::Status;

/// Says what a request is.
const TYPE: &str = "type";
/// What each of them is (`callback_step_type` in the documentation).
const CALLBACK: &str = "CALLBACK";

/// The engine's settings. The names are the documentation's for a step's attributes (`advanced`), unless the profile
/// has others.
#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Names {
    /// The member with the token.
    pub(super) token: String,
    /// The member with the status.
    pub(super) status: String,
    /// The member with the data.
    pub(super) data: String,
    /// The member that says what is asked, where something is.
    pub(super) action: String,
    /// What asks for the callback's state.
    pub(super) query: String,
}

impl Default for Names {
    fn default() -> Self {
        Self {
            token: "callbackToken".to_owned(),
            status: "callbackStatus".to_owned(),
            data: "callbackData".to_owned(),
            action: "callbackAction".to_owned(),
            query: "getCallback".to_owned(),
        }
    }
}

/// What a delivery sends.
pub(super) struct Sent {
    pub(super) status: Status,
    pub(super) data: Map<String, Value>,
}

impl Names {
    pub(super) fn of(engine: &Engine) -> Result<Self, Wrong> {
        match engine.settings.get(NAME) {
            None => Ok(Self::default()),
            Some(settings) => Self::deserialize(settings)
                .map_err(|error| Wrong::at("", placet_review::without_values(&error.to_string()))),
        }
    }

    /// Whether each member has a name of its own.
    pub(super) fn check(&self) -> Result<(), Wrong> {
        let Self { token, status, data, action, query } = self;
        let mut taken = vec![TYPE];
        for (setting, name) in [("token", token), ("status", status), ("data", data), ("action", action)] {
            if name.is_empty() || taken.contains(&name.as_str()) {
                return Err(address::wrong(setting, "give this member a name that no other has"));
            }
            taken.push(name);
        }
        if query.is_empty() {
            return Err(address::wrong(
                "query",
                "name the action that asks for a callback, such as getCallback",
            ));
        }
        Ok(())
    }

    /// The body that gives the callback this status.
    pub(super) fn update(&self, token: &str, status: &str, data: Map<String, Value>) -> Vec<u8> {
        written([
            (TYPE, CALLBACK.into()),
            (&self.token, token.into()),
            (&self.status, status.into()),
            (&self.data, data.into()),
        ])
    }

    /// The body that asks how the callback stands.
    pub(super) fn question(&self, token: &str) -> Vec<u8> {
        let query = self.query.as_str();
        written([(TYPE, CALLBACK.into()), (&self.action, query.into()), (&self.token, token.into())])
    }

    /// What was frozen, as far as it can be read by these names.
    pub(super) fn sent(&self, frozen: &[u8]) -> Option<Sent> {
        let body: Value = serde_json::from_slice(&Message::read(frozen).ok()?.body).ok()?;
        let status = Status::named(body.get(&self.status)?.as_str()?)?;
        Some(Sent { status, data: body.get(&self.data)?.as_object()?.clone() })
    }
}

fn written<const COUNT: usize>(members: [(&str, Value); COUNT]) -> Vec<u8> {
    let members: Map<String, Value> =
        members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    serde_json::to_vec(&members).expect("texts and JSON that was parsed can be written as JSON")
}
