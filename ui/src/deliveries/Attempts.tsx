// Every attempt on a line of time, and the one that comes next.

import type { AttemptView } from "../ipc/types.gen";
import { Dot } from "../parts/Dot";
import { LongText } from "../parts/text/LongText";
import { Seen } from "../parts/text/Seen";
import { moment, took, until } from "../parts/time";
import { outcomeOf, STOPPED } from "../words/deliveries";
import "./story.css";

interface Properties {
  attempts: readonly AttemptView[];
  now: number;
  /** When the next one is made by itself. */
  next_at: string | null;
}

export function Attempts({ attempts, now, next_at }: Properties) {
  return (
    <ol className="attempts">
      {attempts.map((attempt) => (
        <Attempt key={attempt.number} attempt={attempt} now={now} />
      ))}
      {next_at !== null && (
        <li className="attempt attempt-to-come" data-testid="attempt-to-come">
          <p className="attempt-head quiet">
            <span className="attempt-number">{attempts.length + 1}</span>
            {until(next_at, now)}
            <span className="head-end tabular">{moment(next_at, now)}</span>
          </p>
        </li>
      )}
    </ol>
  );
}

function Attempt({ attempt, now }: { attempt: AttemptView; now: number }) {
  const { word, tone } = outcomeOf(attempt.outcome);
  return (
    <li className="attempt" data-tone={tone} data-testid="attempt">
      <p className="attempt-head">
        <span className="attempt-number">{attempt.number}</span>
        <Dot tone={tone} word={word} />
        {attempt.status !== null && <code>{attempt.status}</code>}
        {attempt.phase !== null && attempt.phase !== "got_body" && <span className="quiet">{STOPPED[attempt.phase]}</span>}
        <span className="head-end quiet tabular">
          {attempt.took_ms !== null && `${took(attempt.took_ms)} · `}
          {moment(attempt.started_at, now)}
        </span>
      </p>
      {attempt.words !== null && (
        <p>
          <Seen text={attempt.words} />
        </p>
      )}
      {attempt.answer !== null && attempt.answer !== "" && <LongText className="json receiver-answer" text={attempt.answer} />}
    </li>
  );
}
