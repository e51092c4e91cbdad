// The form of a new engine: what is in it, what the desk says of it, and adding it.

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { reading } from "../ipc/answers";
import { ask, problemOf } from "../ipc/ask";
import type { EngineView, ProtocolView } from "../ipc/types.gen";
import { credentialNamed, whyNone } from "./credentials";
import { baseOf, choiceOf, keyOf, nameOf, type NewEngine, profileOf } from "./newEngine";
import type { ShownOnce } from "./useOnce";
import type { Saying } from "./useSaying";

export interface NewEngineForm {
  form: NewEngine;
  /** What the form's choice stands for. */
  chosen: ProtocolView | undefined;
  change: (part: Partial<NewEngine>) => void;
  /** What the desk objects to; `null` while it does not, or nothing was asked yet. */
  wrong: string | null;
  canSave: boolean;
  save: () => void;
}

/** Calls `onAdded` with what is shown once. */
export function useNewEngine(keys: string, engines: readonly EngineView[], protocols: readonly ProtocolView[], saying: Saying, onAdded: (added: ShownOnce) => void): NewEngineForm {
  const empty: NewEngine = { choice: "webhook", base: "", name: null, credential: whyNone(keys) === null ? "made" : "kept", key: null, said: {} };
  const [form, setForm] = useState(empty);
  // A key that was made stays for a second try, if the first went no further.
  const [made, setMade] = useState<{ name: string; secret: string | null } | null>(null);
  const [isAdding, setAdding] = useState(false);
  const chosen = protocols.find((protocol) => choiceOf(protocol) === form.choice);
  const profile = profileOf(form, chosen);
  const checked = useQuery({ ...reading("check_profile", { profile: profile ?? "", of: null }), enabled: profile !== null }).data;
  const isMade = credentialNamed(form.credential).key === "made";
  // A key that is made takes the place of one with its name.
  const rival = isMade ? engines.find((engine) => engine.keys.includes(keyOf(form))) : undefined;
  const wrong =
    checked?.outcome === "wrong" ? checked.wrong.message : rival ? `name: the engine "${rival.name}" signs with a key of this name, which a new one would replace; choose another name` : null;
  const canSave = profile !== null && checked?.outcome === "right" && wrong === null && !isAdding;

  const save = () => {
    if (profile === null) return;
    const [name, key] = [nameOf(form), keyOf(form)];
    setAdding(true);
    void saying
      .doing(`Adding ${name}.`, async () => {
        // The key first: an engine whose key could not be kept must not be there half set up.
        let secret = made?.name === key ? made.secret : null;
        if (isMade && secret === null) {
          secret = (await ask("create_key", { name: key, kind: "webhook_secret", replace: false })).secret;
          setMade({ name: key, secret });
        }
        await ask("save_profile", { profile, over: null });
        const added = { name, engine: name, secret: isMade ? secret : null, choice: form.choice, base: baseOf(form, chosen) ?? form.base };
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
  return { form, chosen, change: (part) => setForm((before) => ({ ...before, ...part })), wrong, canSave, save };
}
