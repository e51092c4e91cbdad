//! What a person is told of each protocol and of each ready profile, to choose one.

use placet_delivery::presets::{self, Preset};
use placet_delivery::protocol;
use serde_json::{Value, json};

use crate::view::{PresetView, ProtocolView};

/// Stands in examples for an address that the engine's allow-list covers.
const BASE: &str = "BASE";

/// All that can be chosen: the protocols in their order, then the ready profiles in theirs.
pub(crate) fn all() -> Vec<ProtocolView> {
    let protocols = protocol::names().into_iter().filter_map(about);
    protocols.chain(presets::presets().iter().map(ready)).collect()
}

fn ready(preset: &Preset) -> ProtocolView {
    let said = &preset.said;
    let mut settings = said.http.clone();
    settings.insert("base".to_owned(), BASE.into());
    // Some write the port that is meant anyway.
    let with_port = format!("{}:443", said.base);
    let in_example = |value: &Value| match value {
        Value::String(text) => text.replace(&with_port, BASE).replace(&said.base, BASE).into(),
        other => other.clone(),
    };
    let first = said.pauses.find(". ").map_or(said.pauses.as_str(), |end| &said.pauses[..=end]);
    ProtocolView {
        name: "http".to_owned(),
        title: said.title.clone(),
        about: first.to_owned(),
        example: said.callback.iter().map(|(name, value)| (name.clone(), in_example(value))).collect(),
        settings: Some(settings.into()),
        allow: said.allow.iter().map(|entry| entry.replace("{base}", BASE)).collect(),
        preset: Some(PresetView {
            name: preset.name.to_owned(),
            base: said.base.clone(),
            pauses: said.pauses.clone(),
            signer: said.signer.clone(),
            signing: said.signing.clone(),
            sources: said.sources.clone(),
        }),
    }
}

/// `None` if nothing is told of it, which a test finds out.
fn about(name: &str) -> Option<ProtocolView> {
    let url = json!({ "protocol": name, "url": BASE });
    let settings = match name {
        // Where AWS is, the profile says, and not the item.
        "step-functions" | "durable-functions" => Some(json!({ "endpoint": BASE })),
        // Something to begin with.
        "http" => Some(json!({ "request": {
            "method": "POST", "url": BASE,
            "body": { "json": { "task": "{{ item.id }}", "verdict": "{{ decision.verdict }}", "answer": "{{ decision.answer }}" } },
        } })),
        _ => None,
    };
    let (title, about, example): (&str, &str, Value) = match name {
        "webhook" => (
            "Webhook",
            "An engine of your own, or any that takes a signed POST. It reads verdict and answer from the body.",
            url,
        ),
        "google-workflows" => (
            "Google Cloud Workflows",
            "A workflow that waits in events.await_callback. Hand in the URL of its callback endpoint.",
            url,
        ),
        "step-functions" => (
            "AWS Step Functions",
            "A state with .waitForTaskToken, or an activity. Hand in the task token; a no fails the task.",
            json!({ "protocol": name, "task_token": "TASK-TOKEN" }),
        ),
        "durable-functions" => (
            "AWS Lambda durable functions",
            "A durable execution that waits for a callback. Hand in the callback's id; a no fails it.",
            json!({ "protocol": name, "callback_id": "Q0FMTEJBQ0s=" }),
        ),
        "callback-step" => (
            "Low-code callback step",
            "A process that waits at its callback step. Hand in the step's token; the engine hears how the item fares.",
            // The token says {"node":"1","anchor":"2"}.
            json!({ "protocol": name, "url": BASE, "token": "eyJub2RlIjoiMSIsImFuY2hvciI6IjIifQ==" }),
        ),
        "http" => (
            "Any other engine",
            "An engine that is described, and not programmed: its profile says what is sent and what its answers mean.",
            json!({ "protocol": name }),
        ),
        "veritone" => (
            "Veritone aiWARE",
            "An engine that paused for a callback. Hand in its wakeup URL; the decision travels in the engine's state.",
            json!({ "protocol": name, "url": format!("{BASE}?jwt=JWT&engineId=ENGINE&data=%7B%7D") }),
        ),
        "voicebase" => (
            "VoiceBase",
            "Whoever takes VoiceBase's callbacks: analytics as JSON, or the corrected transcript in one of five formats.",
            json!({ "protocol": name, "url": BASE, "type": "transcript", "format": "srt" }),
        ),
        "restate" => (
            "Restate",
            "A handler that waits for an awakeable, or a workflow that waits for a promise. Hand in the awakeable's id.",
            json!({ "protocol": name, "url": BASE, "awakeable": "sign_1AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" }),
        ),
        "langgraph" => (
            "LangGraph",
            "A thread that waits at an interrupt. Hand in thread, assistant and the interrupt's id.",
            json!({
                "protocol": name, "url": BASE, "thread_id": "00000000-0000-0000-0000-000000000001",
                "assistant_id": "00000000-0000-0000-0000-000000000002", "interrupt_id": "INTERRUPT",
            }),
        ),
        "airflow" => (
            "Apache Airflow",
            "A task of 3.1 or later that waits for a person. Hand in what names the task, its options and parameters.",
            json!({ "protocol": name, "url": BASE, "dag_id": "DAG", "dag_run_id": "RUN", "task_id": "TASK" }),
        ),
        _ => return None,
    };
    let (name, title, about) = (name.to_owned(), title.to_owned(), about.to_owned());
    let allow = vec![BASE.to_owned()];
    Some(ProtocolView { name, title, about, example, settings, allow, preset: None })
}

#[cfg(test)]
mod tests {
    use placet_delivery::{presets, protocol};
    use placet_review::{Callback, Engine};

    use super::{BASE, about, all};

    #[test]
    fn every_protocol_is_told_of() {
        let protocols = all().into_iter().filter(|told| told.preset.is_none());
        let told: Vec<String> = protocols.map(|protocol| protocol.name).collect();
        assert_eq!(told, protocol::names(), "src/protocols.rs says nothing of some protocol");
        assert!(about("pigeon").is_none());
    }

    #[test]
    fn every_example_is_a_callback_that_its_protocol_takes() {
        for told in all() {
            // Ready profiles go on where the base ends.
            let base = if told.preset.is_some() { "https://e.example" } else { "https://e.example/" };
            let with_base = |text: &str| text.replace(BASE, base);
            let allow = told.allow.iter().map(|entry| with_base(entry).parse().expect("an entry"));
            let mut engine = Engine::new("e", allow.collect());
            if let Some(settings) = &told.settings {
                let settings = serde_json::from_str(&with_base(&settings.to_string())).expect("JSON");
                engine.settings.insert(told.name.clone(), settings);
            }
            if let Some(preset) = &told.preset {
                let ready = presets::named(&preset.name).expect("it is there");
                assert_eq!(ready.engine("e", base).as_ref(), Ok(&engine), "{}", preset.name);
            }
            assert_eq!(protocol::check_settings(&engine), Ok(()), "{told:?}");
            let text = with_base(&told.example.to_string());
            let callback: Callback = serde_json::from_str(&text).expect("a callback");
            let protocol = protocol::named(&told.name).expect("it is known");
            assert_eq!(protocol.check(&callback, &engine), Ok(()), "{text}");
            assert!(told.about.ends_with('.') && !told.title.ends_with('.'), "{told:?}");
        }
    }
}
