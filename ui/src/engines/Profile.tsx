// What an engine's profile says, in words.

import type { EngineView } from "../ipc/types.gen";
import { Seen } from "../parts/text/Seen";
import "./engines.css";

export function Profile({ engine }: { engine: EngineView }) {
  return (
    <section aria-label="Profile">
      <h3 className="small-heading">Profile</h3>
      <Facts engine={engine} />
    </section>
  );
}

/** The same of a text that was not kept yet. */
export function Facts({ engine }: { engine: EngineView }) {
  const { allow, addresses, private_ca, signing, keys, schedule, at_once } = engine;
  return (
    <dl className="facts engine-facts" data-testid="profile">
      <dt>Goes to</dt>
      <dd>
        {allow.length === 0 ? (
          "No address is allowed: no callback of this engine is taken."
        ) : (
          <Lines of={allow} />
        )}
      </dd>
      {addresses.length > 0 && (
        <>
          <dt>Also private</dt>
          <dd>
            <Lines of={addresses} />
          </dd>
        </>
      )}
      <dt>Signed</dt>
      <dd>
        <Seen text={signing} />
      </dd>
      {keys.length > 0 && (
        <>
          <dt>Keys named</dt>
          <dd data-testid="keys">
            <Lines of={keys} />
          </dd>
        </>
      )}
      <dt>Tried again</dt>
      <dd>
        <Seen text={schedule} /> <span className="quiet">· at most {at_once} at once to one origin</span>
      </dd>
      {private_ca && (
        <>
          <dt>Trusted</dt>
          <dd>Authorities of its own, beside those of this machine</dd>
        </>
      )}
    </dl>
  );
}

function Lines({ of }: { of: readonly string[] }) {
  return of.map((line) => (
    <code key={line} className="fact-line">
      <Seen text={line} />
    </code>
  ));
}
