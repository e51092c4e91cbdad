// What can be done with an engine's keys.

import type { Action } from "../../actions/action";
import type { KeyView } from "../../ipc/types.gen";

export interface AtKeys {
  /** Whether the keys are looked at, or one is made or brought in. */
  doing: "looking" | "making" | "importing";
  /** Whether Placet can write where keys live. */
  canWrite: boolean;
  /** The key that the cursor is on. */
  chosen: KeyView | null;
  move: (rows: number) => void;
  make: () => void;
  import: () => void;
  askRotate: () => void;
  askRetire: () => void;
  canSave: boolean;
  save: () => void;
  /** Leaves the form, and what was typed in it. */
  leave: () => void;
  /** The key that is shown once. */
  shown: { copy: () => void; putAway: () => void } | null;
  back: () => void;
}

const group = "Signing keys";
const looks = ({ doing }: AtKeys) => doing === "looking";
const canWrite = (at: AtKeys) => looks(at) && at.canWrite;
const inForm = (at: AtKeys) => !looks(at);
const isShown = (at: AtKeys) => looks(at) && at.shown !== null;

export const makeKey: Action<AtKeys> = { name: "make-key", keys: ["n"], label: "New key", group, isEnabled: canWrite, run: (at) => at.make() };
export const importKey: Action<AtKeys> = { name: "import-key", keys: ["i"], label: "Import", group, isEnabled: canWrite, run: (at) => at.import() };
export const rotateKey: Action<AtKeys> = { name: "rotate-key", keys: ["r"], label: "Rotate", group, isEnabled: (at) => canWrite(at) && at.chosen?.rotates != null, run: (at) => at.askRotate() };
export const retireKey: Action<AtKeys> = { name: "retire-key", keys: ["x"], label: "Retire", group, isEnabled: (at) => canWrite(at) && at.chosen?.can_retire === true, run: (at) => at.askRetire() };
export const saveKey: Action<AtKeys> = { name: "save-key", keys: ["Ctrl+Enter"], label: "Keep this key", group, inFields: true, isEnabled: (at) => inForm(at) && at.canSave, run: (at) => at.save() };
export const leaveForm: Action<AtKeys> = { name: "leave-key-form", keys: ["Escape"], label: "Cancel", group, inFields: true, isEnabled: inForm, run: (at) => at.leave() };
export const copyKey: Action<AtKeys> = { name: "copy-key", keys: ["c"], label: "Copy key", group, isEnabled: isShown, run: (at) => at.shown?.copy() };
export const putKeyAway: Action<AtKeys> = { name: "put-key-away", keys: ["Escape"], label: "I have it", group, isEnabled: isShown, run: (at) => at.shown?.putAway() };
export const backToEngine: Action<AtKeys> = { name: "leave-keys", keys: ["Escape"], label: "Back", group, isEnabled: (at) => looks(at) && at.shown === null, run: (at) => at.back() };

export const KEY_ACTIONS: readonly Action<AtKeys>[] = [
  makeKey,
  importKey,
  rotateKey,
  retireKey,
  copyKey,
  putKeyAway,
  saveKey,
  leaveForm,
  backToEngine,
  { name: "key-down", keys: ["j", "ArrowDown"], label: "Next key", group, isEnabled: looks, run: (at) => at.move(1) },
  { name: "key-up", keys: ["k", "ArrowUp"], label: "Key before", group, isEnabled: looks, run: (at) => at.move(-1) },
];
