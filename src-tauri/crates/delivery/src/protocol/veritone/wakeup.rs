//! The wakeup URL, as text: what is not put into it stays byte for byte.

use std::ops::Range;

use placet_review::Callback;
use serde_json::Value;
use url::{Url, form_urlencoded};

use super::super::{Wrong, address};
use super::state::State;

/// The path of wakeup URLs in the documentation (<https://docs.veritone.com/#/developer/engines/callbacks/>).
const PATH: &str = "/callback";
/// How long a token that is still to be asked for is taken to be: those of aiWARE have some hundred bytes.
const TOKEN_BYTES: usize = 2_000;

/// A callback, read.
pub(super) struct Wakeup {
    /// The URL as it was handed in, or built.
    url: String,
    /// The parameter that says where it goes.
    pub(super) named_in: &'static str,
    pub(super) jwt: Jwt,
    pub(super) state: State,
}

/// Where the wakeup token comes from.
pub(super) enum Jwt {
    /// It stands in the URL.
    InTheUrl(String),
    /// It was handed in beside it.
    Given(String),
    /// Placet asks for one for this task.
    ToBeAskedFor(Task),
}

/// What a token is asked for.
#[derive(Clone)]
pub(super) struct Task {
    pub(super) engine_id: String,
    pub(super) tdo_id: String,
    pub(super) job_id: String,
    pub(super) task_id: String,
}

impl Jwt {
    /// How much longer it will make the URL.
    pub(super) fn bytes_to_come(&self) -> usize {
        match self {
            Self::InTheUrl(_) => 0,
            Self::Given(jwt) => encoded(jwt).len() + "&jwt=".len(),
            Self::ToBeAskedFor(_) => TOKEN_BYTES,
        }
    }
}

impl Wakeup {
    /// Reads the callback's parameters.
    pub(super) fn read(callback: &Callback) -> Result<Self, Wrong> {
        let (url, named_in) = url(callback)?;
        address::exactly(&url).map_err(|message| address::wrong(named_in, message))?;
        let jwt = jwt(callback, &url)?;
        let state = state(callback, &url)?;
        Ok(Self { url, named_in, jwt, state })
    }

    /// Where it goes.
    pub(super) fn address(&self) -> Result<Url, Wrong> {
        address::exactly(&self.url).map_err(|message| address::wrong(self.named_in, message))
    }

    /// The token that was handed in.
    pub(super) fn secrets(self) -> Vec<String> {
        match self.jwt {
            Jwt::InTheUrl(jwt) | Jwt::Given(jwt) => vec![jwt],
            Jwt::ToBeAskedFor(_) => Vec::new(),
        }
    }

    /// The URL with this state.
    pub(super) fn with_data(&self, data: &str) -> String {
        with(&self.url, "data", data)
    }
}

/// The URL, and the parameter that says where it goes.
fn url(callback: &Callback) -> Result<(String, &'static str), Wrong> {
    let base = text(callback, "base")?;
    let path = text(callback, "path")?;
    match (text(callback, "url")?, base) {
        (Some(url), None) if path.is_none() => Ok((url.to_owned(), "url")),
        (Some(_), _) => Err(address::wrong("url", "give the whole URL here, or \"base\" and \"path\"")),
        (None, Some(base)) => {
            let engine_id = needed(callback, "engine_id", "the wakeup URL names the engine")?;
            let path = path.unwrap_or(PATH);
            if base.contains(['?', '#']) || path.contains(['?', '#']) || !path.starts_with('/') {
                let words =
                    "give scheme and host here and, in \"path\", what follows from the first / to the query";
                return Err(address::wrong("base", words));
            }
            let url = format!("{}{path}?jwt=&engineId={}", base.trim_end_matches('/'), encoded(engine_id));
            Ok((url, "base"))
        }
        (None, None) => {
            Err(address::wrong("url", "give the wakeup URL, or \"base\" and \"engine_id\" to build it from"))
        }
    }
}

fn jwt(callback: &Callback, url: &str) -> Result<Jwt, Wrong> {
    let in_the_url = value(url, "jwt")?.filter(|jwt| !jwt.is_empty());
    match (in_the_url, text(callback, "jwt")?) {
        (Some(jwt), None) => Ok(Jwt::InTheUrl(jwt)),
        (None, Some(jwt)) => Ok(Jwt::Given(jwt.to_owned())),
        (Some(_), Some(_)) => {
            Err(address::wrong("jwt", "the URL holds a token already; leave one of them out"))
        }
        (None, None) => {
            let why = "without a wakeup token, Placet asks for one and has to name the task";
            let engine_id = match (text(callback, "engine_id")?, value(url, "engineId")?) {
                (None, Some(engine_id)) => engine_id,
                (_, _) => needed(callback, "engine_id", why)?.to_owned(),
            };
            let needed = |name| needed(callback, name, why).map(str::to_owned);
            let (tdo_id, job_id, task_id) = (needed("tdo_id")?, needed("job_id")?, needed("task_id")?);
            Ok(Jwt::ToBeAskedFor(Task { engine_id, tdo_id, job_id, task_id }))
        }
    }
}

fn state(callback: &Callback, url: &str) -> Result<State, Wrong> {
    let in_the_url = match value(url, "data")?.filter(|data| !data.is_empty()) {
        None => State::empty(),
        Some(data) => State::read(&data)
            .map_err(|why| address::wrong("url", format!("its \"data\" cannot take the answer: {why}")))?,
    };
    let wrong = |why: &str| address::wrong("data", why);
    let beside = match callback.parameters.get("data") {
        None => return Ok(in_the_url),
        Some(Value::Object(members)) => members.clone(),
        Some(Value::String(text)) if in_the_url == State::empty() => {
            return State::read(text).map_err(wrong);
        }
        Some(Value::String(text)) => serde_json::from_str(text)
            .map_err(|_| wrong("the engine's state is a JSON object, or a string that holds one"))?,
        Some(_) => return Err(wrong("the engine's state is a JSON object, or a string that holds one")),
    };
    let both = in_the_url
        .with(&beside)
        .map_err(|name| wrong(&format!("\"{name}\" is something else in the URL's data; say it once")))?;
    State::read(&both).map_err(wrong)
}

/// A parameter that is a text with something in it, if it is there.
fn text<'a>(callback: &'a Callback, name: &str) -> Result<Option<&'a str>, Wrong> {
    match callback.parameters.get(name) {
        None => Ok(None),
        Some(Value::String(text)) if !text.is_empty() => Ok(Some(text)),
        Some(_) => Err(address::wrong(name, "give a text")),
    }
}

fn needed<'a>(callback: &'a Callback, name: &str, why: &str) -> Result<&'a str, Wrong> {
    text(callback, name)?.ok_or_else(|| address::wrong(name, format!("give this as well: {why}")))
}

/// The one value of this name in the URL's query, decoded.
fn value(url: &str, name: &str) -> Result<Option<String>, Wrong> {
    let mut pairs =
        pairs(url).filter(|(_, pair)| decoded(pair.split('=').next().unwrap_or_default()) == name);
    let first = pairs.next();
    if pairs.next().is_some() {
        return Err(address::wrong("url", format!("\"{name}\" stands in its query more than once")));
    }
    Ok(first.map(|(_, pair)| decoded(pair.split_once('=').map_or("", |(_, value)| value))))
}

/// The URL with this value under this name, in place of the one that is there.
pub(super) fn with(url: &str, name: &str, value: &str) -> String {
    let value = encoded(value);
    for (place, pair) in pairs(url) {
        let named = pair.split('=').next().unwrap_or_default();
        if decoded(named) == name {
            return format!("{}{named}={value}{}", &url[..place.start], &url[place.end..]);
        }
    }
    let joined_by = match url.split_once('?') {
        None => "?",
        Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
        Some(_) => "&",
    };
    format!("{url}{joined_by}{name}={value}")
}

/// The pieces of the query, and where they stand in the URL.
fn pairs(url: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    let query = url.find('?').map_or(url.len(), |mark| mark + 1);
    let mut start = query;
    url[query..].split('&').map(move |pair| {
        let place = start..start + pair.len();
        start = place.end + 1;
        (place, pair)
    })
}

/// Receivers read a query as a form, in which `+` is a space.
fn decoded(text: &str) -> String {
    let pair = format!("x={text}");
    form_urlencoded::parse(pair.as_bytes()).next().map_or_else(String::new, |(_, value)| value.into_owned())
}

/// Percent-encoded, spaces as well, so that a form and a plain URL are read alike.
fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}
