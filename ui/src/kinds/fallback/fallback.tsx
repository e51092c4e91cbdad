// Anything else: raw JSON, read only, approved or rejected.

import type { ItemView } from "../../ipc/types.gen";
import { Json } from "../../parts/text/Json";
import type { ItemKind } from "../kind";
import { resumeUnfinished } from "../kind";

function Raw({ item }: { item: ItemView }) {
  return <Json value={item.content} />;
}

function Nothing() {
  return null;
}

export const fallback: ItemKind = {
  word: "JSON",
  Content: Raw,
  Answer: Nothing,
  correct: () => ({}),
  answer: () => ({}),
  recorded: (_item, _work, verdict) => verdict,
  resume: (draft) => resumeUnfinished(draft) ?? {},
};
