import type { LogFilter } from "../deliveries/filter";

/** Where in the window the person is. */
export type Room = { name: "inbox" } | { name: "deliveries"; filter: LogFilter } | { name: "engines" };

const LAST_QUEUE = "placet.queue";

/** The queue that was worked on last at this window. */
export function lastQueue(): string | null {
  return localStorage.getItem(LAST_QUEUE);
}

export function rememberQueue(name: string): void {
  localStorage.setItem(LAST_QUEUE, name);
}
