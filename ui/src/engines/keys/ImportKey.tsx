// The form for a key that somebody else made. Its text is hidden while it is typed, and gone when the form is.

import { useEffect } from "react";

import { enterField } from "../../parts/fields";
import type { Typed } from "./useKeys";
import "./keys.css";

const TEXT = "key-text";

export function ImportKey({ typed, type }: { typed: Typed; type: (part: Partial<Typed>) => void }) {
  useEffect(() => enterField(TEXT), []);
  return (
    <div className="form">
      <div className="form-field">
        <label htmlFor="imported-key-name">Name of the key</label>
        <input id="imported-key-name" className="field mono-field form-short" type="text" spellCheck={false} autoComplete="off" value={typed.name} aria-describedby="imported-key-note" data-testid="key-name" onChange={(event) => type({ name: event.target.value })} />
        <p id="imported-key-note" className="form-note">
          As the profile names it.
        </p>
      </div>
      <div className="form-field">
        <label htmlFor={TEXT}>The key itself</label>
        <textarea
          id={TEXT}
          className="field code-field hidden-text"
          rows={6}
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
          autoCorrect="off"
          value={typed.text}
          aria-describedby="key-text-note"
          data-testid="key-text"
          onChange={(event) => type({ text: event.target.value })}
        />
        <p id="key-text-note" className="form-note">
          Paste it: a secret, a token, a password or PEM. It is not shown, and kept where keys live and nowhere else.
        </p>
      </div>
    </div>
  );
}
