import { useReducer } from "react";

import { Spotlight } from "@mantine/spotlight";
import { IconSearch } from "../parts/icons";

import { KeyCap } from "../parts/KeyCap";
import { useOffered } from "./Actions";
import "./actions.css";

/** Everything that can be done now, by name. */
export function Palette() {
  const offered = useOffered();
  // What can be done is asked at the moment the palette opens.
  const [, lookAgain] = useReducer((times: number) => times + 1, 0);
  return (
    <Spotlight
      onSpotlightOpen={lookAgain}
      actions={offered.filter((action) => action.isEnabled()).map((action) => ({
        id: action.name,
        label: action.label,
        group: action.group,
        onClick: action.run,
        rightSection: action.keys[0] === undefined ? undefined : <KeyCap of={action.keys[0]} />,
      }))}
      shortcut={null}
      attributes={{ content: { "aria-label": "Actions" } }}
      highlightQuery={false}
      nothingFound="Nothing is called that."
      overlayProps={{ backgroundOpacity: 0.35, blur: 0 }}
      transitionProps={{ duration: 0 }}
      scrollable
      maxHeight={420}
      searchProps={{ leftSection: <IconSearch size={16} />, placeholder: "What would you like to do?", "aria-label": "Search actions" }}
    />
  );
}
