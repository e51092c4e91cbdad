// What can be done with the list of what waits.

import type { Action } from "../actions/action";

export interface AtInbox {
  /** Moves the cursor by so many rows; to the first or last with ±Infinity. */
  move: (rows: number) => void;
  /** Opens the row at the cursor. */
  open: () => void;
  /** Takes the cursor back to the item that is looked at. */
  home: () => void;
  /** Whether the cursor is on another row than that. */
  isAway: boolean;
  /** How many rows a page is. */
  page: number;
  /** Whether there is another queue. */
  hasOthers: boolean;
  switchQueue: (by: number) => void;
  openQueues: () => void;
}

const group = "Inbox";
const always = () => true;

export const INBOX_ACTIONS: readonly Action<AtInbox>[] = [
  { name: "open", keys: ["Enter"], label: "Open the row at the cursor", group, isEnabled: ({ isAway }) => isAway, run: ({ open }) => open() },
  { name: "down", keys: ["j", "ArrowDown"], label: "Next row", group, isEnabled: always, run: ({ move }) => move(1) },
  { name: "up", keys: ["k", "ArrowUp"], label: "Row before", group, isEnabled: always, run: ({ move }) => move(-1) },
  { name: "page-down", keys: ["PageDown"], label: "A page down", group, isEnabled: always, run: ({ move, page }) => move(page) },
  { name: "page-up", keys: ["PageUp"], label: "A page up", group, isEnabled: always, run: ({ move, page }) => move(-page) },
  { name: "first", keys: ["Home"], label: "First row", group, isEnabled: always, run: ({ move }) => move(-Infinity) },
  { name: "last", keys: ["End"], label: "Last row", group, isEnabled: always, run: ({ move }) => move(Infinity) },
  { name: "home", keys: ["Escape"], label: "Back to the item in hand", group, isEnabled: ({ isAway }) => isAway, run: ({ home }) => home() },
  { name: "queues", keys: ["q"], label: "Choose a queue", group, isEnabled: ({ hasOthers }) => hasOthers, run: ({ openQueues }) => openQueues() },
  { name: "next-queue", keys: ["]"], label: "Next queue", group, isEnabled: ({ hasOthers }) => hasOthers, run: ({ switchQueue }) => switchQueue(1) },
  { name: "queue-before", keys: ["["], label: "Queue before", group, isEnabled: ({ hasOthers }) => hasOthers, run: ({ switchQueue }) => switchQueue(-1) },
];
