//! What is asked and told of engines, queues and keys.

use placet_desk::verb;
use placet_desk::view::{
    CheckedProfileView, DeliveryCount, EngineDetailView, EngineHealthView, EngineView, FateView,
    JwtAlgorithmView, KeySetView, KeyView, NewKeyView, PresetView, ProtocolView, RehearsalView, SecretView,
    SignsAs, WrongProfileView,
};
use placet_review::{
    DeliveryState, Draft, Engine, JwtAlgorithm, JwtPlace, JwtSigning, KeyKind, Outcome, Schedule, Signing,
    Verdict,
};
use serde_json::{Value, json};

use super::{Samples, full_queue};

impl Samples {
    pub(super) fn setup(&mut self) {
        let view = EngineView {
            name: "engine".into(),
            allow: vec!["https://e.example/".into()],
            addresses: vec!["10.0.0.7".into()],
            private_ca: true,
            signing: "JWT EdDSA with key \"engine\"".into(),
            keys: vec!["engine".into()],
            schedule: "voicebase".into(),
            at_once: 4,
        };
        self.of(verb::Engines {}, vec![view.clone()]);
        self.engines(&view);
        self.rehearsal();
        let jwt = JwtSigning {
            key: "engine".into(),
            algorithm: JwtAlgorithm::EdDSA,
            kid: Some("2026-11".into()),
            audience: None,
            place: JwtPlace::Query("token".into()),
            published: vec![],
        };
        let engine = Engine {
            addresses: vec!["10.0.0.7".parse().expect("an address")],
            ca: Some("-----BEGIN CERTIFICATE-----".into()),
            signing: Signing { jwt: Some(jwt), ..Signing::by_webhook_key("engine") },
            schedule: Schedule::StandardWebhooks,
            at_once: Some(8),
            ..Engine::new("engine", vec!["https://e.example/".parse().expect("an entry")])
        };
        self.of(verb::PutEngine { engine }, view);
        self.of(verb::PutQueue { queue: full_queue() }, ());
        let secret = |secret: &str| SecretView { name: "engine".into(), secret: secret.into() };
        self.of(verb::IssueToken { engine: "engine".into() }, secret("plc_sample"));
        let made = |secret: Option<&str>, public: Option<&str>| NewKeyView {
            name: "engine.2".into(),
            secret: secret.map(str::to_owned),
            public: public.map(str::to_owned),
        };
        let create = verb::CreateKey { name: "engine".into(), kind: KeyKind::WebhookSecret, replace: false };
        self.of(create, made(Some("whsec_sample"), None));
        let text = verb::KeyText("whsec_sample".into());
        self.of(verb::ImportKey { name: "engine".into(), text }, ());
        self.of(
            verb::RotateKey { engine: "engine".into(), signs_as: SignsAs::Jwt },
            made(None, Some("whpk_sample")),
        );
        self.of(verb::RetireKey { name: "engine".into() }, ());
        let (name, engine, used) = ("engine".into(), "engine".into(), "JWT EdDSA".into());
        let id = Some("2026-11".into());
        let key = KeyView { name, engine, used, id, rotates: Some(SignsAs::Jwt), can_retire: true };
        let secret = KeyView { used: "bearer token".into(), id: None, rotates: None, ..key.clone() };
        self.of(verb::Keys {}, vec![key, secret]);
        let algorithm = JwtAlgorithmView { algorithm: JwtAlgorithm::EdDSA, kind: KeyKind::Ed25519 };
        self.of(verb::JwtAlgorithms {}, vec![algorithm]);
        self.of(verb::KeySet {}, KeySetView { keys: vec![json!({ "kty": "OKP", "kid": "2026-11" })] });
    }

    fn rehearsal(&mut self) {
        let fate = FateView {
            outcome: Outcome::Throttled,
            words: "It is tried again.".into(),
            state: DeliveryState::Due,
            becomes: "The delivery would be due, tried again after 1 s.".into(),
            again_in_ms: Some(1_000),
        };
        let rehearsal = RehearsalView {
            protocol: "http".into(),
            method: "POST".into(),
            url: "https://e.example/resume?token=...".into(),
            headers: vec![("content-type".into(), "application/json".into())],
            body: "{}".into(),
            fate: Some(fate),
        };
        let headers = [("retry-after".to_owned(), "1".to_owned())].into();
        let answer = verb::RecordedAnswer { status: 429, headers, body: json!({ "error": "later" }) };
        let draft = Draft { verdict: Verdict::Approve, answer: None, note: None };
        let asked =
            verb::TryEngine { engine: "engine".into(), submission: "{}".into(), draft, answer: Some(answer) };
        self.of(asked, vec![rehearsal]);
    }

    fn engines(&mut self, view: &EngineView) {
        let protocol = ProtocolView {
            name: "webhook".into(),
            title: "Webhook".into(),
            about: "An engine of your own.".into(),
            example: json!({ "protocol": "webhook", "url": "BASE" }),
            settings: Some(json!({ "endpoint": "BASE" })),
            allow: vec!["BASE".into()],
            preset: None,
        };
        let preset = PresetView {
            name: "n8n-wait".into(),
            base: "http://127.0.0.1:5678".into(),
            pauses: "A Wait node.".into(),
            signer: "Nothing.".into(),
            signing: Value::Null,
            sources: vec!["https://docs.n8n.io/".into()],
        };
        let ready = ProtocolView { preset: Some(preset), ..protocol.clone() };
        self.of(verb::Protocols {}, vec![protocol, ready]);
        let detail = EngineDetailView { engine: view.clone(), profile: "{}".into() };
        self.of(verb::Engine { engine: "engine".into() }, detail);
        let health = EngineHealthView {
            engine: "engine".into(),
            open: 12,
            expired: 1,
            deliveries: vec![DeliveryCount { state: DeliveryState::Dead, count: 10_000 }],
            newest: vec![],
            spared: vec![],
        };
        self.of(verb::EngineHealth { engine: "engine".into() }, health);
        let wrong = WrongProfileView { line: Some(3), column: Some(7), message: "what is wrong".into() };
        let wrong = CheckedProfileView::Wrong { wrong };
        self.of(verb::CheckProfile { profile: "{".into(), of: None }, wrong);
        let saved = verb::SaveProfile { profile: "{}".into(), over: Some("{}".into()) };
        self.of(saved, view.clone());
    }
}
