// Inbox, item and decision, side by side.

import { useCallback, useEffect, useState } from "react";

import { Inbox } from "../inbox/Inbox";
import type { QueueView } from "../ipc/types.gen";
import { PaneBoundary } from "../parts/PaneBoundary";
import { DecisionPane } from "../review/DecisionPane";
import { ItemPane } from "../review/ItemPane";
import type { Reviewing } from "../review/reviewing";
import { useReviewing } from "../review/useReviewing";
import { lastQueue, rememberQueue } from "./rooms";

export function InboxRoom({ queues, reviewing }: { queues: readonly QueueView[]; reviewing: Reviewing }) {
  const { reviewed, at } = useReviewing(reviewing);
  const [chosen, setChosen] = useState(() => reviewing.state().queue ?? lastQueue());
  // Who chose no queue stays where their work is: taking hold of the last item leaves none waiting there.
  const isAtWork = reviewed.hand.held.length > 0 || reviewed.hand.sent.length > 0 || reviewed.supply === "reading";
  const seat = chosen ?? (isAtWork ? reviewed.queue : null);
  const queue = (queues.find((view) => view.queue.name === seat) ?? queues.find((view) => view.waiting > 0) ?? queues[0])?.queue.name ?? "";

  useEffect(() => {
    void reviewing.sitDown(queue);
  }, [reviewing, queue]);

  // Items that came in while there were none are read as soon as the desk tells of them.
  const waiting = queues.find((view) => view.queue.name === queue)?.waiting ?? 0;
  useEffect(() => {
    if (waiting > 0) reviewing.lookAgain();
  }, [reviewing, waiting, queues]);

  const onQueue = useCallback((name: string) => {
    rememberQueue(name);
    setChosen(name);
  }, []);
  const onOpen = useCallback((item: number) => void reviewing.open(item), [reviewing]);

  return (
    <div className="inbox-room">
      <PaneBoundary of={queue}>
        <Inbox queues={queues} queue={queue} onQueue={onQueue} current={reviewed.hand.current} gone={reviewed.hand.gone} onOpen={onOpen} />
      </PaneBoundary>
      <PaneBoundary of={queue}>
        <ItemPane reviewed={reviewed} at={at} />
      </PaneBoundary>
      <PaneBoundary of={queue}>
        <DecisionPane reviewed={reviewed} at={at} />
      </PaneBoundary>
    </div>
  );
}
