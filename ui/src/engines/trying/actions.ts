// What can be done while an answer is tried.

import type { Action } from "../../actions/action";

export interface AtTrying {
  startAnew: () => void;
  isChanged: boolean;
  back: () => void;
}

const group = "Try an answer";

export const startAnew: Action<AtTrying> = { name: "start-trying-anew", keys: [], label: "Start anew", group, isEnabled: ({ isChanged }) => isChanged, run: (at) => at.startAnew() };
export const backToEngine: Action<AtTrying> = { name: "leave-trying", keys: ["Escape"], label: "Back", group, inFields: true, isEnabled: () => true, run: (at) => at.back() };

export const TRYING_ACTIONS: readonly Action<AtTrying>[] = [startAnew, backToEngine];
