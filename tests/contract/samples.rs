//! A request and an answer of every verb, with everything that can be absent once there and once absent.

use placet_desk::verb::{self, FirstInLog, Hold, Which};
use placet_desk::view::{
    AttemptView, AuditFindingView, AuditHeadView, AuditReportView, AuditRowView, Changed, CheckedProfileView,
    Decided, DecisionView, DeliveryCount, DeliveryRowView, DeliveryView, EngineDetailView, EngineHealthView,
    EngineView, FateView, InboxPage, InboxRowView, ItemView, JwtAlgorithmView, KeySetView, KeyView,
    LeaseView, NewKeyView, OriginView, Overview, PresetView, ProtocolView, QueueView, RehearsalView,
    RequestView, RetriedView, SecretView, SignsAs, Spared, SubmittedView, WithdrawnView, WrongProfileView,
};
use placet_desk::{Error, ErrorCode, Verb};
use placet_review::{
    Choice, DecisionId, DeliveryId, DeliveryState, Draft, Engine, ItemId, ItemState, JwtAlgorithm, JwtPlace,
    JwtSigning, KeyKind, Kind, Order, Outcome, Phase, Queue, Schedule, Signing, Suggestion, Timestamp,
    Verdict,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Samples as they stand on the wire.
pub(crate) struct Samples {
    verbs: Vec<(&'static str, Value, Value)>,
}

impl Samples {
    pub(crate) fn all() -> Self {
        let mut samples = Self { verbs: Vec::new() };
        samples.inbox();
        samples.items();
        samples.decisions();
        samples.deliveries();
        samples.audit();
        samples.setup();
        samples
    }

    pub(crate) fn has(&self, verb: &str) -> bool {
        self.verbs.iter().any(|(name, ..)| *name == verb)
    }

    fn of<V: Verb>(&mut self, request: V, answer: V::Answer) {
        self.verbs.push((V::NAME, there_and_back(&request), there_and_back(&answer)));
    }

    fn inbox(&mut self) {
        let queues = vec![queue_view(bare_queue()), queue_view(full_queue())];
        let deliveries =
            DeliveryState::ALL.iter().map(|state| DeliveryCount { state: *state, count: 3 }).collect();
        let overview = Overview {
            reviewer: "ada".into(),
            version: "0.1.0".into(),
            intake: "http://127.0.0.1:7410".into(),
            keys: "keychain".into(),
            without_audit_key: Some("The key \"audit\" is not in the keychain.".into()),
            queues,
            deliveries,
        };
        self.of(verb::LookAround {}, overview);
        let bare_row = InboxRowView {
            id: ItemId(1),
            engine: "engine".into(),
            task: "task-1".into(),
            title: "Which pet is it?".into(),
            kind: Kind::Classify,
            state: ItemState::Waiting,
            confidence: None,
            priority: 0,
            deadline: None,
            admitted_at: noon(),
            flagged: false,
        };
        let full_row = InboxRowView {
            state: ItemState::Leased,
            confidence: Some(0.41),
            priority: -3,
            deadline: Some(noon()),
            flagged: true,
            ..bare_row.clone()
        };
        let page = InboxPage { offset: 40, total: 1_000_000, rows: vec![bare_row, full_row] };
        self.of(verb::Inbox { queue: "pets".into(), offset: 40, limit: 500 }, page);
        self.of(verb::Next { queue: "pets".into(), limit: 4 }, vec![bare_item(), held_item()]);
        let submitted = vec![
            SubmittedView::Admitted { item: ItemId(1) },
            SubmittedView::Duplicate { item: ItemId(1) },
            SubmittedView::Refused {
                code: "json-malformed".into(),
                message: "no JSON".into(),
                pointer: None,
            },
            SubmittedView::Refused {
                code: "queue-unknown".into(),
                message: "there is no such queue".into(),
                pointer: Some("/queue".into()),
            },
        ];
        self.of(verb::Submit { documents: vec!["{\"v\":1}".into()] }, submitted);
    }

    fn items(&mut self) {
        self.of(verb::Open { item: ItemId(1) }, held_item());
        self.of(verb::Look { item: ItemId(1) }, decided_item());
        self.of(verb::LookUp { engine: "engine".into(), task: "task-1".into() }, bare_item());
        self.of(verb::Renew { holds: vec![hold()] }, vec![ItemId(1)]);
        self.of(verb::Release { holds: vec![hold()] }, ());
        self.of(verb::ReleaseAll {}, ());
        self.of(verb::Skip { hold: hold() }, ());
        self.of(verb::Flag { item: ItemId(1), flagged: true }, ());
        self.of(verb::KeepDraft { hold: hold(), draft: bare_draft() }, ());
    }

    fn decisions(&mut self) {
        let decided = Decided { decision: decision_id(), verdict: Verdict::Correct, undo_until: noon() };
        self.of(verb::Decide { hold: hold(), shown: digest(), draft: full_draft() }, decided);
        self.of(verb::Undo { decision: decision_id() }, held_item());
        self.of(verb::LastDecision {}, Some(decision_id()));
    }

    fn deliveries(&mut self) {
        let due = DeliveryRowView {
            id: delivery_id(),
            item: ItemId(1),
            title: "Which pet is it?".into(),
            engine: "engine".into(),
            task: "task-1".into(),
            protocol: "webhook".into(),
            target: "https://e.example/done".into(),
            state: DeliveryState::Due,
            reason: Some("The receiver is not there.".into()),
            due_at: Some(noon()),
            origin: "https://e.example".into(),
            decided_at: noon(),
            attempts: 1,
            last: Some(ended(Outcome::Failed)),
            can_retry: true,
            can_confirm: false,
            can_withdraw: false,
        };
        let held = DeliveryRowView {
            state: DeliveryState::Held,
            reason: None,
            due_at: None,
            attempts: 0,
            last: None,
            can_retry: false,
            can_confirm: true,
            can_withdraw: true,
            ..due.clone()
        };
        let which = Which {
            states: DeliveryState::ALL.to_vec(),
            engine: Some("engine".into()),
            older_than_seconds: Some(7_200),
            newer_than_seconds: Some(86_400),
        };
        let page = verb::Deliveries {
            which: which.clone(),
            first: FirstInLog::Oldest,
            past: Some(delivery_id()),
            up_to: Some(delivery_id()),
            limit: 50,
        };
        self.of(page, vec![due.clone(), held]);
        let counted = vec![DeliveryCount { state: DeliveryState::Dead, count: 7 }];
        self.of(verb::CountDeliveries { which: Which::default(), at_most: Some(10_000) }, counted);
        let under_way = AttemptView {
            number: 2,
            started_at: noon(),
            took_ms: None,
            outcome: None,
            phase: None,
            status: None,
            retry_after_ms: None,
            words: None,
            answer: None,
        };
        let attempts = Outcome::ALL.into_iter().map(ended).chain([under_way]).collect();
        let request = RequestView {
            method: "POST".into(),
            target: "https://e.example/done?run=...".into(),
            headers: vec!["content-type".into()],
        };
        let story = DeliveryView {
            row: due,
            next: Some("It is tried again by itself.".into()),
            ambiguous: true,
            deadline: Some(noon()),
            too_late_at: Some(noon()),
            queue: "pets".into(),
            decision: decision(),
            request: Some(request),
            body: "{}".into(),
            attempts,
        };
        self.of(verb::Delivery { delivery: delivery_id() }, story);
        self.of(verb::Retry { delivery: delivery_id() }, ());
        self.of(verb::RetryAll { which }, RetriedView { retried: 143 });
        self.of(verb::Confirm { delivery: delivery_id() }, ());
        let until = OriginView {
            origin: "https://e.example".into(),
            why: Spared::Failing,
            until: Some(noon()),
            failures: 5,
            waiting: 12,
        };
        let probing = OriginView { why: Spared::Resting, until: None, ..until.clone() };
        self.of(verb::Origins {}, vec![until, probing]);
        self.of(verb::TryOrigin { origin: "https://e.example".into() }, ());
        self.of(verb::Withdraw { delivery: delivery_id() }, WithdrawnView { item: ItemId(1) });
    }

    fn audit(&mut self) {
        let head = format!("2:{}", "ab".repeat(32));
        self.of(verb::AuditEnd {}, AuditHeadView { head: head.clone() });
        let decided = AuditRowView {
            number: 1,
            at: noon(),
            kind: "decided".into(),
            subject: json!(decision_id()),
            reviewer: Some("ada".into()),
            digest: "cd".repeat(32),
            keyed: true,
            mac: "ef".repeat(32),
        };
        let admitted = AuditRowView {
            number: 2,
            kind: "admitted".into(),
            subject: json!(7),
            reviewer: None,
            keyed: false,
            ..decided.clone()
        };
        self.of(verb::AuditRows { after: 0, limit: 100 }, vec![decided, admitted]);
        let finding = |row| AuditFindingView { row, words: "it is not what was written.".into() };
        let report = AuditReportView {
            holds: false,
            rows: 2,
            head: head.clone(),
            notes: vec!["Row 1 was written before there was a key.".into()],
            found: 2,
            findings: vec![finding(Some(2)), finding(None)],
        };
        self.of(verb::VerifyAudit { kept: Some(head) }, report);
    }

    fn setup(&mut self) {
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

    /// The file `ui/src/ipc/samples.gen.ts`.
    pub(crate) fn typescript(&self) -> String {
        let part = |name: &str, member: &str, samples: Vec<(&str, &Value)>| {
            let samples: String = samples.iter().map(|(verb, json)| format!("  {verb}: {json},\n")).collect();
            format!(
                "export const {name} = {{\n{samples}}} satisfies {{ [V in keyof Verbs]: Verbs[V][\"{member}\"] }};\n"
            )
        };
        let errors: Vec<Value> = ERROR_CODES.iter().map(|code| there_and_back(&error(*code))).collect();
        let changes = [Changed::Items, Changed::Holds, Changed::Deliveries, Changed::Setup];
        let changes: Vec<Value> = changes.iter().map(there_and_back).collect();
        [
            "// Generated from Rust by `cargo test -p placet-tests --test contract`. Do not edit.\n"
                .to_owned(),
            "import type { Changed, Error as DeskError, Verbs } from \"./types.gen\";\n".to_owned(),
            "/** One request of every verb, as Rust writes and reads it. */".to_owned(),
            part("requests", "request", self.verbs.iter().map(|(verb, it, _)| (*verb, it)).collect()),
            "/** One answer of every verb, as Rust writes it. */".to_owned(),
            part("answers", "answer", self.verbs.iter().map(|(verb, _, it)| (*verb, it)).collect()),
            "/** Every error a verb can answer with instead. */".to_owned(),
            format!("export const errors = {} satisfies DeskError[];\n", json!(errors)),
            "/** Every event. */".to_owned(),
            format!("export const changes = {} satisfies Changed[];\n", json!(changes)),
        ]
        .join("\n")
    }
}

/// What the sample is on the wire; fails if Rust reads it back as something else.
fn there_and_back<T: Serialize + DeserializeOwned>(sample: &T) -> Value {
    let text = serde_json::to_string(sample).expect("it can be written");
    let back: T = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
    assert_eq!(serde_json::to_string(&back).expect("it can be written"), text, "it came back as another");
    serde_json::from_str(&text).expect("JSON")
}

const ERROR_CODES: [ErrorCode; 9] = [
    ErrorCode::LeaseLost,
    ErrorCode::HeldByAnother,
    ErrorCode::Closed,
    ErrorCode::AnswerRefused,
    ErrorCode::TooLate,
    ErrorCode::Missing,
    ErrorCode::Invalid,
    ErrorCode::Keys,
    ErrorCode::Fault,
];

fn error(code: ErrorCode) -> Error {
    Error { code, message: "What happened and what to do next.".into() }
}

fn noon() -> Timestamp {
    Timestamp::from_millis(1_796_126_400_000)
}

fn digest() -> String {
    placet_review::digest(&json!("what was shown"))
}

fn decision_id() -> DecisionId {
    "01890a5d-ac96-774b-bcce-b302099a8057".parse().expect("a UUID")
}

fn delivery_id() -> DeliveryId {
    "01890a5d-ac96-774b-bcce-b302099a8058".parse().expect("a UUID")
}

fn hold() -> Hold {
    Hold { item: ItemId(1), fence: 7 }
}

fn bare_draft() -> Draft {
    Draft { verdict: Verdict::Reject, answer: None, note: None }
}

fn full_draft() -> Draft {
    Draft {
        verdict: Verdict::Correct,
        answer: Some(json!({ "label": "dog" })),
        note: Some("It barks: „wuff“.".into()),
    }
}

fn decision() -> DecisionView {
    let Draft { verdict, answer, note } = full_draft();
    DecisionView { id: decision_id(), verdict, answer, note, by: "ada".into(), at: noon() }
}

fn queue_view(queue: Queue) -> QueueView {
    QueueView { queue, waiting: 1_000_000, leased: 4, decided: 12 }
}

fn bare_queue() -> Queue {
    Queue::new("gate", Kind::Fallback)
}

fn full_queue() -> Queue {
    Queue {
        guidelines: Some("Look twice.".into()),
        choices: vec![
            Choice { label: "cat".into(), title: None },
            Choice { label: "dog".into(), title: Some("A dog".into()) },
        ],
        many: true,
        answer_schema: Some(json!({ "type": "object" })),
        order: Order::Deadline,
        ..Queue::new("pets", Kind::Classify)
    }
}

fn bare_item() -> ItemView {
    ItemView {
        id: ItemId(1),
        engine: "engine".into(),
        task: "task-1".into(),
        queue: "gate".into(),
        kind: Kind::Fallback,
        title: "Deploy?".into(),
        content: Value::Null,
        suggestions: vec![],
        best: None,
        choices: vec![],
        many: false,
        guidelines: None,
        verdicts: Kind::Fallback.verdicts().to_vec(),
        note_required: vec![Verdict::Reject],
        priority: 0,
        deadline: None,
        admitted_at: noon(),
        flagged: false,
        state: ItemState::Waiting,
        lease: None,
        shown: digest(),
        draft: None,
        decision: None,
    }
}

fn held_item() -> ItemView {
    let suggestions = vec![
        Suggestion { answer: json!({ "label": "cat" }), confidence: Some(0.41), by: Some("net-7".into()) },
        Suggestion { answer: json!({ "label": "dog" }), confidence: None, by: None },
    ];
    ItemView {
        kind: Kind::Classify,
        title: "Which pet is it?".into(),
        content: json!({ "image": { "attachment": digest(), "media_type": "image/png" } }),
        suggestions,
        best: Some(0),
        choices: full_queue().choices,
        many: true,
        guidelines: Some("Look twice.".into()),
        verdicts: Kind::Action.verdicts().to_vec(),
        priority: 5,
        deadline: Some(noon()),
        flagged: true,
        state: ItemState::Leased,
        lease: Some(LeaseView { fence: 7, until: noon(), seconds: 300 }),
        draft: Some(full_draft()),
        ..bare_item()
    }
}

fn decided_item() -> ItemView {
    ItemView {
        state: ItemState::Decided,
        draft: Some(bare_draft()),
        decision: Some(decision()),
        ..held_item()
    }
}

fn ended(outcome: Outcome) -> AttemptView {
    AttemptView {
        number: 1,
        started_at: noon(),
        took_ms: Some(12),
        outcome: Some(outcome),
        phase: Some(Phase::GotBody),
        status: Some(503),
        retry_after_ms: Some(120_000),
        words: Some("The receiver answered 503.".into()),
        answer: Some("try later".into()),
    }
}
