// A text that may be very long: its beginning at once, the rest when it is asked for.

import { useState } from "react";

import { Seen } from "./Seen";
import { count } from "../number";

/** So many characters are drawn without being asked for: some eight pages, drawn within a frame. */
const FIRST = 20_000;

export function LongText({ text, className }: { text: string; className: string }) {
  const [whole, setWhole] = useState<string | null>(null);
  const cut = text.length > FIRST && whole !== text;
  return (
    <div className={className} dir="auto">
      <Seen text={cut ? text.slice(0, FIRST) : text} />
      {cut && (
        <button type="button" className="more-text" onClick={() => setWhole(text)}>
          Show all {count(text.length)} characters
        </button>
      )}
    </div>
  );
}
