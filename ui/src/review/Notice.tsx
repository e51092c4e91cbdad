// The newest thing worth saying, out of the way of every button.

import { ActionButton } from "../actions/ActionButton";
import { useNow } from "../parts/useNow";
import { useEffect } from "react";

import { type AtHand, undo } from "./actions";
import type { Saved } from "./hand";
import type { Reviewed } from "./reviewing";
import "./review.css";

/** Words without an undo stay for so long. */
const SAID_MS = 6_000;

export function Notice({ reviewed, at }: { reviewed: Reviewed; at: AtHand }) {
  const { notice } = reviewed;
  if (notice === null) return <div className="notice" aria-live="polite" />;
  return (
    <div className="notice" aria-live="polite">
      {"saved" in notice ? <SavedNotice key={notice.saved.decision} saved={notice.saved} at={at} /> : <Words key={notice.words} words={notice.words} at={at} />}
    </div>
  );
}

function SavedNotice({ saved, at }: { saved: Saved; at: AtHand }) {
  const now = useNow(250);
  const left_s = Math.ceil((Date.parse(saved.undo_until) - now) / 1000);
  const { reviewing } = at;
  useEffect(() => {
    if (left_s <= 0) reviewing.hush();
  }, [left_s, reviewing]);
  if (left_s <= 0) return null;
  return (
    <div className="pill" data-testid="decision-toast" data-decision={saved.decision} data-item-id={saved.item}>
      <span>Saved.</span>
      <ActionButton action={undo} context={at} look="ghost" label="Undo" />
      <span className="quiet tabular" aria-hidden="true">
        {left_s} s
      </span>
    </div>
  );
}

function Words({ words, at }: { words: string; at: AtHand }) {
  const { reviewing } = at;
  useEffect(() => {
    const timer = setTimeout(() => reviewing.hush(), SAID_MS);
    return () => clearTimeout(timer);
  }, [words, reviewing]);
  return (
    <div className="pill" data-testid="notice">
      {words}
    </div>
  );
}
