// An engine's keys: which there are, and making, bringing in, rotating and retiring one. What is shown once and what is
// typed in stay in this page's state alone, and go with it.

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { reading } from "../../ipc/answers";
import { ask } from "../../ipc/ask";
import type { KeyKind, KeyView, NewKeyView } from "../../ipc/types.gen";
import { copying } from "../copying";
import type { Saying } from "../useSaying";
import type { AtKeys } from "./actions";

/** A key that is made or brought in, as far as it was typed. */
export interface Typed {
  name: string;
  kind: KeyKind;
  /** Its text, if it was made elsewhere. */
  text: string;
}

export interface ShownKey {
  key: NewKeyView;
  /** Whether the engine's callbacks are signed with it already, beside the one before. */
  isRotated: boolean;
}

export interface EngineKeys {
  /** `undefined` while they are not read. */
  keys: readonly KeyView[] | undefined;
  problem: string | null;
  again: () => void;
  choose: (place: number) => void;
  /** The place of the cursor. */
  cursor: number;
  typed: Typed;
  type: (part: Partial<Typed>) => void;
  shown: ShownKey | null;
  /** What a person is asked about the chosen key. */
  asks: "rotate" | "retire" | null;
  ask: (what: "rotate" | "retire" | null) => void;
  rotate: (key: KeyView) => void;
  retire: (key: KeyView) => void;
  at: AtKeys;
}

const EMPTY: Typed = { name: "", kind: "webhook_secret", text: "" };

export function useKeys(engine: string, canWrite: boolean, saying: Saying, onBack: () => void): EngineKeys {
  const list = useQuery(reading("keys", {}));
  const keys = list.data?.filter((key) => key.engine === engine);
  const [wanted, setWanted] = useState(0);
  const cursor = Math.max(0, Math.min(wanted, (keys?.length ?? 0) - 1));
  const [doing, setDoing] = useState<AtKeys["doing"]>("looking");
  const [typed, setTyped] = useState(EMPTY);
  const [shown, setShown] = useState<ShownKey | null>(null);
  const [asks, setAsks] = useState<"rotate" | "retire" | null>(null);
  const [isBusy, setBusy] = useState(false);
  const chosen = keys?.[cursor] ?? null;

  const doingOnce = (meanwhile: string, request: () => Promise<string | null>) => {
    setBusy(true);
    void saying.doing(meanwhile, request).finally(() => setBusy(false));
  };
  const open = (form: "making" | "importing", name: string) => {
    saying.hush();
    setShown(null);
    setTyped({ ...EMPTY, name });
    setDoing(form);
  };
  const leave = () => {
    setTyped(EMPTY);
    setDoing("looking");
  };
  const name = typed.name.trim();
  const save = () => {
    if (doing === "making") {
      doingOnce(`Making the key ${name}.`, async () => {
        const key = await ask("create_key", { name, kind: typed.kind, replace: false });
        leave();
        setShown({ key, isRotated: false });
        return null;
      });
    } else {
      doingOnce(`Keeping the key ${name}.`, async () => {
        await ask("import_key", { name, text: typed.text.replace(/[\r\n]+$/, "") });
        leave();
        return `The key "${name}" is kept.`;
      });
    }
  };
  const at: AtKeys = {
    doing,
    canWrite: canWrite && !isBusy,
    chosen,
    move: (by) => setWanted(Math.max(0, Math.min(cursor + by, (keys?.length ?? 0) - 1))),
    make: () => open("making", keys?.some((key) => key.name === engine) === true ? "" : engine),
    import: () => open("importing", chosen?.name ?? engine),
    askRotate: () => setAsks("rotate"),
    askRetire: () => setAsks("retire"),
    canSave: !isBusy && name !== "" && (doing === "making" || typed.text.trim() !== ""),
    save,
    leave: () => {
      saying.hush();
      leave();
    },
    shown:
      shown === null
        ? null
        : {
            copy: () => copying(saying, shown.key.secret === null ? "public key" : "secret", shown.key.secret ?? shown.key.public ?? ""),
            putAway: () => {
              saying.hush();
              setShown(null);
            },
          },
    back: onBack,
  };
  return {
    keys,
    problem: list.error?.message ?? null,
    again: () => void list.refetch(),
    choose: setWanted,
    cursor,
    typed,
    type: (part) => setTyped((before) => ({ ...before, ...part })),
    shown,
    asks,
    ask: setAsks,
    rotate: ({ name, rotates }) => {
      if (rotates === null) return;
      setShown(null);
      doingOnce(`Making a key beside "${name}".`, async () => {
        setShown({ key: await ask("rotate_key", { engine, signs_as: rotates }), isRotated: true });
        return null;
      });
    },
    retire: ({ name }) =>
      doingOnce(`Retiring the key "${name}".`, async () => {
        await ask("retire_key", { name });
        return `The key "${name}" is gone.`;
      }),
    at,
  };
}
