import { expect, it } from "vitest";

import { placeOfMember } from "./placeOfMember";

const PROFILE = `{
  "name": "faces",
  "settings": {
    "webhook": { "a/b": 1 }
  }
}`;

it.each([
  ["name: too long", 2, 11],
  ["settings/webhook: it has no settings", 4, 16],
  ["settings/pigeon/coop: no such protocol", 3, 15],
  ["at_once: choose a number", null, null],
  ["it is wrong as a whole", null, null],
])("finds what %j names", (words, line, column) => {
  expect(placeOfMember(PROFILE, words)).toEqual({ line, column });
});
