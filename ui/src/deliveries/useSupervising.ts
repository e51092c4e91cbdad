// What a person does with deliveries, and what came of it.

import { useEffect, useState } from "react";

import { ask, problemOf } from "../ipc/ask";
import { count } from "../parts/number";
import { type LogFilter, which } from "./filter";

/** What came of the newest request, and of which delivery it was; of none, if of many. */
export interface Said {
  delivery: string | null;
  words: string;
  tone: "busy" | "good" | "bad";
}

export interface Supervising {
  said: Said | null;
  retry: (delivery: string) => void;
  retryAll: (filter: LogFilter) => void;
  confirm: (delivery: string) => void;
  withdraw: (delivery: string) => void;
  tryOrigin: (origin: string) => void;
  hush: () => void;
}

/** What went well is said for so long; what did not, until something else is done. */
const SAID_MS = 6_000;

export function useSupervising(): Supervising {
  const [said, setSaid] = useState<Said | null>(null);
  useEffect(() => {
    if (said?.tone !== "good") return;
    const timer = setTimeout(() => setSaid(null), SAID_MS);
    return () => clearTimeout(timer);
  }, [said]);
  const doing = async (delivery: string | null, meanwhile: string, request: () => Promise<string>) => {
    setSaid({ delivery, words: meanwhile, tone: "busy" });
    try {
      setSaid({ delivery, words: await request(), tone: "good" });
    } catch (thrown) {
      setSaid({ delivery, words: problemOf(thrown).message, tone: "bad" });
    }
  };
  return {
    said,
    hush: () => setSaid(null),
    retry: (delivery) =>
      void doing(delivery, "Asking for another try.", async () => {
        await ask("retry", { delivery });
        return "It is tried again now.";
      }),
    retryAll: (filter) =>
      void doing(null, "Asking for another try of all of them.", async () => {
        const { retried } = await ask("retry_all", { which: which(filter) });
        return retried === 1 ? "1 delivery is tried again now." : `${count(retried)} deliveries are tried again now.`;
      }),
    confirm: (delivery) =>
      void doing(delivery, "Writing down that the engine has it.", async () => {
        await ask("confirm", { delivery });
        return "Marked as delivered. It is not sent again.";
      }),
    tryOrigin: (origin) =>
      void doing(null, "Asking for a try now.", async () => {
        await ask("try_origin", { origin });
        return `The next delivery to ${origin} is sent now.`;
      }),
    withdraw: (delivery) =>
      void doing(delivery, "Taking it back.", async () => {
        await ask("withdraw", { delivery });
        return "Taken back. Nothing is sent; its item waits in its queue again.";
      }),
  };
}
