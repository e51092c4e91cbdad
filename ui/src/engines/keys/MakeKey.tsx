// The form for a key that Placet makes.

import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";

import { reading } from "../../ipc/answers";
import type { JwtAlgorithmView, KeyKind } from "../../ipc/types.gen";
import { enterField } from "../../parts/fields";
import { Options } from "../Options";
import type { Typed } from "./useKeys";
import "../engines.css";

const NAME = "new-key-name";
const NO_ALGORITHMS: readonly JwtAlgorithmView[] = [];

/** What each kind is called, and what of it the receiver gets. */
const KINDS: Record<KeyKind, { title: string; signs: string | null; receiver: string }> = {
  webhook_secret: { title: "Webhook secret", signs: "Standard Webhooks", receiver: "The receiver gets the same secret (whsec_)." },
  webhook_pair: { title: "Webhook key pair", signs: "Standard Webhooks", receiver: "The receiver gets the public half (whpk_)." },
  ed25519: { title: "Ed25519", signs: null, receiver: "The receiver gets the public half." },
  p256: { title: "P-256", signs: null, receiver: "The receiver gets the public half." },
  p384: { title: "P-384", signs: null, receiver: "The receiver gets the public half." },
  rsa2048: { title: "RSA, 2048 bits", signs: null, receiver: "The receiver gets the public half." },
  shared_secret: { title: "Shared secret", signs: null, receiver: "The receiver gets the same secret." },
};

export function MakeKey({ typed, type }: { typed: Typed; type: (part: Partial<Typed>) => void }) {
  const algorithms = useQuery(reading("jwt_algorithms", {})).data ?? NO_ALGORITHMS;
  useEffect(() => enterField(NAME), []);
  const tokens = (of: KeyKind) => algorithms.filter(({ kind }) => kind === of).map(({ algorithm }) => algorithm);
  return (
    <div className="form">
      <div className="form-field">
        <label htmlFor={NAME}>Name of the new key</label>
        <input id={NAME} className="field mono-field form-short" type="text" spellCheck={false} autoComplete="off" value={typed.name} aria-describedby="new-key-note" data-testid="key-name" onChange={(event) => type({ name: event.target.value })} />
        <p id="new-key-note" className="form-note">
          Profiles name it so. It signs nothing until a profile does.
        </p>
      </div>
      <Options
        legend="Kind of key"
        name="key-kind"
        options={(Object.entries(KINDS) as [KeyKind, (typeof KINDS)[KeyKind]][]).map(([name, { title, signs, receiver }]) => ({ name, title, about: `For ${signs ?? `tokens by ${tokens(name).join(", ")}`}. ${receiver}`, why: null }))}
        chosen={typed.kind}
        choose={(kind) => type({ kind: kind as KeyKind })}
      />
    </div>
  );
}
