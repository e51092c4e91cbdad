// A key that was just made, as its receiver needs it: shown this once.

import { ActionButton } from "../../actions/ActionButton";
import { Seen } from "../../parts/text/Seen";
import { type AtKeys, copyKey, putKeyAway } from "./actions";
import type { ShownKey } from "./useKeys";
import "../engines.css";

interface Properties {
  shown: ShownKey;
  /** Where the key set is read. */
  intake: string;
  at: AtKeys;
}

export function NewKey({ shown, intake, at }: Properties) {
  const { key, isRotated } = shown;
  const { name, secret } = key;
  const isPem = secret === null && key.public?.startsWith("-----BEGIN") === true;
  return (
    <section className="once" aria-label="Shown this once" data-testid="new-key">
      <div className="engine-heading">
        <h3 className="once-title">
          Shown this once: the {secret === null ? "public half" : "secret"} of <Seen text={name} />
        </h3>
        <ActionButton action={putKeyAway} context={at} />
      </div>
      <div className="secret">
        <p className="quiet">
          {isRotated ? "Give it to the receiver, then retire the older key." : "Give it to the receiver, and name the key in the profile’s signing."}{" "}
          {secret === null ? "Placet keeps the private half where keys live." : "Placet keeps it where keys live."}
        </p>
        {/* Its lines are scrolled by key as well. */}
        {/* eslint-disable-next-line jsx-a11y-x/no-noninteractive-tabindex */}
        <pre data-testid="new-key-text" tabIndex={0} aria-label={secret === null ? "The public key" : "The secret"}>
          {(secret ?? key.public ?? "").trimEnd()}
        </pre>
        <ActionButton action={copyKey} context={at} />
        {isPem && (
          <p className="quiet">
            Once a profile signs tokens with it, receivers can also read it at <code>{intake}/.well-known/jwks.json</code>.
          </p>
        )}
      </div>
    </section>
  );
}
