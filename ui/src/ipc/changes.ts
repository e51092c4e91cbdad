// Hears from the desk that something changed.

import { listen } from "@tauri-apps/api/event";

import type { Changed } from "./types.gen";

/**
 * Calls `hear` with what changed, at most once every `quiet_ms`: the first news at once, what follows
 * gathered. Returns how to stop listening.
 */
export function hearChanges(hear: (changed: ReadonlySet<Changed>) => void, quiet_ms: number): () => void {
  let gathered = new Set<Changed>();
  let quiet: ReturnType<typeof setTimeout> | null = null;
  let stopped = false;

  const tell = () => {
    quiet = null;
    if (gathered.size === 0) return;
    const told = gathered;
    gathered = new Set();
    quiet = setTimeout(tell, quiet_ms);
    hear(told);
  };
  const listening = listen<Changed>("changed", (event) => {
    if (stopped) return;
    gathered.add(event.payload);
    if (quiet === null) tell();
  });

  return () => {
    stopped = true;
    if (quiet !== null) clearTimeout(quiet);
    void listening.then((stop) => stop());
  };
}
