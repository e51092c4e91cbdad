import { useQuery } from "@tanstack/react-query";

import { reading } from "../ipc/answers";
import type { EngineView } from "../ipc/types.gen";
import { Dot } from "../parts/Dot";
import { Seen } from "../parts/text/Seen";
import { standing } from "./health";
import "./engines.css";

/** How tall a row is. */
export const ENGINE_ROW_PX = 52;

interface Properties {
  engine: EngineView;
  isCursor: boolean;
  onOpen: (name: string) => void;
}

export function EngineRow({ engine, isCursor, onOpen }: Properties) {
  const health = useQuery(reading("engine_health", { engine: engine.name })).data;
  return (
    // Keys reach the list as a whole; this is the mouse's way.
    // eslint-disable-next-line jsx-a11y-x/click-events-have-key-events, jsx-a11y-x/interactive-supports-focus
    <div id={engineRowId(engine.name)} className="engine-row" role="option" aria-selected={isCursor} data-testid="engine-row" data-engine={engine.name} onClick={() => onOpen(engine.name)}>
      <span className="engine-name cut">
        <Seen text={engine.name} />
      </span>
      <span className="engine-standing">{health && <Dot {...standing(health)} />}</span>
      <span className="engine-place cut quiet">
        <Seen text={engine.allow.join(", ") || "no address is allowed"} />
      </span>
    </div>
  );
}

export function engineRowId(name: string): string {
  return `engine-${name}`;
}
