// From a key press to the action it means.

import { isField } from "../parts/fields";
import type { Bound } from "./action";

type Press = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">;

/** The chord of a key press as actions name it: `a`, `?`, `Shift+r`, `Ctrl+k`, `Ctrl+Enter`. */
export function chord(press: Press): string {
  // Shift is part of a character that has no letter to it, such as `?`.
  const shift = press.shiftKey && (press.key.length > 1 || isLetter(press.key)) ? "Shift+" : "";
  const key = press.key.length === 1 ? press.key.toLowerCase() : press.key;
  return `${press.ctrlKey || press.metaKey ? "Ctrl+" : ""}${press.altKey ? "Alt+" : ""}${shift}${key}`;
}

function isLetter(key: string): boolean {
  return key.toLowerCase() !== key.toUpperCase();
}

/** The first action that this press means here, or none. */
export function meant(actions: readonly Bound[], press: Press, target: EventTarget | null): Bound | undefined {
  const exact = chord(press);
  // A letter means the same with Shift, unless something else is meant by that.
  const pressed = actions.some((action) => action.keys.includes(exact)) ? exact : exact.replace(/Shift\+(?=.$)/u, "");
  const typing = isField(target);
  // A dialog has its own keys, and a button or link in focus is pressed by these.
  if (target instanceof Element && target.closest("[role=dialog], [role=menu]")) return undefined;
  if ((press.key === "Enter" || press.key === " ") && target instanceof Element && target.closest("button, a, summary")) return undefined;
  return actions.find((action) => action.keys.includes(pressed) && (!typing || action.inFields) && action.isEnabled());
}
