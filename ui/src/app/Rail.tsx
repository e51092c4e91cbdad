import { Tooltip } from "@mantine/core";
import { IconCommand, IconInbox, IconMoon, IconPlugConnected, IconSend, IconSun, type Icon } from "../parts/icons";

import type { Action } from "../actions/action";
import { caps } from "../parts/KeyCap";
import { type AtFrame, deliveries, engines, inbox, palette, theme } from "./actions";

/** The rooms, and what is at hand in all of them. */
export function Rail({ at, isDark }: { at: AtFrame; isDark: boolean }) {
  return (
    <nav className="rail" aria-label="Rooms">
      <RailButton action={inbox} at={at} label="Inbox" icon={IconInbox} isHere={at.room.name === "inbox"} />
      <RailButton action={deliveries} at={at} label="Deliveries" icon={IconSend} isHere={at.room.name === "deliveries"} />
      <RailButton action={engines} at={at} label="Engines" icon={IconPlugConnected} isHere={at.room.name === "engines"} />
      <span className="rail-gap" />
      <RailButton action={palette} at={at} label={palette.label} icon={IconCommand} isHere={false} />
      <RailButton action={theme} at={at} label={isDark ? "Light" : "Dark"} icon={isDark ? IconSun : IconMoon} isHere={false} />
    </nav>
  );
}

interface Properties {
  action: Action<AtFrame>;
  at: AtFrame;
  label: string;
  icon: Icon;
  isHere: boolean;
}

function RailButton({ action, at, label, icon: Icon, isHere }: Properties) {
  const keys = caps(action.keys[0] ?? "").join(" ");
  return (
    <Tooltip label={`${label}  ${keys}`} position="right" openDelay={500} transitionProps={{ duration: 0 }}>
      <button
        type="button"
        className="rail-button"
        data-testid={action.name}
        aria-label={label}
        aria-current={isHere ? "page" : undefined}
        onMouseDown={(event) => event.preventDefault()}
        onClick={() => {
          if (action.isEnabled(at)) action.run(at);
        }}
      >
        <Icon size={20} stroke={1.6} aria-hidden="true" />
      </button>
    </Tooltip>
  );
}
