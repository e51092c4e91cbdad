import { memo } from "react";

import type { DeliveryRowView } from "../ipc/types.gen";
import { Dot } from "../parts/Dot";
import { Seen } from "../parts/text/Seen";
import { moment, took, until } from "../parts/time";
import { stateOf } from "../words/deliveries";
import "./deliveries.css";

/** How tall a row is. */
export const DELIVERY_ROW_PX = 32;

interface Properties {
  row: DeliveryRowView;
  isCursor: boolean;
  /** Whether its receiver is left alone, so that it waits longer than it would. */
  isHeldUp: boolean;
  /** Whether it says why it is here instead of where it goes. */
  why: boolean;
  /** The time, for rows that wait for one; 0 for the others, which need not be drawn each second. */
  now: number;
  onOpen: (id: string) => void;
}

export const DeliveryRow = memo(function DeliveryRow({ row, isCursor, isHeldUp, why, now, onOpen }: Properties) {
  const { word, tone } = stateOf(row);
  return (
    // Keys reach the list as a whole; this is the mouse's way.
    // eslint-disable-next-line jsx-a11y-x/click-events-have-key-events, jsx-a11y-x/interactive-supports-focus
    <div
      id={deliveryRowId(row.id)}
      className="delivery-row"
      role="option"
      aria-selected={isCursor}
      data-testid="delivery-row"
      data-delivery-id={row.id}
      data-item-id={row.item}
      data-state={row.state}
      onClick={() => onOpen(row.id)}
    >
      <span className="tabular quiet">{moment(row.decided_at, now === 0 ? Date.now() : now)}</span>
      <span className="cut">
        <Seen text={row.title} />{" "}
        <code className="quiet">
          <Seen text={row.task} />
        </code>
      </span>
      <span className="cut quiet">
        <Seen text={why ? (row.reason ?? "") : `${row.protocol} ${row.target}`} />
      </span>
      <span className="delivery-state">
        <Dot tone={tone} word={word} />
        {row.due_at !== null && <span className="quiet">{row.state === "due" && isHeldUp ? "held up" : until(row.due_at, now)}</span>}
      </span>
      <span className="tabular cut">{row.last?.status ?? (row.last?.outcome != null ? "none" : "")}</span>
      <span className="tabular quiet">{row.last?.took_ms != null ? took(row.last.took_ms) : ""}</span>
    </div>
  );
});

export function deliveryRowId(id: string): string {
  return `delivery-${id}`;
}
