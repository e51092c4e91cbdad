// Pick from the queue's choices: one, or as many as hold.

import type { ItemKind } from "../kind";
import { Choices } from "./Choices";
import { Doubt } from "./Doubt";
import { answers } from "./labels";

export const classify: ItemKind = {
  word: "classify",
  Content: Doubt,
  Answer: Choices,
  correct: () => ({}),
  ...answers,
};
