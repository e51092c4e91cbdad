// How an engine does, in words.

import type { DeliveryState, EngineHealthView } from "../ipc/types.gen";
import type { Tone } from "../parts/Dot";
import { count } from "../parts/number";
import { countIn, inWords, NEEDS_YOU, outcomeOf, STATES } from "../words/deliveries";

/** In one word, the loudest first. */
export function standing({ deliveries, newest, spared }: EngineHealthView): { word: string; tone: Tone } {
  const stuck = countIn(deliveries, NEEDS_YOU);
  if (stuck > 0) return { word: stuck === 1 ? "1 needs you" : `${count(stuck)} need you`, tone: "bad" };
  if (spared.length > 0) return { word: "left alone", tone: "warn" };
  const answered = newest.find(({ last }) => last?.outcome != null);
  if (!answered) return { word: newest.length === 0 ? "nothing sent yet" : "no answer yet", tone: "quiet" };
  const { word, tone } = outcomeOf(answered.last?.outcome ?? null);
  return tone === "good" ? { word: "answers", tone } : { word: `last: ${word}`, tone };
}

/** What the newest deliveries came to, the oldest of them first. */
export function answers({ newest }: EngineHealthView): { id: string; word: string; tone: Tone }[] {
  return newest.toReversed().map(({ id, last, state }) => ({ id, ...(last === null ? STATES[state] : outcomeOf(last.outcome)) }));
}

/** The same counted: `17 accepted, 2 failed`. */
export function answersInWords(health: EngineHealthView): string {
  const counted = new Map<string, number>();
  for (const { word } of answers(health)) counted.set(word, (counted.get(word) ?? 0) + 1);
  return [...counted].map(([word, n]) => `${n} ${word}`).join(", ");
}

const TOO_LATE: DeliveryState[] = ["expired", "unconfirmed"];

/** How many tasks had no answer in time, as far as anybody knows: undecided, or decided and not surely delivered. */
export function missed({ expired, deliveries }: EngineHealthView): number {
  return expired + countIn(deliveries, TOO_LATE);
}

export function missedInWords({ expired, deliveries }: EngineHealthView): string {
  const undecided = expired === 0 ? [] : [`${count(expired)} undecided`];
  return [...undecided, inWords(deliveries, TOO_LATE)].filter((words) => words !== "").join(", ");
}
