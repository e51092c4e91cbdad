// Rail, room and status bar; and the states in which there is no room to show.

import { useMantineColorScheme, useComputedColorScheme } from "@mantine/core";
import { spotlight } from "@mantine/spotlight";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";

import { useActions } from "../actions/Actions";
import { CheatSheet } from "../actions/CheatSheet";
import { Palette } from "../actions/Palette";
import { Deliveries } from "../deliveries/Deliveries";
import { all } from "../deliveries/filter";
import { Engines } from "../engines/Engines";
import { reading } from "../ipc/answers";
import { Blank } from "../parts/Blank";
import { PaneBoundary } from "../parts/PaneBoundary";
import { Skeleton } from "../parts/Skeleton";
import type { Reviewing } from "../review/reviewing";
import { type AtFrame, FRAME_ACTIONS } from "./actions";
import { InboxRoom } from "./InboxRoom";
import { NoQueue } from "./NoQueue";
import { Rail } from "./Rail";
import type { Room } from "./rooms";
import { StatusBar } from "./StatusBar";

export function Frame({ reviewing }: { reviewing: Reviewing }) {
  const overview = useQuery(reading("look_around", {}));
  const [room, go] = useState<Room>({ name: "inbox" });
  const [sheet, setSheet] = useState(false);
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme("light");

  const at = useMemo(
    (): AtFrame => ({
      room,
      go,
      openPalette: spotlight.open,
      toggleSheet: () => setSheet((shown) => !shown),
      toggleTheme: () => setColorScheme(scheme === "dark" ? "light" : "dark"),
    }),
    [room, scheme, setColorScheme],
  );
  useActions(FRAME_ACTIONS, at);

  return (
    <div className="frame">
      <Rail at={at} isDark={scheme === "dark"} />
      <div className="room">
        {overview.data ? (
          <PaneBoundary of={room.name}>
            {room.name === "deliveries" ? (
              <Deliveries counts={overview.data.deliveries} filter={room.filter} onFilter={(filter) => go({ name: "deliveries", filter })} />
            ) : room.name === "engines" ? (
              <Engines overview={overview.data} onDeliveries={(engine) => go({ name: "deliveries", filter: { ...all("all"), engine } })} />
            ) : overview.data.queues.length === 0 ? (
              <NoQueue intake={overview.data.intake} />
            ) : (
              <InboxRoom queues={overview.data.queues} reviewing={reviewing} />
            )}
          </PaneBoundary>
        ) : (
          <main className="pane whole" aria-label="Placet">
            {overview.error ? (
              <Blank title={overview.error.message} tone="bad" heading="h1">
                <button type="button" className="button" onClick={() => void overview.refetch()}>
                  Try again
                </button>
              </Blank>
            ) : (
              <Skeleton lines={[24, 48, 44, 30]} />
            )}
          </main>
        )}
      </div>
      <StatusBar overview={overview.data ?? null} isConnected={overview.error === null} reviewing={reviewing} at={at} />
      <Palette />
      <CheatSheet opened={sheet} onClose={() => setSheet(false)} />
    </div>
  );
}
