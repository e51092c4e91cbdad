// What a reviewer has in hand: items held and read ahead, answers on their way, and answers that came back.
// Pure: what the desk said comes in as an event, and the next hand comes out.

import type { Decided, Error as Problem, ItemView } from "../ipc/types.gen";
import { begin, type Work } from "../kinds/kind";
import { KINDS } from "../kinds";

/** How an item is held: ours to answer, lost to the clock or to another, or closed for good. */
export type Standing = "held" | "lost" | "closed";

/** An item in hand, and the answer being worked on. */
export interface Held {
  item: ItemView;
  work: Work;
  standing: Standing;
  /** Why it came back or what is wrong with it, in the desk's words. */
  trouble: string | null;
}

/** An answer on its way to the ledger. It counts only when the desk says so. */
export interface Sent {
  item: ItemView;
  work: Work;
}

/** A decision that stands and may still be taken back. */
export interface Saved {
  decision: string;
  item: number;
  title: string;
  undo_until: string;
}

export interface Hand {
  held: readonly Held[];
  /** The item that is looked at. It is always one of `held`. */
  current: number | null;
  /** When `current` was last changed by something else than the person, in milliseconds. */
  moved_at: number;
  sent: readonly Sent[];
  /** Oldest first. */
  saved: readonly Saved[];
  /** Items that are out of hand and should not be listed as waiting: decided, or just skipped. */
  gone: ReadonlySet<number>;
}

export const EMPTY: Hand = { held: [], current: null, moved_at: -Infinity, sent: [], saved: [], gone: new Set() };

export type Event =
  | { type: "read"; items: readonly ItemView[] }
  | { type: "opened"; item: ItemView }
  | { type: "lookedAt"; item: number }
  | { type: "worked"; item: number; work: Work }
  | { type: "sent"; item: number; work: Work }
  | { type: "saved"; item: number; decided: Decided }
  | { type: "refused"; item: number; problem: Problem; at: number }
  | { type: "reopened"; item: ItemView }
  | { type: "gaveUp"; item: number; standing: Standing; trouble: string }
  | { type: "left"; item: number }
  | { type: "cameBack"; held: Held; at: number }
  | { type: "settled"; item: number }
  | { type: "renewed"; items: readonly number[]; until: (seconds: number) => string }
  | { type: "lost"; items: readonly number[] }
  | { type: "flagged"; item: number; flagged: boolean }
  | { type: "undone"; decision: string; item: ItemView }
  | { type: "tooLate"; decision: string }
  | { type: "putDown" };

/** The item that is looked at. */
export function looked(hand: Hand): Held | null {
  return hand.held.find(({ item }) => item.id === hand.current) ?? null;
}

/** The hand after `event`. */
export function after(hand: Hand, event: Event): Hand {
  switch (event.type) {
    case "read": {
      const known = new Set([...hand.held, ...hand.sent].map(({ item }) => item.id));
      const fresh = event.items.filter((item) => !known.has(item.id)).map(held);
      return look({ ...hand, held: [...hand.held, ...fresh], gone: without(hand.gone, ...fresh.map(({ item }) => item.id)) });
    }
    case "opened": {
      const before = hand.held.find(({ item }) => item.id === event.item.id);
      const opened = before ? { ...held(event.item), work: before.work } : held(event.item);
      const others = hand.held.filter(({ item }) => item.id !== event.item.id);
      return { ...hand, held: [opened, ...others], current: event.item.id, gone: without(hand.gone, event.item.id) };
    }
    case "lookedAt":
      return hand.held.some(({ item }) => item.id === event.item) ? { ...hand, current: event.item } : hand;
    case "worked":
      return change(hand, event.item, { work: event.work });
    case "sent": {
      const sending = hand.held.find(({ item }) => item.id === event.item);
      if (sending?.standing !== "held") return hand;
      const sent = [...hand.sent, { item: sending.item, work: event.work }];
      return { ...drop(hand, event.item), sent, gone: including(hand.gone, event.item) };
    }
    case "saved": {
      const sent = hand.sent.find(({ item }) => item.id === event.item);
      if (!sent) return hand;
      const { decision, undo_until } = event.decided;
      const saved: Saved = { decision, item: event.item, title: sent.item.title, undo_until };
      // What can no longer be taken back is of no more use here; a few are more than fit an undo window.
      return { ...hand, sent: hand.sent.filter((other) => other !== sent), saved: [...hand.saved.slice(-49), saved] };
    }
    case "refused": {
      const sent = hand.sent.find(({ item }) => item.id === event.item);
      if (!sent) return hand;
      const standing = STANDING[event.problem.code] ?? "held";
      const returned: Held = { ...sent, standing, trouble: event.problem.message };
      return comeBack({ ...hand, sent: hand.sent.filter((other) => other !== sent) }, returned, event.at);
    }
    case "reopened": {
      const before = hand.held.find(({ item }) => item.id === event.item.id);
      if (!before) return hand;
      const trouble = before.item.shown === event.item.shown ? "It is held for you again: answer once more." : "It is held for you again, and is not what it was: look at it once more.";
      return change(hand, event.item.id, { item: event.item, standing: "held", trouble: `${before.trouble ?? ""} ${trouble}`.trim() });
    }
    case "gaveUp":
      return change(hand, event.item, { standing: event.standing, trouble: event.trouble });
    case "left":
      return { ...drop(hand, event.item), gone: including(hand.gone, event.item) };
    case "cameBack":
      return comeBack(hand, event.held, event.at);
    case "settled":
      return { ...hand, gone: without(hand.gone, event.item) };
    case "renewed": {
      const renewed = new Set(event.items);
      const held = hand.held.map((one) => {
        const { lease } = one.item;
        if (!lease || !renewed.has(one.item.id)) return one;
        return { ...one, item: { ...one.item, lease: { ...lease, until: event.until(lease.seconds) } } };
      });
      return { ...hand, held };
    }
    case "lost": {
      const lost = new Set(event.items);
      const kept = hand.held.filter(({ item }) => !lost.has(item.id) || item.id === hand.current);
      const held = kept.map((one) =>
        lost.has(one.item.id) ? { ...one, standing: "lost" as const, trouble: "Your hold on this item ran out. What you wrote is still here." } : one,
      );
      return { ...hand, held };
    }
    case "flagged":
      return { ...hand, held: hand.held.map((one) => (one.item.id === event.item ? { ...one, item: { ...one.item, flagged: event.flagged } } : one)) };
    case "undone": {
      const saved = hand.saved.filter(({ decision }) => decision !== event.decision);
      return after({ ...hand, saved }, { type: "opened", item: event.item });
    }
    case "tooLate":
      return { ...hand, saved: hand.saved.filter(({ decision }) => decision !== event.decision) };
    case "putDown":
      return { ...hand, held: [], current: null };
  }
}

/** What a refusal says about the hold on the item. Anything else leaves it ours. */
const STANDING: Partial<Record<Problem["code"], Standing>> = {
  lease_lost: "lost",
  held_by_another: "lost",
  closed: "closed",
  missing: "closed",
};

function held(item: ItemView): Held {
  return { item, work: begin(KINDS[item.kind], item), standing: "held", trouble: null };
}

function change(hand: Hand, id: number, part: Partial<Held>): Hand {
  return { ...hand, held: hand.held.map((one) => (one.item.id === id ? { ...one, ...part } : one)) };
}

/** Takes an item out of the hand; if it was looked at, the one after it is looked at now. */
function drop(hand: Hand, id: number): Hand {
  const place = hand.held.findIndex(({ item }) => item.id === id);
  if (place < 0) return hand;
  const held = hand.held.filter((_, at) => at !== place);
  if (hand.current !== id) return { ...hand, held };
  return look({ ...hand, held, current: (held[place] ?? held[0])?.item.id ?? null });
}

function look(hand: Hand): Hand {
  return hand.current === null ? { ...hand, current: hand.held[0]?.item.id ?? null } : hand;
}

/** Puts an item back before the person; behind those that came back before it, in their order. */
function comeBack(hand: Hand, returned: Held, at: number): Hand {
  const gone = without(hand.gone, returned.item.id);
  const first = hand.held.findIndex(({ trouble }) => trouble === null);
  const place = first < 0 ? hand.held.length : first;
  const held = [...hand.held.slice(0, place), returned, ...hand.held.slice(place)];
  const busy = looked(hand)?.trouble != null;
  return { ...hand, gone, held, ...(busy ? {} : { current: returned.item.id, moved_at: at }) };
}

/** So many are remembered: the inbox is read again long before as many more are decided. */
const REMEMBERED = 500;

function including(set: ReadonlySet<number>, item: number): ReadonlySet<number> {
  return new Set([...set, item].slice(-REMEMBERED));
}

function without(set: ReadonlySet<number>, ...items: number[]): ReadonlySet<number> {
  if (!items.some((item) => set.has(item))) return set;
  const less = new Set(set);
  for (const item of items) less.delete(item);
  return less;
}
