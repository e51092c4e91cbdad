// Text from outside, as text: nothing in it is markup, and what cannot be seen is shown by name.

import { memo } from "react";

import { pieces } from "./unseen";
import "./text.css";

/** Shows a foreign text so that it reads as it is stored. It keeps its own direction to itself. */
export const Seen = memo(function Seen({ text }: { text: string }) {
  const parts = pieces(text);
  return (
    <bdi>
      {parts.map((piece, place) =>
        "text" in piece ? (
          piece.text
        ) : (
          <span key={place} className="unseen" title="A character that cannot be seen" data-testid="unseen">
            {piece.unseen}
          </span>
        ),
      )}
    </bdi>
  );
});
