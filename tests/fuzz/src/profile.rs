//! Profiles of engines and queues: what is read is written back as it was, and what passes the check keeps its limits.

use std::fmt::Debug;
use std::net::IpAddr;

use placet_review::{Engine, Kind, Queue, Schedule};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::settings;

/// The input is the profile, as JSON.
pub(crate) fn put_in(input: &[u8]) {
    if let Some(engine) = read::<Engine>(input)
        && said(engine.check())
    {
        engine_is_right(&engine);
        if said(placet_delivery::check_profile(&engine)) {
            // Where most clouds hand credentials out.
            let never = IpAddr::from([169, 254, 169, 254]);
            assert!(engine.addresses.iter().all(|ip| ip.to_canonical() != never), "{:?}", engine.addresses);
        }
        settings::put_in(&engine);
    }
    if let Some(queue) = read::<Queue>(input)
        && said(queue.check())
    {
        queue_is_right(&queue);
    }
}

/// Reads the profile; writing it and reading that comes to the same, and so does writing it again.
fn read<T: DeserializeOwned + Serialize + PartialEq + Debug>(input: &[u8]) -> Option<T> {
    let read: T = serde_json::from_slice(input).ok()?;
    let written = serde_json::to_string(&read).expect("what was read can be written");
    let again: T = serde_json::from_str(&written).expect("what was written can be read");
    assert_eq!(again, read, "{written} is not what was read");
    assert_eq!(serde_json::to_string(&again).expect("it was written before"), written);
    Some(read)
}

/// Whether the check passes. If not, it names the member to change.
fn said(check: Result<(), String>) -> bool {
    let Err(words) = check else { return true };
    let (member, what) = words.split_once(": ").unwrap_or_default();
    assert!(!member.is_empty() && !what.is_empty(), "{words:?} names no member");
    assert!(member.bytes().all(|byte| byte.is_ascii_lowercase() || b"_.".contains(&byte)), "{member:?}");
    false
}

fn engine_is_right(engine: &Engine) {
    is_a_name(&engine.name);
    assert!((1..=64).contains(&engine.at_once()));
    for place in &engine.allow {
        let text = place.to_string();
        assert!(text.starts_with("http://") || text.starts_with("https://"), "{text}");
        assert!(!text.contains(['?', '#']), "{text} has more than is compared");
        let url = url::Url::parse(&text).expect("an entry is a URL");
        assert!(engine.allows(&url), "{text} is on the list and does not cover itself");
    }
    if let Schedule::Custom(custom) = &engine.schedule {
        let month = 30 * 24 * 60 * 60;
        assert!(custom.waits_seconds.len() <= 100 && custom.give_up_after_seconds <= month);
        assert!(engine.schedule.longest_wait_ms() <= i64::from(month) * 1_000);
    }
}

fn queue_is_right(queue: &Queue) {
    is_a_name(&queue.name);
    assert!(queue.lease_seconds >= 1);
    assert!(queue.kind != Kind::Classify || !queue.choices.is_empty());
    let mut labels: Vec<_> = queue.choices.iter().map(|choice| &choice.label).collect();
    labels.sort();
    labels.dedup();
    assert_eq!(labels.len(), queue.choices.len(), "a label stands there twice");
    if let Some(schema) = &queue.answer_schema {
        jsonschema::validator_for(schema).expect("an answer can be held against it");
    }
}

/// 1 to 64 of `a-z`, `0-9`, `-`, `_`, `.`.
fn is_a_name(text: &str) {
    let fits = text.chars().all(|c| matches!(c, 'a'..='z' | '0'..='9' | '-' | '_' | '.'));
    assert!(fits && (1..=64).contains(&text.chars().count()), "{text:?} is no name");
}
