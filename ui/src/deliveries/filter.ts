// Which deliveries are looked at: states, engine and age together.

import type { DeliveryState, FirstInLog, Which } from "../ipc/types.gen";
import { NEEDS_YOU, STATES } from "../words/deliveries";

/** The states most asked for, each with its key. */
export const TABS = [
  { name: "all", label: "All", states: [] },
  { name: "needs-you", label: "Needs you", states: NEEDS_YOU },
  { name: "waiting", label: "Waiting", states: ["held", "due", "sending"] },
  { name: "delivered", label: "Delivered", states: ["delivered"] },
] as const satisfies readonly { name: string; label: string; states: readonly DeliveryState[] }[];

/** A tab, or one state alone. */
export type Shown = (typeof TABS)[number]["name"] | DeliveryState;

export interface LogFilter {
  shown: Shown;
  engine: string | null;
  /** Decided longer ago than this. */
  older_s: number | null;
  /** Decided within this time. */
  newer_s: number | null;
}

/** Everything that is in one tab or state. */
export function all(shown: Shown): LogFilter {
  return { shown, engine: null, older_s: null, newer_s: null };
}

export const AGES = [
  { seconds: 3_600, words: "1 hour", last: "hour" },
  { seconds: 21_600, words: "6 hours", last: "6 hours" },
  { seconds: 86_400, words: "1 day", last: "day" },
  { seconds: 604_800, words: "7 days", last: "7 days" },
  { seconds: 2_592_000, words: "30 days", last: "30 days" },
] as const;

export function statesOf(shown: Shown): readonly DeliveryState[] {
  const tab = TABS.find(({ name }) => name === shown);
  return tab ? tab.states : [shown as DeliveryState];
}

/** What the desk is asked for. */
export function which({ shown, engine, older_s, newer_s }: LogFilter): Which {
  return { states: [...statesOf(shown)], engine, older_than_seconds: older_s, newer_than_seconds: newer_s };
}

/** Whether engine or age leave anything out. */
export function isNarrowed({ engine, older_s, newer_s }: LogFilter): boolean {
  return engine !== null || older_s !== null || newer_s !== null;
}

/** Who has waited longest for a person comes first; of what goes by itself, the newest is asked for. */
export function firstOf(filter: LogFilter): FirstInLog {
  return needsYou(filter) ? "oldest" : "newest";
}

/** Whether nothing is shown but what a person has to move on. */
export function needsYou({ shown }: LogFilter): boolean {
  const states = statesOf(shown);
  return states.length > 0 && states.every((state) => NEEDS_YOU.includes(state));
}

/** The age in words, such as `1 hour to 7 days ago`. */
export function ageInWords({ older_s, newer_s }: LogFilter): string {
  const of = (seconds: number) => AGES.find((age) => age.seconds === seconds) ?? { words: `${seconds} s`, last: `${seconds} s` };
  if (older_s !== null && newer_s !== null) return `${of(older_s).words} to ${of(newer_s).words} ago`;
  if (older_s !== null) return `over ${of(older_s).words} ago`;
  return newer_s === null ? "any time" : `in the last ${of(newer_s).last}`;
}

/** One state or tab in words. */
export function shownInWords(shown: Shown): string {
  return TABS.find(({ name }) => name === shown)?.label ?? STATES[shown as DeliveryState].word;
}
