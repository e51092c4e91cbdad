// A tool call or a gate: it goes ahead, goes ahead otherwise, does not, or hears words instead.

import type { ItemKind } from "../kind";
import { answers, asked } from "./arguments";
import { Call } from "./Call";
import { Reply } from "./Reply";

export const action: ItemKind = {
  word: "action",
  Content: Call,
  Answer: Reply,
  correct: (item, work) => ({ verdict: "correct", written: { ...work.written, correct: work.written.correct ?? asked(item) } }),
  ...answers,
};
