// What would be sent, as far as a person may see it, and what would become of it.

import type { RehearsalView } from "../../ipc/types.gen";
import { Dot } from "../../parts/Dot";
import { isRounded, written } from "../../parts/text/Json";
import { LongText } from "../../parts/text/LongText";
import { readJson } from "../../parts/text/readJson";
import { Seen } from "../../parts/text/Seen";
import { outcomeOf } from "../../words/deliveries";
import "./trying.css";

interface Properties {
  of: readonly RehearsalView[];
  /** Whether the form says something else by now, which cannot be asked. */
  isStale: boolean;
}

export function Rehearsed({ of, isStale }: Properties) {
  return (
    <div className="rehearsed" aria-live="polite" data-stale={isStale} data-testid="rehearsed">
      {of.map((rehearsal, place) => (
        <One key={place} of={rehearsal} />
      ))}
    </div>
  );
}

function One({ of: { protocol, method, url, headers, body, fate } }: { of: RehearsalView }) {
  return (
    <>
      {fate && (
        <section className="fate" aria-label="What becomes of it" data-testid="fate">
          <h3 className="small-heading">What becomes of it</h3>
          <p className="fate-words">
            <Dot {...outcomeOf(fate.outcome)} />
            <span>
              <Seen text={fate.words} />
            </span>
          </p>
          <p className="quiet">{fate.becomes}</p>
        </section>
      )}
      <section aria-label="What would be sent" data-testid="would-be-sent">
        <h3 className="small-heading">What would be sent, as {protocol}</h3>
        {/* Long requests are scrolled by key as well. */}
        {/* eslint-disable-next-line jsx-a11y-x/no-noninteractive-tabindex */}
        <div className="wire" tabIndex={0} role="region" aria-label="The request">
          <p className="wire-line">
            <b>{method}</b> <Seen text={url} />
          </p>
          <dl className="wire-headers">
            {headers.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd data-hidden={value === "[hidden]"}>
                  <Seen text={value} />
                </dd>
              </div>
            ))}
          </dl>
          {body !== "" && <LongText className="wire-body" text={indented(body)} />}
        </div>
      </section>
    </>
  );
}

/** JSON with its lines and blanks, which the wire does without; any other text, and what the window would round, as it is. */
function indented(body: string): string {
  const read = readJson(body);
  return "value" in read && !isRounded(read.value) ? written(read.value) : body;
}
