// Adding an engine: how it is answered, where, and how it knows us.

import { useEffect, useState } from "react";

import { ActionButton } from "../actions/ActionButton";
import type { ProtocolView } from "../ipc/types.gen";
import { enterField } from "../parts/fields";
import { Seen } from "../parts/text/Seen";
import { type AtEngines, leave, saveNew } from "./actions";
import { CREDENTIALS, credentialNamed, FIRST_ALGORITHM, whyNone } from "./credentials";
import { allowOf, choiceOf, choosing, implied, keyOf, nameOf, saidOf } from "./newEngine";
import { Options } from "./Options";
import type { NewEngineForm } from "./useNewEngine";
import type { Said } from "./useSaying";
import "./engines.css";

const BASE = "engine-base";

/** With more protocols than this, one is found by typing. */
const MANY = 8;

interface Properties {
  protocols: readonly ProtocolView[];
  /** Where the keys of this desk live. */
  keys: string;
  newEngine: NewEngineForm;
  said: Said | null;
  at: AtEngines;
}

export function AddEngine({ protocols, keys, newEngine, said, at }: Properties) {
  const { form, algorithms, chosen, change, wrong } = newEngine;
  const [sought, seek] = useState("");
  useEffect(() => enterField(BASE), []);
  const found = implied(form.base);
  const credential = credentialNamed(form.credential);
  const noKey = whyNone(keys);
  const fits = (protocol: ProtocolView) => `${choiceOf(protocol)} ${protocol.title} ${protocol.about}`.toLowerCase().includes(sought.trim().toLowerCase());
  const shown = protocols.filter((protocol) => protocol === chosen || fits(protocol));
  const isOf = (member: string) => wrong?.startsWith(`${member}: `) === true;
  const words = (member: string) => (isOf(member) ? sentence(wrong?.slice(member.length + 2) ?? "") : null);
  return (
    <main className="pane" aria-label="Add an engine" data-testid="add-engine">
      <header className="pane-head">
        <h2 className="pane-title">Add an engine</h2>
        <span className="head-end">
          <ActionButton action={leave} context={at} look="ghost" />
          <ActionButton action={saveNew} context={at} look="main" />
        </span>
      </header>
      <div className="engine-body">
        <p className="said" role="status" data-tone={said?.tone} data-testid="said">
          {said?.words}
        </p>
        <div className="form">
          <div className="form-field">
            <label htmlFor={BASE}>Address below which its callbacks go</label>
            <input
              id={BASE}
              className="field mono-field"
              type="text"
              inputMode="url"
              spellCheck={false}
              autoComplete="off"
              placeholder="https://engine.example/resume"
              value={form.base}
              aria-describedby="engine-allow"
              data-testid="engine-base"
              onChange={(event) => change({ base: event.target.value })}
            />
            <p id="engine-allow" className="form-note" role="status" data-wrong={(found === null && form.base.trim() !== "") || isOf("allow")} data-testid="engine-allow">
              {words("allow") ??
                (found !== null ? (
                  <>
                    Allowed: <code><Seen text={allowOf(form, chosen).join(", ")} /></code> and what lies below it, nowhere else.
                    {found.leftOut !== null && " The query is left out: it may hold a secret, and each item brings its own."}
                    {found.isHere && " On this machine, so it is tried again within seconds."}
                    {found.isPlain && !found.isHere && " Without TLS whoever is in between can read and change the answer."}
                  </>
                ) : form.base.trim() === "" ? (
                  "An item may only be answered there. More addresses can be added to the profile later."
                ) : (
                  "This is no address yet: it begins with https:// or http:// and names a host."
                ))}
            </p>
          </div>
          <div className="form-field">
            <label htmlFor="engine-name">Name</label>
            <input
              id="engine-name"
              className="field mono-field form-short"
              type="text"
              spellCheck={false}
              autoComplete="off"
              value={nameOf(form)}
              aria-invalid={isOf("name")}
              aria-describedby="engine-name-note"
              data-testid="engine-name"
              onChange={(event) => change({ name: event.target.value })}
            />
            <p id="engine-name-note" className="form-note" role="status" data-wrong={isOf("name")} data-testid="engine-name-note">
              {words("name") ?? "Items name it so. It stays for good."}
            </p>
          </div>
          <Options
            legend="How it is answered"
            name="protocol"
            options={shown.map((protocol) => ({ name: choiceOf(protocol), title: protocol.title, about: protocol.about, why: null }))}
            chosen={form.choice}
            choose={(name) => {
              const protocol = protocols.find((one) => choiceOf(one) === name);
              if (protocol) change(choosing(form, protocol));
            }}
          >
            {protocols.length > MANY && <input className="field" type="search" aria-label="Find an engine or protocol" placeholder="Find an engine: n8n, Camunda, AWS …" value={sought} onChange={(event) => seek(event.target.value)} />}
          </Options>
          {chosen?.preset && (
            <div className="form-note preset" data-testid="preset">
              <p>
                {chosen.preset.pauses} It wants: {chosen.preset.signer.charAt(0).toLowerCase()}
                {chosen.preset.signer.slice(1)}
              </p>
              <p>
                Written by <code>{chosen.preset.sources.join(", ")}</code>
              </p>
            </div>
          )}
          <Options
            legend="How it knows that the answer is ours"
            name="credential"
            options={CREDENTIALS.map(({ name, title, about, key }) => ({ name, title, about, why: key === "made" ? noKey : null }))}
            chosen={form.credential}
            choose={(chosen) => change({ credential: chosen })}
          />
          {credential.asks.map(({ name, label, as }) => (
            <div key={name} className="form-field">
              <label htmlFor={`engine-${name}`}>{label}</label>
              {as === "algorithm" ? (
                <select id={`engine-${name}`} className="field mono-field form-short" value={form.said[name] ?? FIRST_ALGORITHM} data-testid="engine-algorithm" onChange={(event) => change({ said: { ...form.said, [name]: event.target.value } })}>
                  {algorithms.map(({ algorithm }) => (
                    <option key={algorithm}>{algorithm}</option>
                  ))}
                </select>
              ) : (
                <input
                  id={`engine-${name}`}
                  className="field mono-field form-short"
                  type="text"
                  spellCheck={false}
                  autoComplete="off"
                  placeholder={as.example}
                  value={saidOf(form)[name] ?? ""}
                  onChange={(event) => change({ said: { ...form.said, [name]: event.target.value } })}
                />
              )}
            </div>
          ))}
          {credential.key === "kept" && (
            <div className="form-field">
              <label htmlFor="engine-key">Name of the key</label>
              <input
                id="engine-key"
                className="field mono-field form-short"
                type="text"
                spellCheck={false}
                autoComplete="off"
                value={keyOf(form)}
                aria-invalid={isOf("signing")}
                aria-describedby="engine-key-note"
                data-testid="engine-key"
                onChange={(event) => change({ key: event.target.value })}
              />
              <p id="engine-key-note" className="form-note" role="status" data-wrong={isOf("signing")}>
                {words("signing") ?? (keys === "env" ? <>Kept in the variable <code>{variable(keyOf(form))}</code>.</> : "Its name, never the key itself.")}
              </p>
            </div>
          )}
          <p className="form-note">OAuth, message signatures and where a token stands are set in the profile: add the engine, then edit it as text.</p>
          {wrong !== null && !["allow", "name", "signing"].some(isOf) && (
            <p className="form-note" role="alert" data-wrong="true" data-testid="engine-wrong">
              {sentence(wrong)}
            </p>
          )}
        </div>
      </div>
    </main>
  );
}

/** The variable that holds a key where keys come from the environment. */
function variable(key: string): string {
  return `PLACET_KEY_${key.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}`;
}

/** The desk's words as a sentence. */
function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}
