// What a reviewer can do with the item in hand.

import { flushSync } from "react-dom";

import type { Action } from "../actions/action";
import type { Choice, Verdict } from "../ipc/types.gen";
import { keysOf } from "../kinds/classify/keys";
import { pick } from "../kinds/classify/labels";
import { KINDS } from "../kinds";
import { FIELDS, type Work } from "../kinds/kind";
import { enterField, leaveField } from "../parts/fields";
import type { Held } from "./hand";
import type { Reviewing } from "./reviewing";

/** The item that is looked at, and the work at the desk. */
export interface AtHand {
  reviewing: Reviewing;
  held: Held | null;
}

const ANSWER = "Answer";
const ITEM = "Item";

function offers(verdict: Verdict) {
  return ({ held }: AtHand) => held?.standing === "held" && held.item.verdicts.includes(verdict);
}

/** Gives an answer; if it lacks something, goes to the field that lacks it. */
export function give({ reviewing }: AtHand, work: Work, verdict: Verdict): void {
  leaveField();
  const lacking = flushSync(() => reviewing.answer(work, verdict));
  if (lacking) enterField(FIELDS[lacking.field]);
}

/** Begins an answer of a kind that needs writing first. */
function beginWriting({ reviewing, held }: AtHand, part: (held: Held) => Partial<Work>): void {
  if (!held) return;
  flushSync(() => reviewing.work(held.item.id, part(held)));
  enterField(FIELDS.answer);
}

export const approve: Action<AtHand> = {
  name: "approve",
  keys: ["a"],
  label: "Approve",
  group: ANSWER,
  isEnabled: (at) => offers("approve")(at) && (at.held?.item.kind !== "classify" || at.held.item.best !== null),
  run: (at) => at.held && give(at, at.held.work, "approve"),
};

export const correct: Action<AtHand> = {
  name: "correct",
  keys: ["e"],
  label: "Correct",
  group: ANSWER,
  isEnabled: offers("correct"),
  run: (at) => beginWriting(at, ({ item, work }) => KINDS[item.kind].correct(item, work)),
};

export const reject: Action<AtHand> = {
  name: "reject",
  keys: ["x"],
  label: "Reject",
  group: ANSWER,
  isEnabled: offers("reject"),
  run: (at) => at.held && give(at, at.held.work, "reject"),
};

export const respond: Action<AtHand> = {
  name: "respond",
  keys: ["r"],
  label: "Respond in words",
  group: ANSWER,
  isEnabled: offers("respond"),
  run: (at) => beginWriting(at, () => ({ verdict: "respond" })),
};

export const withdraw: Action<AtHand> = {
  name: "withdraw",
  keys: [],
  label: "Withdraw the question without an answer",
  group: ANSWER,
  isEnabled: offers("cancel"),
  run: (at) => at.held && give(at, at.held.work, "cancel"),
};

export const submit: Action<AtHand> = {
  name: "submit",
  keys: ["Enter"],
  label: "Submit",
  group: ANSWER,
  isEnabled: ({ held }) => held?.standing === "held" && held.work.verdict !== null,
  run: (at) => at.held?.work.verdict && give(at, at.held.work, at.held.work.verdict),
};

/** `Ctrl+Enter` submits from within any field, `Enter` alone from within the note. */
export const submitFromField: Action<AtHand> = { ...submit, name: "submit-from-field", keys: ["Ctrl+Enter"], label: "Submit from a text field", inFields: true };

export const note: Action<AtHand> = {
  name: "note",
  keys: ["n"],
  label: "Write a note",
  group: ANSWER,
  isEnabled: ({ held }) => held !== null,
  run: () => enterField(FIELDS.note),
};

export const leave: Action<AtHand> = {
  name: "leave-field",
  keys: ["Escape"],
  label: "Leave the text field, then the answer begun",
  group: ANSWER,
  inFields: true,
  isEnabled: ({ held }) => held !== null,
  run: ({ reviewing, held }) => {
    const field = document.activeElement;
    leaveField();
    if (document.activeElement === field && held?.work.verdict) reviewing.work(held.item.id, { verdict: null, labels: [] });
  },
};

export const skip: Action<AtHand> = {
  name: "skip",
  keys: [" "],
  label: "Skip",
  group: ITEM,
  isEnabled: ({ held }) => held !== null,
  run: ({ reviewing }) => void reviewing.skip(),
};

export const flag: Action<AtHand> = {
  name: "flag",
  keys: ["f"],
  label: "Flag",
  group: ITEM,
  isEnabled: ({ held }) => held !== null,
  run: ({ reviewing }) => void reviewing.flag(),
};

export const undo: Action<AtHand> = {
  name: "undo",
  keys: ["z", "Backspace"],
  label: "Undo",
  group: ITEM,
  isEnabled: () => true,
  run: ({ reviewing }) => void reviewing.undo(),
};

export const reopen: Action<AtHand> = {
  name: "reopen",
  keys: ["o"],
  label: "Take hold of it again",
  group: ITEM,
  isEnabled: ({ held }) => held?.standing === "lost",
  run: ({ reviewing }) => void reviewing.reopen(),
};

export const ACTIONS: readonly Action<AtHand>[] = [
  approve,
  correct,
  reject,
  respond,
  submit,
  submitFromField,
  note,
  leave,
  skip,
  flag,
  undo,
  reopen,
  withdraw,
];

/** The choices that have a key, each as an action. */
export function choiceActions(choices: readonly Choice[]): Action<AtHand>[] {
  const keys = keysOf(choices);
  return choices.flatMap((choice, place) => {
    const key = keys[place];
    return key == null ? [] : [choiceAction(choice, key)];
  });
}

function choiceAction({ label, title }: Choice, key: string): Action<AtHand> {
  return {
    name: `choose-${key}`,
    keys: [key],
    label: title ?? label,
    group: "Choices",
    isEnabled: ({ held }) => held?.standing === "held",
    run: (at) => {
      if (!at.held) return;
      const { item, work } = at.held;
      const picked = pick(item, work, label);
      if (item.many) at.reviewing.work(item.id, picked);
      else give(at, picked, "correct");
    },
  };
}
