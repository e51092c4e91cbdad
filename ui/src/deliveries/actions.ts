// What can be done with the delivery log.

import type { Action } from "../actions/action";
import { FILTERS, type FilterName } from "./states";

export interface AtLog {
  move: (rows: number) => void;
  page: number;
  /** Whether a story can be opened, and whether one is open. */
  canOpen: boolean;
  isOpen: boolean;
  open: () => void;
  close: () => void;
  /** Whether a person may ask for another try of what is at the cursor. */
  canRetry: boolean;
  retry: () => void;
  filter: (name: FilterName) => void;
}

const group = "Deliveries";
const always = () => true;

export const retry: Action<AtLog> = {
  name: "retry",
  keys: ["r"],
  label: "Try again",
  group,
  isEnabled: ({ canRetry }) => canRetry,
  run: ({ retry }) => retry(),
};

export const close: Action<AtLog> = {
  name: "close-story",
  keys: ["Escape"],
  label: "Close",
  group,
  isEnabled: ({ isOpen }) => isOpen,
  run: ({ close }) => close(),
};

export const LOG_ACTIONS: readonly Action<AtLog>[] = [
  { name: "story", keys: ["Enter"], label: "Open its story", group, isEnabled: ({ canOpen }) => canOpen, run: ({ open }) => open() },
  retry,
  close,
  { name: "log-down", keys: ["j", "ArrowDown"], label: "Next row", group, isEnabled: always, run: ({ move }) => move(1) },
  { name: "log-up", keys: ["k", "ArrowUp"], label: "Row before", group, isEnabled: always, run: ({ move }) => move(-1) },
  { name: "log-page-down", keys: ["PageDown"], label: "A page down", group, isEnabled: always, run: ({ move, page }) => move(page) },
  { name: "log-page-up", keys: ["PageUp"], label: "A page up", group, isEnabled: always, run: ({ move, page }) => move(-page) },
  { name: "log-first", keys: ["Home"], label: "First row", group, isEnabled: always, run: ({ move }) => move(-Infinity) },
  { name: "log-last", keys: ["End"], label: "Last row", group, isEnabled: always, run: ({ move }) => move(Infinity) },
  ...FILTERS.map(
    ({ name, label }, place): Action<AtLog> => ({
      name: `filter-${name}`,
      keys: [String(place + 1)],
      label: `Show: ${label}`,
      group,
      isEnabled: always,
      run: ({ filter }) => filter(name),
    }),
  ),
];
