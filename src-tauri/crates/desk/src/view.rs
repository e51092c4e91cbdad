//! What the window and the command line are shown. These shapes cross to TypeScript (generated, see
//! `tests/contract`), so they hold plain values only.

use placet_review::{
    Choice, DecisionId, DeliveryId, DeliveryState, Draft, ItemId, ItemState, JwtAlgorithm, KeyKind, Kind,
    Outcome, Phase, Queue, Suggestion, Timestamp, Verdict,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

/// What stands in the frame of the window: who works here, which queues there are, how deliveries do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Overview {
    /// The person at this desk.
    pub reviewer: String,
    /// Placet's version.
    pub version: String,
    /// Where items come in, such as `http://127.0.0.1:7410`.
    pub intake: String,
    /// Where the keys live: `keychain`, `env`, `fd` or `age`.
    pub keys: String,
    /// Why the audit chain goes on without a key, and what to do; absent if it has one.
    pub without_audit_key: Option<String>,
    /// Every queue by name.
    pub queues: Vec<QueueView>,
    /// Deliveries by state; a state without any is absent.
    pub deliveries: Vec<DeliveryCount>,
}

/// A queue and how full it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct QueueView {
    /// Its rules.
    pub queue: Queue,
    /// Items that nobody holds.
    #[ts(type = "number")]
    pub waiting: u64,
    /// Items that somebody holds.
    #[ts(type = "number")]
    pub leased: u64,
    /// Items with their decision.
    #[ts(type = "number")]
    pub decided: u64,
}

/// How many deliveries are in a state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct DeliveryCount {
    /// The state.
    pub state: DeliveryState,
    /// How many.
    #[ts(type = "number")]
    pub count: u64,
}

/// A window onto a queue: first what the reviewer holds, then what waits, in the queue's order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct InboxPage {
    /// Where the first row stands in the whole list.
    #[ts(type = "number")]
    pub offset: u64,
    /// How many rows the whole list has now (an upper bound by what others hold).
    #[ts(type = "number")]
    pub total: u64,
    /// The rows.
    pub rows: Vec<InboxRowView>,
}

/// One line of the inbox.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct InboxRowView {
    /// The item.
    pub id: ItemId,
    /// The engine whose task waits.
    pub engine: String,
    /// The engine's own name of the task.
    pub task: String,
    /// The question.
    pub title: String,
    /// How it is shown.
    pub kind: Kind,
    /// Waiting, or leased by this reviewer.
    pub state: ItemState,
    /// The surest suggestion's confidence, 0 to 1.
    pub confidence: Option<f64>,
    /// Higher goes first among equals.
    pub priority: i32,
    /// When the engine stops waiting.
    pub deadline: Option<Timestamp>,
    /// When it was accepted.
    pub admitted_at: Timestamp,
    /// Marked for a second look.
    pub flagged: bool,
}

/// An item in full, with the hold on it if there is one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct ItemView {
    /// The item.
    pub id: ItemId,
    /// The engine whose task waits.
    pub engine: String,
    /// The engine's own name of the task.
    pub task: String,
    /// The queue it waits in.
    pub queue: String,
    /// How it is shown and answered.
    pub kind: Kind,
    /// The question, one line.
    pub title: String,
    /// What to look at. An image stands as `{"image": {"attachment": "sha256:...", "media_type": "..."}}`.
    #[ts(type = "unknown")]
    pub content: Value,
    /// What machines propose.
    pub suggestions: Vec<Suggestion>,
    /// Which of `suggestions` is the surest.
    pub best: Option<u32>,
    /// The labels of a `classify` queue; keys `1` to `9` pick the first nine.
    pub choices: Vec<Choice>,
    /// Whether more than one label may hold.
    pub many: bool,
    /// What reviewers should know.
    pub guidelines: Option<String>,
    /// The verdicts that may be given.
    pub verdicts: Vec<Verdict>,
    /// The verdicts that need a note.
    pub note_required: Vec<Verdict>,
    /// Higher goes first among equals.
    pub priority: i32,
    /// When the engine stops waiting.
    pub deadline: Option<Timestamp>,
    /// When it was accepted.
    pub admitted_at: Timestamp,
    /// Marked for a second look.
    pub flagged: bool,
    /// Where it stands.
    pub state: ItemState,
    /// This reviewer's hold on it.
    pub lease: Option<LeaseView>,
    /// Digest of what is shown; goes back with the decision.
    pub shown: String,
    /// The answer that was being worked on.
    pub draft: Option<Draft>,
    /// The decision that stands, once there is one.
    pub decision: Option<DecisionView>,
}

/// A hold on an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LeaseView {
    /// Goes back with the decision.
    #[ts(type = "number")]
    pub fence: i64,
    /// When it ends unless it is renewed.
    pub until: Timestamp,
    /// How long a hold lasts, in seconds: renew it well before.
    pub seconds: u32,
}

/// A decision as it is shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct DecisionView {
    /// Its id.
    pub id: DecisionId,
    /// What was said.
    pub verdict: Verdict,
    /// The answer.
    #[ts(type = "unknown")]
    pub answer: Option<Value>,
    /// Why.
    pub note: Option<String>,
    /// The reviewer.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// A decision was recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Decided {
    /// Its id, to take it back.
    pub decision: DecisionId,
    /// What was recorded: an answer that a machine proposed counts as approved.
    pub verdict: Verdict,
    /// Until when it can be taken back.
    pub undo_until: Timestamp,
}

/// One line of the delivery log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct DeliveryRowView {
    /// The delivery; also the `webhook-id` that the receiver saw.
    pub id: DeliveryId,
    /// The item that was decided.
    pub item: ItemId,
    /// The item's question.
    pub title: String,
    /// The engine that waits.
    pub engine: String,
    /// The engine's own name of the task.
    pub task: String,
    /// How it is sent.
    pub protocol: String,
    /// Where it goes; query values are left out, for they can be secrets.
    pub target: String,
    /// Where it stands.
    pub state: DeliveryState,
    /// Why it waits or what happened last, in one sentence.
    pub reason: Option<String>,
    /// When it is tried next; not before its origin is spared no longer.
    pub due_at: Option<Timestamp>,
    /// The origin (scheme, host and port) that it is sent to.
    pub origin: String,
    /// When its decision was made.
    pub decided_at: Timestamp,
    /// How many attempts there were.
    pub attempts: u32,
    /// The newest attempt.
    pub last: Option<AttemptView>,
    /// Whether a person may ask for another try now.
    pub can_retry: bool,
    /// Whether a person may say that the engine has it.
    pub can_confirm: bool,
    /// Whether its decision may be taken back.
    pub can_withdraw: bool,
}

/// An origin that is spared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OriginView {
    /// Scheme, host and port.
    pub origin: String,
    /// Why nothing is sent there.
    pub why: Spared,
    /// Until when; absent while a delivery is under way to find out.
    pub until: Option<Timestamp>,
    /// How often in a row it failed.
    pub failures: u32,
    /// How many deliveries wait for it; more than 10,000 are not counted.
    #[ts(type = "number")]
    pub waiting: u64,
}

/// Why nothing is sent to an origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Spared {
    /// It failed again and again.
    Failing,
    /// It asked for patience, or this machine had no network.
    Resting,
}

/// One attempt of a delivery.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct AttemptView {
    /// Counted from 1.
    pub number: u32,
    /// When it began.
    pub started_at: Timestamp,
    /// How long it took, in milliseconds; absent while it is under way.
    #[ts(type = "number | null")]
    pub took_ms: Option<i64>,
    /// What it came to; absent while it is under way.
    pub outcome: Option<Outcome>,
    /// How far it got; absent while it is under way, and if it was interrupted.
    pub phase: Option<Phase>,
    /// The HTTP status, if one came back.
    pub status: Option<u16>,
    /// How long the receiver asked us to wait, in milliseconds.
    #[ts(type = "number | null")]
    pub retry_after_ms: Option<i64>,
    /// What happened, in one sentence.
    pub words: Option<String>,
    /// The start of the receiver's answer.
    pub answer: Option<String>,
}

/// One delivery's whole story.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct DeliveryView {
    /// Its line in the log.
    pub row: DeliveryRowView,
    /// What happens next or what a person should do, in words; absent where all is done.
    pub next: Option<String>,
    /// An attempt may have got through though no answer said so.
    pub ambiguous: bool,
    /// When the engine stops waiting.
    pub deadline: Option<Timestamp>,
    /// When it gets too late for it, should it still wait then.
    pub too_late_at: Option<Timestamp>,
    /// The queue that its item waited in.
    pub queue: String,
    /// What it carries.
    pub decision: DecisionView,
    /// The head of the request; absent where none can be made of the callback.
    pub request: Option<RequestView>,
    /// The bytes that every attempt sends, as text.
    pub body: String,
    /// Every attempt, oldest first.
    pub attempts: Vec<AttemptView>,
}

/// The head of a delivery's request, by its engine's profile as it is now. No value in it can be a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RequestView {
    /// Such as `POST`.
    pub method: String,
    /// The address; of its query the names.
    pub target: String,
    /// The names of its headers.
    pub headers: Vec<String>,
}

/// What a decision would send to one callback, and what would become of it. Nothing in it can be a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RehearsalView {
    /// The protocol's name.
    pub protocol: String,
    /// Such as `POST`.
    pub method: String,
    /// The address.
    pub url: String,
    /// Each header with its value.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
    /// What would become of it, if an answer was handed in.
    pub fate: Option<FateView>,
}

/// What would become of a delivery after its first attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FateView {
    /// What the answer means.
    pub outcome: Outcome,
    /// The same in a sentence.
    pub words: String,
    /// Where the delivery would stand.
    pub state: DeliveryState,
    /// The same in a sentence, with when it would be tried again.
    pub becomes: String,
    /// After how many milliseconds it would be tried again, if it would.
    #[ts(type = "number | null")]
    pub again_in_ms: Option<i64>,
}

/// What became of a request to try many again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RetriedView {
    /// How many are tried again now.
    #[ts(type = "number")]
    pub retried: u64,
}

/// A delivery was withdrawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WithdrawnView {
    /// The item that waits again.
    pub item: ItemId,
}

/// What became of one line that was handed in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum SubmittedView {
    /// It is a new item.
    Admitted {
        /// The item.
        item: ItemId,
    },
    /// It was admitted before, word for word.
    Duplicate {
        /// The item.
        item: ItemId,
    },
    /// It was not taken in.
    Refused {
        /// The problem's stable code.
        code: String,
        /// What is wrong and what to do.
        message: String,
        /// JSON pointer to the member that is wrong.
        pointer: Option<String>,
    },
}

/// An engine's profile as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EngineView {
    /// Its name in submissions.
    pub name: String,
    /// The only places its callbacks may point to.
    pub allow: Vec<String>,
    /// Addresses that are not public, where names in `allow` may lead all the same.
    pub addresses: Vec<String>,
    /// Whether authorities of its own are trusted for it beside those of the machine.
    pub private_ca: bool,
    /// How its callbacks are signed, in words.
    pub signing: String,
    /// The names of the keys that sign them, each once.
    pub keys: Vec<String>,
    /// When a callback that failed is tried again, in words.
    pub schedule: String,
    /// How many of its callbacks may be under way to one origin at a time.
    pub at_once: u32,
}

/// An engine with its profile as a person edits it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EngineDetailView {
    /// What the profile says, as it is shown.
    pub engine: EngineView,
    /// The profile, as indented JSON.
    pub profile: String,
}

/// What the desk makes of a profile that was not kept yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum CheckedProfileView {
    /// It can be kept.
    Right {
        /// What it says.
        engine: EngineView,
    },
    /// It cannot.
    Wrong {
        /// Where and what.
        wrong: WrongProfileView,
    },
}

/// What is wrong with a profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WrongProfileView {
    /// The line of the text, counted from 1; absent where the words name the member instead.
    pub line: Option<u32>,
    /// The column in that line, counted from 1.
    pub column: Option<u32>,
    /// What is wrong and what would be right. Where there is no line, they begin with the path of the member, such as
    /// `settings/webhook: `.
    pub message: String,
}

/// A way of handing an answer to an engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct ProtocolView {
    /// Its name in callbacks.
    pub name: String,
    /// What a person calls it.
    pub title: String,
    /// When it is the right one, in one sentence.
    pub about: String,
    /// A callback as an engine hands it in; `BASE` stands for an address that the allow-list covers.
    #[ts(type = "unknown")]
    pub example: Value,
    /// What the engine's profile has to say for it, with `BASE` as above; absent if nothing.
    #[ts(type = "unknown")]
    pub settings: Option<Value>,
    /// What the allow-list has to have, with `BASE` as above.
    pub allow: Vec<String>,
    /// The ready profile that this is; absent for a protocol as such.
    pub preset: Option<PresetView>,
}

/// What is told of a ready profile beside its protocol.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct PresetView {
    /// Its name.
    pub name: String,
    /// Where the engine's interface begins, or may begin.
    pub base: String,
    /// How the engine pauses, in a few sentences.
    pub pauses: String,
    /// What the engine wants requests to be signed with, in a sentence.
    pub signer: String,
    /// The same as `signing` of a profile, with `KEY` in place of the key's name; null, if it wants nothing.
    #[ts(type = "unknown")]
    pub signing: Value,
    /// The documentation that it was written by, as addresses.
    pub sources: Vec<String>,
}

/// How an engine does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct EngineHealthView {
    /// The engine.
    pub engine: String,
    /// Its items that are neither decided nor expired.
    #[ts(type = "number")]
    pub open: u64,
    /// Its items that expired before they were decided.
    #[ts(type = "number")]
    pub expired: u64,
    /// Its deliveries by state, none counted further than to 10,000; a state without any is absent.
    pub deliveries: Vec<DeliveryCount>,
    /// Its newest deliveries, the newest first; at most 20.
    pub newest: Vec<DeliveryRowView>,
    /// Those of its origins that are spared.
    pub spared: Vec<OriginView>,
}

/// A secret that is shown once.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct SecretView {
    /// What it is called.
    pub name: String,
    /// The secret itself.
    pub secret: String,
}

impl std::fmt::Debug for SecretView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SecretView").field("name", &self.name).finish_non_exhaustive()
    }
}

/// A key that was made: what its receiver needs, shown once.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct NewKeyView {
    /// What it is called.
    pub name: String,
    /// The key itself, where both sides have it.
    pub secret: Option<String>,
    /// The half for the receiver, where that is enough.
    pub public: Option<String>,
}

impl std::fmt::Debug for NewKeyView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { name, secret: _, public } = self;
        f.debug_struct("NewKeyView").field("name", name).field("public", public).finish_non_exhaustive()
    }
}

/// A key as a profile names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct KeyView {
    /// Its name.
    pub name: String,
    /// The engine whose profile it is.
    pub engine: String,
    /// What for, in words.
    pub used: String,
    /// By which receivers know it, where they do.
    pub id: Option<String>,
    /// How it signs, if another key can follow it.
    pub rotates: Option<SignsAs>,
    /// Whether it can go: no engine's callbacks depend on it alone.
    pub can_retire: bool,
}

/// A way of signing in which one key can follow another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SignsAs {
    /// As Standard Webhooks, where several keys sign side by side.
    StandardWebhooks,
    /// With JSON Web Tokens, where one signs and the others stay published.
    Jwt,
}

/// An algorithm that signs JSON Web Tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct JwtAlgorithmView {
    /// Its registered name.
    pub algorithm: JwtAlgorithm,
    /// The kind of key that it takes.
    pub kind: KeyKind,
}

/// A JSON Web Key Set (RFC 7517).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct KeySetView {
    /// The public keys.
    #[ts(type = "unknown[]")]
    pub keys: Vec<serde_json::Value>,
}

/// Where the audit chain ends: what a person keeps elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AuditHeadView {
    /// `NUMBER:MAC`, the MAC in hex; number 0 while there is no row.
    pub head: String,
}

/// A row of the audit chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AuditRowView {
    /// Counted from 1.
    #[ts(type = "number")]
    pub number: i64,
    /// When it happened.
    pub at: Timestamp,
    /// What happened, such as `decided`.
    pub kind: String,
    /// To what: an item's number, the id of a decision or a delivery, or the name of an engine or a queue.
    #[ts(type = "number | string")]
    pub subject: Value,
    /// Who did it, where a reviewer did.
    pub reviewer: Option<String>,
    /// Of what was written: SHA-256 in hex.
    pub digest: String,
    /// Sealed with the key, and not while there was none.
    pub keyed: bool,
    /// HMAC-SHA256 in hex, over all of this and the MAC of the row before.
    pub mac: String,
}

/// What a look at the audit chain came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AuditReportView {
    /// Whether nothing is wrong.
    pub holds: bool,
    /// How many rows there are.
    #[ts(type = "number")]
    pub rows: u64,
    /// Where the chain ends, `NUMBER:MAC`.
    pub head: String,
    /// What a person should know though it is not wrong.
    pub notes: Vec<String>,
    /// How much is wrong.
    #[ts(type = "number")]
    pub found: u64,
    /// What is wrong: of very much, the first hundred.
    pub findings: Vec<AuditFindingView>,
}

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AuditFindingView {
    /// The row that it was found at, where it was found at one.
    #[ts(type = "number | null")]
    pub row: Option<i64>,
    /// What, in a sentence.
    pub words: String,
}

/// Something changed; what was read of it before is stale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Changed {
    /// Items, leases or decisions.
    Items,
    /// An item expired that somebody held: who holds any should ask which they still do.
    Holds,
    /// Deliveries or attempts.
    Deliveries,
    /// Engines or queues.
    Setup,
}
