// What every kind of item brings: how it is shown, how it is answered, and the answer's shape.

import type { ComponentType } from "react";

import type { Draft, ItemView, Verdict } from "../ipc/types.gen";

/** An answer that is being worked on, in the form a person works on it. */
export interface Work {
  /** What the person is about to say, once they began to. */
  verdict: Verdict | null;
  /** The labels picked so far. */
  labels: readonly string[];
  /** What stands in the editor of a verdict; it may not yet be what it should become. */
  written: Partial<Record<"correct" | "respond", string>>;
  /** Why. */
  note: string;
}

/** What an answer still lacks: the field to go to, and words for it. */
export interface Lacking {
  field: "note" | "answer";
  words: string;
}

/** An answer that can be sent, or what it lacks. */
export type Answered = { draft: Draft } | { lacking: Lacking };

/** What the answer's part of the decision pane is given. */
export interface AnswerProperties {
  item: ItemView;
  work: Work;
  /** The person changed something. */
  change: (work: Partial<Work>) => void;
  /** The person gives this answer. */
  submit: (work: Work) => void;
}

export interface ItemKind {
  /** The kind in the window's words. */
  word: string;
  /** Shows what is to be judged. */
  Content: ComponentType<{ item: ItemView }>;
  /** Where the answer is put together. */
  Answer: ComponentType<AnswerProperties>;
  /** What is done by `e`: the field to go to, if the kind has corrections. */
  correct: (item: ItemView, work: Work) => Partial<Work>;
  /** The answer's own part of a draft, or what it lacks. */
  answer: (item: ItemView, work: Work, verdict: Verdict) => { answer?: unknown } | { lacking: Lacking };
  /** The verdict that the desk will record, which decides whether a note is needed. */
  recorded: (item: ItemView, work: Work, verdict: Verdict) => Verdict;
  /** The work that led to a draft. */
  resume: (draft: Draft) => Partial<Work>;
}

/** The element ids of the fields that actions move into. */
export const FIELDS = { note: "note", answer: "answer" } as const;

const WORDS: Record<Verdict, string> = {
  approve: "approve",
  correct: "correct",
  reject: "reject",
  respond: "respond",
  cancel: "withdraw",
};

/** The answer as it would be sent with this verdict. */
export function answered(kind: ItemKind, item: ItemView, work: Work, verdict: Verdict): Answered {
  const answer = kind.answer(item, work, verdict);
  if ("lacking" in answer) return answer;
  const note = work.note.trim();
  const recorded = kind.recorded(item, work, verdict);
  if (note === "" && item.note_required.includes(recorded)) {
    return { lacking: { field: "note", words: `Say why: this queue asks for a note when you ${WORDS[recorded]}.` } };
  }
  return { draft: { verdict, ...answer, ...(note === "" ? {} : { note }) } };
}

/** Work on an item that was begun before, or on a fresh one. */
export function begin(kind: ItemKind, item: ItemView): Work {
  const fresh: Work = { verdict: null, labels: [], written: {}, note: "" };
  if (!item.draft) return fresh;
  return { ...fresh, verdict: item.draft.verdict, note: item.draft.note ?? "", ...kind.resume(item.draft) };
}

/** Work that is not done, in a form that the desk can keep; `null` if nothing was begun. */
export function unfinished(work: Work): Draft | null {
  const { verdict, labels, written, note } = work;
  if (verdict === null && labels.length === 0 && note.trim() === "") return null;
  return { verdict: verdict ?? "correct", answer: { unfinished: { labels, written } }, ...(note === "" ? {} : { note }) };
}

/** What `unfinished` made, read back; nothing if the draft is a whole answer. */
export function resumeUnfinished(draft: Draft): Pick<Work, "labels" | "written"> | null {
  const kept = member(draft.answer, "unfinished");
  if (kept === undefined) return null;
  const labels = member(kept, "labels");
  const written = member(kept, "written");
  const text = (name: string) => {
    const value = member(written, name);
    return typeof value === "string" ? { [name]: value } : {};
  };
  return { labels: texts(labels), written: { ...text("correct"), ...text("respond") } };
}

/** A member of a value that may be anything. */
export function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}

/** The texts in a value that may be anything. */
export function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : [];
}

/** The members of an object but for these; `null` if there are none left. */
export function rest(value: unknown, known: readonly string[]): Record<string, unknown> | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const left = Object.entries(value).filter(([name]) => !known.includes(name));
  return left.length > 0 ? Object.fromEntries(left) : null;
}
