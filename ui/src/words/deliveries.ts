// A delivery's states in the window's words.

import type { DeliveryCount, DeliveryRowView, DeliveryState, Outcome, Phase } from "../ipc/types.gen";
import type { Tone } from "../parts/Dot";
import { count } from "../parts/number";

export const STATES: Record<DeliveryState, { word: string; tone: Tone }> = {
  held: { word: "can be undone", tone: "quiet" },
  withdrawn: { word: "withdrawn", tone: "quiet" },
  due: { word: "waits", tone: "busy" },
  sending: { word: "sending", tone: "busy" },
  delivered: { word: "delivered", tone: "good" },
  parked: { word: "parked", tone: "warn" },
  expired: { word: "too late", tone: "bad" },
  unconfirmed: { word: "unconfirmed", tone: "warn" },
  dead: { word: "given up", tone: "bad" },
};

/** A delivery's state in the log: one that failed before and is tried again says so. */
export function stateOf({ state, attempts }: Pick<DeliveryRowView, "state" | "attempts">): { word: string; tone: Tone } {
  return state === "due" && attempts > 0 ? { word: "tries again", tone: "warn" } : STATES[state];
}

/** States that nothing moves on from but a person. */
export const NEEDS_YOU: DeliveryState[] = ["parked", "expired", "unconfirmed", "dead"];

/** States in which the schedule, or a person before it, makes another try. */
export const RETRIED: DeliveryState[] = ["due", ...NEEDS_YOU];

/** How many deliveries are in these states; in all, if none is named. */
export function countIn(counts: readonly DeliveryCount[], states: readonly DeliveryState[]): number {
  return counts.filter(({ state }) => states.length === 0 || states.includes(state)).reduce((sum, { count }) => sum + count, 0);
}

/** How many are in each of these states, in words: `2 unconfirmed, 1 given up`. */
export function inWords(counts: readonly DeliveryCount[], states: readonly DeliveryState[]): string {
  return states
    .map((state) => ({ word: STATES[state].word, n: countIn(counts, [state]) }))
    .filter(({ n }) => n > 0)
    .map(({ word, n }) => `${count(n)} ${word}`)
    .join(", ");
}

const OUTCOMES: Record<Extract<Outcome, string>, { word: string; tone: Tone }> = {
  accepted: { word: "accepted", tone: "good" },
  already_done: { word: "already had it", tone: "good" },
  gone: { word: "nobody waits there", tone: "bad" },
  not_found: { word: "not found", tone: "warn" },
  failed: { word: "failed", tone: "warn" },
  ambiguous: { word: "no answer", tone: "warn" },
  offline: { word: "no network", tone: "warn" },
  throttled: { word: "asked to wait", tone: "warn" },
  refused: { word: "refused", tone: "bad" },
  interrupted: { word: "interrupted", tone: "warn" },
};

const PARKED = { auth: "credentials not accepted", tls: "no trusted connection", policy: "address not allowed" };

/** What an attempt came to; one without outcome is under way. */
export function outcomeOf(outcome: Outcome | null): { word: string; tone: Tone } {
  if (outcome === null) return { word: "under way", tone: "busy" };
  return typeof outcome === "string" ? OUTCOMES[outcome] : { word: PARKED[outcome.parked], tone: "warn" };
}

/** How far an attempt got that did not get the whole answer. */
export const STOPPED: Record<Exclude<Phase, "got_body">, string> = {
  policy: "before anything was sent",
  dns: "looking its host up",
  connect: "connecting",
  tls: "agreeing on keys",
  sent_headers: "sending",
  sent_body: "waiting for an answer",
  got_headers: "reading the answer",
};
