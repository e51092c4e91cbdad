// What is shown once: a new token, a new secret, and the command that hands the first item in. It is kept nowhere
// else, and gone when the page is left.

import { useState } from "react";

import { ask } from "../ipc/ask";
import type { Overview, ProtocolView } from "../ipc/types.gen";
import { handIn } from "./handIn";
import { choiceOf } from "./newEngine";
import type { Saying } from "./useSaying";

export interface ShownOnce {
  name: string;
  engine: string;
  /** `null` if none could be made. */
  token: string | null;
  /** A key that was made for it. */
  secret: string | null;
  /** The protocol or ready profile whose callback stands in the command. */
  choice: string;
  base: string;
}

export interface Once {
  shown: ShownOnce | null;
  /** The command that hands the first item in. */
  command: string | null;
  hasQueue: boolean;
  show: (what: ShownOnce) => void;
  issue: (engine: string) => Promise<void>;
  copy: (what: string, text: string | null) => void;
  copyToken: () => void;
  copyCommand: () => void;
  putAway: () => void;
}

export function useOnce(overview: Overview, protocols: readonly ProtocolView[], saying: Saying): Once {
  const [shown, show] = useState<ShownOnce | null>(null);
  const queue = overview.queues[0]?.queue ?? null;
  const example = (protocols.find((protocol) => choiceOf(protocol) === shown?.choice) ?? protocols[0])?.example;
  const token = shown?.token ?? null;
  const command = shown === null || token === null || example === undefined ? null : handIn({ intake: overview.intake, token, queue, example, base: shown.base });

  const copy = (what: string, text: string | null) => {
    if (text === null) return;
    void saying.doing(`Copying the ${what}.`, async () => {
      try {
        await navigator.clipboard.writeText(text);
      } catch {
        throw new NotCopied(what);
      }
      return `The ${what} is copied.`;
    });
  };
  const issue = (engine: string) =>
    saying.doing("Making a new token.", async () => {
      const { secret } = await ask("issue_token", { engine });
      const { engine: view, profile } = await ask("engine", { engine });
      // The protocol that the profile has something to say for is the one that its callbacks speak.
      const [spoken = "webhook"] = Object.keys((JSON.parse(profile) as { settings?: object }).settings ?? {});
      show({ name: engine, engine, token: secret, secret: null, choice: spoken, base: view.allow[0] ?? "https://…" });
      return null;
    });
  return {
    shown,
    command,
    hasQueue: queue !== null,
    show,
    issue,
    copy,
    copyToken: () => copy("token", token),
    copyCommand: () => copy("command", command),
    putAway: () => show(null),
  };
}

/** The system keeps its clipboard to itself; what is shown can be copied by hand. */
class NotCopied {
  readonly code = "fault";
  readonly message: string;
  constructor(what: string) {
    this.message = `The ${what} could not be copied. Select it and press Ctrl C.`;
  }
}
