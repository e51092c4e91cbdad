// The arguments of a tool call: as they were asked for, and as a person corrects them.

import { parse, type ParseError, printParseErrorCode } from "jsonc-parser";

import type { Draft, ItemView, Verdict } from "../../ipc/types.gen";
import { written } from "../../parts/text/Json";
import { escaped } from "../../parts/text/unseen";
import { type ItemKind, member, resumeUnfinished, type Work } from "../kind";

/** A text read as JSON: its value, or where it stops being JSON. */
export type Read = { value: unknown } | { line: number; column: number; words: string };

const EXPECTED: Record<string, string> = {
  InvalidSymbol: "this is no JSON value; texts stand in double quotes",
  InvalidNumberFormat: "this is no number",
  PropertyNameExpected: "a name in double quotes is expected",
  ValueExpected: "a value is expected",
  ColonExpected: "a colon is expected",
  CommaExpected: "a comma is expected",
  CloseBraceExpected: "a closing } is expected",
  CloseBracketExpected: "a closing ] is expected",
  EndOfFileExpected: "nothing more is expected after the value",
  InvalidCommentToken: "JSON has no comments",
  UnexpectedEndOfComment: "JSON has no comments",
  UnexpectedEndOfString: "the text has no closing double quote",
  UnexpectedEndOfNumber: "the number is cut short",
  InvalidUnicode: "\\u is followed by four hexadecimal digits",
  InvalidEscapeCharacter: "this letter cannot follow a backslash",
  InvalidCharacter: "this character must be written with a backslash",
};

/** Reads JSON and nothing beside it, and says where it goes wrong. */
export function readJson(text: string): Read {
  const errors: ParseError[] = [];
  parse(text, errors, { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false });
  const first = errors[0];
  if (first === undefined) {
    try {
      return { value: JSON.parse(text) };
    } catch {
      return { line: 1, column: 1, words: "this is not JSON" };
    }
  }
  const before = text.slice(0, first.offset).split("\n");
  return {
    line: before.length,
    column: (before.at(-1)?.length ?? 0) + 1,
    words: EXPECTED[printParseErrorCode(first.error)] ?? "this is not JSON",
  };
}

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
