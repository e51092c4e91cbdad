// A desk in memory that answers the window's verbs: what stands behind the IPC boundary in tests.

import { emit } from "@tauri-apps/api/event";
import { mockConvertFileSrc, mockIPC } from "@tauri-apps/api/mocks";

import type {
  Changed,
  Decided,
  DeliveryCount,
  DeliveryRowView,
  DeliveryView,
  Draft,
  EngineView,
  Error as Problem,
  FateView,
  Hold,
  InboxRowView,
  ItemView,
  KeyKind,
  KeyView,
  NewKeyView,
  Outcome,
  Overview,
  Queue,
  Verbs,
  OriginView,
  ProtocolView,
  Which,
  WrongProfileView,
} from "../src/ipc/types.gen";

type Verb = keyof Verbs;
type Request<V extends Verb> = Verbs[V]["request"];
type Answers = { [V in Verb]?: (request: Request<V>) => Verbs[V]["answer"] };

/** One verb that was asked. */
export interface Asked {
  verb: Verb;
  request: unknown;
}

/** Items, leases, decisions and deliveries, as the real desk would hold them. */
export class MemoryDesk {
  readonly queues: Queue[] = [];
  readonly items = new Map<number, ItemView>();
  /** The waiting items of each queue, in its order. */
  readonly waiting = new Map<string, number[]>();
  readonly deliveries: DeliveryView[] = [];
  /** The profiles of engines by name; an engine that only has deliveries has a bare one. */
  readonly profiles = new Map<string, Profile>();
  /** The keys where they live, by name. */
  readonly kept = new Map<string, string>();
  /** The receivers that are left alone. */
  origins: OriginView[] = [];
  readonly asked: Asked[] = [];
  intake = "http://127.0.0.1:7410";
  keys = "env";
  withoutAuditKey: string | null = null;

  #fence = 0;
  #decisions = 0;
  #tokens = 0;
  readonly #decided: { decision: string; item: number; draft: Draft }[] = [];
  readonly #refusals = new Map<Verb, Problem[]>();
  readonly #gates = new Map<Verb, Promise<void>>();

  /** Puts the window's calls through to this desk. */
  connect(): void {
    mockConvertFileSrc("linux");
    mockIPC(
      (command, payload) => {
        if (command !== "ask") throw new Error(`the window called ${command}, which the shell does not have`);
        const { verb, request } = payload as { verb: Verb; request: never };
        return this.ask(verb, request);
      },
      { shouldMockEvents: true },
    );
  }

  /** The next time this verb is asked, it is refused so. */
  refuse(verb: Verb, problem: Problem): void {
    this.#refusals.set(verb, [...(this.#refusals.get(verb) ?? []), problem]);
  }

  /** Holds every answer to this verb back until the returned function is called. */
  hold(verb: Verb): () => void {
    let open: () => void = () => undefined;
    this.#gates.set(verb, new Promise((resolve) => (open = resolve)));
    return () => {
      this.#gates.delete(verb);
      open();
    };
  }

  /** Tells the window of a change, as the shell does. */
  async announce(changed: Changed): Promise<void> {
    await emit("changed", changed);
  }

  addQueue(queue: Partial<Queue> & Pick<Queue, "name" | "kind">): void {
    this.queues.push({
      choices: [],
      many: false,
      order: "confidence",
      note_required: ["reject"],
      declined_by: ["reject", "cancel"],
      lease_seconds: 300,
      undo_seconds: 10,
      ...queue,
    });
    this.waiting.set(queue.name, []);
  }

  addItem(queue: string, item: Partial<ItemView> = {}): ItemView {
    const rules = this.#queue(queue);
    const id = item.id ?? this.items.size + 1;
    const suggestions = item.suggestions ?? [];
    const made: ItemView = {
      id,
      engine: "faces",
      task: `task-${id}`,
      queue,
      kind: rules.kind,
      title: `Item ${id}`,
      content: { text: `Content of ${id}` },
      suggestions,
      best: suggestions.length > 0 ? 0 : null,
      choices: rules.choices,
      many: rules.many,
      guidelines: rules.guidelines ?? null,
      verdicts: VERDICTS[rules.kind],
      note_required: rules.note_required,
      priority: 0,
      deadline: null,
      admitted_at: new Date(Date.now() - 4 * 3_600_000).toISOString(),
      flagged: false,
      state: "waiting",
      lease: null,
      shown: `sha256:${id}`,
      draft: null,
      decision: null,
      ...item,
    };
    this.items.set(id, made);
    this.waiting.get(queue)?.push(id);
    return made;
  }

  addDelivery(row: Partial<DeliveryRowView>, story: Partial<DeliveryView> = {}): void {
    const n = this.deliveries.length + 1;
    this.deliveries.unshift({
      row: {
        id: `01970000-0000-7000-8000-${String(n).padStart(12, "0")}`,
        item: n,
        title: `Item ${n}`,
        engine: "faces",
        task: `task-${n}`,
        protocol: "webhook",
        target: "http://127.0.0.1:7411/callback",
        state: "delivered",
        reason: null,
        due_at: null,
        origin: "http://127.0.0.1:7411",
        decided_at: new Date(Date.now() - 60_000).toISOString(),
        attempts: story.attempts?.length ?? 0,
        last: story.attempts?.at(-1) ?? null,
        ...standsAs(row.state ?? "delivered"),
        ...row,
      },
      next: null,
      ambiguous: false,
      deadline: null,
      too_late_at: null,
      queue: "tickets",
      request: { method: "POST", target: "http://127.0.0.1:7411/callback", headers: ["content-type", "webhook-id", "webhook-signature"] },
      decision: { id: `decision-${n}`, verdict: "approve", answer: { label: "3" }, note: null, by: "ada", at: new Date().toISOString() },
      body: JSON.stringify({ type: "item.decided", data: { answer: { label: "3" } } }),
      attempts: [],
      ...story,
    });
  }

  /** What was asked of one verb. */
  requests<V extends Verb>(verb: V): Request<V>[] {
    return this.asked.filter((asked) => asked.verb === verb).map(({ request }) => request as Request<V>);
  }

  async ask(verb: Verb, request: never): Promise<unknown> {
    this.asked.push({ verb, request });
    // An answer always comes later than its question.
    await Promise.resolve();
    await this.#gates.get(verb);
    const refusal = this.#refusals.get(verb)?.shift();
    if (refusal) throw refusal;
    const answer = this.#answers[verb] as ((request: never) => unknown) | undefined;
    if (!answer) throw new Error(`the desk in memory does not know ${verb}`);
    // As over the wire: nobody may change what the other one holds.
    return structuredClone(answer(request) ?? null);
  }

  readonly #answers: Answers = {
    look_around: () => this.#overview(),
    inbox: ({ queue, offset, limit }) => {
      const held = [...this.items.values()].filter((item) => item.queue === queue && item.state === "leased").map(({ id }) => id);
      const waiting = this.waiting.get(queue) ?? [];
      const rows = [...held, ...waiting.slice(0, offset + limit)].slice(offset, offset + limit);
      const beyond = rows.length === 0 ? waiting.slice(offset - held.length, offset - held.length + limit) : rows;
      return { offset, total: held.length + waiting.length, rows: beyond.map((id) => this.#row(id, queue)) };
    },
    next: ({ queue, limit }) => (this.waiting.get(queue) ?? []).slice(0, limit).map((id) => this.#lease(id, queue)),
    open: ({ item }) => this.#lease(item),
    renew: ({ holds }) => holds.filter((hold) => !this.#isHeld(hold)).map(({ item }) => item),
    release: ({ holds }) => {
      for (const hold of holds) if (this.#isHeld(hold)) this.#putBack(hold.item);
      return null;
    },
    release_all: () => {
      for (const item of this.items.values()) if (item.state === "leased") this.#putBack(item.id);
      return null;
    },
    skip: ({ hold }) => {
      const item = this.#held(hold);
      this.items.set(item.id, { ...item, state: "waiting", lease: null });
      this.waiting.get(item.queue)?.push(item.id);
      return null;
    },
    flag: ({ item, flagged }) => {
      this.items.set(item, { ...this.#item(item), flagged });
      return null;
    },
    keep_draft: ({ hold, draft }) => {
      this.items.set(hold.item, { ...this.#held(hold), draft });
      return null;
    },
    decide: ({ hold, draft }) => this.#decide(hold, draft),
    undo: ({ decision }) => {
      const place = this.#decided.findIndex((decided) => decided.decision === decision);
      const [decided] = place < 0 ? [] : this.#decided.splice(place, 1);
      if (!decided) throw problem("too_late", "It is too late to take this back: the answer is on its way to the engine.");
      this.items.set(decided.item, { ...this.#item(decided.item), state: "waiting", draft: decided.draft });
      return this.#lease(decided.item);
    },
    last_decision: () => this.#decided.at(-1)?.decision ?? null,
    deliveries: ({ which, first, past, up_to, limit }) => {
      const rows = this.#fitting(which).map(({ row }) => row);
      if (first === "oldest") rows.reverse();
      const from = past === null ? 0 : rows.findIndex(({ id }) => (first === "oldest" ? id > past : id < past));
      const to = up_to === null ? -1 : rows.findIndex(({ id }) => (first === "oldest" ? id > up_to : id < up_to));
      return from < 0 ? [] : rows.slice(from, to < 0 ? undefined : to).slice(0, limit);
    },
    origins: () => this.origins,
    try_origin: ({ origin }) => {
      this.origins = this.origins.filter((one) => one.origin !== origin);
      return null;
    },
    count_deliveries: ({ which }) => counted(this.#fitting(which)),
    delivery: ({ delivery }) => this.#delivery(delivery),
    retry: ({ delivery }) => {
      this.#retry(this.#delivery(delivery));
      return null;
    },
    retry_all: ({ which }) => {
      const retried = this.#fitting(which).filter(({ row }) => row.can_retry);
      for (const story of retried) this.#retry(story);
      return { retried: retried.length };
    },
    confirm: ({ delivery }) => {
      const story = this.#delivery(delivery);
      if (!story.row.can_confirm) throw problem("too_late", "This delivery cannot be confirmed. The engine has it already.");
      story.row = { ...story.row, state: "delivered", due_at: null, reason: "ada said that the engine has it.", ...standsAs("delivered") };
      return null;
    },
    withdraw: ({ delivery }) => {
      const story = this.#delivery(delivery);
      if (!story.row.can_withdraw) throw problem("too_late", "It is too late to take this back: the answer is on its way to the engine.");
      story.row = { ...story.row, state: "withdrawn", due_at: null, reason: "ada took the decision back, so nothing is sent.", ...standsAs("withdrawn") };
      return { item: story.row.item };
    },
    engines: () => this.#engines(),
    protocols: () => PROTOCOLS,
    engine: ({ engine }) => {
      const profile = this.#profile(engine);
      return { engine: engineOf(profile), profile: JSON.stringify(profile, null, 2) };
    },
    engine_health: ({ engine }) => {
      const its = this.deliveries.filter(({ row }) => row.engine === engine);
      const places = new Set(its.map(({ row }) => row.origin));
      const items = [...this.items.values()].filter((item) => item.engine === engine);
      const open = items.filter(({ state }) => state === "waiting" || state === "leased").length;
      return { engine, open, expired: items.filter(({ state }) => state === "expired").length, deliveries: counted(its), newest: its.slice(0, 20).map(({ row }) => row), spared: this.origins.filter(({ origin }) => places.has(origin)) };
    },
    check_profile: ({ profile, of }) => {
      const read = this.#readProfile(profile, of);
      return "wrong" in read ? { outcome: "wrong", wrong: read.wrong } : { outcome: "right", engine: engineOf(read) };
    },
    save_profile: ({ profile, over }) => {
      const of = over === null ? null : (JSON.parse(over) as Profile).name;
      const read = this.#readProfile(profile, of);
      if ("wrong" in read) throw problem("invalid", `${read.wrong.message}.`);
      if (of !== null && JSON.stringify(this.#profile(of)) !== JSON.stringify(JSON.parse(over ?? ""))) {
        throw problem("invalid", `The profile of "${of}" was changed meanwhile, and nothing was saved. Look at what it says now, then save again.`);
      }
      this.profiles.set(read.name, read);
      return engineOf(read);
    },
    issue_token: ({ engine }) => ({ name: this.#profile(engine).name, secret: `plc_${++this.#tokens}` }),
    keys: () => [...this.profiles.values()].flatMap(keysOf),
    jwt_algorithms: () => [
      { algorithm: "EdDSA", kind: "ed25519" },
      { algorithm: "ES256", kind: "p256" },
      { algorithm: "HS256", kind: "shared_secret" },
    ],
    try_engine: ({ engine, submission, draft, answer }) => {
      const item = JSON.parse(submission) as { callbacks?: { protocol: string; url?: string }[] };
      if (item.callbacks === undefined) throw problem("invalid", "The item names no callback, so that nothing would be sent.");
      const status = answer?.status ?? null;
      return item.callbacks.map(({ protocol, url = "" }) => ({
        protocol,
        method: "POST",
        url,
        headers: [["content-type", "application/json"], ["webhook-signature", "[hidden]"]] as [string, string][],
        body: JSON.stringify({ engine, verdict: draft.verdict }),
        fate: status === null ? null : status === 200 ? fate("accepted", "The receiver has it.", "delivered", null) : fate("throttled", `The receiver answered ${status}.`, "due", 30_000),
      }));
    },
    create_key: ({ name, kind }) => this.#newKey(name, kind),
    import_key: ({ name, text }) => {
      this.#isFree(name);
      this.kept.set(name, text);
      return null;
    },
    rotate_key: ({ engine, signs_as }) => {
      const profile = this.#profile(engine);
      const signing = profile.signing ?? {};
      const before = signs_as === "jwt" ? signing.jwt?.key : namesOf(signing.standard_webhooks)[0];
      if (before === undefined) throw problem("invalid", "Its callbacks are not signed so.");
      const [, base = before, number = "1"] = /^(.+?)(?:\.(\d+))?$/.exec(before) ?? [];
      const name = `${base}.${Number(number) + 1}`;
      const changed = signs_as === "jwt" && signing.jwt !== undefined ? { ...signing, jwt: { ...signing.jwt, key: name, published: [before, ...(signing.jwt.published ?? [])] } } : { ...signing, standard_webhooks: [name, ...namesOf(signing.standard_webhooks)] };
      this.profiles.set(engine, { ...profile, signing: changed });
      return this.#newKey(name, signs_as === "jwt" ? "ed25519" : "webhook_secret");
    },
    retire_key: ({ name }) => {
      for (const profile of this.profiles.values()) {
        const { signing } = profile;
        if (signing === undefined) continue;
        const others = namesOf(signing.standard_webhooks).filter((key) => key !== name);
        if (signing.standard_webhooks !== undefined && others.length === 0) throw problem("invalid", `The callbacks of engine "${profile.name}" would go without the key "${name}".`);
        if (signing.standard_webhooks !== undefined) signing.standard_webhooks = others;
        if (signing.jwt?.published !== undefined) signing.jwt.published = signing.jwt.published.filter((key) => key !== name);
      }
      this.kept.delete(name);
      return null;
    },
  };

  #newKey(name: string, kind: KeyKind): NewKeyView {
    this.#isFree(name);
    const isShared = kind === "webhook_secret" || kind === "shared_secret";
    this.kept.set(name, isShared ? `whsec_${name}` : "private");
    return { name, secret: isShared ? `whsec_${name}` : null, public: isShared ? null : `-----BEGIN PUBLIC KEY-----\n${name}\n-----END PUBLIC KEY-----\n` };
  }

  #isFree(name: string): void {
    if (this.kept.has(name)) throw problem("keys", `There is a key "${name}" in the system's keychain already, and it may be in use. Choose another name.`);
  }

  #overview(): Overview {
    return {
      reviewer: "ada",
      version: "0.1.0",
      intake: this.intake,
      keys: this.keys,
      without_audit_key: this.withoutAuditKey,
      queues: this.queues.map((queue) => ({
        queue,
        waiting: this.waiting.get(queue.name)?.length ?? 0,
        leased: [...this.items.values()].filter((item) => item.queue === queue.name && item.state === "leased").length,
        decided: this.#decided.length,
      })),
      deliveries: counted(this.deliveries),
    };
  }

  #engines(): EngineView[] {
    const names = new Set([...this.profiles.keys(), ...this.deliveries.map(({ row }) => row.engine)]);
    return [...names].sort().map((name) => engineOf(this.#profile(name)));
  }

  #profile(name: string): Profile {
    return this.profiles.get(name) ?? { name, allow: [] };
  }

  /** As much as the window needs of how the real desk reads a profile. */
  #readProfile(text: string, of: string | null): Profile | { wrong: WrongProfileView } {
    const profile = JSON.parse(text) as Profile;
    const wrong = (message: string, line: number | null = null, column: number | null = null) => ({ wrong: { line, column, message } });
    const unknown = Object.keys(profile).find((member) => !["name", "allow", "signing", "schedule", "settings"].includes(member));
    if (unknown !== undefined) return wrong(`unknown field "${unknown}"`, text.slice(0, text.indexOf(unknown)).split("\n").length, 3);
    if (!/^[a-z0-9._-]{1,64}$/.test(profile.name)) return wrong("name: a name is 1 to 64 of a-z, 0-9, -, _ and .");
    if (of !== null && of !== profile.name) return wrong(`name: this is the profile of "${of}", and an engine keeps its name; add another engine instead`);
    if (of === null && this.#engines().some(({ name }) => name === profile.name)) return wrong(`name: there is an engine "${profile.name}" already; choose another name, or change its profile`);
    return profile;
  }

  #decide(hold: Hold, draft: Draft): Decided {
    const item = this.#held(hold);
    // As the real desk has it: an answer that a machine proposed is an approval.
    const isProposed = draft.answer !== undefined && item.suggestions.some(({ answer }) => JSON.stringify(answer) === JSON.stringify(draft.answer));
    const verdict = isProposed ? "approve" : draft.verdict;
    if (draft.note === undefined && item.note_required.includes(verdict)) {
      throw problem("answer_refused", `Say why in the note: this queue asks for it with "${verdict}".`);
    }
    const decision = `decision-${++this.#decisions}`;
    const proposed = item.best === null ? undefined : item.suggestions[item.best]?.answer;
    const answer = draft.answer ?? (draft.verdict === "approve" ? proposed : undefined);
    this.#decided.push({ decision, item: item.id, draft: { ...draft, verdict, answer } });
    this.items.set(item.id, { ...item, state: "decided", lease: null });
    const undo_until = new Date(Date.now() + this.#queue(item.queue).undo_seconds * 1000).toISOString();
    return { decision, verdict, undo_until };
  }

  #lease(id: number, queue?: string): ItemView {
    const item = this.items.get(id) ?? (queue === undefined ? undefined : this.addItem(queue, { id }));
    if (!item) throw problem("missing", `There is no item ${id}.`);
    if (item.state === "decided") throw problem("closed", "This item is decided already.");
    if (item.state === "expired") throw problem("closed", "The engine does not wait for this any more.");
    const waiting = this.waiting.get(item.queue) ?? [];
    this.waiting.set(item.queue, waiting[0] === id ? waiting.slice(1) : waiting.filter((other) => other !== id));
    const seconds = this.#queue(item.queue).lease_seconds;
    const until = new Date(Date.now() + seconds * 1000).toISOString();
    const leased: ItemView = { ...item, state: "leased", lease: { fence: ++this.#fence, until, seconds } };
    this.items.set(id, leased);
    return leased;
  }

  #putBack(id: number): void {
    const item = this.#item(id);
    this.items.set(id, { ...item, state: "waiting", lease: null });
    this.waiting.get(item.queue)?.unshift(id);
  }

  #isHeld({ item, fence }: Hold): boolean {
    return this.items.get(item)?.lease?.fence === fence;
  }

  #held(hold: Hold): ItemView {
    if (!this.#isHeld(hold)) throw problem("lease_lost", "Your hold on this item ran out. Open it again to answer it.");
    return this.#item(hold.item);
  }

  #row(id: number, queue: string): InboxRowView {
    const item = this.items.get(id);
    if (!item) {
      const kind = this.#queue(queue).kind;
      return { id, engine: "faces", task: `task-${id}`, title: `Item ${id}`, kind, state: "waiting", confidence: (id % 97) / 100, priority: 0, deadline: null, admitted_at: new Date(Date.now() - id * 1000).toISOString(), flagged: false };
    }
    const { engine, task, title, kind, state, priority, deadline, admitted_at, flagged } = item;
    const confidence = item.best === null ? null : (item.suggestions[item.best]?.confidence ?? null);
    return { id, engine, task, title, kind, state, confidence, priority, deadline, admitted_at, flagged };
  }

  #item(id: number): ItemView {
    const item = this.items.get(id);
    if (!item) throw problem("missing", `There is no item ${id}.`);
    return item;
  }

  #queue(name: string): Queue {
    const queue = this.queues.find((queue) => queue.name === name);
    if (!queue) throw problem("missing", `There is no queue "${name}".`);
    return queue;
  }

  #fitting({ states, engine, older_than_seconds, newer_than_seconds }: Which): DeliveryView[] {
    return this.deliveries.filter(({ row }) => {
      const age_s = (Date.now() - Date.parse(row.decided_at)) / 1000;
      const isOfState = states.length === 0 || states.includes(row.state);
      return isOfState && (engine === null || engine === row.engine) && age_s >= (older_than_seconds ?? 0) && age_s <= (newer_than_seconds ?? Infinity);
    });
  }

  #retry(story: DeliveryView): void {
    story.row = { ...story.row, state: "due", due_at: new Date().toISOString(), reason: null, ...standsAs("due") };
  }

  #delivery(id: string): DeliveryView {
    const story = this.deliveries.find(({ row }) => row.id === id);
    if (!story) throw problem("missing", `There is no delivery ${id}.`);
    return story;
  }
}

/** As much of an engine's profile as tests need. */
export interface Profile {
  name: string;
  allow: string[];
  signing?: { standard_webhooks?: string | string[]; jwt?: { key: string; algorithm: string; published?: string[] } };
  schedule?: string;
}

const PROTOCOLS: ProtocolView[] = [
  { name: "webhook", title: "Webhook", about: "An engine of your own, or any that takes a signed POST. It reads verdict and answer from the body.", example: { protocol: "webhook", url: "BASE" }, settings: null, allow: ["BASE"], preset: null },
  { name: "google-workflows", title: "Google Cloud Workflows", about: "A workflow that waits in events.await_callback. Hand in the URL of its callback endpoint.", example: { protocol: "google-workflows", url: "BASE" }, settings: null, allow: ["BASE"], preset: null },  {
    name: "http",
    title: "GitLab, deployment approval",
    about: "A deployment to a protected environment waits.",
    example: { protocol: "http", project: "shop/web", deployment: 42 },
    settings: { base: "BASE" },
    allow: ["BASE/api/v4/projects"],
    preset: { name: "gitlab-deployments", base: "https://gitlab.com", pauses: "A deployment to a protected environment waits.", signer: "A project's access token.", signing: { header: { name: "PRIVATE-TOKEN", key: "KEY" } }, sources: ["https://docs.gitlab.com/api/deployments/"] },
  },
];

function engineOf({ name, allow, signing, schedule = "voicebase" }: Profile): EngineView {
  const keys = keysOf({ name, allow, ...(signing === undefined ? {} : { signing }) });
  const words = keys.map((key) => `${key.used} with key "${key.name}"`).join(", ");
  return { name, allow, addresses: [], private_ca: false, signing: words === "" ? "not signed" : words, keys: keys.map((key) => key.name), schedule, at_once: 4 };
}

function namesOf(keys: string | string[] | undefined): string[] {
  return typeof keys === "string" ? [keys] : (keys ?? []);
}

function keysOf({ name: engine, signing }: Profile): KeyView[] {
  const webhooks = namesOf(signing?.standard_webhooks);
  const keys: KeyView[] = webhooks.map((name, place) => ({ name, engine, used: "Standard Webhooks", id: null, rotates: place === 0 ? "standard_webhooks" : null, can_retire: webhooks.length > 1 }));
  if (signing?.jwt === undefined) return keys;
  const { key, algorithm, published = [] } = signing.jwt;
  keys.push({ name: key, engine, used: `JWT ${algorithm}`, id: null, rotates: "jwt", can_retire: false });
  return [...keys, ...published.map((name): KeyView => ({ name, engine, used: "published, signs no tokens", id: name, rotates: null, can_retire: true }))];
}

function fate(outcome: Outcome, words: string, state: DeliveryRowView["state"], again_in_ms: number | null): FateView {
  return { outcome, words, state, becomes: `The delivery would be ${state}, ${again_in_ms === null ? "not tried again" : `tried again after ${again_in_ms / 1_000} s`}.`, again_in_ms };
}

/** What a person may do with a delivery in this state. */
function standsAs(state: DeliveryRowView["state"]) {
  const needsYou = ["parked", "expired", "unconfirmed", "dead"].includes(state);
  return { can_retry: needsYou || state === "due", can_confirm: needsYou, can_withdraw: state === "held" };
}

function counted(deliveries: readonly DeliveryView[]): DeliveryCount[] {
  const states = new Map<DeliveryRowView["state"], number>();
  for (const { row } of deliveries) states.set(row.state, (states.get(row.state) ?? 0) + 1);
  return [...states].map(([state, count]) => ({ state, count }));
}

const VERDICTS: Record<ItemView["kind"], ItemView["verdicts"]> = {
  classify: ["approve", "correct", "reject", "cancel"],
  action: ["approve", "correct", "reject", "respond", "cancel"],
  fallback: ["approve", "reject", "cancel"],
};

/** A refusal as the real desk words it. */
export function problem(code: Problem["code"], message: string): Problem {
  return { code, message };
}
