use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use placet_desk::verb::{Decide, Next};
use placet_review::{Draft, Verdict};
use placet_tests::{Placet, Received, Receiver, hold};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::keys::{JwtKey, webhook_secret};
use crate::others::{Message, check, one_bit, refused};
use crate::sayings;

/// Where the token of an engine stands: in the header, or in this query parameter.
const PLACES: [Option<&str>; 2] = [None, Some("token")];

/// Every engine signs as Standard Webhooks, and by a token of its own algorithm in its own place.
struct Engines {
    placet: Placet,
    receiver: Receiver,
    webhook: String,
    jwt: [JwtKey; 4],
    _home: tempfile::TempDir,
}

/// One answer as it came in, and both ways to check it.
struct Answer {
    engine: String,
    received: Received,
    query: Option<&'static str>,
    by_webhook: Message,
    by_jwt: Message,
}

impl Engines {
    async fn open() -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let (webhook, jwt) = (webhook_secret(), JwtKey::each());
        let mut placet = Placet::on(home.path()).with("PLACET_KEY_WEBHOOK", &webhook);
        for key in &jwt {
            placet = placet.with(&format!("PLACET_KEY_{}", key.algorithm.to_uppercase()), &key.private);
        }
        let receiver = Receiver::start().await;
        for (engine, key, query) in named(&jwt) {
            let (url, jwt) = (receiver.url("/"), format!("{0}:{0}:of-{0}", key.algorithm));
            let add = ["engine", "add", &engine, "--allow", &url, "--schedule", "fast", "--key", "webhook"];
            let place = query.map_or(vec![], |name| vec!["--jwt-query", name]);
            placet.json(&[&add[..], &["--jwt", &jwt], &place].concat());
        }
        placet.json(&["queue", "add", "agents", "--kind", "action", "--undo-seconds", "0"]);
        Self { placet, receiver, webhook, jwt, _home: home }
    }

    /// Lets every engine ask, answers each with all that can be said, and returns what came in.
    async fn answers(&self) -> Vec<Answer> {
        let _server = self.placet.serve();
        let desk = self.placet.desk().await;
        let engines: Vec<_> = named(&self.jwt).collect();
        let submissions: Vec<String> = engines
            .iter()
            .flat_map(|(engine, ..)| (0..sayings().len()).map(move |n| (engine, n)))
            .map(|(engine, n)| {
                let callback =
                    json!({ "protocol": "webhook", "url": self.receiver.url("/resume?task=ä%20b") });
                json!({ "v": 1, "engine": engine, "id": format!("{n}"), "queue": "agents",
                        "title": "Was nun, 你好?", "content": { "tool": "say", "arguments": {} },
                        "callbacks": [callback] })
                .to_string()
            })
            .collect();
        let submitted = self.placet.run_with_input(&["submit", "-"], &submissions.join("\n"));
        assert!(submitted.status.success(), "{}", String::from_utf8_lossy(&submitted.stderr));
        while let Some(item) =
            desk.ask("ada", Next { queue: "agents".into(), limit: 1 }).await.expect("leased").pop()
        {
            let said = &sayings()[item.task.parse::<usize>().expect("a number")];
            let answer = Some(json!({ "response": said }));
            let draft = Draft { verdict: Verdict::Respond, answer, note: Some(said.clone()) };
            let decide = Decide { hold: hold(&item), shown: item.shown, draft };
            desk.ask("ada", decide).await.expect("decided");
        }
        let received = self.receiver.received(submissions.len()).await;
        let answers: Vec<_> = received.into_iter().map(|received| self.answer(received)).collect();
        assert_eq!(answers.len(), submissions.len(), "each item is answered once");
        answers
    }

    fn answer(&self, received: Received) -> Answer {
        let body = received.json();
        let engine = body["engine"].as_str().expect("it names the engine").to_owned();
        let (_, key, query) = named(&self.jwt).find(|(name, ..)| *name == engine).expect("one of ours");
        let origin = self.receiver.url("");
        let jwt =
            json!({ "algorithm": key.algorithm, "key": key.public, "audience": origin, "query": query });
        Answer {
            engine,
            query,
            by_webhook: Message::new(&received, json!({ "webhook": self.webhook })),
            by_jwt: Message::new(&received, json!({ "jwt": jwt })),
            received,
        }
    }
}

/// The engines by name, each with its key and the place of its token.
fn named(keys: &[JwtKey]) -> impl Iterator<Item = (String, &JwtKey, Option<&'static str>)> {
    keys.iter().flat_map(|key| {
        PLACES.map(|query| {
            let place = if query.is_some() { "query" } else { "bearer" };
            (format!("{}-{place}", key.algorithm.to_lowercase()), key, query)
        })
    })
}

#[tokio::test]
async fn others_accept_every_signature_and_no_change_to_what_was_signed() {
    let engines = Engines::open().await;
    let answers = engines.answers().await;
    every_signature_is_accepted(&answers);
    no_changed_body_is_accepted(&answers);
    // What is around the body is as short for a long answer as for a short one.
    let short: Vec<_> = answers.into_iter().filter(|answer| answer.received.body.len() < 10_000).collect();
    no_changed_webhook_is_accepted(&short);
    no_changed_token_is_accepted(&short);
}

fn every_signature_is_accepted(answers: &[Answer]) {
    let by_webhook = check(answers.iter().map(|answer| &answer.by_webhook));
    let by_jwt = check(answers.iter().map(|answer| &answer.by_jwt));
    let mut said: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for ((answer, webhook), jwt) in answers.iter().zip(&by_webhook).zip(&by_jwt) {
        let Answer { engine, received, .. } = answer;
        let id = received.header("webhook-id");
        assert_eq!(webhook["id"], id, "{engine}: {webhook}");
        assert_eq!(jwt["id"], id, "{engine}: the token names the same delivery: {jwt}");
        assert!(
            jwt["seconds"].as_i64().is_some_and(|seconds| (1..=300).contains(&seconds)),
            "{engine}: {jwt}"
        );
        let algorithm = &answer.by_jwt.check["jwt"]["algorithm"];
        assert_eq!(jwt["kid"], format!("of-{}", algorithm.as_str().expect("a name")), "{engine}");
        let in_the_header = received.headers.contains_key("authorization");
        assert_eq!(in_the_header, answer.query.is_none(), "{engine}: the token stands in one place only");
        let query = received.uri.query().unwrap_or_default();
        assert!(query.starts_with("task=%C3%A4%20b"), "{engine}: the engine's own query stays: {query}");
        assert_eq!(query.contains("token="), answer.query.is_some(), "{engine}");
        said.entry(engine).or_default().push(answer.said());
    }
    assert_eq!(said.len(), 8, "every algorithm in every place: {:?}", said.keys());
    let mut all = sayings();
    all.sort();
    for (engine, mut said) in said {
        said.sort_unstable();
        assert!(said == all, "{engine} heard something else than was said");
    }
}

fn no_changed_body_is_accepted(answers: &[Answer]) {
    let mut changed = Vec::new();
    for message in answers.iter().flat_map(|answer| [&answer.by_webhook, &answer.by_jwt]) {
        let with = |what, body| (what, Message { body, ..message.clone() });
        changed.extend(one_bit(&message.body).map(|body| with("a bit of the body", body)));
        changed.push(with("no body", vec![]));
        changed.push(with("more body", [&message.body[..], b" "].concat()));
    }
    none_is_accepted(&changed);
}

fn no_changed_webhook_is_accepted(answers: &[Answer]) {
    let mut changed = Vec::new();
    for (answer, next) in answers.iter().zip(answers.iter().cycle().skip(1)) {
        let with = |what: &'static str, change: &dyn Fn(&mut Message)| {
            let mut message = answer.by_webhook.clone();
            change(&mut message);
            (what, message)
        };
        let header = |what: &'static str, name: &str, text: String| {
            with(what, &|message| {
                message.headers.insert(name.to_owned(), text.clone());
            })
        };
        let seconds: i64 = answer.received.header("webhook-timestamp").parse().expect("seconds");
        changed.extend([
            header("another's id", "webhook-id", next.received.header("webhook-id").to_owned()),
            header("another time", "webhook-timestamp", (seconds + 1).to_string()),
            header("a time long ago", "webhook-timestamp", (seconds - 3_600).to_string()),
            header(
                "another's signature",
                "webhook-signature",
                next.received.header("webhook-signature").to_owned(),
            ),
            with("no signature", &|message| {
                message.headers.remove("webhook-signature");
            }),
            with("another key", &|message| message.check = json!({ "webhook": webhook_secret() })),
        ]);
    }
    none_is_accepted(&changed);
}

fn no_changed_token_is_accepted(answers: &[Answer]) {
    let others = JwtKey::each();
    let mut changed = Vec::new();
    for (answer, next) in answers.iter().zip(answers.iter().cycle().skip(1)) {
        let genuine = &answer.by_jwt;
        let checked_by = |what: &'static str, member: &str, value: Value| {
            let mut message = genuine.clone();
            message.check["jwt"][member] = value;
            (what, message)
        };
        let algorithm = genuine.check["jwt"]["algorithm"].clone();
        let other = others.iter().find(|key| key.algorithm == algorithm).expect("one of each");
        let another = others.iter().find(|key| key.algorithm != algorithm).expect("one of each");
        changed.extend([
            checked_by("another audience", "audience", json!("https://other.example")),
            checked_by("another key", "key", json!(other.public)),
            checked_by("another algorithm", "algorithm", json!(another.algorithm)),
        ]);

        let token = answer.token();
        let parts: Vec<Vec<u8>> =
            token.split('.').map(|part| URL_SAFE_NO_PAD.decode(part).expect("base64url")).collect();
        for (n, part) in parts.iter().enumerate() {
            for other_part in one_bit(part) {
                let mut parts = parts.clone();
                parts[n] = other_part;
                let parts: Vec<String> = parts.iter().map(|part| URL_SAFE_NO_PAD.encode(part)).collect();
                changed.push(("a bit of the token", answer.with_token(&parts.join("."))));
            }
        }
        let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#);
        let claims = token.split('.').nth(1).expect("three parts");
        changed.push(("no algorithm", answer.with_token(&format!("{header}.{claims}."))));
        changed.push(("another's token", answer.with_token(&next.token())));
    }
    none_is_accepted(&changed);
}

fn none_is_accepted(changed: &[(&str, Message)]) {
    let answers = check(changed.iter().map(|(_, message)| message));
    for ((what, message), answer) in changed.iter().zip(&answers) {
        assert!(refused(answer), "{what} was accepted: {:?} {}", message.headers, message.check);
    }
}

impl Answer {
    /// What the agent is told.
    fn said(&self) -> String {
        let body = self.received.json();
        body["decision"]["answer"]["response"].as_str().expect("words").to_owned()
    }

    fn token(&self) -> String {
        match self.query {
            None => {
                let header = self.received.header("authorization");
                header.strip_prefix("Bearer ").expect("a bearer token").to_owned()
            }
            Some(name) => {
                let query = self.received.uri.query().expect("a query");
                let given = query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}=")));
                given.expect("a token").to_owned()
            }
        }
    }

    /// The message with another token in the place of its own.
    fn with_token(&self, token: &str) -> Message {
        let mut message = self.by_jwt.clone();
        match self.query {
            None => {
                message.headers.insert("authorization".to_owned(), format!("Bearer {token}"));
            }
            Some(_) => message.url = message.url.replace(&self.token(), token),
        }
        message
    }
}

#[tokio::test]
async fn a_second_try_is_signed_anew_under_the_same_id() {
    let engines = Engines::open().await;
    engines.receiver.answer_next([StatusCode::SERVICE_UNAVAILABLE]);
    let _server = engines.placet.serve();
    let submission = json!({ "v": 1, "engine": "eddsa-bearer", "id": "1", "queue": "agents", "title": "Go?",
        "content": { "tool": "go", "arguments": {} },
        "callbacks": [{ "protocol": "webhook", "url": engines.receiver.url("/resume") }] });
    engines.placet.run_with_input(&["submit", "-"], &submission.to_string());
    engines.placet.json(&["decide", "eddsa-bearer/1", "--approve"]);
    let tries: Vec<_> =
        engines.receiver.received(2).await.into_iter().map(|received| engines.answer(received)).collect();
    let both: Vec<_> = tries.iter().flat_map(|answer| [&answer.by_webhook, &answer.by_jwt]).collect();
    let ids: Vec<_> = check(both).into_iter().map(|answer| answer["id"].clone()).collect();
    let id = tries[0].received.header("webhook-id");
    assert_eq!(ids, vec![json!(id); 4], "both tries verify both ways, and name one delivery");
}
