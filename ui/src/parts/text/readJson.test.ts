import { expect, it } from "vitest";

import { readJson } from "./readJson";

it.each([
  ['{"a": 1,}', 1, 9],
  ["{'a': 1}", 1, 2],
  ['{"a": 1', 1, 8],
  ['{\n  "a": tru\n}', 2, 8],
  ["", 1, 1],
  ['{"a": 1} // done', 1, 10],
  ["[1 2]", 1, 4],
])("says where %j stops being JSON", (text, line, column) => {
  expect(readJson(text)).toMatchObject({ line, column });
});

it("reads what JSON allows", () => {
  expect(readJson(' {"a": [1, -2e3, "\\u00e9", null]} ')).toEqual({ value: { a: [1, -2000, "é", null] } });
});
