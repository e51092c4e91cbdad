// What waits: every item of a queue, in the queue's order.

import { useCallback, useMemo, useState } from "react";

import { useActions } from "../actions/Actions";
import type { QueueView } from "../ipc/types.gen";
import { Blank } from "../parts/Blank";
import { KeyCap } from "../parts/KeyCap";
import { Rows } from "../parts/rows/Rows";
import { Skeleton } from "../parts/Skeleton";
import { age, until } from "../parts/time";
import { useNow } from "../parts/useNow";
import { type AtInbox, INBOX_ACTIONS } from "./actions";
import { InboxRow, ROW_PX, rowId } from "./InboxRow";
import { QueueSwitch } from "./QueueSwitch";
import { type QueueRows, useQueue } from "./useQueue";
import "./inbox.css";

interface Properties {
  queues: readonly QueueView[];
  queue: string;
  onQueue: (name: string) => void;
  /** The item that is looked at. */
  current: number | null;
  /** Items that have left the list though it still says otherwise. */
  gone: ReadonlySet<number>;
  onOpen: (item: number) => void;
}

/** A deadline is shown once it is nearer than this. */
const NEAR_MS = 3_600_000;

export function Inbox({ queues, queue, onQueue, current, gone, onOpen }: Properties) {
  const [view, setView] = useState({ first: 0, last: 0 });
  const onView = useCallback((first: number, last: number) => setView({ first, last }), []);
  const rows = useQueue(queue, view.first, view.last, gone);
  const [listed, setListed] = useState(false);

  // The cursor is on the item in hand until it is moved, and again once another item is in hand.
  const [moved, setMoved] = useState<{ from: number | null; queue: string; to: number } | null>(null);
  const home = current === null ? null : rows.find(current);
  const away = moved?.queue === queue && moved.from === current ? moved.to : null;
  const last = Math.max(0, (rows.total ?? 0) - 1);
  const cursor = away === null ? home : Math.min(away, last);

  const at: AtInbox = {
    move: (by) => {
      if (rows.total) setMoved({ from: current, queue, to: Math.min(Math.max(0, (cursor ?? 0) + by), last) });
    },
    open: () => {
      const row = cursor === null ? undefined : rows.at(cursor);
      if (row) onOpen(row.id);
    },
    home: () => setMoved(null),
    isAway: away !== null && cursor !== home,
    page: Math.max(1, view.last - view.first - 2),
    hasOthers: queues.length > 1,
    switchQueue: (by) => {
      const place = queues.findIndex((view) => view.queue.name === queue);
      const next = queues[(place + by + queues.length) % queues.length];
      if (next) onQueue(next.queue.name);
    },
    openQueues: () => setListed(true),
  };
  useActions(INBOX_ACTIONS, at);

  return (
    <section className="pane inbox" aria-label="Inbox" data-testid="room-inbox">
      <header className="pane-head">
        <QueueSwitch queues={queues} queue={queue} onQueue={onQueue} opened={listed} onOpened={setListed} />
        <span className="head-end">
          <KeyCap of="j" />
          <KeyCap of="k" />
        </span>
      </header>
      <div className="inbox-list">
        <List rows={rows} queue={queue} cursor={cursor} current={current} onOpen={onOpen} onView={onView} />
      </div>
    </section>
  );
}

interface ListProperties {
  rows: QueueRows;
  queue: string;
  cursor: number | null;
  current: number | null;
  onOpen: (item: number) => void;
  onView: (first: number, last: number) => void;
}

function List({ rows, queue, cursor, current, onOpen, onView }: ListProperties) {
  const now = useNow(30_000);
  const total = rows.total;
  const draw = useMemo(
    () => (first: number, last: number) =>
      Array.from({ length: last - first }, (_, nth) => {
        const place = first + nth;
        const row = rows.at(place);
        if (!row) return <div key={`place ${place}`} className="inbox-row inbox-row-unread" aria-hidden="true" />;
        const near = row.deadline !== null && Date.parse(row.deadline) - now < NEAR_MS;
        return (
          <InboxRow
            key={row.id}
            row={row}
            cursorAt={place === cursor ? { place, total: total ?? 0 } : null}
            isCurrent={row.id === current}
            age={age(row.admitted_at, now)}
            due={near && row.deadline !== null ? until(row.deadline, now) : null}
            onOpen={onOpen}
          />
        );
      }),
    [rows, total, current, cursor, now, onOpen],
  );

  if (total === null) {
    if (rows.problem === null) return <Skeleton lines={[72, 58, 81, 64, 70, 52, 77]} />;
    return (
      <Blank title={rows.problem} tone="bad">
        <button type="button" className="button" onClick={rows.readAgain}>
          Read it again
        </button>
      </Blank>
    );
  }
  if (total === 0) return <Blank title="Nothing waits here." />;
  const marked = cursor === null ? undefined : rows.at(cursor);
  return (
    <Rows key={queue} label="Waiting items" rows={total} row_px={ROW_PX} cursor={cursor} cursorId={marked && rowId(marked.id)} onView={onView}>
      {draw}
    </Rows>
  );
}
