// A text that a person writes as JSON: what it says, or where it goes wrong.

import { parse, type ParseError, printParseErrorCode } from "jsonc-parser";

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
