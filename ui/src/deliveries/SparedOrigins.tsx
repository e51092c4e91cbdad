// Receivers that are left alone because they fail or asked for patience, and the way to have one tried now.

import type { OriginView } from "../ipc/types.gen";
import { ActionButton } from "../actions/ActionButton";
import { Seen } from "../parts/text/Seen";
import { count } from "../parts/number";
import { until } from "../parts/time";
import { useNow } from "../parts/useNow";
import { type AtLog, tryOrigin } from "./actions";

interface Properties {
  spared: readonly OriginView[];
  at: AtLog;
}

/** The key has the first one tried; the mouse any. */
export function SparedOrigins({ spared, at }: Properties) {
  const now = useNow(1_000);
  if (spared.length === 0) return null;
  return (
    <ul className="spared" aria-label="Receivers that are left alone" data-testid="spared">
      {spared.map((origin, nth) => (
        <li key={origin.origin} className="spared-origin">
          <span className="cut">
            <code>
              <Seen text={origin.origin} />
            </code>{" "}
            {origin.why === "failing" ? `failed ${times(origin.failures)} in a row` : "is to be left alone, or there was no network"}
          </span>
          <span className="tabular">
            {origin.waiting === 1 ? "1 delivery waits" : `${count(origin.waiting)} deliveries wait`}, {origin.until === null ? "one is finding out" : `one finds out ${until(origin.until, now)}`}
          </span>
          {nth === 0 ? (
            <ActionButton action={tryOrigin} context={at} />
          ) : (
            <button type="button" className="button" onClick={() => at.tryOrigin(origin.origin)}>
              Try now
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

function times(n: number): string {
  return n === 1 ? "once" : `${count(n)} times`;
}
