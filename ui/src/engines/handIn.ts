// The first item of a new engine, as a command that can be pasted.

import type { Queue } from "../ipc/types.gen";
import { withBase } from "./withBase";

interface HandIn {
  intake: string;
  token: string;
  /** Where it is to wait; the queue that the page proposes, if there is none yet. */
  queue: Queue | null;
  /** A callback in which `BASE` stands for `base`. */
  example: unknown;
  base: string;
}

/** What makes a queue where there is none. */
export const FIRST_QUEUE = "placet queue add first --kind classify --choice yes --choice no";

/** For a shell. The token stands in a variable, so that the command can be kept without it. */
export function handIn({ intake, token, queue, example, base }: HandIn): string {
  const item = {
    v: 1,
    id: "try-1",
    queue: queue?.name ?? "first",
    title: "Does the answer come back?",
    ...contentFor(queue),
    callbacks: [withBase(example, base)],
  };
  return [
    `TOKEN=${token}`,
    `curl ${intake}/v1/items \\`,
    '  -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" \\',
    `  -d ${quoted(JSON.stringify(item, null, 2))}`,
  ].join("\n");
}

function contentFor(queue: Queue | null): Record<string, unknown> {
  switch (queue?.kind) {
    case "action":
      return { content: { tool: "say_hello", arguments: { to: "world" } } };
    case "fallback":
      return { content: { text: "Approve this, and look at your engine." } };
    default: {
      const label = queue?.choices[0]?.label ?? "yes";
      return { content: { text: "Choose a label, and look at your engine." }, suggestions: [{ answer: { label }, confidence: 0.41, by: "a-model" }] };
    }
  }
}

/** A text as one word of a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
