// What came of the newest request about engines.

import { useEffect, useState } from "react";

import { ask, problemOf } from "../ipc/ask";

export interface Said {
  words: string;
  tone: "busy" | "good" | "bad";
}

export interface Saying {
  said: Said | null;
  /** Says `meanwhile`, then what came of it: words if it went well, and the problem's if not. */
  doing: (meanwhile: string, request: () => Promise<string | null>) => Promise<void>;
  say: (said: Said) => void;
  hush: () => void;
  tryOrigin: (origin: string) => void;
}

/** What went well is said for so long; what did not, until something else is done. */
const SAID_MS = 6_000;

export function useSaying(): Saying {
  const [said, setSaid] = useState<Said | null>(null);
  useEffect(() => {
    if (said?.tone !== "good") return;
    const timer = setTimeout(() => setSaid(null), SAID_MS);
    return () => clearTimeout(timer);
  }, [said]);
  const doing = async (meanwhile: string, request: () => Promise<string | null>) => {
    setSaid({ words: meanwhile, tone: "busy" });
    try {
      const words = await request();
      setSaid(words === null ? null : { words, tone: "good" });
    } catch (thrown) {
      setSaid({ words: problemOf(thrown).message, tone: "bad" });
    }
  };
  return {
    said,
    doing,
    say: setSaid,
    hush: () => setSaid(null),
    tryOrigin: (origin) =>
      void doing("Asking for a try now.", async () => {
        await ask("try_origin", { origin });
        return `The next delivery to ${origin} is sent now.`;
      }),
  };
}
