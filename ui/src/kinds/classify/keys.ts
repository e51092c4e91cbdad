// Which key picks which choice.

import type { Choice } from "../../ipc/types.gen";

/** So many choices have a digit by their place. */
const BY_PLACE = 9;

/**
 * The key of each choice. Where every choice is a digit, that digit is its key: whoever sees a 3 presses 3.
 * Otherwise the first nine have `1` to `9`, and the others none.
 */
export function keysOf(choices: readonly Choice[]): (string | null)[] {
  const names = choices.map(({ title, label }) => title ?? label);
  if (names.every((name) => /^[0-9]$/.test(name)) && new Set(names).size === names.length) return names;
  return choices.map((_, place) => (place < BY_PLACE ? String(place + 1) : null));
}
