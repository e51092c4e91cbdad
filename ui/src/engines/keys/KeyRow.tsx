import type { KeyView } from "../../ipc/types.gen";
import { Dot, type Tone } from "../../parts/Dot";
import { Seen } from "../../parts/text/Seen";
import "./keys.css";

interface Properties {
  of: KeyView;
  place: number;
  isCursor: boolean;
  onChoose: (place: number) => void;
}

export function KeyRow({ of, place, isCursor, onChoose }: Properties) {
  return (
    // Keys reach the list as a whole; this is the mouse's way.
    // eslint-disable-next-line jsx-a11y-x/click-events-have-key-events, jsx-a11y-x/interactive-supports-focus
    <div id={keyRowId(place)} className="key-row" role="option" aria-selected={isCursor} data-testid="key-row" data-key={of.name} onClick={() => onChoose(place)}>
      <span className="key-name cut">
        <Seen text={of.name} />
      </span>
      <Dot {...standing(of)} />
      <span className="quiet cut">
        {of.used}
        {of.id !== null && (
          <>
            , known as{" "}
            <code>
              <Seen text={of.id} />
            </code>
          </>
        )}
      </span>
    </div>
  );
}

export function keyRowId(place: number): string {
  return `key-${place}`;
}

function standing({ rotates, can_retire }: KeyView): { tone: Tone; word: string } {
  if (rotates !== null) return { tone: "good", word: can_retire ? "newest" : "signs" };
  return can_retire ? { tone: "warn", word: "can be retired" } : { tone: "quiet", word: "in use" };
}
