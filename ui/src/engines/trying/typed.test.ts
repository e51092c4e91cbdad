import { describe, expect, it } from "vitest";

import { readTyped, type Typed } from "./typed";

const typed: Typed = { status: "429", headers: "Retry-After: 30\n\n X-Why: a: b \n", body: "later", item: '{ "v": 1 }', decision: '{ "verdict": "approve" }' };

describe("an answer that is tried", () => {
  it("is asked about with the item as it was typed", () => {
    expect(readTyped("faces", typed)).toEqual({
      request: { engine: "faces", submission: '{ "v": 1 }', draft: { verdict: "approve" }, answer: { status: 429, headers: { "Retry-After": "30", "X-Why": "a: b" }, body: "later" } },
    });
  });

  it("is left out without a status: then only the request is told", () => {
    expect(readTyped("faces", { ...typed, status: " " })).toEqual({ request: { engine: "faces", submission: '{ "v": 1 }', draft: { verdict: "approve" } } });
  });

  it.each([
    ["status", { status: "ok" }, "A status is a number from 100 to 599."],
    ["status", { status: "42" }, "A status is a number from 100 to 599."],
    ["headers", { headers: "Retry-After: 1\nlater" }, "Line 2 is no header: write it as Name: value."],
    ["item", { item: '{\n  "v": }' }, "Line 2, column 8: a value is expected."],
    ["decision", { decision: '{ "verdict": "hush" }' }, "A decision is an object whose verdict is one of approve, correct, reject, respond, cancel."],
    ["decision", { decision: "null" }, "A decision is an object whose verdict is one of approve, correct, reject, respond, cancel."],
    ["decision", { decision: "" }, "Line 1, column 1: a value is expected."],
  ])("says what is wrong with its %s", (field, part, words) => {
    expect(readTyped("faces", { ...typed, ...part })).toEqual({ wrong: { field, words } });
  });
});
