// A desk with something of everything on it.

import type { AttemptView, ItemView, Suggestion } from "../src/ipc/types.gen";
import { MemoryDesk } from "./desk";

const DIGITS = Array.from({ length: 10 }, (_, digit) => ({ label: String(digit) }));

function guesses(...labels: [string, number][]): Suggestion[] {
  return labels.map(([label, confidence]) => ({ answer: { label }, confidence, by: "nearest-mean" }));
}

/** The labels of the tickets. */
export const TICKETS = [
  { label: "billing", title: "Billing" },
  { label: "login", title: "Login problem" },
  { label: "refund", title: "Refund" },
];

/** A queue of texts with three labels and `count` items in it. */
export function tickets(count: number, item: (n: number) => Partial<ItemView> = () => ({})): MemoryDesk {
  const desk = new MemoryDesk();
  desk.addQueue({ name: "tickets", kind: "classify", choices: TICKETS });
  for (let n = 1; n <= count; n++) {
    desk.addItem("tickets", { title: `Ticket ${n}`, suggestions: guesses(["login", 0.41], ["billing", 0.3]), ...item(n) });
  }
  return desk;
}

export function attempt(number: number, part: Partial<AttemptView>): AttemptView {
  return { number, started_at: new Date(Date.now() - (10 - number) * 60_000).toISOString(), took_ms: 40, outcome: "accepted", phase: "got_body", status: 200, retry_after_ms: null, words: null, answer: null, ...part };
}

/** Every kind, and deliveries in every state. */
export function wholeOffice(): MemoryDesk {
  const desk = tickets(40, (n) => ({
    title: ["Login loop after reset", "Charged twice in May", "Where is order 417-882?", "Refund for a cancelled trip"][n % 4] ?? "",
    content: {
      text: "Hello, I reset my password twice today and each time I land back on the login page. The second mail's link said it had already been used, although I only clicked it once.\n\nI did not sign in from Lisbon. Please lock the account until this is sorted out, and tell me whether order #417-882 was touched.",
      channel: "email",
      language: "en",
    },
    flagged: n === 3,
    deadline: n === 2 ? new Date(Date.now() + 40 * 60_000).toISOString() : null,
    suggestions: guesses(["login", 0.2 + n / 60], ["billing", 0.11]),
    guidelines: "Choose what the customer needs first. If two fit, choose the one that costs them money.",
  }));
  desk.addQueue({ name: "digits", kind: "classify", choices: DIGITS });
  for (let n = 0; n < 30; n++) {
    desk.addItem("digits", {
      title: "Which digit is this?",
      content: { image: { attachment: `sha256:${String(n % 10).repeat(64)}`, media_type: "image/png" } },
      suggestions: guesses([String(n % 10), 0.31 + n / 100], [String((n + 3) % 10), 0.22]),
    });
  }
  desk.addQueue({ name: "labels", kind: "classify", many: true, choices: TICKETS });
  for (let n = 0; n < 6; n++) {
    desk.addItem("labels", { title: "Everything this mail is about", suggestions: [{ answer: { labels: ["billing", "refund"] }, confidence: 0.52, by: "tagger-3" }] });
  }
  desk.addQueue({ name: "refunds", kind: "action" });
  for (let n = 0; n < 8; n++) {
    desk.addItem("refunds", {
      title: "Agent wants to refund an order",
      content: {
        tool: "refund_order",
        arguments: { order: "417-882", amount: { value: 41.5, currency: "EUR" }, reason: "Customer asked\u202e for it", notify: true },
        thread: "support-9912",
      },
    });
  }
  desk.addQueue({ name: "odd-ones", kind: "fallback" });
  desk.addItem("odd-ones", { title: "A form nobody described", content: { supplier: "ACME", pages: [1, 2, 3], checked: null } });

  for (let n = 0; n < 60; n++) desk.addDelivery({ title: "Which digit is this?" }, { attempts: [attempt(1, { took_ms: 12 + n })] });
  desk.addDelivery(
    { title: "Charged twice in May", state: "due", due_at: new Date(Date.now() + 840_000).toISOString(), reason: "The receiver answered 503: maintenance." },
    { attempts: [attempt(1, { outcome: "failed", status: 503, words: "The receiver answered 503.", answer: "maintenance" })] },
  );
  desk.addDelivery(
    { title: "Agent wants to refund an order", state: "parked", target: "https://agents.example/resume", reason: "The receiver does not accept our signature (401). Check the engine's key, then try again." },
    { attempts: [attempt(1, { outcome: { parked: "auth" }, status: 401, words: "The receiver answered 401.", answer: '{"error":"bad signature"}' })] },
  );
  desk.addDelivery(
    { title: "Where is order 417-882?", state: "dead", reason: "Nobody answered at that address, three times." },
    { attempts: [1, 2, 3].map((number) => attempt(number, { outcome: "not_found", status: 404, words: "The receiver answered 404." })) },
  );
  desk.addDelivery(
    { title: "Refund for a cancelled trip", engine: "agents", state: "unconfirmed", target: "https://agents.example/resume", reason: "The receiver answered 410: nobody waits there any more." },
    {
      attempts: [
        attempt(1, { outcome: "ambiguous", status: null, took_ms: 30_000, words: "The receiver took the request and did not answer within 30 seconds." }),
        attempt(2, { outcome: "gone", status: 410, words: "The receiver answered 410: nobody waits there any more.", answer: '{"error":"task 417 is over"}' }),
      ],
      next: "An attempt may have got through, and nobody waits there any more. Look into the engine: mark this as delivered if it has the answer, else try again.",
      ambiguous: true,
      deadline: new Date(Date.now() - 3_600_000).toISOString(),
    },
  );
  desk.addDelivery({ title: "Login loop after reset", state: "held", due_at: new Date(Date.now() + 7_000).toISOString() });
  desk.profiles.set("agents", { name: "agents", allow: ["https://agents.example/resume"], signing: { standard_webhooks: ["agents.2", "agents"], jwt: { key: "tokens", algorithm: "EdDSA" } } });
  desk.profiles.set("faces", { name: "faces", allow: ["http://127.0.0.1:7411/callback"], schedule: "fast" });
  desk.profiles.set("night-batch", { name: "night-batch", allow: ["https://batch.example/done"], signing: { standard_webhooks: "batch" } });
  return desk;
}
