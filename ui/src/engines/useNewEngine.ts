// The form of a new engine: what is in it, what the desk says of it, and adding it.

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { reading } from "../ipc/answers";
import { ask, problemOf } from "../ipc/ask";
import type { EngineView, JwtAlgorithmView, KeyKind, NewKeyView, ProtocolView } from "../ipc/types.gen";
import { credentialNamed, kindMade, whyNone } from "./credentials";
import { baseOf, choiceOf, keyOf, nameOf, type NewEngine, profileOf, saidOf } from "./newEngine";
import type { ShownOnce } from "./useOnce";
import type { Saying } from "./useSaying";

export interface NewEngineForm {
  form: NewEngine;
  /** What can sign tokens. */
  algorithms: readonly JwtAlgorithmView[];
  /** What the form's choice stands for. */
  chosen: ProtocolView | undefined;
  change: (part: Partial<NewEngine>) => void;
  /** What the desk objects to; `null` while it does not, or nothing was asked yet. */
  wrong: string | null;
  canSave: boolean;
  save: () => void;
}

const NO_ALGORITHMS: readonly JwtAlgorithmView[] = [];

/** Calls `onAdded` with what is shown once. */
export function useNewEngine(keys: string, engines: readonly EngineView[], protocols: readonly ProtocolView[], saying: Saying, onAdded: (added: ShownOnce) => void): NewEngineForm {
  const empty: NewEngine = { choice: "webhook", base: "", name: null, credential: whyNone(keys) === null ? "made" : "kept", key: null, said: {} };
  const [form, setForm] = useState(empty);
  // A key that was made stays for a second try, if the first went no further.
  const [made, setMade] = useState<{ key: NewKeyView; kind: KeyKind } | null>(null);
  const [isAdding, setAdding] = useState(false);
  const algorithms = useQuery(reading("jwt_algorithms", {})).data ?? NO_ALGORITHMS;
  const chosen = protocols.find((protocol) => choiceOf(protocol) === form.choice);
  const profile = profileOf(form, chosen);
  const checked = useQuery({ ...reading("check_profile", { profile: profile ?? "", of: null }), enabled: profile !== null }).data;
  const credential = credentialNamed(form.credential);
  const isMade = credential.key === "made";
  const kind = kindMade(credential, saidOf(form), algorithms);
  // A key that is made takes the place of one with its name.
  const rival = isMade ? engines.find((engine) => engine.keys.includes(keyOf(form))) : undefined;
  const wrong =
    checked?.outcome === "wrong" ? checked.wrong.message : rival ? `name: the engine "${rival.name}" signs with a key of this name, which a new one would replace; choose another name` : null;
  const canSave = profile !== null && checked?.outcome === "right" && wrong === null && isMade === (kind !== null) && !isAdding;

  const save = () => {
    if (profile === null) return;
    const name = nameOf(form);
    setAdding(true);
    void saying
      .doing(`Adding ${name}.`, async () => {
        // The key first: an engine whose key could not be kept must not be there half set up.
        let key = made?.key.name === keyOf(form) && made.kind === kind ? made.key : null;
        if (kind !== null && key === null) {
          key = await ask("create_key", { name: keyOf(form), kind, replace: false });
          setMade({ key, kind });
        }
        await ask("save_profile", { profile, over: null });
        const added = { name, engine: name, key, example: chosen === undefined ? null : { example: chosen.example, base: baseOf(form, chosen) ?? form.base } };
        setForm(empty);
        setMade(null);
        try {
          onAdded({ ...added, token: (await ask("issue_token", { engine: name })).secret });
        } catch (thrown) {
          onAdded({ ...added, token: null });
          throw problemOf(thrown);
        }
        return null;
      })
      .finally(() => setAdding(false));
  };
  return { form, algorithms, chosen, change: (part) => setForm((before) => ({ ...before, ...part })), wrong, canSave, save };
}
