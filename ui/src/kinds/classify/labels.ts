// Labels: which are picked, which a machine proposed, and the answer that they make.

import type { Draft, ItemView, Suggestion, Verdict } from "../../ipc/types.gen";
import { type ItemKind, member, resumeUnfinished, texts, type Work } from "../kind";

/** The labels in an answer: `{"label"}` has one, `{"labels"}` any number. */
export function labelsIn(answer: unknown): string[] {
  const one = member(answer, "label");
  return typeof one === "string" ? [one] : texts(member(answer, "labels"));
}

/** A label as the screen says it. */
export function titleOf(item: ItemView, label: string): string {
  return item.choices.find((choice) => choice.label === label)?.title ?? label;
}

/** How sure the surest machine is of each label, for those that any proposed. */
export function proposals(suggestions: readonly Suggestion[]): Map<string, number | null> {
  const sure = new Map<string, number | null>();
  for (const { answer, confidence } of suggestions) {
    for (const label of labelsIn(answer)) {
      sure.set(label, Math.max(sure.get(label) ?? 0, confidence ?? 0) || null);
    }
  }
  return sure;
}

/** Picks a label or, where many may hold, lets go of one that is picked. */
export function pick(item: ItemView, work: Work, label: string): Work {
  if (!item.many) return { ...work, verdict: "correct", labels: [label] };
  const picked = work.labels.includes(label);
  const labels = picked ? work.labels.filter((other) => other !== label) : [...work.labels, label];
  return { ...work, verdict: "correct", labels };
}

function isProposed(item: ItemView, labels: readonly string[]): boolean {
  const wanted = [...new Set(labels)].sort().join("\n");
  return item.suggestions.some(({ answer }) => [...new Set(labelsIn(answer))].sort().join("\n") === wanted);
}

function answer(item: ItemView, work: Work, verdict: Verdict): ReturnType<ItemKind["answer"]> {
  if (verdict !== "correct") return {};
  if (item.many) {
    // No label at all is an answer too, but only one that somebody meant to give.
    if (work.verdict !== "correct") return { lacking: { field: "answer", words: "Pick what holds first." } };
    return { answer: { labels: work.labels } };
  }
  const label = work.labels[0];
  return label === undefined ? { lacking: { field: "answer", words: "Pick a choice first." } } : { answer: { label } };
}

function recorded(item: ItemView, work: Work, verdict: Verdict): Verdict {
  // An answer that a machine proposed counts as approved, whichever key was pressed.
  return verdict === "correct" && isProposed(item, work.labels) ? "approve" : verdict;
}

function resume(draft: Draft): Partial<Work> {
  // Labels that were given are given again as they are, also where the desk called them an approval.
  return resumeUnfinished(draft) ?? (draft.answer == null ? {} : { verdict: "correct", labels: labelsIn(draft.answer) });
}

export const answers = { answer, recorded, resume } satisfies Partial<ItemKind>;
