// One engine: what is shown once, how it does, and what its profile says; or its profile as text.

import { useQuery } from "@tanstack/react-query";

import { ActionButton } from "../actions/ActionButton";
import { reading } from "../ipc/answers";
import { Blank } from "../parts/Blank";
import { Skeleton } from "../parts/Skeleton";
import { Seen } from "../parts/text/Seen";
import { type AtEngines, edit, itsDeliveries, itsKeys, leave, newToken, saveProfile, startAnew, tryAnswer } from "./actions";
import { Health } from "./Health";
import { Profile } from "./Profile";
import { ProfileEditor } from "./ProfileEditor";
import { Secrets } from "./Secrets";
import type { Editing } from "./useEditing";
import type { Once } from "./useOnce";
import type { Said } from "./useSaying";
import "./engines.css";

interface Properties {
  engine: string;
  editing: Editing;
  once: Once;
  said: Said | null;
  at: AtEngines;
}

export function Detail({ engine, editing, once, said, at }: Properties) {
  const detail = useQuery(reading("engine", { engine }));
  const health = useQuery(reading("engine_health", { engine }));
  const isEditing = at.doing === "editing";
  return (
    <main className="pane" aria-label="Engine" data-testid="engine" data-engine={engine}>
      <header className="pane-head">
        <h2 className="pane-title cut">
          <Seen text={engine} />
        </h2>
        <span className="head-end engine-actions">
          {isEditing ? (
            <>
              <ActionButton action={leave} context={at} look="ghost" />
              {at.isChanged && <ActionButton action={startAnew} context={at} look="ghost" />}
              <ActionButton action={saveProfile} context={at} look="main" label="Save" />
            </>
          ) : (
            <>
              <ActionButton action={itsDeliveries} context={at} look="ghost" />
              <ActionButton action={tryAnswer} context={at} look="ghost" />
              <ActionButton action={itsKeys} context={at} look="ghost" />
              <ActionButton action={newToken} context={at} look="ghost" />
              <ActionButton action={edit} context={at} look="ghost" />
            </>
          )}
        </span>
      </header>
      {/* Long pages are scrolled by key as well. */}
      <div className="engine-body" tabIndex={isEditing ? -1 : 0} role="region" aria-label={isEditing ? "Profile as text" : "About the engine"}>
        <p className="said" role="status" data-tone={said?.tone} data-testid="said">
          {said?.words}
        </p>
        {isEditing ? (
          detail.data ? (
            <ProfileEditor editing={editing} />
          ) : (
            <Unread problem={detail.error?.message} again={() => void detail.refetch()} />
          )
        ) : (
          <>
            {once.shown?.engine === engine && <Secrets once={once} shown={once.shown} at={at} />}
            {health.data ? <Health health={health.data} at={at} /> : <Unread problem={health.error?.message} again={() => void health.refetch()} />}
            {detail.data ? <Profile engine={detail.data.engine} /> : <Unread problem={detail.error?.message} again={() => void detail.refetch()} />}
          </>
        )}
      </div>
    </main>
  );
}

function Unread({ problem, again }: { problem: string | undefined; again: () => void }) {
  if (problem === undefined) return <Skeleton lines={[40, 72, 64]} />;
  return (
    <Blank title={problem} tone="bad">
      <button type="button" className="button" onClick={again}>
        Read it again
      </button>
    </Blank>
  );
}
