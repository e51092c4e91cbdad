// What is shown this once, with a button to copy each.

import { ActionButton } from "../actions/ActionButton";
import { type AtEngines, copyCommand, copyToken, putAway } from "./actions";
import { FIRST_QUEUE } from "./handIn";
import type { Once, ShownOnce } from "./useOnce";
import "./engines.css";

export function Secrets({ once, shown, at }: { once: Once; shown: ShownOnce; at: AtEngines }) {
  const { token, key } = shown;
  const text = key?.secret ?? key?.public?.trimEnd() ?? null;
  const what = key?.secret === null ? "public key" : "secret";
  return (
    <section className="once" aria-label="Shown this once" data-testid="once">
      <div className="engine-heading">
        <h3 className="once-title">Shown this once: copy what the engine needs</h3>
        <ActionButton action={putAway} context={at} />
      </div>
      {token === null ? (
        <p>The engine is added, but no token could be made. Ask for a new token.</p>
      ) : (
        <div className="secret">
          <h4>Intake token</h4>
          <p className="quiet">With it the engine hands items in. Placet keeps only its digest.</p>
          <code data-testid="token">{token}</code>
          <ActionButton action={copyToken} context={at} />
        </div>
      )}
      {text !== null && (
        <div className="secret">
          <h4>Callback {what}</h4>
          <p className="quiet">With it the engine checks that a callback is Placet’s. Placet keeps {what === "secret" ? "it" : "the private half"} where keys live.</p>
          <code data-testid="callback-key">{text}</code>
          <button type="button" className="button" onMouseDown={(event) => event.preventDefault()} onClick={() => once.copy(what, text)}>
            Copy {what}
          </button>
        </div>
      )}
      {once.command !== null && (
        <div className="secret">
          <h4>First item</h4>
          <p className="quiet">{once.hasQueue ? "Paste it into a shell, and the item waits in the inbox." : "There is no queue yet, and an item waits in one. Add it first, then paste this:"}</p>
          {!once.hasQueue && <code>{FIRST_QUEUE}</code>}
          {/* Its lines are scrolled by key as well. */}
          {/* eslint-disable-next-line jsx-a11y-x/no-noninteractive-tabindex */}
          <pre data-testid="command" tabIndex={0} aria-label="The command that hands in the first item">
            {once.command}
          </pre>
          <ActionButton action={copyCommand} context={at} />
        </div>
      )}
    </section>
  );
}
