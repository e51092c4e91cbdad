// The arguments of a tool call: as they were asked for, and as a person corrects them.

import type { Draft, ItemView, Verdict } from "../../ipc/types.gen";
import { written } from "../../parts/text/Json";
import { readJson } from "../../parts/text/readJson";
import { escaped } from "../../parts/text/unseen";
import { type ItemKind, member, resumeUnfinished, type Work } from "../kind";

/** A value as a person edits it: indented, and nothing in it that cannot be seen. */
function editable(value: unknown): string {
  return escaped(written(value));
}

/** The arguments as they were asked for, ready to be edited. */
export function asked(item: ItemView): string {
  return editable(member(item.content, "arguments") ?? {});
}

function answer(item: ItemView, work: Work, verdict: Verdict): ReturnType<ItemKind["answer"]> {
  if (verdict === "respond") {
    const response = (work.written.respond ?? "").trim();
    return response === "" ? { lacking: { field: "answer", words: "Write the response first." } } : { answer: { response } };
  }
  if (verdict !== "correct") return {};
  const read = readJson(work.written.correct ?? asked(item));
  if (!("value" in read)) {
    return { lacking: { field: "answer", words: `Line ${read.line}, column ${read.column}: ${read.words}.` } };
  }
  return { answer: { arguments: read.value } };
}

function resume(draft: Draft): Partial<Work> {
  const begun = resumeUnfinished(draft);
  if (begun) return begun;
  const response = member(draft.answer, "response");
  if (typeof response === "string") return { written: { respond: response } };
  const corrected = member(draft.answer, "arguments");
  return draft.verdict === "correct" && corrected !== undefined ? { written: { correct: editable(corrected) } } : {};
}

export const answers = { answer, recorded: (_item, _work, verdict) => verdict, resume } satisfies Partial<ItemKind>;
