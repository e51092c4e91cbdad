// The text of a profile while it is edited, and what the desk says of it.

import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";

import { reading } from "../ipc/answers";
import { ask } from "../ipc/ask";
import type { EngineView } from "../ipc/types.gen";
import { readJson } from "../parts/text/readJson";
import { placeOfMember } from "./placeOfMember";
import type { Saying } from "./useSaying";

/** What is wrong with the text, and where, if that can be said. */
export interface Wrong {
  line: number | null;
  column: number | null;
  words: string;
}

export interface Editing {
  text: string;
  set: (text: string) => void;
  wrong: Wrong | null;
  /** What the text says; `null` while the desk was not asked or objects. */
  reads: EngineView | null;
  /** Somebody else changed the profile since this text was begun. */
  isOvertaken: boolean;
  isChanged: boolean;
  canSave: boolean;
  save: () => void;
  startAnew: () => void;
}

/** A text that was begun, and the profile that it was begun from. */
interface Begun {
  engine: string;
  from: string;
  text: string;
}

/** What was begun stays while the room is open, also when another engine is looked at meanwhile. */
export function useEditing(engine: string | null, saying: Saying, onSaved: () => void): Editing {
  const profile = useQuery({ ...reading("engine", { engine: engine ?? "" }), enabled: engine !== null }).data?.profile ?? "";
  const [all, setAll] = useState<readonly Begun[]>([]);
  const begun = all.find((one) => one.engine === engine);
  const text = begun?.text ?? profile;
  const isChanged = text !== profile;

  const asked = useDeferredValue(text);
  const read = readJson(text);
  const isJson = "value" in read;
  const checked = useQuery({ ...reading("check_profile", { profile: asked, of: engine }), enabled: engine !== null && isChanged && isJson && asked === text }).data;
  const wrong: Wrong | null = !isJson
    ? { line: read.line, column: read.column, words: read.words }
    : isChanged && checked?.outcome === "wrong"
      ? { ...(checked.wrong.line === null ? placeOfMember(text, checked.wrong.message) : { line: checked.wrong.line, column: checked.wrong.column }), words: checked.wrong.message }
      : null;
  const reads = isChanged && checked?.outcome === "right" ? checked.engine : null;

  const others = (list: readonly Begun[]) => list.filter((one) => one.engine !== engine);
  return {
    text,
    set: (to) => {
      if (engine !== null) setAll((list) => [...others(list), { engine, from: begun?.from ?? profile, text: to }]);
    },
    wrong,
    reads,
    isOvertaken: begun !== undefined && begun.from !== profile && isChanged,
    isChanged,
    canSave: reads !== null,
    save: () =>
      void saying.doing("Saving the profile.", async () => {
        await ask("save_profile", { profile: text, over: profile });
        setAll(others);
        onSaved();
        return "Saved. What is sent from now on goes by it.";
      }),
    startAnew: () => setAll(others),
  };
}
