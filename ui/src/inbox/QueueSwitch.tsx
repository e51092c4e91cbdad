import { Menu } from "@mantine/core";
import { memo } from "react";

import { IconChevronDown } from "../parts/icons";

import type { QueueView } from "../ipc/types.gen";
import { KindIcon } from "../kinds/KindIcon";
import { KeyCap } from "../parts/KeyCap";
import { Seen } from "../parts/text/Seen";
import { count } from "../parts/number";
import "./inbox.css";

interface Properties {
  queues: readonly QueueView[];
  queue: string;
  onQueue: (name: string) => void;
  opened: boolean;
  onOpened: (opened: boolean) => void;
}

/** How much is in a queue that is not decided. */
export function open({ waiting, leased }: QueueView): number {
  return waiting + leased;
}

/** Which queue is worked on, and how full each is. */
export const QueueSwitch = memo(function QueueSwitch({ queues, queue, onQueue, opened, onOpened }: Properties) {
  const here = queues.find((view) => view.queue.name === queue);
  return (
    <Menu opened={opened} onChange={onOpened} position="bottom-start" offset={4} width={316} transitionProps={{ duration: 0 }} withinPortal={false} withInitialFocusPlaceholder={false} hideDetached={false} returnFocus={false}>
      <Menu.Target>
        <button type="button" className="queue-switch" data-testid="queue-switch" title="Choose a queue">
          <span className="queue-name">
            <Seen text={queue} />
          </span>
          <IconChevronDown size={14} aria-hidden="true" />
          {here && <span className="count">{count(open(here))}</span>}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {queues.map((view) => (
          <Menu.Item
            key={view.queue.name}
            data-testid="queue"
            data-queue={view.queue.name}
            aria-current={view.queue.name === queue}
            leftSection={<KindIcon of={view.queue.kind} />}
            rightSection={<span className="quiet tabular">{count(open(view))}</span>}
            onClick={() => onQueue(view.queue.name)}
          >
            <Seen text={view.queue.name} />
          </Menu.Item>
        ))}
        {queues.length > 1 && (
          <p className="menu-hint">
            <KeyCap of="[" /> <KeyCap of="]" /> switch without this list
          </p>
        )}
      </Menu.Dropdown>
    </Menu>
  );
});
