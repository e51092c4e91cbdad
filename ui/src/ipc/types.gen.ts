// Generated from Rust by `cargo test -p placet-tests --test contract`. Do not edit.

export type AttemptView = { number: number, started_at: Timestamp, took_ms: number | null, outcome: Outcome | null, status: number | null, words: string | null, answer: string | null, };

export type Changed = "items" | "deliveries" | "setup";

export type Choice = { label: string, title?: string | null, };

export type CreateKeyRequest = { name: string, };

export type DecideRequest = { hold: Hold, shown: string, draft: Draft, };

export type Decided = { decision: DecisionId, verdict: Verdict, undo_until: Timestamp, };

export type DecisionId = string;

export type DecisionView = { id: DecisionId, verdict: Verdict, answer: unknown, note: string | null, by: string, at: Timestamp, };

export type DeliveriesRequest = { states: Array<DeliveryState>, engine: string | null, before: DeliveryId | null, limit: number, };

export type DeliveryCount = { state: DeliveryState, count: number, };

export type DeliveryId = string;

export type DeliveryRequest = { delivery: DeliveryId, };

export type DeliveryRowView = { id: DeliveryId, item: ItemId, title: string, engine: string, task: string, protocol: string, target: string, state: DeliveryState, reason: string | null, due_at: Timestamp | null, decided_at: Timestamp, attempts: number, last: AttemptView | null, can_retry: boolean, };

export type DeliveryState = "held" | "withdrawn" | "due" | "sending" | "delivered" | "parked" | "unconfirmed" | "dead";

export type DeliveryView = { row: DeliveryRowView, decision: DecisionView, body: string, attempts: Array<AttemptView>, };

export type Draft = { verdict: Verdict, answer?: unknown, note?: string, };

export type EngineView = { name: string, allow: Array<string>, signing: string, schedule: string, };

export type EnginesRequest = Record<symbol, never>;

export type Error = { code: ErrorCode, message: string, };

export type ErrorCode = "lease_lost" | "held_by_another" | "closed" | "answer_refused" | "too_late" | "missing" | "invalid" | "keys" | "fault";

export type FlagRequest = { item: ItemId, flagged: boolean, };

export type Hold = { item: ItemId, fence: number, };

export type InboxPage = { offset: number, total: number, rows: Array<InboxRowView>, };

export type InboxRequest = { queue: string, offset: number, limit: number, };

export type InboxRowView = { id: ItemId, engine: string, task: string, title: string, kind: Kind, state: ItemState, confidence: number | null, priority: number, deadline: Timestamp | null, admitted_at: Timestamp, flagged: boolean, };

export type IssueTokenRequest = { engine: string, };

export type ItemId = number;

export type ItemState = "waiting" | "leased" | "decided" | "expired";

export type ItemView = { id: ItemId, engine: string, task: string, queue: string, kind: Kind, title: string, content: unknown, suggestions: Array<Suggestion>, best: number | null, choices: Array<Choice>, many: boolean, guidelines: string | null, verdicts: Array<Verdict>, note_required: Array<Verdict>, priority: number, deadline: Timestamp | null, admitted_at: Timestamp, flagged: boolean, state: ItemState, lease: LeaseView | null, shown: string, draft: Draft | null, decision: DecisionView | null, };

export type KeepDraftRequest = { hold: Hold, draft: Draft, };

export type Kind = "classify" | "action" | "fallback";

export type LastDecisionRequest = Record<symbol, never>;

export type LeaseView = { fence: number, until: Timestamp, seconds: number, };

export type LookAroundRequest = Record<symbol, never>;

export type LookRequest = { item: ItemId, };

export type LookUpRequest = { engine: string, task: string, };

export type NextRequest = { queue: string, limit: number, };

export type OpenRequest = { item: ItemId, };

export type Order = "confidence" | "priority" | "deadline" | "age";

export type Outcome = "accepted" | "already_done" | "gone" | "not_found" | "failed" | "ambiguous" | "throttled" | { "parked": Park } | "refused" | "interrupted";

export type Overview = { reviewer: string, version: string, intake: string, keys: string, queues: Array<QueueView>, deliveries: Array<DeliveryCount>, };

export type Park = "auth" | "tls" | "policy";

export type PutEngineRequest = { engine: unknown, };

export type PutQueueRequest = { queue: Queue, };

export type Queue = { name: string, kind: Kind, guidelines?: string | null, choices: Array<Choice>, many: boolean, answer_schema?: unknown, order: Order, note_required: Array<Verdict>, lease_seconds: number, undo_seconds: number, };

export type QueueView = { queue: Queue, waiting: number, leased: number, decided: number, };

export type ReleaseAllRequest = Record<symbol, never>;

export type ReleaseRequest = { holds: Array<Hold>, };

export type RenewRequest = { holds: Array<Hold>, };

export type RetryRequest = { delivery: DeliveryId, };

export type SecretView = { name: string, secret: string, };

export type SkipRequest = { hold: Hold, };

export type SubmitRequest = { documents: Array<string>, };

export type SubmittedView = { "outcome": "admitted", item: ItemId, } | { "outcome": "duplicate", item: ItemId, } | { "outcome": "refused", code: string, message: string, pointer: string | null, };

export type Suggestion = { answer: unknown, confidence?: number | null, by?: string | null, };

export type Timestamp = string;

export type UndoRequest = { decision: DecisionId, };

export type Verdict = "approve" | "correct" | "reject" | "respond" | "cancel";

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
  delivery: { request: DeliveryRequest; answer: DeliveryView };
  retry: { request: RetryRequest; answer: null };
  engines: { request: EnginesRequest; answer: Array<EngineView> };
  put_engine: { request: PutEngineRequest; answer: EngineView };
  put_queue: { request: PutQueueRequest; answer: null };
  issue_token: { request: IssueTokenRequest; answer: SecretView };
  create_key: { request: CreateKeyRequest; answer: SecretView };
}
