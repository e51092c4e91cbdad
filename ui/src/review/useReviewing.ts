// The work at the desk as the window sees it, with its actions on offer.

import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";

import { useActions } from "../actions/Actions";
import { attachmentAddress } from "../ipc/attachment";
import type { Choice } from "../ipc/types.gen";
import { sourceOf } from "../kinds/classify/picture";
import { member } from "../kinds/kind";
import { ACTIONS, type AtHand, choiceActions } from "./actions";
import { type Held, looked } from "./hand";
import type { Reviewed, Reviewing } from "./reviewing";

export function useReviewing(reviewing: Reviewing): { reviewed: Reviewed; at: AtHand } {
  const reviewed = useSyncExternalStore(reviewing.subscribe, reviewing.state);
  const held = looked(reviewed.hand);
  const at = useMemo(() => ({ reviewing, held }), [reviewing, held]);
  useActions(ACTIONS, at);
  const choices = useSame(held?.item.choices ?? NONE);
  useActions(
    useMemo(() => choiceActions(choices), [choices]),
    at,
  );
  usePictures(reviewed.hand.held);
  return { reviewed, at };
}

const NONE: Choice[] = [];

/** The same choices for as long as they read the same: items of one queue share them. */
function useSame(choices: readonly Choice[]): readonly Choice[] {
  const [kept, keep] = useState(choices);
  const same = kept.length === choices.length && kept.every(({ label, title }, place) => label === choices[place]?.label && title === choices[place].title);
  if (!same) keep(choices);
  return same ? kept : choices;
}

/** Reads the pictures of the items ahead, so that they are there when their item is. */
function usePictures(held: readonly Held[]): void {
  const pictures = useRef(new Map<string, HTMLImageElement>());
  useEffect(() => {
    const wanted = new Map<string, HTMLImageElement>();
    for (const { item } of held) {
      const source = sourceOf(member(item.content, "image"));
      if (source === null || !("attachment" in source)) continue;
      let picture = pictures.current.get(source.attachment);
      if (!picture) {
        picture = new Image();
        picture.src = attachmentAddress(source.attachment);
      }
      wanted.set(source.attachment, picture);
    }
    pictures.current = wanted;
  }, [held]);
}
