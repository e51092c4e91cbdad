// One delivery's whole story: where it stands, every attempt, and what it carries.

import { useQuery } from "@tanstack/react-query";

import { ActionButton } from "../actions/ActionButton";
import { reading } from "../ipc/answers";
import type { AttemptView, DeliveryView, Verdict } from "../ipc/types.gen";
import { Blank } from "../parts/Blank";
import { Dot } from "../parts/Dot";
import { Skeleton } from "../parts/Skeleton";
import { LongText } from "../parts/text/LongText";
import { Seen } from "../parts/text/Seen";
import { moment, took, until } from "../parts/time";
import { useNow } from "../parts/useNow";
import { type AtLog, close, retry } from "./actions";
import { outcomeOf, stateOf } from "./states";
import "./deliveries.css";

interface Properties {
  delivery: string;
  /** What came of asking for another try. */
  said: string | null;
  at: AtLog;
}

export function Story({ delivery, said, at }: Properties) {
  const { data, error } = useQuery(reading("delivery", { delivery }));
  return (
    <aside className="pane story" aria-label="Story of a delivery" data-testid="story" data-delivery-id={delivery}>
      <header className="pane-head">
        <h2 className="pane-title">Story</h2>
        <span className="head-end">
          <ActionButton action={retry} context={at} />
          <ActionButton action={close} context={at} look="ghost" />
        </span>
      </header>
      {/* Long stories are scrolled by key as well. */}
      {/* eslint-disable-next-line jsx-a11y-x/no-noninteractive-tabindex */}
      <div className="story-body" tabIndex={0} role="region" aria-label="Story">
        <p className="said" role="status">
          {said}
        </p>
        {data ? <Told story={data} /> : error ? <Blank title={error.message} tone="bad" /> : <Skeleton lines={[60, 90, 84, 40]} />}
      </div>
    </aside>
  );
}

function Told({ story }: { story: DeliveryView }) {
  const { row, decision, attempts, body } = story;
  const now = useNow(1_000);
  const { word, tone } = stateOf(row);
  return (
    <>
      <h3 className="story-title">
        <Seen text={row.title} />
      </h3>
      <dl className="facts">
        <dt>State</dt>
        <dd data-testid="story-state">
          <Dot tone={tone} word={word} />
          {row.due_at !== null && <span className="quiet"> next try {until(row.due_at, now)}</span>}
        </dd>
        {row.reason !== null && (
          <>
            <dt>Reason</dt>
            <dd>
              <Seen text={row.reason} />
            </dd>
          </>
        )}
        <dt>Decision</dt>
        <dd>
          {SAID[decision.verdict]} by <Seen text={decision.by} />, {moment(decision.at, now)}
          {decision.note !== null && (
            <span className="story-note">
              <Seen text={decision.note} />
            </span>
          )}
        </dd>
        <dt>Task</dt>
        <dd>
          <code>
            <Seen text={`${row.engine} / ${row.task}`} />
          </code>
        </dd>
        <dt>Target</dt>
        <dd>
          <code>
            <Seen text={`${row.protocol} ${row.target}`} />
          </code>
        </dd>
        <dt>Id</dt>
        <dd>
          <code>{row.id}</code>
        </dd>
      </dl>
      <h3 className="small-heading">{attempts.length === 0 ? "No attempt yet" : attempts.length === 1 ? "1 attempt" : `${attempts.length} attempts`}</h3>
      <ol className="attempts">
        {attempts.map((attempt) => (
          <Attempt key={attempt.number} attempt={attempt} now={now} />
        ))}
      </ol>
      <h3 className="small-heading">Body</h3>
      <LongText className="json body" text={indented(body)} />
    </>
  );
}

const SAID: Record<Verdict, string> = {
  approve: "approved",
  correct: "corrected",
  reject: "rejected",
  respond: "answered in words",
  cancel: "withdrawn",
};

function Attempt({ attempt, now }: { attempt: AttemptView; now: number }) {
  const { word, tone } = outcomeOf(attempt.outcome);
  return (
    <li className="attempt" data-testid="attempt">
      <p className="attempt-head">
        <Dot tone={tone} word={word} />
        {attempt.status !== null && <code>{attempt.status}</code>}
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

/** The bytes that are sent, with line breaks where they are JSON. */
function indented(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
