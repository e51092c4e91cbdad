//! Each preset is held against requests that were written down from the engine's documentation.

use placet_review::{Decision, Engine, Item, Kind, Outcome, Queue, Signing, Verdict};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::super::Http;
use crate::presets::{self, Preset};
use crate::protocol::fixture::{self, ID};
use crate::protocol::{Decided, Probed, Protocol as _, Sending};
use crate::{Answer, Request};

/// What is written down of a preset in `presets/expected/`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    approve: Value,
    correct: Value,
    reject: Value,
    /// The question how the task stands, as method and address.
    #[serde(default)]
    probe: Option<String>,
    /// Answers to the request: status, body, and what they come to.
    answers: Vec<(u16, Value, String)>,
    /// Answers to the probe: status, body, and what they say.
    #[serde(default)]
    probed: Vec<(u16, Value, String)>,
}

fn expected(preset: &Preset) -> Expected {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/presets/expected");
    let text = std::fs::read(format!("{folder}/{}.json", preset.name));
    let text = text.unwrap_or_else(|error| panic!("{}: nothing is written down of it: {error}", preset.name));
    serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{}: {error}", preset.name))
}

/// Its profile, and what it would send of a decision with this verdict.
struct Sent {
    engine: Engine,
    delivery: placet_review::Delivery,
}

fn sent(preset: &Preset, verdict: Verdict) -> Sent {
    let engine = preset.engine("faces", &preset.said.base).expect("its own base makes a profile");
    let callback = serde_json::from_value(preset.said.callback.clone().into()).expect("a callback");
    let item = Item {
        asked: placet_review::NewItem { metadata: Map::new(), ..fixture::item().asked },
        ..fixture::item()
    };
    let (answer, note) = match verdict {
        Verdict::Reject => (None, Some("It's \"blurred\"\nand dark".to_owned())),
        _ => (Some(json!({ "label": "A. Turing" })), None),
    };
    let decision = Decision { verdict, answer, note, ..fixture::decision() };
    let (id, queue) = (ID.parse().expect("an id"), Queue::new("portraits", Kind::Classify));
    assert_eq!(Http.check(&callback, &engine), Ok(()), "{}", preset.name);
    let decided =
        Decided { id, decision: &decision, item: &item, queue: &queue, callback: &callback, engine: &engine };
    let frozen = Http.freeze(&decided).unwrap_or_else(|wrong| panic!("{}: {wrong}", preset.name));
    Sent { delivery: fixture::delivery(callback, &frozen), engine }
}

impl Sent {
    fn attempt(&self) -> Sending<'_> {
        Sending { delivery: &self.delivery, engine: &self.engine, token: None }
    }

    fn request(&self) -> Value {
        let Request { method, url, headers, body, .. } = Http.prepare(&self.attempt()).expect("well-formed");
        let headers: Map<String, Value> = headers
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().expect("text").into()))
            .filter(|(name, _)| name != "idempotency-key")
            .collect();
        let text = String::from_utf8(body.to_vec()).expect("text");
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        json!({ "method": method.as_str(), "url": url.as_str(), "headers": headers, "body": body })
    }
}

fn answer(status: u16, body: &Value) -> Answer {
    let body = body.as_str().map_or_else(|| body.to_string(), str::to_owned);
    Answer { status, headers: ::http::HeaderMap::new(), body: body.into() }
}

#[test]
fn each_makes_a_profile_that_is_taken() {
    for preset in presets::presets() {
        for base in [&*preset.said.base, "https://elsewhere.example:8443/deep/er/"] {
            let engine = preset.engine("faces", base).expect("a profile");
            assert_eq!(Http.check_settings(&engine), Ok(()), "{} at {base}", preset.name);
        }
        preset.engine("faces", "elsewhere").expect_err("no address");
    }
}

#[test]
fn each_says_where_it_comes_from_and_what_it_takes() {
    let presets = presets::presets();
    assert!(presets.is_sorted_by(|one, other| one.name < other.name), "they stand in order");
    for Preset { name, said } in presets {
        assert!(
            !said.sources.is_empty() && said.sources.iter().all(|url| url.starts_with("https://")),
            "{name}"
        );
        assert!(said.pauses.ends_with('.') && said.signer.ends_with('.') && !said.title.is_empty(), "{name}");
        assert_eq!(said.callback.get("protocol"), Some(&"http".into()), "{name}");
        let signing = Signing::deserialize(&said.signing);
        match said.signing.is_null() {
            true => assert!(said.signer.starts_with("Nothing"), "{name}"),
            false => signing.expect(name).check().expect(name),
        }
        assert!(presets::named(name).is_some());
    }
    assert!(presets::named("pigeon").is_none());
}

#[test]
fn each_sends_what_its_engine_documents() {
    for preset in presets::presets() {
        let expected = expected(preset);
        for (verdict, request) in [
            (Verdict::Approve, &expected.approve),
            (Verdict::Correct, &expected.correct),
            (Verdict::Reject, &expected.reject),
        ] {
            let sent = sent(preset, verdict).request();
            assert_eq!(sent, *request, "{}, {}: {sent:#}", preset.name, verdict.name());
        }
        let probe = Http.probe(&sent(preset, Verdict::Approve).attempt());
        let probe = probe.map(|request| format!("{} {}", request.method, request.url));
        assert_eq!(probe, expected.probe, "{}", preset.name);
    }
}

#[test]
fn each_reads_what_its_engine_answers() {
    for preset in presets::presets() {
        let (sent, expected) = (sent(preset, Verdict::Approve), expected(preset));
        assert!(!expected.answers.is_empty(), "{}", preset.name);
        for (status, body, outcome) in &expected.answers {
            let judgement = Http.judge(&sent.attempt(), &answer(*status, body), fixture::at());
            assert_eq!(judgement.outcome.name(), outcome, "{}: {status} {body}", preset.name);
            assert!(
                judgement.words.ends_with('.') || judgement.outcome == Outcome::Accepted,
                "{}",
                judgement.words
            );
        }
        assert_eq!(expected.probe.is_some(), !expected.probed.is_empty(), "{}", preset.name);
        for (status, body, says) in &expected.probed {
            let probed = Http.judge_probe(&sent.attempt(), &answer(*status, body));
            let said = match probed {
                Probed::Has(_) => "has",
                Probed::Closed(_) => "closed",
                Probed::Waits => "waits",
                Probed::Unclear => "unclear",
            };
            assert_eq!(said, says, "{}: {status} {body}", preset.name);
        }
    }
}
