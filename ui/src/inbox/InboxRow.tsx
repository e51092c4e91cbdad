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
  /** Where the cursor is in the list. Other rows need not be drawn again when one above them leaves. */
  cursorAt: { place: number; total: number } | null;
  isCurrent: boolean;
  /** How long it has waited. */
  age: string;
  /** How long until its deadline, if that is near. */
  due: string | null;
  onOpen: (item: number) => void;
}

export const InboxRow = memo(function InboxRow({ row, cursorAt, isCurrent, age, due, onOpen }: Properties) {
  return (
    // Keys reach the list as a whole; this is the mouse's way.
    // eslint-disable-next-line jsx-a11y-x/click-events-have-key-events, jsx-a11y-x/interactive-supports-focus
    <div
      id={rowId(row.id)}
      className="inbox-row"
      role="option"
      aria-selected={isCurrent}
      aria-posinset={cursorAt === null ? undefined : cursorAt.place + 1}
      aria-setsize={cursorAt?.total}
      data-testid="inbox-row"
      data-item-id={row.id}
      data-cursor={cursorAt !== null}
      onClick={() => onOpen(row.id)}
    >
      <KindIcon of={row.kind} />
      <span className="inbox-title">
        <Seen text={row.title} />
      </span>
      <code className="inbox-task" title={`${row.engine} / ${row.task}`}>
        <Seen text={row.task} />
      </code>
      {row.flagged && <IconFlagFilled className="inbox-flag" size={12} role="img" aria-label="flagged" />}
      {row.confidence !== null && <span className="inbox-sure">{percent(row.confidence)}</span>}
      {due === null ? <span className="inbox-age">{age}</span> : <span className="inbox-due">{due}</span>}
    </div>
  );
});

export function rowId(item: number): string {
  return `item-${item}`;
}
