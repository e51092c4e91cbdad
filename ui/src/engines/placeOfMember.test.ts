import { expect, it } from "vitest";

import { placeOfMember } from "./placeOfMember";

const PROFILE = `{
  "name": "faces",
  "signing": { "aws": { "key": 1 } },
  "settings": {
    "webhook": { "a/b": 1 }
  }
}`;

it.each([
  ["name: too long", 2, 11],
  ["signing: aws.key: name a key", 3, 32],
  ["signing: a key's name is short", 3, 14],
  ["settings/webhook: it has no settings", 5, 16],
  ["settings/pigeon/coop: no such protocol", 4, 15],
  ["at_once: choose a number", null, null],
  ["it is wrong as a whole", null, null],
])("finds what %j names", (words, line, column) => {
  expect(placeOfMember(PROFILE, words)).toEqual({ line, column });
});
