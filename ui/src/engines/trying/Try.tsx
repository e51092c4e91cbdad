// Trying an answer: what a decision would send, and what the engine's answer to it would come to. Nothing is sent.

import { type ReactNode, useEffect } from "react";

import { ActionButton } from "../../actions/ActionButton";
import { useActions } from "../../actions/Actions";
import type { Overview, ProtocolView } from "../../ipc/types.gen";
import { enterField } from "../../parts/fields";
import { Seen } from "../../parts/text/Seen";
import { backToEngine, startAnew, TRYING_ACTIONS } from "./actions";
import { Rehearsed } from "./Rehearsed";
import type { Typed } from "./typed";
import { type Begun, useTrying } from "./useTrying";
import "./trying.css";

interface Properties {
  engine: string;
  overview: Overview;
  protocols: readonly ProtocolView[];
  begun: Begun;
  keep: (typed: Typed | null) => void;
  onBack: () => void;
}

const STATUS = "try-status";

export function Try({ engine, overview, protocols, begun, keep, onBack }: Properties) {
  const { typed, type, isChanged, startAnew: anew, wrong, problem, rehearsed } = useTrying(engine, overview, protocols, begun, keep);
  const at = { isChanged, startAnew: anew, back: onBack };
  useActions(TRYING_ACTIONS, at);
  useEffect(() => enterField(STATUS), []);
  const field = (name: keyof Typed) => ({
    id: `try-${name}`,
    spellCheck: false,
    autoComplete: "off",
    value: typed[name],
    "aria-invalid": wrong?.field === name,
    "aria-describedby": wrong?.field === name ? "try-wrong" : undefined,
    "data-testid": `try-${name}`,
    onChange: (event: { target: { value: string } }) => type({ [name]: event.target.value }),
  });
  const why = (name: keyof Typed) => wrong?.field === name && <Wrong>{wrong.words}</Wrong>;
  return (
    <main className="pane" aria-label="Try an answer" data-testid="try" data-engine={engine}>
      <header className="pane-head">
        <h2 className="pane-title cut">
          Try an answer of <Seen text={engine} />
        </h2>
        <span className="head-end engine-actions">
          <ActionButton action={backToEngine} context={at} look="ghost" />
          {isChanged && <ActionButton action={startAnew} context={at} look="ghost" />}
        </span>
      </header>
      <div className="engine-body">
        <p className="form-note">Nothing is sent and nothing kept: this says what a decision would send, and what the answer would come to.</p>
        <section aria-label="What the engine answers">
          <h3 className="small-heading">What the engine answers</h3>
          <div className="try-answer">
            <div className="form-field">
              <label htmlFor={STATUS}>Status</label>
              <input className="field mono-field" type="text" inputMode="numeric" {...field("status")} />
            </div>
            <div className="form-field">
              <label htmlFor="try-headers">Headers</label>
              <textarea className="field code-field" rows={3} placeholder="Retry-After: 30" {...field("headers")} />
            </div>
            <div className="form-field">
              <label htmlFor="try-body">Body</label>
              <textarea className="field code-field" rows={3} {...field("body")} />
            </div>
          </div>
          {why("status")}
          {why("headers")}
        </section>
        {problem !== null && (
          <p className="said" role="alert" data-tone="bad" data-testid="try-problem">
            {problem}
          </p>
        )}
        {rehearsed && <Rehearsed of={rehearsed} isStale={wrong !== null} />}
        <section aria-label="What it is tried with">
          <h3 className="small-heading">What it is tried with</h3>
          <div className="form-field">
            <label htmlFor="try-item">Item, as the engine would hand it in</label>
            <textarea className="field code-field" rows={Math.min(18, Math.max(6, typed.item.split("\n").length))} wrap="off" {...field("item")} />
            {why("item")}
          </div>
          <div className="form-field">
            <label htmlFor="try-decision">Decision: verdict, answer and note</label>
            <textarea className="field code-field" rows={2} wrap="off" {...field("decision")} />
            {why("decision")}
          </div>
        </section>
      </div>
    </main>
  );
}

function Wrong({ children }: { children: ReactNode }) {
  return (
    <p id="try-wrong" className="form-note" role="alert" data-wrong="true" data-testid="try-wrong">
      {children}
    </p>
  );
}
