import { IconFlagFilled } from "../parts/icons";
import { memo } from "react";

import type { InboxRowView } from "../ipc/types.gen";
import { KindIcon } from "../kinds/KindIcon";
import { percent } from "../parts/Confidence";
import { Seen } from "../parts/text/Seen";
import "./inbox.css";

/** How tall a row is. */
export const ROW_PX = 36;

interface Properties {
  row: InboxRowView;
  place: number;
  total: number;
  isCurrent: boolean;
  isCursor: boolean;
  /** How long it has waited. */
  age: string;
  /** How long until its deadline, if that is near. */
  due: string | null;
  onOpen: (item: number) => void;
}

export const InboxRow = memo(function InboxRow({ row, place, total, isCurrent, isCursor, age, due, onOpen }: Properties) {
  return (
    // Keys reach the list as a whole; this is the mouse's way.
    // eslint-disable-next-line jsx-a11y-x/click-events-have-key-events, jsx-a11y-x/interactive-supports-focus
    <div
      id={rowId(row.id)}
      className="inbox-row"
      role="option"
      aria-selected={isCurrent}
      aria-posinset={place + 1}
      aria-setsize={total}
      data-testid="inbox-row"
      data-item-id={row.id}
      data-cursor={isCursor}
      onClick={() => onOpen(row.id)}
    >
      <KindIcon of={row.kind} />
      <span className="inbox-title">
        <Seen text={row.title} />
      </span>
      {row.flagged && <IconFlagFilled className="inbox-flag" size={12} role="img" aria-label="flagged" />}
      {row.confidence !== null && <span className="inbox-sure">{percent(row.confidence)}</span>}
      {due === null ? <span className="inbox-age">{age}</span> : <span className="inbox-due">{due}</span>}
    </div>
  );
});

export function rowId(item: number): string {
  return `item-${item}`;
}
