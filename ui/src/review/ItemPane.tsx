// The doubt itself, as large as possible.

import { IconFlagFilled } from "../parts/icons";
import { memo, useLayoutEffect, useRef } from "react";

import { ActionButton } from "../actions/ActionButton";
import type { ItemView } from "../ipc/types.gen";
import { KINDS } from "../kinds";
import { Blank } from "../parts/Blank";
import { PaneBoundary } from "../parts/PaneBoundary";
import { Skeleton } from "../parts/Skeleton";
import { Seen } from "../parts/text/Seen";
import { until } from "../parts/time";
import { useNow } from "../parts/useNow";
import { type AtHand, reopen, skip } from "./actions";
import type { Held } from "./hand";
import { Notice } from "./Notice";
import type { Reviewed } from "./reviewing";
import "./review.css";

export function ItemPane({ reviewed, at }: { reviewed: Reviewed; at: AtHand }) {
  const { held } = at;
  return (
    <main className="pane item-pane" data-testid="item" data-item-id={held?.item.id} data-standing={held?.standing} aria-label="Item">
      {held ? (
        <>
          <Heading item={held.item} />
          {held.trouble !== null && <Trouble held={held} at={at} words={held.trouble} />}
          <Content item={held.item} />
        </>
      ) : (
        <NoItem reviewed={reviewed} at={at} />
      )}
      <Notice reviewed={reviewed} at={at} />
    </main>
  );
}

function NoItem({ reviewed, at }: { reviewed: Reviewed; at: AtHand }) {
  if (reviewed.problem) {
    return (
      <Blank title={reviewed.problem.message} tone="bad" heading="h1">
        <button type="button" className="button" onClick={() => at.reviewing.tryAgain()}>
          Try again
        </button>
      </Blank>
    );
  }
  if (reviewed.supply !== "dry") {
    return (
      <div className="item-skeleton">
        <Skeleton lines={[38, 100, 94, 97, 61]} />
      </div>
    );
  }
  return (
    <Blank title={`Nothing waits in ${reviewed.queue ?? "this queue"}.`} heading="h1">
      <p>The next item appears here by itself.</p>
    </Blank>
  );
}

const Heading = memo(function Heading({ item }: { item: ItemView }) {
  const now = useNow(1_000);
  const near = item.deadline !== null && Date.parse(item.deadline) - now < 300_000;
  return (
    <header className="pane-head">
      <h1 className="item-title" title={item.title}>
        <Seen text={item.title} />
      </h1>
      {item.flagged && (
        <span className="flagged" data-testid="flagged">
          <IconFlagFilled size={12} aria-hidden="true" /> flagged
        </span>
      )}
      <span className="tag">{KINDS[item.kind].word}</span>
      {item.priority !== 0 && <span className="quiet">priority {item.priority}</span>}
      <span className="head-end">
        {item.deadline !== null && (
          <span className={near ? "deadline-near" : "quiet"} title={item.deadline}>
            due {until(item.deadline, now)}
          </span>
        )}
        <code className="task" title={`${item.engine} / ${item.task}`}>
          <Seen text={`${item.engine} / ${item.task}`} />
        </code>
      </span>
    </header>
  );
});

function Trouble({ held, at, words }: { held: Held; at: AtHand; words: string }) {
  return (
    <div className="trouble" role="alert" data-testid="trouble">
      <p>
        <strong>{held.standing === "closed" ? "This item is closed. " : held.standing === "lost" ? "Not yours any more. " : "Not recorded. "}</strong>
        {words}
      </p>
      {held.standing === "lost" && <ActionButton action={reopen} context={at} />}
      {held.standing !== "held" && <ActionButton action={skip} context={at} label="Go on" />}
    </div>
  );
}

const Content = memo(function Content({ item }: { item: ItemView }) {
  const box = useRef<HTMLDivElement>(null);
  const isScrolled = useRef(false);
  useLayoutEffect(() => {
    // To touch the scrollbar lays the page out once more, so it is touched only if it was moved.
    if (box.current && isScrolled.current) box.current.scrollTop = 0;
    isScrolled.current = false;
  }, [item.id]);
  const { Content } = KINDS[item.kind];
  return (
    // Long content is scrolled by key as well.
    // eslint-disable-next-line jsx-a11y-x/no-noninteractive-tabindex
    <div className="item-content" ref={box} onScroll={() => (isScrolled.current = true)} tabIndex={0} role="region" aria-label="Content">
      <PaneBoundary of={item.id}>
        <Content item={item} />
      </PaneBoundary>
    </div>
  );
});
