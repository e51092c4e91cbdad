// What is tried on an engine, and what the desk says it would come to.

import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { reading } from "../../ipc/answers";
import type { Overview, ProtocolView, RehearsalView } from "../../ipc/types.gen";
import { exampleFor, firstItem } from "../handIn";
import { readTyped, type Typed, type WrongField } from "./typed";

export interface Trying {
  typed: Typed;
  type: (part: Partial<Typed>) => void;
  isChanged: boolean;
  startAnew: () => void;
  wrong: WrongField | null;
  /** Why the desk has nothing to tell, if it has not. */
  problem: string | null;
  /** What would be sent to each callback, and what would become of it; `undefined` while that is not known. */
  rehearsed: readonly RehearsalView[] | undefined;
}

/** What was begun stays while the room is open, also when another engine is looked at meanwhile. */
export type Begun = Readonly<Record<string, Typed | undefined>>;

const NOTHING = { engine: "", submission: "", draft: { verdict: "approve" } } as const;

export function useTrying(engine: string, overview: Overview, protocols: readonly ProtocolView[], begun: Begun, keep: (typed: Typed | null) => void): Trying {
  const profile = useQuery(reading("engine", { engine })).data;
  const queue = overview.queues[0]?.queue ?? null;
  const example = profile === undefined ? null : exampleFor(profile, protocols);
  const first: Typed = {
    status: "200",
    headers: "",
    body: "",
    item: example === null ? "" : JSON.stringify(firstItem({ queue, ...example }), null, 2),
    decision: '{ "verdict": "approve" }',
  };
  const typed = begun[engine] ?? first;
  const read = readTyped(engine, typed);
  const request = "request" in read ? read.request : null;
  const asked = useQuery({ ...reading("try_engine", request ?? NOTHING), enabled: request !== null && example !== null, placeholderData: keepPreviousData, gcTime: 0 });
  return {
    typed,
    type: (part) => keep({ ...typed, ...part }),
    isChanged: begun[engine] !== undefined,
    startAnew: () => keep(null),
    wrong: "wrong" in read && example !== null ? read.wrong : null,
    problem: asked.error?.message ?? null,
    rehearsed: asked.error === null ? asked.data : undefined,
  };
}
