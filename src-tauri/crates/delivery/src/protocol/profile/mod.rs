//! `http`: any other engine, by what its profile says under `settings.http` and not by code.
//!
//! `request` says with templates how the answer is handed over (`method`, `url`, `query`, `headers`, `body`), `answers`
//! what the engine's answers mean, `probe` how the engine is asked how its task stands, `heartbeat` how it hears that the
//! task still waits, and `parameters` what a callback has to name. Templates speak of `item`, `decision`, `callback` and
//! `delivery` (`facts.rs`); all of them are rendered once, with the decision. A profile is tried with its `example` when
//! it is saved, and nothing is sent for that.

mod check;
mod example;
mod facts;
mod judge;
mod request;
mod rule;
mod settings;
mod template;

use bytes::Bytes;
use placet_review::{Callback, Engine, Judgement, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use self::example::Made;
use self::rule::Rule;
use self::settings::{Settings, Standing};
use super::message::{Head, Message};
use super::{Decided, News, Noticed, Probed, Protocol, Sending, Wrong, address, by_status};
use crate::{Answer, Request};

const NAME: &str = "http";

/// The protocol `http`.
pub(super) struct Http;

/// The head of what is frozen: that of the request, and beside it the question how the task stands.
#[derive(Serialize, Deserialize)]
struct Frozen {
    #[serde(flatten)]
    head: Head,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    probe: Option<Question>,
}

/// How the engine is asked, and what its answers say.
#[derive(Serialize, Deserialize)]
struct Question {
    head: Head,
    #[serde(default)]
    first: bool,
    answers: Vec<Rule<Standing>>,
}

impl Protocol for Http {
    fn name(&self) -> &'static str {
        NAME
    }

    fn check_settings(&self, engine: &Engine) -> Result<(), Wrong> {
        if !engine.settings.contains_key(NAME) {
            return Ok(());
        }
        let settings = settings::of(engine)?;
        check::members(&settings)?;
        for callback in example::callbacks(&settings, engine) {
            check::parameters(&callback, &settings, engine)
                .map_err(|wrong| wrong.under("callback").under("example"))?;
            try_out(&callback, &settings, engine)?;
        }
        Ok(())
    }

    fn check(&self, callback: &Callback, engine: &Engine) -> Result<(), Wrong> {
        let settings =
            settings::of(engine).map_err(of_the_profile).map_err(|wrong| wrong.under("protocol"))?;
        check::parameters(callback, &settings, engine)?;
        try_out(callback, &settings, engine).map_err(of_the_profile)
    }

    fn target(&self, callback: &Callback) -> String {
        // Only the profile knows which values are secret.
        let names: Vec<&str> = callback.parameters.keys().map(String::as_str).collect();
        format!("{NAME} ({})", names.join(", "))
    }

    /// Where it would go if the example of the profile were decided: the host does not depend on what was.
    fn address(&self, callback: &Callback, engine: &Engine) -> Result<Url, Wrong> {
        let settings = settings::of(engine).map_err(of_the_profile)?;
        let made = Made::of(&settings, engine);
        let decided = made.decided(callback, engine).next();
        let decided = decided.ok_or_else(|| Wrong::at("", "nothing can be decided by the profile"))?;
        let message = request::render(&settings.request, &facts::decided(&decided, &settings))?;
        address::parsed(&message.head.url).map_err(|why| address::wrong("url", why))
    }

    fn freeze(&self, decided: &Decided<'_>) -> Result<Vec<u8>, Wrong> {
        let &Decided { callback, engine, .. } = decided;
        let settings = settings::of(engine).map_err(of_the_profile)?;
        let (frozen, body) = frozen(decided, &settings).map_err(of_the_profile)?;
        let origin = address::parsed(&frozen.head.url).map(|url| url.origin().ascii_serialization());
        if origin.as_deref() != Ok(&*self.origin(callback, engine)) {
            let words = "the host depends on what is asked or decided; have the callback name it";
            return Err(of_the_profile(Wrong::at("/request/url", words)));
        }
        let mut bytes = serde_json::to_vec(&frozen).expect("texts and JSON can be written as JSON");
        bytes.push(b'\n');
        bytes.extend_from_slice(&body);
        Ok(bytes)
    }

    fn prepare(&self, attempt: &Sending<'_>) -> Result<Request, Wrong> {
        let request = Message::read(&attempt.delivery.body)?.request(attempt.delivery.id)?;
        Ok(hiding(request, &attempt.delivery.callback, attempt.engine))
    }

    fn judge(&self, attempt: &Sending<'_>, answer: &Answer, now: Timestamp) -> Judgement {
        match settings::of(attempt.engine) {
            Ok(settings) => judge::by_rules(&settings.answers, answer, now),
            Err(_) => by_status(answer, now),
        }
    }

    fn look(&self, attempt: &Sending<'_>) -> Option<Request> {
        question(attempt).filter(|question| question.first)?;
        self.probe(attempt)
    }

    fn judge_look(&self, attempt: &Sending<'_>, answer: &Answer) -> Probed {
        match self.judge_probe(attempt, answer) {
            // Nothing was sent yet: somebody else said the same.
            Probed::Has(_) => Probed::Closed(
                "Nothing was sent: the engine was asked first, and its task has such an answer already. Look in the \
                 engine whose it is."
                    .to_owned(),
            ),
            probed => probed,
        }
    }

    fn probe(&self, attempt: &Sending<'_>) -> Option<Request> {
        let head = question(attempt)?.head;
        let request = Message { head, body: Bytes::new() }.without_id().ok()?;
        Some(hiding(request, &attempt.delivery.callback, attempt.engine))
    }

    fn judge_probe(&self, attempt: &Sending<'_>, answer: &Answer) -> Probed {
        let Some(question) = question(attempt) else { return Probed::Unclear };
        let Some(rule) = rule::first(&question.answers, answer) else { return Probed::Unclear };
        let words = |usual: &str| rule.words.clone().unwrap_or_else(|| usual.to_owned());
        match rule.means {
            Standing::Has => {
                Probed::Has(words("The engine was asked how its task stands, and has this answer."))
            }
            Standing::Closed => Probed::Closed(words(
                "The engine was asked how its task stands, and takes no answer any more. If somebody should still \
                 answer, have it ask again.",
            )),
            Standing::Waits => Probed::Waits,
        }
    }

    fn notice(&self, about: &Noticed<'_>, now: Timestamp) -> Option<Request> {
        if *about.news != News::Waits {
            return None;
        }
        let settings = settings::of(about.engine).ok()?;
        let facts = facts::waiting(about, now, &settings);
        let message = request::render(&settings.heartbeat.as_ref()?.request, &facts).ok()?;
        request::check_place(&message.head, about.engine).ok()?;
        Some(hiding(message.without_id().ok()?, about.callback, about.engine))
    }

    fn judge_notice(&self, about: &Noticed<'_>, answer: &Answer, now: Timestamp) -> Judgement {
        match settings::of(about.engine).ok().and_then(|settings| settings.heartbeat) {
            Some(heartbeat) => judge::by_rules(&heartbeat.answers, answer, now),
            None => by_status(answer, now),
        }
    }
}

/// Renders all that this callback would be told of decisions that nobody made.
fn try_out(callback: &Callback, settings: &Settings, engine: &Engine) -> Result<(), Wrong> {
    let made = Made::of(settings, engine);
    for decided in made.decided(callback, engine) {
        frozen(&decided, settings).map_err(|Wrong { pointer, message }| {
            let verdict = decided.decision.verdict.name();
            Wrong { pointer, message: format!("{message} (tried with the verdict {verdict})") }
        })?;
    }
    if let Some(heartbeat) = &settings.heartbeat {
        let about = Noticed { item: &made.item, callback, engine, news: &News::Waits };
        let facts = facts::waiting(&about, made.item.admitted_at, settings);
        request::render(&heartbeat.request, &facts)
            .and_then(|message| request::check_place(&message.head, engine))
            .map_err(|wrong| wrong.under("request").under("heartbeat"))?;
    }
    Ok(())
}

/// The head and the body of what is frozen.
fn frozen(decided: &Decided<'_>, settings: &Settings) -> Result<(Frozen, Bytes), Wrong> {
    let facts = facts::decided(decided, settings);
    let rendered = request::render(&settings.request, &facts).and_then(|message| {
        request::check_place(&message.head, decided.engine)?;
        Ok(message)
    });
    let Message { head, body } = rendered.map_err(|wrong| wrong.under("request"))?;
    let probe = settings.probe.as_ref().map(|probe| {
        let asked = request::render(&probe.request.call(), &facts).and_then(|message| {
            request::check_place(&message.head, decided.engine)?;
            Ok(message.head)
        });
        let head = asked.map_err(|wrong| wrong.under("request"))?;
        let answers = probe.answers.iter().enumerate().map(|(n, rule)| {
            rule.rendered(&facts).map_err(|wrong| wrong.under(&n.to_string()).under("answers"))
        });
        Ok(Question { head, first: probe.first, answers: answers.collect::<Result<_, _>>()? })
    });
    let probe = probe.transpose().map_err(|wrong: Wrong| wrong.under("probe"))?;
    Ok((Frozen { head, probe }, body))
}

/// The question that was frozen with the request.
fn question(attempt: &Sending<'_>) -> Option<Question> {
    let line = attempt.delivery.body.split(|byte| *byte == b'\n').next()?;
    serde_json::from_slice::<Frozen>(line).ok()?.probe
}

/// What is wrong with the profile, told where the callback or the answer is looked at.
fn of_the_profile(wrong: Wrong) -> Wrong {
    let Wrong { pointer, message } = wrong;
    Wrong::at("", format!("the engine's profile is not up to it, at settings/{NAME}{pointer}: {message}"))
}

/// The request, with the secrets of the callback to hide wherever they come back.
fn hiding(mut request: Request, callback: &Callback, engine: &Engine) -> Request {
    let secret =
        |settings: &Settings, name: &String| settings.parameters.get(name).is_some_and(|it| it.secret);
    // Whose profile cannot be read any more might have called any of them secret.
    let settings = settings::of(engine).ok();
    let hidden =
        callback.parameters.iter().filter(|(name, _)| settings.as_ref().is_none_or(|it| secret(it, name)));
    for (_, value) in hidden {
        texts(value, &mut |text| {
            request.secrets.push(text.to_owned());
            request.secrets.push(template::encoded(text));
        });
    }
    request.secrets.sort();
    request.secrets.dedup();
    request
}

/// Hands over all texts in the value that are not empty; numbers as they are written.
fn texts(value: &Value, hand: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) if !text.is_empty() => hand(text),
        Value::Array(values) => values.iter().for_each(|value| texts(value, hand)),
        Value::Object(members) => members.values().for_each(|value| texts(value, hand)),
        Value::Number(number) => hand(&number.to_string()),
        Value::String(_) | Value::Null | Value::Bool(_) => {}
    }
}

#[cfg(test)]
mod tests;
