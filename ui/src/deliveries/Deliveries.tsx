// What was sent to engines, what is on its way, and what needs a person.

import { useCallback, useState } from "react";

import { useActions } from "../actions/Actions";
import { ask, problemOf } from "../ipc/ask";
import type { DeliveryCount } from "../ipc/types.gen";
import { Blank } from "../parts/Blank";
import { KeyCap } from "../parts/KeyCap";
import { PaneBoundary } from "../parts/PaneBoundary";
import { Rows } from "../parts/rows/Rows";
import { Skeleton } from "../parts/Skeleton";
import { useNow } from "../parts/useNow";
import { type AtLog, LOG_ACTIONS } from "./actions";
import { DeliveryRow, DELIVERY_ROW_PX, deliveryRowId } from "./DeliveryRow";
import { countIn, FILTERS, type FilterName } from "./states";
import { Story } from "./Story";
import { type Log, useLog } from "./useLog";
import { count } from "../parts/number";
import "./deliveries.css";

interface Properties {
  counts: readonly DeliveryCount[];
  filter: FilterName;
  onFilter: (name: FilterName) => void;
}

/** So close to the end of what was read, more is read. */
const READ_ON_ROWS = 40;

const EMPTY: Record<FilterName, string> = {
  all: "Nothing was sent yet. Each decision appears here on its way to its engine.",
  "needs-you": "No delivery needs you.",
  waiting: "Nothing waits to be sent.",
  delivered: "Nothing was delivered yet.",
};

export function Deliveries({ counts, filter, onFilter }: Properties) {
  const { states } = FILTERS.find(({ name }) => name === filter) ?? FILTERS[0];
  const log = useLog(states);
  // The cursor stays on its delivery while newer ones come in above.
  const [cursorId, setCursorId] = useState<string | null>(null);
  const [isOpen, setOpen] = useState(false);
  const [page, setPage] = useState(1);
  const [said, setSaid] = useState<{ delivery: string; words: string } | null>(null);
  const found = log.rows.findIndex(({ id }) => id === cursorId);
  const cursor = found >= 0 ? found : log.rows.length > 0 ? 0 : null;
  const row = cursor === null ? undefined : log.rows[cursor];

  const { rows, hasMore, readOn } = log;
  const onView = useCallback(
    (first: number, last: number) => {
      setPage(Math.max(1, last - first - 2));
      if (hasMore && last > rows.length - READ_ON_ROWS) readOn();
    },
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `readOn` is new each time and does the same
    [hasMore, rows.length],
  );
  const onOpen = useCallback((id: string) => {
    setCursorId(id);
    setOpen(true);
  }, []);

  const retry = async (delivery: string) => {
    setSaid({ delivery, words: "Asking for another try." });
    try {
      await ask("retry", { delivery });
      setSaid({ delivery, words: "It is tried again now." });
    } catch (thrown) {
      setSaid({ delivery, words: problemOf(thrown).message });
    }
  };

  const at: AtLog = {
    move: (by) => {
      const to = log.rows[Math.min(Math.max(0, (cursor ?? 0) + by), log.rows.length - 1)];
      if (to) setCursorId(to.id);
    },
    page,
    canOpen: row !== undefined && !isOpen,
    isOpen,
    open: () => setOpen(true),
    close: () => setOpen(false),
    canRetry: row?.can_retry ?? false,
    retry: () => row && void retry(row.id),
    filter: (name) => {
      setCursorId(null);
      onFilter(name);
    },
  };
  useActions(LOG_ACTIONS, at);

  return (
    <div className="deliveries" data-story={isOpen && row !== undefined} data-testid="room-deliveries">
      <main className="pane" aria-label="Deliveries">
        <header className="pane-head">
          <h1 className="pane-title">Deliveries</h1>
          <div className="filters" role="group" aria-label="Filter">
            {FILTERS.map(({ name, label, states }, place) => (
              <button
                key={name}
                type="button"
                className="filter"
                data-testid={`filter-${name}`}
                data-loud={name === "needs-you" && countIn(counts, states) > 0}
                aria-pressed={name === filter}
                aria-keyshortcuts={String(place + 1)}
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => at.filter(name)}
              >
                <KeyCap of={String(place + 1)} />
                {label}
                <span className="filter-count">{count(countIn(counts, states))}</span>
              </button>
            ))}
          </div>
        </header>
        <PaneBoundary of={filter}>
          <List log={log} filter={filter} cursor={cursor} onView={onView} onOpen={onOpen} />
        </PaneBoundary>
      </main>
      {isOpen && row && (
        <PaneBoundary of={row.id}>
          <Story delivery={row.id} said={said?.delivery === row.id ? said.words : null} at={at} />
        </PaneBoundary>
      )}
    </div>
  );
}

interface ListProperties {
  log: Log;
  filter: FilterName;
  cursor: number | null;
  onView: (first: number, last: number) => void;
  onOpen: (id: string) => void;
}

function List({ log, filter, cursor, onView, onOpen }: ListProperties) {
  const now = useNow(1_000);
  if (!log.isRead) {
    if (log.problem === null) return <Skeleton lines={[92, 88, 95, 90, 86, 93]} />;
    return (
      <Blank title={log.problem} tone="bad">
        <button type="button" className="button" onClick={log.readAgain}>
          Read it again
        </button>
      </Blank>
    );
  }
  if (log.rows.length === 0) return <Blank title={EMPTY[filter]} />;
  const marked = cursor === null ? undefined : log.rows[cursor];
  return (
    <>
      <div className="delivery-columns" aria-hidden="true">
        <span>Decided</span>
        <span>Item</span>
        <span>Target</span>
        <span>State</span>
        <span>Answer</span>
        <span>Took</span>
      </div>
      <div className="delivery-list">
        <Rows
          key={filter}
          label="Deliveries"
          rows={log.rows.length}
          row_px={DELIVERY_ROW_PX}
          cursor={cursor}
          cursorId={marked && deliveryRowId(marked.id)}
          onView={onView}
        >
          {(first, last) =>
            log.rows.slice(first, last).map((row, nth) => (
              <DeliveryRow key={row.id} row={row} isCursor={first + nth === cursor} now={row.due_at === null ? 0 : now} onOpen={onOpen} />
            ))
          }
        </Rows>
      </div>
    </>
  );
}
