// The keys of one engine: which there are, what becomes of them, and the forms for another.

import { ActionButton } from "../../actions/ActionButton";
import { useActions } from "../../actions/Actions";
import type { KeyView, Overview } from "../../ipc/types.gen";
import { Ask } from "../../parts/Ask";
import { Blank } from "../../parts/Blank";
import { Skeleton } from "../../parts/Skeleton";
import { Seen } from "../../parts/text/Seen";
import { whyReadOnly } from "../credentials";
import type { Saying } from "../useSaying";
import { backToEngine, importKey, KEY_ACTIONS, leaveForm, makeKey, retireKey, rotateKey, saveKey } from "./actions";
import { ImportKey } from "./ImportKey";
import { KeyRow, keyRowId } from "./KeyRow";
import { MakeKey } from "./MakeKey";
import { NewKey } from "./NewKey";
import { type EngineKeys, useKeys } from "./useKeys";
import "./keys.css";

interface Properties {
  engine: string;
  overview: Overview;
  saying: Saying;
  onBack: () => void;
}

export function Keys({ engine, overview, saying, onBack }: Properties) {
  const readOnly = whyReadOnly(overview.keys);
  const its = useKeys(engine, readOnly === null, saying, onBack);
  const { at, asks, ask, shown } = its;
  useActions(KEY_ACTIONS, at);
  const { said } = saying;
  return (
    <main className="pane" aria-label="Signing keys" data-testid="engine-keys" data-engine={engine}>
      <header className="pane-head">
        <h2 className="pane-title cut">
          Signing keys of <Seen text={engine} />
        </h2>
        <span className="head-end engine-actions">
          {at.doing === "looking" ? (
            <>
              <ActionButton action={backToEngine} context={at} look="ghost" />
              <ActionButton action={importKey} context={at} look="ghost" />
              <ActionButton action={makeKey} context={at} look="ghost" />
            </>
          ) : (
            <>
              <ActionButton action={leaveForm} context={at} look="ghost" />
              <ActionButton action={saveKey} context={at} look="main" />
            </>
          )}
        </span>
      </header>
      <div className="engine-body">
        <p className="said" role="status" data-tone={said?.tone} data-testid="said">
          {said?.words}
        </p>
        {at.doing === "making" ? (
          <MakeKey typed={its.typed} type={its.type} />
        ) : at.doing === "importing" ? (
          <ImportKey typed={its.typed} type={its.type} />
        ) : (
          <>
            {shown && <NewKey shown={shown} intake={overview.intake} at={at} />}
            {readOnly !== null && (
              <p className="editor-note" data-testid="read-only">
                {readOnly}
              </p>
            )}
            <List its={its} />
          </>
        )}
      </div>
      {asks !== null && at.chosen && <Question about={at.chosen} asks={asks} its={its} onClose={() => ask(null)} />}
    </main>
  );
}

function List({ its }: { its: EngineKeys }) {
  const { keys, problem, cursor, at } = its;
  if (keys === undefined) {
    return problem === null ? (
      <Skeleton lines={[60, 84]} />
    ) : (
      <Blank title={problem} tone="bad">
        <button type="button" className="button" onClick={its.again}>
          Read them again
        </button>
      </Blank>
    );
  }
  if (keys.length === 0) {
    return <p className="quiet">The profile names no key: callbacks are not signed. Make or import a key, then name it in the profile’s signing.</p>;
  }
  return (
    <section aria-label="Keys that the profile names">
      {/* Keys of the keyboard reach the list as a whole. */}
      <div className="key-list" role="listbox" aria-label="Keys that the profile names" tabIndex={0} aria-activedescendant={keyRowId(cursor)}>
        {keys.map((key, place) => (
          <KeyRow key={`${key.name} ${key.used}`} of={key} place={place} isCursor={place === cursor} onChoose={its.choose} />
        ))}
      </div>
      <div className="key-actions">
        <ActionButton action={rotateKey} context={at} />
        <ActionButton action={retireKey} context={at} />
        {at.chosen && <p className="quiet">{next(at.chosen)}</p>}
      </div>
    </section>
  );
}

/** What can become of a key, in words. */
function next({ rotates, can_retire }: KeyView): string {
  if (rotates !== null) return can_retire ? "Another key signs beside it." : "It signs alone. Rotate it, and a new key signs beside it until this one is retired.";
  return can_retire ? "Once the receiver has the newer key, this one can be retired." : "It cannot be rotated here: import its successor under another name and change the profile.";
}

function Question({ about, asks, its, onClose }: { about: KeyView; asks: "rotate" | "retire"; its: EngineKeys; onClose: () => void }) {
  const name = (
    <code>
      <Seen text={about.name} />
    </code>
  );
  return asks === "rotate" ? (
    <Ask title="Make a key beside this one?" yes={{ label: "Rotate", run: () => its.rotate(about) }} onClose={onClose}>
      {about.rotates === "jwt" ? (
        <p>Tokens are signed by the new key at once. {name} stays published, so that what it signed can still be checked. A receiver that does not read the key set needs the new public key first.</p>
      ) : (
        <p>From now on both sign every callback, so that a receiver can check with either. Retire {name} once the receiver has the new one.</p>
      )}
    </Ask>
  ) : (
    <Ask title="Retire this key?" yes={{ label: "Retire", run: () => its.retire(about) }} onClose={onClose}>
      <p>{name} is taken out of every profile and out of where keys live. A receiver that knows no other key turns callbacks away. This is not taken back.</p>
    </Ask>
  );
}
