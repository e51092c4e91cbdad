// What the desk answered stays in the query cache, the only place for it, until the desk says it changed.

import { QueryClient, queryOptions } from "@tanstack/react-query";

import { ask, type Problem } from "./ask";
import type { Changed, Verbs } from "./types.gen";

/** The verbs that only read, and what makes their answers stale. */
const STALE_AFTER = {
  look_around: ["items", "deliveries", "setup"],
  inbox: ["items", "setup"],
  deliveries: ["deliveries"],
  count_deliveries: ["deliveries"],
  delivery: ["deliveries"],
  origins: ["deliveries"],
  engines: ["setup"],
  engine: ["setup"],
  engine_health: ["items", "deliveries", "setup"],
  check_profile: ["setup"],
  protocols: [],
  keys: ["setup"],
  jwt_algorithms: [],
  try_engine: ["setup"],
} as const satisfies Partial<Record<keyof Verbs, readonly Changed[]>>;

export type Reading = keyof typeof STALE_AFTER;

/** The query that asks a reading verb. */
export function reading<V extends Reading>(verb: V, request: Verbs[V]["request"]) {
  return queryOptions<Verbs[V]["answer"], Problem>({
    queryKey: [verb, request],
    queryFn: () => ask(verb, request),
  });
}

/** Which reading verbs this news makes stale. */
export function madeStale(changed: ReadonlySet<Changed>): Reading[] {
  const verbs = Object.entries(STALE_AFTER) as [Reading, readonly Changed[]][];
  return verbs.filter(([, after]) => after.some((change) => changed.has(change))).map(([verb]) => verb);
}

/** A cache for one window. Nothing ages by itself: the desk says what is stale. */
export function newAnswers(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        networkMode: "always",
        staleTime: Infinity,
        gcTime: 60_000,
        retry: false,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
      },
    },
  });
}
