//! What would be sent for a decision, and what would become of it: nothing is sent and nothing kept.

use ::http::header::{AUTHORIZATION, COOKIE, PROXY_AUTHORIZATION};
use ::http::{HeaderName, HeaderValue};
use placet_review::{Delivery, DeliveryState, Event, Judgement, Schedule, Standing, Terms, Timestamp};
use serde_json::Value;
use url::Url;

use crate::outline::{HIDDEN, hidden};
use crate::protocol::{self, Decided, Sending, Wrong};
use crate::{Answer, signer};

/// The request that a decision would make, as a person may see it: `[hidden]` stands in place of what opens a door.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rehearsal {
    /// Such as `POST`.
    pub method: String,
    /// The address. Values of queries that came with the callback are left out.
    pub url: String,
    /// The headers that Placet sets, each with its value.
    pub headers: Vec<(String, String)>,
    /// The body. What is no text is shown as far as it is.
    pub body: String,
    /// What would become of it, if an answer to it was handed in.
    pub fate: Option<Fate>,
}

/// What would become of a delivery after its first attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fate {
    /// What the answer means.
    pub judgement: Judgement,
    /// Where the delivery would stand. What is due is tried again.
    pub state: DeliveryState,
    /// When it would be tried again, if it would.
    pub again_at: Option<Timestamp>,
}

impl Rehearsal {
    /// Does at `now` all that is done for this callback but signing and sending, from the door on.
    pub fn of(decided: &Decided<'_>, answer: Option<&Answer>, now: Timestamp) -> Result<Self, Wrong> {
        let &Decided { id, decision, item, queue: _, callback, engine } = decided;
        let protocol = protocol::named(&callback.protocol).ok_or_else(|| {
            let known = protocol::names().join(", ");
            Wrong::at(
                "/protocol",
                format!("no protocol \"{}\" is known; choose one of {known}", callback.protocol),
            )
        })?;
        protocol.check(callback, engine)?;
        let delivery = Delivery {
            id,
            decision: decision.id,
            item: item.id,
            engine: engine.name.clone(),
            task: item.asked.task.clone(),
            callback: callback.clone(),
            origin: protocol.origin(callback, engine),
            body: protocol.freeze(decided)?,
            standing: Standing::held_until(now),
            fence: 0,
        };
        let token = protocol.token(&delivery, engine).is_some().then_some(HIDDEN);
        let sending = Sending { delivery: &delivery, engine, token };
        let request = protocol.prepare(&sending)?;
        let mut secrets = request.secrets;
        secrets.extend(protocol.secrets(callback));

        let visible = |name: &HeaderName, value: &HeaderValue| {
            let opens_a_door =
                value.is_sensitive() || [AUTHORIZATION, COOKIE, PROXY_AUTHORIZATION].contains(name);
            let text = String::from_utf8_lossy(value.as_bytes());
            let value = if opens_a_door { HIDDEN.to_owned() } else { hidden(&text, &secrets) };
            (name.to_string(), value)
        };
        let mut headers: Vec<_> = request.headers.iter().map(|(name, value)| visible(name, value)).collect();
        let signed = signer::headers(&engine.signing);
        headers.retain(|(name, _)| !signed.iter().any(|set| set == name.as_str()));
        headers.extend(signed.iter().map(|name| (name.to_string(), HIDDEN.to_owned())));
        headers.sort();
        let mut url = without_values(request.url, &callback.parameters.values().collect::<Vec<_>>());
        if let Some(token) = signer::query_parameter(&engine.signing) {
            url.push_str(&format!("{}{token}=...", if url.contains('?') { '&' } else { '?' }));
        }
        let fate = answer.map(|answer| {
            // As it is hidden in what really comes back, before it is judged.
            let body = hidden(&String::from_utf8_lossy(&answer.body), &secrets);
            let judgement = protocol.judge(&sending, &Answer { body: body.into(), ..answer.clone() }, now);
            fate(judgement, &engine.schedule, item.asked.deadline, now)
        });
        Ok(Self {
            method: request.method.to_string(),
            url: hidden(&url, &secrets),
            headers,
            body: hidden(&String::from_utf8_lossy(&request.body), &secrets),
            fate,
        })
    }
}

/// What becomes of a delivery whose first attempt is judged so.
fn fate(judgement: Judgement, schedule: &Schedule, deadline: Option<Timestamp>, now: Timestamp) -> Fate {
    let terms = Terms { schedule, deadline };
    let judged = Event::Judged { judgement: judgement.clone(), began: now };
    let standing = Standing::held_until(now)
        .after(Event::Leased { there_since: now }, terms, now, 0.0)
        .and_then(|sending| sending.after(judged, terms, now, 0.0))
        .expect("what is held and due can be sent, and what was sent be judged");
    let again_at = standing.due_at.filter(|_| standing.state == DeliveryState::Due);
    Fate { judgement, state: standing.state, again_at }
}

/// The address without the values of those parts of its query that stand in an address of the callback: a signature is
/// often one of them.
fn without_values(mut url: Url, parameters: &[&Value]) -> String {
    let given: Vec<Url> = parameters
        .iter()
        .filter_map(|value| Url::parse(value.as_str()?).ok())
        .filter(Url::has_host)
        .collect();
    let came_with_it = |pair: &str| {
        given.iter().filter_map(Url::query).flat_map(|query| query.split('&')).any(|given| given == pair)
    };
    let query = url.query().map(|query| {
        let shown = query.split('&').map(|pair| match pair.split_once('=') {
            Some((name, _)) if came_with_it(pair) => format!("{name}=..."),
            Some(_) | None => pair.to_owned(),
        });
        shown.collect::<Vec<_>>().join("&")
    });
    url.set_query(query.as_deref());
    url.into()
}

#[cfg(test)]
mod tests {
    use ::http::HeaderMap;
    use placet_review::{
        Decision, DecisionId, DeliveryId, DeliveryState, Engine, Item, ItemId, ItemState, JwtAlgorithm,
        JwtPlace, JwtSigning, Kind, NewItem, Outcome, Queue, Signing, Timestamp, Verdict,
    };
    use rstest::rstest;
    use serde_json::json;
    use uuid::Uuid;

    use super::Rehearsal;
    use crate::Answer;
    use crate::protocol::{Decided, Wrong};

    fn rehearse(
        engine: &Engine,
        callback: serde_json::Value,
        answer: Option<&Answer>,
    ) -> Result<Rehearsal, Wrong> {
        let at = Timestamp::from_millis(0);
        let decision = Decision {
            id: DecisionId(Uuid::nil()),
            item: ItemId(1),
            verdict: Verdict::Approve,
            answer: Some(json!({ "label": "A. Turing" })),
            note: None,
            by: "ada".into(),
            at,
            shown: String::new(),
        };
        let asked = NewItem {
            engine: "faces".into(),
            task: "task".into(),
            queue: "portraits".into(),
            title: "Who is this?".into(),
            content: json!(null),
            suggestions: vec![],
            priority: 0,
            deadline: None,
            heartbeat_seconds: None,
            callbacks: vec![],
            metadata: serde_json::Map::new(),
            submission_digest: String::new(),
        };
        let item = Item { id: ItemId(1), asked, state: ItemState::Leased, admitted_at: at, flagged: false };
        let queue = Queue::new("portraits", Kind::Classify);
        let callback = serde_json::from_value(callback).expect("a callback");
        let (id, decision, item) = (DeliveryId(Uuid::nil()), &decision, &item);
        Rehearsal::of(&Decided { id, decision, item, queue: &queue, callback: &callback, engine }, answer, at)
    }

    fn engine() -> Engine {
        let mut engine = Engine::new("faces", vec!["https://faces.example/".parse().expect("a place")]);
        let settings = json!({
            "parameters": { "task": { "secret": true }, "url": { "url": true } },
            "request": {
                "url": "{{ callback.url }}",
                "query": { "task": "{{ callback.task }}", "by": "{{ decision.by }}" },
                "headers": { "authorization": "Bearer {{ callback.task }}", "x-label": "{{ decision.answer.label if decision.answer }}" },
                "body": { "json": { "token": "{{ callback.task }}" } },
            },
            "example": { "callback": { "url": "https://faces.example/", "task": "t" } },
        });
        engine.settings.insert("http".into(), settings);
        engine
    }

    #[test]
    fn all_is_shown_but_what_opens_a_door() {
        let callback =
            json!({ "protocol": "http", "task": "s3cret/", "url": "https://faces.example/go?sig=hush&v=1" });
        let shown = rehearse(&engine(), callback, None).expect("it could be sent");
        assert_eq!(shown.method, "POST");
        assert_eq!(shown.url, "https://faces.example/go?sig=...&v=...&by=ada&task=[hidden]");
        assert_eq!(shown.body, r#"{"token":"[hidden]"}"#);
        for (name, value) in [("authorization", "[hidden]"), ("x-label", "A. Turing")] {
            assert!(shown.headers.contains(&(name.to_owned(), value.to_owned())), "{:?}", shown.headers);
        }
        let text = format!("{shown:?}");
        assert!(!text.contains("s3cret") && !text.contains("hush"), "{text}");
        assert_eq!(shown.fate, None);
    }

    #[test]
    fn every_protocol_can_be_tried() {
        let jwt = JwtSigning {
            key: "faces".into(),
            algorithm: JwtAlgorithm::EdDSA,
            kid: None,
            audience: None,
            place: JwtPlace::Query("token".into()),
            published: vec![],
        };
        let signing = Signing { jwt: Some(jwt), ..Signing::by_webhook_key("faces") };
        let engine = Engine { signing, ..engine() };
        let callback = json!({ "protocol": "webhook", "url": "https://faces.example/go?sig=hush" });
        let shown = rehearse(&engine, callback, None).expect("it could be sent");
        assert_eq!(shown.url, "https://faces.example/go?sig=...&token=...");
        let signed = ("webhook-signature".to_owned(), "[hidden]".to_owned());
        assert!(shown.headers.contains(&signed), "{:?}", shown.headers);
        assert_eq!(shown.headers.iter().filter(|(name, _)| name == "webhook-id").count(), 1);
        assert!(shown.body.contains("A. Turing"));
    }

    #[rstest]
    #[case(200, Outcome::Accepted, DeliveryState::Delivered)]
    #[case(409, Outcome::AlreadyDone, DeliveryState::Dead)]
    #[case(410, Outcome::Gone, DeliveryState::Dead)]
    #[case(400, Outcome::Refused, DeliveryState::Dead)]
    #[case(503, Outcome::Failed, DeliveryState::Due)]
    #[case(404, Outcome::NotFound, DeliveryState::Due)]
    fn the_answer_is_judged_and_its_delivery_moved_on(
        #[case] status: u16,
        #[case] outcome: Outcome,
        #[case] state: DeliveryState,
    ) {
        let callback = json!({ "protocol": "http", "task": "s3cret", "url": "https://faces.example/go" });
        let answer = Answer { status, headers: HeaderMap::new(), body: "you sent s3cret".into() };
        let fate =
            rehearse(&engine(), callback, Some(&answer)).expect("it could be sent").fate.expect("judged");
        assert_eq!((fate.judgement.outcome, fate.state), (outcome, state));
        assert_eq!(fate.again_at.is_some(), state == DeliveryState::Due);
        assert!(!fate.judgement.words.contains("s3cret"), "{}", fate.judgement.words);
    }

    #[test]
    fn what_the_door_would_refuse_is_refused() {
        let elsewhere = json!({ "protocol": "http", "task": "t", "url": "https://other.example/" });
        assert_eq!(rehearse(&engine(), elsewhere, None).expect_err("not allowed").pointer, "/url");
        let pigeon = json!({ "protocol": "pigeon" });
        assert_eq!(rehearse(&engine(), pigeon, None).expect_err("unknown").pointer, "/protocol");
    }
}
