//! What a profile says under `settings`: what the check takes can be put to use, and leads nowhere else than the
//! allow-list says.

use http::HeaderMap;
use placet_delivery::protocol::{self, Decided, News, Noticed, Protocol, Sending};
use placet_delivery::{Answer, Request};
use placet_review::{
    Callback, Decision, DecisionId, Delivery, DeliveryId, Engine, Item, ItemId, ItemState, Kind, NewItem,
    Queue, Standing, Timestamp, Verdict,
};
use serde_json::{Map, Value, json};

/// Texts that mean something where they do not belong.
const HOSTILE: [&str; 4] = ["plain", "../..//?a=b&c#d", "ü \"{{ x }}\" '\\\n\r\t\0", ""];

pub(crate) fn put_in(engine: &Engine) {
    if let Err(words) = protocol::check_settings(engine) {
        assert!(words.starts_with("settings") && words.contains(": "), "{words:?} names no member");
        return;
    }
    let Some(settings) = engine.settings.get("http") else { return };
    let http = protocol::named("http").expect("it is one of them");
    for text in HOSTILE {
        let callback = callback(settings, engine, text);
        if http.check(&callback, engine).is_ok() {
            resume(http, &callback, engine, text);
        }
    }
}

/// A callback with all the parameters of the profile: those of its example, and this text for the others.
fn callback(settings: &Value, engine: &Engine, text: &str) -> Callback {
    let named = settings.get("parameters").and_then(Value::as_object).cloned().unwrap_or_default();
    let own = settings.pointer("/example/callback").and_then(Value::as_object).cloned().unwrap_or_default();
    let value = |parameter: &Value| match engine.allow.first() {
        Some(place) if parameter["url"] == true => place.to_string(),
        Some(_) | None => text.to_owned(),
    };
    let parameters: Map<String, Value> =
        named.iter().map(|(name, parameter)| (name.clone(), value(parameter).into())).chain(own).collect();
    Callback { protocol: "http".to_owned(), parameters }
}

/// Decides an item that has this text everywhere, in every way, and goes through all that follows.
fn resume(http: &dyn Protocol, callback: &Callback, engine: &Engine, text: &str) {
    let (at, queue) = (Timestamp::from_millis(0), Queue::new("q", Kind::Classify));
    let item = item(text);
    let origin = http.origin(callback, engine);
    for verdict in [Verdict::Approve, Verdict::Correct, Verdict::Reject, Verdict::Respond, Verdict::Cancel] {
        let decision = Decision {
            id: DecisionId(uuid::Uuid::nil()),
            item: item.id,
            verdict,
            answer: (verdict != Verdict::Reject).then(|| json!({ "label": text })),
            note: (verdict != Verdict::Approve).then(|| text.to_owned()),
            by: text.to_owned(),
            at,
            shown: String::new(),
        };
        let id = DeliveryId(uuid::Uuid::nil());
        let decided = Decided { id, decision: &decision, item: &item, queue: &queue, callback, engine };
        // The item may lack what the templates ask for. That is told, and nothing is recorded.
        let Ok(body) = http.freeze(&decided) else { continue };
        let delivery = Delivery {
            id,
            decision: decision.id,
            item: item.id,
            engine: engine.name.clone(),
            task: text.to_owned(),
            callback: callback.clone(),
            origin: origin.clone(),
            body,
            standing: Standing::held_until(at),
            fence: 0,
        };
        let attempt = Sending { delivery: &delivery, engine, token: None };
        let request = http.prepare(&attempt).expect("what was frozen can be sent");
        leads_where_it_may(&request, engine);
        assert_eq!(request.url.origin().ascii_serialization(), origin, "it goes elsewhere than was recorded");
        if let Some(probe) = http.probe(&attempt) {
            leads_where_it_may(&probe, engine);
            assert!(probe.method == http::Method::GET && probe.body.is_empty(), "a probe changes something");
        }
        for answer in answers(text) {
            let judgement = http.judge(&attempt, &answer, at);
            assert!(
                !judgement.words.is_empty() || answer.status < 300,
                "nothing is said of {}",
                answer.status
            );
            http.judge_probe(&attempt, &answer);
        }
    }
    if let Some(notice) = http.notice(&Noticed { item: &item, callback, engine, news: &News::Waits }, at) {
        leads_where_it_may(&notice, engine);
    }
}

fn leads_where_it_may(request: &Request, engine: &Engine) {
    assert!(engine.allows(&request.url), "{} is not on the allow-list", request.url);
}

fn item(text: &str) -> Item {
    let asked = NewItem {
        engine: "e".into(),
        task: text.to_owned(),
        queue: "q".into(),
        title: text.to_owned(),
        content: json!([text, { "x": text }]),
        suggestions: vec![],
        priority: 0,
        deadline: None,
        heartbeat_seconds: None,
        callbacks: vec![],
        metadata: Map::from_iter([(text.to_owned(), text.into())]),
        submission_digest: String::new(),
    };
    Item {
        id: ItemId(1),
        asked,
        state: ItemState::Leased,
        admitted_at: Timestamp::from_millis(0),
        flagged: false,
    }
}

fn answers(text: &str) -> impl Iterator<Item = Answer> {
    let bodies =
        [text.to_owned(), json!({ "status": text, "state": { "type": text } }).to_string(), "[".to_owned()];
    let answer =
        |(status, body): (u16, String)| Answer { status, headers: HeaderMap::new(), body: body.into() };
    [200, 404, 409, 500].into_iter().zip(bodies.into_iter().cycle()).map(answer)
}
