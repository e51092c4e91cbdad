//! Addresses in callbacks: read, held against the engine's allow-list, and shown without what may be secret.

use placet_review::{Callback, Engine};
use serde_json::Value;
use url::Url;

use super::Wrong;

/// The longest address, in bytes: RFC 9110 section 4.1 asks everyone to take 8,000.
const LONGEST_URL: usize = 8_000;

/// The address in this parameter of the callback.
pub(super) fn of(callback: &Callback, name: &str) -> Result<Url, Wrong> {
    let text = callback.parameters.get(name).and_then(Value::as_str);
    let text = text
        .ok_or_else(|| wrong(name, "give the address as a string, such as https://host/path".to_owned()))?;
    parsed(text).map_err(|message| wrong(name, message))
}

/// The address, or a sentence that says what is wrong with it.
pub(super) fn parsed(text: &str) -> Result<Url, String> {
    if text.len() > LONGEST_URL {
        return Err(format!("this is longer than {LONGEST_URL} bytes"));
    }
    let url = Url::parse(text).map_err(|error| format!("this is no URL: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("\"{}\" is neither http nor https", url.scheme()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("leave user name and password out: name keys in the engine's profile".to_owned());
    }
    Ok(url)
}

/// Whether the engine's allow-list covers the address that stands in this parameter.
pub(super) fn allowed(name: &str, url: &Url, engine: &Engine) -> Result<(), Wrong> {
    if engine.allows(url) {
        return Ok(());
    }
    let origin = url.origin().ascii_serialization();
    Err(wrong(
        name,
        format!(
            "the allow-list of engine \"{}\" does not cover this address on {origin}; add it to the engine's \
             profile or correct the URL",
            engine.name
        ),
    ))
}

/// Refuses parameters that the protocol does not know: one that is misspelt would be missed silently.
pub(super) fn known(protocol: &str, callback: &Callback, known: &[&str]) -> Result<(), Wrong> {
    match callback.parameters.keys().find(|name| !known.contains(&name.as_str())) {
        None => Ok(()),
        Some(unknown) => {
            let pointer = unknown.replace('~', "~0").replace('/', "~1");
            Err(wrong(&pointer, format!("the protocol {protocol} has only {}", known.join(", "))))
        }
    }
}

/// The address as people read it. Names of the query stay, for they help to tell callbacks apart; values go.
pub(crate) fn without_secrets(mut url: Url) -> String {
    url.set_fragment(None);
    if url.query().is_some() {
        let names: Vec<String> = url.query_pairs().map(|(name, _)| format!("{name}=...")).collect();
        url.set_query(Some(&names.join("&")));
    }
    url.into()
}

/// What is wrong with this parameter.
pub(super) fn wrong(name: &str, message: impl Into<String>) -> Wrong {
    Wrong::at(format!("/{name}"), message)
}
