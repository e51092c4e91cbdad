// One delivery's whole story: where it stands, what to do, every attempt, and what it carries.

import { useQuery } from "@tanstack/react-query";

import { ActionButton } from "../actions/ActionButton";
import { reading } from "../ipc/answers";
import type { DeliveryView, OriginView, Verdict } from "../ipc/types.gen";
import { Blank } from "../parts/Blank";
import { Dot } from "../parts/Dot";
import { Skeleton } from "../parts/Skeleton";
import { LongText } from "../parts/text/LongText";
import { Seen } from "../parts/text/Seen";
import { moment, until } from "../parts/time";
import { useNow } from "../parts/useNow";
import { type AtLog, close, confirm, retry, withdraw } from "./actions";
import { Attempts } from "./Attempts";
import { NEEDS_YOU, stateOf } from "../words/deliveries";
import type { Said } from "./useSupervising";
import "./story.css";

interface Properties {
  delivery: string;
  /** What came of the newest request about it. */
  said: Said | null;
  at: AtLog;
}

export function Story({ delivery, said, at }: Properties) {
  const { data, error } = useQuery(reading("delivery", { delivery }));
  return (
    <aside className="pane story" aria-label="Story of a delivery" data-testid="story" data-delivery-id={delivery}>
      <header className="pane-head">
        <h2 className="pane-title">Story</h2>
        <span className="head-end">
          <ActionButton action={close} context={at} look="ghost" />
        </span>
      </header>
      <div className="story-actions">
        <ActionButton action={retry} context={at} />
        {at.canConfirm && <ActionButton action={confirm} context={at} />}
        {at.canWithdraw && <ActionButton action={withdraw} context={at} />}
      </div>
      {/* Long stories are scrolled by key as well. */}
      {/* eslint-disable-next-line jsx-a11y-x/no-noninteractive-tabindex */}
      <div className="story-body" tabIndex={0} role="region" aria-label="Story">
        <p className="said" role="status" data-tone={said?.tone}>
          {said?.words}
        </p>
        {data ? <Told story={data} spared={at.spared.find(({ origin }) => origin === data.row.origin)} /> : error ? <Blank title={error.message} tone="bad" /> : <Skeleton lines={[60, 90, 84, 40]} />}
      </div>
    </aside>
  );
}

function Told({ story, spared }: { story: DeliveryView; spared: OriginView | undefined }) {
  const { row, decision, attempts, request, body } = story;
  const now = useNow(1_000);
  const { word, tone } = stateOf(row);
  const heldUp = row.state === "due" ? spared : undefined;
  // A receiver that is left alone is tried no sooner, however soon this one is due.
  const next_at = heldUp === undefined ? row.due_at : heldUp.until;
  return (
    <>
      <h3 className="story-title">
        <Seen text={row.title} />
      </h3>
      <div className="standing" data-loud={NEEDS_YOU.includes(row.state)}>
        <p className="standing-line" data-testid="story-state">
          <Dot tone={tone} word={word} />
          {row.due_at !== null && (
            <span className="quiet">
              {next_at === null ? "held up" : `${row.state === "held" ? "goes out" : heldUp ? "held up, tried" : "next try"} ${until(next_at, now)}`}
            </span>
          )}
          {story.too_late_at !== null && <span className="too-late">too late {until(story.too_late_at, now)}</span>}
        </p>
        {row.reason !== null && (
          <p>
            <Seen text={row.reason} />
          </p>
        )}
        {story.next !== null && (
          <p className="quiet" data-testid="story-next">
            {story.next}
          </p>
        )}
        {story.ambiguous && <p className="quiet">An attempt may have got through though no answer said so.</p>}
      </div>
      <dl className="facts">
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
          </code>{" "}
          <span className="quiet">
            in <Seen text={story.queue} />
          </span>
        </dd>
        {story.deadline !== null && (
          <>
            <dt>Deadline</dt>
            <dd>
              {moment(story.deadline, now)} <span className="quiet">{Date.parse(story.deadline) > now ? until(story.deadline, now) : "is over"}</span>
            </dd>
          </>
        )}
        <dt>Id</dt>
        <dd>
          <code>{row.id}</code>
        </dd>
      </dl>
      <h3 className="small-heading">{attempts.length === 0 ? "No attempt yet" : attempts.length === 1 ? "1 attempt" : `${attempts.length} attempts`}</h3>
      <Attempts attempts={attempts} now={now} next_at={row.state === "due" ? next_at : null} />
      <h3 className="small-heading">Request</h3>
      <dl className="facts">
        <dt>{request?.method ?? "Target"}</dt>
        <dd>
          <code>
            <Seen text={request?.target ?? row.target} />
          </code>{" "}
          <span className="quiet">
            by <Seen text={row.protocol} />
          </span>
        </dd>
        {request !== null && (
          <>
            <dt>Headers</dt>
            <dd>
              <code>{request.headers.join(", ")}</code>
            </dd>
          </>
        )}
      </dl>
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

/** The bytes that are sent, with line breaks where they are JSON. */
function indented(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
