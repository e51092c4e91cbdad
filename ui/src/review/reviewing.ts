// Asks the desk for what the hand needs, and tells the hand what the desk said.

import { ask, type Problem, problemOf } from "../ipc/ask";
import type { Hold, ItemView, Verdict } from "../ipc/types.gen";
import { answered, type Lacking, unfinished, type Work } from "../kinds/kind";
import { KINDS } from "../kinds";
import { after, EMPTY, type Event, type Hand, type Held, looked, type Saved } from "./hand";

/** So many items are held at once: the one that is looked at and those read ahead. */
const AHEAD = 5;
/** At most so many stay in hand when a person opens one after the other. */
const MOST = 12;
/** A draft is kept after so long a pause in typing. */
const DRAFT_PAUSE_MS = 800;
/** An answer given so soon after an item came back by itself was meant for another one. */
const UNAWARE_MS = 400;

/** How far the desk is with finding more items. */
export type Supply = "reading" | "some" | "dry";

export interface Reviewed {
  queue: string | null;
  hand: Hand;
  supply: Supply;
  /** What the desk said when it could not give items. */
  problem: Problem | null;
  /** What the answer still lacks, once the person tried to give it. */
  lacking: (Lacking & { item: number }) | null;
  /** The newest thing worth saying that has no place of its own. */
  notice: { saved: Saved } | { words: string } | null;
}

const NOTHING: Reviewed = { queue: null, hand: EMPTY, supply: "reading", problem: null, lacking: null, notice: null };

/** One person's work at one desk. Lives as long as the window, whichever room is shown. */
export class Reviewing {
  #state: Reviewed = NOTHING;
  readonly #listeners = new Set<() => void>();
  readonly #drafts = new Map<number, ReturnType<typeof setTimeout>>();
  readonly #answering = new Set<Promise<unknown>>();
  #renewal: ReturnType<typeof setTimeout> | null = null;
  #released: Promise<unknown> | null = null;

  /** For `useSyncExternalStore`. */
  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly state = () => this.#state;

  /** Sits down at a queue. What an earlier window left held is let go of first. */
  async sitDown(queue: string): Promise<void> {
    if (queue === this.#state.queue) return;
    const kept = this.#state.hand.held.map((held) => this.#keepDraftOf(held));
    const holds = this.#state.hand.held.flatMap(holdOf);
    this.#set({ queue, supply: "some", problem: null, lacking: null });
    this.#tell({ type: "putDown" });
    this.#released ??= ask("release_all", {}).catch(() => undefined);
    await Promise.all([this.#released, ...kept]);
    if (holds.length > 0) await ask("release", { holds }).catch(() => undefined);
    await this.#readAhead();
  }

  /** Something changed at the desk: perhaps there is more to do. */
  lookAgain(): void {
    if (this.#state.supply === "dry" || this.#state.problem) void this.#readAhead(true);
  }

  /** Somebody's hold was lost before its time: perhaps it was ours. */
  askForHolds(): void {
    if (this.#state.hand.held.length > 0) void this.#renew(true);
  }

  /** Tries again to get items. */
  tryAgain(): void {
    void this.#readAhead(true);
  }

  /** Takes an item that was chosen in the inbox into the hand. */
  async open(id: number): Promise<void> {
    void this.#keepDraftOf(looked(this.#state.hand));
    if (this.#state.hand.held.some(({ item, standing }) => item.id === id && standing === "held")) {
      this.#set({ lacking: null });
      this.#tell({ type: "lookedAt", item: id });
      return;
    }
    try {
      this.#tell({ type: "opened", item: await ask("open", { item: id }) });
      this.#set({ lacking: null, notice: null });
      this.#letGo(this.#state.hand.held.slice(MOST));
      this.#watchHolds();
    } catch (thrown) {
      this.#set({ notice: { words: problemOf(thrown).message } });
    }
  }

  /** The person changed their answer. */
  work(id: number, part: Partial<Work>): void {
    const held = this.#held(id);
    if (!held) return;
    this.#tell({ type: "worked", item: id, work: { ...held.work, ...part } });
    if (this.#state.lacking?.item === id) this.#set({ lacking: null });
    clearTimeout(this.#drafts.get(id));
    this.#drafts.set(
      id,
      setTimeout(() => void this.#keepDraftOf(this.#held(id)), DRAFT_PAUSE_MS),
    );
  }

  /**
   * Gives an answer: the next item is looked at at once, while the desk records this one. Says what the
   * answer lacks, if it cannot be sent yet.
   */
  answer(work: Work, verdict: Verdict): Lacking | null {
    const held = looked(this.#state.hand);
    if (held?.standing !== "held" || Date.now() - this.#state.hand.moved_at < UNAWARE_MS) return null;
    const { item } = held;
    const given = answered(KINDS[item.kind], item, work, verdict);
    if ("lacking" in given) {
      this.work(item.id, { ...work, verdict });
      this.#set({ lacking: { ...given.lacking, item: item.id } });
      return given.lacking;
    }
    this.#forgetDraft(item.id);
    this.#set({ lacking: null, notice: null });
    this.#tell({ type: "sent", item: item.id, work: { ...work, verdict } });
    const [hold] = holdOf(held);
    if (hold) {
      const answering = this.#send(item, { hold, shown: item.shown, draft: given.draft });
      this.#answering.add(answering);
      void answering.finally(() => this.#answering.delete(answering));
    }
    void this.#readAhead();
    return null;
  }

  /** Puts the item behind all that were skipped less often. */
  async skip(): Promise<void> {
    const held = looked(this.#state.hand);
    if (!held) return;
    const kept = this.#keepDraftOf(held);
    this.#tell({ type: "left", item: held.item.id });
    this.#set({ lacking: null, notice: null });
    const [hold] = holdOf(held);
    if (held.standing === "held" && hold) {
      try {
        await kept;
        await ask("skip", { hold });
      } catch (thrown) {
        this.#tell({ type: "cameBack", held: { ...held, trouble: problemOf(thrown).message }, at: Date.now() });
      }
    }
    await this.#readAhead();
    this.#tell({ type: "settled", item: held.item.id });
  }

  /** Marks the item for a second look, or clears the mark. */
  async flag(): Promise<void> {
    const held = looked(this.#state.hand);
    if (!held) return;
    const { id: item, flagged } = held.item;
    this.#tell({ type: "flagged", item, flagged: !flagged });
    try {
      await ask("flag", { item, flagged: !flagged });
    } catch (thrown) {
      this.#tell({ type: "flagged", item, flagged });
      this.#set({ notice: { words: problemOf(thrown).message } });
    }
  }

  /** Takes the newest decision back, as long as it has not gone out. */
  async undo(): Promise<void> {
    // A decision on its way is the newest: it stands before it can be taken back.
    await Promise.all(this.#answering);
    void this.#keepDraftOf(looked(this.#state.hand));
    try {
      const decision = this.#state.hand.saved.at(-1)?.decision ?? (await ask("last_decision", {}));
      if (decision === null) {
        this.#set({ notice: { words: "There is nothing to take back." } });
        return;
      }
      try {
        this.#tell({ type: "undone", decision, item: await ask("undo", { decision }) });
        this.#set({ lacking: null, notice: { words: "Taken back. Nothing was sent." } });
        this.#watchHolds();
      } catch (thrown) {
        this.#tell({ type: "tooLate", decision });
        throw thrown;
      }
    } catch (thrown) {
      this.#set({ notice: { words: problemOf(thrown).message } });
    }
  }

  /** Takes hold again of the item that is looked at, after the hold on it was lost. */
  async reopen(): Promise<void> {
    const held = looked(this.#state.hand);
    if (held?.standing === "lost") await this.#reopen(held.item.id);
  }

  /** There is nothing more to say. */
  hush(): void {
    this.#set({ notice: null });
  }

  async #send(item: ItemView, request: { hold: Hold; shown: string; draft: Parameters<typeof ask<"decide">>[1]["draft"] }): Promise<void> {
    const sending = ask("decide", request).then(
      (decided) => {
        this.#tell({ type: "saved", item: item.id, decided });
        const saved = this.#state.hand.saved.at(-1);
        if (saved) this.#set({ notice: { saved } });
      },
      (thrown: unknown) => {
        this.#tell({ type: "refused", item: item.id, problem: problemOf(thrown), at: Date.now() });
        if (this.#held(item.id)?.standing === "lost") return this.#reopen(item.id);
      },
    );
    await sending;
  }

  async #reopen(id: number): Promise<void> {
    try {
      this.#tell({ type: "reopened", item: await ask("open", { item: id }) });
    } catch (thrown) {
      const { code, message } = problemOf(thrown);
      this.#tell({ type: "gaveUp", item: id, standing: code === "closed" || code === "missing" ? "closed" : "lost", trouble: message });
    }
  }

  async #readAhead(again = false): Promise<void> {
    const { queue, hand, supply } = this.#state;
    const limit = AHEAD - hand.held.length;
    if (queue === null || limit <= 0 || supply === "reading" || (supply === "dry" && !again)) return;
    this.#set({ supply: "reading" });
    try {
      const items = await ask("next", { queue, limit });
      if (this.#state.queue !== queue) {
        this.#letGo(items.map((item) => ({ item })));
        return;
      }
      this.#tell({ type: "read", items });
      this.#set({ supply: items.length < limit ? "dry" : "some", problem: null });
      this.#watchHolds();
    } catch (thrown) {
      if (this.#state.queue === queue) this.#set({ supply: "some", problem: problemOf(thrown) });
      return;
    }
    // Answers that were given meanwhile made room.
    if (this.#state.hand.held.length < AHEAD) await this.#readAhead();
  }

  /** Renews all holds as soon as a third of any is over. */
  #watchHolds(soonest_ms = 250): void {
    const due = this.#state.hand.held.flatMap(({ item: { lease }, standing }) =>
      lease && standing === "held" ? [Date.parse(lease.until) - (lease.seconds * 2000) / 3] : [],
    );
    if (this.#renewal !== null) clearTimeout(this.#renewal);
    this.#renewal = due.length === 0 ? null : setTimeout(() => void this.#renew(), Math.max(soonest_ms, Math.min(...due) - Date.now()));
  }

  async #renew(reopens = false): Promise<void> {
    const holds = this.#state.hand.held.filter(({ standing }) => standing === "held").flatMap(holdOf);
    try {
      const lost = await ask("renew", { holds });
      const until = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
      this.#tell({ type: "renewed", items: holds.map(({ item }) => item).filter((item) => !lost.includes(item)), until });
      if (lost.length > 0) this.#tell({ type: "lost", items: lost });
      const current = looked(this.#state.hand)?.item.id;
      // The desk says whether it can be had again, and if not, why.
      if (reopens && current !== undefined && lost.includes(current)) await this.#reopen(current);
      this.#watchHolds();
    } catch {
      // The desk is asked again soon; should it stay silent, deciding will say so.
      this.#watchHolds(5_000);
    }
    await this.#readAhead();
  }

  #letGo(held: readonly Pick<Held, "item">[]): void {
    const holds = held.flatMap(holdOf);
    if (holds.length === 0) return;
    const kept = held.map(({ item }) => this.#keepDraftOf(this.#held(item.id)));
    for (const { item } of holds) {
      this.#tell({ type: "left", item });
      this.#tell({ type: "settled", item });
    }
    // What cannot be let go of now is let go of by the clock.
    void Promise.all(kept)
      .then(() => ask("release", { holds }))
      .catch(() => undefined);
  }

  /** Keeps what was written since the draft was last kept. */
  async #keepDraftOf(held: Held | null | undefined): Promise<void> {
    if (!held || !this.#drafts.has(held.item.id)) return;
    this.#forgetDraft(held.item.id);
    const draft = unfinished(held.work);
    const [hold] = holdOf(held);
    if (draft === null || hold === undefined || held.standing !== "held") return;
    // A draft that could not be kept is still in hand; the next pause tries again.
    await ask("keep_draft", { hold, draft }).catch(() => undefined);
  }

  #forgetDraft(id: number): void {
    clearTimeout(this.#drafts.get(id));
    this.#drafts.delete(id);
  }

  #held(id: number): Held | undefined {
    return this.#state.hand.held.find(({ item }) => item.id === id);
  }

  #tell(event: Event): void {
    this.#set({ hand: after(this.#state.hand, event) });
  }

  #set(part: Partial<Reviewed>): void {
    this.#state = { ...this.#state, ...part };
    for (const listener of this.#listeners) listener();
  }
}

function holdOf({ item }: Pick<Held, "item">): Hold[] {
  return item.lease ? [{ item: item.id, fence: item.lease.fence }] : [];
}
