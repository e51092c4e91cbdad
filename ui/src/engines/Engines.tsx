// The engines that hand items in: adding one, its profile, its token, and how it does.

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { ActionButton } from "../actions/ActionButton";
import { useActions } from "../actions/Actions";
import { reading } from "../ipc/answers";
import type { EngineView, Overview, ProtocolView } from "../ipc/types.gen";
import { Ask } from "../parts/Ask";
import { Blank } from "../parts/Blank";
import { count } from "../parts/number";
import { PaneBoundary } from "../parts/PaneBoundary";
import { Rows } from "../parts/rows/Rows";
import { Skeleton } from "../parts/Skeleton";
import { Seen } from "../parts/text/Seen";
import { add, type AtEngines, ENGINE_ACTIONS } from "./actions";
import { AddEngine } from "./AddEngine";
import { Detail } from "./Detail";
import { EngineRow, ENGINE_ROW_PX, engineRowId } from "./EngineRow";
import { Keys } from "./keys/Keys";
import { Try } from "./trying/Try";
import type { Begun } from "./trying/useTrying";
import { useEditing } from "./useEditing";
import { useNewEngine } from "./useNewEngine";
import { useOnce } from "./useOnce";
import { useSaying } from "./useSaying";
import "./engines.css";

interface Properties {
  overview: Overview;
  /** Shows the deliveries of an engine. */
  onDeliveries: (engine: string) => void;
}

const NO_ENGINES: readonly EngineView[] = [];
const NO_PROTOCOLS: readonly ProtocolView[] = [];
const nothing = () => undefined;

export function Engines({ overview, onDeliveries }: Properties) {
  const list = useQuery(reading("engines", {}));
  const protocols = useQuery(reading("protocols", {})).data ?? NO_PROTOCOLS;
  const engines = list.data ?? NO_ENGINES;
  const [doing, setDoing] = useState<AtEngines["doing"]>("looking");
  const [chosen, setChosen] = useState<string | null>(null);
  const [asksToken, setAsksToken] = useState(false);
  const [tried, setTried] = useState<Begun>({});
  const name = chosen ?? engines[0]?.name ?? null;
  const found = engines.findIndex((engine) => engine.name === name);
  const saying = useSaying();
  const once = useOnce(overview, protocols, saying);
  const look = (engine: string) => {
    if (engine !== name) {
      saying.hush();
      once.putAway();
    }
    setChosen(engine);
    setDoing("looking");
  };
  const newEngine = useNewEngine(overview.keys, engines, protocols, saying, (added) => {
    setChosen(added.name);
    setDoing("looking");
    once.show(added);
  });
  const editing = useEditing(name, saying, () => setDoing("looking"));
  const spared = useQuery({ ...reading("engine_health", { engine: name ?? "" }), enabled: name !== null }).data?.spared[0]?.origin ?? null;

  const openPage = (page: "keys" | "trying") => {
    saying.hush();
    once.putAway();
    setDoing(page);
  };
  const leave = () => {
    saying.hush();
    setDoing("looking");
  };

  const at: AtEngines = {
    doing,
    hasEngine: name !== null,
    move: (by) => {
      const to = engines[Math.min(Math.max(0, (found < 0 ? 0 : found) + by), engines.length - 1)];
      if (to) look(to.name);
    },
    add: () => {
      saying.hush();
      setDoing("adding");
    },
    edit: () => {
      saying.hush();
      setDoing("editing");
    },
    askToken: () => setAsksToken(true),
    openKeys: () => openPage("keys"),
    showDeliveries: () => name !== null && onDeliveries(name),
    spared,
    tryOrigin: saying.tryOrigin,
    canSave: doing === "adding" ? newEngine.canSave : editing.canSave,
    save: doing === "adding" ? newEngine.save : editing.save,
    isChanged: editing.isChanged,
    startAnew: editing.startAnew,
    tryAnswer: () => openPage("trying"),
    leave,
    once: once.shown?.engine === name ? { copyToken: once.copyToken, copyCommand: once.copyCommand, putAway: once.putAway } : null,
  };
  useActions(ENGINE_ACTIONS, at);

  return (
    <div className="engines" data-testid="room-engines">
      <section className="pane" aria-label="Engines">
        <header className="pane-head">
          <h1 className="pane-title">Engines</h1>
          {list.data && <span className="quiet tabular">{count(engines.length)}</span>}
          <span className="head-end">
            <ActionButton action={add} context={at} look="ghost" label="Add" />
          </span>
        </header>
        <PaneBoundary of="engines">
          {engines.length > 0 ? (
            <div className="engine-list">
              <Rows label="Engines" rows={engines.length} row_px={ENGINE_ROW_PX} cursor={found < 0 ? null : found} cursorId={name === null ? undefined : engineRowId(name)} onView={nothing}>
                {(first, last) => engines.slice(first, last).map((engine) => <EngineRow key={engine.name} engine={engine} isCursor={engine.name === name && doing !== "adding"} onOpen={look} />)}
              </Rows>
            </div>
          ) : list.error ? (
            <Blank title={list.error.message} tone="bad">
              <button type="button" className="button" onClick={() => void list.refetch()}>
                Read them again
              </button>
            </Blank>
          ) : list.data ? null : (
            <Skeleton lines={[60, 84, 52, 78]} />
          )}
        </PaneBoundary>
      </section>
      <PaneBoundary of={`${doing} ${name ?? ""}`}>
        {doing === "adding" ? (
          <AddEngine protocols={protocols} keys={overview.keys} newEngine={newEngine} said={saying.said} at={at} />
        ) : name !== null && doing === "keys" ? (
          <Keys key={name} engine={name} overview={overview} saying={saying} onBack={leave} />
        ) : name !== null && doing === "trying" ? (
          <Try key={name} engine={name} overview={overview} protocols={protocols} begun={tried} keep={(typed) => setTried({ ...tried, [name]: typed ?? undefined })} onBack={leave} />
        ) : name !== null ? (
          <Detail key={name} engine={name} editing={editing} once={once} said={saying.said} at={at} />
        ) : (
          <main className="pane" aria-label="Engine">
            {list.data && (
              <Blank title="There is no engine yet.">
                <p>An engine is the system that pauses a task and waits for the answer. Its profile says where the answer may go; its token lets it hand items in.</p>
                <ActionButton action={add} context={at} look="main" />
              </Blank>
            )}
          </main>
        )}
      </PaneBoundary>
      {asksToken && name !== null && (
        <Ask title="Make a new token?" yes={{ label: "New token", run: () => void once.issue(name) }} onClose={() => setAsksToken(false)}>
          <p>
            The old token of{" "}
            <code>
              <Seen text={name} />
            </code>{" "}
            is void at once: what the engine hands in is turned away until it has the new one.
          </p>
        </Ask>
      )}
    </div>
  );
}
