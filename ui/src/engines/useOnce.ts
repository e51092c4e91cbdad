// What is shown once: a new token, a new secret, and the command that hands the first item in. It is kept nowhere
// else, and gone when the page is left.

import { useState } from "react";

import { ask } from "../ipc/ask";
import type { NewKeyView, Overview, ProtocolView } from "../ipc/types.gen";
import { copying } from "./copying";
import { type Example, exampleFor, handIn } from "./handIn";
import type { Saying } from "./useSaying";

export interface ShownOnce {
  name: string;
  engine: string;
  /** `null` if none could be made. */
  token: string | null;
  /** A key that was made for it. */
  key: NewKeyView | null;
  /** The callback that stands in the command, if one can. */
  example: Example | null;
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
  const token = shown?.token ?? null;
  const example = shown?.example ?? null;
  const command = token === null || example === null ? null : handIn({ intake: overview.intake, token, queue, ...example });

  const copy = (what: string, text: string | null) => {
    if (text !== null) copying(saying, what, text);
  };
  const issue = (engine: string) =>
    saying.doing("Making a new token.", async () => {
      const { secret } = await ask("issue_token", { engine });
      const example = exampleFor(await ask("engine", { engine }), protocols);
      show({ name: engine, engine, token: secret, key: null, example });
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
