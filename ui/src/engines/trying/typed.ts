// An answer of an engine as a person types it, and what it is tried with.

import type { Draft, RecordedAnswer, TryEngineRequest, Verdict } from "../../ipc/types.gen";
import { readJson } from "../../parts/text/readJson";

/** What stands in the form. */
export interface Typed {
  /** The HTTP status; empty if only the request is wanted. */
  status: string;
  /** A line `Name: value` each. */
  headers: string;
  body: string;
  /** The item, as the engine would hand it in. */
  item: string;
  /** The decision: verdict, answer, note. */
  decision: string;
}

/** What is wrong, and in which field. */
export interface WrongField {
  field: keyof Typed;
  words: string;
}

/** What the desk is asked, or why it cannot be. */
export function readTyped(engine: string, typed: Typed): { request: TryEngineRequest } | { wrong: WrongField } {
  const item = readJson(typed.item);
  if (!("value" in item)) return wrong("item", `Line ${item.line}, column ${item.column}: ${item.words}.`);
  const decision = readJson(typed.decision);
  if (!("value" in decision)) return wrong("decision", `Line ${decision.line}, column ${decision.column}: ${decision.words}.`);
  if (!isDraft(decision.value)) return wrong("decision", `A decision is an object whose verdict is one of ${Object.keys(VERDICTS).join(", ")}.`);
  const answer = answerOf(typed);
  if (answer !== null && "wrong" in answer) return answer;
  return { request: { engine, submission: typed.item, draft: decision.value, ...(answer === null ? {} : { answer }) } };
}

const VERDICTS: Record<Verdict, true> = { approve: true, correct: true, reject: true, respond: true, cancel: true };

/** As far as the window can tell; whether the answer fits the queue is the desk's to say. */
function isDraft(value: unknown): value is Draft {
  return typeof value === "object" && value !== null && "verdict" in value && typeof value.verdict === "string" && Object.hasOwn(VERDICTS, value.verdict);
}

function answerOf({ status: typed, headers: lines, body }: Typed): RecordedAnswer | { wrong: WrongField } | null {
  if (typed.trim() === "") return null;
  const status = Number(typed);
  if (!Number.isInteger(status) || status < 100 || status > 599) return wrong("status", "A status is a number from 100 to 599.");
  const headers: Record<string, string> = {};
  for (const [place, line] of lines.split("\n").entries()) {
    if (line.trim() === "") continue;
    const [, name, value = ""] = /^([^\s:]+):\s*(.*)$/.exec(line.trim()) ?? [];
    if (name === undefined) return wrong("headers", `Line ${place + 1} is no header: write it as Name: value.`);
    headers[name] = value;
  }
  return { status, headers, body };
}

function wrong(field: keyof Typed, words: string): { wrong: WrongField } {
  return { wrong: { field, words } };
}
