import { describe, expect, it } from "vitest";

import type { ItemView } from "../ipc/types.gen";
import { after, EMPTY, type Event, type Hand, looked } from "./hand";

function item(id: number): ItemView {
  return {
    id,
    engine: "faces",
    task: `task-${id}`,
    queue: "tickets",
    kind: "classify",
    title: `Ticket ${id}`,
    content: null,
    suggestions: [],
    best: null,
    choices: [{ label: "a" }, { label: "b" }],
    many: false,
    guidelines: null,
    verdicts: ["approve", "correct", "reject"],
    note_required: [],
    priority: 0,
    deadline: null,
    admitted_at: "2026-11-25T10:00:00Z",
    flagged: false,
    state: "leased",
    lease: { fence: id, until: "2026-11-25T10:05:00Z", seconds: 300 },
    shown: `sha256:${id}`,
    draft: null,
    decision: null,
  };
}

const WORK = { verdict: "correct", labels: ["a"], written: {}, note: "" } as const;
const refusal = { code: "answer_refused", message: "No." } as const;

function through(...events: Event[]): Hand {
  return events.reduce(after, EMPTY);
}

function sent(id: number): Event {
  return { type: "sent", item: id, work: WORK };
}

const read: Event = { type: "read", items: [1, 2, 3].map(item) };

describe("a hand", () => {
  it("looks at the first item that is read, and stays there while more are read", () => {
    const hand = through(read, { type: "read", items: [item(3), item(4)] });
    expect(hand.current).toBe(1);
    expect(hand.held.map(({ item }) => item.id), "each once").toEqual([1, 2, 3, 4]);
  });

  it("moves on to the item after the one that is sent, whichever it was", () => {
    expect(through(read, sent(1)).current).toBe(2);
    expect(through(read, { type: "lookedAt", item: 2 }, sent(2)).current).toBe(3);
    expect(through(read, { type: "lookedAt", item: 3 }, sent(3)).current, "after the last comes the first").toBe(1);
    expect(through(read, sent(1), sent(2), sent(3)).current).toBeNull();
  });

  it("counts nothing as saved before the desk has said so", () => {
    const hand = through(read, sent(1));
    expect(hand.saved).toEqual([]);
    expect(hand.sent.map(({ item }) => item.id)).toEqual([1]);
    expect(hand.gone.has(1), "though it is out of the list").toBe(true);
  });

  it("does not take an item back in hand that is on its way", () => {
    const hand = through(read, sent(1), { type: "read", items: [item(1), item(5)] });
    expect(hand.held.map(({ item }) => item.id)).toEqual([2, 3, 5]);
  });

  it("keeps the work on the others when one comes back", () => {
    const hand = through(read, sent(1), { type: "worked", item: 2, work: { ...WORK, note: "half" } }, { type: "refused", item: 1, problem: refusal, at: 7 });
    expect(looked(hand)).toMatchObject({ item: { id: 1 }, work: WORK, standing: "held", trouble: "No." });
    expect(hand.held[1]?.work.note).toBe("half");
    expect(hand.moved_at).toBe(7);
    expect(hand.gone.has(1)).toBe(false);
  });

  it("stays with the first that came back when more do", () => {
    const refused = (id: number): Event => ({ type: "refused", item: id, problem: refusal, at: id });
    const hand = through(read, sent(1), sent(2), refused(1), refused(2));
    expect(hand.current).toBe(1);
    expect(hand.held.map(({ item }) => item.id)).toEqual([1, 2, 3]);
  });

  it("knows what a refusal says about the hold", () => {
    const standing = (code: "lease_lost" | "closed" | "fault") =>
      looked(through(read, sent(1), { type: "refused", item: 1, problem: { code, message: "" }, at: 0 }))?.standing;
    expect(standing("lease_lost")).toBe("lost");
    expect(standing("closed")).toBe("closed");
    expect(standing("fault"), "a full disk takes nothing away").toBe("held");
  });

  it("never sends an item that is not held", () => {
    const lost = through(read, { type: "lost", items: [1] });
    expect(after(lost, sent(1))).toBe(lost);
    expect(after(lost, sent(9))).toBe(lost);
  });

  it("drops what was lost but for what is looked at", () => {
    const hand = through(read, { type: "lost", items: [1, 2] });
    expect(hand.held.map(({ item, standing }) => [item.id, standing])).toEqual([
      [1, "lost"],
      [3, "held"],
    ]);
  });

  it("says when an item that is held again is not what it was", () => {
    const lost: Event = { type: "refused", item: 1, problem: { code: "lease_lost", message: "It ran out." }, at: 0 };
    const same = through(read, sent(1), lost, { type: "reopened", item: item(1) });
    expect(looked(same)).toMatchObject({ standing: "held", trouble: "It ran out. It is held for you again: answer once more.", work: WORK });
    const other = through(read, sent(1), lost, { type: "reopened", item: { ...item(1), shown: "sha256:other" } });
    expect(looked(other)?.trouble).toContain("is not what it was");
  });

  it("takes back the decision that is undone, and no other", () => {
    const saved = (id: number): Event => ({ type: "saved", item: id, decided: { decision: `d${id}`, verdict: "correct", undo_until: "2026-11-25T10:00:10Z" } });
    const hand = through(read, sent(1), sent(2), saved(1), saved(2), {
      type: "undone",
      decision: "d2",
      item: { ...item(2), draft: { verdict: "approve", answer: { label: "b" } } },
    });
    expect(hand.saved.map(({ decision }) => decision)).toEqual(["d1"]);
    expect(looked(hand)).toMatchObject({ item: { id: 2 }, work: { labels: ["b"] } });
    expect(hand.gone.has(1)).toBe(true);
  });

  it("remembers a bounded number of items that are gone", () => {
    let hand = EMPTY;
    for (let id = 1; id <= 700; id++) hand = after(after(hand, { type: "read", items: [item(id)] }), sent(id));
    expect(hand.gone.size).toBe(500);
    expect(hand.gone.has(700)).toBe(true);
  });
});
