// What can be done with the delivery log.

import type { Action } from "../actions/action";
import type { OriginView } from "../ipc/types.gen";
import { type Shown, TABS } from "./filter";

/** The menus of the filter bar. */
export type FilterMenuName = "state" | "engine" | "decided";

export interface AtLog {
  move: (rows: number) => void;
  page: number;
  /** Whether a story can be opened, and whether one is open. */
  canOpen: boolean;
  isOpen: boolean;
  open: () => void;
  close: () => void;
  /** What a person may do with what is at the cursor. */
  canRetry: boolean;
  canConfirm: boolean;
  canWithdraw: boolean;
  retry: () => void;
  confirm: () => void;
  withdraw: () => void;
  /** Whether anything that is shown can be tried again. */
  canRetryAll: boolean;
  retryAll: () => void;
  show: (shown: Shown) => void;
  openMenu: (name: FilterMenuName) => void;
  /** The receivers that are left alone; the first is tried by key. */
  spared: readonly OriginView[];
  tryOrigin: (origin: string) => void;
  /** Whether engine or age leave anything out. */
  isNarrowed: boolean;
  widen: () => void;
}

const group = "Deliveries";
const filter = "Filter of deliveries";
const always = () => true;

export const retry: Action<AtLog> = {
  name: "retry",
  keys: ["r"],
  label: "Try again",
  group,
  isEnabled: ({ canRetry }) => canRetry,
  run: ({ retry }) => retry(),
};

export const retryAll: Action<AtLog> = {
  name: "retry-all",
  keys: ["Shift+r"],
  label: "Try all again",
  group,
  isEnabled: ({ canRetryAll }) => canRetryAll,
  run: ({ retryAll }) => retryAll(),
};

export const confirm: Action<AtLog> = {
  name: "confirm",
  keys: ["c"],
  label: "Mark delivered",
  group,
  isEnabled: ({ canConfirm }) => canConfirm,
  run: ({ confirm }) => confirm(),
};

export const withdraw: Action<AtLog> = {
  name: "withdraw",
  keys: ["z"],
  label: "Take back",
  group,
  isEnabled: ({ canWithdraw }) => canWithdraw,
  run: ({ withdraw }) => withdraw(),
};

export const tryOrigin: Action<AtLog> = {
  name: "try-origin",
  keys: ["p"],
  label: "Try now",
  group,
  isEnabled: ({ spared }) => spared.length > 0,
  run: ({ spared: [first], tryOrigin }) => first && tryOrigin(first.origin),
};

export const close: Action<AtLog> = {
  name: "close-story",
  keys: ["Escape"],
  label: "Close",
  group,
  isEnabled: ({ isOpen }) => isOpen,
  run: ({ close }) => close(),
};

export const widen: Action<AtLog> = {
  name: "widen",
  keys: ["Escape"],
  label: "Clear engine and age",
  group: filter,
  isEnabled: ({ isNarrowed }) => isNarrowed,
  run: ({ widen }) => widen(),
};

/** The menus with their keys. */
export const MENUS = {
  state: { key: "s", label: "State" },
  engine: { key: "e", label: "Engine" },
  decided: { key: "d", label: "Decided" },
} as const satisfies Record<FilterMenuName, { key: string; label: string }>;

export const LOG_ACTIONS: readonly Action<AtLog>[] = [
  { name: "story", keys: ["Enter"], label: "Open its story", group, isEnabled: ({ canOpen }) => canOpen, run: ({ open }) => open() },
  retry,
  retryAll,
  confirm,
  withdraw,
  tryOrigin,
  close,
  { name: "log-down", keys: ["j", "ArrowDown"], label: "Next row", group, isEnabled: always, run: ({ move }) => move(1) },
  { name: "log-up", keys: ["k", "ArrowUp"], label: "Row before", group, isEnabled: always, run: ({ move }) => move(-1) },
  { name: "log-page-down", keys: ["PageDown"], label: "A page down", group, isEnabled: always, run: ({ move, page }) => move(page) },
  { name: "log-page-up", keys: ["PageUp"], label: "A page up", group, isEnabled: always, run: ({ move, page }) => move(-page) },
  { name: "log-first", keys: ["Home"], label: "First row", group, isEnabled: always, run: ({ move }) => move(-Infinity) },
  { name: "log-last", keys: ["End"], label: "Last row", group, isEnabled: always, run: ({ move }) => move(Infinity) },
  ...TABS.map(
    ({ name, label }, place): Action<AtLog> => ({
      name: `filter-${name}`,
      keys: [String(place + 1)],
      label: `Show: ${label}`,
      group: filter,
      isEnabled: always,
      run: ({ show }) => show(name),
    }),
  ),
  ...(Object.keys(MENUS) as FilterMenuName[]).map(
    (name): Action<AtLog> => ({
      name: `choose-${name}`,
      keys: [MENUS[name].key],
      label: `Choose: ${MENUS[name].label.toLowerCase()}`,
      group: filter,
      isEnabled: always,
      run: ({ openMenu }) => openMenu(name),
    }),
  ),
  widen,
];
