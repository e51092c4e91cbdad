//! Whether a profile and a callback say what they have to, before any template is rendered.

use placet_review::{Callback, Engine};
use serde_json::Value;

use super::super::{Wrong, address};
use super::rule::Rule;
use super::settings::Settings;
use super::{NAME, request};

/// What does not depend on any example: names, templates that can be read, rules that say something.
pub(super) fn members(settings: &Settings) -> Result<(), Wrong> {
    let Settings { base, parameters, request, answers, probe, heartbeat, example: _ } = settings;
    if let Some(base) = base {
        let url = request::as_written(base).map_err(|message| Wrong::at("/base", message))?;
        if base.ends_with('/') || url.query().is_some() || url.fragment().is_some() {
            return Err(Wrong::at("/base", "leave out what ends it: a slash, a query or a fragment"));
        }
    }
    if parameters.contains_key("protocol") {
        return Err(Wrong::at("/parameters/protocol", "every callback has this member; choose another name"));
    }
    request::check(request).map_err(|wrong| wrong.under("request"))?;
    rules(answers)?;
    if let Some(probe) = probe {
        let check = || {
            request::check(&probe.request.call()).map_err(|wrong| wrong.under("request"))?;
            rules(&probe.answers)?;
            each(&probe.answers, Rule::check_templates)
        };
        check().map_err(|wrong| wrong.under("probe"))?;
    }
    if let Some(heartbeat) = heartbeat {
        let check = || {
            request::check(&heartbeat.request).map_err(|wrong| wrong.under("request"))?;
            rules(&heartbeat.answers)
        };
        check().map_err(|wrong| wrong.under("heartbeat"))?;
    }
    Ok(())
}

fn rules<M: Clone>(rules: &[Rule<M>]) -> Result<(), Wrong> {
    each(rules, Rule::check)
}

fn each<M>(rules: &[Rule<M>], check: impl Fn(&Rule<M>) -> Result<(), Wrong>) -> Result<(), Wrong> {
    rules
        .iter()
        .enumerate()
        .try_for_each(|(n, rule)| check(rule).map_err(|wrong| wrong.under(&n.to_string()).under("answers")))
}

/// Whether the callback has the parameters that the profile asks for, and no others.
pub(super) fn parameters(callback: &Callback, settings: &Settings, engine: &Engine) -> Result<(), Wrong> {
    let names: Vec<&str> = settings.parameters.keys().map(String::as_str).collect();
    address::known(NAME, callback, &names)?;
    for (name, parameter) in &settings.parameters {
        let missing = !callback.parameters.contains_key(name);
        if missing && parameter.required {
            return Err(Wrong::at("", "the engine's profile asks for this").under(name));
        }
        if missing || !parameter.url {
            continue;
        }
        let url = address::of(callback, name).and_then(|url| {
            let written = callback.parameters.get(name).and_then(Value::as_str).unwrap_or_default();
            request::as_written(written).map_err(|message| address::wrong(name, message))?;
            Ok(url)
        })?;
        address::allowed(name, &url, engine)?;
    }
    Ok(())
}
