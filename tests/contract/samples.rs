//! A request and an answer of every verb, with everything that can be absent once there and once absent.

mod deliveries;
mod setup;

use placet_desk::verb::{self, Hold};
use placet_desk::view::{
    Changed, Decided, DecisionView, DeliveryCount, InboxPage, InboxRowView, ItemView, LeaseView, Overview,
    QueueView, SubmittedView,
};
use placet_desk::{Error, ErrorCode, Verb};
use placet_review::{
    Choice, DecisionId, DeliveryId, DeliveryState, Draft, ItemId, ItemState, Kind, Order, Queue, Suggestion,
    Timestamp, Verdict,
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
