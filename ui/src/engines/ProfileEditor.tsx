import { useEffect } from "react";

import { enterField } from "../parts/fields";
import { Facts } from "./Profile";
import type { Editing, Wrong } from "./useEditing";
import "./engines.css";

const FIELD = "profile-text";

/** The profile as text, what is wrong with it, and what it says. */
export function ProfileEditor({ editing }: { editing: Editing }) {
  useEffect(() => enterField(FIELD), []);
  const { text, set, wrong, reads, isOvertaken, isChanged } = editing;
  return (
    <div className="editor">
      <label className="small-heading" htmlFor={FIELD}>
        Profile as JSON
      </label>
      {isOvertaken && (
        <p className="editor-note" role="status">
          The profile was changed elsewhere meanwhile. To save replaces that; start anew to see it.
        </p>
      )}
      <textarea
        id={FIELD}
        className="field code-field"
        rows={Math.min(28, Math.max(14, text.split("\n").length + 1))}
        spellCheck={false}
        autoCapitalize="off"
        autoCorrect="off"
        wrap="off"
        value={text}
        aria-invalid={wrong !== null}
        aria-describedby="profile-reading"
        data-testid="profile-text"
        onChange={(event) => set(event.target.value)}
      />
      <p id="profile-reading" className="reading" data-wrong={wrong !== null} role="status" data-testid="profile-reading">
        {wrong !== null ? inWords(wrong) : reads !== null ? "This profile can be saved." : isChanged ? "Reading it." : "As it is kept. Keys stand here by name only."}
      </p>
      {reads && (
        <section aria-label="What it says">
          <h3 className="small-heading">What it says</h3>
          <Facts engine={reads} />
        </section>
      )}
    </div>
  );
}

function inWords({ line, column, words }: Wrong): string {
  return line === null || column === null ? `${words}.` : `Line ${line}, column ${column}: ${words}.`;
}
