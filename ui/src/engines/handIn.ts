// An engine's first item, as it is and as a command that can be pasted.

import type { EngineDetailView, ProtocolView, Queue } from "../ipc/types.gen";
import { withBase } from "./withBase";

/** A callback in which `BASE` stands for `base`. */
export interface Example {
  example: unknown;
  base: string;
}

interface FirstItem extends Example {
  /** Where it is to wait; the queue that the page proposes, if there is none yet. */
  queue: Queue | null;
}

interface HandIn extends FirstItem {
  intake: string;
  token: string;
}

/** What makes a queue where there is none. */
export const FIRST_QUEUE = "placet queue add first --kind classify --choice yes --choice no";

/** For a shell. The token stands in a variable, so that the command can be kept without it. */
export function handIn({ intake, token, ...first }: HandIn): string {
  return [
    `TOKEN=${token}`,
    `curl ${intake}/v1/items \\`,
    '  -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" \\',
    `  -d ${quoted(JSON.stringify(firstItem(first), null, 2))}`,
  ].join("\n");
}

/** An item of the queue's kind that an engine could hand in. */
export function firstItem({ queue, example, base }: FirstItem): Record<string, unknown> {
  return {
    v: 1,
    id: "try-1",
    queue: queue?.name ?? "first",
    title: "Does the answer come back?",
    ...contentFor(queue),
    callbacks: [withBase(example, base)],
  };
}

/** A callback of the protocol that the profile speaks, and the address that it begins with. */
export function exampleFor({ engine, profile }: EngineDetailView, protocols: readonly ProtocolView[]): Example | null {
  // The protocol that the profile has something to say for is the one that its callbacks speak.
  const [spoken = "webhook"] = Object.keys((JSON.parse(profile) as { settings?: object }).settings ?? {});
  const protocol = protocols.find(({ name }) => name === spoken) ?? protocols[0];
  return protocol === undefined ? null : { example: protocol.example, base: engine.allow[0] ?? "https://…" };
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
