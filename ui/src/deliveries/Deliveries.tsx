// What was sent to engines, what is on its way, and what needs a person.

import { useQuery } from "@tanstack/react-query";
import { useCallback, useState } from "react";

import { useActions } from "../actions/Actions";
import { reading } from "../ipc/answers";
import type { DeliveryCount, OriginView } from "../ipc/types.gen";
import { Blank } from "../parts/Blank";
import { KeyCap } from "../parts/KeyCap";
import { count } from "../parts/number";
import { PaneBoundary } from "../parts/PaneBoundary";
import { Rows } from "../parts/rows/Rows";
import { Skeleton } from "../parts/Skeleton";
import { useNow } from "../parts/useNow";
import { type AtLog, type FilterMenuName, LOG_ACTIONS } from "./actions";
import { DeliveryRow, DELIVERY_ROW_PX, deliveryRowId } from "./DeliveryRow";
import { all, firstOf, isNarrowed, type LogFilter, needsYou, shownInWords, statesOf, TABS, which } from "./filter";
import { FilterBar } from "./FilterBar";
import { ConfirmQuestion, RetryAllQuestion } from "./Questions";
import { countIn, RETRIED } from "../words/deliveries";
import { SparedOrigins } from "./SparedOrigins";
import { Story } from "./Story";
import { type Log, useLog } from "./useLog";
import { useSupervising } from "./useSupervising";
import "./deliveries.css";

interface Properties {
  counts: readonly DeliveryCount[];
  filter: LogFilter;
  onFilter: (filter: LogFilter) => void;
}

/** No receiver is left alone. */
const NONE: readonly OriginView[] = [];

/** So close to the end of what was read, more is read. */
const READ_ON_ROWS = 40;

/** Within engine and age, no state is counted further: beyond, the number says nothing more. */
const COUNTED = 10_000;

export function Deliveries({ counts: allCounts, filter, onFilter }: Properties) {
  const [view, setView] = useState({ first: 0, last: 0 });
  const log = useLog(which(filter), firstOf(filter), view);
  const within = useQuery({ ...reading("count_deliveries", { which: which({ ...filter, shown: "all" }), at_most: COUNTED }), enabled: isNarrowed(filter) });
  const counts = isNarrowed(filter) ? (within.data ?? []) : allCounts;
  // The cursor stays on its delivery while newer ones come in above.
  const [cursorId, setCursorId] = useState<string | null>(null);
  const [isOpen, setOpen] = useState(false);
  const [menu, setMenu] = useState<FilterMenuName | null>(null);
  const [question, setQuestion] = useState<"retry-all" | "confirm" | null>(null);
  const supervising = useSupervising();
  const { data: spared = NONE } = useQuery(reading("origins", {}));
  const found = log.rows.findIndex(({ id }) => id === cursorId);
  const cursor = found >= 0 ? found : log.rows.length > 0 ? 0 : null;
  const row = cursor === null ? undefined : log.rows[cursor];

  const shown = statesOf(filter.shown);

  const { rows, hasMore, readOn } = log;
  const onView = useCallback(
    (first: number, last: number) => {
      setView({ first, last });
      if (hasMore && last > rows.length - READ_ON_ROWS) readOn();
    },
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `readOn` is new each time and does the same
    [hasMore, rows.length],
  );
  const onOpen = useCallback((id: string) => {
    setCursorId(id);
    setOpen(true);
  }, []);
  const narrow = (to: LogFilter) => {
    setCursorId(null);
    supervising.hush();
    onFilter(to);
  };

  const at: AtLog = {
    move: (by) => {
      const to = log.rows[Math.min(Math.max(0, (cursor ?? 0) + by), log.rows.length - 1)];
      if (to) setCursorId(to.id);
    },
    page: Math.max(1, view.last - view.first - 2),
    canOpen: row !== undefined && !isOpen,
    isOpen: isOpen && row !== undefined,
    open: () => {
      // It stays the one that is looked at, whatever comes in above.
      if (row) onOpen(row.id);
    },
    close: () => setOpen(false),
    canRetry: row?.can_retry ?? false,
    canConfirm: row?.can_confirm ?? false,
    canWithdraw: row?.can_withdraw ?? false,
    retry: () => row && supervising.retry(row.id),
    confirm: () => row && onlyOf(row.id, () => setQuestion("confirm")),
    withdraw: () => row && supervising.withdraw(row.id),
    canRetryAll: countIn(counts, RETRIED.filter((state) => shown.length === 0 || shown.includes(state))) > 0,
    retryAll: () => setQuestion("retry-all"),
    spared,
    tryOrigin: supervising.tryOrigin,
    show: (shown) => narrow({ ...filter, shown }),
    openMenu: setMenu,
    isNarrowed: isNarrowed(filter),
    widen: () => narrow(all(filter.shown)),
  };
  useActions(LOG_ACTIONS, at);

  /** Holds the cursor on this delivery while a question about it is open. */
  function onlyOf(delivery: string, ask: () => void) {
    setCursorId(delivery);
    ask();
  }

  const { said } = supervising;
  // The delivery whose story says for itself what came of a request.
  const told = at.isOpen ? (row?.id ?? null) : null;
  return (
    <div className="deliveries" data-story={at.isOpen} data-testid="room-deliveries">
      <main className="pane" aria-label="Deliveries">
        <header className="pane-head">
          <h1 className="pane-title">Deliveries</h1>
          <div className="filters" role="group" aria-label="States">
            {TABS.map(({ name, label, states }, place) => (
              <button
                key={name}
                type="button"
                className="filter"
                data-testid={`filter-${name}`}
                data-loud={name === "needs-you" && countIn(counts, states) > 0}
                aria-pressed={name === filter.shown}
                aria-keyshortcuts={String(place + 1)}
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => at.show(name)}
              >
                <KeyCap of={String(place + 1)} />
                {label}
                <span className="filter-count">{counted(countIn(counts, states), isNarrowed(filter))}</span>
              </button>
            ))}
          </div>
        </header>
        <FilterBar filter={filter} onFilter={narrow} counts={counts} fitting={counted(countIn(counts, shown), isNarrowed(filter))} menu={menu} onMenu={setMenu} at={at} />
        <SparedOrigins spared={spared} at={at} />
        <PaneBoundary of={filter.shown}>
          <List log={log} filter={filter} spared={spared} cursor={cursor} onView={onView} onOpen={onOpen} />
        </PaneBoundary>
        <p className="said said-over-list" role="status" data-tone={said?.tone} data-testid="said">
          {said !== null && (said.delivery === null || said.delivery !== told) ? said.words : ""}
        </p>
      </main>
      {at.isOpen && row && (
        <PaneBoundary of={row.id}>
          <Story delivery={row.id} said={said?.delivery === told ? said : null} at={at} />
        </PaneBoundary>
      )}
      {question === "retry-all" && <RetryAllQuestion filter={filter} onYes={() => supervising.retryAll(filter)} onClose={() => setQuestion(null)} />}
      {question === "confirm" && row && <ConfirmQuestion row={row} onYes={() => supervising.confirm(row.id)} onClose={() => setQuestion(null)} />}
    </div>
  );
}

function counted(n: number, isNarrowed: boolean): string {
  return isNarrowed && n >= COUNTED ? `${count(COUNTED)}+` : count(n);
}

interface ListProperties {
  log: Log;
  filter: LogFilter;
  spared: readonly OriginView[];
  cursor: number | null;
  onView: (first: number, last: number) => void;
  onOpen: (id: string) => void;
}

function List({ log, filter, spared, cursor, onView, onOpen }: ListProperties) {
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
  if (log.rows.length === 0) return <Blank title={emptyWords(filter)}>{isNarrowed(filter) && <p>Press Esc for any engine and any time.</p>}</Blank>;
  const marked = cursor === null ? undefined : log.rows[cursor];
  const why = needsYou(filter);
  return (
    <>
      <div className="delivery-columns" aria-hidden="true">
        <span>Decided {firstOf(filter) === "oldest" ? "↑" : "↓"}</span>
        <span>Item</span>
        <span>{why ? "Why" : "Target"}</span>
        <span>State</span>
        <span>Answer</span>
        <span>Took</span>
      </div>
      <div className="delivery-list">
        <Rows
          key={JSON.stringify(filter)}
          label="Deliveries"
          rows={log.rows.length}
          row_px={DELIVERY_ROW_PX}
          cursor={cursor}
          cursorId={marked && deliveryRowId(marked.id)}
          onView={onView}
        >
          {(first, last) =>
            log.rows.slice(first, last).map((row, nth) => (
              <DeliveryRow key={row.id} row={row} isCursor={first + nth === cursor} isHeldUp={spared.some(({ origin }) => origin === row.origin)} why={why} now={row.due_at === null ? 0 : now} onOpen={onOpen} />
            ))
          }
        </Rows>
      </div>
    </>
  );
}

function emptyWords(filter: LogFilter): string {
  if (isNarrowed(filter)) return "No delivery fits.";
  switch (filter.shown) {
    case "all":
      return "Nothing was sent yet. Each decision appears here on its way to its engine.";
    case "needs-you":
      return "No delivery needs you.";
    case "waiting":
      return "Nothing waits to be sent.";
    case "delivered":
      return "Nothing was delivered yet.";
    default:
      return `No delivery is in the state “${shownInWords(filter.shown)}”.`;
  }
}
