import { Tooltip } from "@mantine/core";
import { useSyncExternalStore } from "react";

import type { Action } from "../actions/action";
import { countIn, inWords, NEEDS_YOU } from "../words/deliveries";
import type { Overview } from "../ipc/types.gen";
import { Dot } from "../parts/Dot";
import { KeyCap } from "../parts/KeyCap";
import type { Reviewing } from "../review/reviewing";
import { type AtFrame, needsYou, palette, sheet } from "./actions";
import { count } from "../parts/number";

/** What may have got through and what is given up before what only waits. */
const LOUDEST_FIRST = [...NEEDS_YOU].reverse();

interface Properties {
  overview: Overview | null;
  isConnected: boolean;
  reviewing: Reviewing;
  at: AtFrame;
}

export function StatusBar({ overview, isConnected, reviewing, at }: Properties) {
  const sending = useSyncExternalStore(reviewing.subscribe, () => reviewing.state().hand.sent.length);
  const waiting = overview?.queues.reduce((sum, view) => sum + view.waiting + view.leased, 0) ?? 0;
  const stuck = overview ? countIn(overview.deliveries, NEEDS_YOU) : 0;
  return (
    <footer className="status" aria-label="Status">
      {isConnected ? <Dot tone="good" word={overview ? `Takes items at ${overview.intake.replace(/^http:\/\//, "")}` : "Opening"} /> : <Dot tone="bad" word="The desk is not open" />}
      {overview && (
        <span className="tabular">
          <span data-testid="waiting-count">{count(waiting)}</span> waiting
        </span>
      )}
      {sending > 0 && <span className="quiet">{sending === 1 ? "saving" : `saving ${sending}`}</span>}
      {overview && stuck > 0 && (
        <button
          type="button"
          className="stuck"
          data-testid="needs-you"
          aria-keyshortcuts={needsYou.keys[0]}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => needsYou.run(at)}
        >
          {stuck === 1 ? "1 delivery needs you" : `${count(stuck)} deliveries need you`}
          <span className="stuck-kinds">: {inWords(overview.deliveries, LOUDEST_FIRST)}</span>
          <KeyCap of={needsYou.keys[0] ?? ""} />
        </button>
      )}
      {overview?.without_audit_key && <WithoutAuditKey why={overview.without_audit_key} />}
      <span className="status-end">
        {overview && <span className="quiet">{overview.reviewer}</span>}
        <Hint action={palette} at={at} word="actions" />
        <Hint action={sheet} at={at} word="keys" />
      </span>
    </footer>
  );
}

/** Whoever can write the ledger could rewrite what happened: a supervisor should see that without asking for it. */
function WithoutAuditKey({ why }: { why: string }) {
  return (
    <Tooltip label={why} multiline w={420} withinPortal={false} floatingStrategy="fixed" events={{ hover: true, focus: true, touch: true }} transitionProps={{ duration: 0 }}>
      <button type="button" className="hint" data-testid="without-audit-key" aria-label={`The audit has no key. ${why}`} onMouseDown={(event) => event.preventDefault()}>
        <Dot tone="warn" word="The audit has no key" />
      </button>
    </Tooltip>
  );
}

function Hint({ action, at, word }: { action: Action<AtFrame>; at: AtFrame; word: string }) {
  return (
    <button type="button" className="hint" onMouseDown={(event) => event.preventDefault()} onClick={() => action.run(at)}>
      <KeyCap of={action.keys[0] ?? ""} /> {word}
    </button>
  );
}
