// The window's one way to the desk: a verb by its name, its request, its answer.

import { invoke } from "@tauri-apps/api/core";

import type { Error as Problem, Verbs } from "./types.gen";

export type { Problem };

/** Asks the desk. A verb that was not done is thrown as a `Problem`: a code to branch on, words to show. */
export async function ask<V extends keyof Verbs>(verb: V, request: Verbs[V]["request"]): Promise<Verbs[V]["answer"]> {
  try {
    return await invoke<Verbs[V]["answer"]>("ask", { verb, request });
  } catch (thrown) {
    throw problemOf(thrown);
  }
}

/** What was thrown as a `Problem`, also when the shell itself failed. */
export function problemOf(thrown: unknown): Problem {
  if (isProblem(thrown)) return thrown;
  const words = thrown instanceof Error ? thrown.message : typeof thrown === "string" ? thrown : JSON.stringify(thrown);
  return { code: "fault", message: `Placet itself did not answer: ${words}.` };
}

function isProblem(thrown: unknown): thrown is Problem {
  return typeof thrown === "object" && thrown !== null && "code" in thrown && "message" in thrown;
}
