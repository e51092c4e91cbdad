// What can be done with engines.

import type { Action } from "../actions/action";

export interface AtEngines {
  /** Whether an engine is looked at, added, or its profile edited; or which page about it is open. */
  doing: "looking" | "adding" | "editing" | "keys" | "trying";
  hasEngine: boolean;
  move: (rows: number) => void;
  add: () => void;
  edit: () => void;
  askToken: () => void;
  openKeys: () => void;
  tryAnswer: () => void;
  showDeliveries: () => void;
  /** An origin of the engine that is left alone. */
  spared: string | null;
  tryOrigin: (origin: string) => void;
  /** Whether what is added or edited can be kept. */
  canSave: boolean;
  save: () => void;
  /** Whether there is a text that differs from the profile. */
  isChanged: boolean;
  startAnew: () => void;
  leave: () => void;
  /** What is shown once. */
  once: { copyToken: () => void; copyCommand: () => void; putAway: () => void } | null;
}

const group = "Engines";
const looks = ({ doing }: AtEngines) => doing === "looking";
const hasOne = (at: AtEngines) => looks(at) && at.hasEngine;

export const add: Action<AtEngines> = { name: "add-engine", keys: ["n"], label: "Add an engine", group, isEnabled: looks, run: (at) => at.add() };
export const edit: Action<AtEngines> = { name: "edit-profile", keys: ["e"], label: "Edit profile", group, isEnabled: hasOne, run: (at) => at.edit() };
export const newToken: Action<AtEngines> = { name: "new-token", keys: ["Shift+t"], label: "New token", group, isEnabled: hasOne, run: (at) => at.askToken() };
export const itsKeys: Action<AtEngines> = { name: "its-keys", keys: ["s"], label: "Signing keys", group, isEnabled: hasOne, run: (at) => at.openKeys() };
export const tryAnswer: Action<AtEngines> = { name: "try-answer", keys: ["a"], label: "Try an answer", group, isEnabled: hasOne, run: (at) => at.tryAnswer() };
export const itsDeliveries: Action<AtEngines> = { name: "its-deliveries", keys: ["d"], label: "Its deliveries", group, isEnabled: hasOne, run: (at) => at.showDeliveries() };
export const tryOrigin: Action<AtEngines> = {
  name: "try-its-origin",
  keys: ["p"],
  label: "Try now",
  group,
  isEnabled: (at) => hasOne(at) && at.spared !== null,
  run: (at) => at.spared !== null && at.tryOrigin(at.spared),
};
export const saveNew: Action<AtEngines> = {
  name: "save-new-engine",
  keys: ["Ctrl+Enter"],
  label: "Add this engine",
  group,
  inFields: true,
  isEnabled: ({ doing, canSave }) => doing === "adding" && canSave,
  run: (at) => at.save(),
};
export const saveProfile: Action<AtEngines> = {
  name: "save-profile",
  keys: ["Ctrl+Enter"],
  label: "Save profile",
  group,
  inFields: true,
  isEnabled: ({ doing, canSave }) => doing === "editing" && canSave,
  run: (at) => at.save(),
};
export const startAnew: Action<AtEngines> = { name: "start-anew", keys: [], label: "Start anew", group, isEnabled: ({ doing, isChanged }) => doing === "editing" && isChanged, run: (at) => at.startAnew() };
export const leave: Action<AtEngines> = { name: "leave-form", keys: ["Escape"], label: "Back", group, inFields: true, isEnabled: ({ doing }) => doing === "adding" || doing === "editing", run: (at) => at.leave() };
export const copyToken: Action<AtEngines> = { name: "copy-token", keys: ["c"], label: "Copy token", group, isEnabled: (at) => looks(at) && at.once !== null, run: (at) => at.once?.copyToken() };
export const copyCommand: Action<AtEngines> = { name: "copy-command", keys: ["Shift+c"], label: "Copy command", group, isEnabled: (at) => looks(at) && at.once !== null, run: (at) => at.once?.copyCommand() };
export const putAway: Action<AtEngines> = { name: "put-away", keys: ["Escape"], label: "I have it", group, isEnabled: (at) => looks(at) && at.once !== null, run: (at) => at.once?.putAway() };

export const ENGINE_ACTIONS: readonly Action<AtEngines>[] = [
  add,
  edit,
  newToken,
  itsKeys,
  tryAnswer,
  itsDeliveries,
  tryOrigin,
  copyToken,
  copyCommand,
  putAway,
  saveNew,
  saveProfile,
  startAnew,
  leave,
  { name: "engine-down", keys: ["j", "ArrowDown"], label: "Next engine", group, isEnabled: hasOne, run: (at) => at.move(1) },
  { name: "engine-up", keys: ["k", "ArrowUp"], label: "Engine before", group, isEnabled: hasOne, run: (at) => at.move(-1) },
  { name: "engine-first", keys: ["Home"], label: "First engine", group, isEnabled: hasOne, run: (at) => at.move(-Infinity) },
  { name: "engine-last", keys: ["End"], label: "Last engine", group, isEnabled: hasOne, run: (at) => at.move(Infinity) },
];
