// The window: what all rooms share, and which room is shown.

import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { Actions } from "../actions/Actions";
import { madeStale, newAnswers } from "../ipc/answers";
import { hearChanges } from "../ipc/changes";
import { PaneBoundary } from "../parts/PaneBoundary";
import { Reviewing } from "../review/reviewing";
import { Frame } from "./Frame";
import { theme } from "./theme";

/** The desk tells of changes up to twenty times a second; reading again four times a second is plenty. */
const QUIET_MS = 250;

export function App() {
  const [answers] = useState(newAnswers);
  const [reviewing] = useState(() => new Reviewing());
  useEffect(
    () =>
      hearChanges((changed) => {
        if (changed.has("holds")) reviewing.askForHolds();
        for (const verb of madeStale(changed)) void answers.invalidateQueries({ queryKey: [verb] });
      }, QUIET_MS),
    [answers, reviewing],
  );
  return (
    <QueryClientProvider client={answers}>
      <MantineProvider theme={theme} defaultColorScheme="auto">
        <Actions>
          <PaneBoundary of="window">
            <Frame reviewing={reviewing} />
          </PaneBoundary>
        </Actions>
      </MantineProvider>
    </QueryClientProvider>
  );
}
