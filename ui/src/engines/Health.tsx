// How an engine does: what waits, what needs a person, what came too late, and its newest answers.

import { ActionButton } from "../actions/ActionButton";
import type { EngineHealthView, OriginView } from "../ipc/types.gen";
import { Dot } from "../parts/Dot";
import { count } from "../parts/number";
import { Seen } from "../parts/text/Seen";
import { moment, took, until } from "../parts/time";
import { useNow } from "../parts/useNow";
import { countIn, inWords, NEEDS_YOU, outcomeOf, stateOf } from "../words/deliveries";
import { type AtEngines, tryOrigin } from "./actions";
import { answers, answersInWords, missed, missedInWords, standing } from "./health";
import "./engines.css";

/** No state is counted further by the desk. */
const COUNTED = 10_000;

/** So many of the newest are told one by one. */
const TOLD = 6;

export function Health({ health, at }: { health: EngineHealthView; at: AtEngines }) {
  const { open, deliveries, newest, spared } = health;
  const now = useNow(1_000);
  return (
    <section aria-label="How it does">
      <div className="engine-heading">
        <h3 className="small-heading">How it does</h3>
        <span data-testid="engine-standing">
          <Dot {...standing(health)} />
        </span>
      </div>
      {spared.map((origin, nth) => (
        <LeftAlone key={origin.origin} origin={origin} now={now} at={nth === 0 ? at : null} />
      ))}
      <dl className="tiles">
        <Tile name="Waiting for a person" n={open} />
        <Tile name="Waiting to go out" n={countIn(deliveries, ["held", "due", "sending"])} more={inWords(deliveries, ["held", "due", "sending"])} />
        <Tile name="Delivered" n={countIn(deliveries, ["delivered"])} />
        <Tile name="Need you" n={countIn(deliveries, NEEDS_YOU)} more={inWords(deliveries, NEEDS_YOU)} isLoud />
        <Tile name="Missed deadlines" n={missed(health)} more={missedInWords(health)} />
      </dl>
      {newest.length === 0 ? (
        <p className="quiet">Nothing was sent yet. Once a person decides an item of this engine, its answers show here.</p>
      ) : (
        <>
          <p className="answers">
            <span className="answer-strip" role="img" aria-label={`The newest answers: ${answersInWords(health)}`} data-testid="answer-strip">
              {answers(health).map(({ id, tone, word }) => (
                <span key={id} data-tone={tone} title={word} />
              ))}
            </span>
            <span className="quiet" aria-hidden="true">
              {newest.length === 1 ? "The only answer" : `The newest ${newest.length}`}: {answersInWords(health)}
            </span>
          </p>
          <ol className="newest" aria-label="Newest deliveries">
            {newest.slice(0, TOLD).map((row) => (
              <li key={row.id} className="newest-row" data-testid="newest">
                <span className="tabular quiet">{moment(row.decided_at, now)}</span>
                <span className="cut">
                  <Seen text={row.title} />{" "}
                  <code className="quiet">
                    <Seen text={row.task} />
                  </code>
                </span>
                <Dot {...stateOf(row)} />
                <span className="cut quiet">{row.last === null ? "" : `${outcomeOf(row.last.outcome).word}${row.last.status === null ? "" : ` (${row.last.status})`}`}</span>
                <span className="tabular quiet newest-took">{row.last?.took_ms == null ? "" : took(row.last.took_ms)}</span>
              </li>
            ))}
          </ol>
        </>
      )}
    </section>
  );
}

function Tile({ name, n, more = "", isLoud = false }: { name: string; n: number; more?: string; isLoud?: boolean }) {
  return (
    <div className="tile" data-loud={isLoud && n > 0}>
      <dt>{name}</dt>
      <dd>
        <span className="tile-number tabular">{n >= COUNTED ? `${count(COUNTED)}+` : count(n)}</span>
        <span className="tile-more">{more}</span>
      </dd>
    </div>
  );
}

/** `at` is there for the one that the key has tried. */
function LeftAlone({ origin, now, at }: { origin: OriginView; now: number; at: AtEngines | null }) {
  return (
    <div className="left-alone" data-testid="left-alone">
      <p>
        <code>
          <Seen text={origin.origin} />
        </code>{" "}
        {origin.why === "failing" ? `failed ${origin.failures} times in a row and is left alone` : "is to be left alone for a while, or there was no network"}
        {origin.until === null ? "; one delivery is finding out." : `; one delivery finds out ${until(origin.until, now)}.`} {count(origin.waiting)} wait.
      </p>
      {at && <ActionButton action={tryOrigin} context={at} />}
    </div>
  );
}
