//! What waits in Restate, by a callback's parameters, and where it is reached.

use placet_review::Callback;
use serde_json::Value;
use url::Url;

use super::NAME;
use crate::protocol::{Wrong, address};

/// No id of Restate is longer, in bytes.
const LONGEST_ID: usize = 200;

/// What waits for the answer.
pub(super) enum Waiting<'a> {
    Awakeable { id: &'a str, invocation: Option<&'a str> },
    Workflow { workflow: &'a str, key: &'a str, handler: &'a str, reject_handler: Option<&'a str> },
}

impl<'a> Waiting<'a> {
    pub(super) fn of(callback: &'a Callback) -> Result<Self, Wrong> {
        address::known(
            NAME,
            callback,
            &["url", "awakeable", "invocation", "workflow", "key", "handler", "reject_handler"],
        )?;
        let of_the_other =
            |names: &[&str]| match names.iter().find(|name| callback.parameters.contains_key(**name)) {
                None => Ok(()),
                Some(name) => Err(address::wrong(
                    name,
                    "name either an awakeable, with its invocation, or a workflow, its key and its handler",
                )),
            };
        if callback.parameters.contains_key("awakeable") {
            of_the_other(&["workflow", "key", "handler", "reject_handler"])?;
            // The older servers' are called promises (https://docs.restate.dev/develop/go/awakeables).
            let awakeable = id(callback, "awakeable", &["sign_1", "prom_1"])?;
            let invocation = match callback.parameters.get("invocation") {
                None => None,
                Some(_) => Some(id(callback, "invocation", &["inv_1"])?),
            };
            return Ok(Self::Awakeable { id: awakeable, invocation });
        }
        of_the_other(&["invocation"])?;
        if !callback.parameters.contains_key("workflow") {
            return Err(address::wrong(
                "awakeable",
                "give the id of the awakeable that waits, or name a workflow",
            ));
        }
        Ok(Self::Workflow {
            workflow: address::needed_part(callback, "workflow")?,
            key: address::needed_part(callback, "key")?,
            handler: address::needed_part(callback, "handler")?,
            reject_handler: address::part(callback, "reject_handler")?,
        })
    }

    /// Where a yes, or a no, goes.
    pub(super) fn address(&self, base: &Url, is_a_no: bool) -> Url {
        match self {
            Self::Awakeable { id, .. } => address::under(
                base,
                &["restate", "awakeables", id, if is_a_no { "reject" } else { "resolve" }],
            ),
            Self::Workflow { workflow, key, handler, reject_handler } => {
                let handler = reject_handler.filter(|_| is_a_no).unwrap_or(handler);
                address::under(base, &[workflow, key, handler])
            }
        }
    }

    /// Where the output of what waits is, or will be.
    pub(super) fn output(&self, base: &Url) -> Option<Url> {
        match self {
            Self::Awakeable { invocation, .. } => {
                Some(address::under(base, &["restate", "invocation", (*invocation)?, "output"]))
            }
            Self::Workflow { workflow, key, .. } => {
                Some(address::under(base, &["restate", "workflow", workflow, key, "output"]))
            }
        }
    }
}

/// An id with one of these beginnings. What has another form Restate would refuse each time (HTTP 400).
fn id<'a>(callback: &'a Callback, name: &str, beginnings: &[&str]) -> Result<&'a str, Wrong> {
    let text = callback.parameters.get(name).and_then(Value::as_str);
    let fits = |text: &&str| {
        let rest = beginnings.iter().find_map(|beginning| text.strip_prefix(beginning)).unwrap_or_default();
        !rest.is_empty()
            && text.len() <= LONGEST_ID
            && rest.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    };
    text.filter(fits).ok_or_else(|| {
        address::wrong(
            name,
            format!(
                "give the id as Restate made it: {} and letters, digits, - and _",
                beginnings.join(" or ")
            ),
        )
    })
}
