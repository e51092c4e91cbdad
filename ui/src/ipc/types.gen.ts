// Generated from Rust by `cargo test -p placet-tests --test contract`. Do not edit.

export type AttemptView = { 
/**
 * Counted from 1.
 */
number: number, 
/**
 * When it began.
 */
started_at: Timestamp, 
/**
 * How long it took, in milliseconds; absent while it is under way.
 */
took_ms: number | null, 
/**
 * What it came to; absent while it is under way.
 */
outcome: Outcome | null, 
/**
 * How far it got; absent while it is under way, and if it was interrupted.
 */
phase: Phase | null, 
/**
 * The HTTP status, if one came back.
 */
status: number | null, 
/**
 * How long the receiver asked us to wait, in milliseconds.
 */
retry_after_ms: number | null, 
/**
 * What happened, in one sentence.
 */
words: string | null, 
/**
 * The start of the receiver's answer.
 */
answer: string | null, };

export type AuditEndRequest = Record<symbol, never>;

export type AuditFindingView = { 
/**
 * The row that it was found at, where it was found at one.
 */
row: number | null, 
/**
 * What, in a sentence.
 */
words: string, };

export type AuditHeadView = { 
/**
 * `NUMBER:MAC`, the MAC in hex; number 0 while there is no row.
 */
head: string, };

export type AuditReportView = { 
/**
 * Whether nothing is wrong.
 */
holds: boolean, 
/**
 * How many rows there are.
 */
rows: number, 
/**
 * Where the chain ends, `NUMBER:MAC`.
 */
head: string, 
/**
 * What a person should know though it is not wrong.
 */
notes: Array<string>, 
/**
 * How much is wrong.
 */
found: number, 
/**
 * What is wrong: of very much, the first hundred.
 */
findings: Array<AuditFindingView>, };

export type AuditRowView = { 
/**
 * Counted from 1.
 */
number: number, 
/**
 * When it happened.
 */
at: Timestamp, 
/**
 * What happened, such as `decided`.
 */
kind: string, 
/**
 * To what: an item's number, the id of a decision or a delivery, or the name of an engine or a queue.
 */
subject: number | string, 
/**
 * Who did it, where a reviewer did.
 */
reviewer: string | null, 
/**
 * Of what was written: SHA-256 in hex.
 */
digest: string, 
/**
 * Sealed with the key, and not while there was none.
 */
keyed: boolean, 
/**
 * HMAC-SHA256 in hex, over all of this and the MAC of the row before.
 */
mac: string, };

export type AuditRowsRequest = { 
/**
 * Only those after the row of this number.
 */
after: number, 
/**
 * How many rows, at most 5,000.
 */
limit: number, };

export type Changed = "items" | "holds" | "deliveries" | "setup";

export type CheckProfileRequest = { 
/**
 * The profile, as JSON text.
 */
profile: string, 
/**
 * The engine whose profile it is to be; absent if it adds one.
 */
of: string | null, };

export type CheckedProfileView = { "outcome": "right", 
/**
 * What it says.
 */
engine: EngineView, } | { "outcome": "wrong", 
/**
 * Where and what.
 */
wrong: WrongProfileView, };

export type Choice = { 
/**
 * What the answer says.
 */
label: string, 
/**
 * What the screen says; the label, if absent.
 */
title?: string, };

export type ConfirmRequest = { 
/**
 * Which.
 */
delivery: DeliveryId, };

export type CountDeliveriesRequest = { 
/**
 * Which are counted.
 */
which: Which, 
/**
 * Each state no further than to this: what is shown beside a list need not be counted to its end.
 */
at_most: number | null, };

export type CreateKeyRequest = { 
/**
 * What engines call it in their profile.
 */
name: string, 
/**
 * What kind of key.
 */
kind: KeyKind, 
/**
 * Whether it takes the place of a key of that name.
 */
replace: boolean, };

export type DecideRequest = { 
/**
 * The hold on the item.
 */
hold: Hold, 
/**
 * `shown` of the item as it was looked at.
 */
shown: string, 
/**
 * The answer.
 */
draft: Draft, };

export type Decided = { 
/**
 * Its id, to take it back.
 */
decision: DecisionId, 
/**
 * What was recorded: an answer that a machine proposed counts as approved.
 */
verdict: Verdict, 
/**
 * Until when it can be taken back.
 */
undo_until: Timestamp, };

export type DecisionId = string;

export type DecisionView = { 
/**
 * Its id.
 */
id: DecisionId, 
/**
 * What was said.
 */
verdict: Verdict, 
/**
 * The answer.
 */
answer: unknown, 
/**
 * Why.
 */
note: string | null, 
/**
 * The reviewer.
 */
by: string, 
/**
 * When.
 */
at: Timestamp, };

export type DeliveriesRequest = { 
/**
 * Which.
 */
which: Which, 
/**
 * Where the list begins.
 */
first: FirstInLog, 
/**
 * Only what comes after this one: the last row of the page before.
 */
past: DeliveryId | null, 
/**
 * Only up to this one, itself among them: the last row of a page that is read again.
 */
up_to: DeliveryId | null, 
/**
 * How many rows, at most 500.
 */
limit: number, };

export type DeliveryCount = { 
/**
 * The state.
 */
state: DeliveryState, 
/**
 * How many.
 */
count: number, };

export type DeliveryId = string;

export type DeliveryRequest = { 
/**
 * Which.
 */
delivery: DeliveryId, };

export type DeliveryRowView = { 
/**
 * The delivery; also the `webhook-id` that the receiver saw.
 */
id: DeliveryId, 
/**
 * The item that was decided.
 */
item: ItemId, 
/**
 * The item's question.
 */
title: string, 
/**
 * The engine that waits.
 */
engine: string, 
/**
 * The engine's own name of the task.
 */
task: string, 
/**
 * How it is sent.
 */
protocol: string, 
/**
 * Where it goes; query values are left out, for they can be secrets.
 */
target: string, 
/**
 * Where it stands.
 */
state: DeliveryState, 
/**
 * Why it waits or what happened last, in one sentence.
 */
reason: string | null, 
/**
 * When it is tried next; not before its origin is spared no longer.
 */
due_at: Timestamp | null, 
/**
 * The origin (scheme, host and port) that it is sent to.
 */
origin: string, 
/**
 * When its decision was made.
 */
decided_at: Timestamp, 
/**
 * How many attempts there were.
 */
attempts: number, 
/**
 * The newest attempt.
 */
last: AttemptView | null, 
/**
 * Whether a person may ask for another try now.
 */
can_retry: boolean, 
/**
 * Whether a person may say that the engine has it.
 */
can_confirm: boolean, 
/**
 * Whether its decision may be taken back.
 */
can_withdraw: boolean, };

export type DeliveryState = "held" | "withdrawn" | "due" | "sending" | "delivered" | "parked" | "expired" | "unconfirmed" | "dead";

export type DeliveryView = { 
/**
 * Its line in the log.
 */
row: DeliveryRowView, 
/**
 * What happens next or what a person should do, in words; absent where all is done.
 */
next: string | null, 
/**
 * An attempt may have got through though no answer said so.
 */
ambiguous: boolean, 
/**
 * When the engine stops waiting.
 */
deadline: Timestamp | null, 
/**
 * When it gets too late for it, should it still wait then.
 */
too_late_at: Timestamp | null, 
/**
 * The queue that its item waited in.
 */
queue: string, 
/**
 * What it carries.
 */
decision: DecisionView, 
/**
 * The head of the request; absent where none can be made of the callback.
 */
request: RequestView | null, 
/**
 * The bytes that every attempt sends, as text.
 */
body: string, 
/**
 * Every attempt, oldest first.
 */
attempts: Array<AttemptView>, };

export type Draft = { 
/**
 * What the person is about to say.
 */
verdict: Verdict, 
/**
 * In the shape of the queue's kind; absent where the verdict has none.
 */
answer?: unknown, 
/**
 * Why.
 */
note?: string, };

export type EngineDetailView = { 
/**
 * What the profile says, as it is shown.
 */
engine: EngineView, 
/**
 * The profile, as indented JSON.
 */
profile: string, };

export type EngineHealthRequest = { 
/**
 * Its name.
 */
engine: string, };

export type EngineHealthView = { 
/**
 * The engine.
 */
engine: string, 
/**
 * Its items that are neither decided nor expired.
 */
open: number, 
/**
 * Its items that expired before they were decided.
 */
expired: number, 
/**
 * Its deliveries by state, none counted further than to 10,000; a state without any is absent.
 */
deliveries: Array<DeliveryCount>, 
/**
 * Its newest deliveries, the newest first; at most 20.
 */
newest: Array<DeliveryRowView>, 
/**
 * Those of its origins that are spared.
 */
spared: Array<OriginView>, };

export type EngineRequest = { 
/**
 * Its name.
 */
engine: string, };

export type EngineView = { 
/**
 * Its name in submissions.
 */
name: string, 
/**
 * The only places its callbacks may point to.
 */
allow: Array<string>, 
/**
 * Addresses that are not public, where names in `allow` may lead all the same.
 */
addresses: Array<string>, 
/**
 * Whether authorities of its own are trusted for it beside those of the machine.
 */
private_ca: boolean, 
/**
 * How its callbacks are signed, in words.
 */
signing: string, 
/**
 * The names of the keys that sign them, each once.
 */
keys: Array<string>, 
/**
 * When a callback that failed is tried again, in words.
 */
schedule: string, 
/**
 * How many of its callbacks may be under way to one origin at a time.
 */
at_once: number, };

export type EnginesRequest = Record<symbol, never>;

export type Error = { 
/**
 * What the window branches on.
 */
code: ErrorCode, 
/**
 * What happened and what to do next.
 */
message: string, };

export type ErrorCode = "lease_lost" | "held_by_another" | "closed" | "answer_refused" | "too_late" | "missing" | "invalid" | "keys" | "fault";

export type FateView = { 
/**
 * What the answer means.
 */
outcome: Outcome, 
/**
 * The same in a sentence.
 */
words: string, 
/**
 * Where the delivery would stand.
 */
state: DeliveryState, 
/**
 * The same in a sentence, with when it would be tried again.
 */
becomes: string, 
/**
 * After how many milliseconds it would be tried again, if it would.
 */
again_in_ms: number | null, };

export type FirstInLog = "newest" | "oldest";

export type FlagRequest = { 
/**
 * Which.
 */
item: ItemId, 
/**
 * Marked or not.
 */
flagged: boolean, };

export type Hold = { 
/**
 * The item.
 */
item: ItemId, 
/**
 * The fence of the lease.
 */
fence: number, };

export type ImportKeyRequest = { 
/**
 * What engines call it in their profile.
 */
name: string, 
/**
 * Its text.
 */
text: KeyText, };

export type InboxPage = { 
/**
 * Where the first row stands in the whole list.
 */
offset: number, 
/**
 * How many rows the whole list has now (an upper bound by what others hold).
 */
total: number, 
/**
 * The rows.
 */
rows: Array<InboxRowView>, };

export type InboxRequest = { 
/**
 * The queue's name.
 */
queue: string, 
/**
 * Where the window begins.
 */
offset: number, 
/**
 * How many rows, at most 500.
 */
limit: number, };

export type InboxRowView = { 
/**
 * The item.
 */
id: ItemId, 
/**
 * The engine whose task waits.
 */
engine: string, 
/**
 * The engine's own name of the task.
 */
task: string, 
/**
 * The question.
 */
title: string, 
/**
 * How it is shown.
 */
kind: Kind, 
/**
 * Waiting, or leased by this reviewer.
 */
state: ItemState, 
/**
 * The surest suggestion's confidence, 0 to 1.
 */
confidence: number | null, 
/**
 * Higher goes first among equals.
 */
priority: number, 
/**
 * When the engine stops waiting.
 */
deadline: Timestamp | null, 
/**
 * When it was accepted.
 */
admitted_at: Timestamp, 
/**
 * Marked for a second look.
 */
flagged: boolean, };

export type IssueTokenRequest = { 
/**
 * The engine's name.
 */
engine: string, };

export type ItemId = number;

export type ItemState = "waiting" | "leased" | "decided" | "expired";

export type ItemView = { 
/**
 * The item.
 */
id: ItemId, 
/**
 * The engine whose task waits.
 */
engine: string, 
/**
 * The engine's own name of the task.
 */
task: string, 
/**
 * The queue it waits in.
 */
queue: string, 
/**
 * How it is shown and answered.
 */
kind: Kind, 
/**
 * The question, one line.
 */
title: string, 
/**
 * What to look at. An image stands as `{"image": {"attachment": "sha256:...", "media_type": "..."}}`.
 */
content: unknown, 
/**
 * What machines propose.
 */
suggestions: Array<Suggestion>, 
/**
 * Which of `suggestions` is the surest.
 */
best: number | null, 
/**
 * The labels of a `classify` queue; keys `1` to `9` pick the first nine.
 */
choices: Array<Choice>, 
/**
 * Whether more than one label may hold.
 */
many: boolean, 
/**
 * What reviewers should know.
 */
guidelines: string | null, 
/**
 * The verdicts that may be given.
 */
verdicts: Array<Verdict>, 
/**
 * The verdicts that need a note.
 */
note_required: Array<Verdict>, 
/**
 * Higher goes first among equals.
 */
priority: number, 
/**
 * When the engine stops waiting.
 */
deadline: Timestamp | null, 
/**
 * When it was accepted.
 */
admitted_at: Timestamp, 
/**
 * Marked for a second look.
 */
flagged: boolean, 
/**
 * Where it stands.
 */
state: ItemState, 
/**
 * This reviewer's hold on it.
 */
lease: LeaseView | null, 
/**
 * Digest of what is shown; goes back with the decision.
 */
shown: string, 
/**
 * The answer that was being worked on.
 */
draft: Draft | null, 
/**
 * The decision that stands, once there is one.
 */
decision: DecisionView | null, };

export type JwtAlgorithm = "HS256" | "HS384" | "HS512" | "ES256" | "ES384" | "RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" | "EdDSA" | "Ed25519";

export type JwtAlgorithmView = { 
/**
 * Its registered name.
 */
algorithm: JwtAlgorithm, 
/**
 * The kind of key that it takes.
 */
kind: KeyKind, };

export type JwtAlgorithmsRequest = Record<symbol, never>;

export type KeepDraftRequest = { 
/**
 * The hold on the item.
 */
hold: Hold, 
/**
 * The answer so far.
 */
draft: Draft, };

export type KeyKind = "webhook_secret" | "webhook_pair" | "shared_secret" | "ed25519" | "p256" | "p384" | "rsa2048";

export type KeySetRequest = Record<symbol, never>;

export type KeySetView = { 
/**
 * The public keys.
 */
keys: unknown[], };

export type KeyText = string;

export type KeyView = { 
/**
 * Its name.
 */
name: string, 
/**
 * The engine whose profile it is.
 */
engine: string, 
/**
 * What for, in words.
 */
used: string, 
/**
 * By which receivers know it, where they do.
 */
id: string | null, 
/**
 * How it signs, if another key can follow it.
 */
rotates: SignsAs | null, 
/**
 * Whether it can go: no engine's callbacks depend on it alone.
 */
can_retire: boolean, };

export type KeysRequest = Record<symbol, never>;

export type Kind = "classify" | "action" | "fallback";

export type LastDecisionRequest = Record<symbol, never>;

export type LeaseView = { 
/**
 * Goes back with the decision.
 */
fence: number, 
/**
 * When it ends unless it is renewed.
 */
until: Timestamp, 
/**
 * How long a hold lasts, in seconds: renew it well before.
 */
seconds: number, };

export type LookAroundRequest = Record<symbol, never>;

export type LookRequest = { 
/**
 * Which.
 */
item: ItemId, };

export type LookUpRequest = { 
/**
 * The engine's name.
 */
engine: string, 
/**
 * The engine's own name of the task.
 */
task: string, };

export type NewKeyView = { 
/**
 * What it is called.
 */
name: string, 
/**
 * The key itself, where both sides have it.
 */
secret: string | null, 
/**
 * The half for the receiver, where that is enough.
 */
public: string | null, };

export type NextRequest = { 
/**
 * The queue's name.
 */
queue: string, 
/**
 * How many, at most 16.
 */
limit: number, };

export type OpenRequest = { 
/**
 * Which.
 */
item: ItemId, };

export type Order = "confidence" | "priority" | "deadline" | "age";

export type OriginView = { 
/**
 * Scheme, host and port.
 */
origin: string, 
/**
 * Why nothing is sent there.
 */
why: Spared, 
/**
 * Until when; absent while a delivery is under way to find out.
 */
until: Timestamp | null, 
/**
 * How often in a row it failed.
 */
failures: number, 
/**
 * How many deliveries wait for it; more than 10,000 are not counted.
 */
waiting: number, };

export type OriginsRequest = Record<symbol, never>;

export type Outcome = "accepted" | "already_done" | "gone" | "not_found" | "failed" | "ambiguous" | "throttled" | "offline" | { "parked": Park } | "refused" | "interrupted";

export type Overview = { 
/**
 * The person at this desk.
 */
reviewer: string, 
/**
 * Placet's version.
 */
version: string, 
/**
 * Where items come in, such as `http://127.0.0.1:7410`.
 */
intake: string, 
/**
 * Where the keys live: `keychain`, `env`, `fd` or `age`.
 */
keys: string, 
/**
 * Why the audit chain goes on without a key, and what to do; absent if it has one.
 */
without_audit_key: string | null, 
/**
 * Every queue by name.
 */
queues: Array<QueueView>, 
/**
 * Deliveries by state; a state without any is absent.
 */
deliveries: Array<DeliveryCount>, };

export type Park = "auth" | "tls" | "policy";

export type Phase = "policy" | "dns" | "connect" | "tls" | "sent_headers" | "sent_body" | "got_headers" | "got_body";

export type PresetView = { 
/**
 * Its name.
 */
name: string, 
/**
 * Where the engine's interface begins, or may begin.
 */
base: string, 
/**
 * How the engine pauses, in a few sentences.
 */
pauses: string, 
/**
 * What the engine wants requests to be signed with, in a sentence.
 */
signer: string, 
/**
 * The same as `signing` of a profile, with `KEY` in place of the key's name; null, if it wants nothing.
 */
signing: unknown, 
/**
 * The documentation that it was written by, as addresses.
 */
sources: Array<string>, };

export type ProtocolView = { 
/**
 * Its name in callbacks.
 */
name: string, 
/**
 * What a person calls it.
 */
title: string, 
/**
 * When it is the right one, in one sentence.
 */
about: string, 
/**
 * A callback as an engine hands it in; `BASE` stands for an address that the allow-list covers.
 */
example: unknown, 
/**
 * What the engine's profile has to say for it, with `BASE` as above; absent if nothing.
 */
settings: unknown, 
/**
 * What the allow-list has to have, with `BASE` as above.
 */
allow: Array<string>, 
/**
 * The ready profile that this is; absent for a protocol as such.
 */
preset: PresetView | null, };

export type ProtocolsRequest = Record<symbol, never>;

export type PutEngineRequest = { 
/**
 * The profile.
 */
engine: unknown, };

export type PutQueueRequest = { 
/**
 * The rules.
 */
queue: Queue, };

export type Queue = { 
/**
 * Its name in submissions: 1 to 64 of `a-z`, `0-9`, `-`, `_`, `.`.
 */
name: string, 
/**
 * How its items are shown and answered.
 */
kind: Kind, 
/**
 * What reviewers should know, in plain text.
 */
guidelines?: string, 
/**
 * The labels of a `classify` queue; keys `1` to `9` pick the first nine.
 */
choices: Array<Choice>, 
/**
 * Whether more than one label may hold.
 */
many: boolean, 
/**
 * JSON Schema of the arguments of an `action` queue: a correction must satisfy it.
 */
answer_schema?: unknown, 
/**
 * What comes first.
 */
order: Order, 
/**
 * The verdicts that need a note.
 */
note_required: Array<Verdict>, 
/**
 * The verdicts that are a no: engines that know success and failure hear of failure.
 */
declined_by: Array<Verdict>, 
/**
 * How long a reviewer holds an item without a sign of life, in seconds.
 */
lease_seconds: number, 
/**
 * How long a decision can be taken back before it goes out, in seconds.
 */
undo_seconds: number, };

export type QueueView = { 
/**
 * Its rules.
 */
queue: Queue, 
/**
 * Items that nobody holds.
 */
waiting: number, 
/**
 * Items that somebody holds.
 */
leased: number, 
/**
 * Items with their decision.
 */
decided: number, };

export type RecordedAnswer = { 
/**
 * The HTTP status.
 */
status: number, 
/**
 * The headers.
 */
headers: Record<string, string>, 
/**
 * The body: a text as it is, anything else as JSON.
 */
body: unknown, };

export type RehearsalView = { 
/**
 * The protocol's name.
 */
protocol: string, 
/**
 * Such as `POST`.
 */
method: string, 
/**
 * The address.
 */
url: string, 
/**
 * Each header with its value.
 */
headers: Array<[string, string]>, 
/**
 * The body.
 */
body: string, 
/**
 * What would become of it, if an answer was handed in.
 */
fate: FateView | null, };

export type ReleaseAllRequest = Record<symbol, never>;

export type ReleaseRequest = { 
/**
 * The holds.
 */
holds: Array<Hold>, };

export type RenewRequest = { 
/**
 * The holds.
 */
holds: Array<Hold>, };

export type RequestView = { 
/**
 * Such as `POST`.
 */
method: string, 
/**
 * The address; of its query the names.
 */
target: string, 
/**
 * The names of its headers.
 */
headers: Array<string>, };

export type RetireKeyRequest = { 
/**
 * Its name.
 */
name: string, };

export type RetriedView = { 
/**
 * How many are tried again now.
 */
retried: number, };

export type RetryAllRequest = { 
/**
 * Which.
 */
which: Which, };

export type RetryRequest = { 
/**
 * Which.
 */
delivery: DeliveryId, };

export type RotateKeyRequest = { 
/**
 * The engine.
 */
engine: string, 
/**
 * Which of its keys another one is to follow.
 */
signs_as: SignsAs, };

export type SaveProfileRequest = { 
/**
 * The profile, as JSON text.
 */
profile: string, 
/**
 * The profile that it replaces, as it was read: one that was changed since is not written over. Absent if an engine
 * is added.
 */
over: string | null, };

export type SecretView = { 
/**
 * What it is called.
 */
name: string, 
/**
 * The secret itself.
 */
secret: string, };

export type SignsAs = "standard_webhooks" | "jwt";

export type SkipRequest = { 
/**
 * The hold on it.
 */
hold: Hold, };

export type Spared = "failing" | "resting";

export type SubmitRequest = { 
/**
 * The submissions, JSON each.
 */
documents: Array<string>, };

export type SubmittedView = { "outcome": "admitted", 
/**
 * The item.
 */
item: ItemId, } | { "outcome": "duplicate", 
/**
 * The item.
 */
item: ItemId, } | { "outcome": "refused", 
/**
 * The problem's stable code.
 */
code: string, 
/**
 * What is wrong and what to do.
 */
message: string, 
/**
 * JSON pointer to the member that is wrong.
 */
pointer: string | null, };

export type Suggestion = { 
/**
 * In the shape of the queue's kind: see [`crate::Kind`].
 */
answer: unknown, 
/**
 * From 0 (a guess) to 1 (certain).
 */
confidence?: number, 
/**
 * Who proposes it, such as a model and its version.
 */
by?: string, };

export type Timestamp = string;

export type TryEngineRequest = { 
/**
 * The engine's name.
 */
engine: string, 
/**
 * The submission of the item, JSON.
 */
submission: string, 
/**
 * The decision.
 */
draft: Draft, 
/**
 * What the engine answers.
 */
answer?: RecordedAnswer, };

export type TryOriginRequest = { 
/**
 * Which.
 */
origin: string, };

export type UndoRequest = { 
/**
 * Which.
 */
decision: DecisionId, };

export type Verdict = "approve" | "correct" | "reject" | "respond" | "cancel";

export type VerifyAuditRequest = { 
/**
 * A head that was kept elsewhere, `NUMBER:MAC`.
 */
kept: string | null, };

export type Which = { 
/**
 * Only these states; all, if empty.
 */
states: Array<DeliveryState>, 
/**
 * Only this engine's.
 */
engine: string | null, 
/**
 * Only those whose decision is at least so old.
 */
older_than_seconds: number | null, 
/**
 * Only those whose decision is not older.
 */
newer_than_seconds: number | null, };

export type WithdrawRequest = { 
/**
 * Which.
 */
delivery: DeliveryId, };

export type WithdrawnView = { 
/**
 * The item that waits again.
 */
item: ItemId, };

export type WrongProfileView = { 
/**
 * The line of the text, counted from 1; absent where the words name the member instead.
 */
line: number | null, 
/**
 * The column in that line, counted from 1.
 */
column: number | null, 
/**
 * What is wrong and what would be right. Where there is no line, they begin with the path of the member, such as
 * `settings/webhook: `.
 */
message: string, };

/** Every verb of the desk: what it asks and what it answers. */
export interface Verbs {
  look_around: { request: LookAroundRequest; answer: Overview };
  inbox: { request: InboxRequest; answer: InboxPage };
  next: { request: NextRequest; answer: Array<ItemView> };
  submit: { request: SubmitRequest; answer: Array<SubmittedView> };
  open: { request: OpenRequest; answer: ItemView };
  look: { request: LookRequest; answer: ItemView };
  look_up: { request: LookUpRequest; answer: ItemView };
  renew: { request: RenewRequest; answer: Array<ItemId> };
  release: { request: ReleaseRequest; answer: null };
  release_all: { request: ReleaseAllRequest; answer: null };
  skip: { request: SkipRequest; answer: null };
  flag: { request: FlagRequest; answer: null };
  keep_draft: { request: KeepDraftRequest; answer: null };
  decide: { request: DecideRequest; answer: Decided };
  undo: { request: UndoRequest; answer: ItemView };
  last_decision: { request: LastDecisionRequest; answer: DecisionId | null };
  deliveries: { request: DeliveriesRequest; answer: Array<DeliveryRowView> };
  count_deliveries: { request: CountDeliveriesRequest; answer: Array<DeliveryCount> };
  delivery: { request: DeliveryRequest; answer: DeliveryView };
  retry: { request: RetryRequest; answer: null };
  retry_all: { request: RetryAllRequest; answer: RetriedView };
  confirm: { request: ConfirmRequest; answer: null };
  withdraw: { request: WithdrawRequest; answer: WithdrawnView };
  audit_end: { request: AuditEndRequest; answer: AuditHeadView };
  audit_rows: { request: AuditRowsRequest; answer: Array<AuditRowView> };
  origins: { request: OriginsRequest; answer: Array<OriginView> };
  try_origin: { request: TryOriginRequest; answer: null };
  verify_audit: { request: VerifyAuditRequest; answer: AuditReportView };
  protocols: { request: ProtocolsRequest; answer: Array<ProtocolView> };
  engine: { request: EngineRequest; answer: EngineDetailView };
  engine_health: { request: EngineHealthRequest; answer: EngineHealthView };
  check_profile: { request: CheckProfileRequest; answer: CheckedProfileView };
  save_profile: { request: SaveProfileRequest; answer: EngineView };
  engines: { request: EnginesRequest; answer: Array<EngineView> };
  put_engine: { request: PutEngineRequest; answer: EngineView };
  put_queue: { request: PutQueueRequest; answer: null };
  issue_token: { request: IssueTokenRequest; answer: SecretView };
  try_engine: { request: TryEngineRequest; answer: Array<RehearsalView> };
  keys: { request: KeysRequest; answer: Array<KeyView> };
  jwt_algorithms: { request: JwtAlgorithmsRequest; answer: Array<JwtAlgorithmView> };
  create_key: { request: CreateKeyRequest; answer: NewKeyView };
  import_key: { request: ImportKeyRequest; answer: null };
  rotate_key: { request: RotateKeyRequest; answer: NewKeyView };
  retire_key: { request: RetireKeyRequest; answer: null };
  key_set: { request: KeySetRequest; answer: KeySetView };
}
